"""Every act there is, tried on whatever numbers choose: what a random sequence is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import transaction

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandOver, Promise, ReplyLink
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter, Point
from shangliang.people.models import Body
from shangliang.voices import actions as voices
from shangliang.voices.models import Slip, Voice
from tests.cast import DISTRICT, DONGMEN, FAR, GUANGMING, STREET, Cast

T = TypeVar("T")
STAFF = (
    *("community", "street", "office", "community", "street", "citymanager", "handler", "section", "chief"),
    *("convenor", "neighbour", "far", "far_street", "member"),
)
OUTCOMES = (Point.Status.DONE, Point.Status.PROMISED, Point.Status.EXPLAINED)


class NothingThere(Exception):
    """There is nothing yet to do this to."""


@dataclass
class World:
    """The cast, and what has come to be."""

    cast: Cast
    actors: dict[str, Actor]
    slips: list[Slip] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

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
        return {
            item.pk: delivery.Answer(outcome, "办了。", later)
            for item, outcome in zip(self.cast.points(row), given, strict=True)
        }


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
    *(hand_over, hand_over, hand_over, hand_over, hand_over, take_in_hand, give_back),
    *(progress, extend, supervise, reassign),
    *(reply, reply, reply, reply, reply, reply_by_link, sign, sign, sign, send_draft_back, pass_back, pass_back),
    *(close, close, reopen, reopen, settle_promise, settle_promise, move_promise),
    *(confirm, confirm, support, withdraw, let_through, clear, erase),
)
ENTRIES = {reply_by_link: (2,), erase: (1, 2, 3, 4, 5, 6), support: (0, 1), withdraw: (0, 1)}  # others: exactly one
