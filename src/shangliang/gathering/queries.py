"""Reading whistles: whom one could ask, what waits for whom, who comes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.gathering.candidates import RECENT, Candidate, Facts, Sits, Wanted, ranked
from shangliang.gathering.models import Asked, Recusal, Visit, VisitPhoto, Whistle
from shangliang.ledger.queries import read
from shangliang.matters.models import OPEN, Matter
from shangliang.people import queries as people
from shangliang.people.models import Enrolment, Member, Membership
from shangliang.people.private import private_of
from shangliang.people.rules import CASE_DUTIES, place_seats
from shangliang.studios.queries import duty

Answer, Status = Asked.Answer, Whistle.Status
CHIPS = 24  # of a kind, the commonest first
ON_A_PAGE = 60  # whistles
GOING_ON = (Status.OPEN, Status.ANSWERED)


@dataclass(frozen=True, slots=True)
class Chips:
    """What the members of a tenant know, by how many know it."""

    specialties: list[str]
    sectors: list[str]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Blown:
    """A whistle with everybody it asked, in the order they were asked."""

    whistle: Whistle
    asked: tuple[Asked, ...]

    def with_answer(self, *answers: str) -> list[Asked]:
        """Those who gave one of these answers; "" for those who are still waited for."""
        return [one for one in self.asked if one.answer in answers]

    @property
    def coming(self) -> list[Asked]:
        """Who comes, the first to come in front."""
        return sorted(self.with_answer(Answer.COME), key=lambda one: one.comes_at or clock.now())

    @property
    def waiting(self) -> list[Asked]:
        """Who has not answered yet."""
        return self.with_answer("")

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.whistle.needed - len(self.with_answer(Answer.COME)))

    @property
    def is_squad(self) -> bool:
        """Whether more than one is needed."""
        return self.whistle.needed > 1

    @property
    def waited(self) -> int:
        """For how many days it has looked for somebody, or did until it ended."""
        return (clock.day_of(self.whistle.ended_at or clock.now()) - clock.day_of(self.whistle.blown_at)).days

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended."""
        return self.whistle.status in GOING_ON


@dataclass(frozen=True, slots=True)
class AtPlace:
    """How many whistles a place blew, and how many of them somebody answered with 我来."""

    name: str
    blown: int
    heard: int


@dataclass(frozen=True, slots=True)
class Found:
    """A visit with its words in the clear and its photos."""

    visit: Visit
    words: str
    photos: list[VisitPhoto]


# --- whom one could ask -----------------------------------------------------------------------------


def members(on: dt.date) -> dict[UUID, Member]:
    """The members and delegates of a day, by person, without what is sealed (one query)."""
    rows = Member.objects.filter(since__lte=on).filter(Q(until=None) | Q(until__gte=on)).defer("sealed")
    # Who is a member and a delegate as well is asked as a member.
    ordered = sorted(rows.select_related("person"), key=lambda row: row.role == Member.Role.MEMBER)
    return {row.person_id: row for row in ordered}


def phone_of(person_id: UUID) -> str:
    """The phone number of a member, "" when there is none (one query). Whoever calls it has recorded the look."""
    on = clock.today()
    rows = Member.objects.filter(since__lte=on, person=person_id).filter(Q(until=None) | Q(until__gte=on))
    return next(filter(None, (private_of(row).phone for row in rows.order_by("-since"))), "")


def is_here(person_id: UUID) -> bool:
    """Whether somebody is a member today, or sits in a body (two queries at most)."""
    on = clock.today()
    rows = Member.objects.filter(since__lte=on, person=person_id).filter(Q(until=None) | Q(until__gte=on))
    return rows.exists() or Membership.objects.filter(people.in_force(on), person=person_id).exists()


def everybody(matter: Matter) -> list[Candidate]:
    """Everybody who could be asked about a matter, those near in front (ten queries)."""
    return candidates(Wanted(matter.place.path), members(clock.today()), matter.pk)


def chips(pool: Mapping[UUID, Member]) -> Chips:
    """What there is to choose from (no query)."""
    rows = pool.values()
    return Chips(
        _commonest(each for row in rows for each in row.specialties),
        _commonest(row.sector for row in rows),
        _commonest(each for row in rows for each in row.languages),
    )


def candidates(wanted: Wanted, pool: Mapping[UUID, Member], matter_id: UUID | None) -> list[Candidate]:
    """Everybody a whistle could ask, in order, with the reasons (ten queries, however many members there are)."""
    return ranked(_facts(pool, clock.today(), matter_id), wanted)


