"""结对共建 at the desk: which there are, what they set themselves, signatures, and how it went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Changed
from shangliang.files.views import respond_with
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body
from shangliang.people.rules import may_manage
from shangliang.studios import rules
from shangliang.studios.actions import pairings as actions
from shangliang.studios.forms import pairings as forms
from shangliang.studios.forms.standard import DoneForm
from shangliang.studios.models import Pairing
from shangliang.studios.queries import pairings as queries
from shangliang.studios.views.life import NAMES, stored
from shangliang.web.forms import Form

AT_ONCE = 40
STATES = ("", "draft", "due", "ended")


@staff
def all_pairings(request: StaffRequest) -> HttpResponse:
    """The pairings of the tenant, by how they stand; `mine` narrows to one's own bodies."""
    state = request.GET.get("state", "")
    form = forms.FindForm(request.GET)
    form.is_valid()
    mine = "mine" in request.GET
    rows = queries.listed(
        state if state in STATES else "",
        form.cleaned_data.get("q") or "",
        request.actor.bodies if mine else None,
    )
    labels = (_("正在做"), _("等签字"), _("快到期"), _("已结束"))
    page = {
        "form": form,
        "page": Paginator(rows, AT_ONCE).get_page(request.GET.get("page")),
        "tabs": list(zip(STATES, labels, strict=True)),
        "state": state if state in STATES else "",
        "mine": mine,
        "may_draft": rules.may_draft_pairing(request.actor),
        "today": clock.today(),
    }
    return render(request, "studios/pairings.html", page)


@staff
def pairing(request: StaffRequest, pairing_id: UUID) -> HttpResponse:
    """One pairing: both sides, what they set themselves, how it went."""
    row, actor = _pairing_or_404(pairing_id), request.actor
    tasks = queries.tasks(row)
    sides = (
        (row.one, row.one_signed_on, row.one_paper, row.one_file_id, rules.may_sign(actor, row, row.one)),
        (row.other, row.other_signed_on, row.other_paper, row.other_file_id, rules.may_sign(actor, row, row.other)),
    )
    page = {
        "pairing": row,
        "sides": sides,
        "groups": [
            (body, [task for task in tasks if task.body_id == (body.pk if body else None)])
            for body in (row.one, row.other, None)
        ],
        "is_due": queries.is_falling_due(row),
        "further": queries.renewed_by(row),
        "may_work": rules.may_work_pairing(actor, row),
        "may_renew": rules.may_renew(actor, row),
        "may_record": rules.may_record_signature(actor, row),
        "today": clock.today(),
    }
    return render(request, "studios/pairing.html", page)


@staff
def draft(request: StaffRequest) -> HttpResponse:
    own = () if may_manage(request.actor) else rules.signing_seats(request.actor)
    form = forms.DraftForm(request.POST or None, one=own[0].body_name if own else "")

    def do(one: Body, other: Body, **given: Any) -> str:
        agreed = {name: given[name] for name in ("title", "purpose", "since", "until")}
        actions.draft(request.actor, one, other, **agreed, tasks=form.tasks(one, other))
        return _("起草好了，等两家签字。")

    back = reverse("studios:pairings", kwargs={**_slug(request)})
    explain = _("两家各自签了才算数。做什么、哪天以前，一行一件。")
    act = Asked(
        _("起草结对"),
        rules.may_draft_pairing(request.actor),
        do,
        f"{back}?state=draft",
        _("结对共建"),
        explain,
        NAMES,
    )
    return ask(request, form, act, names=queries.body_names())


@staff
def renew(request: StaffRequest, pairing_id: UUID) -> HttpResponse:
    row = _pairing_or_404(pairing_id)
    form = forms.RenewForm(request.POST or None, title=row.title, purpose=row.purpose, after=row.ended_on or row.until)

    def do(**given: Any) -> str:
        agreed = {name: given[name] for name in ("title", "purpose", "since", "until")}
        actions.renew(request.actor, row.pk, **agreed, tasks=form.tasks(row.one, row.other))
        return _("续签起草好了，等两家签字。")

    explain = _("甲方：%(one)s。乙方：%(other)s。") % {"one": row.one.name, "other": row.other.name}
    return ask(request, form, _act(request, row, _("续签"), rules.may_renew(request.actor, row), do, explain))


