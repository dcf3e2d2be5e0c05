"""Duty: the rule, the roster, and everything that changes a turn afterwards. A turn is never rewritten: it is
given up and another one begins, so that page, poster, calendar file and notices all tell the same story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.ledger.actions import append
from shangliang.people.models import Body, Person
from shangliang.playbooks.queries import in_force
from shangliang.studios import rules
from shangliang.studios.actions._turns import (
    begin,
    call_off,
    can_come,
    end,
    facts_of,
    hand_on,
    not_over,
    people_of,
    persons,
    shift_of,
    studio_of,
    subjects_of,
    take_place,
    to_come,
    turn_of,
)
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan, DutyShift, Studio, Turn
from shangliang.studios.queries import duty as queries
from shangliang.studios.queries.rostering import Proposal, propose, seen

LONGEST = dt.timedelta(days=190)  # a roster at once


@transaction.atomic
def set_plan(
    actor: Actor,
    studio_id: UUID,
    rule: Mapping[str, Any],
    *,
    since: dt.date,
    until: dt.date | None = None,
    where: str = "",
    group: Body | None = None,
) -> DutyPlan:
    """A rule of duty for a studio from a day on, beside those it has. Entry: duty.planned.

    Raises NotAllowed, or Refused for what is not a rule (`duty_dates.DutyRule.parse`) or ends before it begins.
    """
    studio = studio_of(studio_id)
    seat = rules.may_plan_duty(actor, studio).grant()
    parsed = DutyRule.parse(rule)
    if until and until < since:
        raise Refused(_("结束的日子在开始的前面。"), "until")
    plan = DutyPlan.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        rule=parsed.as_mapping(),
        since=since,
        until=until,
        where=where,
        group=group,
    )
    facts = {"rule": plan.rule, "since": since.isoformat(), "until": until.isoformat() if until else None}
    append(actor, "duty.planned", [*subjects_of(studio), ("plan", plan.pk)], facts, seat=seat)
    return plan


@transaction.atomic
def set_usual_plans(actor: Actor, studio_id: UUID) -> int:
    """The rules with which the locality's playbook lets a studio start, for one that has none; gives how many.
    Entry: duty.planned, once for each. Raises NotAllowed, or Refused when it has rules or the playbook names none."""
    usual = in_force(actor.tenant_id).studios.duty
    if not usual or queries.plans(studio_id):
        raise Refused(_("这里已经有规则了，或者工作法没有写通常的规则。"))
    for rule in usual:
        set_plan(actor, studio_id, rule, since=clock.today())
    return len(usual)


@transaction.atomic
def end_plan(actor: Actor, plan_id: UUID, off: dt.date) -> None:
    """End a rule: from the day `off` on it gives no shifts; those it gave from then on and that are to come are
    cancelled, and their turns end, so that another rule may have these times. One that ends before stays as it
    is. Entry: duty.plan_ended. Raises NotAllowed, or Refused for a day that is past."""
    plan = DutyPlan.objects.get(pk=plan_id)
    studio = studio_of(plan.studio_id, lock=True)
    seat = rules.may_plan_duty(actor, studio).grant()
    if off < clock.today():
        raise Refused(_("过去的事不改：最早从今天起。"), "off")
    until = off - dt.timedelta(days=1)
    DutyPlan.objects.filter(pk=plan.pk).update(until=min(plan.until or until, until))
    rows, now, why = to_come(DutyShift.objects.filter(plan=plan, day__gte=off)), clock.now(), _("值班规则改了")
    people = people_of(rows)
    DutyShift.objects.filter(pk__in=rows).update(cancelled_at=now, cancelled_why=why)
    Turn.objects.filter(shift__in=rows, given_up_at=None).update(given_up_at=now, given_up_why=why)
    append(
        actor,
        "duty.plan_ended",
        [*subjects_of(studio), ("plan", plan.pk), *persons(people)],
        {"off": off.isoformat()},
        seat=seat,
    )


def check_period(first: dt.date, last: dt.date) -> None:
    """Raises Refused for a period that no roster is made for: past, too long, or too far ahead."""
    today = clock.today()
    if first < today or last < first or last - first > LONGEST or last - today > 2 * LONGEST:
        raise Refused(_("排从今天起、半年以内的班。"), "first")


def roster(actor: Actor, studio_id: UUID, first: dt.date, last: dt.date, *, exact: bool = False) -> Proposal:
    """Make the shifts that the rules give in a period and share out the turns that nobody has yet: fairly, the
    same way as `rostering.propose` showed. What was arranged before stays. See `write_roster`.

    Raises NotAllowed, Refused for a period that is past or too long, or Changed when somebody arranged something
    else while it was computed, which may take half a minute and so holds no lock.
    """
    studio = studio_of(studio_id)
    rules.may_roster(actor, studio).grant()
    check_period(first, last)
    proposal = propose(studio, first, last, exact=exact)
    write_roster(actor, studio_id, first, last, proposal)
    return proposal


@transaction.atomic
def write_roster(actor: Actor, studio_id: UUID, first: dt.date, last: dt.date, proposal: Proposal) -> None:
    """Write a roster as it was proposed. Entry: duty.rostered. Raises NotAllowed, or Changed when it no longer builds
    on what is arranged."""
    studio = studio_of(studio_id, lock=True)
    seat = rules.may_roster(actor, studio).grant()
    to_come(DutyShift.objects.filter(studio=studio, day__range=(first, last)))  # locked
    if seen(studio, first, last) != proposal.seen:
        raise Changed(_("这件事刚刚有人动过，请看一眼最新情况再操作。"))
    DutyShift.objects.bulk_create(row for row in proposal.new_shifts if row._state.adding)
    for row in proposal.new_shifts:
        if not row._state.adding:
            row.save()
    made = {(row.day, row.starts): row for row in proposal.new_shifts}
    made |= {(one.shift.day, one.shift.starts): one.shift for one in proposal.there}
    turns = Turn.objects.bulk_create(
        Turn(tenant_id=actor.tenant_id, shift=made[key], person_id=person) for key, person in proposal.turns
    )
    facts = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "shifts": len(proposal.new_shifts),
        "turns": len(turns),
        "unfilled": proposal.unfilled,
    }
    append(actor, "duty.rostered", [*subjects_of(studio), *persons({t.person_id for t in turns})], facts, seat=seat)


@transaction.atomic
def add_shift(
    actor: Actor,
    studio_id: UUID,
    *,
    day: dt.date,
    starts: dt.time,
    ends: dt.time,
    people: Sequence[Person],
    where: str = "",
    note: str = "",
) -> DutyShift:
    """An extra time of reception, with who comes. Entry: shift.added. Raises NotAllowed, or Refused for a time that
    is past, ends before it begins or is taken, or for somebody who cannot then."""
    studio = studio_of(studio_id, lock=True)
    seat = rules.may_roster(actor, studio).grant()
    if starts >= ends:
        raise Refused(_("结束要晚于开始。"), "ends")
    if dt.datetime.combine(day, ends, clock.SHANGHAI) < clock.now():
        raise Refused(_("这个时间已经过了。"), "day")
    if not people:
        raise Refused(_("选谁来接待。"), "people")
    if DutyShift.objects.filter(studio=studio, day=day, starts=starts).exists():
        raise Refused(_("这个时间已经有一班了。"), "starts")
    row = DutyShift.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        day=day,
        starts=starts,
        ends=ends,
        where=where,
        note=note,
        needed=len(people),
    )
    for person in people:
        begin(row, person, field="people")
    facts = facts_of(row) | {"people": len(people)}
    subjects = [*subjects_of(studio), ("shift", row.pk), *persons(person.pk for person in people)]
    append(actor, "shift.added", subjects, facts, seat=seat)
    return row


@transaction.atomic
def cancel(actor: Actor, shift_id: UUID, why: str) -> None:
    """Nobody receives at this time, and why. The turns stand as they were. Entry: shift.cancelled.

    Raises NotAllowed, or Refused when it is over, and Changed when it was cancelled before.
    """
    row = shift_of(shift_id)
    seat = rules.may_plan_duty(actor, row.studio).grant()
    not_over(row)
    call_off(row, why)
    people = Turn.objects.filter(shift=row, given_up_at=None).values_list("person", flat=True)
    append(
        actor,
        "shift.cancelled",
        [*subjects_of(row.studio), ("shift", row.pk), *persons(people)],
        facts_of(row),
        seat=seat,
    )


@transaction.atomic
def restore(actor: Actor, shift_id: UUID) -> None:
    """A cancelled shift takes place after all, with those whose turns stand. Entry: shift.restored.

    Raises NotAllowed, or Refused when it is over, was not cancelled, nobody is on it any more, or one of them
    cannot come then by now.
    """
    row = shift_of(shift_id)
    seat = rules.may_roster(actor, row.studio).grant()
    not_over(row)
    people = people_of([row.pk])
    if row.cancelled_at is None or not people:
        raise Refused(_("这一班没有取消，或者没有人来了：请安排人顶班。"))
    for turn in Turn.objects.filter(shift=row, given_up_at=None).select_related("person"):
        can_come(row, turn.person, field="")
    take_place(row)
    subjects = [*subjects_of(row.studio), ("shift", row.pk), *persons(people)]
    append(actor, "shift.restored", subjects, facts_of(row), seat=seat)


@transaction.atomic
def give_up(actor: Actor, turn_id: UUID, why: str) -> bool:
    """Somebody cannot come. When nobody else is on the shift, it is cancelled until a stand-in is found; gives
    whether it was. Entry: turn.given_up. Raises NotAllowed, or Refused when it is over or was given up before."""
    turn = turn_of(turn_id)
    row = turn.shift
    seat = rules.may_give_up(actor, turn).grant()
    not_over(row)
    end(turn, why)
    alone = row.cancelled_at is None and not Turn.objects.filter(shift=row, given_up_at=None).exists()
    if alone:
        call_off(row, why)
    people = {turn.person_id, *people_of([row.pk]), *queries.who_runs(row.studio)}
    append(
        actor,
        "turn.given_up",
        [*subjects_of(row.studio), ("shift", row.pk), ("turn", turn.pk), *persons(people)],
        facts_of(row) | {"cancelled": alone, "who": str(turn.person_id)},
        seat=seat,
    )
    return alone


@transaction.atomic
def stand_in(actor: Actor, shift_id: UUID, person: Person, *, instead: UUID | None = None, why: str = "") -> Turn:
    """Put somebody on a shift: in place of the turn `instead`, or in the free place of one that was given up. A
    shift that was cancelled because nobody came takes place again. Entry: turn.handed_on.

    Raises NotAllowed, Changed when somebody else was quicker, or Refused when it is over, when they cannot then, or
    do not receive in this studio.
    """
    row = shift_of(shift_id)
    seat = rules.may_roster(actor, row.studio).grant()
    not_over(row)
    replaced = _replaced(row, instead, why)
    made = hand_on(row, person, replaced)
    subjects = [*subjects_of(row.studio), ("shift", row.pk), ("turn", made.pk)]
    append(
        actor,
        "turn.handed_on",
        [*subjects, *persons({person.pk, *([replaced.person_id] if replaced else [])})],
        facts_of(row),
        seat=seat,
    )
    return made


@transaction.atomic
def attend(actor: Actor, turn_id: UUID, came: bool, note: str = "") -> None:
    """The desk writes down whether somebody came, and a kind word why not. Entry: turn.attended.

    Raises NotAllowed, or Refused before the shift begins and for a turn that was given up.
    """
    turn = turn_of(turn_id)
    seat = rules.may_plan_duty(actor, turn.shift.studio).grant()
    if turn.given_up_at is not None or turn.shift.cancelled_at is not None:
        raise Refused(_("这一班取消了或者换了人，不用记。"))
    if dt.datetime.combine(turn.shift.day, turn.shift.starts, clock.SHANGHAI) > clock.now():
        raise Refused(_("还没到时间，到了再记。"))
    Turn.objects.filter(pk=turn.pk).update(came=came, note=note)
    subjects = [
        *subjects_of(turn.shift.studio),
        ("shift", turn.shift_id),
        ("turn", turn.pk),
        ("person", turn.person_id),
    ]
    append(actor, "turn.attended", subjects, facts_of(turn.shift) | {"came": came}, seat=seat)


def cancel_all_after(studio: Studio, day: dt.date, why: str) -> set[UUID]:
    """Cancel what a studio that closes or pauses had planned from a day on, as part of that act, which appends
    its own entry. Gives who was to come. Call inside its transaction."""
    rows = to_come(DutyShift.objects.filter(studio=studio, day__gte=day))
    people = people_of(rows)
    DutyShift.objects.filter(pk__in=rows).update(cancelled_at=clock.now(), cancelled_why=why[:120])
    return people


def restore_all(studio: Studio, why: str) -> set[UUID]:
    """Let take place again what `cancel_all_after` cancelled for this reason, as part of the act by which the studio
    goes on: shifts to come whose rule still holds and whose people can all come. Gives who comes after all. Call
    inside its transaction."""
    rows = DutyShift.objects.filter(studio=studio, day__gte=clock.today(), cancelled_why=why[:120])
    people = set[UUID]()
    rows = rows.exclude(cancelled_at=None).select_for_update(of=("self",)).select_related("studio__body", "plan")
    for row in rows.order_by("pk"):
        turns = list(Turn.objects.filter(shift=row, given_up_at=None).select_related("person"))
        ended = row.plan is not None and row.plan.until is not None and row.plan.until < row.day
        if not turns or ended:
            continue
        try:
            not_over(row)
            for turn in turns:
                can_come(row, turn.person, field="")
        except Refused:
            continue
        take_place(row)
        people |= {turn.person_id for turn in turns}
    return people


def _replaced(row: DutyShift, instead: UUID | None, why: str) -> Turn | None:
    """The turn somebody stands in for: the one named, ended now; else the last one given up and not yet filled."""
    if instead:
        turn = turn_of(instead)
        if turn.shift_id != row.pk:
            raise Refused(_("这一班里没有这个人。"))
        end(turn, why)
        return turn
    here = Turn.objects.filter(shift=row, given_up_at=None).count()
    if row.cancelled_at is None and row.needed and here >= row.needed:
        raise Changed(_("这一班刚刚换了人，请看一眼最新的安排。"))
    filled = Turn.objects.filter(shift=row, given_up_at=None, stands_in_for__isnull=False).values("stands_in_for")
    gone = Turn.objects.filter(shift=row).exclude(given_up_at=None).exclude(person__in=filled)
    return gone.order_by("-given_up_at").first()
