"""What begins under a playbook keeps it: the text is stored once, and goes on being read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from shangliang.core.actors import Actor
from shangliang.playbooks import actions, queries
from shangliang.playbooks.models import PlaybookText
from shangliang.tenants.models import Tenant
from tests.playbooks.conftest import open_tenant

DEFAULT = queries.DEFAULT.read_text(encoding="utf-8")
OURS = DEFAULT.replace('"2026.1"', '"区一版"')


def test_the_packages_own_is_stored_too_and_only_once(tenant: Tenant) -> None:
    first, second = actions.keep(tenant.pk), actions.keep(tenant.pk)
    assert first == second
    assert PlaybookText.objects.get().text == DEFAULT
    assert queries.kept(tenant.pk, first.digest) is queries.default()


def test_what_began_keeps_its_rules_when_another_one_comes_into_force(
    tenant: Tenant, office: Actor, freeze: Callable[[str], object]
) -> None:
    freeze("2026-03-02 09:00")
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1))
    began = actions.keep(tenant.pk)
    actions.adopt(office, DEFAULT, "区政协办公室", "9号", dt.date(2026, 4, 1))
    freeze("2026-04-02 09:00")
    assert queries.in_force(tenant.pk).version == "2026.1"
    assert queries.kept(tenant.pk, began.digest).version == "区一版"
    assert PlaybookText.objects.count() == 2


def test_what_another_tenant_keeps_is_not_read(tenant: Tenant, office: Actor) -> None:
    neighbour = open_tenant("420106", "WCQ")
    kept = actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1)).playbook
    with pytest.raises(PlaybookText.DoesNotExist):
        queries.kept(neighbour.pk, kept.digest)
