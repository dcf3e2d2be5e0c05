"""What I was told."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shangliang.notices import actions, queries
from shangliang.people.doors import StaffRequest, staff

AT_ONCE = 100


@staff
def mine(request: StaffRequest) -> HttpResponse:
    """The last messages to whoever is signed in, the newest first; those not seen before are marked once."""
    person = request.actor.person_id
    if person is None:
        raise Http404
    rows = queries.staff_notices(person, AT_ONCE)
    response = render(request, "notices/mine.html", {"rows": rows})
    if any(row.read_at is None for row in rows):
        actions.mark_read(person)
    return response
