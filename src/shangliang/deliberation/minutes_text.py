"""纪要: the whole text of a meeting's minutes, paragraph by paragraph, in the order of official minutes.

Pure: it is handed what there is to say (`queries.minutes.told`) and says it in Chinese, whoever looks on. Residents
stand in it by role only. A paragraph that repeats somebody's words remembers which, so that erasing reaches it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.deliberation.deciding import Tally, wanted
from shangliang.deliberation.deciding import decide as decide_by
from shangliang.deliberation.models import (
    Amendment,
    Attendee,
    Count,
    Finding,
    GatePass,
    Hearing,
    Item,
    Line,
    Meeting,
    Reservation,
    Side,
    Topic,
)
from shangliang.playbooks.deliberation_rules import Decide, MeetingForm, Outcome

DIGITS = re.compile(r"(\d+)")
NUMERALS = "一二三四五六七八九十"
AGREED = (Item.Status.AGREED, Item.Status.RESERVED)
PUNCTUAL = dt.timedelta(minutes=10)  # begun later or earlier than that, the minutes say what was planned


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: 0 plain, 1 under 一、, 2 under （一）; and whose words in the ledger it repeats."""

    text: str
    level: int = 0
    copy_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes as they are read, printed and signed."""

    mark: str  # the red line on top: 协商议事会纪要
    body: str
    title: str
    day: dt.date
    paragraphs: tuple[Paragraph, ...]

    def text(self) -> str:
        """All of it, a paragraph a line: what a signature stands under."""
        return "\n".join([self.title, *(one.text for one in self.paragraphs)])


@dataclass(frozen=True, slots=True)
class Told:
    """Everything the minutes of a meeting are made of."""

    meeting: Meeting
    form: MeetingForm
    outcomes: Mapping[str, Outcome]
    topics: list[Topic]
    attendees: list[Attendee]
    at_table: set[UUID]  # those who took part
    out: set[UUID]  # people who must stay out of a matter on the table
    sides: list[Side] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    passes: list[GatePass] = field(default_factory=list)
    lines: list[tuple[Line, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    reservations: list[tuple[Reservation, str]] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)


def compose(told: Told) -> Minutes:
    """The minutes of a meeting as its rows tell them now."""
    # Minutes are a document of this country's offices, whatever language the clerk's screen is in.
    with translation.override(settings.LANGUAGE_CODE):
        meeting = told.meeting
        label = told.form.label
        title = meeting.title if label in meeting.title else _("“%(title)s”%(label)s") % _names(meeting.title, label)
        return Minutes(
            mark=_("%(label)s纪要") % {"label": label},
            body=meeting.body.name,
            title=_("%(title)s纪要") % {"title": title.removesuffix(_("纪要"))},
            day=clock.day_of(meeting.opened_at or meeting.starts_at),
            paragraphs=tuple(_paragraphs(told)),
        )


def amendment_paragraphs(amendments: Iterable[Amendment]) -> tuple[Paragraph, ...]:
    """What was put right after signing, to stand under the text that was signed."""
    with translation.override(settings.LANGUAGE_CODE):
        return tuple(Paragraph(_amended(one)) for one in amendments)


def _names(title: str, label: str) -> dict[str, str]:
    return {"title": title, "label": label}


def _amended(one: Amendment) -> str:
    was = _("原文“%(was)s”，") % {"was": one.was} if one.was else ""
    words = {"n": one.number, "day": day(clock.day_of(one.at)), "was": was, "text": one.text, "why": one.why}
    return _("更正%(n)s（%(day)s）：%(was)s更正为“%(text)s”。因为：%(why)s") % words


def _paragraphs(told: Told) -> Iterator[Paragraph]:
    yield from map(Paragraph, _head(told))
    number = iter(NUMERALS)
    parts: tuple[tuple[str, Callable[[Told], Iterator[Paragraph]]], ...] = (
        (_("商量的事"), _questions),
        (_("会前调研"), _investigation),
        (_("会上发言"), _speeches),
        (_("定下来的事"), _settled),
        (_("怎么定的"), _decided),
        (_("下一步"), _next),
    )
    for heading, part in parts:
        if below := list(part(told)):
            yield Paragraph(f"{next(number)}、{heading}", 1)
            yield from below


def _head(told: Told) -> Iterator[str]:
    meeting = told.meeting
    began, ended = meeting.opened_at or meeting.starts_at, meeting.closed_at
    until = _("至%(time)s") % {"time": _time(ended)} if ended else ""
    when = {"day": day(clock.day_of(began)), "from": _time(began), "until": until, "planned": _planned(meeting, began)}
    yield _("时间：%(day)s%(from)s%(until)s%(planned)s。") % when
    where = "；".join(part for part in (meeting.where, meeting.link and _("网上同时开")) if part)
    yield _("地点：%(where)s（%(how)s，第%(round)s次会）。") % {
        "where": where or _("网上"),
        "how": told.form.label,
        "round": meeting.round,
    }
    recorder = _("；记录：%(name)s") % {"name": meeting.recorder.name} if meeting.recorder else ""
    yield _("主持：%(name)s%(recorder)s。") % {"name": meeting.chair.name, "recorder": recorder}
    yield from _attendance(told)


def _planned(meeting: Meeting, began: dt.datetime) -> str:
    if abs(began - meeting.starts_at) < PUNCTUAL:
        return ""
    planned = clock.day_of(meeting.starts_at)
    on = "" if planned == clock.day_of(began) else day(planned)
    return _("（原定%(day)s%(time)s）") % {"day": on, "time": _time(meeting.starts_at)}


def _attendance(told: Told) -> Iterator[str]:
    there = [one for one in told.attendees if one.pk in told.at_table]
    sides = "；".join(
        _("%(side)s%(n)s人（%(who)s）") % {"side": side, "n": len(people), "who": "、".join(map(called, people))}
        for side, people in _by_seat(told, there)
    )
    yield _("出席：共%(n)s人。%(sides)s。") % {"n": len(there), "sides": sides} if there else _("出席：没有人签到。")
    listening = [one for one in told.attendees if one.signed_in_at and one.answer == Attendee.Answer.NOT_SEATED]
    stays_out = [one for one in told.attendees if one.recused_at is not None or one.person_id in told.out]
    rest = [one for one in told.attendees if not one.signed_in_at and one not in stays_out]
    groups = (
        (_("旁听"), listening),
        (_("请假"), [one for one in rest if one.answer == Attendee.Answer.NOT_COMING]),
        (_("没到"), [one for one in rest if one.answer in (Attendee.Answer.COMING, Attendee.Answer.INVITED)]),
        (_("回避"), stays_out),
    )
    for label, people in groups:
        if people:
            yield _("%(label)s：%(who)s。") % {"label": label, "who": "、".join(map(called, people))}


def _by_seat(told: Told, people: list[Attendee]) -> Iterator[tuple[str, list[Attendee]]]:
    seats = told.form.seats
    groups: dict[str, list[Attendee]] = {one.label: [] for one in seats.values()}
    # Residents first, then who comes by name, then who is sent.
    for one in sorted(people, key=lambda one: (bool(one.body_id), bool(one.person_id), by_number(one))):
        groups.setdefault(seats[one.seat].label if one.seat in seats else _kind(one), []).append(one)
    return ((label, here) for label, here in groups.items() if here)


def _kind(attendee: Attendee) -> str:
    """What somebody comes as where the form of meeting has no sides: 居民代表 3 is one of the 居民代表."""
    if attendee.body_id:
        return _("有关单位")
    if attendee.person_id:
        return _("委员和工作人员")
    return attendee.role.rstrip("0123456789 ") or attendee.role


def by_number(attendee: Attendee) -> list[tuple[int, str]]:
    """居民代表 2 before 居民代表 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in DIGITS.split(attendee.role)]


