"""签到: the clerk's list with one big button for each, and the page of the door."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation import links, rules
from shangliang.deliberation.actions import arriving
from shangliang.deliberation.forms.invitations import DoorForm, WalkInForm
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import meetings as queries
from shangliang.deliberation.views.meetings import page_of, run_or_404
from shangliang.people.doors import StaffRequest, staff
from shangliang.web.limits import is_over, over_limit
from shangliang.web.respond import respond
from shangliang.web.views import too_many

How = Attendee.SignedIn
TEN_MINUTES = 600
WRONG_CODES = 20  # of one address in ten minutes; a room full of people has one address


@staff
def sign_in(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Everybody of a meeting with one button each. Pressed once they are there, pressed again they are not. A press
    changes the list in place (htmx); without scripts the page comes again, where one was."""
    row = run_or_404(request, meeting_id)
    kind = queries.form_of(row)
    walk_in = WalkInForm(request.POST if "walk_in" in request.POST else None, form=kind)
    refused, at = "", ""
    if request.method == "POST":
        try:
            at = _press(request, row, walk_in)
        except Refused as error:
            refused = str(error)
        else:
            if at and not getattr(request, "htmx", False):
                return redirect(f"{request.path}#a{at}")
    table = queries.table_of(row, kind)
    slug = request.tenant.slug  # type: ignore[attr-defined]
    page = {
        "meeting": row,
        "form": kind,
        "table": table,
        "everybody": len(table.everybody),
        "verdict": rules.may_sign_in_others(request.actor, row),
        "walk_in": walk_in,
        "refused": refused,
        "door": request.build_absolute_uri(links.door_link(row, slug)),
        "back": page_of(request, row.pk),
    }
    return respond(request, "deliberation/sign_in.html", page, 422 if refused else 200)


@never_cache
@staff
def door_sheet(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """The sheet at the door, or on the screen: a QR code and four digits."""
    row = run_or_404(request, meeting_id)
    slug = request.tenant.slug  # type: ignore[attr-defined]
    page = {
        "meeting": row,
        "door": request.build_absolute_uri(links.door_link(row, slug)),
        "back": page_of(request, row.pk),
    }
    return render(request, "deliberation/door_sheet.html", page)


# Exempt: the code of the room is the only right here, whatever cookies come along.
@csrf_exempt
@never_cache
def door(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the QR code at the door: say who one is, type the digits. Residents are led to their own page."""
    tenant = request.tenant  # type: ignore[attr-defined]
    meeting_id = links.read_door(token, tenant.pk)
    row = queries.meeting(meeting_id) if meeting_id else None
    if row is None:
        raise Http404
    if request.method == "POST" and is_over(request, "door", WRONG_CODES, TEN_MINUTES):
        return too_many(request, _("数字错得太多了。请找工作人员签到。"))
    people = [one for one in queries.table_of(row, queries.form_of(row)).seated if one.signed_in_at is None]
    form = DoorForm(request.POST or None, people=people)
    done: Attendee | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                one = form.people[form.cleaned_data["role"]]
                done = arriving.sign_in_at_door(_holder(one), one, form.cleaned_data["code"])
            except Refused as error:
                over_limit(request, "door", WRONG_CODES, TEN_MINUTES)
                form.add_error(error.field if error.field in form.fields else None, str(error))
    if done is not None and done.person_id is None:
        return redirect("deliberation:seat", slug=tenant.slug, token=links.token_of(done))
    page = {"meeting": row, "form": form, "done": done, "people": people}
    response = render(request, "deliberation/door.html", page, status=200 if done else status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _press(request: StaffRequest, row: Meeting, walk_in: WalkInForm) -> str:
    """What one press means; gives whose it was."""
    if "walk_in" in request.POST:
        if not walk_in.is_valid():
            return ""
        data = walk_in.cleaned_data
        one = arriving.sign_in_walk_in(request.actor, row.pk, seat_key=data["seat"], label=data["label"])
        messages.success(request, _("%(role)s，签到了。") % {"role": one.role})
        return str(one.pk)
    for name, act in (("here", _tick), ("undo", arriving.undo_sign_in)):
        if name in request.POST:
            found = next((one for one in queries.attendees(row) if str(one.pk) == request.POST[name]), None)
            if found is None:
                raise Refused(_("名单刚刚变了，再点一次。"))
            act(request.actor, found)
            return str(found.pk)
    raise Refused(_("没有点到人，再点一次。"))


def _tick(actor: Actor, one: Attendee) -> Attendee:
    return arriving.sign_in(actor, one, How.HAND)


def _holder(one: Attendee) -> Actor:
    """Whoever holds the link, or stands at the door, is taken for the one at the table."""
    return Actor("link", one.tenant_id, one.person_id, one.role)
