"""Whatever happens to a whistle: nobody is asked twice, nobody who must stay out, nobody on leave; one truth."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.gathering import actions, queries
from shangliang.gathering.models import Asked, Whistle
from shangliang.ledger.queries import timeline
from shangliang.playbooks.queries import in_force
from tests.cast import Cast
from tests.gathering.circle import CIRCLE, Circle

NAMES = [name for name, *_ in CIRCLE]
WHATS = ("come", "cannot", "pass", "wait", "wait", "ask", "recuse", "leave", "end")
SEQUENCES, WHISTLES, STEPS = 6, 4, 10
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_nobody_is_asked_twice_or_although_they_are_out(
    cast: Cast, circle: Circle, freeze: Callable[[dt.datetime], dt.datetime], seed: int
) -> None:
    chance = random.Random(seed)
    now = freeze(MONDAY)
    away: dict[str, dt.date] = {}
    for number in range(WHISTLES):
        matter, recused = cast.accepted(), set[str]()
        there = [one.name for one in queries.everybody(matter) if not one.out and one.name in NAMES]
        first = chance.sample(there, min(len(there), chance.randint(1, 2)))
        if not first:
            return
        whistle = circle.blown(*first, needed=chance.randint(1, 3), matter=matter.pk, what=f"第 {number} 次")
        for _step in range(STEPS):
            what, name, before = chance.choice(WHATS), chance.choice(NAMES), set(circle.answers(whistle))
            now = freeze(now + dt.timedelta(hours=chance.randint(1, 30)))
            if what == "leave":
                away[name] = clock.today() + dt.timedelta(days=chance.randint(0, 9))
                circle.away(name, clock.today(), away[name])
            with suppress(Refused, Asked.DoesNotExist):
                happen(cast, circle, whistle, what, name)
            recused |= {name} if what == "recuse" else set()
            actions.go_on(cast.tenant)
            out = recused | {who for who, until in away.items() if until >= clock.today()}
            assert not (set(circle.answers(whistle)) - before) & out
            holds(cast, whistle)


def happen(cast: Cast, circle: Circle, whistle: Whistle, what: str, name: str) -> None:
    if what in ("come", "cannot"):
        circle.says(whistle, name, what, why="")
    elif what == "pass":
        circle.says(whistle, name, "pass", passed_to=circle[NAMES[NAMES.index(name) - 1]])
    elif what == "ask":
        actions.ask_more(cast.community, whistle.pk, ask_next=[circle[name]])
    elif what == "recuse" and whistle.matter_id:
        actions.recuse(cast.community, whistle.matter_id, person_id=circle[name], why="有关系")
    elif what == "end":
        actions.end_whistle(cast.community, whistle.pk, done=True)


def holds(cast: Cast, whistle: Whistle) -> None:
    """What is so of every whistle at every time."""
    blown = queries.whistle(whistle.pk)
    assert blown is not None
    row, asked = blown.whistle, blown.asked
    assert len({one.person_id for one in asked}) == len(asked)
    coming = {one.person_id for one in blown.coming}
    assert all(one.comes_at for one in blown.coming)
    if row.status in (Whistle.Status.OPEN, Whistle.Status.ANSWERED):
        assert (row.status == Whistle.Status.ANSWERED) == (len(coming) >= row.needed)
    else:
        assert not blown.waiting
    assert row.led_by_id is None or row.led_by_id in coming or not coming
    by_hand = sum(1 for one in asked if one.asked_at == row.blown_at)
    lines = timeline(row.pk)
    at_most = max(in_force(cast.tenant.pk).whistle.at_most, row.needed, by_hand)
    by_worker = sum(len(line.facts["asked"]) for line in lines if line.body["actor"]["kind"] == "system")
    assert by_worker <= at_most
    # Everybody who was asked stands in exactly one entry as asked.
    named = [person for line in lines for person in line.facts.get("asked", [])]
    assert sorted(named) == sorted(str(one.person_id) for one in asked)
