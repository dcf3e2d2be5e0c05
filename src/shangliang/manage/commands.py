"""What each command does. Imports of rooms stay inside, so that every command starts quickly."""

from __future__ import annotations

import argparse
import threading

from django.core.management import call_command


def serve(options: argparse.Namespace) -> int:
    from shangliang.manage.serving import serve as run

    call_command("collectstatic", interactive=False, verbosity=0)
    return run(options.host, options.port, options.threads)


def work(options: argparse.Namespace) -> int:
    from shangliang.manage.jobs import JOBS
    from shangliang.manage.serving import worker_signals
    from shangliang.manage.working import work as run

    stopping = threading.Event()
    worker_signals(stopping)
    run(JOBS, stopping, once=options.once)
    return 0


def migrate(options: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=0)
    return 0


def demo(options: argparse.Namespace) -> int:
    from shangliang.manage.demo import demo as run

    return run(if_empty=options.if_empty)
