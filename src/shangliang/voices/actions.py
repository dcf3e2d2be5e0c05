"""你来提: taking in what people say, giving them a slip, and what they may do with it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.core.seal import seal
from shangliang.files.actions import erase as erase_files
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.files.queries import known
from shangliang.ledger.actions import append, erase
from shangliang.matters import actions as matters
from shangliang.matters.models import ENDS, Matter
from shangliang.matters.queries import joined_ids
from shangliang.people.models import Body
from shangliang.people.queries import receiving_body
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices import contacts, queries, rules, slips
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Contact, ImportedRow, Slip, Support, Voice, VoicePhoto


@dataclass(frozen=True, slots=True)
class Speech:
    """What somebody says, cleaned and ready to be taken in."""

    words: str
    place: Place
    key: str  # of the form or row: the same key never speaks twice
    place_settled: bool = True
    place_words: str = ""
    openness: str = Voice.Openness.PUBLIC
    channel: str = Voice.Channel.WEB
    speaks_for: str = Voice.For.SELF
    group_size: int = 1
    reach: Reach = field(default_factory=Reach)
    hear_by: str = "page"
    photos: Sequence[Attachment] = ()
    held: bool = False
    title: str = ""  # of an imported message; a form has none
    happened_at: dt.datetime | None = None
    also: Sequence[tuple[str, UUID]] = ()  # what its entry names beside it: whom it is said to
    to: Body | None = None  # a body it is said to, which then holds it; else the body of the place
    code: str = ""  # of a slip handed out beforehand, without a line; else a new one


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the speaker keeps."""

    voice: Voice
    code: str
    known: bool = False  # the key had spoken before: this is the receipt of then


def raise_voice(actor: Actor, tenant: Tenant, speech: Speech, *, seat: Seat | None = None) -> Receipt:
    """Take in a voice: open its matter, give it a slip, append `voice.raised`.

    Speaking twice with one key gives the first receipt again, so that a retry on a bad line is
    harmless. `seat` is one from which another room's rule lets staff take in what is said there.
    Raises NotAllowed when staff without the duty enter for somebody.
    """
    seat = seat or _speaking_seat(actor)
    try:
        with transaction.atomic():
            return _raise(actor, tenant, speech, seat)
    except IntegrityError:
        # This key spoke before, or is speaking at this very moment: the first one stands.
        if known := _receipt_of(speech.key):
            return known
        raise


def add_words(actor: Actor, slip: Slip, words: str, key: str, photos: Sequence[Attachment] = ()) -> Voice:
    """The owner of a slip adds to what they said: a further voice behind the same matter, on the same slip."""
    with transaction.atomic():
        matter = matters.lock(slip.voice.matter_id, None)
        first = Voice.objects.get(pk=slip.voice_id)  # as it is now: the consent may just have been taken back
        if known := Voice.objects.filter(key=key).first():
            return known
        voice, words_id = _voice_row(actor, first, words, key), uuid7()
        voice.words_id = words_id
        voice.save(force_insert=True)
        _keep_photos(voice, photos)
        matters.change(matter)
        append(
            actor,
            "voice.added",
            [("matter", matter.pk), ("voice", voice.pk)],
            matters.facts(matter) | {"photos": len(photos)},
            {"words": words},
            words_ids={"words": words_id},
        )
    return voice


def support(actor: Actor, matter: Matter, device: bytes) -> bool:
    """A neighbour's +1, once a device. Gives False when this device had said it already.

    Raises Refused for a matter the public cannot see or that has ended.
    """
    if not matter.is_public:
        raise Refused(_("这件事没有公开，不能点“我也是”。"))
    try:
        with transaction.atomic():
            target = matters.lock(matter.lead_id or matter.pk, None)
            if target.status in ENDS:
                raise Refused(_("这件事已经有了结果，不用再点“我也是”。没解决的话，请再提一次。"))
            row = Support.objects.create(
                tenant_id=matter.tenant_id, matter=target, device=device, happened_at=clock.now()
            )
            Matter.objects.filter(pk=target.pk).update(supporters=F("supporters") + 1)
            append(
                actor,
                "matter.supported",
                [("matter", target.pk), ("support", row.pk)],
                {"number": target.number, "place": str(target.place_id)},
            )
    except IntegrityError:
        return False
    return True


