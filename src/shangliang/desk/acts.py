"""What one may do next at the desk, and why not when one may not: one table of acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangliang.core.actors import Actor, Verdict
from shangliang.deliberation import rules as deliberation
from shangliang.delivery import rules as delivery
from shangliang.delivery.models import HandOver, Promise
from shangliang.desk.queries import Case
from shangliang.gathering import rules as gathering
from shangliang.matters.models import ENDS, Matter
from shangliang.matters.rules import Sight
from shangliang.playbooks.queries import in_force
from shangliang.tenants.models import Tenant

Status, Stage = Matter.Status, HandOver.Status
EARLY = (Status.RAISED, Status.GATHERED)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as a matter's page offers it: open, or blocked with the reason."""

    label: str
    address: str
    verdict: Verdict
    key: str = ""  # its access key
    posts: bool = False  # done by the press itself, without a page that asks


@dataclass(frozen=True, slots=True)
class Act(Generic[T]):
    """A row of the table. `when`: whether the act belongs to this stage and to this actor's side of it at all."""

    label: Any
    name: str  # of its page
    may: Callable[[Actor, Case, T], Verdict]
    when: Callable[[Actor, Case, T], bool]
    key: str = ""
    posts: bool = False


def _is_open(actor: Actor, case: Case, matter: Matter) -> bool:
    return matter.status not in ENDS and matter.lead_id is None


def _is_passed(actor: Actor, case: Case, matter: Matter) -> bool:
    return case.referral is not None


ON_MATTERS: tuple[Act[Matter], ...] = (
    Act(
        _("接转报"),
        "gathering:take_referral",
        lambda actor, case, matter: gathering.may_take_referral(actor, matter, case.referral),
        lambda actor, case, matter: case.referral is not None and case.referral.status == case.referral.Status.SENT,
        "t",
    ),
    Act(
        _("回话"),
        "gathering:answer_referral",
        lambda actor, case, matter: gathering.may_answer_referral(actor, matter, case.referral),
        _is_passed,
        "b",
    ),
    Act(
        _("退回转报"),
        "gathering:return_referral",
        lambda actor, case, matter: gathering.may_return_referral(actor, matter, case.referral),
        _is_passed,
    ),
    Act(
        _("受理"),
        "gathering:accept",
        lambda actor, case, matter: gathering.may_accept(actor, matter),
        lambda actor, case, matter: matter.status == Status.RAISED and matter.lead_id is None,
        "a",
    ),
    Act(
        _("不予受理"),
        "gathering:decline",
        lambda actor, case, matter: gathering.may_decline(actor, matter),
        lambda actor, case, matter: matter.status in EARLY and matter.lead_id is None,
        "d",
    ),
    Act(
        _("提成议题"),
        "deliberation:put_forward",
        lambda actor, case, matter: deliberation.may_put_forward(actor, matter),
        lambda actor, case, matter: _is_open(actor, case, matter) and matter.status == Status.GATHERED,
        "p",
    ),
    Act(
        _("交办共识"),
        "delivery:consensus",
        lambda actor, case, matter: delivery.may_hand_over_consensus(actor, matter, case.consensus),
        lambda actor, case, matter: bool(case.consensus),
    ),
    Act(
        _("交办"),
        "delivery:hand_over",
        lambda actor, case, matter: delivery.may_hand_over(actor, matter),
        _is_open,
        "h",
    ),
    Act(
        _("吹哨找委员"),
        "gathering:blow_about",
        lambda actor, case, matter: gathering.may_whistle(actor, matter),
        _is_open,
        "w",
    ),
    Act(
        _("督办"),
        "delivery:supervise",
        lambda actor, case, matter: delivery.may_supervise(actor, matter, case.rows),
        _is_open,
        "u",
    ),
    Act(
        _("了结"),
        "delivery:close",
        lambda actor, case, matter: delivery.may_close(actor, matter, case.points, case.rows),
        _is_open,
        "c",
    ),
    Act(
        _("转上级或下级"),
        "gathering:refer",
        lambda actor, case, matter: gathering.may_refer(actor, matter, case.referral),
        _is_open,
        "r",
    ),
    Act(_("归到一起"), "gathering:join", lambda actor, case, matter: gathering.may_join(actor, matter), _is_open, "g"),
    Act(
        _("再分出来"),
        "gathering:take_out",
        lambda actor, case, matter: gathering.may_take_out(actor, matter),
        lambda actor, case, matter: matter.lead_id is not None,
        "g",
    ),
    Act(
        _("退回办理"),
        "delivery:reopen",
        lambda actor, case, matter: delivery.may_reopen(actor, matter),
        lambda actor, case, matter: matter.status in ENDS and matter.lead_id is None,
        "o",
    ),
    Act(
        _("记回避"),
        "gathering:recuse",
        lambda actor, case, matter: gathering.may_recuse(actor, matter, None),
        _is_open,
    ),
    Act(
        _("改标题地点分类"),
        "gathering:describe",
        lambda actor, case, matter: gathering.may_describe(actor, matter),
        lambda actor, case, matter: matter.status != Status.RAISED,
        "e",
    ),
)


