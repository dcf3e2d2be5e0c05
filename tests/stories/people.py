"""Who walks through the stories: the accounts of the demo, and what their hands do."""

from __future__ import annotations

import io
import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from PIL import Image
from playwright.sync_api import Page, expect

from tests.stories.conftest import OpenPage, Server

DISTRICT = "/420107"
DESK = {"width": 1280, "height": 860}
CODE = re.compile(r"[0-9A-Z]{3}(?:-[0-9A-Z]{3,4}){3}")


def accounts(server: Server) -> dict[str, tuple[str, str]]:
    """Password and authenticator secret of each demo account, from the file the demo leaves."""
    lines = (server.data / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[0]: (row[1], row[2]) for row in rows}


_spent: set[tuple[str, int]] = set()  # a code opens one door only, and stories follow one another quickly


def code_of(secret: str) -> str:
    """Six figures that an authenticator shows now, or half a minute before or after, and that nobody has used."""
    before, now, after = yield_hotp_counters_from_time()
    counter = next(one for one in (now, before, after) if (secret, one) not in _spent)
    _spent.add((secret, counter))
    return str(format_hotp_value(hotp_value(secret, counter)))


def signed_in(server: Server, open_page: OpenPage, role: str, **options: object) -> Page:
    """The browser of somebody who has just signed in, at their first page."""
    password, secret = accounts(server)[role]
    page = open_page("/accounts/login/", size=DESK, **options)
    page.fill("[name=login]", role)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录").click()
    if secret != "-":
        page.fill("[name=code]", code_of(secret))
        page.get_by_role("button", name="登录").click()
    return page


def photo() -> dict[str, object]:
    """A picture as a phone would hand it over."""
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(out, "JPEG")
    return {"name": "门口.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def say(page: Page, words: str, where: str = "光明社区") -> tuple[str, str]:
    """Say something in the form that is open; gives the slip code and the number of the matter."""
    page.fill("#id_words", words)
    page.fill("#id_place_words", where)
    submit(page)
    expect(page.locator(".receipt .code")).to_be_visible()
    code = page.locator(".receipt .code").inner_text().strip()
    assert CODE.fullmatch(code)
    return code, page.locator(".receipt dd").first.inner_text().strip()


def submit(page: Page) -> None:
    """Press the button at the end of the form, not sooner than a person could have read it."""
    page.locator(".sticky-cta button").click()


def work_on(page: Page, number: str, act: str) -> None:
    """Open a matter at the desk, and the page of one act."""
    page.goto(f"{DISTRICT}/desk/matters/{number}/")
    page.get_by_role("link", name=re.compile(rf"^{act}")).first.click()


def do(page: Page, act: str) -> None:
    """Press the button of an act, and see that it was written down."""
    page.locator(".form-foot").get_by_role("button", name=act).click()
    expect(page.get_by_text(f"{act}：记下了。")).to_be_visible()


def look_up(page: Page, code: str) -> None:
    """Type a slip code where anybody may."""
    page.goto("/s/")
    page.fill("#code", code.lower().replace("-", " "))
    page.get_by_role("button", name="查", exact=True).click()
