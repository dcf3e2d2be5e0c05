"""Receiving files: what is too large never reaches the disk, and the typed words survive it."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused

MEGABYTE = 1024 * 1024
FILE_BYTES = 20 * MEGABYTE  # the largest single file of any kind
IN_MEMORY = 2 * MEGABYTE  # beyond this a file goes to an unnamed temporary file
HOPELESS = 256 * MEGABYTE  # a body larger than this is not even read to its end
SHOWN = 24  # characters of a file's name in a sentence


def request_bytes() -> int:
    """The largest body whose files are kept: as many photos as one may send, and the words."""
    return settings.PHOTO_BYTES * settings.PHOTOS_AT_MOST + MEGABYTE


class Received(UploadedFile):  # type: ignore[type-arg]
    """A file of a form. `size` is what was sent; `left_out` says that the bytes were not kept."""

    def __init__(
        self, file: IO[bytes], name: str, content_type: str, size: int, field_name: str, left_out: bool
    ) -> None:
        super().__init__(file, name, content_type, size)
        self.field_name = field_name
        self.left_out = left_out


class Bounded(FileUploadHandler):
    """The site's only upload handler (`FILE_UPLOAD_HANDLERS`).

    A file goes to memory, a larger one to a temporary file without a name, so that not even a
    crash leaves an unsealed photo behind. Of a file over FILE_BYTES, or any file of a request over
    `request_bytes()`, the rest is read and thrown away: it stands in `request.FILES` as a
    `Received` that is `left_out`, `check` refuses it by name, and everything typed into the form
    is still there. A body over HOPELESS raises RequestDataTooBig before anything is read.
    """

    file: IO[bytes]
    too_much = False
    left_out = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]] | None:
        if content_length > HOPELESS:
            raise RequestDataTooBig(_("这次传的文件太大了，请少选几个，或者选小一点的再传。"))
        self.too_much = content_length > request_bytes()
        return None

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        super().new_file(field_name, file_name, content_type, content_length, charset, content_type_extra)
        self.file = self._empty()
        self.left_out = self.too_much

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.left_out and start + len(raw_data) > FILE_BYTES:
            self.left_out = True
            self.file.close()
            self.file = self._empty()
        if not self.left_out:
            self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self.file.seek(0)
        return Received(
            self.file, self.file_name or "", self.content_type or "", file_size, self.field_name, self.left_out
        )

    def upload_interrupted(self) -> None:
        self.file.close()

    def _empty(self) -> IO[bytes]:
        return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR)


def check(upload: UploadedFile[Any], at_most: int) -> None:
    """Refuse `upload` by its size alone, reading nothing: over `at_most` bytes, empty, or left out."""
    if (upload.size or 0) > at_most:
        raise refusal(
            upload,
            _("“%(name)s”超过了 %(limit)d MB，换一个小一点的试试。")
            % {"name": shown(upload), "limit": at_most // MEGABYTE},
        )
    if getattr(upload, "left_out", False):
        raise refusal(
            upload,
            _("这次选的文件加起来超过 %(limit)d MB，请少选几个，分几次传。") % {"limit": request_bytes() // MEGABYTE},
        )
    if not upload.size:
        raise refusal(upload, _("“%(name)s”是空的，请重新选一次。") % {"name": shown(upload)})


def refusal(upload: UploadedFile[Any], sentence: str) -> Refused:
    """A refusal that belongs beside the form field through which `upload` came."""
    return Refused(sentence, getattr(upload, "field_name", None))


def file_name(upload: UploadedFile[Any], at_most: int) -> str:
    """What the user called the file: at most `at_most` characters, the ending kept, and nothing
    invisible in it (signs that turn the writing direction can disguise an ending)."""
    name = "".join(sign for sign in upload.name or "" if sign.isprintable()).strip() or _("文件")
    if len(name) <= at_most:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending) <= 5 else ""
    return name[: at_most - 1 - len(tail)] + "…" + tail


def shown(upload: UploadedFile[Any]) -> str:
    """The file's name as a sentence names it."""
    return file_name(upload, SHOWN)
