"""A neighbour with a phone and no account: agrees, disagrees, says something, and reads what became of it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DISTRICT, signed_in

SAID = "充电口坏了要写上哪天修好。"


def test_a_neighbour_votes_writes_and_finds_the_map(server: Server, open_page: OpenPage) -> None:
    phone = open_page(f"{DISTRICT}/talk/")
    phone.get_by_role("link", name=re.compile("充电棚收费怎么定")).click()
    statement = phone.locator("#st")
    seen = set()
    for button in ("同意", "不同意", "说不好，跳过"):
        text = statement.inner_text()
        assert text not in seen
        seen.add(text)
        phone.get_by_role("button", name=button, exact=True).click()
        expect(phone.get_by_text(f"您看过 {len(seen)} 条")).to_be_visible()
    again = statement.inner_text()
    phone.reload()
    expect(statement).to_have_text(again)

    phone.fill("#id_words", f"{SAID}找张师傅 13800138000")
    phone.get_by_role("button", name="说出来").click()
    expect(phone.locator("#id_words_error")).to_contain_text("手机号“13800138000”")
    phone.fill("#id_words", SAID)
    phone.get_by_role("button", name="说出来").click()
    expect(phone.locator("#mine")).to_contain_text("等工作人员看")

    desk = signed_in(server, open_page, "convenor")
    desk.goto(f"{DISTRICT}/desk/talks/")
    desk.get_by_role("link", name=re.compile("充电棚收费怎么定")).click()
    desk.get_by_role("button", name=re.compile(f"放出来.*{SAID}")).click()
    expect(desk.get_by_text("放出来了，大家可以表态了。")).to_be_visible()

    phone.reload()
    expect(phone.locator("#mine")).to_contain_text("放出来了")
    phone.get_by_role("link", name="看观点图").click()
    expect(phone.get_by_role("heading", name=re.compile("组人都同意的"))).to_be_visible()
    expect(phone.get_by_role("img", name="观点图")).to_be_visible()

    plain = open_page(f"{DISTRICT}/talk/", javascript=False)
    plain.get_by_role("link", name=re.compile("充电棚收费怎么定")).click()
    plain.get_by_role("button", name="同意", exact=True).click()
    expect(plain.get_by_text("您看过 1 条")).to_be_visible()
