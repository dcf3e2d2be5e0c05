"""The page of one act on a matter: ask, do, or say why not, with nothing that was typed lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Verdict
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.ledger.queries import Line, timeline
from shangliang.matters import queries, rules
from shangliang.matters.models import Matter
from shangliang.people.doors import StaffRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Act:
    """One act as its page shows it."""

    title: str  # the verb, also on the button
    verdict: Verdict
    do: Callable[..., object]  # called with `seen` and the form's cleaned data
    explain: str = ""  # what it does and who will see it
    template: str = "matters/act.html"


def matter_for(actor: Actor, number: str) -> Matter:
    """The matter with this number, for somebody who works on it or holds it. Raises Http404 for all others."""
    matter = queries.by_number(number)
    if matter is None or not (
        rules.works_on(actor, matter) or matter.holder_id in actor.bodies or _passed_to(actor, matter)
    ):
        raise Http404
    return matter


def act_page(request: StaffRequest, matter: Matter, form: forms.Form, act: Act, **context: Any) -> HttpResponse:
    """Show the form of an act, or do it and go back to the matter.

    A refusal stands beside its field; when somebody else acted meanwhile, what they did is shown
    (status 409) and what was typed stays, to be sent again with one more press.
    """
    status, news = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                act.do(seen=int(seen) if seen.isdigit() else matter.version, **form.cleaned_data)
                return redirect(desk_address(request, matter))
            except Changed as error:
                status, news = 409, _since(matter, int(seen or 0))
                form.add_error(None, str(error))
            except Refused as error:
                status = 403 if isinstance(error, NotAllowed) else 422
                form.add_error(error.field if error.field in form.fields else None, str(error))
    page = {"matter": matter, "form": form, "act": act, "news": news, "back": desk_address(request, matter)}
    return render(request, act.template, page | context, status=status)


def desk_address(request: StaffRequest, matter: Matter) -> str:
    """The address of a matter at the desk."""
    return reverse("desk:matter", kwargs={"slug": request.tenant.slug, "number": matter.number})  # type: ignore[attr-defined]


def _since(matter: Matter, seen: int) -> list[Line]:
    lines = timeline(matter.pk, limit=20)
    return [line for line in lines if line.facts.get("number") == matter.number and line.facts.get("version", 0) > seen]


def _passed_to(actor: Actor, matter: Matter) -> bool:
    return any(actor_body in actor.bodies for actor_body in queries.referred_to(matter))


def reason_field(label: StrOrPromise, *, required: bool = True, limit: int = 500, rows: int = 4) -> forms.CharField:
    """A text area for words that stand in the timeline."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("写一句，大家看得见。")},
    )
