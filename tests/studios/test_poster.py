"""The poster: one sheet, always, and never another truth than the page's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from shangliang.core.errors import Refused
from shangliang.people.models import Body
from shangliang.studios import poster
from shangliang.studios.actions import duty
from shangliang.studios.models import Studio
from shangliang.studios.queries import duty as queries
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered

Freeze = Callable[[str], dt.datetime]
LINK = "https://example.org/420107/studios/01932f4a-0000-7000-8000-000000000000/"


@pytest.fixture
def circle(cast: Cast, freeze: Freeze) -> Circle:
    freeze("2026-11-20 09:00")
    return rostered(cast, dt.date(2026, 11, 20))


def content(circle: Circle, weeks: int = 8) -> str:
    studio = Studio.objects.select_related("body__place").get(pk=circle.studio.pk)
    first = dt.date(2026, 11, 20)
    shown = queries.shifts(studio.pk, first, first + dt.timedelta(weeks=weeks))
    return poster.content(studio, shown, "每周三 9:00–11:00", LINK)


def row_of(circle: Circle, n: int) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(content(circle))["shifts"][n]
    return row


def test_it_says_who_comes_when_and_where_to_call(circle: Circle) -> None:
    given = json.loads(content(circle))
    assert given["phone"] == "027-0000-0001"
    assert given["rule"] == "每周三 9:00–11:00"
    assert len(given["shifts"]) == len(circle.shifts())
    first = given["shifts"][0]
    assert (first["day"], first["hours"]) == ("11 月 25 日（周三）", "09:00–11:00")
    assert first["who"] == circle.turn(circle.shifts()[0]).person.name
    assert "<svg" in given["qr"]


def test_a_cancelled_turn_is_struck_through_with_its_reason(circle: Circle) -> None:
    before = poster.digest(content(circle))
    duty.cancel(circle.cast.convenor, circle.shifts()[0].pk, "停电")
    row = row_of(circle, 0)
    assert (row["off"], row["why"]) == (True, "停电")
    assert not row_of(circle, 1)["off"]
    assert poster.digest(content(circle)) != before


def test_a_stand_in_is_named_beside_whom_they_replace(circle: Circle) -> None:
    row = circle.shifts()[0]
    gone = circle.turn(row)
    helper = circle.other_than(gone.person)
    duty.stand_in(circle.cast.convenor, row.pk, helper, instead=gone.pk, why="出差")
    assert row_of(circle, 0)["who"] == f"{helper.name}（替{gone.person.name}）"


def test_the_same_rows_are_the_same_poster(circle: Circle) -> None:
    assert poster.digest(content(circle)) == poster.digest(content(circle))


def test_it_is_a_pdf_of_one_page(circle: Circle) -> None:
    text = content(circle)
    assert poster.drawn(text).startswith(b"%PDF-")
    assert poster.drawn(text, "png").startswith(b"\x89PNG")  # raises for more than one page


@pytest.mark.parametrize("shifts", [0, 14, 40])
def test_long_names_and_many_shifts_still_fit_one_page(circle: Circle, shifts: int) -> None:
    Body.objects.filter(pk=circle.studio.body_id).update(
        name="新沟桥街道红钢城片区“两代表一委员”联络工作站暨老旧小区改造专题委员工作室" + "一" * 20,
        address="光明社区党群服务中心" * 8,
    )
    Studio.objects.filter(pk=circle.studio.pk).update(motto="住得近" * 18, way="往东走一百米" * 18)
    given = json.loads(content(circle))
    one = given["shifts"][0] | {
        "who": "欧阳明月、司马青、何其安、宋时雨",
        "where": "阳光苑架空层",
        "off": True,
        "why": "因" * 60,
    }
    text = json.dumps(given | {"shifts": [one] * shifts}, ensure_ascii=False)
    assert poster.drawn(text, "png").startswith(b"\x89PNG")


def test_a_busy_studios_poster_shows_the_next_weeks_and_no_more_than_a_sheet_holds(circle: Circle) -> None:
    shown = queries.shifts(circle.studio.pk, dt.date(2026, 11, 20), dt.date(2027, 2, 1))
    text = poster.content(circle.studio, shown * 20, "", LINK)
    rows = json.loads(text)["shifts"]
    assert len(rows) == poster.MOST


def test_a_machine_without_chinese_fonts_says_so(circle: Circle) -> None:
    with pytest.raises(Refused, match="没有中文字体"):
        poster.fonts_among({"DejaVu Sans"})
    assert poster.fonts_among({"SimSun"}) == {"song": "SimSun", "sans": "SimSun"}
