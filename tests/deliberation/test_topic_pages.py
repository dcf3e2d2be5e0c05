"""Pages of topics at the desk: the list, and an act on a page of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from shangliang.core import clock
from shangliang.core.ids import uuid7
from shangliang.deliberation.models import Meeting, Topic, TopicScore
from shangliang.deliberation.queries import choice as choices
from shangliang.deliberation.queries import topics as queries
from shangliang.deliberation.queries.progress import period, progress, season
from shangliang.playbooks.queries import in_force
from tests import scenes_topics as scenes
from tests.cast import DONGMEN, Cast

AtMost = Callable[[int], AbstractContextManager[None]]


def text(cast: Cast, role: str, name: str, query: str = "", **parts: object) -> str:
    return cast.client(role).get(cast.url(f"deliberation:{name}", **parts) + query).content.decode()


def many(cast: Cast, number: int) -> None:
    """Topics whose points nobody gave, of matters that are all alike."""
    topic = scenes.put(cast)
    rows = []
    for n in range(number):
        topic.pk, topic.title = uuid7(), f"第 {n} 个议题"
        rows.append(Topic(**{f.attname: getattr(topic, f.attname) for f in Topic._meta.concrete_fields}))
        rows[-1].status, rows[-1].ended_at = Topic.Status.TURNED_DOWN, clock.now()
    Topic.objects.bulk_create(rows)


def test_a_topic_goes_from_its_matter_to_the_list_and_is_chosen(cast: Cast) -> None:
    matter, staff = cast.accepted(), cast.client("community")
    desk = cast.url("desk:matter", number=matter.number)
    act = cast.url("deliberation:put_forward", number=matter.number)
    assert act in staff.get(desk).content.decode()
    given = {"title": "充电棚建在哪里", "question": "钱谁出？", "source": "residents", "seen": matter.version}
    assert staff.post(act, given).headers["Location"] == desk
    topic = Topic.objects.get(matter=matter)
    waiting = text(cast, "community", "topics")
    assert "充电棚建在哪里" in waiting
    assert "群众提题" in waiting
    assert "它已经是议题了" in staff.get(act).content.decode()
    page = staff.get(cast.url("deliberation:choose", topic_id=topic.pk)).content.decode()
    assert "林知夏" in page  # the convenor of the studio there may chair
    chair = str(cast.accounts["convenor"].person_id)
    done = staff.post(
        cast.url("deliberation:choose", topic_id=topic.pk), {"by": "社区议事会", "chair": chair, "posted": "on"}
    )
    assert done.status_code == 302
    assert "社区议事会" in text(cast, "community", "topics", "?tab=talking")


def test_personal_data_in_what_everybody_will_read_is_pointed_out(cast: Cast) -> None:
    topic = scenes.put(cast)
    answer = cast.client("community").post(
        cast.url("deliberation:turn_down", topic_id=topic.pk), {"why": "找王师傅 13812345678", "route": "answer"}
    )
    assert answer.status_code == 422
    assert "我看过了，可以公开" in answer.content.decode()


def test_a_member_recommends_a_topic_and_cannot_choose_it(cast: Cast) -> None:
    member = cast.client("member")
    given = {"title": "雨棚漏水", "place": "光明社区", "source": "members"}
    assert member.post(cast.url("deliberation:new_topic"), given).status_code == 302
    topic = Topic.objects.get(title="雨棚漏水")
    assert "雨棚漏水" in text(cast, "member", "topics")
    answer = member.post(cast.url("deliberation:turn_down", topic_id=topic.pk), {"why": "x", "route": "answer"})
    assert answer.status_code == 403
    assert "党政点题" not in text(cast, "member", "new_topic")


def test_whoever_has_nothing_to_do_with_a_topic_finds_none(cast: Cast) -> None:
    topic = scenes.put(cast)
    assert "充电棚" not in text(cast, "far", "topics")
    assert cast.client("far").get(cast.url("deliberation:choose", topic_id=topic.pk)).status_code == 404


def test_points_are_given_and_stand_on_the_list(cast: Cast) -> None:
    scenes.working_by(cast, scenes.SCORE)
    topic = scenes.put(cast)
    score = cast.url("deliberation:score_topic", topic_id=topic.pk)
    assert cast.client("member").post(score, {"many": "11", "able": "3"}).status_code == 422
    assert cast.client("member").post(score, {"many": "9", "able": "3"}).status_code == 302
    assert TopicScore.objects.filter(topic=topic).count() == 2
    listed = text(cast, "community", "topics")
    assert "12 分，1 人打" in listed
    assert "满 12 分可以选" in listed
    assert cast.client("member").get(cast.url("deliberation:vote_for_topic", topic_id=topic.pk)).status_code == 404


def test_a_plan_is_drawn_up_and_agreed_to(cast: Cast) -> None:
    scenes.working_by(cast, scenes.PLAN)
    staff, topic = cast.client("community"), scenes.put(cast)
    year = clock.today().year
    given = {"body": str(cast.body("光明社区").pk), "year": str(year), "title": "今年议什么"}
    assert staff.post(cast.url("deliberation:new_topic_plan"), given).status_code == 302
    plan = choices.plans_for(topic)[0]
    assert (
        staff.post(cast.url("deliberation:put_in_plan", topic_id=topic.pk), {"plan": str(plan.pk)}).status_code == 302
    )
    agree = {"agreed_by": "区委、区政府、区政协", "document": "青办〔2026〕1号", "agreed_on": clock.today().isoformat()}
    assert staff.post(cast.url("deliberation:agree_topic_plan", plan_id=plan.pk), agree).status_code == 302
    page = text(cast, "community", "topic_plan", plan_id=plan.pk)
    assert "青办〔2026〕1号" in page
    assert "充电棚建在哪里" in page
    assert "今年议什么" in text(cast, "community", "topic_plans")


def test_a_list_without_topics_says_how_to_begin(cast: Cast) -> None:
    assert "还没有议题" in text(cast, "community", "topics")


def test_a_long_list_comes_in_pages_and_costs_as_few_statements_as_a_short_one(cast: Cast, at_most: AtMost) -> None:
    many(cast, 300)
    client, address = cast.client("office"), cast.url("deliberation:topics")
    with at_most(22):
        page = client.get(address + "?tab=not&page=2").content.decode()
    assert "第 2 页，共 8 页" in page
    body = cast.body("光明社区").pk
    assert "300" in client.get(address + f"?tab=not&body={body}").content.decode()
    assert queries.counts(queries.seen_by(cast.far))["not"] == 0


# --- how many there are to be -----------------------------------------------------------------------------


def test_how_many_topics_and_meetings_there_were_stands_against_what_is_asked_for(
    cast: Cast, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-20 09:00")
    scenes.working_by(cast, scenes.DECIDE, scenes.LEAST)
    scenes.chosen(cast)
    body, today = cast.body("光明社区"), clock.today()
    (topics,) = progress(cast.tenant.pk, body, today)
    assert (topics.done, topics.is_short, topics.words) == (1, True, "今年已选 1 个，至少 2，最多 3")
    given = {"form": "council", "how": "room", "title": "第一次", "lasts": 90, "seats": 20, "door_code": "1234"}
    for status in (Meeting.Status.SIGNED, Meeting.Status.CANCELLED):
        Meeting.objects.create(
            tenant=cast.tenant,
            body=body,
            starts_at=clock.now(),
            status=status,
            chair=cast.accounts["convenor"].person,
            **given,
        )
    (meetings,) = progress(cast.tenant.pk, None, today)
    assert meetings.words == "这个季度已开 1 次，至少 2"
    page = text(cast, "community", "topics")
    assert "今年已选 1 个，至少 2，最多 3" in page
    assert "还没够" in page
    assert progress(cast.tenant.pk, cast.body("新沟桥街道"), today) == []


def test_periods_begin_where_people_say_they_do() -> None:
    day = dt.date(2026, 11, 20)
    assert period("week", 1, day) == (dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert period("month", 2, day) == (dt.date(2026, 11, 1), dt.date(2026, 12, 31))
    assert period("quarter", 1, day) == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    assert period("half", 1, day) == (dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    assert period("year", 2, day) == (dt.date(2026, 1, 1), dt.date(2027, 12, 31))


def test_a_season_is_on_or_comes_next(cast: Cast) -> None:
    scenes.working_by(
        cast,
        scenes.DECIDE,
        "\n  season:\n    - {label: 协商月, from: 06-01, to: 06-30}\n    - {label: 年底, from: 12-01, to: 12-20}\n",
    )
    rules = in_force(cast.tenant.pk).deliberation
    now, later = season(rules, dt.date(2026, 6, 5)), season(rules, dt.date(2026, 12, 25))
    assert now is not None
    assert (now.label, now.is_on) == ("协商月", True)
    assert later is not None
    assert (later.label, later.is_on, later.first) == ("协商月", False, dt.date(2027, 6, 1))


def test_a_neighbours_topic_is_not_shown_as_ones_own(cast: Cast) -> None:
    scenes.put(cast, cast.accepted("东门的路灯", place=DONGMEN), by=cast.neighbour, title="路灯谁来装")
    assert "路灯谁来装" not in text(cast, "community", "topics")
    assert "路灯谁来装" in text(cast, "street", "topics")
