"""One matter at the desk: all of it for who works on it, its face for members, its points for a department."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.actors import Verdict
from shangliang.core.errors import Refused
from shangliang.deliberation.queries import topics
from shangliang.delivery.models import HandOver, Promise
from shangliang.desk import acts, queries
from shangliang.desk.queries import Case, Handed
from shangliang.desk.story import story
from shangliang.desk.views.queue import AT_ONCE, items, waiting_for
from shangliang.files.views import respond_with
from shangliang.gathering import queries as whistles
from shangliang.ledger.queries import Line
from shangliang.matters.models import ENDS, Matter
from shangliang.matters.queries import referred_to
from shangliang.matters.rules import Sight, sight
from shangliang.people.actions import looked
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Membership
from shangliang.playbooks.queries import in_force
from shangliang.studios.models import StudioVoice
from shangliang.studios.queries.calls import said_to
from shangliang.voices import actions as voices
from shangliang.voices import rules as voice_rules
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.queries import Said, reach_of
from shangliang.voices.screening import findings, masked
from shangliang.web.stages import STAGES


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice as it stands on the page."""

    voice: Voice
    words: SafeString
    photos: list[VoicePhoto]
    clearing: Verdict  # whether its words may be let to the public
    found: int  # pieces of personal data in it
    said_to: StudioVoice | None  # the studio, member or call that it was said to


@dataclass(frozen=True, slots=True)
class OneHandOver:
    """A hand-over with its files and what one may do with it."""

    handed: Handed
    offers: list[acts.Offer]

    @property
    def row(self) -> HandOver:
        return self.handed.row


@dataclass(frozen=True, slots=True)
class OnePromise:
    """A promise and what one may do with it."""

    row: Promise
    offers: list[acts.Offer]


@staff
def matter(request: StaffRequest, number: str) -> HttpResponse:
    """A matter: where it stands, what was said, who has what in hand, what happened, and what comes next."""
    actor, tenant = request.actor, request.tenant  # type: ignore[attr-defined]
    case = queries.case(actor, number)
    if case is None:
        raise Http404
    start = _start(request.GET.get("voices", ""))
    said, total = queries.voices_of(case.matter, start) if case.sight is not Sight.HANDED else ([], 0)
    spoken = _spoken(request, case, said)
    is_office = bool(actor.seats_with(Membership.Duty.DISTRICT_OFFICE)) and case.sight is Sight.WHOLE
    page: dict[str, Any] = {
        "case": case,
        "matter": case.matter,
        "is_whole": case.sight is Sight.WHOLE,
        "is_handed": case.sight is Sight.HANDED,
        "has_ended": case.matter.status in ENDS,
        "category": in_force(tenant.pk).categories.get(case.matter.category, ""),
        "dates": _stage_dates(case.lines),
        "offers": acts.on_matter(actor, case, tenant),
        "hand_overs": [OneHandOver(one, acts.on_hand_over(actor, case, one.row, tenant)) for one in case.hand_overs],
        "promises": [OnePromise(row, acts.on_promise(actor, case, row, tenant)) for row in case.promises],
        "topics": topics.of_matter(case.matter) if case.sight is not Sight.HANDED else [],
        "whistles": whistles.of_matter(case.matter) if case.sight is Sight.WHOLE else [],
        "spoken": spoken,
        "voices_total": total,
        "voices_next": start + len(said) if start + len(said) < total else None,
        "story": story(case.lines, case.sight, actor.bodies),
        "looks": queries.looks_at([one.voice.pk for one in spoken]) if is_office and spoken else None,
        "items": items(waiting_for(request)[:AT_ONCE]),
    }
    return render(request, "desk/matter.html", page)


