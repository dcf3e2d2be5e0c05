"""Studios for everybody: the list, one studio, what to say to it, its calls, its poster and calendar files."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.publicity import studio_list, studio_month, studio_page
from shangliang.publicity.studio_forms import AnswerForm, MessageForm
from shangliang.studios import calendar_file, poster
from shangliang.studios.actions import calls as actions
from shangliang.studios.models import Call, Studio
from shangliang.studios.queries import calls, duty, studios
from shangliang.studios.queries.feeds import person_of_feed
from shangliang.voices.views import TEN_MINUTES, TenantRequest, to_receipt
from shangliang.web import plain
from shangliang.web.limits import over_limit
from shangliang.web.views import too_many

SOON = dt.timedelta(days=62)  # how far the next time is looked for
FEED_BACK, FEED_AHEAD = dt.timedelta(days=31), dt.timedelta(days=183)
FEEDS, POSTERS = 120, 30  # of one address in ten minutes


def listing(request: TenantRequest) -> HttpResponse:
    """The studios that receive residents, those that do today first."""
    ask = studio_list.asked(request.GET)
    return render(
        request,
        "publicity/studios.html",
        {"ask": ask, "found": studio_list.listed(request.tenant, ask), "now": clock.now()},
    )


def studio(request: TenantRequest, studio_id: UUID) -> HttpResponse:
    """A studio: who receives now and when, who sits in it, what it did, how it stands, and how to say something."""
    row = _studio_or_404(studio_id)
    first, today = studio_month.asked(request.GET.get("month", "")), clock.today()
    shown = duty.shifts(row.pk, min(first, today), max(studio_month.last_of(first), today + SOON))
    people = studios.people(row)
    page: dict[str, Any] = {
        "studio": row,
        "kind": studios.kind_label(row),
        "receives": row.status in studios.RECEIVING,
        "month": studio_month.month(first, shown),
        "duty": studio_page.duty_now([one for one in shown if one.shift.day >= today]),
        "people": people,
        "sectors": len({one.sector for one in people if one.sector}),
        "around": studio_page.around(row),
        "done_shown": studio_page.DONE_SHOWN,
        "today": today,
        "standard": studio_page.standard_name(row),
    }
    if page["receives"]:
        page["form"] = MessageForm(request.tenant, home=row.body.place, people=people)
        page["draft"] = _draft(row)
    return _unkept(render(request, "publicity/studio.html", page))


# Exempt, as 我要提 is: no account stands behind these forms, and nobody may lose their words to an old page.
@csrf_exempt
def say(request: TenantRequest, studio_id: UUID) -> HttpResponse:
    """给委员留言. Sent without a fault it gives a receipt, as any other voice."""
    row = _studio_or_404(studio_id)
    people = studios.people(row)
    if request.method == "POST" and over_limit(request, "say-flood", 100, TEN_MINUTES):
        return too_many(request)
    form = MessageForm(request.tenant, *_sent(request), home=row.body.place, people=people)
    refused = ""
    if request.method == "POST" and form.is_valid():
        speech = form.speech(held=over_limit(request, "say", 10, TEN_MINUTES))
        try:
            given = actions.say_to_studio(_resident(request), request.tenant, row, speech, person=form.person())
            return to_receipt(request, given.voice.pk, _draft(row))
        except Refused as error:
            refused = str(error)
    page = {
        "studio": row,
        "form": form,
        "draft": _draft(row),
        "receives": row.status in studios.RECEIVING,
        "refused": refused,
    }
    return _unkept(render(request, "publicity/studio_say.html", page, status=_status(request, refused)))


@csrf_exempt
def call(request: TenantRequest, studio_id: UUID, call_id: UUID) -> HttpResponse:
    """A question put to residents: answer it while it runs, read afterwards what came of it."""
    row = calls.call(call_id)
    if row is None or row.studio_id != studio_id or not calls.is_public(row):
        raise Http404
    if row.studio.status not in studio_page.PUBLIC:
        raise Http404
    places = calls.places_of(row)
    if request.method == "POST" and over_limit(request, "say-flood", 100, TEN_MINUTES):
        return too_many(request)
    form = AnswerForm(request.tenant, *_sent(request), places=places)
    refused = ""
    if request.method == "POST" and form.is_valid():
        speech = form.speech(held=over_limit(request, "say", 10, TEN_MINUTES))
        try:
            given = actions.answer_call(_resident(request), request.tenant, row, speech)
            return to_receipt(request, given.voice.pk, _draft(row))
        except Refused as error:
            refused = str(error)
    page = {
        "studio": row.studio,
        "call": row,
        "form": form,
        "draft": _draft(row),
        "places": places,
        "open": calls.takes_answers(row),
        "tally": calls.tally([row.pk]).get(row.pk, calls.Tally()),
        "reasons": calls.reasons(row) if row.concluded_at else [],
        "refused": refused,
    }
    return _unkept(render(request, "publicity/studio_call.html", page, status=_status(request, refused)))


def poster_pdf(request: TenantRequest, studio_id: UUID) -> HttpResponse:
    """The poster, to be printed. The same rows give the same file: only another one is typeset anew."""
    row = _studio_or_404(studio_id)
    if row.status not in studios.RECEIVING:
        raise Http404
    today = clock.today()
    shown = [
        one
        for one in duty.shifts(row.pk, today, today + dt.timedelta(weeks=poster.WEEKS))
        if one.ends_at() > clock.now()
    ]
    try:
        text = poster.content(row, shown, studio_page.rule_of(row), _address(request, row))
    except Refused as refused:
        return plain.page(request, 503, _("海报印不出来"), [str(refused)])
    name = poster.digest(text)
    pdf = cache.get(f"poster:{name}")
    if pdf is None:
        if over_limit(request, "poster", POSTERS, TEN_MINUTES):
            return too_many(request, _("刚才印得太多了，过几分钟再来。"))
        pdf = poster.drawn(text)
        cache.set(f"poster:{name}", pdf, TEN_MINUTES)
    return _file(request, pdf, "application/pdf", f"poster-{row.pk}.pdf", name, public=True)


def duty_ics(request: TenantRequest, studio_id: UUID) -> HttpResponse:
    """A studio's times as a calendar to subscribe to. One that paused or closed still tells what was cancelled."""
    row = _studio_or_404(studio_id)
    if over_limit(request, "ics", FEEDS, TEN_MINUTES):
        return too_many(request)
    shown = duty.shifts(row.pk, clock.today() - FEED_BACK, clock.today() + FEED_AHEAD)
    ics = calendar_file.of_studio(row, shown, _address(request, row))
    return _file(request, ics, calendar_file.MEDIA_TYPE, f"duty-{row.pk}.ics", public=True)


