"""What a body holds waits for those who answer for it, not for everybody who sits there."""

from __future__ import annotations

from shangliang.core.actors import Actor
from shangliang.people.actions import open_body, seat
from shangliang.people.models import Body, Membership
from shangliang.people.rules import place_seats
from shangliang.studios.actions.calls import say_to_studio
from tests.cast import SINCE, Cast
from tests.scenes_calls import said
from tests.scenes_reception import studio_of

WORDS = "想问加装电梯的事，只给社区和委员看。"


def message(cast: Cast) -> str:
    studio = studio_of(cast)
    given = say_to_studio(cast.resident, cast.tenant, studio, said(WORDS, cast))
    return str(given.voice.matter.number)


def test_a_member_of_a_studio_does_not_find_its_messages_among_what_waits(cast: Cast) -> None:
    studio = studio_of(cast)
    person = cast.accounts["member"].person
    assert person is not None
    seat(Actor("system", cast.tenant.pk), person, studio.body, Membership.Duty.MEMBER, since=SINCE)
    number = message(cast)
    assert number not in cast.client("member").get(cast.url("desk:queue")).content.decode()
    assert number in cast.client("convenor").get(cast.url("desk:queue")).content.decode()


def test_a_lead_member_opens_what_the_studio_holds(cast: Cast) -> None:
    studio = studio_of(cast)
    person = cast.accounts["convenor"].person
    assert person is not None
    seat(Actor("system", cast.tenant.pk), person, studio.body, Membership.Duty.LEAD, since=SINCE)
    convenor = Membership.objects.get(person=person, duty=Membership.Duty.CONVENOR)
    number = message(cast)
    Membership.objects.filter(pk=convenor.pk).update(until=SINCE)
    page = cast.client("convenor").get(cast.url("desk:matter", number=number))
    assert page.status_code == 200
    assert number in cast.client("convenor").get(cast.url("desk:queue")).content.decode()


def test_the_convenor_of_a_group_works_on_no_matters_of_a_place(cast: Cast) -> None:
    system = Actor("system", cast.tenant.pk)
    group = open_body(system, Body.Kind.GROUP, "法制组", cast.place("420107"))
    person = cast.accounts["member"].person
    assert person is not None
    seat(system, person, group, Membership.Duty.CONVENOR, since=SINCE)
    assert place_seats(cast.member) == ()
