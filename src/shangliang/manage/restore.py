"""`shangliang restore`: put a backup into an empty installation, and verify it."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.core.keys import NAMES, data_folder, key
from shangliang.ledger import heads
from shangliang.manage.backup import ABOUT, DATABASE, FILES, FORMAT, HEADS, KEYS, postgres_arguments, program, run
from shangliang.manage.verifying import verify
from shangliang.tenants.models import Tenant


def restore(file: str) -> int:
    """Put back what `backup` wrote, bring it to this version, and verify every ledger. Gives 1 if something is wrong.

    Raises Refused, with nothing changed, unless the installation is empty and has the keys that belong to it.
    """
    if _has_tenants() or _has_files():
        raise Refused(_("这里已经有数据了。请换一个空的数据文件夹（SHANGLIANG_DATA）和空的数据库再恢复。"))
    data = data_folder()
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as folder:
        room = Path(folder)
        about = _unpack(Path(file), room)
        _put_keys(room, about)
        _put_database(room / DATABASE[connection.vendor])
        if (room / FILES).is_dir():
            shutil.rmtree(data / "files", ignore_errors=True)
            (room / FILES).rename(data / "files")
        call_command("migrate", interactive=False, verbosity=0)
        print(_("放回来了。下面逐条核对。"))
        return verify(list(Tenant.objects.order_by("slug")), str(room / HEADS) if Tenant.objects.exists() else None)


def _unpack(path: Path, room: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(room, filter="data")
        about: dict[str, Any] = json.loads((room / ABOUT).read_text(encoding="utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise Refused(_("%(path)s 不是一份完整的备份。") % {"path": path}) from error
    if about["format"] != FORMAT:
        raise Refused(_("这份备份是更新的版本写的，请先升级本系统。"))
    if about["database"] != connection.vendor:
        raise Refused(
            _("这份备份是 %(then)s 的，这里用的是 %(now)s。请用同一种数据库恢复。")
            % {"then": about["database"], "now": connection.vendor}
        )
    return about


def _put_keys(room: Path, about: dict[str, Any]) -> None:
    """Keys from the archive, or else those that lie here already and belong to it."""
    folder = data_folder() / "keys"
    if about["keys"]:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in NAMES:
            shutil.copyfile(room / KEYS / name, folder / name)
            (folder / name).chmod(0o600)
        key.cache_clear()
    given = (room / HEADS).read_text(encoding="utf-8").splitlines()
    if not all(heads.is_signed(heads.read(line)) for line in given):
        raise Refused(_("这里的钥匙不是这份备份的。请先把原来的钥匙放进 %(folder)s，再恢复。") % {"folder": folder})


def _put_database(copy: Path) -> None:
    given = settings.DATABASES["default"]
    connection.close()
    if connection.vendor == "sqlite":
        path = Path(given["NAME"])
        for leftover in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copyfile(copy, path)
        return
    arguments, environment = postgres_arguments()
    options = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={given['NAME']}"]
    run([program("pg_restore"), *arguments, *options, str(copy)], environment)


def _has_tenants() -> bool:
    tables = connection.introspection.table_names()
    return Tenant._meta.db_table in tables and Tenant.objects.exists()


def _has_files() -> bool:
    files = data_folder() / "files"
    return files.is_dir() and any(files.iterdir())
