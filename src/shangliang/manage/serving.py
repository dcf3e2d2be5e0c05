"""`shangliang serve`: one web process and one worker process, each started again when it dies."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from types import FrameType

PATIENCE = 60.0  # seconds until the first answer
PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def die_with_parent() -> None:
    """Let the kernel end this process when its parent is gone, however the parent went (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps named child processes running until told to stop."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()

    def stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        self.stopping.set()

    def run(self) -> int:
        """Start all, start again what dies, and end all on a signal. Gives the exit status."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        for name in self.commands:
            self._start(name)
        while not self.stopping.wait(0.5):
            for name, child in self.children.items():
                if child.poll() is not None:
                    print(f"{name} ended with {child.returncode}; starting it again", file=sys.stderr, flush=True)
                    if not self.stopping.wait(1.0):
                        self._start(name)
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        return 0

    def _start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(self.commands[name], preexec_fn=die_with_parent)


def serve(host: str, port: int, threads: int) -> int:
    """Serve until a signal comes. Prints `ready http://HOST:PORT` once the site answers."""
    web = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        str(threads),
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
        "shangliang.config.wsgi:application",
    ]
    work = [sys.executable, "-m", "shangliang.manage.cli", "work"]
    supervisor = Supervisor({"web": web, "worker": work})
    threading.Thread(target=_say_when_ready, args=(host, port, supervisor), daemon=True).start()
    return supervisor.run()


def _say_when_ready(host: str, port: int, supervisor: Supervisor) -> None:
    address = f"http://{host}:{port}"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not supervisor.stopping.wait(0.1):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310
                print(f"ready {address}", flush=True)
                return
        except (urllib.error.URLError, OSError):
            continue


def worker_signals(stopping: threading.Event) -> None:
    """Let SIGTERM and SIGINT end the worker between two pieces of work; and end with the parent."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if os.getppid() == 1:
        stopping.set()
