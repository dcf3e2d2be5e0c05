"""What a studio is held to: evidence of the standard, posted rules, the year's plan, inspections, praise, phases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.ledger.actions import append
from shangliang.people.models import Member
from shangliang.people.rules import may_manage
from shangliang.playbooks.queries import in_force
from shangliang.playbooks.wording import date as in_words
from shangliang.studios import rules
from shangliang.studios.models import Evidence, Honour, Inspection, Phase, PlanItem, PostedRule, Studio

STARS = range(1, 6)
PLANNED_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to do by a day; `counts_as` is a key of the playbook's minimum activity, or empty."""

    due: dt.date
    what: str
    counts_as: str = ""


@transaction.atomic
def record(
    actor: Actor,
    studio_id: UUID,
    item: str,
    *,
    has: bool,
    what: str,
    on: dt.date,
    mend_by: dt.date | None = None,
    attachment: Attachment | None = None,
) -> Evidence:
    """That a studio has an item of the standard, or lacks it and mends it by a day. What was recorded before stays.
    Entry: evidence.recorded.

    Raises NotAllowed, or Refused for an item the playbook has not, a day to come, or a lack without a day to mend it.
    """
    studio = _studio(studio_id)
    seat = rules.may_keep(actor, studio).grant()
    if item not in in_force(actor.tenant_id).studios.standard.items:
        raise Refused(_("现在的标准里没有这一项了。"), "item")
    _has_come(on)
    if not has and mend_by is None:
        raise Refused(_("缺的，写明哪天以前补上。"), "mend_by")
    if not has and mend_by is not None and mend_by < on:
        raise Refused(_("补上的日子在检查的前面。"), "mend_by")
    if attachment:
        keep([attachment])
    row = Evidence.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        item=item,
        has=has,
        what=what,
        on=on,
        mend_by=None if has else mend_by,
        attachment=attachment,
    )
    facts = {"item": item, "has": has, "on": on.isoformat()}
    if row.mend_by:
        facts["mend_by"] = row.mend_by.isoformat()
    append(actor, "evidence.recorded", [*_subjects(studio), ("evidence", row.pk)], facts, {"what": what}, seat=seat)
    return row


@transaction.atomic
def post_rule(
    actor: Actor, studio_id: UUID, *, title: str, text: str, since: dt.date, seen: UUID | None = None
) -> PostedRule:
    """Post a rule from a day on; the one of the same title ends the day before. `seen` is the one that the page
    showed as holding. Entry: rule.posted.

    Raises NotAllowed, Changed when another one was posted meanwhile, or Refused when it would begin before the old one.
    """
    studio = _studio(studio_id)
    seat = rules.may_keep(actor, studio).grant()
    old = studio.posted_rules.filter(title=title, until=None).first()
    if old and seen and old.pk != seen:
        raise Changed(_("“%(title)s”刚刚有人换过，看一眼再贴。") % {"title": title})
    if old and since <= old.since:
        raise Refused(_("原来那份是%(day)s起的，新的要更晚。") % {"day": in_words(old.since)}, "since")
    if old:
        PostedRule.objects.filter(pk=old.pk).update(until=since - dt.timedelta(days=1))
    row = PostedRule.objects.create(tenant_id=actor.tenant_id, studio=studio, title=title, text=text, since=since)
    facts = {"title": title, "since": since.isoformat(), "replaces": str(old.pk) if old else None}
    append(actor, "rule.posted", [*_subjects(studio), ("rule", row.pk)], facts, seat=seat)
    return row


@transaction.atomic
def plan(actor: Actor, studio_id: UUID, year: int, items: Sequence[Planned]) -> list[PlanItem]:
    """Add to what a studio means to do in a year. Entry: plan.set.

    Raises NotAllowed, or Refused for nothing, too much at once, a day outside the year, or an activity the playbook
    has not.
    """
    studio = _studio(studio_id)
    seat = rules.may_keep(actor, studio).grant()
    if not 1 <= len(items) <= PLANNED_AT_ONCE:
        raise Refused(_("一次写 1 到 %(most)d 件。") % {"most": PLANNED_AT_ONCE}, "items")
    known = {one.key for one in in_force(actor.tenant_id).studios.activity}
    for item in items:
        if item.due.year != year:
            raise Refused(_("“%(what)s”的日子不在 %(year)d 年。") % {"what": item.what, "year": year}, "items")
        if item.counts_as and item.counts_as not in known:
            raise Refused(_("工作法里没有这一项活动，再选一次。"), "counts_as")
    rows = PlanItem.objects.bulk_create(
        PlanItem(
            tenant_id=actor.tenant_id,
            studio=studio,
            year=year,
            what=item.what,
            due=item.due,
            counts_as=item.counts_as,
        )
        for item in items
    )
    append(actor, "plan.set", [*_subjects(studio), *_planned(rows)], {"year": year, "items": len(rows)}, seat=seat)
    return rows


