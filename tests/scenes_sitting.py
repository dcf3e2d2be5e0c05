"""Meetings that sit, and what is on their table. Called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import lines, questions, sitting, voting
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Item, Meeting, OutsideQuestion
from tests.cast import Cast
from tests.scenes import Parts
from tests.scenes_meetings import ten_people_meeting


def open_meeting(cast: Cast) -> Meeting:
    """It was opened, and ten sit at the table."""
    return sitting.open_meeting(cast.convenor, ten_people_meeting(cast).pk)


def people(meeting: Meeting) -> list[Attendee]:
    return list(Attendee.objects.filter(meeting=meeting).select_related("meeting").order_by("pk"))


def wording(text: str = "建充电棚一座", **more: Any) -> Wording:
    """What is put to the table, with who does it by when."""
    known: dict[str, Any] = {"outcome": "task", "owner": "区房管局", "due": clock.today() + dt.timedelta(days=20)}
    return Wording(text, **known | more)


def put(cast: Cast, meeting: Meeting, text: str = "建充电棚一座", **more: Any) -> Item:
    return sitting.put_item(cast.community, meeting.pk, wording(text, **more))


def asked(cast: Cast, meeting: Meeting, words: str = "下雨天漏不漏？", **more: Any) -> OutsideQuestion:
    """Somebody outside asked something."""
    key = uuid7()
    questions.ask(Actor("resident", cast.tenant.pk), meeting.pk, words, key=key, **more)
    return OutsideQuestion.objects.select_related("words").get(pk=key)


# --- parts of addresses ---------------------------------------------------------------------------------


def on(cast: Cast) -> Parts:
    return {"meeting_id": open_meeting(cast).pk}


def to_open(cast: Cast) -> Parts:
    return {"meeting_id": ten_people_meeting(cast).pk}


def part(cast: Cast) -> Parts:
    return {"meeting_id": open_meeting(cast).pk, "position": 1}


def item(cast: Cast) -> Parts:
    row = put(cast, open_meeting(cast))
    return {"meeting_id": row.meeting_id, "item_id": row.pk}


def to_settle(cast: Cast) -> Parts:
    return item(cast) | {"to": "agreed"}


def reservation(cast: Cast) -> Parts:
    meeting = open_meeting(cast)
    row = put(cast, meeting)
    made = sitting.reserve(cast.community, row, people(meeting)[0].pk, "不放心")
    return {"meeting_id": meeting.pk, "item_id": row.pk, "reservation_id": made.pk}


def ballot(cast: Cast) -> Parts:
    count = voting.open_ballot(cast.community, put(cast, open_meeting(cast)))
    return {"meeting_id": count.item.meeting_id, "count_id": count.pk}


def vote(cast: Cast) -> Parts:
    meeting = open_meeting(cast)
    count = voting.open_ballot(cast.community, put(cast, meeting))
    return {"token": token_of(people(meeting)[0]), "count_id": count.pk}


def hand(cast: Cast) -> Parts:
    return {"token": token_of(people(open_meeting(cast))[0])}


def question(cast: Cast) -> Parts:
    row = asked(cast, open_meeting(cast))
    return {"meeting_id": row.meeting_id, "question_id": row.pk}


# --- what is sent -----------------------------------------------------------------------------------------


def a_line(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"id": str(uuid4()), "text": "离窗户远一点", "kind": "said"}


def its_last_line(cast: Cast, parts: Parts) -> dict[str, Any]:
    one = lines.Written(uuid4(), "离窗户远一点")
    lines.write_lines(cast.community, parts["meeting_id"], [one])
    return {"strike": str(one.id)}


def an_item(cast: Cast, parts: Parts) -> dict[str, Any]:
    due = (clock.today() + dt.timedelta(days=20)).isoformat()
    return {"text": "建充电棚两座", "outcome": "task", "owner": "区房管局", "due": due}


def somebody(cast: Cast, parts: Parts) -> dict[str, Any]:
    one = Attendee.objects.filter(meeting=parts["meeting_id"]).order_by("pk")[0]
    return {"attendee": str(one.pk), "why": "不放心"}
