#!/usr/bin/env python3
"""How old the stored opinion map gets while people vote, and what a vote costs beside a page.

    scripts/bench_live_map.py [--people 10000] [--statements 300] [--votes 450000] [--cast 30] [--rate 5]

A conversation of that size is written into an empty installation; then `shangliang work` runs beside it, and votes
are cast at a steady rate through the site's own view, each timed from its commit until a stored map holds it. Then
the CPU of a vote beside that of the page with the map, both by Django's test client in one process, queries counted.
DATABASE_URL is honoured (scripts/with_postgres scripts/bench_live_map.py), else SQLite in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

SLUG, AT_ONCE = "420107", 20_000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--votes", type=int, default=450_000)
    parser.add_argument("--cast", type=int, default=30, help="votes to be timed")
    parser.add_argument("--rate", type=float, default=5, help="votes a second")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHANGLIANG_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "shangliang.config.settings"
        Path(folder, "static").mkdir()
        command = [str(Path(sys.executable).with_name("shangliang"))]
        subprocess.run([*command, "migrate"], check=True)
        import django

        django.setup()
        from django.conf import settings

        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        tenant, row = fill(options.people, options.statements, options.votes)
        drawing(tenant, row)
        worker = subprocess.Popen([*command, "work"])
        try:
            begun = time.perf_counter()
            wait_for(tenant, row, row.votes)
            print(
                f"the first map, after the worker starts with all {row.votes:,} votes: {time.perf_counter() - begun:.1f} s"
            )
            ages = cast(tenant, row, options)
            print(
                f"{options.cast} votes at {options.rate:g} a second: the map that holds a vote is stored after "
                f"{median(ages):.2f} s (median), {max(ages):.2f} s (most)"
            )
            idle(worker)
        finally:
            worker.terminate()
            worker.wait(20)
        costs(tenant, row)


def fill(people: int, statements: int, votes: int) -> tuple[Any, Any]:
    """A tenant with one conversation of so many votes, written past the acts."""
    import numpy as np
    from bench_opinion import planted
    from django.db import transaction
    from django_scopes import scope

    from shangliang.core import clock
    from shangliang.core.actors import Actor
    from shangliang.deliberation.actions.conversations import _open
    from shangliang.deliberation.models import Conversation, OpinionVote, Participant
    from shangliang.people.actions import open_tenant
    from shangliang.people.queries import district_office
    from shangliang.places.actions import load
    from shangliang.playbooks.actions import seed_calendar
    from shangliang.playbooks.queries import in_force

    seed_calendar()
    tenant = open_tenant(load(SLUG), "青山区", slug=SLUG)
    (who, what, vote), _ = planted(people, statements, votes, 3)
    with scope(tenant=tenant), transaction.atomic():
        texts = [f"第 {number} 条，说的是充电棚的一件小事。" for number in range(1, statements + 1)]
        given = {"body": district_office(), "question": "充电棚", "closes_on": None}
        rules = in_force(tenant.pk).deliberation.statements
        row = _open(Actor("system", tenant.pk), None, rules, "", texts, **given)
        now = clock.now()
        Participant.objects.bulk_create(
            (
                Participant(tenant=tenant, conversation=row, number=one, key=one.to_bytes(32, "big"), came_at=now)
                for one in range(people)
            ),
            AT_ONCE,
        )
        for start in range(0, votes, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            columns = zip(who[part].tolist(), what[part].tolist(), vote[part].tolist(), strict=True)
            OpinionVote.objects.bulk_create(
                OpinionVote(tenant=tenant, conversation=row, who=a, what=b + 1, vote=c, serial=start + at, cast_at=now)
                for at, (a, b, c) in enumerate(columns, 1)
            )
        Conversation.objects.filter(pk=row.pk).update(votes=len(np.asarray(vote)), people=people)
        row.refresh_from_db()
    return tenant, row


def drawing(tenant: Any, row: Any) -> None:
    """CPU of drawing from nothing, and again after some votes: what a busy machine cannot hide."""
    from django_scopes import scope

    from shangliang.deliberation.actions.opinions import vote
    from shangliang.deliberation.live_map import Maps
    from shangliang.deliberation.voters import Voter

    maps, times = Maps(), []
    with scope(tenant=tenant):
        for turn in range(6):
            begun = time.process_time()
            maps.draw(row)
            times.append(time.process_time() - begun)
            vote(row.pk, Voter(device=f"early {turn}"), 1, 1)
            row.refresh_from_db()
    print(f"CPU of a drawing: {times[0]:.2f} s from nothing, {median(times[1:]):.2f} s after a vote", flush=True)


def wait_for(tenant: Any, row: Any, votes: int) -> None:
    """Come back when a stored map holds so many votes."""
    from django_scopes import scope

    from shangliang.deliberation.models import StoredMap

    with scope(tenant=tenant):
        while not StoredMap.objects.filter(conversation=row, votes__gte=votes).exists():
            time.sleep(0.02)


def cast(tenant: Any, row: Any, options: argparse.Namespace) -> list[float]:
    """Votes of newcomers at a steady rate; seconds until the map holds each."""
    from django_scopes import scope

    from shangliang.deliberation.actions.opinions import vote
    from shangliang.deliberation.models import StoredMap
    from shangliang.deliberation.voters import Voter

    open_, ages, votes = [], [], row.votes
    begun = time.perf_counter()
    with scope(tenant=tenant):
        for number in range(options.cast):
            vote(row.pk, Voter(device=f"newcomer {number}"), 1 + number % options.statements, 1)
            votes += 1
            open_.append((votes, time.perf_counter()))
            next_at = begun + (number + 1) / options.rate
            last = number == options.cast - 1
            while time.perf_counter() < next_at or (last and open_):
                held = StoredMap.objects.filter(conversation=row).values_list("votes", flat=True).get()
                now = time.perf_counter()
                ages += [now - at for serial, at in open_ if serial <= held]
                open_ = [one for one in open_ if one[0] > held]
                time.sleep(0.02)
    return ages


def idle(worker: subprocess.Popen[bytes]) -> None:
    """CPU of the worker while nothing happens."""

    def spent() -> float:
        fields = Path(f"/proc/{worker.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    time.sleep(3)
    before = spent()
    time.sleep(10)
    print(f"the whole worker when idle: {(spent() - before) / 10 * 1000:.1f} ms CPU a second")


def costs(tenant: Any, row: Any) -> None:
    """CPU and queries of a vote, of the page that asks for it, and of the page with the map."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, at = Client(), f"/{tenant.slug}/talk/{row.pk}/"
    client.get(at)
    asked = {
        "a vote": lambda number: client.post(f"{at}vote/{number}/", {"vote": "1"}),
        "the page that asks for it": lambda number: client.get(at),
        "the page with the map": lambda number: client.get(f"{at}map/"),
    }
    for name, ask in asked.items():
        with CaptureQueriesContext(connection) as sent:
            assert ask(1).status_code in (200, 302)
        queries = sum(not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for one in sent)
        times = []
        for number in range(2, 27):
            begun = time.process_time()
            ask(number)
            times.append(time.process_time() - begun)
        print(f"{name}: {queries} queries, CPU {median(times) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
