"""The office's list becomes members, and the doubtful ones find their community: with the keyboard, or with nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.people.lists import changed, xlsx
from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DISTRICT, signed_in

PEOPLE = f"{DISTRICT}/desk/people/members"
ROW = ("S-01", "演示路见平", "教育界", "十六届", "", "13800000031", "青山区新沟桥街道", "")


def bring_in(page: Page, *rows: tuple[object, ...]) -> None:
    """Choose a list, look at it, confirm it, and let all be enrolled."""
    page.goto(f"{PEOPLE}/list/")
    page.set_input_files("[name=file]", {"name": "名册.xlsx", "mimeType": "", "buffer": xlsx(rows)})
    page.get_by_role("button", name="先看一遍").click()
    page.get_by_role("button", name=f"导入：新来 {len(rows)} 位").click()
    page.get_by_role("link", name="下一步：按住址编入社区").click()
    page.get_by_role("button", name="都认一遍").click()


def _with_the_keyboard(page: Page) -> None:
    unknown = changed(ROW, 编号="S-02", 姓名="演示路见安", 家庭住址="某某路九号")
    bring_in(page, ROW, unknown)
    page.goto(f"{PEOPLE}/enrolment/settle/")
    keys, here = page.keyboard, page.locator("[data-item][data-here]")
    for _step in range(20):
        if "演示路见平" in here.inner_text():
            break
        keys.press("j")
    keys.press("2")
    expect(page.locator("[data-item]", has_text="演示路见平").locator("input[type=radio]").nth(1)).to_be_checked()
    for _step in range(20):
        if "演示路见安" in here.inner_text():
            break
        keys.press("j")
    keys.press("/")
    keys.insert_text("新沟桥街道光明社区")
    keys.press("Enter")
    keys.press("k")
    keys.press("Enter")
    expect(page.get_by_text("演示路见平")).to_have_count(0)
    page.goto(f"{PEOPLE}/?q=演示路见")
    expect(page.get_by_role("row", name="演示路见安")).to_contain_text("光明社区")
    expect(page.get_by_role("row", name="演示路见平")).to_contain_text("社区")


def _without_javascript(office: Page, open_page: OpenPage) -> None:
    page = open_page(None, javascript=False, storage_state=office.context.storage_state())
    bring_in(page, changed(ROW, 编号="S-03", 姓名="演示路见宁"))
    page.goto(f"{PEOPLE}/enrolment/settle/")
    item = page.locator("[data-item]", has_text="演示路见宁")
    item.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="定下选了的").click()
    expect(page.locator("[data-item]", has_text="演示路见宁")).to_have_count(0)


def test_the_doubtful_ones_are_settled_by_key_and_without_any_script(server: Server, open_page: OpenPage) -> None:
    office = signed_in(server, open_page, "office")  # once: a code of an authenticator counts only once
    _with_the_keyboard(office)
    _without_javascript(office, open_page)
