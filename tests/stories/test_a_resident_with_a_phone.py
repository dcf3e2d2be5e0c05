"""Small things that a resident's phone must do well."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DISTRICT, do, look_up, say, signed_in, submit, work_on

OPEN_MATTER = "钢花新村 118 街坊半夜水压上不了六楼"


def test_me_too_twice_from_one_phone_counts_once(open_page: OpenPage) -> None:
    phone, neighbour = open_page(f"{DISTRICT}/matters/"), open_page(f"{DISTRICT}/matters/")
    before = supporters(phone)
    tabs = [phone, phone.context.new_page()]
    for tab in (*tabs, neighbour):
        supporters(tab)  # all three see the button before anybody presses it
    for tab in (*tabs, neighbour):
        tab.locator("main button.metoo").first.click()
    assert supporters(phone) == before + 2
    expect(phone.locator("main form button.metoo")).to_have_count(0)


def supporters(page: Page) -> int:
    page.goto(f"{DISTRICT}/matters/")
    page.get_by_role("link", name=OPEN_MATTER).first.click()
    found = re.search(r"\d+", page.locator("main .metoo").first.inner_text())
    assert found
    return int(found[0])


def test_words_survive_a_fault_and_a_reload(open_page: OpenPage) -> None:
    phone = open_page(f"{DISTRICT}/say/")
    phone.fill("#id_words", "楼下健身器材坏了，孩子夹了手。")
    phone.fill("#id_phone", "1380000")
    submit(phone)
    expect(phone.get_by_text("手机号少了 4 位").first).to_be_visible()
    expect(phone.locator("#id_words")).to_have_value("楼下健身器材坏了，孩子夹了手。")
    phone.goto(f"{DISTRICT}/")
    phone.goto(f"{DISTRICT}/say/")
    expect(phone.locator("#id_words")).to_have_value("楼下健身器材坏了，孩子夹了手。")


def test_words_survive_a_lost_line_and_are_sent_once(open_page: OpenPage) -> None:
    phone = open_page(f"{DISTRICT}/say/")
    words = "小广场的灯一到十点就灭，跳舞的老人看不见路。"
    phone.fill("#id_words", words)
    phone.context.set_offline(True)
    submit(phone)
    expect(phone.get_by_text("网断了，还没提交上。")).to_be_visible()
    expect(phone.locator("#id_words")).to_have_value(words)
    phone.context.set_offline(False)  # and it is sent by itself
    expect(phone.locator(".receipt .code")).to_be_visible()
    number = phone.locator(".receipt dd").first.inner_text().strip()
    phone.goto(f"{DISTRICT}/say/")
    expect(phone.locator("#id_words")).to_have_value("")  # nothing is left to be sent again
    _code, following = say(phone, "还有一件别的事。")
    assert int(following[-6:]) == int(number[-6:]) + 1


def test_taking_consent_back_takes_the_page_away_at_once(server: Server, open_page: OpenPage) -> None:
    phone = open_page(f"{DISTRICT}/say/")
    code, number = say(phone, "楼道里堆的纸箱没人管。")
    community = signed_in(server, open_page, "community")
    work_on(community, number, "受理")
    community.fill("[name=title]", "楼道堆放纸箱")
    do(community, "受理")
    community.get_by_role("button", name="是真人说的").click()
    neighbour = open_page(f"{DISTRICT}/matters/{number}/")
    expect(neighbour.get_by_role("heading", name="楼道堆放纸箱")).to_be_visible()

    look_up(phone, code)
    phone.get_by_text("不想公开了").click()
    phone.get_by_role("button", name="收回公开的同意").click()
    expect(phone.get_by_text("收回了。")).to_be_visible()
    answer = neighbour.goto(f"{DISTRICT}/matters/{number}/")
    assert answer is not None
    assert answer.status == 404


def test_large_type_and_dark_stay_switched_on(open_page: OpenPage) -> None:
    phone = open_page(f"{DISTRICT}/")
    phone.get_by_role("link", name="大字版").click()
    phone.get_by_role("link", name="暗色").click()
    for path in (f"{DISTRICT}/matters/", f"{DISTRICT}/say/", "/s/"):
        phone.goto(path)
        expect(phone.locator("html")).to_have_attribute("data-mode", "elder")
        expect(phone.locator("html")).to_have_attribute("data-theme", "dark")
    phone.get_by_role("link", name="标准版").click()
    expect(phone.locator("html")).not_to_have_attribute("data-mode", "elder")
