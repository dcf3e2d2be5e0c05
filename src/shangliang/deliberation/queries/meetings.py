"""Reading meetings before and while they are on: who sits where, what is missing, who signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.deliberation import gates, meeting_clock
from shangliang.deliberation.meeting_clock import Dates
from shangliang.deliberation.models import AgendaPart, Attendee, Count, Meeting, Topic
from shangliang.deliberation.progress import done_on
from shangliang.deliberation.queries.evidence import evidence
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.deliberation.rules import BEFORE, SEATED, works_on_topic
from shangliang.gathering.models import Recusal
from shangliang.people.models import Body, Membership
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO
from shangliang.playbooks import wording
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.playbooks.queries import calendar

Status, Answer = Meeting.Status, Attendee.Answer
COMING_UP = (*BEFORE, Status.OPEN)
JOIN_DAYS = 1  # working days before a meeting until which residents may ask to come


@dataclass(frozen=True, slots=True)
class Lack:
    """Something a meeting still needs. `blocks`: it cannot be called before it is there."""

    key: str
    sentence: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """One side of the table: its rule, how many seats were planned, and who has one."""

    key: str
    label: str
    wanted: int
    people: list[Attendee]
    by: str = ""  # how one comes to sit there, as the playbook says it

    @property
    def free(self) -> int:
        return max(0, self.wanted - len(self.people))

    @property
    def here(self) -> int:
        return sum(1 for one in self.people if one.signed_in_at)


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody of a meeting: the sides at the table, who asked to come, and who listens."""

    benches: list[Bench]
    asked: list[Attendee]
    listening: list[Attendee]

    @property
    def seated(self) -> list[Attendee]:
        return [one for bench in self.benches for one in bench.people]

    @property
    def everybody(self) -> list[Attendee]:
        return [*self.seated, *self.listening]

    @property
    def here(self) -> int:
        return sum(1 for one in self.everybody if one.signed_in_at)


def meeting(meeting_id: UUID) -> Meeting | None:
    """A meeting with its body, place, chair and recorder (one query)."""
    return _whole().filter(pk=meeting_id).first()


def bodies(ids: Iterable[UUID]) -> list[Body]:
    """These bodies with their places (one query)."""
    return list(Body.objects.filter(pk__in=list(ids)).select_related("place"))


def topics_of(meeting: Meeting) -> list[Topic]:
    """The topics on a meeting's table, in their order, with matter, place and playbook (one query)."""
    rows = Topic.objects.filter(on_tables__meeting=meeting).order_by("on_tables__position")
    return list(rows.select_related("matter__place", "matter__holder", "playbook", "put_by"))


def first_topic(meeting: Meeting) -> Topic:
    """The topic whose way of working a meeting follows (one query)."""
    return topics_of(meeting)[0]


def further_topics(actor: Actor, topic: Topic, limit: int = 12) -> list[Topic]:
    """The other topics taken up by the same body, which a meeting may deal with as well (one query)."""
    rows = Topic.objects.filter(put_by=topic.put_by_id, status=Topic.Status.CHOSEN).exclude(pk=topic.pk)
    rows = rows.select_related("matter__place", "matter__holder", "playbook", "put_by").order_by("put_at")
    return [one for one in rows[:limit] if works_on_topic(actor, one)]


def form_of(meeting: Meeting, topic: Topic | None = None) -> MeetingForm:
    """The form of a meeting, by the playbook its first topic began with."""
    return playbook_of(topic or first_topic(meeting)).deliberation.meetings[meeting.form]


def forms_of(topic: Topic) -> tuple[dict[str, MeetingForm], str]:
    """The forms that a meeting about a topic may have, and that of the step which comes next ("" where it names none):
    a step that names its form holds no other (the queries of `evidence`)."""
    seen = evidence(topic)
    steps = [one for one in seen.rules.steps.values() if "meet" in one.does]
    ahead = [one for one in steps if done_on(one, seen) is None] or steps
    named = {one.form for one in ahead} | {
        one.form for one in seen.rules.steps.values() if one not in steps and one.form
    }
    any_form = not ahead or any(not one.form for one in ahead)
    coming = gates.step_of(seen, "meet")
    known = {key: form for key, form in seen.rules.meetings.items() if any_form or key in named}
    return known, coming.form if coming else ""


