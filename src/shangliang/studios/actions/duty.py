"""Duty: the rule, the roster, and everything that changes a turn afterwards. A turn is never rewritten: it is
given up and another one begins, so that page, poster, calendar file and notices all tell the same story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move
from shangliang.ledger.actions import append
from shangliang.people.models import Body, Person
from shangliang.studios import rules
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan, DutyShift, DutyTerms, Leave, Studio, Swap, Turn
from shangliang.studios.queries import duty as queries
from shangliang.studios.queries.rostering import Proposal, propose

LONGEST = dt.timedelta(days=190)  # a roster at once
MONTHS_OF_LEAVE = dt.timedelta(days=400)


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
    studio = _studio(studio_id)
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
    append(actor, "duty.planned", [*_subjects(studio), ("plan", plan.pk)], facts, seat=seat)
    return plan


@transaction.atomic
def end_plan(actor: Actor, plan_id: UUID, off: dt.date) -> None:
    """End a rule: from the day `off` on it gives no shifts, and those it gave from then on, which nobody has yet
    taken part in, are cancelled. Entry: duty.plan_ended. Raises NotAllowed, or Refused for a day that is past."""
    plan = DutyPlan.objects.select_related("studio__body").get(pk=plan_id)
    seat = rules.may_plan_duty(actor, plan.studio).grant()
    if off < clock.today():
        raise Refused(_("过去的事不改：最早从今天起。"), "off")
    DutyPlan.objects.filter(pk=plan.pk).update(until=off - dt.timedelta(days=1))
    rows = DutyShift.objects.filter(plan=plan, day__gte=off, cancelled_at=None)
    people = _people_of(rows)
    rows.update(cancelled_at=clock.now(), cancelled_why=_("值班规则改了"))
    append(
        actor,
        "duty.plan_ended",
        [*_subjects(plan.studio), ("plan", plan.pk), *_persons(people)],
        {"off": off.isoformat()},
        seat=seat,
    )


@transaction.atomic
def roster(actor: Actor, studio_id: UUID, first: dt.date, last: dt.date) -> Proposal:
    """Make the shifts that the rules give in a period and share out the turns that nobody has yet: fairly, the
    same way as `rostering.propose` showed. What was arranged before stays. Entry: duty.rostered.

    Raises NotAllowed, or Refused for a period that is past or too long, or rules that give no shift in it.
    """
    studio = _studio(studio_id, lock=True)
    seat = rules.may_plan_duty(actor, studio).grant()
    if first < clock.today() or last < first or last - first > LONGEST:
        raise Refused(_("排从今天起、半年以内的班。"), "first")
    proposal = propose(studio, first, last)
    made = {(row.day, row.starts): row for row in DutyShift.objects.bulk_create(proposal.new_shifts)}
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
    append(actor, "duty.rostered", [*_subjects(studio), *_persons({t.person_id for t in turns})], facts, seat=seat)
    return proposal


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
    studio = _studio(studio_id, lock=True)
    seat = rules.may_plan_duty(actor, studio).grant()
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
        _begin(row, person, field="people")
    facts = _facts(row) | {"people": len(people)}
    subjects = [*_subjects(studio), ("shift", row.pk), *_persons(person.pk for person in people)]
    append(actor, "shift.added", subjects, facts, seat=seat)
    return row


@transaction.atomic
def cancel(actor: Actor, shift_id: UUID, why: str) -> None:
    """Nobody receives at this time, and why. The turns stand as they were. Entry: shift.cancelled.

    Raises NotAllowed, or Refused when it is over, and Changed when it was cancelled before.
    """
    row = _shift(shift_id)
    seat = rules.may_plan_duty(actor, row.studio).grant()
    _not_over(row)
    _cancel(row, why)
    people = Turn.objects.filter(shift=row, given_up_at=None).values_list("person", flat=True)
    append(
        actor, "shift.cancelled", [*_subjects(row.studio), ("shift", row.pk), *_persons(people)], _facts(row), seat=seat
    )


@transaction.atomic
def restore(actor: Actor, shift_id: UUID) -> None:
    """A cancelled shift takes place after all, with those whose turns stand. Entry: shift.restored.

    Raises NotAllowed, or Refused when it is over, was not cancelled, or nobody is on it any more.
    """
    row = _shift(shift_id)
    seat = rules.may_plan_duty(actor, row.studio).grant()
    _not_over(row)
    people = _people_of([row.pk])
    if row.cancelled_at is None or not people:
        raise Refused(_("这一班没有取消，或者没有人来了：请安排人顶班。"))
    _take_place(row)
    subjects = [*_subjects(row.studio), ("shift", row.pk), *_persons(people)]
    append(actor, "shift.restored", subjects, _facts(row), seat=seat)


@transaction.atomic
def give_up(actor: Actor, turn_id: UUID, why: str) -> bool:
    """Somebody cannot come. When nobody else is on the shift, it is cancelled until a stand-in is found; gives
    whether it was. Entry: turn.given_up. Raises NotAllowed, or Refused when it is over or was given up before."""
    turn = _turn(turn_id)
    row = turn.shift
    seat = rules.may_give_up(actor, turn).grant()
    _not_over(row)
    _end(turn, why)
    alone = row.cancelled_at is None and not Turn.objects.filter(shift=row, given_up_at=None).exists()
    if alone:
        _cancel(row, why)
    runs = queries.who_runs(row.studio)
    append(
        actor,
        "turn.given_up",
        [*_subjects(row.studio), ("shift", row.pk), ("turn", turn.pk), *_persons({turn.person_id, *runs})],
        _facts(row) | {"cancelled": alone, "who": str(turn.person_id)},
        seat=seat,
    )
    return alone


@transaction.atomic
def stand_in(actor: Actor, shift_id: UUID, person: Person, *, instead: UUID | None = None, why: str = "") -> Turn:
    """Put somebody on a shift: in place of the turn `instead`, or in the free place of one that was given up. A
    shift that was cancelled because nobody came takes place again. Entry: turn.handed_on.

    Raises NotAllowed, or Refused when it is over, when they cannot then, or do not receive in this studio.
    """
    row = _shift(shift_id)
    seat = rules.may_plan_duty(actor, row.studio).grant()
    _not_over(row)
    replaced = _replaced(row, instead, why)
    made = _hand_on(row, person, replaced)
    subjects = [*_subjects(row.studio), ("shift", row.pk), ("turn", made.pk)]
    append(
        actor,
        "turn.handed_on",
        [*subjects, *_persons({person.pk, *([replaced.person_id] if replaced else [])})],
        _facts(row),
        seat=seat,
    )
    return made


@transaction.atomic
def ask_swap(actor: Actor, turn_id: UUID, person: Person, *, in_return: UUID | None = None, why: str = "") -> Swap:
    """Ask a colleague to take one's turn, perhaps for one of theirs. Holds once they agree. Entry: swap.asked.

    Raises NotAllowed, or Refused when it is over, they cannot then, or they were asked already.
    """
    turn = _turn(turn_id)
    seat = rules.may_give_up(actor, turn).grant()
    _not_over(turn.shift)
    _can_come(turn.shift, person, leaving=in_return, field="person")
    if Swap.objects.filter(turn=turn, asked=person, status=Swap.Status.ASKED).exists():
        raise Refused(_("已经问过%(name)s了，等回话。") % {"name": person.name}, "person")
    back = _turn(in_return) if in_return else None
    if back and (back.person_id != person.pk or back.given_up_at is not None):
        raise Refused(_("这一班现在不是%(name)s的。") % {"name": person.name}, "in_return")
    if back:
        _can_come(back.shift, turn.person, leaving=turn.pk, field="in_return")
    swap = Swap.objects.create(
        tenant_id=actor.tenant_id, turn=turn, asked=person, in_return=back, why=why, asked_at=clock.now()
    )
    subjects = [*_subjects(turn.shift.studio), ("shift", turn.shift_id), ("swap", swap.pk), ("person", person.pk)]
    append(actor, "swap.asked", subjects, _facts(turn.shift), seat=seat)
    return swap


@transaction.atomic
def answer_swap(actor: Actor, swap_id: UUID, agree: bool) -> None:
    """Whoever was asked agrees, and the turns change hands at once; or cannot. Entry: swap.answered.

    Raises NotAllowed, Changed when it was answered or withdrawn before, or Refused when a turn is over, was
    given up meanwhile, or one of the two cannot come then any more.
    """
    swap = Swap.objects.select_related("turn", "asked", "in_return").get(pk=swap_id)
    first = _turn(swap.turn_id)
    swap.turn = first
    seat = rules.may_answer_swap(actor, swap).grant()
    move(swap, Swap.Status.AGREED if agree else Swap.Status.REFUSED, answered_at=clock.now())
    if agree:
        back = _turn(swap.in_return_id) if swap.in_return_id else None
        for turn in filter(None, (first, back)):
            _not_over(turn.shift)
            _end(turn, _("换班"))
        _hand_on(first.shift, swap.asked, first)
        if back:
            _hand_on(back.shift, first.person, back)
    subjects = [*_subjects(first.shift.studio), ("shift", first.shift_id), ("swap", swap.pk)]
    people = {first.person_id, swap.asked_id, *(queries.who_runs(first.shift.studio) if agree else ())}
    append(actor, "swap.answered", [*subjects, *_persons(people)], _facts(first.shift) | {"agreed": agree}, seat=seat)


@transaction.atomic
def withdraw_swap(actor: Actor, swap_id: UUID) -> None:
    """Whoever asked needs it no more. Entry: swap.withdrawn. Raises NotAllowed, or Changed when it was answered."""
    swap = Swap.objects.select_related("turn__shift__studio__body").get(pk=swap_id)
    seat = rules.may_give_up(actor, swap.turn).grant()
    move(swap, Swap.Status.WITHDRAWN, answered_at=clock.now())
    subjects = [*_subjects(swap.turn.shift.studio), ("swap", swap.pk), ("person", swap.asked_id)]
    append(actor, "swap.withdrawn", subjects, _facts(swap.turn.shift), seat=seat)


@transaction.atomic
def attend(actor: Actor, turn_id: UUID, came: bool, note: str = "") -> None:
    """The desk writes down whether somebody came, and a kind word why not. Entry: turn.attended.

    Raises NotAllowed, or Refused before the shift begins and for a turn that was given up.
    """
    turn = _turn(turn_id)
    seat = rules.may_plan_duty(actor, turn.shift.studio).grant()
    if turn.given_up_at is not None or turn.shift.cancelled_at is not None:
        raise Refused(_("这一班取消了或者换了人，不用记。"))
    if dt.datetime.combine(turn.shift.day, turn.shift.starts, clock.SHANGHAI) > clock.now():
        raise Refused(_("还没到时间，到了再记。"))
    Turn.objects.filter(pk=turn.pk).update(came=came, note=note)
    subjects = [*_subjects(turn.shift.studio), ("shift", turn.shift_id), ("turn", turn.pk), ("person", turn.person_id)]
    append(actor, "turn.attended", subjects, _facts(turn.shift) | {"came": came}, seat=seat)


@transaction.atomic
def say_leave(actor: Actor, person: Person, first: dt.date, last: dt.date) -> list[Turn]:
    """Somebody is away, as they say themselves or who runs a studio of theirs. Gives the turns that fall into
    it, which stay until they are handed on. Entry: leave.said. Raises NotAllowed, or Refused for the past."""
    seat = rules.may_say_leave(actor, person, queries.studios_of(person.pk)).grant()
    if last < first:
        raise Refused(_("结束的日子在开始的前面。"), "last")
    if last < clock.today() or last - first > MONTHS_OF_LEAVE:
        raise Refused(_("写今天以后、一年以内的日子。"), "last")
    row = Leave.objects.create(tenant_id=actor.tenant_id, person=person, since=first, until=last)
    facts = {"first": first.isoformat(), "last": last.isoformat()}
    append(actor, "leave.said", [("leave", row.pk), ("person", person.pk)], facts, seat=seat)
    turns = queries.turns_of(person.pk, max(first, clock.today()), last)
    return [turn for turn in turns if turn.given_up_at is None and turn.shift.cancelled_at is None]


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
    with whom. Counts for rosters from now on. Entry: duty.terms_set. Raises NotAllowed, or Refused."""
    studio = _studio(studio_id)
    seat = rules.may_set_terms(actor, studio, person).grant()
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
    append(actor, "duty.terms_set", [*_subjects(studio), ("person", person.pk)], {}, seat=seat)


