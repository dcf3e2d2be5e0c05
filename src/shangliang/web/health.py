"""Whether this process can serve: it answers, and the database does too."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """200 «ok» when the database answers, else 503."""
    connection.ensure_connection()
    if connection.is_usable():
        return HttpResponse("ok\n", content_type="text/plain")
    connection.close()
    return HttpResponse("no database\n", content_type="text/plain", status=503)
