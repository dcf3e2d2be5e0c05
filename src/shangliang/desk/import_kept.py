"""A file of messages between the look at it and the import."""

from __future__ import annotations

from dataclasses import dataclass

from shangliang.core.actors import Actor
from shangliang.files import kept

SALT = "desk.import"


@dataclass(frozen=True, slots=True)
class Kept:
    """An uploaded file, and what was said of it."""

    name: str
    public: bool
    content: bytes


def keep(actor: Actor, name: str, content: bytes, *, public: bool) -> str:
    """Put a file aside; gives the note that only `actor` can use to get it back."""
    return kept.keep(actor, SALT, {"name": name, "public": public}, content)


def get(actor: Actor, note: str) -> Kept | None:
    """The file of a note; None for somebody else's note, one too old, and a file that is gone."""
    found = kept.get(actor, SALT, note)
    return Kept(**found.about, content=found.content) if found else None
