"""What every template knows, without a query."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from shangliang.web.reading import Preferences


def page(request: HttpRequest) -> dict[str, Any]:
    """Gives templates `reading` (how the reader wants pages) and `tenant` (None outside one)."""
    return {
        "reading": getattr(request, "reading", None) or Preferences(),
        "tenant": getattr(request, "tenant", None),
    }
