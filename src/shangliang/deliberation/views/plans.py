"""年度计划: yearly lists of topics, drawn up by a body and agreed to by those the locality names."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import no, yes
from shangliang.deliberation import rules
from shangliang.deliberation.actions import choosing
from shangliang.deliberation.forms import topics as forms
from shangliang.deliberation.queries import choice as queries
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO


@staff
def plans(request: StaffRequest) -> HttpResponse:
    """All yearly plans: what is to be talked about is no secret among those who work here."""
    page = {"plans": queries.plans(), "may_draft": bool(_bodies(request))}
    return render(request, "deliberation/plans.html", page)


@staff
def new_plan(request: StaffRequest) -> HttpResponse:
    bodies = _bodies(request)
    year = clock.today().year + (1 if clock.today().month > 9 else 0)
    initial = {"year": year, "title": _("%(year)s 年协商计划") % {"year": year}}
    form = forms.PlanForm(request.POST or None, bodies=bodies, initial=initial)
    verdict = yes() if bodies else no(_("计划由社区、街道、工作室和区政协办公室来列。"))
    do = partial(choosing.draft_plan, request.actor)

    def drafted(**given: Any) -> str:
        return _("《%(title)s》开好了，把议题一个一个列进来。") % {"title": do(**given).title}

    back = reverse("deliberation:topic_plans", kwargs=_slug(request))
    return ask(request, form, Asked(_("开一份计划"), verdict, drafted, back))


@staff
def plan(request: StaffRequest, plan_id: UUID) -> HttpResponse:
    """One plan and its topics."""
    row = queries.plan(plan_id)
    if row is None:
        raise Http404
    topics = [topic for topic in queries.in_plan(row) if rules.sees_topic(request.actor, topic)]
    listed = [(topic, playbook_of(topic).deliberation.sources.get(topic.source, "")) for topic in topics]
    page = {"plan": row, "topics": listed, "may_plan": rules.may_plan(request.actor, row.body)}
    return render(request, "deliberation/plan.html", page)


@staff
def agree(request: StaffRequest, plan_id: UUID) -> HttpResponse:
    row = queries.plan(plan_id)
    if row is None:
        raise Http404
    form = forms.AgreeForm(request.POST or None, today=clock.today())
    verdict = rules.may_plan(request.actor, row.body)
    if verdict and row.agreed_on is not None:
        verdict = no(_("这份计划已经定了。"))
    back = reverse("deliberation:topic_plan", kwargs={**_slug(request), "plan_id": row.pk})
    explain = _("定了以后不能再加题，里面的议题可以一个一个选定。")
    do = partial(choosing.agree_plan, request.actor, row)
    return ask(request, form, Asked(_("计划定了"), verdict, do, back, row.title, explain))


def _bodies(request: StaffRequest) -> list[Body]:
    own = {seat.body_id for seat in request.actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO)}
    return list(Body.objects.filter(pk__in=own).order_by("name")) if own else []


def _slug(request: StaffRequest) -> dict[str, Any]:
    return {"slug": request.tenant.slug}  # type: ignore[attr-defined]
