"""Photos that wait on disk, sealed, while their form still has to be put right: their rows travel in the form, signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core import signing

from shangliang.core import clock
from shangliang.files import storage
from shangliang.files.models import Attachment

LIFE = dt.timedelta(hours=20)  # files without rows are swept away after a day
SALT = "voices.carried"
_FIELDS = ("name", "media_type", "size", "width", "height")


def pack(photos: Sequence[Attachment]) -> str:
    """The rows of stored photos, for a hidden field."""
    if not photos:
        return ""
    rows = [
        {"id": photo.pk.hex, "tenant": photo.tenant_id.hex, "at": photo.added_at.timestamp()}
        | {name: getattr(photo, name) for name in _FIELDS}
        for photo in photos
    ]
    return signing.dumps(rows, salt=SALT, compress=True)


def unpack(value: str, tenant_id: UUID) -> list[Attachment]:
    """The rows that came back, unsaved. Those of another tenant, too old or gone from the disk are left out."""
    if not value:
        return []
    try:
        rows = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        return []
    photos = [_row(row) for row in rows]
    return [photo for photo in photos if photo.tenant_id == tenant_id and _is_fresh(photo) and storage.exists(photo)]


def _row(row: dict[str, Any]) -> Attachment:
    return Attachment(
        id=UUID(row["id"]),
        tenant_id=UUID(row["tenant"]),
        kind=Attachment.Kind.PHOTO,
        added_at=dt.datetime.fromtimestamp(row["at"], dt.UTC),
        **{name: row[name] for name in _FIELDS},
    )


def _is_fresh(photo: Attachment) -> bool:
    return clock.now() - photo.added_at < LIFE
