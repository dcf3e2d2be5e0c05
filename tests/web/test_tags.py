"""Tags and filters: what a page says of a status, a date, a deadline, a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from shangliang.web.stages import ALL

Freeze = Callable[[str], dt.datetime]


def drawn(source: str, **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context))


@pytest.fixture(autouse=True)
def sunday(freeze: Freeze) -> None:
    freeze("2026-11-22 09:00")


def test_an_icon_points_into_the_sprite_and_says_nothing_aloud() -> None:
    assert '<use href="/static/web/sprite.svg#pin"/>' in drawn('{% icon "pin" %}')
    assert 'aria-hidden="true"' in drawn('{% icon "pin" %}')


def test_an_icon_name_cannot_break_out_of_the_page() -> None:
    assert "<script>" not in drawn("{% icon name %}", name='"><script>')


def test_every_status_of_a_matter_has_its_mark_and_its_words() -> None:
    from shangliang.matters.models import Status

    assert set(ALL) == set(Status.values)
    for status, words in Status.choices:
        assert str(words) in drawn("{% stage_tag status %}", status=status)


def test_a_mark_shows_its_hanzi_and_in_english_its_number() -> None:
    assert "<b>收</b>" in drawn('{% stage_mark "gathered" "lg" %}')
    with translation.override("en"):
        assert "<b>2</b>" in drawn('{% stage_mark "gathered" "lg" %}')


def test_the_track_marks_the_stage_a_matter_is_in_and_leaves_the_next_ones_open() -> None:
    track = drawn('{% stage_track "gathered" dates %}', dates={"raised": dt.date(2026, 11, 3)})
    steps = track.split("<li ")[1:]
    assert [
        ("aria-current" in step, step.startswith(f'data-s="{n}" data-todo')) for n, step in enumerate(steps, 1)
    ] == [
        (False, False),
        (True, False),
        (False, True),
        (False, True),
    ]
    assert "11月3日" in steps[0].replace(" ", "")


def test_a_stage_that_was_skipped_stays_empty_on_the_track() -> None:
    dates = {"raised": dt.date(2026, 11, 3), "gathered": dt.date(2026, 11, 4), "delivered": dt.date(2026, 11, 5)}
    third = drawn('{% stage_track "done" dates %}', dates=dates).split("<li ")[3]
    assert "data-todo" in third


@pytest.mark.parametrize(
    ("due", "level", "words"),
    [
        (dt.date(2026, 12, 1), "ok", "还有 9 天"),
        (dt.date(2026, 11, 27), "soon", "还有 5 天"),  # a quarter of twenty days
        (dt.date(2026, 11, 22), "soon", "今天到期"),
        (dt.date(2026, 11, 20), "late", "已超 2 天"),
    ],
)
def test_a_deadline_says_how_many_days_in_shape_and_words(due: dt.date, level: str, words: str) -> None:
    light = drawn("{% deadline_light due started %}", due=due, started=due - dt.timedelta(days=20))
    assert f'data-l="{level}"' in light
    assert words in light
    assert "<svg" in light


def test_the_day_that_counts_is_the_one_in_shanghai(freeze: Freeze) -> None:
    freeze("2026-11-23 00:30")  # still the 22nd in UTC
    assert "已超 1 天" in drawn("{% deadline_light due %}", due=dt.date(2026, 11, 22))


def test_a_matter_that_has_ended_shows_no_deadline_but_a_promise_does() -> None:
    due = dt.date(2026, 12, 1)
    assert drawn('{% deadline_light due due "done" %}', due=due) == ""
    assert drawn("{% deadline_light due %}", due=None) == ""
    assert "还有 9 天" in drawn('{% deadline_light due due "promised" %}', due=due)


def test_a_date_beyond_the_published_calendar_says_it_is_provisional() -> None:
    assert "还有 9 天（暂定）" in drawn("{% deadline_light due provisional=True %}", due=dt.date(2026, 12, 1))


def test_a_paused_deadline_counts_nothing() -> None:
    light = drawn("{% deadline_light due paused=True %}", due=dt.date(2026, 11, 1))
    assert 'data-l="idle"' in light
    assert "已超" not in light


def test_words_of_a_light_are_escaped() -> None:
    assert "&lt;b&gt;" in drawn('{% light "idle" words %}', words="<b>")


def test_a_day_names_the_weekday_and_the_year_only_when_it_is_another() -> None:
    assert drawn("{{ day|day }}", day=dt.date(2026, 11, 24)) == '<time datetime="2026-11-24">11 月 24 日（周二）</time>'
    assert "2027 年 1 月 4 日（周一）" in drawn("{{ day|day }}", day=dt.date(2027, 1, 4))
    assert ">11月24日<" in drawn('{{ day|day:"short" }}', day=dt.date(2026, 11, 24))
    assert drawn("{{ day|day }}", day=None) == ""


def test_a_moment_is_told_in_the_time_of_shanghai() -> None:
    moment = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
    expected = '<time datetime="2026-11-24T19:00+08:00">11 月 24 日 19:00</time>'
    assert drawn("{{ moment|moment }}", moment=moment) == expected
    assert "11 月 24 日" in drawn("{{ moment|day }}", moment=dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC))


def test_a_large_number_has_its_commas() -> None:
    assert drawn("{{ n|number }}", n=1286) == "1,286"


def test_lengths_are_drawn_without_a_style() -> None:
    assert 'width="87%"' in drawn("{% meter 87 %}")
    meter = drawn("{% rating_meter counts %}", counts=[3, 1, 0, 0, 0])
    assert "非常满意 3，满意 1，基本满意 0，不满意 0，非常不满意 0" in meter
    assert 'x="75.00%" width="25.00%"' in meter
    assert "style" not in meter


def test_nobody_having_rated_draws_an_empty_length() -> None:
    assert "share-r" not in drawn("{% rating_meter counts %}", counts=[0, 0, 0, 0, 0])


def test_a_code_to_scan_is_an_image_with_a_name() -> None:
    code = drawn("{% qr address %}", address="https://example.org/s/ABC")
    assert code.startswith('<svg role="img" aria-label="二维码"')
    assert "style=" not in code


class Somewhere:
    """Addresses for these tests: two pages of a public frame, one of which lies below the other."""

    urlpatterns: ClassVar[list[object]] = [
        path(
            "<slug:slug>/",
            include(
                ([path("", HttpResponse, name="home"), path("matters/", HttpResponse, name="matters")], "publicity")
            ),
        ),
    ]


@pytest.fixture
def somewhere(settings: SimpleNamespace) -> None:
    settings.ROOT_URLCONF = Somewhere


def links(address: str) -> str:
    tenant = SimpleNamespace(slug="420107")
    return drawn('{% nav "public" %}', request=RequestFactory().get(address), tenant=tenant)


@pytest.mark.usefixtures("somewhere")
def test_the_navigation_leaves_out_pages_that_do_not_exist() -> None:
    assert links("/420107/") == '<a href="/420107/" aria-current="page">首页</a><a href="/420107/matters/">事项</a>'


@pytest.mark.usefixtures("somewhere")
def test_a_page_lights_the_entry_it_lies_below_but_not_the_home_page() -> None:
    assert '<a href="/420107/matters/" aria-current="page">' in links("/420107/matters/7/")
    assert links("/420107/matters/7/").count("aria-current") == 1
    assert "aria-current" not in links("/420107/about/")


@pytest.mark.usefixtures("somewhere")
def test_the_address_of_no_page_is_nothing() -> None:
    assert drawn("{% address_of 'nowhere:at_all' %}") == ""
    assert drawn("{% address_of 'publicity:home' %}", tenant=SimpleNamespace(slug="520100")) == "/520100/"


def test_the_figures_of_a_title_stay_with_their_words() -> None:
    assert drawn("{{ title|unbroken }}", title="光明社区 3 号院 好") == "光明社区\u00a03\u00a0号院 好"
