"""How a reader wants pages: asked by a link, kept in a cookie, known to every page."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from shangliang.web import reading
from shangliang.web.context import page
from shangliang.web.middleware import Reading, masked


def through(path: str, cookie: str = "", answer: HttpResponse | None = None) -> tuple[HttpRequest, HttpResponse]:
    request = RequestFactory().get(path)
    if cookie:
        request.COOKIES[reading.COOKIE] = cookie

    def view(request: HttpRequest) -> HttpResponse:
        return answer or HttpResponse(translation.get_language())

    return request, Reading(view)(request)


def test_without_a_wish_a_page_is_standard_and_chinese_and_leaves_no_cookie() -> None:
    request, response = through("/")
    assert page(request)["reading"] == reading.Preferences("standard", "system", "zh-hans")
    assert response.content == b"zh-hans"
    assert not response.cookies


def test_a_link_sets_large_type_at_once_and_for_a_year() -> None:
    request, response = through("/?mode=elder")
    assert page(request)["reading"].is_elder
    cookie = response.cookies[reading.COOKIE]
    assert cookie.value == "elder.system.zh-hans"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["httponly"]


def test_one_wish_leaves_the_others_as_they_were() -> None:
    request, response = through("/?theme=dark", cookie="elder.system.en")
    assert page(request)["reading"] == reading.Preferences("elder", "dark", "en")
    assert response.content == b"en"


def test_a_wish_that_changes_nothing_sets_no_cookie() -> None:
    _request, response = through("/?mode=elder", cookie="elder.system.zh-hans")
    assert not response.cookies


@pytest.mark.parametrize("value", ["", "elder", "huge.pink.fr", "a.b.c.d.e", "<script>"])
def test_a_cookie_that_is_not_ours_does_no_harm(value: str) -> None:
    request, _response = through("/?mode=huge&lang=fr", cookie=value)
    assert page(request)["reading"].theme == "system"
    assert page(request)["reading"].lang == "zh-hans"


def test_the_language_of_one_reader_does_not_stay_for_the_next() -> None:
    before = translation.get_language()
    through("/?lang=en")
    assert translation.get_language() == before


def test_pages_are_kept_by_nobody_but_the_reader() -> None:
    _request, response = through("/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", ["/s/QSN4F7K2M9XH/", "/420107/reply/dG9rZW4/"])
def test_a_page_with_a_secret_in_its_address_is_kept_by_nobody_at_all(path: str) -> None:
    _request, response = through(path)
    assert response["Cache-Control"] == "private, no-store"


def test_what_a_view_says_about_caching_stands() -> None:
    _request, response = through("/", answer=HttpResponse(headers={"Cache-Control": "public, max-age=60"}))
    assert response["Cache-Control"] == "public, max-age=60"


def test_the_code_of_a_slip_is_not_written_to_the_log(
    settings: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ACCESS_LOG = True
    with caplog.at_level(logging.INFO, logger="shangliang.web"):
        through("/s/QSN4F7K2M9XH/?x=QSN4F7K2M9XH")
    assert "GET /s/…/ 200" in caplog.text
    assert "QSN4" not in caplog.text
    assert masked("/420107/reply/dG9rZW4/") == "/420107/reply/…/"
    assert masked("/420107/matters/7/") == "/420107/matters/7/"


def test_nothing_is_logged_unless_asked_for(settings: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    settings.ACCESS_LOG = False
    with caplog.at_level(logging.INFO, logger="shangliang.web"):
        through("/")
    assert not caplog.records


def test_the_context_has_no_tenant_outside_one() -> None:
    request, _response = through("/")
    assert page(request)["tenant"] is None
