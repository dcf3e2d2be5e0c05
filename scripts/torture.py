#!/usr/bin/env python3
"""Kills and faults while people write: whoever was shown a receipt must find their words again, once.

    scripts/torture.py [--engine sqlite|postgres|both] [--seconds 30] [--clients 64] [--kills 5]

Clients send 我要提 through the real form of a real `shangliang serve`, one in five with a photo, each under
an invented address of its own. All processes of the server are killed with SIGKILL again and again, and
once the file system runs full for a few seconds, with a restart while it is. A client whose connection
breaks sends the same form again until it has its receipt. Afterwards every receipt is looked up through
the page and in the database, and the ledger is verified. Ends with 1 if anything is lost, doubled or
wrong. Filling a file system up needs one of its own, and so root; without it that part is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import torture_check as check
from torture_clients import Client, Shared

SLUG = "420107"
ROOM = {"sqlite": "192m", "postgres": "512m"}  # of the small file system
FULL = 6.0  # seconds that it stays full
GRACE = 20.0  # seconds after the end in which forms under way still get their receipt
SHANGLIANG = [sys.executable, "-m", "shangliang.manage.cli"]


class Server:
    """`shangliang serve` in a process group of its own."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log.open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*SHANGLIANG, "serve", "--port", str(self.port)],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End the supervisor, the web process and the worker at one blow."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ends(self) -> float:
        """Ask it to end, and say how many seconds it took."""
        assert self.process
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began


