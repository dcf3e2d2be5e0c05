"""Signing in, with our pages around allauth's doing: password, authenticator, recovery codes."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from shangliang.web import views

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("里面")


class Doors:
    """Addresses for these tests: allauth's, and a page behind them."""

    urlpatterns = [
        path("accounts/", include("allauth.urls")),
        path("", include(([path("home/", home, name="home")], "people"))),
    ]
    handler500 = staticmethod(views.server_error)


@pytest.fixture
def browser(settings: SimpleNamespace) -> Client:
    settings.ROOT_URLCONF = Doors
    get_user_model().objects.create_user(username="zhouqing", password=PASSWORD)
    return Client()


def text(response: Any) -> str:
    return str(response.content.decode())


def sign_in(browser: Client, password: str = PASSWORD) -> Any:
    return browser.post("/accounts/login/", {"login": "zhouqing", "password": password})


def activate(browser: Client) -> str:
    """Switch the authenticator on, after saying once more who one is; gives its secret."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = text(browser.get("/accounts/2fa/totp/activate/"))
    assert "data:image/svg+xml" in page
    found = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)
    assert found
    response = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert response.status_code == 302, text(response)
    return found[1]


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_the_sign_in_page_is_ours_and_tells_residents_they_need_none(browser: Client) -> None:
    page = text(browser.get("/accounts/login/"))
    assert "居民提事、查事都不用登录" in page
    assert 'class="input' in page
    assert "sign up" not in page.lower()


def test_a_wrong_password_says_so_on_top(browser: Client) -> None:
    response = sign_in(browser, "wrong")
    assert response.status_code == 200
    assert "error-summary" in text(response)
    assert "wrong" not in text(response)


def test_the_right_password_opens_the_door_and_signing_out_asks_first(browser: Client) -> None:
    assert sign_in(browser).status_code == 302
    assert "要退出吗" in text(browser.get("/accounts/logout/"))


def test_an_authenticator_is_switched_on_with_a_code_to_scan_and_asked_for_from_then_on(browser: Client) -> None:
    sign_in(browser)
    assert "/reauthenticate/" in browser.get("/accounts/2fa/totp/activate/")["Location"]
    activate(browser)
    other = Client()
    assert "/2fa/authenticate/" in sign_in(other)["Location"]
    assert "输入动态码" in text(other.get("/accounts/2fa/authenticate/"))
    assert "error-summary" in text(other.post("/accounts/2fa/authenticate/", {"code": "000000"}))


def test_a_recovery_code_opens_the_door_once(browser: Client) -> None:
    sign_in(browser)
    activate(browser)
    codes = re.findall(r"<li>([\w-]+)</li>", text(browser.get("/accounts/2fa/recovery-codes/")))
    assert codes
    for expected in ("/home/", None):
        other = Client()
        sign_in(other)
        response = other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert response.headers.get("Location") == expected


@pytest.mark.parametrize(
    "page",
    [
        "password/change/",
        "password/reset/",
        "reauthenticate/",
        "2fa/",
        "2fa/reauthenticate/",
        "2fa/totp/deactivate/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
    ],
)
def test_every_page_of_an_account_wears_our_frame(browser: Client, page: str) -> None:
    sign_in(browser)
    activate(browser)
    response = browser.get(f"/accounts/{page}")
    assert response.status_code == 200
    assert '<section class="card sign-in">' in text(response)
