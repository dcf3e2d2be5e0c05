"""The tags and filters of every template; builtin, so no `{% load web %}` is needed.

{% icon "pin" %}                               an icon of sprite.svg
{% logo %}                                     the logo, for `.brand`
{% stage_mark matter.status %}                 the stage's window with its hanzi; sizes "sm", "lg"
{% stage_tag matter.status %}                  the small mark with the status in words
{% stage_track matter.status dates %}          where one matter stands; `dates`: {"raised": date, …}, optional
{% deadline_light due started status %}        还有 6 天 · 今天到期 · 已超 2 天; also paused=, provisional=
{% light "idle" words %}                       a light with words of your own: ok, soon, late, idle
{{ date|day }} {{ date|day:"short" }}          also {% day date %}; 11 月 24 日（周二） · 11月24日, inside <time datetime>
{{ moment|moment }}                            also {% moment it %}; 11 月 24 日 19:00, inside <time datetime>
{{ count|number }}                             1,286
{% meter 96 %} {% meter 40 s=2 %}              a share of a hundred as length
{% rating_meter counts %}                      the five levels of 好差评, best first, as lengths
{% qr address %}                               a QR code
{% nav "public" %} {% nav "desk" %}            the links of a frame, without those whose page does not exist
{% address_of "publicity:matter" number=7 %}   like {% url %} in the tenant entered; "" when there is no such page
{% error_summary form %}                       what has to be put right, with links to the fields
{% toasts %}                                   what the last act said, once

{{ title|unbroken }}                           a title whose figures stay with their words
{{ name|initial }}                             the sign that stands for somebody in a small square

They take plain values and render no templates: a list calls them twenty times.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.contrib.messages import get_messages
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shangliang.web import assets, dates, deadlines, drawing, marks, navigation, titles

register = template.Library()

register.simple_tag(assets.icon, name="icon")
register.simple_tag(marks.stage_mark)
register.simple_tag(marks.stage_tag)
register.simple_tag(marks.stage_track)
register.simple_tag(deadlines.deadline_light)
register.simple_tag(deadlines.light)
register.simple_tag(drawing.meter)
register.simple_tag(drawing.rating_meter)
register.simple_tag(drawing.qr)
register.simple_tag(dates.day)
register.simple_tag(dates.moment)
register.filter("day", dates.day)
register.filter("moment", dates.moment)
register.filter("number", drawing.number)
register.filter("unbroken", titles.unbroken)
register.filter("initial", titles.initial)


@register.simple_tag
def logo() -> SafeString:
    return assets.shape("logo")


@register.simple_tag(takes_context=True)
def nav(context: Mapping[str, Any], frame: str) -> SafeString:
    """The links of the frame `public` or `desk`, the one of this page marked."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    return navigation.links(
        frame, context.get("tenant"), request.path if request else "", actor.duties if actor else ()
    )


@register.simple_tag(takes_context=True)
def address_of(context: Mapping[str, Any], name: str, **kwargs: Any) -> str:
    """The address of the page `name` in the tenant entered, or "" if there is no such page."""
    return navigation.address_of(name, context.get("tenant"), **kwargs)


@register.simple_tag
def error_summary(form: forms.BaseForm) -> SafeString:
    """What has to be put right before this form can be taken, each with a link to its field; "" if nothing."""
    if not form.errors:
        return SafeString("")
    return mark_safe(form.renderer.render("web/forms/summary.html", {"form": form}))  # noqa: S308


@register.simple_tag(takes_context=True)
def toasts(context: Mapping[str, Any]) -> SafeString:
    """The messages left for this reader, each shown once. Reads the session: for pages after an act."""
    request = context.get("request")
    said = get_messages(request) if request is not None and hasattr(request, "_messages") else ()
    return mark_safe(  # noqa: S308
        "".join(
            format_html('<p class="toast" role="status">{}<span>{}</span></p>', assets.icon("check"), message)
            for message in said
        )
    )
