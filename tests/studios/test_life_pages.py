"""The pages of studios, their standard and their pairings at the desk: what each shows, to whom, and what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.http import HttpResponse

from shangliang.core.clock import today
from shangliang.people.actions import open_account, seat
from shangliang.people.models import Member, Membership
from shangliang.studios.actions import calls, life, standard
from shangliang.studios.models import Evidence, Phase, Studio
from shangliang.studios.queries import studios
from tests import scenes_studios as scenes
from tests.cast import Cast
from tests.scenes_calls import said
from tests.scenes_studios import DECIDED, HOME, brought, days_ago, paired, scan

Budget = Callable[[int], AbstractContextManager[None]]
LONG = "守护长江绿心共建幸福家园老旧小区加装电梯物业纠纷调解邻里和睦界别同心委员工作室"  # 40 characters


def text(response: HttpResponse) -> str:
    return response.content.decode()


def page(cast: Cast, role: str, name: str, **parts: Any) -> str:
    response = cast.client(role).get(cast.url(name, **parts))
    assert response.status_code == 200
    return text(response)


def post(cast: Cast, role: str, name: str, data: dict[str, Any], **parts: Any) -> Any:
    return cast.client(role).post(cast.url(name, **parts), data)


@pytest.fixture
def studio(cast: Cast) -> Studio:
    return brought(cast, "open")


# --- the list -----------------------------------------------------------------------------------------


def test_without_studios_the_list_says_who_may_propose_one(cast: Cast) -> None:
    assert "还没有工作室" in page(cast, "office", "studios:list")
    assert "还没定阶段" in page(cast, "office", "studios:phases")
    assert "还没有正在做的结对" in page(cast, "office", "studios:pairings")


def test_the_list_tells_how_each_studio_stands(cast: Cast, studio: Studio) -> None:
    standard.record(cast.office, studio.pk, "venue", has=True, what="2 楼", on=today())
    found = page(cast, "street", "studios:list")
    for words in (HOME, "光明社区", "揭牌开放", "1 有 5 缺", "没排"):
        assert words in found


def test_the_list_narrows_by_words_kind_step_street_and_gaps(cast: Cast, studio: Studio) -> None:
    far = cast.body("南苑社区").place
    life.propose(cast.office, "online_studio", name="网上说事室", place=far)
    street, other = cast.body("新沟桥街道").place_id, cast.body("钢花村街道").place_id
    for query, here in (
        ("q=网上", False),
        ("q=光明", True),
        ("kind=member_studio", True),
        ("kind=online_studio", False),
        ("status=open", True),
        ("status=proposed", False),
        (f"street={street}", True),
        (f"street={other}", False),
    ):
        found = text(cast.client("office").get(cast.url("studios:list") + "?" + query))
        assert (HOME in found) is here, query
        assert ("网上说事室" in found) is not here, query
    assert "没找到这样的工作室" in text(cast.client("office").get(cast.url("studios:list") + "?q=没有的"))


def test_a_list_of_many_studios_costs_no_more_statements(cast: Cast, at_most: Budget) -> None:
    place = cast.body(HOME).place
    for number in range(45):
        life.propose(cast.office, "member_studio", name=f"{LONG[:-2]}{number:02}", place=place)
    for row in Studio.objects.all():
        Evidence.objects.create(
            tenant=cast.tenant, studio=row, item="venue", has=False, what="缺", on=today(), mend_by=days_ago(1)
        )
    client, address = cast.client("office"), cast.url("studios:list")
    client.get(address)
    for query in ("", "?gaps=lacks&q=电梯", "?gaps=late&status=proposed"):
        with at_most(12):
            found = text(client.get(address + query))
        assert "第 1 页，共 2 页，45 个" in found


# --- one studio ---------------------------------------------------------------------------------------


def fill(cast: Cast, studio: Studio) -> None:
    """Everything a studio can have, twice or more."""
    for item in ("venue", "signage", "rules"):
        for days in (40, 2):
            standard.record(cast.convenor, studio.pk, item, has=True, what="看过", on=days_ago(days))
    standard.record(cast.convenor, studio.pk, "archives", has=False, what="缺纪要", on=today(), mend_by=days_ago(-9))
    for title in ("学习制度", "值班接待制度"):
        standard.post_rule(cast.convenor, studio.pk, title=title, text="每月一次。", since=days_ago(30))
    year = today().year
    days = [dt.date(year, 1 + number, 5) for number in range(6)]
    rows = standard.plan(
        cast.convenor, studio.pk, year, [standard.Planned(day, f"走访 {day.month} 号院") for day in days]
    )
    standard.plan_done(cast.convenor, rows[0].pk, on=days_ago(1), note="18 户")
    items = dict.fromkeys(("venue", "signage", "rules", "activities", "archives", "evaluation"), True)
    for days_back in (90, 9):
        standard.inspect(
            cast.office,
            studio.pk,
            on=days_ago(days_back),
            by="社法委",
            items=items,
            passed=True,
            findings="灯坏了一盏。",
        )
        standard.honour(cast.office, studio.pk, title="示范工作室", level="city", on=days_ago(days_back))
        paired(cast)
    for number in range(8):
        person = open_account(f"member{number}", "a-long-password", f"委员{number}").person
        assert person is not None
        seat(cast.office, person, studio.body, Membership.Duty.MEMBER)
        Member.objects.create(
            tenant=cast.tenant,
            key=f"M{number}",
            person=person,
            sector="教育界",
            specialties=["托管"],
            since=days_ago(9),
        )


def test_a_full_studio_costs_no_more_than_thirteen_statements_a_page(
    cast: Cast, studio: Studio, at_most: Budget
) -> None:
    fill(cast, studio)
    for role in ("office", "convenor", "handler"):
        client = cast.client(role)
        for name in ("studios:studio", "studios:standard", "studios:done"):
            address = cast.url(name, studio_id=studio.pk)
            client.get(address)
            with at_most(13):
                assert client.get(address).status_code == 200


def test_the_page_tells_who_how_it_stands_and_what_it_did(cast: Cast, studio: Studio) -> None:
    fill(cast, studio)
    found = page(cast, "convenor", "studios:studio", studio_id=studio.pk)
    for words in ("林知夏", "召集人", "教育界 · 托管", "3 有 3 缺", "缺纪要", "红色共建", "试运行", "改介绍"):
        assert words in found
    found = page(cast, "convenor", "studios:standard", studio_id=studio.pk)
    for words in (
        "学习制度",
        "工作职责",
        "还没贴",
        "走访 3 号院",
        "灯坏了一盏。",
        "示范工作室",
        "接待群众",
        "以前记过 1 次",
    ):
        assert words in found
    assert "走访 1 号院" in page(cast, "convenor", "studios:done", studio_id=studio.pk)


def test_others_read_the_open_facts_and_nothing_private(cast: Cast, studio: Studio) -> None:
    fill(cast, studio)
    life.move(cast.office, studio.pk, "warned", on=today(), decided_by="办公室", why="值班表三周没更新。")
    private = {
        "studios:studio": ("值班表三周没更新。", DECIDED["document"], "改介绍"),
        "studios:standard": ("灯坏了一盏。", "记一笔"),
    }
    for name, words in private.items():
        own = page(cast, "office", name, studio_id=studio.pk)
        others = page(cast, "community", name, studio_id=studio.pk)
        for one in words:
            assert one in own, one
            assert one not in others, one
    assert "示范工作室" in page(cast, "community", "studios:standard", studio_id=studio.pk)


def test_a_name_of_forty_characters_stands_on_every_page(cast: Cast) -> None:
    studio = life.propose(cast.office, "member_studio", name=LONG, place=cast.body(HOME).place)
    for name in ("studios:studio", "studios:standard", "studios:done", "studios:describe"):
        assert LONG in page(cast, "office", name, studio_id=studio.pk)


def test_a_studio_that_left_still_has_its_page_and_says_so(cast: Cast) -> None:
    studio = brought(cast, "closed")
    found = page(cast, "office", "studios:studio", studio_id=studio.pk)
    assert "退出了。记录都留着" in found
    assert "并入街道" in found
    assert HOME not in page(cast, "office", "studios:list")
    assert HOME in text(cast.client("office").get(cast.url("studios:list") + "?status=closed"))


# --- acts ---------------------------------------------------------------------------------------------


def test_a_studio_is_proposed_by_form(cast: Cast) -> None:
    data = {
        "kind": "member_studio",
        "name": "东门委员工作室",
        "place": "东门社区",
        "shared_with": "文明实践站\n工会驿站",
    }
    assert post(cast, "member", "studios:propose", data).status_code == 302
    row = Studio.objects.get()
    assert (row.body.place.short_name, row.shared_with) == ("东门社区", ["文明实践站", "工会驿站"])
    answer = post(cast, "member", "studios:propose", data)
    assert answer.status_code == 422
    assert "已经有叫“东门委员工作室”的单位了" in text(answer)


def test_a_station_names_its_studio(cast: Cast, studio: Studio) -> None:
    data = {"kind": "station", "name": "东门工作站", "place": "东门社区", "under": HOME}
    assert post(cast, "office", "studios:propose", data).status_code == 302
    answer = post(cast, "office", "studios:propose", data | {"name": "又一个", "under": "没有的"})
    assert "没找到“没有的”" in text(answer)


def test_a_step_is_written_down_with_its_paper(cast: Cast) -> None:
    studio = brought(cast, "checked")
    data = {"on": today().isoformat(), "decided_by": "主席会议", "seen": "checked"}
    answer = post(cast, "office", "studios:move", data, studio_id=studio.pk, to="approved")
    assert "“批准”要有文件" in text(answer)
    answer = post(cast, "office", "studios:move", data | {"file": scan()}, studio_id=studio.pk, to="approved")
    assert answer.status_code == 302
    found = page(cast, "office", "studios:studio", studio_id=studio.pk)
    assert "批复.pdf" in found


def test_who_decides_on_what_changed_meanwhile_is_told_and_presses_again(cast: Cast) -> None:
    studio = brought(cast, "open")
    data = {"on": today().isoformat(), "decided_by": "办公室", "seen": "open", "document": "1 号"}
    life.move(cast.office, studio.pk, "warned", on=today(), decided_by="办公室")
    answer = post(cast, "office", "studios:move", data, studio_id=studio.pk, to="suspended")
    assert answer.status_code == 409
    assert 'name="seen" value="warned"' in text(answer)
    again = data | {"seen": "warned"}
    assert post(cast, "office", "studios:move", again, studio_id=studio.pk, to="suspended").status_code == 302


def test_a_step_not_possible_now_says_why(cast: Cast, studio: Studio) -> None:
    found = page(cast, "office", "studios:move", studio_id=studio.pk, to="approved")
    assert "现在是“揭牌开放”，不能直接到“批准”" in found
    assert cast.client("office").get(cast.url("studios:move", studio_id=studio.pk, to="dance")).status_code == 404


def test_several_are_moved_together_by_form(cast: Cast) -> None:
    assert "现在没有可以走到这一步的工作室" in page(cast, "office", "studios:move_together")
    data = scenes.both(cast, {})
    assert "东门委员工作室" in page(cast, "office", "studios:move_together")
    answer = post(cast, "office", "studios:move_together", {"on": data["on"], "decided_by": "办公室"})
    assert answer.status_code == 422
    assert post(cast, "office", "studios:move_together", data).status_code == 302
    assert {row.status for row in Studio.objects.all()} == {"open"}


def test_the_step_to_take_together_is_chosen_by_link(cast: Cast) -> None:
    scenes.proposed_studio(cast)
    client, address = cast.client("office"), cast.url("studios:move_together")
    assert HOME in text(client.get(address + "?to=checked"))
    assert client.get(address + "?to=proposed").status_code == 404


def test_the_words_a_studio_says_of_itself_survive_somebody_elses_change(cast: Cast, studio: Studio) -> None:
    browser, address = cast.client("convenor"), cast.url("studios:describe", studio_id=studio.pk)
    seen = text(browser.get(address)).split('name="seen" value="')[1].split('"')[0]
    post(cast, "office", "studios:describe", {"motto": "办公室写的"}, studio_id=studio.pk)
    answer = browser.post(address, {"motto": "我写的", "seen": seen})
    assert answer.status_code == 409
    assert "我写的" in text(answer)
    again = text(answer).split('name="seen" value="')[1].split('"')[0]
    assert browser.post(address, {"motto": "我写的", "seen": again}).status_code == 302
    found = studios.by_id(studio.pk)
    assert found is not None
    assert found.motto == "我写的"


def test_evidence_rule_plan_inspection_praise_and_phase_are_written_by_form(cast: Cast, studio: Studio) -> None:
    day, year = today().isoformat(), today().year
    parts = {"studio_id": studio.pk}
    answers = (
        post(cast, "convenor", "studios:record", {"has": "no", "what": "缺", "on": day, "mend_by": f"{year + 1}-01-01"}, **parts, item="venue"),
        post(cast, "convenor", "studios:post_rule", {"title": "学习制度", "text": "每月一次", "since": day}, **parts),
        post(cast, "convenor", "studios:plan", {"year": year, "items": "3月15日 走访\n2月1日：义诊", "counts_as": "study"}, **parts),
        post(cast, "office", "studios:inspect", {"on": day, "by": "社法委", "passed": "yes"} | dict.fromkeys(("venue", "signage", "rules", "activities", "archives", "evaluation"), "yes"), **parts),
        post(cast, "office", "studios:honour", {"title": "示范", "level": "city", "on": day}, **parts),
        post(cast, "office", "studios:set_phase", {"name": "试点", "since": day, "until": day, "target": 3}),
    )  # fmt: skip
    assert [answer.status_code for answer in answers] == [302] * 6
    assert list(studio.plan.order_by("due").values_list("what", "counts_as")) == [("义诊", "study"), ("走访", "study")]
    assert Phase.objects.get().target == 3
    item = studio.plan.order_by("due")[0]
    assert post(cast, "convenor", "studios:plan_done", {"on": day}, item_id=item.pk).status_code == 302


def test_lines_of_a_plan_without_a_day_are_pointed_out(cast: Cast, studio: Studio) -> None:
    for lines, words in (
        ("3月15日 走访\n义诊", "第 2 行没看懂"),
        ("2月30日 义诊", "没有这一天：“2月30日”"),
        ("3月15日 " + "长" * 121, "第 1 行太长"),
        ("", "这里还没填"),
    ):
        answer = post(cast, "convenor", "studios:plan", {"year": today().year, "items": lines}, studio_id=studio.pk)
        assert answer.status_code == 422
        assert words in text(answer)


def test_a_new_text_of_a_rule_begins_with_the_old_one(cast: Cast, studio: Studio) -> None:
    standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="每月一次。", since=days_ago(9))
    address = cast.url("studios:post_rule", studio_id=studio.pk) + "?title=学习制度"
    assert "每月一次。" in text(cast.client("convenor").get(address))


def test_papers_are_for_who_runs_the_studio_and_for_the_office(cast: Cast) -> None:
    parts = scenes.paper_of_studio(cast)
    for role, status in (("office", 200), ("convenor", 200), ("community", 404), ("handler", 404)):
        assert cast.client(role).get(cast.url("studios:file", **parts)).status_code == status


def test_opening_a_studio_without_a_convenor_says_where_messages_will_go(cast: Cast) -> None:
    place = cast.body(HOME).place
    row = brought(
        cast, "trial", life.propose(cast.office, "member_studio", name="东门工作室", place=place, on=days_ago(100))
    )
    assert "东门工作室还没有召集人：留言会先到光明社区" in page(
        cast, "office", "studios:move", studio_id=row.pk, to="open"
    )
    assert "还没有召集人的：东门工作室。" in page(cast, "office", "studios:move_together")
    other = brought(cast, "trial")
    assert "还没有召集人" not in page(cast, "office", "studios:move", studio_id=other.pk, to="open")


def test_the_matters_that_keep_a_studio_from_leaving_are_listed_with_links(cast: Cast, studio: Studio) -> None:
    given = calls.say_to_studio(cast.resident, cast.tenant, studio, said("灯不亮", cast))
    number = given.voice.matter.number
    data = {"on": today().isoformat(), "decided_by": "主席会议", "document": "3 号", "reason": "merged", "why": "并了"}
    parts = {"studio_id": studio.pk, "to": "closed"}
    answer = post(cast, "office", "studios:move", data, **parts)
    assert answer.status_code == 422
    assert "手里还有 1 件没了结的事" in text(answer)
    assert f'href="{cast.url("desk:matter", number=number)}">{number}' in text(answer)


def test_the_name_is_not_called_optional_and_a_paper_is_asked_for_in_either_way(cast: Cast) -> None:
    proposing = page(cast, "office", "studios:propose").split('for="id_name"')[1].split('id="id_place"')[0]
    assert "（可不填）" not in proposing.split("</label>")[0]
    assert "新开的要写；上面选了已有的，就不用写。" in proposing
    row = scenes.proposed_studio(cast)
    life.move(cast.office, row.pk, "checked", on=today(), **DECIDED)
    approving = page(cast, "office", "studios:move", studio_id=row.pk, to="approved")
    for field in ("document", "file"):
        assert "（可不填）" not in approving.split(f'for="id_{field}"')[1].split("</label>")[0]
    assert "文号和下面的文件，有一样就行，不能都空着。" in approving


@pytest.mark.parametrize(("day", "year"), [("2026-10-31", "2026"), ("2026-11-01", "2027"), ("2026-12-31", "2027")])
def test_a_plan_written_at_the_end_of_a_year_is_for_the_next(
    cast: Cast, studio: Studio, freeze: Callable[[str], dt.datetime], day: str, year: str
) -> None:
    freeze(f"{day} 10:00")
    assert f'<option value="{year}" selected>' in page(cast, "office", "studios:plan", studio_id=studio.pk)
