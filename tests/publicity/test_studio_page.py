"""The public page of a studio: who receives now and next, what changed, how it stands; honest where there is nothing."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from shangliang.people.models import Body, Member, Person
from shangliang.studios.actions import calls, duty, feeds
from shangliang.studios.models import Evidence, Honour, Pairing, PlanItem, PostedRule, Studio
from tests.cast import SINCE, Cast
from tests.scenes_calls import answered, open_call, said
from tests.studios.duty_circle import Circle, rostered

Freeze = Callable[[str], dt.datetime]
TODAY = dt.date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def circle(cast: Cast, freeze: Freeze) -> Circle:
    cache.clear()
    freeze("2026-11-25 08:00")
    return rostered(cast, TODAY)


def page(circle: Circle, query: str = "") -> str:
    return got(circle, query).content.decode()


def got(circle: Circle, query: str = "") -> Any:
    return Client().get(circle.cast.url("publicity:studio", studio_id=circle.studio.pk) + query)


def furnish(circle: Circle) -> None:
    """All it can keep."""
    own: dict[str, Any] = {"tenant": circle.cast.tenant, "studio": circle.studio}
    for n, person in enumerate(circle.people):
        Member.objects.create(
            tenant=circle.cast.tenant,
            key=f"m{n}",
            person=person,
            sector="科技界",
            specialties=["加装电梯"],
            since=SINCE,
        )
    Evidence.objects.create(**own, item="venue", has=True, what="2 楼，60 平方米", on=TODAY)
    PostedRule.objects.create(**own, title="值班制度", text="每班有人。", since=SINCE)
    PlanItem.objects.create(**own, year=2026, what="夜访 3 号院", due=TODAY, done_on=TODAY, note="走访 18 户")
    Honour.objects.create(**own, title="区示范工作室", level="district", on=TODAY)
    Pairing.objects.create(
        tenant=circle.cast.tenant,
        one=circle.cast.body("东门社区"),
        other=circle.studio.body,
        title="共建协议",
        status=Pairing.Status.SIGNED,
        since=SINCE,
        until=dt.date(2027, 6, 30),
    )
    open_call(circle.cast, circle.studio)
    calls.conclude(circle.cast.convenor, open_call(circle.cast, circle.studio, question="几点关门？"), "九点。")


def test_before_during_and_after_a_shift_it_says_who_receives(circle: Circle, freeze: Freeze) -> None:
    first, second, *_rest = circle.shifts()
    name, following = circle.turn(first).person.name, circle.turn(second).person.name
    assert f"{name}正在接待" not in page(circle)
    freeze("2026-11-25 09:00")
    assert f"{name}正在接待" in page(circle)
    freeze("2026-11-25 11:00")
    after = page(circle)
    assert f"{name}正在接待" not in after
    head = after[after.index("now-duty") : after.index("month") if "month" in after else None]
    assert "下一次" in head
    assert following in head


def test_a_cancelled_turn_is_struck_through_at_once_with_reason_and_next_time(circle: Circle) -> None:
    row = circle.shifts()[0]
    duty.cancel(circle.cast.convenor, row.pk, "停电")
    shown = page(circle)
    assert "今天 9:00–11:00 取消了。" in shown
    assert "停电" in shown
    assert "下一次：" in shown
    assert f"<s><b>{circle.turn(row).person.name}</b>" in shown


def test_page_poster_and_calendar_tell_the_same_story_after_a_swap(circle: Circle) -> None:
    row = circle.shifts()[1]
    gone = circle.turn(row)
    helper = circle.other_than(gone.person)
    poster_at = circle.cast.url("publicity:poster", studio_id=circle.studio.pk)
    before = Client().get(poster_at)
    duty.stand_in(circle.cast.convenor, row.pk, helper, instead=gone.pk, why="出差")
    assert f"{helper.name}替{gone.person.name}" in page(circle, "?month=2026-12")
    assert Client().get(poster_at)["ETag"] != before["ETag"]
    ics = Client().get(circle.cast.url("publicity:duty_ics", studio_id=circle.studio.pk)).content.decode()
    event = next(part for part in ics.split("BEGIN:VEVENT") if str(row.pk) in part)
    assert helper.name in event
    assert gone.person.name not in event


def test_the_month_can_be_turned_and_nonsense_shows_this_one(circle: Circle) -> None:
    assert "12&nbsp;月值班表" in page(circle, "?month=2026-12")
    for nonsense in ("1999-01", "2026-13", "x", "2031-01", "%00"):
        assert "11&nbsp;月值班表" in page(circle, f"?month={nonsense}")


def test_everything_it_keeps_is_on_the_page(circle: Circle) -> None:
    furnish(circle)
    shown = page(circle)
    for words in (
        "加装电梯",
        "2 楼，60 平方米",
        "1 有 5 缺",
        "值班制度",
        "夜访 3 号院",
        "区示范工作室",
        "东门社区",
        "充电棚建在哪里合适？",
        "几点关门？",
        "每周三 9:00–11:00",
    ):
        assert words in shown, words


def test_it_is_read_in_eight_queries_and_is_light(circle: Circle, at_most: Callable[[int], Any]) -> None:
    furnish(circle)
    page(circle)
    with at_most(8):
        answer = got(circle)
    assert len(gzip.compress(answer.content)) < 20_000


def test_an_empty_studio_says_what_is_missing_instead_of_showing_holes(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-25 08:00")
    body = Body.objects.create(tenant=cast.tenant, kind="studio", name="空空工作室", place=cast.body("东门社区").place)
    studio = Studio.objects.create(
        tenant=cast.tenant, body=body, kind="member_studio", status="open", proposed_on=TODAY
    )
    shown = Client().get(cast.url("publicity:studio", studio_id=studio.pk)).content.decode()
    for words in ("近两个月还没排班", "这个月还没排班", "名单还没登记上来", "还没有记下来的事", "0 有 6 缺"):
        assert words in shown


@pytest.mark.parametrize(
    ("status", "words", "has_form"),
    [
        (Studio.Status.TRIAL, "正在试运行", True),
        (Studio.Status.WARNED, "给委员留言", True),
        (Studio.Status.SUSPENDED, "暂停接待", False),
        (Studio.Status.CLOSED, "已经退出", False),
    ],
)
def test_it_says_at_which_step_of_its_life_it_is(circle: Circle, status: str, words: str, has_form: bool) -> None:
    Studio.objects.filter(pk=circle.studio.pk).update(status=status)
    shown = page(circle)
    assert words in shown
    assert ('name="words"' in shown) is has_form
    poster = Client().get(circle.cast.url("publicity:poster", studio_id=circle.studio.pk))
    assert poster.status_code == (200 if has_form else 404)
    assert Client().get(circle.cast.url("publicity:duty_ics", studio_id=circle.studio.pk)).status_code == 200


@pytest.mark.parametrize("status", [Studio.Status.PROPOSED, Studio.Status.CHECKED, Studio.Status.APPROVED])
def test_a_studio_that_is_not_open_yet_has_no_page(circle: Circle, status: str) -> None:
    Studio.objects.filter(pk=circle.studio.pk).update(status=status)
    assert got(circle).status_code == 404
    assert Client().get(circle.cast.url("publicity:duty_ics", studio_id=circle.studio.pk)).status_code == 404


def test_an_online_studio_shows_no_room(circle: Circle) -> None:
    Body.objects.filter(pk=circle.studio.body_id).update(address="光明路 1 号 2 楼")
    assert "光明路 1 号" in page(circle)
    Studio.objects.filter(pk=circle.studio.pk).update(online=True, way="往东走")
    shown = page(circle)
    assert "光明路 1 号" not in shown
    assert "往东走" not in shown
    assert "没有接待室" in shown


def test_the_counts_of_the_year_leave_out_what_did_not_happen(circle: Circle, freeze: Freeze) -> None:
    freeze("2026-12-10 12:00")  # three Wednesdays have gone by
    second = circle.shifts()[1]
    duty.attend(circle.cast.convenor, circle.turn(second).pk, came=False)
    calls.say_to_studio(circle.cast.resident, circle.cast.tenant, circle.studio, said("在吗", circle.cast))
    calls.say_to_studio(circle.cast.resident, circle.cast.tenant, circle.studio, said("机器", circle.cast, held=True))
    answered(circle.cast, open_call(circle.cast, circle.studio))
    shown = page(circle)
    assert "<b>2<small>次</small></b>" in shown
    assert "<b>2<small>条</small></b>" in shown
    assert "<b>0<small>条</small></b>" in shown


def test_no_members_phone_or_address_is_on_any_public_page(circle: Circle) -> None:
    from shangliang.core.seal import seal

    person: Person = circle.people[0]
    row = Member.objects.create(tenant=circle.cast.tenant, key="m", person=person, sector="科技界", since=SINCE)
    sealed = seal(b'{"phone":"13912345678"}', f"member:{circle.cast.tenant.pk}:{row.pk}")
    Member.objects.filter(pk=row.pk).update(sealed=sealed)
    assert "13912345678" not in page(circle)
    assert "139" not in Client().get(circle.cast.url("publicity:studios")).content.decode()


# --- files ----------------------------------------------------------------------------------------------


def test_an_unchanged_file_is_not_sent_twice(circle: Circle) -> None:
    for name in ("publicity:poster", "publicity:duty_ics"):
        at = circle.cast.url(name, studio_id=circle.studio.pk)
        first = Client().get(at)
        assert first["Cache-Control"] == "public, max-age=60, must-revalidate"
        again = Client().get(at, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert Client().get(circle.cast.url("publicity:poster", studio_id=circle.studio.pk)).content.startswith(b"%PDF-")


def test_typesetting_posters_again_and_again_is_limited_but_a_known_one_is_given(circle: Circle) -> None:
    at = circle.cast.url("publicity:poster", studio_id=circle.studio.pk)
    for n in range(30):
        Studio.objects.filter(pk=circle.studio.pk).update(motto=f"第 {n} 句")
        assert Client().get(at).status_code == 200
    assert Client().get(at).status_code == 200  # the same again
    Studio.objects.filter(pk=circle.studio.pk).update(motto="又一句")
    assert Client().get(at).status_code == 429


def test_a_members_own_calendar_is_found_by_its_secret_alone_and_kept_by_nobody(circle: Circle) -> None:
    token = feeds.new_feed(circle.actors[0])
    answer = Client().get(circle.cast.url("publicity:member_feed", token=token))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"].startswith("private")
    assert answer["Referrer-Policy"] == "no-referrer"
    wrong = ("0" if token[0] != "0" else "1") + token[1:]
    for bad in (wrong, "x", token.upper() + "z"):
        assert Client().get(circle.cast.url("publicity:member_feed", token=bad)).status_code == 404


def test_the_secret_is_shown_once_when_it_is_made(circle: Circle) -> None:
    client = circle.cast.client("receiver0")
    assert client.get(circle.cast.url("studios:new_feed")).status_code == 405
    answer = client.post(circle.cast.url("studios:new_feed"))
    shown = answer.content.decode()
    address = shown.split('value="http://testserver')[1].split('"')[0]
    assert Client().get(address).status_code == 200
    assert "no-store" in answer["Cache-Control"]
