"""依法删除: what somebody said at the table is destroyed wherever it stands; and after a while, who sat there."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation import rules
from shangliang.deliberation.actions.meetings import lock_only, put
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import minutes as queries
from shangliang.ledger.actions import append, erase
from shangliang.ledger.models import Words
from shangliang.tenants.models import Tenant

KEPT_FOR = dt.timedelta(days=30)  # names and numbers, after the minutes were signed; said on the forms


@transaction.atomic
def erase_said(actor: Actor, meeting_id: UUID, words_id: UUID, *, reason: str) -> None:
    """Destroy the words of a line, or of a reservation, and every copy of them in minutes that were read aloud.

    What corrects the line goes with it, and the question from outside that it read out. The entries stay, with commitments that tell nothing. Raises NotAllowed, or
    Refused for what was not said here or is gone already. Entry: words.erased, for each text.
    """
    meeting = lock_only(meeting_id)
    seat = rules.runs(actor, meeting).grant()
    said = queries.one_said(meeting, words_id)
    if said is None:
        raise Refused(_("这次会上没有这句话。"))
    wanted = [*queries.wordings(meeting, words_id), *queries.sent_in_as(meeting, said)]
    copies = [copy for one in wanted for copy in queries.repeated(meeting, one)]
    left = list(Words.objects.filter(pk__in=[*wanted, *copies], erased_at=None).order_by("pk"))
    if not left:
        raise Refused(_("这段话先前已经删除了。"))
    put(meeting)
    for row in left:
        erase(actor, row.pk, reason, seat=seat)


def clear_names(tenant: Tenant) -> int:
    """Names and numbers of residents go thirty days after the minutes were signed, or after the day of a meeting that
    was called off. Roles stay. Gives how many. Entry: attendee.cleared for each meeting. For the worker."""
    until, cleared = clock.now() - KEPT_FOR, 0
    known = Attendee.objects.filter(Q(name__isnull=False) | Q(phone__isnull=False))
    over = Q(status=Meeting.Status.SIGNED, signed_at__lt=until)
    over |= Q(status=Meeting.Status.CANCELLED, starts_at__lt=until)
    for meeting_id in Meeting.objects.filter(over, pk__in=known.values("meeting")).values_list("pk", flat=True):
        with transaction.atomic():
            meeting = lock_only(meeting_id)
            gone = known.filter(meeting=meeting).update(name=None, phone=None)
            append(Actor("system", tenant.pk), "attendee.cleared", [("meeting", meeting.pk)], {"people": gone})
        cleared += gone
    return cleared
