"""How a topic is chosen: its points, its votes, its plan, who claimed it; and what it still lacks by the rule of the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.seal import keyed_hash
from shangliang.deliberation.models import Topic, TopicPlan, TopicScore, TopicVote
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.deliberation.rules import CHAIRS
from shangliang.matters.models import OPEN, Matter
from shangliang.people.models import Body, Membership, Person
from shangliang.people.queries import bodies_over, in_force
from shangliang.playbooks.deliberation_rules import Criterion, Selection

NEAR_AT_MOST, LOOKED_AT = 5, 200
NO_PERSON = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The points of a topic: what each criterion got on average, and from how many people."""

    by_criterion: Mapping[str, float] = field(default_factory=dict)
    people: int = 0

    @property
    def total(self) -> float:
        """All points together, to one place."""
        return round(sum(self.by_criterion.values()), 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a topic stands with the rule of its place. `lacks` is a sentence, "" when it may be chosen; `is_firm`
    when no reason helps against it."""

    topic: Topic
    rule: Selection
    weighed: Weighed
    votes: int
    own_points: Mapping[str, int]
    has_voted: bool
    lacks: str
    is_firm: bool

    @property
    def points(self) -> list[tuple[Criterion, float | None, int | None]]:
        """Each criterion with its average and what the one who looks gave."""
        own, by = self.own_points, self.weighed.by_criterion
        return [(one, by.get(key), own.get(key)) for key, one in self.rule.criteria.items()]

    @property
    def most(self) -> int:
        """The most points there are."""
        return sum(one.most for one in self.rule.criteria.values())


def weighed(topics: Iterable[Topic]) -> dict[UUID, Weighed]:
    """The points of topics, by id; those without any are left out (one query)."""
    rows = TopicScore.objects.filter(topic__in=[topic.pk for topic in topics])
    by_topic: dict[UUID, dict[str, float]] = {}
    people: dict[UUID, int] = {}
    for row in rows.values("topic", "criterion").annotate(average=Avg("points"), n=Count("pk")):
        by_topic.setdefault(row["topic"], {})[row["criterion"]] = float(row["average"])
        people[row["topic"]] = max(people.get(row["topic"], 0), row["n"])
    return {topic: Weighed(points, people[topic]) for topic, points in by_topic.items()}


def votes(topics: Iterable[Topic]) -> dict[UUID, int]:
    """The votes for topics, by id; those without any are left out (one query)."""
    rows = TopicVote.objects.filter(topic__in=[topic.pk for topic in topics]).values("topic")
    return {row["topic"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def has_voted(topic: Topic, voter: bytes) -> bool:
    """Whether this person (`voter_of`) or device voted for it already."""
    return TopicVote.objects.filter(topic=topic, voter=voter).exists()


def voter_of(tenant_id: UUID, person_id: UUID) -> bytes:
    """Under what a person's vote is kept: nobody reads from it who voted."""
    return keyed_hash(str(person_id), f"topic vote:{tenant_id}")


def choice(topic: Topic, person_id: UUID | None = None) -> Choice:
    """Where a topic stands, for somebody who looks at it (at most four queries, by the rule)."""
    rule = playbook_of(topic).deliberation.selection
    person, own, voted, points, given = person_id or NO_PERSON, {}, False, Weighed(), 0
    if rule.rule == "score":
        points = weighed([topic]).get(topic.pk, points)
        own = dict(TopicScore.objects.filter(topic=topic, person=person).values_list("criterion", "points"))
    if rule.rule == "vote":
        given = votes([topic]).get(topic.pk, 0)
        voted = has_voted(topic, voter_of(topic.tenant_id, person))
    return Choice(topic, rule, points, given, own, voted, *_lacking(topic, rule, points, given))


def _lacking(topic: Topic, rule: Selection, points: Weighed, given: int) -> tuple[str, bool]:
    """What is missing by the rule, in a sentence, and whether that is final."""
    if rule.rule == "score" and points.total < rule.least:
        said = _("现在 %(now)s 分，不到 %(least)s 分。") % {"now": f"{points.total:g}", "least": rule.least}
        return said, False
    if rule.rule == "vote" and given < rule.least:
        return _("现在 %(now)s 票，不到 %(least)s 票。") % {"now": given, "least": rule.least}, False
    if rule.rule == "plan":
        if topic.plan is None:
            return _("这里的议题从年度计划里来，先把它列进计划。"), True
        if topic.plan.agreed_on is None:
            return _("《%(plan)s》还没有定下来，定了才能选。") % {"plan": topic.plan.title}, True
    if rule.rule == "lot" and topic.drawn_on is None:
        return _("还没有抽到它。在这里抽；当场抽的，写明怎么抽的、谁在场。"), False
    if rule.rule == "claim" and topic.claimed_by_id is None:
        return _("这里的议题先由委员小组或者工作室认领，还没有人认领。"), True
    return "", False


def waiting_for_the_lot(topic: Topic) -> list[Topic]:
    """The topics among which the lot decides: those of the same body that wait, and are not joined to another matter
    (one query)."""
    rows = Topic.objects.filter(put_by=topic.put_by_id, status=Topic.Status.PUT_FORWARD, matter__lead=None)
    return list(rows.select_related("matter").order_by("put_at", "pk"))


def chairs_for(topic: Topic) -> list[Person]:
    """Those who may chair the talks about a topic: who sits over its place with such a duty, the nearest first
    (two queries)."""
    bodies = {body.pk: place for place, body in enumerate(bodies_over(topic.matter.place))}
    rows = Membership.objects.filter(in_force(clock.today()), body__in=list(bodies), duty__in=CHAIRS)
    seats = sorted(rows.select_related("person"), key=lambda seat: (bodies[seat.body_id], seat.person.name))
    return list({seat.person_id: seat.person for seat in seats}.values())


def plans(bodies: Iterable[UUID] | None = None) -> list[TopicPlan]:
    """The yearly plans, of some bodies or of all, the newest first, with how many topics are in each (one query)."""
    rows = TopicPlan.objects.select_related("body__place").annotate(n=Count("topics"))
    if bodies is not None:
        rows = rows.filter(body__in=list(bodies))
    return list(rows.order_by("-year", "body__name")[:200])


def plan(plan_id: UUID) -> TopicPlan | None:
    """One plan with its body."""
    return TopicPlan.objects.select_related("body__place").filter(pk=plan_id).first()


def in_plan(row: TopicPlan) -> list[Topic]:
    """The topics of a plan, in the order they were put in (one query)."""
    rows = Topic.objects.filter(plan=row).select_related("matter__place", "put_by", "claimed_by", "playbook")
    return list(rows.order_by("put_at", "pk"))


def plans_for(topic: Topic) -> list[TopicPlan]:
    """The plans that a topic may be put in: of bodies over its place, this year's and later (one query)."""
    over = [body.pk for body in bodies_over(topic.matter.place)]
    rows = TopicPlan.objects.filter(Q(body__in=over) | Q(body=topic.put_by_id), year__gte=clock.today().year)
    return list(rows.select_related("body").order_by("year", "body__name"))


def bodies_with_topics() -> list[Body]:
    """The bodies that put topics forward (one query)."""
    return list(Body.objects.filter(pk__in=Topic.objects.values("put_by")).order_by("name"))


def near(matter: Matter) -> list[Matter]:
    """Open matters of the same street that read alike: what could be talked about together (two queries at most).

    Only a suggestion: alike are two whose titles share pairs of characters; the same place and the same category
    come in front. Of a street, the newest are looked at.
    """
    street = matter.place.path if matter.place.path.count("/") < 4 else matter.place.path.rpartition("/")[0]
    rows = Matter.objects.filter(Q(place__path=street) | Q(place__path__startswith=street + "/"))
    rows = rows.filter(status__in=OPEN, lead=None).exclude(pk=matter.pk).exclude(title="")
    own = _pairs(matter.title)
    found = [
        (len(own & _pairs(row.title)) + (row.category == matter.category != ""), row.place_id == matter.place_id, row)
        for row in rows.select_related("place").order_by("-raised_at")[:LOOKED_AT]
    ]
    alike = sorted((one for one in found if one[0] >= 2), key=lambda one: (one[0], one[1]), reverse=True)
    return [row for _alike, _same, row in alike[:NEAR_AT_MOST]]


def _pairs(text: str) -> set[str]:
    letters = [char for char in text if char.isalnum()]
    return {"".join(pair) for pair in pairwise(letters)}
