"""One page, two sizes: whole for a browser, the part that changed for htmx."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def respond(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page `room/x.html`, or its fragment `room/_x.html` when htmx asks. The page includes the fragment."""
    if getattr(request, "htmx", False):
        path = PurePosixPath(template)
        template = str(path.with_name(f"_{path.name}"))
    response = render(request, template, dict(context or {}), status=status)
    response["Vary"] = "HX-Request"
    return response
