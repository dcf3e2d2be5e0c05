"""Entries of the ledger in plain sentences: what timelines, slips and messages say happened.

`tell` turns the lines of a timeline into what its reader may know. What staff wrote for the public
(progress, answers, reasons) is told; what a resident said (their words, the note of a confirmation)
only where the caller names that voice as the reader's own or as cleared for the public; what is
internal to a body (notes, drafts, signatures, links) never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.deliberation import telling as deliberation
from shangliang.delivery.models import Confirmation
from shangliang.ledger.queries import Line
from shangliang.matters.models import Point
from shangliang.people.queries import names
from shangliang.playbooks import wording
from shangliang.voices.models import Voice
from shangliang.web import stages
from shangliang.web.drawing import LEVELS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer given to one numbered point."""

    number: int
    outcome: str  # a `Point.Status` other than open
    text: str
    by_when: dt.date | None = None

    @property
    def label(self) -> str:
        """The outcome in words."""
        return str(Point.Status(self.outcome).label)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, for a reader."""

    kind: str  # of the entry
    title: str  # a word or two: 答复
    text: str  # sentences
    by: str  # a body, 您, 一位居民; never a person's name
    stage: int  # 1 提, 2 收, 3 商, 4 落
    at: dt.datetime
    quote: str = ""  # a resident's own words
    answers: tuple[Answered, ...] = ()

    @property
    def one_line(self) -> str:
        """All of it but the quote in one line, for a message."""
        answers = (
            _("第%(number)s点%(label)s：%(text)s") % {"number": one.number, "label": one.label, "text": one.text}
            for one in self.answers
        )
        said = " ".join(filter(None, (self.text, *answers)))
        line = _("%(title)s：%(said)s") % {"title": self.title, "said": said} if said else self.title
        return " ".join(line.split())


def tell(
    lines: Iterable[Line],
    *,
    own: Collection[UUID] = frozenset(),
    cleared: Collection[UUID] = frozenset(),
    bodies: Mapping[UUID, str] | None = None,
) -> list[Told]:
    """What `lines` say to their reader, in the same order, silent ones left out.

    `own` and `cleared` are ids of voices, as for `sentence`. `bodies` are names already known, by
    id; those of other bodies are looked up (one query, if there are any).
    """
    lines, known = list(lines), dict(bodies or {})
    missing = {UUID(body) for line in lines if (body := line.body["actor"].get("body"))} - known.keys()
    if missing:
        known |= names(missing)
    told = (sentence(line, own=own, cleared=cleared, bodies=known) for line in lines)
    return [one for one in told if one]


def sentence(
    line: Line,
    *,
    own: Collection[UUID] = frozenset(),
    cleared: Collection[UUID] = frozenset(),
    bodies: Mapping[UUID, str] | None = None,
) -> Told | None:
    """What one entry says, or None when it is nothing to this reader.

    `own` are the voices of the reader: told as «您», with their words. `cleared` are voices whose
    words the public may read. `bodies` gives names by id to those who acted.
    """
    kind, voices = line.entry.kind, voices_of(line)
    is_own = bool(voices & set(own))
    speak = SPEECH.get(kind) or (OWN_SPEECH.get(kind) if is_own else None)
    if speak is None:
        return None
    title, say = speak
    text = say(line)
    if text is None:
        return None
    quote = ""
    if kind in PERSONAL and (is_own or voices & set(cleared)):
        quote = line.words.get("words", "")
    stage = stages.ALL.get(line.facts.get("status", "raised"), (1, ""))[0]
    if kind in deliberation.SPEECH or kind in deliberation.OWN_SPEECH:
        stage = deliberation.STAGE
    by = _by(line, is_own, bodies or {})
    return Told(kind, str(title), text, by, stage, line.entry.happened_at, quote, answers_in(line))


def voices_of(line: Line) -> set[UUID]:
    """The voices an entry names."""
    return {UUID(row) for kind, row in line.body["subjects"] if kind == "voice"}


def answers_in(line: Line) -> tuple[Answered, ...]:
    """The answers to points that an entry gives; none but in a reply."""
    answers: Mapping[str, Any] = line.facts.get("answers") or {}
    return tuple(
        Answered(
            int(number),
            answer["outcome"],
            line.words.get(f"answer-{number}", ""),
            dt.date.fromisoformat(answer["by_when"]) if answer.get("by_when") else None,
        )
        for number, answer in sorted(answers.items(), key=lambda item: int(item[0]))
    )


def _by(line: Line, is_own: bool, bodies: Mapping[UUID, str]) -> str:
    actor = line.body["actor"]
    if body := actor.get("body"):
        return bodies.get(UUID(body)) or str(line.facts.get("body_name", ""))
    if actor["kind"] == "resident":
        return _("您") if is_own else _("一位居民")
    return ""


# --- what each kind of entry says ------------------------------------------------------------------

Say = Callable[[Line], str | None]  # None: nothing to this reader


def _nothing(line: Line) -> str:
    return ""


def _slot(name: str) -> Say:
    """What was written in this slot, as it stands."""
    return lambda line: line.words.get(name, "")


def _raised(line: Line) -> str:
    facts, size = line.facts, line.facts.get("group_size", 1)
    if facts.get("speaks_for") == Voice.For.GROUP:
        said = ngettext("%(n)s 位居民一起提出。", "%(n)s 位居民一起提出。", size) % {"n": size}
    elif facts.get("speaks_for") == Voice.For.ENTERPRISE:
        said = _("一家企业提出。")
    else:
        said = ""
    where = {
        Voice.Channel.COUNTER: _("当面说的，工作人员登记。"),
        Voice.Channel.PHONE: _("打电话说的，工作人员登记。"),
        Voice.Channel.PAPER: _("写在纸上的，工作人员登记。"),
        Voice.Channel.IMPORT: _("从别的渠道转进来的。"),
    }.get(facts.get("channel", ""), "")
    return said + where + _photos(line)


def _photos(line: Line) -> str:
    n = line.facts.get("photos", 0)
    return ngettext("附照片 %(n)s 张。", "附照片 %(n)s 张。", n) % {"n": n} if n else ""


def _accepted(line: Line) -> str:
    return _due(line, _("受理了，最晚 %(day)s有答复。"), _("受理了。"))


def _declined(line: Line) -> str:
    return "\n".join(filter(None, (line.words.get("why"), line.words.get("elsewhere"))))


def _joined(line: Line) -> str:
    said = _("和编号 %(lead)s 的事是同一件，归到一起办。原来的回执照样能查。") % {"lead": line.facts["lead"]}
    if waited := line.facts.get("waited"):
        said += _("这也是给%(bodies)s的回话。") % {"bodies": "、".join(waited)}
    return said


def _taken_out(line: Line) -> str:
    said = _("从编号 %(lead)s 的事里分出来，单独办。") % {"lead": line.facts["lead"]}
    return said + line.words.get("why", "")


def _between(title: StrOrPromise) -> Say:
    def say(line: Line) -> str:
        said = str(title) % {"from": line.facts.get("from_name", ""), "to": line.facts.get("to_name", "")}
        return said + (line.words.get("why") or line.words.get("answer") or "")

    return say


def _handed_over(line: Line) -> str:
    said = _("交给%(body)s办，%(n)s 个工作日内答复，最晚 %(day)s。") % {
        "body": line.facts["body_name"],
        "n": line.facts["days"],
        "day": _day(line.facts["hand_over_due"]),
    }
    points = (
        _("第%(number)s点：%(text)s") % {"number": number, "text": line.words.get(f"point-{number}", "")}
        for number in line.facts["points"]
    )
    return "\n".join((said, *points))


def _taken(line: Line) -> str:
    if own := line.facts.get("own_number"):
        return _("%(body)s接办，他们那边的编号是 %(own)s。") % {"body": line.facts["body_name"], "own": own}
    return _("%(body)s接办。") % {"body": line.facts["body_name"]}


def _returned(line: Line) -> str:
    return _("%(body)s退回，说不归他们办。") % {"body": line.facts["body_name"]} + line.words.get("why", "")


def _extended(line: Line) -> str:
    said = _("延 %(n)s 个工作日，最晚 %(day)s。") % {
        "n": line.facts["days"],
        "day": _day(line.facts["hand_over_due"]),
    }
    why = line.words.get("why", "")
    return said + (_("原因：%(why)s") % {"why": why} if why else "")


def _passed_back(line: Line) -> str:
    return _("答复没说到点子上，退给%(body)s重办。") % {"body": line.facts["body_name"]} + line.words.get("why", "")


def _supervised(line: Line) -> str:
    said = _("催%(bodies)s抓紧办。") % {"bodies": "、".join(line.facts.get("bodies", []))}
    return said + line.words.get("words", "")


def _still_open(line: Line) -> str:
    if holder := line.facts.get("holder_name"):
        return _("还在办，现在在%(holder)s手里。") % {"holder": holder}
    return _("还在办。")


def _closed(line: Line) -> str:
    end = stages.ENDS.get(line.facts["end"])
    said = _("结果：%(end)s。") % {"end": end[1]} if end else ""
    return said + line.words.get("words", "")


def _promise(title: StrOrPromise) -> Say:
    def say(line: Line) -> str:
        said = str(title) % {
            "number": line.facts.get("point", ""),
            "day": _day(line.facts["by_when"]),
            "was": _day(line.facts["was"]) if "was" in line.facts else "",
        }
        return said + (line.words.get("words") or line.words.get("why") or "")

    return say


def _confirmed(line: Line) -> str:
    said = str(Confirmation.Solved(line.facts["solved"]).label)
    rating = line.facts.get("rating")
    return said + (_("，%(rating)s。") % {"rating": LEVELS[5 - rating]} if rating else "。")


def _blown(line: Line) -> str:
    needed, body = line.facts["needed"], line.facts["body_name"]
    if needed > 1:
        return _("%(body)s请 %(n)s 位委员组成小分队来看。") % {"body": body, "n": needed}
    return _("%(body)s请委员来看。") % {"body": body}


def _report_in(line: Line) -> str | None:
    """Members act in public, but it is by role that they are told of; who passes on or cannot come is no news."""
    if line.facts["answer"] != "come":
        return None
    at = dt.datetime.fromisoformat(line.facts["comes_at"])
    return _("有委员答应来，%(when)s 到。") % {"when": wording.moment(at)}


def _visited(line: Line) -> str:
    return _("%(day)s有委员到现场看过。") % {"day": _day(line.facts["on"])} + _photos(line)


def _decided(line: Line) -> str:
    said = _("您答的“%(question)s”，采纳了。") if line.facts["adopted"] else _("您答的“%(question)s”，没有采纳。")
    return said % {"question": line.facts["question"]} + line.words.get("why", "")


def _due(line: Line, dated: str, undated: str) -> str:
    due = line.facts.get("due")
    return dated % {"day": _day(due)} if due else undated


def _day(iso: str) -> str:
    return wording.date(dt.date.fromisoformat(iso))


# Those in which a resident speaks: "words" is told only by leave.
PERSONAL = frozenset({"voice.raised", "voice.added", "matter.confirmed", "matter.sent_back"})

SPEECH: dict[str, tuple[StrOrPromise, Say]] = {
    "voice.raised": (gettext_lazy("反映"), _raised),
    "voice.added": (gettext_lazy("补充"), _photos),
    "matter.accepted": (gettext_lazy("受理"), _accepted),
    "matter.described": (gettext_lazy("改了标题或分类"), _nothing),
    "matter.declined": (gettext_lazy("不予受理"), _declined),
    "matter.joined": (gettext_lazy("归到一起"), _joined),
    "matter.taken_out": (gettext_lazy("分出来"), _taken_out),
    "matter.referred": (gettext_lazy("转报"), _between(gettext_lazy("%(from)s转给%(to)s。"))),
    "referral.accepted": (gettext_lazy("接收"), lambda line: _("%(body)s接了。") % {"body": line.facts["body_name"]}),
    "referral.returned": (gettext_lazy("退回"), _between(gettext_lazy("%(to)s退给%(from)s。"))),
    "referral.answered": (gettext_lazy("回话"), _between(gettext_lazy("%(to)s回话给%(from)s："))),
    "matter.handed_over": (gettext_lazy("交办"), _handed_over),
    "handover.taken": (gettext_lazy("接办"), _taken),
    "handover.returned": (gettext_lazy("退回"), _returned),
    "handover.progressed": (gettext_lazy("办理进展"), _slot("words")),
    "handover.extended": (gettext_lazy("延期"), _extended),
    "handover.passed_back": (gettext_lazy("退回重办"), _passed_back),
    "handover.replied": (gettext_lazy("答复"), _slot("words")),
    "matter.supervised": (gettext_lazy("督办"), _supervised),
    "matter.still_open": (gettext_lazy("还在办"), _still_open),
    "matter.closed": (gettext_lazy("了结"), _closed),
    "matter.reopened": (gettext_lazy("重新办理"), _slot("why")),
    "promise.kept": (gettext_lazy("兑现了"), _promise(gettext_lazy("第%(number)s点说好 %(day)s前办，办到了。"))),
    "promise.broken": (
        gettext_lazy("没兑现"),
        _promise(gettext_lazy("第%(number)s点说好 %(day)s前办，没办到，接着办。")),
    ),
    "promise.moved": (gettext_lazy("承诺改期"), _promise(gettext_lazy("原定 %(was)s，改到 %(day)s。"))),
    "matter.confirmed": (gettext_lazy("评价"), _confirmed),
    "matter.sent_back": (gettext_lazy("不认可，退回"), _confirmed),
    "whistle.blown": (gettext_lazy("吹哨"), _blown),
    "whistle.answered": (gettext_lazy("委员报到"), _report_in),
    "whistle.visited": (gettext_lazy("走访"), _visited),
    "words.erased": (gettext_lazy("删除"), lambda line: _("有一段话已依法删除。")),
    **deliberation.SPEECH,
}
# Told only to whoever spoke.
OWN_SPEECH: dict[str, tuple[StrOrPromise, Say]] = {
    "voice.cleared": (gettext_lazy("公开原话"), lambda line: _("工作人员看过，您的原话公开给大家看了。")),
    "voice.uncleared": (gettext_lazy("不再公开原话"), lambda line: _("您的原话不再给大家看。")),
    "voice.consent_withdrawn": (gettext_lazy("收回公开"), lambda line: _("您的话和照片不再公开。")),
    "answer.decided": (gettext_lazy("征集的回答"), _decided),
    "slip.reissued": (gettext_lazy("补发回执"), lambda line: _("在柜台换了新回执，旧的作废。")),
    **deliberation.OWN_SPEECH,
}
