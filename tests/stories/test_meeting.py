"""A meeting of ten, from an investigated topic to the signed paper and five dated tasks: in a room whose line breaks and
where two write, on the site without a script, and online with votes on phones."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.stories.conftest import PHONE, OpenPage, Server
from tests.stories.people import DESK, photo
from tests.stories.test_everybody_can_read import faults

ROOT = Path(__file__).resolve().parents[2]
SLUG, PASSWORD = "420198", "a-long-password"
POINTS = ("拆掉三根飞线", "北侧建棚一座", "夜里不响提示音", "每户每月交五元", "装烟感断电")
# A locality of its own, with ten at the table of each meeting; nine have signed in. Prints what the story needs.
PLAYED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from django.contrib.auth.hashers import PBKDF2PasswordHasher
PBKDF2PasswordHasher.iterations = 1  # a password for each of fifteen: time is for the story
import datetime as dt
from django_scopes import scope
from shangliang.core import clock
from shangliang.deliberation.actions import arriving, invitations
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee
from tests import scenes_meetings as scenes
from tests.cast import open_cast
cast = open_cast({SLUG!r}, "协商区")
with scope(tenant=cast.tenant):
    for form in ("council", "site", "online"):
        if form == "council":
            meeting = scenes.ten_people_meeting(cast, sign_in=False)
        else:
            now = clock.now().replace(microsecond=0) + dt.timedelta(minutes=5)
            with scenes.days_ago(10):
                meeting = scenes.called_meeting(cast, form=form, by_side={{}}, seats=12, starts_at=now)
                invitations.invite_residents(cast.convenor, meeting.pk, "", count=8)
                invitations.invite_body(cast.convenor, meeting.pk, cast.body("区房管局"), "")
                invitations.invite_person(cast.convenor, meeting.pk, scenes.person(cast, "member"), "")
        people = list(Attendee.objects.filter(meeting=meeting).order_by("pk"))
        for one in people[1:]:
            arriving.sign_in(cast.convenor, one, "hand", online=form == "online")
        topic = meeting.on_table.get().topic_id
        print("MEETING", form, meeting.pk, topic, people[0].role, *map(token_of, people), sep="|")
"""


@dataclass(frozen=True)
class Played:
    """A meeting that is to begin now."""

    at: str  # its address at the desk
    topic: str
    late: str  # the role of who has not signed in yet
    tokens: list[str]


@pytest.fixture(scope="module")
def meetings(server: Server) -> dict[str, Played]:
    said = server.command("django", "shell", "-v", "0", "-c", PLAYED)
    rows = [line.split("|") for line in said.splitlines() if line.startswith("MEETING")]
    return {
        form: Played(f"/{SLUG}/desk/meetings/{meeting}/", topic, late, tokens)
        for _word, form, meeting, topic, late, *tokens in rows
    }


def enter(open_page: OpenPage, role: str, to: str, **options: object) -> Page:
    page = open_page(f"/accounts/login/?next={to}", **options)
    page.fill("[name=login]", f"{role}-{SLUG}")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{to}")
    return page


