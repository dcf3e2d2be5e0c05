"""Reading entries into tallies and courses. Done once for each entry: the bookmark moves in the same transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F

from shangliang.core import clock
from shangliang.figures.models import EVERYWHERE, Course, Tally
from shangliang.ledger.models import Subject
from shangliang.ledger.queries import Line
from shangliang.ledger.readers import catch_up as let_catch_up
from shangliang.matters.models import ENDS
from shangliang.playbooks.queries import calendar
from shangliang.tenants.models import Tenant

NAME = "figures"
FIRST_ANSWERS = frozenset({"matter.accepted", "matter.declined", "matter.joined"})
# An import accepts on the day a message was written, for nobody noted when it was read: its reply is its first answer.
FIRST_ANSWERS_IMPORTED = frozenset({"handover.replied"})
CONFIRMED = ("matter.confirmed", "matter.sent_back")
FIELDS = [column.attname for column in Course._meta.concrete_fields if column.name not in ("id", "tenant", "matter")]


def catch_up(tenant: Tenant) -> int:
    """Count all entries of the tenant in scope that are not counted yet. Gives how many there were."""
    return let_catch_up(NAME, lambda lines: Portion(tenant.pk).count(lines), with_words=False)


@dataclass(slots=True)
class Portion:
    """Some entries in order, and what they change."""

    tenant_id: UUID
    courses: dict[UUID, Course] = field(default_factory=dict)
    said: dict[UUID, tuple[UUID, dt.date, list[str]]] = field(default_factory=dict)
    tallies: Counter[tuple[dt.date, str, UUID]] = field(default_factory=Counter)

    def count(self, lines: list[Line]) -> None:
        """Count `lines` and write what changed (at most two reads and a few bulk writes, however many lines)."""
        self._recall(lines)
        for line in lines:
            self._one(line)
        self._write()

    def _one(self, line: Line) -> None:
        kind, facts, day = line.entry.kind, line.facts, clock.day_of(line.entry.happened_at)
        matter = _subject(line, "matter")
        if matter is None:
            return
        if kind == "voice.raised":
            self._raised(matter, line, day)
        course = self.courses.get(matter)
        if course is None:
            return
        if kind == "matter.supported":
            self._add(day, "supports", course.place)
            return
        if course.held and kind in ("voice.let_through", "matter.accepted"):
            course.held = False
            self._begin(course)
            self._standing(course, 1)
        answers = FIRST_ANSWERS_IMPORTED if facts.get("imported") else FIRST_ANSWERS
        if kind in answers and course.answered_on is None:
            self._answered(course, day)
        if kind == "matter.accepted":
            course.accepted_on = day
            self._add(day, "accepted", course.place)
        elif kind == "handover.replied":
            course.replied_on = day
            self._add(day, "replies", course.place)
            self._add(day, "replies_in_time", course.place, int(day.isoformat() <= facts["hand_over_due"]))
        elif kind in ("promise.kept", "promise.broken"):
            course.promise_on = day
            self._add(day, "promises_kept" if kind == "promise.kept" else "promises_broken", course.place)
        elif kind in CONFIRMED:
            self._confirmed(course, line, day)
        if "status" in facts:
            self._moved(course, line, day)

    def _raised(self, matter: UUID, line: Line, day: dt.date) -> None:
        facts = line.facts
        course = Course(
            tenant_id=self.tenant_id,
            matter_id=matter,
            place=UUID(facts["place"]),
            status=facts["status"],
            held=facts.get("held", False),
            raised_on=day,
            answer_due=_date(facts["due"]),
        )
        self.courses[matter] = course
        if not course.held:
            self._begin(course)

    def _begin(self, course: Course) -> None:
        self._add(course.raised_on, "raised", course.place)
        if course.answer_due:
            self._add(course.answer_due, "answers_due", course.place)

    def _answered(self, course: Course, day: dt.date) -> None:
        course.answered_on = day
        if course.held:
            return
        self._add(day, "answers", course.place)
        days = max(0, calendar(self.tenant_id).working_days_between(course.raised_on, day))
        self._add(day, "answer_days", course.place, days)
        if course.answer_due and day <= course.answer_due:
            # On the day it was due, so that a share of what was due in a month is a share of that month.
            self._add(course.answer_due, "answers_in_time", course.place)

    def _moved(self, course: Course, line: Line, day: dt.date) -> None:
        """Where the matter stands after the act, and what it owes: the fields every entry on a matter has."""
        status, due, place = line.facts["status"], _date(line.facts["due"]), UUID(line.facts["place"])
        if (status, due, place) == (course.status, course.due, course.place):
            return
        self._standing(course, -1)
        if status != course.status:
            course.ended_on = day if status in ENDS else None
            if status == "delivered":
                course.delivered_on = course.delivered_on or day
            elif status == "deliberated":
                course.deliberated_on = day
                self._add(day, "deliberated", place)
        course.status, course.due, course.place = status, due, place
        self._standing(course, 1)

    def _standing(self, course: Course, value: int) -> None:
        """Count, or take back, what is true of a matter until its next move: its end, and the date it owes."""
        if course.held:
            return
        if course.due:
            self._add(course.due, "owed", course.place, value)
        if course.ended_on:
            self._add(course.ended_on, course.status, course.place, value)

    def _confirmed(self, course: Course, line: Line, day: dt.date) -> None:
        voice = _subject(line, "voice")
        if voice is None:
            return
        if voice in self.said:  # the last word counts, the earlier one is taken back
            place, was, names = self.said[voice]
            for name in names:
                self._add(was, name, place, -1)
        names = _said(line.facts)
        self.said[voice] = (course.place, day, names)
        course.rated_on = day
        for name in names:
            self._add(day, name, course.place)

    def _add(self, day: dt.date, name: str, place: UUID, value: int = 1) -> None:
        self.tallies[day, name, place] += value
        self.tallies[day, name, EVERYWHERE] += value

    def _recall(self, lines: list[Line]) -> None:
        matters = {matter for line in lines if (matter := _subject(line, "matter"))}
        for course in Course.objects.filter(matter__in=matters):
            self.courses[course.matter_id] = course
        voices = {voice for line in lines if line.entry.kind in CONFIRMED and (voice := _subject(line, "voice"))}
        if voices:
            self._recall_said(voices, before=lines[0].entry.seq)

    def _recall_said(self, voices: Iterable[UUID], before: int) -> None:
        rows = Subject.objects.filter(subject__in=voices, seq__lt=before, entry__kind__in=CONFIRMED)
        for row in rows.select_related("entry").order_by("seq"):
            facts = json.loads(row.entry.body)["facts"]
            day = clock.day_of(row.entry.happened_at)
            self.said[row.subject] = (UUID(facts["place"]), day, _said(facts))

    def _write(self) -> None:
        Course.objects.bulk_create(
            self.courses.values(), update_conflicts=True, unique_fields=["tenant", "matter"], update_fields=FIELDS
        )
        for (day, name, place), value in self.tallies.items():
            if not value:
                continue
            row = {"tenant_id": self.tenant_id, "day": day, "name": name, "place": place}
            if not Tally.objects.filter(**row).update(value=F("value") + value):
                Tally.objects.create(**row, value=value)


def _subject(line: Line, kind: str) -> UUID | None:
    """The first row of this kind that an entry names: for a matter, the one its facts are about."""
    return next((UUID(row_id) for name, row_id in line.body["subjects"] if name == kind), None)


def _said(facts: dict[str, object]) -> list[str]:
    names = [f"solved_{facts['solved']}"]
    return [*names, f"rating_{facts['rating']}"] if facts["rating"] else names


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