def withdraw_consent(actor: Actor, slip: Slip) -> None:
    """The owner of a slip takes back the consent to publication. Takes effect in this very transaction."""
    now = clock.now()
    with transaction.atomic():
        matter = matters.lock_with_lead(slip.voice.matter_id, None)
        own = Voice.objects.filter(Q(pk=slip.voice_id) | Q(follows=slip.voice_id))
        # Photos first: they are found by the voices, and stay hidden whatever comes next.
        Attachment.objects.filter(pk__in=VoicePhoto.objects.filter(voice__in=own).values("attachment")).update(
            cleared_at=None
        )
        if not own.filter(consent_withdrawn_at=None).update(consent_withdrawn_at=now, cleared_at=None):
            return  # taken back before
        refresh_public(matter)
        append(
            actor, "voice.consent_withdrawn", [("matter", matter.pk), ("voice", slip.voice_id)], matters.facts(matter)
        )


def clear_words(actor: Actor, voice: Voice, *, show: bool) -> None:
    """Staff let the public read a voice's words and photos, or take them away again. Raises NotAllowed."""
    with transaction.atomic():
        matter = matters.lock(voice.matter_id, None)
        seat = rules.may_clear(actor, voice, matter).grant()
        at = clock.now() if show else None
        Voice.objects.filter(pk=voice.pk).update(cleared_at=at)
        Attachment.objects.filter(pk__in=VoicePhoto.objects.filter(voice=voice).values("attachment")).update(
            cleared_at=at
        )
        append(
            actor,
            "voice.cleared" if show else "voice.uncleared",
            [("matter", matter.pk), ("voice", voice.pk)],
            matters.facts(matter),
            seat=seat,
        )


def let_through(actor: Actor, voice: Voice) -> None:
    """Staff find that a voice held as automatic was said by a person."""
    with transaction.atomic():
        matter = matters.lock_with_lead(voice.matter_id, None)
        seat = rules.may_see_contact(actor, matter).grant()
        Voice.objects.filter(pk=voice.pk).update(held=False)
        refresh_public(matter)
        append(
            actor, "voice.let_through", [("matter", matter.pk), ("voice", voice.pk)], matters.facts(matter), seat=seat
        )


def reissue_slip(actor: Actor, tenant: Tenant, voice: Voice) -> str:
    """A new slip for a lost one, at the counter; the old code dies. Gives the new code. Raises NotAllowed."""
    owner = voice.follows or voice
    with transaction.atomic():
        matter = matters.lock(owner.matter_id, None)
        seat = rules.may_see_contact(actor, matter).grant()
        Slip.objects.filter(voice=owner, died_at=None).update(died_at=clock.now())
        slip, code = _new_slip(tenant, owner, clock.now())
        slip.save(force_insert=True)
        append(actor, "slip.reissued", [("matter", matter.pk), ("voice", owner.pk)], matters.facts(matter), seat=seat)
    return code


def erase_voice(actor: Actor, voice: Voice, reason: str) -> None:
    """Destroy what somebody said, as the law gives them the right to demand (PIPL, article 47): the words, the
    photos, the contact, where they said it was, the imported row. The voice itself, its slip and its
    number stay, and say so.

    Its consent to publication ends with it. Raises NotAllowed, or Refused when nothing is left to
    erase. Entry: words.erased; one more for each remark written later, each of them a text of its own.
    """
    now = clock.now()
    with transaction.atomic():
        matter = matters.lock_with_lead(voice.matter_id, None)
        seat = rules.may_erase(actor).grant()
        texts = queries.to_erase(voice)
        if not texts:
            raise Refused(_("这段话先前已经删除了。"))
        erase_files([photo.attachment for photo in voice.photos.select_related("attachment")])
        if voice.contact_id:
            Contact.objects.filter(pk=voice.contact_id).update(sealed=None, phone_hash=None, channel="page")
        ImportedRow.objects.filter(voice=voice).update(sealed=None)
        Voice.objects.filter(pk=voice.pk).update(
            cleared_at=None, consent_withdrawn_at=voice.consent_withdrawn_at or now
        )
        if voice.follows_id is None:
            matters.change(matter, place_words="")
        refresh_public(matter)
        for words_id in texts:
            erase(actor, words_id, reason, seat=seat)


