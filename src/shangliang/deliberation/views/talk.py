"""What residents see of a conversation: one statement after the other, what was said, the map. No account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation import rules, voters
from shangliang.deliberation.actions import opinions as actions
from shangliang.deliberation.forms.conversations import SlipForm, StatementForm
from shangliang.deliberation.models import Conversation, Participant
from shangliang.deliberation.queries import conversations as queries
from shangliang.deliberation.repeats import near
from shangliang.deliberation.routing import next_statement
from shangliang.tenants.models import Tenant
from shangliang.voices import slips
from shangliang.voices.queries import by_slip
from shangliang.web import plain
from shangliang.web.limits import is_over, over_limit
from shangliang.web.respond import respond
from shangliang.web.views import too_many

MINUTE, TEN_MINUTES = 60, 600
VOTES, VOTES_HERE = 60, 1200  # of one voter, of one address, in a minute
STATEMENTS_HERE, CODES_HERE, DEVICES_HERE = 100, 20, 300  # of one address in ten minutes
NOBODY = b"nobody"  # by whom a statement is drawn for somebody who has not shown what the place asks for
CHOICES = {"1": 1, "-1": -1, "0": 0}


class TenantRequest(HttpRequest):
    """A request whose address named a tenant."""

    tenant: Tenant


def talks(request: TenantRequest) -> HttpResponse:
    """All conversations, those going on first."""
    rows = queries.listed()
    page = {
        "going_on": [row for row in rows if queries.is_open(row)],
        "over": [row for row in rows if not queries.is_open(row)],
    }
    return render(request, "deliberation/talks.html", page)


def how(request: TenantRequest) -> HttpResponse:
    """What the map is, for somebody who has never seen one."""
    return render(request, "deliberation/talk_how.html", {})


def talk(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """One statement with three buttons; beneath, what one said oneself and a place to say more."""
    row = _conversation_or_404(conversation_id)
    return _page(request, row)


@require_POST
def vote(request: TenantRequest, conversation_id: UUID, number: int) -> HttpResponse:
    """Agree, disagree or pass; then the next statement. The last vote of a pair counts."""
    voter = voters.of_request(request, request.tenant)
    if _votes_too_fast(request, conversation_id, voter):
        return too_many(request, _("点得太快了，看一看再点。一分钟最多 %(n)d 次。") % {"n": VOTES})
    try:
        actions.vote(conversation_id, voter, number, CHOICES.get(request.POST.get("vote", ""), 9))
    except Conversation.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return plain.page(request, 409, _("这一票没有算上"), [str(refused)])
    to = reverse("deliberation:talk", kwargs={"slug": request.tenant.slug, "conversation_id": conversation_id})
    return redirect(f"{to}all/#s{number}" if request.POST.get("back") == "all" else to)


@require_POST
def write(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """Say something. Near-repeats are offered first; personal data is sent back beside the field."""
    row = _conversation_or_404(conversation_id)
    if over_limit(request, "talk-write", STATEMENTS_HERE, TEN_MINUTES):
        return too_many(request)
    form = StatementForm(row.words, request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    words = form.cleaned_data["words"]
    if not form.cleaned_data["anyway"] and (like := near(words, queries.texts(queries.shown(row)))):
        return _page(request, row, form, near=like)
    try:
        actions.say(Actor("resident", request.tenant.pk), row.pk, voters.of_request(request, request.tenant), words)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(request, row, form, status=422)
    return redirect(f"{_address(request, row)}?said=1#mine")


def everything(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """All statements with their counts, and what one says of each; here one changes one's mind."""
    row = _conversation_or_404(conversation_id)
    who = _participant(request, row)
    rows = queries.texts(queries.shown(row))
    by = "new" if request.GET.get("by") == "new" else "votes"
    rows.sort(key=(lambda one: -one.number) if by == "new" else (lambda one: -one.votes))
    own = queries.votes_of(row, who.number if who else None)
    return render(
        request,
        "deliberation/talk_all.html",
        {
            "conversation": row,
            "rows": [(one, own.get(one.number)) for one in rows],
            "by": by,
            "may_speak": rules.may_speak(row),
        },
    )


