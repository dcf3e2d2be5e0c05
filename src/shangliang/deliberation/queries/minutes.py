"""Reading minutes: as the rows tell them while the meeting is on, as the ledger keeps them once they were read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shangliang.core.seal import keyed_hash, unseal
from shangliang.deliberation.minutes_paper import Sheet, Signed
from shangliang.deliberation.minutes_text import (
    Minutes,
    Paragraph,
    Told,
    amendment_paragraphs,
    by_number,
    called,
    compose,
)
from shangliang.deliberation.models import (
    Amendment,
    Attendee,
    Count,
    Finding,
    GatePass,
    Hearing,
    Item,
    Line,
    Meeting,
    OutsideQuestion,
    Reservation,
    Side,
    Signature,
    Topic,
)
from shangliang.deliberation.queries.meetings import at_table, attendees, form_of, recused_people, topics_of
from shangliang.deliberation.queries.sitting import root_of
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.models import Entry, Words
from shangliang.ledger.queries import ERASED, lines, read, timeline
from shangliang.playbooks.deliberation_rules import Outcome

CLOSED = "meeting.closed"
FROZEN = (Meeting.Status.READ, Meeting.Status.SIGNED)


def minutes_of(meeting: Meeting) -> Minutes:
    """The minutes: once read aloud, the very words that the ledger committed to; before, a draft of them."""
    return kept(meeting) if meeting.status in FROZEN else compose(told(meeting))


def kept(meeting: Meeting) -> Minutes:
    """The minutes as they were read aloud. A paragraph lawfully erased says so."""
    with translation.override(settings.LANGUAGE_CODE):
        line = timeline(meeting.pk, kinds=[CLOSED], limit=1)[0]
        words = {slot: erased() if text == str(ERASED) else text for slot, text in line.words.items()}
        gone = erased()
    facts, copies = line.facts, line.facts["copies"]
    slots = [(_slot(number), level) for number, level in enumerate(facts["levels"])]
    paragraphs = tuple(
        Paragraph(words.get(slot, gone), level, UUID(copies[slot]) if slot in copies else None) for slot, level in slots
    )
    day = dt.date.fromisoformat(facts["day"])
    return Minutes(line.words["mark"], line.words["body"], line.words["title"], day, paragraphs)


def erased() -> str:
    """What stands where somebody's words were."""
    return _("（有一段话已依法删除）")


def repeated(meeting: Meeting, words_id: UUID) -> list[UUID]:
    """The words that repeat these in the minutes, however often those were read aloud (three queries)."""
    slots: dict[UUID, set[str]] = {}
    for line in lines(list(Entry.objects.filter(subjects__subject=meeting.pk, kind=CLOSED)), with_words=False):
        slots[line.entry.pk] = {slot for slot, copied in line.facts["copies"].items() if copied == str(words_id)}
    rows = Words.objects.filter(entry__in=slots, erased_at=None).values_list("pk", "entry", "slot")
    return [pk for pk, entry, slot in rows if slot in slots[entry]]


def one_said(meeting: Meeting, words_id: UUID) -> str | None:
    """What somebody said in a meeting, or why they have reservations, in the clear; None where there is no such
    thing (two queries)."""
    said = Line.objects.filter(meeting=meeting, words=words_id).select_related("words").first()
    held = Reservation.objects.filter(item__meeting=meeting, words=words_id).select_related("words").first()
    found = said or held
    return read(found.words) if found else None


def sent_in_as(meeting: Meeting, said: str) -> list[UUID]:
    """The words of a question from outside that was read out as this line (one query)."""
    rows = OutsideQuestion.objects.filter(meeting=meeting, taken_at__isnull=False, words__erased_at=None)
    asked = [(one.words_id, read(one.words)) for one in rows.select_related("words")]
    return [pk for pk, words in asked if said == words or said.endswith((f"：{words}", f": {words}"))]


