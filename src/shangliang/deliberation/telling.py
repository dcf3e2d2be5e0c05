"""Entries of this room in plain sentences, for timelines, slips and messages (`delivery.telling` speaks them).

What happens inside a meeting, who signed in, each line, each vote: that stands in the minutes, not here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.ledger.queries import Line
from shangliang.playbooks import wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Say = Callable[[Line], str | None]  # None: nothing to this reader


def _words(*slots: str) -> Say:
    return lambda line: "。".join(filter(None, (line.words.get(slot, "").rstrip("。") for slot in slots)))


def _chosen(line: Line) -> str:
    said = _("由%(by)s定的，大家坐下来商量：%(title)s。") % {
        "by": line.facts.get("by", ""),
        "title": line.words.get("title", ""),
    }
    return said + line.words.get("question", "")


def _turned_down(line: Line) -> str:
    said = line.words.get("why", "")
    route = line.facts.get("route_label")
    return said + (_(" 改走：%(route)s。") % {"route": route} if route else "")


def _passed(line: Line) -> str:
    return _("“%(step)s”这一步材料没齐（%(missing)s），主持人签名放行：%(why)s") % {
        "step": line.facts["step_label"],
        "missing": line.words.get("missing", ""),
        "why": line.words.get("why", ""),
    }


def _when(line: Line) -> str:
    return wording.moment(dt.datetime.fromisoformat(line.facts["starts_at"]))


def _called(line: Line) -> str | None:
    if not line.facts["public"]:
        return None
    if where := line.facts["where"]:
        return _("%(when)s，在%(where)s。想来的可以报名。") % {"when": _when(line), "where": where}
    return _("%(when)s，在线上开。想来的可以报名。") % {"when": _when(line)}


def _moved(line: Line) -> str | None:
    if not line.facts["public"] or not line.facts["called"]:
        return None
    was = wording.moment(dt.datetime.fromisoformat(line.facts["was"]))
    said = _("原定 %(was)s，改到 %(when)s%(where)s。") % {
        "was": was,
        "when": _when(line),
        "where": _("，在%(where)s") % {"where": line.facts["where"]} if line.facts["where"] else "",
    }
    return said + line.words.get("why", "")


def _cancelled(line: Line) -> str | None:
    if not line.facts["public"] or not line.facts["called"]:
        return None
    return _("%(when)s的会不开了。") % {"when": _when(line)} + line.words.get("why", "")


def _signed(line: Line) -> str:
    items = line.facts["items"]
    if not items:
        return _("会开完了，纪要签了字，这次没有谈成的。")
    said = ngettext("会开完了，纪要签了字，谈成 %(n)d 条：", "会开完了，纪要签了字，谈成 %(n)d 条：", len(items)) % {
        "n": len(items)
    }
    listed = (line.words.get(f"item-{one['number']}", "") for one in items)
    return "\n".join((said, *(f"{n}. {text}" for n, text in enumerate(listed, 1))))


def _amended(line: Line) -> str:
    was, text = line.words.get("was", ""), line.words.get("text", "")
    said = _("原来写的“%(was)s”，更正为“%(text)s”。") if was else _("补一句：%(text)s。")
    return said % {"was": was, "text": text.rstrip("。")} + line.words.get("why", "")


def _claimed(line: Line) -> str:
    return _("%(body)s认领了。") % {"body": line.facts["body_name"]}


def _drawn(line: Line) -> str:
    said = _("%(of)s 个议题抽签，抽中“%(title)s”。种子 %(seed)s：后面接冒号和编号，算 SHA-256，最小的中。")
    return said % (line.facts | {"title": line.words["title"]})


def _day(iso: str) -> str:
    return wording.date(dt.date.fromisoformat(iso))


def _kept(title: StrOrPromise) -> Say:
    def say(line: Line) -> str:
        said = str(title) % {"text": line.words.get("text", "").rstrip("。")}
        return said + line.words.get("words", "")

    return say


def _opened_rule(line: Line) -> str:
    given = {"title": line.facts["title"], "until": _day(line.facts["until"])}
    return _("《%(title)s》写好了草稿，%(until)s 以前您怎么看都可以说。") % given


def _adopted(line: Line) -> str:
    facts = line.facts
    said = _("%(on)s由%(by)s通过《%(title)s》，%(since)s起算。") % {
        "on": _day(facts["on"]),
        "by": facts["by"],
        "title": facts["title"],
        "since": _day(facts["from"]),
    }
    return said + (_("%(base)s 户（人）里 %(yes)s 同意。") % facts if facts.get("base") else "")


def _ended_rule(line: Line) -> str:
    facts = line.facts
    if facts.get("given_up"):
        return _("《%(title)s》这一版不要了。") % facts + line.words.get("why", "")
    return _("《%(title)s》%(on)s以后不再有效。") % (facts | {"on": _day(facts["on"])}) + line.words.get("why", "")


def _invited(line: Line) -> str | None:
    if not line.facts.get("called"):
        return None  # the day is not settled yet; they hear when the notice goes out
    given = {"when": _when(line), "where": _("，在%(where)s") % line.facts if line.facts["where"] else ""}
    return _("请您坐下来一起商量：%(when)s%(where)s。来不来，在回执这一页上回个话。") % given


SPEECH: dict[str, tuple[StrOrPromise, Say]] = {
    "topic.put_forward": (gettext_lazy("提成议题"), _words("title", "question")),
    "topic.claimed": (gettext_lazy("有人认领"), _claimed),
    "topic.drawn": (gettext_lazy("抽签"), _drawn),
    "topic.chosen": (gettext_lazy("定为议题"), _chosen),
    "topic.turned_down": (gettext_lazy("没选为议题"), _turned_down),
    "topic.posted": (gettext_lazy("议题公示"), _words("title")),
    "topic.ended": (gettext_lazy("先停下来"), _words("why")),
    "gate.passed": (gettext_lazy("主持人放行"), _passed),
    "meeting.called": (gettext_lazy("要开协商会"), _called),
    "meeting.moved": (gettext_lazy("会改期"), _moved),
    "meeting.cancelled": (gettext_lazy("会取消"), _cancelled),
    "minutes.signed": (gettext_lazy("商量的结果"), _signed),
    "minutes.amended": (gettext_lazy("纪要更正"), _amended),
    "conversation.opened": (gettext_lazy("线上说一说"), _words("question")),
    "conversation.closed": (gettext_lazy("线上说完了"), lambda line: ""),
    "conversation.reopened": (gettext_lazy("线上接着说"), lambda line: ""),
    "agreement.kept": (gettext_lazy("做到了"), _kept(gettext_lazy("大家说好的“%(text)s”，做到了。"))),
    "agreement.broken": (gettext_lazy("没做到"), _kept(gettext_lazy("大家说好的“%(text)s”，没做到。"))),
    "public_rule.opened": (gettext_lazy("公约征求意见"), _opened_rule),
    "public_rule.adopted": (gettext_lazy("公约通过"), _adopted),
    "public_rule.ended": (gettext_lazy("公约不再有效"), _ended_rule),
}
# Told only to those whose voices the entry names.
OWN_SPEECH: dict[str, tuple[StrOrPromise, Say]] = {"attendee.invited": (gettext_lazy("请您来开会"), _invited)}
# Of these, everybody behind the matter hears at once.
HEARD = frozenset(
    """topic.chosen topic.turned_down topic.ended meeting.called meeting.moved meeting.cancelled
    minutes.signed conversation.opened agreement.kept agreement.broken public_rule.opened public_rule.adopted""".split()
)
STAGE = 3  # all of it is 共协商
