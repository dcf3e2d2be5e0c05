"""Photos that wait on disk, sealed, while their form still has to be put right: their rows travel in the form, signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.files import storage
from shangliang.files.actions import store_photo
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


def gather(
    data: Mapping[str, Any], uploads: Iterable[UploadedFile[Any]], tenant_id: UUID, most: int
) -> tuple[list[Attachment], list[str]]:
    """The photos a form has by now: those its hidden field `kept` carries and nobody took out (`drop`), and those that
    came with it, each on disk. Beside them what is to be said of those that cannot stay."""
    before = unpack(data.get("kept", ""), tenant_id)
    dropped = set(data.getlist("drop")) if isinstance(data, QueryDict) else set()
    stored = [photo for photo in before if str(photo.pk) not in dropped]
    complaints = [_("照片放得太久了，请重新选一次。")] if data.get("kept") and not before else []
    for upload in uploads:
        if len(stored) >= most:
            complaints.append(_("最多 %(most)d 张，多出来的没有放进去。这样可以的话，再点一次提交。") % {"most": most})
            break
        try:
            stored.append(store_photo(tenant_id, upload))
        except Refused as refused:
            complaints.append(str(refused))
    return stored, complaints


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
