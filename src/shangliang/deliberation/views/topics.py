"""议题 at the desk: the list, putting one forward, choosing it or not, and how it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.core.actors import Actor, Verdict, no
from shangliang.deliberation import rules
from shangliang.deliberation.actions import choosing
from shangliang.deliberation.actions import topics as actions
from shangliang.deliberation.forms import topics as forms
from shangliang.deliberation.models import Topic
from shangliang.deliberation.queries import choice as choices
from shangliang.deliberation.queries import topics as queries
from shangliang.deliberation.queries.progress import progress, season
from shangliang.deliberation.views.investigation import page_of, topic_for
from shangliang.matters.acting import Act, act_page, matter_for
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body
from shangliang.people.rules import CASE_DUTIES, case_seat
from shangliang.places.queries import by_path
from shangliang.playbooks.queries import in_force
from shangliang.web.forms import Form

AT_ONCE = 40  # topics on a page
OWN_BODIES = 3  # whose numbers stand above the list
TABS = {
    "waiting": gettext_lazy("等着选"),
    "talking": gettext_lazy("在商量"),
    "agreed": gettext_lazy("谈成了"),
    "not": gettext_lazy("没选上"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A topic as the list shows it."""

    topic: Topic
    source: str
    weight: str  # points or votes so far, by the rule of its place


