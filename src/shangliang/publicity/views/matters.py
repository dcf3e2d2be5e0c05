"""The list of public matters, one matter, and its photos."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.figures.definitions import FIGURES
from shangliang.files.storage import Size
from shangliang.files.views import respond_with
from shangliang.matters.models import ENDS, Matter, Point, Status
from shangliang.matters.owed import owed
from shangliang.playbooks.queries import calendar, in_force
from shangliang.publicity import listing, queries
from shangliang.publicity.cards import cards, metoo_button, place_words, steps
from shangliang.publicity.topic_list import talked
from shangliang.voices.queries import supports
from shangliang.voices.views import DEVICE, device_hash
from shangliang.web.drawing import LEVELS


def matters(request: HttpRequest) -> HttpResponse:
    """A page of the public matters that the address asks for."""
    tenant = request.tenant  # type: ignore[attr-defined]
    ask = listing.asked(request.GET)
    places = listing.places(tenant, ask.place)
    found = listing.listed(tenant, ask, places.chosen)
    playbook = in_force(tenant.pk)
    return render(
        request,
        "publicity/matters.html",
        {
            "ask": ask,
            "cards": cards(found.rows, reverse("publicity:matters", kwargs={"slug": tenant.slug})),
            "next": ask.address(after=found.cursor) if found.cursor else "",
            "first": ask.address(),
            "sorts": [(ask.address(by=by), by == ask.by, words) for by, words in _sorts()],
            "stages": [(key, playbook.stages[key]) for key in Status.values if key != Status.RAISED],
            "categories": playbook.categories.items(),
            "places": places,
            "figure": FIGURES.get(ask.of),
        },
    )


def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One public matter: where it stands, who holds it, until when, what was asked, answered and came of it."""
    row = queries.public_matter(number)
    if row is None:
        raise Http404
    from_seq = _from_seq(request)
    page = queries.matter_page(row, from_seq=from_seq)
    holder = page.bodies.get(row.holder_id) if row.holder_id else None
    deadline = calendar(row.tenant_id).add_working_days(row.due_started, row.due_days) if row.due_started else None
    prefix = reverse("publicity:matters", kwargs={"slug": request.tenant.slug})  # type: ignore[attr-defined]
    return render(
        request,
        "publicity/matter.html",
        {
            "matter": row,
            "place": place_words(_place(row)),
            "page": page,
            "points": [(point, page.bodies.get(point.body)) for point in page.points],  # type: ignore[arg-type]
            "hands": [body for pk in page.handed_to if (body := page.bodies.get(pk))],
            "holder": holder,
            "now": _now(row, page, holder.name if holder else ""),
            "dates": _dates(row),
            "deadline": deadline if row.due else None,
            "owed": owed(row) if row.is_passed else None,  # type: ignore[attr-defined]
            "talked": talked(row),
            "ended": row.status in ENDS,
            "metoo": ""
            if row.status in ENDS
            else metoo_button(row.number, row.supporters, prefix, _said_already(request, row)),
            "prefix": prefix,
            "steps": steps(page.told),
            "ratings": list(zip(LEVELS, page.opinion.ratings, strict=True)),
            "whole": from_seq is not None,
        },
    )


def photo(request: HttpRequest, attachment_id: UUID, size: Size = "full") -> HttpResponse:
    """A photo, for as long as whoever took it consents and staff let it be seen."""
    found = queries.public_photo(attachment_id)
    if found is None:
        raise Http404
    return respond_with(request, found, public=True, size=size)


def _sorts() -> tuple[tuple[str, str], ...]:
    return ("new", _("刚提的")), ("care", _("关心最多")), ("due", _("快到期"))


def _from_seq(request: HttpRequest) -> int | None:
    """Where to begin when the whole timeline is asked for, None when only the newest entries are."""
    if request.GET.get("all") != "1":
        return None
    given = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 16 else 0


def _said_already(request: HttpRequest, row: Matter) -> bool:
    device = request.COOKIES.get(DEVICE)
    return bool(device) and supports(row.lead_id or row.pk, device_hash(device, request.tenant))  # type: ignore[arg-type, attr-defined]


def _place(row: Matter) -> dict[str, object]:
    return {
        "place__short_name": row.place.short_name,
        "place__parent__short_name": row.place.parent.short_name if row.place.parent else "",
        "place__level": row.place.level,
        "place_settled": row.place_settled,
    }


def _dates(row: Matter) -> dict[str, dt.date] | None:
    """The days the stages were entered, for the track; None while the ledger is not read that far."""
    if row.accepted_on is None:  # type: ignore[attr-defined]
        return None
    days = {"raised": clock.day_of(row.raised_at)}
    for stage, name in (("gathered", "accepted_on"), ("deliberated", "deliberated_on"), ("delivered", "delivered_on")):
        if day := getattr(row, name):
            days[stage] = day
    return days


def _now(row: Matter, page: queries.Page, holder: str) -> str:
    """Where it stands in one sentence."""
    unanswered = sum(point.status == Point.Status.OPEN for point in page.points)
    if row.status == Status.DELIVERED and page.points and not unanswered:
        return _("每一点都答复了，%(body)s在核对。") % {"body": holder}
    sentences = {
        Status.GATHERED: _("%(body)s在了解情况。"),
        Status.DELIBERATED: _("正在商量。"),
        Status.DELIVERED: _("%(body)s在办。"),
        Status.DONE: _("办好了。"),
        Status.PROMISED: _("说定了日期，到时候再看办没办到。"),
        Status.EXPLAINED: _("原因写在下面。"),
        Status.DECLINED: _("为什么、可以去哪里，写在下面。"),
    }
    return sentences[Status(row.status)] % {"body": holder or _("工作人员")}
