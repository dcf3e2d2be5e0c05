"""The links of the two frames. Pages are named here by URL name; those that do not exist are left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class HasSlug(Protocol):
    slug: str


FRAMES = {
    "public": (
        ("publicity:home", _("首页")),
        ("publicity:matters", _("事项")),
        ("publicity:topics", _("协商会")),
        ("publicity:studios", _("委员工作室")),
        ("voices:say", _("我要提")),
        ("slip:lookup", _("查回执")),
    ),
    "desk": (
        ("desk:queue", _("待办")),
        ("desk:morning", _("今天")),
        ("studios:mine", _("我的值班")),
        ("desk:matters", _("全部事项")),
        ("desk:enter", _("登记")),
        ("gathering:whistles", _("吹哨")),
        ("deliberation:topics", _("议题")),
        ("deliberation:meetings", _("会议")),
        ("deliberation:conversations", _("线上")),
        ("studios:list", _("工作室")),
        ("desk:import", _("导入")),
        ("desk:calendar", _("日历")),
        ("people:bodies", _("单位和人")),
        ("ways:playbooks", _("工作法")),
        ("notices:mine", _("消息")),
    ),
}
# Pages for some duties only, left out for everybody else.
CASES = frozenset({"district_office", "street_staff", "community_staff", "convenor", "liaison"})
RUNS_STUDIO = frozenset({"district_office", "convenor", "liaison", "lead", "initiator"})
FOR_DUTIES = {
    "people:bodies": frozenset({"district_office"}),
    "ways:playbooks": frozenset({"district_office"}),
    "desk:enter": CASES,
    "desk:import": CASES,
    "desk:morning": RUNS_STUDIO,
    "studios:mine": frozenset({"member", "lead", "initiator", "convenor", "delegate", "area_lead"}),
    "deliberation:topics": CASES | RUNS_STUDIO | {"member", "delegate", "area_lead", "chair"},
    "deliberation:conversations": CASES | RUNS_STUDIO | {"chair"},
    "gathering:whistles": CASES | RUNS_STUDIO | {"member", "delegate"},
}


def address_of(name: str, tenant: HasSlug | None, **kwargs: Any) -> str:
    """The address of page `name`, inside `tenant` if the page is a tenant's; "" if there is no such page."""
    for given in ({"slug": tenant.slug, **kwargs} if tenant else None, kwargs):
        if given is not None:
            try:
                return reverse(name, kwargs=given)
            except NoReverseMatch:
                continue
    return ""


def links(frame: str, tenant: HasSlug | None, path: str, duties: Collection[str] = ()) -> SafeString:
    """The links of `frame` for somebody with these duties; the one whose address is the longest beginning
    of `path` is the current one."""
    named = [(name, words) for name, words in FRAMES[frame] if name not in FOR_DUTIES or FOR_DUTIES[name] & set(duties)]
    entries = [(address_of(name, tenant), words) for name, words in named]
    entries = [(address, words) for address, words in entries if address]
    begins = [address for address, _words in entries if path.startswith(address)]
    current = max(begins, key=len, default="")
    home = entries[0][0] if entries else ""
    if current == home and path != home:
        current = ""  # every page lies under the home page; that says nothing
    return format_html_join(
        "",
        '<a href="{}"{}>{}</a>',
        (
            (address, SafeString(' aria-current="page"' if address == current else ""), words)
            for address, words in entries
        ),
    )
