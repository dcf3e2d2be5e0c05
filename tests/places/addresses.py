"""Invented members with addresses in the real communities of a city, as people write them down: in full and cut
short, in traditional script, and one in ten with a typing error. The same seed always gives the same members.

Which signs get mixed up is told here by the sound (pypinyin) and by groups written down by hand, not by the tables
the reader has: it shall not be measured by its own rule.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from opencc import OpenCC
from pypinyin import lazy_pinyin

from shangliang.places import divisions, names

DAMAGES = ("homophone", "lookalike", "drop", "double", "swap")
_TRADITIONAL = OpenCC("s2t")
_PEOPLES = re.compile(r"(?:(?:布依|苗|回|土家|侗|彝|仡佬|水|白|壮|瑶|满|蒙古|藏|朝鲜|畲|维吾尔|哈萨克)族)+(?=[乡镇])")
# Signs that look alike, by eye.
_LOOKS = """己已巳 未末 土士 大太犬 人入八 日曰目 天夫无 王玉主 木术本 田由甲申 干千于 刀力 鸟乌马 坝坎坂 苑宛范 坡披波
沟构购 河何 桥侨矫 城诚域 湖糊潮 里理埋 明朋胡 东车 西酉 村材衬 云去 花化 平乎 龙尤 金全 石右 白自百 营菅 贵责 山出 园圆团
街衔 光先 井并开 寨塞赛 青清请 林材 文交 红江 高亮 场扬杨 观现 和知 三王 中申 长张 福富 家冢 兴头 学字 星皇 建健 塘糖溏 湾弯
岭铃 州洲 羊洋 洞铜 北比 门问 永水 甘甜 官宫 洛络 杉彬 堡煲 坪评 麦表 茶荼 关美 新断 安宴 民氏 楼搂 朱未 谷俗 温湿 滨宾 晒洒
哨悄 拐扬 庄压 谢射 凤风 鱼渔 桃挑 柳聊 杨扬 梅海 梨犁 竹仿 松杻 合台 同向 丰三 利和 顺须 华毕 胜性 正止 华草 阳阴 后石""".split()


class Street(NamedTuple):
    province: str
    city: str
    district: str
    name: str


class Community(NamedTuple):
    code: str
    short: str
    street: Street


@dataclass(frozen=True, slots=True)
class Member:
    """An invented member; `code` is the community the address was made from."""

    key: str
    name: str
    address: str
    code: str
    form: str
    damage: str = ""


def members(area: str, seed: int, count: int, damaged: float = 0.1) -> list[Member]:
    """Invented members in the communities of a city (4 digits) or district (6)."""
    chance = random.Random(f"{area}/{seed}")
    land = _land(area)
    made = []
    for number in range(count):
        home = chance.choice(land.told_apart)
        form = chance.choice([key for key, fits in _FITS.items() if fits(land, home)])
        said = _FORMS[form](home, chance)
        kind = chance.choice(DAMAGES) if chance.random() < damaged else ""
        if kind and (wrong := _damage(said, home, kind, chance)):
            said = wrong
        else:
            kind = ""
        house = chance.choice(_NUMBERS if form == "said short" else _HOUSES)
        address = said + house.format(a=chance.randint(1, 40), b=chance.randint(1, 6))
        if form == "traditional":
            address = _TRADITIONAL.convert(address)
        made.append(Member(f"M{number:05}", f"虚构委员{number:05}", address, home.code, form, kind))
    return made


def strangers(area: str, seed: int, count: int) -> list[str]:
    """Addresses in existing streets with communities that do not exist there nor anywhere in the area."""
    chance = random.Random(f"{area}/{seed}/strangers")
    land = _land(area)
    heads, tails = zip(*((stem[0], stem[-1]) for stem in land.stems if len(stem) == 2), strict=True)
    beginnings = {stem[:length] for stem in land.stems for length in range(1, len(stem) + 1)}
    made: list[str] = []
    while len(made) < count:
        stem = chance.choice(heads) + chance.choice(tails)
        if chance.random() < 0.2:
            stem += chance.choice(tails)
        if stem in beginnings or not land.stems.isdisjoint({stem[:2], stem[:3]}):
            continue
        street = chance.choice(land.communities).street
        ending = chance.choice(("社区", "社区", "村", "居委会"))
        above = chance.choice(
            (street.city + street.district + street.name, street.district + street.name, street.district, "")
        )
        made.append(f"{above}{stem}{ending}{chance.randint(1, 30)}号")
    return made


def foreigners(area: str, seed: int, count: int) -> list[str]:
    """Addresses that name a district or city beyond the area, with communities of the same name as some inside."""
    chance = random.Random(f"{area}/{seed}/foreigners")
    land = _land(area)
    own = {name for code, name in divisions.districts().items() if code.startswith(area) or area.startswith(code)}
    known = divisions.districts()
    others = [code for code in known if len(code) == 6 and code[:4] != area[:4] and known[code] not in own]
    made = []
    for _number in range(count):
        code, home = chance.choice(others), chance.choice(land.communities)
        province, city, district = known[code[:2]], known[code[:4]], known[code]
        if city in divisions.STAND_INS or district in divisions.STAND_INS or len(district) < 3:
            continue
        above = chance.choice((province + city + district, city + district, city, district, province + city))
        made.append(f"{above}{chance.choice(('', home.street.name))}{home.short}{chance.randint(1, 30)}号")
    return made


# --- the land -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Land:
    communities: Sequence[Community]
    told_apart: Sequence[Community]  # those whose name no other in the street has
    stems: frozenset[str]
    # How many communities have a name, or the same word in it, within the city, a district, a street.
    named: Counter[tuple[str | Street, str]]
    streets: Counter[str]  # how many streets are said so, for short


@cache
def _land(area: str) -> Land:
    known = divisions.districts()
    province, city = known[area[:2]], known[area[:4]]
    street, found, unreal = Street("", "", "", ""), list[Community](), False
    for code, name in divisions.below(area):
        if len(code) == 9:
            street = Street(province, city, known[code[:6]], name)
            unreal = names.is_statistical(code, name)
        elif len(code) == 12 and not unreal and not names.is_statistical(code, name):
            found.append(Community(code, names.short_name(name, street.name), street))
    named: Counter[tuple[str | Street, str]] = Counter()
    for home in found:
        within = (home.street.city, home.street.district, home.street)
        named.update((above, word) for above in within for word in {home.short, f"{_stem(home)}*"})
    return Land(
        found,
        [home for home in found if named[home.street, home.short] == 1],
        frozenset(_stem(home) for home in found),
        named,
        Counter(_said(each.name) for each in {home.street for home in found}),
    )


def _said(street: str) -> str:
    """A street or town as said in passing: 花果园街道 → 花果园, 小碧布依族苗族乡 → 小碧."""
    stem = re.sub("(街道|镇|乡)$", "", _PEOPLES.sub("", street))
    return stem if len(stem) >= 2 else street


def _stem(home: Community) -> str:
    return names.stem_of(home.short).removesuffix("居委会")


# --- the forms ----------------------------------------------------------------------------------

Say = Callable[[Community, random.Random], str]


def _official(home: Community, chance: random.Random) -> str:
    stem = _stem(home)
    if home.short.endswith("村"):
        return chance.choice((f"{home.short}村民委员会", f"{home.short}委会", home.short))
    return chance.choice((f"{stem}社区居委会", f"{stem}社区居民委员会", f"{stem}居委会"))


def _blanks(home: Community, chance: random.Random) -> str:
    parts = (home.street.city, home.street.district, home.street.name, home.short)
    return chance.choice((" ", "，", "　", "-")).join(parts)


_FORMS: dict[str, Say] = {
    "full": lambda home, _chance: "".join(home.street) + home.short,
    "no province": lambda home, _chance: "".join(home.street[1:]) + home.short,
    "from the district": lambda home, _chance: "".join(home.street[2:]) + home.short,
    "from the street": lambda home, _chance: home.street.name + home.short,
    "district and community": lambda home, _chance: home.street.district + home.short,
    "city and community": lambda home, _chance: home.street.city + home.short,
    "community": lambda home, _chance: home.short,
    "said short": lambda home, _chance: _said(home.street.name) + _stem(home),
    "said short with city": lambda home, _chance: (
        home.street.city[:-1] + home.street.district + _said(home.street.name) + home.short
    ),
    "official": lambda home, chance: "".join(home.street[1:]) + _official(home, chance),
    "office": lambda home, chance: (
        home.street.district
        + home.street.name
        + (chance.choice(("办", "办事处")) if home.street.name.endswith("街道") else "")
        + home.short
    ),
    "traditional": lambda home, _chance: "".join(home.street[1:]) + home.short,
    "blanks": _blanks,
}

Fits = Callable[[Land, Community], bool]


def _in_street(land: Land, home: Community) -> bool:
    return land.named[home.street, home.short] == 1


def _in_district(land: Land, home: Community) -> bool:
    return land.named[home.street.district, home.short] == 1


def _in_city(land: Land, home: Community) -> bool:
    return land.named[home.street.city, home.short] == 1


def _street_once(land: Land, home: Community) -> bool:
    return land.streets[_said(home.street.name)] == 1 and _in_street(land, home)


def _word_once(land: Land, home: Community) -> bool:
    return _street_once(land, home) and land.named[home.street, f"{_stem(home)}*"] == 1


# What a form leaves out must not be what tells two communities apart.
_FITS: dict[str, Fits] = {
    "full": _in_street,
    "no province": _in_street,
    "from the district": _in_street,
    "from the street": _street_once,
    "district and community": _in_district,
    "city and community": _in_city,
    "community": _in_city,
    "said short": _word_once,
    "said short with city": _in_street,
    "official": _in_street,
    "office": _in_street,
    "traditional": _in_street,
    "blanks": _in_street,
}
_NUMBERS = ("{a}栋{b}单元", "{a}号", "{b}组", "", "{a}-{b}-301", "{a}号楼{b}单元502室", "", "({b}组{a}号)")
_HOUSES = (*_NUMBERS, "幸福里小区{a}栋")  # 小孟红河幸福里 might be a housing estate's name from 红河 on


# --- the errors ---------------------------------------------------------------------------------


def _damage(said: str, home: Community, kind: str, chance: random.Random) -> str | None:
    """`said` with one error: mostly in the community's own word, also in the street's and in what surrounds them."""
    spans = [
        _span(said, _stem(home)),
        _span(said, _stem(home)),
        _span(said, _stem(home)),
        _span(said, _said(home.street.name)),
        (0, len(said)),
    ]
    start, end = chance.choice([span for span in spans if span[1] > span[0]])
    places = list(range(start, end))
    chance.shuffle(places)
    for at in places:
        wrong = _wrong(said, at, kind, chance)
        if wrong and wrong != said:
            return wrong
    return None


def _span(said: str, part: str) -> tuple[int, int]:
    at = said.rfind(part)
    return (at, at + len(part)) if at >= 0 else (0, 0)


def _wrong(said: str, at: int, kind: str, chance: random.Random) -> str | None:
    sign = said[at]
    if not "一" <= sign <= "鿿":
        return None
    if kind == "drop":
        return said[:at] + said[at + 1 :]
    if kind == "double":
        return said[:at] + sign + said[at:]
    if kind == "swap":
        return said[:at] + said[at + 1] + sign + said[at + 2 :] if at + 1 < len(said) else None
    others = _sounds()[lazy_pinyin(sign)[0]] if kind == "homophone" else _alike().get(sign, "")
    others = [other for other in others if other != sign]
    return said[:at] + chance.choice(others) + said[at + 1 :] if others else None


@cache
def _sounds() -> dict[str, list[str]]:
    """The everyday signs by their sound without its tone."""
    signs: dict[str, list[str]] = defaultdict(list)
    for lead in range(0xB0, 0xD8):
        for trail in range(0xA1, 0xFF):
            sign = bytes([lead, trail]).decode("gb2312", "ignore")
            if sign:
                signs[lazy_pinyin(sign)[0]].append(sign)
    return signs


@cache
def _alike() -> dict[str, list[str]]:
    return {sign: [other for group in _LOOKS if sign in group for other in group] for sign in set("".join(_LOOKS))}
