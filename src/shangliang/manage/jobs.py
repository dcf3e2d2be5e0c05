"""What the worker does, in this order, for every tenant."""

from __future__ import annotations

from shangliang.manage.working import Work

JOBS: dict[str, Work] = {}
