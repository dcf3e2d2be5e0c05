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


@transaction.atomic
def close_body(actor: Actor, body: Body, on: dt.date) -> None:
    """Close a body that holds no open matter, owes no answer and has promised nothing that is still to come.

    Raises Refused with what is left, and whatever `people.actions.close_body` raises. Here and not
    there, because people know nothing of matters. Entry: body.closed.
    """
    left = queries.left_with(body)
    if left:
        raise Refused(_("%(body)s手里还有%(left)s，先办完或者转走。") % {"body": body.name, "left": "、".join(left)})
    people.close_body(actor, body, on)
