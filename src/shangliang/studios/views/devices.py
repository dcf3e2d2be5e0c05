"""The page that works without a line, its service worker and manifest, and the merge of what it kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.people.doors import staff
from shangliang.people.rules import may_run
from shangliang.studios import device_words
from shangliang.studios.actions import devices as actions
from shangliang.studios.actions import reception as desk
from shangliang.studios.actions.reception import FromDevice
from shangliang.studios.forms.reception import NoteForm
from shangliang.studios.models import Device, Reception
from shangliang.studios.queries import reception as queries
from shangliang.studios.reception_notes import Note, opened
from shangliang.studios.views.reception import DeskRequest, at_desk
from shangliang.voices import slips
from shangliang.voices.queries import live_slip, slip_code

log = logging.getLogger("shangliang.studios")
NOTES_AT_MOST = 20  # in one request; a device sends as many requests as it needs
SHELL = (  # what the page is made of, beside itself
    *("web/tokens.css", "web/components.css", "web/more.css", "matters/work.css", "studios/reception.css"),
    *("web/sprite.svg", "web/favicon.svg", "matters/work.js", "studios/reception_vault.js"),
    "studios/reception_device.js",
)


@staff
@at_desk
@require_safe
@ensure_csrf_cookie
def shell(request: DeskRequest) -> HttpResponse:
    """The page a device keeps: forms and lists, and nothing about any visitor."""
    people = queries.receivers(request.studio, clock.today())
    page = {
        "studio": request.studio,
        "form": NoteForm(request.tenant, request.studio, people, by=request.actor.person_id, auto_id="id_%s"),
        "runs": bool(may_run(request.actor, request.studio.body)),
        "settings": _addresses(request) | {"studio": request.studio.body.name, "id": str(request.studio.pk)},
        "words": device_words.words(),
    }
    return render(request, "studios/reception_device.html", page)


@staff
@at_desk
@require_safe
def worker(request: DeskRequest) -> HttpResponse:
    """The service worker. It lies beside the pages of the desk, so that it may answer for them."""
    files = [static(name) for name in SHELL]
    page = {
        "files": json.dumps(files),
        "version": hashlib.sha256("\n".join(files).encode()).hexdigest()[:12],
        "shell": _address(request, "reception_device"),
        "studio": str(request.studio.pk),
    }
    response = render(request, "studios/reception_worker.js", page, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@staff
@at_desk
@require_safe
def manifest(request: DeskRequest) -> HttpResponse:
    """What a browser needs to put the page on the home screen."""
    name = request.studio.body.name
    icon = {"src": static("web/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    page = {
        "name": _("%(studio)s · 接待点") % {"studio": name},
        "short_name": _("接待点"),
        "start_url": _address(request, "reception_device"),
        "scope": _address(request, "reception"),
        "display": "standalone",
        "lang": "zh-Hans",
        "background_color": "#f4f5f2",
        "theme_color": "#f4f5f2",
        "icons": [icon],
    }
    return JsonResponse(page, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@staff
@at_desk
@require_safe
def listed(request: DeskRequest) -> HttpResponse:
    """The devices of the studio, for those who run it."""
    if not may_run(request.actor, request.studio.body):
        raise Http404
    page = {"studio": request.studio, "devices": queries.devices(request.studio)}
    return render(request, "studios/reception_devices.html", page)


@staff
@require_POST
@at_desk
def issue(request: DeskRequest) -> HttpResponse:
    """Set up this device: its secret and its first codes, shown this once."""
    typed = "".join(filter(str.isprintable, str(request.POST.get("name", ""))))
    name = typed.strip()[:40] or _("接待设备")
    try:
        given = actions.issue(request.actor, request.tenant, request.studio, name)
    except Refused as refused:
        return _no(str(refused), 403)
    return _private({"device": str(given.device.pk), "secret": given.secret, "codes": given.codes, "name": name})


@staff
@require_POST
@at_desk
def fill_up(request: DeskRequest, device_id: UUID) -> HttpResponse:
    """Further codes, for a device that shows its secret."""
    device = queries.device_of(request.studio, device_id, str(request.POST.get("secret", "")))
    if device is None:
        return _no(_("认不出这台设备，请召集人重新登记一次。"), 403, "device")
    have = str(request.POST.get("have", ""))
    try:
        number = int(have) if have.isdecimal() and len(have) < 6 else actions.CODES
        codes = actions.fill_up(request.actor, request.tenant, request.studio, device, number)
    except Refused as refused:
        return _no(str(refused), 409, refused.field or "")
    return _private({"codes": codes})


@staff
@require_POST
@at_desk
def retire(request: DeskRequest, device_id: UUID) -> HttpResponse:
    """Take a device out of use."""
    device = queries.device(request.studio, device_id)
    if device is None or not may_run(request.actor, request.studio.body):
        raise Http404
    try:
        actions.retire(request.actor, request.studio, device)
        messages.success(request, _("停用了。里面还没交上的记录，在那台设备上重新登记以后照样能交。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(request, "reception_devices"))


@staff
@require_POST
@at_desk
def merge(request: DeskRequest) -> HttpResponse:
    """Take in notes that a device kept, each by itself: what cannot be taken in stays there, and is told why."""
    try:
        sent = json.loads(request.body)
        device_id, secret, notes = UUID(sent["device"]), str(sent["secret"]), list(sent["notes"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return _no(_("没看懂设备发来的内容，请刷新页面再试。"), 400)
    device = queries.device_of(request.studio, device_id, secret)
    if device is None:
        return _no(_("认不出这台设备，请召集人重新登记一次。"), 403, "device")
    try:
        actions.must_be_in_use(device)
    except Refused as refused:
        return _no(str(refused), 409, "device")
    actions.seen(device)
    return _private({"results": [_each(request, device, one) for one in notes[:NOTES_AT_MOST]]})


def _each(request: DeskRequest, device: Device, sent: Any) -> dict[str, Any]:
    """What became of one note. One that nobody foresaw costs only itself: those behind it must not wait for it."""
    try:
        return _merged(request, device, sent)
    except Exception:
        log.exception("a note of device %s could not be taken in", device.pk)
        return {"key": str(sent.get("key", "")) if isinstance(sent, dict) else "", "why": _("这一条读不出来了。")}


def _merged(request: DeskRequest, device: Device, sent: Any) -> dict[str, Any]:
    """What became of one note."""
    try:
        key, fields = UUID(str(sent["key"])), dict(sent["fields"])
        at = dt.datetime.fromisoformat(str(sent["at"]))
        at = (at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)).astimezone(clock.SHANGHAI)
        code = slips.clean(str(sent["code"])) if sent.get("code") else ""
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return {"key": str(sent.get("key", "")) if isinstance(sent, dict) else "", "why": _("这一条读不出来了。")}
    stem = f"note:{request.studio.pk.hex}:{key.hex}"
    form = NoteForm(request.tenant, request.studio, queries.receivers(request.studio, clock.day_of(at)), fields)
    is_valid = form.is_valid()
    if known := queries.by_key(stem):
        return _told(key, known) if not is_valid or _is_as(known, form.note()) else _changed(key, known)
    if not is_valid:
        field, errors = next(iter(form.errors.items()))
        return {"key": str(key), "why": str(errors[0]), "field": field}
    if code is None:
        return {"key": str(key), "why": _("回执码不对。"), "field": "code"}
    try:
        brought = FromDevice(device, code, at)
        made = desk.record(request.actor, request.tenant, request.studio, form.note(), stem, brought=brought)
    except Refused as refused:
        return {"key": str(key), "why": str(refused), "field": refused.field or ""}
    return _told(key, made.reception)


def _is_as(row: Reception, note: Note) -> bool:
    """Whether a note says what was recorded under its key before; what was erased is not asked about."""
    was = opened(row)
    return was is None or (was, row.outcome) == (note.kept, note.outcome)


def _changed(key: UUID, row: Reception) -> dict[str, Any]:
    """Of a note that came in, and was written over on the device before it heard so: nothing of it goes by itself."""
    number = row.voice.matter.number if row.voice else _("没有编号")
    why = _("这一条早先已经交上了（%(number)s），后来改的没有收进去。要补的，在有网的接待点里改，再把这一条清掉。")
    return {"key": str(key), "why": why % {"number": number}, "field": "known"}


def _told(key: UUID, row: Reception) -> dict[str, Any]:
    slip = live_slip(row.voice) if row.voice else None
    return {
        "key": str(key),
        "number": row.voice.matter.number if row.voice else "",
        "code": slips.grouped(slip_code(slip)) if slip else "",
        "outcome": row.outcome,
    }


def _addresses(request: DeskRequest) -> dict[str, str]:
    return {
        "issue": _address(request, "device_issue"),
        "codes": _address(request, "device_codes", device_id=UUID(int=0)),
        "merge": _address(request, "merge"),
        "worker": _address(request, "reception_worker"),
        "scope": _address(request, "reception"),
        "shell": _address(request, "reception_device"),
        "login": f"{reverse('account_login')}?next={_address(request, 'reception_device')}",
        "slips": request.build_absolute_uri(reverse("slip:lookup")),
    }


def _address(request: DeskRequest, name: str, **more: Any) -> str:
    return reverse(f"studios:{name}", kwargs={"slug": request.tenant.slug, "studio_id": request.studio.pk, **more})


def _private(answer: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response


def _no(why: str, status: int, field: str = "") -> JsonResponse:
    return JsonResponse({"why": why, "field": field}, status=status)
