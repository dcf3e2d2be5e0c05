"""Two things at once on one slip: what was read before the lock does not count."""

from __future__ import annotations

from shangliang.gathering.actions import join
from shangliang.matters.models import Matter
from shangliang.voices.actions import add_words, support, withdraw_consent
from shangliang.voices.models import Slip, Voice
from tests.cast import Cast


def slip_of(matter: Matter) -> Slip:
    return Slip.objects.select_related("voice").get(voice__matter=matter, voice__follows=None)


def test_words_added_while_the_consent_is_taken_back_are_not_public(cast: Cast) -> None:
    matter = cast.accepted()
    old_page = slip_of(matter)
    withdraw_consent(cast.resident, slip_of(matter))
    added = add_words(cast.resident, old_page, "还有一点。", "more")
    assert Voice.objects.get(pk=added.pk).consent_withdrawn_at is not None


def test_a_neighbours_word_counts_where_the_matter_stands(cast: Cast) -> None:
    lead, matter = cast.accepted("带头的"), cast.accepted()
    join(cast.street, matter.pk, None, lead_number=lead.number)
    assert support(cast.resident, cast.again(matter), b"x" * 32)
    assert (cast.again(lead).supporters, cast.again(matter).supporters) == (1, 0)


def test_consent_taken_back_below_a_lead_hides_the_lead_at_once(cast: Cast) -> None:
    lead, matter = cast.accepted("带头的", openness=Voice.Openness.HANDLERS), cast.accepted()
    join(cast.street, matter.pk, None, lead_number=lead.number)
    assert cast.again(lead).is_public
    withdraw_consent(cast.resident, slip_of(matter))
    assert not cast.again(lead).is_public
