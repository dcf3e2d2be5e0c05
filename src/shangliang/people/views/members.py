"""The members there are, one of them, and what is recorded of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shangliang.core import clock
from shangliang.people import actions, queries, rules
from shangliang.people.doors import StaffRequest, office, staff
from shangliang.people.forms import members as forms
from shangliang.people.member_columns import PUBLIC
from shangliang.people.models import Member, Person
from shangliang.people.private import private_of
from shangliang.people.views.asking import ask
from shangliang.places.queries import by_path

AT_ONCE = 40  # members on a page


@office
def members(request: StaffRequest) -> HttpResponse:
    """The members of a day, found by name, sector, specialty or body."""
    form = forms.FindForm(request.GET, sectors=queries.sectors())
    on, narrowed = form.asked()
    page = Paginator(queries.members(on, narrowed.pop("words"), **narrowed), AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": queries.listed(page, on),
        "on": on,
        "is_today": on == clock.today(),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "sector", "specialty", "body")),
    }
    return render(request, "people/members.html", context)


@staff
def member(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One member: what is and was so, where they sit and are enrolled. How to reach them is one click further."""
    person = _seen_or_404(request, person_id)
    today = clock.today()
    seats = queries.seats_of_person(person.pk)
    context = {
        "person": person,
        "rows": queries.rows_of(person.pk),
        "now": queries.member_of(person.pk),
        "seats": [seat for seat in seats if seat.until is None or seat.until >= today],
        "former": [seat for seat in seats if seat.until is not None and seat.until < today],
        "enrolment": queries.enrolment_of(person.pk),
        "may_manage": bool(rules.may_manage(request.actor)),
        "today": today,
    }
    return render(request, "people/member.html", context)


@staff
@never_cache
def member_contact(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """How to reach a member; the look is recorded."""
    person = _seen_or_404(request, person_id)
    row = queries.member_of(person.pk)
    actions.looked(request.actor, "contact", person.pk, "member")
    private = private_of(row) if row else None
    # Who runs a body of theirs may ring them; where they live and work is for who enrols them.
    page = {"person": person, "private": private, "addresses": bool(rules.may_manage(request.actor))}
    return render(request, "people/member_contact.html", page)


@office
def new_member(request: StaffRequest) -> HttpResponse:
    known = {"level": queries.level_of(request.tenant)}  # type: ignore[attr-defined]
    form = forms.MemberForm(request.POST or None, known=known)

    def do(**_given: Any) -> HttpResponse:
        row = actions.record_member(request.actor, **form.said())
        messages.success(request, _("%(name)s记下了。") % {"name": row.person.name})
        return redirect(address(request, row.person))

    return ask(request, "people/new_member.html", form, do)


@office
@never_cache
def change_member(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Change what is so from a day on. The form shows the addresses: the look is recorded."""
    person = _person_or_404(person_id)
    row = queries.member_of(person.pk)
    if row is None:
        raise Http404
    form = forms.MemberForm(request.POST or None, known=_known(row))
    if request.method == "GET":
        actions.looked(request.actor, "contact", person.pk, "change")

    def do(**_given: Any) -> HttpResponse:
        actions.record_member(request.actor, key=row.key, person=person, **form.said())
        messages.success(request, _("记下了。"))
        return redirect(address(request, person))

    return ask(request, "people/change_member.html", form, do, {"person": person, "row": row})


@office
def leave(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Somebody is a member no more."""
    person = _person_or_404(person_id)
    form = forms.LeaveForm(request.POST or None)

    def do(**given: Any) -> HttpResponse:
        actions.leave(request.actor, person, **given)
        messages.success(request, _("%(name)s的任职和席位结束了。") % {"name": person.name})
        return redirect(address(request, person))

    today = clock.today()
    seats = [seat for seat in queries.seats_of_person(person.pk) if seat.until is None or seat.until >= today]
    context = {"person": person, "seats": seats, "goes_on": queries.goes_on(person.pk)}
    return ask(request, "people/leave.html", form, do, context)


@office
def settle_one(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Say by hand which community a member is enrolled in."""
    person = _person_or_404(person_id)
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    form = forms.SettleForm(request.POST or None, within=within)

    def do(**given: Any) -> HttpResponse:
        actions.settle(request.actor, person, **given)
        messages.success(request, _("编好了：%(place)s。") % {"place": given["place"].short_name})
        return redirect(address(request, person))

    context = {"person": person, "enrolment": queries.enrolment_of(person.pk)}
    return ask(request, "people/settle_one.html", form, do, context)


def address(request: StaffRequest, person: Person) -> str:
    """The page of a member."""
    given = {"slug": request.tenant.slug, "person_id": person.pk}  # type: ignore[attr-defined]
    return reverse("people:member", kwargs=given)


def _known(row: Member) -> dict[str, Any]:
    public = {name: getattr(row, name) for name in PUBLIC}
    return {"name": row.person.name, "until": row.until, **public, **asdict(private_of(row))}


def _person_or_404(person_id: UUID) -> Person:
    person = queries.person_here(person_id)
    if person is None:
        raise Http404
    return person


def _seen_or_404(request: StaffRequest, person_id: UUID) -> Person:
    person = _person_or_404(person_id)
    manages = bool(rules.may_manage(request.actor))
    runs = not manages and queries.runs_a_body_of(request.actor, person.pk)
    if not rules.may_see_member(request.actor, runs_a_body=runs):
        raise Http404
    return person
