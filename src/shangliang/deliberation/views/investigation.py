"""调研 at the desk and on the phone of whoever goes there: sides, hearings, findings, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core.actors import Verdict
from shangliang.deliberation import rules
from shangliang.deliberation.actions import investigation as actions
from shangliang.deliberation.forms import investigation as forms
from shangliang.deliberation.models import Finding, Side, Topic
from shangliang.deliberation.queries import investigation as queries
from shangliang.deliberation.queries import topics
from shangliang.files.views import respond_with
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff

Kind = Finding.Kind
FINDING = "deliberation/finding.html"


@staff
def name_side(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    explain = _("这件事碰到谁，就写谁：得好处的、吃亏的、要出力出钱的。每一方都要有人去听。")
    do = partial(actions.name_side, request.actor, topic)
    act = _act(request, topic, _("写上一方"), rules.may_look_into(request.actor, topic), do, explain)
    return ask(request, forms.SideForm(request.POST or None), act)


@staff
def drop_side(request: StaffRequest, topic_id: UUID, side_id: UUID) -> HttpResponse:
    topic, side = _side(request, topic_id, side_id)
    do = partial(actions.drop_side, request.actor, side)
    explain = _("“%(side)s”不再算一方。听到的话还留着，看得见。") % {"side": side.label}
    act = _act(request, topic, _("拿掉这一方"), rules.may_look_into(request.actor, topic), do, explain)
    return ask(request, forms.WhyForm(request.POST or None), act)


@staff
def hear(request: StaffRequest, topic_id: UUID, side_id: UUID) -> HttpResponse:
    topic, side = _side(request, topic_id, side_id)
    do = partial(actions.hear, request.actor, side)
    explain = _("%(side)s。只写人数和大家的说法，不写姓名、电话。") % {"side": side.label}
    act = _act(request, topic, _("记下听到的"), may_find(request, topic), do, explain)
    return ask(request, forms.HearForm(request.POST or None), act)


@staff
def withdraw_hearing(request: StaffRequest, topic_id: UUID, hearing_id: UUID) -> HttpResponse:
    topic, hearing = topic_for(request, topic_id), queries.hearing(hearing_id)
    if hearing is None or hearing.side.topic_id != topic.pk:
        raise Http404
    verdict = _may_withdraw(request, topic, hearing.by_id)
    act = _act(
        request,
        topic,
        _("收回这一条"),
        verdict,
        partial(actions.withdraw_hearing, request.actor, hearing),
        hearing.said,
    )
    return ask(request, forms.WhyForm(request.POST or None), act)


@staff
def record_finding(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """One page for each kind (`?kind=site`), made for the phone of whoever stands there."""
    topic = topic_for(request, topic_id)
    kind = request.GET.get("kind", Kind.FACT)
    if kind not in Kind.values:
        raise Http404
    is_visit = kind == Kind.VISIT
    form = forms.FindingForm(
        topic.tenant_id,
        kind,
        request.POST or None,
        request.FILES or None,
        squads=queries.squads(topic.matter.place) if is_visit else (),
        visits=queries.visits_left(topic) if is_visit else (),
    )
    do = partial(actions.record_finding, request.actor, topic)
    title = _("记一条：%(kind)s") % {"kind": Kind(kind).label}
    act = _act(request, topic, title, may_find(request, topic), do, template=FINDING, done=kind)
    return ask(request, form, act, kind=kind, kinds=Kind.choices, topic=topic)


@staff
def withdraw_finding(request: StaffRequest, topic_id: UUID, finding_id: UUID) -> HttpResponse:
    topic, finding = topic_for(request, topic_id), queries.finding(finding_id)
    if finding is None or finding.topic_id != topic.pk:
        raise Http404
    verdict = _may_withdraw(request, topic, finding.by_id)
    act = _act(
        request,
        topic,
        _("收回这一条"),
        verdict,
        partial(actions.withdraw_finding, request.actor, finding),
        finding.text,
    )
    return ask(request, forms.WhyForm(request.POST or None), act)


@staff
def finding_photo(request: StaffRequest, topic_id: UUID, photo_id: UUID) -> HttpResponse:
    """A photo of a finding, for those who see the topic."""
    topic, photo = topic_for(request, topic_id), queries.photo(photo_id)
    if photo is None or photo.finding.topic_id != topic.pk:
        raise Http404
    return respond_with(request, photo.attachment, public=False, size="full" if request.GET.get("full") else "small")


def topic_for(request: StaffRequest, topic_id: UUID) -> Topic:
    """The topic with this id, for somebody who sees it, or comes to look because of a whistle. Raises Http404 for
    all others."""
    topic = topics.topic(topic_id)
    if topic is None:
        raise Http404
    if not rules.sees_topic(request.actor, topic) and request.actor.person_id not in queries.coming(topic):
        raise Http404
    return topic


def may_find(request: StaffRequest, topic: Topic) -> Verdict:
    """Whether whoever asks may write down what was found (one query at most)."""
    verdict = rules.may_find(request.actor, topic)
    return verdict or rules.may_find(request.actor, topic, queries.coming(topic))


def page_of(request: StaffRequest, topic: Topic) -> str:
    """The address of the topic's page at the desk."""
    where = {"slug": request.tenant.slug, "topic_id": topic.pk}  # type: ignore[attr-defined]
    return reverse("deliberation:topic", kwargs=where)


def _may_withdraw(request: StaffRequest, topic: Topic, by: UUID | None) -> Verdict:
    verdict = rules.may_look_into(request.actor, topic)
    is_own = by is not None and by == request.actor.person_id
    return may_find(request, topic) if not verdict and is_own else verdict


def _side(request: StaffRequest, topic_id: UUID, side_id: UUID) -> tuple[Topic, Side]:
    topic, side = topic_for(request, topic_id), queries.side(side_id)
    if side is None or side.topic_id != topic.pk:
        raise Http404
    return topic, side


def _act(
    request: StaffRequest,
    topic: Topic,
    title: str,
    verdict: Verdict,
    do: Callable[..., object],
    explain: str = "",
    *,
    template: str = "people/act.html",
    done: str = "",
) -> Asked:
    back = page_of(request, topic) + (f"?done={done}" if done else "")
    return Asked(title, verdict, do, back, topic.title, explain, template)
