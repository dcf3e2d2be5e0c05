"""What becomes of the turns of somebody who no longer receives in a studio."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.studios.actions import duty
from shangliang.studios.queries.duty import left_behind
from shangliang.tenants.models import Tenant

PAUSE = 60  # seconds between two looks


def free_turns(tenant: Tenant) -> int:
    """Give up the coming turns of people whose seat in the studio has ended by that day, so that page and poster do
    not promise them and whoever runs the studio hears of it. Gives how many. Entry: turn.given_up, once for each."""
    paused = f"left-behind:{tenant.pk}"
    if cache.get(paused):
        return 0
    cache.set(paused, True, PAUSE)
    freed = 0
    for turn_id in left_behind():
        try:
            duty.give_up(Actor("system", tenant.pk), turn_id, _("已不在这里接待"))
        except Refused:
            continue  # somebody was quicker, or it is over: then nothing is promised any more
        freed += 1
    return freed
