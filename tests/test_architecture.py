"""The house rules that a machine can check, read from the source itself."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "shangliang"
TESTS = ROOT / "tests"

# --- reading the source -------------------------------------------------------------------------


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts)


SOURCES = python_files(HOUSE)
TEMPLATES = sorted(path for path in HOUSE.rglob("*.html") if "templates" in path.parts)
MIGRATIONS = sorted(path for path in HOUSE.rglob("migrations/*.py"))
ROOMS = sorted(folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").exists())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> tuple[str, str]:
    """(room, module): the module is `actions` also for a file inside the package `actions/`."""
    parts = (*path.relative_to(HOUSE).with_suffix("").parts, "", "")
    return parts[0], parts[1]


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Each dotted name that a file imports, with the statement: `a.b` and `a.b.c` for `from a.b import c`."""
    package = ("shangliang", *path.relative_to(HOUSE).parent.parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node, name.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *([node.module] if node.module else [])))
            yield node, base
            for name in node.names:
                yield node, f"{base}.{name.name}"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Each call of a method or of something's attribute, with the attribute's name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


# --- rooms and the order inside a room ------------------------------------------------------------


def test_every_room_has_its_place_in_the_house() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in config["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    assert contract["exhaustive"]
    declared = [room.strip() for layer in contract["layers"] for room in layer.split("|")]
    built = {room for room in declared if not room.startswith("(")}
    assert built == set(ROOMS), "brackets are for rooms not built yet, and only for them"


# Each may import what stands further on; views and reader do not know each other.
ORDER = (("urls",), ("views", "reader"), ("forms",), ("actions",), ("queries",), ("rules",), ("models",))
RANK = {module: rank for rank, modules in enumerate(ORDER) for module in modules}


def room_imports(room: str) -> dict[str, set[str]]:
    """Which modules of a room import which others of the same room."""
    graph: dict[str, set[str]] = {}
    for path in python_files(HOUSE / room):
        module = place(path)[1]
        names = {name.split(".")[2] for _, name in imported(path) if name.startswith(f"shangliang.{room}.")}
        graph.setdefault(module, set()).update(names - {module})
    return graph


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """The ranked modules that `start` imports, itself or through modules that have no rank."""
    seen, waiting, found = {start}, [start], set()
    while waiting:
        for module in graph.get(waiting.pop(), set()) - seen:
            seen.add(module)
            if module in RANK:
                found.add(module)
            else:
                waiting.append(module)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_inside_a_room_imports_go_one_way(room: str) -> None:
    graph = room_imports(room)
    backwards = [
        f"{room}.{module} imports {room}.{other}"
        for module in graph
        if module in RANK
        for other in reached(graph, module)
        if RANK[other] <= RANK[module]
    ]
    assert not backwards, "\n".join(backwards)


def test_no_file_is_called_after_nothing() -> None:
    nothing = {"util", "utils", "helper", "helpers", "common", "misc", "signals"}
    assert [where(path) for path in SOURCES if path.stem in nothing] == []


def test_nothing_happens_by_signal() -> None:
    forbidden = ("django.db.models.signals", "django.dispatch", "django.core.signals")
    found = [where(path, node) for path in SOURCES for node, name in imported(path) if name.startswith(forbidden)]
    assert not found, "\n".join(found)


def test_no_key_points_to_rows_of_any_kind() -> None:
    forbidden = "django.contrib.contenttypes"
    found = [where(path, node) for path in SOURCES for node, name in imported(path) if name.startswith(forbidden)]
    assert not found, "\n".join(found)


# --- who writes, who reads raw, what time it is -----------------------------------------------------

MANAGERS = {"objects", "_base_manager", "_default_manager"}
ALWAYS_WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES_ON_A_MANAGER = {"create", "update", "delete"}
# The only setter of a status is itself called by actions.
SETTER = HOUSE / "core" / "states.py"


def chain(node: ast.expr) -> Iterator[str]:
    """The attribute names of `Matter.objects.filter(…).update`, from the end."""
    while True:
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return


def writes(call: ast.Call, name: str) -> bool:
    assert isinstance(call.func, ast.Attribute)
    through_super = isinstance(call.func.value, ast.Call) and getattr(call.func.value.func, "id", "") == "super"
    if name in ALWAYS_WRITES:
        return True
    if name in WRITES_ON_A_MANAGER and MANAGERS & set(chain(call.func)):
        return True
    if name == "update":  # rows.update(status=…); a dict or a hash takes something without a name
        return bool(call.keywords) and not call.args
    # row.save(), row.save(update_fields=…), row.delete(); pictures are saved to somewhere
    return name in {"save", "delete"} and not call.args and not through_super


def may_write(path: Path) -> bool:
    room, module = place(path)
    # A reader writes what can be computed from the ledger again: tallies, messages to send, the search index.
    return module in {"actions", "reader"} or room == "manage" or path == SETTER


def test_only_actions_write() -> None:
    found = [
        f"{where(path, call)} .{name}(…)"
        for path in SOURCES
        if not may_write(path)
        for call, name in calls(path)
        if writes(call, name)
    ]
    assert not found, "\n".join(found)


def test_raw_sql_stands_only_in_queries() -> None:
    raw = {"raw", "cursor", "extra"}
    found = [
        f"{where(path, node)} {name}"
        for path in SOURCES
        if place(path)[1] != "queries" and place(path)[0] != "manage"
        for node, name in (*calls(path), *imported(path))
        if name in raw or name.endswith(".RawSQL")
    ]
    assert not found, "\n".join(found)


def sets_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return any(keyword.arg == "status" for keyword in node.keywords)
    return False


def test_only_move_sets_a_status() -> None:
    found = [
        where(path, node) for path in SOURCES if path != SETTER for node in ast.walk(tree(path)) if sets_status(node)
    ]
    assert not found, "\n".join(found)


def test_there_is_one_clock() -> None:
    clock = HOUSE / "core" / "clock.py"
    names = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now")}
    found = []
    for path in SOURCES:
        if path == clock:
            continue
        for call, name in calls(path):
            assert isinstance(call.func, ast.Attribute)
            owner = next(chain(call.func.value), getattr(call.func.value, "id", ""))
            if (owner, name) in names:
                found.append(where(path, call))
        # A name taken out of the module would not stand still with it.
        found += [where(path, node) for node, name in imported(path) if name.startswith("shangliang.core.clock.now")]
        found += [where(path, node) for node, name in imported(path) if name == "shangliang.core.clock.today"]
    assert not found, "\n".join(found)


def test_no_column_asks_another_clock() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    ours = [field for field in fields if field.model.__module__.startswith("shangliang.")]
    found = [str(field) for field in ours if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)]
    assert not found, "\n".join(found)


