"""Keeping files: bytes first, rows after. An act that takes files does it in two steps:

    photos = store_photos(tenant.id, request.FILES.getlist("photos"))  # slow; may refuse
    with transaction.atomic():
        ...
        keep(photos)
        VoicePhoto.objects.bulk_create(VoicePhoto(tenant=tenant, voice=voice, attachment=photo) for photo in photos)
        append(...)

If the act fails after the first step, files without rows remain: harmless, unreadable without
the key, and swept away later. A row without its file cannot come to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.files import documents, photos, queries, storage
from shangliang.files.models import Attachment
from shangliang.files.uploads import check, file_name, refusal

NAME = 120  # as wide as the column


def store_photo(tenant_id: UUID, upload: UploadedFile[Any]) -> Attachment:
    """One photo: see `store_photos`."""
    return store_photos(tenant_id, [upload])[0]


def store_photos(tenant_id: UUID, uploads: Sequence[UploadedFile[Any]]) -> list[Attachment]:
    """Decode the photos, put them on disk, and return their rows, unsaved; give these to `keep`.

    Call it before the act's transaction. Raises Refused before anything is written if there are
    too many, or if one of them is too large or no photo; OSError if the disk is full.
    """
    if len(uploads) > settings.PHOTOS_AT_MOST:
        raise refusal(
            uploads[0],
            _("一次最多传 %(most)d 张照片，您选了 %(chosen)d 张。")
            % {"most": settings.PHOTOS_AT_MOST, "chosen": len(uploads)},
        )
    for upload in uploads:  # the cheap look at all of them, before the first is decoded
        check(upload, settings.PHOTO_BYTES)
    decoded = [(upload, photos.reencode(upload)) for upload in uploads]
    return [_stored(tenant_id, upload, photo) for upload, photo in decoded]


def store_document(tenant_id: UUID, upload: UploadedFile[Any]) -> Attachment:
    """Put one document of a reply on disk and return its row, unsaved; give it to `keep`.

    Call it before the act's transaction. Raises Refused and OSError as `store_photos` does.
    """
    document = documents.accept(upload)
    row = Attachment(
        tenant_id=tenant_id,
        kind=Attachment.Kind.DOCUMENT,
        name=file_name(upload, NAME),
        media_type=document.media_type,
        size=len(document.content),
        width=document.width,
        height=document.height,
        added_at=clock.now(),
    )
    storage.write(tenant_id, row.id, document.content)
    return row


def keep(attachments: Sequence[Attachment]) -> None:
    """Insert the rows of stored files, inside the transaction of the act that uses them.

    Raises RuntimeError outside a transaction, and when a file is not on disk (swept away, because
    its row came a day late).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("attachments are kept inside the transaction of the act that uses them")
    for attachment in attachments:
        if not storage.exists(attachment):
            raise RuntimeError(f"attachment {attachment.id} has no file")
    Attachment.objects.bulk_create(attachments)


def mark_cleared(attachment: Attachment, at: dt.datetime | None) -> None:
    """Let the public see `attachment` from `at`, or with None no longer. Who may, and the entry,
    are the calling act's."""
    Attachment.objects.filter(tenant_id=attachment.tenant_id, pk=attachment.pk).update(cleared_at=at)
    attachment.cleared_at = at


def erase(attachments: Sequence[Attachment]) -> None:
    """Erase files lawfully: their rows say so at once, their bytes go when the transaction is committed.

    Call it inside the transaction of the act. Should a crash come between the two, `sweep` takes the
    bytes. Backups made earlier still hold them.
    """
    gone = [(row.tenant_id, row.pk) for row in attachments]
    for tenant_id, row_id in gone:
        Attachment.objects.filter(tenant_id=tenant_id, pk=row_id).update(
            name="", cleared_at=None, erased_at=clock.now()
        )

    def unlink() -> None:
        for tenant_id, row_id in gone:
            storage.remove(tenant_id, row_id)

    transaction.on_commit(unlink)


def sweep(tenant_id: UUID, older_than: dt.timedelta) -> int:
    """Remove the tenant's files that no row knows, or whose row was erased, and that are older than
    `older_than`: what refused acts and crashes left behind. Returns how many.

    `older_than` must leave every act time to finish: a day or more, else ValueError.
    """
    if older_than < dt.timedelta(days=1):
        raise ValueError("files younger than a day may belong to an act that is under way")
    old = list(storage.last_written_before(tenant_id, clock.now() - older_than))
    known = queries.known(tenant_id, {row_id for row_id, _path in old if row_id}) - queries.erased(tenant_id)
    orphans = [path for row_id, path in old if row_id not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _stored(tenant_id: UUID, upload: UploadedFile[Any], photo: photos.Photo) -> Attachment:
    row = Attachment(
        tenant_id=tenant_id,
        kind=Attachment.Kind.PHOTO,
        name=file_name(upload, NAME),
        media_type=photo.media_type,
        size=len(photo.content),
        width=photo.width,
        height=photo.height,
        added_at=clock.now(),
    )
    storage.write(tenant_id, row.id, photo.small, "small")
    storage.write(tenant_id, row.id, photo.content)
    return row
