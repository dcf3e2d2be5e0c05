"""The JSON schema that editors use says what the reader says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from shangliang.playbooks import definition, library, nodes, queries
from shangliang.playbooks import deliberation_section as section
from shangliang.playbooks.schema import schema

SCHEMA = schema()
DEFAULT = queries.DEFAULT.read_text(encoding="utf-8")
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}


def as_an_editor_reads(node: nodes.Node) -> Any:
    """The file as an editor's YAML sees it: keys are text, numbers are numbers."""
    if isinstance(node.yaml, nodes.yaml.SequenceNode):
        return [as_an_editor_reads(one) for one in node.items(least=0)]
    if isinstance(node.yaml, nodes.yaml.MappingNode):
        return {key: as_an_editor_reads(one) for key, one in node.pairs().items()}
    text, quoted = str(node.yaml.value), node.yaml.style in ("'", '"')
    if quoted or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return text
    return float(text) if "." in text else int(text)


def wrongs(value: Any, rule: dict[str, Any], path: str = "") -> Iterator[str]:
    """What this schema holds against a value: the part of JSON Schema that ours uses."""
    named = rule.get("type", [])
    kinds = tuple(kind for name in ([named] if isinstance(named, str) else named) for kind in TYPES[name])
    if (kinds and not isinstance(value, kinds)) or ("enum" in rule and value not in rule["enum"]):
        yield path
        return
    if "anyOf" in rule and all(any(wrongs(value, one, path)) for one in rule["anyOf"]):
        yield path
    if isinstance(value, str):
        too_long = len(value) > rule.get("maxLength", len(value))
        if too_long or not re.search(rule.get("pattern", ""), value):
            yield path
    elif isinstance(value, int | float):
        if not rule.get("minimum", value) <= value <= rule.get("maximum", value):
            yield path
        if value <= rule.get("exclusiveMinimum", value - 1):
            yield path
    elif isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            yield path
        for one in value:
            yield from wrongs(one, rule.get("items", {}), f"{path}[]")
    else:
        yield from wrongs_of_object(value, rule, path)


def wrongs_of_object(value: dict[str, Any], rule: dict[str, Any], path: str) -> Iterator[str]:
    if len(value) < rule.get("minProperties", 0):
        yield path
    yield from (f"{path}.{name}" for name in rule.get("required", []) if name not in value)
    for name, one in value.items():
        if not re.search(rule.get("propertyNames", {}).get("pattern", ""), name):
            yield f"{path}.{name}"
        rest = rule.get("additionalProperties", True)
        if name in rule.get("properties", {}):
            yield from wrongs(one, rule["properties"][name], f"{path}.{name}")
        elif isinstance(rest, dict):
            yield from wrongs(one, rest, f"{path}.{name}")
        elif not rest:
            yield f"{path}.{name}"
    if "if" in rule and not any(wrongs(value, rule["if"])):
        yield from wrongs(value, rule["then"], path)


def held_against(text: str) -> list[str]:
    return list(wrongs(as_an_editor_reads(nodes.read(text)), SCHEMA))


def test_the_schema_that_ships_is_the_one_made_from_the_rules() -> None:
    # `shangliang playbook schema > src/shangliang/playbooks/data/playbook.schema.json` makes it anew.
    published = definition.DEFAULT.with_name("playbook.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == SCHEMA


@pytest.mark.parametrize("name", library.names())
def test_it_accepts_every_way_that_ships_whole_and_as_its_file_says_it(name: str) -> None:
    [one] = [one for one in library.shipped() if one.name == name]
    assert held_against(library.text_of(name)) == []
    assert held_against(one.path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("first_answer: 3 ", "frist_answer: 3 ", ".clocks.frist_answer"),
        ("first_answer: 3 ", "first_answer: 三天 ", ".clocks.first_answer"),
        ("photos: 6 ", "photos: 600 ", ".limits.photos"),
        ("  help: 求助", "  求助: 求助", ".categories.求助"),
        ("  street_office: 街道", "  street: 街道", ".levels.street"),
        ("label: 网上工作室, online: yes}", "label: 网上工作室, online: 是}", ".studios.kinds.online_studio.online"),
        ("does: [choose]", "does: [chose]", ".deliberation.steps.collect.does[]"),
        ("needs: {sides: 2", "needs: {side: 2", ".deliberation.steps.deliberate.needs.side"),
        ("how: room", "how: rooms", ".deliberation.meetings.council.how"),
        (
            "{rule: consensus, how: hands}",
            "{rule: share, percent: 101}",
            ".deliberation.meetings.council.decide.percent",
        ),
        ("size: [5, 40]", "size: [5]", ".deliberation.meetings.council.size"),
        ("check: device", "check: face", ".deliberation.statements.check"),
    ],
)
def test_it_refuses_what_the_reader_refuses(old: str, new: str, path: str) -> None:
    text = DEFAULT.replace(old, new, 1)
    assert text != DEFAULT
    with pytest.raises(nodes.PlaybookError):
        definition.parse(text)
    assert path in held_against(text)


def test_every_name_of_the_reader_is_in_the_schema_with_a_title_in_chinese() -> None:
    def titles(rule: dict[str, Any], path: str) -> Iterator[str]:
        for name, one in rule.get("properties", {}).items():
            if not re.search("[一-鿿]", one.get("title", "")):
                yield f"{path}.{name}"
            yield from titles(one, f"{path}.{name}")
            yield from titles(one.get("additionalProperties") or {}, f"{path}.{name}")

    rules = SCHEMA["properties"]["deliberation"]["properties"]
    parts = (
        (rules["steps"]["additionalProperties"], section.STEP),
        (rules["meetings"]["additionalProperties"], section.FORM),
        (rules["selection"], section.SELECTING),
        (rules["least"]["additionalProperties"], section.QUOTA),
    )
    for part, (needed, also) in parts:
        assert (part["required"], set(part["properties"])) == (list(needed), {*needed, *also})
    assert set(rules) == {*section.FIELDS, *section.ALSO}
    assert set(SCHEMA["properties"]) == set(definition.FIELDS[definition.FORMAT])
    assert list(titles({"properties": SCHEMA["properties"]}, "")) == []
