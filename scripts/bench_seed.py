"""Fills an installation with many plausible matters, in bulk and past the acts, to measure pages on it.

    scripts/bench_seed.py MATTERS FACTS.json      (into $SHANGLIANG_DATA, which must be empty)

Every matter has its row, its course, its voice and its text for searching; entries stand only behind the
one matter whose page is measured. Rows are written as the database wants them: a million in a few minutes.
"""

# ruff: noqa: E402 (Django has to be set up between two imports)
from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandOver
from shangliang.figures.models import EVERYWHERE, Course, Tally
from shangliang.ledger.models import Subject
from shangliang.manage.demo import demo
from shangliang.matters.models import ENDS, Matter, Status
from shangliang.matters.models import Counter as Numbers
from shangliang.people.models import Account, Body
from shangliang.people.queries import actor_of
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices import search, stamps
from shangliang.voices.actions import Speech, raise_voice
from shangliang.voices.models import SearchText, Voice

YEARS = 6
PORTION = 20_000
ENTRIES = 100
STAMPS = 6000  # of forms to be sent
WHERE = ("1栋2单元", "3栋门口", "北门", "菜场边上", "小学旁边", "8号楼", "地下车库", "公交站", "健身角", "南边的路口")
WHAT = ("楼道灯不亮", "井盖松了", "电梯常停", "垃圾没人收", "雨水倒灌", "路口看不清红绿灯", "树枝挡了窗", "停车占了消防道",
        "水压太小", "墙皮往下掉", "路面有坑", "夜里施工太吵", "充电桩坏了", "下水道返味", "想加装扶手")  # fmt: skip
ASK = ("", "，请来看看", "，什么时候修", "，已经半个月了", "，老人走路不方便")
# How often a matter stands in each status.
STANDING = {Status.RAISED: 3, Status.GATHERED: 5, Status.DELIBERATED: 3, Status.DELIVERED: 8, Status.DONE: 48,
            Status.PROMISED: 8, Status.EXPLAINED: 19, Status.DECLINED: 6}  # fmt: skip
CATEGORIES = ("consult", "help", "complaint", "suggest", "other")


def seed(tenant: Tenant, count: int) -> None:
    """Write `count` matters of the last years, the newest last."""
    draw, began = random.Random(count), time.monotonic()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA cache_size = -500000")  # kilobytes: for this writing alone
    with scope(tenant=tenant):
        places = list(Place.objects.filter(path__startswith=tenant.place_path + "/", level=5).select_related("parent"))
        holders = dict(Body.objects.values_list("place_id", "id"))
        texts, tallies, last = Texts(tenant), Tallies(), 0
        drawn = _draw(draw, tenant, count, places, holders)
        for portion in iter(lambda: list(islice(drawn, PORTION)), []):
            with transaction.atomic():
                for model, rows in ((Matter, map(_matter, portion)), (Course, map(_course, portion)),
                                    (Voice, map(_voice, portion)), (SearchText, texts.of(portion))):  # fmt: skip
                    _write(tenant, model, rows)
            tallies.count(portion)
            last += len(portion)
            print(f"\r  {last:,} matters in {time.monotonic() - began:.0f} s", end="", flush=True)
        _write(tenant, Tally, tallies.rows())
        for year in range(clock.today().year - YEARS, clock.today().year + 1):
            Numbers.objects.update_or_create(tenant=tenant, year=year, defaults={"last": 500_000})
    print(f"\r  {last:,} matters, all told, in {time.monotonic() - began:.0f} s")


def long_matter(tenant: Tenant) -> str:
    """A public matter that is being handled, brought to 100 entries by real acts. Gives its number."""
    with scope(tenant=tenant):
        rows = HandOver.objects.filter(status=HandOver.Status.IN_HAND, matter__is_public=True)
        row = rows.select_related("matter", "body")[0]
        staff = (actor_of(account, tenant.pk) for account in Account.objects.exclude(person=None))
        actor = next(one for one in staff if row.body_id in {seat.body_id for seat in one.seats})
        there = Subject.objects.filter(subject=row.matter_id).count()
        for n in range(there, ENTRIES):
            words = f"第{n}次去现场看过，和{WHERE[n % len(WHERE)]}的住户对了一遍，下周接着做。"
            delivery.report_progress(actor, row, None, words=words)
        return row.matter.number


