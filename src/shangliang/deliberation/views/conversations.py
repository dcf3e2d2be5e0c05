"""网上商量 at the desk: opening one, screening what is said, naming groups, closing, the poster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core.actors import Verdict
from shangliang.core.errors import Refused
from shangliang.deliberation import rules
from shangliang.deliberation.actions import conversations as actions
from shangliang.deliberation.flags import flags
from shangliang.deliberation.forms import conversations as forms
from shangliang.deliberation.models import Conversation, Statement
from shangliang.deliberation.queries import conversations as queries
from shangliang.deliberation.queries.topics import playbook_of, topic
from shangliang.deliberation.repeats import near
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import StaffRequest, office, staff
from shangliang.playbooks.queries import in_force
from shangliang.voices.forms import EraseForm
from shangliang.voices.rules import may_erase
from shangliang.web.forms import Form
from shangliang.web.navigation import address_of


def _opened() -> str:
    return _("开始了。把链接或者二维码发出去吧。")


def _explain() -> str:
    return _("大家一条一条地说同意不同意，看得出有哪几种想法、哪些话都同意。")


@staff
def conversation(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """What waits, what was said, the map; and all that whoever keeps it can do."""
    row = _kept_or_404(request, conversation_id)
    shown = queries.screened(row)
    page = {
        "conversation": row,
        "waiting": [
            (one, flags(one.text), near(one.text, [other for other in shown if other.row.status == "shown"]))
            for one in queries.waiting(row)
        ],
        "screened": shown,
        "opinion": queries.picture(row),
        "may_erase": may_erase(request.actor),
        "is_open": queries.is_open(row),
        "may_change": rules.may_change(request.actor, row),
        "link": request.build_absolute_uri(_public(request, row)),
    }
    return render(request, "deliberation/conversation.html", page)


@staff
def open_on_topic(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Ask residents about a topic. What the investigation found can become the first statements."""
    about = topic(topic_id)
    if about is None or not rules.works_on_topic(request.actor, about):
        raise Http404
    form = forms.OpenForm(playbook_of(about).deliberation.statements.check, request.POST or None)
    form.initial = {"question": about.title, "seeds": "\n".join(queries.seeds(about))}

    made: list[Conversation] = []

    def do(**given: Any) -> str:
        made.append(actions.open_conversation(request.actor, about, **given))
        return _opened()

    back = address_of("deliberation:topic", request.tenant, topic_id=topic_id)  # type: ignore[attr-defined]
    verdict = rules.may_open_conversation(request.actor, about)
    response = ask(request, form, Asked(_("开一次网上商量"), verdict, do, back, about.title, _explain()))
    return redirect(_desk(request, made[0])) if made else response


