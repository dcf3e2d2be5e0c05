"""What meetings say to those who work here: that somebody chairs one, takes its minutes, is asked to come.

Each leads to a page that this person may open: who runs the meeting to its page at the desk, everybody else to their
own seat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.ledger.queries import Line
from shangliang.notices.staff_wording import Said, subjects
from shangliang.playbooks import wording

KINDS = frozenset(
    """meeting.planned meeting.called meeting.moved meeting.cancelled attendee.invited attendee.taken_off""".split()
)


def said(line: Line, people: Collection[UUID]) -> dict[UUID, Said]:
    """What an entry of one of KINDS says to each of these people, whom it names (two queries)."""
    (meeting_id,) = subjects(line, "meeting")
    meeting = Meeting.objects.get(pk=meeting_id)
    seats = {one.person_id: one for one in Attendee.objects.filter(meeting=meeting, person__in=people)}
    return {person: _said(line, meeting, person, seats.get(person)) for person in people}


def _said(line: Line, meeting: Meeting, person: UUID, seat: Attendee | None) -> Said:
    runs = person in (meeting.chair_id, meeting.recorder_id)
    sentence = _sentence(line, person == meeting.chair_id, person == meeting.recorder_id)
    if runs:
        return Said(sentence, "deliberation:meeting", {"meeting_id": meeting.pk})
    if seat is not None:
        return Said(sentence, "deliberation:seat", {"token": token_of(seat)})
    return Said(sentence, "notices:mine")


def _sentence(line: Line, chairs: bool, records: bool) -> str:
    kind, about = line.entry.kind, _about(line)
    if kind == "meeting.cancelled":
        return _("“%(title)s”%(when)s的会取消了，不用来。") % about
    if kind == "attendee.taken_off":
        return _("“%(title)s”%(when)s的会，您不用来了。") % about
    if kind == "meeting.moved":
        said = _("“%(title)s”的会改了：原定 %(was)s，现在是 %(when)s%(where)s。") % about
        asked_again = not (chairs or records) and line.facts["was"] != line.facts["starts_at"]
        return said + (_("来不来，请再回个话。") if asked_again else "")
    if chairs:
        return _("“%(title)s”%(when)s%(where)s开会，请您主持。") % about
    if records:
        return _("“%(title)s”%(when)s%(where)s开会，请您做记录。") % about
    return _("%(body)s请您来开会：“%(title)s”，%(when)s%(where)s。来不来，请回个话。") % about


def _about(line: Line) -> dict[str, str]:
    facts = line.facts
    moments = {name: _moment(facts[key]) for name, key in (("when", "starts_at"), ("was", "was")) if key in facts}
    where = _("，在%(where)s") % {"where": facts["where"]} if facts["where"] else ""
    return {"title": facts["title"], "body": facts["body_name"], "where": where, **moments}


def _moment(iso: str) -> str:
    return wording.moment(dt.datetime.fromisoformat(iso))
