"""Reading the ledger for those who work here: who an entry names hears of it, unless they did it themselves."""

from __future__ import annotations

from uuid import UUID

from shangliang.gathering.messages import KINDS, message_to
from shangliang.ledger.queries import Line
from shangliang.ledger.readers import catch_up
from shangliang.notices import meeting_wording
from shangliang.notices.actions import queue_for_staff
from shangliang.notices.models import StaffNotice
from shangliang.notices.queries import names_in
from shangliang.notices.staff_wording import SAYS, Names, said_to, subjects
from shangliang.tenants.models import Tenant

LENGTH = 300
HEARD = KINDS | SAYS.keys() | meeting_wording.KINDS


def read(tenant: Tenant) -> int:
    """Queue what people are to be told of what happened since the last call. Gives how many entries were read."""

    def handle(lines: list[Line]) -> None:
        heard = [line for line in lines if line.entry.kind in HEARD]
        if heard:
            names = names_in(heard)
            queue_for_staff([notice for line in heard for notice in _notices(tenant, line, names)])

    return catch_up("staff notices", handle, with_words=False)


def _notices(tenant: Tenant, line: Line, names: Names) -> list[StaffNotice]:
    acted = line.body["actor"].get("person")
    people = {person for person in subjects(line, "person") if str(person) != acted}
    if not people:
        return []
    if line.entry.kind in KINDS:  # what a whistle says is another thing to each of those it names
        told = [(person, message_to(line, person)) for person in sorted(people)]
        return [_notice(tenant, line, person, each.text, each.link) for person, each in told if each]
    if line.entry.kind in meeting_wording.KINDS:
        said = sorted(meeting_wording.said(line, people).items())
    else:
        said = [(person, said_to(person, line, names)) for person in sorted(people)]
    return [_notice(tenant, line, person, each.sentence, each.path(tenant.slug)) for person, each in said]


def _notice(tenant: Tenant, line: Line, person: UUID, sentence: str, path: str) -> StaffNotice:
    at = line.entry.recorded_at
    return StaffNotice(
        tenant_id=tenant.pk,
        person_id=person,
        seq=line.entry.seq,
        sentence=sentence if len(sentence) <= LENGTH else sentence[: LENGTH - 1] + "…",
        path=path,
        made_at=at,
        next_try_at=at,
    )
