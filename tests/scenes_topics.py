"""Scenes of topics: put forward, to be chosen by each rule there is, chosen, turned down, over; and a yearly plan."""

from __future__ import annotations

import datetime as dt

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.states import move
from shangliang.deliberation.actions import choosing
from shangliang.deliberation.actions import topics as actions
from shangliang.deliberation.models import Topic, TopicPlan
from shangliang.deliberation.queries import topics as queries
from shangliang.matters.models import Matter
from shangliang.people.models import Body
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.definition import DEFAULT
from tests.cast import Cast
from tests.scenes import Parts

DECIDE = "    rule: decide\n    by: 委员工作室召集人和社区\n"
SCORE = """    rule: score
    by: 街道党工委
    least: 12
    criteria:
      many: {label: 关系到多少人, most: 10}
      able: {label: 办得成办不成, most: 10}
"""
VOTE = "    rule: vote\n    by: 社区议事会\n    least: 2\n    voters: members\n"
RESIDENTS = VOTE.replace("members", "residents")
PLAN = "    rule: plan\n    by: 区政协主席会议\n"
LOT = "    rule: lot\n    by: 社区议事会\n"
CLAIM = "    rule: claim\n    by: 区政协办公室\n"
LEAST = """
  least:
    topics: {label: 选题, of: topics, per: year, least: 2, most: 3, each: [community]}
    council: {label: 协商议事会, of: meetings, form: council, per: quarter, least: 2}
"""


def working_by(cast: Cast, selection: str, more: str = "", **instead: str) -> None:
    """A way of working comes into force that chooses topics so; `instead`: lines that begin with these words."""
    text = DEFAULT.read_text(encoding="utf-8")
    assert DECIDE in text
    text = text.replace(DECIDE, selection)
    for begins, line in instead.items():
        lines = [line if each.startswith(f"  {begins}:") else each for each in text.splitlines()]
        text = "\n".join(lines) + "\n"
    adopt(cast.office, text + more, "区政协", "青协〔2026〕3号", clock.today())


def put(cast: Cast, matter: Matter | None = None, by: Actor | None = None, title: str = "充电棚建在哪里") -> Topic:
    """A topic that waits to be chosen."""
    matter = matter or cast.accepted()
    row = actions.put_forward(
        by or cast.community, matter.pk, None, title=title, question="建在哪里，钱谁出。", source="residents"
    )
    return again(row)


def chosen(cast: Cast) -> Topic:
    """A topic that is talked about."""
    topic = put(cast)
    actions.choose(cast.community, topic, None)
    return again(topic)


def agreed(cast: Cast) -> Topic:
    """A topic whose talks ended with agreement."""
    topic = chosen(cast)
    move(topic, Topic.Status.AGREED, ended_at=clock.now())
    return again(topic)


def again(topic: Topic) -> Topic:
    """The topic as the database has it now."""
    found = queries.topic(topic.pk)
    assert found is not None
    return found


def plan(cast: Cast, body: Body | None = None) -> TopicPlan:
    """A yearly plan that is not agreed to yet."""
    body = body or cast.body("光明社区")
    return choosing.draft_plan(cast.office, body, year=clock.today().year, title="今年议什么")


def days(n: int) -> dt.timedelta:
    return dt.timedelta(days=n)


# --- for the table of access ------------------------------------------------------------------------


def put_parts(cast: Cast) -> Parts:
    """Put forward, and not chosen yet."""
    return {"topic_id": put(cast).pk}


def scored_parts(cast: Cast) -> Parts:
    """To be chosen by points."""
    working_by(cast, SCORE)
    return put_parts(cast)


def voted_parts(cast: Cast) -> Parts:
    """To be chosen by votes of members."""
    working_by(cast, VOTE)
    return put_parts(cast)


def claimed_parts(cast: Cast) -> Parts:
    """To be claimed by a group or a studio."""
    working_by(cast, CLAIM)
    return put_parts(cast)


def drawn_parts(cast: Cast) -> Parts:
    """To be drawn by lot."""
    working_by(cast, LOT)
    return put_parts(cast)


def planned_parts(cast: Cast) -> Parts:
    """To be put in a plan, which is there."""
    working_by(cast, PLAN)
    plan(cast)
    return put_parts(cast)


def chosen_parts(cast: Cast) -> Parts:
    return {"topic_id": chosen(cast).pk}


def agreed_parts(cast: Cast) -> Parts:
    return {"topic_id": agreed(cast).pk}


def plan_parts(cast: Cast) -> Parts:
    return {"plan_id": plan(cast).pk}
