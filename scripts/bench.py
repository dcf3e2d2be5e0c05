#!/usr/bin/env python3
"""What a page costs: CPU of the web process per request, beside a bare view under the same settings.

    scripts/bench.py [--matters 10000 1000000] [--rounds 15] [--only PAGE] [--keep FOLDER]

For each number of matters an installation is filled, and served twice by granian: the site, and the floor
(bench_floor.py: twenty rows through a plain template, and a one-row form). Requests to both, and to all
sizes, take turns in rounds, so that a drift of the machine hits them alike; what is reported are medians
of the rounds. CPU is user and system time of the serving process with all its threads. Nothing is
cached between requests; answers are gzipped. The worker does not run. With --keep the filled
installations stay in FOLDER and are used again; DATABASE_URL is honoured when there is one size alone.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
FORM_TYPE = "application/x-www-form-urlencoded"
SLUG = "420107"
READS, WRITES = 40, 25  # requests of one page in one round
ROWS, NOTE = "floor: 20 rows", "floor: one-row form"
BARS = {"list": (ROWS, 2.0), "matter, 100 entries": (ROWS, 4.0), "post a voice": (NOTE, 5.0)}
GROWTH = 1.3  # at most so much dearer with many matters than with few
QUERIES, WEIGHT = 8, 60  # at most so many, and so many kilobytes, of a public page
LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')


class Process:
    """A granian with one worker, and the CPU that the worker has used."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        from shangliang.manage.serving import web_command

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        command = [*web_command("127.0.0.1", self.port, 1)[:-1], application]
        self.main = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._wait()
        children = Path(f"/proc/{self.main.pid}/task/{self.main.pid}/children").read_text().split()
        # The clock of another process's CPU time, from its id: what clock_getcpuclockid(3) computes.
        self.clock = (~int(children[0]) << 3) | 2

    def cpu(self) -> float:
        """User and system seconds of the worker so far."""
        return time.clock_gettime(self.clock)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        """Send a request on the standing line; gives the answer with its `content`."""
        self.line.request(method, path, body, {"Accept-Encoding": "gzip", **(headers or {})})
        answer: Any = self.line.getresponse()
        answer.content = answer.read()
        return answer

    def end(self) -> None:
        self.line.close()  # a standing line would have the worker wait for it
        self.main.terminate()
        self.main.wait()

    def _wait(self) -> None:
        for _try in range(300):
            try:
                self.ask("GET", "/")
                return
            except OSError:
                self.line.close()
                time.sleep(0.1)
        sys.exit("the server does not come")


@dataclass
class Task:
    """A thing to measure: how to ask for it once, and what each round gave."""

    name: str
    process: Process
    once: Callable[[], Any]
    times: int
    cpu: list[float] = field(default_factory=list)  # milliseconds a request, one number a round
    wall: list[float] = field(default_factory=list)

    def round(self) -> None:
        self.process.line.close()  # the server ends lines that were idle for long; a new one opens by itself
        self.once()
        began = self.process.cpu()
        for _n in range(self.times):
            at = time.perf_counter()
            self.once()
            self.wall.append((time.perf_counter() - at) * 1000)
        self.cpu.append((self.process.cpu() - began) * 1000 / self.times)


