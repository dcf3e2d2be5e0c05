"""Who gets what from every address: each URL × each role × the own tenant's object and a foreign one.

A page of a matter one may not see is not there (404), never forbidden. Somebody who sees a matter but
may not do an act is told why (403). A row stands for one URL in one situation; a URL without a row fails.
The rows are in `tests/access/`, by room.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve, reverse
from django.urls.resolvers import URLResolver
from django_scopes import scope
from pytest_django import DjangoDbBlocker

from tests.access import (
    calls,
    investigation,
    keeping,
    matters,
    meetings,
    minutes,
    people,
    playbooks,
    public_talks,
    reception,
    sitting,
    studios,
    talk,
    topics,
    whistles,
)
from tests.access.rows import DOORS, FOREIGNER, LEADS, ROLES, SEATED, STRANGERS, Row
from tests.cast import Cast, open_cast
from tests.guard import Watch
from tests.scenes import Parts

ROOMS = (
    *(matters, people, studios, keeping, reception, calls, whistles),
    *(playbooks, topics, investigation, meetings, sitting, minutes, talk, public_talks),
)
ROWS = [row for room in ROOMS for row in room.ROWS]
# One's own account: the answers to GET and POST for somebody who has not signed in, who has, and who has with a
# second factor. None of it is a tenant's.
ACCOUNTS = {
    "/healthz": ("200 200", "200 200", "200 200"),
    "/home/": ("302 302", "302 302", "302 302"),
    "/me/": ("302 302", "200 200", "200 200"),
    "/accounts/login/": ("200 200", "302 302", "302 302"),
    "/accounts/logout/": ("302 302", "200 302", "200 302"),
    "/accounts/inactive/": ("200 405", "200 405", "200 405"),
    "/accounts/signup/": ("200 200", "302 302", "302 302"),  # it says that the office opens accounts
    "/accounts/reauthenticate/": ("302 302", "200 200", "200 200"),
    "/accounts/email/": ("302 302", "200 302", "200 302"),
    "/accounts/confirm-email/": ("200 405", "200 405", "200 405"),
    "/accounts/confirm-email/made-up/": ("200 404", "200 404", "200 404"),
    "/accounts/password/change/": ("302 302", "200 200", "200 200"),
    "/accounts/password/set/": ("302 302", "302 302", "302 302"),
    "/accounts/password/reset/": ("200 200", "200 200", "200 200"),
    "/accounts/password/reset/done/": ("200 405", "200 405", "200 405"),
    "/accounts/password/reset/key/1-made-up/": ("200 200", "200 200", "200 200"),
    "/accounts/password/reset/key/done/": ("200 405", "200 405", "200 405"),
    "/accounts/login/code/confirm/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/": ("302 302", "200 405", "200 405"),
    "/accounts/2fa/authenticate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/reauthenticate/": ("302 302", "302 302", "200 200"),
    "/accounts/2fa/totp/activate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/totp/deactivate/": ("302 302", "404 404", "302 302"),
    "/accounts/2fa/recovery-codes/": ("302 302", "404 405", "404 405"),
    "/accounts/2fa/recovery-codes/generate/": ("302 302", "302 302", "302 302"),
    "/accounts/2fa/recovery-codes/download/": ("302 302", "404 404", "404 404"),
}


def all_names() -> Iterator[str]:
    """The names of all addresses that the project answers to."""

    def below(resolver: URLResolver, before: tuple[str, ...]) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from below(entry, (*before, entry.namespace) if entry.namespace else before)
            else:
                yield ":".join((*before, entry.name or str(entry.pattern)))

    return below(get_resolver(), ())


def expected(row: Row, role: str, method: str, *, foreign: bool) -> int:
    """The status that the table promises."""
    mark = dict(zip(ROLES, DOORS[row.door].split(), strict=True))[role]
    if mark in LEADS:
        return 302
    if method == "GET" and row.get == 405 and (mark == "+" or (row.door in SEATED and role not in STRANGERS)):
        return 405  # to whoever has a seat, before anybody looks for the object
    if mark == "." or foreign:
        return 404
    if method == "GET":
        return row.get
    return 403 if role in row.refused else row.post


def address_of(name: str, tenant: str, parts: Parts) -> str:
    """The address of a page: of this tenant's, if the page is a tenant's."""
    for given in ({"slug": tenant, **parts}, parts, {"slug": tenant}, {}):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs=given)
    raise AssertionError(f"no address is called {name}")


@dataclass(frozen=True)
class World:
    """Two tenants, and the session of everybody who has signed in. Opened once: no row changes it for good."""

    home: Cast
    abroad: Cast
    sessions: dict[str, str]

    def browser(self, role: str) -> Client:
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        home, abroad = open_cast(), open_cast("420106", "武昌区")
        late = Client()
        late.force_login(home.accounts["office"])  # by the password alone
        browsers = {role: home.client(role) for role in ROLES if role in home.accounts}
        browsers |= {FOREIGNER: abroad.client("street"), "late_office": late}
        yield World(
            home,
            abroad,
            {role: client.cookies[settings.SESSION_COOKIE_NAME].value for role, client in browsers.items()},
        )
        transaction.set_rollback(True)


@pytest.fixture
def world(opened: World, db: None) -> World:
    """The world as it was opened: what a test does to it is undone."""
    return opened


def ask(client: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    """What this browser is answered. Whatever it did is undone."""
    cache.clear()  # of what limits count
    for file in (value for value in data.values() if hasattr(value, "seek")):
        file.seek(0)  # an earlier role has read it
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, data)
        transaction.set_rollback(True)
    return response


def each(rows: list[Row]) -> list[Any]:
    return [pytest.param(row, marks=[pytest.mark.rollup] * row.asks_elsewhere, id=str(row)) for row in rows]


def arranged(row: Row, cast: Cast, watch: Watch) -> tuple[Parts, dict[str, Any]]:
    """The object of a row, and what is to be posted to it."""
    with watch.exempt(), scope(tenant=cast.tenant):
        parts = row.of(cast)
        return parts, row.data(cast, parts) if callable(row.data) else row.data


def wrongs(row: Row, world: World, parts: Parts, data: dict[str, Any], *, foreign: bool) -> Iterator[str]:
    address = address_of(row.name, world.home.tenant.slug, parts)
    for role in ROLES:
        client = world.browser(role)
        for method in ("GET", "POST"):
            response, wanted = ask(client, method, address, data), expected(row, role, method, foreign=foreign)
            mark = dict(zip(ROLES, DOORS[row.door].split(), strict=True))[role]
            if response.status_code != wanted:
                yield f"{role}: {method} gives {response.status_code}, not {wanted}"
            elif mark in LEADS and not response["Location"].startswith(LEADS[mark]):
                yield f"{role}: {method} leads to {response['Location']}"


@pytest.mark.parametrize("row", each(ROWS))
def test_each_role_gets_what_the_table_says(row: Row, world: World, watch: Watch) -> None:
    parts, data = arranged(row, world.home, watch)
    found = list(wrongs(row, world, parts, data, foreign=False))
    assert found == []


@pytest.mark.parametrize("row", each([row for row in ROWS if row.is_of_a_tenant]))
def test_what_belongs_to_another_tenant_is_not_there(row: Row, world: World, watch: Watch) -> None:
    parts, data = arranged(row, world.abroad, watch)
    found = list(wrongs(row, world, parts, data, foreign=True))
    assert found == []


@pytest.mark.rollup  # some of them list where somebody works
@pytest.mark.parametrize("address", ACCOUNTS)
def test_ones_own_account_is_for_whoever_signed_in(address: str, world: World) -> None:
    given = {
        role: " ".join(str(ask(world.browser(role), method, address, {}).status_code) for method in ("GET", "POST"))
        for role in ("resident", "street", "office")
    }
    assert tuple(given.values()) == ACCOUNTS[address]


def test_every_address_has_a_row() -> None:
    accounts = {resolve(address).view_name for address in ACCOUNTS}
    accounts.add("mfa_activate_totp")  # people:activate_totp answers in its place
    assert {row.name for row in ROWS} | accounts == set(all_names())
