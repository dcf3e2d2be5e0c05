"""Which column of somebody's table is which, told by its heading."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.files.columns import Columns

# What we read of a table: how we call it, and the headings it goes by, the most telling one first.
FIELDS = {
    "number": (_("编号"), "留言编号 工单编号 工单号 受理编号 信件编号 诉求编号 投诉编号 编号 id"),
    "serial": (_("序号"), "序号 行号 no"),
    "title": (_("主题"), "留言主题 主题 留言标题 投诉标题 诉求标题 标题 题目 事由 subject title"),
    "words": (
        _("内容"),
        "留言详情 留言内容 投诉件内容 投诉内容 诉求内容 反映内容 工单内容 来信内容 问题描述 主要内容 详情 内容 detail content",
    ),
    "at": (
        _("时间"),
        "留言时间 提交时间 来电时间 来信时间 投诉时间 诉求时间 反映时间 登记时间 创建时间 时间 日期 time date",
    ),
    "likes": (_("点赞数"), "点赞数 点赞 支持数 附议数 likes"),
    "reply": (_("答复"), "答复意见 答复内容 回复内容 回复意见 答复 回复 回复1 办理结果 办理情况 处理结果 reply"),
    "replied_at": (_("答复时间"), "答复时间 答复日期 回复时间 回复日期 办结时间 办结日期"),
    "reply_days": (_("答复用了几天"), "最终回复-投诉事件(天) 答复天数 回复天数 办理天数"),
    "department": (_("部门"), "承办单位 办理单位 责任单位 主办单位 答复单位 回复单位 承办部门 责任部门 部门"),
    "district": (_("区县"), "区县 所属区县 所属区 区 行政区"),
    "street": (_("街道"), "街道乡镇 街道/乡镇 街镇 所属街道 街道 乡镇"),
    "community": (_("社区"), "社区村 社区/村 所属社区 社区 村"),
    "address": (_("地点"), "详细地址 事发地址 发生地点 地址 地点 位置"),
    "category": (_("类别"), "一级标签 一级分类 诉求类别 问题类别 类别 分类 label"),
    "name": (_("姓名"), "姓名 联系人 来电人 反映人 留言人 诉求人 投诉人"),
    "phone": (_("电话"), "联系电话 手机号码 手机号 手机 电话 来电号码 联系方式"),
    "anonymous": (_("匿名"), "是否匿名 匿名"),
}
PLACE_FIELDS = ("district", "street", "community", "address")
# A serial number starts from 1 in every table: it tells no message from another.
NOT_READ = frozenset({"serial"})
_COLUMNS = Columns(FIELDS)
label, understand = _COLUMNS.label, _COLUMNS.understand


def is_enough(columns: dict[str, int]) -> bool:
    """Whether a row of headings tells what was said, and when."""
    return "at" in columns and ("words" in columns or "title" in columns)
