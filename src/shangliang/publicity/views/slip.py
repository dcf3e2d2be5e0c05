"""The page of a slip: found by its code, without an account. The code travels in the body of a POST, or in the QR's link."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import Confirmation
from shangliang.publicity.slip import flaw, thread_of
from shangliang.publicity.slip_forms import ConfirmForm, SendBackForm
from shangliang.studios.models import IssuedSlip
from shangliang.studios.queries.reception import issued_slip
from shangliang.tenants.models import Tenant
from shangliang.voices import actions as voices
from shangliang.voices import slips
from shangliang.voices.forms import SpokenForm
from shangliang.voices.models import Slip
from shangliang.voices.queries import by_slip, key_for
from shangliang.voices.views import DEVICE, device_hash, keep_device, private
from shangliang.web.limits import is_over, over_limit
from shangliang.web.views import too_many

WRONG_AT_MOST, TEN_MINUTES = 20, 600


class SlipRequest(HttpRequest):
    """A request that has shown a living slip; it runs inside the slip's tenant."""

    tenant: Tenant
    slip: Slip
    code: str


def with_slip(view: Callable[[SlipRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Finds the slip, enters its tenant, and lets nobody keep the answer. Says what to check when there is none.

    Only wrong codes are counted: many people behind one address may look at their slips, but
    whoever guesses has to wait.
    """

    # Exempt: nothing but the code in the body gives a right here, so there is no standing right that another
    # site could use. And a page that sends no Referer posts with “Origin: null”, which Django's check refuses.
    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, code: str = "") -> HttpResponse:
        if is_over(request, "slip", WRONG_AT_MOST, TEN_MINUTES):
            return private(too_many(request, _("试错的次数太多了，过十分钟再来。急的话，打电话问也行。")))
        typed = code or request.POST.get("code", "")
        clean = slips.clean(typed)
        tenant = Tenant.objects.filter(mark=clean[: slips.MARK]).first() if clean else None
        if clean is None or tenant is None:
            return _wrong(request, typed, flaw(typed) if clean is None else "")
        with scope(tenant=tenant):
            slip = by_slip(clean, tenant.pk)
            if slip is None and (issued := issued_slip(clean, tenant.pk)):
                return _on_device(request, tenant, issued, clean)
            if slip is None:
                return _wrong(request, typed)
            request.tenant = tenant  # type: ignore[attr-defined]
            if slip.died_at is not None:
                return private(render(request, "publicity/slip_dead.html", {"slip": slip}, status=410))
            request.slip, request.code = slip, clean  # type: ignore[attr-defined]
            return private(view(request))  # type: ignore[arg-type]

    return door


@csrf_exempt
def lookup(request: HttpRequest) -> HttpResponse:
    """GET asks for the code; POST shows the thread."""
    if request.method == "POST":
        return thread_by_post(request)
    return private(render(request, "publicity/slip_lookup.html"))


@require_POST
@with_slip
def thread_by_post(request: SlipRequest) -> HttpResponse:
    return _page(request)


@require_safe
@with_slip
def thread(request: SlipRequest) -> HttpResponse:
    """The QR's link. Shows, and never acts."""
    return _page(request)


@require_POST
@with_slip
def add(request: SlipRequest) -> HttpResponse:
    """Add words and photos to what one said."""
    form = SpokenForm(request.tenant, request.POST, request.FILES, auto_id="add_%s")
    if not form.is_valid():
        return _page(request, form)
    words = form.cleaned_data["words"]
    # The slip is part of the key: a form whose code was changed by hand says it on the other slip as well.
    key = key_for(f"add:{form.stamped.key.hex}:{request.slip.voice_id.hex}", words)
    voices.add_words(_actor(request), request.slip, words, key, form.stored)
    return _page(request, done=_("补充的话记下了。"))


@require_POST
@with_slip
def withdraw(request: SlipRequest) -> HttpResponse:
    """Take back the consent to publication, at once."""
    voices.withdraw_consent(_actor(request), request.slip)
    return _page(request, done=_("收回了。您的话和照片，从现在起别人看不到了。"))


@require_POST
@with_slip
def confirm(request: SlipRequest) -> HttpResponse:
    """Say whether it is solved, and how one was treated."""
    form = ConfirmForm(request.POST, auto_id="confirm_%s")
    if not form.is_valid():
        return _page(request, form)
    said = {name: form.cleaned_data[name] for name in ("solved", "rating", "words")}
    return _give_opinion(request, form, _("记下了，谢谢您。"), **said)


@require_POST
@with_slip
def send_back(request: SlipRequest) -> HttpResponse:
    """Say that it is not solved, and why: staff have to look again."""
    form = SendBackForm(request.POST, auto_id="back_%s")
    if not form.is_valid():
        return _page(request, form)
    done = _("退回了。工作人员会重新看这件事。")
    return _give_opinion(
        request,
        form,
        done,
        solved=Confirmation.Solved.NO,
        rating=None,
        words=form.cleaned_data["words"],
        sent_back=True,
    )


@require_POST
@with_slip
def support(request: SlipRequest) -> HttpResponse:
    """我也是 on the lead that one's own matter was joined to."""
    device = request.COOKIES.get(DEVICE) or secrets.token_urlsafe(16)
    matter = request.slip.voice.matter
    try:
        voices.support(_actor(request), matter.lead or matter, device_hash(device, request.tenant))
    except Refused as refused:
        return _page(request, refused=str(refused))
    response = _page(request, done=_("算上您了。"))
    keep_device(response, device)
    return response


def _give_opinion(request: SlipRequest, form: ConfirmForm | SendBackForm, done: str, **opinion: Any) -> HttpResponse:
    # Another slip, or another opinion from the same form, is not a retry.
    key = uuid5(request.slip.voice_id, f"{form.stamped.key}:{opinion['solved']}:{opinion['rating']}")
    try:
        delivery.confirm(_actor(request), request.slip.voice, key=key, **opinion)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, form)
    return _page(request, done=done)


def _page(
    request: SlipRequest,
    faulty: SpokenForm | ConfirmForm | SendBackForm | None = None,
    *,
    done: str = "",
    refused: str = "",
) -> HttpResponse:
    """The thread as it stands now; a faulty form comes back in its place."""
    if done:  # the act has changed rows that were read before it
        request.slip = by_slip(request.code, request.tenant.pk) or request.slip
    page: dict[str, Any] = {
        "thread": thread_of(request.slip, request.code),
        "add": faulty if isinstance(faulty, SpokenForm) else SpokenForm(request.tenant, auto_id="add_%s"),
        "confirm": faulty if isinstance(faulty, ConfirmForm) else ConfirmForm(auto_id="confirm_%s"),
        "back": faulty if isinstance(faulty, SendBackForm) else SendBackForm(auto_id="back_%s"),
        "faulty": faulty,
        "done": done,
        "refused": refused,
    }
    status = 422 if faulty else 409 if refused else 200
    return render(request, "publicity/slip.html", page, status=status)


def _wrong(request: HttpRequest, typed: str, why: str = "") -> HttpResponse:
    over_limit(request, "slip", WRONG_AT_MOST, TEN_MINUTES)
    page = {"typed": typed[:60], "why": why or _("没有这张回执，对着纸再看一眼。"), "length": slips.LENGTH}
    return private(render(request, "publicity/slip_lookup.html", page, status=404))


def _on_device(request: HttpRequest, tenant: Tenant, issued: IssuedSlip, code: str) -> HttpResponse:
    """The slip was handed out where there was no line, and its note has not come in yet."""
    request.tenant = tenant  # type: ignore[attr-defined]
    page = {"device": issued.device, "studio": issued.device.studio, "code": slips.grouped(code)}
    return private(render(request, "publicity/slip_on_device.html", page))


def _actor(request: SlipRequest) -> Actor:
    return Actor("resident", request.tenant.pk)
