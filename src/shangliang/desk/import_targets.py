"""Where imported messages go: places, bodies, categories and deadlines, each looked up once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.people.models import Body
from shangliang.people.queries import receiving_body
from shangliang.places.models import Place
from shangliang.places.queries import by_path
from shangliang.places.resolve import resolve
from shangliang.playbooks.calendar import Deadline
from shangliang.playbooks.queries import deadline, in_force
from shangliang.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Target:
    """A place a message is about, and the body that takes in what is said about it."""

    place_id: UUID
    name: str
    settled: bool
    holder_id: UUID | None


class Targets:
    """What rows of a table name, as the tenant in scope knows it. Made once for each import."""

    def __init__(self, tenant: Tenant) -> None:
        within = by_path(tenant.place_path)
        office = Body.objects.filter(kind=Body.Kind.DISTRICT_OFFICE, closed_on=None).order_by("id").first()
        if within is None or office is None:
            raise Refused(_("这里还没有设办公室，先开好再导入。"))
        self.tenant_id = tenant.pk
        self.within = within
        self.office = office
        self.bodies = {body.name: body for body in Body.objects.filter(closed_on=None)}
        self.categories = {label: key for key, label in in_force(tenant.pk).categories.items()}
        self.found: dict[str, Target] = {}
        self.holders: dict[UUID, UUID | None] = {}
        self.deadlines: dict[tuple[dt.date, str], Deadline] = {}

    def place(self, words: str) -> Target:
        """Where `words` mean; the whole of the tenant, not settled, where they mean no one place."""
        if words not in self.found:
            meant = resolve(words, self.within) if words else None
            settled = meant is not None and meant.status == "found" and meant.place is not None
            place = meant.place if meant and settled and meant.place else self.within
            self.found[words] = Target(place.pk, place.short_name, settled, self._holder(place))
        return self.found[words]

    def body(self, department: str) -> Body:
        """The body of this very name, else the office."""
        return self.bodies.get(department, self.office)

    def category(self, words: str) -> str:
        """The playbook's category of this label, "" if it has none."""
        return self.categories.get(words, "")

    def deadline(self, start: dt.date, rule: str) -> Deadline:
        """The deadline of the clock `rule` started on this day."""
        if (start, rule) not in self.deadlines:
            self.deadlines[start, rule] = deadline(self.tenant_id, start, rule)
        return self.deadlines[start, rule]

    def prepare(self, days: set[dt.date]) -> None:
        """Count the deadlines from these days, before the transaction that needs them: within it, each look at
        the calendar would go through everything that waits for its commit."""
        for day in days:
            for rule in ("first_answer", "hand_over"):
                self.deadline(day, rule)

    def _holder(self, place: Place) -> UUID | None:
        if place.pk not in self.holders:
            body = receiving_body(place)
            self.holders[place.pk] = body.pk if body else None
        return self.holders[place.pk]
