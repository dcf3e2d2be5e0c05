"""What every act on a matter is made of: lock it, change it, keep its clock. Each leaves its entry to its caller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move
from shangliang.matters.models import ENDS, Matter, Point
from shangliang.matters.queries import count_up
from shangliang.people.models import Body
from shangliang.people.queries import receiving_body
from shangliang.places.models import Place
from shangliang.playbooks.queries import calendar, deadline


def open_matter(
    tenant_id: UUID,
    slug: str,
    *,
    place: Place,
    place_settled: bool,
    place_words: str,
    holder: Body | None,
    raised_at: dt.datetime,
    title: str = "",
) -> Matter:
    """A new matter in stage 提, with its number and the clock of the first answer. No entry: the voice's act has one."""
    due = deadline(tenant_id, clock.day_of(raised_at), "first_answer")
    matter = Matter(
        tenant_id=tenant_id,
        number=next_number(tenant_id, slug),
        title=title,
        place=place,
        place_settled=place_settled,
        place_words=place_words,
        holder=holder,
        due=due.due,
        due_started=due.start,
        due_rule="first_answer",
        due_days=due.days,
        raised_at=raised_at,
        last_act_at=clock.now(),
    )
    matter.save(force_insert=True)
    return matter


def next_number(tenant_id: UUID, slug: str) -> str:
    """The next public number of the tenant's year of recording, such as 420107-2026-000123."""
    year = clock.today().year
    return f"{slug}-{year}-{count_up(tenant_id, year):06d}"


def lock(matter_id: UUID, seen: int | None) -> Matter:
    """The matter, locked for this transaction, with place and holder.

    `seen` is the version the actor was looking at; raises Changed when somebody acted since.
    None skips the check, for acts that don't depend on what was seen (a resident's).
    """
    matter = Matter.objects.select_for_update(of=("self",)).select_related("place", "holder", "lead").get(pk=matter_id)
    if seen is not None and seen != matter.version:
        raise Changed(_("您看的时候，这件事又有了新动作。请先看一眼，您填的字都还在。"))
    return matter


def lock_both(matter_id: UUID, other_id: UUID, seen: int | None) -> tuple[Matter, Matter]:
    """Two matters, locked in the order of ids, so that two acts on both never wait for each other in a circle."""
    if matter_id == other_id:
        matter = lock(matter_id, seen)
        return matter, matter
    if matter_id < other_id:
        return lock(matter_id, seen), lock(other_id, None)
    other = lock(other_id, None)
    return lock(matter_id, seen), other


def lock_with_lead(matter_id: UUID, seen: int | None) -> Matter:
    """The matter and the one it is joined to, both locked; the lead is at `matter.lead`.

    Raises Changed as `lock` does, and when the matter was joined or taken out at this very moment.
    """
    lead_id = Matter.objects.values_list("lead", flat=True).get(pk=matter_id)
    matter, lead = lock_both(matter_id, lead_id or matter_id, seen)
    if matter.lead_id != lead_id:
        raise Changed(_("这件事刚刚有人动过，请看一眼最新情况再操作。"))
    if lead_id is not None:
        matter.lead = lead
    return matter


def held_by(matter: Matter, body: Body | None) -> dict[str, Any]:
    """The holder column for `body`; if it was closed meanwhile, for the body that now receives for the place."""
    is_there = body is not None and body.closed_on is None
    return {"holder": body if is_there else receiving_body(matter.place) or body}


def change(matter: Matter, *, to: str | None = None, at: dt.datetime | None = None, **fields: Any) -> None:
    """Write `fields` to a locked matter, raise its version, and move it to status `to` if given."""
    at = at or clock.now()
    fields |= {"version": matter.version + 1, "last_act_at": at}
    if to is not None and to != matter.status:
        fields["ended_at"] = at if to in ENDS else None
        move(matter, to, **fields)
        return
    Matter.objects.filter(pk=matter.pk).update(**fields)
    for name, value in fields.items():
        setattr(matter, name, value)


def clock_fields(
    tenant_id: UUID, rule: str, start: dt.date | None = None, extra_days: int = 0, *, days: int = 0
) -> dict[str, Any]:
    """The due-date columns of a matter for a clock of the playbook that starts on `start` (today if None).

    `days`: working days that hold instead of the clock's own, as a topic's way of working has them between levels.
    """
    start = start or clock.today()
    due = calendar(tenant_id).add_working_days(start, days) if days else deadline(tenant_id, start, rule, extra_days)
    return {"due": due.due, "due_started": due.start, "due_rule": rule, "due_days": due.days}


NO_CLOCK: dict[str, Any] = {"due": None, "due_started": None, "due_rule": "", "due_days": 0}


def add_points(matter: Matter, texts: Sequence[str]) -> list[Point]:
    """New numbered points at the end of the matter's list. Raises Refused when there is no text."""
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        raise Refused(_("至少写一点：请对方做什么。"), "points")
    last = Point.objects.filter(matter=matter).aggregate(last=Max("number"))["last"] or 0
    points = [
        Point(tenant_id=matter.tenant_id, matter=matter, number=last + index, text=text)
        for index, text in enumerate(texts, 1)
    ]
    Point.objects.bulk_create(points)
    return points


def facts(matter: Matter) -> dict[str, Any]:
    """What every entry on a matter says of it, so that figures need nothing but the ledger."""
    return {
        "number": matter.number,
        "status": str(matter.status),
        "place": str(matter.place_id),
        "version": matter.version,
        "holder": str(matter.holder_id) if matter.holder_id else None,
        "due": matter.due.isoformat() if matter.due else None,
    }
