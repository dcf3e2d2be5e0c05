"""Sealed bytes on disk: `$SHANGLIANG_DATA/files/<tenant id>/<last 2 of id>/<id>`.

The last two, because the first digits of a UUIDv7 are its time and stay the same for decades.
A small version lies beside its file, as `<id>.small`.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

from shangliang.core.keys import data_folder
from shangliang.core.seal import seal, unseal
from shangliang.files.models import Attachment

Size = Literal["full", "small"]


def write(tenant_id: UUID, attachment_id: UUID, content: bytes, size: Size = "full") -> None:
    """Seal `content` and put it on disk, durably: when this returns, a power cut loses nothing.

    Call it before the transaction that inserts the row. Raises OSError (a full disk, for one);
    then nothing lies under the final name.
    """
    final = _path(tenant_id, attachment_id, size)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = final.with_name(f".{final.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(seal(content, _context(tenant_id, attachment_id, size)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(final)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    # The folders above may be new as well, made by us or a moment ago by another process.
    for folder in final.parents[:4]:
        _fsync(folder)


def read(attachment: Attachment, size: Size = "full") -> bytes:
    """The bytes of `attachment`. Raises FileNotFoundError, or InvalidTag if the file was tampered with or moved."""
    sealed = _path(attachment.tenant_id, attachment.id, size).read_bytes()
    return unseal(sealed, _context(attachment.tenant_id, attachment.id, size))


def exists(attachment: Attachment) -> bool:
    """Whether the bytes of `attachment` are on disk."""
    return _path(attachment.tenant_id, attachment.id, "full").exists()


def remove(tenant_id: UUID, attachment_id: UUID) -> None:
    """Take a file and its small version off the disk; nothing happens if they are not there."""
    for size in get_args(Size):
        _path(tenant_id, attachment_id, size).unlink(missing_ok=True)


def last_written_before(tenant_id: UUID, moment: dt.datetime) -> Iterator[tuple[UUID | None, Path]]:
    """Every file of the tenant older than `moment`, with its attachment's id, or None if it is a
    draft that a crash left behind."""
    for path in _root(tenant_id).glob("??/*"):
        if path.stat().st_mtime < moment.timestamp():
            yield (None if path.name.startswith(".") else UUID(path.stem)), path


def _root(tenant_id: UUID) -> Path:
    return data_folder() / "files" / str(tenant_id)


def _path(tenant_id: UUID, attachment_id: UUID, size: Size) -> Path:
    ending = "" if size == "full" else f".{size}"
    return _root(tenant_id) / attachment_id.hex[-2:] / f"{attachment_id}{ending}"


def _context(tenant_id: UUID, attachment_id: UUID, size: Size) -> str:
    return f"file:{tenant_id}:{attachment_id}:{size}"


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
