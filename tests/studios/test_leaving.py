"""Who leaves a studio is not promised to anybody any more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from shangliang.core import clock
from shangliang.people.actions import end_seat
from shangliang.people.models import Membership
from shangliang.studios.actions.leaving import free_turns
from shangliang.studios.models import Turn
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered
from tests.studios.test_duty import member_turns


@pytest.fixture
def circle(cast: Cast) -> Circle:
    cache.clear()
    return rostered(cast, clock.today() + dt.timedelta(days=1))


def test_the_turns_after_a_seat_ends_are_free_again_and_those_before_stand(circle: Circle) -> None:
    turn, other = member_turns(circle)
    seat = Membership.objects.get(person=turn.person, body=circle.studio.body)
    end_seat(circle.cast.office, seat.pk, turn.shift.day)
    assert free_turns(circle.cast.tenant) == Turn.objects.filter(person=turn.person).count()
    assert not Turn.objects.filter(person=turn.person, given_up_at=None).exists()
    assert Turn.objects.filter(pk=other.pk, given_up_at=None).exists()


def test_nothing_is_freed_while_everybody_sits(circle: Circle) -> None:
    assert free_turns(circle.cast.tenant) == 0
