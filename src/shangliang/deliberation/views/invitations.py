"""请人, for staff: who sits at the table, who asked to come, and the sheets for those without a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.core.actors import Verdict
from shangliang.core.errors import Refused
from shangliang.deliberation import links, rules
from shangliang.deliberation.actions import arriving
from shangliang.deliberation.actions import invitations as actions
from shangliang.deliberation.forms import invitations as forms
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import meetings as queries
from shangliang.deliberation.views.meetings import page_of, run_or_404
from shangliang.people.actions import looked
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.queries import body as body_by_id
from shangliang.people.queries import person_here

Answer = Attendee.Answer


@staff
def invite(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Add people: by search, by role, or those who raised the matter. Each press adds one kind."""
    row = run_or_404(request, meeting_id)
    kind = queries.form_of(row)
    verdict = rules.may_seat(request.actor, row)
    sides = reading.sides(row)
    residents = forms.ResidentsForm(request.POST if "residents" in request.POST else None, form=kind, sides=sides)
    refused, status = "", 200
    if request.method == "POST":
        try:
            said = _add(request, row, residents)
        except Refused as error:
            refused, status = str(error), 422
        else:
            if said:
                messages.success(request, said)
                return redirect(request.get_full_path())
            status = 422
    words = request.GET.get("q", "").strip()[:40]
    page = {
        "meeting": row,
        "form": kind,
        "table": queries.table_of(row, kind),
        "verdict": verdict,
        "residents": residents,
        "words": words,
        "people": reading.people(words, row),
        "bodies": reading.departments(words),
        "voices": reading.voices(row),
        "sides": sides,
        "refused": refused,
        "back": page_of(request, row.pk),
    }
    return render(request, "deliberation/invite.html", page, status=status)


