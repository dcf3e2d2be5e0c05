"""Reading voices: by slip, behind a matter, and whether the public may see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from shangliang.core.seal import keyed_hash, unseal
from shangliang.ledger.models import Entry, Words
from shangliang.ledger.queries import read
from shangliang.matters.models import OPEN, Matter
from shangliang.places.models import Place
from shangliang.voices import contacts
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Slip, Support, Voice

CONSENTING = Q(openness=Voice.Openness.PUBLIC, consent_withdrawn_at=None, held=False)


@dataclass(frozen=True, slots=True)
class Said:
    """A voice with its words in the clear."""

    voice: Voice
    words: str


def slip_digest(code: str, tenant_id: UUID) -> bytes:
    """What a slip is found by."""
    return keyed_hash(code, f"slip:{tenant_id}")


def slip_code(slip: Slip) -> str:
    """The code of a slip, in the clear."""
    return unseal(slip.sealed, f"slip:{slip.tenant_id}:{slip.pk}").decode()


def by_slip(code: str, tenant_id: UUID) -> Slip | None:
    """The slip with this (cleaned) code, dead ones included, with voice, matter and place (one query)."""
    rows = Slip.objects.select_related(
        "voice__words",
        "voice__contact",
        "voice__matter__place__parent",
        "voice__matter__holder",
        "voice__matter__lead__place__parent",
        "voice__matter__lead__holder",
    )
    return rows.filter(digest=slip_digest(code, tenant_id)).first()


def live_slip(voice: Voice) -> Slip | None:
    """The slip in force of a voice (of the voice it follows, for an addition)."""
    owner = voice.follows_id or voice.pk
    return Slip.objects.filter(voice=owner, died_at=None).order_by("-issued_at").first()


def behind(matter_ids: Iterable[UUID], *, limit: int | None = None) -> list[Said]:
    """The voices behind matters, first first, with their words (one query)."""
    rows = Voice.objects.filter(matter__in=list(matter_ids)).select_related("words", "contact")
    return [Said(voice, read(voice.words)) for voice in rows.order_by("happened_at", "id")[:limit]]


def public_words(matter_ids: Iterable[UUID], limit: int) -> list[Said]:
    """The words behind matters that the public may read: consented to, and cleared by staff (one query)."""
    rows = Voice.objects.filter(CONSENTING, matter__in=list(matter_ids)).exclude(cleared_at=None)
    rows = rows.select_related("words").order_by("happened_at", "id")[:limit]
    return [Said(voice, read(voice.words)) for voice in rows]


def has_consent(matter_ids: Iterable[UUID]) -> bool:
    """Whether any voice behind the matters consents to being public."""
    return Voice.objects.filter(CONSENTING, matter__in=list(matter_ids)).exists()


def is_public_face(matter: Matter, matter_ids: Iterable[UUID]) -> bool:
    """Whether the public may see the matter: a face set by staff, and consent of a voice behind it. One that nobody
    raised (a topic that staff put forward) has nothing to ask consent for."""
    if not matter.title or matter.status == Matter.Status.RAISED:
        return False
    return has_consent(matter_ids) or not Voice.objects.filter(matter__in=list(matter_ids)).exists()


def to_erase(voice: Voice) -> list[UUID]:
    """The ids of the texts that go when a voice is erased: its words, and what its owner wrote later
    under it (a remark with a confirmation); those erased before are left out (two queries)."""
    naming = Entry.objects.filter(subjects__subject=voice.pk).values_list("pk", "body")
    own = [entry for entry, body in naming if json.loads(body)["actor"]["kind"] == "resident"]
    texts = Words.objects.filter(Q(pk=voice.words_id) | Q(entry__in=own), erased_at=None)
    return list(texts.order_by("pk").values_list("pk", flat=True))


def with_all(voice_id: UUID) -> Voice | None:
    """A voice with its words, contact and matter, and its photos in one further query."""
    rows = Voice.objects.select_related("words", "contact", "matter__place").prefetch_related("photos__attachment")
    return rows.filter(pk=voice_id).first()


def on_same_slip(voice: Voice) -> list[Voice]:
    """The other voices on the slip of a voice, first first, those erased left out."""
    owner = voice.follows_id or voice.pk
    rows = Voice.objects.filter(Q(pk=owner) | Q(follows=owner)).exclude(pk=voice.pk)
    return list(rows.filter(words__erased_at=None).order_by("happened_at", "id"))


def reach_of(voice: Voice) -> Reach:
    """How to reach whoever spoke. The caller records the look."""
    contact = voice.contact
    if contact is None or contact.sealed is None:
        return Reach()
    return contacts.opened(contact.sealed, contact.tenant_id, contact.pk)


def supports(matter_id: UUID, device: bytes) -> bool:
    """Whether this device already said 我也是."""
    return Support.objects.filter(matter=matter_id, device=device).exists()


def key_for(stamp: str, words: str) -> str:
    """The key under which a form with this stamp says these words.

    The same words again are a retry; other words on the same form (somebody went back and wrote
    something new) are another voice, and must not vanish behind the first receipt.
    """
    for n in count():
        key = f"{stamp}-{n}" if n else stamp
        known = Voice.objects.filter(key=key)
        if not known.exists() or read(known.select_related("words").get().words) == words:
            return key
    raise AssertionError("count() has no end")


def just_raised(voice_id: UUID) -> Voice | None:
    """A voice with its matter, place and holder, for its receipt (one query)."""
    return Voice.objects.filter(pk=voice_id).select_related("matter__place__parent", "matter__holder").first()


def neighbours(place: Place, limit: int = 3) -> list[Matter]:
    """The newest public matters of a place that are still open (one query)."""
    rows = Matter.objects.filter(is_public=True, place=place, status__in=OPEN, lead=None)
    return list(rows.order_by("-raised_at", "id")[:limit])


# --- the search index, the one place where the engines differ ---------------------------------------
# SQLite has an FTS5 table that numbers its rows itself, so that the newest text has the highest row.
# PostgreSQL has a GIN index over the array of tokens. A migration makes them.

HITS_AT_MOST = 2000  # of one search, the newest first: a common word must not cost more on a large site
MATCHING = {
    "sqlite": (
        'SELECT "matter_id" FROM "voices_searchtext" WHERE "tenant_id" = %s AND "row" IN '
        "(SELECT rowid FROM voices_search WHERE voices_search MATCH %s ORDER BY rowid DESC LIMIT %s)"
    ),
    "postgresql": (
        'SELECT "matter_id" FROM "voices_searchtext" WHERE "tenant_id" = %s '
        "AND string_to_array(tokens, ' ') @> %s::text[] ORDER BY \"matter_id\" DESC LIMIT %s"
    ),
}


def ids_matching(tenant_id: UUID, tokens: Sequence[str]) -> RawSQL:
    """The ids of the tenant's matters that have all `tokens` (at least one), as a subquery for `pk__in`:
    so whoever searches checks who may see the rows in the same query.
    """
    tenant = tenant_id.hex if connection.vendor == "sqlite" else tenant_id
    wanted = " ".join(f'"{token}"' for token in tokens) if connection.vendor == "sqlite" else list(tokens)
    return RawSQL(MATCHING[connection.vendor], (tenant, wanted, HITS_AT_MOST))  # noqa: S611


def index_row(row: int | None, was: str, tokens: str) -> int | None:
    """Bring SQLite's FTS5 table from `was` to `tokens` and give its row; PostgreSQL keeps its index itself."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        if row is not None:
            # A table without content forgets a text only if it is told which.
            cursor.execute(
                "INSERT INTO voices_search (voices_search, rowid, tokens) VALUES ('delete', %s, %s)", [row, was]
            )
        cursor.execute("INSERT INTO voices_search (rowid, tokens) VALUES (%s, %s)", [row, tokens])
        return row or int(cursor.lastrowid)
