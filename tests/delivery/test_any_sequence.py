"""Whatever is done to a few matters, by whomever, in whatever order: what must always hold, holds.

Each seed is another sequence of acts and of people who try them. What the rules refuse leaves no trace;
what they allow leaves one entry, and everything that follows from it in order.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import Http404
from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions as delivery
from shangliang.delivery import rules
from shangliang.delivery.models import Confirmation, HandedPoint, HandOver, Promise, ReplyLink
from shangliang.desk.queries import case, visible
from shangliang.gathering import actions as gathering
from shangliang.ledger.models import Chain, Entry, Words
from shangliang.ledger.verify import verify
from shangliang.matters.acting import matter_for
from shangliang.matters.models import ENDS, OPEN, Matter, Point, Referral
from shangliang.people.models import Body
from shangliang.people.rules import CASE_DUTIES
from shangliang.publicity.queries import public_matter
from shangliang.voices import actions as voices
from shangliang.voices.models import Contact, Slip, Voice
from tests.cast import DISTRICT, DONGMEN, FAR, GUANGMING, STREET, Cast

T = TypeVar("T")
SEQUENCES, STEPS = 8, 100
STAFF = (
    *("community", "street", "office", "community", "street", "citymanager", "handler", "section", "chief"),
    *("convenor", "neighbour", "far", "far_street", "member"),
)
OFTEN_MAY = ("office", "citymanager", "handler", "section", "chief", "street", "far_street")
OUTCOMES = (Point.Status.DONE, Point.Status.PROMISED, Point.Status.EXPLAINED)


class NothingThere(Exception):
    """There is nothing yet to do this to."""


@dataclass
class World:
    """The cast, and what has come to be."""

    cast: Cast
    actors: dict[str, Actor]
    slips: list[Slip] = field(default_factory=list)

    def pick(self, rows: Sequence[T], n: int) -> T:
        if not rows:
            raise NothingThere
        return rows[n % len(rows)]

    def matter(self, n: int) -> Matter:
        return self.pick(list(Matter.objects.order_by("number")), n)

    def place(self, n: int) -> Any:
        return self.cast.place((GUANGMING, GUANGMING, DONGMEN, FAR, STREET, DISTRICT)[n % 6])

    def body(self, n: int) -> Body:
        names = ("区城管执法局", "区房管局", "新沟桥街道", "钢花村街道", "南苑社区", "光明社区")
        return self.cast.body(names[n % len(names)])

    def row(self, n: int) -> HandOver:
        return self.pick(list(HandOver.objects.select_related("body", "matter").order_by("pk")), n)

    def voice(self, n: int) -> Voice:
        rows = Voice.objects.select_related("matter__place", "matter__lead", "contact", "follows").order_by("pk")
        return self.pick(list(rows), n)

    def slip(self, n: int) -> Slip:
        return Slip.objects.select_related("voice").get(pk=self.pick(self.slips, n).pk)

    def promise(self, n: int) -> Promise:
        return self.pick(list(Promise.objects.select_related("matter", "body").order_by("pk")), n)

    def answers(self, row: HandOver, n: int) -> dict[UUID, delivery.Answer]:
        given = (OUTCOMES[(n + 2 * item.point.number) // 2 % 3] for item in self.cast.points(row))
        later = clock.today() + dt.timedelta(days=30)
        return {item.pk: delivery.Answer(outcome, "办了。", later) for item, outcome in zip(self.cast.points(row), given, strict=True)}


# --- the acts: each tries one with what the numbers choose -----------------------------------------


def say(world: World, who: Actor, n: int) -> None:
    openness = (Voice.Openness.PUBLIC, Voice.Openness.PUBLIC, Voice.Openness.HANDLERS, Voice.Openness.ANONYMOUS)[n % 4]
    place = (GUANGMING, GUANGMING, DONGMEN, FAR)[n // 4 % 4]
    said = world.cast.said(place=place, openness=openness, held=n % 7 == 0, title="导入的标题" if n % 5 == 0 else "")
    world.slips.append(Slip.objects.get(voice=said.voice))


def say_more(world: World, who: Actor, n: int) -> None:
    voices.add_words(world.cast.resident, world.slip(n), "还有一点。", f"more-{uuid4()}")


def accept(world: World, who: Actor, n: int) -> None:
    place = world.place(n // 2) if n % 2 else None
    gathering.accept(who, world.matter(n).pk, None, title="楼道充电", place=place)


def decline(world: World, who: Actor, n: int) -> None:
    gathering.decline(who, world.matter(n).pk, None, reason="lawsuit", elsewhere="x", why="x")


def describe(world: World, who: Actor, n: int) -> None:
    place = world.place(n // 2)
    gathering.describe(who, world.matter(n).pk, None, title="改过的", summary="", category="", place=place)


def join(world: World, who: Actor, n: int) -> None:
    gathering.join(who, world.matter(n).pk, None, lead_number=world.matter(n // 7).number)


def take_out(world: World, who: Actor, n: int) -> None:
    gathering.take_out(who, world.matter(n).pk, None, why="x")


def refer(world: World, who: Actor, n: int) -> None:
    bodies = ("新沟桥街道", "光明社区", "东门社区", "武汉市青山区政协办公室", "钢花村街道")
    body = Body.objects.filter(name=bodies[n // 7 % 5]).first() or Body.objects.get(kind=Body.Kind.DISTRICT_OFFICE)
    gathering.refer(who, world.matter(n).pk, None, to_body=body, why="x")


def take_referral(world: World, who: Actor, n: int) -> None:
    gathering.take_referral(who, world.matter(n).pk, None)


def return_referral(world: World, who: Actor, n: int) -> None:
    gathering.return_referral(who, world.matter(n).pk, None, why="x")


def answer_referral(world: World, who: Actor, n: int) -> None:
    gathering.answer_referral(who, world.matter(n).pk, None, answer="x")


def hand_over(world: World, who: Actor, n: int) -> None:
    matter = world.matter(n)
    new = ("装灯", "拆线")[: n // 3 % 3]
    old = list(Point.objects.filter(matter=matter, status="open").values_list("pk", flat=True))[: n // 9 % 3]
    delivery.hand_over(who, matter.pk, None, body=world.body(n // 5), points=new, point_ids=old)


def take_in_hand(world: World, who: Actor, n: int) -> None:
    delivery.take_in_hand(who, world.row(n), None)


def give_back(world: World, who: Actor, n: int) -> None:
    delivery.return_(who, world.row(n), None, why="x")


def progress(world: World, who: Actor, n: int) -> None:
    delivery.report_progress(who, world.row(n), None, words="x")


def extend(world: World, who: Actor, n: int) -> None:
    delivery.extend(who, world.row(n), None, days=1 + n % 15, why="x", approved_by="x")


def supervise(world: World, who: Actor, n: int) -> None:
    delivery.supervise(who, world.matter(n).pk, None, words="x")


def reassign(world: World, who: Actor, n: int) -> None:
    person = world.cast.accounts["section"].person
    assert person is not None
    delivery.reassign(who, world.row(n), None, person=person)


def reply(world: World, who: Actor, n: int) -> None:
    row = world.row(n)
    delivery.reply(who, row, None, answers=world.answers(row, n), words="x")


def reply_by_link(world: World, who: Actor, n: int) -> None:
    row = world.row(n)
    token = delivery.make_reply_link(who, row)
    assert token
    link = ReplyLink.objects.select_related("hand_over__body__place").get(hand_over=row, used_at=None)
    with transaction.atomic():
        delivery.use_reply_link(link)
        delivery.reply(delivery.link_actor(link), row, None, answers=world.answers(row, n))


def sign(world: World, who: Actor, n: int) -> None:
    delivery.sign(who, world.row(n), None)


def send_draft_back(world: World, who: Actor, n: int) -> None:
    delivery.send_draft_back(who, world.row(n), None, why="x")


def pass_back(world: World, who: Actor, n: int) -> None:
    delivery.pass_back(who, world.row(n), None, why="x")


def close(world: World, who: Actor, n: int) -> None:
    delivery.close(who, world.matter(n).pk, None, words="x", outcome=("done", "explained", "promised")[n % 3])


def reopen(world: World, who: Actor, n: int) -> None:
    delivery.reopen(who, world.matter(n).pk, None, why="x")


def settle_promise(world: World, who: Actor, n: int) -> None:
    delivery.settle_promise(who, world.promise(n), None, kept=n % 2 == 0, words="x")


def move_promise(world: World, who: Actor, n: int) -> None:
    promise = world.promise(n)
    delivery.move_promise(who, promise, None, by_when=promise.by_when + dt.timedelta(days=n % 3), why="x")


def confirm(world: World, who: Actor, n: int) -> None:
    delivery.confirm(world.cast.resident, world.voice(n), solved="no", rating=None, words="x", sent_back=n % 2 == 0)


def support(world: World, who: Actor, n: int) -> None:
    matter = Matter.objects.select_related("lead").get(pk=world.matter(n).pk)
    voices.support(world.cast.resident, matter, bytes([n % 3]) * 32)


def withdraw(world: World, who: Actor, n: int) -> None:
    voices.withdraw_consent(world.cast.resident, world.slip(n))


def let_through(world: World, who: Actor, n: int) -> None:
    voices.let_through(who, world.voice(n))


def clear(world: World, who: Actor, n: int) -> None:
    voices.clear_words(who, world.voice(n), show=n % 2 == 0)


def erase(world: World, who: Actor, n: int) -> None:
    voices.erase_voice(who, world.voice(n), "on_request")


# Acts that others build on come more often.
ACTS: tuple[Callable[[World, Actor, int], None], ...] = (
    *(say, say_more, accept, accept, accept, decline, describe, join, join, take_out, take_out),
    *(refer, refer, take_referral, return_referral, answer_referral),
    *(hand_over, hand_over, hand_over, take_in_hand, give_back, progress, extend, supervise, reassign),
    *(reply, reply, reply, reply_by_link, sign, sign, send_draft_back, pass_back, pass_back),
    *(close, close, close, close, reopen, reopen, reopen, settle_promise, settle_promise, move_promise),
    *(confirm, support, withdraw, let_through, clear, erase),
)
ENTRIES = {reply_by_link: (2,), erase: (1, 2, 3, 4, 5, 6), support: (0, 1), withdraw: (0, 1)}  # others: exactly one


# --- what always holds ------------------------------------------------------------------------------


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
        behind = Voice.objects.filter(matter__in=[matter.pk, *Matter.objects.filter(lead=matter).values_list("pk", flat=True)])
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
    chance = random.Random(seed)  # noqa: S311
    world = World(cast, {name: getattr(cast, name) for name in dict.fromkeys(STAFF)})
    for n in (1, 2, 3, 4):
        say(world, cast.resident, n)
    for act in chance.choices(ACTS, k=STEPS):
        who, n = chance.choice(STAFF), chance.randrange(1000)
        print(act.__name__, who, n)  # read when it fails
        attempt(world, act, who, n)
    check_sight(world)
    report = verify(cast.tenant)
    assert report.ok, report.problems


def attempt(world: World, act: Callable[[World, Actor, int], None], who: str, n: int) -> None:
    """Let one person try, then those who more often may, until it is done; look at everything after each try."""
    for name in dict.fromkeys((who, *OFTEN_MAY)):
        before, words = Chain.objects.get().size, Words.objects.count()
        try:
            with transaction.atomic():
                act(world, world.actors[name], n)
        except (Refused, NothingThere) as error:
            assert (Chain.objects.get().size, Words.objects.count()) == (before, words)
            if isinstance(error, NotAllowed):
                continue
            return
        assert Chain.objects.get().size - before in ENTRIES.get(act, (1,)), act.__name__
        check_matters()
        check_hand_overs()
        check_promises()
        check_public()
        check_ledger()
        return
