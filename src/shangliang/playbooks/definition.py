"""A playbook: a locality's way of working as one immutable value, read from YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _

from shangliang.people.models import Body
from shangliang.playbooks.nodes import Node, PlaybookError, read
from shangliang.playbooks.studio_rules import StudioRules, WhistleRules, studio_rules, whistle_rules

DEFAULT = Path(__file__).parent / "data" / "default.yaml"
FORMAT = 2  # rises when the fields change, so that a text adopted long ago can still be read its own way
FIRST = (
    *("format", "name", "version", "levels", "categories", "clocks"),
    *("limits", "decline_reasons", "stages", "ratings", "sign_off"),
)
SECOND = ("studios", "whistle")  # since format 2; a text of format 1 takes them from the package
FIELDS = {1: FIRST, FORMAT: (*FIRST, *SECOND)}
CLOCKS = ("first_answer", "hand_over", "extension", "referral", "silence", "promise_wake")
LIMITS = {"extensions": (0, 9), "photos": (0, 20), "words": (100, 10_000)}
STAGES = ("raised", "gathered", "deliberated", "delivered", "done", "promised", "explained", "declined")
RATINGS = ("5", "4", "3", "2", "1")
LABEL = 20  # characters of a label
DAYS_AT_MOST = 250  # working days of a clock: a year

__all__ = ["DeclineReason", "Playbook", "PlaybookError", "digest_of", "parse"]


@dataclass(frozen=True, slots=True)
class DeclineReason:
    """Why a matter is not taken on, and where it can go instead, told to whoever raised it."""

    key: str
    label: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed at once."""

    extensions: int  # of one hand-over
    photos: int
    words: int  # characters of a voice


@dataclass(frozen=True, slots=True)
class Playbook:
    """What a locality decided about its own way of working. Mappings keep the order of the file."""

    digest: str  # hex SHA-256 of the text it was read from
    name: str
    version: str
    levels: Mapping[str, str]  # kind of body → label, from the bottom up
    categories: Mapping[str, str]
    clocks: Mapping[str, int]  # in working days, by the names in CLOCKS
    limits: Limits
    decline_reasons: Mapping[str, DeclineReason]
    stages: Mapping[str, str]  # status of a matter → label
    ratings: Mapping[int, str]  # 5 … 1
    sign_off: tuple[str, ...]  # the steps a body's reply goes through unless the body has its own
    studios: StudioRules
    whistle: WhistleRules


def digest_of(text: str) -> str:
    """The hash by which a playbook's text is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> Playbook:
    """The playbook that `text` describes. Raises PlaybookError at the first line that is wrong."""
    root = read(text)
    written = root.pairs().get("format")
    if written is None:
        raise root.wrong(_("少了 %(name)s。") % {"name": "format"})
    found = root.fields(FIELDS[written.number(1, FORMAT)])
    ours = found if "studios" in found else _package()
    return Playbook(
        digest=digest_of(text),
        name=found["name"].text(60),
        version=found["version"].text(20),
        levels=_levels(found["levels"]),
        categories=_labels(found["categories"].keyed()),
        clocks=MappingProxyType(
            {name: node.number(0, DAYS_AT_MOST) for name, node in found["clocks"].fields(CLOCKS).items()}
        ),
        limits=Limits(**{name: node.number(*LIMITS[name]) for name, node in found["limits"].fields(LIMITS).items()}),
        decline_reasons=MappingProxyType(
            {key: _decline(key, node) for key, node in found["decline_reasons"].keyed().items()}
        ),
        stages=_labels(found["stages"].fields(STAGES)),
        ratings=MappingProxyType(
            {int(key): node.text(LABEL) for key, node in found["ratings"].fields(RATINGS).items()}
        ),
        sign_off=tuple(node.text(LABEL) for node in found["sign_off"].items()),
        studios=studio_rules(ours["studios"]),
        whistle=whistle_rules(ours["whistle"]),
    )


@cache
def _package() -> Mapping[str, Node]:
    """The package's own sections, for a text of a format that had none of them."""
    return read(DEFAULT.read_text(encoding="utf-8")).fields(FIELDS[FORMAT])


def _labels(nodes: Mapping[str, Node]) -> Mapping[str, str]:
    return MappingProxyType({key: node.text(LABEL) for key, node in nodes.items()})


def _levels(node: Node) -> Mapping[str, str]:
    found = node.pairs()
    for kind, level in found.items():
        if kind not in Body.Kind.values:
            raise level.wrong(_("没有这一类机构，可以写的有：%(kinds)s。") % {"kinds": "、".join(Body.Kind.values)})
    return _labels(found)


def _decline(key: str, node: Node) -> DeclineReason:
    found = node.fields(("label", "elsewhere"))
    return DeclineReason(key, found["label"].text(LABEL), found["elsewhere"].text(200))