# --- pages ----------------------------------------------------------------------------------------

TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
INLINE: dict[str, Callable[[str], bool]] = {
    "a style attribute": lambda tag: bool(re.search(r"\sstyle\s*=", tag)),
    "a <style> element": lambda tag: tag.startswith("<style"),
    "an inline script": lambda tag: tag.startswith("<script") and "src=" not in tag and "json" not in tag,
    "an event handler": lambda tag: bool(re.search(r"\s(on[a-z]+|hx-on[-:\w]*)\s*=", tag)),
    "a javascript: address": lambda tag: "javascript:" in tag,
}


def test_pages_keep_to_the_content_policy() -> None:
    found = [
        f"{where(path)} {what}: {tag[:120]}"
        for path in TEMPLATES
        for tag in TAG.findall(path.read_text(encoding="utf-8"))
        for what, holds in INLINE.items()
        if holds(tag)
    ]
    assert not found, "\n".join(found)


# --- migrations -----------------------------------------------------------------------------------


def test_every_room_with_tables_has_migrations() -> None:
    with_tables = {config.label for config in apps.get_app_configs() if config.name.startswith("shangliang.")}
    with_tables = {label for label in with_tables if list(apps.get_app_config(label).get_models())}
    assert with_tables == {path.parent.parent.name for path in MIGRATIONS if path.stem == "0001_initial"}


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    said = StringIO()
    with suppress(SystemExit):  # which it raises after having said what is missing
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    assert "No changes" in said.getvalue(), said.getvalue()


def test_no_migration_makes_a_trigger() -> None:
    trigger = re.compile(r"\btrigger\b", re.IGNORECASE)
    assert [where(path) for path in MIGRATIONS if trigger.search(path.read_text(encoding="utf-8"))] == []


# --- size, and what must not be published ------------------------------------------------------------

FILE_LINES, FUNCTION_LINES = 400, 60
# A ratchet: what is longer stands here with its length, may get shorter, and leaves the list when it fits.
LONG_FILES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}


def test_files_stay_readable() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(HOUSE, TESTS)
    }
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == LONG_FILES


def test_functions_stay_readable() -> None:
    lengths = {
        f"{path.relative_to(ROOT)} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files(HOUSE, TESTS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == LONG_FUNCTIONS


PUBLISHED = ("src", "tests", "scripts", "docs", "requirements", ".ci")
NOT_TEXT = {".pyc", ".xz", ".png", ".jpg", ".jpeg", ".webp", ".ico", ".gz", ".xlsx", ".docx", ".mo", ".woff2", ".pdf"}
PRIVATE = re.compile(
    r"""/(?:w[o]rk|f[a]rm|ro[o]t)/ | bash[_]jobs | index-url\s*[=\s]\s*https?: | https?://[^\s"]+/simp[l]e\b"""
    r"""| "resolved":\s*"https?: | files\.pythonh[o]sted | registry\.npm[j]s""",
    re.VERBOSE,
)


def published_files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in PUBLISHED:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file())


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_published() -> None:
    texts = [path for path in published_files() if path.suffix not in NOT_TEXT and ".egg-info" not in str(path)]
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:120]}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if PRIVATE.search(line)
    ]
    assert not found, "\n".join(found)
