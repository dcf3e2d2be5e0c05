"""Once a working morning: what one must do on top, then what is new; nothing when there is nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.cache import cache

from shangliang.core import clock
from shangliang.desk.actions import IMPORTED
from shangliang.ledger.actions import append
from shangliang.notices import actions
from shangliang.people.models import Account
from tests.cast import Cast

Freeze = Callable[[str | dt.datetime], dt.datetime]


@pytest.fixture
def readers(cast: Cast, freeze: Freeze) -> Cast:
    """On a Friday morning, two of the cast have e-mail: the community, and the one who works far away."""
    cache.clear()
    freeze("2026-11-20 08:30")
    for role in ("community", "far"):
        Account.objects.filter(pk=cast.accounts[role].pk).update(email=f"{role}@example.org")
    return cast


def test_what_waits_stands_on_top_and_what_is_new_below(readers: Cast, freeze: Freeze) -> None:
    freeze("2026-11-19 15:00")
    matter = readers.raised()
    freeze("2026-11-20 08:30")
    assert actions.send_digests(readers.tenant) == 1
    (sent,) = mail.outbox
    assert sent.to == ["community@example.org"]
    assert sent.subject == "武汉市青山区：等您办 1 件"
    lines = sent.body.splitlines()
    assert lines[:2] == ["等您办的：", f"· 待处理 {matter.number}，还有 4 天"]
    assert lines[3] == "新动静："
    assert lines[4].startswith(f"· {matter.number} 反映")


def test_it_comes_once_a_day(readers: Cast, freeze: Freeze) -> None:
    readers.raised()
    assert actions.send_digests(readers.tenant) == 1
    freeze("2026-11-20 17:00")
    assert actions.send_digests(readers.tenant) == 0
    freeze("2026-11-23 08:00")  # the next working morning
    assert actions.send_digests(readers.tenant) == 1


@pytest.mark.parametrize("moment", ["2026-11-20 07:59", "2026-11-21 09:00", "2026-10-01 09:00"])
def test_it_does_not_come_before_eight_on_a_weekend_or_a_holiday(readers: Cast, freeze: Freeze, moment: str) -> None:
    freeze("2026-09-29 09:00")
    readers.raised()
    freeze(moment)
    assert actions.send_digests(readers.tenant) == 0
    assert mail.outbox == []


def test_what_is_late_says_by_how_much(readers: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    readers.raised()
    freeze("2026-11-20 08:30")
    actions.send_digests(readers.tenant)
    assert "，已超 15 天" in mail.outbox[0].body


def test_imported_history_is_no_news(readers: Cast) -> None:
    holder = str(readers.body("南苑社区").pk)
    subjects = [("body", readers.body("南苑社区").pk)]
    append(readers.office, "matter.accepted", subjects, {"holder": holder, "number": "旧", "due": None} | IMPORTED)
    assert actions.send_digests(readers.tenant) == 0


def test_whoever_has_left_gets_none(readers: Cast) -> None:
    readers.raised()
    Account.objects.update(is_active=False)
    assert actions.send_digests(readers.tenant) == 0


def test_while_the_mail_server_is_away_it_is_not_tried_every_second(
    readers: Cast, settings: SimpleNamespace, freeze: Freeze
) -> None:
    readers.raised()
    settings.EMAIL_BACKEND = "tests.notices.test_sending.NoServer"
    assert actions.send_digests(readers.tenant) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert actions.send_digests(readers.tenant) == 0
    cache.clear()  # ten minutes later
    assert clock.now().hour == 0
    assert actions.send_digests(readers.tenant) == 1
