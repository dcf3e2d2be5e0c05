"""An uploaded file between the look at it and the act: sealed on disk, named by a signed note in the address."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.files import storage
from shangliang.files.models import Attachment

LIFE = dt.timedelta(hours=20)  # files without rows are swept away after a day


@dataclass(frozen=True, slots=True)
class Kept:
    """An uploaded file, and what was said of it."""

    about: Mapping[str, Any]
    content: bytes


def keep(actor: Actor, what: str, about: Mapping[str, Any], content: bytes) -> str:
    """Put a file aside for the page `what`; gives the note that only `actor` can use to get it back."""
    file_id = uuid7()
    # What is said of it goes inside, sealed as well: addresses are logged, and a file may be called after a person.
    storage.write(actor.tenant_id, file_id, json.dumps(dict(about)).encode() + b"\n" + content)
    return signing.dumps({"id": file_id.hex, "for": _owner(actor)}, salt=what)


def get(actor: Actor, what: str, note: str) -> Kept | None:
    """The file of a note; None for somebody else's note, one too old, and a file that is gone."""
    try:
        said = signing.loads(note, salt=what, max_age=LIFE)
    except signing.BadSignature:
        return None
    row = Attachment(id=UUID(said["id"]), tenant_id=actor.tenant_id)
    if said["for"] != _owner(actor) or not storage.exists(row):
        return None
    about, content = storage.read(row).split(b"\n", 1)
    return Kept(json.loads(about), content)


def _owner(actor: Actor) -> str:
    return f"{actor.tenant_id}:{actor.person_id}"
