"""What is written down for the people of a studio, most of whom have no log-in; and what each sees of their own turns."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.ledger.queries import timeline
from shangliang.people.models import Membership
from shangliang.studios.actions import absences, duty
from shangliang.studios.models import DutyTerms, Leave, Turn
from tests.cast import Cast
from tests.studios.duty_circle import Circle, open_circle, rostered
from tests.studios.test_duty import member_turns

MONDAY = clock.start_of(dt.date(2026, 11, 2)) + dt.timedelta(hours=9)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def circle(cast: Cast):
    with clock.pretending(MONDAY):
        yield rostered(cast, MONDAY.date())


def url(circle: Circle, page: str, person: UUID | None = None, **more: object) -> str:
    given = {"person_id": person} if person else {}
    return circle.cast.url(f"studios:{page}", studio_id=circle.studio.pk, **given, **more)


def test_the_convenor_sees_who_can_come_with_their_leave_and_their_turns(circle: Circle, django_assert_max_num_queries):
    turn, _other = member_turns(circle)
    absences.say_leave(circle.cast.convenor, turn.person, MONDAY.date() + 20 * WEEK, MONDAY.date() + 21 * WEEK)
    absences.set_terms(circle.cast.convenor, circle.studio.pk, turn.person, a_month=2, never_weekdays=[5])
    client = circle.cast.client("convenor")
    assert url(circle, "duty_people") in client.get(url(circle, "duty")).content.decode()
    with django_assert_max_num_queries(14):
        page = client.get(url(circle, "duty_people")).content.decode()
    for said in (turn.person.name, "3 月 22 日", "最多 2 次", "周五", "11 月"):
        assert said in page


def test_the_convenor_writes_leave_and_terms_down_for_a_member_without_a_log_in(circle: Circle):
    turn, _other = member_turns(circle)
    client, day = circle.cast.client("convenor"), turn.shift.day.isoformat()
    said = client.post(url(circle, "say_leave_of", turn.person_id), {"first": day, "last": day}, follow=True)
    assert f"{turn.person.name}还有班" in said.content.decode()
    leave = Leave.objects.get(person=turn.person)
    client.post(url(circle, "set_terms_of", turn.person_id), {"a_month": "3"})
    assert DutyTerms.objects.get(person=turn.person).a_month == 3
    assert client.post(url(circle, "withdraw_leave_of", turn.person_id, leave_id=leave.pk)).status_code == 302
    leave.refresh_from_db()
    assert leave.withdrawn_at is not None


@pytest.mark.parametrize("page", ["say_leave_of", "set_terms_of"])
def test_for_somebody_who_does_not_sit_in_the_studio_there_is_no_page(circle: Circle, page: str):
    stranger = circle.cast.accounts["member"].person_id
    gone = circle.people[0]
    Membership.objects.filter(person=gone).update(until=MONDAY.date() - dt.timedelta(days=1))
    for person in (stranger, gone.pk, uuid7()):
        assert circle.cast.client("convenor").get(url(circle, page, person)).status_code == 404


def test_whose_seat_is_to_come_is_among_those_who_can_come(circle: Circle):
    coming = circle.people[0]
    Membership.objects.filter(person=coming).update(since=MONDAY.date() + WEEK)
    client = circle.cast.client("convenor")
    assert "起接待" in client.get(url(circle, "duty_people")).content.decode()
    given = {"first": "2026-11-11", "last": "2026-11-11"}
    assert client.post(url(circle, "say_leave_of", coming.pk), given).status_code == 302


def test_members_do_not_read_when_others_are_away(circle: Circle):
    assert circle.cast.client("receiver0").get(url(circle, "duty_people")).status_code == 404


def test_the_office_says_nothing_of_itself_where_it_does_not_sit(circle: Circle):
    office = circle.cast.accounts["office"].person
    assert office is not None
    with pytest.raises(NotAllowed):
        absences.set_terms(circle.cast.office, circle.studio.pk, office, a_month=1)
    absences.set_terms(circle.cast.office, circle.studio.pk, circle.people[0], a_month=1)
    assert [row.person for row in DutyTerms.objects.all()] == [circle.people[0]]


def test_nobody_sets_terms_of_a_person_from_elsewhere(circle: Circle):
    stranger = circle.cast.accounts["member"].person
    assert stranger is not None
    with pytest.raises(Refused):
        absences.set_terms(circle.cast.convenor, circle.studio.pk, stranger, a_month=1)


def test_leave_names_who_runs_the_studios_that_it_hits_and_nobody_if_it_hits_none(circle: Circle):
    turn, _other = member_turns(circle)
    absences.say_leave(circle.actor(turn.person), turn.person, turn.shift.day, turn.shift.day)
    line = timeline(turn.person_id)[0]
    assert line.facts["turns"] == 1
    assert ["person", str(circle.cast.convenor.person_id)] in [list(one) for one in line.body["subjects"]]
    later = MONDAY.date() + 20 * WEEK
    absences.say_leave(circle.actor(turn.person), turn.person, later, later)
    line = max(timeline(turn.person_id), key=lambda one: one.entry.seq)
    assert [list(one) for one in line.body["subjects"] if one[0] == "person"] == [["person", str(turn.person_id)]]


# --- my own turns -------------------------------------------------------------------------------------


def test_a_shift_that_is_over_today_has_no_buttons_any_more(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        given = {"starts": dt.time(10), "ends": dt.time(11), "people": circle.people[:1]}
        row = duty.add_shift(cast.convenor, circle.studio.pk, day=MONDAY.date(), **given)
        turn = Turn.objects.get(shift=row)
    addresses = [cast.url(f"studios:{page}", turn_id=turn.pk) for page in ("give_up", "ask_swap")]
    addresses.append(cast.url("studios:reception", studio_id=circle.studio.pk))
    seen = []
    for hours in (1.5, 3):  # half past ten, noon
        with clock.pretending(MONDAY + dt.timedelta(hours=hours)):
            page = cast.client("receiver0").get(cast.url("studios:mine")).content.decode().split("<main")[1]
        seen.append([address in page for address in addresses])
    assert seen == [[True] * 3, [False] * 3]


# --- an extra shift -----------------------------------------------------------------------------------


def test_for_an_extra_shift_also_those_are_offered_who_receive_by_then(circle: Circle):
    coming = circle.people[0]
    Membership.objects.filter(person=coming).update(since=MONDAY.date() + WEEK)
    client, address = circle.cast.client("convenor"), url(circle, "add_shift")
    assert coming.name in client.get(address).content.decode()
    given = {"starts": "15:00", "ends": "16:00", "people": [str(coming.pk)]}
    early = client.post(address, given | {"day": "2026-11-05"})
    assert early.status_code == 422
    assert f"{coming.name}那天不在这个工作室接待" in early.content.decode()
    assert client.post(address, given | {"day": "2026-11-12"}).status_code == 302
