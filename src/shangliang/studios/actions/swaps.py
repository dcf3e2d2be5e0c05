"""Members arrange a turn between themselves: one asks, and it holds once the other agrees."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move
from shangliang.ledger.actions import append
from shangliang.people.models import Person
from shangliang.studios import rules
from shangliang.studios.actions._turns import (
    can_come,
    end,
    facts_of,
    hand_on,
    lock_together,
    not_over,
    persons,
    stands,
    subjects_of,
    turn_of,
)
from shangliang.studios.models import Swap
from shangliang.studios.queries import duty as queries


@transaction.atomic
def ask_swap(actor: Actor, turn_id: UUID, person: Person, *, in_return: UUID | None = None, why: str = "") -> Swap:
    """Ask a colleague to take one's turn, perhaps for one of theirs. Holds once they agree. Entry: swap.asked.

    Raises NotAllowed, Changed when the turn was given up or its shift cancelled, or Refused when it is over, they
    cannot then, or they were asked already.
    """
    lock_together(turn_id, in_return)
    turn = turn_of(turn_id)
    seat = rules.may_give_up(actor, turn).grant()
    not_over(turn.shift)
    stands(turn)
    can_come(turn.shift, person, leaving=in_return, field="person")
    if Swap.objects.filter(turn=turn, asked=person, status=Swap.Status.ASKED).exists():
        raise Refused(_("已经问过%(name)s了，等回话。") % {"name": person.name}, "person")
    back = turn_of(in_return) if in_return else None
    if back and (back.person_id != person.pk or back.given_up_at is not None):
        raise Refused(_("这一班现在不是%(name)s的。") % {"name": person.name}, "in_return")
    if back:
        can_come(back.shift, turn.person, leaving=turn.pk, field="in_return")
    swap = Swap.objects.create(
        tenant_id=actor.tenant_id, turn=turn, asked=person, in_return=back, why=why, asked_at=clock.now()
    )
    subjects = [*subjects_of(turn.shift.studio), ("shift", turn.shift_id), ("swap", swap.pk), ("person", person.pk)]
    append(actor, "swap.asked", subjects, facts_of(turn.shift), seat=seat)
    return swap


@transaction.atomic
def answer_swap(actor: Actor, swap_id: UUID, agree: bool) -> None:
    """Whoever was asked agrees, and the turns change hands at once; or cannot. Entry: swap.answered.

    Raises NotAllowed, Changed when it was answered or withdrawn before, or a turn was given up or cancelled
    meanwhile, or Refused when a turn is over or one of the two cannot come then any more.
    """
    swap = Swap.objects.select_related("turn", "asked", "in_return").get(pk=swap_id)
    lock_together(swap.turn_id, swap.in_return_id)
    first = turn_of(swap.turn_id)
    swap.turn = first
    seat = rules.may_answer_swap(actor, swap).grant()
    _still_asked(swap)
    move(swap, Swap.Status.AGREED if agree else Swap.Status.REFUSED, answered_at=clock.now())
    if agree:
        back = turn_of(swap.in_return_id) if swap.in_return_id else None
        for turn in filter(None, (first, back)):
            not_over(turn.shift)
            stands(turn)
            end(turn, _("换班"))
        hand_on(first.shift, swap.asked, first)
        if back:
            hand_on(back.shift, first.person, back)
    subjects = [*subjects_of(first.shift.studio), ("shift", first.shift_id), ("swap", swap.pk)]
    people = {first.person_id, swap.asked_id, *(queries.who_runs(first.shift.studio) if agree else ())}
    append(actor, "swap.answered", [*subjects, *persons(people)], facts_of(first.shift) | {"agreed": agree}, seat=seat)


@transaction.atomic
def withdraw_swap(actor: Actor, swap_id: UUID) -> None:
    """Whoever asked needs it no more. Entry: swap.withdrawn. Raises NotAllowed, or Changed when it was answered."""
    swap = Swap.objects.select_related("turn__shift__studio__body").get(pk=swap_id)
    seat = rules.may_give_up(actor, swap.turn).grant()
    _still_asked(swap)
    move(swap, Swap.Status.WITHDRAWN, answered_at=clock.now())
    subjects = [*subjects_of(swap.turn.shift.studio), ("swap", swap.pk), ("person", swap.asked_id)]
    append(actor, "swap.withdrawn", subjects, facts_of(swap.turn.shift), seat=seat)


def _still_asked(swap: Swap) -> None:
    if swap.status != Swap.Status.ASKED:
        raise Changed(_("这件事刚刚有人动过，请看一眼最新情况再操作。"))
