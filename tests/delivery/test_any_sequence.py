"""Whatever is done to a few matters, by whomever, in whatever order: what must always hold, holds.

Each seed is another sequence of acts and of people who try them. What the rules refuse leaves no trace;
what they allow leaves one entry, and everything that follows from it in order.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import Http404

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.delivery import rules
from shangliang.delivery.models import Confirmation, HandedPoint, HandOver, Promise
from shangliang.desk.queries import case, visible
from shangliang.ledger.models import Chain, Entry
from shangliang.ledger.verify import verify
from shangliang.matters.acting import matter_for
from shangliang.matters.models import ENDS, OPEN, Matter, Point, Referral
from shangliang.people.models import Body
from shangliang.people.rules import CASE_DUTIES
from shangliang.publicity.queries import public_matter
from shangliang.voices.models import Contact, Voice
from tests.cast import Cast
from tests.delivery.acts import ACTS, ENTRIES, STAFF, NothingThere, World, accept, say

SEQUENCES, STEPS = 8, 80
OFTEN_MAY = ("office", "citymanager", "handler", "section", "chief", "street", "far_street")
NOT_YOU = ("不在您负责", "这是交给", "这是转给", "来签", "办公室来做")  # a no that somebody else may not hear


def check_matters() -> None:
    out = set(HandOver.objects.filter(status__in=rules.OPEN).values_list("matter", flat=True))
    for matter in Matter.objects.select_related("holder", "lead", "place"):
        points = list(Point.objects.filter(matter=matter, moved_to=None))
        states = {point.status for point in points}
        assert matter.supporters >= 0
        if matter.lead:
            assert matter.status in OPEN, "a joined matter's own status freezes while it is open"
            assert matter.lead.lead_id is None, "a lead is not joined itself"
            assert matter.due is None
            assert Point.Status.OPEN not in states, "an open point was left behind"
            assert matter.pk not in out, "a joined matter is out with a body"
        elif matter.status in OPEN:
            assert matter.due is not None
            assert matter.holder is not None
            assert matter.pk in out or matter.holder.kind != Body.Kind.DEPARTMENT, "with a body that owes nothing"
        else:
            check_end(matter, states)
            assert matter.due is None
            assert matter.ended_at is not None
            assert matter.pk not in out
            assert not Referral.objects.filter(matter=matter, status__in=["sent", "accepted"]).exists()
        if matter.status in OPEN:
            assert not Confirmation.objects.filter(matter=matter, sent_back=True, handled_at=None).exists()


def check_end(matter: Matter, states: set[str]) -> None:
    assert Point.Status.OPEN not in states
    if not states:
        assert matter.status in ENDS - {Matter.Status.PROMISED}
    elif Point.Status.PROMISED in states:
        assert matter.status == Matter.Status.PROMISED
    elif states == {Point.Status.DONE}:
        assert matter.status == Matter.Status.DONE
    else:
        assert matter.status == Matter.Status.EXPLAINED


def check_hand_overs() -> None:
    out: list[UUID] = []
    for row in HandOver.objects.filter(status__in=rules.OPEN).select_related("matter"):
        handed = list(HandedPoint.objects.filter(hand_over=row).select_related("point"))
        assert handed
        assert {item.point.status for item in handed} == {Point.Status.OPEN}, "out with what is answered"
        assert row.matter.status == Matter.Status.DELIVERED
        out += [item.point_id for item in handed]
    assert len(out) == len(set(out)), "a point is out twice"


def check_promises() -> None:
    standing = Promise.objects.filter(status=Promise.Status.STANDING).values_list("point", flat=True)
    promised = Point.objects.filter(status=Point.Status.PROMISED).values_list("pk", flat=True)
    assert sorted(standing) == sorted(promised)


def check_public() -> None:
    for matter in Matter.objects.all():
        behind = Voice.objects.filter(
            matter__in=[matter.pk, *Matter.objects.filter(lead=matter).values_list("pk", flat=True)]
        )
        consents = behind.filter(openness="public", consent_withdrawn_at=None, held=False).exists()
        is_public = consents and bool(matter.title) and matter.status != Matter.Status.RAISED
        assert matter.is_public == is_public
        assert (public_matter(matter.number) is not None) == is_public
    assert not Voice.objects.filter(openness=Voice.Openness.ANONYMOUS).exclude(contact=None).exists()
    assert not Contact.objects.filter(voices__words__erased_at__isnull=False).exclude(sealed=None).exists()


def check_ledger() -> None:
    """The facts of the last entry on a matter are where it stands."""
    last: dict[str, dict[str, Any]] = {}
    for text in Entry.objects.order_by("seq").values_list("body", flat=True):
        body = json.loads(text)
        matters = [row for kind, row in body["subjects"] if kind == "matter"]
        if matters and "status" in body["facts"]:
            last[matters[0]] = body["facts"]
    for matter in Matter.objects.all():
        told = last[str(matter.pk)]
        stands = (matter.status, str(matter.holder_id), matter.due and matter.due.isoformat(), str(matter.place_id))
        assert stands == (told["status"], told["holder"], told["due"], told["place"])


def check_sight(world: World) -> None:
    """Who has nothing to do with a matter finds no page; and a list holds what has a page, no more."""
    for name, actor in world.actors.items():
        listed = set(Matter.objects.filter(visible(actor, world.cast.tenant)).values_list("pk", flat=True))
        for matter in Matter.objects.select_related("place"):
            seen = case(actor, matter.number)
            assert (seen is not None) == (matter.pk in listed), f"{name}: list and page differ"
            seats = actor.seats_with(*CASE_DUTIES)
            bodies = {matter.holder_id, *Referral.objects.filter(matter=matter).values_list("to_body", flat=True)}
            concerned = any(seat.covers(matter.place.path) or seat.body_id in bodies for seat in seats)
            assert found(actor, matter) == concerned, f"{name}: {matter.number}"
            if name in ("handler", "citymanager", "section", "chief"):
                handed = HandOver.objects.filter(matter=matter, body__in=actor.bodies).exists()
                assert (seen is not None) == handed


def found(actor: Actor, matter: Matter) -> bool:
    try:
        return matter_for(actor, matter.number) is not None
    except Http404:
        return False


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_after_any_sequence_of_acts_everything_is_in_order(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    world = World(cast, {name: getattr(cast, name) for name in dict.fromkeys(STAFF)})
    for n in (1, 2, 3, 4):
        say(world, cast.resident, n)
        attempt(world, accept, "office", 2 * n)
    for act in chance.choices(ACTS, k=STEPS):
        who, n = chance.choice(STAFF), chance.randrange(1000)
        attempt(world, act, who, n)
    check_sight(world)
    report = verify(cast.tenant)
    assert report.ok, report.problems
    assert len(world.done) >= STEPS // 3, "too little was allowed to say anything"


def attempt(world: World, act: Callable[[World, Actor, int], None], who: str, n: int) -> None:
    """Try an act here and there, by one person and then by those who more often may, until it is done."""
    for where in range(n, n + 4):
        for name in dict.fromkeys((who, *OFTEN_MAY)):
            before = Chain.objects.get().size
            try:
                with transaction.atomic():
                    act(world, world.actors[name], where)
            except NothingThere:
                return
            except Refused as error:
                assert Chain.objects.get().size == before
                if not any(part in str(error) for part in NOT_YOU):
                    break
            else:
                assert Chain.objects.get().size - before in ENTRIES.get(act, (1,)), act.__name__
                world.done.append(f"{act.__name__} {name} {where}")
                check_all()
                return


def check_all() -> None:
    check_matters()
    check_hand_overs()
    check_promises()
    check_public()
    check_ledger()
