"""A member cannot come tomorrow, and says so on the phone: everything that shows the turn says the same."""

from __future__ import annotations

import re
import subprocess
from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.stories.conftest import PHONE, OpenPage, Server
from tests.stories.people import DISTRICT, signed_in

WHY = "临时去外地调研"


def printed(page: Page, address: str) -> str:
    """The text of a PDF."""
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.body(), capture_output=True, check=True)
    return done.stdout.decode()


def test_page_poster_calendar_and_messages_agree_once_the_worker_has_caught_up(
    server: Server, open_page: OpenPage
) -> None:
    member = signed_in(server, open_page, "member")
    member.set_viewport_size(PHONE)
    member.goto(f"{DISTRICT}/desk/studios/mine/")
    turn = member.locator(".turn", has=member.get_by_role("link", name="来不了")).first
    day = str(turn.locator("h3 time").get_attribute("datetime"))
    turn.get_by_role("link", name="来不了").click()
    member.fill("[name=why]", WHY)
    member.locator(".form-foot").get_by_role("button", name="来不了").click()
    expect(member.get_by_text("已经告诉召集人")).to_be_visible()
    expect(member.locator(f".turn time[datetime='{day}']")).to_have_count(0)

    server.command("work", "--once")

    resident = open_page(f"{DISTRICT}/studios/")
    resident.get_by_role("link", name=re.compile("同光委员工作室")).first.click()
    expect(resident.get_by_role("heading", level=1)).to_contain_text("同光")
    home = resident.url.split("?")[0]
    resident.goto(f"{home}?month={day[:7]}")
    expect(resident.locator("body")).to_contain_text(WHY)

    poster = printed(resident, f"{home}poster.pdf")
    row = poster[poster.index(chinese(day)) :].split(" 月 ")[1]  # up to the next day's
    assert f"取消 {WHY}" in row

    feed = Calendar.from_ical(resident.request.get(f"{home}duty.ics").body())
    (event,) = [one for one in feed.walk("VEVENT") if local_day(one) == day]
    assert event["STATUS"] == "CANCELLED"

    convenor = signed_in(server, open_page, "convenor")
    convenor.goto(f"{DISTRICT}/desk/notices/")
    expect(convenor.get_by_text(re.compile(f"周见山来不了{chinese(day)}")).first).to_be_visible()


def chinese(day: str) -> str:
    """2026-11-25 as 11 月 25 日."""
    _year, month, date = map(int, day.split("-"))
    return f"{month} 月 {date} 日"


def local_day(event: object) -> str:
    """The day in Shanghai on which an event begins."""
    return str(event.decoded("DTSTART").astimezone(ZoneInfo("Asia/Shanghai")).date())  # type: ignore[attr-defined]