class Place:
    """A folder for everything the server writes, on a small file system of its own where we may make one."""

    def __init__(self, engine: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="shangliang-torture-"))
        self.path.chmod(0o755)
        self.mounted = os.geteuid() == 0 and self._mount(ROOM[engine])

    def _mount(self, size: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", str(self.path)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """Leave no byte free."""
        with (self.path / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass

    def empty(self) -> None:
        (self.path / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.path)], check=False)
        shutil.rmtree(self.path, ignore_errors=True)


def postgres_cluster() -> Any:
    """The throw-away cluster of scripts/with_postgres."""
    loader = SourceFileLoader("with_postgres", str(Path(__file__).with_name("with_postgres")))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module.Cluster(), module.free_port


@dataclasses.dataclass
class Run:
    """One torture of one engine."""

    engine: str
    seconds: float
    clients: int
    kills: int
    place: Place
    server: Server
    shared: Shared
    cluster: Any = None
    was_full: bool = False
    ready_after: list[float] = dataclasses.field(default_factory=list)

    def go(self) -> None:
        """Let the clients write while the server is killed, and wait until they have done."""
        self.server.start()
        self._wait_until_ready()
        people = [Client(self.shared, n) for n in range(self.clients)]
        for person in people:
            person.start()
        every = self.seconds / (self.kills + 1)
        for n in range(self.kills):
            time.sleep(every * random.uniform(0.8, 1.2))
            if n == self.kills // 2 and self.place.mounted:
                self._run_full()
            else:
                self._kill()
        time.sleep(every)
        self.shared.until = time.monotonic()
        self.shared.last = self.shared.until + GRACE
        for person in people:
            person.join(max(self.shared.last + 30 - time.monotonic(), 0))

    def _kill(self) -> None:
        self.shared.say("all processes killed")
        self.server.kill()
        self.server.start()
        self._wait_until_ready()

    def _run_full(self) -> None:
        self.shared.say("file system full")
        self.shared.full = True
        self.place.fill()
        self.was_full = True
        time.sleep(FULL / 2)
        self.shared.say("all processes killed while it is full")
        self.server.kill()
        self.server.start()
        time.sleep(FULL / 2)
        self.place.empty()
        self.shared.say("room again")
        if self.cluster:
            self.cluster.restart()
            self.shared.say("PostgreSQL restarted, as an administrator would")
        self._wait_until_ready()
        time.sleep(2)  # answers to what was sent before may still be on their way
        self.shared.full = False

    def _wait_until_ready(self) -> None:
        began = time.monotonic()
        while not self.shared.answers():
            if time.monotonic() - began > 60:
                raise SystemExit("the server does not come back")
            if self.server.process and self.server.process.poll() is not None:
                raise SystemExit("the server ended by itself")
            time.sleep(0.1)
        self.ready_after.append(round(time.monotonic() - began, 1))


@contextlib.contextmanager
def surroundings(engine: str) -> Iterator[tuple[Place, Any, int]]:
    """A place, and for PostgreSQL a cluster in it, named in the environment; taken away at the end."""
    place = Place(engine)
    cluster = None
    try:
        tempfile.tempdir = str(place.path)
        cluster, free_port = postgres_cluster()
        if engine == "postgres":
            cluster.start()
        data = place.path / "data"
        (place.path / "tmp").mkdir()
        os.environ |= {
            "SHANGLIANG_DATA": str(data),
            "DATABASE_URL": cluster.url if engine == "postgres" else "",
            "SHANGLIANG_PROXIES": "1",
            "SHANGLIANG_HOSTS": "",
            "SHANGLIANG_HTTPS": "",
            "TMPDIR": str(place.path / "tmp"),
            "DJANGO_SETTINGS_MODULE": "shangliang.config.settings",
        }
        for words in (["migrate"], ["demo"]):
            subprocess.run([*SHANGLIANG, *words], stdout=subprocess.DEVNULL, check=True)
        yield place, cluster if engine == "postgres" else None, free_port()
    finally:
        tempfile.tempdir = None
        if cluster:
            cluster.stop()
        place.remove()


def torture(engine: str, options: argparse.Namespace) -> dict[str, Any]:
    """Torture one engine; gives what was found, with `faults` empty if all is well."""
    log = Path(tempfile.mkdtemp(prefix="shangliang-torture-log-")) / "server.log"
    with surroundings(engine) as (place, cluster, port):
        if not place.mounted:
            print("Without root there is no small file system to fill up: that part is left out.")
        server = Server(port, log)
        run = Run(engine, options.seconds, options.clients, options.kills, place, server, Shared(SLUG, port), cluster)
        try:
            run.go()
            faults = check.through_pages(run.shared)
            ended = server.ends()
        finally:
            server.kill()
        subprocess.run([*SHANGLIANG, "work", "--once"], check=True)
        verified = subprocess.run([*SHANGLIANG, "verify"], capture_output=True, text=True, check=False)
        faults += check.in_database(run.shared, SLUG)
    if verified.returncode:
        faults.append(f"verify: {verified.stdout}{verified.stderr}")
    if ended > 5:
        faults.append(f"a clean end took {ended:.1f} s")
    if run.was_full and not run.shared.seen["503 while full"]:
        faults.append("the file system was full and nobody was told")
    return report(run, faults + run.shared.faults, ended, log)


def report(run: Run, faults: list[str], ended: float, log: Path) -> dict[str, Any]:
    """Say it in words, and give it as data."""
    shared, seen = run.shared, run.shared.seen
    photos = sum(receipt.photo for receipt in shared.receipts)
    print(f"\n{run.engine}: {len(shared.receipts)} receipts shown, {photos} with a photo; "
          f"{seen['form sent again']} forms sent again, {seen['connection broke']} connections broke, "
          f"{seen['503 while full']} answers said “没存上” while the file system was full.")  # fmt: skip
    print(f"Killed {len(run.ready_after) - 1} times; back after {run.ready_after[1:]} s; clean end in {ended:.1f} s.")
    print(f"{len(shared.unanswered)} forms were still without a receipt when time was up.")
    if faults:
        kept = log.with_name(f"{run.engine}.log").absolute()
        log.rename(kept)
        print(f"{len(faults)} FAULTS (log of the server: {kept})", *faults[:20], sep="\n  ")
    else:
        shutil.rmtree(log.parent)
        print("Nothing lost, nothing doubled, the ledger verifies.")
    return {
        "engine": run.engine,
        "receipts": len(shared.receipts),
        "photos": photos,
        "kills": len(run.ready_after) - 1,
        "full": run.was_full,
        "ready_after": run.ready_after,
        "seen": dict(seen),
        "unanswered": len(shared.unanswered),
        "faults": faults[:50],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--seconds", type=float, default=30, help="of serving, kills and repairs not counted")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.engine == "both":  # settings are read once a process
        arguments = [f"--seconds={options.seconds}", f"--clients={options.clients}", f"--kills={options.kills}"]
        codes = [subprocess.call([sys.executable, __file__, f"--engine={engine}", *arguments]) for engine in ROOM]
        return max(codes)
    found = torture(options.engine, options)
    print(json.dumps(found, ensure_ascii=False))
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
