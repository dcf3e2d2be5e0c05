"""调研: naming the sides, hearing them, writing down what was found, and taking back what was wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules
from shangliang.deliberation.actions.topics import named
from shangliang.deliberation.models import Finding, FindingPhoto, Hearing, Side, Topic
from shangliang.deliberation.queries import investigation as queries
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.gathering.models import Visit
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.people.models import Body

Kind = Finding.Kind
LEAST_PEOPLE = 1


@transaction.atomic
def name_side(actor: Actor, topic: Topic, *, label: str, touched: str = "", about_how_many: int | None = None) -> Side:
    """Name a side that the topic touches, how, and about how many they are; or take one up again that was dropped.

    Raises NotAllowed, or Refused for a name that is none or that there is already. Entry: side.named.
    """
    _lock(topic)
    seat = rules.may_look_into(actor, topic).grant()
    label = label.strip()
    if not label:
        raise Refused(_("写上是哪一方，比如“夜班住户”。"), "label")
    known = Side.objects.filter(topic=topic, label=label).first()
    if known and known.dropped_at is None:
        raise Refused(_("“%(label)s”已经写上了。") % {"label": label}, "label")
    said = {"touched": touched.strip(), "about_how_many": about_how_many}
    if known:
        Side.objects.filter(pk=known.pk).update(dropped_at=None, **said)
        side = Side.objects.get(pk=known.pk)
    else:
        last = Side.objects.filter(topic=topic).aggregate(last=Max("position"))["last"] or 0
        side = Side.objects.create(tenant_id=topic.tenant_id, topic=topic, position=last + 1, label=label, **said)
    facts = {"side": str(side.pk), "about_how_many": about_how_many}
    _enter(actor, topic, "side.named", facts, {"label": label, "touched": side.touched}, seat)
    return side


@transaction.atomic
def drop_side(actor: Actor, side: Side, *, why: str) -> None:
    """Take a side off the list, with the reason for everybody to read. What was heard of it stays to be seen.

    Raises NotAllowed, or Refused without a reason. Entry: side.dropped.
    """
    topic = side.topic
    _lock(topic)
    seat = rules.may_look_into(actor, topic).grant()
    if not why.strip():
        raise Refused(_("写一句为什么不算了，大家看得见。"), "why")
    if not Side.objects.filter(pk=side.pk, dropped_at=None).update(dropped_at=clock.now()):
        raise Refused(_("这一方已经拿掉了。"))
    _enter(actor, topic, "side.dropped", {"side": str(side.pk)}, {"label": side.label, "why": why.strip()}, seat)


@transaction.atomic
def hear(actor: Actor, side: Side, *, how: str, people: int, chosen: str, said: str, on: dt.date) -> Hearing:
    """Write down that people of a side were heard: how, how many, how they were chosen, and what they said in sum.

    Raises NotAllowed, or Refused for nobody, a day that has not come, or without a word of what they said.
    Entry: side.heard.
    """
    topic = side.topic
    _lock(topic)
    seat = rules.may_find(actor, topic, queries.coming(topic)).grant()
    if Side.objects.filter(pk=side.pk, dropped_at=None).first() is None:
        raise Refused(_("这一方已经拿掉了，先把它加回来。"))
    if people < LEAST_PEOPLE:
        raise Refused(_("至少听过一个人。"), "people")
    if not chosen.strip():
        raise Refused(_("写一句这些人是怎么找来的。"), "chosen")
    if not said.strip():
        raise Refused(_("写一句他们怎么说，不写名字。"), "said")
    _require_past(on)
    hearing = Hearing.objects.create(
        tenant_id=topic.tenant_id,
        side=side,
        how=how,
        people=people,
        chosen=chosen.strip(),
        said=said.strip(),
        on=on,
        by_id=actor.person_id,
    )
    facts = {"side": str(side.pk), "hearing": str(hearing.pk), "how": how, "people": people, "on": on.isoformat()}
    _enter(actor, topic, "side.heard", facts, {"label": side.label, "chosen": chosen, "said": said}, seat)
    return hearing


@transaction.atomic
def withdraw_hearing(actor: Actor, hearing: Hearing, *, why: str) -> None:
    """Say that a hearing was written down wrongly: it stays to be seen, and counts no more. Entry: side.unheard."""
    topic = hearing.side.topic
    _lock(topic)
    seat = _may_withdraw(actor, topic, hearing.by_id, why)
    if not Hearing.objects.filter(pk=hearing.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        raise Refused(_("这一条已经收回了。"))
    facts = {"side": str(hearing.side_id), "hearing": str(hearing.pk)}
    _enter(actor, topic, "side.unheard", facts, {"why": why.strip()}, seat)


@transaction.atomic
def record_finding(
    actor: Actor,
    topic: Topic,
    *,
    kind: str,
    text: str,
    source: str = "",
    on: dt.date,
    photos: Sequence[Attachment] = (),
    position: tuple[float, float] | None = None,
    squad: Body | None = None,
    visit: Visit | None = None,
    key: UUID | None = None,
) -> Finding:
    """Write down what was found: a fact with its source, a record of the site, a visit, cost, or who may decide.

    `photos` are on disk already (`files.actions.store_photos`). `source` of a record of the site is where it was,
    when the phone could not tell its position; `key` counts once what a phone sends twice over a broken line. Raises
    NotAllowed, or Refused for what cannot be counted: a fact without source, a site without photo or place, a visit
    by nobody or written down before, a day that has not come. Entry: finding.recorded.
    """
    _lock(topic)
    seat = rules.may_find(actor, topic, queries.coming(topic)).grant()
    row_id = uuid5(topic.pk, str(key or uuid7()))
    if known := Finding.objects.filter(pk=row_id).first():
        return known
    text, source = text.strip(), source.strip()
    if not text:
        raise Refused(_("写一句查到了什么。"), "text")
    _require_past(on)
    _require_whole(topic, kind, source, photos, position, squad, visit)
    finding = Finding.objects.create(
        id=row_id,
        tenant_id=topic.tenant_id,
        topic=topic,
        kind=kind,
        text=text,
        source=source,
        squad=squad,
        visit=visit,
        lat=position[0] if position else None,
        lng=position[1] if position else None,
        on=on,
        by_id=actor.person_id,
    )
    keep(photos)
    FindingPhoto.objects.bulk_create(
        FindingPhoto(tenant_id=topic.tenant_id, finding=finding, attachment=photo) for photo in photos
    )
    facts = {"finding": str(finding.pk), "kind": kind, "on": on.isoformat(), "photos": len(photos)}
    facts |= {"squad": str(squad.pk)} if squad else {}
    _enter(actor, topic, "finding.recorded", facts, {"text": text, "source": source}, seat)
    return finding


@transaction.atomic
def withdraw_finding(actor: Actor, finding: Finding, *, why: str) -> None:
    """Take a finding back: it stays to be seen as withdrawn, and counts no more. Entry: finding.withdrawn.

    Raises NotAllowed, or Refused without a reason.
    """
    topic = finding.topic
    _lock(topic)
    seat = _may_withdraw(actor, topic, finding.by_id, why)
    if not Finding.objects.filter(pk=finding.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        raise Refused(_("这一条已经收回了。"))
    facts = {"finding": str(finding.pk), "kind": finding.kind}
    _enter(actor, topic, "finding.withdrawn", facts, {"text": finding.text, "why": why.strip()}, seat)


def _require_whole(
    topic: Topic,
    kind: str,
    source: str,
    photos: Sequence[Attachment],
    position: tuple[float, float] | None,
    squad: Body | None,
    visit: Visit | None,
) -> None:
    if kind == Kind.FACT and not source:
        raise Refused(_("写上出处：哪份文件、哪个单位、谁量的。没有出处的，不算事实。"), "source")
    if kind == Kind.SITE and not photos:
        raise Refused(_("现场记录要有照片，至少拍一张。"), "photos")
    if kind == Kind.SITE and position is None and not source:
        raise Refused(_("按一下“记下我现在的位置”，定不了位就写上在哪里。"), "source")
    if kind == Kind.VISIT and squad is None and visit is None:
        raise Refused(_("选一支小分队，或者选一次已经记下的走访。"), "squad")
    if visit and visit.pk not in {one.pk for one in queries.visits_left(topic)}:
        raise Refused(_("这次走访已经算过了，或者不是为这件事去的。"), "visit")


def _require_past(on: dt.date) -> None:
    if on > clock.today():
        raise Refused(_("日子还没到，写已经做过的。"), "on")


def _may_withdraw(actor: Actor, topic: Topic, by: UUID | None, why: str) -> Seat | None:
    """Whoever wrote it down takes it back, and whoever works on the topic."""
    verdict = rules.may_look_into(actor, topic)
    own = by is not None and by == actor.person_id and rules.may_find(actor, topic, queries.coming(topic))
    seat = verdict.seat if verdict else own.grant() if own else verdict.grant()
    if not why.strip():
        raise Refused(_("写一句为什么收回，大家看得见。"), "why")
    return seat


def _lock(topic: Topic) -> None:
    """Acts on one topic come one after another. Nobody has to have seen the last one: they only add."""
    topic.matter = matters.lock(topic.matter_id, None)
    topic.refresh_from_db(fields=["status", "chair"])


def _enter(
    actor: Actor, topic: Topic, kind: str, facts: Mapping[str, Any], words: Mapping[str, str], seat: Seat | None
) -> None:
    matters.change(topic.matter)
    append(actor, kind, named(topic), matters.facts(topic.matter) | dict(facts), words, seat=seat)
