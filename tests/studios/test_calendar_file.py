"""The calendar files: read by a calendar library, and by a calendar program of the kind people have."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest

from shangliang.core import clock
from shangliang.studios import calendar_file
from shangliang.studios.actions import duty, feeds
from shangliang.studios.queries import duty as queries
from shangliang.studios.queries.feeds import person_of_feed
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered

Freeze = Callable[[str], dt.datetime]
LINK = "https://example.org/420107/studios/1/"
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2027, 3, 1)


@pytest.fixture
def circle(cast: Cast, freeze: Freeze) -> Circle:
    freeze("2026-11-20 09:00")
    return rostered(cast, dt.date(2026, 11, 20))


def file_of(circle: Circle) -> bytes:
    return calendar_file.of_studio(circle.studio, queries.shifts(circle.studio.pk, FIRST, LAST), LINK)


def events(file: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(file).walk("VEVENT"))


def test_a_calendar_library_reads_back_every_shift(circle: Circle) -> None:
    found = events(file_of(circle))
    rows = circle.shifts()
    assert [event.decoded("dtstart") for event in found] == [
        dt.datetime.combine(row.day, row.starts, clock.SHANGHAI) for row in rows
    ]
    assert {event.decoded("dtend") - event.decoded("dtstart") for event in found} == {dt.timedelta(hours=2)}
    assert len({str(event["uid"]) for event in found}) == len(rows)
    first = found[0]
    assert circle.turn(rows[0]).person.name in first["summary"]
    assert (first["status"], first["url"], first["location"]) == ("CONFIRMED", LINK, "光明社区")


def test_each_change_of_a_shift_is_a_higher_version_of_the_same_event(circle: Circle, freeze: Freeze) -> None:
    row = circle.shifts()[0]

    def event() -> icalendar.Event:
        return next(one for one in events(file_of(circle)) if str(row.pk) in one["uid"])

    before = event()
    freeze("2026-11-24 20:00")
    duty.give_up(circle.actor(circle.turn(row).person), circle.turn(row).pk, "出差")
    off = event()
    assert (off["uid"], off["status"], off["transp"]) == (before["uid"], "CANCELLED", "TRANSPARENT")
    assert off["summary"].startswith("【取消】")
    assert "出差" in off["description"]
    freeze("2026-11-24 21:00")
    gone = queries.shifts(circle.studio.pk, row.day, row.day)[0].given_up[0].person
    helper = circle.other_than(gone)
    duty.stand_in(circle.cast.convenor, row.pk, helper)
    on_again = event()
    assert on_again["status"] == "CONFIRMED"
    assert helper.name in on_again["summary"]
    assert before["sequence"] < off["sequence"] < on_again["sequence"]
    assert before.decoded("dtstamp") < off.decoded("dtstamp")


def test_the_file_is_the_same_until_a_row_changes(circle: Circle, freeze: Freeze) -> None:
    before = file_of(circle)
    freeze("2026-11-21 10:00")
    assert file_of(circle) == before
    duty.cancel(circle.cast.convenor, circle.shifts()[2].pk, "停电")
    assert file_of(circle) != before


def test_a_members_own_calendar_holds_their_turns_and_nobody_elses(circle: Circle) -> None:
    row = circle.shifts()[0]
    person = circle.turn(row).person
    duty.give_up(circle.actor(person), circle.turn(row).pk, "出差")
    token = feeds.new_feed(circle.actor(person))
    assert person_of_feed(token, circle.cast.tenant.pk) == person
    shown = queries.shifts_of(person.pk, FIRST, LAST)
    file = calendar_file.of_member(person, shown, lambda studio: LINK)
    found = events(file)
    turns = queries.turns_of(person.pk, FIRST, LAST)
    assert {str(event["uid"]) for event in found} == {f"{turn.pk}@shangliang" for turn in turns}
    assert found[0]["status"] == "CANCELLED"
    others = {one.name for one in circle.people} - {person.name}
    assert not any(name in file.decode() for name in others)


def test_a_new_address_ends_the_old_one(circle: Circle) -> None:
    actor = circle.actors[0]
    old, new = feeds.new_feed(actor), feeds.new_feed(actor)
    assert len(bytes.fromhex(new)) == 20
    assert person_of_feed(old, circle.cast.tenant.pk) is None
    assert person_of_feed(new, circle.cast.tenant.pk) == circle.people[0]


def test_a_calendar_program_shows_the_appointments_and_the_cancelled_one_as_cancelled(
    circle: Circle, tmp_path: Path
) -> None:
    rows = circle.shifts()
    duty.cancel(circle.cast.convenor, rows[1].pk, "停电")
    file = tmp_path / "duty.ics"
    file.write_bytes(file_of(circle))
    environment = os.environ | {"TZ": "Asia/Shanghai", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    program = ["calcurse", "-D", str(tmp_path / "data"), "-C", str(tmp_path / "conf")]

    def run(*more: str) -> str:
        done = subprocess.run(
            [*program, *more], env=environment, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    run("-i", str(file))
    listed = run("-Q", "--filter-type", "cal", "--from", "11/20/2026", "--days", "90").splitlines()
    lines = {}
    for at, line in enumerate(listed):
        if line.strip().startswith("-"):
            day = next(other for other in reversed(listed[:at]) if other.endswith(":") and "/" in other)
            lines[day.rstrip(":")] = (line.strip(" -"), listed[at + 1].strip())
    assert set(lines) == {f"{row.day:%m/%d/%y}" for row in rows}
    for row in rows:
        hours, title = lines[f"{row.day:%m/%d/%y}"]
        assert hours == "09:00 -> 11:00"
        assert title.startswith("【取消】") == (row.pk == rows[1].pk)
