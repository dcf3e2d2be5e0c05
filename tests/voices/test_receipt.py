"""The receipt: what the speaker takes home, on the phone or on paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.http import HttpResponse
from django.test import Client
from django_scopes import scope

from shangliang.voices.models import Slip
from shangliang.voices.queries import slip_code
from shangliang.voices.slips import grouped
from tests.town import Town, stamp_of

Freeze = Callable[[str], dt.datetime]


@pytest.fixture
def raised(town: Town, client: Client, freeze: Freeze) -> HttpResponse:
    freeze("2026-11-20 09:00")
    stamp = stamp_of(client, town.say_at)
    freeze("2026-11-20 09:01")
    given = {
        "words": "灯坏了",
        "place_words": "光明社区",
        "openness": "public",
        "speaks_for": "self",
        "hear_by": "page",
    }
    return client.post(town.say_at, given | {"stamp": stamp})


def code_of(town: Town) -> str:
    with scope(tenant=town.tenant):
        return slip_code(Slip.objects.get())


def test_the_cookie_is_signed_short_and_for_this_page_only(raised: HttpResponse) -> None:
    cookie = raised.cookies["receipt"]
    assert cookie["path"] == raised["Location"]
    assert cookie["max-age"] == 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_it_shows_code_holder_phone_and_the_day_with_its_sum(town: Town, client: Client, raised: HttpResponse) -> None:
    response = client.get(raised["Location"])
    page = response.content.decode()
    assert grouped(code_of(town)) in page
    assert "光明社区" in page
    assert "027-0000-0033" in page
    assert "11 月 25 日（周三）" in page  # three working days after a Friday
    assert "11 月 20 日（周五）当天不算，从第二天起数 3 个工作日。" in page
    assert 'class="qr-code"' in page
    assert 'data-draft-done="say"' in page


def test_nobody_keeps_it_or_passes_it_on(client: Client, raised: HttpResponse) -> None:
    response = client.get(raised["Location"])
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


def test_its_code_stands_in_no_link_and_no_address_of_a_form(town: Town, client: Client, raised: HttpResponse) -> None:
    page = client.get(raised["Location"]).content.decode()
    code = code_of(town)
    for address in re.findall(r'(?:href|action|src)="([^"]*)"', page):
        assert code not in address or address.startswith("data:")


def test_the_button_leads_to_the_thread(town: Town, client: Client, raised: HttpResponse) -> None:
    page = client.get(raised["Location"]).content.decode()
    sent = re.search(r'<form method="post" action="(/s/)"[^>]*><input type="hidden" name="code" value="([^"]+)"', page)
    assert sent
    assert "灯坏了" in Client(enforce_csrf_checks=True).post(sent[1], {"code": sent[2]}).content.decode()


def test_it_may_be_printed_on_a_roll_or_on_a5(client: Client, raised: HttpResponse) -> None:
    assert 'class="print-slip"' in client.get(raised["Location"]).content.decode()
    assert 'class="print-slip print-a5"' in client.get(raised["Location"], {"paper": "a5"}).content.decode()


def test_a_provisional_day_says_so(town: Town, client: Client, raised: HttpResponse) -> None:
    # No national calendar was loaded: every date is provisional.
    assert "（暂定）" in client.get(raised["Location"]).content.decode()


@pytest.mark.parametrize("cookie", ["", "00000000000000000000000000000000:x:y"])
def test_without_the_cookie_there_is_no_receipt_but_a_way_on(town: Town, client: Client, cookie: str) -> None:
    if cookie:
        client.cookies["receipt"] = cookie
    response = client.get(f"{town.say_at}receipt/")
    assert response.status_code == 404
    assert "用回执码查" in response.content.decode()


def test_the_receipt_needs_few_queries(
    client: Client, raised: HttpResponse, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with at_most(8):
        client.get(raised["Location"])
