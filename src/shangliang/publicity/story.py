"""From entries to what the public reads of them: only the words that will be shown are opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from shangliang.delivery.telling import PERSONAL, SPEECH
from shangliang.ledger.models import Entry, Words
from shangliang.ledger.queries import Line
from shangliang.ledger.queries import read as opened

KINDS = frozenset(SPEECH) - {"matter.described"}  # what is told to everybody; a new title speaks for itself
SILENT = ("note",)  # slots that are for the receiving body alone


def read(entries: list[Entry], cleared: Mapping[UUID, UUID]) -> tuple[list[Line], dict[UUID, str]]:
    """The entries with the words that are for the public, and the texts of `cleared` (voice → words) by
    the id of the words (one query). What residents said and nobody cleared stays sealed.
    """
    ours = [entry.pk for entry in entries if entry.kind not in PERSONAL]
    rows = Words.objects.filter(entry__in=ours)
    if cleared:
        # A union, for a condition with “or” makes SQLite read all the tenant's words.
        spoken_ones = Words.objects.filter(pk__in=list(cleared.values()))
        rows = Words.objects.filter(pk__in=rows.values("pk").union(spoken_ones.values("pk")))
    texts: dict[UUID, dict[str, str]] = {}
    spoken: dict[UUID, str] = {}
    shown = set(cleared.values())
    for row in rows.exclude(slot__in=SILENT):
        text = opened(row)
        texts.setdefault(row.entry, {})[row.slot] = text
        if row.pk in shown and row.sealed is not None:
            spoken[row.pk] = text
    return [Line(entry, json.loads(entry.body), texts.get(entry.pk, {})) for entry in entries], spoken


def bodies_in(lines: Iterable[Line]) -> set[UUID]:
    """The bodies that acted."""
    return {UUID(body) for line in lines if (body := line.body["actor"].get("body"))}