def member_feed(request: TenantRequest, token: str) -> HttpResponse:
    """A member's own turns, for whoever knows the secret address."""
    if over_limit(request, "ics", FEEDS, TEN_MINUTES):
        return too_many(request)
    person = person_of_feed(token, request.tenant.pk)
    if person is None:
        raise Http404
    shown = duty.shifts_of(person.pk, clock.today() - FEED_BACK, clock.today() + FEED_AHEAD)
    ics = calendar_file.of_member(person, shown, lambda row: _address(request, row))
    response = _file(request, ics, calendar_file.MEDIA_TYPE, "duty.ics", public=False)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _studio_or_404(studio_id: UUID) -> Studio:
    row = studio_page.public_studio(studio_id)
    if row is None:
        raise Http404
    return row


def _resident(request: TenantRequest) -> Actor:
    return Actor("resident", request.tenant.pk)


def _address(request: HttpRequest, row: Studio) -> str:
    at = reverse("publicity:studio", kwargs={"slug": request.tenant.slug, "studio_id": row.pk})  # type: ignore[attr-defined]
    return request.build_absolute_uri(at)


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is bound to: nothing while it is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _draft(row: Studio | Call) -> str:
    """Under which name this browser keeps what is typed, until the receipt."""
    return f"{row._meta.model_name}:{row.pk}"


def _status(request: HttpRequest, refused: str) -> int:
    return 409 if refused else 422 if request.method == "POST" else 200


def _unkept(response: HttpResponse) -> HttpResponse:
    """A page with a form under a stamp: not even the browser's Back shows it with its old stamp."""
    response["Cache-Control"] = "private, no-store"
    return response


def _file(
    request: HttpRequest, content: bytes, media_type: str, name: str, mark: str = "", *, public: bool
) -> HttpResponse:
    """A file that may be kept for a minute and then has to be asked for again; unchanged, it is not sent twice."""
    etag = quote_etag(mark or hashlib.sha256(content).hexdigest()[:32])
    response = HttpResponse(content, content_type=media_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"{'public' if public else 'private'}, max-age=60, must-revalidate"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response
