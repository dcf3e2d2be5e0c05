"""No address and no act leads past a gate: with evidence missing nothing begins, after a signed reason it does.

Acts are found by what they call, addresses in the resolver: a new one that is not known here fails.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver
from django.urls.resolvers import URLPattern, URLResolver

import shangliang.deliberation
import shangliang.delivery
from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.deliberation import gates
from shangliang.deliberation.actions import conversations, meetings, minutes, sitting, topics
from shangliang.deliberation.actions import gates as gate_actions
from shangliang.deliberation.models import Attendee, Finding, Item, Meeting, Topic
from shangliang.deliberation.queries.evidence import evidence
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions import Given
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import consensus
from shangliang.ledger.models import Entry
from shangliang.matters.models import Point
from tests import scenes_investigation as scenes
from tests import scenes_meetings, scenes_minutes
from tests.cast import Cast

WHY = "电线已经冒烟，等不到下个月再开会。"
APPROVED = """
raise: {label: 提, by: 群众, does: [gather]}
pick: {label: 选, by: 工作室, after: [raise], does: [choose], approvals: [街道党工委]}
show: {label: 公示, by: 工作室, after: [pick], does: [post], approvals: [街道党工委]}
"""


def shut(cast: Cast) -> None:
    """The facts of all topics were wrong, so they do not count."""
    Finding.objects.filter(kind=Finding.Kind.FACT).update(withdrawn_at=clock.now())


def only_topic() -> Topic:
    return scenes.again(Topic.objects.get())


@dataclass(frozen=True)
class Begun:
    """An act that begins a step, at a point where everything but the evidence is there."""

    does: str
    act: Callable[[], object]


def choosing(cast: Cast) -> Begun:
    scenes.way(cast, APPROVED)
    row = scenes.put_forward(cast)
    return Begun("choose", lambda: topics.choose(cast.convenor, row, None, posted=False))


def posting(cast: Cast) -> Begun:
    scenes.way(cast, APPROVED.replace("does: [choose], approvals: [街道党工委]", "does: [choose]"))
    row = scenes.chosen_topic(cast, posted=False)
    return Begun("post", lambda: gate_actions.post(cast.convenor, row))


def talking_online(cast: Cast) -> Begun:
    scenes.way(
        cast,
        APPROVED.replace("does: [post]", "does: [online]").replace("[choose], approvals: [街道党工委]", "[choose]"),
    )
    row = scenes.chosen_topic(cast)
    return Begun("online", lambda: conversations.open_conversation(cast.convenor, row, question="收不收？"))


def calling(cast: Cast) -> Begun:
    meeting = scenes_meetings.planned_meeting(cast)
    shut(cast)
    return Begun("invite", lambda: meetings.call(cast.convenor, meeting.pk, None))


def opening(cast: Cast) -> Begun:
    meeting = scenes_meetings.ten_people_meeting(cast)
    shut(cast)
    return Begun("meet", lambda: sitting.open_meeting(cast.convenor, meeting.pk))


def closing(cast: Cast) -> Begun:
    meeting = scenes_minutes.held(cast)
    shut(cast)
    return Begun("agree", lambda: minutes.close(cast.convenor, meeting.pk, None))


def finishing(cast: Cast) -> Begun:
    meeting = scenes_minutes.read(cast)
    scenes_minutes.sign_all(cast, meeting)
    shut(cast)
    return Begun("agree", lambda: minutes.finish(cast.convenor, meeting.pk, None))


def handing_over(cast: Cast) -> Begun:
    scenes_minutes.signed(cast)
    shut(cast)
    matter, body = only_topic().matter, cast.body("区城管执法局")
    return Begun("hand_over", lambda: delivery.hand_over(cast.street, matter.pk, None, body=body, points=["先拆飞线"]))


def handing_over_what_was_agreed(cast: Cast) -> Begun:
    scenes_minutes.signed(cast)
    shut(cast)
    matter = only_topic().matter
    given = [Given(one.point_id, one.owner, scenes_minutes.due()) for one in consensus(matter)]  # type: ignore[arg-type]
    return Begun("hand_over", lambda: delivery.hand_over_consensus(cast.street, matter.pk, None, given=given))


# Each act that asks a gate, and where it stands when the gate is shut. What `tests/deliberation/test_voting.py` counts
# after a meeting takes effect by the same gate.
BEGINS: dict[str, Callable[[Cast], Begun] | None] = {
    "topics.choose": choosing,
    "conversations.open_conversation": talking_online,
    "gates.post": posting,
    "meetings.call": calling,
    "sitting.open_meeting": opening,
    "minutes.close": closing,
    "minutes.finish": finishing,
    "hand_overs.hand_over": handing_over,
    "consensus.hand_over_consensus": handing_over_what_was_agreed,
    "voting.collect_signatures": None,
}


def asking() -> set[str]:
    """The acts of both rooms that ask a gate, by module and name."""
    found = set[str]()
    for room in (shangliang.deliberation, shangliang.delivery):
        for path in sorted((Path(room.__path__[0]) / "actions").glob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and any(_asks(call) for call in ast.walk(node)):
                    found.add(f"{path.stem}.{node.name}")
    return found


def _asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("require", "require_of")


def let_pass(cast: Cast, does: str) -> None:
    row = only_topic()
    step = gates.step_of(evidence(row), does)
    assert step is not None
    seen = gates.sizes(gates.missing(row, does))
    gate_actions.pass_gate(cast.convenor, row, step.key, name="林知夏", why=WHY, seen=seen)


def test_every_act_that_asks_a_gate_is_tried_here() -> None:
    assert asking() == set(BEGINS)


@pytest.mark.parametrize("begins", [name for name, made in BEGINS.items() if made])
def test_an_act_is_refused_while_something_is_missing_and_done_after_a_signed_reason(cast: Cast, begins: str) -> None:
    made = BEGINS[begins]
    assert made is not None
    begun = made(cast)
    entries = Entry.objects.count()
    with pytest.raises(Refused, match="还不能往下走"):
        begun.act()
    assert Entry.objects.count() == entries
    let_pass(cast, begun.does)
    begun.act()
    assert Entry.objects.count() > entries + 1


# --- every address ------------------------------------------------------------------------------------

SPACES = ("deliberation", "delivery")
# What an address of these rooms may carry; others are filled with something that is not there.
TEXTS: dict[str, Any] = {
    "seen": "",
    "why": WHY,
    "note": WHY,
    "name": "林知夏",
    "text": "先拆飞线",
    "points": "先拆飞线",
    "days": "10",
    "done": "on",
    "words": "先拆飞线",
    "by": "召集人",
    "posted": "on",
    "answer": "yes",
    "outcome": "task",
    "owner": "区城管执法局",
}


def addresses() -> list[tuple[str, list[str]]]:
    """The addresses of both rooms, with the names of what they carry."""

    def below(resolver: URLResolver, carried: list[str], space: str) -> Iterator[tuple[str, list[str]]]:
        for entry in resolver.url_patterns:
            here = [*carried, *entry.pattern.converters]
            if isinstance(entry, URLResolver):
                yield from below(entry, here, entry.namespace or space)
            elif isinstance(entry, URLPattern) and space in SPACES:
                yield f"{space}:{entry.name}", [name for name in here if name != "slug"]

    return list(below(get_resolver(), [], ""))


def came_about() -> set[tuple[str, Any]]:
    """All that stands for a step begun: what a shut gate has to keep from coming about."""
    found = {("agreed", pk) for pk in Topic.objects.filter(status=Topic.Status.AGREED).values_list("pk", flat=True)}
    for moment in ("called_at", "opened_at", "closed_at", "signed_at"):
        found |= {(moment, pk) for pk in Meeting.objects.exclude(**{moment: None}).values_list("pk", flat=True)}
    found |= {("point", pk) for pk in Point.objects.values_list("pk", flat=True)}
    return found | {("hand over", pk) for pk in HandOver.objects.values_list("pk", flat=True)}


def parts_of(carried: list[str], meeting: Meeting, row: Topic) -> dict[str, Any]:
    attendee = Attendee.objects.filter(meeting=meeting).order_by("pk").first()
    item = Item.objects.filter(meeting=meeting).order_by("number").first()
    known: dict[str, Any] = {
        "topic_id": row.pk,
        "meeting_id": meeting.pk,
        "number": row.matter.number,
        "step": "deliberate",
        "to": "agreed",
        "kind": "x",
        "file": "x",
        "token": "x",
        "position": 1,
        "attendee_id": attendee.pk if attendee else uuid4(),
        "item_id": item.pk if item else uuid4(),
    }
    return {name: known.get(name, uuid4()) for name in carried}


def what_begins(
    cast: Cast, meeting: Meeting, row: Topic, data: dict[str, Any], names: set[str] | None = None
) -> set[str]:
    """Post to every address that leads to this topic or meeting, or to those of `names`; each is undone again."""
    before, found = came_about(), set[str]()
    chair, street = cast.client("convenor"), cast.client("street")
    for name, carried in addresses():
        if not LEADS_HERE.intersection(carried) or (names is not None and name not in names):
            continue
        parts = parts_of(carried, meeting, row)
        try:
            url = cast.url(name, **parts)
        except NoReverseMatch:  # the number of a statement
            url = cast.url(name, **parts | {"number": 1})
        with transaction.atomic():
            (street if name.startswith("delivery:") else chair).post(url, data)
            if came_about() - before:
                found.add(name)
            transaction.set_rollback(True)
    return found


LEADS_HERE = frozenset({"topic_id", "meeting_id", "attendee_id", "item_id", "number", "token"})
STAGES: dict[str, tuple[Callable[[Cast], Meeting], str, set[str]]] = {
    "planned": (scenes_meetings.planned_meeting, "invite", {"deliberation:call_meeting"}),
    "sitting": (scenes_minutes.held, "agree", {"deliberation:close"}),
    "signed by all": (lambda cast: _all_signed(cast), "agree", {"deliberation:finish"}),
    "finished": (scenes_minutes.signed, "hand_over", {"delivery:consensus", "delivery:hand_over"}),
}


def _all_signed(cast: Cast) -> Meeting:
    meeting = scenes_minutes.read(cast)
    scenes_minutes.sign_all(cast, meeting)
    return meeting


@pytest.mark.parametrize("stage", STAGES)
def test_no_address_leads_past_a_shut_gate(cast: Cast, stage: str) -> None:
    make, does, begins = STAGES[stage]
    meeting = make(cast)
    shut(cast)
    row = only_topic()
    due = clock.today() + dt.timedelta(days=20)
    data = TEXTS | {"body": str(cast.body("区城管执法局").pk), "on": str(clock.today()), "due": str(due)}
    if stage == "finished":
        data |= scenes_minutes.consensus(cast, {"number": row.matter.number})
    assert sum(bool(LEADS_HERE.intersection(carried)) for _name, carried in addresses()) > 60
    assert what_begins(cast, meeting, row, data) == set()
    let_pass(cast, does)
    assert what_begins(cast, meeting, only_topic(), data, begins) == begins
