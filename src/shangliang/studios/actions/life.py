"""The life of a studio: proposed, decided on step by step as the locality's playbook has it, described, and left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.states import move as move_status
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.ledger.actions import append
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.playbooks.queries import in_force
from shangliang.playbooks.studio_rules import LifeStep, StudioKind, StudioRules
from shangliang.playbooks.wording import date as in_words
from shangliang.studios import rules
from shangliang.studios.actions import duty
from shangliang.studios.models import Call, Pairing, Studio, StudioStep
from shangliang.studios.queries.standard import described
from shangliang.studios.queries.studios import in_hand

Status = Studio.Status
NO_WAITING = (Status.CLOSED, Status.WARNED)  # what a studio need not stay in its step for
STOPS = (Status.CLOSED, Status.SUSPENDED)  # after these nobody receives


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: when, by whom, by which paper, and why."""

    on: dt.date
    decided_by: str
    document: str = ""
    attachment: Attachment | None = None
    reason: str = ""  # a key of the playbook's reasons to leave
    why: str = ""


@transaction.atomic
def propose(
    actor: Actor,
    kind: str,
    *,
    body: Body | None = None,
    name: str = "",
    place: Place | None = None,
    under: Body | None = None,
    motto: str = "",
    about: str = "",
    theme: str = "",
    ends_with: str = "",
    shared_with: Sequence[str] = (),
    online: bool = False,
    why: str = "",
    on: dt.date | None = None,
) -> Studio:
    """Propose a studio: a new body of this name over a place, or one there is already. Entry: studio.proposed.

    Raises NotAllowed, or Refused for a kind the playbook has not, a name that is taken, a body that is no studio
    or has one, a station without a studio it belongs to, a studio for a task that does not say which, a day to come.
    """
    seat = rules.may_propose(actor).grant()
    on = on or clock.today()
    if on > clock.today():
        raise Refused(_("到了那一天再来记。"), "on")
    about_kind = in_force(actor.tenant_id, on).studios.kinds.get(kind)
    if about_kind is None:
        raise Refused(_("没有这一类工作室，再选一次。"), "kind")
    _fits(about_kind, under, ends_with)
    home = body or _new_body(actor, name, place, under)
    if home.kind != Body.Kind.STUDIO or home.closed_on is not None:
        raise Refused(_("%(name)s不是开着的工作室。") % {"name": home.name}, "body")
    if Studio.objects.filter(body=home).exists():
        raise Refused(_("%(name)s已经提过了。") % {"name": home.name}, "body")
    studio = Studio.objects.create(
        tenant_id=actor.tenant_id,
        body=home,
        kind=kind,
        motto=motto,
        about=about,
        theme=theme,
        ends_with=ends_with,
        shared_with=list(shared_with),
        online=online or about_kind.online,
        proposed_on=on,
    )
    StudioStep.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        to=Status.PROPOSED,
        on=on,
        decided_by=seat.body_name if seat else "",
        why=why,
    )
    facts = {"kind": kind, "name": home.name, "place": str(home.place_id), "new_body": body is None}
    append(actor, "studio.proposed", _subjects(studio), facts | {"on": on.isoformat()}, {"why": why}, seat=seat)
    return studio


def move(
    actor: Actor,
    studio_id: UUID,
    to: str,
    *,
    on: dt.date,
    decided_by: str,
    document: str = "",
    attachment: Attachment | None = None,
    reason: str = "",
    why: str = "",
    seen: str | None = None,
) -> None:
    """Take a studio a step on, as was decided. `seen` is the status it had on the page. Entry: studio.moved.

    Raises NotAllowed; Changed when it is not at `seen` any more; Refused for a step the playbook does not have
    from here, a day to come or before the last step, a missing paper, a step left too early, leaving without a
    reason, or with matters still in hand.
    """
    _move(actor, [studio_id], to, Decision(on, decided_by, document, attachment, reason, why), seen)


def move_together(
    actor: Actor,
    studio_ids: Sequence[UUID],
    to: str,
    *,
    on: dt.date,
    decided_by: str,
    document: str = "",
    attachment: Attachment | None = None,
    reason: str = "",
    why: str = "",
) -> None:
    """Several studios take the same step by one paper: all of them, or none. One entry names all. Raises as `move`."""
    if not studio_ids:
        raise Refused(_("至少选一个工作室。"), "studios")
    _move(actor, studio_ids, to, Decision(on, decided_by, document, attachment, reason, why), None)


