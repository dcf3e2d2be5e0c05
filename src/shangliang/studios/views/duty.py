"""Duty: a studio's times of reception at the desk."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Verdict
from shangliang.core.errors import Refused
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Person
from shangliang.playbooks import wording
from shangliang.playbooks.queries import in_force
from shangliang.studios import rules
from shangliang.studios.actions import duty as actions
from shangliang.studios.duty_dates import DutyRule, describe
from shangliang.studios.forms import duty as forms
from shangliang.studios.models import Studio, Turn
from shangliang.studios.queries import duty as queries
from shangliang.studios.queries.duty import Shown
from shangliang.studios.queries.rostering import propose
from shangliang.studios.views.life import studio_or_404
from shangliang.web.forms import Form

FAR = 100  # years

# --- a studio ---------------------------------------------------------------------------------------


@staff
def duty(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """A studio's shifts of one month, its rules, and what waits for an answer."""
    studio = studio_or_404(studio_id)
    first = _month(request.GET.get("month", ""))
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    plans, shown = queries.plans(studio.pk), queries.shifts(studio.pk, first, last)
    away, gone = queries.cannot_come([one for one in shown if one.ends_at() > clock.now()])
    page = {
        "studio": studio,
        "first": first,
        "earlier": (first - dt.timedelta(days=1)).replace(day=1),
        "later": last + dt.timedelta(days=1),
        "shifts": shown,
        "away": away,
        "gone": gone,
        "plans": [(plan, DutyRule.parse(plan.rule)) for plan in plans],
        "usual": not plans and in_force(studio.tenant_id).studios.duty,
        "swaps": queries.swaps_open([studio.pk]),
        "may_plan": rules.may_plan_duty(request.actor, studio),
        "may_roster": rules.may_roster(request.actor, studio),
        "now": clock.now(),
        "today": clock.today(),
    }
    return render(request, "studios/duty.html", page)


