"""The names of a district or city made ready for reading addresses. Pure: no database.

An address is read as a row of names, each of which may mean several places; the names are joined
along the tree, so that 武东街道武东村 leaves one place and 武东 alone leaves three. What remains
uncertain is said to be so: a wrong community is worse than a question.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, NamedTuple

from shangliang.places import names
from shangliang.places.divisions import STAND_INS
from shangliang.places.models import Place

Status = Literal["found", "ambiguous", "unknown"]


class Guess(NamedTuple):
    """What was typed, and the name it was taken for: a typing error that `resolve_address` saw through."""

    typed: str
    meant: str


# What may stand between the start of a clause and a bare name, or after one.
_LEAD = re.compile(r"(?:[在住是到于至从及与和跟的有来去我们咱本该问]|\d[号栋院]|大道|大街|[路巷弄])$")
_TRAIL = re.compile(r"(?:附近|那边|这边|旁边|门口|的|有|这里|那里|\d)")
_ROADS = "(?:路(?![灯面口边上旁牌况])|大道|大街|巷(?![子口])|胡同|马路|街(?![道坊区上边]))"
_ROAD_AHEAD = re.compile(_ROADS)
# A bare word is no name of ours when it goes on as a road (建设二路) or another place (红焰新村).
_OTHER_AHEAD = re.compile(rf"\d*{_ROADS}|\w{{0,2}}?(?:社区|村|居委|居民委|街道|[镇乡])")
_COUNTED = re.compile(r"[\d号栋楼幢座门室组单]")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an address means. `found`: `place` is the one. `ambiguous`: one of `candidates`, or not
    surely the only one; ask. `unknown`: it names no place here, but perhaps one `elsewhere`. `matched` is
    what was read of the address, `guess` the typing error in it, if one was seen through. The places are
    shared between calls: read them only."""

    status: Status
    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    matched: str = ""
    elsewhere: str = ""
    guess: Guess | None = None


