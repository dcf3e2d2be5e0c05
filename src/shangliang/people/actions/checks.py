"""Who may act here, asked by every act of this room."""

from __future__ import annotations

from shangliang.core.actors import Actor, Seat
from shangliang.people import rules
from shangliang.tenants.models import Tenant


def manager_of(actor: Actor) -> Seat | None:
    """The seat from which `actor` manages the tenant; None for the system itself. Raises NotAllowed."""
    return None if actor.kind == "system" else rules.may_manage(actor).grant()


def one_at_a_time(actor: Actor) -> None:
    """Two of the office must not take each other out at the same moment, each believing the other stays; nor
    bring in the same list twice."""
    Tenant.objects.select_for_update().get(pk=actor.tenant_id)
