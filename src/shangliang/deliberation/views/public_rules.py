"""公约 at the desk: drafting, asking for comments, adopting, ending."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Verdict, no, yes
from shangliang.core.errors import Changed
from shangliang.deliberation import rules
from shangliang.deliberation.actions import public_rules as actions
from shangliang.deliberation.forms import agreements as forms
from shangliang.deliberation.models import Item, PublicRule, RuleVersion
from shangliang.deliberation.queries import agreements
from shangliang.deliberation.queries import public_rules as queries
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Body
from shangliang.people.queries.sittings import bodies


@staff
def public_rules(request: StaffRequest) -> HttpResponse:
    """The rules that somebody may keep."""
    page = {
        "found": queries.kept_by(request.actor, clock.today()),
        "may_draft": bool(_bodies(request.actor, None)),
        "today": clock.today(),
    }
    return render(request, "deliberation/public_rules.html", page)


@staff
def public_rule(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """A rule with all its versions, each with what it changed."""
    rule = _rule_or_404(request.actor, rule_id)
    found = queries.standing(rule, clock.today())
    page = {
        "rule": rule,
        "found": found,
        "versions": [(one, _changes(one, found.versions)) for one in found.versions],
        "conversation": queries.conversation(found.open) if found.open else None,
        "today": clock.today(),
    }
    return render(request, "deliberation/public_rule.html", page)


@staff
def draft(request: StaffRequest) -> HttpResponse:
    """A new rule: by itself, or of an item of a meeting (`?item=`)."""
    item = _item(request)
    own = _bodies(request.actor, item)
    first = {"title": item.text[:60], "text": item.text} if item else {}
    form = forms.DraftForm(request.POST or None, bodies=own, initial=first)
    verdict = yes() if own else no(_("您没有管公约的席位。"))

    def do(**given: Any) -> None:
        actions.draft(request.actor, item=item, **given)

    act = Asked(_("起草公约"), verdict, do, _list(request), item.topic.title if item else _("公约"))
    return ask(request, form, act)


@staff
def draft_next(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    rule = _rule_or_404(request.actor, rule_id)
    latest = queries.standing(rule, clock.today()).latest
    form = forms.NextTextForm(request.POST or None, initial={"text": latest.text})
    return _act(request, rule, _("另起一版"), form, partial(actions.draft_next, request.actor, rule.pk))


@staff
def redraft(request: StaffRequest, version_id: UUID) -> HttpResponse:
    version = _version_or_404(request.actor, version_id)
    form = forms.TextForm(request.POST or None, initial={"text": version.text, "was": version.text})
    explain = _("正在征求意见的，改了字要重新征求。") if version.comment_until else ""

    def do(**given: Any) -> None:
        try:
            actions.redraft(request.actor, version.pk, **given)
        except Changed:
            form.show_as_seen(version.text)
            raise

    return _act(request, version.rule, _("改草稿"), form, do, explain)


@staff
def open_comment(request: StaffRequest, version_id: UUID) -> HttpResponse:
    version = _version_or_404(request.actor, version_id)
    do = partial(actions.open_comment, request.actor, version.pk)
    explain = _("草稿马上公布，大家在网上说、表态；过了那天才能通过。")
    return _act(request, version.rule, _("征求意见"), forms.CommentForm(request.POST or None), do, explain)


@staff
def adopt(request: StaffRequest, version_id: UUID) -> HttpResponse:
    version = _version_or_404(request.actor, version_id)
    do = partial(actions.adopt, request.actor, version.pk)
    return _act(request, version.rule, _("通过"), forms.AdoptForm(request.POST or None), do)


@staff
def give_up(request: StaffRequest, version_id: UUID) -> HttpResponse:
    version = _version_or_404(request.actor, version_id)
    do = partial(actions.give_up, request.actor, version.pk)
    return _act(request, version.rule, _("放弃这一版"), forms.GiveUpForm(request.POST or None), do)


@staff
def end(request: StaffRequest, version_id: UUID) -> HttpResponse:
    version = _version_or_404(request.actor, version_id)
    do = partial(actions.end, request.actor, version.pk)
    return _act(request, version.rule, _("废止"), forms.EndForm(request.POST or None), do)


def _act(
    request: StaffRequest,
    rule: PublicRule,
    title: str,
    form: django_forms.Form,
    do: Callable[..., object],
    explain: str = "",
) -> HttpResponse:
    slug = request.tenant.slug  # type: ignore[attr-defined]
    back = reverse("deliberation:public_rule", kwargs={"slug": slug, "rule_id": rule.pk})
    verdict: Verdict = rules.may_keep_rules(request.actor, rule.body)
    return ask(request, form, Asked(title, verdict, do, back, rule.title, explain))


def _changes(version: RuleVersion, versions: list[RuleVersion]) -> list[queries.Piece]:
    """What a version changed of the one before it; nothing of the first."""
    earlier = [one for one in versions if one.number < version.number and one.status != RuleVersion.Status.GIVEN_UP]
    return queries.differences(earlier[0].text, version.text) if earlier else []


def _item(request: StaffRequest) -> Item | None:
    """The item of a meeting that a rule comes of, for those who work on its topic."""
    given = request.GET.get("item", "")
    if not given:
        return None
    try:
        item = agreements.item(UUID(given))
    except ValueError as error:
        raise Http404 from error
    if item is None or not rules.works_on_topic(request.actor, item.topic):
        raise Http404
    return item


def _bodies(actor: Actor, item: Item | None) -> list[Body]:
    """The bodies for which `actor` may draft: that of the meeting first."""
    kept = [one for one in bodies("") if rules.may_keep_rules(actor, one)]
    # That of the meeting stands first, and so is chosen.
    return sorted(kept, key=lambda one: item is None or one.pk != item.meeting.body_id)


def _rule_or_404(actor: Actor, rule_id: UUID) -> PublicRule:
    rule = queries.rule(rule_id)
    if rule is None or not rules.may_keep_rules(actor, rule.body):
        raise Http404
    return rule


def _version_or_404(actor: Actor, version_id: UUID) -> RuleVersion:
    version = queries.version(version_id)
    if version is None or not rules.may_keep_rules(actor, version.rule.body):
        raise Http404
    return version


def _list(request: StaffRequest) -> str:
    return reverse("deliberation:public_rules", kwargs={"slug": request.tenant.slug})  # type: ignore[attr-defined]
