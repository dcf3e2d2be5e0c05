"""Those who work here hear what an entry that names them says, unless they did it themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from shangliang.core import clock
from shangliang.core.ids import uuid7
from shangliang.notices import staff_reader
from shangliang.notices.actions import send_staff_waiting
from shangliang.notices.models import StaffNotice
from shangliang.notices.queries import staff_reach
from shangliang.people.models import Member, Membership, Person
from shangliang.people.private import Private, sealed
from shangliang.studios.actions import absences, duty, life, swaps
from shangliang.studios.models import Studio, Turn
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered
from tests.studios.test_duty import member_turns

pytestmark = pytest.mark.django_db(transaction=True)


class QuickerWorker(EmailBackend):
    """Outgoing mail during which another worker brings the message that waits longest to its end."""

    def send_messages(self, messages: list[object]) -> int:
        first = StaffNotice.objects.order_by("next_try_at", "pk")[0]
        StaffNotice.objects.filter(pk=first.pk).update(status=StaffNotice.Status.SENT)
        return len(messages)


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


def test_what_the_convenor_writes_down_for_a_member_is_told_to_the_member_and_to_the_others_on_the_shift(
    circle: Circle,
):
    turn, _other = member_turns(circle)
    beside = circle.other_than(turn.person)
    Turn.objects.create(tenant=circle.cast.tenant, shift=turn.shift, person=beside)
    duty.give_up(circle.cast.convenor, turn.pk, "出差")
    said = heard(circle)
    assert set(said) == {turn.person.name, beside.name}
    assert said[turn.person.name][0].startswith("林知夏替您记下：")
    assert "不用来了" in said[turn.person.name][0]
    assert f"{turn.person.name}来不了" in said[beside.name][0]


def test_the_convenor_hears_of_leave_that_hits_turns_and_of_no_other(circle: Circle):
    turn, _other = member_turns(circle)
    far = clock.today() + dt.timedelta(days=300)
    absences.say_leave(circle.actor(turn.person), turn.person, far, far)
    assert not heard(circle)
    absences.say_leave(circle.actor(turn.person), turn.person, turn.shift.day, turn.shift.day)
    said = heard(circle)
    assert set(said) == {"林知夏"}
    assert "1 班要换人" in said["林知夏"][0]


def test_leave_that_the_convenor_writes_down_is_told_to_whose_it_is(circle: Circle):
    turn, _other = member_turns(circle)
    absences.say_leave(circle.cast.convenor, turn.person, turn.shift.day, turn.shift.day)
    (sentence,) = heard(circle)[turn.person.name]
    assert sentence.startswith("林知夏替您记下：")


def test_those_whose_turns_fall_with_a_suspension_hear_it_and_when_it_goes_on(circle: Circle):
    given = {"on": clock.today(), "decided_by": "区政协主席会议", "document": "政协〔2026〕1 号"}
    life.move(circle.cast.office, circle.studio.pk, Studio.Status.SUSPENDED, **given)
    life.move(circle.cast.office, circle.studio.pk, Studio.Status.OPEN, **given)
    turn, _other = member_turns(circle)
    off, on = heard(circle)[turn.person.name]
    assert "取消了，不用来" in off
    assert "照常" in on


def test_who_has_no_seat_any_more_gets_no_mail_and_no_call(circle: Circle):
    turn, _other = member_turns(circle)
    account = circle.cast.accounts[f"receiver{circle.people.index(turn.person)}"]
    account.email = "receiver@example.org"
    account.save(update_fields=["email"])
    duty.cancel(circle.cast.convenor, turn.shift_id, "停电")
    heard(circle)
    Membership.objects.filter(person=turn.person).update(until=clock.today() - dt.timedelta(days=1))
    send_staff_waiting(circle.cast.tenant)
    assert not mail.outbox
    assert StaffNotice.objects.get(person=turn.person).status == StaffNotice.Status.SHOWN


def with_phone(circle: Circle, person: Person, phone: str, since: dt.date, until: dt.date | None = None) -> None:
    row_id = uuid7()
    kept = sealed(Private(phone=phone), circle.cast.tenant.pk, row_id)
    given = {"key": str(row_id), "person": person, "sealed": kept, "since": since, "until": until}
    Member.objects.create(id=row_id, tenant=circle.cast.tenant, **given)


def test_the_phone_is_that_of_the_row_in_force_or_else_of_the_last_one(circle: Circle):
    person, today, day = circle.people[0], clock.today(), dt.timedelta(days=1)
    with_phone(circle, person, "13700000001", today - 20 * day)
    with_phone(circle, person, "13700000002", today - 10 * day, today - 5 * day)
    assert staff_reach(person).phone == "13700000001"
    Member.objects.filter(person=person, until=None).update(until=today - 6 * day)
    assert staff_reach(person).phone == "13700000002"


def test_a_message_that_another_worker_sent_meanwhile_does_not_keep_the_others_waiting(circle: Circle, settings):
    for turn in member_turns(circle):
        duty.cancel(circle.cast.convenor, turn.shift_id, "停电")
    heard(circle)
    for name in ("receiver0", "receiver1", "receiver2", "receiver3"):
        account = circle.cast.accounts[name]
        account.email = f"{name}@example.org"
        account.save(update_fields=["email"])
    settings.EMAIL_BACKEND = f"{__name__}.QuickerWorker"
    waiting = StaffNotice.objects.filter(status=StaffNotice.Status.WAITING).count()
    assert waiting > 1
    assert send_staff_waiting(circle.cast.tenant) == waiting - 1
    assert StaffNotice.objects.filter(status=StaffNotice.Status.SENT).count() == waiting


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
