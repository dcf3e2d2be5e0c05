"""过关口: letting a gate be passed by a signed reason, saying that a step was done, and who agreed to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.deliberation import gates, rules
from shangliang.deliberation.actions.topics import named
from shangliang.deliberation.models import Approval, GatePass, Meeting, StepRecord, Topic
from shangliang.deliberation.progress import is_by_hand
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.people.models import Person
from shangliang.playbooks.deliberation_rules import Step

LEAST_WHY = 10
NOT_OVER = (Meeting.Status.PLANNED, Meeting.Status.CALLED, Meeting.Status.OPEN, Meeting.Status.READ)


@transaction.atomic
def pass_gate(actor: Actor, topic: Topic, step_key: str, *, name: str, why: str, seen: Mapping[str, int]) -> GatePass:
    """放行: let a step be begun though something is missing; the chair signs why, and it stands in the minutes.

    `seen` is what was missing on the page that the chair signed, and how much (`gates.sizes`). Raises NotAllowed for anybody but the
    chair, Refused for a name that is not theirs, a reason that says nothing, or when nothing is missing, Changed
    when something else is missing by now. Entry: gate.passed, which names the meetings that are not over.
    """
    facts, step = _locked(topic, step_key)
    seat = rules.may_pass_gate(actor, topic).grant()
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotAllowed(_("放行要签自己的名字，请登录以后再签。"))
    missing = gates.before(step, facts)
    if not missing:
        raise Refused(_("现在什么都不缺，不用放行。"))
    if gates.sizes(missing) != dict(seen):
        raise Changed(_("您看的时候，缺的东西变了。请再看一眼下面这几样，再签名。"))
    _require_signed(person, name, why)
    row = GatePass.objects.create(
        tenant_id=topic.tenant_id,
        topic=topic,
        step=step.key,
        missing=gates.sizes(missing),
        sentences=[one.told for one in missing],
        why=why.strip(),
        signed_name=person.name,
        person=person,
        at=clock.now(),
    )
    matters.change(topic.matter)
    meetings = [("meeting", one.pk) for one in facts.meetings if one.status in NOT_OVER]
    append(
        actor,
        "gate.passed",
        [*named(topic), *meetings, ("person", person.pk)],
        matters.facts(topic.matter) | {"step": step.key, "step_label": step.label, "missing": list(row.missing)},
        {"why": row.why, "missing": "；".join(row.sentences)},
        seat=seat,
    )
    return row


@transaction.atomic
def post(actor: Actor, topic: Topic) -> None:
    """公示: show a chosen topic to everybody from today, where that is a step of its own.

    Raises NotAllowed, or Refused while something is missing before it, or when it was posted. Entry: topic.posted.
    """
    _lock(topic)
    seat = rules.may_step(actor, topic).grant()
    if topic.posted_on is not None:
        raise Refused(_("已经公示了。"))
    gates.require(topic, "post")
    topic.posted_on = clock.today()
    topic.save(update_fields=["posted_on"])
    matters.change(topic.matter)
    facts = matters.facts(topic.matter) | {"on": topic.posted_on.isoformat()}
    append(actor, "topic.posted", named(topic), facts, {"title": topic.title}, seat=seat)


@transaction.atomic
def record_step(
    actor: Actor, topic: Topic, step_key: str, *, note: str = "", answers: Mapping[str, Any], done: bool = False
) -> StepRecord:
    """Write what a step's own form asks, and with `done` say that a step was done which only people can tell.

    Raises NotAllowed, or Refused while something is missing before the step, or when the step shows by itself
    whether it is done. Entry: step.done, or step.written when it is not done by it.
    """
    facts, step = _locked(topic, step_key)
    seat = rules.may_step(actor, topic).grant()
    answers = {key: answers[key] for key in step.asks if _is_said(answers.get(key))}
    before = facts.records.get(step.key)
    if done:
        _require_by_hand(step, facts, answers, note)
    row, _new = StepRecord.objects.update_or_create(
        tenant_id=topic.tenant_id,
        topic=topic,
        step=step.key,
        defaults={
            "note": note.strip(),
            "answers": answers,
            "is_done": done or bool(before and before.is_done),
            "by_id": actor.person_id,
            "at": before.at if before and before.is_done else clock.now(),
        },
    )
    matters.change(topic.matter)
    append(
        actor,
        "step.done" if done else "step.written",
        named(topic),
        matters.facts(topic.matter) | {"step": step.key, "step_label": step.label},
        {"note": row.note} | {f"answer-{key}": str(value) for key, value in answers.items()},
        seat=seat,
    )
    return row


@transaction.atomic
def approve(actor: Actor, topic: Topic, step_key: str, *, who: str, document: str = "", on: dt.date) -> Approval:
    """Write down that somebody whom the playbook names agreed to a step, by which document, on what day.

    Raises NotAllowed, or Refused for somebody whom the playbook does not name, who agreed already, or a day that
    has not come. Entry: step.approved.
    """
    _facts, step = _locked(topic, step_key)
    seat = rules.may_step(actor, topic).grant()
    if who not in step.approvals:
        raise Refused(_("这一步不用“%(who)s”点头。") % {"who": who}, "who")
    if on > clock.today():
        raise Refused(_("日子还没到，写已经点过头的。"), "on")
    if Approval.objects.filter(topic=topic, step=step.key, who=who).exists():
        raise Refused(_("“%(who)s”已经点过头了。") % {"who": who}, "who")
    row = Approval.objects.create(
        tenant_id=topic.tenant_id,
        topic=topic,
        step=step.key,
        who=who,
        document=document.strip(),
        on=on,
        by_id=actor.person_id,
    )
    matters.change(topic.matter)
    said = {"step": step.key, "step_label": step.label, "who": who, "on": on.isoformat()}
    append(
        actor,
        "step.approved",
        named(topic),
        matters.facts(topic.matter) | said,
        {"document": row.document},
        seat=seat,
    )
    return row


def _lock(topic: Topic) -> None:
    topic.matter = matters.lock(topic.matter_id, None)
    topic.refresh_from_db(fields=["status", "chair", "chosen_on", "posted_on", "again_at"])


def _locked(topic: Topic, step_key: str) -> tuple[Evidence, Step]:
    """What is known of a topic while nobody else acts on it, and the step."""
    _lock(topic)
    facts = evidence(topic)
    if step_key not in facts.rules.steps:
        raise Refused(_("这份工作法里没有这一步。"))
    return facts, facts.rules.steps[step_key]


def _require_signed(person: Person, name: str, why: str) -> None:
    if "".join(name.split()) != "".join(person.name.split()):
        raise Refused(_("签自己的名字，要和登录的人一样。"), "name")
    if len(why.strip()) < LEAST_WHY:
        raise Refused(_("理由至少写 %(least)s 个字，它要印进纪要。") % {"least": LEAST_WHY}, "why")


def _is_said(answer: Any) -> bool:
    """A box left alone and a field left empty say nothing; a nought does."""
    return answer is not None and answer is not False and answer != ""


def _require_by_hand(step: Step, facts: Evidence, answers: Mapping[str, Any], note: str) -> None:
    if not is_by_hand(step, facts):
        raise Refused(_("“%(step)s”做没做完，看记录就知道，不用手动打勾。") % {"step": step.label})
    given = {f"ask:{key}" for key in answers}
    if lacking := [one for one in gates.before(step, facts) if one.key not in given]:
        raise Refused(_("还不能往下走：%(missing)s。") % {"missing": "；".join(one.sentence for one in lacking)})
    if not note.strip():
        raise Refused(_("写一句是怎么做完的。"), "note")
