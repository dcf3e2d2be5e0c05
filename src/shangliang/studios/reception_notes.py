"""What is written down about a visitor: one value, however it was written, and its sealed form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.seal import seal, unseal
from shangliang.files.models import Attachment
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.studios.models import Reception
from shangliang.voices.actions import Speech
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice

Openness = Voice.Openness


@dataclass(frozen=True, slots=True)
class Kept:
    """What is sealed of a talk: everything that could tell who came and what they said."""

    name: str = ""
    phone: str = ""
    words: str = ""
    wish: str = ""
    answer: str = ""
    others: str = ""  # who received beside the receiver
    place: str = ""  # id
    where: str = ""  # in words
    speaks_for: str = Voice.For.SELF
    openness: str = Openness.HANDLERS
    tell: bool = False
    sensitive: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A note, cleaned: what is sealed, and what may be counted."""

    kept: Kept
    outcome: str  # of Reception.Outcome
    category: str
    people: int
    receiver: UUID | None
    place: Place
    place_settled: bool
    photos: Sequence[Attachment] = ()

    def speech(self, key: str, to: Body | None, *, code: str = "", at: dt.datetime | None = None) -> Speech:
        """What the visitor asks for, to be taken in as a voice that `to` holds."""
        kept = self.kept
        return Speech(
            words=f"{kept.words}\n{_('希望：')}{kept.wish}" if kept.wish else kept.words,
            place=self.place,
            key=key,
            place_settled=self.place_settled,
            place_words=kept.where,
            openness=kept.openness,
            channel=Voice.Channel.COUNTER,
            speaks_for=kept.speaks_for,
            group_size=max(2, self.people) if kept.speaks_for == Voice.For.GROUP else 1,
            reach=Reach(name=kept.name, phone=kept.phone),
            hear_by="sms" if kept.tell and kept.phone else "page",
            photos=self.photos,
            happened_at=at,
            to=to,
            code=code,
        )


def sealed(kept: Kept, row: Reception) -> bytes:
    """`kept`, so that it opens only on this row."""
    return seal(json.dumps(asdict(kept), ensure_ascii=False).encode(), _context(row))


def opened(row: Reception) -> Kept | None:
    """What was sealed of a talk; None once it was erased. The caller records the look."""
    if row.sealed is None:
        return None
    given = json.loads(unseal(row.sealed, _context(row)))
    return Kept(**{field.name: given[field.name] for field in fields(Kept) if field.name in given})


def _context(row: Reception) -> str:
    return f"reception:{row.tenant_id}:{row.pk}"
