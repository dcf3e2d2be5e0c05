"""What a playbook says of studios and of whistles: kinds, steps of life, standard, roles, activity, duty.

Two localities use one word for different things (the 六有 of one is not that of another), so all of it
is the locality's. Only the statuses, and the ways there are between them, are the product's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _

from shangliang.people.models import Body
from shangliang.people.rules import DUTIES_IN
from shangliang.playbooks.nodes import Mistakes, Node

# The statuses of a studio and every way between them: those of `studios.models.Studio`, which stands
# higher in the house; a test holds the two together. A playbook uses some of these.
WAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "proposed": ("checked", "approved", "trial", "open", "closed"),
        "checked": ("approved", "trial", "open", "closed"),
        "approved": ("trial", "open", "closed"),
        "trial": ("open", "warned", "closed"),
        "open": ("warned", "suspended", "closed"),
        "warned": ("open", "suspended", "closed"),
        "suspended": ("open", "closed"),
        "closed": (),
    }
)
NEEDED = ("proposed", "open", "closed")  # the steps no locality can do without
PERIODS = ("week", "month", "quarter", "year")
DAYS_KEYS = ("weekdays", "days", "working_days")  # one of them says on which days a rule of duty falls

FIELDS = ("kinds", "life", "standard", "roles", "post", "activity", "exit_reasons", "stars", "duty")
WHISTLE = {"hours": (1, 400), "at_once": (1, 20), "at_most": (1, 100)}
LABEL = 20  # characters of a label
WHO = 60  # characters that name who decides


@dataclass(frozen=True, slots=True)
class StudioKind:
    """A kind of studio: `online` has no room, `under` belongs to another one, `ends` with its task."""

    key: str
    label: str
    online: bool
    under: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class LifeStep:
    """A step of a studio's life: who decides it, after which steps, with a paper or without."""

    status: str
    label: str
    by: str
    after: tuple[str, ...]
    paper: bool
    least_days: int  # in this step, before the next one; closing need not wait


@dataclass(frozen=True, slots=True)
class StandardItem:
    """One of the N things a studio is to have, and the question an inspection asks."""

    key: str
    label: str
    ask: str


@dataclass(frozen=True, slots=True)
class Standard:
    """The locality's N有."""

    name: str
    items: Mapping[str, StandardItem]


@dataclass(frozen=True, slots=True)
class Activity:
    """The least that a studio does in a period."""

    key: str
    label: str
    per: str  # one of PERIODS
    least: int


@dataclass(frozen=True, slots=True)
class StudioRules:
    """What a locality decided about its studios. Mappings keep the order of the file."""

    kinds: Mapping[str, StudioKind]
    life: Mapping[str, LifeStep]
    standard: Standard
    roles: Mapping[str, str]  # duty → the locality's word
    post: tuple[str, ...]  # titles of the rules to be posted
    activity: tuple[Activity, ...]
    exit_reasons: Mapping[str, str]
    stars: bool  # whether inspections give stars
    duty: tuple[Mapping[str, object], ...]  # rules a new studio starts with, as `studios.duty_dates` reads them


@dataclass(frozen=True, slots=True)
class WhistleRules:
    """How members are asked when a community whistles."""

    hours: int  # working hours in which to answer, before the next is asked
    at_once: int  # asked at the same time
    at_most: int  # asked in all


def studio_rules(node: Node) -> StudioRules:
    """The section `studios`. Raises PlaybookError at the first line that is wrong, with all the others."""
    found = node.fields(FIELDS)
    with Mistakes() as reading:
        return StudioRules(
            kinds=reading(found["kinds"].each, _kind),
            life=reading(_life, found["life"]),
            standard=reading(_standard, found["standard"]),
            roles=reading(_roles, found["roles"]),
            post=reading(_titles, found["post"]),
            activity=reading(_activities, found["activity"]),
            exit_reasons=reading(found["exit_reasons"].each, lambda _key, reason: reason.text(40)),
            stars=reading(found["stars"].flag),
            duty=tuple(reading(_duty, rule) for rule in found["duty"].items(least=0)),
        )


