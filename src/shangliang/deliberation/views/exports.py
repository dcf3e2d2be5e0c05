"""A conversation's files, streamed: for whoever keeps it at any time, for everybody once it is over."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_scopes import scope

from shangliang.deliberation import exporting, rules
from shangliang.deliberation.models import Conversation
from shangliang.deliberation.queries import conversations as queries
from shangliang.people.doors import StaffRequest, staff

FILES = {
    "comments.csv": exporting.comments,
    "votes.csv": exporting.votes,
    "participants-votes.csv": exporting.participants_votes,
}


def public(request: HttpRequest, conversation_id: UUID, file: str) -> HttpResponseBase:
    """A file of a conversation that is over; what was not shown is in it without its words."""
    row = queries.conversation(conversation_id)
    if row is None or row.status != Conversation.Status.CLOSED:
        raise Http404
    return _file(row, file, for_staff=False)


@staff
def of_staff(request: StaffRequest, conversation_id: UUID, file: str) -> HttpResponse:
    """A file as it is now, with what was not shown."""
    row = queries.conversation(conversation_id)
    if row is None or not rules.keeps(request.actor, row):
        raise Http404
    return _file(row, file, for_staff=True)  # type: ignore[return-value]


def _file(row: Conversation, name: str, *, for_staff: bool) -> HttpResponseBase:
    if name not in FILES:
        raise Http404
    response = StreamingHttpResponse(
        _within(row, FILES[name](row, for_staff=for_staff)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _within(row: Conversation, lines: Iterator[str]) -> Iterator[str]:
    # The server takes the lines after the view has left the tenant.
    while True:
        with scope(tenant=row.tenant):
            part = [line for line, _n in zip(lines, range(500), strict=False)]
        if not part:
            return
        yield "".join(part)
