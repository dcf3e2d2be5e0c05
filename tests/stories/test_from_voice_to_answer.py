"""The whole thread: what a resident says comes back to them as an answer, on one slip."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DISTRICT, do, look_up, photo, say, signed_in, work_on


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_resident_is_heard_and_answered(server: Server, open_page: OpenPage, javascript: bool) -> None:
    phone = open_page(f"{DISTRICT}/say/", javascript=javascript)
    words = f"三单元门口的井盖松了，老人差点摔倒。{'一' if javascript else '二'}号院。"
    phone.set_input_files("#id_photos", photo())
    code, number = say(phone, words)

    community = signed_in(server, open_page, "community", javascript=javascript)
    work_on(community, number, "受理")
    community.fill("[name=title]", "三单元门口井盖松动")
    do(community, "受理")
    # The form was filled in faster than anybody reads, so somebody looks whether a person spoke.
    community.get_by_role("button", name="是真人说的").click()
    community.get_by_role("button", name="公开原话", exact=True).click()
    expect(community.get_by_text("原话已公开")).to_be_visible()

    phone.goto(f"{DISTRICT}/matters/{number}/")
    expect(phone.get_by_role("heading", name="三单元门口井盖松动")).to_be_visible()
    expect(phone.get_by_text(words)).to_be_visible()

    street = signed_in(server, open_page, "street", javascript=javascript)
    work_on(street, number, "交办")
    street.select_option("[name=body]", label="区城管执法局")
    street.fill("[name=points]", "换一个井盖\n查一遍院里别的井盖")
    do(street, "交办")

    department = signed_in(server, open_page, "citymanager", javascript=javascript)
    work_on(department, number, "逐点答复")
    answer(department, 1, "已办", "井盖换了新的。")
    department.locator(".form-foot").get_by_role("button", name="逐点答复").click()
    expect(department.get_by_text("第2点未答").first).to_be_visible()
    expect(department.locator("textarea[name^=text-]").first).to_have_value("井盖换了新的。")
    answer(department, 2, "不办，因为", "院里别的井盖都是好的，不用换。")
    do(department, "逐点答复")

    work_on(street, number, "了结")
    street.fill("[name=words]", "井盖换好了，别的都查过。")
    do(street, "了结")

    look_up(phone, code)
    expect(phone.get_by_role("heading", name="三单元门口井盖松动")).to_be_visible()
    expect(phone.get_by_text("院里别的井盖都是好的，不用换。").first).to_be_visible()
    phone.get_by_label("解决了", exact=True).check(force=True)
    phone.get_by_label("满意", exact=True).check(force=True)
    phone.get_by_role("button", name="就这么评").click()
    expect(phone.get_by_text("记下了，谢谢您。")).to_be_visible()


def answer(page: Page, number: int, outcome: str, words: str) -> None:
    point = page.locator("ol.answers > li").nth(number - 1)
    point.get_by_label(outcome).check(force=True)
    point.locator("textarea").fill(words)