def cancel_all_after(studio: Studio, day: dt.date, why: str) -> set[UUID]:
    """Cancel what a studio that closes or pauses had planned from a day on, as part of that act, which appends
    its own entry. Gives who was to come. Call inside its transaction."""
    rows = DutyShift.objects.filter(studio=studio, day__gte=day, cancelled_at=None)
    people = _people_of(rows)
    rows.update(cancelled_at=clock.now(), cancelled_why=why[:120])
    return people


# --- parts of acts ----------------------------------------------------------------------------------


def _studio(studio_id: UUID, *, lock: bool = False) -> Studio:
    rows = Studio.objects.select_for_update(of=("self",)) if lock else Studio.objects.all()
    return rows.select_related("body__place").get(pk=studio_id)


def _shift(shift_id: UUID) -> DutyShift:
    rows = DutyShift.objects.select_for_update(of=("self",)).select_related("studio__body__place")
    return rows.get(pk=shift_id)


def _turn(turn_id: UUID) -> Turn:
    """A turn with its shift locked, as both are now."""
    shift = _shift(Turn.objects.values_list("shift", flat=True).get(pk=turn_id))
    turn = Turn.objects.select_related("person").get(pk=turn_id)
    turn.shift = shift
    return turn


def _not_over(row: DutyShift) -> None:
    if dt.datetime.combine(row.day, row.ends, clock.SHANGHAI) < clock.now():
        raise Refused(_("这一班已经过了，不能再改。"))


