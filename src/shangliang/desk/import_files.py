"""The table of messages in somebody's Excel or CSV file."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shangliang.desk.import_columns import is_enough, understand
from shangliang.files import tables
from shangliang.files.tables import Table


def open_table(content: bytes) -> Table:
    """The table of messages in a file. Raises Refused, in words, for everything else."""
    return tables.open_table(content, _of_messages, _("至少有“时间”和“内容”（或“主题”）"))


def _of_messages(headings: Sequence[object]) -> dict[str, int] | None:
    columns = understand(headings)
    return columns if is_enough(columns) else None
