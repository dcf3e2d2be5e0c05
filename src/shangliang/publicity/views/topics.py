"""Public pages of deliberation: the list of topics, one topic from its choice to what was agreed, signed minutes."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.deliberation.actions.choosing import vote_for
from shangliang.deliberation.models import Meeting, Topic, TopicVote
from shangliang.deliberation.queries import conversations
from shangliang.deliberation.queries.meetings import takes_requests
from shangliang.deliberation.queries.minutes import amendments, kept
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.matters.owed import owed
from shangliang.publicity import topic_list, topic_page
from shangliang.voices.views import DEVICE, device_hash, keep_device
from shangliang.web import plain
from shangliang.web.limits import over_limit
from shangliang.web.views import too_many

TEN_MINUTES = 600


def topics(request: HttpRequest) -> HttpResponse:
    """The topics, by where they stand, and the meetings to come."""
    tenant = request.tenant  # type: ignore[attr-defined]
    ask = topic_list.asked(request.GET, tenant)
    return render(request, "publicity/topics.html", {"ask": ask, "list": topic_list.listed(tenant, ask)})


def topic(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """A topic: where it stands, the next meeting, what people say, what was found out and agreed."""
    row = topic_page.public_topic(topic_id)
    if row is None:
        raise Http404
    playbook, seen, talks = playbook_of(row), topic_page.seen(row), topic_page.talks(row)
    coming = [one for one in seen.meetings if _is_to_come(one)]
    following, talk = coming[0] if coming else None, talks[-1] if talks else None
    route = playbook.deliberation.routes.get(row.route)
    page = {
        "topic": row,
        "playbook": playbook,
        "source": playbook.deliberation.sources.get(row.source, ""),
        "route": route.label if route else "",
        "seen": seen,
        "path": seen.walked(talks),
        "next": following,
        "joins": following is not None and takes_requests(following),
        "agenda": seen.agendas.get(following.pk, ()) if following else (),
        "held": [one for one in seen.meetings if one not in coming],
        "round": max((one.round for one in seen.meetings if one.status != Meeting.Status.CANCELLED), default=1),
        "talk": talk,
        "owed": owed(row.matter) if row.is_passed else None,  # type: ignore[attr-defined]
    }
    if row.status == Topic.Status.PUT_FORWARD and playbook.deliberation.selection.voters == "residents":
        page["votes"] = TopicVote.objects.filter(topic=row).count()
    if talk:
        page["opinion"] = conversations.picture(talk)
    return render(request, "publicity/topic.html", page)


@require_POST
def vote_for_topic(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """我选这个议题, once a device; goes back to the topic, also when it had been said before."""
    tenant = request.tenant  # type: ignore[attr-defined]
    if over_limit(request, "topic-vote", 30, TEN_MINUTES):
        return too_many(request)
    row = topic_page.public_topic(topic_id)
    if row is None:
        raise Http404
    device = request.COOKIES.get(DEVICE) or secrets.token_urlsafe(16)
    try:
        vote_for(row, device_hash(device, tenant))
    except Refused as refused:
        return plain.page(request, 409, _("这次没投上"), [str(refused)])
    back = reverse("publicity:topic", kwargs={"slug": tenant.slug, "topic_id": row.pk})
    response = HttpResponse(status=303, headers={"Location": back})
    keep_device(response, device)
    return response


def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The signed minutes of a public meeting, with what was put right later."""
    row = Meeting.objects.filter(pk=meeting_id, is_public=True, status=Meeting.Status.SIGNED).first()
    if row is None:
        raise Http404
    page = {"meeting": row, "minutes": kept(row), "amendments": amendments(row)}
    return render(request, "publicity/minutes.html", page)


def _is_to_come(meeting: Meeting) -> bool:
    return meeting.status in topic_page.COMING and meeting.starts_at > clock.now() - topic_list.AFTER
