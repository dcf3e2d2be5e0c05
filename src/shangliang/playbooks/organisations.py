"""The organisations that published texts tell of.

`localities/NAME/organisation.yaml` says which bodies, studios, pairings and phases the texts name, and the figures
they state, so that a page can show them beside what stands here. The playbook beside it is the `library`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from shangliang.people.models import Body, Membership
from shangliang.playbooks.library import LOCALITIES
from shangliang.playbooks.nodes import Node, read

COUNTED = ("streets", "communities", "enrolled", "bodies", "seats", "studios", "pairings", "standard")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Text:
    """A published text: what it is called, where and when it stood."""

    title: str
    outlet: str
    date: str  # as far as it is known


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that a text states, and how the same is counted here."""

    says: int
    at_least: bool  # «12 and more»
    words: str
    where: str  # in which text and sentence
    why: str  # why it may differ here, told whenever it does
    what: str  # one of COUNTED
    kind: str  # of body or studio
    within: str  # code of a place; the whole locality if empty
    body: str  # the name of a body
    by: dt.date | None  # opened until then


@dataclass(frozen=True, slots=True)
class BodySpec:
    """A body to open; with `each`, one for every street, whose name stands for {place}."""

    name: str
    kind: str
    place: str
    each: bool
    enrolled: bool  # those enrolled in its place sit there as members
    under: str
    guided_by: str
    seats: Mapping[str, int]  # duty → how many invented people


@dataclass(frozen=True, slots=True)
class StudioSpec:
    """A studio to open, as `BodySpec`, with who is in it; with `words`, one for each, in the streets in turn."""

    name: str
    kind: str
    place: str
    each: bool
    words: tuple[str, ...]
    under: str
    opened: dt.date
    seats: Mapping[str, int]
    sectors: tuple[str, ...]  # of those who sit in it; any if empty
    details: Mapping[str, Any]  # motto, about, theme, way, address, ends_with, shared_with
    duty: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PairingSpec:
    """An agreement between two bodies, named; `since` is of the demo where the text has no date."""

    one: str
    other: str
    title: str
    purpose: str
    since: dt.date
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """A phase of building studios up."""

    name: str
    since: dt.date
    until: dt.date
    target: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """What a text tells of a locality, as data."""

    key: str  # the name of its folder
    code: str  # of its division
    name: str
    phone: str
    adopted: dt.date  # from when its playbook is in force in the demo
    document: str
    texts: tuple[Text, ...]
    members: int  # to be invented
    levels: tuple[str, ...]  # of members, in turn
    roles: tuple[str, ...]  # delegates sit beside members in a joint station
    sectors: tuple[str, ...]
    bodies: tuple[BodySpec, ...] = field(default=())
    studios: tuple[StudioSpec, ...] = field(default=())
    pairings: tuple[PairingSpec, ...] = field(default=())
    phases: tuple[PhaseSpec, ...] = field(default=())
    claims: tuple[Claim, ...] = field(default=())
    assumed: tuple[str, ...] = field(default=())  # what the text does not say and the demo made up


def names() -> list[str]:
    """The localities that ship, by the names of their folders."""
    return sorted(path.parent.name for path in LOCALITIES.glob("*/organisation.yaml"))


@cache
def organisation(name: str) -> Organisation:
    """A locality's organisation. Raises PlaybookError at the first line that is wrong."""
    return _organisation(name, read((LOCALITIES / name / "organisation.yaml").read_text(encoding="utf-8")))


def organisation_of(code: str) -> Organisation | None:
    """The organisation of the division with this code, if one ships."""
    return next((one for one in map(organisation, names()) if one.code == code), None)


# --- reading an organisation ------------------------------------------------------------------------

ALSO = ("members", "levels", "roles", "sectors", "bodies", "studios", "pairings", "phases", "claims", "assumed")


