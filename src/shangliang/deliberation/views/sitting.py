"""The one screen that runs a meeting, and what its script asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules, sitting_words
from shangliang.deliberation.actions import lines as writing
from shangliang.deliberation.actions import sitting as actions
from shangliang.deliberation.forms.sitting import HandsForm, ItemForm, LineForm, ReserveForm, SigningForm, line_of
from shangliang.deliberation.models import Line, Meeting
from shangliang.deliberation.queries import meetings
from shangliang.deliberation.queries import sitting as queries
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.queries.members import names_of_open_bodies
from shangliang.tenants.models import Tenant
from shangliang.web.forms import Form

P = ParamSpec("P")
SHELL = (  # what the screen is made of, beside itself
    *("web/tokens.css", "web/components.css", "web/more.css", "matters/work.css", "deliberation/sitting.css"),
    *("web/sprite.svg", "web/favicon.svg", "matters/work.js", "django_htmx/htmx-4.min.js"),
    *("deliberation/sitting_store.js", "deliberation/sitting.js"),
)


class TableRequest(StaffRequest):
    """A request of somebody who runs this meeting."""

    tenant: Tenant
    meeting: Meeting


def at_table(view: Callable[Concatenate[TableRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Within `staff`: only for those who run the meeting; for others there is no such page. No proxy keeps it."""

    def door(request: StaffRequest, /, meeting_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        meeting = meetings.meeting(meeting_id)
        if meeting is None or not rules.runs(request.actor, meeting):
            raise Http404
        request.meeting = meeting  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return wraps(view)(never_cache(door))


@staff
@at_table
@require_safe
@ensure_csrf_cookie
def sitting(request: TableRequest) -> HttpResponse:
    """The screen."""
    now = queries.sitting(request.meeting)
    page = _table(request, now) | {
        "now": now,
        "line_id": uuid7(),
        "kinds": Line.Kind.choices,
        "settings": _settings(request),
        "words": sitting_words.words(),
        "owners": names_of_open_bodies(),
        "speaker_chosen": request.GET.get("speaker", ""),
        "correcting": _correcting(request, now),
    }
    return render(request, "deliberation/sitting.html", page)


@staff
@at_table
def open_meeting(request: TableRequest) -> HttpResponse:
    """开会."""
    missing = [lack.sentence for lack in meetings.lacking(request.meeting) if lack.key.startswith("gate:")]
    act = Asked(
        _("开会"),
        rules.may_open(request.actor, request.meeting),
        lambda: actions.open_meeting(request.actor, request.meeting.pk),
        address(request, "sitting"),
        request.meeting.title,
        "；".join(missing) or _("从现在起记下谁说了什么、定了什么。"),
    )
    return ask(request, Form(request.POST if request.method == "POST" else None), act)


@staff
@require_POST
@at_table
def begin_part(request: TableRequest, position: int) -> HttpResponse:
    """Go on to a part of the agenda."""
    return did(request, lambda: actions.begin_part(request.actor, request.meeting.pk, position))


@staff
@require_POST
@at_table
def lines(request: TableRequest) -> HttpResponse:
    """Lines as a device kept them (JSON, with what others wrote since), or one of a page without script."""
    if request.content_type != "application/json":
        return _one_line(request)
    try:
        sent = json.loads(request.body)
        since, batch = int(sent["since"]), list(sent["lines"])
        struck = [UUID(str(one)) for one in sent.get("struck", [])]
    except (ValueError, TypeError, KeyError, AttributeError):
        return _no(_("没看懂设备发来的内容，请刷新页面再试。"), 400)
    written, told = [], {}
    for one in batch[: writing.AT_MOST]:
        try:
            written.append(line_of(one))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            told[str(one.get("id", "")) if isinstance(one, dict) else ""] = _("这一行读不出来了。")
    try:
        said = writing.write_lines(request.actor, request.meeting.pk, written, struck)
    except Refused as refused:
        return _no(str(refused), 409, is_open=request.meeting.status == Meeting.Status.OPEN)
    told |= {str(key): why for key, why in said.items()}
    return _private(_since(request, since) | {"told": told})


@staff
@require_POST
@at_table
def strike_line(request: TableRequest) -> HttpResponse:
    """Strike a line of one's own, of a page without script."""
    try:
        line = UUID(request.POST.get("strike", ""))
    except ValueError as error:
        raise Http404 from error

    def strike() -> None:
        if why := writing.write_lines(request.actor, request.meeting.pk, [], [line])[line]:
            raise Refused(why)

    return did(request, strike, "#say")


@staff
@at_table
@require_safe
def changes(request: TableRequest) -> HttpResponse:
    """What was written since a version, for a screen that lies open."""
    since = request.GET.get("since", "0")
    return _private(_since(request, int(since) if since.isdecimal() and len(since) < 10 else 0))


@staff
@at_table
@require_safe
def table(request: TableRequest) -> HttpResponse:
    """What is on the table and what was asked, for a screen that lies open."""
    now = queries.sitting(request.meeting)
    return render(request, "deliberation/_table.html", _table(request, now) | {"now": now})


@staff
@at_table
@require_safe
def worker(request: TableRequest) -> HttpResponse:
    """The service worker: it lies beside the screen, so that it may answer for it when the line is cut."""
    files = [static(name) for name in SHELL]
    page = {
        "files": json.dumps(files),
        "version": hashlib.sha256("\n".join(files).encode()).hexdigest()[:12],
        "shell": address(request, "sitting"),
        "studio": request.meeting.pk,  # what its store is called after
    }
    response = render(request, "studios/reception_worker.js", page, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def did(request: TableRequest, act: Callable[[], object], then: str = "") -> HttpResponse:
    """Do something in one tap, and go back to the screen."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(address(request, "sitting") + then)


def address(request: TableRequest, name: str, **more: Any) -> str:
    """The address of something of this meeting."""
    parts = {"slug": request.tenant.slug, "meeting_id": request.meeting.pk, **more}
    return reverse(f"deliberation:{name}", kwargs=parts)


def _one_line(request: TableRequest) -> HttpResponse:
    form = LineForm(request.POST)
    back = Asked(
        _("记下"),
        rules.may_record(request.actor, request.meeting),
        lambda **_data: _write(request, form),
        f"{address(request, 'sitting')}?speaker={request.POST.get('attendee', '')[:36]}#say",
        request.meeting.title,
    )
    return ask(request, form, back)


def _write(request: TableRequest, form: LineForm) -> str:
    line = form.written()
    if why := writing.write_lines(request.actor, request.meeting.pk, [line])[line.id]:
        raise Refused(why, "text")
    return _("记下了。")


def _since(request: TableRequest, since: int) -> dict[str, Any]:
    found = queries.changes(request.meeting.pk, since)
    page = {"meeting": request.meeting, "may_record": bool(rules.may_record(request.actor, request.meeting))}
    return {
        "version": found.version,
        "is_open": request.meeting.status == Meeting.Status.OPEN,
        "part": found.part,
        "table": found.table,
        "lines": [
            {
                "id": str(one.line.pk),
                "at": one.line.said_at.isoformat(),
                "html": render_to_string("deliberation/_line.html", page | {"one": one}, request),
            }
            for one in found.spoken
        ],
    }


def _table(request: TableRequest, now: queries.Sitting) -> dict[str, Any]:
    """The forms beside everything on the table."""
    people = [one.attendee for one in now.speakers if one.takes_part]
    rule = now.form.decide
    return {
        "meeting": now.meeting,
        "may_record": bool(rules.may_record(request.actor, now.meeting)),
        "may_open": rules.may_open(request.actor, now.meeting),
        "may_collect": bool(rules.may_collect(request.actor, now.meeting)),
        "new_item": ItemForm(
            topics=now.topics,
            earlier=queries.left_over(now.meeting, now.topics),
            initial={"id": uuid7()},
            auto_id="new-%s",
        ),
        "items": [
            {
                "row": row,
                "edit": ItemForm(topics=now.topics, item=row.item, auto_id=f"edit{row.item.number}-%s"),
                "hands": HandsForm(rule=rule, auto_id=f"hands{row.item.number}-%s"),
                "signing": SigningForm(rule=rule, auto_id=f"sign{row.item.number}-%s"),
                "reserve": ReserveForm(people=people, auto_id=f"reserve{row.item.number}-%s"),
            }
            for row in now.items
        ],
        "rule": rule,
    }


def _correcting(request: TableRequest, now: queries.Sitting) -> queries.Wording | None:
    wanted = request.GET.get("corrects", "")
    standing = [one for spoken in now.spoken for one in spoken.stands]
    return next((one for one in standing if str(one.line.pk) == wanted), None)


def _settings(request: TableRequest) -> dict[str, Any]:
    names = ("lines", "changes", "table", "put_item", "sitting_worker")
    found: dict[str, Any] = {name: address(request, name) for name in names}
    return found | {
        "id": str(request.meeting.pk),
        "person": str(request.actor.person_id),
        "scope": address(request, "sitting"),
        "version": request.meeting.version,
        "part": request.meeting.part,
        "is_open": request.meeting.status == Meeting.Status.OPEN,
        "longest": writing.LONGEST,
        "login": f"{reverse('account_login')}?next={address(request, 'sitting')}",
    }


def _private(answer: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response


def _no(why: str, status: int, **more: bool) -> JsonResponse:
    return JsonResponse({"why": why} | more, status=status)
