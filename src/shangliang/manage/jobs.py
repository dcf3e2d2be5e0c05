"""What the worker does, in this order, for every tenant."""

from __future__ import annotations

from shangliang.deliberation.actions.erasing import clear_names
from shangliang.deliberation.actions.invitations import draw_due
from shangliang.delivery.actions import say_still_open
from shangliang.figures import reader as figures
from shangliang.gathering.actions import go_on
from shangliang.manage.working import Work
from shangliang.notices import reader as notices
from shangliang.notices import staff_reader
from shangliang.notices.actions import send_digests, send_staff_waiting, send_waiting
from shangliang.studios import reader as studios
from shangliang.studios.actions.leaving import free_turns
from shangliang.voices import reader as search

JOBS: dict[str, Work] = {
    "figures": figures.catch_up,
    "search": search.index,
    "erased receptions": studios.forget,
    "still open": lambda tenant: say_still_open(tenant.pk),
    "turns left behind": free_turns,
    "whistles": go_on,
    "seats drawn by lot": draw_due,
    "names after meetings": clear_names,
    "notices": notices.read,
    "staff notices": staff_reader.read,
    "sending": send_waiting,
    "sending to staff": send_staff_waiting,
    "digests": send_digests,
}
