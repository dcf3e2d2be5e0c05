"""Log-ins for many members at once: names proposed, passwords shown once."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from shangliang.core.errors import NotAllowed, Refused
from shangliang.people import actions, queries
from shangliang.people.doors import StaffRequest, office
from shangliang.people.login_names import propose
from shangliang.people.models import Member

AT_ONCE = 40  # a page of slips to cut apart


@office
@never_cache
def logins(request: StaffRequest) -> HttpResponse:
    """The members who cannot sign in yet; posting opens log-ins for those ticked, and shows their passwords once."""
    page = Paginator(queries.without_login(), AT_ONCE).get_page(request.GET.get("page"))
    rows = list({row.person_id: row for row in page}.values())
    proposed = _proposed(rows)
    refused, status = "", 200
    if request.method == "POST":
        wanted = [
            (row.person, request.POST.get(f"name-{row.person_id}", "").strip())
            for row in rows
            if f"give-{row.person_id}" in request.POST
        ]
        try:
            handed = actions.give_logins(request.actor, wanted)
            if handed:
                response = render(request, "people/logins_handed_out.html", {"handed": handed})
                response["Cache-Control"] = "private, no-store"
                return response
        except Refused as error:
            refused, status = str(error), 403 if isinstance(error, NotAllowed) else 422
    items = [
        (row, request.POST.get(f"name-{row.person_id}", proposed[row.person_id]), _ticked(request, row)) for row in rows
    ]
    return render(request, "people/logins.html", {"page": page, "items": items, "refused": refused}, status=status)


def _ticked(request: StaffRequest, row: Member) -> bool:
    """Ticked by hand, or all of the page by the link that says so."""
    return f"give-{row.person_id}" in request.POST if request.method == "POST" else "all" in request.GET


def _proposed(rows: list[Member]) -> dict[UUID, str]:
    names = [row.person.name for row in rows]
    taken = queries.usernames_like(propose(names, ()))
    return {row.person_id: name for row, name in zip(rows, propose(names, taken), strict=True)}
