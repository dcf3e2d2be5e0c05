"""Leaving a gap between two of one's own transactions, so that others can write too."""

from __future__ import annotations

import time

from django.db import connection


def give_way(seconds: float) -> None:
    """Pause between two transactions of a long piece of work, where one writer can keep out all others.

    On SQLite whoever waits for the lock asks again at most every tenth of a second; work that takes
    the lock again at once can make people wait until their patience ends. PostgreSQL needs no gap.
    """
    if connection.vendor == "sqlite":
        time.sleep(seconds)