def next_candidates(whistle: Whistle, *, without: Iterable[UUID] = ()) -> list[Candidate]:
    """Those a whistle could still ask, in order: nobody twice, nobody who must stay out or is on leave."""
    taken = {*Asked.objects.filter(whistle=whistle).values_list("person", flat=True), *without}
    rows = candidates(wanted_by(whistle), members(clock.today()), whistle.matter_id)
    return [one for one in rows if not one.out and one.person_id not in taken]


def wanted_by(whistle: Whistle) -> Wanted:
    """What a whistle asks for; its place is read."""
    return Wanted(whistle.place.path, whistle.what, whistle.specialties, whistle.sectors, whistle.languages)


def _facts(pool: Mapping[UUID, Member], today: dt.date, matter_id: UUID | None) -> list[Facts]:
    seats, names = _seats(today, pool)
    homes = {
        row.person_id: row.place
        for row in Enrolment.objects.filter(until=None, status=Enrolment.Status.ASSIGNED).select_related("place")
    }
    at_duty = {turn.person_id: one for one in duty.on_duty(today) if not one.cancelled for turn in one.turns}
    away, hands = duty.on_leave(today), _in_hand()
    lately = _asked_since(clock.start_of(today - RECENT))
    recused = dict(Recusal.objects.filter(matter=matter_id).values_list("person", "why")) if matter_id else {}
    found = []
    for person_id, name in names.items():
        member, home, days = pool.get(person_id), homes.get(person_id), lately.get(person_id, [])
        found.append(
            Facts(
                person_id,
                name,
                member.sector if member else "",
                tuple(filter(None, member.specialties)) if member else (),
                tuple(filter(None, member.languages)) if member else (),
                home.path if home else "",
                home.short_name if home else "",
                seats.get(person_id, []),
                at_duty[person_id].shift.studio.body.name if person_id in at_duty else "",
                hands[person_id],
                len(days),
                max(days, default=None),
                person_id in away,
                recused.get(person_id, ""),
            )
        )
    return found


def _seats(today: dt.date, pool: Mapping[UUID, Member]) -> tuple[dict[UUID, list[Sits]], dict[UUID, str]]:
    """Where they sit, and the names of all who could be asked: members, and who sits somewhere as one."""
    as_member = (Membership.Duty.MEMBER, Membership.Duty.LEAD, Membership.Duty.INITIATOR)
    names = {person_id: row.person.name for person_id, row in pool.items()}
    seats: dict[UUID, list[Sits]] = {}
    rows = Membership.objects.filter(people.in_force(today)).exclude(body__kind="community")
    for row in rows.select_related("body__place", "person").order_by("body__name"):
        if row.duty in as_member:
            names.setdefault(row.person_id, row.person.name)
        if row.person_id in names:
            seats.setdefault(row.person_id, []).append(Sits(row.body.kind, row.body.name, row.body.place.path))
    return seats, names


def _in_hand() -> Counter[UUID]:
    """What each has in hand: whistles they come to and have not been at (two queries)."""
    coming = Asked.objects.filter(answer=Answer.COME, whistle__status__in=GOING_ON)
    seen = set(Visit.objects.filter(whistle__status__in=GOING_ON).values_list("whistle", "written_by"))
    return Counter(
        person for person, whistle in coming.values_list("person", "whistle") if (whistle, person) not in seen
    )


def _asked_since(moment: dt.datetime) -> dict[UUID, list[dt.date]]:
    days: dict[UUID, list[dt.date]] = {}
    for person, at in Asked.objects.filter(asked_at__gte=moment).values_list("person", "asked_at"):
        days.setdefault(person, []).append(clock.day_of(at))
    return days


def _commonest(words: Iterable[str]) -> list[str]:
    counted = Counter(word for word in words if word)
    return sorted(counted, key=lambda word: (-counted[word], word))[:CHIPS]


# --- whistles ---------------------------------------------------------------------------------------


def whistle(whistle_id: UUID) -> Blown | None:
    """One whistle with everybody it asked (two queries)."""
    return next(iter(_blown([_whole().filter(pk=whistle_id).first()])), None)


def asked(asked_id: UUID) -> Asked | None:
    """One who was asked, with the whistle."""
    rows = Asked.objects.select_related("person", "whistle__body", "whistle__place", "whistle__matter", "tenant")
    return rows.filter(pk=asked_id).first()


