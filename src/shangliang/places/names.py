"""How places are named: the short form of an official name, the forms people use, and text made comparable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from opencc import OpenCC

_SIMPLIFIED = OpenCC("t2s")
# Committees as the tables end their names, with their misspellings and cut-off forms.
_RESIDENTS = r"(?:居民委员会?|居民委会员|居委会?)"
_VILLAGERS = r"(?:村民委员[会民]?|村民委会员|村委会?)"
_NOTE = re.compile(r"(?<=[会区村查])(?:（[^（）]*）)+$")  # …村委会（合隆经济开发区）（省级）
_OF_COMMUNITY = re.compile(rf"^(.+社区)(?:{_RESIDENTS}|{_VILLAGERS}|居|委员会)$")
_OF_GACHA = re.compile(rf"^(.+嘎查)村?(?:{_VILLAGERS}|{_RESIDENTS}|人民委员会|委会)$")
_OF_VILLAGE = re.compile(rf"^(.+?)村?{_VILLAGERS}$")
_OF_RESIDENTS = re.compile(rf"^(.+?){_RESIDENTS}$")


def short_name(name: str, above: str = "") -> str:
    """A place as people say it: 119街社区居委会 → 119街社区, 武东村委会 → 武东村, 东门居民委员会 → 东门居委会.

    `above` is the name of the street it belongs to, which some names repeat: 花山街道红焰社区 → 红焰社区.
    """
    if above and (rest := name.rpartition(above)[2]) != name and stem_of(short_name(rest)) != short_name(rest):
        name = rest
    short = _NOTE.sub("", name)
    for pattern, form in (
        (_OF_COMMUNITY, "{}"),
        (_OF_GACHA, "{}"),
        (_OF_VILLAGE, "{}村"),
        (_OF_RESIDENTS, "{}居委会"),
    ):
        if found := pattern.match(short):
            return form.format(found[1])
    return short.removesuffix("办事处") if short.endswith("街道办事处") else short


def is_statistical(code: str, name: str) -> bool:
    """Whether statistics count this street or community though nobody governs it as one.

    GB/T 10114: the last three digits of a street's code are 001–099 for streets, 100–199 for towns,
    200–399 for townships, and from 400 for zones, farms and companies that are no body of government.
    Virtual communities fill such an area, or the rest of a street, in the statistics.
    """
    return (len(code) == 9 and code[6:] >= "400") or (len(code) == 12 and "虚拟" in name)


# --- text made comparable -------------------------------------------------------------------------

_DIGIT = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_NUMERAL = re.compile("[零〇○一二三四五六七八九十百]+")
_COUNTED = re.compile("(?:([一二三四五六七八九])百零?)?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?")


@dataclass(slots=True)
class Text:
    """A text for comparing: simplified, half-width, without blanks, numerals as Arabic digits."""

    plain: str
    source: str  # the text as it was, but simplified and half-width
    origin: list[int] = field(default_factory=list)  # where in `source` each sign of `plain` comes from
    breaks: set[int] = field(default_factory=set)  # where in `plain` a word ends: blanks, commas, a change of numerals

    def slice(self, start: int, end: int) -> str:
        """The words of `source` behind `plain[start:end]`."""
        after = self.origin[end] if end < len(self.origin) else len(self.source)
        return self.source[self.origin[start] : after].rstrip(" ,.、;:-()")


def comparable(text: str) -> Text:
    """`text` made comparable. Full-width signs, traditional script, blanks, punctuation and Chinese
    numerals (一一〇, 十九, 一百一十九) no longer matter."""
    source = _SIMPLIFIED.convert(unicodedata.normalize("NFKC", text))
    if source.isalpha() and not _NUMERAL.search(source):  # nothing to be made comparable: most names
        return Text(source.lower(), source, list(range(len(source))))
    made, plain = Text("", source), list[str]()
    at = 0
    while at < len(source):
        sign = source[at]
        if not sign.isalnum() and sign not in "〇○":
            made.breaks.add(len(plain))
            at += 1
            continue
        run = _NUMERAL.match(source, at)
        digits = _arabic(run[0]) if run else ""
        if run and digits:
            # 五一3号 is 五一, then 3号: digits of different script don't run together.
            if plain and plain[-1].isdigit():
                made.breaks.add(len(plain))
            plain += digits
            if source[run.end() : run.end() + 1].isdigit():
                made.breaks.add(len(plain))
            made.origin += [at] * len(digits)
            at = run.end()
            continue
        plain.append(sign.lower())
        made.origin.append(at)
        at += 1
    made.plain = "".join(plain)
    return made


def _arabic(numeral: str) -> str:
    """A Chinese numeral in digits, read out (一一九) or counted (一百一十九); "" if it is neither (百)."""
    if all(sign in _DIGIT for sign in numeral):
        return "".join(_DIGIT[sign] for sign in numeral)
    found = _COUNTED.fullmatch(numeral)
    if not found or not any(found.groups()):
        return ""
    hundreds, tens, ten, ones = found.groups()
    count = 100 * int(_DIGIT.get(hundreds, 0)) + int(_DIGIT.get(ones, 0))
    return str(count + 10 * int(_DIGIT.get(tens, 1)) if ten else count)


# --- the forms people use -------------------------------------------------------------------------

_NUMBERED = re.compile(r"\d+街$")
_HOLIDAY = re.compile("[一二三四五六七八九]{2}街$")  # 五一街 is a road, 十九街 and 一一九街 are blocks
_ORDINARY = frozenset({"街道", "社区", "居民", "村民"})  # 街道社区 is a community, 街道 is none
ROAD = re.compile(r"(?:路|道|街|巷|胡同)$")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a place. A `bare` one (光明, 武东) is also an ordinary word and needs a clean
    border around it; a `roadlike` one (三弓路) may as well mean the road."""

    words: str  # comparable
    bare: bool = False
    roadlike: bool = False


