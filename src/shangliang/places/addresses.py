"""An address read strictly along the tree: 省市 区 街道 社区, each in any of its forms or left out, with at most one
typing error in all of it.

For addresses only. In a longer text the words between the names are not accounted for, and a name that is one sign
away from ordinary words would be read into them. Here everything before the community has to be something, so that
one wrong sign can be told from a place that nobody knows. Where that leaves two places, it asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from shangliang.places import names
from shangliang.places.divisions import districts
from shangliang.places.index import Guess, Index, Reading, Resolution
from shangliang.places.models import Place
from shangliang.places.typos import FAR, NEAR, distance, only_looks, shortened

LONGEST = 16  # signs; names beyond are not looked for with errors

_LEAD = re.compile(
    r"(?:(?:家庭|现|通讯|联系|户籍|居住)?(?:住址|地址|所在地)|户籍|现居|居住|家住|现住|我家|住|在|于|是|位于|中国)+"
)
# What stands between a street and a community without naming anything: 街道办事处, 镇人民政府.
_OFFICE = re.compile(r"(?=\w{0,5}[办处府])[街道镇乡办事处公室人民政府]{1,6}(?:\w?[道办事处室府])?")
_ROAD = re.compile(r"\D{1,8}?(?:大道|大街|路(?!街)|街(?!道)|巷)(?:\d+(?:号|弄))?(?:附\d+号)?")
_ENDING = re.compile(r"(?:社区|村|嘎查)?(?:居民委员会|居委会?|村民委员会|村委会|街坊)?$")
_AREA_ENDING = re.compile(r"(?:街道|街|自治[区州县]|地区|[省市区县镇乡州旗])$")
_COMMITTEE = re.compile(r"(?:社区|村)?(?:居民|村民|居|村)?委员?会?|(?:党群|综合)?服务(?:中心|站)|工作站|党支部")
_ANOTHER = re.compile(r"\D{0,8}?(?:社区|街道|居委)|\D{1,5}?(?<!新)村")  # 光明社区红星新村 is a housing estate
_UNIT = re.compile("[号栋幢座楼单门组队院室层排期弄巷区片]")
_LATER = re.compile(r"\D*?(?:社区|村|居委)")
_PLACE_ENDS = re.compile("(?:[省市县旗镇乡]|街道|社区|村|(?:居|村)委会?|(?<![小园校院片])区)[和与及或、]?$")
_STREET_AHEAD = re.compile("路|大道|街(?!道)|巷")
_ROADLIKE = re.compile(r"(?:路|大道|街|巷)$")


class Said(NamedTuple):
    """One way to say a place; `place` is None for what contains all of these."""

    words: str
    place: Place | None
    level: int
    stem: int  # how many of the words are the place's own
    bare: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A community that the address may mean: how far from what was written, and how it was come by."""

    place: Place
    cost: int
    weak: bool  # to be asked about, never to be taken
    start: int
    end: int
    guess: Guess | None


@dataclass(frozen=True, slots=True)
class Way:
    """How far along the tree the address was read."""

    area: Place | None = None
    level: int = 0
    cost: int = 0
    guess: Guess | None = None
    exact_level: int = 0  # the lowest level that was read without an error
    loose: bool = False  # the last name was a bare one of what contains all of these
    start: int = 0
    roads: bool = True  # a road may be passed over
    road: bool = False  # and one was


