"""Counting: hands, ballots on phones, signatures. The rule of the place says whether it carries, and nobody else."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.deliberation import deciding, gates, rules
from shangliang.deliberation.actions.meetings import lock_only
from shangliang.deliberation.actions.sitting import settle_by_count, touch
from shangliang.deliberation.models import Attendee, Ballot, Count, Item, Meeting, Topic
from shangliang.deliberation.queries import voting
from shangliang.deliberation.queries.meetings import at_table, form_of
from shangliang.deliberation.queries.topics import has_open_meeting, playbook_of
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter

CHOICES = (1, -1, 0)
PASSED = (Item.Status.AGREED, Item.Status.RESERVED)


@transaction.atomic
def count_hands(
    actor: Actor, item: Item, *, yes: int, no: int = 0, abstain: int = 0, entitled: int | None = None
) -> Count:
    """举手: write down what was counted. Entry: item.counted.

    The base is who takes part now; where the rule counts all who are entitled, `entitled`. Raises NotAllowed, or
    Refused for more hands than people, and while votes are cast on phones.
    """
    meeting = lock_only(item.meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    rule, here = form_of(meeting).decide, len(at_table(meeting))
    if rule.of == "entitled" and entitled is None:
        raise Refused(_("写上一共有多少人（户）该算进来。"), "entitled")
    whole = entitled or _seated(meeting)
    base = whole if rule.of == "entitled" else here
    tally = deciding.Tally(yes, no, abstain, base, voting.unit_of_people(rule), whole)
    return _count(actor, meeting, item, seat, "hands", tally)


@transaction.atomic
def collect_signatures(actor: Actor, item: Item, *, signed: int, entitled: int, unit: str = "") -> Count:
    """签名: how many have signed until today, of how many; `unit` is one of the rule's (people, households, area).
    Counted as often as wanted, for days; once it is enough, the item is agreed, also after the meeting. Entry:
    item.counted.

    Raises NotAllowed, or Refused for fewer than were counted before.
    """
    matter = matters.lock(item.topic.matter_id, None)
    meeting = lock_only(item.meeting_id)
    seat = rules.may_collect(actor, meeting).grant()
    if Item.objects.filter(continues=item).exists():
        raise Refused(_("这一条后来那次会接着谈了，签名记在那一条上。"))
    rule = form_of(meeting).decide
    unit = unit if unit in rule.by else rule.by[0]
    last = voting.last_count(item, voting.counts_of([item])[item.pk], unit)
    if last and last.how == "signing" and signed < last.yes:
        raise Refused(_("上次已经签了 %(yes)s，这次写总共签了多少。") % {"yes": last.yes}, "signed")
    count = _count(actor, meeting, item, seat, "signing", deciding.Tally(signed, 0, 0, entitled, unit, entitled))
    is_late = meeting.status == Meeting.Status.SIGNED and item.status == Item.Status.OPEN
    if is_late and not voting.why_not_passed(item, voting.counts_of([item])[item.pk], rule):
        gates.require(item.topic, "agree", meeting.form)
        _take_effect(item, matter)
    return count


@transaction.atomic
def open_ballot(actor: Actor, item: Item) -> Count:
    """Let attendees vote on their phones. No entry: its closing tells all. Raises NotAllowed, or Refused."""
    meeting = lock_only(item.meeting_id)
    rules.may_record(actor, meeting).grant()
    _must_be_countable(item)
    if not at_table(meeting):
        raise Refused(_("还没有人签到，没人能投票。"))
    made = Count.objects.create(
        tenant_id=meeting.tenant_id, item=item, how="ballot", yes=0, base=0, opened_at=clock.now()
    )
    touch(meeting)
    return made


@transaction.atomic
def cast(attendee: Attendee, count: Count, choice: int) -> None:
    """投票: one says yes, no or abstains; until it is closed one may choose otherwise. Nothing tells who chose what:
    a ballot stands under a keyed hash of this one count, and its id says nothing of when it was cast.

    Raises Refused for who does not take part, once it is closed, and when the meeting no longer sits.
    """
    if choice not in CHOICES:
        raise Refused(_("选同意、反对或者弃权。"), "choice")
    meeting = lock_only(attendee.meeting_id)
    if count.item.meeting_id != meeting.pk:
        raise Refused(_("这不是您这次会上的表决。"))
    if meeting.status != Meeting.Status.OPEN:
        raise Refused(_("会没有在开，投不了票：%(status)s。") % {"status": meeting.get_status_display()})
    if not Count.objects.filter(pk=count.pk, closed_at=None).exists():
        raise Refused(_("表决已经结束了。"))
    if not (verdict := rules.takes_part(attendee)):
        raise Refused(verdict.why_not)
    voter = voting.voter_key(count.pk, attendee.pk)
    if not Ballot.objects.filter(count=count, voter=voter).update(choice=choice):
        Ballot.objects.create(id=uuid4(), tenant_id=meeting.tenant_id, count=count, voter=voter, choice=choice)


@transaction.atomic
def close_ballot(actor: Actor, count: Count) -> Count:
    """End a vote on phones, and count. Who must stay out since they voted is not counted. Entry: item.counted."""
    meeting = lock_only(count.item.meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    if not Count.objects.filter(pk=count.pk, closed_at=None).exists():
        raise Refused(_("这次表决已经结束了。"))
    people = at_table(meeting)
    keys = [voting.voter_key(count.pk, one.pk) for one in people]
    choices = list(Ballot.objects.filter(count=count, voter__in=keys).values_list("choice", flat=True))
    rule, whole = form_of(meeting).decide, _seated(meeting)
    base = whole if rule.of == "entitled" else len(people)
    numbers = choices.count(1), choices.count(-1), choices.count(0)
    tally = deciding.Tally(*numbers, base, voting.unit_of_people(rule), whole)
    _unname(count)
    return _close(actor, meeting, count, seat, tally)


def _unname(count: Count) -> None:
    """Once they are counted, nobody can find out whose a ballot was, not even with the keys of this server."""
    ballots = list(Ballot.objects.filter(count=count))
    for one in ballots:
        one.voter = secrets.token_bytes(32)
    Ballot.objects.bulk_update(ballots, ["voter"])


def _count(actor: Actor, meeting: Meeting, item: Item, seat: Seat | None, how: str, tally: deciding.Tally) -> Count:
    _must_be_countable(item)
    if min(tally.yes, tally.no, tally.abstain) < 0 or tally.yes + tally.no + tally.abstain > tally.base:
        raise Refused(
            _("加起来 %(sum)s，比应到的 %(base)s 还多，再数一遍。")
            % {"sum": tally.yes + tally.no + tally.abstain, "base": tally.base},
            "signed" if how == "signing" else "yes",
        )
    made = Count.objects.create(
        tenant_id=meeting.tenant_id, item=item, how=how, yes=tally.yes, base=tally.base, opened_at=clock.now()
    )
    return _close(actor, meeting, made, seat, tally)


def _take_effect(item: Item, matter: Matter) -> None:
    """What was signed by enough only after the minutes: agreed from today, and a point if it is to be handed over."""
    outcome = playbook_of(item.topic).deliberation.outcomes[item.outcome]
    point = matters.add_points(matter, [item.text])[0] if outcome.to == "task" else None
    move(item, Item.Status.AGREED, version=item.version + 1, point=point)
    topic = Topic.objects.get(pk=item.topic_id)
    if topic.status == Topic.Status.CHOSEN and not has_open_meeting(topic):
        move(topic, Topic.Status.AGREED, ended_at=clock.now())
    matters.change(matter)


def _close(actor: Actor, meeting: Meeting, count: Count, seat: Seat | None, tally: deciding.Tally) -> Count:
    decided = deciding.decide(form_of(meeting).decide, tally)
    fields = asdict(tally) | {"passed": decided.passed}
    Count.objects.filter(pk=count.pk).update(closed_at=clock.now(), **fields)
    touch(meeting)
    item = Item.objects.select_related("topic").get(pk=count.item_id)
    # What was agreed before is lost again by a count that does not carry, as long as the meeting sits.
    if not decided.passed and meeting.status == Meeting.Status.OPEN and item.status in PASSED:
        move(item, Item.Status.OPEN, version=item.version + 1)
    if decided.passed:
        settle_by_count(meeting, item)
    about = [("item", item.pk), ("meeting", meeting.pk), ("topic", item.topic_id), ("matter", item.topic.matter_id)]
    append(
        actor,
        "item.counted",
        about,
        fields | {"number": item.number, "count": str(count.pk), "how": count.how, "item_status": item.status},
        {"text": item.text},
        seat=seat,
    )
    return Count.objects.get(pk=count.pk)


def _seated(meeting: Meeting) -> int:
    return Attendee.objects.filter(meeting=meeting, answer__in=rules.SEATED).count()


def _must_be_countable(item: Item) -> None:
    if Item.objects.filter(pk=item.pk, status=Item.Status.WITHDRAWN).exists():
        raise Refused(_("这一条已经撤回了。"))
    if voting.is_open(item):
        raise Refused(_("这一条正在手机上表决，先结束它。"))
