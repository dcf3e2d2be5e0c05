"""A signature drawn on a screen: a data address of a PNG, checked and drawn anew in black on nothing."""

from __future__ import annotations

import base64
import binascii
import io

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from shangliang.core.errors import Refused

START = "data:image/png;base64,"
BYTES = 300_000
WIDEST, HIGHEST = 2000, 1000
LEAST_INK = 60  # pixels; a dot is not a signature
KEPT = (600, 240)


def drawn(address: str) -> bytes:
    """The PNG behind the data address that the page sends. Raises Refused for what is no drawing, and for a blank one."""
    if not address.startswith(START) or len(address) > BYTES:
        raise Refused(_("签名没有收到，再签一次。"), "drawing")
    try:
        with Image.open(io.BytesIO(base64.b64decode(address[len(START) :], validate=True)), formats=["PNG"]) as picture:
            if picture.width > WIDEST or picture.height > HIGHEST:
                raise Refused(_("签名没有收到，再签一次。"), "drawing")
            ink = picture.convert("RGBA").getchannel("A")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError) as error:
        raise Refused(_("签名没有收到，再签一次。"), "drawing") from error
    if sum(ink.histogram()[128:]) < LEAST_INK:
        raise Refused(_("还没有签，用手指或者鼠标在框里写名字。"), "drawing")
    ink.thumbnail(KEPT)
    signature = Image.merge("LA", (Image.new("L", ink.size, 20), ink))
    out = io.BytesIO()
    signature.save(out, "PNG", optimize=True)
    return out.getvalue()
