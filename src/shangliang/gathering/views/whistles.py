"""社区吹哨: blowing it, and following it to its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.actors import Verdict, yes
from shangliang.core.errors import Refused
from shangliang.gathering import actions, forms, queries, rules
from shangliang.gathering.candidates import RECENT, Candidate, Wanted
from shangliang.gathering.queries import Blown
from shangliang.gathering.views.answering import answering, refused_with, take
from shangliang.matters.acting import Act, act_page, desk_address, matter_for
from shangliang.matters.models import Matter
from shangliang.people.actions import looked
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.rules import place_seats
from shangliang.places.models import Place
from shangliang.places.queries import by_path
from shangliang.playbooks.queries import in_force

SHOWN = 12  # candidates at first; the others on demand


@staff
def whistles(request: StaffRequest) -> HttpResponse:
    """What I was asked, and the whistles of the places I work over: the open ones first."""
    since = clock.start_of(clock.today() - RECENT)
    actor = request.actor
    at_places = queries.by_place(actor, since)
    context = {
        "mine": queries.asked_of(actor.person_id) if actor.person_id else [],
        "rows": queries.over(actor, since=since),
        "at_places": at_places,
        "blown": sum(row.blown for row in at_places),
        "heard": sum(row.heard for row in at_places),
        "may_blow": bool(place_seats(actor)),
    }
    return render(request, "gathering/whistles.html", context)


@staff
def blow(request: StaffRequest) -> HttpResponse:
    """Blow a whistle without a matter."""
    seats = place_seats(request.actor)
    if not seats:
        raise Http404
    nearest = max(seats, key=lambda seat: len(seat.place_path))
    return _blow(request, None, by_path(nearest.place_path), yes(nearest))


@staff
def blow_about(request: StaffRequest, number: str) -> HttpResponse:
    """Blow a whistle about a matter."""
    matter = matter_for(request.actor, number)
    return _blow(request, matter, matter.place, rules.may_whistle(request.actor, matter))


@staff
def whistle(request: StaffRequest, whistle_id: UUID) -> HttpResponse:
    """A whistle: for staff who was asked and what they say, for a member what is asked of them."""
    return whistle_page(request, _whistle_for(request, whistle_id))


@staff
@require_POST
def answer(request: StaffRequest, whistle_id: UUID) -> HttpResponse:
    """A member's answer, signed in."""
    blown = queries.whistle(whistle_id)
    own = next((one for one in blown.asked if one.person_id == request.actor.person_id), None) if blown else None
    if blown is None or own is None:
        raise Http404
    failed, status = take(request, request.actor, own, blown.whistle)
    if failed is None:
        return redirect(_address(request, whistle_id))
    return whistle_page(request, blown, status, **failed)


@staff
def ask_more(request: StaffRequest, whistle_id: UUID) -> HttpResponse:
    """Ask further members."""
    blown = _followed(request, whistle_id)
    row, error, status = blown.whistle, "", 200
    verdict = rules.may_ask_more(request.actor, row, len(blown.asked))
    if request.method == "POST":
        try:
            actions.ask_more(request.actor, row.pk, ask_next=_ids(request.POST.getlist("ask")))
            messages.success(request, _("请了，等回话。"))
            return redirect(_address(request, row.pk))
        except Refused as refused:
            error, status = str(refused), refused_with(refused)
    there = queries.next_candidates(row) if verdict else []
    picked = _ids(request.POST.getlist("ask"))
    page = {"blown": blown, "verdict": verdict, "error": error, **_shown(request, there, picked)}
    return render(request, "gathering/ask_more.html", page, status=status)


@staff
def end(request: StaffRequest, whistle_id: UUID) -> HttpResponse:
    """End a whistle: done, or taken back."""
    blown = _followed(request, whistle_id)
    verdict = rules.may_steer(request.actor, blown.whistle)
    form, status = forms.EndForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.end_whistle(request.actor, whistle_id, **form.cleaned_data)
                messages.success(request, _("结束了，答应来的委员会收到消息。"))
                return redirect(_address(request, whistle_id))
            except Refused as refused:
                status = refused_with(refused)
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return render(request, "gathering/end.html", {"blown": blown, "form": form, "verdict": verdict}, status=status)


