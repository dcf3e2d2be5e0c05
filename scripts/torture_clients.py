"""People at their phones, for the torture: each writes, sends, and sends again until there is a receipt."""

from __future__ import annotations

import http.client
import io
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from uuid import uuid4

from PIL import Image

STAMP = re.compile(r'name="stamp" value="([^"]+)"')
CODE = re.compile(r'<p class="code">\s*([^<\s]+)')
NUMBER = re.compile(r"\b\d{6}-\d{4}-\d{6}\b")
NOT_SAVED = "没存上"
WHAT = ("楼道灯不亮", "井盖松了，走路会响", "电梯又停了", "垃圾三天没收", "雨水倒灌进门洞", "路口看不清红绿灯")
BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Receipt:
    """What somebody was shown, and what they had said."""

    code: str
    number: str
    words: str
    photo: bool


@dataclass
class Shared:
    """What all clients know and write down."""

    slug: str
    port: int
    until: float = float("inf")  # no new form after this
    last: float = float("inf")  # no further try after this
    full: bool = False  # the file system is: an answer of 503 is right
    receipts: list[Receipt] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # words that never got a receipt
    faults: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self.began:5.1f} s  {what}; {len(self.receipts)} receipts", flush=True)

    def answers(self) -> bool:
        """Whether the server serves."""
        try:
            return Browser(self.port, "198.18.0.0").ask("GET", "/healthz").status == 200
        except BROKEN:
            return False


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    to: str


class Browser:
    """Cookies and an invented address (of the range for measurements), a new connection for each request."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """Send one request. Raises one of BROKEN when the line does."""
        headers = {"X-Forwarded-For": self.address, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.coded_value
        return Answer(response.status, text, response.headers.get("Location", ""))


class Client(threading.Thread):
    """One person who has much to say."""

    def __init__(self, shared: Shared, number: int) -> None:
        super().__init__(daemon=True)
        self.shared, self.number = shared, number
        self.said = 0

    def run(self) -> None:
        try:
            while time.monotonic() < self.shared.until:
                self._say_something()
                time.sleep(random.uniform(0, 0.2))
        except Exception as error:
            self.shared.faults.append(f"client {self.number} broke down: {error!r}")
            raise

    def _say_something(self) -> None:
        self.said += 1
        browser = Browser(self.shared.port, f"198.18.{self.number % 256}.{self.said % 256}")
        say = f"/{self.shared.slug}/say/"
        page = self._until_answered(browser, "GET", say, {200})
        if page is None:
            return
        found = STAMP.search(page.text)
        if found is None:
            self.shared.faults.append("a form without a stamp")
            return
        words = f"{random.choice(WHAT)}（{self.number}之{self.said}，{random.randrange(10**9)}）"
        photo = random.random() < 0.2
        body, kind = multipart({"stamp": unescape(found[1]), "words": words, "openness": "public",
                                "speaks_for": "self", "hear_by": "page"}, picture() if photo else b"")  # fmt: skip
        sent = self._until_answered(browser, "POST", say, {303}, body, kind, words)
        shown = sent and self._until_answered(browser, "GET", sent.to, {200})
        code, number = (shown and CODE.search(shown.text)), (shown and NUMBER.search(shown.text))
        if code and number:
            self.shared.receipts.append(Receipt(code[1], number[0], words, photo))
        else:
            self.shared.unanswered.append(words)

    def _until_answered(
        self,
        browser: Browser,
        method: str,
        path: str,
        good: set[int],
        body: bytes = b"",
        kind: str = "",
        words: str = "",
    ) -> Answer | None:
        """Ask again while the line breaks or the server says “not saved”; None when time is up."""
        tries = 0
        while time.monotonic() < self.shared.last and (words or time.monotonic() < self.shared.until + 15):
            tries += 1
            if tries > 1 and words:
                self.shared.seen["form sent again"] += 1
            was_full = self.shared.full
            try:
                answer = browser.ask(method, path, body, kind)
            except BROKEN as error:
                silent = isinstance(error, TimeoutError)
                self.shared.seen["no answer in 30 s" if silent else "connection broke"] += 1
                time.sleep(random.uniform(0.1, 0.5))
                continue
            if answer.status in good:
                return answer
            self._judge(answer, method, was_full or self.shared.full, words)
            time.sleep(random.uniform(0.5, 1.5))
        return None

    def _judge(self, answer: Answer, method: str, full: bool, words: str) -> None:
        """Whether an answer that is no success may be given, and says what it must."""
        if answer.status != 503 or not full:
            self.shared.seen[f"{answer.status} out of turn"] += 1
            self.shared.faults.append(f"{method} answered {answer.status}: {plain(answer.text)[:200]}")
        elif words and not (NOT_SAVED in answer.text and words in unescape(answer.text)):
            self.shared.faults.append(
                f"a 503 that does not say it was not saved, or lost the words: {plain(answer.text)[:200]}"
            )
        elif words:
            self.shared.seen["503 while full"] += 1
        else:
            self.shared.seen["reading refused while full"] += 1


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    """A form's body as a browser sends it, and its content type."""
    boundary = uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]  # fmt: skip
    if photo:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head.encode() + photo + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def picture() -> bytes:
    """A photo like no other."""
    small = Image.frombytes("RGB", (16, 12), random.randbytes(16 * 12 * 3))
    file = io.BytesIO()
    small.resize((800, 600), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()
