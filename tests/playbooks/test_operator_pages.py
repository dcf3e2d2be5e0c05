"""The operator's pages: what runs, a new tenant, and the national days. And what an operator never sees."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django_scopes import scope, scopes_disabled

from shangliang.ledger.readers import catch_up
from shangliang.people.models import Account, Body
from shangliang.playbooks import holidays
from shangliang.playbooks.actions import seed_calendar
from shangliang.playbooks.models import NationalDay
from shangliang.playbooks.queries import calendar
from shangliang.tenants.models import Tenant
from tests.cast import Cast, open_cast

pytestmark = [pytest.mark.django_db, pytest.mark.rollup]
LINES = "2027-01-01 放假 元旦\n2027-01-02 放假 元旦\n2027-01-03 放假 元旦\n\n2027年1月9日　上班　元旦调休"
NEW = {"code": "310101", "office_phone": "027-0000-0016", "person": "罗薇", "username": "huangpu"}


@pytest.fixture
def cast() -> Cast:
    return open_cast()


@pytest.fixture
def operator(cast: Cast) -> Client:
    return cast.client("operator")


# --- what runs ---------------------------------------------------------------------------------------


def test_the_operator_sees_how_large_each_ledger_is_and_how_far_the_worker_is_behind(
    cast: Cast, operator: Client
) -> None:
    page = operator.get("/operate/").content.decode()
    assert "武汉市青山区" in page
    assert "后台进程还没跑过" in page
    assert "没有备份过的记录" in page


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_has_read_everything_is_not_behind() -> None:
    cast = open_cast()
    with scope(tenant=cast.tenant):
        catch_up("one", lambda lines: None)
        assert "后台读到最新" in cast.client("operator").get("/operate/").content.decode()
        cast.said()
        assert "后台还差 1 条没读" in cast.client("operator").get("/operate/").content.decode()


def test_the_last_backup_is_told_when_there_was_one(operator: Client) -> None:
    mark = Path(settings.DATA) / "last-backup"
    mark.touch()
    try:
        assert "上一次备份：" in operator.get("/operate/").content.decode()
    finally:
        mark.unlink()


def test_an_operator_sees_no_matter_no_voice_and_no_desk(cast: Cast, operator: Client) -> None:
    with scope(tenant=cast.tenant):
        matter = cast.raised("我说的话只给社区看")
    for name, parts in {
        "desk:queue": {},
        "desk:matters": {},
        "desk:matter": {"number": matter.number},
        "people:bodies": {},
    }.items():
        assert operator.get(cast.url(name, **parts)).status_code == 404
    pages = [operator.get(address).content.decode() for address in ("/operate/", "/operate/open/", "/operate/days/")]
    assert not any("我说的话" in page or matter.number in page for page in pages)


def test_nobody_else_gets_in(cast: Cast) -> None:
    for address in ("/operate/", "/operate/open/", "/operate/days/"):
        assert cast.client("office").get(address).status_code == 404
        assert Client().get(address)["Location"].startswith("/accounts/login/")


# --- opening a tenant ----------------------------------------------------------------------------------


def test_a_tenant_is_opened_with_its_bodies_and_a_first_log_in_for_its_office(operator: Client) -> None:
    answer = operator.post("/operate/open/", NEW)
    page = answer.content.decode()
    found = re.search(r"初始密码</dt><dd><code[^>]*>([^<]+)</code>", page)
    assert found, page
    assert answer["Cache-Control"] == "private, no-store"
    tenant = Tenant.objects.get(slug="310101")
    with scope(tenant=tenant):
        assert Body.objects.filter(kind=Body.Kind.COMMUNITY).count() > 20
    browser = Client()
    browser.post("/accounts/login/", {"login": "huangpu", "password": found[1]})
    assert browser.get("/310101/desk/")["Location"] == "/accounts/password/change/"
    assert Client().get("/310101/").status_code == 200


def test_a_tenant_that_is_there_a_code_that_is_none_and_a_log_in_that_is_taken_are_refused(operator: Client) -> None:
    for wrong, sentence in (
        ({"code": "420107"}, "已经开过了"),
        ({"code": "999999"}, "没有代码为“999999”的"),
        ({"code": "42"}, "填 4 位（市）或 6 位（区县）的代码"),
        ({"username": "office"}, "“office”已经有人用了"),
    ):
        answer = operator.post("/operate/open/", NEW | wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence
    assert Tenant.objects.count() == 1
    assert not Account.objects.filter(username="huangpu").exists()


# --- national days ---------------------------------------------------------------------------------------


def test_pasted_lines_are_shown_before_they_are_entered(operator: Client) -> None:
    page = operator.post("/operate/days/", {"lines": LINES}).content.decode()
    assert "没错，录这 4 天" in page
    assert not NationalDay.objects.filter(day__year=2027).exists()


def test_a_year_is_published_whole_and_ends_what_was_provisional(cast: Cast, operator: Client) -> None:
    assert calendar(cast.tenant.pk).published_until.year == 2026
    answer = operator.post("/operate/days/", {"lines": LINES, "sure": "on"})
    assert answer["Location"] == "/operate/days/?year=2027"
    days = calendar(cast.tenant.pk)
    assert days.published_until.year == 2027
    assert (days.day(dt.date(2027, 1, 1)).working, days.day(dt.date(2027, 1, 9)).working) == (False, True)
    assert "元旦调休" in operator.get("/operate/days/?year=2027").content.decode()


def test_a_published_year_is_corrected_by_the_lines_that_differ(operator: Client) -> None:
    before = NationalDay.objects.count()
    lines = "2026-01-01 放假 元旦\n2026-01-04 上班 元旦调班"
    page = operator.post("/operate/days/", {"lines": lines}).content.decode()
    assert "原来是：" in page
    assert "没错，录这 1 天" in page
    operator.post("/operate/days/", {"lines": lines, "sure": "on"})
    assert NationalDay.objects.get(day="2026-01-04").name == "元旦调班"
    assert NationalDay.objects.count() == before


def test_a_year_further_ahead_than_the_next_is_refused(operator: Client) -> None:
    answer = operator.post("/operate/days/", {"lines": "2028-01-01 放假 元旦", "sure": "on"})
    assert answer.status_code == 422
    assert "接下来该录 2027 年" in answer.content.decode()


def test_every_wrong_line_is_told_with_its_number_and_nothing_is_entered(operator: Client) -> None:
    lines = "2027-01-01 放假 元旦\n2027-02-30 放假 春节\n2027-05-01 休假 劳动节\n元旦放假三天\n2026-10-01 放假 国庆"
    answer = operator.post("/operate/days/", {"lines": lines, "sure": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for part in ("第 2 行", "没有这一天", "第 3 行", "“休假”", "第 4 行", "看不懂", "第 5 行", "一次只录一年"):
        assert part in page
    assert "第 1 行" not in page
    assert "2027-02-30 放假 春节" in page  # what was pasted is still there
    assert not NationalDay.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("2027-01-04 上班 元旦", "本来就上班"),
        ("2027-01-01 放假", "看不懂"),
        (f"2027-01-01 放假 {'元' * 41}", "最多 40 个字"),
        ("", "一行也没有"),
    ],
)
def test_a_line_that_cannot_be_right_is_a_problem(line: str, what: str) -> None:
    assert what in holidays.read(line).problems[0]


def test_a_day_named_twice_is_a_problem() -> None:
    assert "前面已经写过了" in holidays.read("2027-01-01 放假 元旦\n2027/1/1 放假 元旦").problems[0]


def test_the_calendar_can_be_begun_on_an_empty_machine() -> None:
    NationalDay.objects.all().delete()
    seed_calendar()
    with scopes_disabled():
        assert NationalDay.objects.filter(day__year=2026).exists()
