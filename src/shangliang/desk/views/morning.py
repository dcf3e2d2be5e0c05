"""The convenor's morning on one page: who is on duty, who cancelled and who stands in, who waits, what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.deliberation.queries.meetings import coming_up
from shangliang.gathering import queries as gathering
from shangliang.people.actions import looked
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Membership
from shangliang.people.rules import RUNS_STUDIO, may_run
from shangliang.playbooks.calendar import ONE_DAY
from shangliang.studios.queries import duty, morning, pairings
from shangliang.studios.queries.duty import Shown

MEETINGS = 6  # the next ones


@dataclass(frozen=True, slots=True)
class DutyDay:
    """One day's shifts in my studios."""

    words: str
    shifts: list[Shown]


@staff
def page(request: StaffRequest) -> HttpResponse:
    """Today and tomorrow in the studios I run; the district office sees all studios."""
    actor, today, now = request.actor, clock.today(), clock.now()
    bodies = _bodies(actor)
    if bodies is not None and not bodies:
        raise Http404
    studios = morning.mornings(now, today, bodies)
    ids = [one.studio.pk for one in studios]
    shown = sorted((one for each in studios for one in each.shown), key=lambda one: (one.starts_at(), one.shift.pk))
    context = {
        "today": today,
        "days": [
            DutyDay(_("今天"), [one for one in shown if one.shift.day == today]),
            DutyDay(_("明天"), [one for one in shown if one.shift.day == today + ONE_DAY]),
        ],
        "studios": studios,
        "several": len(studios) > 1,
        "notable": [one for one in studios if not one.is_quiet],
        "meetings": coming_up(actor, MEETINGS),
        "whistles": [one for one in gathering.over(actor) if _in_view(one)],
        "swaps": duty.swaps_open(ids),
        "pairings": pairings.due(bodies),
    }
    return render(request, "desk/morning.html", context)


@staff
@never_cache
@require_POST
def phone(request: StaffRequest, turn_id: UUID) -> HttpResponse:
    """The number of somebody on duty today or tomorrow, shown once to who runs the studio; that somebody looked is
    recorded first."""
    turn, today = duty.turn(turn_id), clock.today()
    if turn is None or not may_run(request.actor, turn.shift.studio.body):
        raise Http404
    if not today <= turn.shift.day <= today + ONE_DAY:
        raise Http404
    looked(request.actor, "contact", turn.person_id, "duty")
    context = {"name": turn.person.name, "phone": gathering.phone_of(turn.person_id)}
    return render(request, "desk/morning_phone.html", context)


def _bodies(actor: Actor) -> set[UUID] | None:
    """The studios somebody runs, by their bodies; None for all, empty for none."""
    if actor.seats_with(Membership.Duty.DISTRICT_OFFICE):
        return None
    return {seat.body_id for seat in actor.seats_with(*RUNS_STUDIO) if seat.body_kind == "studio"}


def _in_view(blown: gathering.Blown) -> bool:
    """Whether a whistle still lacks somebody, or somebody comes from today on."""
    first = clock.start_of(clock.today())
    return bool(blown.missing) or any(one.comes_at and one.comes_at >= first for one in blown.coming)
