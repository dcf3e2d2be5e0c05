"""Duty as a calendar file (.ics): a studio's times for everybody, and a member's own turns for themselves.

Each change of a shift or turn raises its SEQUENCE, so that a client which keeps what it once fetched takes the
newer version. What is cancelled stays in the file, says so in its status and in its title (some clients show
the title and nothing else), and takes up nobody's time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from shangliang.core import clock
from shangliang.people.models import Person
from shangliang.studios.models import DutyShift, Studio
from shangliang.studios.queries.duty import Shown

PRODUCT = "-//shangliang//duty//ZH"
OFTEN = dt.timedelta(hours=1)  # how often a client may look again
MEDIA_TYPE = "text/calendar; charset=utf-8"


def of_studio(studio: Studio, shown: Iterable[Shown], link: str) -> bytes:
    """The shifts of a studio; `link` is the address of its public page."""
    calendar = _calendar(_("%(studio)s值班") % {"studio": studio.body.name})
    for one in shown:
        title = _("%(studio)s接待居民：%(names)s") % {"studio": studio.body.name, "names": one.names or _("待定")}
        calendar.add_component(_event(one, one.shift.pk, title, link, off=one.cancelled))
    return bytes(calendar.to_ical())


def of_member(person: Person, shown: Iterable[Shown], link_of: Callable[[Studio], str]) -> bytes:
    """Somebody's own turns, given-up ones too; `link_of` gives the public page of a studio."""
    calendar = _calendar(_("%(name)s的值班") % {"name": person.name})
    for one in shown:
        title = _("在%(studio)s值班") % {"studio": one.shift.studio.body.name}
        for turn in (*one.turns, *one.given_up):
            if turn.person_id == person.pk:
                off = one.cancelled or turn.given_up_at is not None
                calendar.add_component(_event(one, turn.pk, title, link_of(one.shift.studio), off=off))
    return bytes(calendar.to_ical())


def place_of(shift: DutyShift) -> str:
    """Where a shift takes place, in words: its own place, else the studio's address; "" for one without a room."""
    studio = shift.studio
    return shift.where or ("" if studio.online else studio.body.address or studio.body.place.short_name)


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", clock.SHANGHAI.key)
    calendar.add("refresh-interval", OFTEN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(one: Shown, uid: UUID, title: str, link: str, *, off: bool) -> Event:
    shift, event = one.shift, Event()
    event.add("uid", f"{uid}@shangliang")
    event.add("dtstamp", _changed_at(one))
    # UTC: every client knows it, and needs no table of time zones from us.
    event.add("dtstart", one.starts_at().astimezone(dt.UTC))
    event.add("dtend", one.ends_at().astimezone(dt.UTC))
    event.add("sequence", _version(one))
    event.add("summary", _("【取消】%(title)s") % {"title": title} if off else title)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    if where := place_of(shift):
        event.add("location", where)
    if note := "\n".join(filter(None, (shift.note, shift.cancelled_why))):
        event.add("description", note)
    event.add("url", link)
    return event


def _version(one: Shown) -> int:
    """Rises with everything that can happen to a shift: a turn begins, is given up, the shift is cancelled, and
    takes place again with a new turn."""
    return 2 * (len(one.turns) + len(one.given_up)) + len(one.given_up) + one.cancelled


def _changed_at(one: Shown) -> dt.datetime:
    """When the shift last changed, by what its rows say of themselves: the file is the same until something does."""
    turns = (*one.turns, *one.given_up)
    moments = [_made_at(row.pk) for row in (one.shift, *turns)]
    moments += [turn.given_up_at for turn in one.given_up if turn.given_up_at]
    return max([*moments, *([one.shift.cancelled_at] if one.shift.cancelled_at else [])]).replace(microsecond=0)


def _made_at(row_id: UUID) -> dt.datetime:
    return dt.datetime.fromtimestamp((row_id.int >> 80) / 1000, dt.UTC)  # a UUIDv7 begins with its moment
