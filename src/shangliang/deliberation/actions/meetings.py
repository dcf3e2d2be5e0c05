"""开会之前: planning a meeting, calling it, moving it, calling it off."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move
from shangliang.deliberation import gates, meeting_clock, rules
from shangliang.deliberation.models import AgendaPart, Attendee, Conversation, Meeting, MeetingTopic, Topic
from shangliang.deliberation.queries import meetings as queries
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.people.models import Body, Person
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.playbooks.queries import calendar

Status, Answer = Meeting.Status, Attendee.Answer
CODE_DIGITS = 4
PARTS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the agenda as staff write it."""

    label: str
    minutes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What staff decide about a meeting. `by_side`: key of the form's seats → how many; `seats` counts only for a
    form without sides. An empty agenda is the form's own, 0 minutes what the form says."""

    body: Body
    chair: Person
    starts_at: dt.datetime
    title: str = ""
    where: str = ""
    link: str = ""
    recorder: Person | None = None
    seats: int = 0
    by_side: Mapping[str, int] = field(default_factory=dict)
    is_public: bool = True
    lasts: int = 0
    agenda: Sequence[Part] = ()
    papers: str = ""


@transaction.atomic
def plan(actor: Actor, topics: Sequence[Topic], form_key: str, plan: Plan) -> Meeting:
    """Plan a meeting about one or several chosen topics, in a form of the first one's way of working.
    Entry: meeting.planned.

    What the topics still lack does not hinder planning, it hinders the call. Raises NotAllowed, and Refused for a
    day that is over, too near for the notice, or outside the season, and for seats that the form does not allow.
    """
    seat = None
    for topic in topics:
        seat = rules.may_work(actor, topic).grant() or seat
    form = _form(topics[0], form_key)
    _check_day(actor.tenant_id, topics[0], form, plan.starts_at)
    by_side, seats = _seats(form, plan)
    _check_way_in(form, plan.where, plan.link)
    round_number = sum(1 for one in queries.of_topic(topics[0]) if one.status != Status.CANCELLED) + 1
    row = Meeting.objects.create(
        tenant_id=actor.tenant_id,
        form=form_key,
        how=form.how,
        round=round_number,
        by_side=by_side,
        seats=seats,
        door_code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}",
        **_columns(plan, form, topics[0]),
    )
    MeetingTopic.objects.bulk_create(
        MeetingTopic(tenant_id=actor.tenant_id, meeting=row, topic=topic, position=position)
        for position, topic in enumerate(topics)
    )
    _write_agenda(row, plan.agenda or [Part(one.label, one.minutes, one.note) for one in form.agenda])
    append(actor, "meeting.planned", _named(row, topics, row.chair_id, row.recorder_id), facts(row), seat=seat)
    return row


@transaction.atomic
def change(actor: Actor, meeting_id: UUID, seen: int | None, plan: Plan) -> Meeting:
    """Change what was planned, but for the day and place of a meeting that was called (`move_to`).
    Entry: meeting.planned, with `again`.

    Papers may come after the call, as long as their own clock allows. Raises NotAllowed, Changed, and Refused.
    """
    row, topics = lock(meeting_id, seen)
    seat = rules.may_prepare(actor, row).grant()
    form = queries.form_of(row, topics[0])
    called = row.status == Status.CALLED
    if not called:
        _check_day(actor.tenant_id, topics[0], form, plan.starts_at)
        _check_way_in(form, plan.where, plan.link)
    by_side, seats = _seats(form, plan)
    fields = _columns(plan, form, topics[0]) | {"by_side": by_side, "seats": seats}
    if called:
        for name in ("starts_at", "where", "link", "body"):
            del fields[name]
        if plan.papers and row.papers_at is None:
            if late := queries.dates_of(row, form).late_papers(clock.today()):
                raise Refused(late, "papers")
            fields["papers_at"] = clock.now()
    put(row, **fields)
    AgendaPart.objects.filter(meeting=row).delete()
    _write_agenda(row, plan.agenda)
    append(actor, "meeting.planned", named(row, topics), facts(row) | {"again": True}, seat=seat)
    return row


@transaction.atomic
def call(actor: Actor, meeting_id: UUID, seen: int | None) -> Meeting:
    """发通知: everybody invited is told when and where; the public, if the meeting is public.
    Entry: meeting.called, naming the persons invited.

    Raises NotAllowed, Changed, and Refused while a topic's gate is not passed, when the notice or the papers are too
    late for the day, outside the season, or when more were invited than there are seats.
    """
    row, topics = lock(meeting_id, seen)
    seat = rules.may_call(actor, row).grant()
    for topic in topics:
        gates.require(topic, "invite", row.form)
    form = queries.form_of(row, topics[0])
    _check_day(actor.tenant_id, topics[0], form, row.starts_at)
    if form.papers and not row.papers and (late := queries.dates_of(row, form).late_papers(clock.today())):
        raise Refused(late)
    now = clock.now()
    put(row)
    move(row, Status.CALLED, called_at=now, papers_at=now if row.papers else None)
    Attendee.objects.filter(meeting=row).update(invited_at=now)
    _keep_out_recused(row)
    table = queries.table_of(row, form)
    counts = {bench.key: len(bench.people) for bench in table.benches if bench.key}
    _touch(topics)
    append(
        actor,
        "meeting.called",
        _named(row, topics, *_people(row)),
        facts(row) | {"invited": len(table.seated), "by_seat": counts},
        seat=seat,
    )
    return row


