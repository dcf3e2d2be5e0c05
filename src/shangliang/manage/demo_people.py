"""Invented members of a demo: everybody is marked 演示, and lives in a community that there is.

The same organisation always gives the same people, so that loading again changes nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from opencc import OpenCC

from shangliang.people.models import Member
from shangliang.places.models import Place
from shangliang.places.queries import ancestors, below
from shangliang.playbooks.organisations import Organisation

MARK = "演示·"
# Surnames that are none, or hardly any, and words for names: so that nobody's own name is hit upon.
FAMILY = "云山河林松柏竹桐杉樟枫榆柳槐棠梨杏桃梅兰荷菊葵蓝青白朱紫墨雪霜露雾晴雨风雷星月晨暮"
FIRST = "知见望听怀守念思言问乐远近同共和安宁静明清"
SECOND = "夏秋春冬山川溪泉石田禾麦舟桥路灯窗庭园书琴棋画歌舒宜之然尔若初新"
SECTORS = ("经济界", "教育界", "医药卫生界", "文化艺术界", "科学技术界", "农业界", "社会福利和社会保障界", "青年界")
SPECIALTIES = {
    "经济": ("小店经营", "物业账目"),
    "工商": ("小店经营", "物业账目"),
    "法制": ("物业纠纷", "调解"),
    "教": ("入学", "课后托管"),
    "医": ("老人照护", "慢性病"),
    "文": ("社区文化", "非遗"),
    "科": ("加装电梯", "房屋结构"),
    "农": ("种植", "农产品销售"),
    "社会福利": ("养老", "助残"),
    "青年": ("就业", "创业"),
    "民族": ("民族政策", "邻里调解"),
}
PHONE = "13800000000"  # of nobody: the number that tests ring
HEADINGS = ("编号", "姓名", "身份", "级别", "界别", "特长", "手机", "家庭住址", "街道联络委", "任期开始")
_TRADITIONAL = OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented member; `home` is the community their address was made from."""

    key: str
    name: str
    role: str
    level: str
    sector: str
    specialties: tuple[str, ...]
    address: str
    home: Place
    since: dt.date


def invent(told: Organisation, district: Place) -> list[Invented]:
    """The members of an organisation, as many as its text says, spread over its communities."""
    chance = random.Random(told.key)  # noqa: S311
    homes = _homes(district)
    above = "".join(place.name for place in [*ancestors(district), district])
    names = chance.sample(range(len(FAMILY) * len(FIRST) * len(SECOND)), told.members)
    sectors, levels = told.sectors or SECTORS, told.levels or (Member.Level.DISTRICT,)
    roles = told.roles or (Member.Role.MEMBER,)
    chance.shuffle(homes)
    made = []
    for number in range(told.members):
        home, sector = homes[number % len(homes)], sectors[number % len(sectors)]
        made.append(
            Invented(
                key=f"演示{number + 1:05}",
                name=MARK + _name(names[number]),
                role=roles[number % len(roles)],
                level=levels[number % len(levels)],
                sector=sector,
                specialties=next((words for part, words in SPECIALTIES.items() if part in sector), ()),
                address=_address(home, above, chance),
                home=home[-1],
                since=told.adopted,
            )
        )
    return made


def as_list(rows: Sequence[tuple[Invented, str]]) -> bytes:
    """Members, each with the street's body they sit in, as an office keeps its list: a table with headings."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(HEADINGS)
    for one, body in rows:
        role, level = Member.Role(one.role).label, Member.Level(one.level).label
        words = "、".join(one.specialties)
        table.writerow((one.key, one.name, role, level, one.sector, words, PHONE, one.address, body, one.since))
    return file.getvalue().encode("utf-8-sig")


def _homes(district: Place) -> list[list[Place]]:
    """Every governed community whose name its street has once, with what it lies in below the district."""
    places = below(district)
    by_path = {place.path: place for place in places}
    found = []
    for place in places:
        if place.level == Place.Level.COMMUNITY and not place.statistical_only:
            labels = place.path.removeprefix(district.path + "/").split("/")
            chain = [by_path["/".join([district.path, *labels[: n + 1]])] for n in range(len(labels))]
            if not any(one.statistical_only for one in chain):
                found.append(chain)
    named = Counter((chain[-1].parent_id, chain[-1].short_name) for chain in found)
    return [chain for chain in found if named[chain[-1].parent_id, chain[-1].short_name] == 1]


def _name(number: int) -> str:
    rest, second = divmod(number, len(SECOND))
    family, first = divmod(rest, len(FIRST))
    return FAMILY[family] + FIRST[first] + SECOND[second]


def _address(home: Sequence[Place], above: str, chance: random.Random) -> str:
    """As people write it: with the province or without, in traditional script now and then."""
    local = "".join(place.short_name for place in home)
    said = chance.choice((above + local, above + local, local)) + f"{chance.randint(1, 40)}号"
    return _TRADITIONAL.convert(said) if chance.random() < 0.05 else said
