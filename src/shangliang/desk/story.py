"""The timeline as those who handle a matter read it: also what the public is not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.models import Finding
from shangliang.delivery.telling import Told, tell, voices_of
from shangliang.desk.queries import people
from shangliang.ledger.queries import Line
from shangliang.matters.rules import Sight
from shangliang.people.queries import names
from shangliang.playbooks import wording
from shangliang.web import stages


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: what is told of it, and which person of the body did it."""

    told: Told
    person: str = ""
    note: str = ""  # what only those who handle it read

    @property
    def status(self) -> str:
        """The status whose mark stands beside it."""
        return list(stages.STAGES)[self.told.stage - 1]


_NOBODY = "00000000-0000-0000-0000-000000000000"

# What the public is not told. Title, and the slot of the words that only the body itself reads.
INTERNAL: dict[str, tuple[Any, str]] = {
    "reply.drafted": (gettext_lazy("答复写好，等内部审签"), "words"),
    "reply.signed": (gettext_lazy("审签"), "words"),
    "reply.sent_back": (gettext_lazy("答复退改"), "why"),
    "handover.reassigned": (gettext_lazy("换人办"), ""),
    "handover.link_made": (gettext_lazy("给了对方一次性链接"), ""),
    "voice.cleared": (gettext_lazy("公开原话"), ""),
    "voice.uncleared": (gettext_lazy("不再公开原话"), ""),
    "voice.let_through": (gettext_lazy("认定是真人说的"), ""),
    "voice.consent_withdrawn": (gettext_lazy("本人收回公开"), ""),
    "slip.reissued": (gettext_lazy("补发回执"), ""),
    "whistle.asked": (gettext_lazy("又请了委员"), ""),
    "whistle.lapsed": (gettext_lazy("有委员没回话，接着请"), ""),
    "whistle.led": (gettext_lazy("定了谁带队"), ""),
    "whistle.ended": (gettext_lazy("吹哨结束"), "why"),
    "recusal.said": (gettext_lazy("记了回避"), ""),
    "topic.scored": (gettext_lazy("给议题打了分"), ""),
    "topic.voted": (gettext_lazy("给议题投了票"), ""),
    "topic.planned": (gettext_lazy("列进议题计划"), "title"),
    "side.named": (gettext_lazy("写了一方"), "label"),
    "side.heard": (gettext_lazy("听了一方"), "said"),
    "finding.recorded": (gettext_lazy("记了调研情况"), "text"),
    "finding.withdrawn": (gettext_lazy("撤了一条调研情况"), "why"),
    "step.done": (gettext_lazy("做完了一步"), "note"),
    "step.approved": (gettext_lazy("有一步点过头了"), "document"),
    "meeting.planned": (gettext_lazy("定了开会"), ""),
    "meeting.opened": (gettext_lazy("开会了"), ""),
    "meeting.closed": (gettext_lazy("纪要念过了，等签字"), ""),
    "deadlines.recomputed": (gettext_lazy("日历改了，期限重新算"), ""),
}


def story(lines: Iterable[Line], sight: Sight, own_bodies: Collection[UUID]) -> list[Happening]:
    """What happened, newest first, for somebody who sees this much of the matter (at most two queries)."""
    lines = list(lines)
    bodies = names(UUID(body) for line in lines if (body := line.body["actor"].get("body")))
    if sight is Sight.FACE:
        return [Happening(told) for line in lines for told in tell([line], bodies=bodies)]
    is_whole = sight is Sight.WHOLE
    who = people(UUID(person) for line in lines if (person := line.body["actor"].get("person")))
    happened = []
    for line in lines:
        told = _internal(line, bodies, own_bodies) if line.entry.kind in INTERNAL else _told(line, bodies, is_whole)
        if told is not None:
            person = line.body["actor"].get("person")
            reads_note = is_whole or UUID(line.facts.get("body") or _NOBODY) in own_bodies
            note = line.words.get("note", "") if reads_note else ""
            happened.append(Happening(told, who.get(UUID(person), "") if person else "", note))
    return happened


def _told(line: Line, bodies: dict[UUID, str], is_whole: bool) -> Told | None:
    told = tell([line], cleared=voices_of(line) if is_whole else frozenset(), bodies=bodies)
    return told[0] if told else None


def _internal(line: Line, bodies: dict[UUID, str], own_bodies: Collection[UUID]) -> Told:
    title, slot = INTERNAL[line.entry.kind]
    body = line.body["actor"].get("body")
    is_own = bool(body) and UUID(body) in own_bodies
    text = line.words.get(slot, "") if is_own else ""
    if line.entry.kind == "reply.signed":
        text = _("%(step)s签过。") % {"step": line.facts["step"]} + text
    if line.entry.kind == "finding.recorded":
        title = _("记了一条：%(kind)s") % {"kind": Finding.Kind(line.facts["kind"]).label}
    if line.entry.kind == "deadlines.recomputed" and line.facts.get("due"):
        text = _("最晚 %(day)s。") % {"day": wording.date(dt.date.fromisoformat(line.facts["due"]))}
    begins = "deliberated" if line.entry.kind.startswith("meeting.") else "raised"
    stage = stages.ALL.get(line.facts.get("status", begins), (1, ""))[0]
    by = bodies.get(UUID(body), "") if body else ""
    return Told(line.entry.kind, str(title), text, by, stage, line.entry.happened_at)
