"""开会之前, for staff: the list, one meeting with all that is missing, planning, calling, moving, calling off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Verdict
from shangliang.deliberation import links, meeting_clock, rules
from shangliang.deliberation.actions import meetings as actions
from shangliang.deliberation.forms import meetings as forms
from shangliang.deliberation.forms.invitations import NothingForm
from shangliang.deliberation.models import Meeting, Topic
from shangliang.deliberation.queries import invitations
from shangliang.deliberation.queries import meetings as queries
from shangliang.deliberation.queries import topics as topics_queries
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body, Person
from shangliang.people.queries import colleagues
from shangliang.playbooks import words
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.playbooks.queries import calendar

Status = Meeting.Status
DIGITS = 9


@staff
def all_meetings(request: StaffRequest) -> HttpResponse:
    """The meetings one prepares, runs or sits in."""
    rows = queries.coming_up(request.actor)
    return render(request, "deliberation/meetings.html", {"meetings": rows, "today": clock.today()})


@staff
def meeting(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: what is missing, who sits there, and everything one does before it."""
    row = meeting_or_404(request, meeting_id)
    topics = queries.topics_of(row)
    form = queries.form_of(row, topics[0])
    table = queries.table_of(row, form)
    lacks = queries.lacking(row, table) if row.status in rules.BEFORE else []
    own = invitations.own(request.actor.person_id, row) if request.actor.person_id else None
    slug = request.tenant.slug  # type: ignore[attr-defined]
    page = {
        "meeting": row,
        "topics": topics,
        "form": form,
        "table": table,
        "own": own,
        "own_link": links.link_for(own, slug) if own and row.status != Status.PLANNED else "",
        "lacks": lacks,
        "blocked": any(one.blocks for one in lacks),
        "dates": queries.dates_of(row, form),
        "agenda": queries.agenda(row),
        "runs": rules.runs(request.actor, row),
        "may_prepare": rules.may_prepare(request.actor, row),
        "may_seat": rules.may_seat(request.actor, row),
        "may_sign_in": rules.may_sign_in_others(request.actor, row),
        "may_open": rules.may_open(request.actor, row),
        "join_until": queries.join_until(row),
        "recused": queries.recused_people(row),
        "today": clock.today(),
    }
    return render(request, "deliberation/meeting.html", page)