# An act as it stands in a table: its label, the name of its address, who may, and whether it belongs here at all.
Possible = tuple[str, str, Callable[[], Verdict], bool]


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on a topic: open, or blocked with the reason."""

    label: str
    address: str
    verdict: Verdict


@staff
def topics(request: StaffRequest) -> HttpResponse:
    """All topics one may see, under four headings (some ten queries, however many there are)."""
    actor, today = request.actor, clock.today()
    deliberation = in_force(actor.tenant_id).deliberation
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    form = forms.ListForm(request.GET, bodies=choices.bodies_with_topics())
    seen, body = queries.seen_by(actor), form.asked()
    counted = queries.counts(seen, body)
    page = Paginator(queries.listed(seen, tab, body), AT_ONCE).get_page(request.GET.get("page"))
    own = [form.bodies[str(body)]] if body else _own_bodies(request)
    context = {
        "form": form,
        "tab": tab,
        "tabs": [(key, label, counted[key]) for key, label in TABS.items()],
        "page": page,
        "rows": _listed(queries.whole(page)),
        "body": body,
        "is_new_here": not any(counted.values()),
        "progress": [one for each in (None, *own) for one in progress(actor.tenant_id, each, today)],
        "season": season(deliberation, today),
        "rule": rule_words(deliberation.selection),
        "may_propose": bool(actor.seats_with(*CASE_DUTIES, *rules.SITS_AS_MEMBER)),
        "has_plans": deliberation.selection.rule == "plan" or "plan" in deliberation.sources,
    }
    return render(request, "deliberation/topics.html", context)


@staff
def new(request: StaffRequest) -> HttpResponse:
    """党政点题、委员荐题: a topic that nobody raised."""
    actor, tenant = request.actor, request.tenant  # type: ignore[attr-defined]
    seats = actor.seats_with(*CASE_DUTIES, *rules.SITS_AS_MEMBER)
    sources = in_force(tenant.pk).deliberation.sources
    is_staff = any(case_seat(actor, seat.place_path) for seat in seats)
    if not is_staff and "members" in sources:
        sources = {"members": sources["members"]}
    within = by_path(tenant.place_path)
    form = forms.ProposeForm(request.POST or None, within=within, sources=sources, initial=_only(sources))

    def do(**given: Any) -> str:
        topic = actions.propose(actor, tenant, **given)
        return _("提出来了：%(title)s。编号 %(number)s。") % {"title": topic.title, "number": topic.matter.number}

    verdict = rules.may_recommend(actor, seats[0].place_path) if seats else no(_("由委员和工作人员来荐题。"))
    explain = (
        _("没人提过的题，从这里提。已经有人提过的事，打开那一件，按“提成议题”。")
        if is_staff
        else _("您荐的题交到收这个地方的事的单位，选上了才公开。没选上，会写明为什么。")
    )
    return ask(request, form, Asked(_("荐一个议题"), verdict, do, _list(request), _("议题"), explain))


@staff
def put_forward(request: StaffRequest, number: str) -> HttpResponse:
    """提成议题: a matter becomes a topic. What could be talked about together is shown beside."""
    matter = matter_for(request.actor, number)
    deliberation = in_force(matter.tenant_id).deliberation
    initial = {"title": matter.title} | _only(deliberation.sources)
    form = forms.PutForwardForm(request.POST or None, sources=deliberation.sources, initial=initial)
    act = Act(
        _("提成议题"),
        rules.may_put_forward(request.actor, matter),
        partial(actions.put_forward, request.actor, matter.pk),
        _("放进“等着选”里。选上了开始调研、商量；没选上，写明为什么，提的人都看得到。"),
        "deliberation/put_forward.html",
    )
    return act_page(request, matter, form, act, near=choices.near(matter), rule=rule_words(deliberation.selection))


@staff
def choose(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    standing = choices.choice(topic)
    chairs = choices.chairs_for(topic)
    chair = request.actor.person_id if request.actor.person_id in {person.pk for person in chairs} else None
    form = forms.ChooseForm(
        request.POST or None,
        chairs=chairs,
        lacks=standing.lacks,
        initial={"by": standing.rule.by, "chair": chair, "posted": not _is_posted_later(topic)},
    )
    verdict = rules.may_choose(request.actor, topic)
    if verdict and standing.is_firm:
        verdict = no(standing.lacks)
    explain = _("选定以后开始商量，大家看得见谁定的、谁主持。")
    do = partial(actions.choose, request.actor, topic, None)
    return _ask(request, form, topic, _("选定"), verdict, do, explain, choice=standing)


@staff
def turn_down(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    routes = queries.playbook_of(topic).deliberation.routes
    form = forms.TurnDownForm(request.POST or None, routes=routes)
    explain = _("您写的这句大家看得见，提的人会收到。这件事还在，接着往下办。")
    do = partial(actions.turn_down, request.actor, topic, None)
    return _ask(request, form, topic, _("不选"), rules.may_turn_down(request.actor, topic), do, explain)


@staff
def end(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    explain = _("没谈成，先放一放。这件事还在，回到“我收集”，以后可以再谈一轮。")
    do = partial(actions.end, request.actor, topic, None)
    form = forms.WhyForm(request.POST or None)
    return _ask(request, form, topic, _("没谈成，先停下"), rules.may_work(request.actor, topic), do, explain)


@staff
def again(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    explain = _("按原来那一版工作法，再谈一轮。前几轮定的、记的都还在。")
    do = partial(actions.go_again, request.actor, topic, None)
    form = forms.WhyForm(request.POST or None)
    return _ask(request, form, topic, _("再谈一轮"), rules.may_go_again(request.actor, topic), do, explain)


@staff
def score(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    standing = choices.choice(topic, request.actor.person_id)
    if standing.rule.rule != "score":
        raise Http404
    form = forms.ScoreForm(
        request.POST or None, criteria=standing.rule.criteria.values(), initial=dict(standing.own_points)
    )
    explain = _("一人一份，可以改。大家看得见平均分，看不见谁给了几分。")
    do = partial(choosing.score, request.actor, topic)
    return _ask(request, form, topic, _("打分"), rules.may_weigh(request.actor, topic), do, explain)


@staff
def vote(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    standing = choices.choice(topic, request.actor.person_id)
    if standing.rule.rule != "vote" or standing.rule.voters != "members":
        raise Http404
    verdict = rules.may_weigh(request.actor, topic)
    if verdict and standing.has_voted:
        verdict = no(_("您已经投过了，一人一票。"))

    def do() -> str:
        return _("投好了。") if choosing.vote(request.actor, topic) else _("您已经投过了，一人一票。")

    explain = _("觉得这个议题该商量，就投一票。一人一票，可以投几个议题。")
    return _ask(request, Form(request.POST or None), topic, _("投一票"), verdict, do, explain)


@staff
def claim(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    verdict = rules.may_claim(request.actor, topic)
    if not verdict:
        # Nothing to fill in: the page says why not.
        return _ask(request, Form(request.POST or None), topic, _("认领"), verdict, verdict.grant)
    bodies = Body.objects.filter(pk__in=[seat.body_id for seat in rules.claiming_seats(request.actor)])
    form = forms.ClaimForm(request.POST or None, bodies=bodies)
    do = partial(choosing.claim, request.actor, topic)
    return _ask(request, form, topic, _("认领"), verdict, do, _("认领了，就由你们牵头调研、商量。"))


@staff
def draw(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """抽签 among all that wait; the page names them."""
    topic = topic_for(request, topic_id)
    if choices.choice(topic).rule.rule != "lot":
        raise Http404
    pot = choices.waiting_for_the_lot(topic)

    def do() -> str:
        return _("抽中了“%(title)s”。") % {"title": choosing.draw(request.actor, topic).title}

    explain = _("一起抽的有 %(n)s 个：%(titles)s。系统按编号算，谁也挑不了；怎么算的记在总账里，谁都能再算一遍。") % {
        "n": len(pot),
        "titles": "；".join(one.title for one in pot),
    }
    form = Form(request.POST if request.method == "POST" else None)
    return _ask(request, form, topic, _("抽签"), rules.may_choose(request.actor, topic), do, explain)


@staff
def put_in_plan(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    topic = topic_for(request, topic_id)
    plans = [plan for plan in choices.plans_for(topic) if plan.agreed_on is None]
    verdict = rules.may_choose(request.actor, topic)
    if verdict and not plans:
        verdict = no(_("还没有在定的计划，先到“年度计划”里开一份。"))
    form = forms.InPlanForm(request.POST or None, plans=plans)
    do = partial(choosing.put_in_plan, request.actor, topic)
    return _ask(request, form, topic, _("列进年度计划"), verdict, do)


def choice_context(request: StaffRequest, topic: Topic) -> dict[str, Any]:
    """What `deliberation/_choice.html` shows on a topic's page: how it is chosen, how it stands, what one may do."""
    standing = choices.choice(topic, request.actor.person_id)
    return {"choice": standing, "rule": rule_words(standing.rule), "choice_offers": _offers(request, topic, standing)}