@staff
@never_cache
@require_POST
def contact(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """How to reach whoever spoke, shown once; that somebody looked is recorded first."""
    voice = _voice_for(request, voice_id)
    verdict = voice_rules.may_see_contact(request.actor, voice.matter)
    if not verdict:
        return render(request, "desk/contact.html", {"voice": voice, "matter": voice.matter, "no": verdict}, status=403)
    looked(request.actor, "contact", voice.pk, voice.matter.number)
    return render(request, "desk/contact.html", {"voice": voice, "matter": voice.matter, "reach": reach_of(voice)})


@staff
@require_POST
def let_through(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """A voice held as automatic was said by a person."""
    voice = _voice_for(request, voice_id)
    try:
        voices.let_through(request.actor, voice)
        messages.success(request, _("记下了：这是真人说的。"))
    except Refused as error:
        messages.error(request, str(error))
    return _back(request, voice)


@staff
@require_POST
def clear_words(request: StaffRequest, voice_id: UUID) -> HttpResponse:
    """Let the public read a voice's words and photos, or no longer."""
    voice = _voice_for(request, voice_id)
    show = request.POST.get("show") == "1"
    try:
        voices.clear_words(request.actor, voice, show=show)
        messages.success(request, _("原话公开了。") if show else _("原话不再公开。"))
    except Refused as error:
        messages.error(request, str(error))
    return _back(request, voice)


@staff
def photo(request: StaffRequest, photo_id: UUID) -> HttpResponse:
    """A photo that came with a voice, for those who see the voice; members see only what the public may."""
    row = queries.photo(photo_id)
    if row is None:
        raise Http404
    seen = _sight(request, row.voice.matter)
    if seen is not Sight.WHOLE and not (seen is Sight.FACE and row.attachment.cleared_at):
        raise Http404
    return respond_with(request, row.attachment, public=False, size="full" if request.GET.get("full") else "small")


@staff
def reply_file(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """A file brought in with a reply, for its body and for those who see the matter whole."""
    row = queries.reply_file(file_id)
    if row is None:
        raise Http404
    is_own = row.hand_over.body_id in request.actor.bodies
    if not is_own and _sight(request, row.hand_over.matter) is not Sight.WHOLE:
        raise Http404
    return respond_with(request, row.attachment, public=False)


def _voice_for(request: StaffRequest, voice_id: UUID) -> Voice:
    voice = queries.voice(voice_id)
    if voice is None or _sight(request, voice.matter) is not Sight.WHOLE:
        raise Http404
    return voice


def _sight(request: StaffRequest, matter: Matter) -> Sight | None:
    return sight(request.actor, matter, passed_to=referred_to(matter))


def _back(request: StaffRequest, voice: Voice) -> HttpResponse:
    return redirect("desk:matter", slug=request.tenant.slug, number=voice.matter.number)  # type: ignore[attr-defined]


def _spoken(request: StaffRequest, case: Case, said: list[Said]) -> list[Spoken]:
    if case.sight is Sight.FACE:
        # Members read what was said, without what tells who said it.
        said = [one for one in said if one.voice.consent_withdrawn_at is None]
    photos = queries.photos_of(one.voice for one in said) if case.sight is Sight.WHOLE else {}
    to = said_to(one.voice.pk for one in said) if case.sight is Sight.WHOLE else {}
    return [
        Spoken(
            one.voice,
            marked(one.words) if case.sight is Sight.WHOLE else format_html("{}", masked(one.words)),
            photos.get(one.voice.pk, []),
            voice_rules.may_clear(request.actor, one.voice, case.matter),
            len(findings(one.words)),
            to.get(one.voice.pk),
        )
        for one in said
    ]


def marked(text: str) -> SafeString:
    """`text` with what looks like personal data in it marked and named."""
    pieces, at = [], 0
    for found in findings(text):
        pieces.append(
            format_html(
                "{}<mark>{}<small>{}</small></mark>", text[at : found.start], text[found.start : found.end], found.label
            )
        )
        at = found.end
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[at:]]))


def _stage_dates(lines: list[Line]) -> dict[str, dt.date]:
    """When each stage was first entered, read from the timeline (newest first)."""
    dates: dict[str, dt.date] = {}
    for line in lines:
        status = line.facts.get("status")
        if status in STAGES:
            dates[status] = clock.day_of(line.entry.happened_at)
    return dates


def _start(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
