"""Which body guides which."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from shangliang.people import actions, queries
from shangliang.people.doors import StaffRequest, office
from shangliang.people.forms import bodies as forms
from shangliang.people.views.asking import ask


@office
def guide(request: StaffRequest, body_id: UUID) -> HttpResponse:
    """Note who guides a body: its special committee, for one."""
    body = queries.body(body_id)
    if body is None:
        raise Http404
    form = forms.GuideForm(request.POST or None)

    def do(guide: Any, **given: Any) -> HttpResponse:
        actions.guide(request.actor, guide, body, **given)
        messages.success(request, _("记下了：%(guide)s指导%(body)s。") % {"guide": guide.name, "body": body.name})
        return redirect("people:body", slug=request.tenant.slug, body_id=body.pk)  # type: ignore[attr-defined]

    return ask(request, "people/guide.html", form, do, {"body": body, "names": queries.names_of_open_bodies()})


@office
def end_guidance(request: StaffRequest, guidance_id: UUID) -> HttpResponse:
    row = queries.guidance(guidance_id)
    if row is None:
        raise Http404
    form = forms.OffForm(request.POST or None, label=_("从哪天起不再指导"), hint=_("选今天，马上结束。以前的还记着。"))

    def do(**given: Any) -> HttpResponse:
        actions.end_guidance(request.actor, row, **given)
        messages.success(request, _("这段指导结束了。"))
        return redirect("people:body", slug=request.tenant.slug, body_id=row.body_id)  # type: ignore[attr-defined]

    return ask(request, "people/end_guidance.html", form, do, {"row": row})
