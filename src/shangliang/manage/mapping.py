"""Opinion maps while people vote: a thread of the worker, so that no other job waits for them, nor they for others."""

from __future__ import annotations

import logging
import threading

from django.db import OperationalError, close_old_connections, connections
from django_scopes import scope

from shangliang.deliberation.live_map import Maps
from shangliang.tenants.models import Tenant

log = logging.getLogger("shangliang.worker")
PAUSE = 0.3  # seconds between two looks: with it and what a drawing takes, a map is never two seconds old


def follow(stopping: threading.Event) -> threading.Thread:
    """Begin to keep the maps of all tenants up to date, until `stopping`."""
    thread = threading.Thread(target=_follow, args=(stopping,), name="opinion maps", daemon=True)
    thread.start()
    return thread


def catch_up(maps: Maps) -> int:
    """Draw every map that is stale; gives how many. One that fails is logged, and tried again in the next round."""
    done = 0
    for tenant in Tenant.objects.all():
        try:
            with scope(tenant=tenant):
                done += maps.catch_up()
        except Exception:
            log.exception("opinion maps failed for %s", tenant.slug)
    return done


def _follow(stopping: threading.Event) -> None:
    maps = Maps()
    while not stopping.wait(PAUSE):
        try:
            close_old_connections()
            catch_up(maps)
        except OperationalError:
            log.exception("the database is away")
    connections.close_all()
