"""A studio that receives on Wednesdays, with four members who take turns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shangliang.core.actors import Actor
from shangliang.people.actions import open_account, seat
from shangliang.people.models import Membership, Person
from shangliang.people.queries import actor_of
from shangliang.studios.actions import duty
from shangliang.studios.models import DutyShift, Studio, Turn
from tests.cast import SINCE, Cast

WEDNESDAYS = {"weekdays": [3], "hours": ["9:00-11:00"]}
NAMES = ("何其安", "宋时雨", "许望舒", "沈棠")


@dataclass
class Circle:
    """The studio, and who sits in it."""

    cast: Cast
    studio: Studio
    people: list[Person]
    actors: list[Actor]

    def shifts(self) -> list[DutyShift]:
        return list(
            DutyShift.objects.filter(studio=self.studio).select_related("studio__body").order_by("day", "starts")
        )

    def turn(self, shift: DutyShift) -> Turn:
        """The one turn of a shift that stands."""
        return Turn.objects.select_related("person").get(shift=shift, given_up_at=None)

    def actor(self, person: Person) -> Actor:
        return self.actors[self.people.index(person)]

    def other_than(self, *people: Person) -> Person:
        return next(person for person in self.people if person not in people)


def open_circle(cast: Cast, name: str = "同光委员工作室") -> Circle:
    """The studio is open, its convenor is the cast's; the four members have accounts."""
    body = cast.body(name)
    studio = Studio.objects.create(
        tenant=cast.tenant,
        body=body,
        kind="member_studio",
        status=Studio.Status.OPEN,
        proposed_on=SINCE,
        opened_on=SINCE,
    )
    people, actors = [], []
    for index, who in enumerate(NAMES):
        account = open_account(f"{body.pk.hex[-6:]}-{index}", "a-long-password", who)
        assert account.person is not None
        seat(Actor("system", cast.tenant.pk), account.person, body, Membership.Duty.MEMBER, since=SINCE)
        people.append(account.person)
        actors.append(actor_of(account, cast.tenant.pk))
        cast.accounts[f"receiver{index}"] = account
    return Circle(cast, studio, people, actors)


def rostered(cast: Cast, first: dt.date, weeks: int = 8) -> Circle:
    """The same with a roster for some weeks."""
    circle = open_circle(cast)
    duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=first)
    duty.roster(cast.convenor, circle.studio.pk, first, first + dt.timedelta(weeks=weeks))
    return circle
