"""关口: what is missing before a step of a topic's path may be begun. The only place that tells.

Engineer C fills in what each word of `needs` counts; whoever begins a step calls `require`.
"""

from __future__ import annotations

from dataclasses import dataclass

from shangliang.core.errors import Refused
from shangliang.deliberation.models import Topic


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there yet: its key (`heard:<side>`, `facts`, `step:investigate`, `approval:…`), and in words."""

    key: str
    sentence: str


def missing(topic: Topic, does: str) -> list[Missing]:
    """What is missing before the step in which the product's act `does` happens (post, meet, agree, hand_over …),
    what the chair let pass left out. Empty where the path has no such step."""
    return []


def require(topic: Topic, does: str) -> None:
    """Raises Refused, naming all that is missing, unless nothing is. Called by every act that begins a step."""
    if lacking := missing(topic, does):
        raise Refused("；".join(one.sentence for one in lacking))
