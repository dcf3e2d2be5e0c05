"""Which column of an office's list of members is which, and how its words are meant."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shangliang.files.columns import Columns
from shangliang.people.models import Body, Member, Membership

Duty, Kind = Membership.Duty, Body.Kind

COLUMNS = Columns(
    {
        "key": (_("编号"), "委员证号 委员编号 代表证号 证件编号 证号 编号 id"),
        "serial": (_("序号"), "序号 行号 no"),
        "name": (_("姓名"), "姓名 委员姓名 代表姓名 名字"),
        "role": (_("身份"), "身份 委员类别 人员类别 类别"),
        "level": (_("级别"), "委员级别 级别 层级"),
        "sector": (_("界别"), "所属界别 所在界别 界别"),
        "term": (_("届次"), "届次 届别 届"),
        "since": (_("任期开始"), "任期开始 起任日期 任职日期 任期起 当选日期 增补日期 开始日期"),
        "until": (_("任期结束"), "任期结束 任期止 届满日期 离任日期 结束日期"),
        "specialties": (_("特长"), "专业特长 特长专业 特长/专业 业务专长 特长 专长 擅长 专业"),
        "languages": (_("语言"), "会说的语言 语言 方言 语种"),
        "phone": (_("手机"), "手机号码 手机号 手机 移动电话 联系电话 电话 联系方式"),
        "home": (_("家庭住址"), "家庭住址 家庭地址 居住地址 现住址 常住地址 居住地 住址"),
        "unit": (_("工作单位"), "工作单位 所在单位 工作单位及职务 单位及职务 单位名称 单位"),
        "work": (_("单位地址"), "工作单位地址 单位地址 工作地址 办公地址"),
        "liaison": (
            _("街道联络委"),
            "街道联络委 街道委员联络委 所在联络委 联络委 街道联络室 委员联络室 联络室 编入街道",
        ),
        "committee": (_("专委会"), "专委会 专门委员会 所在专委会 所属专委会"),
        "studio": (_("工作室"), "委员工作室 所在工作室 工作室"),
        "group": (_("委员小组"), "委员小组 界别小组 学习小组"),
        "branch": (_("功能型党支部"), "功能型党支部 党支部"),
        "squad": (_("委员小分队"), "委员小分队 小分队"),
        "duty": (_("职务"), "担任职务 职务 职责"),
    }
)
# A serial number starts from 1 in every list: it tells no person from another.
NOT_READ = frozenset({"serial"})
BODY_COLUMNS: dict[str, str] = {
    "liaison": Kind.LIAISON_COMMITTEE,
    "committee": Kind.SPECIAL_COMMITTEE,
    "studio": Kind.STUDIO,
    "group": Kind.GROUP,
    "branch": Kind.PARTY_BRANCH,
    "squad": Kind.SQUAD,
}
PUBLIC = ("role", "level", "sector", "term", "specialties", "languages")
PRIVATE = ("phone", "home", "unit", "work")
SEVERAL = ("specialties", "languages")

ROLES = {
    **dict.fromkeys(("委员", "政协委员"), Member.Role.MEMBER),
    **dict.fromkeys(("党代表", "党代会代表", "党员代表"), Member.Role.PARTY_DELEGATE),
    **dict.fromkeys(("人大代表", "人民代表", "代表"), Member.Role.DEPUTY),
}
LEVELS = {
    **dict.fromkeys(("全国", "国家级", "全国级", "全国政协"), Member.Level.NATIONAL),
    **dict.fromkeys(("省", "省级", "自治区级", "直辖市级", "省政协"), Member.Level.PROVINCE),
    **dict.fromkeys(("市", "市级", "州级", "盟级", "市政协"), Member.Level.CITY),
    **dict.fromkeys(("区", "县", "区级", "县级", "区县级", "旗级", "区政协", "县政协"), Member.Level.DISTRICT),
}
# The longer words first: 领衔委员 is no 委员.
DUTIES = {
    "召集人": Duty.CONVENOR,
    "领衔委员": Duty.LEAD,
    "领衔": Duty.LEAD,
    "领办委员": Duty.LEAD,
    "发起人": Duty.INITIATOR,
    "联络员": Duty.LIAISON,
    "第一书记": Duty.FIRST_SECRETARY,
    "包片领导": Duty.AREA_LEAD,
    "包街领导": Duty.AREA_LEAD,
    "队长": Duty.LEAD,
    "主任": Duty.CHAIR,
    "成员": Duty.MEMBER,
    "委员": Duty.MEMBER,
    "代表": Duty.DELEGATE,
}


def understand(headings: Sequence[object]) -> dict[str, int] | None:
    """Where each field stands in a list of members; None for headings of something else."""
    found = COLUMNS.understand(headings)
    return found if "name" in found and len(found.keys() - NOT_READ) > 1 else None
