"""纪要: reading them, signing them, taking them home as PDF or Word, putting them right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from shangliang.core.actors import Actor, Verdict
from shangliang.core.errors import Changed, Refused
from shangliang.deliberation import links, rules
from shangliang.deliberation.actions import erasing, signing
from shangliang.deliberation.actions import minutes as actions
from shangliang.deliberation.drawing import drawn
from shangliang.deliberation.forms import minutes as forms
from shangliang.deliberation.minutes_paper import pdf
from shangliang.deliberation.minutes_word import word
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import meetings
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.views.attending import presses_too_often
from shangliang.files import documents
from shangliang.files.actions import store_document
from shangliang.files.views import respond_with
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.voices.forms import EraseForm
from shangliang.web.views import too_many

PAGE = "deliberation:minutes"
READABLE = (Meeting.Status.OPEN, *queries.FROZEN)


@staff
def minutes(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """The whole text, who signed it, and what to do next."""
    meeting = meeting_or_404(request.actor, meeting_id)
    actor = request.actor
    signers = queries.signers(meeting)
    page = {
        "meeting": meeting,
        "topics": meetings.topics_of(meeting),
        "minutes": queries.minutes_of(meeting),
        "amendments": queries.amendments(meeting),
        "signers": signers,
        "waiting": sum(not one.is_done for one in signers),
        "nobody_signed": not any(one.has_signed for one in signers),
        "runs": rules.runs(actor, meeting),
        "sheets": queries.sheets(meeting),
        "may_close": rules.may_close(actor, meeting),
        "may_open_again": rules.may_open_again(actor, meeting),
        "may_sign": rules.may_take_signature(actor, meeting),
        "may_finish": rules.may_finish(actor, meeting),
        "may_amend": rules.may_amend(actor, meeting),
    }
    return render(request, "deliberation/minutes.html", page)


@staff
def close(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request.actor, meeting_id)
    form = forms.SeenMeetingForm(request.POST or None, initial={"seen": meeting.version})
    act = _asked(
        request,
        meeting,
        _("读完了，定稿"),
        rules.may_close(request.actor, meeting),
        _seeing(form, meeting, partial(actions.close, request.actor, meeting.pk)),
        _("念给大家听，没有人说不对，就定稿。定稿以后不再改字，接着签字。"),
        "deliberation/minutes_close.html",
    )
    return ask(request, form, act, minutes=queries.minutes_of(meeting))


@staff
def open_again(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request.actor, meeting_id)
    form = forms.OpenAgainForm(request.POST or None, initial={"seen": meeting.version})
    act = _asked(
        request,
        meeting,
        _("接着开"),
        rules.may_open_again(request.actor, meeting),
        _seeing(form, meeting, partial(actions.open_again, request.actor, meeting.pk)),
        _("还没有人签字，可以回到会上改，再读一遍。"),
    )
    return ask(request, form, act)


@staff
def finish(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request.actor, meeting_id)
    form = forms.SeenMeetingForm(request.POST or None, initial={"seen": meeting.version})
    act = _asked(
        request,
        meeting,
        _("签完了"),
        rules.may_finish(request.actor, meeting),
        _seeing(form, meeting, partial(actions.finish, request.actor, meeting.pk)),
        _("定下来的事从现在起往下走：要部门办的，可以交办了。以后要改纪要，只能写更正。"),
    )
    return ask(request, form, act)


@staff
def sign(request: StaffRequest, meeting_id: UUID, attendee_id: UUID) -> HttpResponse:
    """Somebody signs on the clerk's device."""
    meeting, attendee = _signer_or_404(request.actor, meeting_id, attendee_id)
    form = forms.SignForm(request.POST or None, attendee=attendee)

    def do(drawing: str, typed_name: str = "") -> None:
        signing.sign(request.actor, meeting.pk, attendee.pk, **_signature(drawing, typed_name))

    act = _asked(
        request,
        meeting,
        _("签字"),
        rules.may_take_signature(request.actor, meeting) and rules.takes_part(attendee),
        do,
        template="deliberation/minutes_sign.html",
    )
    return ask(request, form, act, attendee=attendee, minutes=queries.minutes_of(meeting))


@staff
def decline(request: StaffRequest, meeting_id: UUID, attendee_id: UUID) -> HttpResponse:
    meeting, attendee = _signer_or_404(request.actor, meeting_id, attendee_id)
    act = _asked(
        request,
        meeting,
        _("不签"),
        rules.may_take_signature(request.actor, meeting) and rules.takes_part(attendee),
        partial(signing.decline, request.actor, meeting.pk, attendee.pk),
        _("%(role)s不签，记下因为什么。改了主意，散会以前还可以签。") % {"role": attendee.role},
    )
    return ask(request, forms.DeclineForm(request.POST or None), act)


