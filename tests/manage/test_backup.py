"""Backing up and restoring, by the commands themselves, each on a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.desk.tables import answered, row, xlsx

SOURCE = Path(__file__).resolve().parents[2] / "src"


def run(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`shangliang …` on this data folder, with a SQLite database in it."""
    left_out = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"SHANGLIANG_DATA": str(data), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "shangliang.manage.cli", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def done(data: Path, *arguments: object) -> str:
    result = run(data, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def tree_of(data: Path) -> tuple[int, str]:
    """Size and root of the tenant's ledger."""
    head = json.loads(done(data, "head", "--tenant", "420107"))
    return head["size"], head["root"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a tenant, some messages and a sealed file."""
    data = tmp_path_factory.mktemp("home")
    done(data, "migrate")
    done(data, "places", "load", "420107")
    done(data, "tenant", "420107", "--name", "武汉市青山区")
    table = data / "table.xlsx"
    table.write_bytes(xlsx([row("1"), answered("2")]))
    done(data, "import", "voices", table, "--tenant", "420107")
    (data / "files" / "one").mkdir(parents=True)
    (data / "files" / "one" / "sealed").write_bytes(b"sealed bytes")
    (data / "files" / "one" / ".draft").write_bytes(b"half")
    return data


def test_importing_by_command_ends_with_the_counts(home: Path) -> None:
    printed = done(home, "import", "voices", home / "table.xlsx", "--tenant", "420107")
    assert printed.splitlines()[-1] == '{"rows": 2, "new": 0, "known": 2, "errors": 0}'


def test_a_missing_file_is_said_so(home: Path) -> None:
    result = run(home, "import", "voices", home / "nothing.xlsx", "--tenant", "420107")
    assert (result.returncode, "读不到文件" in result.stderr) == (1, True)


def test_a_tenant_needs_its_places_first(home: Path) -> None:
    result = run(home, "tenant", "420106")
    assert (result.returncode, "shangliang places load 420106" in result.stderr) == (1, True)


def test_a_backup_with_keys_is_restored_and_verified(home: Path, tmp_path: Path) -> None:
    said = done(home, "backup", tmp_path / "all.tar.gz", "--with-keys")
    assert "钥匙也在里面" in said
    away = tmp_path / "away"
    away.mkdir()
    assert "都对得上" in done(away, "restore", tmp_path / "all.tar.gz")
    assert (away / "files" / "one" / "sealed").read_bytes() == b"sealed bytes"
    assert not (away / "files" / "one" / ".draft").exists()
    assert tree_of(away) == tree_of(home)
    assert (away / "keys" / "seal").stat().st_mode & 0o077 == 0
    # It goes on from there: what is known stays known, and the next number is the next.
    (away / "more.xlsx").write_bytes(xlsx([row("1"), row("3")]))
    assert '"new": 1, "known": 1' in done(away, "import", "voices", away / "more.xlsx", "--tenant", "420107")
    done(away, "verify")


def test_a_backup_has_no_keys_and_says_so(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.tar.gz"
    assert "钥匙不在里面" in done(home, "backup", file)
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        names = archive.getnames()
        contents = b"".join(member.read() for name in names if (member := archive.extractfile(name)))
    assert not any("keys" in name for name in names)
    assert all((home / "keys" / name).read_bytes() not in contents for name in ("seal", "sign", "lookup", "django"))


def test_a_backup_without_keys_needs_those_that_belong_to_it(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.tar.gz"
    done(home, "backup", file)
    away = tmp_path / "away"
    away.mkdir()
    refused = run(away, "restore", file)
    assert (refused.returncode, "钥匙不是这份备份的" in refused.stderr) == (1, True)
    # Nothing was changed by it: with the right keys, the folder is still empty enough to restore into.
    shutil.copytree(home / "keys", away / "keys", dirs_exist_ok=True)
    assert "都对得上" in done(away, "restore", file)


def test_nothing_is_restored_over_what_is_there(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.tar.gz"
    done(home, "backup", file)
    refused = run(home, "restore", file)
    assert (refused.returncode, "已经有数据了" in refused.stderr) == (1, True)
    assert run(home, "backup", file).returncode == 1


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    refused = run(data, "restore", broken)
    assert (refused.returncode, "不是一份完整的备份" in refused.stderr) == (1, True)
