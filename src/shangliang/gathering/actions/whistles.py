"""社区吹哨: ask members for help, ask further ones, say who leads, end it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.gathering import queries, rules
from shangliang.gathering.actions._asking import ask, chosen, facts, ids, lock, named, spare
from shangliang.gathering.candidates import Wanted
from shangliang.gathering.models import Asked, Whistle
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.places.models import Place
from shangliang.playbooks.queries import in_force

Status = Whistle.Status
AGAIN = dt.timedelta(minutes=10)  # the same words from the same body within this time were pressed twice


@transaction.atomic
def blow(
    actor: Actor,
    *,
    what: str,
    place: Place,
    ask_first: Sequence[UUID],
    matter_id: UUID | None = None,
    seen: int | None = None,
    specialties: Sequence[str] = (),
    sectors: Sequence[str] = (),
    languages: Sequence[str] = (),
    needed: int = 1,
) -> Whistle:
    """吹哨: ask members to come to a place, about a matter or without one. Entry: whistle.blown.

    Whoever blows it picks who is asked first (`ask_first`) among the candidates; the order is only a suggestion.
    Raises NotAllowed, Changed (the matter, as `matters.lock`), or Refused when nobody or too many are picked, when
    somebody is out (recused, on leave, no member), and when the same was just blown.
    """
    matter = matters.lock(matter_id, seen) if matter_id else None
    seat = (rules.may_whistle(actor, matter) if matter else rules.may_blow(actor, place.path)).grant()
    assert seat is not None
    if matter and place.pk != matter.place_id:
        rules.may_blow(actor, place.path).grant()
    most = in_force(actor.tenant_id).whistle.at_most
    if needed > most:
        raise Refused(_("一次吹哨一共最多请 %(most)s 位，要不了 %(n)s 位。") % {"most": most, "n": needed}, "needed")
    if len(ask_first) > most:
        raise Refused(_("一次最多请 %(most)s 位，现在选了 %(now)s 位。") % {"most": most, "now": len(ask_first)}, "ask")
    _not_twice(seat.body_id, what, place)
    wanted = Wanted(place.path, what, specialties, sectors, languages)
    pool = queries.members(clock.today())
    there = [one for one in queries.candidates(wanted, pool, matter_id) if one.person_id != actor.person_id]
    first = chosen(there, ask_first)
    whistle = Whistle.objects.create(
        tenant_id=actor.tenant_id,
        body_id=seat.body_id,
        matter=matter,
        place=place,
        what=what,
        specialties=list(specialties),
        sectors=list(sectors),
        languages=list(languages),
        needed=needed,
        at_once=len(first),
        blown_by_id=actor.person_id,
        blown_at=clock.now(),
    )
    rows = ask(whistle, first)
    if matter:
        matters.change(matter)
    append(
        actor,
        "whistle.blown",
        named(whistle, *(one.person_id for one in rows)),
        facts(whistle) | {"asked": ids(rows)},
        {"what": what},
        seat=seat,
    )
    return whistle


@transaction.atomic
def ask_more(actor: Actor, whistle_id: UUID, *, ask_next: Sequence[UUID]) -> list[Asked]:
    """Ask further members, up to the playbook's number in all. Entry: whistle.asked.

    Raises NotAllowed, or Refused as `blow` does for who cannot be asked; nobody is asked twice.
    """
    whistle, before = lock(whistle_id)
    seat = rules.may_ask_more(actor, whistle, len(before)).grant()
    most = in_force(actor.tenant_id).whistle.at_most
    if len(before) + len(ask_next) > most:
        said = {"most": most, "before": len(before), "room": most - len(before), "now": len(ask_next)}
        raise Refused(
            _("一共最多请 %(most)s 位，已经请过 %(before)s 位，还能请 %(room)s 位，现在选了 %(now)s 位。") % said, "ask"
        )
    there = [one for one in queries.next_candidates(whistle) if one.person_id != actor.person_id]
    rows = ask(whistle, chosen(there, ask_next))
    Whistle.objects.filter(pk=whistle.pk).update(ran_out_at=None)
    append(
        actor,
        "whistle.asked",
        named(whistle, *(one.person_id for one in rows)),
        facts(whistle) | {"asked": ids(rows)},
        seat=seat,
    )
    return rows


@transaction.atomic
def name_lead(actor: Actor, whistle_id: UUID, *, person_id: UUID) -> None:
    """Say who leads a squad, of those who come. Entry: whistle.led. Raises NotAllowed, Refused for who does not come."""
    whistle, asked = lock(whistle_id)
    seat = rules.may_steer(actor, whistle).grant()
    if person_id not in {one.person_id for one in asked if one.answer == Asked.Answer.COME}:
        raise Refused(_("带队的要从答应来的委员里选。"))
    Whistle.objects.filter(pk=whistle.pk).update(led_by=person_id)
    append(actor, "whistle.led", named(whistle, person_id), facts(whistle) | {"lead": str(person_id)}, seat=seat)


@transaction.atomic
def end_whistle(actor: Actor, whistle_id: UUID, *, done: bool, why: str = "") -> None:
    """End a whistle: what was needed is done, or it is taken back. Those who were to come hear that they need not.
    Entry: whistle.ended. Raises NotAllowed, and Refused for taking it back without a reason.
    """
    whistle, asked = lock(whistle_id)
    seat = rules.may_steer(actor, whistle).grant()
    if not done and not why.strip():
        raise Refused(_("写一句为什么收回，被请的委员会看到。"), "why")
    waited_for = spare(asked)
    coming = [one for one in asked if one.answer == Asked.Answer.COME]
    move(whistle, Status.DONE if done else Status.WITHDRAWN, ended_at=clock.now(), ended_why=why)
    append(
        actor,
        "whistle.ended",
        named(whistle, *(one.person_id for one in (*coming, *waited_for))),
        facts(whistle) | {"done": done, "spared": ids(waited_for), "coming": ids(coming)},
        {"why": why},
        seat=seat,
    )


def _not_twice(body_id: UUID, what: str, place: Place) -> None:
    just_now = Whistle.objects.filter(body=body_id, status=Status.OPEN, blown_at__gte=clock.now() - AGAIN)
    if just_now.filter(what=what, place=place).exists():
        raise Refused(_("刚刚吹过一次一样的，请看吹哨清单。"))
