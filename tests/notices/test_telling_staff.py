"""Those who work here hear what an entry that names them says, unless they did it themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from shangliang.core import clock
from shangliang.notices import staff_reader
from shangliang.notices.actions import send_staff_waiting
from shangliang.notices.models import StaffNotice
from shangliang.studios.actions import duty, swaps
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered
from tests.studios.test_duty import member_turns

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle(cast: Cast) -> Circle:
    made = rostered(cast, clock.today() + dt.timedelta(days=1))
    staff_reader.read(cast.tenant)
    StaffNotice.objects.all().delete()  # that they were rostered
    return made


def heard(circle: Circle) -> dict[str, list[str]]:
    staff_reader.read(circle.cast.tenant)
    found: dict[str, list[str]] = {}
    for row in StaffNotice.objects.select_related("person").order_by("seq"):
        found.setdefault(row.person.name, []).append(row.sentence)
    return found


def test_the_convenor_hears_at_once_that_somebody_cannot_come(circle: Circle):
    turn, _other = member_turns(circle)
    duty.give_up(circle.actor(turn.person), turn.pk, "出差")
    said = heard(circle)
    assert set(said) == {"林知夏"}
    assert turn.person.name in said["林知夏"][0]
    assert "先取消" in said["林知夏"][0]


def test_who_stands_in_and_who_is_replaced_both_hear_of_it(circle: Circle):
    turn, _other = member_turns(circle)
    other = circle.other_than(turn.person)
    duty.stand_in(circle.cast.convenor, turn.shift_id, other, instead=turn.pk)
    assert set(heard(circle)) == {turn.person.name, other.name}


def test_a_swap_is_asked_and_its_answer_comes_back(circle: Circle):
    mine, theirs = member_turns(circle)
    swap = swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person)
    swaps.answer_swap(circle.actor(theirs.person), swap.pk, False)
    said = heard(circle)
    assert "请您顶" in said[theirs.person.name][0]
    assert "不方便" in said[mine.person.name][0]


def test_one_entry_is_told_once_however_often_the_ledger_is_read(circle: Circle):
    turn, _other = member_turns(circle)
    duty.cancel(circle.cast.convenor, turn.shift_id, "停电")
    heard(circle)
    heard(circle)
    assert StaffNotice.objects.filter(person=turn.person).count() == 1


def test_what_is_told_goes_by_mail_to_who_has_an_address_and_stands_on_the_page_of_all(circle: Circle):
    turn, _other = member_turns(circle)
    account = circle.cast.accounts[f"receiver{circle.people.index(turn.person)}"]
    account.email = "receiver@example.org"
    account.save(update_fields=["email"])
    duty.cancel(circle.cast.convenor, turn.shift_id, "停电")
    heard(circle)
    send_staff_waiting(circle.cast.tenant)
    (sent,) = mail.outbox
    assert sent.to == ["receiver@example.org"]
    assert "取消" in sent.body
    client = circle.cast.client(f"receiver{circle.people.index(turn.person)}")
    page = client.get(circle.cast.url("notices:mine")).content.decode()
    assert "取消" in page
    assert "chip-on" in page
    assert "chip-on" not in client.get(circle.cast.url("notices:mine")).content.decode()
