"""A matter in a list and a step of its timeline, as HTML. A page has dozens of them, so each is one string built from plain values:
no template, no address looked up, no query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangliang.delivery.telling import Answered, Told
from shangliang.matters.models import ENDS
from shangliang.web.assets import icon
from shangliang.web.dates import day
from shangliang.web.deadlines import deadline_light
from shangliang.web.marks import stage_mark, stage_tag
from shangliang.web.stages import STAGES
from shangliang.web.titles import unbroken

COLUMNS = (
    "id",
    "number",
    "title",
    "status",
    "place_settled",
    "place__short_name",
    "place__parent__short_name",
    "place__level",
    "raised_at",
    "due",
    "due_started",
    "supporters",
)
STAGE_OF = {number: status for status, (number, _words) in STAGES.items()}
METOO = "metoo"  # the id of the one form that the buttons of all cards belong to


def cards(rows: Iterable[Mapping[str, Any]], prefix: str) -> SafeString:
    """The cards of `rows` (values of COLUMNS). `prefix` is the address of the list of matters."""
    return SafeString("".join(f'<li class="matter-card">{_card(row, escape(prefix))}</li>' for row in rows))


def place_words(row: Mapping[str, Any]) -> str:
    """新沟桥街道·光明社区; above the community's street, the place alone."""
    name, above = row["place__short_name"], row["place__parent__short_name"]
    if row["place__level"] == 5 and above:
        return f"{above}·{name}"
    return str(name) if row["place_settled"] else _("%(place)s，具体位置待定") % {"place": name}


def metoo_button(number: str, supporters: int, prefix: str, pressed: bool = False) -> SafeString:
    """我也是 with its count. A press of Enter elsewhere on the page cannot trigger it: its form has no field."""
    state, drawn = (' aria-pressed="true"', "check") if pressed else ("", "hand")
    return SafeString(
        f'<button class="btn metoo" form="{METOO}" formaction="{prefix}{escape(number)}/support/"{state}>'
        f"{icon(drawn)}{_('我也是')} <b>{supporters:,}</b></button>"
    )


def steps(told: Iterable[Told]) -> SafeString:
    """What happened, as the items of a timeline."""
    return SafeString("".join(map(_step, told)))


def _step(one: Told) -> str:
    text = escape(one.text).replace("\n", "<br>")
    by = f'<p class="by">{escape(one.by)}</p>' if one.by else ""
    return (
        f'<li data-s="{one.stage}">{stage_mark(STAGE_OF[one.stage], "sm")}'
        f'<div class="when"><b>{escape(one.title)}</b>{day(one.at)}</div>'
        f"{f'<p>{text}</p>' if text else ''}{''.join(map(_answer, one.answers))}{by}</li>"
    )


def _answer(answer: Answered) -> str:
    head = _("第%(number)s点%(label)s：") % {"number": answer.number, "label": answer.label}
    return f"<p>{escape(head)}{escape(answer.text)}</p>"


def _card(row: Mapping[str, Any], prefix: str) -> str:
    status, raised = row["status"], row["raised_at"]
    return (
        f'<h3><a href="{prefix}{escape(row["number"])}/">{escape(unbroken(row["title"]))}</a></h3>'
        f'<div class="meta"><span>{icon("pin")}{escape(place_words(row))}</span><span>{_raised(raised)}</span></div>'
        f'<div class="row">{stage_tag(status)}{deadline_light(row["due"], row["due_started"], status)}</div>'
        f"{_supported(row) if status in ENDS else metoo_button(row['number'], row['supporters'], prefix)}"
    )


def _raised(moment: dt.datetime) -> str:
    return _("%(day)s提") % {"day": day(moment, "short")}


def _supported(row: Mapping[str, Any]) -> str:
    if not row["supporters"]:
        return ""
    return f'<p class="small quiet">{_("%(n)s 人说“我也是”") % {"n": row["supporters"]}}</p>'
