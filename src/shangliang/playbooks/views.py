"""The operator's pages: the tenants there are, opening one, and the national days. No matter, no voice, no contact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.people.doors import operator
from shangliang.people.models import Account
from shangliang.playbooks import actions, forms, queries


@operator
def operate(request: HttpRequest) -> HttpResponse:
    """How everything runs."""
    page = {"running": queries.running(), "last_backup": queries.last_backup(), "years": queries.published_years()}
    return render(request, "playbooks/operate.html", page)


@operator
def open_tenant(request: HttpRequest) -> HttpResponse:
    """Open a tenant; the password of its first log-in is shown once."""
    form, status = forms.OpenForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                tenant, password = actions.open_tenant(_account(request), **form.cleaned_data)
                page = {"opened": tenant, "username": form.cleaned_data["username"].lower(), "password": password}
                response = render(request, "playbooks/opened.html", page)
                response["Cache-Control"] = "private, no-store"
                return response
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return render(request, "playbooks/open_tenant.html", {"form": form}, status=status)


@operator
def days(request: HttpRequest) -> HttpResponse:
    """The national days of a year; a notice pasted here is shown first, and entered when that was confirmed."""
    form, status, preview = forms.DaysForm(request.POST or None), 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            notice = form.cleaned_data["lines"]
            preview, status = queries.changes(notice.days), 200
            if form.cleaned_data["sure"]:
                try:
                    actions.enter_days(_account(request), notice.year, notice.days)
                    messages.success(request, _("%(year)d 年录好了。") % {"year": notice.year})
                    response = redirect("playbooks:days")
                    response["Location"] += f"?year={notice.year}"
                    return response
                except Refused as refused:
                    form.add_error(None, str(refused))
                    status, preview = 422, None
    years = queries.published_years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else max(years, default=0)
    page = {
        "form": form,
        "preview": preview,
        "is_new": any(change.day.year not in years for change in preview or []),
        "years": years,
        "year": year,
        "days": queries.national_days(year) if year else [],
        "next": max(years, default=clock.today().year - 1) + 1,
    }
    return render(request, "playbooks/days.html", page, status=status)


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    return account