def _cancel(row: DutyShift, why: str) -> None:
    now = clock.now()
    if not DutyShift.objects.filter(pk=row.pk, cancelled_at=None).update(cancelled_at=now, cancelled_why=why[:120]):
        raise Changed(_("这一班刚刚有人取消了。"))
    row.cancelled_at, row.cancelled_why = now, why[:120]


def _end(turn: Turn, why: str) -> None:
    now = clock.now()
    if not Turn.objects.filter(pk=turn.pk, given_up_at=None).update(given_up_at=now, given_up_why=why[:120]):
        raise Changed(_("这一班刚刚换了人，请看一眼最新的安排。"))
    turn.given_up_at = now


def _replaced(row: DutyShift, instead: UUID | None, why: str) -> Turn | None:
    """The turn somebody stands in for: the one named, ended now; else the last one given up and not yet filled."""
    if instead:
        turn = _turn(instead)
        if turn.shift_id != row.pk:
            raise Refused(_("这一班里没有这个人。"))
        _end(turn, why)
        return turn
    filled = Turn.objects.filter(shift=row, given_up_at=None, stands_in_for__isnull=False).values("stands_in_for")
    gone = Turn.objects.filter(shift=row).exclude(given_up_at=None).exclude(person__in=filled)
    return gone.order_by("-given_up_at").first()


