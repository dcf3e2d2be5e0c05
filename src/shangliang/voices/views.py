"""我要提, its receipt, and 我也是."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.seal import keyed_hash
from shangliang.ledger.queries import read
from shangliang.matters.queries import by_number, clock_of
from shangliang.people.doors import StaffRequest, office
from shangliang.tenants.models import Tenant
from shangliang.voices import actions, queries, slips
from shangliang.voices.forms import EraseForm, VoiceForm
from shangliang.web import plain
from shangliang.web.limits import over_limit
from shangliang.web.navigation import address_of
from shangliang.web.views import too_many

TEN_MINUTES = 600
RECEIPT, RECEIPT_LIFE = "receipt", 3600
DEVICE, DEVICE_LIFE = "device", 365 * 24 * 3600


class TenantRequest(HttpRequest):
    """A request whose address named a tenant."""

    tenant: Tenant


# Exempt: no account stands behind this form, so a forged one can take nothing; it lacks the stamp and
# is held. A page that lay open too long must not cost anybody their words.
@csrf_exempt
def say(request: TenantRequest) -> HttpResponse:
    """The form. Sent without a fault it gives a receipt; whoever is too many or too fast is held, not blocked."""
    if request.method != "POST":
        return _form_page(request, VoiceForm(request.tenant))
    if over_limit(request, "say-flood", 100, TEN_MINUTES):
        return too_many(request)
    form = VoiceForm(request.tenant, request.POST, request.FILES)
    is_good = form.is_valid()
    if "look" in request.POST:
        form.hush()
        return _form_page(request, form)
    if not is_good:
        return _form_page(request, form, status=422)
    speech = form.speech(held=over_limit(request, "say", 10, TEN_MINUTES))
    given = actions.raise_voice(Actor("resident", request.tenant.pk), request.tenant, speech)
    return to_receipt(request, given.voice.pk)


@require_safe
def receipt(request: TenantRequest) -> HttpResponse:
    """The slip of the voice that this browser has just raised."""
    voice = queries.just_raised(_receipt_cookie(request))
    slip = queries.live_slip(voice) if voice else None
    if voice is None or slip is None:
        return private(render(request, "voices/receipt_gone.html", status=404))
    code = queries.slip_code(slip)
    page: dict[str, Any] = {
        "voice": voice,
        "matter": voice.matter,
        "code": slips.grouped(code),
        "link": request.build_absolute_uri(reverse("slip:thread", kwargs={"code": code})),
        "clock": clock_of(voice.matter),
        "draft": request.GET.get("draft", "")[:60] or "say",
        "paper": "a5" if request.GET.get("paper") == "a5" else "80",
    }
    return private(render(request, "voices/receipt.html", page))


@require_POST
def support(request: TenantRequest, number: str) -> HttpResponse:
    """我也是, once a device; goes back to the matter, also when it had been said before."""
    if over_limit(request, "support", 30, TEN_MINUTES):
        return too_many(request)
    matter = by_number(number)
    if matter is None or not matter.is_public:
        raise Http404
    device = request.COOKIES.get(DEVICE) or secrets.token_urlsafe(16)
    try:
        actions.support(Actor("resident", request.tenant.pk), matter, device_hash(device, request.tenant))
    except Refused as refused:
        return plain.page(request, 409, _("这次没点上"), [str(refused)])
    back = address_of("publicity:matter", request.tenant, number=number) or f"/{request.tenant.slug}/"
    response = HttpResponse(status=303, headers={"Location": back})
    keep_device(response, device)
    return response


@office
def erase(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """Say what will go for ever, ask why, and destroy it."""
    voice = queries.with_all(voice_id)
    if voice is None:
        raise Http404
    slug = request.tenant.slug  # type: ignore[attr-defined]
    form, status = EraseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.erase_voice(request.actor, voice, form.cleaned_data["reason"])
                messages.success(request, _("删除了。回执还能查，上面写着这段话已依法删除。"))
                return redirect("desk:matter", slug=slug, number=voice.matter.number)
            except Refused as refused:
                form.add_error(None, str(refused))
    page = {
        "voice": voice,
        "words": read(voice.words),
        "photos": [photo for photo in voice.photos.all() if photo.attachment.erased_at is None],
        "remarks": len(set(queries.to_erase(voice)) - {voice.words_id}),
        "has_contact": bool(voice.contact and voice.contact.sealed is not None),
        "others": queries.on_same_slip(voice),
        "form": form,
    }
    return private(render(request, "voices/erase.html", page, status=status))


def device_hash(device: str, tenant: Tenant) -> bytes:
    """What is kept of a device: different in every tenant, and no way back to the cookie."""
    return keyed_hash(device[:64], f"device:{tenant.pk}")


def keep_device(response: HttpResponse, device: str) -> None:
    """Let this browser be known again as the same neighbour, by nothing but a random number."""
    response.set_cookie(
        DEVICE, device, DEVICE_LIFE, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


def private(response: HttpResponse) -> HttpResponse:
    """An answer that holds a slip code: not kept, not passed on by Referer, not found by search."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _form_page(request: TenantRequest, form: VoiceForm, status: int = 200) -> HttpResponse:
    page: dict[str, Any] = {"form": form}
    if form.is_bound and form.where.settled:
        page["near"] = queries.neighbours(form.where.place)
    response = render(request, "voices/say.html", page, status=status)
    # Not even the browser's Back shows an old form with its old stamp.
    response["Cache-Control"] = "private, no-store"
    return response


def to_receipt(request: TenantRequest, voice_id: UUID, draft: str = "") -> HttpResponse:
    """To the receipt of a voice just raised, which this browser alone may see. `draft` is the name under which the
    form kept what was typed, if it is not the one of 我要提."""
    to = reverse("voices:receipt", kwargs={"slug": request.tenant.slug})
    at = f"{to}?{urlencode({'draft': draft})}" if draft else to
    response = HttpResponse(status=303, headers={"Location": at, "Cache-Control": "private, no-store"})
    response.set_signed_cookie(
        RECEIPT,
        voice_id.hex,
        salt=f"voices.receipt.{request.tenant.pk}",
        max_age=RECEIPT_LIFE,
        path=to,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _receipt_cookie(request: TenantRequest) -> UUID:
    try:
        value = request.get_signed_cookie(RECEIPT, salt=f"voices.receipt.{request.tenant.pk}", max_age=RECEIPT_LIFE)
        return UUID(value)
    except (KeyError, ValueError, signing.BadSignature):
        return UUID(int=0)
