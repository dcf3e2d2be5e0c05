"""What the product's words in a playbook's deliberation are called for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from shangliang.people.models import Body
from shangliang.playbooks.deliberation_rules import Decide, MeetingForm, Quota

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Words = Mapping[str, StrPromise]

MANY = 2000  # people: no limit was written

DOES: Words = {
    "gather": _("收意见"),
    "choose": _("选议题"),
    "post": _("公示议题"),
    "investigate": _("调研"),
    "plan": _("定协商方案"),
    "invite": _("请人"),
    "meet": _("开会"),
    "agree": _("达成一致"),
    "publish": _("公布结果"),
    "hand_over": _("交办"),
    "handle": _("办理"),
    "supervise": _("督办"),
    "reply": _("答复"),
    "rate": _("评价"),
    "look_back": _("回头看"),
    "online": _("线上说一说"),
}
NEEDS: Words = {
    "sides": _("至少点明 %(n)s 方与这件事有关的人"),
    "heard": _("每一方至少听过 %(n)s 个人"),
    "facts": _("至少 %(n)s 条写明出处的事实"),
    "site": _("至少 %(n)s 次现场记录"),
    "photos": _("至少 %(n)s 张现场照片"),
    "visits": _("至少 %(n)s 次走访"),
    "cost": _("要花多少钱，问清楚了"),
    "authority": _("归谁管，问清楚了"),
    "posted": _("议题公示满 %(n)s 个工作日"),
    "online": _("线上至少 %(n)s 个人说过"),
    "meetings": _("至少已经开过 %(n)s 次会"),
}
SELECTION: Words = {
    "decide": _("商量着定"),
    "score": _("打分"),
    "vote": _("投票"),
    "plan": _("列入年度计划"),
    "claim": _("委员小组认领"),
    "lot": _("抽签"),
}
VOTERS: Words = {"members": _("委员"), "residents": _("居民")}
HOW: Words = {
    "room": _("会议室"),
    "site": _("现场"),
    "small": _("小范围"),
    "online": _("线上"),
    "hybrid": _("现场加线上"),
}
RULES: Words = {"consensus": _("都同意"), "majority": _("过半"), "share": _("按比例，另写 percent")}
UNITS: Words = {"person": _("人数"), "household": _("户数"), "area": _("面积")}
BASES: Words = {"present": _("在场的人"), "entitled": _("全体有权表示的人")}
COUNTING: Words = {"hands": _("举手"), "ballot": _("投票"), "signing": _("签字")}
OUTCOMES: Words = {
    "task": _("交办"),
    "undertaking": _("大家自己办"),
    "rule": _("定成规矩"),
    "proposal": _("转成提案"),
    "brief": _("写成社情民意"),
}
ROUTES: Words = {
    "answer": _("当面答复"),
    "body": _("转给别的单位"),
    "brief": _("写成社情民意"),
    "proposal": _("提成提案"),
    "outside": _("去别的渠道"),
}
ASKED: Words = {"text": _("文字"), "number": _("数字"), "date": _("日期"), "yes": _("打勾")}
COUNTED: Words = {"topics": _("个议题"), "meetings": _("场会")}
PERIODS: Words = {
    "week": _("每周"),
    "month": _("每月"),
    "quarter": _("每季度"),
    "half": _("每半年"),
    "year": _("每年"),
}
EVERY: Words = {
    "week": _("每 %(n)s 周"),
    "month": _("每 %(n)s 个月"),
    "quarter": _("每 %(n)s 个季度"),
    "half": _("每 %(n)s 个半年"),
    "year": _("每 %(n)s 年"),
}
CHECKS: Words = {
    "device": _("一台设备算一个人"),
    "slip": _("凭回执码"),
    "account": _("要登录"),
}
CLOCKS: Words = {
    "first_answer": _("收到以后，第一声回音"),
    "hand_over": _("交办以后，答复"),
    "extension": _("延期一次，多给"),
    "referral": _("转给另一级，对方回话"),
    "silence": _("没有新进展，也说一声"),
    "promise_wake": _("承诺到期前，提醒"),
}
PARTS: Words = {
    "sources": _("议题从哪里来"),
    "selection": _("怎么选议题"),
    "open_at_most": _("同时最多几个议题"),
    "routes": _("没选上的去哪里"),
    "steps": _("走哪几步"),
    "meetings": _("会有哪几种"),
    "outcomes": _("谈成的事怎么往下走"),
    "levels": _("转上一级"),
    "statements": _("线上说一条"),
}


def people(least: int, most: int) -> str:
    """How many people: 9–11 人, 3 人以上, 10 人; "" for any number."""
    if least == most:
        return _("%(n)s 人") % {"n": least}
    if most >= MANY:
        return _("%(n)s 人以上") % {"n": least} if least > 0 else ""
    return _("%(least)s–%(most)s 人") % {"least": least, "most": most}


def decided(decide: Decide) -> str:
    """How a point is decided, in a sentence."""
    said = {"base": BASES[decide.of], "how": COUNTING[decide.how], "share": f"{decide.share / 100:g}"}
    rules = {
        "consensus": _("%(base)s都同意才算，%(how)s"),
        "majority": _("%(base)s过半同意算数，%(how)s"),
        "share": _("%(base)s里 %(share)s%% 同意才算，%(how)s"),
    }
    sentence = rules[decide.rule] % said
    if len(decide.by) == 1 and decide.by != ("person",):
        sentence += _("，按%(unit)s算") % {"unit": UNITS[decide.by[0]]}
    elif len(decide.by) > 1:
        units = _("和").join(str(UNITS[unit]) for unit in decide.by)
        sentence += _("，%(units)s都要够") % {"units": units}
    if decide.quorum:
        units = _("和").join(str(UNITS[unit]) for unit in decide.by)
        sentence += _("，来的要够全体%(units)s的 %(share)s%%") % {"units": units, "share": f"{decide.quorum / 100:g}"}
    return sentence


def clocks_of(form: MeetingForm) -> list[str]:
    """The clocks of a form of meeting, those it has."""
    days = (
        (form.notice, _("提前 %(n)s 个工作日通知")),
        (form.papers, _("提前 %(n)s 个工作日发材料")),
        (form.minutes, _("会后 %(n)s 个工作日内出纪要")),
    )
    return [words % {"n": n} for n, words in days if n]


def quota(one: Quota, forms: Mapping[str, MeetingForm], bodies: Mapping[str, str]) -> str:
    """How many of what in which period: 每年 8–10 个议题。`bodies` are what kinds of body are called here."""
    period = PERIODS[one.per] if one.every == 1 else EVERY[one.per] % {"n": one.every}
    said = {"per": period, "of": COUNTED[one.of], "least": one.least, "most": one.most}
    sentence = (_("%(per)s %(least)s–%(most)s %(of)s") if one.most else _("%(per)s至少 %(least)s %(of)s")) % said
    if one.form:
        sentence += _("（%(form)s）") % {"form": forms[one.form].label}
    if one.each:
        kinds = "、".join(str(bodies.get(kind) or Body.Kind(kind).label) for kind in one.each)
        sentence = _("每个%(kinds)s，%(said)s") % {"kinds": kinds, "said": sentence}
    return sentence
