"""Photos: recognised by content, decoded with bounds, encoded anew, so that nothing but the picture remains."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from shangliang.core.errors import Refused
from shangliang.files.uploads import check, refusal, shown

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MEDIA_TYPE = "image/jpeg"
PIXELS = 51_000_000  # the cameras of common phones end at 50 million
LONGEST = 1600
SMALL = 480
SCANS_OF_A_JPEG = 100  # an honest progressive file has about ten
HEIC = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftyphevc", b"ftypmif1", b"ftypmsf1")

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What stands between the scans of a JPEG, but for the marks that have no length of their own.
MARK = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")

# The worst picture within the bounds takes 450 MB to decode: however many people upload at once,
# a process decodes one, and the others wait a fraction of a second.
_decoding = threading.Lock()


class TooManyPixels(Exception):
    """The header promises more pixels than we decode."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: the picture alone, upright, and a small one for lists."""

    content: bytes
    small: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def reencode(upload: UploadedFile[Any], longest: int = LONGEST) -> Photo:
    """The uploaded JPEG, PNG, WebP, GIF (first frame) or BMP as a new JPEG, its longer side at most
    `longest`, turned as its EXIF says, without any metadata.

    Raises Refused, in words that name the file, for whatever is too large, has too many pixels or
    is no picture. Slow (a quarter of a second for a phone's photo): call it outside a transaction.
    """
    check(upload, settings.PHOTO_BYTES)
    upload.seek(0)
    data = upload.read()
    if data[4:12] in HEIC:
        raise _no(upload, _("“%(name)s”是 HEIC 格式，这里打不开。截个图，或者在相册里转成 JPEG 再传。"))
    try:
        with _decoding:
            return _encode(_picture(data, longest))
    except (TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _no(upload, _("“%(name)s”的像素太多，请用手机的普通模式再拍一张，或者截个图传上来。")) from None
    except Exception as error:  # a decoder fed with anything at all raises anything at all
        raise _no(upload, _("“%(name)s”打不开，可能不是照片，换一张试试。")) from error


def _picture(data: bytes, longest: int) -> Image.Image:
    """Decode and bring to size, turned upright, in RGB."""
    image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
    if image.width * image.height > PIXELS:
        raise TooManyPixels
    # A small file of endless scans would keep the decoder busy for hours.
    if image.format in ("JPEG", "MPO") and _scans(data) > SCANS_OF_A_JPEG:
        raise ValueError("too many scans")
    scale = min(1, longest / max(image.size))
    target = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image.draft(None, target)  # JPEG only: decodes at a half, a quarter or an eighth, whichever still suffices
    image.load()
    turn = _turn(image)
    if image.mode.startswith("I;16"):  # scanners' grey of 16 bits, which convert() would clip
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode not in ("L", "RGB", "RGBA", "CMYK"):  # palettes cannot be resized well
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.size != target:
        image = image.resize(target, Image.Resampling.LANCZOS)
    image = _on_white(image)
    return image.transpose(turn) if turn is not None else image


def _scans(jpeg: bytes) -> int:
    """How many scans stand before the end mark; after it, some phones append a short film."""
    count, at = 0, 2
    while (mark := MARK.search(jpeg, at)) and mark[1] != b"\xd9":
        count += mark[1] == b"\xda"
        at = mark.end() + int.from_bytes(jpeg[mark.end() : mark.end() + 2], "big")
    return count


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken EXIF is no reason to refuse a good picture
        return None


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _encode(image: Image.Image) -> Photo:
    image.info.clear()  # the encoder would copy a comment from here
    small = image.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Photo(_jpeg(image), _jpeg(small), image.width, image.height)


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=82, progressive=True)
    return out.getvalue()


def _no(upload: UploadedFile[Any], sentence: str) -> Refused:
    return refusal(upload, sentence % {"name": shown(upload)})