def visits(whistle: Whistle) -> list[Found]:
    """What was found on the spot, the latest first (two queries)."""
    rows = list(Visit.objects.filter(whistle=whistle).select_related("words", "written_by").order_by("-on", "-id"))
    photos: dict[UUID, list[VisitPhoto]] = {}
    for photo in VisitPhoto.objects.filter(visit__in=rows, attachment__erased_at=None).order_by("id"):
        photos.setdefault(photo.visit_id, []).append(photo)
    return [Found(row, read(row.words), photos.get(row.pk, [])) for row in rows]


def visit_photo(photo_id: UUID) -> VisitPhoto | None:
    """One photo of a visit, with file and whistle."""
    rows = VisitPhoto.objects.select_related("attachment", "visit__whistle__place", "visit__whistle__body")
    return rows.filter(pk=photo_id).first()


def over(actor: Actor, *, since: dt.datetime | None = None) -> list[Blown]:
    """The whistles of the places `actor` works over: those still looking for somebody first, the longest waiting
    in front, then those with their people, then what ended, the latest first (three queries at most).

    What ended is shown only from the moment `since` on.
    """
    reach = _reach(actor)
    if reach is None:
        return []
    going_on = _whole().filter(reach, status__in=GOING_ON).order_by("blown_at")[:ON_A_PAGE]
    found = sorted(going_on, key=lambda row: row.status != Status.OPEN)
    if since is not None:
        ended = _whole().filter(reach, blown_at__gte=since).exclude(status__in=GOING_ON)
        found += ended.order_by("-blown_at")[:ON_A_PAGE]
    return _blown(found)


def by_place(actor: Actor, since: dt.datetime) -> list[AtPlace]:
    """How many were blown at each place `actor` works over since a moment, in the order of the places' codes: no
    order of merit (one query)."""
    reach = _reach(actor)
    if reach is None:
        return []
    heard = Count("pk", distinct=True, filter=Q(asked__answer=Answer.COME))
    rows = Whistle.objects.filter(reach, blown_at__gte=since).values("place__code", "place__short_name")
    counted = rows.annotate(blown=Count("pk", distinct=True), heard=heard).order_by("place__code")
    return [AtPlace(row["place__short_name"], row["blown"], row["heard"]) for row in counted]


def of_matter(matter: Matter) -> list[Blown]:
    """The whistles about a matter, the latest first (two queries)."""
    return _blown(_whole().filter(matter=matter).order_by("-blown_at"))


def asked_of(person_id: UUID) -> list[Asked]:
    """What somebody was asked: what waits for an answer first, then what they come to, then the rest (one query)."""
    rows = Asked.objects.filter(person=person_id).select_related("whistle__body", "whistle__place", "whistle__matter")
    order = {"": 0, Answer.COME: 1}

    def place(one: Asked) -> tuple[int, dt.datetime]:
        rank = order.get(one.answer, 2) if one.whistle.status in GOING_ON else 3
        return rank, one.due_at

    return sorted(rows.order_by("-asked_at")[:ON_A_PAGE], key=place)


def to_go_on(now: dt.datetime, limit: int) -> list[Blown]:
    """The whistles that still look for somebody and could ask, or wait for an answer that is late, the oldest first
    (one query, two if there are any). Those about a matter that has ended rest."""
    late = Asked.objects.filter(whistle=OuterRef("pk"), tenant=OuterRef("tenant"), answer="", due_at__lte=now)
    still_needed = Q(matter=None) | Q(matter__status__in=OPEN)
    rows = _whole().filter(Q(ran_out_at=None) | Exists(late), still_needed, status=Status.OPEN)
    return _blown(rows.order_by("blown_at")[:limit])


def _reach(actor: Actor) -> Q | None:
    """The condition that `actor` works over a whistle's place, or sits in the body that blew it; None for nobody."""
    paths = {seat.place_path for seat in place_seats(actor)}
    own = {seat.body_id for seat in actor.seats_with(*CASE_DUTIES)}
    if not paths and not own:
        return None
    parts = [Q(place__path=path) | Q(place__path__startswith=path + "/") for path in sorted(paths)]
    return reduce(or_, parts, Q(body__in=own))


def _whole() -> QuerySet[Whistle]:
    return Whistle.objects.select_related("body", "place", "matter", "blown_by", "led_by")


def _blown(rows: Iterable[Whistle | None]) -> list[Blown]:
    found = [row for row in rows if row is not None]
    asked: dict[UUID, list[Asked]] = {}
    if found:
        answers = (
            Asked.objects.filter(whistle__in=found).select_related("person", "passed_to").order_by("asked_at", "id")
        )
        for one in answers:
            asked.setdefault(one.whistle_id, []).append(one)
    return [Blown(row, tuple(asked.get(row.pk, ()))) for row in found]
