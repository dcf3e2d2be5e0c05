"""Studios at the desk: the list of all, one studio's page, and the steps of its life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import no
from shangliang.core.errors import Changed
from shangliang.files.actions import store_document
from shangliang.files.models import Attachment
from shangliang.files.views import respond_with
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body
from shangliang.people.rules import RUNS_STUDIO, may_manage, may_run
from shangliang.places.queries import by_path
from shangliang.playbooks.queries import in_force
from shangliang.playbooks.studio_rules import LifeStep, StudioRules
from shangliang.studios import rules
from shangliang.studios.actions import life as actions
from shangliang.studios.forms import life as forms
from shangliang.studios.models import Reception, Studio
from shangliang.studios.queries import duty, pairings, reception, standard
from shangliang.studios.queries import studios as queries

AT_ONCE = 40  # studios on a page
RUNNING = frozenset(RUNS_STUDIO)
IN_HAND = 50  # matters that keep a studio from leaving, listed
NAMES = "studios/with_names.html"


@staff
def all_studios(request: StaffRequest) -> HttpResponse:
    """All studios, with how each stands."""
    playbook = in_force(request.actor.tenant_id).studios
    streets = queries.streets(request.tenant.place_path)  # type: ignore[attr-defined]
    form = forms.ListForm(request.GET, playbook=playbook, streets=streets)
    asked = form.asked()
    rows = Paginator(queries.listed(request.actor.tenant_id, **asked), AT_ONCE).get_page(request.GET.get("page"))
    page = {
        "form": form,
        "page": rows,
        "rows": queries.as_listed(list(rows)),
        "standard": playbook.standard,
        "is_narrowed": any(asked.values()),
        "may_propose": rules.may_propose(request.actor),
        "may_manage": may_manage(request.actor),
    }
    return render(request, "studios/list.html", page)


@staff
def studio(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """One studio: who, how it stands, where it is in its life, whom it is paired with."""
    row = studio_or_404(studio_id)
    items, actor, people = queries.standing(row), request.actor, queries.people(row)
    receives, runs = row.status in queries.RECEIVING, any(not RUNNING.isdisjoint(one.duties) for one in people)
    current = [item for item in items if item.is_current]
    page = head(request, row) | {
        "people": people,
        "items": current,
        "has": (has := sum(item.has for item in current)),
        "lacks": len(current) - has,
        "steps": [(queries.label_of(row, step.to), step) for step in standard.steps(row)],
        "pairings": pairings.of(row.body),
        "next_duty": duty.coming([row.pk], clock.today()).get(row.pk),
        "next_steps": [(step, rules.may_move(actor, step)) for step in standard.next_steps(row)],
        "receives": receives,
        "instead": queries.instead(row) if receives and not runs else None,
    }
    return render(request, "studios/studio.html", page)


@staff
def done(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    """What a studio has done, newest first; and what came of this year's talks at its desk."""
    row, today = studio_or_404(studio_id), clock.today()
    talks = reception.counts(row, today.replace(month=1, day=1), today)
    page = {
        "recent": queries.recent(row, 100),
        "talks": talks,
        "outcomes": [(Reception.Outcome(outcome).label, n) for outcome, n in talks.by_outcome.items()],
    }
    return render(request, "studios/done.html", head(request, row) | page)


@staff
def propose(request: StaffRequest) -> HttpResponse:
    within = by_path(request.tenant.place_path)  # type: ignore[attr-defined]
    if within is None:
        raise Http404
    playbook = in_force(request.actor.tenant_id).studios
    form = forms.ProposeForm(request.POST or None, within=within, playbook=playbook, without=queries.without_studio())

    def do(**given: Any) -> str:
        row = actions.propose(request.actor, given.pop("kind"), **given)
        return _("%(name)s提出来了，下一步由区政协办公室看。") % {"name": row.body.name}

    explain = _("名称以后不改。提出来以后，按本地的步骤一步一步走到开放。")
    act = Asked(
        _("提出一个工作室"), rules.may_propose(request.actor), do, _list(request), explain=explain, template=NAMES
    )
    return ask(request, form, act, names=pairings.body_names(Body.Kind.STUDIO))


@staff
def move(request: StaffRequest, studio_id: UUID, to: str) -> HttpResponse:
    """One step of a studio's life, as it was decided."""
    row = studio_or_404(studio_id)
    playbook = in_force(request.actor.tenant_id).studios
    step = _step_or_404(playbook, to)
    form = forms.DecisionForm(request.POST or None, request.FILES or None, playbook=playbook, step=step)
    form.fields["seen"].initial = row.status

    def do(file: Any, **given: Any) -> str:
        try:
            actions.move(request.actor, row.pk, to, attachment=stored(request, file), **given)
        except Changed:
            form.show_as_seen(studio_or_404(studio_id).status)
            raise
        return _("%(name)s：%(step)s。") % {"name": row.body.name, "step": step.label}

    verdict = rules.may_move(request.actor, step)
    if verdict and step not in standard.next_steps(row):
        here = queries.status_label(row)
        verdict = no(_("现在是“%(here)s”，不能直接到“%(step)s”。") % {"here": here, "step": step.label})
    explain = _explained(step)
    if to in queries.RECEIVING and (instead := queries.instead(row)):
        explain += _("%(name)s还没有召集人：留言会先到%(body)s。") % {"name": row.body.name, "body": instead.name}
    act = Asked(step.label, verdict, do, address(request, row), row.body.name, explain, "studios/move.html")
    in_hand = queries.in_hand(row)[:IN_HAND] if to == Studio.Status.CLOSED else []
    return ask(request, form, act, in_hand=in_hand)