def stem_of(short: str) -> str:
    """A community's or village's own word: 光明 of 光明社区, 武东 of 武东村."""
    for ending in ("社区", "居委会", "嘎查", "村"):
        if short.endswith(ending) and len(short) - len(ending) >= 2:
            return short.removesuffix(ending)
    return short


def forms_of_community(name: str, short: str) -> Iterator[Form]:
    """The ways to say a community or village with this official and short name."""
    stem = re.sub("(社区|居委会)$", "", short)
    yield from (Form(comparable(form).plain) for form in (name, short))
    if short != stem:
        endings = ("社区", "居委会", "居民委员会", "居委")
        yield from (Form(comparable(stem + ending).plain) for ending in endings)
    bare = stem_of(short)
    words = comparable(bare).plain
    numbered = bool(_NUMBERED.match(words)) and not _HOLIDAY.match(bare)
    if numbered:  # blocks of works housing: 119街社区 is said 119社区, 119街坊
        number = words.removesuffix("街")
        yield from (Form(number + ending) for ending in ("社区", "居委会", "街坊", "街坊社区", "街区"))
    if bare != short and len(words) >= 2 and bare not in _ORDINARY:
        yield Form(words, bare=True, roadlike=bool(ROAD.search(bare)) and not numbered)


_PEOPLES = (
    "布朗|布依|达斡尔|鄂伦春|鄂温克|哈尼|哈萨克|基诺|柯尔克孜|拉祜|毛南|蒙古|仫佬|纳西|普米|塔吉克|土家|维吾尔|锡伯|仡佬|裕固|"
    "阿昌|保安|朝鲜|德昂|东乡|俄罗斯|景颇|傈僳|撒拉|满|苗|侗|水|瑶|彝|壮|白|畲|回|羌|黎|傣|佤|藏|土|怒|京|各"
)
_OF_PEOPLES = re.compile(rf"^(.{{2,}}?)(?:(?:{_PEOPLES})族)+(?:自治)?(?=[乡镇县旗州]$)")


def forms_of_area(name: str) -> Iterator[Form]:
    """The ways to say a street, town, district, city or province."""
    yield Form(comparable(name).plain)
    if found := _OF_PEOPLES.match(name):  # 小碧布依族苗族乡 is said 小碧乡
        name = found[1] + name[found.end() :]
        yield Form(comparable(name).plain)
    if name.endswith("街道"):
        yield Form(comparable(name.removesuffix("道")).plain, bare=True)
    stem = re.sub("(街道|自治区|地区|[省市区县镇乡])$", "", name)
    if stem != name and len(stem) >= 2:
        yield Form(comparable(stem).plain, bare=True, roadlike=bool(ROAD.search(stem)))
