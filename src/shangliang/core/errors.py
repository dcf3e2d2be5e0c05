"""What can go wrong when a person acts, in that person's words."""

from __future__ import annotations


class Refused(Exception):
    """An act was refused. `str(error)` is a sentence for the person who tried.

    `field` names the form field the sentence belongs beside, or is None when it
    concerns the act as a whole.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotAllowed(Refused):
    """This actor may not do this here; the sentence says why."""


class Changed(Refused):
    """Somebody else changed the matter since this actor looked at it."""
