"""A community blows a whistle, and a member answers from the link in their message, without logging in."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.stories.conftest import OpenPage, Server
from tests.stories.people import DISTRICT, photo, signed_in

WHAT = "几户人家在楼道里充电，请来看看充电棚建在哪里合适。"
SEEN = "东门空地离楼十二米，能建。三户都愿意把车推下来。"
MEMBER = "演示·周见山"


def test_a_member_answers_from_the_link_alone_goes_there_and_the_community_ends_it(
    server: Server, open_page: OpenPage
) -> None:
    community = signed_in(server, open_page, "community")
    community.goto(f"{DISTRICT}/desk/whistles/blow/")
    community.fill("#id_what", WHAT)
    community.get_by_role("button", name="看看请谁合适").click()
    expect(community.locator("[name=ask]:checked").first).to_be_attached()
    for one in community.locator(".asking label").all():
        one.locator("input").set_checked(MEMBER in one.inner_text(), force=True)
    community.get_by_role("button", name="吹哨", exact=True).click()
    expect(community.get_by_text("哨吹出去了")).to_be_visible()
    whistle = community.url

    server.command("work", "--once")
    account = signed_in(server, open_page, "member")
    account.goto(f"{DISTRICT}/desk/notices/")
    path = account.get_by_role("link", name=re.compile("几户人家在楼道里充电")).first.get_attribute("href")
    assert path is not None
    assert path.startswith(f"{DISTRICT}/whistle/")

    phone = open_page(path)  # a browser that nobody has logged in from
    expect(phone.get_by_role("heading", name="我来")).to_be_visible()
    phone.locator("form.press button.btn-accent").first.click()
    expect(phone.get_by_text("收到，谢谢您。")).to_be_visible()
    expect(phone.get_by_text(re.compile("您说.*来"))).to_be_visible()

    community.goto(whistle)
    coming = community.get_by_role("region", name="谁来，什么时候")
    expect(coming.get_by_text(MEMBER)).to_be_visible()

    phone.get_by_role("link", name="去过了，写看到的情况").click()
    phone.fill("#id_words", SEEN)
    phone.locator("[name=photos]").first.set_input_files([photo()])  # type: ignore[list-item]
    phone.get_by_role("button", name="写好了").click()
    expect(phone.get_by_text("记下了，谢谢。")).to_be_visible()

    community.goto(whistle)
    expect(community.get_by_text(SEEN)).to_be_visible()
    community.get_by_role("link", name="办好了，或者收回").click()
    community.get_by_role("button", name="结束", exact=True).click()
    expect(community.get_by_text("结束了，答应来的委员会收到消息。")).to_be_visible()
    phone.goto(path)
    expect(phone.get_by_text("这一次已经办好了，谢谢您。")).to_be_visible()
