"""Who can come: the people of a studio as who runs it writes down for them, since most have no log-in."""

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
from shangliang.people.rules import may_run
from shangliang.playbooks import wording
from shangliang.studios import rules
from shangliang.studios.actions import absences
from shangliang.studios.forms import duty as forms
from shangliang.studios.models import Studio
from shangliang.studios.queries import circle as queries
from shangliang.studios.queries import duty
from shangliang.studios.views.duty import slug_of
from shangliang.studios.views.life import studio_or_404
from shangliang.studios.views.mine import terms_form
from shangliang.web.forms import Form


@staff
def people(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """Who receives here, when each is away, what they can do, and their turns to come."""
    studio = _run_by(request, studio_id)
    weekdays = [(int(number), word) for number, word in forms.WEEKDAYS]
    page = {"studio": studio, "circle": queries.circle(studio, clock.now()), "weekdays": weekdays}
    return render(request, "studios/circle.html", page)


@staff
def say_leave(request: StaffRequest, studio_id: UUID, person_id: UUID) -> HttpResponse:
    studio = _run_by(request, studio_id)
    person = _person_of(studio, person_id)

    def do(first: dt.date, last: dt.date) -> str:
        turns = absences.say_leave(request.actor, person, first, last)
        if not turns:
            return _("记下了，这几天不给%(name)s排班。") % {"name": person.name}
        days = _("、").join(wording.date(turn.shift.day) for turn in turns)
        return _("记下了。这几天里%(name)s还有班：%(days)s，请换人。") % {"name": person.name, "days": days}

    act = Asked(
        _("替%(name)s请假") % {"name": person.name},
        rules.may_say_leave(request.actor, person, [studio]),
        do,
        _back(request, studio),
        studio.body.name,
        _("请假的日子不排班。只记日子，不问原因。"),
    )
    return ask(request, forms.LeaveForm(request.POST if request.method == "POST" else None), act)


@staff
def withdraw_leave(request: StaffRequest, studio_id: UUID, person_id: UUID, leave_id: UUID) -> HttpResponse:
    studio = _run_by(request, studio_id)
    person = _person_of(studio, person_id)
    leave = duty.leave(leave_id, person.pk)
    if leave is None:
        raise Http404
    explain = _("%(name)s从%(first)s到%(last)s的请假收回，可以排班了。")
    act = Asked(
        _("收回请假"),
        rules.may_say_leave(request.actor, person, [studio]),
        lambda: absences.withdraw_leave(request.actor, leave.pk),
        _back(request, studio),
        studio.body.name,
        explain % {"name": person.name, "first": wording.date(leave.since), "last": wording.date(leave.until)},
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def set_terms(request: StaffRequest, studio_id: UUID, person_id: UUID) -> HttpResponse:
    studio = _run_by(request, studio_id)
    person = _person_of(studio, person_id)

    def do(**given: Any) -> None:
        absences.set_terms(request.actor, studio.pk, person, **given)

    act = Asked(
        _("%(name)s的值班安排") % {"name": person.name},
        rules.may_set_terms(request.actor, studio, person),
        do,
        _back(request, studio),
        studio.body.name,
        _("排班时照着办；想要的日子有冲突的，会说明为什么没排上。"),
        "studios/plan.html",
    )
    return ask(request, terms_form(request, studio, person), act)


def _run_by(request: StaffRequest, studio_id: UUID) -> Studio:
    """The studio, for who runs it: when people are away is nobody else's business."""
    studio = studio_or_404(studio_id)
    if not may_run(request.actor, studio.body):
        raise Http404
    return studio


def _person_of(studio: Studio, person_id: UUID) -> Person:
    found = {person.pk: person for person in duty.receivers_to_come(studio)}
    if person_id not in found:
        raise Http404
    return found[person_id]


def _back(request: StaffRequest, studio: Studio) -> str:
    return reverse("studios:duty_people", kwargs={**slug_of(request), "studio_id": studio.pk})