@staff
def sign(request: StaffRequest, pairing_id: UUID, body_id: UUID) -> HttpResponse:
    row = _pairing_or_404(pairing_id)
    body = _side_or_404(row, body_id)

    def do() -> str:
        actions.sign(request.actor, row.pk, body)
        return _("签好了。")

    explain = _("代表%(body)s签。两家都签了，协议就算数。") % {"body": body.name}
    act = _act(request, row, _("签字"), rules.may_sign(request.actor, row, body), do, explain)
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
def record_signature(request: StaffRequest, pairing_id: UUID, body_id: UUID) -> HttpResponse:
    row = _pairing_or_404(pairing_id)
    body = _side_or_404(row, body_id)
    form = forms.PaperForm(request.POST or None, request.FILES or None)

    def do(file: Any, **given: Any) -> None:
        actions.record_signature(request.actor, row.pk, body, attachment=stored(request, file), **given)

    explain = _("%(body)s在纸上签了，由办公室记下来。办公室不能替它签。") % {"body": body.name}
    verdict = rules.may_record_signature(request.actor, row)
    return ask(request, form, _act(request, row, _("记纸质签字"), verdict, do, explain))


@staff
def task_done(request: StaffRequest, task_id: UUID) -> HttpResponse:
    task = queries.task(task_id)
    if task is None:
        raise Http404

    def do(**given: Any) -> None:
        actions.task_done(request.actor, task.pk, **given)

    verdict = rules.may_work_pairing(request.actor, task.pairing)
    act = _act(request, task.pairing, _("做完了"), verdict, do, task.what)
    return ask(request, DoneForm(request.POST or None), act)


@staff
def review(request: StaffRequest, pairing_id: UUID) -> HttpResponse:
    row = _pairing_or_404(pairing_id)
    form = forms.ReviewForm(request.POST or None)
    form.initial = {"words": row.review, "seen": row.review}

    def do(words: str, seen: str) -> None:
        try:
            actions.review(request.actor, row.pk, words=words, seen=seen)
        except Changed:
            form.show_as_seen(_pairing_or_404(pairing_id).review)
            raise

    explain = _("做到了什么、没做到什么，续不续。两家都看得到。")
    verdict = rules.may_work_pairing(request.actor, row)
    return ask(request, form, _act(request, row, _("回头看"), verdict, do, explain))


@staff
def end(request: StaffRequest, pairing_id: UUID) -> HttpResponse:
    row = _pairing_or_404(pairing_id)

    def do(**given: Any) -> None:
        actions.end(request.actor, row.pk, **given)

    explain = _("结束以后不再提醒；做过的事和经过都留着。")
    act = _act(request, row, _("结束"), rules.may_work_pairing(request.actor, row), do, explain)
    return ask(request, forms.EndForm(request.POST or None), act)


@staff
def file(request: StaffRequest, pairing_id: UUID, file_id: UUID) -> HttpResponse:
    """The scan of a signature, for the two sides and the office."""
    row = _pairing_or_404(pairing_id)
    found = queries.file_of(row, file_id) if rules.may_renew(request.actor, row) else None
    if found is None:
        raise Http404
    return respond_with(request, found, public=False)


def _pairing_or_404(pairing_id: UUID) -> Pairing:
    row = queries.by_id(pairing_id)
    if row is None:
        raise Http404
    return row


def _side_or_404(row: Pairing, body_id: UUID) -> Body:
    sides: tuple[Body, Body] = (row.one, row.other)
    side = next((body for body in sides if body.pk == body_id), None)
    if side is None:
        raise Http404
    return side


def _act(request: StaffRequest, row: Pairing, title: str, verdict: Any, do: Any, explain: str = "") -> Asked:
    back = reverse("studios:pairing", kwargs={**_slug(request), "pairing_id": row.pk})
    return Asked(title, verdict, do, back, row.title, explain)


def _slug(request: StaffRequest) -> dict[str, Any]:
    return {"slug": request.tenant.slug}  # type: ignore[attr-defined]
