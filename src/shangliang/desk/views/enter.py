"""Writing down what somebody says, and what they take home: slip, letter, a new slip for a lost one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.core.errors import Refused
from shangliang.delivery.telling import tell
from shangliang.desk import queries
from shangliang.desk.forms import EnterForm, LostSlipForm
from shangliang.desk.views.queue import place_names
from shangliang.ledger.queries import read, timeline
from shangliang.matters.models import Matter
from shangliang.matters.queries import by_number
from shangliang.people.actions import looked
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.queries import receiving_body
from shangliang.people.rules import CASE_DUTIES
from shangliang.places.models import Place
from shangliang.places.queries import by_path
from shangliang.voices import rules as voice_rules
from shangliang.voices.actions import raise_voice, reissue_slip
from shangliang.voices.models import Voice
from shangliang.voices.queries import live_slip, reach_of, slip_code
from shangliang.voices.slips import grouped

HELD = "slips"  # of the session: the voices whose slips this member of staff has just handed out
HELD_AT_MOST = 20


@staff
def enter(request: StaffRequest) -> HttpResponse:
    """Write down for somebody what they say; then to their slip."""
    tenant, verdict = request.tenant, voice_rules.may_enter(request.actor)  # type: ignore[attr-defined]
    form = EnterForm(tenant, _own_place(request), request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if not verdict:
            status = 403
        elif form.is_valid():
            try:
                receipt = raise_voice(request.actor, tenant, form.speech())
                _hand_out(request, receipt.voice)
                return redirect("desk:receipt", slug=tenant.slug, voice_id=receipt.voice.pk)
            except Refused as error:
                form.add_error(None, str(error))
    page = {"form": form, "verdict": verdict, "places": place_names(form.within)}
    return render(request, "desk/enter.html", page, status=status)


@staff
@never_cache
def receipt(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """The slip just handed out, to be printed (`?paper=a5`; a roll of 80 mm without)."""
    voice = _voice_for(request, voice_id)
    code = _code_handed_out(request, voice)
    if not code:
        raise Http404
    page = {
        "voice": voice,
        "matter": voice.matter,
        "words": read(voice.words),
        "code": grouped(code),
        "address": request.build_absolute_uri(reverse("slip:thread", kwargs={"code": code})),
        "is_a5": request.GET.get("paper") == "a5",
    }
    response = render(request, "desk/receipt.html", page)
    response["Referrer-Policy"] = "no-referrer"
    return response


@staff
@never_cache
@require_POST
def letter(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """A letter on A4 to whoever spoke: what they said and what came of it. Naming them is a look, and recorded."""
    voice = _voice_for(request, voice_id)
    if voice.contact_id:
        looked(request.actor, "contact", voice.pk, "letter")
    lead = (voice.matter.lead_id and Matter.objects.filter(pk=voice.matter.lead_id).first()) or voice.matter
    code = _code_handed_out(request, voice)
    page = {
        "voice": voice,
        "matter": voice.matter,
        "words": read(voice.words),
        "name": reach_of(voice).name,
        "told": list(reversed(tell(timeline(lead.pk, limit=60), own={voice.pk}))),
        "code": grouped(code) if code else "",
        "body": receiving_body(voice.matter.place),
    }
    return render(request, "desk/letter.html", page)


@staff
@never_cache
def lost_slip(request: StaffRequest) -> HttpResponse:
    """Find whose slip was lost, by the phone they left or by number."""
    form = LostSlipForm(request.POST or None)
    page: dict[str, Any] = {"form": form, "verdict": voice_rules.may_enter(request.actor), "found": None}
    if request.method == "POST" and form.is_valid() and page["verdict"]:
        page["found"] = _owners(request, **form.cleaned_data)
    return render(request, "desk/lost_slip.html", page, status=422 if form.errors else 200)


@staff
@require_POST
def reissue(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """A new slip; the old one is dead from here on."""
    voice = _voice_for(request, voice_id)
    owner = voice.follows or voice
    if not _works_on(request, owner.matter):
        raise Http404
    reissue_slip(request.actor, request.tenant, owner)  # type: ignore[attr-defined]
    _hand_out(request, owner)
    return redirect(reverse("desk:receipt", kwargs={"slug": request.tenant.slug, "voice_id": owner.pk}))  # type: ignore[attr-defined]


def _owners(request: StaffRequest, phone: str, number: str) -> list[Voice]:
    """The voices that may be theirs, as far as the one who asks works on their matters."""
    if phone:
        found = [
            voice for voice in queries.by_phone(phone, request.actor.tenant_id) if _works_on(request, voice.matter)
        ]
        for voice in found:
            looked(request.actor, "contact", voice.pk, "phone")
        return found
    matter = by_number(number)
    if matter is None or not _works_on(request, matter):
        return []
    return list(
        Voice.objects.filter(matter=matter, follows=None).select_related("matter__place").order_by("happened_at")[:50]
    )


def _works_on(request: StaffRequest, matter: Matter) -> bool:
    return bool(voice_rules.may_see_contact(request.actor, matter))


def _voice_for(request: StaffRequest, voice_id: UUID) -> Voice:
    voice = queries.voice(voice_id)
    if voice is None or not (_works_on(request, voice.matter) or _is_just_handed_out(request, voice)):
        raise Http404
    return voice


def _hand_out(request: StaffRequest, voice: Voice) -> None:
    kept = [one for one in request.session.get(HELD, []) if one != str(voice.pk)]
    request.session[HELD] = [*kept, str(voice.pk)][-HELD_AT_MOST:]


def _is_just_handed_out(request: StaffRequest, voice: Voice) -> bool:
    return str(voice.pk) in request.session.get(HELD, [])


def _code_handed_out(request: StaffRequest, voice: Voice) -> str:
    slip = live_slip(voice) if _is_just_handed_out(request, voice) else None
    return slip_code(slip) if slip else ""


def _own_place(request: StaffRequest) -> Place | None:
    """The place of whoever writes, if it is smaller than the tenant's."""
    seats = request.actor.seats_with(*reversed(CASE_DUTIES))
    path = seats[0].place_path if seats else ""
    return by_path(path) if path and path != request.tenant.place_path else None  # type: ignore[attr-defined]
