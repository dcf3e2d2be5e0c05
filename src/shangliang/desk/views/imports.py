"""Importing a file of messages: choose it, look at what would happen, let it happen."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shangliang.core.errors import Refused
from shangliang.desk import import_kept, import_sheets, imports
from shangliang.desk.import_forms import UploadForm
from shangliang.desk.import_kept import Kept
from shangliang.files.sheets import answer
from shangliang.files.uploads import FILE_BYTES, check, file_name
from shangliang.people.doors import StaffRequest, staff
from shangliang.voices import rules

PROBLEMS_SHOWN = 100
NAME_AT_MOST = 60


@staff
@never_cache
def upload(request: StaffRequest) -> HttpResponse:
    """Choose a file; it is put aside, and looked at on the next page."""
    verdict, status = rules.may_import(request.actor), 200
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        status = 422
        if not verdict:
            status = 403
        elif form.is_valid():
            try:
                return redirect("desk:import_check", slug=request.tenant.slug, note=_put_aside(request, form))  # type: ignore[attr-defined]
            except Refused as error:
                form.add_error("file", str(error))
    return render(request, "desk/import.html", {"form": form, "verdict": verdict}, status=status)


@staff
@never_cache
def look(request: StaffRequest, note: str) -> HttpResponse:
    """What would become of every row; posting it imports the file."""
    kept, tenant = _kept(request, note), request.tenant  # type: ignore[attr-defined]
    if request.method == "POST":
        report = imports.bring_in(request.actor, tenant, kept.content, kept.name, public=kept.public)
        return render(request, "desk/import_done.html", {"report": report, "kept": kept, "note": note})
    report = imports.look(tenant, kept.content, public=kept.public)
    page = {"report": report, "kept": kept, "note": note, "shown": report.problems[:PROBLEMS_SHOWN]}
    return render(request, "desk/import_check.html", page)


@staff
@never_cache
def problems(request: StaffRequest, note: str) -> HttpResponse:
    """The rows that cannot be imported, as an Excel file."""
    report = imports.look(request.tenant, _kept(request, note).content)  # type: ignore[attr-defined]
    return answer(import_sheets.problem_list(report.problems), _("没有导入的行"))


@staff
def template(request: StaffRequest) -> HttpResponse:
    """A table to fill in."""
    return answer(import_sheets.template(), _("留言导入模板"))


def _put_aside(request: StaffRequest, form: UploadForm) -> str:
    """Keep the file if it is a table of messages. Raises Refused when it is not."""
    file = form.cleaned_data["file"]
    check(file, FILE_BYTES)
    content = file.read()
    imports.look(request.tenant, content)  # type: ignore[attr-defined]  # what cannot be read is refused beside the field
    return import_kept.keep(request.actor, file_name(file, NAME_AT_MOST), content, public=form.cleaned_data["public"])


def _kept(request: StaffRequest, note: str) -> Kept:
    kept = import_kept.get(request.actor, note) if rules.may_import(request.actor) else None
    if kept is None:
        raise Http404(_("这份表已经清掉了，请重新选一次。"))
    return kept
