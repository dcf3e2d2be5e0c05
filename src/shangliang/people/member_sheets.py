"""Excel files that go with members: the list to fill in, what was wrong with one, and the coverage of communities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from shangliang.files.sheets import Sheet, book
from shangliang.files.tables import Problem
from shangliang.people.queries.enrolment import District

# The headings of the template with an invented row, and what to write: data for Chinese tables, so never translated.
TEMPLATE = (
    (
        "编号",
        "演示-001",
        12,
        "委员证号，或者名册里一直用的号。同一个编号就是同一个人，再导一次就是更新；别用每年重排的序号。",
    ),
    ("姓名", "张某某", 10, "必填。"),
    ("身份", "委员", 8, "委员、党代表、人大代表。空着就是委员。"),
    ("级别", "区级", 8, "全国、省级、市级、区级。空着就按这里的级别。"),
    ("界别", "教育界", 12, "照你们的叫法写。"),
    ("届次", "十六届", 8, "换届以后改成新的届次，旧的一届会自动结束，以前的还查得到。"),
    ("任期开始", "2021-12-20", 12, "写成 2021-12-20，只写到月也行。空着就从导入那天算。"),
    ("任期结束", "", 12, "已经离任的才写。写了，席位也一起结束。"),
    ("特长", "法律、调解", 18, "几样用“、”隔开。"),
    ("语言", "武汉话", 12, "普通话以外的。"),
    ("手机", "13800000000", 14, "把这一列设成“文本”，免得 Excel 缩写成 1.38E+10。加密保存。"),
    ("家庭住址", "新沟桥街道光明社区 3 栋", 32, "写到社区最好，编入社区就靠它。加密保存。"),
    ("工作单位", "某某中学", 20, ""),
    ("单位地址", "", 28, "住址不在本地的，按它编入社区。加密保存。"),
    ("街道联络委", "新沟桥街道", 16, "写街道的名字就行。包片的写成：新沟桥街道（包片领导）。"),
    ("专委会", "", 14, "参加几个就写几个，用“、”隔开。"),
    ("工作室", "", 22, "后面可以写职责：同光委员工作室（召集人）。职责有召集人、领衔委员、发起人、联络员。"),
    ("委员小组", "", 14, ""),
    ("功能型党支部", "", 16, "第一书记写成：某某党支部（第一书记）。"),
)
RULES = (
    "一人一行；参加几个单位的，写在一格里用“、”隔开，或者同一个编号写几行。",
    "空着的格不会把原来的内容清掉。要清掉，到这位委员的页面上改。",
    "表里写了某一类单位（比如专委会），这一类就以表为准：没写的席位从那天起结束。没写的类不动。",
    "没有编号、又有同名的，系统不猜，会问您是哪一位。",
    "有错的行不进来，别的行照样进来；改好再导一次，进来过的不会重复。",
)


def template() -> bytes:
    """A list to fill in with one invented row to be written over, and a sheet that explains the columns."""
    heads = [(heading, width) for heading, _example, width, _note in TEMPLATE]
    notes = [(heading, note) for heading, _example, _width, note in TEMPLATE]
    return book(
        Sheet("委员名册", heads, [[example for _heading, example, _width, _note in TEMPLATE]]),
        Sheet("怎么填", [("列", 14), ("怎么写", 90)], [*notes, ("", ""), *(("说明", rule) for rule in RULES)]),
    )


def problem_list(problems: Iterable[Problem]) -> bytes:
    """Every row left out, with the column and why."""
    heads = [(_("行"), 8), (_("列"), 18), (_("为什么没有导入"), 70)]
    return book(Sheet(_("没有导入的行"), heads, ([str(one.row), one.column, one.why] for one in problems)))


def coverage_list(districts: Sequence[District], on: dt.date) -> bytes:
    """Every community with who is enrolled there; the empty ones stand in it like the others."""
    heads = [(_("区县"), 12), (_("街道"), 16), (_("联络委"), 22), (_("社区"), 20), (_("委员人数"), 10), (_("委员"), 60)]
    return book(Sheet(_("委员编入社区 %(day)s") % {"day": on.isoformat()}, heads, _covered(districts)))


def _covered(districts: Sequence[District]) -> Iterable[list[str | int]]:
    for district in districts:
        for street in district.streets:
            committee = street.committee.name if street.committee else ""
            where: list[str | int] = [district.place.short_name, street.place.short_name, committee]
            if street.own:
                yield [*where, _("（只到街道）"), len(street.own), "、".join(name for _id, name in street.own)]
            for one in street.communities:
                names = "、".join(name for _id, name in one.members)
                yield [*where, one.place.short_name, len(one.members), names]