def _organisation(name: str, root: Node) -> Organisation:
    found = root.fields(("code", "name", "phone", "adopted", "document", "texts"), ALSO)
    return Organisation(
        key=name,
        code=found["code"].text(6),
        name=found["name"].text(60),
        phone=found["phone"].text(40),
        adopted=found["adopted"].date(),
        document=found["document"].text(60),
        texts=tuple(Text(**_texts(one, ("title", "outlet", "date"))) for one in found["texts"].items()),
        members=found["members"].number(0, 9999) if "members" in found else 0,
        levels=_words(found.get("levels")),
        roles=_words(found.get("roles")),
        sectors=_words(found.get("sectors")),
        bodies=_list(found.get("bodies"), _body),
        studios=_list(found.get("studios"), _studio),
        pairings=_list(found.get("pairings"), _pairing),
        phases=_list(found.get("phases"), _phase),
        claims=_list(found.get("claims"), _claim),
        assumed=_words(found.get("assumed")),
    )


def _body(node: Node) -> BodySpec:
    found = node.fields(("name", "kind", "place"), ("each", "enrolled", "under", "guided_by", "seats"))
    kind = found["kind"].text(20)
    if kind not in Body.Kind.values:
        raise found["kind"].wrong(_("没有这一类机构。"))
    return BodySpec(
        name=found["name"].text(60),
        kind=kind,
        place=found["place"].text(12),
        each="each" in found and found["each"].flag(),
        under=_text(found, "under"),
        guided_by=_text(found, "guided_by"),
        enrolled="enrolled" in found and found["enrolled"].flag(),
        seats=_seats(found.get("seats")),
    )


DETAILS = ("motto", "about", "theme", "way", "address", "ends_with", "shared_with")


def _studio(node: Node) -> StudioSpec:
    also = ("each", "words", "under", "seats", "sectors", "duty", *DETAILS)
    found = node.fields(("name", "kind", "place", "opened"), also)
    return StudioSpec(
        name=found["name"].text(60),
        kind=found["kind"].text(30),
        place=found["place"].text(12),
        each="each" in found and found["each"].flag(),
        words=_words(found.get("words")),
        under=_text(found, "under"),
        opened=found["opened"].date(),
        seats=_seats(found.get("seats")),
        sectors=_words(found.get("sectors")),
        details={name: found[name].plain() for name in DETAILS if name in found},
        duty=tuple(rule.mapping() for rule in found["duty"].items(least=0)) if "duty" in found else (),
    )


def _pairing(node: Node) -> PairingSpec:
    found = node.fields(("one", "other", "title", "since", "tasks"), ("purpose",))
    return PairingSpec(
        one=found["one"].text(60),
        other=found["other"].text(60),
        title=found["title"].text(60),
        purpose=found["purpose"].text(300) if "purpose" in found else "",
        since=found["since"].date(),
        tasks=_words(found["tasks"]),
    )


def _phase(node: Node) -> PhaseSpec:
    found = node.fields(("name", "since", "until", "target"))
    return PhaseSpec(
        found["name"].text(60), found["since"].date(), found["until"].date(), found["target"].number(1, 999)
    )


def _claim(node: Node) -> Claim:
    found = node.fields(("says", "words", "where", "what"), ("why", "kind", "within", "body", "by", "at_least"))
    what = found["what"].text(20)
    if what not in COUNTED:
        raise found["what"].wrong(_("可以数的有：%(counted)s。") % {"counted": "、".join(COUNTED)})
    return Claim(
        says=found["says"].number(0, 999_999),
        at_least="at_least" in found and found["at_least"].flag(),
        words=found["words"].text(60),
        where=found["where"].text(60),
        why=found["why"].text(200) if "why" in found else "",
        what=what,
        kind=_text(found, "kind"),
        within=_text(found, "within"),
        body=_text(found, "body"),
        by=found["by"].date() if "by" in found else None,
    )


def _list(node: Node | None, read_one: Callable[[Node], T]) -> tuple[T, ...]:
    return tuple(read_one(one) for one in node.items(least=0)) if node else ()


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(word.text(120) for word in node.items(least=0)) if node else ()


def _texts(node: Node, names: Iterable[str]) -> dict[str, str]:
    return {name: part.text(80) for name, part in node.fields(names).items()}


def _text(found: Mapping[str, Node], name: str) -> str:
    return found[name].text(60) if name in found else ""


def _seats(node: Node | None) -> dict[str, int]:
    found = node.pairs() if node else {}
    for duty, number in found.items():
        if duty not in Membership.Duty.values:
            raise number.wrong(_("没有这个职责。"))
    return {duty: number.number(1, 999) for duty, number in found.items()}