def _draw(
    draw: random.Random, tenant: Tenant, count: int, places: list[Place], holders: dict[UUID, UUID]
) -> Iterator[dict[str, Any]]:
    """The facts of each matter, oldest first, so that the newest rows are the newest matters, as in life."""
    now = clock.now()
    step = dt.timedelta(days=365 * YEARS) / count
    statuses, weights = list(STANDING), list(STANDING.values())
    lively = [1 / (n + 3) for n in range(len(places))]  # some places talk much more than others
    numbers: Counter[int] = Counter()
    chosen = draw.choices(range(len(places)), lively, k=count)
    stand = draw.choices(statuses, weights, k=count)
    for n in range(count):
        raised = now - step * (count - n)
        status, place = stand[n], places[chosen[n]]
        if (now - raised).days > 60 and status not in ENDS:
            status = Status.DONE
        day = clock.day_of(raised)
        numbers[raised.year] += 1
        ended = status in ENDS
        yield {
            "id": uuid7(),
            "number": f"{tenant.slug}-{raised.year}-{numbers[raised.year] + 1000:06d}",
            "title": f"{place.short_name}{draw.choice(WHERE)}{draw.choice(WHAT)}{draw.choice(ASK)}",
            "status": status,
            "place": place,
            "holder": holders.get(place.pk),
            "public": status != Status.RAISED and draw.random() < 0.85,
            "supporters": min(int(draw.paretovariate(0.9)) - 1, 3000),
            "category": draw.choice(CATEGORIES),
            "raised": raised,
            "day": day,
            "due": None if ended else day + dt.timedelta(days=draw.randrange(5, 70)),
            "ended": raised + dt.timedelta(days=draw.randrange(1, 50)) if ended else None,
        }


def _matter(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "number": row["number"], "title": row["title"] if row["status"] != Status.RAISED else "",
        "summary": "", "category": row["category"], "status": str(row["status"]), "place": row["place"].pk,
        "place_settled": True, "place_words": "", "is_public": row["public"], "lead": None, "holder": row["holder"],
        "due": row["due"], "due_started": row["day"] if row["due"] else None,
        "due_rule": "hand_over" if row["due"] else "", "due_days": 15 if row["due"] else 0,
        "supporters": row["supporters"], "version": 3, "raised_at": row["raised"], "ended_at": row["ended"],
        "last_act_at": clock.now(),  # or the worker would have to say “still open” of each
    }  # fmt: skip


def _course(row: dict[str, Any]) -> dict[str, Any]:
    later = row["day"] + dt.timedelta(days=2)
    return {
        "id": uuid7(), "matter": row["id"], "place": row["place"].pk, "status": str(row["status"]), "held": False,
        "raised_on": row["day"], "answer_due": later, "answered_on": later, "accepted_on": later,
        "deliberated_on": None, "delivered_on": None, "replied_on": None,
        "ended_on": clock.day_of(row["ended"]) if row["ended"] else None, "due": row["due"],
        "rated_on": None, "promise_on": None,
    }  # fmt: skip


def _voice(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid7(), "matter": row["id"], "words": uuid7(), "follows": None, "channel": "web",
        "openness": "public" if row["public"] else "handlers", "speaks_for": "self", "group_size": 1, "contact": None,
        "key": f"seed:{row['id'].hex}", "held": False, "consent_withdrawn_at": None, "cleared_at": None,
        "happened_at": row["raised"], "recorded_at": row["raised"],
    }  # fmt: skip