@staff
@require_POST
def name_lead(request: StaffRequest, whistle_id: UUID, person_id: UUID) -> HttpResponse:
    """Say who leads a squad."""
    _followed(request, whistle_id)
    try:
        actions.name_lead(request.actor, whistle_id, person_id=person_id)
        messages.success(request, _("记下了，带队的委员会收到消息。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(request, whistle_id))


@staff
@never_cache
@require_POST
def phone(request: StaffRequest, asked_id: UUID) -> HttpResponse:
    """The number of a member who comes, shown once; that somebody looked is recorded first."""
    asked = queries.asked(asked_id)
    if asked is None or not rules.follows(request.actor, asked.whistle):
        raise Http404
    verdict = rules.may_see_phone(request.actor, asked)
    page: dict[str, Any] = {"name": asked.person.name, "no": verdict, "back": _address(request, asked.whistle_id)}
    if not verdict:
        return render(request, "gathering/phone.html", page, status=403)
    looked(request.actor, "contact", asked.person_id, "whistle")
    return render(request, "gathering/phone.html", page | {"phone": queries.phone_of(asked.person_id)})


@staff
def recuse(request: StaffRequest, number: str) -> HttpResponse:
    """Say who must stay out of a matter."""
    matter = matter_for(request.actor, number)
    people = {one.person_id: " ".join(filter(None, (one.name, one.sector))) for one in queries.everybody(matter)}
    form = forms.RecuseForm(request.POST or None, people=people)

    def do(*, seen: int | None, **given: Any) -> None:
        actions.recuse(request.actor, matter.pk, **given)

    explain = _("记了以后，这件事吹哨不会再请到这位委员；已经答应来的，改成不来。")
    act = Act(_("记回避"), rules.may_recuse(request.actor, matter, None), do, explain)
    return act_page(request, matter, form, act)


def whistle_page(request: StaffRequest, blown: Blown, status: int = 200, **forms_given: Any) -> HttpResponse:
    """The page of a whistle, with the forms of an answer as they came back."""
    actor, row = request.actor, blown.whistle
    own = next((one for one in blown.asked if one.person_id == actor.person_id), None)
    coming = {one.person_id for one in blown.coming}
    follows = bool(rules.follows(actor, row))
    context = {
        "blown": blown,
        "row": row,
        "own": own,
        "follows": follows,
        "steering": rules.may_steer(actor, row),
        "asking_more": rules.may_ask_more(actor, row, len(blown.asked)),
        "may_visit": bool(rules.may_visit(actor, row, coming)),
        "visits": queries.visits(row) if follows or actor.person_id in coming else [],
        **(answering(own, row, forms_given) if own else {}),
    }
    return render(request, "gathering/whistle.html", context, status=status)


def _blow(request: StaffRequest, matter: Matter | None, place: Place | None, verdict: Verdict) -> HttpResponse:
    """Two looks at one page: what is needed; then who could come and why, and who is asked."""
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    pool = queries.members(clock.today())
    initial = {"place": place.short_name if place else "", "what": matter.title if matter else ""}
    form = forms.WantedForm(request.POST or None, chips=queries.chips(pool), within=within, initial=initial)
    context: dict[str, Any] = {"form": form, "matter": matter, "verdict": verdict, "status": 200}
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        chosen_place = given.pop("place")
        wanted = Wanted(chosen_place.path, **{k: v for k, v in given.items() if k != "needed"})
        there = queries.candidates(wanted, pool, matter.pk if matter else None)
        there = [one for one in there if one.person_id != request.actor.person_id]
        picked = _ids(request.POST.getlist("ask"))
        if "blow" in request.POST:
            try:
                row = actions.blow(
                    request.actor,
                    place=chosen_place,
                    ask_first=picked,
                    matter_id=matter.pk if matter else None,
                    seen=_seen(request, matter),
                    **given,
                )
                messages.success(request, _("哨吹出去了，被请的委员会收到消息。"))
                return redirect(_address(request, row.pk))
            except Refused as refused:
                context |= {"status": refused_with(refused), "error": str(refused)}
        else:
            asks = in_force(request.actor.tenant_id).whistle
            first = min(max(asks.at_once, given["needed"]), asks.at_most)
            picked = picked or [one.person_id for one in there if not one.out][:first]
        context |= _shown(request, there, picked)
    elif request.method == "POST":
        context["status"] = 422
    context |= {
        "seen": matter.version if matter else "",
        "back": desk_address(request, matter) if matter else reverse("gathering:whistles", args=[request.tenant.slug]),  # type: ignore[attr-defined]
    }
    return render(request, "gathering/blow.html", context, status=context["status"])


def _shown(request: StaffRequest, there: list[Candidate], picked: list[UUID]) -> dict[str, Any]:
    """The candidates as the page shows them: the first ones, everybody who was picked, and who is out and why."""
    could = [one for one in there if not one.out]
    shown = could if request.POST.get("all") or request.GET.get("all") else could[:SHOWN]
    shown += [one for one in could if one.person_id in picked and one not in shown]
    return {
        "candidates": shown,
        "further": len(could) - len(shown),
        "out": [one for one in there if one.out][:SHOWN],
        "picked": set(picked),
    }


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _seen(request: StaffRequest, matter: Matter | None) -> int | None:
    given = request.POST.get("seen", "")
    return int(given) if matter and given.isascii() and given.isdigit() and len(given) <= 9 else None


def _address(request: StaffRequest, whistle_id: UUID) -> str:
    return reverse("gathering:whistle", kwargs={"slug": request.tenant.slug, "whistle_id": whistle_id})  # type: ignore[attr-defined]


def _whistle_for(request: StaffRequest, whistle_id: UUID) -> Blown:
    blown = queries.whistle(whistle_id)
    if blown is None:
        raise Http404
    if request.actor.person_id in {one.person_id for one in blown.asked} or rules.follows(request.actor, blown.whistle):
        return blown
    raise Http404


def _followed(request: StaffRequest, whistle_id: UUID) -> Blown:
    blown = queries.whistle(whistle_id)
    if blown is None or not rules.follows(request.actor, blown.whistle):
        raise Http404
    return blown
