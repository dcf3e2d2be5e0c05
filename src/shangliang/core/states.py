"""The only way a status changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shangliang.core.errors import Changed


def move(row: Any, to: str, **also: Any) -> None:
    """Set `row.status` to `to`, and the fields in `also`, in one conditional UPDATE.

    `row` is an instance of a model with `status` and `TRANSITIONS` (status → set of statuses).
    Raises ValueError for a transition the model does not know (a bug in the caller), and Changed
    when the row's status is no longer what this instance believes.
    """
    if to not in row.TRANSITIONS[row.status]:
        raise ValueError(f"{type(row).__name__}: {row.status} does not lead to {to}")
    rows = type(row).objects.filter(tenant_id=row.tenant_id, pk=row.pk, status=row.status)
    if not rows.update(status=to, **also):
        raise Changed(_("这件事刚刚有人动过，请看一眼最新情况再操作。"))
    row.status = to
    for name, value in also.items():
        setattr(row, name, value)