@transaction.atomic
def move_to(
    actor: Actor,
    meeting_id: UUID,
    seen: int | None,
    *,
    starts_at: dt.datetime,
    where: str = "",
    link: str = "",
    why: str = "",
) -> Meeting:
    """改时间、地点: everybody invited hears; who had said whether they come is asked again when the time changed.
    Entry: meeting.moved.

    An online conversation that closes with the meeting closes on the new day. Raises NotAllowed, Changed, and
    Refused while votes are being cast, once the meeting is on, or when the new day does not allow the notice.
    """
    row, topics = lock(meeting_id, seen)
    if queries.is_counting(row.pk):
        raise Refused(_("正在表决，不能改时间、地点。先把这一次表决数完。"))
    seat = rules.may_prepare(actor, row).grant()
    form = queries.form_of(row, topics[0])
    was, day = row.starts_at, clock.day_of(starts_at)
    _check_way_in(form, where, link)
    if (was, row.where, row.link) == (starts_at, where, link):
        raise Refused(_("时间、地点都没变。"), "starts_at")
    if clock.day_of(was) != day:
        _check_day(actor.tenant_id, topics[0], form, starts_at)
    elif starts_at < clock.now():
        raise Refused(_("这个时间已经过了。"), "starts_at")
    put(row, starts_at=starts_at, where=where, link=link)
    if was != starts_at:
        answered = Attendee.objects.filter(meeting=row, answer__in=(Answer.COMING, Answer.NOT_COMING))
        answered.update(answer=Answer.INVITED, answered_at=None)
        Conversation.objects.filter(
            topic__in=topics, status=Conversation.Status.OPEN, closes_on=clock.day_of(was)
        ).update(closes_on=day)
    heard = _people(row) if row.status == Status.CALLED else []
    _touch(topics)
    append(
        actor,
        "meeting.moved",
        _named(row, topics, *heard),
        facts(row) | {"was": was.isoformat(), "called": row.status == Status.CALLED},
        {"why": why},
        seat=seat,
    )
    return row


@transaction.atomic
def cancel(actor: Actor, meeting_id: UUID, seen: int | None, why: str) -> Meeting:
    """Call a meeting off, with the reason that everybody invited reads. Entry: meeting.cancelled.

    Raises NotAllowed, Changed, and Refused while votes are being cast, or without a reason.
    """
    row, topics = lock(meeting_id, seen)
    if queries.is_counting(row.pk):
        raise Refused(_("正在表决，不能取消。先把这一次表决数完。"))
    seat = rules.may_prepare(actor, row).grant()
    if not why.strip():
        raise Refused(_("写一句为什么取消，请了的人都看得到。"), "why")
    heard = _people(row) if row.status == Status.CALLED else []
    called = row.status == Status.CALLED
    put(row)
    move(row, Status.CANCELLED, cancelled_why=why.strip())
    _touch(topics)
    append(
        actor,
        "meeting.cancelled",
        _named(row, topics, *heard),
        facts(row) | {"called": called},
        {"why": why.strip()},
        seat=seat,
    )
    return row


def lock(meeting_id: UUID, seen: int | None) -> tuple[Meeting, list[Topic]]:
    """A meeting, locked, and its topics; their matters are locked first, as every act on a matter does.

    `seen` is the meeting's version that the actor looked at, None to skip the check. Raises Changed.
    """
    topics = list(
        Topic.objects.filter(on_tables__meeting=meeting_id)
        .select_related("matter__place", "playbook", "put_by")
        .order_by("on_tables__position")
    )
    by_matter = {topic.matter_id: topic for topic in topics}
    for matter_id in sorted(by_matter):
        by_matter[matter_id].matter = matters.lock(matter_id, None)
    return lock_only(meeting_id, seen), topics


