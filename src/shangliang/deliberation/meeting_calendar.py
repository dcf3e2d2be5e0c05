"""One meeting as a calendar file (.ics): a client that fetched it before takes the newer version when it was moved."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from shangliang.core import clock
from shangliang.deliberation.models import Meeting

PRODUCT = "-//shangliang//meetings//ZH"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def of_meeting(meeting: Meeting, link: str, *, way_in: bool) -> bytes:
    """The file. `link` is the page it leads to; `way_in`: with the address of the online meeting, for those at
    the table alone."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", clock.SHANGHAI.key)
    calendar.add_component(_event(meeting, link, way_in))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, link: str, way_in: bool) -> Event:
    event, off = Event(), meeting.status == Meeting.Status.CANCELLED
    event.add("uid", f"{meeting.pk}@shangliang")
    event.add("dtstamp", (meeting.called_at or clock.now()).replace(microsecond=0))
    # UTC: every client knows it, and needs no table of time zones from us.
    event.add("dtstart", meeting.starts_at.astimezone(dt.UTC))
    event.add("dtend", (meeting.starts_at + dt.timedelta(minutes=meeting.lasts)).astimezone(dt.UTC))
    event.add("sequence", meeting.version)
    event.add("summary", _("【取消】%(title)s") % {"title": meeting.title} if off else meeting.title)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    if meeting.where:
        event.add("location", meeting.where)
    online = _("网上会议：%(link)s") % {"link": meeting.link} if way_in and meeting.link else ""
    if note := "\n".join(filter(None, (meeting.cancelled_why, online))):
        event.add("description", note)
    event.add("url", link)
    return event