@transaction.atomic
def plan_done(actor: Actor, item_id: UUID, *, on: dt.date, note: str = "") -> None:
    """What was planned is done. Entry: plan.done. Raises NotAllowed, Changed when somebody said so before, or Refused
    for a day to come."""
    row = PlanItem.objects.select_related("studio__body").get(pk=item_id)
    seat = rules.may_keep(actor, row.studio).grant()
    _has_come(on)
    if not PlanItem.objects.filter(pk=row.pk, done_on=None).update(done_on=on, note=note):
        raise Changed(_("这一件已经有人记过做完了。"))
    facts = {"on": on.isoformat(), "counts_as": row.counts_as}
    append(actor, "plan.done", [*_subjects(row.studio), *_planned([row])], facts, {"note": note}, seat=seat)


@transaction.atomic
def inspect(
    actor: Actor,
    studio_id: UUID,
    *,
    on: dt.date,
    by: str,
    items: Mapping[str, bool],
    passed: bool,
    stars: int | None = None,
    findings: str = "",
) -> Inspection:
    """Look at a studio item by item. Entry: studio.inspected.

    Raises NotAllowed, or Refused for a day to come, an item that was not looked at, stars where the locality gives
    none (or none where it does), or a studio that did not pass without a word why.
    """
    studio = _studio(studio_id)
    seat = rules.may_inspect(actor, studio).grant()
    _has_come(on)
    playbook = in_force(actor.tenant_id).studios
    for key, item in playbook.standard.items.items():
        if key not in items:
            raise Refused(_("“%(item)s”还没看。") % {"item": item.label}, key)
    if playbook.stars and stars not in STARS:
        raise Refused(_("给 1 到 5 星。"), "stars")
    if not passed and not findings:
        raise Refused(_("没通过的，写明差在哪里。"), "findings")
    row = Inspection.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        on=on,
        by=by,
        passed=passed,
        items={key: bool(items[key]) for key in playbook.standard.items},
        stars=stars if playbook.stars else None,
        findings=findings,
    )
    facts = {"on": on.isoformat(), "by": by, "passed": passed, "items": row.items, "stars": row.stars}
    subjects = [*_subjects(studio), ("inspection", row.pk)]
    append(actor, "studio.inspected", subjects, facts, {"findings": findings}, seat=seat)
    return row


@transaction.atomic
def honour(actor: Actor, studio_id: UUID, *, title: str, level: str, on: dt.date, document: str = "") -> Honour:
    """A studio was praised, or stands in a list of models. Entry: studio.honoured. Raises NotAllowed, or Refused for
    a day to come or a level there is not."""
    studio = _studio(studio_id)
    seat = may_manage(actor).grant()
    _has_come(on)
    if level not in Member.Level.values:
        raise Refused(_("选是哪一级给的。"), "level")
    row = Honour.objects.create(
        tenant_id=actor.tenant_id, studio=studio, title=title, level=level, on=on, document=document
    )
    facts = {"title": title, "level": str(level), "on": on.isoformat(), "document": document}
    append(actor, "studio.honoured", [*_subjects(studio), ("honour", row.pk)], facts, seat=seat)
    return row


@transaction.atomic
def set_phase(
    actor: Actor, *, name: str, since: dt.date, until: dt.date, target: int, kind: str = "", document: str = ""
) -> Phase:
    """A phase of building studios up, with how many it aims at. Entry: phase.set. Raises NotAllowed, or Refused for
    dates in the wrong order, a kind the playbook has not, or no target."""
    seat = may_manage(actor).grant()
    if until < since:
        raise Refused(_("结束的日子在开始的前面。"), "until")
    if kind and kind not in in_force(actor.tenant_id).studios.kinds:
        raise Refused(_("没有这一类工作室，再选一次。"), "kind")
    if target < 1:
        raise Refused(_("目标至少 1 个。"), "target")
    row = Phase.objects.create(
        tenant_id=actor.tenant_id, name=name, since=since, until=until, target=target, kind=kind, document=document
    )
    facts = {"name": name, "since": since.isoformat(), "until": until.isoformat(), "target": target, "kind": kind}
    append(actor, "phase.set", [("phase", row.pk)], facts | {"document": document}, seat=seat)
    return row


def _studio(studio_id: UUID) -> Studio:
    """The studio, locked: acts on one studio come one after the other."""
    return Studio.objects.select_for_update(of=("self",)).select_related("body__place").get(pk=studio_id)


def _has_come(on: dt.date) -> None:
    if on > clock.today():
        raise Refused(_("到了那一天再来记。"), "on")


def _planned(rows: Sequence[PlanItem]) -> list[tuple[str, UUID]]:
    return [("plan_item", row.pk) for row in rows]


def _subjects(studio: Studio) -> list[tuple[str, UUID]]:
    return [("studio", studio.pk), ("body", studio.body_id)]
