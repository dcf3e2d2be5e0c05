"""`shangliang import`: a file of messages into a tenant, told row by row, with the sum as the last line."""

from __future__ import annotations

import gc
import json
from pathlib import Path

from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.desk import imports
from shangliang.files.tables import check_size
from shangliang.tenants.models import Tenant


def import_voices(file: str, tenant: Tenant, *, dry_run: bool, public: bool) -> int:
    """Import `file`, or only look at it, and print what became of its rows. Gives 1 when some are wrong.

    Raises Refused for a file that cannot be read.
    """
    path = Path(file)
    try:
        check_size(path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        raise Refused(_("读不到文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error
    # The rows of a batch all live until its end: looking among them for garbage again and again finds none.
    gc.set_threshold(200_000)
    with scope(tenant=tenant):
        if dry_run:
            report = imports.look(tenant, content, public=public)
        else:
            report = imports.bring_in(Actor("system", tenant.pk), tenant, content, path.name, public=public)
    for heading, meant in report.columns:
        print(f"{heading} → {meant or _('不认识，只存在原表里')}")
    if report.sheets_left:
        print(_("没有读这些工作表：%(names)s") % {"names": "、".join(report.sheets_left)})
    for problem in report.problems:
        print(problem)
    print(json.dumps(report.counts))
    return 0