@staff
def open_on_rule(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Ask residents about the draft of a rule."""
    about = queries.rule_version(version_id)
    if about is None or not rules.may_open_about(request.actor, about):
        raise Http404
    form = forms.OpenForm(in_force(request.actor.tenant_id).deliberation.statements.check, request.POST or None)
    form.initial = {"question": _("《%(rule)s》这样写行不行？") % {"rule": about.rule.title}, "about": about.text[:600]}
    made: list[Conversation] = []

    def do(**given: Any) -> str:
        made.append(actions.open_about(request.actor, about, **given))
        return _opened()

    back = address_of("deliberation:conversations", request.tenant)  # type: ignore[attr-defined]
    verdict = rules.may_open_about(request.actor, about)
    response = ask(request, form, Asked(_("开一次网上商量"), verdict, do, back, about.rule.title, _explain()))
    return redirect(_desk(request, made[0])) if made else response


@staff
def conversations(request: StaffRequest) -> HttpResponse:
    """All conversations, with how much waits in each that one keeps."""
    rows = [(row, rules.keeps(request.actor, row)) for row in queries.listed()]
    return render(request, "deliberation/conversations.html", {"rows": rows})


@staff
@require_POST
def show(request: StaffRequest, statement_id: UUID) -> HttpResponse:
    """Let everybody see a statement."""
    row = _statement_or_404(request, statement_id)
    try:
        actions.show(request.actor, row)
        messages.success(request, _("放出来了，大家可以表态了。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_desk(request, row.conversation))


@staff
def decline(request: StaffRequest, statement_id: UUID) -> HttpResponse:
    """Keep a statement back, with the reason its author reads."""
    row = _statement_or_404(request, statement_id)

    def do(**given: Any) -> str:
        actions.decline(request.actor, row, **given)
        return _("没有放出来，写的人看得见为什么。")

    text = queries.texts([row])[0].text
    act = _act(request, row.conversation, _("不放出来"), do, f"“{text}”")
    return ask(request, forms.DeclineForm(request.POST or None), act)


@office
def erase(request: StaffRequest, statement_id: UUID) -> HttpResponse:
    """Destroy the words of a statement, for a reason that stays in the ledger."""
    row = _statement_or_404(request, statement_id)

    def do(**given: Any) -> str:
        actions.erase_statement(request.actor, row, **given)
        return _("删除了。几个人同意、几个人不同意，还留着。")

    explain = _("“%(text)s”删了就找不回来。") % {"text": queries.texts([row])[0].text}
    act = Asked(
        _("依法删除"),
        may_erase(request.actor),
        do,
        _desk(request, row.conversation),
        row.conversation.question,
        explain,
    )
    return ask(request, EraseForm(request.POST or None), act)


@staff
def add_seeds(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """Further statements by staff."""
    row = _kept_or_404(request, conversation_id)

    def do(seeds: list[str]) -> None:
        actions.add_seeds(request.actor, row, seeds)

    return ask(request, forms.SeedsForm(request.POST or None), _act(request, row, _("再放几条"), do))


@staff
def name_groups(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """What the groups of the map are called."""
    row = _kept_or_404(request, conversation_id)
    form = forms.NamesForm(queries.picture(row).groups, row.group_names, request.POST or None)

    def do(**_given: Any) -> None:
        actions.name_groups(request.actor, row, form.names)

    explain = _("照这一组最在意的起，四五个字，不褒不贬。不起名，就叫第一组、第二组。")
    return ask(request, form, _act(request, row, _("给组起名"), do, explain))


@staff
def close(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """End it."""
    row = _kept_or_404(request, conversation_id)

    def do() -> str:
        actions.close(request.actor, row)
        return _("收尾了。每条几票，都记下了；票和图，谁都可以下载。")

    explain = _("收了就不能再表态。还等着看的那些条，先看完。")
    return ask(
        request, Form(request.POST if request.method == "POST" else None), _act(request, row, _("收尾"), do, explain)
    )


@staff
def reopen(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """Let people go on."""
    row = _kept_or_404(request, conversation_id)

    def do(**given: Any) -> None:
        actions.reopen(request.actor, row, **given)

    return ask(request, forms.ReopenForm(request.POST or None), _act(request, row, _("接着说"), do))


@staff
def poster(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """A sheet with the question and the code, to be printed and put up."""
    row = _kept_or_404(request, conversation_id)
    page = {"conversation": row, "link": request.build_absolute_uri(_public(request, row))}
    return render(request, "deliberation/talk_poster.html", page)


def _act(request: StaffRequest, row: Conversation, title: str, do: Callable[..., object], explain: str = "") -> Asked:
    verdict: Verdict = rules.may_change(request.actor, row)
    return Asked(title, verdict, do, _desk(request, row), row.question, explain)


def _kept_or_404(request: StaffRequest, conversation_id: UUID) -> Conversation:
    row = queries.conversation(conversation_id)
    if row is None or not rules.keeps(request.actor, row):
        raise Http404
    return row


def _statement_or_404(request: StaffRequest, statement_id: UUID) -> Statement:
    row = queries.statement(statement_id)
    if row is None or not rules.keeps(request.actor, row.conversation):
        raise Http404
    return row


def _desk(request: StaffRequest, row: Conversation) -> str:
    return address_of("deliberation:conversation", request.tenant, conversation_id=row.pk)  # type: ignore[attr-defined]


def _public(request: StaffRequest, row: Conversation) -> str:
    return address_of("deliberation:talk", request.tenant, conversation_id=row.pk)  # type: ignore[attr-defined]
