"""What every answer has: the reader's preferences, a cache header, and, if asked for, a line in the log."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from shangliang.web import reading

log = logging.getLogger("shangliang.web")
# The rest of such an address is a secret: a slip's code, the token of a one-time link for a reply.
SECRET_PATH = re.compile(r"^(/s/|/[^/]+/reply/)[^/]+")


class Reading:
    """Sets `request.reading` from the cookie or from `?mode=`, `?theme=`, `?lang=`, and speaks that language.

    A choice made by a link holds at once and is kept for a year. No session, no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.writes_log = bool(getattr(settings, "ACCESS_LOG", False))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        preferences, changed = reading.of_request(request)
        request.reading = preferences  # type: ignore[attr-defined]
        with translation.override(preferences.lang):
            response = self.get_response(request)
        if changed:
            response.set_cookie(
                reading.COOKIE,
                preferences.cookie(),
                max_age=reading.YEAR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        _say_who_may_keep(request, response)
        if self.writes_log:
            took = (time.perf_counter() - started) * 1000
            log.info("%s %s %s %.0fms", request.method, masked(request.path), response.status_code, took)
        return response


def masked(path: str) -> str:
    """`path` without what must not stand in a log: a slip's code, a link's token."""
    return SECRET_PATH.sub(r"\1…", path)


def _say_who_may_keep(request: HttpRequest, response: HttpResponse) -> None:
    if not response.has_header("Cache-Control"):
        is_secret = SECRET_PATH.match(request.path)
        response["Cache-Control"] = "private, no-store" if is_secret else "private, no-cache"
    patch_vary_headers(response, ["Cookie"])  # the same address looks different to different readers