@staff
def set_plan(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    studio = studio_or_404(studio_id)
    form = forms.PlanForm(request.POST or None, groups=queries.groups())

    def do(**given: Any) -> str:
        plan = actions.set_plan(
            request.actor,
            studio.pk,
            form.rule(),
            since=given["since"],
            until=given["until"],
            where=given["where"],
            group=form.group(),
        )
        return _("记下了：%(rule)s。接下来排班。") % {"rule": DutyRule.parse(plan.rule)}

    act = _act(
        request,
        studio,
        _("定值班规则"),
        do,
        _("定好规则，日子就自动算出来；节假日按国务院的安排。"),
        template="studios/plan.html",
    )
    return ask(request, form, act)


@staff
def set_usual_plans(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    studio = studio_or_404(studio_id)
    usual = describe(DutyRule.parse(rule) for rule in in_force(studio.tenant_id).studios.duty)
    act = _act(
        request,
        studio,
        _("用通常的规则"),
        lambda: actions.set_usual_plans(request.actor, studio.pk) and None,
        _("这里的工作法写的是：%(rules)s。") % {"rules": usual},
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def end_plan(request: StaffRequest, plan_id: UUID) -> HttpResponse:
    plan = queries.plan(plan_id)
    if plan is None:
        raise Http404
    form = forms.OffForm(request.POST or None)
    explain = _("“%(rule)s”从这一天起不再有，已经排好的那几班一起取消，来值班的人会收到消息。") % {
        "rule": DutyRule.parse(plan.rule)
    }
    act = _act(
        request, plan.studio, _("停用这条规则"), lambda off: actions.end_plan(request.actor, plan.pk, off), explain
    )
    return ask(request, form, act)


@staff
def roster(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """A fair roster for a period: shown first, with what it says of its own fairness; then written."""
    studio = studio_or_404(studio_id)
    looking = request.method != "POST" or "look" in request.POST
    given = request.POST if request.method == "POST" else request.GET or None
    form = forms.PeriodForm(given, initial=_next_month())
    act = _act(
        request,
        studio,
        _("就这样排"),
        lambda **given: actions.roster(request.actor, studio.pk, **given) and None,
        template="studios/roster.html",
        rule=rules.may_roster,
    )
    if not looking:
        return ask(request, form, act)
    proposal = None
    if act.verdict and form.is_bound and form.is_valid():
        proposal = _proposed(form, studio)
    return render(request, act.template, {"form": form, "act": act, "proposal": proposal})


@staff
def add_shift(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    studio = studio_or_404(studio_id)
    form = forms.ShiftForm(request.POST or None, people=queries.receivers_to_come(studio))

    def do(**given: Any) -> None:
        actions.add_shift(request.actor, studio.pk, **given)

    return ask(
        request, form, _act(request, studio, _("加一班"), do, template="studios/plan.html", rule=rules.may_roster)
    )


@staff
def cancel(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    one = shift_or_404(shift_id)
    explain = _("公开页面、海报和日历上马上划掉，来值班的人会收到消息。")

    def do(why: str) -> None:
        actions.cancel(request.actor, one.shift.pk, why)

    act = _act(request, one.shift.studio, _("取消这一班"), do, explain)
    return ask(request, forms.WhyForm(request.POST if request.method == "POST" else None), act, one=one)


@staff
def restore(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    one = shift_or_404(shift_id)
    explain = _("原来排的人照常来，他们会收到消息。")
    act = _act(
        request,
        one.shift.studio,
        _("照常接待"),
        lambda: actions.restore(request.actor, one.shift.pk),
        explain,
        rule=rules.may_roster,
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act, one=one)


@staff
def stand_in(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    """Put somebody on a shift: instead of one who is on it (`?turn=`), or where somebody is missing."""
    one = shift_or_404(shift_id)
    # Also one that was given up meanwhile, which the act then says.
    turns = (*one.turns, *one.given_up)
    instead = next((turn for turn in turns if str(turn.pk) == request.GET.get("turn")), None)
    form = forms.StandInForm(request.POST or None, people=queries.free_for(one))

    def do(person: Person, why: str) -> str:
        actions.stand_in(request.actor, one.shift.pk, person, instead=instead.pk if instead else None, why=why)
        return _("%(day)s由%(name)s来。") % {"day": wording.date(one.shift.day), "name": person.name}

    title = _("换一个人来") if instead else _("安排人顶班")
    act = _act(request, one.shift.studio, title, do, rule=rules.may_roster)
    return ask(request, form, act, one=one, instead=instead)


@staff
def attend(request: StaffRequest, turn_id: UUID) -> HttpResponse:
    turn = turn_or_404(turn_id)
    form = forms.AttendForm(request.POST or None)

    def do(**given: Any) -> None:
        actions.attend(request.actor, turn.pk, **given)

    act = _act(request, turn.shift.studio, _("记到岗"), do)
    return ask(request, form, act, one=queries.shift(turn.shift_id), who=turn.person)


# --- parts of pages ---------------------------------------------------------------------------------


def _act(
    request: StaffRequest,
    studio: Studio,
    title: str,
    do: Any,
    explain: str = "",
    *,
    template: str = "studios/act.html",
    rule: Callable[[Actor, Studio], Verdict] = rules.may_plan_duty,
) -> Asked:
    return Asked(
        title, rule(request.actor, studio), do, duty_address(request, studio), studio.body.name, explain, template
    )


def _proposed(form: forms.PeriodForm, studio: Studio) -> Any:
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    try:
        actions.check_period(first, last)
    except Refused as error:
        form.add_error("first", str(error))
        return None
    return propose(studio, first, last, exact=form.cleaned_data.get("exact", False))


def _next_month() -> dict[str, dt.date]:
    first = (clock.today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return {"first": first, "last": first.replace(day=months.monthrange(first.year, first.month)[1])}


def _month(asked: str) -> dt.date:
    """The first of the month asked for (2026-11), of this one if that is none or centuries away."""
    this = clock.today().replace(day=1)
    try:
        month = dt.datetime.strptime(asked, "%Y-%m").replace(tzinfo=clock.SHANGHAI).date()
    except ValueError:
        return this
    return month if abs(month.year - this.year) < FAR else this


def slug_of(request: StaffRequest) -> dict[str, Any]:
    return {"slug": request.tenant.slug}  # type: ignore[attr-defined]


def duty_address(request: StaffRequest, studio: Studio) -> str:
    return reverse("studios:duty", kwargs={**slug_of(request), "studio_id": studio.pk})


def shift_or_404(shift_id: UUID) -> Shown:
    one = queries.shift(shift_id)
    if one is None:
        raise Http404
    return one


def turn_or_404(turn_id: UUID) -> Turn:
    row = queries.turn(turn_id)
    if row is None:
        raise Http404
    return row
