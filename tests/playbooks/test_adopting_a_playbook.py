"""The default playbook, mistakes in a file, and which one is in force when."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Status
from shangliang.people.models import Body
from shangliang.playbooks import actions, queries
from shangliang.playbooks.definition import PlaybookError, digest_of, parse
from shangliang.playbooks.models import Adoption, PlaybookText
from shangliang.tenants.models import Tenant
from tests.playbooks.conftest import open_tenant

AtMost = Callable[[int], AbstractContextManager[None]]
DEFAULT = queries.DEFAULT.read_text(encoding="utf-8")
OURS = DEFAULT.replace("first_answer: 3 ", "first_answer: 2 ").replace('"2026.1"', '"区一版"')
STRICT = DEFAULT.replace("first_answer: 3 ", "first_answer: 1 ").replace('"2026.1"', '"区二版"')


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_default_has_the_classes_of_12345_and_the_agreed_clocks() -> None:
    playbook = queries.default()
    assert list(playbook.categories) == ["consult", "help", "complaint", "report", "suggest", "thanks", "other"]
    assert playbook.clocks == {
        "first_answer": 3,
        "hand_over": 15,
        "extension": 15,
        "referral": 5,
        "silence": 10,
        "promise_wake": 30,
    }
    assert playbook.ratings == {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def test_the_default_names_every_stage_and_only_bodies_that_exist() -> None:
    assert list(queries.default().stages) == Status.values
    assert set(queries.default().levels) <= set(Body.Kind.values)


def test_every_reason_to_decline_says_where_the_matter_can_go() -> None:
    declines = queries.default().decline_reasons
    assert "12368" in declines["lawsuit"].elsewhere
    assert "12388" in declines["discipline"].elsewhere
    assert all(reason.key == key and reason.elsewhere.endswith("。") for key, reason in declines.items())


def test_a_playbook_cannot_be_changed_in_passing() -> None:
    playbook = queries.default()
    with pytest.raises(dataclasses.FrozenInstanceError):
        playbook.name = "别的"  # type: ignore[misc]
    with pytest.raises(TypeError):
        playbook.clocks["first_answer"] = 9  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("first_answer: 3 ", "first_answer: 三天 ", "clocks.first_answer"),
        ("first_answer: 3 ", "first_answer: -1 ", "clocks.first_answer"),
        ("first_answer: 3 ", "frist_answer: 3 ", "clocks.frist_answer"),
        ("photos: 6 ", "photos: 600 ", "limits.photos"),
        ("  help: 求助", "  help:", "categories.help"),
        ("  help: 求助", "  求助: 求助", "categories.求助"),
        ("  help: 求助", "  consult: 求助", "categories.consult"),
        ("  street_office: 街道", "  street: 街道", "levels.street"),
        ("    label: 紧急险情", "    label: 紧急险情\n    phone: 110", "decline_reasons.emergency.phone"),
        ("  raised: 你来提", "  rised: 你来提", "stages.rised"),
        ("  5: 非常满意", "  6: 非常满意", "ratings.6"),
        ("  - 科室", "  - " + "科" * 21, "sign_off[1]"),
        ("format: 3", "format: 4", "format"),
    ],
)
def test_a_mistake_is_named_by_its_line_and_field(old: str, new: str, path: str) -> None:
    text = DEFAULT.replace(old, new, 1)
    with pytest.raises(PlaybookError) as mistake:
        parse(text)
    assert mistake.value.path == path
    assert mistake.value.line == line_of(text, new.splitlines()[-1].strip())
    assert str(mistake.value).startswith(f"第 {mistake.value.line} 行，{path}：")


def test_a_missing_field_is_named() -> None:
    with pytest.raises(PlaybookError, match="少了 referral"):
        parse(DEFAULT.replace("  referral: 5", "  # referral: 5"))


@pytest.mark.parametrize("text", ["", "# 只有注释", "- 一项", "就一句话", "format: 1\n  name: 错\n", "[" * 50_000])
def test_what_is_no_playbook_at_all_is_refused(text: str) -> None:
    with pytest.raises(PlaybookError):
        parse(text)


def test_a_file_that_is_far_too_long_is_refused_unread() -> None:
    with pytest.raises(PlaybookError, match="太长"):
        parse(DEFAULT + "#" * 60_000)


def test_without_an_adoption_the_default_is_in_force(tenant: Tenant) -> None:
    assert queries.in_force(tenant.pk) is queries.default()


def test_an_adopted_playbook_holds_from_its_date_until_the_next(
    tenant: Tenant, office: Actor, freeze: Callable[[str], object]
) -> None:
    freeze("2026-02-01 09:00")
    actions.adopt(office, STRICT, "区政协办公室", "青政协办〔2026〕9号", dt.date(2026, 9, 1))
    actions.adopt(office, OURS, "区政协办公室", "青政协办〔2026〕8号", dt.date(2026, 3, 1))
    versions = {
        day: queries.in_force(tenant.pk, day).version
        for day in (dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 8, 31), dt.date(2026, 9, 1))
    }
    assert list(versions.values()) == ["2026.1", "区一版", "区一版", "区二版"]


def test_an_adoption_leaves_one_entry_and_the_text_by_its_hash(tenant: Tenant, office: Actor) -> None:
    adoption = actions.adopt(office, OURS, "区政协办公室", "青政协办〔2026〕8号", dt.date(2026, 3, 1))
    kept = PlaybookText.objects.get()
    assert (kept.text, kept.digest) == (OURS, digest_of(OURS))
    [line] = timeline(adoption.pk)
    assert line.entry.kind == "playbook.adopted"
    assert line.facts == {
        "digest": kept.digest,
        "name": "你来提 · 我收集 · 共协商 · 助落实",
        "version": "区一版",
        "body": "区政协办公室",
        "document": "青政协办〔2026〕8号",
        "from": "2026-03-01",
    }


def test_a_text_sent_by_a_browser_keeps_the_hash_of_the_file(
    tenant: Tenant, office: Actor, freeze: Callable[[str], object]
) -> None:
    freeze("2026-02-01 09:00")
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1))
    actions.adopt(office, OURS.replace("\n", "\r\n"), "区政协办公室", "9号", dt.date(2026, 4, 1))
    assert PlaybookText.objects.count() == 1


def test_two_playbooks_cannot_come_into_force_on_one_day(tenant: Tenant, office: Actor) -> None:
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1))
    with pytest.raises(Refused) as refusal:
        actions.adopt(office, STRICT, "区政协办公室", "9号", dt.date(2026, 3, 1))
    assert refusal.value.field == "in_force_from"
    assert queries.in_force(tenant.pk, dt.date(2026, 3, 1)).version == "区一版"


def test_only_the_first_may_be_of_a_day_gone_by(tenant: Tenant, office: Actor, freeze: Callable[[str], object]) -> None:
    freeze("2026-03-10 09:00")
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2023, 3, 1))
    with pytest.raises(Refused, match="已经过去") as refusal:
        actions.adopt(office, STRICT, "区政协办公室", "9号", dt.date(2026, 3, 9))
    assert refusal.value.field == "in_force_from"
    actions.adopt(office, STRICT, "区政协办公室", "9号", dt.date(2026, 3, 10))
    assert queries.in_force(tenant.pk).version == "区二版"


@pytest.mark.parametrize(("body", "document", "field"), [(" ", "8号", "body_name"), ("办公室", "", "document")])
def test_an_adoption_names_its_body_and_document(office: Actor, body: str, document: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.adopt(office, OURS, body, document, dt.date(2026, 3, 1))
    assert refusal.value.field == field


def test_a_faulty_text_is_not_adopted(office: Actor) -> None:
    with pytest.raises(PlaybookError):
        actions.adopt(office, OURS + "\nmore: 1\n", "区政协办公室", "8号", dt.date(2026, 3, 1))
    assert not Adoption.objects.exists()


def test_others_may_not_adopt(handler: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.adopt(handler, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1))


def test_what_one_tenant_adopts_does_not_bind_another(tenant: Tenant, office: Actor) -> None:
    neighbour = open_tenant("420106", "WCQ")
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 3, 1))
    assert queries.in_force(neighbour.pk, dt.date(2026, 4, 1)) is queries.default()


def test_a_deadline_takes_the_clock_that_was_in_force_when_it_started(tenant: Tenant, office: Actor) -> None:
    actions.adopt(office, OURS, "区政协办公室", "8号", dt.date(2026, 11, 24))
    assert queries.deadline(tenant.pk, dt.date(2026, 11, 23), "first_answer").due == dt.date(2026, 11, 26)
    assert queries.deadline(tenant.pk, dt.date(2026, 11, 24), "first_answer").due == dt.date(2026, 11, 26)


def test_days_granted_and_pauses_come_on_top_of_the_clock(tenant: Tenant) -> None:
    start, pause = dt.date(2026, 11, 23), (dt.date(2026, 11, 24), dt.date(2026, 11, 24))
    granted = queries.deadline(tenant.pk, start, "first_answer", 2)
    assert (granted.days, granted.due) == (5, dt.date(2026, 11, 30))
    assert queries.deadline(tenant.pk, start, "first_answer", pauses=[pause]).due == dt.date(2026, 11, 27)


def test_a_clock_that_no_playbook_has_is_a_mistake_of_the_caller(tenant: Tenant) -> None:
    with pytest.raises(KeyError):
        queries.deadline(tenant.pk, dt.date(2026, 11, 23), "some_day")


@pytest.mark.django_db(transaction=True)
def test_asking_twice_what_is_in_force_asks_the_database_once(at_most: AtMost) -> None:
    tenant = open_tenant("420107", "QSQ")
    with at_most(1):
        queries.in_force(tenant.pk)
    with at_most(0):
        queries.in_force(tenant.pk)
