"""A playbook: a locality's way of working as one immutable value, read from YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from django.utils.translation import gettext as _

from shangliang.people.models import Body
from shangliang.playbooks.deliberation_rules import DeliberationRules
from shangliang.playbooks.deliberation_section import ALSO, deliberation_rules
from shangliang.playbooks.deliberation_section import FIELDS as WITHIN
from shangliang.playbooks.nodes import Mistakes, Node, PlaybookError, read
from shangliang.playbooks.studio_rules import StudioRules, WhistleRules, studio_rules, whistle_rules

DEFAULT = Path(__file__).parent / "data" / "default.yaml"
FORMAT = 3  # rises when the fields change, so that a text adopted long ago can still be read its own way
FIRST = (
    *("format", "name", "version", "levels", "categories", "clocks"),
    *("limits", "decline_reasons", "stages", "ratings", "sign_off"),
)
SECOND = ("studios", "whistle")  # since format 2; a text of an older format takes what it lacks from the package
THIRD = ("deliberation",)
FIELDS = {1: FIRST, 2: (*FIRST, *SECOND), FORMAT: (*FIRST, *SECOND, *THIRD)}
NAMED = ("format", "name", "version")
MERGED = ("studios", "deliberation")  # sections of which a locality or a method may write a part
INSIDE = {*WITHIN, *ALSO} - {*FIRST}  # what is often written one step too far out
CLOCKS = ("first_answer", "hand_over", "extension", "referral", "silence", "promise_wake")
LIMITS = {"extensions": (0, 9), "photos": (0, 20), "words": (100, 10_000)}
STAGES = ("raised", "gathered", "deliberated", "delivered", "done", "promised", "explained", "declined")
RATINGS = ("5", "4", "3", "2", "1")
LABEL = 20  # characters of a label
DAYS_AT_MOST = 250  # working days of a clock: a year

__all__ = ["DeclineReason", "Playbook", "PlaybookError", "digest_of", "parse", "parse_over"]


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
    deliberation: DeliberationRules


def digest_of(text: str) -> str:
    """The hash by which a playbook's text is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> Playbook:
    """The playbook that `text` describes. Raises PlaybookError at the first line that is wrong, with all the
    others in `every`."""
    root = read(text)
    written = root.pairs().get("format")
    if written is None:
        raise root.wrong(_("少了 %(name)s。") % {"name": "format"})
    names = FIELDS[written.number(1, FORMAT)]
    if missing := [name for name in names if name not in root.pairs()]:
        raise written.wrong(
            _("写了 format，就要样样写全，还少 %(names)s。只写和通用的一份不同的地方，就把 format 这一行删掉。")
            % {"names": "、".join(missing)}
        )
    return _read_on(digest_of(text), root, names, (), _package())


def parse_over(text: str) -> Playbook:
    """The playbook that `text` makes of the package's own: it has a name, a version, and what differs; of the
    sections in MERGED, only those parts that differ. Raises as `parse` does, by the lines of `text`."""
    also = [key for key in FIELDS[FORMAT] if key not in NAMED]
    return _read_on(digest_of(text), read(text), NAMED[1:], also, _package(), MERGED)


def _read_on(
    digest: str,
    root: Node,
    names: Sequence[str],
    also: Sequence[str],
    ours: Mapping[str, Node],
    merged: Sequence[str] = (),
) -> Playbook:
    """What is known is read also where a name is wrong or missing, for its own mistakes."""
    with Mistakes() as reading:
        reading(_fields, root, names, also)
        known = {key: node for key, node in root.pairs().items() if key in (*names, *also)}
        parts = {key: _over(ours[key], known[key]) for key in merged if key in known}
        return reading(_playbook, digest, {**ours, **known, **parts})


def _fields(root: Node, names: Sequence[str], also: Sequence[str]) -> None:
    """Refuses what is unknown or missing at the margin; of what belongs into a section, that it does."""
    with Mistakes() as reading:
        inside = [name for name in root.pairs() if name in INSIDE]
        reading.found += [
            root.pairs()[name].wrong(_("%(name)s 要写在 deliberation 里面：每一行往里缩进两个空格。") % {"name": name})
            for name in inside
        ]
        reading(root.fields, names, (*also, *inside))


def _over(ours: Node, theirs: Node) -> Node:
    if not isinstance(ours.yaml, yaml.MappingNode) or not isinstance(theirs.yaml, yaml.MappingNode):
        return theirs
    written = {str(key.value) for key, _value in theirs.yaml.value}
    kept = [(key, value) for key, value in ours.yaml.value if key.value not in written]
    both = yaml.MappingNode(theirs.yaml.tag, [*kept, *theirs.yaml.value], theirs.yaml.start_mark)
    return Node(both, theirs.path)


def _playbook(digest: str, found: Mapping[str, Node]) -> Playbook:
    with Mistakes() as reading:
        return Playbook(
            digest=digest,
            name=reading(found["name"].text, 60),
            version=reading(found["version"].text, 20),
            levels=reading(_levels, found["levels"]),
            categories=reading(found["categories"].each, _label),
            clocks=reading(_clocks, found["clocks"]),
            limits=reading(_limits, found["limits"]),
            decline_reasons=reading(found["decline_reasons"].each, _decline),
            stages=reading(_stages, found["stages"]),
            ratings=reading(_ratings, found["ratings"]),
            sign_off=reading(_sign_off, found["sign_off"]),
            studios=reading(studio_rules, found["studios"]),
            whistle=reading(whistle_rules, found["whistle"]),
            deliberation=reading(deliberation_rules, found["deliberation"]),
        )


@cache
def _package() -> Mapping[str, Node]:
    """The package's own sections, for a text of a format that had none of them."""
    return read(DEFAULT.read_text(encoding="utf-8")).fields(FIELDS[FORMAT])


def _label(_key: str, node: Node) -> str:
    return node.text(LABEL)


def _levels(node: Node) -> Mapping[str, str]:
    return _labels(node.fields((), Body.Kind.values))


def _labels(nodes: Mapping[str, Node]) -> Mapping[str, str]:
    return MappingProxyType({key: node.text(LABEL) for key, node in nodes.items()})


def _clocks(node: Node) -> Mapping[str, int]:
    found = node.fields(CLOCKS)
    return MappingProxyType({name: days.number(0, DAYS_AT_MOST) for name, days in found.items()})


def _limits(node: Node) -> Limits:
    return Limits(**{name: limit.number(*LIMITS[name]) for name, limit in node.fields(LIMITS).items()})


def _decline(key: str, node: Node) -> DeclineReason:
    found = node.fields(("label", "elsewhere"))
    return DeclineReason(key, found["label"].text(LABEL), found["elsewhere"].text(200))


def _stages(node: Node) -> Mapping[str, str]:
    return _labels(node.fields(STAGES))


def _ratings(node: Node) -> Mapping[int, str]:
    return MappingProxyType({int(key): word for key, word in _labels(node.fields(RATINGS)).items()})


def _sign_off(node: Node) -> tuple[str, ...]:
    return tuple(step.text(LABEL) for step in node.items())
