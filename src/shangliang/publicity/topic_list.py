"""The list of topics: those being talked over, those that were agreed, those not taken up, and the meetings to come.

A page is found by a cursor, as in the list of matters: the hundredth costs what the first does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Conversation, Item, Meeting, Topic
from shangliang.deliberation.rules import SEATED
from shangliang.matters.models import Matter
from shangliang.playbooks.queries import in_force
from shangliang.tenants.models import Tenant

SIZE, MEETINGS = 20, 6
AFTER = dt.timedelta(hours=4)  # a meeting is still listed so long after it began
Status = Topic.Status
# What everybody may read: posted when it was chosen, or about a matter that is public itself.
PUBLIC = Q(posted_on__isnull=False) | Q(matter__is_public=True)
NEXT: dict[str, Any] = {"is_public": True, "status": Meeting.Status.CALLED}
TABS = {
    "talking": (Status.CHOSEN,),
    "agreed": (Status.AGREED,),
    "stopped": (Status.TURNED_DOWN, Status.ENDED),
    "waiting": (Status.PUT_FORWARD,),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. Whatever is not one of ours counts as not asked."""

    tab: str = "talking"
    after: str = ""  # the moment and id of the last topic of the page before

    def address(self, after: str) -> str:
        """The query of the next page."""
        return "?" + urlencode({"tab": self.tab, "after": after})


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list."""

    topics: list[Topic]  # with `next_at`, `people` and `agreed`
    next: str  # the query of the next page, "" when this is the last
    meetings: list[Meeting]  # with `first_topic`, an id
    tabs: list[tuple[str, str]]


def asked(get: Mapping[str, str], tenant: Tenant) -> Asked:
    """What the query of an address asks for."""
    tab = get.get("tab", "")
    return Asked(tab if tab in dict(tabs(tenant)) else "talking", get.get("after", "")[:80])


def tabs(tenant: Tenant) -> list[tuple[str, str]]:
    """The parts of the list: topics that wait to be chosen only where residents choose them."""
    selection = in_force(tenant.pk).deliberation.selection
    found = [("talking", _("正在商量")), ("agreed", _("谈成了")), ("stopped", _("没谈成的"))]
    return [("waiting", _("投票选议题")), *found] if selection.voters == "residents" else found


def listed(tenant: Tenant, ask: Asked) -> Listed:
    """The page asked for, with the meetings to come (two queries)."""
    rows = Topic.objects.filter(PUBLIC, status__in=TABS[ask.tab]).select_related("matter__place", "put_by")
    ordered = _counted(rows).order_by("-put_at", "-pk")
    found = list(_behind(ordered, ask.after)[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    following = ask.address(f"{last.put_at.isoformat()}|{last.pk}") if last else ""
    return Listed(found[:SIZE], following, coming() if not ask.after else [], tabs(tenant))


def coming(limit: int = MEETINGS) -> list[Meeting]:
    """Public meetings that were called and are not over, the next first, with the id of their `first_topic` that
    everybody may read (one query)."""
    status = (Meeting.Status.CALLED, Meeting.Status.OPEN)
    rows = Meeting.objects.filter(is_public=True, status__in=status, starts_at__gte=clock.now() - AFTER)
    first = Topic.objects.filter(PUBLIC, on_tables__meeting=OuterRef("pk")).order_by("on_tables__position")
    rows = rows.annotate(first_topic=Subquery(first.values("pk")[:1]))
    return list(rows.order_by("starts_at", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class Talked:
    """The topic that a matter is or was, as the matter's page and the slip point to it."""

    topic_id: UUID
    title: str
    status: str
    next_at: dt.datetime | None  # the next public meeting
    is_shown: bool = True  # whether everybody may read its page
    seat: str = ""  # the token of who is asked to come


def of_matter() -> dict[str, Any]:
    """What tells a matter's newest topic, to annotate rows of matters with; `talked` reads it."""
    rows = Topic.objects.filter(matter=OuterRef("pk"), tenant=OuterRef("tenant")).order_by("-put_at")
    called = Meeting.objects.filter(tenant=OuterRef("tenant"), **NEXT)
    called = called.filter(on_table__topic__matter=OuterRef("pk"), starts_at__gte=clock.now())
    columns = {"topic_id": "pk", "topic_title": "title", "topic_status": "status"}
    found = {name: Subquery(rows.values(column)[:1]) for name, column in columns.items()}
    return {**found, "topic_next": Subquery(called.order_by("starts_at").values("starts_at")[:1])}


def talked(row: Matter) -> Talked | None:
    """The topic of a matter that was read with `of_matter` (no query)."""
    if row.topic_id is None:  # type: ignore[attr-defined]
        return None
    return Talked(row.topic_id, row.topic_title, row.topic_status, row.topic_next)  # type: ignore[attr-defined]


def talked_about(topic_id: UUID, voice_id: UUID) -> Talked | None:
    """A topic as the owner of a slip is pointed to it, with their own seat at its next meeting (one query)."""
    called = Meeting.objects.filter(on_table__topic=OuterRef("pk"), starts_at__gte=clock.now() - AFTER, **NEXT)
    seats = Attendee.objects.filter(voice=voice_id, meeting__on_table__topic=OuterRef("pk"), answer__in=SEATED)
    seats = seats.filter(meeting__status__in=(Meeting.Status.CALLED, Meeting.Status.OPEN))
    rows = Topic.objects.filter(pk=topic_id).select_related("matter").order_by()
    row = rows.annotate(
        next_at=Subquery(called.order_by("starts_at").values("starts_at")[:1]),
        seat=Subquery(seats.order_by("meeting__starts_at").values("pk")[:1]),
    ).first()
    if row is None:
        return None
    seat = token_of(Attendee(pk=row.seat, tenant_id=row.tenant_id)) if row.seat else ""
    is_shown = row.posted_on is not None or row.matter.is_public
    return Talked(row.pk, row.title, row.status, row.next_at, is_shown, seat)


def _counted(rows: QuerySet[Topic]) -> QuerySet[Topic]:
    meetings = Meeting.objects.filter(on_table__topic=OuterRef("pk"), starts_at__gte=clock.now(), **NEXT)
    talks = Conversation.objects.filter(topic=OuterRef("pk")).order_by("-opened_at")
    agreed = Item.objects.filter(topic=OuterRef("pk"), point__isnull=False).order_by().values("topic")
    return rows.annotate(
        next_at=Subquery(meetings.order_by("starts_at").values("starts_at")[:1]),
        people=Subquery(talks.values("people")[:1]),
        agreed=Coalesce(Subquery(agreed.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )


def _behind(rows: QuerySet[Topic], after: str) -> QuerySet[Topic]:
    """The rows behind a cursor; all of them for one that is none of ours."""
    moment, _sign, row_id = after.partition("|")
    try:
        at, pk = dt.datetime.fromisoformat(moment), UUID(row_id)
    except ValueError:
        return rows
    if at.tzinfo is None:
        return rows
    return rows.filter(Q(put_at__lt=at) | Q(put_at=at, pk__lt=pk))