def agenda(meeting: Meeting) -> list[AgendaPart]:
    """The parts of the agenda, in order (one query)."""
    return list(AgendaPart.objects.filter(meeting=meeting).order_by("position"))


def dates_of(meeting: Meeting, form: MeetingForm) -> Dates:
    """The last days for notice and papers of a meeting."""
    today, day = clock.today(), clock.day_of(meeting.starts_at)
    return meeting_clock.dates(calendar(meeting.tenant_id), form, day, today)


def join_until(meeting: Meeting) -> dt.date:
    """The last day on which residents may ask to come; afterwards the seats are drawn by lot."""
    return calendar(meeting.tenant_id).back(clock.day_of(meeting.starts_at), JOIN_DAYS)


def takes_requests(meeting: Meeting) -> bool:
    """Whether residents may ask to come: the meeting is public, called, and there is time."""
    is_open = meeting.is_public and meeting.status == Status.CALLED
    return is_open and clock.today() <= join_until(meeting)


def lacking(meeting: Meeting, table: Table | None = None) -> list[Lack]:
    """What a meeting that is being prepared still needs, what blocks its call first."""
    topics = topics_of(meeting)
    form = form_of(meeting, topics[0])
    dates, today = dates_of(meeting, form), clock.today()
    found = [
        Lack(f"gate:{one.key}", one.sentence, blocks=True)
        for topic in topics
        for one in gates.missing(topic, "invite", meeting.form)
    ]
    if meeting.status == Status.PLANNED:
        found += [Lack("notice", late, blocks=True)] if (late := dates.late_notice(today)) else []
        found += _season(meeting, topics[0])
    if form.papers and not meeting.papers:
        late = dates.late_papers(today)
        words = late or _("会议材料还没写。最晚 %(by)s要发。") % {"by": wording.date(dates.papers_by or dates.day)}
        found.append(Lack("papers", words, blocks=bool(late)))
    return found + _empty_seats(form, table or table_of(meeting, form))


def attendees(meeting: Meeting) -> list[Attendee]:
    """Everybody of a meeting, by their roles: 居民代表 2 before 居民代表 10 (one query)."""
    rows = Attendee.objects.filter(meeting=meeting).select_related("person", "body", "side", "meeting")
    return sorted(rows, key=lambda one: _in_order(one.role))


def table_of(meeting: Meeting, form: MeetingForm) -> Table:
    """Everybody of a meeting by side (one query)."""
    rows = attendees(meeting)
    by_seat: dict[str, list[Attendee]] = {key: [] for key in form.seats}
    for one in rows:
        if one.answer in SEATED:
            by_seat.setdefault(one.seat if one.seat in form.seats else "", []).append(one)
    by = {key: rule.by for key, rule in form.seats.items()}
    benches = [
        Bench(key, _label(form, key), _wanted(meeting, form, key), people, by.get(key, ""))
        for key, people in by_seat.items()
    ]
    if not benches:
        benches = [Bench("", _("到会的人"), meeting.seats, [])]
    return Table(
        benches,
        [one for one in rows if one.answer == Answer.ASKED],
        [one for one in rows if one.answer == Answer.NOT_SEATED],
    )


def at_table(meeting: Meeting) -> list[Attendee]:
    """Those who vote, reserve and sign: what `rules.takes_part` says, for all at once (two queries)."""
    out = recused_people(meeting)
    return [
        one
        for one in attendees(meeting)
        if one.answer in SEATED and one.signed_in_at and one.recused_at is None and one.person_id not in out
    ]


def recused_people(meeting: Meeting) -> set[UUID]:
    """Those who must stay out of a matter on the table, as was said of the matter itself (one query)."""
    table = Topic.objects.filter(on_tables__meeting=meeting)
    return set(Recusal.objects.filter(matter__in=table.values("matter")).values_list("person", flat=True))


