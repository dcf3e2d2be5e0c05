"""一个议题 at the desk: its path, what is missing beside the step that waits for it, and all that was found out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Verdict
from shangliang.deliberation import path, rules
from shangliang.deliberation.models import Finding, Topic
from shangliang.deliberation.path import Walked
from shangliang.deliberation.queries.evidence import evidence
from shangliang.deliberation.queries.topics import OPEN
from shangliang.deliberation.views.investigation import may_find, topic_for
from shangliang.deliberation.views.topics import choice_context
from shangliang.people.doors import StaffRequest, staff

Kind = Finding.Kind
FINDS = ("facts", "site", "photos", "visits", "cost", "authority")
KIND_OF = {"facts": Kind.FACT, "site": Kind.SITE, "photos": Kind.SITE, "visits": Kind.VISIT}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something missing, and where one does it; no address where it comes about by itself or by others."""

    sentence: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A step that waits, what it waits for, and what one may do about it."""

    walked: Walked
    wanted: tuple[Wanted, ...]
    step_address: str  # its own form, or ticking it
    next: Wanted | None  # what begins it, once nothing is missing


@staff
def topic(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """The page of one topic (at most twenty queries, however much was found out)."""
    row = topic_for(request, topic_id)
    seen = evidence(row)
    steps = path.walked(seen)
    may_work, may_record = rules.may_look_into(request.actor, row), may_find(request, row)
    ways = Ways(request, row, rules.may_step(request.actor, row), may_record)
    page = {
        "topic": row,
        "seen": seen,
        "source": seen.rules.sources.get(row.source, ""),
        "steps": steps,
        "gates": list(_gates(steps, ways)) if row.status in (*OPEN, Topic.Status.AGREED) else [],
        "kinds": [
            (kind, label, [one for one in seen.found if one.finding.kind == kind]) for kind, label in Kind.choices
        ],
        "may_work": may_work,
        "may_plan": rules.may_work(request.actor, row),
        "may_find": may_record,
        "may_pass": rules.may_pass_gate(request.actor, row),
        "by_key": {key: step.label for key, step in seen.rules.steps.items()},
        "forms": {key: form.label for key, form in seen.rules.meetings.items()},
        "done": request.GET.get("done", ""),
        "today": clock.today(),
    }
    return render(request, "deliberation/topic.html", page | choice_context(request, row))


class Ways:
    """Where one goes to do what is missing, for somebody who may."""

    def __init__(self, request: StaffRequest, topic: Topic, may_work: Verdict, may_find: Verdict) -> None:
        self.slug, self.topic = request.tenant.slug, topic  # type: ignore[attr-defined]
        self.may_work, self.may_find = may_work.ok, may_find.ok

    def to(self, name: str, **parts: Any) -> str:
        """The address of a page of this topic."""
        return reverse(f"deliberation:{name}", kwargs={"slug": self.slug, "topic_id": self.topic.pk, **parts})

    def wanted(self, key: str, sentence: str, step: str) -> Wanted:
        """What is missing with the way to it."""
        name, _colon, rest = key.partition(":")
        if name in FINDS and self.may_find:
            kind = KIND_OF.get(name, name)
            return Wanted(sentence, _("去记"), f"{self.to('record_finding')}?kind={kind}")
        if name == "heard" and rest and self.may_find:
            return Wanted(sentence, _("去记"), self.to("hear", side_id=rest))
        if self.may_work and name in self._of_staff:
            label, page, of_step = self._of_staff[name]
            return Wanted(sentence, label, self.to(page, **({"step": step} if of_step else {})))
        return Wanted(sentence, "", "")

    def next(self, step: Walked) -> Wanted | None:
        """What begins a step when nothing is missing, if anything at the desk does."""
        if not self.may_work:
            return None
        begins = {
            "choose": (_("选定"), "choose"),
            "post": (_("公示议题"), "post_topic"),
            "online": (_("开网上商量"), "open_conversation"),
            "invite": (_("安排会议"), "plan_meeting"),
            "meet": (_("安排会议"), "plan_meeting"),
        }
        found = next((begins[does] for does in step.step.does if does in begins), None)
        return Wanted("", found[0], self.to(found[1])) if found else None

    @property
    def _of_staff(self) -> dict[str, tuple[str, str, bool]]:
        return {
            "sides": (_("写上一方"), "name_side", False),
            "heard": (_("写上一方"), "name_side", False),
            "approval": (_("记下"), "approve_step", True),
            "ask": (_("去写"), "step", True),
            "online": (_("开网上商量"), "open_conversation", False),
            "meetings": (_("安排会议"), "plan_meeting", False),
        } | ({"posted": (_("去公示"), "post_topic", False)} if self.topic.posted_on is None else {})


def _gates(steps: list[Walked], ways: Ways) -> Iterator[Gate]:
    """The steps one can work on, and the first behind them that waits for something of its own. What an
    investigation is asked for stands at the step that asks for it."""
    shown = [one for one in steps if one.state == "now"]
    if not any("choose" in one.step.does for one in shown):  # else it is not sure that it is talked about at all
        shown += [one for one in steps if one.state == "waiting" and one.missing][:1]
    for one in shown:
        others = {missing.key for other in shown if other is not one for missing in other.missing}
        if "investigate" in one.step.does and one.missing and {missing.key for missing in one.missing} <= others:
            continue
        asked = bool(one.step.asks) or one.is_by_hand
        yield Gate(
            one,
            tuple(ways.wanted(missing.key, missing.sentence, one.step.key) for missing in one.missing),
            ways.to("step", step=one.step.key) if asked and ways.may_work else "",
            None if one.missing or one.state == "waiting" else ways.next(one),
        )
