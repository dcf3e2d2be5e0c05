"""Enrolling members in communities: run it, settle what is doubtful, see which communities have nobody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.files.sheets import answer
from shangliang.people import actions, member_sheets, queries
from shangliang.people.doors import StaffRequest, office
from shangliang.people.forms.members import DayForm
from shangliang.people.queries.enrolment import District, Unsettled
from shangliang.places.models import Place
from shangliang.places.queries import by_path
from shangliang.places.resolve import resolve, suggest

AT_ONCE = 20  # to settle on a page: each shows an address
SUGGESTED, LETTERS = 8, 40


@office
def enrolment(request: StaffRequest) -> HttpResponse:
    """How far enrolment has come; posting runs it again."""
    if request.method == "POST":
        try:
            counts = actions.enrol(request.actor, request.tenant)  # type: ignore[attr-defined]
            messages.success(request, _("认了一遍，%(n)d 位有变化。") % {"n": counts["changed"]})
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("people:enrolment", slug=request.tenant.slug)  # type: ignore[attr-defined]
    return render(request, "people/enrolment.html", {"counts": queries.enrolment_counts()})


@office
@never_cache
def settle(request: StaffRequest) -> HttpResponse:
    """The doubtful ones with their addresses, each look recorded; posting settles those that were picked."""
    wrong: dict[UUID, str] = {}
    if request.method == "POST":
        wrong = _settle_picked(request)
        if not wrong:
            return redirect(request.get_full_path())
    page = Paginator(queries.unsettled(), AT_ONCE).get_page(request.GET.get("page"))
    rows = queries.to_settle(page)
    actions.looked_at_all(request.actor, "address", (row.enrolment.person_id for row in rows), "enrolment")
    items = [(row, wrong.get(row.enrolment.person_id, ""), _typed(request, row)) for row in rows]
    return render(request, "people/settle.html", {"page": page, "items": items}, status=422 if wrong else 200)


@office
def suggested(request: StaffRequest) -> HttpResponse:
    """Communities whose name has these letters, with their street, for the search of the list."""
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    found = suggest(request.GET.get("q", "")[:LETTERS], within, SUGGESTED) if within else []
    return JsonResponse({"places": queries.with_streets(found)})


@office
def coverage(request: StaffRequest) -> HttpResponse:
    """Every street and community, with who is enrolled there. A city shows one district at a time."""
    form = DayForm(request.GET)
    on = form.day()
    districts = queries.coverage(request.tenant, on)  # type: ignore[attr-defined]
    opened = next((one for one in districts if one.place.code == request.GET.get("in")), None)
    if opened is None and len(districts) == 1:
        opened = districts[0]
    context = {
        "form": form,
        "districts": districts,
        "opened": opened,
        "on": on,
        "is_today": on == clock.today(),
        "total": _total(districts),
    }
    return render(request, "people/coverage.html", context)


@office
def coverage_sheet(request: StaffRequest) -> HttpResponse:
    """The coverage as an Excel file."""
    on = DayForm(request.GET).day()
    districts = queries.coverage(request.tenant, on)  # type: ignore[attr-defined]
    return answer(member_sheets.coverage_list(districts, on), _("委员编入社区"))


def _total(districts: list[District]) -> dict[str, int]:
    return {
        "members": sum(one.count for one in districts),
        "communities": sum(one.communities for one in districts),
        "empty": sum(one.empty for one in districts),
    }


def _settle_picked(request: StaffRequest) -> dict[UUID, str]:
    """Settle each one that was picked; gives why some could not be."""
    wrong: dict[UUID, str] = {}
    for row in queries.to_settle(queries.unsettled().filter(person__in=_picked(request))):
        person = row.enrolment.person
        try:
            actions.settle(request.actor, person, _meant(request, row))
        except Refused as refused:
            wrong[person.pk] = str(refused)
    return wrong


def _picked(request: StaffRequest) -> set[UUID]:
    """Those of whom a candidate was picked or a place typed."""
    found = set()
    for name, value in request.POST.items():
        kind, _dash, person_id = name.partition("-")
        if kind in ("pick", "other") and str(value).strip():
            try:
                found.add(UUID(person_id))
            except ValueError:
                continue
    return found


def _meant(request: StaffRequest, row: Unsettled) -> Place:
    """The place picked or typed for one of them. Raises Refused when it is none, or may be several."""
    if text := _typed(request, row):
        within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
        found = resolve(text, within) if within else None
        if found and found.place:
            return found.place
        names = "、".join(place.short_name for place in found.candidates[:6]) if found else ""
        if names:
            raise Refused(_("“%(text)s”可能是：%(names)s。请写清是哪一个。") % {"text": text, "names": names})
        raise Refused(_("没找到“%(text)s”，写社区或街道的名字试试。") % {"text": text})
    picked = request.POST.get(f"pick-{row.enrolment.person_id}", "")
    place = next((one for one in row.candidates if str(one.pk) == picked), None)
    if place is None:
        raise Refused(_("这一项没有了，再选一次。"))
    return place


def _typed(request: StaffRequest, row: Unsettled) -> str:
    return request.POST.get(f"other-{row.enrolment.person_id}", "").strip()[:LETTERS]
