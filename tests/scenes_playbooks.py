"""A playbook that a tenant adopted, for the table of access and for tests of its pages."""

from __future__ import annotations

from shangliang.core.clock import today
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.queries import DEFAULT
from tests.cast import Cast
from tests.scenes import Parts

WHOLE = DEFAULT.read_text(encoding="utf-8")
PART = """name: 三步走
version: "1"
deliberation:
  steps:
    raise: {label: 大家提, by: 居民, does: [gather]}
    meet: {label: 一起议, by: 召集人, after: [raise], does: [meet, agree], approvals: [街道党工委]}
    reply: {label: 有回音, by: 街道, after: [meet], does: [reply], days: 5}
"""
ADOPTED = {"body_name": "区政协", "document": "青政协办〔2026〕8号"}


def adopted(cast: Cast) -> Parts:
    """A text of this tenant's own, in force from today."""
    text = WHOLE.replace('"2026.1"', f'"{cast.tenant.slug}"')
    adoption = adopt(cast.office, text, in_force_from=today(), **ADOPTED)
    return {"digest": adoption.playbook.digest}