def whistle_rules(node: Node) -> WhistleRules:
    """The section `whistle`. Raises PlaybookError at the first line that is wrong."""
    found = node.fields(WHISTLE)
    rules = WhistleRules(**{name: part.number(*WHISTLE[name]) for name, part in found.items()})
    if rules.at_most < rules.at_once:
        raise found["at_most"].wrong(_("总共请的不能比一次请的少。"))
    return rules


def _titles(node: Node) -> tuple[str, ...]:
    return tuple(title.text(40) for title in node.items())


def _kind(key: str, node: Node) -> StudioKind:
    found = node.fields(("label",), ("online", "under", "ends"))
    marks = {name: name in found and found[name].flag() for name in ("online", "under", "ends")}
    return StudioKind(key, found["label"].text(LABEL), **marks)


def _life(node: Node) -> Mapping[str, LifeStep]:
    found = node.pairs()
    for status, step in found.items():
        if status not in WAYS:
            raise step.wrong(_("没有这一步，可以写的有：%(steps)s。") % {"steps": "、".join(WAYS)})
    for status in NEEDED:
        if status not in found:
            raise node.wrong(_("少了 %(name)s。") % {"name": status})
    return MappingProxyType({status: _step(status, step, list(found)) for status, step in found.items()})


def _step(status: str, node: Node, steps: list[str]) -> LifeStep:
    first = status == "proposed"
    found = node.fields(("label", "by") if first else ("label", "by", "after"), ("paper", "least_days"))
    after = [] if first else found["after"].items()
    for before in after:
        if before.text(LABEL) not in steps or status not in WAYS[before.text(LABEL)]:
            open_to = "、".join(step for step in steps if status in WAYS[step])
            raise before.wrong(_("不能从这一步走到 %(to)s，可以写的有：%(steps)s。") % {"to": status, "steps": open_to})
    return LifeStep(
        status=status,
        label=found["label"].text(LABEL),
        by=found["by"].text(WHO),
        after=tuple(before.text(LABEL) for before in after),
        paper="paper" in found and found["paper"].flag(),
        least_days=found["least_days"].number(0, 400) if "least_days" in found else 0,
    )


def _standard(node: Node) -> Standard:
    found = node.fields(("name", "items"))
    return Standard(found["name"].text(LABEL), found["items"].each(_item))


def _item(key: str, node: Node) -> StandardItem:
    found = node.fields(("label", "ask"))
    return StandardItem(key, found["label"].text(LABEL), found["ask"].text(120))


def _roles(node: Node) -> Mapping[str, str]:
    found, duties = node.pairs(), DUTIES_IN[Body.Kind.STUDIO]
    for duty, word in found.items():
        if duty not in duties:
            raise word.wrong(_("工作室里没有这个职责，可以写的有：%(duties)s。") % {"duties": "、".join(duties)})
    return MappingProxyType({duty: word.text(LABEL) for duty, word in found.items()})


def _activities(node: Node) -> tuple[Activity, ...]:
    return tuple(node.each(_activity).values())


def _activity(key: str, node: Node) -> Activity:
    found = node.fields(("label", "per", "least"))
    per = found["per"].text(LABEL)
    if per not in PERIODS:
        raise found["per"].wrong(_("可以写的有：%(periods)s。") % {"periods": "、".join(PERIODS)})
    return Activity(key, found["label"].text(LABEL), per, found["least"].number(1, 400))


def _duty(node: Node) -> Mapping[str, object]:
    """A rule of duty, as plain values. Only its shape is looked at here: what the days and hours mean is
    for `studios.duty_dates`, which stands higher in the house."""
    found = node.keyed()
    if "hours" not in found:
        raise node.wrong(_("少了 %(name)s。") % {"name": "hours"})
    if sum(key in found for key in DAYS_KEYS) != 1:
        raise node.wrong(_("写明哪几天值班，这几项里写一项：%(keys)s。") % {"keys": "、".join(DAYS_KEYS)})
    return MappingProxyType(node.mapping())
