"""A whole day at the desk of a studio with the cable pulled: notes, slips, the browser closed and opened, the merge."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from tests.stories.conftest import PATIENCE, SLOWEST_STEP, OpenPage, Server
from tests.stories.people import CODE, DISTRICT, accounts, look_up
from tests.stories.test_everybody_can_read import faults

TABLET = {"width": 820, "height": 1180}
PASSPHRASE = "菜场 井盖 路灯 槐树"
NOTES = 20
# The demo's studio as it would be once it was approved and opened; prints its id.
OPENED = """
from django_scopes import scope
from shangliang.core import clock
from shangliang.people.models import Body
from shangliang.studios.models import Studio
from shangliang.tenants.models import Tenant
tenant = Tenant.objects.get(slug="420107")
with scope(tenant=tenant):
    body = Body.objects.get(name="同光委员工作室（演示）")
    day = clock.today()
    found = {"kind": "member_studio", "status": "open", "proposed_on": day, "opened_on": day}
    print(Studio.objects.get_or_create(tenant=tenant, body=body, defaults=found)[0].pk)
"""
# Keeps what the page hands over, to send it once more.
LISTENING = """
window.sent = [];
const fetching = window.fetch;
window.fetch = (address, options) => {
  if (String(address).endsWith("/merge/")) window.sent.push(options.body);
  return fetching(address, options);
};
"""
COUNTED = """
from django_scopes import scope
from shangliang.studios.models import IssuedSlip, Reception
from shangliang.tenants.models import Tenant
from shangliang.voices.models import Voice
tenant = Tenant.objects.get(slug="420107")
with scope(tenant=tenant):
    words = Voice.objects.filter(receptions__studio="%s").count()
    print(words, Reception.objects.filter(studio="%s").count(), IssuedSlip.objects.exclude(used_at=None).count())