def attendee(attendee_id: UUID) -> Attendee | None:
    """Somebody of a meeting, with the meeting and its body (one query)."""
    rows = Attendee.objects.select_related("meeting__body__place", "meeting__chair", "person", "body", "side")
    return rows.filter(pk=attendee_id).first()


def is_counting(meeting_id: UUID) -> bool:
    """Whether votes are being cast in a meeting."""
    return Count.objects.filter(item__meeting=meeting_id, closed_at=None).exists()


def coming_up(actor: Actor, limit: int = 60) -> list[Meeting]:
    """The meetings that `actor` prepares, runs or sits in, the next one first (one query)."""
    seats = actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO, Membership.Duty.CHAIR)
    mine = Q(body__in=[seat.body_id for seat in seats])
    for seat in actor.seats_with(*CASE_DUTIES):
        mine |= Q(body__place__path=seat.place_path) | Q(body__place__path__startswith=seat.place_path + "/")
    if actor.person_id:
        invited = Attendee.objects.filter(person=actor.person_id).exclude(meeting__status=Status.PLANNED)
        mine |= Q(chair=actor.person_id) | Q(recorder=actor.person_id) | Q(pk__in=invited.values("meeting"))
    return list(_whole().filter(mine, status__in=COMING_UP).order_by("starts_at")[:limit])


def of_topic(topic: Topic) -> list[Meeting]:
    """The meetings about a topic, the first one first (one query)."""
    return list(_whole().filter(on_table__topic=topic).order_by("starts_at"))


def public(now: dt.datetime, limit: int = 30) -> list[Meeting]:
    """The meetings that the public is told of and that are still to come or on, the next one first (one query)."""
    rows = _whole().filter(is_public=True, status__in=(Status.CALLED, Status.OPEN))
    return list(rows.filter(starts_at__gte=now - dt.timedelta(hours=12)).order_by("starts_at")[:limit])


def seats_to_draw(today: dt.date) -> list[Meeting]:
    """The called meetings for which people asked to come and may no longer (two queries and the calendar)."""
    asked = Attendee.objects.filter(answer=Answer.ASKED, held=False)
    rows = Meeting.objects.filter(status=Status.CALLED, pk__in=asked.values("meeting"))
    return [one for one in rows if today > join_until(one)]


def _whole() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("body__place", "chair", "recorder")


def _in_order(role: str) -> tuple[str, int]:
    words, _blank, number = role.rpartition(" ")
    return (words, int(number)) if number.isascii() and number.isdigit() else (role, 0)


def _label(form: MeetingForm, key: str) -> str:
    return form.seats[key].label if key in form.seats else _("到会的人")


def _wanted(meeting: Meeting, form: MeetingForm, key: str) -> int:
    return int(meeting.by_side.get(key, 0)) if key in form.seats else (0 if form.seats else meeting.seats)


def _season(meeting: Meeting, topic: Topic) -> list[Lack]:
    season = playbook_of(topic).deliberation.season
    why = meeting_clock.out_of_season(season, clock.day_of(meeting.starts_at))
    return [Lack("season", why, blocks=True)] if why else []


def _empty_seats(form: MeetingForm, table: Table) -> list[Lack]:
    found = [
        Lack(
            f"seat:{bench.key}",
            _("%(side)s至少要 %(least)s 位，现在请了 %(now)s 位。")
            % {"side": bench.label, "least": form.seats[bench.key].least, "now": len(bench.people)},
            blocks=False,
        )
        for bench in table.benches
        if bench.key in form.seats and len(bench.people) < form.seats[bench.key].least
    ]
    if len(table.seated) < form.least:
        words = _("%(form)s至少要 %(least)s 个人，现在请了 %(now)s 个。")
        given = {"form": form.label, "least": form.least, "now": len(table.seated)}
        found.append(Lack("size", words % given, blocks=False))
    return found
