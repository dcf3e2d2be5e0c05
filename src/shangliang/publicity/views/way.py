"""The way of working, for all to read: what is in force, earlier and later versions, the text itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shangliang.playbooks import queries
from shangliang.playbooks.models import PlaybookText
from shangliang.playbooks.way import told


def way(request: HttpRequest) -> HttpResponse:
    """The playbook in force, as a picture and in words."""
    tenant = request.tenant  # type: ignore[attr-defined]
    return _page(request, queries.in_force(tenant.pk).digest)


def version(request: HttpRequest, digest: str) -> HttpResponse:
    """A playbook that something began under, or will, by the hash of its text."""
    return _page(request, digest)


def text(request: HttpRequest, digest: str) -> HttpResponse:
    """The text itself, as a file."""
    tenant = request.tenant  # type: ignore[attr-defined]
    try:
        response = HttpResponse(queries.text_of(tenant.pk, digest), content_type="application/yaml; charset=utf-8")
    except PlaybookText.DoesNotExist:
        raise Http404 from None
    response["Content-Disposition"] = f'attachment; filename="{tenant.slug}-{digest[:8]}.yaml"'
    return response


def _page(request: HttpRequest, digest: str) -> HttpResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    try:
        playbook = queries.kept(tenant.pk, digest)
    except PlaybookText.DoesNotExist:
        raise Http404 from None
    versions = queries.versions(tenant.pk)
    page = {
        "way": told(playbook),
        "versions": versions,
        "adopted": [one.adoption for one in versions if one.playbook.digest == digest],
        "is_in_force": digest == queries.in_force(tenant.pk).digest,
    }
    return render(request, "publicity/way.html", page)
