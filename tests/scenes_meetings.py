"""Meetings to act on: planned, called, and with ten people at the table. Called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import arriving, invitations, meetings
from shangliang.deliberation.actions.meetings import Plan
from shangliang.deliberation.links import door_link, token_of
from shangliang.deliberation.models import Attendee, Meeting, Topic
from shangliang.deliberation.queries.meetings import topics_of
from shangliang.people.models import Account, Person
from shangliang.playbooks.queries import calendar
from tests.cast import Cast
from tests.scenes import Parts
from tests.scenes_investigation import investigated_topic

WHERE = "光明社区居委会二楼会议室"
SIDES = {"residents": 6, "members": 2, "departments": 2, "others": 2}


def person(cast: Cast, role: str) -> Person:
    """The person behind a role of the cast."""
    account: Account = cast.accounts[role]
    assert account.person is not None
    return account.person


def plan_for(cast: Cast, starts_at: dt.datetime, **more: Any) -> Plan:
    """What staff would write for a meeting of the default form; `more` changes it."""
    plan: dict[str, Any] = {
        "body": cast.body("同光委员工作室"),
        "chair": person(cast, "convenor"),
        "recorder": person(cast, "community"),
        "where": WHERE,
        "by_side": SIDES,
        "papers": "调研报告：5 号院充电的三个办法。",
    }
    return Plan(starts_at=starts_at, **plan | more)


def in_working_days(cast: Cast, days: int, hour: int = 19) -> dt.datetime:
    """The moment `days` working days from today, at `hour` o'clock."""
    day = calendar(cast.tenant.pk).add_working_days(clock.today(), days).due
    return clock.start_of(day) + dt.timedelta(hours=hour)


def planned_meeting(cast: Cast, topic: Topic | None = None, form: str = "council", **more: Any) -> Meeting:
    """A meeting in preparation, five working days ahead; the gate of its topic is passed."""
    topic = topic or investigated_topic(cast)
    starts_at = more.pop("starts_at", None) or in_working_days(cast, 5)
    return meetings.plan(cast.convenor, [topic], form, plan_for(cast, starts_at, **more))


def invite_ten(cast: Cast, meeting: Meeting) -> list[Attendee]:
    """Ten seats of the default form: six residents, two of members and staff, two departments."""
    topic = topics_of(meeting)[0]
    night, ground = topic.sides.order_by("position")[:2]
    act = cast.convenor
    people = invitations.invite_residents(act, meeting.pk, "residents", count=3, side=night)
    people += invitations.invite_residents(act, meeting.pk, "residents", count=2, side=ground)
    people += invitations.invite_voices(act, meeting.pk, "residents", [cast.voice(topic.matter)])
    people.append(invitations.invite_person(act, meeting.pk, person(cast, "member"), "members"))
    people.append(invitations.invite_person(act, meeting.pk, person(cast, "convenor"), "members"))
    people.append(invitations.invite_body(act, meeting.pk, cast.body("区房管局"), "departments"))
    people.append(invitations.invite_person(act, meeting.pk, person(cast, "citymanager"), "departments"))
    return people


def called_meeting(cast: Cast, **more: Any) -> Meeting:
    """A meeting with ten invited, whose notice has gone out."""
    meeting = planned_meeting(cast, **more)
    if meeting.form == "council":
        invite_ten(cast, meeting)
    return meetings.call(cast.convenor, meeting.pk, None)


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Inside, it is some days ago: what has to be done long before a meeting that begins now."""
    with clock.pretending(clock.now() - dt.timedelta(days=days)):
        yield


def ten_people_meeting(cast: Cast, *, sign_in: bool = True, **more: Any) -> Meeting:
    """A meeting of the default form that is to begin now, called a month ago, with ten at the table who have signed
    in (not opened: `deliberation.actions.sitting`). Chair: the convenor; recorder: the community's staff."""
    starts_at = clock.now().replace(microsecond=0) + dt.timedelta(minutes=5)
    with days_ago(30):  # longer than any holiday and the notice
        meeting = called_meeting(cast, starts_at=starts_at, **more)
    if sign_in:
        for one in Attendee.objects.filter(meeting=meeting).order_by("pk"):
            arriving.sign_in(cast.convenor, one, Attendee.SignedIn.HAND)
    return cast.again(meeting)  # type: ignore[no-any-return]


def public_request(cast: Cast, meeting: Meeting, **more: Any) -> Attendee:
    """A resident asks to come, each with a number of their own."""
    phone = str(13800000000 + Attendee.objects.filter(meeting=meeting).count())
    given: dict[str, Any] = {"key": uuid7(), "seat_key": "residents", "name": "王阿姨", "phone": phone}
    return invitations.ask_to_come(Actor("resident", cast.tenant.pk), meeting.pk, **given | more)


# --- parts of addresses ----------------------------------------------------------------------------------


def topic(cast: Cast) -> Parts:
    return {"topic_id": investigated_topic(cast).pk}


def planned(cast: Cast) -> Parts:
    return {"meeting_id": planned_meeting(cast).pk}


def called(cast: Cast) -> Parts:
    return {"meeting_id": called_meeting(cast).pk}


def sitting(cast: Cast) -> Parts:
    return {"meeting_id": ten_people_meeting(cast, sign_in=False).pk}


def attendee_of(make: Callable[[Cast], Parts], seat: str = "residents") -> Callable[[Cast], Parts]:
    """Somebody at the table of a meeting."""

    def somebody(cast: Cast) -> Parts:
        row = Attendee.objects.filter(seat=seat, **make(cast)).order_by("pk")[0]
        return {"attendee_id": row.pk}

    somebody.__name__ = f"attendee_{make.__name__}"
    return somebody


def recused(cast: Cast) -> Parts:
    """A resident of whom it was noted that they stay out."""
    row = Attendee.objects.filter(meeting=called_meeting(cast), seat="residents").order_by("pk")[0]
    return {"attendee_id": arriving.recuse(cast.convenor, row, "亲戚承包").pk}


def asked(cast: Cast) -> Parts:
    """A resident who asked to come."""
    return {"attendee_id": public_request(cast, called_meeting(cast)).pk}


def seat(cast: Cast) -> Parts:
    """The link of a resident at the table of a meeting that is to begin now."""
    meeting = ten_people_meeting(cast, sign_in=False)
    return {"token": token_of(Attendee.objects.filter(meeting=meeting).order_by("pk")[0])}


def door(cast: Cast) -> Parts:
    return {"token": door_link(ten_people_meeting(cast, sign_in=False), cast.tenant.slug).rstrip("/").rsplit("/", 1)[1]}
