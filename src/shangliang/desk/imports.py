"""Importing a file of messages: a look at every row first, then whole batches, so that doing it again adds the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import IntegrityError
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.turns import give_way
from shangliang.desk import actions
from shangliang.desk.import_columns import NOT_READ, label
from shangliang.desk.import_faces import Face, face_of
from shangliang.desk.import_files import open_table
from shangliang.desk.import_rows import Message, read_row
from shangliang.desk.import_targets import Targets
from shangliang.files.tables import Problem, Table
from shangliang.ledger.actions import batch
from shangliang.tenants.models import Tenant
from shangliang.voices import rules
from shangliang.voices.models import ImportedRow

AT_ONCE = 250  # rows of a transaction
BREATH = 0.02  # seconds between two of them
SHOWN = 5  # rows shown as they would look
PROBLEMS_KEPT = 5000
SOURCE_AT_MOST = 120
Known = dict[str, str]  # key of a row → key of what was said under it


@dataclass(frozen=True, slots=True)
class Preview:
    """A row as it would look."""

    message: Message
    face: Face
    place: str  # "" where it is not settled
    body: str  # that answered; "" without a reply


@dataclass(slots=True)
class Report:
    """What became, or would become, of each row. Every row is either new, known or wrong."""

    columns: list[tuple[str, str]] = field(default_factory=list)  # heading, how it was understood ("" if not)
    sheets_left: list[str] = field(default_factory=list)
    rows: int = 0
    new: int = 0
    known: int = 0
    errors: int = 0
    replies: int = 0  # of the new ones
    places_open: int = 0  # new ones whose place is not settled
    problems: list[Problem] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {"rows": self.rows, "new": self.new, "known": self.known, "errors": self.errors}

    def add(self, problems: list[Problem]) -> None:
        """Count one row as wrong."""
        self.errors += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.extend(problems)


def look(tenant: Tenant, content: bytes, *, public: bool = False) -> Report:
    """What importing would do, in the tenant in scope; nothing is written. Raises Refused for no table of messages."""
    return _run(tenant, content, lambda good, targets, report: _preview(good, targets, report, public))


def bring_in(actor: Actor, tenant: Tenant, content: bytes, source: str, *, public: bool = False) -> Report:
    """Import a file called `source`. Rows that are wrong are left out and told; rows known before add nothing.

    `public` says that the messages were open to everybody where they come from. Stopped in the middle, whole
    batches are in, and doing it again adds the rest. Raises NotAllowed, and Refused for no table of messages.
    """
    seat = rules.may_import(actor).grant() if actor.kind == "staff" else None

    def write(good: list[Message], targets: Targets, report: Report) -> None:
        messages = [(message, face_of(message, public=public)) for message in good]
        actions.take_in(actor, tenant, seat, targets, source[:SOURCE_AT_MOST], messages)

    return _run(tenant, content, write, in_batches=True)


def _run(
    tenant: Tenant,
    content: bytes,
    do: Callable[[list[Message], Targets, Report], None],
    *,
    in_batches: bool = False,
) -> Report:
    table = open_table(content)
    report = Report(columns=_columns(table), sheets_left=table.sheets_left)
    targets = Targets(tenant)
    here: Known = {}  # rows of this very file
    for portion in _portions(table, tenant, report):
        if not in_batches:
            do(_fresh(portion, _known(portion) | here, here, report), targets, report)
            continue
        try:
            _write(tenant, portion, here, do, targets, report)
        except IntegrityError:  # somebody imports the same rows at this moment: now they are known
            _write(tenant, portion, here, do, targets, report)
        give_way(BREATH)
    return report


def _write(
    tenant: Tenant,
    portion: list[Message],
    here: Known,
    do: Callable[[list[Message], Targets, Report], None],
    targets: Targets,
    report: Report,
) -> None:
    seen, counted = dict(here), Report()
    moments = [at for message in portion for at in (message.at, message.replied_at) if at]
    targets.prepare({clock.day_of(at) for at in moments} | {clock.today()})
    with batch(tenant.pk):
        do(_fresh(portion, _known(portion) | seen, seen, counted), targets, counted)
    here.update(seen)
    report.new, report.known = report.new + counted.new, report.known + counted.known
    report.errors, report.replies = report.errors + counted.errors, report.replies + counted.replies
    report.problems += counted.problems


def _portions(table: Table, tenant: Tenant, report: Report) -> Iterator[list[Message]]:
    """The good rows, some at a time; what is wrong with the others goes into the report."""
    rows = iter(table.rows)
    while portion := list(islice(rows, AT_ONCE)):
        report.rows += len(portion)
        good = []
        for row in portion:
            found = read_row(table, row, tenant.pk)
            if isinstance(found, Message):
                good.append(found)
            else:
                report.add(found)
        yield good


def _known(messages: list[Message]) -> Known:
    """Of these rows, those imported before."""
    rows = ImportedRow.objects.filter(key__in=[message.key for message in messages])
    return dict(rows.values_list("key", "voice__key"))


def _fresh(messages: list[Message], known: Known, here: Known, report: Report) -> list[Message]:
    """The rows that are neither known nor the same as an earlier one of this file."""
    fresh = []
    for message in messages:
        said = here.get(message.key) or known.get(message.key)
        if said is None:
            here[message.key] = message.said
            report.new += 1
            report.replies += bool(message.reply)
            if message.remark:
                report.problems.append(message.remark)
            fresh.append(message)
        elif said == message.said:
            report.known += 1
        else:
            why = _("编号 %(number)s 已经有了，可内容不一样。请核对编号。")
            number = message.key.rpartition(":")[2]
            report.add([Problem(message.row, label("number"), why % {"number": number})])
    return fresh


def _preview(good: list[Message], targets: Targets, report: Report, public: bool) -> None:
    for message in good:
        place = targets.place(message.place_words)
        report.places_open += not place.settled
        if len(report.previews) < SHOWN:
            body = targets.body(message.department).name if message.reply else ""
            face = face_of(message, public=public)
            report.previews.append(Preview(message, face, place.name if place.settled else "", body))


def _columns(table: Table) -> list[tuple[str, str]]:
    meant = {position: name for name, position in table.columns.items() if name not in NOT_READ}
    return [
        (heading, label(meant[position]) if position in meant else "")
        for position, heading in enumerate(table.headings)
    ]
