"""Access to whistles, and to the convenor's morning."""

from __future__ import annotations

from typing import Any

from tests import scenes, scenes_duty
from tests import scenes_whistles as whistles
from tests.access.rows import Row, act
from tests.cast import Cast
from tests.scenes import Parts, in_days


def asking(cast: Cast, parts: Parts) -> dict[str, Any]:
    """What is needed, and who is asked."""
    what = {"what": "请来看看充电棚", "place": "光明社区", "needed": "1"}
    return what | {"ask": [whistles.somebody(cast)], "blow": "1"}


SEEN = {"words": "三户在楼道充电", "on": in_days(0)}

ROWS = [
    Row("gathering:whistles", "staff", post=200),
    Row(
        "gathering:blow",
        "over a place",
        post=302,
        data=lambda cast, parts: asking(cast, parts),
        refused=("neighbour", "far_street"),
    ),
    act("gathering:blow_about", scenes.gathered, asking),
    act(
        "gathering:recuse",
        scenes.gathered,
        lambda cast, parts: {"person_id": whistles.somebody(cast), "why": "是物业的股东"},
    ),
    Row("gathering:whistle", "all but far", post=200, of=whistles.whistle),
    Row(
        "gathering:answer",
        "the member",
        get=405,
        post=302,
        of=whistles.whistle,
        data={"answer": "come", "when": "tomorrow-9"},
    ),
    Row("gathering:visit", "all but far", post=302, of=whistles.coming, data=SEEN),
    Row("gathering:visit_photo", "all but far", post=200, of=whistles.photo),
    Row("gathering:member_phone", "case", get=405, post=200, of=whistles.who_comes),
    Row(
        "gathering:ask_more",
        "case",
        post=302,
        of=whistles.whistle,
        data=lambda cast, parts: {"ask": [whistles.somebody(cast)]},
    ),
    Row("gathering:end_whistle", "case", post=302, of=whistles.whistle, data={"done": "yes"}),
    Row("gathering:name_lead", "case", get=405, post=302, of=whistles.one_of_a_squad),
    Row(
        "gathering:by_link",
        "everybody",
        post=302,
        of=whistles.link,
        data={"answer": "come", "when": "tomorrow-9"},
    ),
    Row("gathering:visit_by_link", "everybody", post=302, of=whistles.link_of_who_comes, data=SEEN),
    # the desk
    Row("desk:morning", "who runs it", post=200),
    Row("desk:morning_phone", "who runs it", get=405, post=200, of=scenes_duty.begun),
]
