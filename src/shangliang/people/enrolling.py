"""From a member's addresses to the community they are enrolled in, with the reason. Pure.

A reason names places and nothing else of an address: it is kept in the open. It is a record, so never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shangliang.people.models import Enrolment
from shangliang.people.private import Private
from shangliang.places.index import Resolution
from shangliang.places.models import Place

Status = Enrolment.Status
CANDIDATES_AT_MOST = 30
NAMED = 6  # candidates in a sentence
_TWO = re.compile("[与和及或跟、/]|之间|中间|交界")
_SIDE_BY_SIDE = re.compile(r"#\s*[与和及或跟、/]\s*\w{0,12}?#|#.*#\s*(?:之间|中间|交界)")
Reader = Callable[[str], Resolution]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where somebody is enrolled, or why that is not known."""

    status: str
    place: Place | None
    candidates: tuple[Place, ...]
    why: str


@dataclass(slots=True)
class Enroller:
    """Reads addresses within a district or city."""

    within: Place
    read: Reader
    communities: list[Place]  # all there are

    def outcome(self, private: Private) -> Outcome:
        """By the home; by the place of work when the home lies elsewhere or is not known."""
        work = private.work or private.unit
        if not private.home:
            if not work:
                return Outcome(Status.NOT_FOUND, None, (), "没有写住址，也没有单位地址。")
            return self._by_work(work, "没有写住址")
        if between := self._between(private.home):
            return self._of(between, "住址")
        found = self.read(private.home)
        if found.status != "unknown":
            return self._of(found, "住址")
        here = self.within.short_name
        if found.elsewhere:
            reason = f"住址在{found.elsewhere}，不在{here}"
            return self._by_work(work, reason)
        at_work = self.read(work) if work else None
        if at_work and at_work.place and at_work.place.level == Place.Level.COMMUNITY:
            why = f"住址里没认出{here}的社区；单位在{at_work.place.short_name}，要不要按单位编，请定。"
            return Outcome(Status.AMBIGUOUS, None, (at_work.place,), why)
        return Outcome(Status.NOT_FOUND, None, (), f"住址里没认出{here}的街道或社区。")

    def _by_work(self, work: str, reason: str) -> Outcome:
        if not work:
            return Outcome(Status.NOT_FOUND, None, (), f"{reason}，也没有单位地址。")
        found = self.read(work)
        if found.status == "unknown":
            why = f"{reason}；单位地址里也没认出{self.within.short_name}的社区。"
            return Outcome(Status.NOT_FOUND, None, (), why)
        outcome = self._of(found, "单位地址")
        return Outcome(outcome.status, outcome.place, outcome.candidates, f"{reason}，{outcome.why}")

    def _between(self, address: str) -> Resolution | None:
        """The communities that an address lies between, if it names two or more so: 光明社区与东门社区之间."""
        if not _TWO.search(address):
            return None
        text, named = address, dict[str, None]()
        for name in sorted({one.short_name for one in self.communities}, key=len, reverse=True):
            if name in text:  # 光明攀建社区 is no 攀建社区
                text, named[name] = text.replace(name, "#"), None
        if len(named) < 2 or not _SIDE_BY_SIDE.search(text):
            return None
        meant = tuple(one for one in self.communities if one.short_name in named)
        return Resolution("ambiguous", None, meant, "")

    def _of(self, found: Resolution, source: str) -> Outcome:
        place = found.place
        if place is not None and place.level == Place.Level.COMMUNITY:
            why = f"按{source}：{place.short_name}。"
            if found.guess:
                why += "有个别字不一样，只有这一个合得上。"
            return Outcome(Status.ASSIGNED, place, (), why)
        candidates = self._communities_of(found)
        names = "、".join(one.short_name for one in candidates[:NAMED]) + ("……" if len(candidates) > NAMED else "")
        why = f"{source}只认出{place.short_name}，没认出社区。" if place else f"{source}可能是：{names}。"
        return Outcome(Status.AMBIGUOUS, None, candidates, why)

    def _communities_of(self, found: Resolution) -> tuple[Place, ...]:
        """The communities that may be meant: of a street, all of its own."""
        meant: dict[Place, None] = {}
        for place in found.candidates or ((found.place,) if found.place else ()):
            if place.level == Place.Level.COMMUNITY:
                meant[place] = None
            else:
                meant |= dict.fromkeys(one for one in self.communities if one.path.startswith(place.path + "/"))
        return tuple(meant)[:CANDIDATES_AT_MOST]