class Installation:
    """A filled installation, served as the site and as the floor."""

    def __init__(self, count: int, folder: Path) -> None:
        self.count = count
        self.environment = {
            "SHANGLIANG_DATA": str(folder),
            "SHANGLIANG_PROXIES": "1",
            "SHANGLIANG_LOG": "ERROR",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH", "")])),
        }
        self.facts = self._filled(folder)
        self.site = Process("shangliang.config.wsgi:application", self.environment)
        self.floor = Process("bench_floor:application", self.environment)
        self.stamps = iter(self.facts["stamps"])
        self.sent = 0

    def tasks(self, only: list[str]) -> list[Task]:
        """Everything to measure here; the floors always."""
        slip = urlencode({"code": self.facts["code"]}).encode()
        tasks = [
            Task(ROWS, self.floor, lambda: good(self.floor.ask("GET", f"/{SLUG}/rows/")), READS),
            Task(NOTE, self.floor, self._note(), WRITES),
            Task("post a voice", self.site, self._voice, WRITES),
        ]
        for name, address in self.facts["pages"].items():
            if name == "slip":
                once = lambda: good(self.site.ask("POST", "/s/", slip, {"Content-Type": FORM_TYPE}))  # noqa: E731
            else:
                once = lambda address=address: good(self.site.ask("GET", address))  # noqa: E731
            tasks.append(Task(name, self.site, once, READS))
        return [task for task in tasks if not only or task.name in (ROWS, NOTE, *only)]

    def weight(self, address: str) -> dict[str, float]:
        """Kilobytes of a page as they travel: itself, and with all styles, icons and scripts it names."""
        page = good(self.site.ask("GET", address))
        linked = set(LINKED.findall(gzip.decompress(page.content).decode()))
        rest = sum(len(good(self.site.ask("GET", each)).content) for each in linked)
        return {"page": len(page.content) / 1000, "all": (len(page.content) + rest) / 1000}

    def end(self) -> None:
        self.site.end()
        self.floor.end()

    def _filled(self, folder: Path) -> dict[str, Any]:
        known = folder / "bench.json"
        if not known.exists():
            print(f"Filling an installation with {self.count:,} matters …", flush=True)
            command = [sys.executable, str(HERE / "bench_seed.py"), str(self.count), str(known)]
            subprocess.run(command, env=os.environ | self.environment, check=True)
        facts: dict[str, Any] = json.loads(known.read_text())
        return facts

    def _note(self) -> Callable[[], Any]:
        page = self.floor.ask("GET", f"/{SLUG}/note/", headers={"Accept-Encoding": "identity"})
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
        assert token
        headers = {"Cookie": page.headers["Set-Cookie"].split(";")[0], "Content-Type": FORM_TYPE}
        body = urlencode({"csrfmiddlewaretoken": token[1], "words": "楼道灯不亮，晚上回家看不见。"}).encode()
        return lambda: good(self.floor.ask("POST", f"/{SLUG}/note/", body, headers), 302)

    def _voice(self) -> Any:
        """Send a form as a browser does, each from another address, as it is never sent too often."""
        self.sent += 1
        fields = {"stamp": next(self.stamps), "words": f"楼道灯不亮，晚上回家看不见，老人摔过一次（{self.sent}）。",
                  "place_words": "", "place": "", "lat": "", "lng": "", "openness": "public", "speaks_for": "self",
                  "group_size": "", "phone": "", "email": "", "hear_by": "page", "kept": ""}  # fmt: skip
        boundary = "----bench"
        parts = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        body = f"{''.join(parts)}--{boundary}--\r\n".encode()
        address = f"198.18.{self.sent // 250}.{self.sent % 250}"
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-Forwarded-For": address}
        return good(self.site.ask("POST", f"/{SLUG}/say/", body, headers), 303)


def good(answer: Any, status: int = 200) -> Any:
    """The answer, if it is the expected one: what is refused must not count as fast."""
    if answer.status != status:
        sys.exit(f"{answer.status} instead of {status}:\n{answer.content[:2000]!r}")
    return answer


def measure(installations: list[Installation], rounds: int, only: list[str]) -> dict[int, dict[str, Task]]:
    """Let all tasks of all installations take turns; gives them by size and name."""
    tasks = {one.count: {task.name: task for task in one.tasks(only)} for one in installations}
    turns = [by_size[name] for name in next(iter(tasks.values())) for by_size in tasks.values()]
    for task in turns:
        for _warm in range(15):
            task.once()
    for n in range(rounds):
        for task in turns if n % 2 else reversed(turns):
            task.round()
        print(f"\r  round {n + 1} of {rounds}", end="", flush=True)
    print()
    return tasks


