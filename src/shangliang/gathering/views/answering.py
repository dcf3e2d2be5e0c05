"""委员报到: answering a whistle signed in or by one's own link, and writing down a visit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.files.views import respond_with
from shangliang.gathering import actions, forms, links, queries, rules
from shangliang.gathering.models import Asked, Whistle
from shangliang.gathering.queries import Blown
from shangliang.people.doors import StaffRequest, staff
from shangliang.web.forms import Form

PASS_TO = 6  # candidates to choose from
Answer = Asked.Answer


def refused_with(refused: Refused) -> int:
    """The status of a page that says why not."""
    if isinstance(refused, NotAllowed):
        return 403
    return 422


def answering(own: Asked, row: Whistle, given: dict[str, Any]) -> dict[str, Any]:
    """What the page of an answer needs: the times and reasons to press, the forms, those to pass it on to."""
    opens = own.answer == "" and row.status in rules.GOING_ON
    others = queries.next_candidates(row)[:PASS_TO] if opens else []
    return {
        "opens": opens,
        "may_still_come": own.answer in (Answer.CANNOT, Answer.LAPSED, Answer.SPARED)
        and row.status == Whistle.Status.OPEN,
        "may_change": own.answer == Answer.COME and row.status in rules.GOING_ON,
        "times": [(key, words) for key, words, _at in forms.times()],
        "reasons": list(forms.CANNOT.items()),
        "come": given.get("come") or forms.ComeForm(),
        "pass_on": given.get("pass") or forms.PassForm(candidates=others),
        "others": others,
        "cannot": given.get("cannot") or forms.CannotForm(),
        "failed": next(iter(given), ""),
    }


@staff
def visit(request: StaffRequest, whistle_id: UUID) -> HttpResponse:
    """Write down a visit."""
    blown = queries.whistle(whistle_id)
    if blown is None or not rules.may_visit(request.actor, blown.whistle, {one.person_id for one in blown.coming}):
        raise Http404
    done = redirect("gathering:whistle", slug=request.tenant.slug, whistle_id=whistle_id)  # type: ignore[attr-defined]
    return _visit(request, request.actor, blown, "gathering/visit.html", done)


@staff
def visit_photo(request: StaffRequest, photo_id: UUID) -> HttpResponse:
    """A photo of a visit, for those who follow the whistle and those who come."""
    photo = queries.visit_photo(photo_id)
    if photo is None:
        raise Http404
    row = photo.visit.whistle
    comes = any(one.answer == Answer.COME for one in _mine(row, request.actor))
    if not comes and not rules.follows(request.actor, row):
        raise Http404
    return respond_with(request, photo.attachment, public=False, size="full" if request.GET.get("full") else "small")


# Exempt: the link is the only right here, whatever cookies come along, so there is no standing right that another site
# could use. And a page that sends no Referer posts with “Origin: null”, which Django's check refuses.
@csrf_exempt
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in a member's message: no account, one whistle. A GET changes nothing."""
    blown, own = _by_token(request, token)
    failed: dict[str, Form] | None = {}
    status = 200
    if request.method == "POST":
        failed, status = take(request, _link_actor(own), own, blown.whistle)
        if failed is None:
            return _private(redirect(request.path))
    context = {
        "blown": blown,
        "row": blown.whistle,
        "own": own,
        "token": token,
        **answering(own, blown.whistle, failed or {}),
    }
    return _private(render(request, "gathering/by_link.html", context, status=status))


@csrf_exempt
@never_cache
def visit_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Writing down a visit by the same link."""
    blown, own = _by_token(request, token)
    actor = _link_actor(own)
    if not rules.may_visit(actor, blown.whistle, {one.person_id for one in blown.coming}):
        raise Http404
    done = redirect("gathering:by_link", slug=request.tenant.slug, token=token)  # type: ignore[attr-defined]
    return _private(_visit(request, actor, blown, "gathering/visit_by_link.html", done, token=token))


def take(request: HttpRequest, actor: Actor, own: Asked, row: Whistle) -> tuple[dict[str, Form] | None, int]:
    """Do what was pressed. Gives None when it was done, else the form that came back, and the status."""
    kind = request.POST.get("answer", "")
    makers: dict[str, Any] = {
        Answer.COME: lambda: forms.ComeForm(request.POST),
        Answer.PASS: lambda: forms.PassForm(request.POST, candidates=queries.next_candidates(row)[:PASS_TO]),
        Answer.CANNOT: lambda: forms.CannotForm(request.POST),
    }
    if kind not in makers:
        raise Http404
    form = makers[kind]()
    if not form.is_valid():
        return {kind: form}, 422
    given = dict(form.cleaned_data)
    try:
        if given.pop("recuse", False) and row.matter_id and actor.person_id:
            actions.recuse(actor, row.matter_id, person_id=actor.person_id, why=given["why"] or _("本人说要回避"))
        else:
            actions.answer(actor, own.pk, **given)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return {kind: form}, refused_with(refused)
    messages.success(request, _("收到，谢谢您。"))
    return None, 302


def _visit(
    request: HttpRequest, actor: Actor, blown: Blown, template: str, done: HttpResponse, **context: Any
) -> HttpResponse:
    form = forms.VisitForm(
        blown.whistle.tenant_id, request.POST or None, request.FILES or None, initial={"on": clock.today()}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.record_visit(actor, blown.whistle.pk, **form.cleaned_data)
                messages.success(request, _("记下了，谢谢。"))
                return done
            except Refused as refused:
                status = refused_with(refused)
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    page = {"blown": blown, "row": blown.whistle, "form": form, **context}
    return render(request, template, page, status=status)


def _by_token(request: HttpRequest, token: str) -> tuple[Blown, Asked]:
    asked_id = links.read_token(token, request.tenant.pk)  # type: ignore[attr-defined]
    asked = queries.asked(asked_id) if asked_id else None
    blown = queries.whistle(asked.whistle_id) if asked else None
    if asked is None or blown is None or not queries.is_here(asked.person_id):
        raise Http404
    return blown, asked


def _link_actor(own: Asked) -> Actor:
    """Whoever holds the link is taken for the member it was sent to, and for this whistle only."""
    return Actor("link", own.tenant_id, own.person_id, own.person.name)


def _mine(row: Whistle, actor: Actor) -> list[Asked]:
    return [one for one in row.asked.all() if one.person_id == actor.person_id]


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
