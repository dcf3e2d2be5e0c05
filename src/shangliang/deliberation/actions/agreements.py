"""大家自己办的: whether people did what they undertook."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation import rules
from shangliang.deliberation.actions.meetings import facts
from shangliang.deliberation.models import Item
from shangliang.deliberation.queries import agreements as queries
from shangliang.ledger.actions import append

Kept = Item.Kept


@transaction.atomic
def settle_undertaking(actor: Actor, item: Item, *, kept: bool, words: str = "") -> Item:
    """做到了、没做到: said by those who work on the topic. What was broken may be kept later, never the reverse.

    Raises NotAllowed, or Refused for what is no undertaking, was said already, or is broken without a word why.
    Entry: agreement.kept or agreement.broken.
    """
    row = queries.locked(item.pk)
    seat = rules.may_settle_undertaking(actor, row).grant()
    if not queries.is_undertaking(row):
        raise Refused(_("这一条不是大家自己办的。"))
    if not kept and row.kept == Kept.BROKEN:
        raise Refused(_("已经记了：没做到。"))
    if not kept and not words.strip():
        raise Refused(_("写一句为什么没做到。"), "words")
    row.kept, row.kept_at = (Kept.KEPT if kept else Kept.BROKEN), clock.now()
    Item.objects.filter(pk=row.pk).update(kept=row.kept, kept_at=row.kept_at, version=row.version + 1)
    append(
        actor,
        "agreement.kept" if kept else "agreement.broken",
        [("item", row.pk), ("meeting", row.meeting_id), ("topic", row.topic_id), ("matter", row.topic.matter_id)],
        facts(row.meeting)
        | {"item": str(row.pk), "number": row.number, "due": row.due.isoformat() if row.due else None},
        {"text": row.text, "words": words},
        seat=seat,
    )
    return row