def write(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def in_twenty_days() -> str:
    return (dt.datetime.now(ZoneInfo("Asia/Shanghai")).date() + dt.timedelta(days=20)).isoformat()


def put(page: Page, text: str) -> None:
    """A point on the table, with who does it by when."""
    form = page.locator("#new-item")
    if not form.locator("[name=text]").is_visible():
        page.locator(".new-item > summary").click()
    form.locator("[name=text]").fill(text)
    form.locator("[name=owner]").fill("区房管局")
    form.locator("[name=due]").fill(in_twenty_days())
    form.get_by_role("button", name="摆上桌").click()


def agree(page: Page, number: int) -> None:
    page.get_by_role("button", name=f"第 {number} 条同意").click()
    expect(page.locator(f"#item-{number} .status")).to_have_text("同意")


def reserve(page: Page, number: int) -> None:
    item = page.locator(f"#item-{number}")
    item.locator("summary", has_text="有人保留").click()
    item.get_by_label("谁保留").select_option(index=1)
    item.get_by_label("为什么").fill("窗户正对着棚子")
    item.get_by_role("button", name="记下保留").click()
    expect(page.locator(f"#item-{number} .status")).to_have_text("同意，有人保留")


def hands(page: Page, number: int, yes: int, abstain: int = 0) -> None:
    item = page.locator(f"#item-{number}")
    item.locator("summary", has_text="数举手").click()
    item.locator("[name=yes]").fill(str(yes))
    item.locator("[name=abstain]").fill(str(abstain))
    item.get_by_role("button", name="记下举手").click()


def until_signed(page: Page, played: Played) -> None:
    """Read aloud, sign on the printed sheet, finish; take the paper home, and find five dated tasks."""
    page.goto(f"{played.at}minutes/close/")
    expect(page.locator(".minutes-paper")).to_contain_text(POINTS[0])
    page.get_by_role("button", name="读完了，定稿").click()
    page.goto(f"{played.at}minutes/paper/")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.set_input_files("input[type=file]", photo())  # type: ignore[arg-type]
    page.get_by_role("button", name="记纸上的签字").click()
    page.goto(f"{played.at}minutes/finish/")
    page.get_by_role("button", name="签完了").click()
    expect(page.get_by_text("签完了。要改，只能写更正，原文不动。")).to_be_visible()
    paper = page.request.get(f"{played.at}minutes/minutes.pdf")
    assert paper.body().startswith(b"%PDF")
    page.goto(f"/{SLUG}/desk/topics/{played.topic}/agreements/")
    for text in POINTS:
        expect(page.locator("main")).to_contain_text(text)
    assert page.locator("main").inner_text().count("以前") + page.locator("main time").count() >= len(POINTS)


def sign_in_last(page: Page, played: Played) -> None:
    page.goto(f"{played.at}sign-in/")
    page.get_by_role("button", name=re.compile(f"^{re.escape(played.late)}")).click()


def begin(page: Page, played: Played, here: int = 10) -> None:
    page.goto(f"{played.at}open/")
    page.get_by_role("button", name="开会").click()
    page.wait_for_url(f"**{played.at}sit/")
    expect(page.locator(".sit-head")).to_contain_text(f"到了 {here} 人")


def arrive_late(page: Page, played: Played) -> None:
    """Who has not signed in is asked after, and signed in with their line; a text too long is not cut."""
    page.locator("label.speaker", has_text=played.late).click()
    write(page, "长" * 600)
    expect(page.locator("#say_why")).to_contain_text("多了 100 字")
    assert len(page.locator("#text").input_value()) == 600
    write(page, "我来晚了。")
    expect(page.locator("#say_why")).to_contain_text(f"{played.late}还没签到")
    page.get_by_role("button", name="签到并记下").click()
    expect(page.locator("#lines")).to_contain_text("我来晚了。")
    page.reload()
    expect(page.locator(".sit-head")).to_contain_text("到了 10 人")


def test_in_a_room_where_the_line_breaks_and_two_write(meetings: dict[str, Played], open_page: OpenPage) -> None:
    played = meetings["council"]
    page = enter(open_page, "convenor", played.at, size=DESK)
    begin(page, played, here=9)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now the worker has the page
    write(page, "7 棚子建在北侧，离窗户十米。")
    row = page.locator("#lines > li", has_text="离窗户十米")
    expect(row.locator(".who")).to_contain_text("委员")
    arrive_late(page, played)

    page.context.set_offline(True)
    for number in (1, 2, 3):
        write(page, f"{number} 断了网也记：第 {number} 句。")
    expect(page.locator("#state")).to_contain_text("没有网，记着呢，3 行没传")
    put(page, POINTS[0])
    expect(page.locator("#pending-items")).to_contain_text(POINTS[0])
    page.reload()
    expect(page.locator("#pending > li")).to_have_count(3)
    write(page, "记了第四句。")
    expect(page.locator("#state")).to_contain_text("4 行没传")
    second = enter(open_page, "community", f"{played.at}sit/")
    write(second, "1 另一位也在记。")
    expect(second.locator("#lines")).to_contain_text("另一位也在记")
    page.context.set_offline(False)
    expect(page.locator("#state")).to_have_text("有网，都传上去了")
    expect(page.locator("#lines")).to_contain_text("另一位也在记")
    expect(second.locator("#lines")).to_contain_text("记了第四句")
    expect(page.locator("#lines > li")).to_have_count(7)

    # Both correct the same line; both are kept.
    for clerk, words in ((page, "十二米"), (second, "八米")):
        link = clerk.locator("#lines > li", has_text="离窗户十米").get_by_role("link", name="更正")
        link.click()
        clerk.locator("#text").fill(f"离窗户{words}")
    page.locator("#text").press("Enter")
    second.locator("#text").press("Enter")
    expect(page.locator("[data-disputed]")).to_contain_text("八米")
    expect(page.locator("[data-disputed]")).to_contain_text("十二米")

    page.reload()
    expect(page.locator("#item-1")).to_contain_text(POINTS[0])
    for text in POINTS[1:]:
        put(page, text)
    hands(page, 1, yes=9, abstain=1)
    expect(page.locator("#item-1 .sum")).to_contain_text("在场 10 人，同意 9 人，弃权 1 人，要没有人反对，过了")
    expect(page.locator("#item-1 .status")).to_have_text("同意")
    for number in (2, 4, 5):
        agree(page, number)
    reserve(page, 3)
    assert faults(page) == []
    assert faults(second) == []
    second.context.set_offline(True)
    write(second, "散会以前没传上的一句。")
    until_signed(page, played)
    second.context.set_offline(False)
    expect(second.locator("#pending")).to_contain_text("散会以后才传到")
    expect(second.locator("#state")).to_contain_text("没传上去的还在这台设备里")
    expect(second.locator("#pending")).to_contain_text("散会以前没传上的一句。")


def test_on_the_site_with_a_phone_that_runs_no_script(meetings: dict[str, Played], open_page: OpenPage) -> None:
    played = meetings["site"]
    page = enter(open_page, "convenor", played.at, size=PHONE, javascript=False)
    sign_in_last(page, played)
    begin(page, played)
    page.locator("label.speaker").nth(0).click()
    page.fill("#text", "这里就是飞线。")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.locator("#lines")).to_contain_text("这里就是飞线。")
    for number, text in enumerate(POINTS, 1):
        put(page, text)
        agree(page, number) if number != 3 else reserve(page, number)
    until_signed(page, played)


