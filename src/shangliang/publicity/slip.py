"""What the owner of a slip sees on one screen: their words, who holds the matter, the whole thread, what they may do."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.delivery.models import Confirmation, Promise
from shangliang.delivery.queries import promises
from shangliang.delivery.telling import Answered, Told, answers_in, tell, voices_of
from shangliang.ledger.queries import Line, together
from shangliang.matters.models import ENDS, Matter, Point
from shangliang.matters.owed import Owed, owed
from shangliang.matters.queries import clock_of, points
from shangliang.playbooks.calendar import Deadline
from shangliang.publicity.topic_list import Talked, talked_about
from shangliang.voices import slips
from shangliang.voices.models import Slip, Voice

LINES = 300  # of a thread; the longest seen in real life has some sixty
SPOKEN = ("voice.raised", "voice.added")
MATTER_NUMBER = re.compile(r"\w+-\d{4}-\d{6}")  # on the slip too, and easily taken for the code
CONFIRMED = ("matter.confirmed", "matter.sent_back")
UNTOLD = ("matter.supported",)  # counted, not listed


@dataclass(frozen=True, slots=True)
class Words:
    """Something the owner of the slip said."""

    at: dt.datetime
    text: str
    photos: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A point of the matter, what was answered, and what was promised."""

    point: Point
    answer: Answered | None
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the owner last said of the result."""

    at: dt.datetime
    solved: str
    rating: int | None
    sent_back: bool

    @property
    def solved_label(self) -> str:
        return str(Confirmation.Solved(self.solved).label)


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of one slip. `subject` is the matter that counts: the lead, if the own one is joined."""

    code: str
    voice: Voice
    matter: Matter
    subject: Matter
    said: list[Words]
    told: list[Told]
    asked: list[Asked]
    entered: dict[str, dt.date]  # stage → the day it was first entered
    held_days: int | None
    deadline: Deadline | None
    owed: Owed | None  # the answer of another level
    talked: Talked | None  # the topic it became
    opinion: Opinion | None

    @property
    def is_joined(self) -> bool:
        return self.subject.pk != self.matter.pk

    @property
    def has_ended(self) -> bool:
        return self.subject.status in ENDS

    @property
    def was_declined(self) -> bool:
        return bool(self.subject.status == Matter.Status.DECLINED)

    @property
    def is_open_to_public(self) -> bool:
        """Whether there is a consent to take back."""
        return self.voice.openness == Voice.Openness.PUBLIC and self.voice.consent_withdrawn_at is None

    @property
    def may_support(self) -> bool:
        return self.is_joined and self.subject.is_public and not self.has_ended


def thread_of(slip: Slip, code: str) -> Thread:
    """Everything the page of a slip shows (at most six queries, seven or eight when another
    level owes an answer or it is talked over). `slip` as `voices.queries.by_slip` gives it."""
    matter = slip.voice.matter
    subject = matter.lead or matter
    lines = together({matter.pk, subject.pk}, without=UNTOLD, limit=LINES)
    spoken = [line for line in lines if line.entry.kind in SPOKEN and _names(line, matter)]
    own = {slip.voice_id}.union(*map(voices_of, spoken))
    on_subject = [line for line in lines if line.facts.get("number") == subject.number]
    holders = {body.pk: body.name for body in (matter.holder, subject.holder) if body}
    return Thread(
        code=slips.grouped(code),
        voice=slip.voice,
        matter=matter,
        subject=subject,
        said=[
            Words(line.entry.happened_at, line.words.get("words", ""), line.facts.get("photos", 0)) for line in spoken
        ],
        told=tell(lines, own=own, bodies=holders),
        asked=_asked(subject, on_subject),
        entered=_entered(on_subject),
        held_days=_held_days(subject, on_subject),
        deadline=clock_of(subject),
        owed=owed(subject),
        talked=_talked(lines, slip.voice_id),
        opinion=_opinion(lines, own),
    )


def flaw(typed: str) -> str:
    """What is wrong with a code that cannot be one, for whoever typed it."""
    if MATTER_NUMBER.fullmatch(unicodedata.normalize("NFKC", typed).strip()):
        return _("这是事情的编号。要填的是回执码，有 %(all)d 位，在回执最上面。") % {"all": slips.LENGTH}
    signs = sum(sign.isalnum() for sign in unicodedata.normalize("NFKC", typed))
    if not signs:
        return _("还没写回执码。")
    if signs < slips.LENGTH:
        return _("回执码有 %(all)d 位，这里只有 %(now)d 位，少了 %(off)d 位。") % {
            "all": slips.LENGTH,
            "now": signs,
            "off": slips.LENGTH - signs,
        }
    if signs > slips.LENGTH:
        return _("回执码有 %(all)d 位，这里有 %(now)d 位，多了 %(off)d 位。") % {
            "all": slips.LENGTH,
            "now": signs,
            "off": signs - slips.LENGTH,
        }
    return _("位数对，可有一位抄错了，对着回执再看一眼。")


def _talked(lines: Sequence[Line], voice_id: UUID) -> Talked | None:
    """The topic that was named last: lines come newest first."""
    named = (UUID(row) for line in lines for kind, row in line.body["subjects"] if kind == "topic")
    topic = next(named, None)
    return talked_about(topic, voice_id) if topic else None


def _names(line: Line, matter: Matter) -> bool:
    return ["matter", str(matter.pk)] in line.body["subjects"]


def _asked(subject: Matter, lines: Sequence[Line]) -> list[Asked]:
    answers: dict[int, Answered] = {}
    for line in lines:
        for answer in answers_in(line):
            answers.setdefault(answer.number, answer)  # lines come newest first
    asked = points(subject)
    made = promises(subject) if answers else []  # nothing is promised but in an answer
    standing = {promise.point_id: promise for promise in made if promise.status != Promise.Status.REPLACED}
    return [
        Asked(
            point,
            None if point.status == Point.Status.OPEN else answers.get(point.number),
            standing.get(point.pk),
        )
        for point in asked
    ]


def _entered(lines: Sequence[Line]) -> dict[str, dt.date]:
    entered: dict[str, dt.date] = {}
    for line in reversed(lines):
        entered.setdefault(line.facts["status"], clock.day_of(line.entry.happened_at))
    return entered


def _held_days(subject: Matter, lines: Sequence[Line]) -> int | None:
    """For how many days the holder has held the matter: since the first of the latest entries that name it."""
    since: dt.datetime | None = None
    for line in lines:
        if line.facts.get("holder") != (str(subject.holder_id) if subject.holder_id else None):
            break
        since = line.entry.happened_at
    return (clock.today() - clock.day_of(since)).days if since and subject.holder_id else None


def _opinion(lines: Sequence[Line], own: set[UUID]) -> Opinion | None:
    for line in lines:
        if line.entry.kind in CONFIRMED and voices_of(line) & own:
            facts = line.facts
            is_back = line.entry.kind == "matter.sent_back"
            return Opinion(line.entry.happened_at, facts["solved"], facts.get("rating"), is_back)
    return None
