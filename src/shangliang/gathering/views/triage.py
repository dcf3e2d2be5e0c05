"""我收集: a page for each act of triage."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangliang.gathering import actions, forms, rules
from shangliang.matters import queries
from shangliang.matters.acting import Act, act_page, matter_for
from shangliang.matters.models import Matter
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.queries import level_up, levels_down
from shangliang.places.queries import by_path
from shangliang.playbooks.queries import in_force
from shangliang.voices.queries import behind
from shangliang.voices.screening import masked
from shangliang.web.forms import Form


@staff
def accept(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    form = _face_form(request, matter, title=matter.title or _first_sentence(matter))
    act = Act(
        _("受理"),
        rules.may_accept(request.actor, matter),
        partial(actions.accept, request.actor, matter.pk),
        _("受理后这件事有了公开的标题和摘要；有人同意公开，大家才看得到。"),
    )
    return act_page(request, matter, form, act)


@staff
def describe(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    act = Act(
        _("改标题地点分类"),
        rules.may_describe(request.actor, matter),
        partial(actions.describe, request.actor, matter.pk),
    )
    return act_page(request, matter, _face_form(request, matter, title=matter.title), act)


@staff
def decline(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    form = forms.DeclineForm(request.POST or None, playbook=in_force(matter.tenant_id))
    act = Act(
        _("不予受理"),
        rules.may_decline(request.actor, matter),
        partial(actions.decline, request.actor, matter.pk),
        _("本人会收到您写的话，和可以去的地方。"),
    )
    return act_page(request, matter, form, act)


@staff
def join(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    act = Act(
        _("归到一起"),
        rules.may_join(request.actor, matter),
        partial(actions.join, request.actor, matter.pk),
        _("同一件事归到一件上办。什么都不会删，回执照样能查，随时可以再分出来。"),
    )
    form = forms.JoinForm(request.POST or None, initial={"lead_number": request.GET.get("lead", "")[:60]})
    return act_page(request, matter, form, act)


@staff
def take_out(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    act = Act(
        _("再分出来"), rules.may_take_out(request.actor, matter), partial(actions.take_out, request.actor, matter.pk)
    )
    return act_page(request, matter, forms.WhyForm(request.POST or None), act)


@staff
def refer(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    near = [level_up(matter.holder), *levels_down(matter.holder)] if matter.holder else []
    form = forms.ReferForm(request.POST or None, bodies=[body for body in near if body])
    act = Act(
        _("转上级或下级"),
        rules.may_refer(request.actor, matter, queries.open_referral(matter)),
        partial(actions.refer, request.actor, matter.pk),
        _("对方要在期限内接、退或回话；本人看得到它在谁手里。"),
    )
    return act_page(request, matter, form, act)


@staff
def take_referral(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    verdict = rules.may_take_referral(request.actor, matter, queries.open_referral(matter))
    act = Act(
        _("接转报"),
        verdict,
        partial(actions.take_referral, request.actor, matter.pk),
        _("接下来就由您这里办，办完要给转来的一方回话。"),
    )
    return act_page(request, matter, Form(request.POST or None), act)


@staff
def return_referral(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    verdict = rules.may_return_referral(request.actor, matter, queries.open_referral(matter))
    act = Act(_("退回转报"), verdict, partial(actions.return_referral, request.actor, matter.pk))
    return act_page(request, matter, forms.WhyForm(request.POST or None), act)


@staff
def answer_referral(request: StaffRequest, number: str) -> HttpResponse:
    matter = matter_for(request.actor, number)
    verdict = rules.may_answer_referral(request.actor, matter, queries.open_referral(matter))
    act = Act(_("回话"), verdict, partial(actions.answer_referral, request.actor, matter.pk))
    return act_page(request, matter, forms.AnswerForm(request.POST or None), act)


def _face_form(request: StaffRequest, matter: Matter, title: str) -> forms.FaceForm:
    place = matter.place.short_name if matter.place_settled else ""
    initial = {"title": title, "summary": matter.summary, "category": matter.category, "place": place}
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    return forms.FaceForm(request.POST or None, initial=initial, playbook=in_force(matter.tenant_id), within=within)


def _first_sentence(matter: Matter) -> str:
    """A title to begin with: the first clause of what was said, numbers masked. Only a suggestion."""
    said = behind([matter.pk], limit=1)
    text = masked(said[0].words) if said else ""
    for mark in "。！？\n；":
        text = text.split(mark)[0]
    return text.strip()[: forms.TITLE_LIMIT]
