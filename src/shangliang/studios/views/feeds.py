"""A member's own calendar: a new secret address, shown once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.people.doors import StaffRequest, staff
from shangliang.studios.actions.feeds import new_feed as make
from shangliang.web.navigation import address_of


@never_cache
@staff
@require_POST
def new_feed(request: StaffRequest) -> HttpResponse:
    """Make the address and show it, this once; the one before is dead."""
    tenant = request.tenant  # type: ignore[attr-defined]
    address = address_of("publicity:member_feed", tenant, token=make(request.actor))
    response = render(request, "studios/feed.html", {"address": request.build_absolute_uri(address)})
    response["Referrer-Policy"] = "no-referrer"
    return response
