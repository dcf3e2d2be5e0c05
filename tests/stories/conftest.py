"""The real server with the demo data, and a real browser the size of a phone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

COMMAND = Path(sys.executable).parent / "shangliang"
READY = re.compile(r"^ready (http://\S+)", re.MULTILINE)
PATIENCE = 120  # seconds for migrating, filling and starting on a slow machine
PHONE = {"width": 390, "height": 844}
# Pages may take long on a machine that also runs everything else; a story fails on what it sees, not on haste.
SLOWEST_STEP = 20_000  # milliseconds


@dataclass
class Server:
    """A running Shangliang: where it answers, where its data lies, and what it has printed."""

    url: str
    data: Path
    environment: dict[str, str]
    printed: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> str:
        """Run `shangliang …` beside the server, on the same data; gives what it printed."""
        return _command(self.environment, *arguments)


def _command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"shangliang {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`shangliang serve` with demo data, on a port, a database and a data folder of its own."""
    data = tmp_path_factory.mktemp("server")
    mine = {"SHANGLIANG_DATA": str(data), "PORT": str(_free_port()), "PYTHONUNBUFFERED": "1"}
    foreign = ("SHANGLIANG_", "DATABASE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | mine
    _command(environment, "migrate")
    _command(environment, "demo", "--if-empty")
    process = subprocess.Popen(
        [COMMAND, "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    started = Server("", data, environment)
    ready = threading.Event()
    assert process.stdout is not None
    reader = threading.Thread(target=_listen, args=(process.stdout, started, ready), daemon=True)
    reader.start()
    try:
        ready.wait(PATIENCE)
        assert started.url, "the server did not become ready:\n" + "".join(started.printed)
        yield started
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        reader.join(5)


def _listen(lines: IO[str], server: Server, ready: threading.Event) -> None:
    for line in lines:
        server.printed.append(line)
        found = READY.match(line)
        if found and not server.url:
            server.url = found[1]
            ready.set()
    ready.set()  # the server has ended; waiting longer helps nobody


# Playwright keeps an event loop running in this thread, in which Django refuses its database:
# a browser lives for one module of stories, so that other tests never meet it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


class Faults:
    """What went wrong in a page without anybody seeing it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda response: self._response(response.status, response.url))
        page.on("console", lambda message: self._console(message.type, message.text))

    def _request(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:", "about:")):
            self.found.append(f"asked a stranger: {url}")

    def _response(self, status: int, url: str) -> None:
        if status >= 500:
            self.found.append(f"{status}: {url}")

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.found.append(text)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(server: Server, browser: Browser) -> Iterator[OpenPage]:
    """`open_page(path="/", size=PHONE, javascript=True, **context options)`: a page in a browser nobody has used.

    Give it as often as there are people in the story. At the end it fails for script errors, answers
    of 500 and more, breaches of the content policy, and requests to any other server.
    """
    contexts: list[BrowserContext] = []
    faults = Faults(server.url)

    def open_(
        path: str | None = "/", size: dict[str, int] | None = None, javascript: bool = True, **options: object
    ) -> Page:
        context = browser.new_context(
            **{
                "base_url": server.url,
                "viewport": size or PHONE,
                "device_scale_factor": 2,
                "has_touch": size is None,
                "locale": "zh-CN",
                "timezone_id": "Asia/Shanghai",
                "java_script_enabled": javascript,
            }
            | options
        )
        contexts.append(context)
        context.set_default_timeout(SLOWEST_STEP)
        context.on("page", faults.watch)
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults.found, "\n".join(faults.found)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A phone's browser at the first page."""
    return open_page()


@pytest.fixture
def plain_phone(open_page: OpenPage) -> Page:
    """The same without JavaScript."""
    return open_page(javascript=False)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """A wide browser at the first page, as on the desk of staff."""
    return open_page(size={"width": 1440, "height": 900})
