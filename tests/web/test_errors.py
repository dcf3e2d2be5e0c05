"""When something is wrong: words, the next step, and everything that was typed."""

from __future__ import annotations

import errno
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from shangliang.web import views
from shangliang.web.respond import respond

PROBLEMS: dict[str, Exception] = {
    "database": OperationalError("connection refused"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "bug": ValueError("ours"),
    "forbidden": PermissionDenied("这件事不归您的街道。"),
    "missing": Http404(),
    "large": RequestDataTooBig(),
}
WORDS = {"words": "院里路灯不亮", "key": "0198-abc", "password": "correct horse", "csrfmiddlewaretoken": "old"}


def problem(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "wrapped":
        try:
            raise PROBLEMS["full"]
        except OSError as error:
            raise RuntimeError("could not write") from error
    raise PROBLEMS[kind]


class Troubled:
    """Addresses for these tests: each page runs into the trouble it is named after."""

    urlpatterns = [path("accounts/<str:kind>/", problem), path("<str:kind>/", problem)]
    handler400 = staticmethod(views.bad_request)
    handler403 = staticmethod(views.forbidden)
    handler404 = staticmethod(views.not_found)
    handler500 = staticmethod(views.server_error)


@pytest.fixture
def browser(settings: SimpleNamespace) -> Client:
    settings.ROOT_URLCONF = Troubled
    return Client(raise_request_exception=False)


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("kind", ["database", "full", "wrapped"])
def test_with_the_database_away_or_the_disk_full_nothing_typed_is_lost(browser: Client, kind: str) -> None:
    response = browser.post(f"/{kind}/?from=home", WORDS)
    assert response.status_code == 503
    assert response["Retry-After"]
    page = text(response)
    assert "没存上" in page
    assert "请别关这页" in page
    assert 'action="/' + kind + '/?from=home"' in page
    assert '<input type="hidden" name="words" value="院里路灯不亮">' in page
    assert '<input type="hidden" name="key" value="0198-abc">' in page


def test_a_page_that_only_reads_says_so_when_the_database_is_away(browser: Client) -> None:
    page = text(browser.get("/database/"))
    assert "暂时打不开" in page
    assert "<form" not in page


def test_no_secret_is_written_back_into_a_page(browser: Client) -> None:
    page = text(browser.post("/bug/", WORDS | {"otp_code": "123456"}))
    assert "correct horse" not in page
    assert "123456" not in page
    assert 'value="old"' not in page


def test_nothing_of_a_sign_in_is_written_back(browser: Client) -> None:
    page = text(browser.post("/accounts/database/", {"login": "zhouqing", "password": "x"}))
    assert "zhouqing" not in page


def test_our_own_mistake_is_a_500_that_takes_the_blame_and_keeps_the_words(browser: Client) -> None:
    response = browser.post("/bug/", WORDS)
    assert response.status_code == 500
    assert "不怪您" in text(response)
    assert "院里路灯不亮" in text(response)


def test_a_refusal_says_its_reason(browser: Client) -> None:
    response = browser.get("/forbidden/")
    assert response.status_code == 403
    assert "这件事不归您的街道。" in text(response)


def test_a_missing_page_points_to_the_slip(browser: Client) -> None:
    response = browser.get("/missing/")
    assert response.status_code == 404
    assert "回执码" in text(response)


def test_a_body_too_large_is_a_413(browser: Client) -> None:
    response = browser.post("/large/")
    assert response.status_code == 413
    assert "太大" in text(response)


def test_an_error_page_keeps_to_the_content_policy_and_the_readers_wishes(browser: Client) -> None:
    browser.cookies["reading"] = "elder.dark.zh-hans"
    page = text(browser.get("/bug/"))
    assert "<script" not in page
    assert "style=" not in page
    assert 'data-mode="elder" data-theme="dark"' in page


def test_an_error_page_asks_no_database(browser: Client) -> None:
    # This test has no access to a database: a query would fail it.
    assert browser.get("/bug/").status_code == 500


def test_pictures_have_to_be_chosen_again_and_the_page_says_so(browser: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", b"x", content_type="image/jpeg")
    assert "照片要重新选一次" in text(browser.post("/bug/", WORDS | {"photo": photo}))


def test_typed_markup_stays_text(browser: Client) -> None:
    page = text(browser.post("/bug/", {"words": '"><script>坏</script>'}))
    assert "<script>" not in page


def test_htmx_gets_the_message_without_the_frame(browser: Client) -> None:
    page = text(browser.post("/database/", WORDS, headers={"HX-Request": "true"}))
    assert page.startswith("<section")
    assert "院里路灯不亮" in page


# --- a token that is too old ----------------------------------------------------------------------


def test_a_page_open_too_long_can_be_sent_again_with_a_token_that_works(settings: SimpleNamespace) -> None:
    settings.ROOT_URLCONF = Troubled
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    first = browser.post("/bug/", WORDS)
    assert first.status_code == 403
    assert "再提交一次" in text(first)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(first))
    assert found
    second = browser.post("/bug/", WORDS | {"csrfmiddlewaretoken": found[1]})
    assert second.status_code == 500  # it passed, and ran into what this page runs into


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_what_another_site_sent_is_not_offered_for_sending_again(
    settings: SimpleNamespace, headers: dict[str, str]
) -> None:
    settings.ROOT_URLCONF = Troubled
    response = Client(enforce_csrf_checks=True).post("/bug/", WORDS, headers=headers)
    assert response.status_code == 403
    assert "院里路灯不亮" not in text(response)
    assert "<form" not in text(response)


def test_too_many_posts_keep_what_was_typed() -> None:
    request = RequestFactory().post("/420107/say/", WORDS)
    response = views.too_many(request)
    assert response.status_code == 429
    assert "院里路灯不亮" in text(response)


# --- whole page or fragment -----------------------------------------------------------------------


@pytest.mark.parametrize(("asks", "whole"), [(False, True), (True, False)])
def test_htmx_gets_the_fragment_of_a_page(settings: SimpleNamespace, asks: bool, whole: bool) -> None:
    templates = {"room/x.html": "<html>{% include 'room/_x.html' %}</html>", "room/_x.html": "<p>{{ words }}</p>"}
    loaders = [("django.template.loaders.locmem.Loader", templates)]
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}
    ]
    request = RequestFactory().get("/")
    request.htmx = asks  # type: ignore[attr-defined]
    response = respond(request, "room/x.html", {"words": "您好"}, status=422)
    assert text(response) == ("<html><p>您好</p></html>" if whole else "<p>您好</p>")
    assert response.status_code == 422
    assert response["Vary"] == "HX-Request"
