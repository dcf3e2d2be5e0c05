"""议题: putting one forward, choosing it, turning it down with a reason, ending it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.deliberation import rules
from shangliang.deliberation.models import Topic
from shangliang.deliberation.queries import topics as queries
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter
from shangliang.people.models import Body, Person
from shangliang.people.queries import receiving_body
from shangliang.playbooks.actions import keep

Status = Topic.Status


@transaction.atomic
def put_forward(
    actor: Actor, matter_id: UUID, seen: int | None, *, title: str, question: str = "", source: str
) -> Topic:
    """Make a topic of an accepted matter, by the way of working in force today.

    `source` is a key of its sources. Raises NotAllowed, or Refused when the matter is a topic already.
    """
    matter = matters.lock(matter_id, seen)
    seat = rules.may_put_forward(actor, matter).grant()
    if queries.open_topic(matter):
        raise Refused(_("这件事已经是议题了。"))
    by = Body.objects.get(pk=seat.body_id) if seat else (matter.holder or receiving_body(matter.place))
    assert by is not None
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
    matters.change(matter)
    append(
        actor,
        "topic.put_forward",
        named(topic),
        matters.facts(matter) | {"source": source, "body": str(by.pk), "body_name": by.name},
        {"title": title, "question": question},
        seat=seat,
    )
    return topic


@transaction.atomic
def choose(
    actor: Actor, topic: Topic, seen: int | None, *, chair: Person | None = None, by: str = "", posted: bool = True
) -> Topic:
    """选定: take a topic up. Its matter goes into stage 商. `by` is who decided, as the locality says it.

    `seen` is the matter's version. Raises NotAllowed, or Refused when the body has as many open topics as the
    playbook allows.
    """
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_choose(actor, topic).grant()
    playbook = queries.playbook_of(topic)
    most = playbook.deliberation.open_at_most
    if most and queries.open_topics_of(topic.put_by_id) >= most:
        raise Refused(
            _("%(body)s同时最多商量 %(most)s 个议题，已经满了。先把一个谈完，或者把这个放一放。")
            % {"body": topic.put_by.name, "most": most}
        )
    today = clock.today()
    move(
        topic,
        Status.CHOSEN,
        chair_id=chair.pk if chair else actor.person_id,
        chosen_by=by or playbook.deliberation.selection.by,
        chosen_on=today,
        posted_on=today if posted else None,
        why_not="",
    )
    to = Matter.Status.DELIBERATED if matter.status == Matter.Status.GATHERED else None
    matters.change(matter, to=to)
    append(
        actor,
        "topic.chosen",
        named(topic),
        matters.facts(matter) | {"by": topic.chosen_by, "posted": posted, "playbook": topic.playbook.digest},
        {"title": topic.title, "question": topic.question},
        seat=seat,
    )
    return topic


@transaction.atomic
def turn_down(actor: Actor, topic: Topic, seen: int | None, *, why: str, route: str = "") -> Topic:
    """没选上: with the reason that everybody may read, and where it goes instead (a key of the playbook's routes).

    The matter stays in stage 收 and goes on without being deliberated.
    """
    matter = matters.lock(topic.matter_id, seen)
    topic.matter = matter
    seat = rules.may_choose(actor, topic).grant()
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


def named(topic: Topic) -> list[tuple[str, UUID]]:
    """What every entry about a topic names."""
    return [("topic", topic.pk), ("matter", topic.matter_id)]