@staff
def move_together(request: StaffRequest) -> HttpResponse:
    """Several studios take one step by one paper: the step `to` of the address, opening if it names none."""
    to = request.GET.get("to", Studio.Status.OPEN)
    playbook = in_force(request.actor.tenant_id).studios
    step = _step_or_404(playbook, to)
    among = queries.at(step.after)
    form = forms.TogetherForm(request.POST or None, request.FILES or None, playbook=playbook, step=step, among=among)

    def do(studios: list[UUID], file: Any, **given: Any) -> str:
        actions.move_together(request.actor, studios, to, attachment=stored(request, file), **given)
        return _("%(n)d 个工作室一起：%(step)s。") % {"n": len(studios), "step": step.label}

    title = _("一起%(step)s") % {"step": step.label}
    verdict = rules.may_move(request.actor, step)
    if verdict and not among:
        verdict = no(_("现在没有可以走到这一步的工作室。"))
    explain = _explained(step)
    if to in queries.RECEIVING and (unrun := queries.run_by_nobody(among)):
        names = _("、").join(row.body.name for row in unrun)
        explain += _("还没有召集人的：%(names)s。给他们的留言会先到社区或街道。") % {"names": names}
    act = Asked(title, verdict, do, _list(request), explain=explain, template="studios/together.html")
    others = [one for one in playbook.life.values() if one.after]
    return ask(request, form, act, step=step, others=others)


@staff
def describe(request: StaffRequest, studio_id: UUID) -> HttpResponse:
    row = studio_or_404(studio_id)
    form = forms.DescribeForm(request.POST or None, studio=row, seen=standard.described(row))

    def do(**given: Any) -> None:
        try:
            actions.describe(request.actor, row.pk, **given)
        except Changed:
            form.show_as_seen(standard.described(row))
            raise

    explain = _("公开页上写的就是这些。")
    act = Asked(_("改介绍"), rules.may_keep(request.actor, row), do, address(request, row), row.body.name, explain)
    return ask(request, form, act)


@staff
def file(request: StaffRequest, studio_id: UUID, file_id: UUID) -> HttpResponse:
    """A paper or an evidence, for who runs the studio and for the office."""
    row = studio_or_404(studio_id)
    found = standard.file_of(row, file_id) if may_run(request.actor, row.body) else None
    if found is None:
        raise Http404
    return respond_with(request, found, public=False)


# --- parts of pages -----------------------------------------------------------------------------------


def studio_or_404(studio_id: UUID) -> Studio:
    """The studio with its body and place. Every member of the tenant's staff may read its open facts."""
    row = queries.by_id(studio_id)
    if row is None:
        raise Http404
    return row


def head(request: StaffRequest, row: Studio) -> dict[str, Any]:
    """What stands on top of every page of a studio. `whole` says that its own papers and findings are shown too."""
    return {
        "studio": row,
        "kind": queries.kind_label(row),
        "status": queries.status_label(row),
        "standard": in_force(row.tenant_id).studios.standard,
        "may_keep": rules.may_keep(request.actor, row),
        "may_manage": may_manage(request.actor),
        "whole": bool(may_run(request.actor, row.body)),
        "today": clock.today(),
    }


def address(request: StaffRequest, row: Studio, name: str = "studios:studio") -> str:
    """The address of a page of a studio."""
    return reverse(name, kwargs={"slug": request.tenant.slug, "studio_id": row.pk})  # type: ignore[attr-defined]


def stored(request: StaffRequest, upload: Any) -> Attachment | None:
    """The file on disk, before any transaction: a scan takes long to read."""
    return store_document(request.actor.tenant_id, upload) if upload else None


def _list(request: StaffRequest) -> str:
    return reverse("studios:list", kwargs={"slug": request.tenant.slug})  # type: ignore[attr-defined]


def _step_or_404(playbook: StudioRules, to: str) -> LifeStep:
    step = playbook.life.get(to)
    if step is None or not step.after:
        raise Http404
    return step


def _explained(step: LifeStep) -> str:
    said = {
        "closed": _("退出以后不再值班接待，已经排好的班取消，结对也结束；记录都留着，公开页写明已退出。"),
        "suspended": _("暂停以后，已经排好的班全部取消，来值班的人会收到消息。"),
    }
    paper = _("要有文件。") if step.paper else ""
    return "".join(filter(None, (_("由%(by)s定。") % {"by": step.by}, paper, said.get(step.status, ""))))
