"""A tenant with an empty ledger, and acts to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.ledger import actions
from shangliang.ledger.models import Entry
from shangliang.tenants.models import Tenant

MATTER = UUID("01900000-0000-7000-8000-000000000001")


def make_tenant(slug: str = "420107", mark: str = "qsq") -> Tenant:
    tenant = Tenant.objects.create(slug=slug, mark=mark, name="青山区", place_path="42/4201/420107")
    with scope(tenant=tenant):
        actions.open_ledger(tenant.pk)
    return tenant


def act(tenant: Tenant, text: str = "路灯不亮", kind: str = "voice.raised", matter: UUID = MATTER) -> Entry:
    """One act as a room performs it: a transaction that ends with its entry."""
    actor = Actor("resident", tenant.pk)
    with transaction.atomic():
        subjects = [("matter", matter), ("voice", uuid7())]
        return actions.append(actor, kind, subjects, {"channel": "web", "count": 1}, {"words": text})


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """A tenant, and the test runs inside its scope."""
    tenant = make_tenant()
    with scope(tenant=tenant):
        yield tenant


@pytest.fixture
def ledger(tenant: Tenant) -> Tenant:
    """A ledger of ten acts."""
    for number in range(10):
        act(tenant, f"第{number}句")
    return tenant


@pytest.fixture
def long_ledger(tenant: Tenant) -> Tenant:
    """A ledger of two full blocks and a rest."""
    with actions.batch(tenant.pk):
        for _ in range(600):
            act(tenant)
    return tenant
