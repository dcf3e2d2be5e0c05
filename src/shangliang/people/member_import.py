"""Bringing in an office's list of members: from the bytes of its file to a plan of what would be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.files.tables import Problem, Table
from shangliang.people import member_plan, queries
from shangliang.people.member_columns import COLUMNS, NOT_READ
from shangliang.people.member_plan import Plan
from shangliang.people.member_rows import ROWS_AT_MOST, Line, is_total, open_list, read_row
from shangliang.tenants.models import Tenant


@dataclass(slots=True)
class Read:
    """A file of members, row by row."""

    table: Table
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    passed: int = 0  # rows that only add up the others


def read(content: bytes) -> Read:
    """Every row of the file. Raises Refused when it is no list of members."""
    found = Read(open_list(content))
    for row in found.table.rows:
        if is_total(row):
            found.passed += 1
            continue
        found.rows += 1
        if found.rows > ROWS_AT_MOST:
            raise Refused(_("表里超过 %(rows)d 行，请分成几份再导入。") % {"rows": ROWS_AT_MOST}, "file")
        line = read_row(found.table, row)
        if isinstance(line, Line):
            found.lines.append(line)
        else:
            found.problems += line
    return found


def look(tenant: Tenant, found: Read, on: dt.date, answers: Mapping[int, str]) -> Plan:
    """What bringing in these rows would do, in the tenant in scope; nothing is written."""
    today = clock.today()
    plan = member_plan.plan(found.lines, queries.known_before(tenant, min(on, today)), on, today, answers)
    plan.rows, plan.passed = found.rows, found.passed
    plan.problems = sorted(plan.problems + found.problems, key=lambda problem: problem.row)
    plan.columns, plan.sheets_left = _columns(found.table), found.table.sheets_left
    return plan


def _columns(table: Table) -> list[tuple[str, str]]:
    meant = {position: name for name, position in table.columns.items() if name not in NOT_READ}
    return [
        (heading, COLUMNS.label(meant[position]) if position in meant else "")
        for position, heading in enumerate(table.headings)
    ]
