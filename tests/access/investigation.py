"""Access to a topic's page, its investigation and its gates."""

from __future__ import annotations

from typing import Any

from tests import scenes_investigation as scenes
from tests.access.rows import Row
from tests.cast import Cast
from tests.scenes import Parts, in_days

WHY = {"why": "写错了，要重来"}
STEP = {"ask-summary": "三种办法"}


def signed(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The chair's own name under what is missing."""
    page = cast.client("convenor").get(cast.url("deliberation:pass_gate", **parts))
    return {"name": "林知夏", "why": "电线已经冒烟，等不到下个月再开会。", "seen": page.context["form"]["seen"].value()}


def act(name: str, of: Any, data: Any, refused: tuple[str, ...] = ("member",)) -> Row:
    """An act on a topic: members of its place see the page, and may not do it."""
    return Row(name, "all but far", post=302, of=of, data=data, refused=refused)


ROWS = [
    Row("deliberation:topic", "all but far", post=200, of=scenes.chosen),
    act("deliberation:name_side", scenes.chosen, {"label": "夜班住户"}),
    act("deliberation:drop_side", scenes.a_side, WHY),
    act(
        "deliberation:hear",
        scenes.a_side,
        {"how": "visit", "people": "3", "chosen": "抽的", "said": "怕吵", "on": in_days(0)},
    ),
    act("deliberation:withdraw_hearing", scenes.a_hearing, WHY),
    act("deliberation:record_finding", scenes.chosen, {"text": "86 辆", "source": "清点", "on": in_days(0)}),
    act("deliberation:withdraw_finding", scenes.a_finding, WHY),
    Row("deliberation:finding_photo", "all but far", post=200, of=scenes.a_photo),
    act("deliberation:step", scenes.a_step_with_a_form, STEP),
    act("deliberation:approve_step", scenes.a_step_with_a_form, {"who": "街道党工委", "on": in_days(0)}),
    act("deliberation:pass_gate", scenes.a_gate, signed, ("member", "community", "street", "office")),
    act("deliberation:post_topic", scenes.not_posted, {}),
]
