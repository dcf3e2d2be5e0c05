"""That one body guides another: a special committee the studios of its field."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append
from shangliang.people.actions.checks import manager_of
from shangliang.people.models import Body, Guidance


@transaction.atomic
def guide(actor: Actor, guiding: Body, body: Body, *, what: str = "", since: dt.date | None = None) -> Guidance:
    """Note that `guiding` guides `body` from a day on (today). Raises NotAllowed, or Refused for a body that would
    guide itself or its own guide, a closed one, and what is noted already."""
    manager = manager_of(actor)
    since = since or clock.today()
    if guiding.pk == body.pk:
        raise Refused(_("一个单位不能指导自己。"), "guide")
    for one in (guiding, body):
        if one.closed_on is not None:
            raise Refused(_("%(body)s已经关了。") % {"body": one.name}, "guide")
    standing = Guidance.objects.filter(Q(until=None) | Q(until__gte=since))
    if standing.filter(guide=guiding, body=body).exists():
        raise Refused(_("%(guide)s已经在指导%(body)s了。") % {"guide": guiding.name, "body": body.name}, "guide")
    if standing.filter(guide=body, body=guiding).exists():
        raise Refused(
            _("现在是%(body)s指导%(guide)s，不能反过来。") % {"guide": guiding.name, "body": body.name}, "guide"
        )
    row = Guidance.objects.create(tenant_id=actor.tenant_id, guide=guiding, body=body, what=what, since=since)
    facts = {"what": what, "since": since.isoformat()}
    append(actor, "guidance.given", [("body", guiding.pk), ("body", body.pk)], facts, seat=manager)
    return row


@transaction.atomic
def end_guidance(actor: Actor, row: Guidance, off: dt.date) -> None:
    """From the day `off` on it guides no more. Raises NotAllowed, or Refused for a day that is past, and what has
    ended."""
    manager = manager_of(actor)
    if off < clock.today():
        raise Refused(_("过去的事不改：最早从今天起。"), "off")
    until = off - dt.timedelta(days=1)
    if not Guidance.objects.filter(pk=row.pk).exclude(until__lt=clock.today()).update(until=until):
        raise Refused(_("这段指导已经结束了。"))
    subjects = [("body", row.guide_id), ("body", row.body_id)]
    append(actor, "guidance.ended", subjects, {"until": until.isoformat()}, seat=manager)
