"""The page of one act on a matter: ask, do, or say why not, with nothing that was typed lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core.actors import Actor, Verdict
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.ledger.queries import Line, timeline
from shangliang.matters import queries, rules
from shangliang.matters.models import Matter
from shangliang.matters.rules import Sight
from shangliang.people.doors import StaffRequest
from shangliang.people.queries import names

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


VERSION_DIGITS = 9

# What others may have done meanwhile, in a few words; the timeline at the desk tells it whole.
VERBS = {
    "voice.added": gettext_lazy("本人补充了话"),
    "voice.consent_withdrawn": gettext_lazy("本人收回了公开"),
    "words.erased": gettext_lazy("依法删除了一段话"),
    "voice.let_through": gettext_lazy("认定是真人说的"),
    "matter.accepted": gettext_lazy("受理了"),
    "matter.declined": gettext_lazy("不予受理"),
    "matter.described": gettext_lazy("改了标题、地点或分类"),
    "matter.joined": gettext_lazy("归到一起"),
    "matter.taken_out": gettext_lazy("再分出来"),
    "matter.referred": gettext_lazy("转报"),
    "referral.accepted": gettext_lazy("接了转报"),
    "referral.returned": gettext_lazy("退回转报"),
    "referral.answered": gettext_lazy("给转报回了话"),
    "topic.put_forward": gettext_lazy("提成议题"),
    "topic.chosen": gettext_lazy("选定议题"),
    "topic.turned_down": gettext_lazy("议题没选上"),
    "topic.ended": gettext_lazy("议题没谈成"),
    "topic.claimed": gettext_lazy("有人认领了议题"),
    "topic.drawn": gettext_lazy("抽签选题"),
    "topic.posted": gettext_lazy("公示了议题"),
    "gate.passed": gettext_lazy("主持人签名放行"),
    "step.done": gettext_lazy("做完了一步"),
    "step.approved": gettext_lazy("有一步点过头了"),
    "side.named": gettext_lazy("写了一方"),
    "side.heard": gettext_lazy("听了一方"),
    "finding.recorded": gettext_lazy("记了调研情况"),
    "meeting.planned": gettext_lazy("定了开会"),
    "meeting.called": gettext_lazy("发了开会通知"),
    "meeting.moved": gettext_lazy("会改期了"),
    "meeting.cancelled": gettext_lazy("会取消了"),
    "minutes.signed": gettext_lazy("纪要签完了"),
    "minutes.amended": gettext_lazy("更正了纪要"),
    "agreement.kept": gettext_lazy("说好的事做到了"),
    "agreement.broken": gettext_lazy("说好的事没做到"),
    "conversation.opened": gettext_lazy("开了线上说一说"),
    "conversation.closed": gettext_lazy("线上说完了"),
    "matter.handed_over": gettext_lazy("交办"),
    "handover.taken": gettext_lazy("接办"),
    "handover.returned": gettext_lazy("退回交办"),
    "handover.progressed": gettext_lazy("报了进展"),
    "handover.extended": gettext_lazy("延期"),
    "handover.reassigned": gettext_lazy("换人办"),
    "handover.passed_back": gettext_lazy("退回重办"),
    "handover.replied": gettext_lazy("答复"),
    "reply.drafted": gettext_lazy("写好答复，等审签"),
    "reply.signed": gettext_lazy("签了一步"),
    "reply.sent_back": gettext_lazy("答复退改"),
    "matter.supervised": gettext_lazy("督办"),
    "matter.closed": gettext_lazy("了结"),
    "matter.reopened": gettext_lazy("退回办理"),
    "matter.confirmed": gettext_lazy("本人评价了"),
    "matter.sent_back": gettext_lazy("本人不认可"),
    "promise.kept": gettext_lazy("承诺兑现"),
    "promise.broken": gettext_lazy("承诺没兑现"),
    "promise.moved": gettext_lazy("承诺改期"),
    "whistle.blown": gettext_lazy("吹哨请了委员"),
    "whistle.asked": gettext_lazy("又请了委员"),
    "whistle.answered": gettext_lazy("委员回了话"),
    "whistle.lapsed": gettext_lazy("有委员没回话，接着请下一位"),
    "whistle.led": gettext_lazy("定了谁带队"),
    "whistle.visited": gettext_lazy("委员到现场看过"),
    "whistle.ended": gettext_lazy("吹哨结束"),
    "recusal.said": gettext_lazy("记了回避"),
    "deadlines.recomputed": gettext_lazy("日历改了，期限重新算"),
}


@dataclass(frozen=True, slots=True)
class News:
    """What somebody did since a page was drawn."""

    what: str
    by: str  # a body
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One act as its page shows it."""

    title: str  # the verb, also on the button
    verdict: Verdict
    do: Callable[..., object]  # called with `seen` and the form's cleaned data
    explain: str = ""  # what it does and who will see it
    template: str = "matters/act.html"