def called(attendee: Attendee) -> str:
    """How the minutes call somebody: a resident by role alone, others with their name."""
    name = attendee.person.name if attendee.person else ""
    return f"{attendee.role}（{name}）" if name and name not in attendee.role else attendee.role


def _questions(told: Told) -> Iterator[Paragraph]:
    for number, topic in enumerate(told.topics, 1):
        first = f"{number}. " if len(told.topics) > 1 else ""
        question = _("：%(question)s") % {"question": topic.question} if topic.question else "。"
        yield Paragraph(f"{first}{topic.title}（{topic.matter.number}）{question}")


def _investigation(told: Told) -> Iterator[Paragraph]:
    for side in told.sides:
        heard = [one for one in told.hearings if one.side_id == side.pk]
        people = sum(one.people for one in heard)
        ways = "、".join(dict.fromkeys(_("%(how)s（%(chosen)s）") % _heard(one) for one in heard))
        if heard:
            yield Paragraph(_("%(side)s：听了%(n)s人，%(ways)s。") % {"side": side.label, "n": people, "ways": ways})
        else:
            was_let_pass = any({"heard", f"heard:{side.pk}"} & {*one.missing} for one in told.passes)
            unheard = _("%(side)s：没有去听（主持人签名放行）。") if was_let_pass else _("%(side)s：没有听到。")
            yield Paragraph(unheard % {"side": side.label})
    for found in told.findings:
        source = _("（%(source)s）") % {"source": found.source} if found.source else ""
        yield Paragraph(f"{found.get_kind_display()}：{_ended(found.text + source)}")
    for one in told.passes:
        lacking = "；".join(str(sentence).rstrip("。") for sentence in one.sentences)
        words = {"lacking": lacking, "who": one.signed_name, "day": day(clock.day_of(one.at)), "why": _ended(one.why)}
        yield Paragraph(_("放行：当时%(lacking)s。主持人%(who)s%(day)s签名放行，理由：%(why)s") % words)


