"""What waits for me, and all the matters I may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.deliberation.queries.agreements import due_undertakings
from shangliang.delivery.queries import EVERYTHING, KINDS, Narrow, Waiting, waits_for
from shangliang.desk import queries
from shangliang.desk.forms import FilterForm, WorkingFilterForm
from shangliang.matters.models import Matter
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.rules import answering_bodies
from shangliang.places.models import Place
from shangliang.places.queries import by_path, subtree_ids
from shangliang.places.resolve import index_of
from shangliang.playbooks.queries import calendar, in_force

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AT_ONCE = 50  # of the queue
PER_PAGE = 20  # of the list
SOON = 3  # working days
UNDERTAKINGS = 6  # of those that residents took on, whose day has come

KIND_WORDS: dict[str, StrOrPromise] = {
    "hand_over": gettext_lazy("交给我们办"),
    "sign": gettext_lazy("等签发"),
    "send_back": gettext_lazy("本人不认可，退回"),
    "promise": gettext_lazy("承诺快到期"),
}
STATUS_WORDS: dict[str, StrOrPromise] = {
    Matter.Status.RAISED: gettext_lazy("等受理"),
    Matter.Status.GATHERED: gettext_lazy("等交办或答复"),
    Matter.Status.DELIBERATED: gettext_lazy("等协商"),
    Matter.Status.DELIVERED: gettext_lazy("等下一步"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the queue."""

    key: str
    words: str
    count: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue."""

    waiting: Waiting
    words: str  # what it waits for
    title: str

    @property
    def started(self) -> dt.date | None:
        row = self.waiting.hand_over
        return row.started if row else self.waiting.matter.due_started


@staff
def queue(request: StaffRequest) -> HttpResponse:
    """What waits for me, what is due first in front."""
    tenant, actor = request.tenant, request.actor  # type: ignore[attr-defined]
    within = by_path(tenant.place_path)
    assert within is not None
    form = WorkingFilterForm(request.GET, playbook=in_force(tenant.pk), within=within)
    wanted = form.wanted()
    show = request.GET.get("show", "")
    kinds, narrow = _view_of(show, tenant.pk, actor.person_id)
    if wanted:
        narrow = Narrow(
            narrow.due_from,
            narrow.due_until,
            frozenset(subtree_ids(wanted["place"])) if "place" in wanted else None,
            wanted.get("category", ""),
            wanted.get("status", ""),
            narrow.handler,
        )
    everything = waiting_for(request)
    is_all = narrow == EVERYTHING and kinds == KINDS
    rows = everything if is_all else _waiting(request, kinds, narrow)
    page = {
        "items": items(rows[:AT_ONCE]),
        "more": len(rows) > AT_ONCE,
        "tabs": tabs(everything, show, actor.person_id),
        "form": form,
        "filtered": bool(wanted),
        "is_all": is_all,
        "late": sum(1 for row in everything if row.due and row.due < clock.today()),
        "total": len(everything),
        "full": len(everything) > AT_ONCE,
        "first": rows[0] if rows else None,
        "places": place_names(within),
        "undertakings": due_undertakings(actor, clock.today(), UNDERTAKINGS),
    }
    return render(request, "desk/queue.html", page)


@staff
def matters(request: StaffRequest) -> HttpResponse:
    """All matters I may see, the newest first; a whole number leads to its matter at once."""
    tenant, actor = request.tenant, request.actor  # type: ignore[attr-defined]
    words = request.GET.get("q", "").strip()[:100]
    if "-" in words and (found := queries.case(actor, words)):
        return redirect("desk:matter", slug=tenant.slug, number=found.matter.number)
    within = by_path(tenant.place_path)
    assert within is not None
    form = FilterForm(request.GET, playbook=in_force(tenant.pk), within=within)
    chosen = form.wanted()
    wanted = queries.Wanted(
        words=words,
        places=frozenset(subtree_ids(chosen["place"])) if "place" in chosen else None,
        category=chosen.get("category", ""),
        status=chosen.get("status", ""),
        late_on=clock.today() if request.GET.get("late") else None,
        holder_in=frozenset(actor.bodies) if request.GET.get("ours") else None,
    )
    after = _uuid(request.GET.get("after", ""))
    rows = queries.listed(queries.visible(actor, tenant), tenant, wanted, after=after, limit=PER_PAGE + 1)
    page: dict[str, Any] = {
        "matters": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "is_first": after is None,
        "form": form,
        "q": words,
        "filtered": wanted != queries.Wanted(),
        "panel_open": bool(chosen) or bool(form.errors),
        "places": place_names(within),
    }
    return render(request, "desk/matters.html", page)


def waiting_for(request: StaffRequest) -> list[Waiting]:
    """All that waits for the reader's bodies, one more than is shown at once."""
    return _waiting(request, KINDS, EVERYTHING)


def items(rows: Iterable[Waiting]) -> list[Item]:
    """The lines of the queue, with what each waits for (one query)."""
    rows = list(rows)
    first = queries.openings(row.matter for row in rows)
    return [
        Item(
            row,
            str(KIND_WORDS.get(row.kind) or STATUS_WORDS.get(row.matter.status, "")),
            row.matter.title or first.get(row.matter.pk, row.matter.number),
        )
        for row in rows
    ]


def tabs(rows: list[Waiting], show: str, person: UUID | None) -> list[Tab]:
    """The ways to look at the queue, each with its count as long as all that waits is in `rows`."""
    today, soon = clock.today(), None
    if rows:
        soon = calendar(rows[0].matter.tenant_id).add_working_days(today, SOON).due
    fits = {
        "": lambda row: True,
        "late": lambda row: bool(row.due and row.due < today),
        "soon": lambda row: bool(soon and today <= (row.due or today) <= soon),
        "sign": lambda row: row.kind == "sign",
        "back": lambda row: row.kind == "send_back",
        "mine": lambda row: bool(row.hand_over and row.hand_over.handler_id == person),
    }
    complete = len(rows) <= AT_ONCE
    return [
        Tab(key, str(words), str(sum(map(fits[key], rows))) if complete else "", key == show)
        for key, words in TABS.items()
    ]


TABS = {
    "": gettext_lazy("全部"),
    "late": gettext_lazy("超期"),
    "soon": gettext_lazy("三天内"),
    "sign": gettext_lazy("等签发"),
    "back": gettext_lazy("退回的"),
    "mine": gettext_lazy("我经办"),
}


def place_names(within: Place) -> list[str]:
    """Names to complete a place from while it is typed (no query once the district is known)."""
    return [place.short_name for place in index_of(within).places if not place.statistical_only]


def _view_of(show: str, tenant_id: UUID, person: UUID | None) -> tuple[tuple[str, ...], Narrow]:
    today = clock.today()
    if show == "late":
        return KINDS, Narrow(due_until=today - dt.timedelta(days=1))
    if show == "soon":
        return KINDS, Narrow(due_from=today, due_until=calendar(tenant_id).add_working_days(today, SOON).due)
    if show in ("sign", "back"):
        return ("sign" if show == "sign" else "send_back",), EVERYTHING
    return KINDS, Narrow(handler=person) if show == "mine" else EVERYTHING


def _waiting(request: StaffRequest, kinds: tuple[str, ...], narrow: Narrow) -> list[Waiting]:
    wake = in_force(request.tenant.pk).clocks["promise_wake"]  # type: ignore[attr-defined]
    bodies = answering_bodies(request.actor)
    return waits_for(bodies, clock.today(), wake_days=wake, limit=AT_ONCE + 1, kinds=kinds, narrow=narrow)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