def matter_for(actor: Actor, number: str) -> Matter:
    """The matter with this number, for somebody who sees it whole (`rules.sight`). Raises Http404 for all others."""
    matter = queries.by_number(number)
    if matter is None or rules.sight(actor, matter, passed_to=queries.referred_to(matter)) is not Sight.WHOLE:
        raise Http404
    return matter


def act_page(request: StaffRequest, matter: Matter, form: forms.Form, act: Act, **context: Any) -> HttpResponse:
    """Show the form of an act, or do it and go back to the matter.

    A refusal stands beside its field; when somebody else acted meanwhile, what they did is shown
    (status 409) and what was typed stays, to be sent again with one more press.
    """
    status, seen, news = 200, matter.version, []
    if request.method == "POST":
        status, seen = 422, _seen(request, matter)
        if form.is_valid():
            try:
                act.do(seen=seen, **form.cleaned_data)
                messages.success(request, _("%(act)s：记下了。") % {"act": act.title})
                return redirect(desk_address(request, matter))
            except Changed as error:
                # What they are shown now is what they will have seen when they press again.
                status, news, seen = 409, _since(matter, seen), matter.version
                form.add_error(None, str(error))
            except Refused as error:
                status = 403 if isinstance(error, NotAllowed) else 422
                form.add_error(error.field if error.field in form.fields else None, str(error))
    elif first := next((field for field in form.fields.values() if not field.widget.is_hidden), None):
        first.widget.attrs["autofocus"] = True
    page = {"matter": matter, "form": form, "act": act, "news": news, "seen": seen}
    return render(request, act.template, page | {"back": desk_address(request, matter)} | context, status=status)


def desk_address(request: StaffRequest, matter: Matter) -> str:
    """The address of a matter at the desk."""
    return reverse("desk:matter", kwargs={"slug": request.tenant.slug, "number": matter.number})  # type: ignore[attr-defined]


def _seen(request: StaffRequest, matter: Matter) -> int:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= VERSION_DIGITS else matter.version


def _since(matter: Matter, seen: int) -> list[News]:
    """What happened after version `seen` of the matter, newest first."""
    after = takewhile(lambda line: not _is_seen(line, matter, seen), timeline(matter.pk, limit=20))
    named = [(line, UUID(body) if (body := line.body["actor"].get("body")) else None) for line in after]
    bodies = names(body for _line, body in named if body)
    return [
        News(_verb(line.entry.kind), bodies.get(body, "") if body else "", line.entry.happened_at)
        for line, body in named
    ]


def _is_seen(line: Line, matter: Matter, seen: int) -> bool:
    # An entry about another matter (one joined to this) has that one's version: it says nothing here.
    return bool(line.facts.get("number") == matter.number and line.facts.get("version", 0) <= seen)


def _verb(kind: str) -> str:
    return str(VERBS.get(kind, _("有了新动作")))


def reason_field(label: StrOrPromise, *, required: bool = True, limit: int = 500, rows: int = 4) -> forms.CharField:
    """A text area for words that stand in the timeline."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("写一句，大家看得见。")},
    )
