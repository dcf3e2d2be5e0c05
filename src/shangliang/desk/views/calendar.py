"""The year of working days, and the tenant's own exceptions."""

from __future__ import annotations

import calendar as weeks
import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery.actions import recompute
from shangliang.desk.forms import BackForm, DayForm
from shangliang.people.doors import StaffRequest, staff
from shangliang.playbooks import rules
from shangliang.playbooks.actions import remove_local_day, set_local_day
from shangliang.playbooks.calendar import Day
from shangliang.playbooks.queries import calendar as days_of
from shangliang.playbooks.queries import days_of_year

FIRST, LAST = 2004, 2100


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month as a page shows it: weeks of seven, empty where another month stands."""

    number: int
    weeks: list[list[Day | None]]
    working: int


@staff
def calendar(request: StaffRequest) -> HttpResponse:
    """The working days of a year; the district office sets its own exceptions here."""
    verdict = rules.may_edit_calendar(request.actor)
    form, status = DayForm(request.POST or None, initial={"day": request.GET.get("day", "")}), 200
    year = _year(request.GET.get("year", ""))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            day = form.cleaned_data["day"]
            try:
                set_local_day(request.actor, day, form.cleaned_data["working"], form.cleaned_data["reason"])
                _recompute(request, day)
                return redirect(f"{request.path}?year={day.year}")
            except Refused as error:
                status = 403 if isinstance(error, NotAllowed) else 422
                form.add_error(error.field if error.field in form.fields else None, str(error))
    return _page(request, year, form, verdict.ok, status)


@staff
@require_POST
def take_back(request: StaffRequest) -> HttpResponse:
    """Take an exception back: the national calendar holds again."""
    form = BackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("写一句为什么改回去。"))
        return redirect("desk:calendar", slug=request.tenant.slug)  # type: ignore[attr-defined]
    day = form.cleaned_data["day"]
    try:
        remove_local_day(request.actor, day, form.cleaned_data["reason"])
        _recompute(request, day)
    except Refused as error:
        messages.error(request, str(error))
    response = redirect("desk:calendar", slug=request.tenant.slug)  # type: ignore[attr-defined]
    response["Location"] += f"?year={day.year}"
    return response


@staff
@require_POST
def count_anew(request: StaffRequest) -> HttpResponse:
    """Count all due dates anew: after the national days changed, or when an edit was cut short."""
    verdict = rules.may_edit_calendar(request.actor)
    if verdict:
        _recompute(request, None)
    else:
        messages.error(request, verdict.why_not)
    return redirect("desk:calendar", slug=request.tenant.slug)  # type: ignore[attr-defined]


def _recompute(request: StaffRequest, day: dt.date | None) -> None:
    count = recompute(request.actor, day=day, seat=rules.may_edit_calendar(request.actor).seat)
    if count:
        said = ngettext("%(n)d 件事的期限跟着改了，都记在经过里。", "%(n)d 件事的期限跟着改了，都记在经过里。", count)
        messages.success(request, said % {"n": count})
    else:
        messages.success(request, _("记下了。没有哪件事的期限要跟着改。"))


def _page(request: StaffRequest, year: int, form: DayForm, may_edit: bool, status: int) -> HttpResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    known = days_of(tenant.pk)
    sheets = [_sheet(year, month.number, month.days) for month in days_of_year(tenant.pk, year)]
    page = {
        "year": year,
        "before": year - 1 if year > FIRST else None,
        "after": year + 1 if year < LAST else None,
        "sheets": sheets,
        "working": sum(sheet.working for sheet in sheets),
        "provisional": dt.date(year, 12, 31) > known.published_until,
        "published": known.published_until.year,
        "own": [
            (day, BackForm(initial={"day": date})) for date, day in sorted(known.local.items()) if date.year == year
        ],
        "today": clock.today(),
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "desk/calendar.html", page, status=status)


def _sheet(year: int, month: int, days: tuple[Day, ...]) -> Sheet:
    by_date = {day.date: day for day in days}
    rows = weeks.Calendar().monthdatescalendar(year, month)
    return Sheet(month, [[by_date.get(date) for date in row] for row in rows], sum(day.working for day in days))


def _year(text: str) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else clock.today().year
    return min(max(year, FIRST), LAST)
