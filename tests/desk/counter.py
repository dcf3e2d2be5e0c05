"""A small district for tests of importing: one street, one community, a department, and who may import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.desk import imports
from shangliang.desk.imports import Report
from shangliang.matters.models import Matter
from shangliang.people.actions import open_account, open_body, open_tenant, seat
from shangliang.people.models import Account, Body, Membership
from shangliang.people.queries import actor_of
from shangliang.places import resolve
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from tests.desk.tables import xlsx

Kind, Duty = Body.Kind, Membership.Duty
PLACES = (
    ("42", 1, "湖北省", "42"),
    ("4201", 2, "武汉市", "42/4201"),
    ("420107", 3, "青山区", "42/4201/420107"),
    ("420107003", 4, "新沟桥街道", "42/4201/420107/420107003"),
    ("420107003011", 5, "光明社区", "42/4201/420107/420107003/420107003011"),
)
ROLES = (
    ("street", "新沟桥街道", Duty.STREET_STAFF),
    ("colleague", "新沟桥街道", Duty.STREET_STAFF),
    ("member", "新沟桥街道联络委", Duty.MEMBER),
    ("handler", "区城管执法局", Duty.HANDLER),
    ("office", "青山区政协办公室", Duty.DISTRICT_OFFICE),
)


@dataclass
class Counter:
    """A tenant where tables are brought to. Nothing here needs to be called inside its scope."""

    tenant: Tenant
    accounts: dict[str, Account] = field(default_factory=dict)

    def scope(self) -> AbstractContextManager[None]:
        entered: AbstractContextManager[None] = scope(tenant=self.tenant)
        return entered

    def actor(self, role: str) -> Actor:
        with self.scope():
            return actor_of(self.accounts[role], self.tenant.pk)

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(self.accounts[role])
        return client

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={"slug": self.tenant.slug, **kwargs})

    def bring_in(
        self, rows: Sequence[Sequence[Any]], role: str = "", *, content: bytes = b"", public: bool = False
    ) -> Report:
        """Import these rows, or a file; as the system unless a role is named."""
        actor = self.actor(role) if role else Actor("system", self.tenant.pk)
        with self.scope():
            return imports.bring_in(actor, self.tenant, content or xlsx(rows), "留言.xlsx", public=public)

    def matters(self) -> list[Matter]:
        with self.scope():
            return list(Matter.objects.select_related("place", "holder").order_by("number"))


def open_counter() -> Counter:
    """Open the district, with its bodies and people."""
    cache.clear()
    resolve.forget()
    places: dict[str, Place] = {}
    above = None
    for code, level, name, path in PLACES:
        above = places[name] = Place.objects.create(
            code=code, parent=above, level=level, name=name, short_name=name, path=path
        )
    counter = Counter(open_tenant(places["青山区"], "武汉市青山区", slug="420107"))
    system = Actor("system", counter.tenant.pk)
    with counter.scope():
        open_body(system, Kind.STREET_OFFICE, "新沟桥街道", places["新沟桥街道"])
        open_body(system, Kind.COMMUNITY, "光明社区", places["光明社区"])
        open_body(system, Kind.LIAISON_COMMITTEE, "新沟桥街道联络委", places["新沟桥街道"])
        open_body(system, Kind.DEPARTMENT, "区城管执法局", places["青山区"])
        for role, body, duty in ROLES:
            account = counter.accounts[role] = open_account(role, "-", f"{body}的{role}")
            assert account.person is not None
            seat(system, account.person, Body.objects.get(name=body), duty, since=dt.date(2020, 1, 1))
    return counter
