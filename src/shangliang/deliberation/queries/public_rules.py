"""Reading rules: what holds, what people may comment on, and how versions differ."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from shangliang.core.actors import Actor
from shangliang.deliberation.models import Conversation, PublicRule, RuleVersion
from shangliang.deliberation.rules import may_keep_rules

Status = RuleVersion.Status
PIECES = re.compile(r"[^，。；！？、\n]*[，。；！？、\n]?")


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule with its versions, the latest first."""

    rule: PublicRule
    versions: list[RuleVersion]
    in_force: RuleVersion | None
    coming: RuleVersion | None  # adopted, in force later
    open: RuleVersion | None  # being written, or commented on

    @property
    def latest(self) -> RuleVersion:
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: there in both versions (""), taken out ("del") or put in ("ins")."""

    change: str
    text: str


def rule(rule_id: UUID) -> PublicRule | None:
    """A rule with its body, place and topic (one query)."""
    return _rules().filter(pk=rule_id).first()


def version(version_id: UUID) -> RuleVersion | None:
    """A version with its rule (one query)."""
    rows = RuleVersion.objects.select_related("rule__body__place", "rule__place", "rule__topic")
    return rows.filter(pk=version_id).first()


def versions(rule: PublicRule) -> list[RuleVersion]:
    """All versions, the latest first (one query)."""
    return list(RuleVersion.objects.filter(rule=rule).order_by("-number"))


def standing(rule: PublicRule, on: dt.date) -> Standing:
    """A rule as it stands on a day (one query)."""
    return _standing(rule, versions(rule), on)


def kept_by(actor: Actor, on: dt.date) -> list[Standing]:
    """The rules that `actor` may keep, by title (two queries)."""
    return [one for one in _all(_rules(), on) if may_keep_rules(actor, one.rule.body)]


def public(on: dt.date) -> list[Standing]:
    """The rules that everybody may read: those with a version in force, adopted, ended, or open to comment (two
    queries). A mere draft is nobody's business yet."""
    shown = (Status.COMMENT, Status.ADOPTED, Status.ENDED)
    return _all(_rules().filter(pk__in=RuleVersion.objects.filter(status__in=shown).values("rule")), on)


def public_versions(found: Standing) -> list[RuleVersion]:
    """The versions of a rule that everybody may read."""
    return [one for one in found.versions if one.status in (Status.COMMENT, Status.ADOPTED, Status.ENDED)]


def is_in_force(version: RuleVersion, on: dt.date) -> bool:
    """Whether a version holds on a day. One ended on a day holds until then."""
    if version.status not in (Status.ADOPTED, Status.ENDED) or version.in_force_from is None:
        return False
    return version.in_force_from <= on and (version.in_force_to is None or on <= version.in_force_to)


def conversation(version: RuleVersion) -> Conversation | None:
    """What people say of a draft (one query)."""
    return Conversation.objects.filter(version=version).order_by("-opened_at").first()


def open_conversations(version: RuleVersion) -> list[Conversation]:
    """What people still say of a draft (one query)."""
    return list(Conversation.objects.filter(version=version, status=Conversation.Status.OPEN))


def differences(before: str, after: str) -> list[Piece]:
    """What changed from one text to the next, clause by clause."""
    return list(_pieces(PIECES.findall(before), PIECES.findall(after)))


def before(version: RuleVersion) -> RuleVersion | None:
    """The version before one, those given up left out (one query)."""
    rows = RuleVersion.objects.filter(rule=version.rule_id, number__lt=version.number)
    return rows.exclude(status=Status.GIVEN_UP).order_by("-number").first()


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for change, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            if both := "".join(old[i:j]):
                yield Piece("", both)
            continue
        if gone := "".join(old[i:j]):
            yield Piece("del", gone)
        if come := "".join(new[k:m]):
            yield Piece("ins", come)


def _all(rows: QuerySet[PublicRule], on: dt.date) -> list[Standing]:
    latest_first = Prefetch("versions", RuleVersion.objects.order_by("-number"))
    return [_standing(one, list(one.versions.all()), on) for one in rows.prefetch_related(latest_first)]


def _standing(rule: PublicRule, versions: list[RuleVersion], on: dt.date) -> Standing:
    later = [one for one in versions if one.status == Status.ADOPTED and one.in_force_from and one.in_force_from > on]
    unsettled = [one for one in versions if one.status in (Status.DRAFT, Status.COMMENT)]
    return Standing(
        rule,
        versions,
        next((one for one in versions if is_in_force(one, on)), None),
        later[0] if later else None,
        unsettled[0] if unsettled else None,
    )


def _rules() -> QuerySet[PublicRule]:
    return PublicRule.objects.select_related("body__place", "place", "topic__matter").order_by("title", "id")
