"""Reading matters: one by its number, lists by cursor, the bodies along a referral chain."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from shangliang.core.ids import uuid7
from shangliang.matters.models import Counter, Matter, Point, Referral
from shangliang.playbooks.calendar import Deadline
from shangliang.playbooks.queries import calendar

# One statement on both databases: the row is locked until commit, so numbers have no gaps and no twins.
COUNT_UP = """
    INSERT INTO matters_counter (id, tenant_id, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (tenant_id, year) DO UPDATE SET last = matters_counter.last + 1 RETURNING last
"""


def count_up(tenant_id: UUID, year: int) -> int:
    """Take the next number of the tenant's year. For `next_number` alone: an act has to be under way."""
    stored = Counter._meta.get_field("id").get_db_prep_value
    with connection.cursor() as cursor:
        cursor.execute(COUNT_UP, [stored(uuid7(), connection), stored(tenant_id, connection), year])
        return int(cursor.fetchone()[0])


def by_number(number: str) -> Matter | None:
    """The matter with this public number, with place, lead and holder (one query)."""
    rows = Matter.objects.select_related("place__parent", "holder", "lead__place", "lead__holder")
    return rows.filter(number=number).first()


def joined_ids(matter: Matter) -> list[UUID]:
    """The matter's own id and those of the matters joined under it."""
    return [matter.pk, *Matter.objects.filter(lead=matter).values_list("pk", flat=True)]


def points(matter: Matter) -> list[Point]:
    """The matter's points in order, those moved to a lead matter left out."""
    return list(Point.objects.filter(matter=matter, moved_to=None).order_by("number"))


def open_referral(matter: Matter) -> Referral | None:
    """The referral that still owes an answer, the latest of the chain."""
    rows = Referral.objects.filter(matter=matter, status__in=[Referral.Status.SENT, Referral.Status.ACCEPTED])
    return rows.select_related("from_body__place", "to_body__place").order_by("-sent_at").first()


def is_at_a_table(matter: Matter) -> bool:
    """Whether a meeting that is not over is to talk about a matter: what is agreed there becomes points of it."""
    # Told by the reverse keys: this room does not know deliberation.
    going_on = ("planned", "called", "open", "read")
    return Matter.objects.filter(pk=matter.pk, topics__on_tables__meeting__status__in=going_on).exists()


def is_out(matter: Matter) -> bool:
    """Whether a point of the matter is in the hands of a body that owes its answer."""
    # Told by the reverse key: this room does not know delivery.
    return Point.objects.filter(matter=matter, handed__isnull=False, handed__hand_over__replied_at=None).exists()


def referrals(matter: Matter) -> list[Referral]:
    """The chain of referrals, first first."""
    return list(Referral.objects.filter(matter=matter).select_related("from_body", "to_body").order_by("sent_at"))


def referred_to(matter: Matter) -> set[UUID]:
    """The bodies that a matter was ever passed to."""
    return set(Referral.objects.filter(matter=matter).values_list("to_body", flat=True))


def clock_of(matter: Matter) -> Deadline | None:
    """The sum behind the matter's due date, None when nothing is due (no query but for a cold calendar)."""
    if matter.due is None or matter.due_started is None:
        return None
    return calendar(matter.tenant_id).add_working_days(matter.due_started, matter.due_days)
