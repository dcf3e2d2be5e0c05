"""Reading delivery: hand-overs with their points, promises, confirmations, and what waits for me."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from shangliang.core.seal import keyed_hash, unseal
from shangliang.deliberation.models import Item
from shangliang.deliberation.queries.agreements import waiting_points
from shangliang.delivery.models import Confirmation, HandedPoint, HandOver, HandOverFile, Promise, ReplyLink
from shangliang.delivery.rules import OPEN
from shangliang.matters.models import OPEN as OPEN_MATTERS
from shangliang.matters.models import Matter, Point, Referral
from shangliang.matters.queries import points
from shangliang.people.models import Body
from shangliang.voices.models import Voice


def hand_overs(matter: Matter) -> list[HandOver]:
    """The hand-overs of a matter, first first, with body and points (two queries)."""
    points = HandedPoint.objects.select_related("point").order_by("point__number")
    rows = HandOver.objects.filter(matter=matter).select_related("body", "from_body", "handler")
    return list(rows.prefetch_related(Prefetch("points", points)).order_by("sent_at"))


def hand_over(hand_over_id: UUID) -> HandOver | None:
    """One hand-over with body and matter."""
    rows = HandOver.objects.select_related(
        "body__place", "from_body", "handler", "matter__place", "matter__holder", "matter__lead"
    )
    return rows.filter(pk=hand_over_id).first()


def handed_points(row: HandOver) -> list[HandedPoint]:
    """The points a hand-over carries, in order."""
    return list(HandedPoint.objects.filter(hand_over=row).select_related("point").order_by("point__number"))


def handed_again(row: HandOver) -> bool:
    """Whether a point of this hand-over was handed to somebody later, who did not return it."""
    later = HandOver.objects.filter(matter=row.matter_id, sent_at__gte=row.sent_at).exclude(pk=row.pk)
    later = later.exclude(status=HandOver.Status.RETURNED)
    own = HandedPoint.objects.filter(hand_over=row).values("point")
    return HandedPoint.objects.filter(hand_over__in=later, point__in=own).exists()


def file_names(row: HandOver) -> list[str]:
    """What the files brought in with a reply are called."""
    rows = HandOverFile.objects.filter(hand_over=row).order_by("pk")
    return list(rows.values_list("attachment__name", flat=True))


def draft(handed: HandedPoint) -> str:
    """The answer to a point as drafted, in the clear."""
    if handed.draft is None:
        return ""
    return unseal(handed.draft, f"draft:{handed.tenant_id}:{handed.pk}").decode()


def open_hand_overs(matter_id: UUID) -> list[HandOver]:
    """The hand-overs still out, the one due first in front."""
    return list(HandOver.objects.filter(matter=matter_id, status__in=OPEN).select_related("body").order_by("due"))


def points_at_home(matter: Matter) -> list[Point]:
    """The open points of a matter that are not out with any body."""
    out = HandedPoint.objects.filter(point__matter=matter, hand_over__status__in=OPEN).values_list("point", flat=True)
    taken = set(out)
    return [point for point in points(matter) if point.status == Point.Status.OPEN and point.pk not in taken]


def consensus(matter: Matter) -> list[Item]:
    """What meetings agreed on, whose points are with nobody yet, in order, with owner and topic (three queries)."""
    return waiting_points(matter, points_at_home(matter))


def promise(promise_id: UUID) -> Promise | None:
    """One promise with matter, point and body."""
    rows = Promise.objects.select_related("matter__place", "matter__holder", "point", "body")
    return rows.filter(pk=promise_id).first()


def promises(matter: Matter) -> list[Promise]:
    """The promises made on a matter's points, the one due first in front."""
    return list(Promise.objects.filter(matter=matter).select_related("point", "body").order_by("by_when"))


def confirmation(voice: Voice) -> Confirmation | None:
    """The latest word of a voice on the result."""
    return Confirmation.objects.filter(voice=voice).order_by("-happened_at").first()


def by_link(token: str, tenant_id: UUID) -> ReplyLink | None:
    """The reply link with this token, whatever its state."""
    rows = ReplyLink.objects.select_related("hand_over__body__place", "hand_over__matter__place")
    return rows.filter(digest=link_digest(token, tenant_id)).first()


def link_digest(token: str, tenant_id: UUID) -> bytes:
    return keyed_hash(token, f"reply-link:{tenant_id}")


