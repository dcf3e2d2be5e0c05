"""The frames of all pages: who sees what in them, and what they weigh."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django_htmx
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

import shangliang.web
from shangliang.web.reading import Preferences

STATIC = Path(shangliang.web.__file__).parent / "static" / "web"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
FRAMES = ["web/base.html", "web/card.html", "web/app.html", "web/app_cols.html"]


class OnlySignIn:
    """Addresses for these tests: no page of ours exists yet."""

    urlpatterns = [path("accounts/", include("allauth.urls"))]


@pytest.fixture(autouse=True)
def addresses(settings: SimpleNamespace) -> None:
    settings.ROOT_URLCONF = OnlySignIn


def asked(address: str = "/", *, demo: bool = False, user: Any = None, **wishes: str) -> HttpRequest:
    request = RequestFactory().get(address)
    tenant = {"slug": "420107", "name": "武汉市青山区", "is_demo": demo, "office_phone": "", "office_hours": ""}
    facts = {"tenant": SimpleNamespace(**tenant), "reading": Preferences(**wishes), "user": user or AnonymousUser()}
    for name, value in facts.items():
        setattr(request, name, value)
    return request


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_stands_without_tenant_reader_or_any_page_to_link_to(frame: str) -> None:
    page = render_to_string(frame, request=RequestFactory().get("/"))
    assert page.startswith("<!doctype html>")
    assert page.count('id="main"') == 1
    assert 'href="#main"' in page
    assert 'lang="zh-CN"' in page


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_keeps_to_the_content_policy(frame: str) -> None:
    page = render_to_string(frame, request=asked(demo=True))
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r"\son\w+=", page)


def test_the_readers_wishes_stand_on_the_page() -> None:
    page = render_to_string("web/base.html", request=asked(mode="elder", theme="dark", lang="en"))
    assert '<html lang="en" data-mode="elder" data-theme="dark">' in page


def test_the_switch_to_large_type_is_a_link_that_keeps_the_rest_of_the_address() -> None:
    assert 'href="?q=%E8%B7%AF%E7%81%AF&amp;mode=elder"' in render_to_string(
        "web/base.html", request=asked("/?q=%E8%B7%AF%E7%81%AF")
    )
    assert 'href="?mode=standard"' in render_to_string("web/base.html", request=asked(mode="elder"))


def test_a_demonstration_says_so_on_every_page_and_real_work_does_not() -> None:
    for frame in FRAMES:
        assert "演示" in render_to_string(frame, request=asked(demo=True))
        assert "演示" not in render_to_string(frame, request=asked())


def test_staff_see_who_they_are_and_the_way_out() -> None:
    user = SimpleNamespace(is_authenticated=True, username="zhouqing")
    page = render_to_string("web/app.html", {"actor": SimpleNamespace(name="周晴")}, request=asked(user=user))
    assert "周晴" in page
    assert '<form method="post" action="/accounts/logout/">' in page
    assert "退出" not in render_to_string("web/app.html", request=asked())


def test_public_pages_load_no_script() -> None:
    assert "<script" not in render_to_string("web/base.html", request=asked())


def test_the_matter_comes_before_the_queue_for_print_phone_and_screen_reader() -> None:
    source = '{% extends "web/app_cols.html" %}{% block queue %}队列{% endblock %}{% block main %}事项{% endblock %}'
    page = engines["django"].from_string(source).render({}, asked())
    assert page.index("事项</main>") < page.index("队列</section>")


def test_pagination_keeps_the_rest_of_the_address() -> None:
    from django.core.paginator import Paginator

    context = {"page": Paginator(range(1286), 20).page(3)}
    html = render_to_string("web/_pages.html", context, request=asked("/?stage=raised&page=3"))
    assert 'rel="prev" href="?stage=raised&amp;page=2"' in html
    assert "第 3 页，共 65 页，1,286 件" in html
    assert "<nav" not in render_to_string("web/_pages.html", {"page": Paginator([1], 20).page(1)}, request=asked())


def weight(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def test_what_every_public_page_loads_stays_under_twenty_kilobytes() -> None:
    assert weight(*STATIC.glob("*.css"), STATIC / "sprite.svg", STATIC / "favicon.svg") < 20_000


def test_with_all_scripts_a_page_of_ours_stays_under_forty_kilobytes_before_its_words() -> None:
    assert weight(*STATIC.iterdir(), HTMX) < 40_000


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    house = Path(shangliang.web.__file__).parent.parent
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "sprite.svg").read_text()))
    named = {
        name for page in house.rglob("*.html") for name in re.findall(r'{% icon "(\w+)" %}', page.read_text("utf-8"))
    }
    assert named
    assert named <= drawn, f"not in sprite.svg: {named - drawn}"
