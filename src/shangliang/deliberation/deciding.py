"""Whether a count carries, by the rule of the place, with its arithmetic in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.playbooks.deliberation_rules import Decide

WHOLE = 10_000  # shares are hundredths of a percent


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes, and the people they are counted against."""

    yes: int
    no: int
    abstain: int
    base: int
    unit: str = "person"
    entitled: int = 0  # where the rule wants a quorum of them


@dataclass(frozen=True, slots=True)
class Decided:
    """What a rule says of a tally, and how it was reckoned."""

    passed: bool
    sentence: str


def decide(rule: Decide, tally: Tally) -> Decided:
    """What `rule` says. Nothing carries where nobody is counted or nobody agrees, or too few take part."""
    is_quorate = tally.entitled * rule.quorum <= _taking_part(rule, tally) * WHOLE
    passed = tally.base > 0 and tally.yes > 0 and is_quorate and _carries(rule, tally)
    words = _("该算 %(number)s") if rule.of == "entitled" else _("在场 %(number)s")
    parts = [words % {"number": _number(tally.base, tally.unit)}]
    parts.append(_("同意 %(number)s") % {"number": _number(tally.yes, tally.unit)})
    if tally.no:
        parts.append(_("反对 %(number)s") % {"number": _number(tally.no, tally.unit)})
    if tally.abstain:
        parts.append(_("弃权 %(number)s") % {"number": _number(tally.abstain, tally.unit)})
    if rule.rule != "consensus" and tally.base:
        parts.append(_percent(tally.yes * WHOLE, tally.base, _places(rule)))
    if not is_quorate:
        numbers = {"number": _number(tally.entitled, tally.unit), "share": _percent(rule.quorum, 1, 2)}
        parts.append(_("一共 %(number)s，要有 %(share)s参加，不够") % numbers)
    parts += [wanted(rule), _("过了") if passed else _("没过")]
    return Decided(passed, "，".join(parts))


def wanted(rule: Decide) -> str:
    """What a rule asks for, in words."""
    if rule.rule == "consensus":
        return _("要没有人反对")
    if rule.rule == "majority":
        return _("要过半")
    return _("要 %(share)s") % {"share": _percent(rule.share, 1, _places(rule))}


def needs_count(rule: Decide) -> bool:
    """Whether nothing is agreed without a count. Where one asks aloud whether anybody is against, none is needed,
    unless so and so many must take part."""
    return (rule.rule, rule.how) != ("consensus", "hands") or rule.quorum > 0


def _carries(rule: Decide, tally: Tally) -> bool:
    if rule.rule == "consensus":
        return tally.no == 0
    if rule.rule == "majority":
        return tally.yes * 2 > tally.base
    return tally.yes * WHOLE >= rule.share * tally.base


def _taking_part(rule: Decide, tally: Tally) -> int:
    return tally.base if rule.of == "present" else tally.yes + tally.no + tally.abstain


def _number(number: int, unit: str) -> str:
    words = {"household": _("%(number)s 户"), "area": _("%(number)s 平方米")}.get(unit, _("%(number)s 人"))
    return words % {"number": number}


def _places(rule: Decide) -> int:
    return 1 if rule.share % 10 == 0 else 2


def _percent(hundredths: int, of: int, places: int) -> str:
    # Cut off, not rounded: 97.96 % that does not reach 98 % must not read 98.0 %.
    units = hundredths * 10**places // (of * 100)
    text = f"{units / 10**places:.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
