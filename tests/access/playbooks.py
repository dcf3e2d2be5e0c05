"""Access to the playbook: how it is tried and adopted, and the page on which all can read it."""

from __future__ import annotations

from tests.access.rows import Row
from tests.scenes import in_days
from tests.scenes_playbooks import ADOPTED, PART, WHOLE, adopted

ROWS = [
    Row("ways:playbooks", "just office", post=200),
    Row("ways:try", "just office", post=200, data={"text": PART}),
    Row("ways:schema", "just office", post=200),
    Row(
        "ways:adopt",
        "just office",
        get=405,
        post=302,
        data=lambda cast, parts: {"text": WHOLE, "in_force_from": in_days(3), **ADOPTED},
    ),
    Row("publicity:way", "everybody", post=200),
    Row("publicity:way_version", "everybody", post=200, of=adopted),
    Row("publicity:way_text", "everybody", post=200, of=adopted),
]
