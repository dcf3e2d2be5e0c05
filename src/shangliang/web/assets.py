"""Addresses of our static files, looked up once, and the pieces of SVG built on them."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString


@cache
def address(path: str) -> str:
    """The address of a static file. Without a collected manifest, the plain one: an error page must not fail."""
    try:
        return str(staticfiles_storage.url(path))
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@cache
def icon(name: str) -> SafeString:
    """An icon of `sprite.svg`, drawn in the colour and size of the text around it; silent to screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', address("web/sprite.svg"), name
    )


@cache
def shape(name: str) -> SafeString:
    """A filled shape of `sprite.svg` (the logo, a stage's window): sized by what it stands in."""
    return format_html('<svg aria-hidden="true"><use href="{}#{}"/></svg>', address("web/sprite.svg"), name)
