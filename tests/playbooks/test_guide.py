"""The guide for those who write a playbook: its examples are sound, and it leaves no word of the format out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shangliang.playbooks import deliberation_rules as words
from shangliang.playbooks import deliberation_section as section
from shangliang.playbooks import queries
from shangliang.playbooks.definition import parse, parse_over
from shangliang.playbooks.library import METHODS, whole

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "playbooks.md").read_text(encoding="utf-8")
TABLE = (DOCS / "methods.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_guide_can_be_adopted(example: str) -> None:
    own = example if "name:" in example else f'name: 例子\nversion: "1"\n\ndeliberation:\n{example}'
    found = parse(whole(own)).deliberation
    assert found == parse_over(own).deliberation
    assert found != queries.default().deliberation


@pytest.mark.parametrize("word", [*words.DOES, *words.NEEDS])
def test_every_word_of_a_step_has_its_row(word: str) -> None:
    assert re.search(rf"^\| `{word}(: \d+)?` \| ", GUIDE, re.MULTILINE)


@pytest.mark.parametrize(
    "word",
    [
        *(*section.FIELDS, *section.ALSO, *section.STEP[0], *section.STEP[1], *section.FORM[1], *section.QUOTA[1]),
        *(*words.SELECTION, *words.VOTERS, *words.HOW, *words.RULES, *words.BASES, *words.COUNTING, *words.UNITS),
        *(*words.OUTCOMES, *words.ROUTES, *words.ASKED, *words.COUNTED, *words.PERIODS, *words.CHECKS),
    ],
)
def test_every_key_and_word_of_deliberation_is_explained(word: str) -> None:
    assert re.search(rf"`(\w+\.)*(….)?{word}(\.\w+)?`", GUIDE)


@pytest.mark.parametrize("path", sorted(METHODS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_table_of_methods_names_every_file(path: Path) -> None:
    assert f"| `{path.stem}` |" in TABLE
