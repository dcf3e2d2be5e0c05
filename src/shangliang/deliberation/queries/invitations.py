"""Whom one may invite to a meeting, how they are called there, and what only those who run it may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.seal import unseal
from shangliang.deliberation.models import Attendee, Meeting, Side, Topic
from shangliang.matters.queries import joined_ids
from shangliang.people.models import Body, Membership, Person
from shangliang.people.queries.members import member_of, members
from shangliang.people.queries.sittings import bodies, in_force
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.voices.models import Voice
from shangliang.voices.queries import Said, behind

FOUND = 12
RESIDENTS = "residents"
# A seat that only members of the committee hold.
OF_MEMBERS = (Membership.Duty.MEMBER, Membership.Duty.LEAD, Membership.Duty.CONVENOR, Membership.Duty.CHAIR)


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody a search found: a person, with what tells them from others of that name."""

    person: Person
    about: str
    body: Body | None
    is_there: bool  # sits at this table already

    @property
    def likely_seat(self) -> str:
        """The side that is offered first, where the playbook has one of that name."""
        if self.body is None:
            return "members"
        return "departments" if self.body.kind == Body.Kind.DEPARTMENT else "others"


def people(words: str, meeting: Meeting) -> list[Found]:
    """Members and staff whose name, sector or body fits; those in the meeting are marked (four queries)."""
    if not words.strip():
        return []
    there = set(Attendee.objects.filter(meeting=meeting).values_list("person", flat=True))
    found: dict[UUID, Found] = {}
    for member in members(words=words)[:FOUND]:
        known = Found(member.person, member.sector or member.get_role_display(), None, member.person_id in there)
        found.setdefault(member.person_id, known)
    fits = Q(person__name__icontains=words.strip()) | Q(body__name__icontains=words.strip())
    seats = Membership.objects.filter(in_force(clock.today()), fits)
    for seat in seats.select_related("person", "body").order_by("person__name")[:FOUND]:
        if seat.person_id not in found:
            about = f"{seat.body.name} {seat.get_duty_display()}"
            body = None if seat.duty in OF_MEMBERS else seat.body
            found[seat.person_id] = Found(seat.person, about, body, seat.person_id in there)
    return list(found.values())[: 2 * FOUND]


def departments(words: str) -> list[Body]:
    """Open bodies whose name fits (one query)."""
    return list(bodies(words.strip())[:FOUND]) if words.strip() else []


def role_of_person(person: Person, body: Body | None = None) -> str:
    """What the public reads of a member or somebody of staff: 周见山委员; 沈青（光明社区）. `body`: whom they speak for
    (two queries at most)."""
    if body is None:
        rows = Membership.objects.filter(in_force(clock.today()), person=person).select_related("body")
        seats = sorted(rows, key=lambda seat: (seat.duty not in OF_MEMBERS, seat.since))
        if member_of(person.pk) or (seats and seats[0].duty in OF_MEMBERS):
            return _("%(name)s委员") % {"name": person.name}
        body = seats[0].body if seats else None
    return _("%(name)s（%(body)s）") % {"name": person.name, "body": body.name} if body else person.name


def resident_label(form: MeetingForm, seat_key: str) -> str:
    """How residents on a side are called, before their number."""
    rule = form.seats.get(seat_key)
    return rule.label if rule else _("居民代表")


def seats_for_residents(form: MeetingForm) -> dict[str, str]:
    """The sides on which residents who ask to come may sit, key → label: the one the playbook calls `residents`; where
    it has none of that name, any that has seats."""
    rules = [form.seats[RESIDENTS]] if RESIDENTS in form.seats else [rule for rule in form.seats.values() if rule.most]
    return {rule.key: rule.label for rule in rules}


def voices(meeting: Meeting) -> list[Said]:
    """Those behind the matters on the table who can be reached, once each, those invited left out (five queries)."""
    ids: list[UUID] = []
    for topic in Topic.objects.filter(on_tables__meeting=meeting).select_related("matter"):
        ids += [topic.matter_id, *joined_ids(topic.matter)]
    invited = set(Attendee.objects.filter(meeting=meeting).values_list("voice", flat=True))
    said = [one for one in behind(ids) if one.voice.follows_id is None and one.voice.pk not in invited]
    return [one for one in said if not one.voice.held]


def voice_rows(meeting: Meeting, ids: Collection[UUID]) -> list[Voice]:
    """Of the voices one may invite, those with these ids, in the order they spoke."""
    return [one.voice for one in voices(meeting) if one.voice.pk in ids]


def sides(meeting: Meeting) -> list[Side]:
    """The sides that were named for the topics on the table (one query)."""
    rows = Side.objects.filter(topic__on_tables__meeting=meeting, dropped_at=None)
    return list(rows.order_by("topic", "position"))


def own(person_id: UUID, meeting: Meeting) -> Attendee | None:
    """The seat of somebody with a log-in at a table (one query)."""
    return Attendee.objects.filter(meeting=meeting, person=person_id).first()


def name_of(attendee: Attendee) -> str:
    """The sealed name of a resident. Whoever calls it runs the meeting."""
    return _opened(attendee, "name")


def phone_of(attendee: Attendee) -> str:
    """The sealed number of a resident. Whoever calls it runs the meeting, and has recorded the look."""
    return _opened(attendee, "phone")


def has_phone(meeting: Meeting, phone: str) -> bool:
    """Whether somebody on the list of a meeting left this number. The numbers are compared, and given to nobody (one
    query)."""
    rows = Attendee.objects.filter(meeting=meeting).exclude(phone=None)
    return any(_opened(one, "phone") == phone for one in rows)


def recused_why(attendee: Attendee) -> str:
    """Why somebody stays out, for those who run the meeting and for themselves."""
    return _opened(attendee, "recused_why")


def _opened(attendee: Attendee, field: str) -> str:
    sealed: bytes | None = getattr(attendee, field)
    if not sealed:
        return ""
    return unseal(sealed, f"attendee-{field}:{attendee.tenant_id}:{attendee.pk}").decode()
