"""How what a list says of a member fits to what was known: a row from a date to a date, none of them rewritten. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from shangliang.people.member_columns import COLUMNS, PRIVATE, PUBLIC, SEVERAL
from shangliang.people.models import Member
from shangliang.people.private import Private, private_of

DAY = dt.timedelta(days=1)
Facts = dict[str, Any]  # of a member row, by the names of its public fields


class DoesNotFit(Exception):
    """What a list says cannot be so, beside what is known: the field, and why."""

    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(why)
        self.field_name, self.why = field_name, why


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changes. Of a private one it is said that it changes, never from what to what."""

    name: str  # of the field
    old: str = ""
    new: str = ""

    @property
    def label(self) -> str:
        return COLUMNS.label(self.name)

    @property
    def is_private(self) -> bool:
        return not self.old and not self.new


@dataclass(slots=True)
class Span:
    """What is so of a member from a date to a date. `member` is its row, None for one to be made."""

    facts: Facts
    private: Private
    since: dt.date
    until: dt.date | None = None
    member: Member | None = None
    corrected: bool = False  # its row gets these facts
    ended: bool = False  # its row gets this end

    def holds(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or self.until >= day)

    def __str__(self) -> str:
        end = self.until.isoformat() if self.until else _("今")
        period = _("%(since)s 至 %(until)s") % {"since": self.since.isoformat(), "until": end}
        return f"{self.facts['term']}（{period}）" if self.facts["term"] else period


def span_of(member: Member) -> Span:
    """A row that is known."""
    facts = {name: getattr(member, name) for name in PUBLIC}
    return Span(facts, private_of(member), member.since, member.until, member)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a member: the fields that are written, and from when to when, if that is."""

    given: Facts = field(default_factory=dict)
    since: dt.date | None = None
    until: dt.date | None = None


def fit(spans: list[Span], said: Said, on: dt.date, level: str) -> list[Change]:
    """Put what is said into `spans`, oldest first; gives what changes. What began before `on` ends the day before
    it and goes on as another span, unless it began that very day.

    Raises DoesNotFit for terms that overlap, and for what would rewrite the past.
    """
    known = _known_span(spans, said)
    if known is not None:
        return _change(spans, known, said, on)
    begin = said.since or on
    last = spans[-1] if spans else None
    if last and last.since == begin and said.since is None:
        return _change(spans, last, said, on)  # the term itself is put right on the day it was written
    _in_order(begin, said.until)
    _check_free(spans, said, begin)
    changes = []
    if last and last.since < begin and (last.until is None or last.until >= begin):
        last.until, last.ended = begin - DAY, True
    facts = dict(last.facts) if last else _nothing(level)
    private = last.private if last else Private()
    fresh = _merged(Span(facts, private, begin, said.until), said)
    if last:
        changes = _differences(last, fresh) or [Change("since", _("（空）"), begin.isoformat())]
    spans.append(fresh)
    spans.sort(key=lambda span: span.since)
    return changes


def _in_order(since: dt.date, until: dt.date | None) -> None:
    if until is not None and until < since:
        raise DoesNotFit("until", _("任期结束（%(until)s）在开始的前面。") % {"until": until.isoformat()})


def _known_span(spans: list[Span], said: Said) -> Span | None:
    """The span that speaks of the same term: the latest of it."""
    term = said.given.get("term", "")
    same = [span for span in spans if not term or span.facts["term"] in (term, "")]
    if not same:
        return None
    if said.since is None or same[0].since <= said.since <= (same[-1].until or said.since):
        return same[-1]
    return None


def _check_free(spans: list[Span], said: Said, begin: dt.date) -> None:
    """The time from `begin` on is free, but for a last span without an end, which ends there."""
    for span in spans:
        runs_on = span is spans[-1] and span.until is None and span.since < begin
        if runs_on or (span.until is not None and span.until < begin):
            continue
        if said.until is not None and said.until < span.since:
            continue
        if span.since > begin and said.given.get("term", "") in ("", span.facts["term"]):
            raise DoesNotFit("since", _("已经记着从 %(since)s 起，这里写得更早。") % {"since": span.since.isoformat()})
        raise DoesNotFit("since", _("和已经记着的任期重叠：%(span)s。") % {"span": span})


def _change(spans: list[Span], known: Span, said: Said, on: dt.date) -> list[Change]:
    if known is spans[-1] and known.until is not None and known.until < on and said.until is None:
        why = _("这里记着他到 %(until)s 为止。又任职了，写上新的任期开始；没有，就从表里去掉。")
        raise DoesNotFit("name", why % {"until": known.until.isoformat()})
    fresh = _merged(replace(known, facts=dict(known.facts)), said)
    changes = _differences(known, fresh)
    end = said.until if said.until else known.until
    later = next((span for span in spans if span.since > known.since), None)
    if end != known.until and later is not None and end is not None and end >= later.since:
        raise DoesNotFit("until", _("和已经记着的任期重叠：%(span)s。") % {"span": later})
    if changes and known.until is not None and known.until < on:
        raise DoesNotFit("name", _("这一任到 %(until)s 已经结束了，过去的不改。") % {"until": known.until.isoformat()})
    _in_order(known.since, end)
    moved = [Change("until", str(known.until or ""), str(end))] if end != known.until else []
    if not changes:
        known.until, known.ended = end, known.ended or bool(moved)
        return moved
    if known.since >= on:
        known.facts, known.private, known.until, known.corrected = fresh.facts, fresh.private, end, True
    else:
        known.until, known.ended = on - DAY, True
        spans.insert(spans.index(known) + 1, Span(fresh.facts, fresh.private, on, end))
    return changes + moved


def _nothing(level: str) -> Facts:
    return {
        "role": str(Member.Role.MEMBER),
        "level": level,
        "sector": "",
        "term": "",
        "specialties": [],
        "languages": [],
    }


def _merged(span: Span, said: Said) -> Span:
    """The span with what is said: only what is written."""
    for name in PUBLIC:
        if name in said.given:
            span.facts[name] = said.given[name]
    written = {name: said.given[name] for name in PRIVATE if name in said.given}
    span.private = replace(span.private, **written)
    return span


def _differences(old: Span, new: Span) -> list[Change]:
    public = [
        Change(name, _shown(name, old.facts[name]), _shown(name, new.facts[name]))
        for name in PUBLIC
        if old.facts[name] != new.facts[name]
    ]
    before, after = asdict(old.private), asdict(new.private)
    return public + [Change(name) for name in PRIVATE if before[name] != after[name]]


def _shown(name: str, value: Any) -> str:
    if name in SEVERAL:
        return "、".join(value) or _("（空）")
    if name == "role":
        return str(Member.Role(value).label)
    if name == "level":
        return str(Member.Level(value).label)
    return str(value) or _("（空）")
