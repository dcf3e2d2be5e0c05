"""Access to topics and how they are chosen."""

from __future__ import annotations

from typing import Any

from shangliang.deliberation.models import TopicPlan
from tests import scenes
from tests import scenes_topics as topics
from tests.access.rows import WHY, Row, act
from tests.cast import Cast
from tests.scenes import Parts

MEMBERS_REFUSED = ("member",)
PROPOSED = {"title": "雨棚漏水", "place": "光明社区", "source": "members"}


def chosen(cast: Cast, parts: Parts) -> dict[str, Any]:
    """Who decided, and who chairs."""
    return {"by": "社区议事会", "chair": str(cast.accounts["convenor"].person_id), "posted": "on"}


def studio(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The studio that claims."""
    return {"body": str(cast.body("同光委员工作室").pk)}


def a_plan(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The plan that a topic is put in."""
    return {"plan": str(TopicPlan.objects.get().pk)}


ROWS = [
    Row("deliberation:topics", "staff", post=200),
    Row(
        "deliberation:new_topic",
        "staff",
        post=302,
        data=PROPOSED,
        refused=("neighbour", "far_street", "handler", "section", "citymanager"),
    ),
    act(
        "deliberation:put_forward",
        scenes.gathered,
        {"title": "充电棚建在哪里", "source": "residents", "seen": ""},
    ),
    Row("deliberation:choose", "all but far", post=302, of=topics.put_parts, data=chosen, refused=MEMBERS_REFUSED),
    Row(
        "deliberation:draw_topics",
        "all but far",
        post=302,
        of=topics.drawn_parts,
        data={"sure": "1"},
        refused=MEMBERS_REFUSED,
    ),
    Row(
        "deliberation:turn_down",
        "all but far",
        post=302,
        of=topics.put_parts,
        data=WHY | {"route": "answer"},
        refused=MEMBERS_REFUSED,
    ),
    Row(
        "deliberation:end_topic",
        "all but far",
        post=302,
        of=topics.chosen_parts,
        data=WHY,
        refused=MEMBERS_REFUSED,
    ),
    Row(
        "deliberation:another_round",
        "all but far",
        post=302,
        of=topics.agreed_parts,
        data=WHY,
        refused=MEMBERS_REFUSED,
    ),
    Row(
        "deliberation:score_topic",
        "all but far",
        post=302,
        of=topics.scored_parts,
        data={"many": "8", "able": "5"},
    ),
    Row("deliberation:vote_for_topic", "all but far", post=302, of=topics.voted_parts, data={"sure": "1"}),
    Row(
        "deliberation:claim_topic",
        "all but far",
        post=302,
        of=topics.claimed_parts,
        data=studio,
        refused=("community", "member", "street", "office"),
    ),
    Row(
        "deliberation:put_in_plan",
        "all but far",
        post=302,
        of=topics.planned_parts,
        data=a_plan,
        refused=MEMBERS_REFUSED,
    ),
    Row("deliberation:topic_plans", "staff", post=200),
    # Whose plan it is they choose from their own bodies: nothing that could be posted fits all.
    Row("deliberation:new_topic_plan", "staff", post=422),
    Row("deliberation:topic_plan", "staff", post=200, of=topics.plan_parts),
    Row(
        "deliberation:agree_topic_plan",
        "staff",
        post=302,
        of=topics.plan_parts,
        data={"agreed_by": "区委", "document": "青办〔2026〕1号", "agreed_on": scenes.in_days(0)},
        refused=("neighbour", "far_street", "member", "handler", "section", "citymanager"),
    ),
]
