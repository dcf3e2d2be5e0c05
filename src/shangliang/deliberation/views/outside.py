"""From outside the room: a question to a meeting, and a vote on one's own phone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation.actions import questions, voting
from shangliang.deliberation.forms.sitting import QuestionForm
from shangliang.deliberation.links import read_token
from shangliang.deliberation.models import Meeting
from shangliang.deliberation.queries import meetings, sitting
from shangliang.deliberation.queries.voting import open_count
from shangliang.deliberation.views.attending import presses_too_often, seat_page
from shangliang.tenants.models import Tenant
from shangliang.voices import stamps
from shangliang.web.limits import over_limit
from shangliang.web.views import too_many

OFTEN, TEN_MINUTES = 5, 600


@never_cache
def ask_from_outside(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Send a question in. Nothing of who asked is kept."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    meeting = meetings.meeting(meeting_id)
    if meeting is None or not sitting.is_askable(meeting):
        raise Http404
    form, status = QuestionForm(request.POST or None, initial={"stamp": stamps.draw()}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if over_limit(request, "outside-question", OFTEN, TEN_MINUTES):
                return too_many(request)
            key = stamps.read(form.cleaned_data["stamp"]).key
            try:
                questions.ask(Actor("resident", tenant.pk), meeting.pk, form.cleaned_data["words"], key=key)
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.success(request, _("问题收到了，谢谢您。念不念、怎么答，看现场安排。"))
                return redirect(request.path)
    return render(request, "deliberation/ask.html", {"meeting": meeting, "form": form}, status=status)


# Exempt, as the page they stand on: the link is the only right here, whatever cookies come along.
@csrf_exempt
@never_cache
@require_POST
def cast(request: HttpRequest, token: str, count_id: UUID) -> HttpResponse:
    """A vote from the page of somebody at the table, by their own link."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    attendee_id = read_token(token, tenant.pk)
    attendee = meetings.attendee(attendee_id) if attendee_id else None
    count = open_count(count_id)
    if attendee is None or count is None or count.item.meeting_id != attendee.meeting_id:
        raise Http404
    if presses_too_often(request, token):
        return too_many(request)
    choice = request.POST.get("choice", "")
    try:
        voting.cast(attendee, count, int(choice) if choice in ("1", "0", "-1") else 9)
        messages.success(request, _("投好了。结束以前还能改，谁也看不到您投的是什么。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("deliberation:seat", slug=tenant.slug, token=token)


@csrf_exempt
@never_cache
@require_POST
def speak_up(request: HttpRequest, token: str) -> HttpResponse:
    """举手说一句: somebody at the table who is not in the room asks or says a sentence; the clerk reads it out."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    attendee_id = read_token(token, tenant.pk)
    attendee = meetings.attendee(attendee_id) if attendee_id else None
    if attendee is None:
        raise Http404
    if presses_too_often(request, token):
        return too_many(request)
    key, words = stamps.read(request.POST.get("stamp", "")).key, request.POST.get("words", "")
    try:
        questions.ask(Actor("link", tenant.pk), attendee.meeting_id, words, key=key, attendee=attendee)
    except Refused as refused:
        # Once the meeting no longer sits there is no box to put the words back into.
        why = "" if attendee.meeting.status == Meeting.Status.OPEN and attendee.is_online else str(refused)
        return seat_page(request, attendee, why, 422, said=words, not_said=str(refused))
    messages.success(request, _("举手了，记录员看得到。"))
    return redirect("deliberation:seat", slug=tenant.slug, token=token)
