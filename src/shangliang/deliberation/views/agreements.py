"""What came of the meetings on a topic: tasks, undertakings, rules."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.deliberation import rules
from shangliang.deliberation.actions import agreements as actions
from shangliang.deliberation.forms.agreements import KeptForm
from shangliang.deliberation.models import Item
from shangliang.deliberation.queries import agreements as queries
from shangliang.deliberation.queries.meetings import of_topic
from shangliang.deliberation.queries.minutes import FROZEN
from shangliang.deliberation.queries.topics import topic as topic_by_id
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff


@staff
def agreements(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Everything agreed on a topic, and what became of it."""
    topic = topic_by_id(topic_id)
    if topic is None or not rules.works_on_topic(request.actor, topic):
        raise Http404
    found = queries.agreed(topic)
    page = {
        "topic": topic,
        "tasks": [one for one in found if one.to == "task"],
        "undertakings": [one for one in found if one.to == "undertaking"],
        "rules": [one for one in found if one.to == "rule"],
        "recorded": [one for one in found if one.to not in ("task", "undertaking", "rule")],
        "meetings": [one for one in of_topic(topic) if one.status in FROZEN],
        "today": clock.today(),
    }
    return render(request, "deliberation/agreements.html", page)


@staff
def settle_undertaking(request: StaffRequest, item_id: UUID) -> HttpResponse:
    item = undertaking_or_404(request.actor, item_id)
    slug = request.tenant.slug  # type: ignore[attr-defined]
    back = reverse("deliberation:agreements", kwargs={"slug": slug, "topic_id": item.topic_id})
    act = Asked(
        _("做到没有"),
        rules.may_settle_undertaking(request.actor, item),
        partial(actions.settle_undertaking, request.actor, item),
        back,
        item.text,
        _("做没做到都公布。记了“没做到”的，以后补上了可以再记。"),
    )
    return ask(request, KeptForm(request.POST or None), act)


def undertaking_or_404(actor: Actor, item_id: UUID) -> Item:
    """Something people undertook, for those who work on its topic."""
    item = queries.item(item_id)
    if item is None or not rules.works_on_topic(actor, item.topic) or not queries.is_undertaking(item):
        raise Http404
    return item