class Texts:
    """What matters are found by, and on SQLite the index beside it."""

    def __init__(self, tenant: Tenant) -> None:
        self.mark = tenant.mark
        self.row = SearchText.objects.aggregate(last=models.Max("row"))["last"] or 0
        self.known: dict[str, str] = {}

    def of(self, portion: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for row in portion:
            if row["status"] == Status.RAISED:
                continue
            self.row += 1
            rows.append({"id": uuid7(), "matter": row["id"], "tokens": self._tokens(row), "row": self.row})
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                pairs = [(row["row"], row["tokens"]) for row in rows]
                cursor.executemany("INSERT INTO voices_search (rowid, tokens) VALUES (%s, %s)", pairs)
        return rows

    def _tokens(self, row: dict[str, Any]) -> str:
        title, place = row["title"], row["place"]
        if title not in self.known:
            above = place.parent.short_name if place.parent else ""
            self.known[title] = " ".join(search.index_tokens(self.mark, title, place.short_name, above))
        return self.known[title]


class Tallies:
    """The sums of each day, everywhere and of each place."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[UUID, str, dt.date]] = Counter()
        self.there = set(Tally.objects.values_list("place", "name", "day"))

    def count(self, portion: list[dict[str, Any]]) -> None:
        for row in portion:
            answered, ended = row["day"] + dt.timedelta(days=2), row["ended"]
            end = [(str(row["status"]), clock.day_of(ended), 1)] if ended else []
            for name, day, value in (("raised", row["day"], 1), ("accepted", answered, 1), ("answers", answered, 1),
                                     ("answer_days", answered, 2), ("answers_due", answered, 1),
                                     ("answers_in_time", answered, 1), *end):  # fmt: skip
                for place in (EVERYWHERE, row["place"].pk):
                    self.counts[place, name, day] += value

    def rows(self) -> Iterator[dict[str, Any]]:
        for (place, name, day), value in self.counts.items():
            if (place, name, day) not in self.there:
                yield {"id": uuid7(), "day": day, "name": name, "place": place, "value": value}


def _write(tenant: Tenant, model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows given by field name."""
    rows, owner = iter(rows), _as_stored(tenant.pk)
    while portion := list(islice(rows, PORTION)):
        columns = ["tenant_id", *(model._meta.get_field(name).column for name in portion[0])]
        quoted = ", ".join(f'"{column}"' for column in columns)
        sql = f'INSERT INTO "{model._meta.db_table}" ({quoted}) VALUES ({", ".join(["%s"] * len(columns))})'
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, [(owner, *map(_as_stored, row.values())) for row in portion])


def _as_stored(value: Any) -> Any:
    if connection.vendor != "sqlite":
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, dt.date) else value


# --- what the measuring needs to know ------------------------------------------------------------------


def pages(tenant: Tenant) -> tuple[dict[str, str], str]:
    """The public pages by name, and the code of a slip."""
    number, home = long_matter(tenant), f"/{tenant.slug}/"
    with scope(tenant=tenant):
        place = Place.objects.filter(path__startswith=tenant.place_path + "/", level=5).order_by("code")[5]
        speech = Speech(words="楼道灯不亮，晚上回家看不见。", place=place, key="bench-slip")
        code = raise_voice(Actor("resident", tenant.pk), tenant, speech).code
    listed = f"{home}matters/"
    return {
        "home": home,
        "list": listed,
        "list, most cared for": f"{listed}?by=care",
        "list of a place": f"{listed}?place={place.code}",
        "list of a stage": f"{listed}?stage=delivered",
        "search": f"{listed}?q=%E7%94%B5%E6%A2%AF",
        "matter, 100 entries": f"{listed}{number}/",
        "matter, all its entries": f"{listed}{number}/?all=1",
        "figures": f"{home}figures/",
        "form": f"{home}say/",
        "slip": "/s/",
    }, code


def queries_of(address: str, code: str) -> int:
    """How many queries a page takes once the process is warm."""
    client = Client()
    for _once_more in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(address, {"code": code}) if address == "/s/" else client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    return len(queries)


def main() -> None:
    count = int(sys.argv[1])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with contextlib.redirect_stdout(io.StringIO()):  # passwords
        demo(if_empty=False)
    tenant = Tenant.objects.get()
    seed(tenant, count)
    addresses, code = pages(tenant)
    with clock.pretending(clock.now() - dt.timedelta(minutes=1)):
        drawn = [stamps.draw() for _n in range(STAMPS)]
    queries = {name: queries_of(address, code) for name, address in addresses.items()}
    facts = {"pages": addresses, "code": code, "stamps": drawn, "queries": queries}
    Path(sys.argv[2]).write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