def wordings(meeting: Meeting, words_id: UUID) -> list[UUID]:
    """These words, and of a line all that corrects it or that it corrects: a slip of the pen said the same (one
    query)."""
    rows = list(Line.objects.filter(meeting=meeting).values_list("pk", "corrects", "words"))
    above = {pk: corrects for pk, corrects, _words in rows}
    roots = {root_of(pk, above) for pk, _corrects, words in rows if words == words_id}
    return [words for pk, _corrects, words in rows if root_of(pk, above) in roots] or [words_id]


def as_words(minutes: Minutes) -> dict[str, str]:
    """The minutes for the entry that commits to them: a slot a paragraph, so that each can be erased by itself."""
    said = {_slot(number): one.text for number, one in enumerate(minutes.paragraphs)}
    return {"mark": minutes.mark, "body": minutes.body, "title": minutes.title} | said


def as_facts(minutes: Minutes) -> dict[str, object]:
    """What is public of them: how they are laid out, and which slots repeat which words of the ledger."""
    copies = {_slot(n): str(one.copy_of) for n, one in enumerate(minutes.paragraphs) if one.copy_of}
    return {
        "day": minutes.day.isoformat(),
        "levels": [one.level for one in minutes.paragraphs],
        "copies": copies,
    }


def digest(meeting: Meeting, minutes: Minutes) -> str:
    """What a signature stands under: a keyed hash, which tells nothing to whoever lacks the key."""
    return keyed_hash(minutes.text(), f"minutes:{meeting.tenant_id}:{meeting.pk}").hex()


def _slot(number: int) -> str:
    return f"p{number:03}"


def told(meeting: Meeting) -> Told:
    """All that the minutes are made of (a dozen queries)."""
    topics = topics_of(meeting)
    sides = list(Side.objects.filter(topic__in=topics, dropped_at=None).order_by("topic", "position"))
    rows = Item.objects.filter(meeting=meeting).exclude(status=Item.Status.WITHDRAWN)
    items = list(rows.select_related("owner").order_by("number"))
    return Told(
        meeting=meeting,
        form=form_of(meeting, topics[0]),
        outcomes=outcomes_of(topics),
        topics=topics,
        attendees=attendees(meeting),
        at_table={one.pk for one in at_table(meeting)},
        out=recused_people(meeting),
        sides=sides,
        hearings=list(Hearing.objects.filter(side__in=sides, withdrawn_at=None).order_by("on", "id")),
        findings=list(Finding.objects.filter(topic__in=topics, withdrawn_at=None).order_by("topic", "on", "id")),
        passes=list(GatePass.objects.filter(topic__in=topics).order_by("at")),
        lines=[(one, _said(one.words)) for one in _standing(meeting)],
        items=items,
        reservations=[
            (one, _said(one.words))
            for one in Reservation.objects.filter(item__in=items).select_related("attendee", "words").order_by("id")
        ],
        counts=list(Count.objects.filter(item__in=items, closed_at__isnull=False).order_by("closed_at")),
    )


def _said(words: Words) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return erased() if words.sealed is None else read(words)


def _standing(meeting: Meeting) -> list[Line]:
    """The lines as they stand: what corrects a line stands where that one was said (one query)."""
    rows = list(Line.objects.filter(meeting=meeting).select_related("attendee", "words").order_by("said_at", "id"))
    place = {one.pk: number for number, one in enumerate(rows)}
    above = {one.pk: one.corrects_id for one in rows}
    kept = [one for one in rows if one.struck_at is None]
    corrected = {one.corrects_id for one in kept}
    standing = [one for one in kept if one.pk not in corrected]
    return sorted(standing, key=lambda one: (place[root_of(one.pk, above)], place[one.pk]))


def outcomes_of(topics: list[Topic]) -> dict[str, Outcome]:
    """What may come out, by key, as the playbooks of the topics name it."""
    return {key: one for topic in reversed(topics) for key, one in playbook_of(topic).deliberation.outcomes.items()}


# --- signing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs, and what they did."""

    attendee: Attendee
    signature: Signature | None
    why_not: str = ""  # of one who does not sign

    @property
    def is_done(self) -> bool:
        """Whether they signed, or said why they do not."""
        return self.signature is not None

    @property
    def has_signed(self) -> bool:
        return self.signature is not None and self.signature.how != Signature.How.NOT