@staff
def plan_meeting(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Choose the form of a meeting, then say when, where and who."""
    topic = topics_queries.topic(topic_id)
    if topic is None or not rules.works_on_topic(request.actor, topic):
        raise Http404
    known, coming = queries.forms_of(topic)
    key = request.GET.get("form", "") or coming or (next(iter(known)) if len(known) == 1 else "")
    verdict = rules.may_work(request.actor, topic)
    if key not in known and verdict:
        offered = [(one, kind, _size(kind)) for one, kind in known.items()]
        return render(request, "deliberation/choose_form.html", {"topic": topic, "forms": offered})
    if key not in known:
        key = next(iter(known))
    form = _plan_form(request, topic, known[key])

    def do(**_given: Any) -> str:
        made.append(actions.plan(request.actor, [topic, *form.further()], key, form.plan()))
        return _("排好了。接着请人、看还缺什么，再发通知。")

    made: list[Meeting] = []
    back = reverse("deliberation:topic", kwargs={**_slug(request), "topic_id": topic.pk})
    act = Asked(_("安排会议"), verdict, do, back, topic.title, template="deliberation/plan_meeting.html")
    dates = _dates_of(topic, known[key])
    answer = ask(
        request, form, act, meeting_form=known[key], size=_size(known[key]), dates=dates, several=len(known) > 1
    )
    return redirect(page_of(request, made[0].pk)) if made else answer


@staff
def change_meeting(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Change what was planned."""
    row = run_or_404(request, meeting_id)
    topics = queries.topics_of(row)
    kind = queries.form_of(row, topics[0])
    form = _plan_form(request, topics[0], kind, row)

    def do(**_given: Any) -> None:
        actions.change(request.actor, row.pk, seen(request), form.plan(row))

    verdict = rules.may_prepare(request.actor, row)
    act = _act(request, row, _("改安排"), verdict, do, "", "deliberation/plan_meeting.html")
    dates = queries.dates_of(row, kind)
    return ask(request, form, act, meeting_form=kind, size=_size(kind), dates=dates, meeting=row)


@staff
def call_meeting(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Send the invitations."""
    row = run_or_404(request, meeting_id)
    explain = _("请了的人都会收到：什么时候、在哪里、谈什么、材料。")
    if row.is_public:
        explain += _("公开页上也写出来，居民可以报名。")

    def do() -> str:
        actions.call(request.actor, row.pk, seen(request))
        return _("通知发出去了。没有手机的人，把请柬打印出来送去。")

    verdict = rules.may_call(request.actor, row)
    act = _act(request, row, _("发通知"), verdict, do, explain, "deliberation/call_meeting.html")
    lacks = queries.lacking(row) if verdict else []
    return ask(request, NothingForm(request.POST if request.method == "POST" else None), act, meeting=row, lacks=lacks)


@staff
def move_meeting(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Another time or place."""
    row = run_or_404(request, meeting_id)
    first = {"starts_at": row.starts_at, "where": row.where, "link": row.link}
    form = forms.MoveForm(request.POST or None, initial=first, how=row.how)

    def do(**given: Any) -> str:
        actions.move_to(request.actor, row.pk, seen(request), **given)
        return _("改好了，请了的人都会收到。")

    explain = _("请了的人都会收到新的时间、地点；时间变了，来不来要重新问一遍。")
    act = _act(request, row, _("改时间、地点"), rules.may_prepare(request.actor, row), do, explain)
    return ask(request, form, act, meeting=row)


@staff
def cancel_meeting(request: StaffRequest, meeting_id: UUID) -> HttpResponse:
    """Call a meeting off."""
    row = run_or_404(request, meeting_id)

    def do(why: str) -> str:
        actions.cancel(request.actor, row.pk, seen(request), why)
        return _("取消了，请了的人都会收到。")

    explain = _("请了的人都会收到取消的原因。议题还在，可以另排一次会。")
    act = _act(request, row, _("取消会议"), rules.may_prepare(request.actor, row), do, explain)
    return ask(request, forms.CancelForm(request.POST or None), act, meeting=row)


def meeting_or_404(request: StaffRequest, meeting_id: UUID) -> Meeting:
    """A meeting for who runs it, and for members and staff who sit in it once it was called."""
    row = queries.meeting(meeting_id)
    if row is None:
        raise Http404
    if rules.runs(request.actor, row):
        return row
    sits = request.actor.person_id is not None and invitations.own(request.actor.person_id, row) is not None
    if not sits or row.status == Status.PLANNED:
        raise Http404
    return row


def run_or_404(request: StaffRequest, meeting_id: UUID) -> Meeting:
    """A meeting for who runs it."""
    row = queries.meeting(meeting_id)
    if row is None or not rules.runs(request.actor, row):
        raise Http404
    return row


def seen(request: StaffRequest) -> int | None:
    """The version of the meeting that the page which was sent showed."""
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < DIGITS else None


def page_of(request: StaffRequest, meeting_id: UUID) -> str:
    """The address of a meeting's page."""
    return reverse("deliberation:meeting", kwargs={**_slug(request), "meeting_id": meeting_id})


def _plan_form(request: StaffRequest, topic: Topic, kind: MeetingForm, row: Meeting | None = None) -> forms.PlanForm:
    bodies = _bodies(request, topic, row)
    agenda: Any = queries.agenda(row) if row else kind.agenda
    first: dict[str, Any] = forms.agenda_to_begin_with(agenda)
    if row is None:
        first |= forms.seats_to_begin_with(kind) | {
            "title": f"{topic.title}：{kind.label}"[:60],
            "lasts": kind.lasts,
            "where": "" if kind.where else bodies[0].address,
            "is_public": True,
            "chair": str(topic.chair_id or request.actor.person_id or ""),
        }
    else:
        first |= {f"side_{key}": wanted for key, wanted in row.by_side.items()}
        first |= {
            name: getattr(row, name) for name in ("title", "lasts", "where", "link", "is_public", "papers", "seats")
        }
        first |= {"starts_at": row.starts_at, "body": str(row.body_id)}
        first |= {"chair": str(row.chair_id), "recorder": str(row.recorder_id or "")}
    return forms.PlanForm(
        request.POST or None,
        form=kind,
        bodies=bodies,
        people=_people(request, bodies, topic, row),
        also=[] if row else queries.further_topics(request.actor, topic),
        called=row is not None and row.status == Status.CALLED,
        parts=len(agenda) + forms.SPARE_PARTS,
        initial=first,
    )


def _bodies(request: StaffRequest, topic: Topic, row: Meeting | None) -> list[Body]:
    """Who may hold the meeting: who put the topic forward, who holds its matter, where I sit."""
    ids = {row.body_id} if row else {topic.put_by_id}
    ids |= {topic.matter.holder_id} if topic.matter.holder_id else set()
    seat = rules.works_on_topic(request.actor, topic).seat
    ids |= {seat.body_id} if seat else set()
    first = row.body_id if row else topic.put_by_id
    return sorted(queries.bodies(ids), key=lambda body: (body.pk != first, body.name))


def _people(request: StaffRequest, bodies: list[Body], topic: Topic, row: Meeting | None) -> list[Person]:
    """Who may chair or keep the minutes: those who sit in these bodies, the topic's chair, and I."""
    found = {seat.person_id: seat.person for body in bodies for seat in colleagues(body.pk)}
    also = {topic.chair_id, request.actor.person_id, *((row.chair_id, row.recorder_id) if row else ())}
    for person in Person.objects.filter(pk__in=[pk for pk in also if pk and pk not in found]):
        found[person.pk] = person
    return sorted(found.values(), key=lambda person: person.name)


def _size(kind: MeetingForm) -> str:
    return words.people(kind.least, kind.most)


def _dates_of(topic: Topic, kind: MeetingForm) -> meeting_clock.Dates:
    """The clocks of a form as the page of a new meeting explains them: for the earliest day."""
    today = clock.today()
    return meeting_clock.dates(calendar(topic.tenant_id), kind, today, today)


def _act(
    request: StaffRequest,
    row: Meeting,
    title: str,
    verdict: Verdict,
    do: Callable[..., object],
    explain: str,
    template: str = "deliberation/meeting_act.html",
) -> Asked:
    return Asked(title, verdict, do, page_of(request, row.pk), row.title, explain, template)


def _slug(request: StaffRequest) -> dict[str, Any]:
    return {"slug": request.tenant.slug}  # type: ignore[attr-defined]