def lock_only(meeting_id: UUID, seen: int | None = None) -> Meeting:
    """A meeting, locked, with body, place and chair, for acts that do not touch its matters. Raises Changed."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("body__place", "chair", "recorder")
    row = rows.get(pk=meeting_id)
    if seen is not None and seen != row.version:
        raise Changed(_("您看的时候，这次会的安排又改了。请先看一眼，您填的字都还在。"))
    return row


def put(row: Meeting, **fields: Any) -> None:
    """Write fields of a locked meeting and raise its version."""
    fields["version"] = row.version + 1
    Meeting.objects.filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def named(row: Meeting, topics: Sequence[Topic]) -> list[tuple[str, UUID]]:
    """What every entry about a meeting names: it, its topics and their matters."""
    return _named(row, topics)


def facts(row: Meeting) -> dict[str, Any]:
    """What every entry about a meeting says of it: all of it is public once it was called."""
    return {
        "form": row.form,
        "how": row.how,
        "title": row.title,
        "round": row.round,
        "body": str(row.body_id),
        "body_name": row.body.name,
        "starts_at": row.starts_at.astimezone(dt.UTC).isoformat(),
        "where": row.where,
        "seats": row.seats,
        "public": row.is_public,
    }


def _named(row: Meeting, topics: Sequence[Topic], *people: UUID | None) -> list[tuple[str, UUID]]:
    subjects: list[tuple[str, UUID]] = [("meeting", row.pk)]
    for topic in topics:
        subjects += [("topic", topic.pk), ("matter", topic.matter_id)]
    return subjects + [("person", one) for one in dict.fromkeys(people) if one]


def _people(row: Meeting) -> list[UUID]:
    """The members and staff to be told: those invited, the chair and the recorder."""
    rows = Attendee.objects.filter(meeting=row, answer__in=rules.SEATED).exclude(person=None)
    people = [row.chair_id, *([row.recorder_id] if row.recorder_id else [])]
    return [*people, *rows.order_by("pk").values_list("person", flat=True)]


def _form(topic: Topic, key: str) -> MeetingForm:
    form = playbook_of(topic).deliberation.meetings.get(key)
    if form is None:
        raise Refused(_("这个议题的工作法里没有这种会。"), "form")
    known, _coming = queries.forms_of(topic)
    if key not in known:
        labels = _("、").join(one.label for one in known.values())
        raise Refused(_("走到这一步，开的是%(forms)s，不开%(this)s。") % {"forms": labels, "this": form.label}, "form")
    return form


def _check_day(tenant_id: UUID, topic: Topic, form: MeetingForm, starts_at: dt.datetime) -> None:
    day, today = clock.day_of(starts_at), clock.today()
    if starts_at < clock.now():
        raise Refused(_("这个时间已经过了。"), "starts_at")
    if why := meeting_clock.out_of_season(playbook_of(topic).deliberation.season, day):
        raise Refused(why, "starts_at")
    if late := meeting_clock.dates(calendar(tenant_id), form, day, today).late_notice(today):
        raise Refused(late, "starts_at")


def _check_way_in(form: MeetingForm, where: str, link: str) -> None:
    if form.how != "online" and not where.strip():
        raise Refused(_("在哪里开？写到门牌、楼层。"), "where")
    if form.how == "online" and not (link or where.strip()):
        raise Refused(_("写上网上会议的链接，或者说明从哪里进。"), "link")


def _seats(form: MeetingForm, plan: Plan) -> tuple[dict[str, int], int]:
    """How many for each side, and in all. Raises Refused where the form allows fewer or more."""
    by_side = {key: int(plan.by_side.get(key, 0)) for key in form.seats}
    for key, rule in form.seats.items():
        if not rule.least <= by_side[key] <= rule.most:
            raise Refused(
                _("%(side)s要 %(least)s 到 %(most)s 个座位。")
                % {"side": rule.label, "least": rule.least, "most": rule.most},
                f"side_{key}",
            )
    seats = sum(by_side.values()) if by_side else plan.seats
    if not form.least <= seats <= form.most:
        raise Refused(
            _("%(form)s是 %(least)s 到 %(most)s 个人，现在排了 %(now)s 个座位。")
            % {"form": form.label, "least": form.least, "most": form.most, "now": seats},
            None if by_side else "seats",
        )
    return by_side, seats


def _columns(plan: Plan, form: MeetingForm, topic: Topic) -> dict[str, Any]:
    return {
        "body": plan.body,
        "title": (plan.title.strip() or f"{topic.title}：{form.label}")[:60],
        "where": plan.where.strip(),
        "link": plan.link,
        "starts_at": plan.starts_at,
        "lasts": plan.lasts or form.lasts,
        "is_public": plan.is_public,
        "chair": plan.chair,
        "recorder": plan.recorder,
        "papers": plan.papers.strip(),
    }


def _write_agenda(row: Meeting, parts: Sequence[Part]) -> None:
    AgendaPart.objects.bulk_create(
        AgendaPart(
            tenant_id=row.tenant_id,
            meeting=row,
            position=position,
            label=one.label[:40],
            note=one.note[:80],
            minutes=one.minutes,
        )
        for position, one in enumerate(parts[:PARTS_AT_MOST])
    )


def _keep_out_recused(row: Meeting) -> None:
    """Those of whom it was said on the matter that they stay out, stay out here."""
    out = queries.recused_people(row)
    Attendee.objects.filter(meeting=row, person__in=out, recused_at=None).update(recused_at=clock.now())


def _touch(topics: Sequence[Topic]) -> None:
    """Something happened to the matters on the table. They are locked."""
    for topic in topics:
        matters.change(topic.matter)