def _heard(one: Hearing) -> dict[str, str]:
    return {"how": one.get_how_display(), "chosen": one.chosen}


SAID = {Line.Kind.ASKED: "问", Line.Kind.ANSWERED: "答"}


def _speeches(told: Told) -> Iterator[Paragraph]:
    for line, words in told.lines:
        who = line.attendee.role if line.attendee else _("记") if line.kind == Line.Kind.NOTE else _("有人")
        yield Paragraph(f"{who}{SAID.get(Line.Kind(line.kind), '')}：{_ended(words)}", copy_of=line.words_id)


def _settled(told: Told) -> Iterator[Paragraph]:
    number = iter(NUMERALS)
    groups = (
        (Item.Status.AGREED, _("大家同意的")),
        (Item.Status.RESERVED, _("定了、有人保留的")),
        (Item.Status.OPEN, _("还没谈拢的")),
    )
    for status, heading in groups:
        if items := [one for one in told.items if one.status == status]:
            yield Paragraph(f"（{next(number)}）{heading}", 2)
            for item in items:
                yield Paragraph(_item(told, item))
                yield from _reserved(told, item)
    if not told.items:
        yield Paragraph(_("这次没有定下来的事。"))


def _item(told: Told, item: Item) -> str:
    text = f"{item.number}. {_ended(item.text)}"
    if item.status not in AGREED:
        return text
    owner = item.owner.name if item.owner else item.owner_words
    outcome = told.outcomes[item.outcome].label if item.outcome in told.outcomes else ""
    by = _("%(day)s前") % {"day": day(item.due)} if item.due else _("没定日期")
    return text + _("%(owner)s，%(by)s。%(outcome)s。") % {
        "owner": _("由%(owner)s办") % {"owner": owner} if owner else _("谁办还没定"),
        "by": by,
        "outcome": outcome or _("记下来"),
    }


def _reserved(told: Told, item: Item) -> Iterator[Paragraph]:
    for row, why in told.reservations:
        if row.item_id == item.pk:
            words = {"who": row.attendee.role, "why": _ended(why)}
            yield Paragraph(_("%(who)s保留意见：%(why)s") % words, copy_of=row.words_id)


def _decided(told: Told) -> Iterator[Paragraph]:
    yield Paragraph(rule_in_words(told.form.decide))
    items = {item.pk: item for item in told.items}
    for count in told.counts:
        item = items[count.item_id]
        words = {"n": item.number, "sum": _sum(count, told.form.decide)}
        if count.opened_at < item.worded_at:
            yield Paragraph(_("第%(n)s条（改字以前数的，不算）：%(sum)s") % words)
        else:
            yield Paragraph(_("第%(n)s条：%(sum)s") % words)


def rule_in_words(decide: Decide) -> str:
    """How a point is decided here, in a sentence."""
    base = _("到会、不回避的人") if decide.of == "present" else _("有权表态的人")
    return _("规矩：%(wanted)s才算定，以%(base)s计。") % {"wanted": wanted(decide), "base": base}


def _sum(count: Count, decide: Decide) -> str:
    ways = {"hands": _("举手"), "ballot": _("投票"), "signing": _("签字")}
    tally = Tally(count.yes, count.no, count.abstain, count.base, count.unit, count.entitled)
    return _("%(how)s，%(sum)s。") % {"how": ways[count.how], "sum": decide_by(decide, tally).sentence}


def _next(told: Told) -> Iterator[Paragraph]:
    agreed = [one for one in told.items if one.status in AGREED]
    tos = {told.outcomes[one.outcome].to for one in agreed if one.outcome in told.outcomes}
    numbers = "、".join(topic.matter.number for topic in told.topics)
    if "task" in tos:
        words = {"numbers": numbers}
        yield Paragraph(_("要部门办的，签字以后逐条交办，各单位要逐点答复，凭编号%(numbers)s随时可以查。") % words)
    if "undertaking" in tos:
        yield Paragraph(_("大家自己办的，到了日子看做到没有，做没做到都公布。"))
    if "rule" in tos:
        yield Paragraph(_("要定成公约的，先起草，征求意见以后再通过。"))
    if any(one.status == Item.Status.OPEN for one in told.items):
        yield Paragraph(_("没谈拢的，下次会接着商量。"))


def day(date: dt.date) -> str:
    """2026年11月24日"""
    return f"{date.year}年{date.month}月{date.day}日"


def _time(at: dt.datetime) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%H:%M")


def _ended(text: str) -> str:
    """The sentence with its full stop."""
    text = text.strip()
    return text if text.endswith(("。", "！", "？", "…", "!", "?", "；")) else text + "。"
