"""Bringing in an office's list of members: choose it, look at what would happen, let it happen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shangliang.core.errors import NotAllowed, Refused
from shangliang.files import kept
from shangliang.files.kept import Kept
from shangliang.files.sheets import answer
from shangliang.files.uploads import FILE_BYTES, check, file_name
from shangliang.people import actions, member_sheets
from shangliang.people.actions.members import OPENED_BY_A_LIST
from shangliang.people.doors import StaffRequest, office
from shangliang.people.forms.members import UploadForm
from shangliang.people.member_import import look, read
from shangliang.people.member_plan import Plan

WHAT = "people.members"
NAME_AT_MOST, SHOWN = 60, 100
ROW_DIGITS = 8
ASKED = 200  # rows asked for on a page; the others when these are answered


@office
@never_cache
def upload(request: StaffRequest) -> HttpResponse:
    """Choose a list; it is put aside, and looked at on the next page."""
    form, status = UploadForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                note = _put_aside(request, form)
                return redirect("people:member_list_check", slug=request.tenant.slug, note=note)  # type: ignore[attr-defined]
            except Refused as error:
                form.add_error("file", str(error))
    return render(request, "people/member_list.html", {"form": form}, status=status)


@office
@never_cache
def check_list(request: StaffRequest, note: str) -> HttpResponse:
    """What would become of every row; posting it brings the list in."""
    file, tenant = _kept(request, note), request.tenant  # type: ignore[attr-defined]
    found, on = read(file.content), dt.date.fromisoformat(file.about["on"])
    answers = _answers(request)
    plan = look(tenant, found, on, answers)
    page: dict[str, Any] = {"plan": plan, "name": file.about["name"], "note": note, "on": on}
    if request.method == "POST":
        bodies = _openable(plan) if request.POST.get("open") else []
        try:
            page["plan"] = actions.import_members(
                request.actor, tenant, found, on=on, answers=answers, open_bodies=bodies
            )
            return render(request, "people/member_list_done.html", page)
        except Refused as refused:
            page |= {"refused": str(refused)}
            status = 403 if isinstance(refused, NotAllowed) else 422
            return render(request, "people/member_list_check.html", page | _shown(plan), status=status)
    return render(request, "people/member_list_check.html", page | _shown(plan))


@office
@never_cache
def problems(request: StaffRequest, note: str) -> HttpResponse:
    """The rows that cannot be brought in, as an Excel file."""
    file = _kept(request, note)
    plan = look(request.tenant, read(file.content), dt.date.fromisoformat(file.about["on"]), {})  # type: ignore[attr-defined]
    return answer(member_sheets.problem_list(plan.problems), _("没有导入的行"))


@office
def template(request: StaffRequest) -> HttpResponse:
    """A list to fill in."""
    return answer(member_sheets.template(), _("委员名册模板"))


def _shown(plan: Plan) -> dict[str, Any]:
    return {
        "new": plan.of("new")[:SHOWN],
        "changed": plan.of("changed")[:SHOWN],
        "questions": plan.questions[:ASKED],
        "shown": plan.problems[:SHOWN],
        "missing": [(name, plan.missing[kind, name]) for kind, name in _openable(plan)],
    }


def _openable(plan: Plan) -> list[tuple[str, str]]:
    return [(kind, name) for kind, name in plan.missing if kind in OPENED_BY_A_LIST]


def _answers(request: StaffRequest) -> dict[int, str]:
    """Whom each row asked for means, by its number; what was not answered is asked again."""
    given = {name.removeprefix("who-"): value for name, value in request.POST.items() if name.startswith("who-")}
    return {int(row): str(value) for row, value in given.items() if row.isdecimal() and len(row) < ROW_DIGITS}


def _put_aside(request: StaffRequest, form: UploadForm) -> str:
    """Keep the file if it is a list of members. Raises Refused when it is not."""
    file = form.cleaned_data["file"]
    check(file, FILE_BYTES)
    content = file.read()
    read(content)  # what cannot be read is refused beside the field
    about = {"name": file_name(file, NAME_AT_MOST), "on": form.cleaned_data["on"].isoformat()}
    return kept.keep(request.actor, WHAT, about, content)


def _kept(request: StaffRequest, note: str) -> Kept:
    file = kept.get(request.actor, WHAT, note)
    if file is None:
        raise Http404(_("这份表已经清掉了，请重新选一次。"))
    return file