@dataclass(slots=True)
class Name:
    """Everything that one form of words may mean."""

    places: list[Place] = field(default_factory=list)
    bare: bool = True
    roadlike: bool = False
    level: int = 0  # of an outer place: one that contains the district, or one beside these
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A name as it stands in a text."""

    name: Name
    start: int
    end: int
    sure: bool  # nothing beside it makes it doubtful
    leaning: bool = False  # it is a name here only if the words right after it are one too


class Index:
    """The names within one district or city."""

    def __init__(
        self,
        places: Iterable[Place],
        aliases: Iterable[tuple[Place, str]],
        outer: Iterable[tuple[int, str]],
        elsewhere: Iterable[tuple[int, str]],
    ) -> None:
        """`places` are all places inside; `aliases` other names of theirs; `outer` the levels and names
        of the district itself and what contains it; `elsewhere` those of the places beside these."""
        self.names: dict[str, Name] = {}
        self.forms: list[tuple[names.Form, Place]] = []
        # Statistical areas (开发区, 武钢集团) are named for what people mean in another sense: they answer
        # only when the address is nothing else.
        self.whole: dict[str, list[Place]] = defaultdict(list)
        self.places = list(places)
        for place in self.places:
            self._add_place(place)
        for place, alias in aliases:
            self._add(names.Form(names.comparable(alias).plain), place)
        self._widen_bare_names()
        for level, name in outer:
            self._add_outer(level, name, elsewhere=False)
        for level, name in elsewhere:
            self._add_outer(level, name, elsewhere=True)
        lengths: dict[str, set[int]] = defaultdict(set)
        for words in self.names:
            lengths[words[:2]].add(len(words))
        self.lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self.picks = [
            (names.comparable(place.short_name).plain, place) for place in self.places if not place.statistical_only
        ]

    # --- building ---

    def _add_place(self, place: Place) -> None:
        if place.level == Place.Level.COMMUNITY:
            for form in names.forms_of_community(place.name, place.short_name):
                if not (place.statistical_only and form.bare):
                    self._add(form, place)
        elif place.statistical_only:
            self.whole[names.comparable(place.name).plain].append(place)
        else:
            for form in names.forms_of_area(place.name):
                self._add(form, place)

    def _add(self, form: names.Form, place: Place) -> None:
        if len(form.words) < 2:
            return
        self.forms.append((form, place))
        name = self.names.setdefault(form.words, Name())
        if place not in name.places:
            name.places.append(place)
        name.bare &= form.bare
        name.roadlike |= form.roadlike

    def _widen_bare_names(self) -> None:
        """光明 may be short for 光明攀建 too: a bare name also means the places whose own word begins so."""
        communities = [p for p in self.places if p.level == Place.Level.COMMUNITY and not p.statistical_only]
        stems = [names.comparable(names.stem_of(place.short_name)).plain for place in communities]
        ordered = sorted(zip(stems, communities, strict=True), key=itemgetter(0))
        for words, name in self.names.items():
            if not name.bare:
                continue
            for at in range(bisect_left(ordered, words, key=itemgetter(0)), len(ordered)):
                stem, place = ordered[at]
                if not stem.startswith(words):
                    break
                if place not in name.places:
                    name.places.append(place)

    def _add_outer(self, level: int, name: str, *, elsewhere: bool) -> None:
        if name in STAND_INS or (elsewhere and len(name) < 3):
            return
        for form in names.forms_of_area(name):
            if form.words not in self.names and not (elsewhere and form.bare):
                self.names[form.words] = Name([], form.bare, form.roadlike, level, elsewhere)

    # --- reading ---

    def resolve(self, address: str) -> Resolution:
        """The community that `address` lies in, or the street if it names no community."""
        text = names.comparable(address)
        return self.meaning(text, self.read(text))

    def meaning(self, text: names.Text, readings: list[Reading]) -> Resolution:
        """What the names read in `text` mean together."""
        outer = [reading for reading in readings if not reading.name.places]
        named = {reading.name.level for reading in outer if not reading.name.elsewhere}
        beyond = [reading for reading in outer if reading.name.elsewhere and reading.name.level not in named]
        if beyond:
            return Resolution("unknown", elsewhere=text.slice(beyond[0].start, beyond[0].end))
        inner = [reading for reading in readings if reading.name.places]
        if not inner:
            after = max((reading.end for reading in outer), default=0)
            return _answer(self.whole.get(text.plain[after:], []), text.source.strip(), sure=True)
        places, sure = _join(inner)
        matched = "".join(dict.fromkeys(text.slice(reading.start, reading.end) for reading in inner))
        return _answer(places, matched, sure)

    def read(self, text: names.Text) -> list[Reading]:
        """The names in the text from left to right, at each place the longest that may stand there."""
        readings: list[Reading] = []
        at = 0
        while at < len(text.plain):
            for name, end in self._at(text, at):
                if reading := self._judge(text, name, at, end, readings):
                    readings.append(reading)
                    at = end
                    break
            else:
                at += 1
        starts = {reading.start for reading in readings}
        return [reading for reading in readings if not reading.leaning or reading.end in starts]

    def _at(self, text: names.Text, start: int) -> Iterator[tuple[Name, int]]:
        """The names whose words stand at `start`, longest first."""
        plain = text.plain
        for length in self.lengths.get(plain[start : start + 2], ()):
            name = self.names.get(plain[start : start + length])
            if name is not None and start + length <= len(plain):
                yield name, start + length

    def _judge(self, text: names.Text, name: Name, start: int, end: int, before: list[Reading]) -> Reading | None:
        """The name as read here, or None when the words around it make it something else."""
        plain = text.plain
        cut_left = start == 0 or start in text.breaks
        cut_right = end == len(plain) or end in text.breaks
        if plain[start].isdigit() and not cut_left and plain[start - 1].isdigit():
            return None  # 19街 in 119街
        if plain[end - 1].isdigit() and not cut_right and _COUNTED.match(plain, end):
            return None  # 金水3 in 金水3号, though there is a 金水三村
        # 五星村路 is a road; 红焰新村 another village, but 红钢城二街 is a street and its block.
        other = _OTHER_AHEAD if name.bare else _ROAD_AHEAD if plain[end - 1] == "村" else None
        blocked = not cut_right and other is not None and other.match(plain, end) is not None
        last = before[-1] if before and before[-1].end == start else None
        clean_left = cut_left or last is not None or bool(_LEAD.search(plain, max(0, start - 3), start))
        if not name.places:
            return None if name.elsewhere and not clean_left else Reading(name, start, end, True, blocked)
        if not name.bare:
            return Reading(name, start, end, clean_left, blocked)
        distinctive = end - start >= 3
        alone = not blocked and (cut_right or distinctive or bool(_TRAIL.match(plain, end)))
        if not clean_left or _only_house_number(text, start, end) or not (alone or any(self._at(text, end))):
            return None
        # 青山新村 may be a place of its own: a short word right after 青山 is not surely the community.
        glued = last is not None and not last.name.places and last.name.bare
        loose = glued and not distinctive and not plain[start].isdigit()
        return Reading(name, start, end, not name.roadlike and not loose, not alone)

    # --- picking ---

    def suggest(self, text: str, limit: int) -> list[Place]:
        """Places whose name begins with or contains `text`, for a list to pick from: the closest first."""
        words = names.comparable(text).plain
        if not words:
            return []
        found = [(name, place) for name, place in self.picks if words in name]
        found.sort(key=lambda pick: (not pick[0].startswith(words), len(pick[0]), pick[1].code))
        return [place for _name, place in found[:limit]]


def _only_house_number(text: names.Text, start: int, end: int) -> bool:
    """Whether bare words that are all digits (五一) were written as a number (51)."""
    return text.plain[start:end].isdigit() and text.source[text.origin[start]].isascii()


def _covers(area: Place, place: Place) -> bool:
    return place.path.startswith(area.path + "/")


def _join(readings: list[Reading]) -> tuple[list[Place], bool]:
    """The places that fit all the names read (one at least), each narrowing the last, and whether
    they surely do."""
    giver, *others = sorted(readings, key=lambda reading: reading.name.bare)  # plain names before bare words
    places, sure, at_odds = list(giver.name.places), giver.sure, False
    for reading in others:
        meant = reading.name.places
        if inside := [place for place in meant if any(_covers(area, place) for area in places)]:
            places, sure, giver = inside, reading.sure, reading
        elif confirmed := [place for place in places if any(_covers(area, place) for area in meant)]:
            places = confirmed
        elif same := [place for place in places if place in meant]:
            places, sure = same, sure or reading.sure
        elif giver.name.bare or not reading.name.bare or not _all_communities(places) or _all_areas(meant):
            places, at_odds = [*places, *meant], True
        else:
            # A stray word doesn't unsay a community plainly named; but 新建新村 may be one name, not two.
            at_odds = at_odds or reading.end == giver.start
    return places, sure and not at_odds


def _all_communities(places: list[Place]) -> bool:
    return all(place.level == Place.Level.COMMUNITY for place in places)


def _all_areas(places: list[Place]) -> bool:
    return all(place.level < Place.Level.COMMUNITY for place in places)


def _answer(places: list[Place], matched: str, sure: bool) -> Resolution:
    unique = sorted({place for place in places if place.level >= Place.Level.STREET}, key=lambda place: place.code)
    if not unique:
        return Resolution("unknown")
    if sure and len(unique) == 1:
        return Resolution("found", unique[0], (unique[0],), matched)
    return Resolution("ambiguous", None, tuple(unique), matched)