def signers(meeting: Meeting) -> list[Signer]:
    """Everybody at the table who takes part, with their signature if there is one (five queries)."""
    found = {one.attendee_id: one for one in Signature.objects.filter(meeting=meeting).select_related("sheet")}
    sides = list(form_of(meeting).seats)
    people = sorted(
        at_table(meeting), key=lambda one: (sides.index(one.seat) if one.seat in sides else len(sides), by_number(one))
    )
    return [Signer(one, found.get(one.pk), why_not(found.get(one.pk))) for one in people]


def why_not(signature: Signature | None) -> str:
    """Why somebody does not sign, in the clear."""
    if signature is None or signature.why_not is None:
        return ""
    return unseal(signature.why_not, f"unsigned:{signature.tenant_id}:{signature.pk}").decode()


def drawing(signature: Signature) -> bytes:
    """The PNG of what was drawn; empty for none."""
    if signature.drawing is None:
        return b""
    return unseal(signature.drawing, f"signature:{signature.tenant_id}:{signature.pk}")


def signature_of(attendee: Attendee) -> Signature | None:
    """What one person signed."""
    return Signature.objects.filter(attendee=attendee).first()


def is_signed_by_anyone(meeting: Meeting) -> bool:
    """Whether somebody signed; who said they would not is not counted."""
    return Signature.objects.filter(meeting=meeting).exclude(how=Signature.How.NOT).exists()


def sheets(meeting: Meeting) -> list[Signature]:
    """The signatures on paper that show a sheet, one for each sheet."""
    found = Signature.objects.filter(meeting=meeting, sheet__isnull=False).select_related("sheet").order_by("signed_at")
    return list({one.sheet_id: one for one in found}.values())


def amendments(meeting: Meeting) -> list[Amendment]:
    """What was put right after signing, in order."""
    return list(Amendment.objects.filter(meeting=meeting).select_related("by").order_by("number"))


def passed_items(meeting: Meeting) -> list[Item]:
    """What was agreed, with or without reservations: it carried by the rule of the place, or could not be settled so
    (one query)."""
    rows = Item.objects.filter(meeting=meeting, status__in=(Item.Status.AGREED, Item.Status.RESERVED))
    return list(rows.select_related("topic__matter", "topic__playbook", "owner").order_by("number"))


def agreed_before(topic: Topic) -> bool:
    """Whether a meeting on this topic that was signed agreed on something."""
    rows = Item.objects.filter(topic=topic, meeting__status=Meeting.Status.SIGNED)
    return rows.filter(status__in=(Item.Status.AGREED, Item.Status.RESERVED)).exists()


# --- the printed sheet -------------------------------------------------------------------------------


def sheet(meeting: Meeting, *, with_drawings: bool) -> Sheet:
    """The minutes as they are printed. What was drawn, and why somebody did not sign, is for those who run the meeting."""
    with translation.override(settings.LANGUAGE_CODE):
        return Sheet(
            minutes=minutes_of(meeting),
            number=_("第%(round)s次") % {"round": meeting.round},
            signed=tuple(_signed(one, with_drawings) for one in signers(meeting)),
            amendments=amendment_paragraphs(amendments(meeting)),
            draft=meeting.status not in FROZEN,
        )


def _signed(one: Signer, with_drawings: bool) -> Signed:
    role = called(one.attendee)
    if one.signature is None:
        return Signed(role)
    if one.signature.how == Signature.How.NOT:
        return Signed(role, _("不签：%(why)s") % {"why": one.why_not} if with_drawings else _("不签"))
    drawn = drawing(one.signature) if with_drawings else b""
    if one.signature.how == Signature.How.PAPER:
        return Signed(role, _("签在纸上"))
    name = one.attendee.person.name if one.attendee.person else ""
    return Signed(role, "" if drawn else (name if with_drawings and name else _("已签")), drawn)
