"""The pages of those at the table, by their own link, and of residents who ask to come. No account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation import links, meeting_calendar, meeting_poster, rules
from shangliang.deliberation.actions import arriving
from shangliang.deliberation.actions import invitations as actions
from shangliang.deliberation.forms.invitations import JoinForm, WhyForm
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import meetings as queries
from shangliang.deliberation.queries.voting import on_phone
from shangliang.voices import stamps
from shangliang.web import plain
from shangliang.web.limits import over_limit
from shangliang.web.views import too_many

Status, Answer, How = Meeting.Status, Attendee.Answer, Attendee.SignedIn
TEN_MINUTES = 600
PRESSES = 60  # by one link in ten minutes: coming, voting, raising a hand, signing
OWN, OWN_LIFE = "meeting-seat", 60 * 24 * 3600  # which request to come is this browser's; sent to that page alone
FLOOD, MANY, FILES = (
    60,
    5,
    60,
)  # requests to come, those taken without a doubt, and files, of one address in ten minutes


# Exempt: the link is the only right here, whatever cookies come along, as with whistles.
@csrf_exempt
@never_cache
def seat(request: HttpRequest, token: str) -> HttpResponse:
    """My seat: what, when, where, papers, agenda; come or not, sign in, stay out. A GET changes nothing."""
    one = by_token(request, token)
    if request.method == "POST":
        if presses_too_often(request, token):
            return too_many(request)
        try:
            if request.POST.get("press") == "withdraw":
                return private(_withdraw(request, one))
            messages.success(request, _press(request, one))
            return private(redirect(request.path))
        except Refused as error:
            return seat_page(request, one, str(error), 403 if isinstance(error, NotAllowed) else 422)
    return seat_page(request, one)


def seat_page(
    request: HttpRequest, one: Attendee, refused: str = "", status: int = 200, *, said: str = "", not_said: str = ""
) -> HttpResponse:
    """The page of a seat; `said` stands in the box of who raises a hand, with `not_said`, why it was not taken."""
    row, token = one.meeting, links.token_of(one)
    topics = queries.topics_of(row)
    kind, is_on = queries.form_of(row, topics[0]), row.status == Status.OPEN
    page = {
        "one": one,
        "meeting": row,
        "token": token,
        "topics": topics,
        "form": kind,
        "ballots": on_phone(one, kind.decide) if is_on else [],
        "stamp": stamps.draw() if is_on and one.is_online else "",
        "agenda": queries.agenda(row),
        "refused": refused,
        "said": said,
        "not_said": not_said,
        "stays_out": one.recused_at is not None or one.person_id in queries.recused_people(row),
        "may_recuse": rules.may_recuse(holder(one), one),
        "may_answer": row.status == Status.CALLED and one.answer in rules.SEATED and one.signed_in_at is None,
        "may_sign_in": _may_sign_in(one),
        "join_until": queries.join_until(row),
        "today": clock.today(),
    }
    return private(render(request, "deliberation/seat.html", page, status=status))


@csrf_exempt
@never_cache
def recuse(request: HttpRequest, token: str) -> HttpResponse:
    """我要回避, with the reason, which only those who run the meeting read."""
    one = by_token(request, token)
    form = WhyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if presses_too_often(request, token):
            return too_many(request)
        status = 422
        if form.is_valid():
            try:
                arriving.recuse(holder(one), one, form.cleaned_data["why"])
                messages.success(request, _("记下了。您可以来、可以说话，不参加表决。"))
                return private(redirect("deliberation:seat", slug=_tenant(request).slug, token=token))
            except Refused as error:
                form.add_error("why" if error.field == "why" else None, str(error))
    page = {
        "one": one,
        "meeting": one.meeting,
        "token": token,
        "form": form,
        "verdict": rules.may_recuse(holder(one), one),
    }
    return private(render(request, "deliberation/stay_out.html", page, status=status))


def seat_ics(request: HttpRequest, token: str) -> HttpResponse:
    """My meeting as a calendar file, with the link to it."""
    one = by_token(request, token)
    link = request.build_absolute_uri(links.link_for(one, _tenant(request).slug))
    return private(_calendar_file(one.meeting, link, way_in=True))


# Exempt, as 我要提 is: no account stands behind this form, and nobody may lose their words to an old page.
@csrf_exempt
def join(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """A resident asks to come to a public meeting. Too many or too fast, and staff look first. The browser of who
    asked is led to their page."""
    row = _public_or_404(meeting_id)
    if request.method == "POST" and over_limit(request, "join-flood", FLOOD, TEN_MINUTES):
        return too_many(request)
    if own := _asked_here(request, row):
        return _to_seat(request, own)
    topics = queries.topics_of(row)
    kind = queries.form_of(row, topics[0])
    form = JoinForm(request.POST or None, form=kind, sides=reading.sides(row))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _to_seat(request, _ask(request, row, form))
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    table = queries.table_of(row, kind)
    page = {
        "meeting": row,
        "topics": topics,
        "form": form,
        "asked": len(table.asked),
        "free": sum(bench.free for bench in table.benches),
        "open": queries.takes_requests(row),
        "until": queries.join_until(row),
    }
    response = render(request, "deliberation/join.html", page, status=status)
    response["Cache-Control"] = "private, no-store"  # nor does the browser's Back show the form again
    return private(response)


def public_ics(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """A public meeting as a calendar file. One called off stays, and says so."""
    row = _public_or_404(meeting_id, cancelled=True)
    if over_limit(request, "meeting-file", FILES, TEN_MINUTES):
        return too_many(request)
    return _calendar_file(row, meeting_poster.address(request, row), way_in=False)


def poster(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The poster of a public meeting, to be printed."""
    row = _public_or_404(meeting_id)
    if over_limit(request, "meeting-file", FILES, TEN_MINUTES):
        return too_many(request, _("刚才印得太多了，过几分钟再来。"))
    try:
        pdf = meeting_poster.drawn(
            meeting_poster.content(row, queries.topics_of(row), meeting_poster.address(request, row))
        )
    except Refused as refused:
        return plain.page(request, 503, _("海报印不出来"), [str(refused)])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="meeting-{row.pk}.pdf"'
    return response


