"""The page that tells how a locality is organised, with the figures of its text beside those that stand here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django_scopes import scope

from shangliang.core import clock
from shangliang.places.models import Place
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.library import text_of
from shangliang.studios.models import DutyPlan, Studio
from shangliang.tenants.models import Tenant
from tests.cast import Cast, open_cast

AtMost = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """A demo district, in which little stands."""
    made = open_cast()
    Tenant.objects.filter(pk=made.tenant.pk).update(is_demo=True)
    with scope(tenant=made.tenant):
        yield made


def shown(cast: Cast) -> str:
    return Client().get(cast.url("publicity:organisation")).content.decode()


def test_a_difference_is_shown_and_explained(cast: Cast) -> None:
    text = shown(cast)
    assert "原文 119，这里 3" in text
    assert "这里少 116" in text
    assert "统计用区划代码 2023 年版" in text
    assert "《青山区政协：" in text


def test_what_fits_is_not_called_a_difference(cast: Cast) -> None:
    for number in range(1, 9):
        Place.objects.create(
            level=Place.Level.STREET,
            name=f"{number}号街道",
            short_name=f"{number}号街道",
            code=f"42010790{number}",
            path=f"42/4201/420107/42010790{number}",
        )
    assert "原文 10，这里 10<br>" in shown(cast)  # and no chip between


def test_areas_that_only_statistics_know_are_named_and_not_counted(cast: Cast) -> None:
    Place.objects.create(
        level=Place.Level.STREET,
        name="开发区",
        short_name="开发区",
        code="420107404",
        path="42/4201/420107/420107404",
        statistical_only=True,
    )
    text = shown(cast)
    assert "2 个街道、乡镇，3 个社区、村" in text
    assert "不算在内：开发区" in text


def test_studios_stand_by_street_with_the_rule_of_duty_in_words(cast: Cast) -> None:
    body = cast.body("同光委员工作室")
    studio = Studio.objects.create(
        tenant=cast.tenant, body=body, kind="member_studio", status="open", proposed_on=clock.today()
    )
    rule = {"weekdays": [3], "hours": ["9:00-11:00"]}
    DutyPlan.objects.create(tenant=cast.tenant, studio=studio, rule=rule, since=clock.today())
    text = shown(cast)
    assert "每周三 9:00–11:00" in text
    assert "1 个工作室这样值班" in text


def test_a_playbook_is_shown_with_the_document_that_put_it_in_force(cast: Cast) -> None:
    assert "还没有发文定自己的工作法" in shown(cast)
    adopt(cast.office, text_of("qingshan"), "区政协（演示）", "演示〔2023〕8号", dt.date(2023, 3, 1))
    text = shown(cast)
    assert "青山同心 · 有事好商量" in text
    assert "区政协（演示） 演示〔2023〕8号" in text


def test_a_district_that_is_no_demo_shows_what_stands_and_no_text(cast: Cast) -> None:
    Tenant.objects.filter(pk=cast.tenant.pk).update(is_demo=False)
    text = shown(cast)
    assert "原文" not in text
    assert "新沟桥街道" in text
    assert "有场地" in text


def test_nobodys_name_stands_on_the_page(cast: Cast) -> None:
    assert "林知夏" not in shown(cast)


def test_the_page_asks_the_database_ten_times_at_most(cast: Cast, at_most: AtMost) -> None:
    client = Client()
    client.get(cast.url("publicity:organisation"))
    with at_most(10):
        client.get(cast.url("publicity:organisation"))
