"""Reading rows of attachments."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shangliang.files.models import Attachment

AT_ONCE = 500  # SQLite takes a limited number of parameters


def known(tenant_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Those of `ids` that are attachments of this tenant."""
    asked = list(ids)
    found: set[UUID] = set()
    for start in range(0, len(asked), AT_ONCE):
        rows = Attachment.objects.filter(tenant_id=tenant_id, pk__in=asked[start : start + AT_ONCE])
        found.update(rows.values_list("pk", flat=True))
    return found


def erased(tenant_id: UUID) -> set[UUID]:
    """The tenant's attachments whose bytes must be gone (one query)."""
    rows = Attachment.objects.filter(tenant_id=tenant_id, erased_at__isnull=False)
    return set(rows.values_list("pk", flat=True))
