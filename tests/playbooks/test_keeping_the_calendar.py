"""Seeding and editing the calendar, and what a process remembers of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.queries import timeline
from shangliang.people.models import Account
from shangliang.playbooks import actions, queries
from shangliang.playbooks.models import LocalDay, NationalDay
from shangliang.tenants.models import Tenant
from tests.playbooks.conftest import open_tenant, seated

Freeze = Callable[[str], dt.datetime]
AtMost = Callable[[int], AbstractContextManager[None]]
FLOOD = dt.date(2026, 7, 2)


def test_seeding_writes_holidays_and_make_up_days_once(tenant: Tenant) -> None:
    before = NationalDay.objects.count()
    assert before > 700
    assert NationalDay.objects.get(day="2026-10-10").working
    assert actions.seed_calendar() == 0
    assert NationalDay.objects.count() == before


def test_seeding_again_leaves_the_operators_corrections(tenant: Tenant, operator: Account) -> None:
    actions.set_national_day(operator, dt.date(2026, 10, 10), False, "国庆节")
    actions.seed_calendar()
    assert not queries.calendar(tenant.pk).is_working(dt.date(2026, 10, 10))


def test_the_calendar_is_published_to_the_end_of_its_last_year(tenant: Tenant) -> None:
    assert queries.calendar(tenant.pk).published_until == dt.date(2026, 12, 31)


def test_the_office_sets_a_day_off_with_a_reason_and_one_entry(tenant: Tenant, office: Actor) -> None:
    row = actions.set_local_day(office, FLOOD, False, " 防汛停工 ")
    assert not queries.calendar(tenant.pk).is_working(FLOOD)
    [line] = timeline(tenant.pk)
    assert (line.entry.kind, line.words) == ("calendar.day_set", {"reason": "防汛停工"})
    assert line.facts == {"day": "2026-07-02", "working": False}
    assert timeline(row.pk)[0].entry == line.entry


def test_setting_a_day_again_changes_it(tenant: Tenant, office: Actor) -> None:
    actions.set_local_day(office, FLOOD, False, "防汛停工")
    actions.set_local_day(office, FLOOD, True, "水退了，照常上班")
    assert LocalDay.objects.get().reason == "水退了，照常上班"
    assert queries.calendar(tenant.pk).is_working(FLOOD)


def test_removing_an_exception_gives_the_day_back_to_the_national_calendar(tenant: Tenant, office: Actor) -> None:
    actions.set_local_day(office, FLOOD, False, "防汛停工")
    actions.remove_local_day(office, FLOOD, "录错了日子")
    assert queries.calendar(tenant.pk).is_working(FLOOD)
    line = timeline(tenant.pk)[0]
    assert (line.entry.kind, line.words) == ("calendar.day_removed", {"reason": "录错了日子"})
    assert line.facts == {"day": "2026-07-02"}


def test_removing_an_exception_that_is_not_there_is_refused(office: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        actions.remove_local_day(office, FLOOD, "改回去")
    assert refusal.value.field == "day"


@pytest.mark.parametrize("reason", ["", "   ", "长" * 81])
def test_a_day_without_a_fitting_reason_is_refused(office: Actor, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.set_local_day(office, FLOOD, False, reason)
    assert refusal.value.field == "reason"
    assert not LocalDay.objects.exists()


def test_others_may_not_touch_the_calendar(tenant: Tenant, handler: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.set_local_day(handler, FLOOD, False, "防汛停工")
    with pytest.raises(NotAllowed):
        actions.remove_local_day(handler, FLOOD, "改回去")


def test_an_exception_of_one_tenant_is_none_of_another(tenant: Tenant, office: Actor) -> None:
    neighbour = open_tenant("420106", "WCQ")
    actions.set_local_day(office, FLOOD, False, "防汛停工")
    assert queries.calendar(neighbour.pk).is_working(FLOOD)
    with scope(tenant=neighbour):
        assert not queries.calendar(tenant.pk).is_working(FLOOD)


def test_an_operator_enters_a_new_year_whole_and_its_deadlines_become_final(tenant: Tenant, operator: Account) -> None:
    start = dt.date(2026, 12, 31)
    assert queries.calendar(tenant.pk).add_working_days(start, 1).provisional
    actions.publish_year(operator, 2027, {dt.date(2027, 1, 1): (False, "元旦")})
    deadline = queries.calendar(tenant.pk).add_working_days(start, 1)
    assert (deadline.due, deadline.provisional) == (dt.date(2027, 1, 4), False)


@pytest.mark.parametrize("year", [2026, 2028])
def test_only_the_next_year_can_be_entered(tenant: Tenant, operator: Account, year: int) -> None:
    with pytest.raises(Refused) as refusal:
        actions.publish_year(operator, year, {dt.date(year, 1, 1): (False, "元旦")})
    assert refusal.value.field == "year"


@pytest.mark.parametrize("days", [{}, {dt.date(2028, 1, 1): (False, "元旦")}])
def test_a_year_without_days_or_with_days_of_another_year_is_refused(
    tenant: Tenant, operator: Account, days: dict[dt.date, tuple[bool, str]]
) -> None:
    with pytest.raises(Refused):
        actions.publish_year(operator, 2027, days)
    assert queries.calendar(tenant.pk).published_until.year == 2026


def test_a_single_day_cannot_make_a_year_look_published(tenant: Tenant, operator: Account) -> None:
    with pytest.raises(Refused):
        actions.set_national_day(operator, dt.date(2027, 1, 1), False, "元旦")


def test_national_days_are_the_operators_alone(tenant: Tenant) -> None:
    staff = Account.objects.create(username="staff")
    gone = Account.objects.create(username="gone", is_operator=True, is_active=False)
    for account in (staff, gone):
        with pytest.raises(NotAllowed):
            actions.set_national_day(account, dt.date(2026, 10, 10), False, "国庆节")
        with pytest.raises(NotAllowed):
            actions.publish_year(account, 2027, {dt.date(2027, 1, 1): (False, "元旦")})


def test_the_year_page_shows_each_day_with_its_state_and_reason(tenant: Tenant, office: Actor) -> None:
    actions.set_local_day(office, FLOOD, False, "防汛停工")
    months = queries.days_of_year(tenant.pk, 2026)
    days = {day.date: day for month in months for day in month.days}
    assert [month.number for month in months] == list(range(1, 13))
    assert len(days) == 365
    assert (days[FLOOD].working, days[FLOOD].why, days[FLOOD].source) == (False, "防汛停工", "local")
    assert (days[dt.date(2026, 10, 10)].working, days[dt.date(2026, 10, 10)].why) == (True, "国庆节调休上班")
    assert days[dt.date(2026, 10, 3)].why == "国庆节放假"
    assert days[dt.date(2026, 11, 22)].why == "周末"
    assert days[dt.date(2026, 11, 23)].why == ""


@pytest.mark.django_db(transaction=True)
def test_the_calendar_takes_two_queries_and_then_none_for_a_minute(freeze: Freeze, at_most: AtMost) -> None:
    tenant = open_tenant("420107", "QSQ")
    freeze("2026-11-20 09:00:00")
    with at_most(2):
        queries.calendar(tenant.pk)
    freeze("2026-11-20 09:00:59")
    with at_most(0):
        queries.calendar(tenant.pk)


@pytest.mark.django_db(transaction=True)
def test_an_edit_by_another_process_is_seen_after_a_minute(freeze: Freeze) -> None:
    tenant = open_tenant("420107", "QSQ")
    freeze("2026-11-20 09:00:00")
    assert queries.calendar(tenant.pk).is_working(FLOOD)
    with scope(tenant=tenant):
        LocalDay.objects.create(tenant=tenant, day=FLOOD, working=False, reason="防汛停工")
    freeze("2026-11-20 09:01:00")
    assert not queries.calendar(tenant.pk).is_working(FLOOD)


@pytest.mark.django_db(transaction=True)
def test_a_committed_edit_is_seen_at_once() -> None:
    tenant = open_tenant("420107", "QSQ")
    assert queries.calendar(tenant.pk).is_working(FLOOD)
    with scope(tenant=tenant):
        actions.set_local_day(seated(tenant, "district_office"), FLOOD, False, "防汛停工")
    assert not queries.calendar(tenant.pk).is_working(FLOOD)


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_is_rolled_back_was_seen_only_by_its_own_transaction() -> None:
    tenant = open_tenant("420107", "QSQ")
    with scope(tenant=tenant):
        with transaction.atomic():
            actions.set_local_day(seated(tenant, "district_office"), FLOOD, False, "防汛停工")
            assert not queries.calendar(tenant.pk).is_working(FLOOD)
            transaction.set_rollback(True)
        with transaction.atomic():
            assert queries.calendar(tenant.pk).is_working(FLOOD)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_follows_an_edit_made_elsewhere_can_see_it_at_once() -> None:
    tenant = open_tenant("420107", "QSQ")
    assert queries.calendar(tenant.pk).is_working(FLOOD)
    with scope(tenant=tenant):
        LocalDay.objects.create(tenant=tenant, day=FLOOD, working=False, reason="防汛停工")
    with transaction.atomic():
        queries.calendars.forget()
        assert not queries.calendar(tenant.pk).is_working(FLOOD)
