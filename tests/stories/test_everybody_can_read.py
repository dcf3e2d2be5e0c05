"""axe finds nothing serious on any page, in any of the ways to read it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.stories.conftest import PHONE, OpenPage, Server
from tests.stories.people import DISTRICT, look_up, say, signed_in

WIDE = {"width": 1440, "height": 900}
WAYS = ["mode=standard&theme=light", "mode=elder&theme=light", "mode=standard&theme=dark", "mode=elder&theme=dark"]
PUBLIC = ("/", "/matters/", "/topics/", "/say/", "/figures/", "/about/how/", "/about/privacy/", "/about/accessibility/")


def faults(page: Page) -> list[str]:
    """What axe finds that is serious or critical, by rule, with the first place of each."""
    response = Axe().run(page).response
    assert response["passes"], "axe has looked at nothing"
    return [
        f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]}"
        for rule in response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_everybody_can_read_the_public_pages(open_page: OpenPage, size: dict[str, int]) -> None:
    page, found = open_page(f"{DISTRICT}/say/", size=size), []
    code, _number = say(page, "广场的长椅断了一条腿。")
    matter = open_page(f"{DISTRICT}/matters/").locator("main h3 a").first.get_attribute("href")
    topic = open_page(f"{DISTRICT}/topics/").locator("main h2 a").first.get_attribute("href")
    for way in WAYS:
        page.goto(f"{DISTRICT}/?{way}")
        for path in (*(DISTRICT + path for path in PUBLIC), str(matter), str(topic), "/s/", "/accounts/login/"):
            page.goto(path)
            found += faults(page)
        look_up(page, code)
        found += faults(page)
    assert found == []


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_everybody_can_work_at_the_desk(server: Server, open_page: OpenPage, size: dict[str, int]) -> None:
    page, found = signed_in(server, open_page, "street"), []
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(f"{DISTRICT}/desk/")
    matter = page.locator("[data-row]").first.get_attribute("href")
    for way in WAYS:
        page.goto(f"{DISTRICT}/desk/?{way}")
        for path in ("", "matters/", "enter/", "slips/", "calendar/", "import/"):
            page.goto(f"{DISTRICT}/desk/{path}")
            found += faults(page)
        for path in (str(matter), f"{matter}hand-over/", f"{matter}decline/"):
            page.goto(path)
            found += faults(page)
    assert found == []
