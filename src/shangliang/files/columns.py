"""Which column of somebody's table is which, told by its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

Fields = Mapping[
    str, tuple[Promise, str]
]  # field → how we call it, and the headings it goes by, the most telling first
_BRACKETS = re.compile(r"\(.*?\)|\*")


class Columns:
    """The fields that a kind of table may have."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.ranks = {
            heading: (field, rank)
            for field, (_label, headings) in fields.items()
            for rank, heading in enumerate(headings.split())
        }

    def label(self, field: str) -> str:
        """How we call a field, in words."""
        return str(self.fields[field][0])

    def understand(self, headings: Sequence[object]) -> dict[str, int]:
        """The position of each field among `headings`. Of two that mean the same, the more telling one counts."""
        found: dict[str, tuple[int, int]] = {}
        for position, heading in enumerate(headings):
            meant = self._meant(heading)
            if meant and (meant[0] not in found or meant[1] < found[meant[0]][0]):
                found[meant[0]] = (meant[1], position)
        return {field: position for field, (_rank, position) in found.items()}

    def _meant(self, heading: object) -> tuple[str, int] | None:
        if not isinstance(heading, str):
            return None
        plain = "".join(unicodedata.normalize("NFKC", heading).split()).lower().strip(":")
        return self.ranks.get(plain) or self.ranks.get(_BRACKETS.sub("", plain))
