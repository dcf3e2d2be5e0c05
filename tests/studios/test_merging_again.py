"""Notes of a device that come in again: written over meanwhile, or with the codes of a device that was retired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from shangliang.studios.actions import devices as actions
from shangliang.studios.actions.devices import Issued
from shangliang.studios.models import Reception
from shangliang.studios.queries import reception as queries
from shangliang.voices.models import Voice
from shangliang.voices.queries import by_slip
from tests.cast import Cast
from tests.scenes_reception import issued, studio_of
from tests.studios.test_reception_devices import LATER, SET_UP, kept, result, said


@pytest.fixture
def given(cast: Cast, freeze: Callable[[str], dt.datetime]) -> Issued:
    """A device set up in the morning; the rest happens in the afternoon."""
    freeze(SET_UP)
    made = issued(cast)
    freeze(LATER)
    return made


def test_a_note_written_over_after_it_came_in_is_said_so_and_stays_on_the_device(cast: Cast, given: Issued) -> None:
    note = kept(given.codes[0])
    number = result(cast, given, note)["number"]
    again = result(cast, given, note | {"fields": said(words="井盖松了，今天有人崴了脚。")})
    assert (again["field"], number in again["why"], "没有收进去" in again["why"]) == ("known", True, True)
    assert Voice.objects.count() == 1


def test_a_note_that_was_erased_meanwhile_is_known_and_nothing_is_kept_of_it(cast: Cast, given: Issued) -> None:
    note = kept(outcome="talk")
    first = result(cast, given, note)
    Reception.objects.update(sealed=None)
    assert result(cast, given, note | {"fields": said(outcome="talk", words="别的话")}) == first


def test_a_code_handed_out_by_a_device_since_retired_comes_in_with_the_one_in_its_place(
    cast: Cast, given: Issued
) -> None:
    actions.retire(cast.convenor, studio_of(cast), given.device)
    one = result(cast, issued(cast), kept(given.codes[0]))
    slip = by_slip(given.codes[0], cast.tenant.pk)
    assert slip is not None
    assert slip.voice.matter.number == one["number"]
    assert queries.issued_slip(given.codes[0], cast.tenant.pk) is None


def test_a_moment_that_no_calendar_has_costs_only_its_own_note(cast: Cast, given: Issued) -> None:
    assert "读不出来" in result(cast, given, kept(given.codes[0], at="0001-01-01T00:00:00+14:00"))["why"]
