"""What people who work here are told of an entry that names them: one sentence, and the page it leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.ledger.queries import Line
from shangliang.playbooks import wording


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the persons and bodies that some entries name."""

    persons: Mapping[UUID, str]
    bodies: Mapping[UUID, str]

    def actor(self, line: Line) -> str:
        """Who acted: the person, or what the machine is called."""
        person = line.body["actor"].get("person")
        return self.persons.get(UUID(person), _("工作人员")) if person else _("系统")

    def body(self, line: Line) -> str:
        """The body an entry is about: the first it names."""
        return next((self.bodies.get(row, "") for row in subjects(line, "body")), "")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and the name and arguments of the page it leads to."""

    sentence: str
    page: str = "studios:mine"
    given: Mapping[str, Any] | None = None

    def path(self, slug: str) -> str:
        """The address of the page in a tenant."""
        return reverse(self.page, kwargs={"slug": slug, **(self.given or {})})


Say = Callable[[Line, Names], Said]


def subjects(line: Line, kind: str) -> list[UUID]:
    """The rows of a kind that an entry names."""
    return [UUID(row) for name, row in line.body["subjects"] if name == kind]


def when(line: Line) -> str:
    """The shift an entry is about: 11 月 25 日 9:00–11:00."""
    facts = line.facts
    return f"{wording.date(dt.date.fromisoformat(facts['day']))} {_clock(facts['starts'])}–{_clock(facts['ends'])}"


def _clock(hour: str) -> str:
    return hour.removeprefix("0")


def _period(line: Line) -> dict[str, Any]:
    return {key: wording.date(dt.date.fromisoformat(line.facts[key])) for key in ("first", "last")}


def _message(line: Line, names: Names) -> Said:
    said = _("%(body)s收到一条留言（%(number)s），有您的份：召集人受理，您和他一起回。")
    given = {"body": names.body(line), "number": line.facts["number"]}
    return Said(said % given, "desk:queue")


def _rostered(line: Line, names: Names) -> Said:
    said = _("%(body)s排好了%(first)s到%(last)s的班，看看您是哪几天。")
    return Said(said % (_period(line) | {"body": names.body(line)}))


def _added(line: Line, names: Names) -> Said:
    return Said(_("%(body)s %(when)s加了一班，请您来。") % {"body": names.body(line), "when": when(line)})


def _cancelled(line: Line, names: Names) -> Said:
    return Said(_("%(body)s %(when)s的班取消了，您不用来。") % {"body": names.body(line), "when": when(line)})


def _restored(line: Line, names: Names) -> Said:
    return Said(_("%(body)s %(when)s的班照常，请来。") % {"body": names.body(line), "when": when(line)})


def _given_up(line: Line, names: Names) -> Said:
    said = (
        _("%(name)s来不了%(when)s的班，这一班先取消了，请找人顶。")
        if line.facts["cancelled"]
        else _("%(name)s来不了%(when)s的班，别的人照常。")
    )
    (studio,) = subjects(line, "studio")
    given = {"name": names.persons.get(UUID(line.facts["who"]), ""), "when": when(line)}
    return Said(said % given, "studios:duty", {"studio_id": studio})


def _you_need_not_come(line: Line, names: Names) -> Said:
    said = _("%(actor)s替您记下：%(when)s的班您来不了，不用来了。")
    return Said(said % {"actor": names.actor(line), "when": when(line)})


def _leave(line: Line, names: Names) -> Said:
    name, turns = names.persons.get(UUID(line.facts["who"]), ""), line.facts["turns"]
    said = ngettext(
        "%(name)s从%(first)s到%(last)s请假，这段日子里有 %(turns)d 班要换人。",
        "%(name)s从%(first)s到%(last)s请假，这段日子里有 %(turns)d 班要换人。",
        turns,
    )
    given = _period(line) | {"name": name, "turns": turns}
    return Said(said % given, "studios:duty", {"studio_id": line.facts["studios"][0]})


def _your_leave(line: Line, names: Names) -> Said:
    said = _("%(actor)s替您记下：%(first)s到%(last)s请假，这几天不给您排班。")
    return Said(said % (_period(line) | {"actor": names.actor(line)}))


def _studio_moved(line: Line, names: Names) -> Said:
    said = (
        _("%(body)s停下来了，给您排的班取消了，不用来。")
        if line.facts["to"] in ("suspended", "closed")
        else _("%(body)s恢复了，原来给您排的班照常，看看是哪几天。")
    )
    return Said(said % {"body": names.body(line) if line.facts["studios"] == 1 else _("工作室")})


def _handed_on(line: Line, names: Names) -> Said:
    said = _("%(body)s %(when)s的班换了人，看看现在是谁。")
    return Said(said % {"body": names.body(line), "when": when(line)})


def _swap_asked(line: Line, names: Names) -> Said:
    said = _("%(name)s请您顶 %(body)s %(when)s的班，请回个话。")
    (swap,) = subjects(line, "swap")
    given = {"name": names.actor(line), "body": names.body(line), "when": when(line)}
    return Said(said % given, "studios:answer_swap", {"swap_id": swap})


def _swap_answered(line: Line, names: Names) -> Said:
    agreed = line.facts["agreed"]
    said = _("%(name)s同意了，%(when)s的班换好了。") if agreed else _("%(name)s不方便顶%(when)s的班，请再问别人。")
    return Said(said % {"name": names.actor(line), "when": when(line)})


def _swap_withdrawn(line: Line, names: Names) -> Said:
    return Said(_("%(name)s不用您顶%(when)s的班了。") % {"name": names.actor(line), "when": when(line)})


def _plan_ended(line: Line, names: Names) -> Said:
    off = wording.date(dt.date.fromisoformat(line.facts["off"]))
    said = _("%(body)s的值班规则改了，%(off)s起原来排的班取消。")
    return Said(said % {"body": names.body(line), "off": off})


SAYS: dict[str, Say] = {
    "voice.raised": _message,  # to a studio; other voices name nobody
    "duty.rostered": _rostered,
    "duty.plan_ended": _plan_ended,
    "shift.added": _added,
    "shift.cancelled": _cancelled,
    "shift.restored": _restored,
    "turn.given_up": _given_up,
    "turn.handed_on": _handed_on,
    "leave.said": _leave,
    "studio.moved": _studio_moved,
    "swap.asked": _swap_asked,
    "swap.answered": _swap_answered,
    "swap.withdrawn": _swap_withdrawn,
}
# To whom it happens, when another wrote it down for them: who is `who` in the facts.
SAYS_OF_YOU: dict[str, Say] = {"turn.given_up": _you_need_not_come, "leave.said": _your_leave}


def said_to(person: UUID, line: Line, names: Names) -> Said:
    """What an entry of one of the kinds in SAYS says to somebody it names."""
    of_you = SAYS_OF_YOU.get(line.entry.kind)
    if of_you and line.facts["who"] == str(person):
        return of_you(line, names)
    return SAYS[line.entry.kind](line, names)
