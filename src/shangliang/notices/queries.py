"""Who is to hear, and what is still to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from shangliang.core import clock
from shangliang.delivery.telling import Told, tell
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import Line, lines
from shangliang.notices.models import Notice, StaffNotice
from shangliang.notices.staff_wording import Names, subjects
from shangliang.people.models import Account, Membership, Person
from shangliang.people.private import private_of
from shangliang.people.queries import in_force, names
from shangliang.people.queries.members import member_of, rows_of
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice


@dataclass(frozen=True, slots=True)
class Listener:
    """A voice that hears by a channel outside the page."""

    voice_id: UUID
    person: bytes  # the same for voices that left the same phone number
    channel: str
    number: str  # of its own matter


def listeners(matter_ids: Collection[UUID], channels: Collection[str]) -> dict[UUID, list[Listener]]:
    """Those behind each matter, and behind the matters joined under it, by the matter's id (one query)."""
    rows = Voice.objects.filter(Q(matter__in=matter_ids) | Q(matter__lead__in=matter_ids))
    rows = rows.filter(contact__channel__in=channels, follows=None).exclude(contact__sealed=None)
    found: dict[UUID, list[Listener]] = {}
    rows = rows.select_related("contact", "matter").order_by("happened_at", "pk")
    for voice in rows:
        contact = voice.contact
        assert contact is not None
        person = bytes(contact.phone_hash or contact.pk.bytes)
        listener = Listener(voice.pk, person, contact.channel, voice.matter.number)
        for matter in {voice.matter_id, voice.matter.lead_id}.intersection(matter_ids):
            found.setdefault(matter, []).append(listener)
    return found


def waiting(now: dt.datetime, limit: int) -> list[Notice]:
    """Notices to be sent now, the longest due first, with the contact of their voice (one query)."""
    rows = Notice.objects.filter(status=Notice.Status.WAITING, next_try_at__lte=now).select_related("voice__contact")
    return list(rows.order_by("next_try_at", "pk")[:limit])


def names_in(lines: Sequence[Line]) -> Names:
    """The names of those who acted in some entries and of the persons and bodies they name (two queries)."""
    acted = {UUID(person) for line in lines if (person := line.body["actor"].get("person"))}
    named = {person for line in lines for person in subjects(line, "person")}
    persons = Person.objects.filter(pk__in=acted | named).values_list("pk", "name")
    return Names(dict(persons), names({body for line in lines for body in subjects(line, "body")}))


def staff_waiting(now: dt.datetime, limit: int) -> list[StaffNotice]:
    """What is to be sent to people who work here now, the longest due first (one query)."""
    rows = StaffNotice.objects.filter(status=StaffNotice.Status.WAITING, next_try_at__lte=now)
    return list(rows.select_related("person__account").order_by("next_try_at", "pk")[:limit])


def staff_reach(person: Person) -> Reach:
    """How a message finds somebody who works here: the mail address of their log-in, the phone in the directory of
    members, as it holds today or held last. Nowhere for who has no seat here today (three queries)."""
    if not Membership.objects.filter(in_force(clock.today()), person=person).exists():
        return Reach(person.name, "", "")
    account = getattr(person, "account", None)
    member = member_of(person.pk) or next(iter(rows_of(person.pk)), None)
    phone = private_of(member).phone if member else ""
    return Reach(person.name, phone, account.email if account and account.is_active else "")


def staff_notices(person_id: UUID, limit: int) -> list[StaffNotice]:
    """What somebody was told, the newest first (one query)."""
    return list(StaffNotice.objects.filter(person=person_id).order_by("-made_at", "-pk")[:limit])


def digest_accounts(today: dt.date) -> list[Account]:
    """The active accounts with an e-mail address whose owner has a seat in the tenant today."""
    seats = Membership.objects.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))
    persons = set(seats.values_list("person", flat=True))
    return list(Account.objects.filter(person__in=persons, is_active=True).exclude(email="").select_related("person"))


def news(bodies: Collection[UUID], since: dt.datetime, limit: int) -> list[tuple[str, Told]]:
    """What happened since a moment on matters that these bodies hold, newest first, each with the matter's number.

    Imported history is no news.
    """
    rows = list(Entry.objects.filter(recorded_at__gte=since).order_by("-seq")[: limit * 10])
    held = {str(body) for body in bodies}
    own = [line for line in lines(rows) if {line.facts.get("holder"), line.facts.get("body")} & held]
    fresh = [line for line in own if not line.facts.get("imported")][:limit]
    return [(line.facts.get("number", ""), told) for line in fresh for told in tell([line])]