@staff
@require_POST
def draw_lots(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Draw the seats left among those who asked."""
    row = run_or_404(request, meeting_id)
    try:
        seated, listening = actions.draw_lots(request.actor, row.pk)
        words = _("抽好了：%(seated)s 位有座位，%(listening)s 位旁听。")
        messages.success(request, words % {"seated": seated, "listening": listening})
    except Refused as error:
        messages.error(request, str(error))
    return redirect(page_of(request, row.pk) + "#asked")


@staff
def take_off(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    one = _attendee_or_404(request, attendee_id)

    def do() -> str:
        actions.take_off(request.actor, one)
        return _("已从名单上拿掉。")

    explain = _("从名单上拿掉以后，这个人的链接就打不开了，姓名电话也一起删掉。")
    act = _act(request, one, _("从名单上拿掉"), rules.may_prepare(request.actor, one.meeting), do, explain)
    return ask(request, forms.NothingForm(request.POST if request.method == "POST" else None), act)


@staff
def describe(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """Who a resident at the table is."""
    one = _attendee_or_404(request, attendee_id)

    def do(**given: Any) -> None:
        actions.describe(request.actor, one, **given)

    first = {"name": reading.name_of(one)}
    explain = _(
        "加密保存，只有开这次会的单位看得到，公开页和纪要上不出现，纪要签完 30 天就删。电话留空，就是不留电话。"
    )
    act = _act(request, one, _("记姓名、电话"), rules.may_seat(request.actor, one.meeting), do, explain)
    return ask(request, forms.DescribeForm(request.POST or None, initial=first), act)


@never_cache
@staff
@require_POST
def phone(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """The name and number of a resident, for who runs the meeting; the look is recorded."""
    one = _attendee_or_404(request, attendee_id)
    looked(request.actor, "contact", one.pk, "attendee")
    page = {"one": one, "meeting": one.meeting, "name": reading.name_of(one), "phone": reading.phone_of(one)}
    return render(request, "deliberation/attendee_phone.html", page | {"why": reading.recused_why(one)})


@staff
def seat(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """Give a seat to who asked to come."""
    one = _attendee_or_404(request, attendee_id)
    kind = queries.form_of(one.meeting)
    form = forms.WalkInForm(request.POST or None, form=kind, initial={"seat": one.seat})
    del form.fields["label"]

    def do(seat: str) -> str:
        row = actions.give_seat(request.actor, one, seat) if seat else actions.let_listen(request.actor, one)
        return _("排好了：%(role)s。") % {"role": row.role}

    act = _act(request, one, _("安排座位"), rules.may_seat(request.actor, one.meeting), do, "")
    return ask(request, form, act)


@staff
def recuse(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """Somebody must stay out."""
    one = _attendee_or_404(request, attendee_id)

    def do(why: str) -> None:
        arriving.recuse(request.actor, one, why)

    explain = _("回避的人可以在场、可以说话，不参加表决，不签字。纪要里只写是哪一位，不写为什么。")
    act = _act(request, one, _("回避"), rules.may_recuse(request.actor, one), do, explain)
    return ask(request, forms.WhyForm(request.POST or None), act)


@staff
def take_back_recusal(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """It was noted by mistake."""
    one = _attendee_or_404(request, attendee_id)

    def do() -> str:
        arriving.take_back_recusal(request.actor, one)
        return _("%(role)s不用回避了。") % {"role": one.role}

    explain = _("记错了才去掉，开会以后就去不掉了。写的原因一起删掉。")
    act = _act(request, one, _("去掉回避"), rules.may_prepare(request.actor, one.meeting), do, explain)
    return ask(request, forms.NothingForm(request.POST if request.method == "POST" else None), act)


@staff
@require_POST
def note_answer(request: StaffRequest, attendee_id: UUID) -> HttpResponse:
    """What somebody without a phone answered."""
    one = _attendee_or_404(request, attendee_id)
    try:
        actions.answer(request.actor, one, request.POST.get("coming") == "yes")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(page_of(request, one.meeting_id) + f"#a{one.pk}")


@never_cache
@staff
def letters(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Invitations on paper, one to a page, each with its own QR code."""
    row = run_or_404(request, meeting_id)
    table = queries.table_of(row, queries.form_of(row))
    people = [one for one in table.seated if request.GET.get("one", str(one.pk)) == str(one.pk)]
    slug = request.tenant.slug  # type: ignore[attr-defined]
    page = {
        "meeting": row,
        "letters": [(one, request.build_absolute_uri(links.link_for(one, slug))) for one in people],
        "agenda": queries.agenda(row),
    }
    response = render(request, "deliberation/letters.html", page)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _add(request: StaffRequest, row: Meeting, residents: forms.ResidentsForm) -> str:
    """Add whom one press of the page means; "" when the form of residents came back with complaints."""
    given, actor, seat_key = request.POST, request.actor, request.POST.get("seat", "")
    if "residents" in given:
        if not residents.is_valid():
            return ""
        data = residents.cleaned_data
        rows = actions.invite_residents(actor, row.pk, data["seat"], count=data["count"], side=data.get("side"))
        return _("加了 %(roles)s。") % {"roles": _("、").join(one.role for one in rows)}
    if "voices" in given:
        ids = [UUID(one) for one in given.getlist("voice") if _is_id(one)]
        side = next((one for one in reading.sides(row) if str(one.pk) == given.get("side")), None)
        rows = actions.invite_voices(actor, row.pk, seat_key, reading.voice_rows(row, ids), side)
        return _("请了 %(n)s 位提的人，回执上看得到。") % {"n": len(rows)}
    if _is_id(given.get("person", "")) and (person := person_here(UUID(given["person"]))):
        return _("加了%(role)s。") % {"role": actions.invite_person(actor, row.pk, person, seat_key).role}
    if _is_id(given.get("body", "")) and (body := body_by_id(UUID(given["body"]))):
        return _("加了%(role)s。") % {"role": actions.invite_body(actor, row.pk, body, seat_key).role}
    raise Refused(_("没有选到人，再选一次。"))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _attendee_or_404(request: StaffRequest, attendee_id: UUID) -> Attendee:
    one = queries.attendee(attendee_id)
    if one is None or not rules.runs(request.actor, one.meeting):
        raise Http404
    return one


def _act(
    request: StaffRequest, one: Attendee, title: str, verdict: Verdict, do: Callable[..., object], explain: str
) -> Asked:
    return Asked(title, verdict, do, page_of(request, one.meeting_id), one.role, explain)
