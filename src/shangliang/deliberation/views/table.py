"""A page for each act on what is put to the table. The screen's own forms are sent here; one that is refused comes
back by itself, with nothing lost that was typed."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangliang.core.actors import Verdict
from shangliang.deliberation import rules
from shangliang.deliberation.actions import questions, voting
from shangliang.deliberation.actions import sitting as actions
from shangliang.deliberation.forms.sitting import HandsForm, ItemForm, ReserveForm, SigningForm
from shangliang.deliberation.models import Count, Item
from shangliang.deliberation.queries import meetings
from shangliang.deliberation.queries import sitting as queries
from shangliang.deliberation.queries.voting import open_count
from shangliang.deliberation.views.sitting import TableRequest, address, at_table, did
from shangliang.people.asking import Asked, ask
from shangliang.people.doors import staff


@staff
@at_table
def put_item(request: TableRequest) -> HttpResponse:
    """Put something to the table."""
    topics = meetings.topics_of(request.meeting)
    earlier = queries.left_over(request.meeting, topics)
    form = ItemForm(_sent(request), topics=topics, earlier=earlier)

    def do(**data: Any) -> str:
        item = actions.put_item(
            request.actor,
            request.meeting.pk,
            form.wording(),
            item_id=data["id"],
            topic_id=_key(data.get("topic")),
            continues=_key(data.get("continues")),
        )
        return _("第 %(number)s 条摆上桌了。") % {"number": item.number}

    return ask(request, form, _act(request, _("摆上桌"), do, "#table"))


@staff
@at_table
def edit_item(request: TableRequest, item_id: UUID) -> HttpResponse:
    """Say it otherwise, or say who does it by when."""
    item = _item(request, item_id)
    form = ItemForm(_sent(request), topics=[item.topic], item=item)

    def do(**_data: Any) -> None:
        actions.edit_item(request.actor, item, _seen(request, item), form.wording())

    explain = _("改了字，就要重新定、重新数；只改谁办、哪天，不用。")
    return ask(request, form, _act(request, _("改这一条"), do, _at(item), item, explain), item=item)


@staff
@require_POST
@at_table
def settle_item(request: TableRequest, item_id: UUID, to: str) -> HttpResponse:
    """同意、没谈拢、撤回."""
    item = _item(request, item_id)
    if to not in Item.Status.values or to == Item.Status.RESERVED:
        raise Http404
    return did(request, lambda: actions.settle_item(request.actor, item, _seen(request, item), to), _at(item))


@staff
@at_table
def reserve(request: TableRequest, item_id: UUID) -> HttpResponse:
    """保留."""
    item = _item(request, item_id)
    form = ReserveForm(_sent(request), people=meetings.at_table(request.meeting))

    def do(attendee: str, why: str) -> None:
        actions.reserve(request.actor, item, UUID(attendee), why)

    return ask(request, form, _act(request, _("记下保留"), do, _at(item), item))


@staff
@require_POST
@at_table
def take_back(request: TableRequest, item_id: UUID, reservation_id: UUID) -> HttpResponse:
    """They changed their mind."""
    item = _item(request, item_id)
    return did(request, lambda: actions.take_back_reservation(request.actor, item, reservation_id), _at(item))


@staff
@at_table
def count_hands(request: TableRequest, item_id: UUID) -> HttpResponse:
    """举手."""
    item = _item(request, item_id)
    form = HandsForm(_sent(request), rule=meetings.form_of(request.meeting).decide)
    do = partial(voting.count_hands, request.actor, item)
    return ask(request, form, _act(request, _("记下举手"), lambda **data: _told(request, do(**data)), _at(item), item))


@staff
@at_table
def collect(request: TableRequest, item_id: UUID) -> HttpResponse:
    """签名."""
    item = _item(request, item_id)
    do = partial(voting.collect_signatures, request.actor, item)
    act = _act(request, _("记下签名"), lambda **data: _told(request, do(**data)), _at(item), item)
    verdict = rules.may_collect(request.actor, request.meeting)
    form = SigningForm(_sent(request), rule=meetings.form_of(request.meeting).decide)
    return ask(request, form, _with(act, verdict))


@staff
@require_POST
@at_table
def open_ballot(request: TableRequest, item_id: UUID) -> HttpResponse:
    """Let people vote on their phones."""
    item = _item(request, item_id)
    return did(request, lambda: voting.open_ballot(request.actor, item), _at(item))


@staff
@require_POST
@at_table
def close_ballot(request: TableRequest, count_id: UUID) -> HttpResponse:
    """End it, and count."""
    count = open_count(count_id)
    if count is None or count.item.meeting_id != request.meeting.pk:
        raise Http404
    return did(request, lambda: voting.close_ballot(request.actor, count), _at(count.item))


@staff
@require_POST
@at_table
def take_question(request: TableRequest, question_id: UUID) -> HttpResponse:
    """念出来."""
    found = queries.question(question_id, request.meeting.pk)
    if found is None:
        raise Http404
    return did(request, lambda: questions.take(request.actor, found), "#say")


@staff
@require_POST
@at_table
def leave_out(request: TableRequest, question_id: UUID) -> HttpResponse:
    """不念."""
    found = queries.question(question_id, request.meeting.pk)
    if found is None:
        raise Http404
    return did(request, lambda: questions.leave_out(request.actor, found), "#questions")


def _item(request: TableRequest, item_id: UUID) -> Item:
    found = queries.item(item_id, request.meeting.pk)
    if found is None:
        raise Http404
    return found


def _sent(request: TableRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _seen(request: TableRequest, item: Item) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else item.version


def _key(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _at(item: Item) -> str:
    return f"#item-{item.number}"


def _told(request: TableRequest, count: Count) -> str:
    if not count.passed:
        return _("数好了：没过。")
    item = _item(request, count.item_id)
    if item.status != Item.Status.OPEN:
        return _("数好了：过了，记作“%(status)s”。") % {"status": item.get_status_display()}
    if lacking := actions.lacking_of(item):
        return _("数好了：过了。%(lacking)s，写上就算定了。") % {"lacking": lacking}
    return _("数好了：过了。")


def _act(request: TableRequest, title: str, do: Any, then: str, item: Item | None = None, explain: str = "") -> Asked:
    about = f"{item.number}. {item.text}" if item else request.meeting.title
    back = address(request, "sitting") + then
    return Asked(title, rules.may_record(request.actor, request.meeting), do, back, about, explain)


def _with(act: Asked, verdict: Verdict) -> Asked:
    return Asked(act.title, verdict, act.do, act.back, act.about, act.explain)
