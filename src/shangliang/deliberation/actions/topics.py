"""议题: putting one forward, choosing it, turning it down with a reason, ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.deliberation import gates, rules
from shangliang.deliberation.models import Topic
from shangliang.deliberation.queries import topics as queries
from shangliang.deliberation.queries.choice import Choice, choice
from shangliang.deliberation.queries.progress import progress
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter
from shangliang.people.models import Body, Person
from shangliang.people.queries import receiving_body
from shangliang.people.rules import case_seat
from shangliang.places.models import Place
from shangliang.playbooks.actions import keep
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import refresh_public

Status = Topic.Status


@transaction.atomic
def put_forward(
    actor: Actor, matter_id: UUID, seen: int | None, *, title: str, question: str = "", source: str
) -> Topic:
    """Make a topic of an accepted matter, by the way of working in force today.

    `source` is a key of its sources. Raises NotAllowed, also when the matter is a topic already.
    """
    matter = matters.lock(matter_id, seen)
    seat = rules.may_put_forward(actor, matter).grant()
    by = Body.objects.get(pk=seat.body_id) if seat else (matter.holder or receiving_body(matter.place))
    assert by is not None
    matters.change(matter)
    return _put_forward(actor, matter, by, title, question, source, seat)


@transaction.atomic
def propose(
    actor: Actor, tenant: Tenant, *, place: Place, title: str, question: str = "", summary: str = "", source: str
) -> Topic:
    """党政点题、委员荐题、年度计划: put forward a topic that nobody raised. It opens a matter in stage 收, held by the
    body that receives for the place.

    What staff put forward everybody may read at once; what a member recommends, once it is chosen. Raises NotAllowed.
    """
    seat = rules.may_recommend(actor, place.path).grant()
    holder = receiving_body(place)
    assert holder is not None  # every tenant opens with its office
    matter = matters.open_matter(
        tenant.pk,
        tenant.slug,
        place=place,
        place_settled=True,
        place_words="",
        holder=holder,
        raised_at=clock.now(),
        title=title,
    )
    of_staff = case_seat(actor, place.path) is not None
    due = matters.clock_fields(tenant.pk, "hand_over")
    matters.change(matter, to=Matter.Status.GATHERED, summary=summary, is_public=of_staff, **due)
    by = Body.objects.get(pk=seat.body_id) if seat and of_staff else holder
    return _put_forward(actor, matter, by, title, question, source, seat, summary=summary)


@transaction.atomic
def choose(
    actor: Actor,
    topic: Topic,
    seen: int | None,
    *,
    chair: Person | None = None,
    by: str = "",
    posted: bool = True,
    despite: str = "",
) -> Topic:
    """选定: take a topic up. Its matter goes into stage 商. `by` is who decided, as the locality says it; `despite` why,
    when it has fewer points or votes than the rule of the place asks for; with `posted` it is shown from today, unless
    it is shown already.

    `seen` is the matter's version. Raises NotAllowed, or Refused when something is missing before it is chosen or
    shown, when the rule is not met, and when the body has as many topics as the playbook allows.
    """
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_choose(actor, topic).grant()
    gates.require(topic, "choose")
    playbook = queries.playbook_of(topic)
    standing = choice(topic)
    if standing.lacks and (standing.is_firm or not despite.strip()):
        raise Refused(standing.lacks, None if standing.is_firm else "despite")
    _require_room(topic, playbook.deliberation.open_at_most)
    posts = posted and topic.posted_on is None
    move(
        topic,
        Status.CHOSEN,
        chair_id=chair.pk if chair else actor.person_id,
        chosen_by=by or playbook.deliberation.selection.by,
        chosen_on=clock.today(),
        chosen_despite=despite.strip() if standing.lacks else "",
        posted_on=clock.today() if posts else topic.posted_on,
        why_not="",
    )
    if posts:
        gates.require(topic, "post", field="posted")
    to = Matter.Status.DELIBERATED if matter.status == Matter.Status.GATHERED else None
    matters.change(matter, to=to)
    refresh_public(matter)
    words = {"title": topic.title, "question": topic.question, "despite": topic.chosen_despite}
    append(actor, "topic.chosen", named(topic), _facts(topic, standing), words, seat=seat)
    return topic


@transaction.atomic
def turn_down(actor: Actor, topic: Topic, seen: int | None, *, why: str, route: str = "") -> Topic:
    """没选上: with the reason that everybody may read, and where it goes instead (a key of the playbook's routes).

    The matter stays in stage 收 and goes on without being deliberated.
    """
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_turn_down(actor, topic).grant()
    if not why.strip():
        raise Refused(_("写一句为什么没选上，提的人看得见。"), "why")
    move(topic, Status.TURNED_DOWN, why_not=why.strip(), route=route, ended_at=clock.now())
    matters.change(matter)
    found = queries.playbook_of(topic).deliberation.routes.get(route)
    append(
        actor,
        "topic.turned_down",
        named(topic),
        matters.facts(matter) | {"route": route, "route_label": found.label if found else ""},
        {"title": topic.title, "why": why.strip()},
        seat=seat,
    )
    return topic


@transaction.atomic
def end(actor: Actor, topic: Topic, seen: int | None, *, why: str) -> Topic:
    """没谈成，先停下: no agreement for now, with the reason; the matter goes back to stage 收."""
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_work(actor, topic).grant()
    if queries.has_open_meeting(topic):
        raise Refused(_("还有会没开完，先开完或者取消。"))
    move(topic, Status.ENDED, why_not=why, ended_at=clock.now())
    to = Matter.Status.GATHERED if matter.status == Matter.Status.DELIBERATED else None
    matters.change(matter, to=to)
    append(actor, "topic.ended", named(topic), matters.facts(matter), {"title": topic.title, "why": why}, seat=seat)
    return topic


@transaction.atomic
def go_again(actor: Actor, topic: Topic, seen: int | None, *, why: str) -> Topic:
    """再谈一轮: talk again about what was agreed or stopped, by the way of working it began with. What was found out
    stands; what a chair let pass in an earlier round does not."""
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_go_again(actor, topic).grant()
    if queries.open_topic(matter):
        raise Refused(_("这件事已经另外立了议题。"))
    _require_room(topic, queries.playbook_of(topic).deliberation.open_at_most)
    move(topic, Status.CHOSEN, why_not="", ended_at=None, again_at=clock.now())
    to = Matter.Status.DELIBERATED if matter.status == Matter.Status.GATHERED else None
    matters.change(matter, to=to)
    facts = matters.facts(matter) | {"by": topic.chosen_by, "playbook": topic.playbook.digest, "again": True}
    append(actor, "topic.chosen", named(topic), facts, {"title": topic.title, "why": why}, seat=seat)
    return topic


def named(topic: Topic) -> list[tuple[str, UUID]]:
    """What every entry about a topic names."""
    return [("topic", topic.pk), ("matter", topic.matter_id)]


def _put_forward(
    actor: Actor, matter: Matter, by: Body, title: str, question: str, source: str, seat: Seat | None, summary: str = ""
) -> Topic:
    topic = Topic.objects.create(
        tenant_id=matter.tenant_id,
        matter=matter,
        playbook=keep(matter.tenant_id),
        title=title,
        question=question,
        source=source,
        put_by=by,
        put_at=clock.now(),
    )
    append(
        actor,
        "topic.put_forward",
        named(topic),
        matters.facts(matter) | {"source": source, "body": str(by.pk), "body_name": by.name},
        {"title": title, "question": question} | ({"summary": summary} if summary else {}),
        seat=seat,
    )
    return topic


def _facts(topic: Topic, standing: Choice) -> dict[str, Any]:
    """What the entry of a choice says: by whom, by which rule, and with how many votes and points."""
    return matters.facts(topic.matter) | {
        "by": topic.chosen_by,
        "posted": topic.posted_on is not None,
        "playbook": topic.playbook.digest,
        "rule": standing.rule.rule,
        "votes": standing.votes,
        "points": f"{standing.weighed.total:g}",
        "weighed_by": standing.weighed.people,
    }


def _require_room(topic: Topic, most: int) -> None:
    """Raises Refused when the body of a topic talks about as many as it may, or has had as many in this period."""
    body = Body.objects.select_for_update().get(pk=topic.put_by_id)  # two chosen at once wait for each other
    if most and queries.open_topics_of(body.pk) >= most:
        raise Refused(
            _("%(body)s同时最多商量 %(most)s 个议题，已经满了。先把一个谈完，或者把这个放一放。")
            % {"body": body.name, "most": most}
        )
    for one in progress(body.tenant_id, body, clock.today()):
        if one.quota.of == "topics" and one.is_full:
            raise Refused(f"{body.name}{one.words}。")
