"""When somebody cannot be on duty, and what they can do at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.ledger.actions import append
from shangliang.people.models import Person
from shangliang.studios import rules
from shangliang.studios.actions._turns import is_over, persons, studio_of, subjects_of
from shangliang.studios.models import DutyTerms, Leave, Turn
from shangliang.studios.queries import duty as queries

MONTHS_OF_LEAVE = dt.timedelta(days=400)


@transaction.atomic
def say_leave(actor: Actor, person: Person, first: dt.date, last: dt.date) -> list[Turn]:
    """Somebody is away, as they say themselves or who runs a studio of theirs. Gives the turns that fall into
    it, which stay until they are handed on: the entry names who runs the studios of these, so that they hear.
    Entry: leave.said. Raises NotAllowed, or Refused for the past."""
    seat = rules.may_say_leave(actor, person, queries.studios_of(person.pk)).grant()
    if last < first:
        raise Refused(_("结束的日子在开始的前面。"), "last")
    if last < clock.today() or last - first > MONTHS_OF_LEAVE:
        raise Refused(_("写今天以后、一年以内的日子。"), "last")
    row = Leave.objects.create(tenant_id=actor.tenant_id, person=person, since=first, until=last)
    turns = [turn for turn in queries.turns_of(person.pk, max(first, clock.today()), last) if _is_to_come(turn)]
    hit = {turn.shift.studio_id: turn.shift.studio for turn in turns}
    people = {person.pk}.union(*(queries.who_runs(studio) for studio in hit.values()))
    facts = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "who": str(person.pk),
        "turns": len(turns),
        "studios": list(map(str, hit)),  # in the order of these turns
    }
    append(actor, "leave.said", [("leave", row.pk), *persons(people)], facts, seat=seat)
    return turns


@transaction.atomic
def withdraw_leave(actor: Actor, leave_id: UUID) -> None:
    """The leave is not needed. Entry: leave.withdrawn. Raises NotAllowed."""
    row = Leave.objects.select_related("person").get(pk=leave_id)
    seat = rules.may_say_leave(actor, row.person, queries.studios_of(row.person_id)).grant()
    if not Leave.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        raise Changed(_("已经收回了。"))
    append(actor, "leave.withdrawn", [("leave", row.pk), ("person", row.person_id)], {}, seat=seat)


@transaction.atomic
def set_terms(
    actor: Actor,
    studio_id: UUID,
    person: Person,
    *,
    a_month: int | None,
    fixed_days: Iterable[dt.date] = (),
    never_weekdays: Iterable[int] = (),
    partner: Person | None = None,
) -> None:
    """What somebody can do in a studio: turns a month at most, days they want, weekdays (1 to 7) they cannot, and
    with whom. Counts for rosters from now on. Entry: duty.terms_set. Raises NotAllowed, or Refused, also for
    somebody who does not sit there."""
    studio = studio_of(studio_id)
    seat = rules.may_set_terms(actor, studio, person).grant()
    if studio.pk not in {one.pk for one in queries.studios_of(person.pk)}:
        raise Refused(_("%(name)s不在这个工作室。") % {"name": person.name})
    never = sorted(set(never_weekdays))
    if len(never) == 7:
        raise Refused(_("一周七天都不行，就请长假或者退出值班。"), "never_weekdays")
    if partner and partner.pk == person.pk:
        raise Refused(_("搭档要写另一个人。"), "partner")
    given = {
        "a_month": a_month,
        "fixed_days": sorted(day.isoformat() for day in fixed_days),
        "never_weekdays": never,
        "partner": partner,
    }
    DutyTerms.objects.update_or_create(tenant_id=actor.tenant_id, studio=studio, person=person, defaults=given)
    append(actor, "duty.terms_set", [*subjects_of(studio), ("person", person.pk)], {}, seat=seat)


def _is_to_come(turn: Turn) -> bool:
    return turn.given_up_at is None and turn.shift.cancelled_at is None and not is_over(turn.shift)
