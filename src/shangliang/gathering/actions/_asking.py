"""Asking members on behalf of a whistle: what blowing, asking further ones and going on share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.gathering import working_hours
from shangliang.gathering.candidates import Candidate
from shangliang.gathering.models import Asked, Whistle
from shangliang.matters import actions as matters
from shangliang.playbooks.queries import calendar, in_force

Answer = Asked.Answer


def lock(whistle_id: UUID) -> tuple[Whistle, list[Asked]]:
    """The whistle, locked for this transaction, with everybody it asked so far."""
    rows = Whistle.objects.select_for_update(of=("self",)).select_related("body", "place", "matter")
    whistle = rows.get(pk=whistle_id)
    return whistle, list(Asked.objects.filter(whistle=whistle).select_related("person").order_by("asked_at", "id"))


def chosen(candidates: Iterable[Candidate], wanted: Sequence[UUID]) -> list[Candidate]:
    """Those of the candidates who were picked, in their order. Raises Refused for somebody who cannot be asked,
    for somebody unknown, and when nobody was picked.
    """
    known = {one.person_id: one for one in candidates}
    if not wanted:
        raise Refused(_("至少请一位。"), "ask")
    for person_id in wanted:
        if person_id not in known:
            raise Refused(_("有一位请过了，或者不是委员，再看一眼。"), "ask")
        if known[person_id].out:
            raise Refused(
                _("%(name)s不能请：%(why)s。") % {"name": known[person_id].name, "why": known[person_id].out}, "ask"
            )
    picked = set(wanted)
    return [one for one in known.values() if one.person_id in picked]


def ask(whistle: Whistle, candidates: Iterable[Candidate]) -> list[Asked]:
    """Ask these, each with the reasons for it, until the playbook's hours of work have passed."""
    now, due = clock.now(), due_at(whistle.tenant_id)
    rows = [
        Asked(
            tenant_id=whistle.tenant_id,
            whistle=whistle,
            person_id=one.person_id,
            reasons=list(one.reasons),
            asked_at=now,
            due_at=due,
        )
        for one in candidates
    ]
    Asked.objects.bulk_create(rows)
    return rows


def due_at(tenant_id: UUID) -> dt.datetime:
    """Until when somebody who is asked now may take to answer."""
    return working_hours.after(calendar(tenant_id), clock.now(), in_force(tenant_id).whistle.hours)


def spare(rows: Iterable[Asked]) -> list[Asked]:
    """Those who need not come any more: who has not answered yet."""
    spared = [one for one in rows if not one.answer]
    settle(spared, Answer.SPARED)
    return spared


def settle(rows: Sequence[Asked], answer: str, **also: Any) -> None:
    """Write the same answer for some who were asked."""
    now = clock.now()
    Asked.objects.filter(pk__in=[one.pk for one in rows]).update(answer=answer, answered_at=now, **also)
    for one in rows:
        one.answer, one.answered_at = answer, now


def named(whistle: Whistle, *person_ids: UUID | None) -> list[tuple[str, UUID]]:
    """The subjects of an entry: the matter, if there is one, the whistle, and the people who must hear of it."""
    matter = [("matter", whistle.matter_id)] if whistle.matter_id else []
    return [*matter, ("whistle", whistle.pk), *(("person", one) for one in person_ids if one)]


def facts(whistle: Whistle) -> dict[str, Any]:
    """What every entry on a whistle says of it, so that figures need nothing but the ledger."""
    of_matter = matters.facts(whistle.matter) if whistle.matter else {}
    return of_matter | {
        "body": str(whistle.body_id),
        "body_name": whistle.body.name,
        "place": str(whistle.place_id),
        "needed": whistle.needed,
        "whistle": str(whistle.status),
    }


def ids(rows: Iterable[Asked]) -> list[str]:
    """Their persons, as facts name them."""
    return [str(one.person_id) for one in rows]
