"""The district office's pages of playbooks: what is in force, trying a text, adopting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.people.doors import StaffRequest, office
from shangliang.playbooks import actions, library, queries, words
from shangliang.playbooks.definition import PlaybookError, parse
from shangliang.playbooks.forms import AdoptForm, TextForm
from shangliang.playbooks.schema import schema
from shangliang.playbooks.way import told


@office
def playbooks(request: StaffRequest) -> HttpResponse:
    """What is in force, what comes, what was; and those that ship, to begin with."""
    tenant = request.tenant  # type: ignore[attr-defined]
    page = {
        "versions": queries.versions(tenant.pk),
        "way": told(queries.in_force(tenant.pk)),
        "shipped": library.titles(),
    }
    return render(request, "playbooks/playbooks.html", page)


@office
def try_out(request: StaffRequest) -> HttpResponse:
    """A text to begin with; posting it shows every mistake by its line, or the picture of its path."""
    if request.method != "POST":
        return _page(request, TextForm(initial={"text": _begin_with(request)}), 200)
    if request.POST.get("back"):
        return _page(request, TextForm(initial={"text": request.POST.get("text", "").replace("\r\n", "\n")}), 200)
    form = TextForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    text = form.cleaned_data["text"]
    shown = TextForm(initial={"text": text})  # also what a file said, so that it can be mended here
    try:
        whole = text if library.is_whole(text) else library.whole(text)
        return _good(request, whole, AdoptForm(initial={"text": whole}), 200, library.left_out(text))
    except PlaybookError as mistake:
        return _page(request, shown, 422, mistakes=mistake.every, lines=_lines(text, mistake.every))
    except Refused as refused:
        return _page(request, shown, 422, refused=str(refused))


@office
def schema_file(request: StaffRequest) -> HttpResponse:
    """The JSON schema, for whoever writes in an editor of their own."""
    response = JsonResponse(schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="playbook.schema.json"'
    return response


@office
@require_POST
def adopt(request: StaffRequest) -> HttpResponse:
    """Put a text in force by the document of a body."""
    form, status = AdoptForm(request.POST), 422
    if form.is_valid():
        try:
            adoption = actions.adopt(request.actor, **form.cleaned_data)
            said = _("记下了，从 %(day)s 起照这一份办。") % {"day": adoption.in_force_from.isoformat()}
            messages.success(request, said)
            return redirect("ways:playbooks", slug=request.tenant.slug)  # type: ignore[attr-defined]
        except Refused as refused:
            status = 403 if isinstance(refused, NotAllowed) else 422
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        parse(text)
    except PlaybookError:  # not what was looked at: back to where mistakes are shown
        return _page(request, TextForm(initial={"text": text}), 422)
    return _good(request, text, form, status, ())


def _begin_with(request: StaffRequest) -> str:
    """The text of one that ships, by its name in the address; else what is in force here."""
    name, tenant = request.GET.get("from", ""), request.tenant  # type: ignore[attr-defined]
    if name in library.names():
        return library.text_of(name)
    return queries.text_of(tenant.pk, queries.in_force(tenant.pk).digest)


def _page(request: StaffRequest, form: TextForm, status: int, **more: Any) -> HttpResponse:
    return render(request, "playbooks/try.html", {"form": form, **more}, status=status)


def _good(request: StaffRequest, text: str, form: AdoptForm, status: int, left_out: Sequence[str]) -> HttpResponse:
    parts = [words.PARTS[part] for part in left_out]
    page = {"way": told(parse(text)), "form": form, "text": text, "left_out": parts, "today": clock.today()}
    return render(request, "playbooks/preview.html", page, status=status)


def _lines(text: str, mistakes: Sequence[PlaybookError]) -> list[tuple[int, str, list[PlaybookError]]]:
    """Every line with its number and the mistakes in it."""
    by_line: dict[int, list[PlaybookError]] = {}
    for mistake in mistakes:
        by_line.setdefault(mistake.line, []).append(mistake)
    return [(number, line, by_line.get(number, [])) for number, line in enumerate(text.splitlines(), 1)]