def _is_mine(actor: Actor, case: Case, row: HandOver) -> bool:
    return row.body_id in actor.bodies and row.status in delivery.OPEN


def _is_before_reply(actor: Actor, case: Case, row: HandOver) -> bool:
    return row.body_id in actor.bodies and row.status in (Stage.SENT, Stage.IN_HAND)


def _is_signing(actor: Actor, case: Case, row: HandOver) -> bool:
    return row.body_id in actor.bodies and row.status == Stage.SIGNING


def _extension(row: HandOver) -> int:
    return in_force(row.tenant_id).clocks["extension"]


ON_HAND_OVERS: tuple[Act[HandOver], ...] = (
    Act(
        _("接办"),
        "delivery:take_in_hand",
        lambda actor, case, row: delivery.may_take_in_hand(actor, row),
        lambda actor, case, row: row.body_id in actor.bodies and row.status == Stage.SENT,
    ),
    Act(_("逐点答复"), "delivery:reply", lambda actor, case, row: delivery.may_reply(actor, row), _is_mine),
    Act(_("签发"), "delivery:sign", lambda actor, case, row: delivery.may_sign(actor, row), _is_signing),
    Act(_("退改"), "delivery:send_draft_back", lambda actor, case, row: delivery.may_sign(actor, row), _is_signing),
    Act(_("报进展"), "delivery:progress", lambda actor, case, row: delivery.may_work(actor, row), _is_mine),
    Act(
        _("延期"),
        "delivery:extend",
        lambda actor, case, row: delivery.may_extend(actor, row, _extension(row)),
        _is_mine,
    ),
    Act(_("换人办"), "delivery:reassign", lambda actor, case, row: delivery.may_work(actor, row), _is_mine),
    Act(_("退回"), "delivery:return", lambda actor, case, row: delivery.may_return(actor, row), _is_before_reply),
    Act(
        _("退回重办"),
        "delivery:pass_back",
        lambda actor, case, row: delivery.may_pass_back(actor, case.matter, row),
        lambda actor, case, row: case.sight is Sight.WHOLE and row.status == Stage.REPLIED,
    ),
    Act(
        _("给对方一次性链接"),
        "delivery:make_link",
        lambda actor, case, row: delivery.handles(actor, row) or delivery.may_hand_over(actor, case.matter),
        lambda actor, case, row: row.status in (Stage.SENT, Stage.IN_HAND),
        posts=True,
    ),
)

ON_PROMISES: tuple[Act[Promise], ...] = (
    Act(
        _("兑现没有"),
        "delivery:settle_promise",
        lambda actor, case, promise: delivery.may_settle_promise(actor, promise, case.matter),
        lambda actor, case, promise: promise.status == Promise.Status.STANDING,
    ),
    Act(
        _("改日期"),
        "delivery:move_promise",
        lambda actor, case, promise: delivery.may_settle_promise(actor, promise, case.matter),
        lambda actor, case, promise: promise.status == Promise.Status.STANDING,
    ),
)


def on_matter(actor: Actor, case: Case, tenant: Tenant) -> list[Offer]:
    """The acts on the matter itself, those that are open first. Only who sees it whole acts on it."""
    if case.sight is not Sight.WHOLE:
        return []
    return _offers(ON_MATTERS, actor, case, case.matter, {"slug": tenant.slug, "number": case.matter.number})


def on_hand_over(actor: Actor, case: Case, row: HandOver, tenant: Tenant) -> list[Offer]:
    """The acts on one hand-over."""
    if case.sight is Sight.FACE:
        return []
    return _offers(ON_HAND_OVERS, actor, case, row, {"slug": tenant.slug, "hand_over_id": row.pk})


def on_promise(actor: Actor, case: Case, promise: Promise, tenant: Tenant) -> list[Offer]:
    """The acts on one promise."""
    if case.sight is Sight.FACE:
        return []
    return _offers(ON_PROMISES, actor, case, promise, {"slug": tenant.slug, "promise_id": promise.pk})


def _offers(table: tuple[Act[T], ...], actor: Actor, case: Case, row: T, where: dict[str, Any]) -> list[Offer]:
    offers = [
        Offer(str(act.label), reverse(act.name, kwargs=where), act.may(actor, case, row), act.key, act.posts)
        for act in table
        if act.when(actor, case, row)
    ]
    return sorted(offers, key=lambda offer: not offer.verdict.ok)