def _hand_on(row: DutyShift, person: Person, replaced: Turn | None) -> Turn:
    turn = _begin(row, person, field="person")
    if replaced:
        Turn.objects.filter(pk=turn.pk).update(stands_in_for=replaced.stands_in_for_id or replaced.person_id)
    if row.cancelled_at is not None:
        _take_place(row)
    return turn


def _take_place(row: DutyShift) -> None:
    DutyShift.objects.filter(pk=row.pk).update(cancelled_at=None, cancelled_why="")
    row.cancelled_at, row.cancelled_why = None, ""


def _begin(row: DutyShift, person: Person, *, field: str) -> Turn:
    _can_come(row, person, field=field)
    return Turn.objects.create(tenant_id=row.tenant_id, shift=row, person=person)


def _can_come(row: DutyShift, person: Person, *, leaving: UUID | None = None, field: str) -> None:
    """Raises Refused when somebody does not receive here, is away, or is elsewhere at that hour (the turn
    `leaving`, which they would give, aside)."""
    name = {"name": person.name}
    groups = [row.group_id] if row.group_id else []
    if person.pk not in {one.pk for one in queries.receivers(row.studio, row.day, groups)}:
        raise Refused(_("%(name)s那天不在这个工作室接待。") % name, field)
    if person.pk in queries.on_leave(row.day):
        raise Refused(_("%(name)s那天请了假。") % name, field)
    busy = Turn.objects.filter(
        person=person,
        given_up_at=None,
        shift__cancelled_at=None,
        shift__day=row.day,
        shift__starts__lt=row.ends,
        shift__ends__gt=row.starts,
    )
    if (busy.exclude(pk=leaving) if leaving else busy).exists():
        raise Refused(_("%(name)s那个时间已经有班了。") % name, field)


def _people_of(rows: Any) -> set[UUID]:
    return set(Turn.objects.filter(shift__in=rows, given_up_at=None).values_list("person", flat=True))


def _subjects(studio: Studio) -> list[tuple[str, UUID]]:
    return [("studio", studio.pk), ("body", studio.body_id)]


def _persons(people: Iterable[UUID]) -> list[tuple[str, UUID]]:
    return [("person", person) for person in sorted(people)]


def _facts(row: DutyShift) -> dict[str, Any]:
    return {"day": row.day.isoformat(), "starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}"}
