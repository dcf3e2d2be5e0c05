"""The watch itself: what it lets pass, and what it reports."""

from __future__ import annotations

import pytest

from tests.guard import Watch, loose

TABLES = frozenset({"matters_matter", "voices_voice"})
TIED = [
    'SELECT "matters_matter"."id" FROM "matters_matter" WHERE "matters_matter"."tenant_id" = %s',
    "SELECT title FROM matters_matter WHERE tenant_id = %s AND (status = %s OR status = %s) FOR UPDATE OF matters_matter",
    "SELECT m.id FROM matters_matter m JOIN voices_voice v ON (v.matter_id = m.id AND v.tenant_id = m.tenant_id) "
    "WHERE m.tenant_id IN (%s, %s)",
    "SELECT m.id FROM matters_matter AS m, voices_voice v WHERE v.tenant_id = m.tenant_id AND m.tenant_id = %s",
    "SELECT m.id FROM matters_matter m WHERE m.tenant_id = %s AND NOT EXISTS"
    "(SELECT 1 FROM voices_voice U0 WHERE U0.tenant_id = (m.tenant_id) AND U0.matter_id = m.id)",
    "SELECT EXTRACT(YEAR FROM m.raised_at) FROM matters_matter m WHERE EXTRACT(DAY FROM m.due) = 1 AND m.tenant_id = %s",
    'UPDATE "matters_matter" SET "status" = %s WHERE ("matters_matter"."tenant_id" = %s AND "matters_matter"."id" = %s)',
    'DELETE FROM "voices_voice" WHERE "voices_voice"."id" IN (%s, %s)',
    'INSERT INTO "voices_voice" ("id", "tenant_id") SELECT * FROM UNNEST(%s, %s)',
    "SELECT name FROM tenants_tenant",
]
LOOSE = [
    ("SELECT id FROM matters_matter", ["matters_matter"]),
    ("SELECT id FROM matters_matter WHERE id = %s", ["matters_matter"]),
    ("SELECT m.id FROM matters_matter m WHERE m.tenant_id = %s OR m.title = %s", ["matters_matter m"]),
    ("SELECT m.id FROM matters_matter m WHERE NOT (m.tenant_id = %s)", ["matters_matter m"]),
    ("SELECT m.tenant_id = %s FROM matters_matter m", ["matters_matter m"]),
    (
        "SELECT m.id FROM matters_matter m JOIN voices_voice v ON v.matter_id = m.id WHERE m.tenant_id = %s",
        ["voices_voice v"],
    ),
    (
        "SELECT m.id FROM matters_matter m WHERE m.id IN (SELECT matter_id FROM voices_voice WHERE tenant_id = %s)",
        ["matters_matter m"],
    ),
    (
        "SELECT m.id FROM matters_matter m WHERE EXISTS (SELECT 1 FROM voices_voice v WHERE v.tenant_id = %s AND "
        "v.tenant_id = m.tenant_id)",
        ["matters_matter m"],
    ),
    (
        "SELECT id FROM matters_matter WHERE tenant_id = %s UNION SELECT id FROM voices_voice",
        ["voices_voice"],
    ),
    (
        "SELECT id FROM matters_matter WHERE tenant_id IN (SELECT id FROM tenants_tenant)",
        ["matters_matter"],
    ),
    ('UPDATE "matters_matter" SET "tenant_id" = %s WHERE "id" = %s', ["matters_matter"]),
    ("INSERT INTO voices_voice (id) VALUES (%s)", ["voices_voice"]),
    ("DELETE FROM voices_voice", ["voices_voice"]),
]


@pytest.mark.parametrize("sql", TIED)
def test_a_statement_tied_to_a_tenant_passes(sql: str) -> None:
    assert loose(sql, TABLES) == []


@pytest.mark.parametrize(("sql", "names"), LOOSE)
def test_a_statement_that_could_reach_another_tenant_is_named(sql: str, names: list[str]) -> None:
    assert loose(sql, TABLES) == names


def test_what_arranges_a_test_can_be_exempt() -> None:
    watch = Watch(TABLES)
    with watch.exempt():
        watch(lambda *sent: None, "DELETE FROM voices_voice", (), False, {})
    assert watch.found == []
    watch(lambda *sent: None, "DELETE FROM voices_voice", (), False, {})
    assert len(watch.found) == 1