def by_token(request: HttpRequest, token: str) -> Attendee:
    """Who sits where a link says, of a meeting that was called. Raises Http404 for what is no link."""
    attendee_id = links.read_token(token, _tenant(request).pk)
    one = queries.attendee(attendee_id) if attendee_id else None
    if one is None or one.meeting.status == Status.PLANNED:
        raise Http404
    return one


def presses_too_often(request: HttpRequest, token: str) -> bool:
    """Whether one link is pressed as no person presses it. Counted by link: a room full of people has one address."""
    return over_limit(request, "meeting-link", PRESSES, TEN_MINUTES, who=token)


def holder(one: Attendee) -> Actor:
    """Whoever holds the link is taken for the one at the table, at this one only."""
    return Actor("link", one.tenant_id, one.person_id, one.role)


def private(response: HttpResponse) -> HttpResponse:
    """An answer whose address is a secret."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _press(request: HttpRequest, one: Attendee) -> str:
    """Do what was pressed; gives the thanks."""
    match request.POST.get("press", ""):
        case "come":
            actions.answer(holder(one), one, True)
            return _("好，给您留着座位。")
        case "not":
            actions.answer(holder(one), one, False)
            return _("知道了。改主意了，再点“我来”。")
        case "here":
            arriving.sign_in(holder(one), one, How.QR)
            return _("签到了。")
        case "online":
            arriving.sign_in(holder(one), one, How.QR, online=True)
            return _("签到了，您在线上。")
        case _:
            raise Http404


def _may_sign_in(one: Attendee) -> bool:
    if one.signed_in_at is not None or one.meeting.status not in (Status.CALLED, Status.OPEN):
        return False
    return one.meeting.status == Status.OPEN or bool(clock.now() >= one.meeting.starts_at - rules.EARLY)


def _ask(request: HttpRequest, row: Meeting, form: JoinForm) -> Attendee:
    stamp, data = form.stamped, form.cleaned_data
    held = stamp.odd or over_limit(request, "join", MANY, TEN_MINUTES)
    return actions.ask_to_come(
        Actor("resident", row.tenant_id),
        row.pk,
        key=stamp.key,
        seat_key=data.get("seat", ""),
        side=data.get("side"),
        name=data["name"].strip(),
        phone=data["phone"],
        held=held,
    )


def _withdraw(request: HttpRequest, one: Attendee) -> HttpResponse:
    """来不了了, before there are seats: back to where one asks to come."""
    row, slug = one.meeting, _tenant(request).slug
    actions.withdraw(holder(one), one)
    messages.success(request, _("报名取消了，您留的称呼、电话也删了。"))
    if not row.is_public:
        return redirect(f"/{slug}/")
    return redirect("deliberation:join_meeting", slug=slug, meeting_id=row.pk)


def _asked_here(request: HttpRequest, row: Meeting) -> Attendee | None:
    """The request to come that was made in this browser, as long as it stands."""
    try:
        own = UUID(request.get_signed_cookie(OWN, salt=_salt(row), max_age=OWN_LIFE))
    except (KeyError, ValueError, signing.BadSignature):
        return None
    one = queries.attendee(own)
    return one if one is not None and one.meeting_id == row.pk else None


def _to_seat(request: HttpRequest, one: Attendee) -> HttpResponse:
    """To the page of who asked to come, which this browser finds again."""
    response = redirect("deliberation:seat", slug=_tenant(request).slug, token=links.token_of(one))
    response["Cache-Control"] = "private, no-store"
    response.set_signed_cookie(
        OWN,
        one.pk.hex,
        salt=_salt(one.meeting),
        max_age=OWN_LIFE,
        path=request.path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return private(response)


def _salt(row: Meeting) -> str:
    return f"deliberation.seat.{row.tenant_id}.{row.pk}"


def _public_or_404(meeting_id: UUID, *, cancelled: bool = False) -> Meeting:
    row = queries.meeting(meeting_id)
    gone = (Status.PLANNED,) if cancelled else (Status.PLANNED, Status.CANCELLED)
    if row is None or not row.is_public or row.status in gone or (cancelled and row.called_at is None):
        raise Http404
    return row


def _calendar_file(row: Meeting, link: str, *, way_in: bool) -> HttpResponse:
    file = meeting_calendar.of_meeting(row, link, way_in=way_in)
    response = HttpResponse(file, content_type=meeting_calendar.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="meeting-{row.pk}.ics"'
    return response


def _tenant(request: HttpRequest) -> Any:
    return request.tenant  # type: ignore[attr-defined]
