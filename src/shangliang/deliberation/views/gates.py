"""关口 at the desk: what is missing, letting it pass by a signed reason, and what only people can tell of a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from shangliang.core.actors import Verdict, no
from shangliang.core.errors import Changed
from shangliang.deliberation import gates, rules
from shangliang.deliberation.actions import gates as actions
from shangliang.deliberation.forms import gates as forms
from shangliang.deliberation.models import Topic
from shangliang.deliberation.progress import is_by_hand
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.deliberation.views.investigation import page_of, topic_for
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.playbooks.deliberation_rules import Step
from shangliang.web.forms import Form


@staff
def pass_gate(request: StaffRequest, topic_id: UUID, step: str) -> HttpResponse:
    """Everything that is missing before a step, and the chair's signature under why it is begun all the same."""
    topic, facts, found = _found(request, topic_id, step)
    missing = gates.before(found, facts)
    form = forms.PassForm(request.POST or None, missing=missing)

    def do(name: str, why: str, seen: Mapping[str, int]) -> str:
        try:
            actions.pass_gate(request.actor, topic, step, name=name, why=why, seen=seen)
        except Changed:
            form.show_as_seen(missing)
            raise
        return _("放行了。您的名字和理由会印进纪要。")

    verdict = rules.may_pass_gate(request.actor, topic)
    if verdict and not missing:
        verdict = no(_("现在什么都不缺，不用放行。"))
    title = _("签名放行“%(step)s”") % {"step": found.label}
    act = _act(request, topic, title, verdict, do, template="deliberation/pass_gate.html")
    return ask(request, form, act, missing=missing, step=found, topic=topic)


@staff
def post(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)

    def do() -> str:
        actions.post(request.actor, topic)
        return _("公示了，大家看得见。")

    explain = _("从今天起公示，到开会以前大家可以提意见。")
    act = _act(request, topic, _("公示议题"), rules.may_step(request.actor, topic), do, explain)
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def step(request: StaffRequest, topic_id: UUID, step: str) -> HttpResponse:
    """What the playbook asks at a step, and that it was done when nothing else tells."""
    topic, facts, found = _found(request, topic_id, step)
    by_hand, record = is_by_hand(found, facts), facts.records.get(step)
    if not by_hand and not found.asks:
        raise Http404
    written = {forms.PREFIX + key: value for key, value in record.answers.items()} if record else {}
    initial = written | {"note": record.note if record else ""}
    form = forms.StepForm(found, request.POST or None, by_hand=by_hand, initial=initial)

    def do(answers: Mapping[str, Any], note: str, done: bool) -> None:
        actions.record_step(request.actor, topic, step, note=note, answers=answers, done=done)

    verdict = rules.may_step(request.actor, topic)
    return ask(request, form, _act(request, topic, found.label, verdict, do, found.note), step=found)


@staff
def approve(request: StaffRequest, topic_id: UUID, step: str) -> HttpResponse:
    topic, facts, found = _found(request, topic_id, step)
    given = {one.who for one in facts.approvals if one.step == step}
    left = [who for who in found.approvals if who not in given]
    form = forms.ApproveForm(request.POST or None, who=left)

    def do(**said: Any) -> None:
        actions.approve(request.actor, topic, step, **said)

    verdict = rules.may_step(request.actor, topic)
    if verdict and not left:
        verdict = no(_("该点头的都点过了。"))
    title = _("记下谁点了头")
    explain = _("“%(step)s”开始以前，要有人点头。") % {"step": found.label}
    return ask(request, form, _act(request, topic, title, verdict, do, explain), step=found)


def _found(request: StaffRequest, topic_id: UUID, step: str) -> tuple[Topic, Evidence, Step]:
    topic = topic_for(request, topic_id)
    facts = evidence(topic)
    if step not in facts.rules.steps:
        raise Http404
    return topic, facts, facts.rules.steps[step]


def _act(
    request: StaffRequest,
    topic: Topic,
    title: str,
    verdict: Verdict,
    do: Any,
    explain: str = "",
    template: str = "people/act.html",
) -> Asked:
    return Asked(title, verdict, do, page_of(request, topic), topic.title, explain, template)
