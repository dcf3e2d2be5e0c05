"""公约、协商规则: drafting a rule, asking what people think of it, adopting it, ending it. Versions never overlap."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move
from shangliang.deliberation import rules
from shangliang.deliberation.actions.conversations import close, open_about
from shangliang.deliberation.models import Item, PublicRule, RuleVersion
from shangliang.deliberation.queries import public_rules as queries
from shangliang.ledger.actions import append
from shangliang.people.models import Body

Status = RuleVersion.Status
ONE_DAY = dt.timedelta(days=1)


@transaction.atomic
def draft(actor: Actor, body: Body, *, title: str, text: str, item: Item | None = None) -> RuleVersion:
    """起草: a rule of a body, by itself or because a meeting agreed on one. Entry: public_rule.drafted.

    Raises NotAllowed, or Refused when the body has a rule of that name.
    """
    seat = rules.may_keep_rules(actor, body).grant()
    if PublicRule.objects.filter(body=body, title=title).exists():
        raise Refused(
            _("%(body)s已经有《%(title)s》了，去写它的新一版。") % {"body": body.name, "title": title}, "title"
        )
    rule = PublicRule.objects.create(
        tenant_id=actor.tenant_id,
        body=body,
        place=item.topic.matter.place if item else body.place,
        title=title,
        topic=item.topic if item else None,
        item=item,
        made_at=clock.now(),
    )
    version = RuleVersion.objects.create(tenant_id=actor.tenant_id, rule=rule, number=1, text=text)
    _append(actor, "public_rule.drafted", version, seat, words={"text": text})
    return version


@transaction.atomic
def draft_next(actor: Actor, rule_id: UUID, *, text: str) -> RuleVersion:
    """另起一版: the next version of a rule, beside the one that holds. Entry: public_rule.drafted.

    Raises NotAllowed, or Refused while another version is being written or commented on.
    """
    rule = _lock(rule_id)
    seat = rules.may_keep_rules(actor, rule.body).grant()
    versions = queries.versions(rule)
    if any(one.status in (Status.DRAFT, Status.COMMENT) for one in versions):
        raise Refused(_("还有一版没定下来，先定那一版。"))
    version = RuleVersion.objects.create(tenant_id=rule.tenant_id, rule=rule, number=len(versions) + 1, text=text)
    _append(actor, "public_rule.drafted", version, seat, words={"text": text})
    return version


@transaction.atomic
def redraft(actor: Actor, version_id: UUID, *, text: str, was: str | None = None) -> RuleVersion:
    """改草稿: a draft is written anew; one open to comment goes back to being a draft. Entry: public_rule.drafted.

    `was` is the text the actor was looking at. Raises NotAllowed, Changed, or Refused for a version that was adopted.
    """
    version = _locked(version_id)
    seat = rules.may_keep_rules(actor, version.rule.body).grant()
    if was is not None and was != version.text:
        raise Changed(_("您看的时候，这份草稿又改了。请先看一眼，您填的字都还在。"))
    if version.status == Status.COMMENT:
        move(version, Status.DRAFT, comment_until=None)
        _end_comment(actor, version)
    if version.status != Status.DRAFT:
        raise Refused(_("这一版已经定了，要改就另起一版。"))
    RuleVersion.objects.filter(pk=version.pk).update(text=text)
    version.text = text
    _append(actor, "public_rule.drafted", version, seat, words={"text": text})
    return version


@transaction.atomic
def open_comment(actor: Actor, version_id: UUID, *, until: dt.date) -> RuleVersion:
    """征求意见: until a day everybody may say what they think of the draft, online. Entries: public_rule.opened,
    conversation.opened. Raises NotAllowed, or Refused for a day that has passed."""
    version = _locked(version_id)
    seat = rules.may_keep_rules(actor, version.rule.body).grant()
    if version.status != Status.DRAFT:
        raise Refused(_("只有草稿才能拿出来征求意见。"))
    if until <= clock.today():
        raise Refused(_("最早到明天为止。"), "until")
    move(version, Status.COMMENT, comment_until=until)
    _append(actor, "public_rule.opened", version, seat, {"until": until.isoformat()}, {"text": version.text})
    open_about(actor, version, closes_on=until)
    return version


@transaction.atomic
def adopt(
    actor: Actor,
    version_id: UUID,
    *,
    by: str,
    on: dt.date,
    in_force_from: dt.date,
    yes: int | None = None,
    base: int | None = None,
) -> RuleVersion:
    """通过: by whom, on which day, with how many of how many, in force from when. The version that held until then
    ends the day before. Entry: public_rule.adopted.

    Raises NotAllowed, or Refused: before comments were asked for and their day has passed, for a day to come, for
    numbers that cannot be, and for a date on which an earlier version would not have begun yet.
    """
    version = _locked(version_id)
    seat = rules.may_keep_rules(actor, version.rule.body).grant()
    if version.status != Status.COMMENT or version.comment_until is None:
        raise Refused(_("先征求意见，再通过。"))
    if clock.today() <= version.comment_until:
        raise Refused(_("意见征求到 %(day)s，过了那天才能通过。") % {"day": version.comment_until.isoformat()})
    if not version.comment_until < on <= clock.today():
        raise Refused(_("通过的日子要在征求意见以后，不能晚于今天。"), "on")
    if in_force_from < on:
        raise Refused(_("通过以后才能施行。"), "in_force_from")
    if (yes is None) != (base is None) or (yes is not None and base is not None and not yes <= base):
        raise Refused(_("同意的人数和总人数对不上，再看一眼。"), "yes")
    _end_earlier(version, in_force_from)
    move(
        version,
        Status.ADOPTED,
        adopted_by=by,
        adopted_on=on,
        yes=yes,
        base=base,
        in_force_from=in_force_from,
    )
    _end_comment(actor, version)
    about = {"by": by, "on": on.isoformat(), "from": in_force_from.isoformat(), "yes": yes, "base": base}
    _append(actor, "public_rule.adopted", version, seat, about, {"text": version.text})
    return version


@transaction.atomic
def give_up(actor: Actor, version_id: UUID, *, why: str) -> RuleVersion:
    """放弃这一版: it was not adopted, and why. Entry: public_rule.ended."""
    version = _locked(version_id)
    seat = rules.may_keep_rules(actor, version.rule.body).grant()
    if version.status not in (Status.DRAFT, Status.COMMENT):
        raise Refused(_("这一版已经定了，不能放弃。"))
    move(version, Status.GIVEN_UP)
    _end_comment(actor, version)
    _append(actor, "public_rule.ended", version, seat, {"given_up": True}, {"why": why})
    return version


@transaction.atomic
def end(actor: Actor, version_id: UUID, *, on: dt.date, why: str) -> RuleVersion:
    """废止: the version that holds ends after a day, and why. Entry: public_rule.ended.

    Raises NotAllowed, or Refused for a version that does not hold, or a day before it began."""
    version = _locked(version_id)
    seat = rules.may_keep_rules(actor, version.rule.body).grant()
    if version.status != Status.ADOPTED or (version.in_force_to and version.in_force_to < clock.today()):
        raise Refused(_("这一版现在没有施行。"))
    assert version.in_force_from is not None
    if on < version.in_force_from or (version.in_force_to and on > version.in_force_to):
        raise Refused(_("废止的日子要在施行以后、下一版施行以前。"), "on")
    move(version, Status.ENDED, in_force_to=on)
    _append(actor, "public_rule.ended", version, seat, {"on": on.isoformat()}, {"why": why})
    return version


def _end_comment(actor: Actor, version: RuleVersion) -> None:
    """What people say of a draft ends with it. Entry: conversation.closed, if it was still open."""
    for one in queries.open_conversations(version):
        close(actor, one)


def _end_earlier(version: RuleVersion, in_force_from: dt.date) -> None:
    """The end date of the version that would still hold on that day. Raises Refused where dates would overlap."""
    for other in queries.versions(version.rule):
        began = other.in_force_from
        if other.pk == version.pk or began is None or (other.in_force_to and other.in_force_to < in_force_from):
            continue
        if in_force_from <= began:
            words = _("第 %(n)s 版从 %(day)s 起施行，这一版要更晚。")
            raise Refused(words % {"n": other.number, "day": began.isoformat()}, "in_force_from")
        RuleVersion.objects.filter(pk=other.pk).update(in_force_to=in_force_from - ONE_DAY)


def _lock(rule_id: UUID) -> PublicRule:
    rows = PublicRule.objects.select_for_update(of=("self",)).select_related("body__place", "place", "topic")
    return rows.get(pk=rule_id)


def _locked(version_id: UUID) -> RuleVersion:
    """A version whose rule is locked: versions of one rule are decided one after another."""
    rule_id = RuleVersion.objects.values_list("rule", flat=True).get(pk=version_id)
    rule = _lock(rule_id)
    version = RuleVersion.objects.get(pk=version_id)
    version.rule = rule
    return version


def _append(
    actor: Actor,
    kind: str,
    version: RuleVersion,
    seat: Seat | None,
    more: dict[str, Any] | None = None,
    words: dict[str, str] | None = None,
) -> None:
    rule = version.rule
    subjects = [("rule", rule.pk), ("rule_version", version.pk)]
    if rule.topic:
        subjects += [("topic", rule.topic.pk), ("matter", rule.topic.matter_id)]
    facts = {
        "title": rule.title,
        "number": version.number,
        "body": str(rule.body_id),
        "body_name": rule.body.name,
        "place": str(rule.place_id),
    }
    append(actor, kind, subjects, facts | (more or {}), words, seat=seat)
