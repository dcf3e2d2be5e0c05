"""走访: what members found on the spot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.gathering import rules
from shangliang.gathering.actions._asking import facts, lock, named
from shangliang.gathering.models import Asked, Visit, VisitPhoto
from shangliang.ledger.actions import append


@transaction.atomic
def record_visit(
    actor: Actor,
    whistle_id: UUID,
    *,
    on: dt.date,
    words: str,
    photos: Sequence[Attachment] = (),
    position: tuple[float, float] | None = None,
) -> Visit:
    """Write down a visit: what was found, perhaps photos and the position. Entry: whistle.visited.

    `photos` are on disk already (`files.actions.store_photos`). Whoever comes writes, or staff for them. Raises
    NotAllowed, and Refused for words that are none and for a day that has not come or lies before the whistle.
    """
    whistle, asked = lock(whistle_id)
    coming = {one.person_id for one in asked if one.answer == Asked.Answer.COME}
    seat = rules.may_visit(actor, whistle, coming).grant()
    if actor.person_id is None:
        raise Refused(_("要知道是谁写的。"))
    if not words.strip():
        raise Refused(_("写一句看到了什么。"), "words")
    if not clock.day_of(whistle.blown_at) <= on <= clock.today():
        raise Refused(_("哪天去的？要在吹哨之后，不能晚于今天。"), "on")
    words_id = uuid7()
    visit = Visit.objects.create(
        tenant_id=actor.tenant_id,
        whistle=whistle,
        on=on,
        words_id=words_id,
        written_by_id=actor.person_id,
        lat=position[0] if position else None,
        lng=position[1] if position else None,
    )
    keep(photos)
    VisitPhoto.objects.bulk_create(
        VisitPhoto(tenant_id=actor.tenant_id, visit=visit, attachment=photo) for photo in photos
    )
    append(
        actor,
        "whistle.visited",
        named(whistle, actor.person_id, whistle.blown_by_id),
        facts(whistle) | {"visit": str(visit.pk), "on": on.isoformat(), "photos": len(photos)},
        {"note": words},
        seat=seat,
        words_ids={"note": words_id},
    )
    return visit
