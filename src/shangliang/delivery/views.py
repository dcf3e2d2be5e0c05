"""助落实: a page for each act of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.delivery import actions, forms, queries, rules
from shangliang.delivery.models import HandOver, Promise, ReplyLink
from shangliang.files.actions import store_document
from shangliang.files.models import Attachment
from shangliang.matters.acting import Act, act_page, matter_for
from shangliang.matters.models import Matter
from shangliang.matters.queries import points, referred_to
from shangliang.matters.rules import Sight, sight
from shangliang.people.doors import StaffRequest, office, staff
from shangliang.people.queries import body as body_by_id
from shangliang.people.queries import colleagues, handling_bodies
from shangliang.playbooks.queries import in_force


@staff
def hand_over(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    form = forms.HandOverForm(
        request.POST or None,
        bodies=handling_bodies(),
        open_points=queries.points_at_home(matter),
        initial={"days": in_force(matter.tenant_id).clocks["hand_over"]},
    )
    act = Act(
        _("交办"),
        rules.may_hand_over(request.actor, matter),
        partial(actions.hand_over, request.actor, matter.pk),
        _("对方要逐点答复：已办、会办（哪天以前）、不办（因为什么）。"),
    )
    return act_page(request, matter, form, act)


@staff
def consensus(request: StaffRequest, number: str) -> HttpResponse:
    """What meetings agreed on, each to whom it goes and by when."""
    matter = matter_for(request.actor, number)
    items = queries.consensus(matter)
    days = in_force(matter.tenant_id).clocks["hand_over"]
    form = forms.ConsensusForm(request.POST or None, items=items, bodies=handling_bodies(), days=days)
    act = Act(
        _("交办共识"),
        rules.may_hand_over_consensus(request.actor, matter, items),
        partial(actions.hand_over_consensus, request.actor, matter.pk),
        _("会上定下来、纪要签了字的，按说好的单位和日子交办。对方要逐点答复。"),
        template="delivery/consensus.html",
    )
    return act_page(request, matter, form, act)


@staff
def supervise(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    act = Act(
        _("督办"),
        rules.may_supervise(request.actor, matter, queries.hand_overs(matter)),
        partial(actions.supervise, request.actor, matter.pk),
    )
    return act_page(request, matter, forms.SuperviseForm(request.POST or None), act)


@staff
def close(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    listed = points(matter)
    act = Act(
        _("了结"),
        rules.may_close(request.actor, matter, listed, queries.hand_overs(matter)),
        partial(actions.close, request.actor, matter.pk),
        _("按各点的答复定结果：有承诺的列入计划，全办好的算已解决，其余算已解释。提的人会被问到：解决了没有。"),
    )
    return act_page(request, matter, forms.CloseForm(request.POST or None, with_outcome=not listed), act)


@staff
def reopen(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    act = Act(_("退回办理"), rules.may_reopen(request.actor, matter), partial(actions.reopen, request.actor, matter.pk))
    return act_page(request, matter, forms.WhyForm(request.POST or None), act)


@staff
def take_in_hand(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(_("接办"), rules.may_take_in_hand(request.actor, row), partial(actions.take_in_hand, request.actor, row))
    return act_page(request, row.matter, forms.TakeForm(request.POST or None), act)


@staff
def return_(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(
        _("退回"),
        rules.may_return(request.actor, row),
        partial(actions.return_, request.actor, row),
        _("不归你们办？写明为什么，该归谁。"),
    )
    return act_page(request, row.matter, forms.WhyForm(request.POST or None), act)


@staff
def progress(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(
        _("报进展"),
        rules.may_work(request.actor, row),
        partial(actions.report_progress, request.actor, row),
        _("一句话就行，提的人和邻居都会听到。"),
    )
    return act_page(request, row.matter, forms.ProgressForm(request.POST or None), act)


@staff
def extend(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    at_most = in_force(row.tenant_id).clocks["extension"]
    act = Act(
        _("延期"),
        rules.may_extend(request.actor, row, at_most),
        partial(actions.extend, request.actor, row),
        _("只能延一次，最多 %(days)s 个工作日。谁批的、为什么延，都写在经过里。") % {"days": at_most},
    )
    return act_page(request, row.matter, forms.ExtendForm(request.POST or None), act)


@staff
def reassign(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(_("换人办"), rules.may_work(request.actor, row), partial(actions.reassign, request.actor, row))
    return act_page(
        request, row.matter, forms.ReassignForm(request.POST or None, colleagues=colleagues(row.body_id)), act
    )


@staff
def reply(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    handed = queries.handed_points(row)
    form = forms.ReplyForm(
        request.POST or None,
        request.FILES or None,
        handed=handed,
        drafts={item.pk: queries.draft(item) for item in handed},
    )
    act = Act(
        _("逐点答复"),
        rules.may_reply(request.actor, row),
        partial(_reply_with_file, request.actor, row),
        _("每一点都要答。答复会公开，也会告诉每一位提的人。"),
        template="delivery/reply.html",
    )
    return act_page(request, row.matter, form, act, hand_over=row, files=queries.file_names(row))


@staff
def sign(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(
        _("签发"),
        rules.may_sign(request.actor, row),
        partial(actions.sign, request.actor, row),
        template="delivery/sign.html",
    )
    # A draft is the body's own until it is signed: who may not sign does not read it, whatever they post.
    handed = queries.handed_points(row) if act.verdict else []
    answers = [(item, queries.draft(item)) for item in handed]
    page = {"hand_over": row, "answers": answers, "files": queries.file_names(row)}
    return act_page(request, row.matter, forms.SignForm(request.POST or None), act, **page)


@staff
def send_draft_back(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(_("退改"), rules.may_sign(request.actor, row), partial(actions.send_draft_back, request.actor, row))
    return act_page(request, row.matter, forms.WhyForm(request.POST or None), act)


@staff
def pass_back(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    row = hand_over_for(request.actor, hand_over_id)
    act = Act(
        _("退回重办"),
        rules.may_pass_back(request.actor, row.matter, row),
        partial(actions.pass_back, request.actor, row),
        _("答复答非所问，或者没办到位：写明差什么，退给对方重办。"),
    )
    return act_page(request, row.matter, forms.WhyForm(request.POST or None), act)


@staff
@require_POST
def make_link(request: StaffRequest, hand_over_id: UUID) -> HttpResponse:
    """A one-time link to forward to a department that has no account; shown once."""
    row = hand_over_for(request.actor, hand_over_id)
    try:
        token = actions.make_reply_link(request.actor, row)
    except Refused as error:
        return render(request, "delivery/link.html", {"hand_over": row, "error": str(error)}, status=403)
    address = reverse("delivery:by_link", kwargs={"slug": request.tenant.slug, "token": token})  # type: ignore[attr-defined]
    return render(
        request,
        "delivery/link.html",
        {"hand_over": row, "address": request.build_absolute_uri(address), "days": actions.LINK_DAYS},
    )


@staff
def settle_promise(request: StaffRequest, promise_id: UUID) -> HttpResponse:
    promise = _promise_for(request.actor, promise_id)
    act = Act(
        _("承诺兑现没有"),
        rules.may_settle_promise(request.actor, promise, promise.matter),
        partial(actions.settle_promise, request.actor, promise),
    )
    return act_page(request, promise.matter, forms.PromiseForm(request.POST or None), act)


@staff
def move_promise(request: StaffRequest, promise_id: UUID) -> HttpResponse:
    promise = _promise_for(request.actor, promise_id)
    act = Act(
        _("改承诺的日期"),
        rules.may_settle_promise(request.actor, promise, promise.matter),
        partial(actions.move_promise, request.actor, promise),
    )
    return act_page(request, promise.matter, forms.MovePromiseForm(request.POST or None), act)


# Exempt: the link is the only right here, whatever cookies come along. And a page that sends no Referer posts with
# “Origin: null”, which Django's check refuses.
@csrf_exempt
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The reply page behind a one-time link: no account, one hand-over, one reply. A GET changes nothing."""
    link = queries.by_link(token, request.tenant.pk)  # type: ignore[attr-defined]
    if link is None:
        raise Http404
    actor, row = actions.link_actor(link), queries.hand_over(link.hand_over_id)
    assert row is not None
    handed = queries.handed_points(row)
    form = forms.ReplyForm(
        request.POST or None,
        request.FILES or None,
        handed=handed,
        drafts={item.pk: queries.draft(item) for item in handed},
    )
    page = {
        "hand_over": row,
        "matter": row.matter,
        "form": form,
        "usable": actions.is_usable(link),
        "verdict": rules.may_reply(actor, row),
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _reply_by_link(link, actor, row, **form.cleaned_data)
                return render(request, "delivery/by_link_done.html", page)
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    response = render(request, "delivery/by_link.html", page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


@office
def close_body(request: StaffRequest, body_id: UUID) -> HttpResponse:
    """Close a body with which nothing is left."""
    body = body_by_id(body_id)
    if body is None:
        raise Http404
    form, status = forms.CloseBodyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.close_body(request.actor, body, form.cleaned_data["on"])
                messages.success(request, _("%(name)s关了。") % {"name": body.name})
                return redirect("people:bodies", slug=request.tenant.slug)  # type: ignore[attr-defined]
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    page = {"body": body, "form": form, "left": queries.left_with(body), "seats": len(colleagues(body.pk))}
    return render(request, "delivery/close_body.html", page, status=status)


def hand_over_for(actor: Actor, hand_over_id: UUID) -> HandOver:
    """The hand-over, for its body and for those who see its matter whole. Raises Http404 for all others."""
    row = queries.hand_over(hand_over_id)
    if row is None or not _may_enter(actor, row.matter, row.body_id):
        raise Http404
    return row


def _promise_for(actor: Actor, promise_id: UUID) -> Promise:
    promise = queries.promise(promise_id)
    if promise is None or not _may_enter(actor, promise.matter, promise.body_id):
        raise Http404
    return promise


def _may_enter(actor: Actor, matter: Matter, body_id: UUID) -> bool:
    seen = sight(actor, matter, passed_to=referred_to(matter), handed_to=[body_id])
    return seen in (Sight.WHOLE, Sight.HANDED)


def _reply_with_file(
    actor: Actor,
    row: HandOver,
    seen: int | None,
    answers: Mapping[UUID, actions.Answer],
    words: str,
    file: UploadedFile[Any] | None,
) -> None:
    actions.reply(actor, row, seen, answers=answers, words=words, files=_stored(row, file))


def _reply_by_link(
    link: ReplyLink,
    actor: Actor,
    row: HandOver,
    answers: Mapping[UUID, actions.Answer],
    words: str,
    file: UploadedFile[Any] | None,
) -> None:
    files = _stored(row, file)
    with transaction.atomic():
        actions.use_reply_link(link)
        actions.reply(actor, row, None, answers=answers, words=words, files=files)


def _stored(row: HandOver, file: UploadedFile[Any] | None) -> list[Attachment]:
    """The file on disk, before any transaction: a scan takes long to read."""
    return [store_document(row.tenant_id, file)] if file else []
