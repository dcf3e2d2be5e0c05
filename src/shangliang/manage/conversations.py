"""`shangliang conversation import`: a conversation held elsewhere, from a folder with its files."""

from __future__ import annotations

import json
from pathlib import Path

from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.deliberation.actions.imported import bring_in, read_folder
from shangliang.deliberation.live_map import Maps
from shangliang.deliberation.opinions.files import read_summary
from shangliang.people.queries import district_office
from shangliang.tenants.models import Tenant

# The data set that ships, by the terms under which it may.
EXAMPLE = Path(__file__).resolve().parent.parent / "deliberation" / "data" / "vtaiwan.uberx"
POLIS = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with "
    "Attribution to The Computational Democracy Project."
)


def import_conversation(folder: str, tenant: Tenant, *, question: str, source: str) -> int:
    """Import what is in `folder`, draw its map, and print what came in. Gives 0. Raises Refused."""
    path = Path(folder)
    held = read_folder(path)
    topic, about = read_summary(path / "summary.csv")
    with scope(tenant=tenant):
        given = {"question": (question or topic or path.name)[:200], "about": about[:600]}
        row = bring_in(Actor("system", tenant.pk), district_office(), held, source=source or path.name, **given)
        Maps().draw(row)
    print(json.dumps({"statements": len(held.statements), "people": row.people, "votes": row.votes}))
    return 0


def import_example(tenant: Tenant) -> None:
    """The real conversation that ships, for whoever wants to see what a map looks like; inside the tenant's scope."""
    topic, _about = read_summary(EXAMPLE / "summary.csv")
    bring_in(
        Actor("system", tenant.pk),
        district_office(),
        read_folder(EXAMPLE),
        question=topic,
        about="",
        source=f"vTaiwan.tw，2015 年。{POLIS}",
    )
