"""Reading entries into the search index: the public face of a matter, whenever staff set it."""

from __future__ import annotations

from uuid import UUID

from shangliang.ledger.queries import Line
from shangliang.ledger.readers import catch_up
from shangliang.matters.models import Matter
from shangliang.tenants.models import Tenant
from shangliang.voices import queries, search
from shangliang.voices.models import SearchText

NAME = "search"
FACES = frozenset({"matter.accepted", "matter.described"})


def index(tenant: Tenant) -> int:
    """Index the matters whose face changed since the last time, in the tenant in scope. Gives how many entries."""
    return catch_up(NAME, lambda lines: _index(tenant, lines), with_words=False)


def _index(tenant: Tenant, lines: list[Line]) -> None:
    changed = {
        UUID(row_id)
        for line in lines
        if line.entry.kind in FACES
        for kind, row_id in line.body["subjects"]
        if kind == "matter"
    }
    rows = (
        Matter.objects.filter(pk__in=changed)
        .select_related("place__parent")
        .only("tenant", "title", "summary", "place__short_name", "place__parent__short_name")
    )
    for matter in rows.order_by("id"):
        place = matter.place
        above = place.parent.short_name if place.parent else ""
        _put(matter, search.index_tokens(tenant.mark, matter.title, matter.summary, place.short_name, above))


def _put(matter: Matter, tokens: list[str]) -> None:
    """Let a matter be found by `tokens`, and by nothing it was found by before."""
    text = " ".join(tokens)
    known = SearchText.objects.filter(matter=matter).first() or SearchText(tenant_id=matter.tenant_id, matter=matter)
    if known.tokens != text:
        known.row, known.tokens = queries.index_row(known.row, known.tokens, text), text
        known.save()
