"""Excel files that go with an import: the template to fill in, and the list of what was wrong."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from shangliang.files.sheets import Sheet, book
from shangliang.files.tables import Problem

# The headings of the template with an invented row: data for Chinese tables, so never translated.
TEMPLATE = (
    ("留言编号", "A-0001", 12),
    ("留言主题", "楼道灯坏了没人修", 28),
    ("留言时间", "2026-03-02 09:15", 18),
    ("留言详情", "三单元楼道的灯坏了三个月，老人晚上不敢下楼。", 46),
    ("社区", "光明社区", 14),
    ("地址", "建设二路 12 号", 20),
    ("姓名", "", 10),
    ("联系电话", "", 14),
    ("是否匿名", "否", 9),
    ("点赞数", "3", 8),
    ("承办单位", "区房管局", 14),
    ("答复意见", "灯已换好。", 40),
    ("答复时间", "2026-03-09", 18),
)


def template() -> bytes:
    """A table to fill in, with one invented row to be written over."""
    heads = [(heading, width) for heading, _example, width in TEMPLATE]
    return book(Sheet(_("留言"), heads, [[example for _heading, example, _width in TEMPLATE]]))


def problem_list(problems: Iterable[Problem]) -> bytes:
    """Every row left out, with the column and why."""
    heads = [(_("行"), 8), (_("列"), 20), (_("为什么没有导入"), 70)]
    return book(Sheet(_("没有导入的行"), heads, ([str(one.row), one.column, one.why] for one in problems)))
