"""`shangliang serve`: one web process and one worker process, each started again when it dies."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from types import FrameType

from django.conf import settings

PATIENCE = 60.0  # seconds until the first answer
FAREWELL = 4.0  # seconds that children have for what they are doing when all is to end
PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None  # looked up before any fork


def die_with_parent(parent: int, by: int = signal.SIGTERM) -> None:
    """Let the kernel send this process `by` when `parent` is gone, however it went (Linux only)."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, by)
        if os.getppid() != parent:  # it went before the kernel knew
            os.kill(os.getpid(), by)


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
        self._end()
        return 0

    def _start(self, name: str) -> None:
        parent = os.getpid()
        self.children[name] = subprocess.Popen(self.commands[name], preexec_fn=lambda: die_with_parent(parent))

    def _end(self) -> None:
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + FAREWELL
        for child in self.children.values():
            try:
                child.wait(max(until - time.monotonic(), 0.01))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def serve(host: str, port: int, threads: int) -> int:
    """Serve until a signal comes. Prints `ready http://HOST:PORT` once the site answers. Gives the exit status."""
    try:
        _wait_for(host, port)
    except OSError as error:
        print(f"cannot serve on {host}:{port}: {error.strerror}", file=sys.stderr)
        return 1
    supervisor = Supervisor({"web": web_command(host, port, threads), "worker": WORK})
    threading.Thread(target=_say_when_ready, args=(host, port, supervisor), daemon=True).start()
    return supervisor.run()


WORK = [sys.executable, "-m", "shangliang.manage.cli", "work"]


def web_command(host: str, port: int, threads: int) -> list[str]:
    """The command of the web process."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": str(threads),
        "--workers-kill-timeout": "3",  # less than FAREWELL: a slow upload must not hold up a restart
        "--log-level": "error",
    }
    words = [word for option in options.items() for word in option]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *words, *flags, "shangliang.config.wsgi:application"]


def _wait_for(host: str, port: int) -> None:
    """Give back as soon as nobody listens there. Two servers would share the port without noticing.

    One that is just ending, after a crash of its supervisor, gets the time to do so. Raises OSError.
    """
    until = time.monotonic() + 2 * FAREWELL
    while True:
        try:
            return socket.create_server((host, port)).close()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
        time.sleep(0.1)


def _say_when_ready(host: str, port: int, supervisor: Supervisor) -> None:
    here = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    question = urllib.request.Request(f"http://{here}:{port}/healthz", headers={"Host": name})
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not supervisor.stopping.wait(0.1):
        try:
            with urllib.request.urlopen(question, timeout=2):  # noqa: S310
                print(f"ready http://{host}:{port}", flush=True)
                return
        except OSError:  # among them urllib's own errors
            continue


def worker_signals(stopping: threading.Event) -> None:
    """Let SIGTERM and SIGINT end the worker between two pieces of work."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
