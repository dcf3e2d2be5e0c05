"""The year of working days: the office edits it, and the dates follow with an entry each."""

import datetime as dt

import pytest

from shangliang.delivery.actions import recompute
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Referral
from shangliang.playbooks.models import LocalDay
from shangliang.playbooks.queries import calendar
from tests.cast import Cast

START, DAY_OFF = "2026-03-02 10:00", dt.date(2026, 3, 10)


def set_day(cast: Cast, who: str = "office", **data: str):  # type: ignore[no-untyped-def]
    given = {"day": DAY_OFF.isoformat(), "working": "no", "reason": "防汛停工"} | data
    return cast.client(who).post(cast.url("desk:calendar"), given)


def test_a_day_off_moves_the_dates_that_run_over_it_and_each_leaves_an_entry(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze(START)
    row, raised = cast.handed(), cast.raised()
    was, untouched = row.due, raised.due
    assert set_day(cast).status_code == 302
    row = cast.again(row)
    assert row.due == calendar(cast.tenant.pk).add_working_days(row.started, 15).due
    assert row.due > was
    assert cast.again(row.matter).due == row.due
    line = timeline(row.matter_id)[0]
    assert (line.entry.kind, line.facts["was"], line.facts["due"]) == (
        "deadlines.recomputed",
        was.isoformat(),
        row.due.isoformat(),
    )
    assert line.facts["hand_overs"] == {str(row.pk): row.due.isoformat()}
    assert cast.again(raised).due == untouched
    assert [line.entry.kind for line in timeline(raised.pk)] == ["voice.raised"]


def test_taking_the_day_back_brings_the_date_back(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze(START)
    row = cast.handed()
    was = row.due
    set_day(cast)
    cast.client("office").post(cast.url("desk:take_back"), {"day": DAY_OFF.isoformat(), "reason": "水退了"})
    assert cast.again(row).due == was
    assert not LocalDay.objects.exists()


def test_a_referral_that_waits_moves_with_its_matter(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    from shangliang.gathering.actions import refer, take_referral

    freeze(START)
    matter = cast.accepted()
    refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="几个社区都有")
    take_referral(cast.street, matter.pk, None)
    set_day(cast)
    assert Referral.objects.get(matter=matter).due == cast.again(matter).due


def test_counting_anew_changes_nothing_when_nothing_changed(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze(START)
    row = cast.handed()
    version = cast.again(row.matter).version
    assert recompute(cast.office) == 0
    assert cast.again(row.matter).version == version


def test_an_ended_matter_keeps_its_dates(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze(START)
    matter = cast.closed()
    set_day(cast)
    assert timeline(matter.pk)[0].entry.kind == "matter.closed"


@pytest.mark.parametrize("who", ["street", "community", "member", "handler"])
def test_only_the_office_edits(cast: Cast, who: str) -> None:
    assert set_day(cast, who).status_code == 403
    assert not LocalDay.objects.exists()
    assert "定下来" not in cast.client(who).get(cast.url("desk:calendar")).content.decode()


def test_a_day_without_a_reason_is_refused_beside_the_field(cast: Cast) -> None:
    answer = set_day(cast, reason="")
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors


def test_a_year_that_is_not_published_says_so(cast: Cast) -> None:
    client = cast.client("office")
    assert "暂定" in client.get(cast.url("desk:calendar"), {"year": 2031}).content.decode()
    assert "暂定" not in client.get(cast.url("desk:calendar"), {"year": 2025}).content.decode()


def test_the_year_shows_the_offices_own_days_with_the_reason(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze(START)
    set_day(cast)
    assert "防汛停工" in cast.client("street").get(cast.url("desk:calendar"), {"year": 2026}).content.decode()
