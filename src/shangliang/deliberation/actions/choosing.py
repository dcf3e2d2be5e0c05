"""怎么选: giving a topic points, voting for it, putting it in a yearly plan, claiming it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.core.actors import Actor, no
from shangliang.core.errors import Refused
from shangliang.deliberation import lots, rules
from shangliang.deliberation.actions.topics import named
from shangliang.deliberation.models import Topic, TopicPlan, TopicScore, TopicVote
from shangliang.deliberation.queries.choice import voter_of, waiting_for_the_lot
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.people.models import Body
from shangliang.playbooks.deliberation_rules import Selection

NOT_SO = {
    "score": gettext_lazy("这里的议题不打分。"),
    "vote": gettext_lazy("这里的议题不投票选。"),
    "lot": gettext_lazy("这里的议题不抽签。"),
}


@transaction.atomic
def score(actor: Actor, topic: Topic, points: Mapping[str, int]) -> None:
    """打分: what the actor gives a topic for each criterion; giving again replaces what was given.

    Raises NotAllowed, or Refused naming the criterion whose points are missing or too many.
    """
    rule, seat = _rule(topic, "score"), rules.may_weigh(actor, topic).grant()
    assert actor.person_id is not None
    for key, criterion in rule.criteria.items():
        if not 0 <= points.get(key, -1) <= criterion.most:
            raise Refused(
                _("“%(label)s”给 0 到 %(most)s 分。") % {"label": criterion.label, "most": criterion.most}, key
            )
    for key in rule.criteria:
        TopicScore.objects.update_or_create(
            tenant_id=topic.tenant_id,
            topic=topic,
            person_id=actor.person_id,
            criterion=key,
            defaults={"points": points[key]},
        )
    # Who gave how much is nobody's to read: the entry of the choice commits to the sum.
    append(actor, "topic.scored", named(topic), {}, seat=seat)


@transaction.atomic
def vote(actor: Actor, topic: Topic) -> bool:
    """投票 of a member or of staff, one each. Gives False when they have voted already; then nothing is written."""
    rule, seat = _rule(topic, "vote"), rules.may_weigh(actor, topic).grant()
    if rule.voters != "members":
        raise Refused(_("这里由居民来投票，在议题的公开页面上投。"))
    assert actor.person_id is not None
    if not _cast(topic, voter_of(topic.tenant_id, actor.person_id)):
        return False
    append(actor, "topic.voted", named(topic), {}, seat=seat)
    return True


@transaction.atomic
def vote_for(topic: Topic, device: bytes) -> bool:
    """A resident's vote, one for each device (`voices.views.device_hash`). Gives False when it voted already.

    No entry: such votes are rows, and the entry of the choice commits to their number.
    """
    if _rule(topic, "vote").voters != "residents":
        raise Refused(_("这里由委员来投票。"))
    if topic.status != Topic.Status.PUT_FORWARD:
        raise Refused(_("这个议题已经定过了。"))
    return _cast(topic, device)


@transaction.atomic
def claim(actor: Actor, topic: Topic, body: Body) -> Topic:
    """认领: a group or studio of members takes a topic. Raises NotAllowed, or Refused when it is taken."""
    matters.lock(topic.matter_id, None)  # two who claim at once wait for each other
    topic = Topic.objects.select_related("matter__place", "claimed_by", "playbook").get(pk=topic.pk)
    rules.may_claim(actor, topic).grant()
    seat = next((seat for seat in rules.claiming_seats(actor) if seat.body_id == body.pk), None)
    if seat is None:
        no(_("只能替自己负责的单位认领。")).grant()
    topic.claimed_by = body
    topic.save(update_fields=["claimed_by"])
    append(actor, "topic.claimed", named(topic), {"body": str(body.pk), "body_name": body.name}, seat=seat)
    return topic


@transaction.atomic
def draw(actor: Actor, topic: Topic) -> Topic:
    """抽签: of all topics of its body that wait, one is drawn (`lots`). Gives the one; only then is it chosen.

    The entry holds the seed and every lot. Raises NotAllowed, or Refused while one that was drawn waits still.
    """
    _rule(topic, "lot")
    seat = rules.may_choose(actor, topic).grant()
    Body.objects.select_for_update().get(pk=topic.put_by_id)  # two who draw at once wait for each other
    pot = {one.pk: one for one in waiting_for_the_lot(topic)}
    if before := next((one for one in pot.values() if one.drawn_on), None):
        raise Refused(_("已经抽中了“%(title)s”，先把它选定，或者写明为什么不选，再抽。") % {"title": before.title})
    seed = lots.seed(pot, f"topic lot:{topic.tenant_id}:{topic.put_by_id}")
    order = lots.lots(pot, seed)
    drawn = pot[next(iter(order))]
    drawn.drawn_on = clock.today()
    drawn.save(update_fields=["drawn_on"])
    others = [("topic", one) for one in order if one != drawn.pk]
    facts = {"seed": seed, "lots": {str(one): lot for one, lot in order.items()}, "of": len(order)}
    append(actor, "topic.drawn", [*named(drawn), *others], facts, {"title": drawn.title}, seat=seat)
    return drawn


@transaction.atomic
def draft_plan(actor: Actor, body: Body, *, year: int, title: str) -> TopicPlan:
    """Begin the yearly plan of topics of a body. Raises NotAllowed, or Refused when it has one of that year."""
    seat = rules.may_plan(actor, body).grant()
    if TopicPlan.objects.filter(body=body, year=year).exists():
        raise Refused(_("%(body)s %(year)s 年的计划已经有了。") % {"body": body.name, "year": year}, "year")
    plan = TopicPlan.objects.create(tenant_id=body.tenant_id, body=body, year=year, title=title)
    facts = {"body": str(body.pk), "body_name": body.name, "year": year}
    append(actor, "topic_plan.drafted", [("topic_plan", plan.pk)], facts, {"title": title}, seat=seat)
    return plan


@transaction.atomic
def agree_plan(actor: Actor, plan: TopicPlan, *, agreed_by: str, document: str, agreed_on: dt.date) -> TopicPlan:
    """定下计划: who agreed to it, by which document, when. From then on its topics can be chosen."""
    plan = TopicPlan.objects.select_for_update(of=("self",)).select_related("body__place").get(pk=plan.pk)
    seat = rules.may_plan(actor, plan.body).grant()
    if plan.agreed_on is not None:
        raise Refused(_("这份计划已经定了。"))
    if agreed_on > clock.today():
        raise Refused(_("还没到这一天，定了再来记。"), "agreed_on")
    plan.agreed_by, plan.document, plan.agreed_on = agreed_by, document, agreed_on
    plan.save(update_fields=["agreed_by", "document", "agreed_on"])
    topics = [("topic", pk) for pk in Topic.objects.filter(plan=plan).values_list("pk", flat=True)]
    facts = {"by": agreed_by, "document": document, "on": agreed_on.isoformat(), "year": plan.year}
    append(actor, "topic_plan.agreed", [("topic_plan", plan.pk), *topics], facts, {"title": plan.title}, seat=seat)
    return plan


@transaction.atomic
def put_in_plan(actor: Actor, topic: Topic, plan: TopicPlan) -> Topic:
    """列进计划. Only a plan that was not agreed yet takes further topics. Raises NotAllowed or Refused."""
    topic.matter = matters.lock(topic.matter_id, None)
    topic.refresh_from_db(fields=["status"])
    plan = TopicPlan.objects.select_for_update(of=("self",)).select_related("body__place").get(pk=plan.pk)
    seat = rules.may_choose(actor, topic).grant()
    if plan.agreed_on is not None:
        raise Refused(_("这份计划已经定了，不能再加。"), "plan")
    topic.plan = plan
    topic.save(update_fields=["plan"])
    facts = {"year": plan.year, "body": str(plan.body_id), "body_name": plan.body.name}
    subjects = [*named(topic), ("topic_plan", plan.pk)]
    append(actor, "topic.planned", subjects, facts, {"title": plan.title}, seat=seat)
    return topic


def _cast(topic: Topic, voter: bytes) -> bool:
    _row, new = TopicVote.objects.get_or_create(
        tenant_id=topic.tenant_id, topic=topic, voter=voter, defaults={"cast_at": clock.now()}
    )
    return new


def _rule(topic: Topic, wanted: str) -> Selection:
    """The rule by which topics are chosen here. Raises Refused when it is another than `wanted`."""
    rule = playbook_of(topic).deliberation.selection
    if rule.rule != wanted:
        raise Refused(str(NOT_SO[wanted]))
    return rule