def ratio(over: Task, under: Task) -> float:
    """How much more `over` takes: the median of the rounds' ratios."""
    return median(a / b for a, b in zip(over.cpu, under.cpu, strict=True))


def figures(installations: list[Installation], tasks: dict[int, dict[str, Task]]) -> list[dict[str, Any]]:
    """One row for each page and size."""
    found = []
    fewest = tasks[min(tasks)]
    for one in installations:
        for name, task in tasks[one.count].items():
            floor = NOTE if name in ("post a voice", NOTE) else ROWS
            address = one.facts["pages"].get(name)
            weight = one.weight(address) if address else {}
            found.append({
                "matters": one.count, "page": name, "cpu_ms": round(median(task.cpu), 2), "p50_ms": round(median(task.wall), 2),
                "times_floor": round(ratio(task, tasks[one.count][floor]), 2), "growth": round(ratio(task, fewest[name]), 2),
                "queries": one.facts["queries"].get(name), "kb": round(weight.get("page", 0), 1), "kb_all": round(weight.get("all", 0), 1),
            })  # fmt: skip
    return found


def missed(row: dict[str, Any]) -> list[str]:
    """Which bars a row misses, in words."""
    name, where = row["page"], f"{row['page']} at {row['matters']:,}"
    floor, bar = BARS.get(name, ("", float("inf")))
    found = []
    if row["times_floor"] > bar:
        found.append(f"{where}: {row['times_floor']}× “{floor}”, the bar is {bar:g}×")
    if name in BARS and row["growth"] > GROWTH:
        found.append(f"{where}: {row['growth']}× what it takes with the fewest matters, the bar is {GROWTH}×")
    if (row["queries"] or 0) > QUERIES:
        found.append(f"{where}: {row['queries']} queries, the bar is {QUERIES}")
    if row["kb_all"] >= WEIGHT:
        found.append(f"{where}: {row['kb_all']} kB with styles, icons and scripts, the bar is {WEIGHT}")
    return found


def show(rows: list[dict[str, Any]]) -> list[str]:
    """Print the table and what is missed; gives the latter."""
    print(
        f"\n{'matters':>9}  {'page':<24}{'CPU ms':>8}{'p50 ms':>8}{'× floor':>9}{'× fewest':>10}{'queries':>9}{'kB':>7}{'with all':>10}"
    )
    for row in rows:
        bar = f"≤{BARS[row['page']][1]:g}" if row["page"] in BARS else ""
        queries = "" if row["queries"] is None else row["queries"]
        print(f"{row['matters']:>9,}  {row['page']:<24}{row['cpu_ms']:>8.2f}{row['p50_ms']:>8.2f}{row['times_floor']:>6.2f}{bar:>3}"
              f"{row['growth']:>10.2f}{queries:>9}{row['kb'] or '':>7}{row['kb_all'] or '':>10}")  # fmt: skip
    found = [words for row in rows for words in missed(row)]
    print("", *(found or ["All bars are met."]), sep="\n")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matters", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", action="append", default=[], help="the name of a page, as in the table")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if os.environ.get("DATABASE_URL") and len(options.matters) > 1:
        parser.error("one database holds one size: give --matters one number")
    folder = options.keep or Path(tempfile.mkdtemp(prefix="shangliang-bench-"))
    os.environ.setdefault("SHANGLIANG_DATA", str(folder / "unused"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
    installations: list[Installation] = []
    try:
        for count in sorted(options.matters):
            installations.append(Installation(count, folder.absolute() / str(count)))
        rows = figures(installations, measure(installations, options.rounds, options.only))
    finally:
        for one in installations:
            one.end()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    found = show(rows)
    print(json.dumps({"rows": rows, "missed": found}, ensure_ascii=False))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