def opinion_map(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """The map as it stands now; drawn anew while people vote. Nothing is sent to whoever has seen it."""
    row = _conversation_or_404(conversation_id)
    seen = request.GET.get("seen", "")
    if getattr(request, "htmx", False) and seen == str(row.mapped):
        return HttpResponse(status=204)
    page = {"conversation": row, "opinion": queries.picture(row), "is_live": queries.is_open(row)}
    return respond(request, "deliberation/talk_map.html", page)


@require_POST
def side(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """Say which side one is on, so that all see who is missing."""
    row = _conversation_or_404(conversation_id)
    if over_limit(request, "talk-side", STATEMENTS_HERE, TEN_MINUTES):
        return too_many(request)
    chosen = next((one for one in queries.sides(row) if str(one.pk) == request.POST.get("side")), None)
    try:
        actions.say_side(row.pk, voters.of_request(request, request.tenant), chosen)
    except Refused as refused:
        return plain.page(request, 409, _("没有记下"), [str(refused)])
    return redirect(_address(request, row))


@require_POST
def by_slip_code(request: TenantRequest, conversation_id: UUID) -> HttpResponse:
    """Show a slip, where one slip is one say."""
    row = _conversation_or_404(conversation_id)
    if over_limit(request, "talk-slip", CODES_HERE, TEN_MINUTES):
        return too_many(request, _("试错的次数太多了，过十分钟再来。"))
    form = SlipForm(request.POST)
    slip = None
    if form.is_valid() and (code := slips.clean(form.cleaned_data["code"])):
        slip = by_slip(code, request.tenant.pk)
    if slip is None or slip.died_at is not None:
        if not form.errors:
            form.add_error("code", _("没有这张回执，对着纸再看一眼。"))
        return _page(request, row, slip_form=form, status=422)
    response = redirect(_address(request, row))
    voters.know_slip(response, slip.voice.follows_id or slip.voice_id, request.tenant)
    return response


def _page(
    request: TenantRequest,
    row: Conversation,
    form: StatementForm | None = None,
    *,
    near: list[queries.Said] | None = None,
    slip_form: SlipForm | None = None,
    status: int = 200,
) -> HttpResponse:
    voter = voters.of_request(
        request, request.tenant, naming=not is_over(request, "talk-device", DEVICES_HERE, TEN_MINUTES)
    )
    key = voter.key(row)
    who = queries.participant(row, key) if key and not voter.is_new else None
    rows, own = queries.shown(row), queries.votes_of(row, who.number if who else None)
    again = next((one for one in rows if str(one.number) == request.GET.get("on")), None)
    one = again or next_statement(rows, own, key or NOBODY)
    done = sum(statement.number in own for statement in rows)
    page: dict[str, Any] = {
        "conversation": row,
        "one": queries.texts([one])[0] if one else None,
        "before": own.get(one.number) if one else None,
        "done": done,
        "all": len(rows),
        "share": round(100 * done / max(1, len(rows))),
        "may_speak": rules.may_speak(row),
        "must_show": "" if key or row.check_by == "device" else row.check_by,
    }
    if not getattr(request, "htmx", False):
        page |= _beneath(row, who) | {
            "form": form or StatementForm(row.words),
            "near": near or [],
            "slip_form": slip_form or SlipForm(),
            "said": "said" in request.GET,
        }
    response = respond(request, "deliberation/talk.html", page, status)
    response["Cache-Control"] = "private, no-store"
    if voter.is_new and rules.may_speak(row):
        over_limit(request, "talk-device", DEVICES_HERE, TEN_MINUTES)
        voters.know_device(response, voter, request.tenant)
    return response


def _beneath(row: Conversation, who: Participant | None) -> dict[str, Any]:
    """What stands beneath the statement: what one said oneself, and the sides one may be on."""
    return {
        "mine": queries.by_author(row, who.number if who else None),
        "sides": queries.sides(row),
        "side": who.side_id if who else None,
    }


def _participant(request: TenantRequest, row: Conversation) -> Participant | None:
    key = voters.of_request(request, request.tenant).key(row)
    return queries.participant(row, key) if key else None


def _votes_too_fast(request: TenantRequest, conversation_id: UUID, voter: voters.Voter) -> bool:
    own = f"{conversation_id}:{voter.device or voter.slip or voter.person}"
    too_many_of_one = over_limit(request, "talk-vote", VOTES, MINUTE, own)
    return too_many_of_one or over_limit(request, "talk-votes", VOTES_HERE, MINUTE)


def _conversation_or_404(conversation_id: UUID) -> Conversation:
    row = queries.conversation(conversation_id)
    if row is None:
        raise Http404
    return row


def _address(request: TenantRequest, row: Conversation) -> str:
    return reverse("deliberation:talk", kwargs={"slug": request.tenant.slug, "conversation_id": row.pk})
