"""Every figure once: what it is called, what it says in plain words, and what it is counted from.

Pages, reports and exports take their figures from here and nowhere else, so a figure is the same
wherever it stands. A share is never shown below `MINIMUM_BASE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MINIMUM_BASE = 20  # below it a share says more than it knows
ENDED = ("done", "promised", "explained", "declined")
SOLVED = ("solved_yes", "solved_partly", "solved_no")
RATED = ("rating_5", "rating_4", "rating_3", "rating_2", "rating_1")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `over` and `base` are names of tallies, each summed over the days asked about."""

    name: str
    label: str | Promise
    sentence: str | Promise  # the definition, for everybody
    kind: Literal["count", "share", "mean"]
    unit: str | Promise
    over: tuple[str, ...]
    base: tuple[str, ...]
    dated_by: str  # the day of `Course` by which the matters behind it are found
    status: str = ""  # only matters standing there
    among: str | Promise = ""  # what the base counts, after its number
    until_yesterday: bool = False  # what falls due today is not late yet


_matters, _days, _percent = _("件"), _("天"), "%"
FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "raised", _("已提的事"), _("收到的事，不管从哪个渠道来，按提出的日子算。系统怀疑是机器发的，核实以前不算。"),
            "count", _matters, ("raised",), (), "raised_on",
        ),
        Figure(
            "accepted", _("受理的事"), _("受理了的事，按受理的日子算。"),
            "count", _matters, ("accepted",), (), "accepted_on",
        ),
        Figure(
            "deliberated", _("上会的事"), _("拿到会上商量的事，按定下来的日子算。"),
            "count", _matters, ("deliberated",), (), "deliberated_on",
        ),
        Figure(
            "ended", _("有结果的事"),
            _("有了结果的事：已解决、列入计划、已解释、不予受理，都算。退回重办的，到再有结果那天才算。"),
            "count", _matters, ENDED, (), "ended_on",
        ),
        Figure(
            "done", _("已解决"), _("结果是“已解决”的事：要求的每一点都办了。"),
            "count", _matters, ("done",), (), "ended_on", "done",
        ),
        Figure(
            "promised", _("列入计划"), _("结果是“列入计划”的事：至少有一点说定了哪天以前办，还没到期或还没办。"),
            "count", _matters, ("promised",), (), "ended_on", "promised",
        ),
        Figure(
            "explained", _("已解释"), _("结果是“已解释”的事：有的点办不了，原因写明白了。"),
            "count", _matters, ("explained",), (), "ended_on", "explained",
        ),
        Figure(
            "declined", _("不予受理"), _("结果是“不予受理”的事：写明了为什么，和可以去哪里。"),
            "count", _matters, ("declined",), (), "ended_on", "declined",
        ),
        Figure(
            "answered_in_time", _("按时有回音"),
            _("第一声回音是受理、不予受理或者归到另一件事。到期的事里，在期限当天或以前有了回音的占多少。一直没回音的算没按时。"),
            "share", _percent, ("answers_in_time",), ("answers_due",), "answer_due", among=_("件到期的事"), until_yesterday=True,
        ),
        Figure(
            "answer_days", _("等第一声回音"),
            _("从提出到第一声回音，平均几个工作日，提出当天不算。还没有回音的不在里面。"),
            "mean", _days, ("answer_days",), ("answers",), "answered_on", among=_("件有了回音"),
        ),
        Figure(
            "replies_in_time", _("部门按时答复"),
            _("部门的正式答复里，在交办期限（含批准的延期）以前发出的占多少。"),
            "share", _percent, ("replies_in_time",), ("replies",), "replied_on", among=_("次答复"),
        ),
        Figure(
            "solved", _("提的人说解决了"),
            _("有了结果以后，请提的人自己说。说“解决了”的占回话的人多少；“解决了一部分”不算。同一个人以最后一次说的为准。"),
            "share", _percent, ("solved_yes",), SOLVED, "rated_on", among=_("人回话"),
        ),
        Figure(
            "satisfied", _("评价满意"),
            _("好差评五级里，选“非常满意”和“满意”的占评价的人多少。“基本满意”不算。和解没解决分开问。"),
            "share", _percent, ("rating_5", "rating_4"), RATED, "rated_on", among=_("人评价"),
        ),
        Figure(
            "promises_kept", _("承诺兑现"),
            _("到期或提前有了交代的承诺里，兑现了的占多少。"),
            "share", _percent, ("promises_kept",), ("promises_kept", "promises_broken"), "promise_on", among=_("个承诺"),
        ),
        Figure(
            "owed", _("还欠着"), _("到今天还没做、期限已经过了的事：该回音的没回音，该答复的没答复。"),
            "count", _matters, ("owed",), (), "due", until_yesterday=True,
        ),
    )
}  # fmt: skip