def test_online_with_votes_on_phones(meetings: dict[str, Played], open_page: OpenPage) -> None:
    played = meetings["online"]
    page = enter(open_page, "convenor", played.at, size=DESK)
    sign_in_last(page, played)
    begin(page, played)
    phone = open_page(f"/{SLUG}/meet/{played.tokens[1]}/")
    phone.fill("#speak-words", "我在外地，也同意拆。")
    phone.get_by_role("button", name="举手").click()
    page.reload()
    page.get_by_role("button", name="念出来").click()
    expect(page.locator("#lines")).to_contain_text("我在外地，也同意拆。")
    put(page, POINTS[0])
    page.get_by_role("button", name="第 1 条手机表决").click()
    for token in played.tokens[:6]:
        phone.goto(f"/{SLUG}/meet/{token}/")
        phone.get_by_role("button", name="同意", exact=True).click()
    page.reload()
    expect(page.locator(".voting")).to_contain_text("投了 6 人，到了 10 人")
    page.get_by_role("button", name="结束，数票").click()
    expect(page.locator("#item-1 .sum")).to_contain_text("同意 6 人，60 %，要过半，过了")
    expect(page.locator("#item-1 .status")).to_have_text("同意")
    for number, text in enumerate(POINTS[1:], 2):
        put(page, text)
        if number == 2:
            hands(page, number, 5)
            expect(page.locator("#item-2 .sum")).to_contain_text("50 %，要过半，没过")
        hands(page, number, 8)
        expect(page.locator(f"#item-{number} .status")).to_have_text("同意")
    reserve(page, 3)
    assert faults(phone) == []
    until_signed(page, played)
