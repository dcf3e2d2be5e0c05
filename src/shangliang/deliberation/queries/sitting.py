"""Reading a meeting while it sits: the same few queries however much was said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import QuerySet

from shangliang.core import clock
from shangliang.deliberation import deciding
from shangliang.deliberation.models import (
    AgendaPart,
    Attendee,
    Ballot,
    Count,
    Item,
    Line,
    Meeting,
    OutsideQuestion,
    Reservation,
    Topic,
)
from shangliang.deliberation.queries import meetings, voting
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.deliberation.rules import SEATED
from shangliang.ledger.queries import read
from shangliang.playbooks.deliberation_rules import MeetingForm, Outcome

Answer = Attendee.Answer


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a line, by one clerk."""

    line: Line
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the minutes with what became of it: its own words, and those that now stand in their place. Two
    that correct the same line stand side by side."""

    first: Wording
    stands: tuple[Wording, ...]  # empty when it was struck

    @property
    def line(self) -> Line:
        return self.first.line

    @property
    def is_corrected(self) -> bool:
        return any(one.line.corrects_id for one in self.stands)

    @property
    def is_disputed(self) -> bool:
        return len(self.stands) > 1


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who may speak, with the number that the clerk types for them."""

    number: int
    attendee: Attendee
    takes_part: bool


@dataclass(frozen=True, slots=True)
class SideOn:
    """A side of the table: its speakers, and how long they spoke where that is kept."""

    label: str
    speakers: list[Speaker]
    seconds: int
    share: float  # of all that was spoken

    @property
    def minutes(self) -> str:
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


@dataclass(frozen=True, slots=True)
class PartOn:
    """A part of the agenda: planned minutes, and used ones once it has begun."""

    part: AgendaPart
    is_on: bool
    used: int | None

    @property
    def is_over_time(self) -> bool:
        return self.used is not None and self.used > self.part.minutes


@dataclass(frozen=True, slots=True)
class Counted:
    """A count in words; `is_old`: of a text that was changed since."""

    count: Count
    sentence: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class OnTable:
    """Something put to the table, with its counts and reservations."""

    item: Item
    outcome: Outcome | None
    counts: list[Counted]
    voting: Count | None  # votes are being cast
    cast: int  # how many have voted, while they are
    reservations: list[tuple[Reservation, str]]
    why_not: str  # why it cannot pass now
    lacking: str  # what has to be written of it before it is agreed


@dataclass(frozen=True, slots=True)
class Asked:
    """A question from outside, or of somebody at the table who is not in the room."""

    question: OutsideQuestion
    words: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """All that the one screen shows."""

    meeting: Meeting
    topics: list[Topic]
    form: MeetingForm
    agenda: list[PartOn]
    sides: list[SideOn]
    spoken: list[Spoken]
    items: list[OnTable]
    questions: list[Asked]
    here: int  # who takes part in deciding
    wanted: str  # the rule of the place in words

    @property
    def waiting(self) -> list[Asked]:
        return [one for one in self.questions if one.question.taken_at is None]

    @property
    def to_answer(self) -> list[Asked]:
        return [one for one in self.questions if one.question.taken_at and one.question.line_id is None]

    @property
    def speakers(self) -> list[Speaker]:
        return [speaker for side in self.sides for speaker in side.speakers]

    @property
    def now(self) -> PartOn | None:
        return next((one for one in self.agenda if one.is_on), None)


def sitting(meeting: Meeting) -> Sitting:
    """The meeting as its screen shows it (twelve queries)."""
    topics = meetings.topics_of(meeting)
    form = meetings.form_of(meeting, topics[0])
    people, out = meetings.attendees(meeting), meetings.recused_people(meeting)
    lines = _wordings(Line.objects.filter(meeting=meeting))
    here = {one.pk for one in people if _takes_part(one, out)}
    return Sitting(
        meeting,
        topics,
        form,
        _agenda(meeting, meetings.agenda(meeting)),
        _sides(form, people, here, lines),
        _spoken(lines),
        table(meeting, topics, form),
        _questions(meeting),
        len(here),
        deciding.wanted(form.decide),
    )


def table(meeting: Meeting, topics: list[Topic], form: MeetingForm) -> list[OnTable]:
    """What was put to the table (four queries)."""
    rows = Item.objects.filter(meeting=meeting).select_related("owner", "topic__playbook", "continues__meeting")
    items = list(rows.order_by("number"))
    counts = voting.counts_of(items)
    said: dict[UUID, list[tuple[Reservation, str]]] = {item.pk: [] for item in items}
    for one in Reservation.objects.filter(item__in=items).select_related("attendee", "words").order_by("id"):
        said[one.item_id].append((one, read(one.words)))
    voted = Ballot.objects.filter(count__item__in=items, count__closed_at=None).values("count")
    cast = dict(voted.annotate(number=Number("id")).values_list("count", "number"))
    outcomes = {topic.pk: playbook_of(topic).deliberation.outcomes for topic in topics}
    return [
        OnTable(
            item,
            outcomes[item.topic_id].get(item.outcome),
            [
                Counted(one, voting.reckoned(one, form.decide), one.opened_at < item.worded_at)
                for one in counts[item.pk]
                if one.closed_at
            ],
            ballot := next((one for one in counts[item.pk] if one.closed_at is None), None),
            cast.get(ballot.pk, 0) if ballot else 0,
            said[item.pk],
            voting.why_not_passed(item, counts[item.pk], form.decide),
            voting.lacking(item, outcomes[item.topic_id].get(item.outcome)),
        )
        for item in items
    ]