class AddressReader:
    """Reads addresses within one district or city."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.said: dict[str, list[Said]] = {}
        for form, place in index.forms:
            self._note(form, place, place.level)
        for words, name in index.names.items():
            if not name.places and not name.elsewhere:
                self._note(names.Form(words, name.bare), None, name.level)
        self.longest = max(map(len, self.said), default=0)
        self.near: dict[str, list[str]] = {}
        self.beyond, self.beyond_bare = _beyond(self.said)

    def _note(self, form: names.Form, place: Place | None, level: int) -> None:
        ending = (_ENDING if level == Place.Level.COMMUNITY else _AREA_ENDING).search(form.words)
        stem = ending.start() if ending and ending.start() >= 2 else len(form.words)
        self.said.setdefault(form.words, []).append(Said(form.words, place, level, stem, form.bare))

    def resolve(self, address: str) -> Resolution:
        """The community that `address` lies in, or the street if it names no community. A typing error is
        seen through where only one community can be meant; `Resolution.guess` tells."""
        text = names.comparable(address)
        if elsewhere := self._elsewhere(text):
            return Resolution("unknown", elsewhere=elsewhere)
        readings = self.index.read(text)
        found = self.index.meaning(text, readings)
        if found.status == "found" and _is_community(found.place) and self._plain(text, readings):
            return found
        if found.elsewhere:
            return found
        leaves = list(self._leaves(text, errors=False))
        if all(leaf.weak for leaf in leaves):
            leaves = list(self._leaves(text, errors=True))
        if all(leaf.weak for leaf in leaves):
            leaves += self._swapped(text)
        return _decide(text, leaves, found)

    # --- what lies elsewhere ---

    def _elsewhere(self, text: names.Text) -> str:
        """The first place named that contains none of these: 遵义市 in 贵州省遵义市红花岗区."""
        lead = _LEAD.match(text.plain)
        return self._beyond_at(text, 0) or (self._beyond_at(text, lead.end()) if lead else "")

    def _beyond_at(self, text: names.Text, at: int) -> str:
        plain = text.plain
        while own := next((end for said, end in self._exactly(plain, at) if said.level <= Place.Level.DISTRICT), None):
            at = own
        longest = next((end for _said, end in self._exactly(plain, at)), at)
        for end in range(min(len(plain), at + LONGEST), max(longest, at + 1), -1):
            words = plain[at:end]
            if words in self.beyond or (words in self.beyond_bare and end in text.breaks):
                return text.slice(at, end)
        return ""

    # --- how surely the plain reading stands ---

    def _plain(self, text: names.Text, readings: list[Reading]) -> bool:
        """Whether nothing before or behind the last name speaks against it."""
        last = max((reading for reading in readings if reading.name.places), key=lambda reading: reading.end)
        read_to = 0
        for reading in sorted(readings, key=lambda reading: reading.start):
            gap = text.plain[read_to : reading.start]
            if gap and reading.start <= last.start and _names_something(text, read_to, reading.start):
                return False
            read_to = max(read_to, reading.end)
        if last.name.bare and _LATER.match(text.plain, last.end):
            return False
        return _bordered(text, last.end) if last.name.bare else not _goes_on(text, last.end)

    # --- reading along the tree ---

    def _leaves(self, text: names.Text, *, errors: bool, roads: bool = True) -> Iterator[Leaf]:
        found: dict[int, list[tuple[Said, int, int]]] = {}
        starts = {0, *text.breaks}
        if lead := _LEAD.match(text.plain):
            starts.add(lead.end())
        for start in sorted(starts):
            if start and (re.search(r"\d", text.plain[:start]) or _names_something(text, 0, start)):
                continue
            yield from self._walk(text, start, Way(start=start, roads=roads), found, errors=errors)

    def _swapped(self, text: names.Text) -> Iterator[Leaf]:
        """The communities meant if two neighbouring signs, of two names, changed places: 南明机区场路."""
        plain = text.plain
        for at in range(min(len(plain), 2 * LONGEST) - 1):
            pair = plain[at : at + 2]
            if pair[0] == pair[1] or pair.isascii():
                continue
            turned = replace(text, plain=plain[:at] + pair[::-1] + plain[at + 2 :])
            for leaf in self._leaves(turned, errors=False, roads=False):
                if leaf.start <= at and leaf.end > at + 1:
                    yield replace(leaf, cost=NEAR, guess=Guess(text.slice(at, at + 2), pair[::-1]))

    def _walk(
        self, text: names.Text, at: int, way: Way, found: dict[int, list[tuple[Said, int, int]]], *, errors: bool
    ) -> Iterator[Leaf]:
        if at not in found:
            found[at] = list(self._at(text.plain, at, errors=errors))
        # What is a name as it stands is no other name with an error: 花溪区 is not 花溪社区. But in a street that has
        # no community of this name, an error that ear or eye explains is likelier than a community of another street.
        whole = max((end for said, end, far in found[at] if not far and not said.bare), default=0)
        own = max(
            (end for said, end, far in found[at] if not far and not said.bare and _inside(said, way.area)), default=0
        )
        for said, end, far in found[at]:
            if said.level <= way.level or (far and way.cost) or not _inside(said, way.area):
                continue
            if said.bare and said.words[-1] == "街" and text.plain[end : end + 1] == "道":
                continue
            if far and end <= own:
                continue
            if said.level == Place.Level.COMMUNITY:
                if leaf := self._leaf(text, at, end, said, far, way):
                    yield replace(leaf, weak=True) if far > NEAR and end <= whole else leaf
                continue
            mistaken = said.level == Place.Level.STREET and end - at == len(said.words)
            if (far == FAR and not mistaken) or (far > NEAR and end <= whole):
                continue
            further = replace(
                way,
                area=said.place or way.area,
                level=said.level,
                cost=way.cost + far,
                guess=Guess(text.slice(at, end), said.words) if far else way.guess,
                exact_level=way.exact_level if far else said.level,
                loose=said.bare and said.place is None,
                road=False,
            )
            for start in (end, *_office(text.plain, end, said.level)):
                yield from self._walk(text, start, further, found, errors=errors)
            if way.roads and (road := _ROAD.match(text.plain, end)):
                yield from self._walk(text, road.end(), replace(further, road=True), found, errors=errors)

    def _leaf(self, text: names.Text, at: int, end: int, said: Said, far: int, way: Way) -> Leaf | None:
        """The community `said`, if what follows lets it stand."""
        plain, place = text.plain, said.place
        if place is None:
            return None
        bordered = _bordered(text, end)
        if (way.road and (far or said.bare)) or _number_goes_on(text, end):
            return None
        if not bordered and self._goes_on_otherwise(plain, at, end, said, far):
            return None
        in_street = way.exact_level == Place.Level.STREET
        weak = _goes_on(text, end)
        if said.bare:
            weak |= bool(_LATER.match(plain, end))
            weak |= (said.stem < 3 and not in_street and way.loose) or (bool(far) and not in_street) or way.cost == FAR
            weak |= not way.area and bool(_ROADLIKE.search(said.words))
        if far:
            weak |= not _likely(plain[at:end], said, far, way.exact_level)
            if weak and far == FAR:
                return None
        guess = Guess(text.slice(at, end), place.short_name) if far else way.guess
        stray = bool(far) and not bordered and not _COMMITTEE.match(plain, end)
        return Leaf(place, way.cost + far + stray, weak, way.start, end, guess)

    def _goes_on_otherwise(self, plain: str, at: int, end: int, said: Said, far: int) -> bool:
        """Whether the words are the beginning of something else: 光明路, 光明大厦, 光明村路."""
        if said.bare:
            area = any(other.level < Place.Level.COMMUNITY for other in self.said.get(plain[at:end], ()))
            return (
                bool(far)
                or area
                or said.stem < 3
                or plain[end] == "村"
                or bool(_ANOTHER.match(plain, end) or _ROAD.match(plain, end))
            )
        left_out_at_end = end - at < len(said.words) and said.words.startswith(plain[at:end])
        left_out_at_end &= not _COMMITTEE.match(plain, end)
        return left_out_at_end or (said.words.endswith("村") and bool(_STREET_AHEAD.match(plain, end)))

    def _at(self, plain: str, at: int, *, errors: bool) -> Iterator[tuple[Said, int, int]]:
        """What may be said at `at`, where it ends, and how far it is from what is written."""
        for said, end in self._exactly(plain, at):
            yield said, end, 0
        if not errors:
            return
        near = self._near()
        for end in range(at + 2, min(len(plain), at + LONGEST) + 1):
            typed = plain[at:end]
            for words in dict.fromkeys(words for key in shortened(typed) for words in near.get(key, ())):
                for said in self.said[words]:
                    stem = said.stem if said.level != Place.Level.STREET else max(said.stem, 3)
                    far = distance(typed, words, stem)
                    if far and not (said.bare and len(words) == 2 and len(typed) == 1):
                        yield said, end, far

    def _exactly(self, plain: str, at: int) -> Iterator[tuple[Said, int]]:
        """What is said at `at` without an error, the longest first."""
        for end in range(min(len(plain), at + self.longest), at + 1, -1):
            for said in self.said.get(plain[at:end], ()):
                yield said, end

    def _near(self) -> dict[str, list[str]]:
        """All words by what is left of them when one sign is taken out; made when first asked for."""
        if not self.near:
            made: dict[str, list[str]] = defaultdict(list)
            for words in self.said:
                # 光明社区居委会 begins with 光明社区, which will do.
                if len(words) < LONGEST and not words.endswith(("委会", "委员会")):
                    for key in dict.fromkeys(shortened(words)):
                        made[key].append(words)
            self.near = made
        return self.near


def _is_community(place: Place | None) -> bool:
    return place is not None and place.level == Place.Level.COMMUNITY


def _inside(said: Said, area: Place | None) -> bool:
    return area is None or said.place is None or said.place.path.startswith(area.path + "/")


def _office(plain: str, end: int, level: int) -> Iterator[int]:
    """Where the words end that follow a street without naming anything."""
    if level == Place.Level.STREET and (office := _OFFICE.match(plain, end)):
        yield from range(end + 1, office.end() + 1)


def _likely(typed: str, said: Said, far: int, read: int) -> bool:
    """Whether an error is likelier than a community that nobody here knows. A short name needs an error that ear or eye
    explains; and the more, the less was `read` without an error: its street, its district, only its city."""
    if far == FAR:
        return read == Place.Level.STREET
    if typed[: said.stem] == said.words[: said.stem] and not (said.words.endswith("村") and not read):
        return True
    if far == NEAR:
        return read >= Place.Level.DISTRICT or said.stem >= 3 or not only_looks(typed, said.words)
    left_out = len(typed) < len(said.words)
    if said.stem >= 3:
        return read >= (Place.Level.CITY if left_out else Place.Level.DISTRICT) or (left_out and said.stem >= 4)
    return left_out and read >= Place.Level.DISTRICT


def _names_something(text: names.Text, start: int, end: int) -> bool:
    """Whether the words passed over there name a place that nobody here knows: 温水镇, 某某社区和."""
    ends = [*sorted(at for at in text.breaks if start < at < end), end]
    return any(_PLACE_ENDS.search(text.plain[start:at]) for at in ends)


def _goes_on(text: names.Text, end: int) -> bool:
    """Whether the words go on to another name: 光明社区和康苑社区, 石板村一."""
    plain = text.plain
    if committee := _COMMITTEE.match(plain, end):
        end = committee.end()
    return _lone_numeral(text, end) or bool(_ANOTHER.match(plain, end))


def _bordered(text: names.Text, end: int) -> bool:
    """Whether a name may end here whatever it is: before a blank, a house number, or nothing at all."""
    plain = text.plain
    if end == len(plain) or end in text.breaks:
        return True
    return (plain[end].isdigit() and not _lone_numeral(text, end)) or "a" <= plain[end] <= "z"


def _number_goes_on(text: names.Text, end: int) -> bool:
    """Whether a name that ends with a number would end within one: 金水四 in 金水40号."""
    plain = text.plain
    if end == len(plain) or end in text.breaks or not plain[end - 1].isdigit():
        return False
    return plain[end].isdigit() or bool(_UNIT.match(plain, end))


def _lone_numeral(text: names.Text, at: int) -> bool:
    """Whether a Chinese numeral that counts nothing stands here: part of a name (石板一村), not of 石板村一组."""
    plain = text.plain
    end = at
    while end < len(plain) and plain[end].isdigit():
        end += 1
    return end > at and not text.source[text.origin[at]].isascii() and not _UNIT.match(plain, end)


def _decide(text: names.Text, leaves: list[Leaf], read: Resolution) -> Resolution:
    """The one community that stands out, or all that one has to choose from."""
    if exact := [leaf for leaf in leaves if not leaf.cost and not leaf.weak]:  # 新村居委会 is not 新村
        leaves = [leaf for leaf in exact if leaf.end == max(other.end for other in exact)]
    nearest = min((leaf.cost for leaf in leaves if not leaf.weak), default=None)
    if nearest is None:
        places = {leaf.place for leaf in leaves}
    else:
        places = {leaf.place for leaf in leaves if leaf.cost <= nearest + (1 if nearest else 0)}
        if len(places) == 1:
            best = min((leaf for leaf in leaves if not leaf.weak), key=lambda leaf: leaf.cost)
            return Resolution("found", best.place, (best.place,), text.slice(best.start, best.end), guess=best.guess)
    if not places:
        if not _is_community(read.place):
            return read
        places = set(read.candidates)
    return Resolution("ambiguous", None, tuple(sorted(places, key=lambda place: place.code)), read.matched)


def _beyond(own: dict[str, list[Said]]) -> tuple[set[str], set[str]]:
    """The names of all provinces, cities and districts of the country that are not `own`, and those said bare."""
    full, bare = set[str](), set[str]()
    for name in set(districts().values()):
        if len(name) < 3:
            continue
        for form in names.forms_of_area(name):
            if form.words not in own:
                (bare if form.bare else full).add(form.words)
    return full, bare
