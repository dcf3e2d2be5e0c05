"""The desk of a studio: the queue, the note, who came before, what was written down today."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.people.actions import looked
from shangliang.people.doors import StaffRequest, office, staff
from shangliang.people.rules import may_manage, may_run
from shangliang.studios import rules
from shangliang.studios.actions import reception as actions
from shangliang.studios.forms.reception import NoteForm, NumberForm, VisitorForm, as_typed
from shangliang.studios.models import Reception, Studio
from shangliang.studios.queries import reception as queries
from shangliang.studios.queries import studios
from shangliang.studios.reception_notes import opened
from shangliang.tenants.models import Tenant
from shangliang.voices import slips, stamps
from shangliang.voices.contacts import phone_hash
from shangliang.voices.forms import EraseForm
from shangliang.voices.queries import live_slip, slip_code
from shangliang.web.limits import over_limit
from shangliang.web.respond import respond
from shangliang.web.views import too_many

P = ParamSpec("P")
HANDED, HANDED_AT_MOST = "handed_out", 20  # of the session: receptions whose slips were just handed out
TEN_MINUTES = 600
NUMBER_IDS = "number_%s"  # beside the note, which asks the same


class DeskRequest(StaffRequest):
    """A request of somebody who receives in this studio today, or runs it."""

    tenant: Tenant
    studio: Studio
    on_duty: bool


def at_desk(view: Callable[Concatenate[DeskRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Within `staff`: only for those who run the studio, and members on duty there today; for others there is no
    such page. Nothing of it is kept by a browser or a proxy."""

    def door(request: StaffRequest, /, studio_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        studio = studios.by_id(studio_id)
        if studio is None:
            raise Http404
        on_duty = queries.is_on_duty(studio, request.actor.person_id, {clock.today()})
        if not rules.may_receive(request.actor, studio, on_duty=on_duty):
            raise Http404
        request.studio, request.on_duty = studio, on_duty  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return wraps(view)(never_cache(door))


@staff
@at_desk
def desk(request: DeskRequest) -> HttpResponse:
    """The page; sent, it writes down a talk, and goes to the slip or back to an empty form."""
    waiting = _waiting(request)
    form = _form(request, waiting)
    if request.method != "POST":
        return _desk_page(request, form, waiting)
    if not form.is_valid():
        return _desk_page(request, form, waiting, 422)
    note = form.note()
    key = queries.key_for(f"reception:{form.stamped.key.hex}", note.kept)
    try:
        row = actions.record(request.actor, request.tenant, request.studio, note, key, waiting=waiting).reception
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _desk_page(request, form, waiting, 409)
    if row.voice_id is None:
        messages.success(request, _("记下了。"))
        return redirect("studios:reception", slug=request.tenant.slug, studio_id=request.studio.pk)
    kept = [one for one in request.session.get(HANDED, []) if one != str(row.pk)]
    request.session[HANDED] = [*kept, str(row.pk)][-HANDED_AT_MOST:]
    return redirect(_address(request, "studios:reception_slip", row))


@staff
@at_desk
@require_safe
def slip(request: DeskRequest, reception_id: UUID) -> HttpResponse:
    """The slip just handed out, to be printed (`?paper=a5`; a roll of 80 mm without)."""
    row = _row(request, reception_id)
    found = live_slip(row.voice) if row.voice and str(row.pk) in request.session.get(HANDED, []) else None
    if found is None:
        raise Http404
    code = slip_code(found)
    page = {
        "studio": request.studio,
        "row": row,
        "matter": row.voice.matter if row.voice else None,
        "code": slips.grouped(code),
        "address": request.build_absolute_uri(reverse("slip:thread", kwargs={"code": code})),
        "is_a5": request.GET.get("paper") == "a5",
    }
    response = render(request, "studios/reception_slip.html", page)
    response["Referrer-Policy"] = "no-referrer"
    return response


@staff
@require_POST
@at_desk
def number(request: DeskRequest) -> HttpResponse:
    """The next number, in one tap."""
    form = NumberForm(request.POST, auto_id=NUMBER_IDS)
    if not form.is_valid():
        return _desk_page(request, _form(request, None, is_sent=False), None, 422, form)
    said = form.cleaned_data
    key = f"number:{stamps.read(request.POST.get('stamp', '')).key.hex}"
    return _did(
        request,
        lambda: actions.take_number(request.actor, request.studio, key, people=said["people"] or 1, name=said["name"]),
    )


@staff
@require_POST
@at_desk
def call(request: DeskRequest, reception_id: UUID) -> HttpResponse:
    """It is somebody's turn; their talk is written down in the form that opens."""
    row = _row(request, reception_id)
    return _did(request, lambda: actions.call(request.actor, request.studio, row), f"?visitor={row.pk}")


@staff
@require_POST
@at_desk
def left(request: DeskRequest, reception_id: UUID) -> HttpResponse:
    """Somebody went away."""
    row = _row(request, reception_id)
    return _did(request, lambda: actions.left(request.actor, request.studio, row))


@staff
@at_desk
def visitor(request: DeskRequest) -> HttpResponse:
    """What this studio knows of somebody who came before. Each look-up is recorded."""
    form = VisitorForm(request.POST or None)
    page: dict[str, Any] = {"studio": request.studio, "form": form, "found": None}
    if request.method == "POST" and form.is_valid():
        if over_limit(request, "visitor", 30, TEN_MINUTES):
            return too_many(request)
        found = queries.visits(request.studio, phone_hash(form.cleaned_data["phone"], request.tenant.pk))
        for subject in [row.pk for row in found] or [request.studio.pk]:
            looked(request.actor, "visitor", subject, "phone")
        page["found"] = found
    return render(request, "studios/reception_visitor.html", page, status=422 if form.errors else 200)


@staff
@require_POST
@at_desk
def note(request: DeskRequest, reception_id: UUID) -> HttpResponse:
    """Open a sealed note: a look, and recorded."""
    row = _readable(request, reception_id)
    kept = opened(row)
    looked(request.actor, "reception", row.pk, "read")
    page = {
        "studio": request.studio,
        "row": row,
        "kept": kept,
        "may_correct": kept is not None and row.day == clock.today(),
        "may_erase": kept is not None and bool(may_manage(request.actor)),
    }
    return render(request, "studios/reception_read.html", page)


@staff
@at_desk
def correct(request: DeskRequest, reception_id: UUID) -> HttpResponse:
    """Put right a note of today. Seeing it is a look, and recorded."""
    row = _readable(request, reception_id)
    kept = opened(row)
    if kept is None:
        raise Http404
    people = queries.receivers(request.studio, row.day)
    if request.method != "POST":
        looked(request.actor, "reception", row.pk, "correct")
    form = NoteForm(
        request.tenant,
        request.studio,
        people,
        request.POST if request.method == "POST" else None,
        initial=as_typed(kept, row),
        by=row.receiver_id,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.correct(request.actor, request.studio, row, form.note())
                messages.success(request, _("改好了。"))
                return redirect("studios:reception", slug=request.tenant.slug, studio_id=request.studio.pk)
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
                status = 409
    page = {"studio": request.studio, "row": row, "form": form}
    return render(request, "studios/reception_correct.html", page, status=status)


@office
@never_cache
def erase(request: StaffRequest, studio_id: UUID, reception_id: UUID) -> HttpResponse:
    """Say what will go for ever, ask why, and destroy it."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    studio = studios.by_id(studio_id)
    row = queries.reception(studio, reception_id) if studio else None
    if studio is None or row is None or row.sealed is None:
        raise Http404
    form, status = EraseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.erase(request.actor, row, form.cleaned_data["reason"])
                messages.success(request, _("删除了。这次接待还算一次，谁来的、说了什么都没有了。"))
                return redirect("studios:reception", slug=tenant.slug, studio_id=studio.pk)
            except Refused as refused:
                form.add_error(None, str(refused))
    return render(request, "studios/reception_erase.html", {"studio": studio, "row": row, "form": form}, status=status)


def _form(request: DeskRequest, waiting: Reception | None, *, is_sent: bool = True) -> NoteForm:
    people = queries.receivers(request.studio, clock.today())
    kept = opened(waiting) if waiting else None
    initial = {"people": waiting.people, "name": kept.name if kept else ""} if waiting else {}
    data, files = (request.POST, request.FILES) if request.method == "POST" and is_sent else (None, None)
    return NoteForm(request.tenant, request.studio, people, data, files, by=request.actor.person_id, initial=initial)


def _desk_page(
    request: DeskRequest,
    form: NoteForm,
    waiting: Reception | None,
    status: int = 200,
    number: NumberForm | None = None,
) -> HttpResponse:
    today = clock.today()
    page = {
        "studio": request.studio,
        "form": form,
        "number": number or NumberForm(auto_id=NUMBER_IDS),
        "waiting": waiting,
        "day": queries.day_of(request.studio, today),
        "stamp": stamps.draw(),
        "runs": bool(may_run(request.actor, request.studio.body)),
        "closed": queries.closed_on(request.studio),
    }
    return respond(request, "studios/reception.html", page, status)


def _waiting(request: DeskRequest) -> Reception | None:
    """The visitor whose talk is being written down, if they came through the queue. What was sent for somebody
    recorded meanwhile is not taken for another visitor: the act looks again."""
    given = request.POST.get("visitor") or request.GET.get("visitor") or ""
    try:
        row = queries.reception(request.studio, UUID(given)) if given else None
    except ValueError:
        row = None
    if row is None or row.day != clock.today():
        return None
    return row if row.outcome == "" or request.method == "POST" else None


def _row(request: DeskRequest, reception_id: UUID) -> Reception:
    row = queries.reception(request.studio, reception_id)
    if row is None:
        raise Http404
    return row


def _readable(request: DeskRequest, reception_id: UUID) -> Reception:
    row = _row(request, reception_id)
    is_todays = row.day == clock.today()
    if row.status != Reception.Status.DONE or not rules.may_read_note(
        request.actor, request.studio, on_duty=request.on_duty, is_todays=is_todays
    ):
        raise Http404
    return row


def _did(request: DeskRequest, act: Callable[[], object], then: str = "") -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        then = ""
    address = reverse("studios:reception", kwargs={"slug": request.tenant.slug, "studio_id": request.studio.pk})
    return redirect(address + then)


def _address(request: DeskRequest, name: str, row: Reception) -> str:
    return reverse(name, kwargs={"slug": request.tenant.slug, "studio_id": request.studio.pk, "reception_id": row.pk})