def left_over(meeting: Meeting, topics: list[Topic]) -> list[Item]:
    """What earlier rounds put to the table and did not settle, and this one has not taken up (one query)."""
    rows = Item.objects.filter(topic__in=topics, status=Item.Status.OPEN, meeting__status=Meeting.Status.SIGNED)
    return list(rows.exclude(meeting=meeting).exclude(later__isnull=False).select_related("meeting").order_by("id"))


@dataclass(frozen=True, slots=True)
class Changes:
    """What was written since a version: the version now, the part that is on, whether the table changed, and the
    lines, each whole with what corrects it."""

    version: int
    part: int
    table: bool
    spoken: list[Spoken]


def changes(meeting_id: UUID, since: int) -> Changes:
    """What was written since version `since` (three queries at most)."""
    version, table_version, part = Meeting.objects.values_list("version", "table_version", "part").get(pk=meeting_id)
    if version <= since:
        return Changes(version, part, False, [])
    rows = Line.objects.filter(meeting=meeting_id).values_list("pk", "corrects", "serial")
    above = {pk: corrects for pk, corrects, _serial in rows}
    roots = {root_of(pk, above) for pk, _corrects, serial in rows if serial > since}
    wanted = [pk for pk in above if root_of(pk, above) in roots]
    spoken = _spoken(_wordings(Line.objects.filter(pk__in=wanted))) if wanted else []
    return Changes(version, part, table_version > since, spoken)


def item(item_id: UUID, meeting_id: UUID) -> Item | None:
    """Something put to the table of a meeting (one query)."""
    rows = Item.objects.select_related("meeting__body__place", "topic__playbook", "owner")
    return rows.filter(pk=item_id, meeting=meeting_id).first()


def question(question_id: UUID, meeting_id: UUID) -> OutsideQuestion | None:
    """A question sent in to a meeting (one query)."""
    rows = OutsideQuestion.objects.select_related("words", "attendee")
    return rows.filter(pk=question_id, meeting=meeting_id).first()


def is_askable(meeting: Meeting) -> bool:
    """Whether somebody outside may send a question in."""
    return meeting.is_public and meeting.status in (Meeting.Status.CALLED, Meeting.Status.OPEN)


def _takes_part(attendee: Attendee, out: set[UUID]) -> bool:
    is_in = attendee.answer in SEATED and attendee.signed_in_at is not None
    return is_in and attendee.recused_at is None and attendee.person_id not in out


def _agenda(meeting: Meeting, parts: list[AgendaPart]) -> list[PartOn]:
    begun = sorted(one.begun_at for one in parts if one.begun_at)
    until = meeting.closed_at or clock.now()
    return [PartOn(one, _is_on(meeting, one), _used(one, begun, until)) for one in parts]


def _is_on(meeting: Meeting, part: AgendaPart) -> bool:
    return meeting.status == Meeting.Status.OPEN and part.position == meeting.part


def _used(part: AgendaPart, begun: list[dt.datetime], until: dt.datetime) -> int | None:
    if part.begun_at is None:
        return None
    end = next((one for one in begun if one > part.begun_at), until)
    return int((end - part.begun_at).total_seconds() // 60)


def _sides(form: MeetingForm, people: list[Attendee], here: set[UUID], lines: list[Wording]) -> list[SideOn]:
    by_seat: dict[str, list[Attendee]] = {key: [] for key in form.seats}
    for one in people:
        if one.answer not in (Answer.ASKED, Answer.NOT_COMING):
            by_seat.setdefault(one.seat if one.seat in form.seats else "", []).append(one)
    seat_of = {one.pk: one.seat if one.seat in form.seats else "" for one in people}
    seconds = dict.fromkeys(by_seat, 0)
    for wording in lines:
        if wording.line.attendee_id and not wording.line.struck_at and not wording.line.corrects_id:
            seconds[seat_of[wording.line.attendee_id]] += wording.line.seconds
    whole, number, found = sum(seconds.values()), 0, []
    for key, ones in by_seat.items():
        speakers = [Speaker(number + place, one, one.pk in here) for place, one in enumerate(ones, 1)]
        number += len(ones)
        label = form.seats[key].label if key in form.seats else ""
        if ones:
            found.append(SideOn(label, speakers, seconds[key], seconds[key] / whole if whole else 0))
    return found


def _wordings(rows: QuerySet[Line]) -> list[Wording]:
    lines = rows.select_related("words", "attendee", "clerk").order_by("said_at", "id")
    return [Wording(line, read(line.words)) for line in lines]


def _spoken(wordings: list[Wording]) -> list[Spoken]:
    above = {one.line.pk: one.line.corrects_id for one in wordings}
    groups: dict[UUID, list[Wording]] = {}
    for one in wordings:
        groups.setdefault(root_of(one.line.pk, above), []).append(one)
    return [_standing(root, group) for root, group in groups.items()]


def _standing(root: UUID, group: list[Wording]) -> Spoken:
    kept = [one for one in group if one.line.struck_at is None]
    replaced = {one.line.corrects_id for one in kept}
    first = next(one for one in group if one.line.pk == root)
    return Spoken(first, tuple(one for one in kept if one.line.pk not in replaced))


def root_of(line: UUID, above: dict[UUID, UUID | None]) -> UUID:
    """The line that was said first, of those that correct one another; `above`: what each corrects."""
    seen = {line}
    while (upper := above.get(line)) and upper in above and upper not in seen:
        line = upper
        seen.add(line)
    return line


def _questions(meeting: Meeting) -> list[Asked]:
    rows = OutsideQuestion.objects.filter(meeting=meeting, left_out_at=None, line=None)
    return [Asked(one, read(one.words)) for one in rows.select_related("words", "attendee").order_by("asked_at")]
