"""How staff get in, and work without a mouse."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DESK, DISTRICT, accounts, code_of, say, signed_in


def test_the_district_office_signs_in_with_its_second_factor(server: Server, open_page: OpenPage) -> None:
    password, secret = accounts(server)["office"]
    page = open_page(f"{DISTRICT}/desk/", size=DESK)
    page.fill("[name=login]", "office")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录").click()
    page.goto(f"{DISTRICT}/desk/")  # the password alone opens nothing
    expect(page.get_by_role("heading", name="待办")).to_have_count(0)
    page.goto("/accounts/login/")
    if page.locator("[name=password]").count():
        page.fill("[name=login]", "office")
        page.fill("[name=password]", password)
        page.get_by_role("button", name="登录").click()
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="登录").click()
    page.goto(f"{DISTRICT}/desk/")
    expect(page.get_by_role("heading", name="待办").first).to_be_visible()


def test_triage_needs_nothing_but_the_keyboard(server: Server, open_page: OpenPage) -> None:
    _code, number = say(open_page(f"{DISTRICT}/say/"), "车棚的门锁坏了，关不上。")
    page = signed_in(server, open_page, "community")
    page.goto(f"{DISTRICT}/desk/")
    keys = page.keyboard
    for _step in range(60):
        keys.press("j")
        if number in page.evaluate("document.activeElement.textContent"):
            break
    keys.press("Enter")
    page.wait_for_url(f"**/desk/matters/{number}/")
    for _step in range(80):
        keys.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith("受理"):
            break
    keys.press("Enter")
    page.wait_for_url("**/accept/")
    expect(page.locator("[name=title]")).to_be_focused()
    keys.press("Control+a")
    keys.type("车棚门锁坏了")
    keys.press("Control+Enter")
    expect(page.get_by_text("受理：记下了。")).to_be_visible()
    expect(page.get_by_role("heading", name="车棚门锁坏了")).to_be_visible()