"""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[object]:
    """The browser of everybody else in this story."""
    launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield launched
    launched.close()


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str:
    return shutil.which("chromium") or "/usr/bin/chromium"


class Tablet:
    """A browser that keeps what it stored when it is closed, as a tablet does."""

    def __init__(self, playwright: Playwright, server: Server, folder: Path) -> None:
        self.playwright, self.server, self.folder = playwright, server, folder
        self.context: BrowserContext | None = None
        self.broken: list[str] = []

    def open(self, *, line: bool) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=chromium(),
            args=ARGUMENTS,
            base_url=self.server.url,
            viewport=TABLET,
            locale="zh-CN",
            timezone_id="Europe/London",  # set up wrongly: what it shows is the time of Shanghai nevertheless
            offline=not line,
        )
        self.context.set_default_timeout(SLOWEST_STEP)
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", lambda said: self.broken.append(said.text) if "Security Policy" in said.text else None)
        return page

    def line(self, there: bool) -> None:
        assert self.context is not None
        self.context.set_offline(not there)

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def tablet(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(playwright, server, tmp_path / "tablet")
    yield made
    made.close()
    assert not made.broken, "\n".join(made.broken)


@pytest.fixture
def studio(server: Server) -> str:
    return server.command("django", "shell", "-v", "0", "-c", OPENED).strip().splitlines()[-1]


def sign_in(page: Page, server: Server, to: str) -> None:
    """At the sign-in page: be the convenor, and come to `to`."""
    password, _secret = accounts(server)["convenor"]
    page.fill("[name=login]", "convenor")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{to}")


def set_up(page: Page) -> None:
    page.fill("#new_pin", PASSPHRASE)
    page.fill("#new_pin_again", PASSPHRASE)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("登记好了。")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The page that is kept for later is the one a worker has fetched.
    page.wait_for_function("caches.keys().then(names => names.length > 0)")


def unlock(page: Page, passphrase: str = PASSPHRASE) -> None:
    page.fill("#pin", passphrase)
    page.get_by_role("button", name="打开", exact=True).click()


def shanghai() -> str:
    """The time on the wall there."""
    return f"{dt.datetime.now(ZoneInfo('Asia/Shanghai')):%H:%M}"


def write(page: Page, words: str) -> str:
    """Write a note with nothing but the keyboard; gives the slip code that the visitor takes home."""
    expect(page.locator("#id_words")).to_be_focused()
    page.keyboard.insert_text(words)
    before = shanghai()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#slip_words")).to_have_text(words)
    assert re.findall(r"\d\d:\d\d", page.locator("#slip_at").inner_text())[0] in (before, shanghai())
    expect(page.locator("#slip_number")).to_have_text("还没有编号，连上网后给")
    code = page.locator("#slip_code").inner_text()
    assert CODE.fullmatch(code)
    page.get_by_role("button", name="接待下一位").click()
    return code


def counted(server: Server, studio: str) -> tuple[int, ...]:
    """Voices, receptions and used slips of the studio, as the database has them."""
    said = server.command("django", "shell", "-v", "0", "-c", COUNTED % (studio, studio)).strip().splitlines()[-1]
    return tuple(map(int, said.split()))


def test_a_day_without_a_line_ends_with_every_voice_once(
    server: Server, tablet: Tablet, studio: str, open_page: OpenPage
) -> None:
    desk = f"{DISTRICT}/desk/studios/{studio}/reception/"
    ended = tuple(before + NOTES for before in counted(server, studio))
    page = tablet.open(line=True)
    page.goto(f"/accounts/login/?next={desk}device/")
    sign_in(page, server, f"{desk}device/")
    set_up(page)

    tablet.line(False)
    codes = [write(page, f"第 {number} 位说：菜场后门的井盖松了。") for number in range(1, NOTES // 2 + 1)]
    tablet.close()

    page = tablet.open(line=False)
    page.goto(desk)  # the desk's own address: the worker answers with the page that needs no line
    expect(page.get_by_text(f"{NOTES // 2} 条等着交")).to_be_visible()
    assert "井盖" not in page.content()
    unlock(page, "不是这个口令")
    expect(page.get_by_text("口令不对")).to_be_visible()
    unlock(page)
    expect(page.locator("#kept > li")).to_have_count(NOTES // 2)
    codes += [write(page, f"第 {number} 位说：路灯不亮。") for number in range(NOTES // 2 + 1, NOTES + 1)]
    assert len(set(codes)) == NOTES

    phone = open_page("/s/")
    look_up(phone, codes[0])
    expect(phone.get_by_role("heading", name="还在接待点的设备里")).to_be_visible()
    expect(phone.get_by_text("同光委员工作室").first).to_be_visible()

    page.add_init_script(LISTENING)
    tablet.line(True)
    # Whoever was signed in went with the browser: the notes wait until somebody signs in again.
    expect(page.get_by_text("登录过期了。")).to_be_visible()
    page.get_by_role("link", name="去登录").click()
    sign_in(page, server, f"{desk}device/")
    unlock(page)
    told = page.get_by_text(f"{NOTES} 条交上去了：")
    expect(told).to_be_visible(timeout=PATIENCE * 1000)
    numbers = page.locator("#kept").inner_text()
    assert set(re.findall(r"\d{6}(?=[、。])", told.inner_text())) == set(re.findall(r"-(\d{6})", numbers))
    assert len(set(re.findall(r"420107-\d{4}-\d{6}", numbers))) == NOTES
    assert "井盖" not in page.content(), "what was handed over is wiped from the device"
    assert counted(server, studio) == ended

    # The same requests once more, as after an answer that was lost: the same answers, and nothing new.
    repeat = """([address, body, token]) => fetch(address, {method: "POST", body: body,
        headers: {"Content-Type": "application/json", "X-CSRFToken": token}}).then(answer => answer.json())"""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    sent = page.evaluate("window.sent")
    again = [one for body in sent for one in page.evaluate(repeat, [f"{desk}merge/", body, token])["results"]]
    assert {one["number"] for one in again} == set(re.findall(r"420107-\d{4}-\d{6}", numbers))
    assert counted(server, studio) == ended

    look_up(phone, codes[-1])
    expect(phone.get_by_text("路灯不亮").first).to_be_visible()
    assert "420107" in server.command("verify", "--tenant", "420107")


def test_what_is_refused_stays_until_it_is_put_right_and_a_retired_device_goes_on(
    server: Server, tablet: Tablet, studio: str
) -> None:
    desk = f"{DISTRICT}/desk/studios/{studio}/reception/"
    page = tablet.open(line=True)
    page.goto(f"/accounts/login/?next={desk}device/")
    sign_in(page, server, f"{desk}device/")
    set_up(page)
    before = counted(server, studio)[0]

    page.fill("#id_phone", "0275")
    page.focus("#id_words")
    code = write(page, "车棚的顶漏雨。")
    row = page.locator("#kept > li")
    expect(row.get_by_text("没收下：这不像电话号码")).to_be_visible()
    row.get_by_role("button", name="改", exact=True).click()
    expect(page.locator("#id_words")).to_have_value("车棚的顶漏雨。")
    page.fill("#id_phone", "13800000000")
    page.keyboard.press("Control+Enter")
    expect(row.get_by_text("编号 420107-")).to_be_visible()
    assert counted(server, studio)[0] == before + 1
    page.goto(f"/s/{code}/")
    expect(page.get_by_text("车棚的顶漏雨。").first).to_be_visible()

    page.goto(f"{desk}device/")
    unlock(page)
    tablet.line(False)
    code = write(page, "滑梯的扶手松了。")
    page.get_by_role("button", name="锁上").click()
    office = page.context.new_page()
    tablet.line(True)
    office.goto(f"{desk}devices/")
    office.get_by_role("button", name="停用 接待平板").first.click()
    expect(office.get_by_text("停用了。")).to_be_visible()
    unlock(page)
    page.get_by_role("button", name="重新登记这台设备").click()
    expect(page.get_by_text("登记好了。")).to_be_visible()
    page.get_by_role("button", name="现在交上去").click()
    expect(page.get_by_text(re.compile(r"1 条交上去了：420107-\d{4}-\d{6}。"))).to_be_visible()
    assert counted(server, studio)[0] == before + 2
    page.goto(f"/s/{code}/")
    expect(page.get_by_text("滑梯的扶手松了。").first).to_be_visible()


def test_everybody_can_read_the_desk_and_write_without_scripts(
    server: Server, tablet: Tablet, studio: str, open_page: OpenPage
) -> None:
    desk = f"{DISTRICT}/desk/studios/{studio}/reception/"
    page, found = tablet.open(line=True), []
    page.goto(f"/accounts/login/?next={desk}device/")
    sign_in(page, server, f"{desk}device/")
    found += faults(page)
    set_up(page)
    for way in ("mode=standard&theme=light", "mode=elder&theme=dark"):
        for path in ("", "visitor/", "devices/"):
            page.goto(f"{desk}{path}?{way}")
            found += faults(page)
        page.goto(f"{desk}device/")
        found += faults(page)
        unlock(page)
        write(page, "路灯不亮。")
        found += faults(page)
    assert found == []

    plain = open_page(f"/accounts/login/?next={desk}", javascript=False)
    sign_in(plain, server, desk)
    plain.fill("#number_name", "王阿姨")
    plain.get_by_role("button", name="取号").click()
    plain.get_by_role("button", name=re.compile("^请")).last.click()
    plain.fill("#id_words", "水管又爆了。")
    plain.get_by_role("button", name="记下", exact=True).click()
    expect(plain.locator(".receipt .code")).to_have_text(CODE)
