"""Writing down what is said: by two clerks at once, twice over a bad line, corrected, struck."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation.actions.lines import Written, write_lines
from shangliang.deliberation.actions.sitting import open_meeting
from shangliang.deliberation.models import Attendee, Line, Meeting
from shangliang.deliberation.queries import sitting
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from tests.cast import Cast, open_cast
from tests.scenes_meetings import ten_people_meeting


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return open_meeting(cast.convenor, ten_people_meeting(cast).pk)


def speaker(meeting: Meeting, place: int = 0) -> UUID:
    return Attendee.objects.filter(meeting=meeting).order_by("pk")[place].pk


def line(text: str = "棚子要离窗户远一点。", **more: Any) -> Written:
    return Written(uuid4(), text, **more)


def standing(meeting: Meeting) -> list[list[str]]:
    return [[one.text for one in spoken.stands] for spoken in sitting.sitting(meeting).spoken]


def test_lines_of_one_batch_are_one_entry_with_their_words(cast: Cast, meeting: Meeting) -> None:
    told = write_lines(cast.community, meeting.pk, [line("一"), line("二", attendee=speaker(meeting))])
    assert list(told.values()) == ["", ""]
    entry = timeline(meeting.pk, kinds=["minutes.written"])[0]
    assert entry.words == {"line-1": "一", "line-2": "二"}
    assert {row.attendee_id for row in Line.objects.all()} == {None, speaker(meeting)}


def test_a_line_sent_twice_stands_once(cast: Cast, meeting: Meeting) -> None:
    one = line()
    write_lines(cast.community, meeting.pk, [one])
    entries = Entry.objects.count()
    assert write_lines(cast.community, meeting.pk, [one]) == {one.id: ""}
    assert (Line.objects.count(), Entry.objects.count()) == (1, entries)


def test_what_two_clerks_write_is_merged_by_when_it_was_said(cast: Cast, meeting: Meeting) -> None:
    now = clock.now()
    with clock.pretending(now + dt.timedelta(minutes=9)):
        late = [line(f"甲 {n}", said_at=now + dt.timedelta(minutes=n)) for n in (1, 3)]
        write_lines(cast.community, meeting.pk, [line("乙 2", said_at=now + dt.timedelta(minutes=2))])
        write_lines(cast.convenor, meeting.pk, late)
    assert standing(meeting) == [["甲 1"], ["乙 2"], ["甲 3"]]
    assert {one.clerk.name for one in Line.objects.all() if one.clerk} == {"沈青", "林知夏"}


def test_a_wrong_clock_puts_nothing_before_the_meeting_or_after_now(cast: Cast, meeting: Meeting) -> None:
    now = clock.now()
    write_lines(
        cast.community,
        meeting.pk,
        [line("早", said_at=now - dt.timedelta(days=9)), line("晚", said_at=now + dt.timedelta(days=9))],
    )
    assert meeting.opened_at is not None
    assert all(meeting.opened_at <= row.said_at <= clock.now() for row in Line.objects.all())


def test_a_correction_takes_the_place_of_a_line_and_the_first_words_stay(cast: Cast, meeting: Meeting) -> None:
    wrong = line("八米")
    write_lines(cast.community, meeting.pk, [wrong, line("十米", corrects=wrong.id)])
    assert standing(meeting) == [["十米"]]
    (spoken,) = sitting.sitting(meeting).spoken
    assert (spoken.first.text, spoken.is_corrected) == ("八米", True)


def test_two_corrections_of_one_line_stand_side_by_side_until_one_is_struck(cast: Cast, meeting: Meeting) -> None:
    wrong, mine, theirs = line("八米"), line("十米"), line("十二米")
    write_lines(cast.community, meeting.pk, [wrong])
    write_lines(cast.community, meeting.pk, [Written(mine.id, mine.text, corrects=wrong.id)])
    write_lines(cast.convenor, meeting.pk, [Written(theirs.id, theirs.text, corrects=wrong.id)])
    (spoken,) = sitting.sitting(meeting).spoken
    assert spoken.is_disputed
    assert standing(meeting) == [["十米", "十二米"]]
    write_lines(cast.convenor, meeting.pk, [], [theirs.id])
    assert standing(meeting) == [["十米"]]


def test_a_clerk_strikes_only_lines_of_their_own(cast: Cast, meeting: Meeting) -> None:
    one = line()
    write_lines(cast.community, meeting.pk, [one])
    assert "只能划掉自己记的" in write_lines(cast.convenor, meeting.pk, [], [one.id])[one.id]
    assert write_lines(cast.community, meeting.pk, [], [one.id]) == {one.id: ""}
    assert standing(meeting) == [[]]
    assert Line.objects.get(pk=one.id).struck_at is not None


def test_each_line_is_refused_for_itself(cast: Cast, meeting: Meeting) -> None:
    batch = [
        line("好"),
        line(" "),
        line("长" * 501),
        line(attendee=uuid4()),
        line(kind="sung"),
        line(corrects=uuid4()),
        line(answers=uuid4()),
    ]
    told = write_lines(cast.community, meeting.pk, batch)
    assert [bool(told[one.id]) for one in batch] == [False, *[True] * 6]
    assert Line.objects.count() == 1


def test_nothing_is_written_by_others_or_outside_the_meeting(cast: Cast, meeting: Meeting) -> None:
    for actor in (cast.far, cast.handler, cast.neighbour):
        with pytest.raises(NotAllowed):
            write_lines(actor, meeting.pk, [line()])
    Meeting.objects.update(status=Meeting.Status.READ)
    with pytest.raises(NotAllowed, match="会没有在开"):
        write_lines(cast.community, meeting.pk, [line()])


def test_an_id_of_another_tenants_line_is_refused(cast: Cast, meeting: Meeting) -> None:
    there = open_cast("420199", "试验区")
    with scope(tenant=there.tenant):
        other = open_meeting(there.convenor, ten_people_meeting(there).pk)
        taken = line("别处的")
        write_lines(there.community, other.pk, [taken])
    with pytest.raises(Refused, match="编号"):
        write_lines(cast.community, meeting.pk, [taken])
    assert not Line.objects.exists()


# --- over the wire --------------------------------------------------------------------------------------


def sent(cast: Cast, meeting: Meeting, role: str, *batch: dict[str, Any], since: int = 0, **more: Any) -> Any:
    address = cast.url("deliberation:lines", meeting_id=meeting.pk)
    body = json.dumps({"since": since, "lines": batch} | more)
    return cast.client(role).post(address, body, content_type="application/json")


def test_a_batch_answers_with_what_others_wrote_since(cast: Cast, meeting: Meeting) -> None:
    first = sent(cast, meeting, "community", {"id": str(uuid4()), "text": "甲"}).json()
    second = sent(cast, meeting, "convenor", {"id": str(uuid4()), "text": "乙"}, since=first["version"]).json()
    assert ["乙" in one["html"] for one in second["lines"]] == [True]
    then = cast.client("community").get(
        cast.url("deliberation:changes", meeting_id=meeting.pk), {"since": first["version"]}
    )
    assert ["乙" in one["html"] for one in then.json()["lines"]] == [True]


def test_a_batch_that_reads_like_nothing_breaks_nothing(cast: Cast, meeting: Meeting) -> None:
    odd: list[Any] = [{"id": "x", "text": "甲"}, {"text": 3}, "甲", {"id": str(uuid4()), "text": "好", "seconds": "九"}]
    good = {"id": str(uuid4()), "text": "乙", "said_at": "2026-11-20T09:00:00Z", "part": 10**30, "seconds": 10**9}
    told = sent(cast, meeting, "community", *odd, good).json()["told"]
    assert told[good["id"]] == ""
    assert Line.objects.get().seconds <= 4 * 3600
    for body in ("x", "[]", '{"since": "x", "lines": []}', '{"since": 0, "lines": [], "struck": ["x"]}'):
        address = cast.url("deliberation:lines", meeting_id=meeting.pk)
        assert cast.client("community").post(address, body, content_type="application/json").status_code == 400


def test_without_script_a_line_is_a_plain_form(cast: Cast, meeting: Meeting) -> None:
    client, address = cast.client("community"), cast.url("deliberation:lines", meeting_id=meeting.pk)
    typed = {"id": str(uuid4()), "text": "我家窗户正对着棚子", "kind": "said", "attendee": str(speaker(meeting))}
    for _retry in range(2):
        assert client.post(address, typed).status_code == 302
    page = client.get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).content.decode()
    assert page.count("我家窗户正对着棚子") == 1
    too_long = client.post(address, typed | {"id": str(uuid4()), "text": "长" * 501})
    assert too_long.status_code == 422
    assert "长" * 501 in too_long.content.decode(), "nothing typed is lost"
    strike = cast.url("deliberation:strike_line", meeting_id=meeting.pk)
    assert client.post(strike, {"strike": typed["id"]}).status_code == 302
    assert Line.objects.get().struck_at is not None


def test_what_nobody_in_particular_said_is_a_note(cast: Cast, meeting: Meeting) -> None:
    address = cast.url("deliberation:lines", meeting_id=meeting.pk)
    cast.client("community").post(address, {"id": str(uuid4()), "text": "休息五分钟", "kind": "said"})
    assert Line.objects.get().kind == Line.Kind.NOTE
