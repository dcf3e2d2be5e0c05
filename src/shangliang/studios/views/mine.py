"""A member's own turns, made for a phone on the evening before."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Person
from shangliang.playbooks import wording
from shangliang.studios import rules
from shangliang.studios.actions import absences, duty, swaps
from shangliang.studios.forms import duty as forms
from shangliang.studios.models import Studio, Turn
from shangliang.studios.queries import duty as queries
from shangliang.studios.views.duty import duty_address, shift_or_404, slug_of, turn_or_404
from shangliang.studios.views.life import studio_or_404
from shangliang.web.forms import Form

AHEAD = dt.timedelta(days=90)  # of a member's own turns
BACK = dt.timedelta(days=31)


@staff
def mine(request: StaffRequest) -> HttpResponse:
    """My turns, what others ask of me, my leave. Made for a phone, the evening before."""
    person, today = _me(request), clock.today()
    turns = [turn for turn in queries.turns_of(person, today - BACK, today + AHEAD) if turn.given_up_at is None]
    page = {
        "coming": [turn for turn in turns if not _is_over(turn)],
        "past": [turn for turn in reversed(turns) if _is_over(turn)],
        "asked": queries.swaps_asked(person),
        "waiting": queries.swaps_asked_by(person),
        "leaves": queries.leaves([person], today, today + AHEAD * 4).get(person, []),
        "studios": queries.studios_of(person),
        "feed": queries.feed_of(person),
        "today": today,
        "now": clock.now(),
    }
    return render(request, "studios/mine.html", page)


@staff
def give_up(request: StaffRequest, turn_id: UUID) -> HttpResponse:
    turn = turn_or_404(turn_id)
    one = shift_or_404(turn.shift_id)
    own = turn.person_id == request.actor.person_id
    alone = len(one.turns) == 1
    explain = (
        _("这一班只有您一位。先标成取消，召集人会马上收到，找到人顶班再恢复。")
        if alone
        else _("别的人照常接待，召集人会收到消息。")
    )

    def do(why: str) -> str:
        cancelled = duty.give_up(request.actor, turn.pk, why)
        return _("记下了，这一班先取消，已经告诉召集人。") if cancelled else _("记下了，已经告诉召集人。")

    back = reverse("studios:mine", kwargs=slug_of(request)) if own else duty_address(request, turn.shift.studio)
    act = Asked(_("来不了"), rules.may_give_up(request.actor, turn), do, back, turn.shift.studio.body.name, explain)
    return ask(
        request,
        forms.WhyForm(request.POST if request.method == "POST" else None),
        act,
        one=one,
        who=None if own else turn.person,
    )


@staff
def ask_swap(request: StaffRequest, turn_id: UUID) -> HttpResponse:
    turn = turn_or_404(turn_id)
    one = shift_or_404(turn.shift_id)
    people = queries.free_for(one)
    theirs = queries.turns_to_swap(turn.shift.studio, [person.pk for person in people])
    form = forms.SwapForm(request.POST or None, people=people, theirs=theirs)

    def do(person: Person, **given: Any) -> str:
        swaps.ask_swap(request.actor, turn.pk, person, **given)
        return _("已经问了%(name)s，他同意了就换好，您会收到消息。") % {"name": person.name}

    act = Asked(
        _("请人顶班或换班"),
        rules.may_give_up(request.actor, turn),
        do,
        reverse("studios:mine", kwargs=slug_of(request)),
        turn.shift.studio.body.name,
    )
    return ask(request, form, act, one=one)


@staff
def answer_swap(request: StaffRequest, swap_id: UUID) -> HttpResponse:
    swap = queries.swap(swap_id)
    if swap is None or not rules.may_answer_swap(request.actor, swap):
        raise Http404

    def do(agree: bool) -> str:
        swaps.answer_swap(request.actor, swap.pk, agree)
        return _("换好了，已经告诉%(name)s。") % {"name": swap.turn.person.name} if agree else _("回了：不方便。")

    act = Asked(
        _("回话"),
        rules.may_answer_swap(request.actor, swap),
        do,
        reverse("studios:mine", kwargs=slug_of(request)),
        swap.turn.shift.studio.body.name,
        template="studios/answer_swap.html",
    )
    return ask(
        request,
        forms.AgreeForm(request.POST if request.method == "POST" else None),
        act,
        swap=swap,
        one=shift_or_404(swap.turn.shift_id),
    )


@staff
def withdraw_swap(request: StaffRequest, swap_id: UUID) -> HttpResponse:
    swap = queries.swap(swap_id)
    if swap is None or not rules.may_give_up(request.actor, swap.turn):
        raise Http404
    act = Asked(
        _("不换了"),
        rules.may_give_up(request.actor, swap.turn),
        lambda: swaps.withdraw_swap(request.actor, swap.pk),
        reverse("studios:mine", kwargs=slug_of(request)),
        swap.turn.shift.studio.body.name,
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def say_leave(request: StaffRequest) -> HttpResponse:
    person = queries.person(_me(request))

    def do(first: dt.date, last: dt.date) -> str:
        turns = absences.say_leave(request.actor, person, first, last)
        if not turns:
            return _("记下了，这几天不给您排班。")
        days = "、".join(wording.date(turn.shift.day) for turn in turns)
        return _("记下了。这几天里您还有班：%(days)s，请一班一班请人顶，或者点“来不了”。") % {"days": days}

    act = Asked(
        _("请假"),
        rules.may_say_leave(request.actor, person, []),
        do,
        reverse("studios:mine", kwargs=slug_of(request)),
        explain=_("请假的日子不给您排班。只记日子，不问原因。"),
    )
    return ask(request, forms.LeaveForm(request.POST if request.method == "POST" else None), act)


@staff
def withdraw_leave(request: StaffRequest, leave_id: UUID) -> HttpResponse:
    leave = queries.leave(leave_id, _me(request))
    if leave is None:
        raise Http404
    act = Asked(
        _("收回请假"),
        rules.may_say_leave(request.actor, leave.person, []),
        lambda: absences.withdraw_leave(request.actor, leave.pk),
        reverse("studios:mine", kwargs=slug_of(request)),
        explain=_("%(first)s到%(last)s的请假收回，可以给您排班了。")
        % {"first": wording.date(leave.since), "last": wording.date(leave.until)},
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def set_terms(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """What I can do in a studio."""
    studio = studio_or_404(studio_id)
    person = queries.person(_me(request))
    form = terms_form(request, studio, person)

    def do(**given: Any) -> None:
        absences.set_terms(request.actor, studio.pk, person, **given)

    act = Asked(
        _("我的值班安排"),
        rules.may_set_terms(request.actor, studio, person),
        do,
        reverse("studios:mine", kwargs=slug_of(request)),
        studio.body.name,
        _("排班时照着办；想要的日子有冲突的，会说明为什么没排上。"),
        "studios/plan.html",
    )
    return ask(request, form, act)


def terms_form(request: StaffRequest, studio: Studio, person: Person) -> forms.TermsForm:
    """What somebody can do in a studio, as they said it last."""
    known = queries.terms(studio.pk).get(person.pk)
    initial = {
        "a_month": known.a_month if known else None,
        "never_weekdays": known.never_weekdays if known else [],
        "fixed_days": "\n".join(known.fixed_days) if known else "",
        "partner": str(known.partner_id) if known and known.partner_id else "",
    }
    others = [one for one in queries.receivers(studio, clock.today()) if one.pk != person.pk]
    return forms.TermsForm(request.POST or None, others=others, initial=initial)


def _is_over(turn: Turn) -> bool:
    return queries.Shown(turn.shift, ()).ends_at() <= clock.now()


def _me(request: StaffRequest) -> UUID:
    if request.actor.person_id is None:
        raise Http404
    return request.actor.person_id
