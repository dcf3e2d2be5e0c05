"""What there is to act on of duty: a studio with a roster, and parts of it. Called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shangliang.core.actors import Actor
from shangliang.core.clock import today
from shangliang.people.actions import seat
from shangliang.people.models import Membership, Person
from shangliang.studios.actions import absences, duty, swaps
from shangliang.studios.models import Leave, Studio, Turn
from shangliang.studios.queries.duty import free_for, receivers
from shangliang.studios.queries.duty import shift as shown
from tests.cast import SINCE, Cast
from tests.scenes import Parts
from tests.studios.duty_circle import Circle, open_circle, rostered


def _circle(cast: Cast) -> Circle:
    return rostered(cast, today() + dt.timedelta(days=1))


def studio(cast: Cast) -> Parts:
    return {"studio_id": open_circle(cast).studio.pk}


def rule(cast: Cast) -> Parts:
    circle = _circle(cast)
    return {"plan_id": circle.studio.duty_plans.get().pk}


def shift(cast: Cast) -> Parts:
    return {"shift_id": _circle(cast).shifts()[0].pk}


def cancelled(cast: Cast) -> Parts:
    circle = _circle(cast)
    row = circle.shifts()[0]
    duty.cancel(cast.convenor, row.pk, "停电")
    return {"shift_id": row.pk}


def given_up(cast: Cast) -> Parts:
    """A shift that lacks somebody."""
    circle = _circle(cast)
    row = circle.shifts()[0]
    duty.give_up(cast.convenor, circle.turn(row).pk, "出差")
    return {"shift_id": row.pk}


def turn(cast: Cast) -> Parts:
    circle = _circle(cast)
    return {"turn_id": circle.turn(circle.shifts()[0]).pk}


def begun(cast: Cast) -> Parts:
    """A turn of a shift that has begun and is not over."""
    circle = open_circle(cast)
    row = duty.add_shift(
        cast.convenor,
        circle.studio.pk,
        day=today(),
        starts=dt.time(0, 0),
        ends=dt.time(23, 59, 59),
        people=circle.people[:1],
    )
    return {"turn_id": circle.turn(row).pk}


def swap_for_the_member(cast: Cast) -> Parts:
    """Somebody asks the cast's `member`, who receives in this studio too."""
    circle = _circle(cast)
    person = cast.accounts["member"].person
    assert person is not None
    seat(Actor("system", cast.tenant.pk), person, circle.studio.body, Membership.Duty.MEMBER, since=SINCE)
    mine = circle.turn(circle.shifts()[0])
    return {"swap_id": swaps.ask_swap(cast.convenor, mine.pk, person).pk}


def leave_of_the_member(cast: Cast) -> Parts:
    person = cast.accounts["member"].person
    assert person is not None
    absences.say_leave(cast.member, person, today(), today())
    return {"leave_id": Leave.objects.get(person=person).pk}


def somebody(cast: Cast) -> Parts:
    """Somebody who receives in the studio."""
    circle = open_circle(cast)
    return {"studio_id": circle.studio.pk, "person_id": circle.people[0].pk}


def leave_of_somebody(cast: Cast) -> Parts:
    parts = somebody(cast)
    absences.say_leave(cast.convenor, Person.objects.get(pk=parts["person_id"]), today(), today())
    return parts | {"leave_id": Leave.objects.get(person=parts["person_id"]).pk}


def receiver(cast: Cast) -> list[Any]:
    """Somebody who receives in the cast's studio."""
    return [receivers(Studio.objects.get(body=cast.body("同光委员工作室")), today())[0].pk]


def who_stands_in(cast: Cast, parts: Parts) -> dict[str, Any]:
    """Somebody who is free for a shift, or for that of a turn."""
    shift_id = parts.get("shift_id") or Turn.objects.get(pk=parts["turn_id"]).shift_id
    one = shown(shift_id)
    assert one is not None
    return {"person": free_for(one)[0].pk, "why": ""}