KINDS = ("matter", "hand_over", "sign", "send_back", "promise")
WORKING = (Matter.Status.RAISED, Matter.Status.GATHERED, Matter.Status.DELIBERATED, Matter.Status.DELIVERED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody: a matter, a hand-over, a send-back or a promise about to fall due."""

    kind: str  # one of KINDS
    matter: Matter
    due: dt.date | None
    hand_over: HandOver | None = None
    promise: Promise | None = None
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which of what waits is asked for. The rows are chosen in the database, so that the limit cuts nothing off."""

    due_from: dt.date | None = None
    due_until: dt.date | None = None
    places: frozenset[UUID] | None = None
    category: str = ""
    status: str = ""
    handler: UUID | None = None  # hand-overs that this person handles

    def matters(self, prefix: str = "") -> Q:
        """The condition on matters that stand at the end of `prefix`."""
        wanted: dict[str, Any] = {}
        if self.places is not None:
            wanted["place__in"] = self.places
        if self.category:
            wanted["category"] = self.category
        if self.status:
            wanted["status"] = self.status
        return Q(**{prefix + name: value for name, value in wanted.items()})

    def dates(self, column: str) -> Q:
        """The condition on the date in `column`."""
        wanted = Q() if self.due_from is None else Q(**{f"{column}__gte": self.due_from})
        return wanted if self.due_until is None else wanted & Q(**{f"{column}__lte": self.due_until})


EVERYTHING = Narrow()


def waits_for(
    bodies: Iterable[UUID],
    today: dt.date,
    *,
    wake_days: int,
    limit: int,
    kinds: Collection[str] = KINDS,
    narrow: Narrow = EVERYTHING,
) -> list[Waiting]:
    """What waits for these bodies, what is due first in front (at most four queries, each by an index and limited).

    A send-back has no date and stands where today stands: somebody is waiting for a word.
    """
    ids, waiting = list(bodies), list[Waiting]()
    if "matter" in kinds and narrow.handler is None:
        waiting += _matters(ids, narrow, limit)
    if not {"hand_over", "sign"}.isdisjoint(kinds):
        waiting += _hand_overs(ids, narrow, kinds, limit)
    if "send_back" in kinds and narrow.handler is None and _spans(narrow, today):
        waiting += _send_backs(ids, narrow, limit)
    if "promise" in kinds and narrow.handler is None:
        waiting += _promises(ids, narrow, today + dt.timedelta(days=wake_days), limit)
    return sorted(waiting, key=lambda item: (item.due or today, item.matter.number))[:limit]


def _spans(narrow: Narrow, today: dt.date) -> bool:
    return (narrow.due_from or today) <= today <= (narrow.due_until or today)


def _matters(bodies: list[UUID], narrow: Narrow, limit: int) -> list[Waiting]:
    rows = Matter.objects.filter(
        narrow.matters(), narrow.dates("due"), holder__in=bodies, status__in=WORKING, lead=None
    )
    # While a hand-over is out to the holder itself, the hand-over is what waits.
    out = HandOver.objects.filter(status__in=OPEN, body__in=bodies).values("matter")
    rows = rows.exclude(pk__in=out).select_related("place", "holder").order_by("due", "id")[:limit]
    return [Waiting("matter", matter, matter.due) for matter in rows]


def _hand_overs(bodies: list[UUID], narrow: Narrow, kinds: Collection[str], limit: int) -> list[Waiting]:
    states = [HandOver.Status.SIGNING] if "sign" in kinds else []
    states += [HandOver.Status.SENT, HandOver.Status.IN_HAND] if "hand_over" in kinds else []
    rows = HandOver.objects.filter(narrow.matters("matter__"), narrow.dates("due"), body__in=bodies, status__in=states)
    if narrow.handler is not None:
        rows = rows.filter(handler=narrow.handler)
    rows = rows.select_related("matter__place", "matter__holder", "body").order_by("due", "id")[:limit]
    return [
        Waiting("sign" if row.status == HandOver.Status.SIGNING else "hand_over", row.matter, row.due, hand_over=row)
        for row in rows
    ]


def _send_backs(bodies: list[UUID], narrow: Narrow, limit: int) -> list[Waiting]:
    rows = Confirmation.objects.filter(
        narrow.matters("matter__"), sent_back=True, handled_at=None, matter__holder__in=bodies
    )
    rows = rows.select_related("matter__place", "matter__holder").order_by("happened_at")[:limit]
    return [Waiting("send_back", row.matter, None, confirmation=row) for row in rows]


def _promises(bodies: list[UUID], narrow: Narrow, until: dt.date, limit: int) -> list[Waiting]:
    rows = Promise.objects.filter(
        narrow.matters("matter__"),
        narrow.dates("by_when"),
        body__in=bodies,
        status=Promise.Status.STANDING,
        by_when__lte=until,
    )
    rows = rows.select_related("matter__place", "matter__holder", "point").order_by("by_when")[:limit]
    return [Waiting("promise", row.matter, row.by_when, promise=row) for row in rows]


# --- closing a body ---------------------------------------------------------------------------------


def left_with(body: Body) -> list[str]:
    """What keeps a body from being closed, each kind with its number, in words; empty when nothing does."""
    waiting = (Referral.Status.SENT, Referral.Status.ACCEPTED)
    kinds = (
        (_("没了结的事 %(n)d 件"), Matter.objects.filter(holder=body, status__in=OPEN_MATTERS, lead=None)),
        (_("没答复的交办 %(n)d 件"), HandOver.objects.filter(body=body, status__in=OPEN)),
        (_("没回话的转报 %(n)d 件"), Referral.objects.filter(to_body=body, status__in=waiting)),
        (_("没到期的承诺 %(n)d 个"), Promise.objects.filter(body=body, status=Promise.Status.STANDING)),
    )
    return [words % {"n": n} for words, rows in kinds if (n := rows.count())]