def rule_words(rule: Any) -> str:
    """How topics are chosen here, in a sentence."""
    least = {"least": rule.least, "by": rule.by}
    if rule.rule == "score":
        return _("怎么选：打分，满 %(least)s 分可以选，%(by)s来定。") % least
    if rule.rule == "vote" and rule.voters == "residents":
        return _("怎么选：居民投票，满 %(least)s 票可以选，%(by)s来定。") % least
    if rule.rule == "vote":
        return _("怎么选：委员投票，满 %(least)s 票可以选，%(by)s来定。") % least
    if rule.rule == "plan":
        return _("怎么选：先列进年度计划，计划定了再选，%(by)s来定。") % least
    if rule.rule == "lot":
        return _("怎么选：抽签，%(by)s来定。") % least
    if rule.rule == "claim":
        return _("怎么选：先由委员小组、工作室认领，%(by)s来定。") % least
    return _("怎么选：%(by)s来定。") % least


def _offers(request: StaffRequest, topic: Topic, standing: choices.Choice) -> list[Offer]:
    """The acts of choosing that belong to a topic's stage and to the rule of its place, the open ones first."""
    where = {"slug": request.tenant.slug, "topic_id": topic.pk}  # type: ignore[attr-defined]
    offers = [
        Offer(label, reverse(f"deliberation:{name}", kwargs=where), may())
        for label, name, may, belongs in (
            *_weighing(request.actor, topic, standing),
            *_deciding(request.actor, topic, standing),
        )
        if belongs
    ]
    return sorted(offers, key=lambda offer: not offer.verdict.ok)


