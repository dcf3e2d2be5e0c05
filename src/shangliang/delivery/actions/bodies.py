"""Closing a body, once nothing is left with it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.delivery import queries
from shangliang.people import actions as people
from shangliang.people.models import Body
from shangliang.studios.models import Studio


@transaction.atomic
def close_body(actor: Actor, body: Body, on: dt.date) -> None:
    """Close a body that holds no open matter, owes no answer and has promised nothing that is still to come.

    Raises Refused with what is left, for a studio, whose end is a step of its life, and whatever
    `people.actions.close_body` raises. Here and not there, because people know nothing of matters.
    Entry: body.closed.
    """
    if Studio.objects.filter(body=body).exclude(status=Studio.Status.CLOSED).exists():
        raise Refused(_("工作室不在这里关：到“工作室”里走“退出”这一步，值班、结对、征集会一起收好。"))
    left = queries.left_with(body)
    if left:
        raise Refused(_("%(body)s手里还有%(left)s，先办完或者转走。") % {"body": body.name, "left": "、".join(left)})
    people.close_body(actor, body, on)
