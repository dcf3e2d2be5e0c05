"""Rate limits: who is counted, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache, caches
from django.http import HttpRequest
from django.test import RequestFactory

from shangliang.web.limits import address_of, is_over, over_limit

Freeze = Callable[[str], dt.datetime]


@pytest.fixture(autouse=True)
def empty_cache(freeze: Freeze) -> Iterator[None]:
    freeze("2026-11-22 09:00")
    cache.clear()
    yield
    cache.clear()


def caller(address: str = "10.0.0.1", forwarded: str = "") -> HttpRequest:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return RequestFactory().post("/", headers=headers, REMOTE_ADDR=address)


def test_the_limit_is_reached_by_the_time_after_the_last_one_allowed() -> None:
    assert [over_limit(caller(), "say", 3, 60) for _ in range(5)] == [False, False, False, True, True]


def test_another_address_and_another_act_are_counted_apart() -> None:
    assert not over_limit(caller(), "say", 1, 60)
    assert not over_limit(caller("10.0.0.2"), "say", 1, 60)
    assert not over_limit(caller(), "support", 1, 60)
    assert over_limit(caller(), "say", 1, 60)


def test_the_count_begins_anew_in_the_next_window(freeze: Freeze) -> None:
    over_limit(caller(), "say", 1, 60)
    assert over_limit(caller(), "say", 1, 60)
    freeze("2026-11-22 09:01")
    assert not over_limit(caller(), "say", 1, 60)


def test_without_a_proxy_a_forwarded_address_proves_nothing(settings: SimpleNamespace) -> None:
    settings.PROXIES = 0
    assert address_of(caller(forwarded="1.2.3.4")) == "10.0.0.1"


def test_behind_proxies_the_address_is_the_one_the_first_of_ours_saw(settings: SimpleNamespace) -> None:
    settings.PROXIES = 1
    assert address_of(caller(forwarded="6.6.6.6, 1.2.3.4")) == "1.2.3.4"
    settings.PROXIES = 2
    assert address_of(caller(forwarded="6.6.6.6, 1.2.3.4, 10.9.9.9")) == "1.2.3.4"


def test_a_request_that_did_not_pass_the_proxies_counts_by_its_own_address(settings: SimpleNamespace) -> None:
    settings.PROXIES = 2
    assert address_of(caller(forwarded="1.2.3.4")) == "10.0.0.1"


def test_no_address_stands_in_the_cache() -> None:
    over_limit(caller("203.0.113.77"), "say", 1, 60)
    (key,) = caches["default"]._cache  # type: ignore[attr-defined]
    assert "limit:say" in key
    assert "203.0.113.77" not in key


def test_looking_at_a_limit_counts_nothing() -> None:
    assert not is_over(caller(), "look", 1, 60)
    over_limit(caller(), "look", 1, 60)
    assert is_over(caller(), "look", 1, 60)
    assert not is_over(caller("10.0.0.2"), "look", 1, 60)
