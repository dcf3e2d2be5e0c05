"""What a studio is held to, at the desk: standard, posted rules, plan, inspections, praise; and phases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Changed
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.rules import may_manage
from shangliang.playbooks.queries import in_force
from shangliang.studios import rules
from shangliang.studios.actions import standard as actions
from shangliang.studios.forms import standard as forms
from shangliang.studios.queries import standard as queries
from shangliang.studios.queries.studios import standing
from shangliang.studios.views.life import address, head, stored, studio_or_404

PAGE = "studios:standard"


@staff
def standard(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """How a studio stands against the standard, what it posted and planned, and what inspections found."""
    row = studio_or_404(studio_id)
    items, year = standing(row), clock.today().year
    current = [item for item in items if item.is_current]
    posted = queries.posted_rules(row)
    titles = {rule.title for rule in posted if rule.until is None}
    plan = queries.plan(row, (year, year + 1))
    page = head(request, row) | {
        "items": current,
        "old_items": [item for item in items if not item.is_current],
        "has": (has := sum(item.has for item in current)),
        "lacks": len(current) - has,
        "posted": posted,
        "unposted": [title for title in in_force(row.tenant_id).studios.post if title not in titles],
        "plan": plan,
        "plan_done": sum(item.done_on is not None for item in plan),
        "activity": queries.activity(row),
        "inspections": queries.inspections(row),
        "honours": queries.honours(row),
        "may_inspect": rules.may_inspect(request.actor, row),
    }
    return render(request, "studios/standard.html", page)


@staff
def record(request: StaffRequest, studio_id: UUID, item: str) -> HttpResponse:
    row = studio_or_404(studio_id)
    about = in_force(row.tenant_id).studios.standard.items.get(item)
    if about is None:
        raise Http404
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)

    def do(file: Any, **given: Any) -> None:
        actions.record(request.actor, row.pk, item, attachment=stored(request, file), **given)

    verdict = rules.may_keep(request.actor, row)
    asked = f"{about.label}：{about.ask}"
    act = Asked(_("记一笔"), verdict, do, address(request, row, PAGE), row.body.name, asked)
    return ask(request, form, act)


@staff
def post_rule(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """A rule is posted; with `title` in the address it begins with the text that holds now."""
    row = studio_or_404(studio_id)
    title = request.GET.get("title", "")
    old = queries.posted_rule(row, title) if title else None
    form = forms.RuleForm(request.POST or None)
    form.initial = {
        "title": title,
        "text": old.text if old else "",
        "since": clock.today(),
        "seen": str(old.pk) if old else "",
    }

    def do(seen: str, **given: Any) -> None:
        try:
            actions.post_rule(request.actor, row.pk, seen=forms.as_id(seen), **given)
        except Changed:
            now = queries.posted_rule(row, given["title"])
            form.show_as_seen(str(now.pk) if now else "")
            raise

    verdict = rules.may_keep(request.actor, row)
    act = Asked(
        _("贴一项制度"), verdict, do, address(request, row, PAGE), row.body.name, template="studios/post_rule.html"
    )
    return ask(request, form, act, titles=in_force(row.tenant_id).studios.post)


@staff
def plan(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    row = studio_or_404(studio_id)
    form = forms.PlanForm(request.POST or None, activity=in_force(row.tenant_id).studios.activity)

    def do(year: int, items: list[actions.Planned], **_given: Any) -> str:
        rows = actions.plan(request.actor, row.pk, year, items)
        return _("记下了 %(n)d 件。") % {"n": len(rows)}

    verdict = rules.may_keep(request.actor, row)
    act = Asked(_("写全年计划"), verdict, do, address(request, row, PAGE), row.body.name)
    return ask(request, form, act)


@staff
def plan_done(request: StaffRequest, item_id: UUID) -> HttpResponse:
    item = queries.plan_item(item_id)
    if item is None:
        raise Http404
    row = item.studio

    def do(**given: Any) -> None:
        actions.plan_done(request.actor, item.pk, **given)

    verdict = rules.may_keep(request.actor, row)
    act = Asked(_("做完了"), verdict, do, address(request, row, PAGE), row.body.name, item.what)
    return ask(request, forms.DoneForm(request.POST or None), act)


@staff
def inspect(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    row = studio_or_404(studio_id)
    verdict = rules.may_inspect(request.actor, row)
    by = verdict.seat.body_name if verdict.seat else ""
    form = forms.InspectForm(request.POST or None, playbook=in_force(row.tenant_id).studios, by=by)

    def do(**_given: Any) -> None:
        actions.inspect(request.actor, row.pk, **form.given())

    explain = _("一项一项看。情况只有本室和区政协办公室看得到，合格不合格大家都看得到。")
    act = Asked(_("检查"), verdict, do, address(request, row, PAGE), row.body.name, explain)
    return ask(request, form, act)


@staff
def honour(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    row = studio_or_404(studio_id)

    def do(**given: Any) -> None:
        actions.honour(request.actor, row.pk, **given)

    act = Asked(_("记一项表扬"), may_manage(request.actor), do, address(request, row, PAGE), row.body.name)
    return ask(request, forms.HonourForm(request.POST or None), act)


@staff
def phases(request: StaffRequest) -> HttpResponse:
    """Pilot and roll-out: how many studios opened, out of how many."""
    kinds = in_force(request.actor.tenant_id).studios.kinds
    found = [(one, kinds.get(one.phase.kind)) for one in queries.phases()]
    return render(
        request,
        "studios/phases.html",
        {"phases": found, "today": clock.today(), "may_manage": may_manage(request.actor)},
    )


@staff
def set_phase(request: StaffRequest) -> HttpResponse:
    form = forms.PhaseForm(request.POST or None, playbook=in_force(request.actor.tenant_id).studios)

    def do(**given: Any) -> None:
        actions.set_phase(request.actor, **given)

    back = reverse("studios:phases", kwargs={"slug": request.tenant.slug})  # type: ignore[attr-defined]
    return ask(request, form, Asked(_("定一个阶段"), may_manage(request.actor), do, back, _("建设进度")))
