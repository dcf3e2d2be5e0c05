"""Pairings: which there are, what is due in them, which come to their end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shangliang.core import clock
from shangliang.files.models import Attachment
from shangliang.people.models import Body
from shangliang.studios.models import Pairing, PairingTask

Status = Pairing.Status

WAKES = dt.timedelta(days=30)  # before its last day a pairing asks whether it goes on
# A draft that ended before both had signed: nothing goes on by it.
GIVEN_UP = Q(status=Status.ENDED) & (Q(one_signed_on=None) | Q(other_signed_on=None))
NAMES = 500  # to pick from; others are typed
SOON = dt.timedelta(days=14)  # before its day a task is listed


@dataclass(frozen=True, slots=True)
class Due:
    """What pairings ask for now."""

    unsigned: list[Pairing]
    renewals: list[Pairing]  # in their last 30 days, or past them, and neither renewed nor ended
    tasks: list[PairingTask]  # within 14 days, or late


def by_id(pairing_id: UUID) -> Pairing | None:
    """One pairing with both bodies and the one it renews (one query)."""
    return _whole().filter(pk=pairing_id).first()


def of(body: Body) -> list[Pairing]:
    """The pairings of a body that stand or wait for a signature, those that end first in front; then those that
    ended (one query)."""
    rows = _whole().filter(Q(one=body.pk) | Q(other=body.pk))
    return sorted(rows, key=lambda row: (row.status == Status.ENDED, row.until))


def tasks(pairing: Pairing) -> list[PairingTask]:
    """What a pairing sets itself, in the order of dates (one query)."""
    return list(pairing.tasks.select_related("body").order_by("due", "pk"))


def task(task_id: UUID) -> PairingTask | None:
    """One task with its pairing and both bodies (one query)."""
    rows = PairingTask.objects.select_related("pairing__one", "pairing__other", "body")
    return rows.filter(pk=task_id).first()


def renewed_by(pairing: Pairing) -> Pairing | None:
    """The pairing that goes on where this one ends, unless it was given up (one query)."""
    return pairing.renewed_by.exclude(GIVEN_UP).order_by("-pk").first()


def due(body_ids: Collection[UUID] | None = None, on: dt.date | None = None) -> Due:
    """What pairings ask for on a day, today if None: those of some bodies, or all (two queries)."""
    day = on or clock.today()
    rows, todo = _whole(), PairingTask.objects.select_related("pairing__one", "pairing__other", "body")
    if body_ids is not None:
        rows = rows.filter(Q(one__in=body_ids) | Q(other__in=body_ids))
        todo = todo.filter(Q(pairing__one__in=body_ids) | Q(pairing__other__in=body_ids))
    todo = todo.filter(done_on=None, due__lte=day + SOON, pairing__status=Status.SIGNED)
    asking = list(rows.filter(_falls_due(day) | Q(status=Status.DRAFT)).order_by("until", "pk"))
    unsigned = sorted((row for row in asking if row.status == Status.DRAFT), key=lambda row: (row.since, row.pk))
    renewals = [row for row in asking if row.status != Status.DRAFT]
    return Due(unsigned, renewals, list(todo.order_by("due", "pk")))


def listed(state: str = "", words: str = "", body_ids: Collection[UUID] | None = None) -> QuerySet[Pairing]:
    """The pairings of the tenant: those in force, or by `state` "draft", "due" or "ended"; named by `words`."""
    rows, day = _whole(), clock.today()
    if body_ids is not None:
        rows = rows.filter(Q(one__in=body_ids) | Q(other__in=body_ids))
    if state == "due":
        rows = rows.filter(_falls_due(day))
    else:
        rows = rows.filter(status={"draft": Status.DRAFT, "ended": Status.ENDED}.get(state, Status.SIGNED))
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(one__name__icontains=word) | Q(other__name__icontains=word))
    late = Count("tasks", filter=Q(tasks__done_on=None, tasks__due__lt=day))
    return rows.annotate(late=late).order_by("-until" if state == "ended" else "until", "pk")


def is_falling_due(pairing: Pairing, on: dt.date | None = None) -> bool:
    """Whether it is time to ask if a pairing goes on (no query)."""
    return pairing.status == Status.SIGNED and pairing.until <= (on or clock.today()) + WAKES


def body_named(name: str, kind: str = "") -> Body | None:
    """The open body of this name, perhaps only of a kind (one query)."""
    rows = Body.objects.select_related("place").filter(name=name, closed_on=None)
    return (rows.filter(kind=kind) if kind else rows).first()


def body_names(kind: str = "") -> list[str]:
    """Names to pick from, at most 500 of them (one query)."""
    rows = Body.objects.filter(closed_on=None)
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.order_by("name").values_list("name", flat=True)[:NAMES])


def file_of(pairing: Pairing, file_id: UUID) -> Attachment | None:
    """A scan of a signature, if the file is one of this pairing's (one query at most)."""
    if file_id not in (pairing.one_file_id, pairing.other_file_id):
        return None
    return Attachment.objects.filter(pk=file_id).first()


def _whole() -> QuerySet[Pairing]:
    return Pairing.objects.select_related("one", "other")


def _falls_due(day: dt.date) -> Q:
    further = Pairing.objects.filter(renews=OuterRef("pk")).exclude(GIVEN_UP)
    return Q(~Exists(further), status=Status.SIGNED, until__lte=day + WAKES)
