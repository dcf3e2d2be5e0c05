"""What every test can use: a clean database on the engine of DATABASE_URL, a clock that stands still,
a watch over every SQL statement, and the folder of sample files.
"""

from __future__ import annotations

import atexit
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

# Before Django starts: a data folder that lives as long as this run. Workers inherit the controller's.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["SHANGLIANG_DATA"] = tempfile.mkdtemp(prefix="shangliang-test-")
    Path(os.environ["SHANGLIANG_DATA"], "static").mkdir()  # as collectstatic would leave it
    atexit.register(shutil.rmtree, os.environ["SHANGLIANG_DATA"], ignore_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "shangliang.config.settings"

import django

django.setup()

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangliang.core import clock
from tests.guard import Watch

HERE = Path(__file__).parent
# What reads source and files, or asks every page of everybody: long, and the same on every engine.
ONCE = frozenset(
    HERE / name
    for name in (
        *("test_access.py", "test_architecture.py", "test_translations.py"),
        *(
            "deliberation/test_opinion_map.py",
            "deliberation/test_opinion_real.py",
            "deliberation/test_minutes_paper.py",
        ),
        *("playbooks/test_methods.py", "playbooks/test_unusual_ways.py", "playbooks/test_guide.py"),
        *("playbooks/test_deliberation_rules.py", "playbooks/test_schema.py", "playbooks/test_picture.py"),
        *("places/test_addresses.py", "places/test_resolve.py", "studios/test_roster.py"),
        *("delivery/test_any_sequence.py", "gathering/test_any_whistle.py", "deliberation/test_gate_guard.py"),
        *("manage/test_demo_localities.py", "studios/test_roster_always.py"),
    )
)
NO_SAMPLES = "needs sample files: SHANGLIANG_SAMPLES names no folder"
WATCH = pytest.StashKey[Watch]()

django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django_settings.STORAGES = django_settings.STORAGES | {
    # The manifest of static files exists only after collectstatic.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}

if connection.vendor == "sqlite":
    # A real file (each worker appends its own name): locks and WAL behave as they will in use.
    connection.settings_dict["TEST"]["NAME"] = str(Path(os.environ["SHANGLIANG_DATA"]) / "test.sqlite3")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "story: a walk through the real server with a real browser")
    config.addinivalue_line("markers", "once: asks nothing that differs between engines; one of them is enough")
    config.addinivalue_line("markers", "rollup: reads across tenants on purpose; its SQL need not be tied to one")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE / "stories" in item.path.parents:
            item.add_marker(pytest.mark.story)
        if item.path in ONCE:
            item.add_marker(pytest.mark.once)


# --- the watch over SQL -----------------------------------------------------------------------


@cache
def _tenant_tables() -> frozenset[str]:
    from django.apps import apps

    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models if getattr(model, "is_tenant_model", False))


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Reads all SQL of the test. One that is not marked `rollup` fails when a statement touches a
    tenant's table without being tied to a tenant. `with watch.exempt():` is for arranging a test.
    """
    watching = Watch(_tenant_tables())
    request.node.stash[WATCH] = watching
    with connection.execute_wrapper(watching):
        yield watching


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    result = yield
    watching = pyfuncitem.stash.get(WATCH, None)
    if watching and watching.found and not pyfuncitem.get_closest_marker("rollup"):
        pytest.fail("SQL not tied to a tenant:\n\n" + "\n\n".join(watching.found), pytrace=False)
    return result


# --- clock and query budget -------------------------------------------------------------------


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | dt.datetime], dt.datetime]:
    """`freeze("2026-11-20 09:00")` makes `clock.now()` stand still at that moment (Shanghai time unless
    the text or datetime says otherwise), and gives it; call again to move on.
    """

    def stand_still(moment: str | dt.datetime) -> dt.datetime:
        at = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        at = (at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)).astimezone(dt.UTC)
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    return stand_still


@pytest.fixture
def at_most() -> Callable[[int], AbstractContextManager[None]]:
    """`with at_most(6): …` fails when the block sends more statements than that to the database.

    What begins and ends transactions is not counted: it differs between engines and in tests.
    """

    @contextmanager
    def budget(number: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as sent:
            yield
        framing = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET CONSTRAINTS")
        counted = [query["sql"] for query in sent if not query["sql"].upper().startswith(framing)]
        if len(counted) > number:
            pytest.fail(f"{len(counted)} statements, {number} allowed:\n" + "\n".join(counted), pytrace=False)

    return budget


# --- sample files, and the rule that nothing else is left out -----------------------------------


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample files named by SHANGLIANG_SAMPLES."""
    folder = os.environ.get("SHANGLIANG_SAMPLES", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(NO_SAMPLES)
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and NO_SAMPLES not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"Only missing sample files may leave a test out, not: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    left_out = [report.nodeid for report in terminalreporter.getreports("skipped")]
    if left_out:
        terminalreporter.section("LEFT OUT: set SHANGLIANG_SAMPLES to the folder of sample files to run these")
        for name in sorted(set(left_out)):
            terminalreporter.line(name)