def refresh_public(matter: Matter) -> None:
    """Write anew whether the public may see a matter and its lead, both locked, without waiting for a worker."""
    lead = matter.lead or matter
    ids = joined_ids(lead)
    matters.change(matter, is_public=queries.is_public_face(matter, ids if matter.pk == lead.pk else [matter.pk]))
    if lead.pk != matter.pk:
        matters.change(lead, is_public=queries.is_public_face(lead, ids))


def _raise(actor: Actor, tenant: Tenant, speech: Speech, seat: Seat | None) -> Receipt:
    now = clock.now()
    at = speech.happened_at or now
    holder = speech.to or receiving_body(speech.place)
    matter = matters.open_matter(
        tenant.pk,
        tenant.slug,
        place=speech.place,
        place_settled=speech.place_settled,
        place_words=speech.place_words,
        holder=holder,
        raised_at=at,
        title=speech.title,
    )
    words_id = uuid7()
    voice = Voice(
        tenant_id=tenant.pk,
        matter=matter,
        words_id=words_id,
        channel=speech.channel,
        openness=speech.openness,
        speaks_for=speech.speaks_for,
        group_size=speech.group_size,
        contact=_contact(tenant.pk, speech),
        key=speech.key,
        held=speech.held,
        happened_at=at,
        recorded_at=now,
    )
    voice.save(force_insert=True)
    slip, code = _new_slip(tenant, voice, now, speech.code)
    slip.save(force_insert=True)
    _keep_photos(voice, speech.photos)
    append(
        actor,
        "voice.raised",
        [("matter", matter.pk), ("voice", voice.pk), *speech.also],
        matters.facts(matter)
        | {
            "channel": str(speech.channel),
            "openness": str(speech.openness),
            "speaks_for": str(speech.speaks_for),
            "group_size": speech.group_size,
            "photos": len(speech.photos),
            "held": speech.held,
        },
        {"words": speech.words},
        seat=seat,
        happened_at=at,
        words_ids={"words": words_id},
    )
    return Receipt(voice, code)


def _speaking_seat(actor: Actor) -> Seat | None:
    if actor.kind != "staff":
        return None
    return rules.may_enter(actor).grant()


def _receipt_of(key: str) -> Receipt | None:
    voice = Voice.objects.filter(key=key).select_related("matter__place", "matter__holder").first()
    if voice is None:
        return None
    slip = queries.live_slip(voice)
    return Receipt(voice, queries.slip_code(slip) if slip else "", known=True)


def _voice_row(actor: Actor, first: Voice, words: str, key: str) -> Voice:
    now = clock.now()
    channel = Voice.Channel.WEB if actor.kind == "resident" else Voice.Channel.COUNTER
    return Voice(
        tenant_id=first.tenant_id,
        matter_id=first.matter_id,
        follows=first,
        channel=channel,
        openness=first.openness,
        speaks_for=first.speaks_for,
        group_size=first.group_size,
        contact_id=first.contact_id,
        key=key,
        held=first.held,
        consent_withdrawn_at=first.consent_withdrawn_at,
        happened_at=now,
        recorded_at=now,
    )


def _contact(tenant_id: UUID, speech: Speech) -> Contact | None:
    # Speaking fully anonymously keeps no way back to the speaker, even if one was typed.
    if not speech.reach or speech.openness == Voice.Openness.ANONYMOUS:
        return None
    contact = Contact(
        tenant_id=tenant_id, phone_hash=contacts.phone_hash(speech.reach.phone, tenant_id), channel=speech.hear_by
    )
    contact.sealed = contacts.sealed(speech.reach, tenant_id, contact.pk)
    contact.save(force_insert=True)
    return contact


def _new_slip(tenant: Tenant, voice: Voice, now: dt.datetime, given: str = "") -> tuple[Slip, str]:
    code = given or slips.new_code(tenant.mark)
    slip = Slip(tenant_id=tenant.pk, voice=voice, digest=queries.slip_digest(code, tenant.pk), issued_at=now)
    slip.sealed = seal(code.encode(), f"slip:{tenant.pk}:{slip.pk}")
    return slip, code


def _keep_photos(voice: Voice, photos: Sequence[Attachment]) -> None:
    if photos:
        # Somebody who went back and wrote anew sends the photos of before along: their rows are there.
        there = known(voice.tenant_id, [photo.pk for photo in photos])
        keep([photo for photo in photos if photo.pk not in there])
        VoicePhoto.objects.bulk_create(
            VoicePhoto(tenant_id=voice.tenant_id, voice=voice, attachment=photo) for photo in photos
        )
