"""What may be done with a voice once it is there, and what never happens to it."""

from __future__ import annotations

import pytest
from django_scopes import scope

from shangliang.core.errors import NotAllowed
from shangliang.files.models import Attachment
from shangliang.gathering import actions as gathering
from shangliang.ledger.queries import read, timeline
from shangliang.matters.models import Matter
from shangliang.voices import actions
from shangliang.voices.actions import Speech, add_words, clear_words, let_through, raise_voice, reissue_slip
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Contact, Slip, Voice
from shangliang.voices.queries import behind, by_slip, public_words, reach_of
from tests.cast import GUANGMING, Cast, cast, open_cast
from tests.scenes import public_photo

__all__ = ["cast"]


def kinds(matter: Matter) -> list[str]:
    return [line.entry.kind for line in reversed(timeline(matter.pk))]


def slip_of(cast: Cast, voice: Voice) -> Slip:
    return Slip.objects.select_related("voice__matter").get(voice=voice, died_at=None)


def test_one_form_speaks_once_and_gives_the_same_receipt_again(cast: Cast) -> None:
    speech = Speech("路灯不亮。", cast.place(GUANGMING), "one form")
    first, again = (raise_voice(cast.resident, cast.tenant, speech) for _ in range(2))
    assert (again.voice, again.code, again.known) == (first.voice, first.code, True)
    assert kinds(first.voice.matter) == ["voice.raised"]


def test_numbers_follow_one_another(cast: Cast) -> None:
    first, second = (int(cast.raised().number[-6:]) for _ in range(2))
    assert second == first + 1


def test_it_waits_with_the_community_it_is_about(cast: Cast) -> None:
    matter = cast.raised()
    assert (matter.status, matter.holder, matter.is_public) == ("raised", cast.body("光明社区"), False)


def test_speaking_fully_anonymously_keeps_no_way_back(cast: Cast) -> None:
    said = cast.said(openness=Voice.Openness.ANONYMOUS, reach=Reach(phone="13800000009"), hear_by="sms")
    assert reach_of(said.voice) == Reach()
    assert not Contact.objects.exists()


def test_staff_without_the_duty_write_nothing_down_for_others(cast: Cast) -> None:
    speech = Speech("路灯不亮。", cast.place(GUANGMING), "by a department")
    with pytest.raises(NotAllowed):
        raise_voice(cast.handler, cast.tenant, speech)
    assert not Voice.objects.exists()


def test_what_is_added_stands_behind_the_same_matter_on_the_same_slip(cast: Cast) -> None:
    said = cast.said("路灯不亮。")
    slip = slip_of(cast, said.voice)
    for _ in range(2):  # the second one is a retry
        add_words(cast.resident, slip, "昨晚还绊倒了人。", "the addition")
    assert [one.words for one in behind([said.voice.matter_id])] == ["路灯不亮。", "昨晚还绊倒了人。"]
    assert kinds(said.voice.matter) == ["voice.raised", "voice.added"]


def test_words_show_only_after_staff_cleared_them(cast: Cast) -> None:
    matter = cast.accepted()
    assert matter.is_public
    assert public_words([matter.pk], 9) == []
    clear_words(cast.community, cast.voice(matter), show=True)
    assert [said.words for said in public_words([matter.pk], 9)] == [read(cast.voice(matter).words)]
    clear_words(cast.community, cast.voice(matter), show=False)
    assert public_words([matter.pk], 9) == []


@pytest.mark.parametrize("openness", [Voice.Openness.HANDLERS, Voice.Openness.ANONYMOUS])
def test_without_consent_nobody_makes_words_public(cast: Cast, openness: str) -> None:
    matter = cast.accepted(openness=openness)
    assert not matter.is_public
    with pytest.raises(NotAllowed, match="本人没有同意公开"):
        clear_words(cast.community, cast.voice(matter), show=True)


def test_a_community_far_away_clears_nothing(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(NotAllowed):
        clear_words(cast.far, cast.voice(matter), show=True)


def test_withdrawing_hides_words_photos_and_the_matter_at_once(cast: Cast) -> None:
    public_photo(cast)
    matter = Matter.objects.get()
    voice = cast.voice(matter)
    assert Attachment.objects.get().cleared_at is not None
    actions.withdraw_consent(cast.resident, slip_of(cast, voice))
    assert not cast.again(matter).is_public
    assert public_words([matter.pk], 9) == []
    assert Attachment.objects.get().cleared_at is None
    with pytest.raises(NotAllowed, match="已收回公开"):
        clear_words(cast.community, cast.voice(matter), show=True)


def test_withdrawing_twice_leaves_one_entry(cast: Cast) -> None:
    said = cast.said()
    for _ in range(2):
        actions.withdraw_consent(cast.resident, slip_of(cast, said.voice))
    assert kinds(said.voice.matter) == ["voice.raised", "voice.consent_withdrawn"]


def test_another_voice_that_consents_keeps_the_lead_public(cast: Cast) -> None:
    lead, other = cast.accepted(), cast.accepted()
    gathering.join(cast.community, other.pk, None, lead_number=lead.number)
    actions.withdraw_consent(cast.resident, slip_of(cast, cast.voice(lead)))
    assert cast.again(lead).is_public


def test_what_looks_automatic_is_not_public_until_staff_let_it_through(cast: Cast) -> None:
    matter = cast.accepted(held=True)
    assert not matter.is_public
    let_through(cast.community, cast.voice(matter))
    assert cast.again(matter).is_public


def test_a_lost_slip_is_replaced_and_the_old_one_dies(cast: Cast) -> None:
    said = cast.said()
    new = reissue_slip(cast.community, cast.tenant, said.voice)
    old = by_slip(said.code, cast.tenant.pk)
    assert old is not None
    assert old.died_at is not None
    found = by_slip(new, cast.tenant.pk)
    assert found is not None
    assert (found.voice, found.died_at) == (said.voice, None)


def test_whoever_does_not_handle_the_matter_gives_no_new_slip(cast: Cast) -> None:
    said = cast.said()
    with pytest.raises(NotAllowed):
        reissue_slip(cast.far, cast.tenant, said.voice)
    found = by_slip(said.code, cast.tenant.pk)
    assert found is not None
    assert found.died_at is None


def test_a_slip_is_not_found_in_another_tenant(cast: Cast) -> None:
    said = cast.said()
    abroad = open_cast("420106", "武昌区")
    with scope(tenant=abroad.tenant):
        assert by_slip(said.code, abroad.tenant.pk) is None
