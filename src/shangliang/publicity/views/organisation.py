"""How a locality is organised: what a text says of it, beside what stands here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shangliang.publicity import organisation as organisations


def organisation(request: HttpRequest) -> HttpResponse:
    """The tree of places, studios, standard and duty; for a locality that ships, the figures of its text too."""
    tenant = request.tenant  # type: ignore[attr-defined]
    return render(request, "publicity/organisation.html", {"page": organisations.page(tenant)})
