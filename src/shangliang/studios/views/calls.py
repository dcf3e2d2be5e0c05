"""征集 at the desk: put a question, read the answers, give each its due, say what came of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.ledger.queries import read
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.rules import may_run
from shangliang.places.models import Place
from shangliang.places.queries import children
from shangliang.studios import rules
from shangliang.studios.actions import calls as actions
from shangliang.studios.forms import calls as forms
from shangliang.studios.models import Call, Studio, StudioVoice
from shangliang.studios.queries import calls as queries
from shangliang.studios.queries import studios


@staff
def calls(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """The calls of a studio."""
    studio = _studio_or_404(request, studio_id)
    rows = queries.of_studio(studio.pk)
    tallies = queries.tally([row.pk for row in rows])
    page = {
        "studio": studio,
        "calls": [(row, queries.takes_answers(row), tallies.get(row.pk, queries.Tally())) for row in rows],
        "may_call": rules.may_call(request.actor, studio),
    }
    return render(request, "studios/calls.html", page)


@staff
def call(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """One call with the answers given so far."""
    row = _call_or_404(request, call_id)
    page = {
        "studio": row.studio,
        "call": row,
        "open": queries.takes_answers(row),
        "to_come": row.since > clock.today(),
        "over": row.withdrawn_at is not None or row.concluded_at is not None,
        "answers": queries.answers(row),
        "tally": queries.tally([row.pk]).get(row.pk, queries.Tally()),
        "places": queries.places_of(row),
        "may_call": rules.may_call(request.actor, row.studio),
    }
    return render(request, "studios/call.html", page)


@staff
def new_call(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    studio = _studio_or_404(request, studio_id)
    form = forms.CallForm(request.POST or None, places=_places(studio), initial=forms.half_a_month(clock.today()))

    def do(**_given: Any) -> str:
        actions.open_call(request.actor, studio, **form.given())
        return _("发出去了，工作室的公开页面上看得到。")

    back = reverse("studios:calls", kwargs={**_slug(request), "studio_id": studio.pk})
    explain = _("谁都能答，不用注册。每条回答都有回执，都要写采纳没采纳、为什么。")
    act = Asked(_("发起征集"), rules.may_call(request.actor, studio), do, back, studio.body.name, explain)
    return ask(request, form, act)


@staff
def decide(request: StaffRequest, answer_id: UUID) -> HttpResponse:
    answer = _answer_or_404(request, answer_id)
    first = None if answer.adopted is None else {"adopted": "yes" if answer.adopted else "no", "why": answer.why}
    act = _act(request, answer.call, _("定采纳"), partial(actions.decide, request.actor, answer))
    return ask(
        request,
        forms.DecideForm(request.POST or None, initial=first),
        act,
        answer=answer,
        words=read(answer.voice.words),
    )


@staff
def conclude(request: StaffRequest, call_id: UUID) -> HttpResponse:
    row = _call_or_404(request, call_id)
    explain = _(
        "公布以后不再收回答，采纳没采纳也不能再改。公开页面上写：几个人回答，采纳几条、没采纳几条，各因为什么。"
    )
    act = _act(request, row, _("公布结果"), partial(actions.conclude, request.actor, row), explain)
    return ask(request, forms.OutcomeForm(request.POST or None), act)


@staff
def withdraw(request: StaffRequest, call_id: UUID) -> HttpResponse:
    row = _call_or_404(request, call_id)
    explain = _("收回以后不再收回答。已经收到的回答还在，各人的回执照样能查，照样办。")
    act = _act(request, row, _("收回征集"), partial(actions.withdraw, request.actor, row), explain)
    return ask(request, forms.BackForm(request.POST or None), act)


def _places(studio: Studio) -> list[Place]:
    """What a studio may ask about: its own place and those in it; a community's, the neighbouring ones too."""
    home = studio.body.place
    if home.level == Place.Level.COMMUNITY and home.parent:
        return [home, *(place for place in children(home.parent) if place.pk != home.pk)]
    return [home, *children(home)]


def _act(request: StaffRequest, row: Call, title: str, do: Any, explain: str = "") -> Asked:
    back = reverse("studios:call", kwargs={**_slug(request), "call_id": row.pk})
    verdict = rules.may_call(request.actor, row.studio)
    return Asked(title, verdict, do, back, row.question, explain, "studios/call_act.html")


def _slug(request: StaffRequest) -> dict[str, Any]:
    return {"slug": request.tenant.slug}  # type: ignore[attr-defined]


def _studio_or_404(request: StaffRequest, studio_id: UUID) -> Studio:
    """A studio for whoever runs it: what residents answered is nobody else's to read."""
    studio = studios.by_id(studio_id)
    if studio is None or not may_run(request.actor, studio.body):
        raise Http404
    return studio


def _call_or_404(request: StaffRequest, call_id: UUID) -> Call:
    row = queries.call(call_id)
    if row is None or not may_run(request.actor, row.studio.body):
        raise Http404
    return row


def _answer_or_404(request: StaffRequest, answer_id: UUID) -> StudioVoice:
    answer = queries.answer(answer_id)
    if answer is None or not may_run(request.actor, answer.studio.body):
        raise Http404
    return answer
