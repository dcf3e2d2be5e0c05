"""Access to the life of studios, to what they are held to, and to pairings."""

from __future__ import annotations

from tests import scenes, scenes_studios
from tests.access.rows import DEPARTMENTS, Row
from tests.scenes import in_days

# Whoever has a seat reads the open facts. Acts: of who runs the studio, of the office, or of the two sides of a pairing.
ONLOOKERS = ("community", "neighbour", "member", "street", "far_street", *DEPARTMENTS)
BUT_OFFICE = ("convenor", *ONLOOKERS)
OUTSIDERS = tuple(role for role in ONLOOKERS if role != "community")
DAY = {"on": in_days(0)}
studio, pairing = scenes_studios.studio, scenes_studios.pairing


def act(name: str, of, data=None, refused=ONLOOKERS) -> Row:  # type: ignore[no-untyped-def]
    """An act on a page that everybody with a seat may open."""
    return Row(name, "staff", post=302, of=of, data=data or {"seen": ""}, refused=refused)


LIFE = [
    Row("studios:list", "staff", post=200),
    Row("studios:studio", "staff", post=200, of=studio),
    Row("studios:done", "staff", post=200, of=studio),
    Row("studios:file", "who runs it", post=200, of=scenes_studios.paper_of_studio),
    act(
        "studios:propose",
        scenes.nothing,
        {"kind": "member_studio", "name": "新的工作室"},
        refused=tuple(role for role in ONLOOKERS if role != "member"),
    ),
    act("studios:move", scenes_studios.to_check, scenes_studios.decided, refused=BUT_OFFICE),
    act("studios:move", scenes_studios.to_be_warned, scenes_studios.decided, refused=BUT_OFFICE),
    act("studios:move_together", scenes.nothing, scenes_studios.both, refused=BUT_OFFICE),
    act("studios:describe", studio, {"motto": "住得近"}),
]
STANDARD = [
    Row("studios:standard", "staff", post=200, of=studio),
    Row("studios:phases", "staff", post=200),
    act("studios:record", scenes_studios.item_of_standard, DAY | {"has": "yes", "what": "2 楼"}),
    act("studios:post_rule", studio, {"title": "学习制度", "text": "每月一次。", "since": in_days(0)}),
    act("studios:plan", studio, {"year": in_days(0).year, "items": "12月30日 总结会"}),
    act("studios:plan_done", scenes_studios.planned, DAY),
    act("studios:inspect", studio, scenes_studios.found_in_order, refused=BUT_OFFICE),
    act("studios:honour", studio, DAY | {"title": "示范工作室", "level": "city"}, refused=BUT_OFFICE),
    act(
        "studios:set_phase",
        scenes.nothing,
        {"name": "试点", "since": in_days(0), "until": in_days(90), "target": 9},
        refused=BUT_OFFICE,
    ),
]
PAIRINGS = [
    Row("studios:pairings", "staff", post=200),
    Row("studios:pairing", "staff", post=200, of=pairing),
    Row("studios:pairing_file", "both sides", post=200, of=scenes_studios.paper_of_pairing),
    act("studios:draft_pairing", scenes.nothing, scenes_studios.agreed, refused=OUTSIDERS),
    act("studios:sign_pairing", scenes_studios.side_of_studio, refused=(*ONLOOKERS, "office")),
    act("studios:record_signature", scenes_studios.side_of_studio, DAY | {"document": "共建 1 号"}, refused=BUT_OFFICE),
    act("studios:pairing_task_done", scenes_studios.task_of_pairing, DAY, refused=OUTSIDERS),
    act("studios:review_pairing", pairing, {"words": "办得不错。"}, refused=OUTSIDERS),
    act("studios:renew_pairing", pairing, scenes_studios.agreed_anew, refused=OUTSIDERS),
    act("studios:end_pairing", pairing, DAY | {"why": "任务完成。"}, refused=OUTSIDERS),
]
ROWS = [*LIFE, *STANDARD, *PAIRINGS]