@transaction.atomic
def describe(
    actor: Actor,
    studio_id: UUID,
    *,
    seen: str | None = None,
    motto: str,
    about: str,
    theme: str,
    online: bool,
    way: str,
    shared_with: Sequence[str],
    ends_with: str,
    phone: str,
    address: str,
    hours: str,
) -> None:
    """What a studio says of itself, and how to reach it. `seen` is `queries.standard.described` of the page.
    Entry: studio.described. Raises NotAllowed, Changed, or Refused for a task that is to end it and is not named."""
    studio = _studios([studio_id])[0]
    seat = rules.may_keep(actor, studio).grant()
    if seen and seen != described(studio):
        raise Changed(_("刚刚有人改过，下面是您写的；看一眼现在的样子再保存。"))
    kind = in_force(actor.tenant_id).studios.kinds.get(studio.kind)
    if kind and kind.ends and not ends_with:
        raise Refused(_("%(kind)s要写明做完什么就结束。") % {"kind": kind.label}, "ends_with")
    own = {"motto": motto, "about": about, "theme": theme, "online": online, "way": way, "ends_with": ends_with}
    own["shared_with"] = list(shared_with)
    reach = {"phone": phone, "address": address, "hours": hours}
    changed = [name for name, value in own.items() if getattr(studio, name) != value]
    changed += [name for name, value in reach.items() if getattr(studio.body, name) != value]
    if not changed:
        return
    Studio.objects.filter(pk=studio.pk).update(**own)
    Body.objects.filter(pk=studio.body_id).update(**reach)
    append(actor, "studio.described", _subjects(studio), {"changed": sorted(changed)}, seat=seat)


# --- parts --------------------------------------------------------------------------------------------


@transaction.atomic
def _move(actor: Actor, ids: Sequence[UUID], to: str, decision: Decision, seen: str | None) -> None:
    playbook = in_force(actor.tenant_id).studios
    step = playbook.life.get(to)
    if step is None:
        raise Refused(_("这里的工作法没有这一步。"))
    seat = rules.may_move(actor, step).grant()
    studios = _studios(ids)
    if seen and seen != studios[0].status:
        raise Changed(_("%(name)s刚刚有人动过，请看一眼最新情况再操作。") % {"name": studios[0].body.name})
    _is_complete(playbook, step, decision)
    for studio in studios:
        _may_go(playbook, studio, step, decision.on)
    if decision.attachment:
        keep([decision.attachment])
    subjects, told = [], set()
    for studio in studios:
        also = {"opened_on": decision.on} if to == Status.OPEN and studio.opened_on is None else {}
        before = studio.status
        move_status(studio, to, **also)
        if to in STOPS:
            first = max(decision.on + dt.timedelta(days=1), clock.today())
            told |= duty.cancel_all_after(studio, first, _why_off(step))
        elif before == Status.SUSPENDED and (off := playbook.life.get(before)):
            told |= duty.restore_all(studio, _why_off(off))
        if to == Status.CLOSED:
            subjects += _leave(studio, decision.on)
        subjects += _subjects(studio)
    StudioStep.objects.bulk_create(_steps(playbook, studios, to, decision))
    people = [("person", person) for person in sorted(told)]
    append(actor, "studio.moved", [*subjects, *people], _facts(to, decision, studios), {"why": decision.why}, seat=seat)


def _why_off(step: LifeStep) -> str:
    """Why shifts fell with this step, in the language of the place whoever takes it reads: by it they are found again."""
    with override(settings.LANGUAGE_CODE):
        return _("工作室%(step)s") % {"step": step.label}


def _is_complete(playbook: StudioRules, step: LifeStep, decision: Decision) -> None:
    if decision.on > clock.today():
        raise Refused(_("到了那一天再来记。"), "on")
    if not decision.decided_by:
        raise Refused(_("写明谁定的，一般是%(by)s。") % {"by": step.by}, "decided_by")
    if step.paper and not decision.document and decision.attachment is None:
        raise Refused(_("“%(step)s”要有文件：写文号，或者传一份。") % {"step": step.label}, "document")
    if step.status == Status.CLOSED:
        if decision.reason not in playbook.exit_reasons:
            raise Refused(_("选一条退出的理由。"), "reason")
        if not decision.why:
            raise Refused(_("再写一句具体的情况，大家看得见。"), "why")


