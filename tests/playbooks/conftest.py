"""A tenant with a ledger, its district office, and somebody who has no say over the calendar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scope

from shangliang.core.actors import Actor, Seat
from shangliang.core.ids import uuid7
from shangliang.ledger.models import Chain
from shangliang.people.models import Account
from shangliang.playbooks.actions import seed_calendar
from shangliang.tenants.models import Tenant
from tests.cast import cast, opened

__all__ = ["cast", "opened"]


def open_tenant(slug: str, mark: str) -> Tenant:
    tenant = Tenant.objects.create(slug=slug, mark=mark, name=f"{slug} 区", place_path=f"42/4201/{slug}")
    with scope(tenant=tenant):
        Chain.objects.create(tenant=tenant)
    return tenant


def seated(tenant: Tenant, duty: str) -> Actor:
    seat = Seat(uuid7(), duty, "一个机构", duty, tenant.place_path)
    return Actor("staff", tenant.pk, uuid7(), "某人", (seat,))


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    seed_calendar()
    tenant = open_tenant("420107", "QSQ")
    with scope(tenant=tenant):
        yield tenant


@pytest.fixture
def office(tenant: Tenant) -> Actor:
    return seated(tenant, "district_office")


@pytest.fixture
def handler(tenant: Tenant) -> Actor:
    return seated(tenant, "handler")


@pytest.fixture
def operator(db: None) -> Account:
    return Account.objects.create(username="operator", is_operator=True)
