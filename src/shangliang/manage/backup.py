"""`shangliang backup`: one archive with the database, the sealed files and the head of every ledger."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.core.keys import NAMES, data_folder, key
from shangliang.ledger import heads
from shangliang.playbooks.queries import LAST_BACKUP
from shangliang.tenants.models import Tenant

FORMAT = 1
# Names inside the archive.
ABOUT, HEADS, FILES, KEYS = "about.json", "heads.jsonl", "files", "keys"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MEGABYTE = 1024 * 1024


def backup(file: str, *, with_keys: bool) -> int:
    """Write everything to `file` while the site goes on working, and say what is in it and what is not.

    First the heads, then the database, then the files: so the database has at least what the heads say, and
    every row finds its file. Raises Refused when `file` exists, or the database has no way to be copied.
    """
    path = Path(file)
    if path.exists():
        raise Refused(_("%(path)s 已经有了，换一个名字。") % {"path": path})
    about = {"format": FORMAT, "made_at": clock.now().isoformat(), "database": connection.vendor, "keys": with_keys}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        room = Path(folder)
        (room / HEADS).write_text("".join(f"{line}\n" for line in _heads()), encoding="utf-8")
        _copy_database(room / DATABASE[connection.vendor])
        (room / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        if with_keys:
            (room / KEYS).mkdir(mode=0o700)
            for name in NAMES:
                (room / KEYS / name).write_bytes(key(name))
        _pack(room, path)
    (data_folder() / LAST_BACKUP).touch()
    print(_("写好了 %(path)s，%(size).1f MB：数据库、照片和文件、每一家的账本封条。") % _told(path))
    if with_keys:
        print(_("钥匙也在里面：谁拿到这个文件，谁就能看到所有内容。请锁好。"))
    else:
        print(
            _("钥匙不在里面：没有钥匙，里面的话、照片和联系方式谁也打不开。请另外保管好 %(keys)s。")
            % {"keys": data_folder() / "keys"}
        )
    return 0


def postgres_arguments() -> tuple[list[str], dict[str, str]]:
    """Arguments and environment by which PostgreSQL's own programs reach the database; the password stays
    out of the list of processes."""
    given = settings.DATABASES["default"]
    options = {"--host": given.get("HOST"), "--port": given.get("PORT"), "--username": given.get("USER")}
    arguments = [f"{option}={value}" for option, value in options.items() if value]
    return arguments, {**os.environ, "PGPASSWORD": str(given.get("PASSWORD") or "")}


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs. Raises Refused when it is not on this machine."""
    found = shutil.which(name)
    if found is None:
        raise Refused(_("这台机器上没有 %(name)s。请安装 PostgreSQL 的客户端程序再试。") % {"name": name})
    return found


def run(arguments: list[str], environment: dict[str, str]) -> None:
    """Run one of PostgreSQL's programs. Raises Refused with what it said when it fails."""
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(done.stderr.strip() or _("%(name)s 没有做成。") % {"name": Path(arguments[0]).name})


def _heads() -> Iterator[str]:
    for tenant in Tenant.objects.order_by("slug"):
        with scope(tenant=tenant):
            yield heads.export(heads.head(tenant))


def _copy_database(to: Path) -> None:
    name = str(settings.DATABASES["default"]["NAME"])
    to.touch(mode=0o600)
    if connection.vendor == "sqlite":
        # SQLite's own online backup: one moment of the database, while others go on writing.
        with (
            contextlib.closing(sqlite3.connect(name)) as source,
            contextlib.closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        return
    arguments, environment = postgres_arguments()
    run([program("pg_dump"), *arguments, "--format=custom", "--no-owner", f"--file={to}", name], environment)


def _pack(room: Path, path: Path) -> None:
    """Write the archive under another name first, so that a backup that has its name is whole."""
    draft = room / "archive"
    files = data_folder() / "files"
    with tarfile.open(draft, "w:gz", compresslevel=6) as archive:
        for name in sorted(entry.name for entry in room.iterdir() if entry != draft):
            archive.add(room / name, name)
        if files.is_dir():
            archive.add(files, FILES, filter=_finished)
    draft.chmod(0o600)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)


def _finished(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out drafts of files that are being written at this moment."""
    return None if Path(info.name).name.startswith(".") else info


def _told(path: Path) -> dict[str, Any]:
    return {"path": path, "size": path.stat().st_size / MEGABYTE}