def _may_go(playbook: StudioRules, studio: Studio, step: LifeStep, on: dt.date) -> None:
    """Raises Refused when this studio cannot take the step on this day."""
    named: dict[str, Any] = {"name": studio.body.name, "step": step.label}
    here = playbook.life.get(studio.status)
    if studio.status not in step.after or step.status not in studio.TRANSITIONS[studio.status]:
        named["here"] = here.label if here else studio.get_status_display()
        raise Refused(_("%(name)s现在是“%(here)s”，不能直接到“%(step)s”。") % named)
    since = max(studio.steps.values_list("on", flat=True), default=studio.proposed_on)
    if on < since:
        raise Refused(_("%(name)s的上一步是%(since)s，这一步不能更早。") % (named | {"since": in_words(since)}), "on")
    if here and here.least_days and step.status not in NO_WAITING:
        first = since + dt.timedelta(days=here.least_days)
        if on < first:
            named |= {"here": here.label, "days": here.least_days, "first": in_words(first)}
            raise Refused(_("%(name)s%(here)s至少 %(days)d 天，%(first)s起才能到“%(step)s”。") % named, "on")
    if step.status == Status.CLOSED:
        left = in_hand(studio).count()
        if left:
            named["n"] = left
            raise Refused(_("%(name)s手里还有 %(n)d 件没了结的事，先办完或者转走。") % named)


def _leave(studio: Studio, on: dt.date) -> list[tuple[str, UUID]]:
    """Close the body, end the pairings and take its calls back; gives the pairings that ended. All rows stay."""
    Body.objects.filter(pk=studio.body_id).update(closed_on=on)
    running = Call.objects.filter(studio=studio, withdrawn_at=None, concluded_at=None)
    running.update(withdrawn_at=clock.now(), outcome=_("%(name)s退出了") % {"name": studio.body.name})
    ended = []
    for row in [*studio.body.pairings_as_one.all(), *studio.body.pairings_as_other.all()]:
        if row.status != Pairing.Status.ENDED:
            move_status(
                row, Pairing.Status.ENDED, ended_on=on, ended_why=_("%(name)s退出了") % {"name": studio.body.name}
            )
            ended.append(("pairing", row.pk))
    return ended


def _steps(playbook: StudioRules, studios: Sequence[Studio], to: str, decision: Decision) -> list[StudioStep]:
    reason = playbook.exit_reasons.get(decision.reason, "") if to == Status.CLOSED else ""
    return [
        StudioStep(
            tenant_id=studio.tenant_id,
            studio=studio,
            to=to,
            on=decision.on,
            decided_by=decision.decided_by,
            document=decision.document,
            attachment=decision.attachment,
            why="：".join(filter(None, (reason, decision.why)))[:300],
        )
        for studio in studios
    ]


def _facts(to: str, decision: Decision, studios: Sequence[Studio]) -> dict[str, Any]:
    facts = {"to": str(to), "on": decision.on.isoformat(), "by": decision.decided_by, "studios": len(studios)}
    given = {"document": decision.document, "reason": decision.reason if to == Status.CLOSED else ""}
    return facts | {name: value for name, value in given.items() if value}


def _fits(kind: StudioKind, under: Body | None, ends_with: str) -> None:
    if kind.under and under is None:
        raise Refused(_("%(kind)s要挂在一个工作室下面，选一个。") % {"kind": kind.label}, "under")
    if kind.ends and not ends_with:
        raise Refused(_("%(kind)s要写明做完什么就结束。") % {"kind": kind.label}, "ends_with")


def _new_body(actor: Actor, name: str, place: Place | None, under: Body | None) -> Body:
    """The body of a studio that is only proposed: part of this act, so that who proposes need not manage the tenant."""
    if not name:
        raise Refused(_("给工作室起个名字，或者选一个已经有的。"), "name")
    if place is None:
        raise Refused(_("写明在哪个街道或社区；全区的，选区。"), "place")
    if Body.objects.filter(name=name).exists():
        raise Refused(_("已经有叫“%(name)s”的单位了，换个名字。") % {"name": name}, "name")
    return Body.objects.create(tenant_id=actor.tenant_id, kind=Body.Kind.STUDIO, name=name, place=place, under=under)


def _studios(ids: Sequence[UUID]) -> list[Studio]:
    """These studios, locked, in the order of their ids so that two acts never wait for each other in a circle."""
    rows = Studio.objects.select_for_update(of=("self",)).select_related("body__place").filter(pk__in=ids)
    found = list(rows.order_by("pk"))
    if len(found) != len(set(ids)):
        raise Refused(_("有一个工作室找不到了，刷新一下再选。"))
    return found


def _subjects(studio: Studio) -> list[tuple[str, UUID]]:
    return [("studio", studio.pk), ("body", studio.body_id)]