@staff
def paper(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Who signed the printed sheet."""
    meeting = meeting_or_404(request.actor, meeting_id)
    waiting = [one.attendee for one in queries.signers(meeting) if not one.has_signed]
    form = forms.PaperForm(request.POST or None, request.FILES or None, waiting=waiting)

    def do(attendees: list[UUID], sheet: Any) -> None:
        stored = store_document(request.actor.tenant_id, sheet)
        signing.sign_on_paper(request.actor, meeting.pk, attendees=attendees, sheet=stored)

    act = _asked(
        request,
        meeting,
        _("记纸上的签字"),
        rules.may_take_signature(request.actor, meeting),
        do,
        _("打印纪要，大家在最后一页签好，拍一张传上来。"),
    )
    return ask(request, form, act)


@staff
def amend(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request.actor, meeting_id)
    act = _asked(
        request,
        meeting,
        _("写更正"),
        rules.may_amend(request.actor, meeting),
        partial(actions.amend, request.actor, meeting.pk),
        _("签过字的原文不动，更正写在后面，大家都看得到。"),
    )
    return ask(request, forms.AmendForm(request.POST or None), act)


@staff
def erase_said(request: StaffRequest, meeting_id: UUID, words_id: UUID) -> HttpResponse:
    """Destroy what somebody said, for a reason that stays in the ledger."""
    meeting = meeting_or_404(request.actor, meeting_id)
    said = queries.one_said(meeting, words_id)
    verdict = rules.runs(request.actor, meeting)
    if said is None or not verdict:
        raise Http404

    def do(reason: str) -> str:
        erasing.erase_said(request.actor, meeting.pk, words_id, reason=reason)
        return _("删除了。纪要上写：有一段话已依法删除。")

    act = _asked(
        request,
        meeting,
        _("依法删除这一句"),
        verdict,
        do,
        _("“%(text)s”会上记的、纪要里的都删，删了就找不回来。打印出去的，要另外收回。") % {"text": said},
    )
    return ask(request, EraseForm(request.POST or None), act)


@staff
def minutes_pdf(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes as PDF; with what was drawn for those who run the meeting."""
    meeting = meeting_or_404(request.actor, meeting_id)
    sheet = queries.sheet(meeting, with_drawings=bool(rules.runs(request.actor, meeting)))
    return _file(pdf(sheet), meeting, "pdf", documents.PDF)


@staff
def minutes_docx(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request.actor, meeting_id)
    sheet = queries.sheet(meeting, with_drawings=bool(rules.runs(request.actor, meeting)))
    return _file(word(sheet), meeting, "docx", documents.DOCX)


@staff
def signed_sheet(request: StaffRequest, meeting_id: UUID, sheet_id: UUID) -> HttpResponse:
    """The scan of a sheet that was signed, for those who run the meeting."""
    meeting = meeting_or_404(request.actor, meeting_id)
    if not rules.runs(request.actor, meeting):
        raise Http404
    found = [one.sheet for one in queries.sheets(meeting) if one.sheet_id == sheet_id]
    if not found or found[0] is None:
        raise Http404
    return respond_with(request, found[0], public=False)


# Exempt: the link is the only right here, whatever cookies come along.
@csrf_exempt
@never_cache
def sign_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody signs on their own device, by their own link. A GET changes nothing."""
    tenant_id = request.tenant.pk  # type: ignore[attr-defined]
    attendee_id = links.read_token(token, tenant_id)
    attendee = meetings.attendee(attendee_id) if attendee_id else None
    if attendee is None:
        raise Http404
    meeting = attendee.meeting
    own, actor = queries.signature_of(attendee), Actor("link", tenant_id)
    form = forms.SignForm(request.POST or None, attendee=attendee)
    verdict = rules.may_take_signature(actor, meeting) and rules.takes_part(attendee)
    status = 200
    if request.method == "POST":
        if presses_too_often(request, token):
            return too_many(request)
        status = 422
        if form.is_valid():
            try:
                signing.sign(actor, meeting.pk, attendee.pk, **_signature(**form.cleaned_data))
                own, status = queries.signature_of(attendee), 200
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    page = {
        "meeting": meeting,
        "attendee": attendee,
        "form": form,
        "token": token,
        "verdict": verdict,
        "own": own,
        "minutes": queries.minutes_of(meeting) if meeting.status in queries.FROZEN else None,
        "amendments": queries.amendments(meeting),
    }
    response = render(request, "deliberation/sign_by_link.html", page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def meeting_or_404(actor: Actor, meeting_id: UUID) -> Meeting:
    """A meeting that has minutes, for those who run it, who work on what is on its table, and who sat there."""
    meeting = meetings.meeting(meeting_id)
    if meeting is None or meeting.status not in READABLE or not _may_read(actor, meeting):
        raise Http404
    return meeting


def _may_read(actor: Actor, meeting: Meeting) -> bool:
    if rules.runs(actor, meeting) or any(rules.works_on_topic(actor, one) for one in meetings.topics_of(meeting)):
        return True
    return any(one.person_id == actor.person_id for one in meetings.attendees(meeting) if one.person_id)


def _signer_or_404(actor: Actor, meeting_id: UUID, attendee_id: UUID) -> tuple[Meeting, Attendee]:
    meeting, attendee = meeting_or_404(actor, meeting_id), meetings.attendee(attendee_id)
    if attendee is None or attendee.meeting_id != meeting.pk:
        raise Http404
    return meeting, attendee


def _signature(drawing: str, typed_name: str = "") -> dict[str, Any]:
    return {"drawing": drawn(drawing) if drawing else b"", "typed_name": typed_name}


def _seeing(form: forms.SeenMeetingForm, meeting: Meeting, do: Callable[..., object]) -> Callable[..., object]:
    """`do`, and when others wrote meanwhile, a form that knows what is shown now: pressing again is meant."""

    def done(**given: Any) -> object:
        try:
            return do(**given)
        except Changed:
            form.show_as_seen(meeting.version)
            raise

    return done


def _asked(
    request: StaffRequest,
    meeting: Meeting,
    title: str,
    verdict: Verdict,
    do: Callable[..., object],
    explain: str = "",
    template: str = "people/act.html",
) -> Asked:
    back = reverse(PAGE, kwargs={"slug": request.tenant.slug, "meeting_id": meeting.pk})  # type: ignore[attr-defined]
    return Asked(title, verdict, do, back, meeting.title, explain, template)


def _file(content: bytes, meeting: Meeting, ending: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    name = _("%(title)s纪要") % {"title": meeting.title}
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
