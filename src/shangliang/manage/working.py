"""`shangliang work`: the worker. Lets every reader of the ledger catch up, then does what the clock asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import OperationalError, close_old_connections
from django_scopes import scope

from shangliang.core.turns import give_way
from shangliang.tenants.models import Tenant

log = logging.getLogger("shangliang.worker")
BREATH = 0.1  # seconds between two jobs that wrote
PAUSE = 1.0  # seconds to wait when there was nothing to do

Work = Callable[[Tenant], int]


def work(jobs: dict[str, Work], stopping: threading.Event, *, once: bool = False) -> None:
    """Do every job for every tenant, again and again, until `stopping` (or until nothing is left, if `once`).

    A job that fails is logged and tried again in the next round; it holds up nobody else's.
    """
    while not stopping.is_set():
        done = 0
        try:
            close_old_connections()
            tenants = list(Tenant.objects.all())
        except OperationalError:
            log.exception("the database is away")
            tenants = []
        for tenant in tenants:
            done += _round(tenant, jobs, stopping)
        if not done:
            if once:
                return
            stopping.wait(PAUSE)


def _round(tenant: Tenant, jobs: dict[str, Work], stopping: threading.Event) -> int:
    done = 0
    for name, job in jobs.items():
        if stopping.is_set():
            break
        try:
            with scope(tenant=tenant):
                done += (count := job(tenant))
            if count:
                give_way(BREATH)
        except Exception:
            log.exception("%s failed for %s", name, tenant.slug)
    return done