def _weighing(actor: Actor, topic: Topic, standing: choices.Choice) -> Iterator[Possible]:
    """What comes before the choice, by the rule of the place."""
    rule, waits = standing.rule, topic.status == Topic.Status.PUT_FORWARD
    may_choose, may_weigh = partial(rules.may_choose, actor, topic), partial(rules.may_weigh, actor, topic)
    said = no(_("您已经投过了，一人一票。"))
    by_members = rule.rule == "vote" and rule.voters == "members"
    takes = rule.rule == "claim" or bool(rules.claiming_seats(actor))
    yield _("打分"), "score_topic", may_weigh, waits and rule.rule == "score"
    yield _("投一票"), "vote_for_topic", lambda: said if standing.has_voted else may_weigh(), waits and by_members
    yield _("抽签"), "draw_topics", may_choose, waits and rule.rule == "lot" and topic.drawn_on is None
    yield _("列进年度计划"), "put_in_plan", may_choose, waits and rule.rule == "plan" and topic.plan is None
    free = waits and topic.claimed_by_id is None
    yield _("认领"), "claim_topic", partial(rules.may_claim, actor, topic), free and takes


def _deciding(actor: Actor, topic: Topic, standing: choices.Choice) -> Iterator[Possible]:
    """The choice, and what ends or renews the talks."""
    waits, is_on = topic.status == Topic.Status.PUT_FORWARD, topic.status == Topic.Status.CHOSEN
    is_over = topic.status in (Topic.Status.AGREED, Topic.Status.ENDED)
    yield _("选定"), "choose", lambda: _choosable(rules.may_choose(actor, topic), standing), waits
    yield _("不选"), "turn_down", partial(rules.may_turn_down, actor, topic), waits
    yield _("没谈成，先停下"), "end_topic", partial(rules.may_work, actor, topic), is_on
    yield _("再谈一轮"), "another_round", partial(rules.may_go_again, actor, topic), is_over


def _is_posted_later(topic: Topic) -> bool:
    """Whether the path has a step of its own for posting, behind the choice."""
    path = queries.playbook_of(topic).deliberation
    post, choose = path.step_that("post"), path.step_that("choose")
    return post is not None and post is not choose


def _choosable(verdict: Verdict, standing: choices.Choice) -> Verdict:
    return no(standing.lacks) if verdict and standing.is_firm else verdict


def _listed(rows: list[Topic]) -> list[Listed]:
    points, votes = choices.weighed(rows), choices.votes(rows)
    found = []
    for topic in rows:
        deliberation, weight = queries.playbook_of(topic).deliberation, ""
        if topic.status == Topic.Status.PUT_FORWARD and deliberation.selection.rule == "score":
            weighed = points.get(topic.pk, choices.Weighed())
            weight = _("%(points)s 分，%(n)s 人打") % {"points": f"{weighed.total:g}", "n": weighed.people}
        elif topic.status == Topic.Status.PUT_FORWARD and deliberation.selection.rule == "vote":
            weight = _("%(n)s 票") % {"n": votes.get(topic.pk, 0)}
        found.append(Listed(topic, deliberation.sources.get(topic.source, ""), weight))
    return found


def _own_bodies(request: StaffRequest) -> list[Body]:
    own = {seat.body_id for seat in request.actor.seats_with(*CASE_DUTIES)}
    return list(Body.objects.filter(pk__in=own).order_by("name")[:OWN_BODIES]) if own else []


def _only(sources: Mapping[str, str]) -> dict[str, str]:
    """The source that is ticked beforehand: the only one. Of several, whoever puts the topic forward says which."""
    return {"source": next(iter(sources))} if len(sources) == 1 else {}


def _ask(
    request: StaffRequest,
    form: Any,
    topic: Topic,
    title: str,
    verdict: Verdict,
    do: Callable[..., object],
    explain: str = "",
    **context: Any,
) -> HttpResponse:
    act = Asked(title, verdict, do, page_of(request, topic), topic.title, explain)
    return ask(request, form, act, topic=topic, **context)


def _list(request: StaffRequest) -> str:
    return reverse("deliberation:topics", kwargs={"slug": request.tenant.slug})  # type: ignore[attr-defined]
