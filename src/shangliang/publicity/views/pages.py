"""The front page, a tenant's home page, the figures, and the small pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangliang.core import clock
from shangliang.figures.definitions import FIGURES
from shangliang.figures.queries import totals
from shangliang.publicity import listing, queries, topic_list
from shangliang.publicity.cards import cards
from shangliang.tenants.models import Tenant

COLUMNS = (("raised", 1), ("accepted", 2), ("deliberated", 3), ("ended", 4))
ECHO = ("answered_in_time", "answer_days", "solved", "owed")
HOT, RESULTS, MEETINGS = 5, 4, 3
TABS = (("care", _("关心最多")), ("new", _("刚提的")), ("due", _("快到期")))
TOPICS = {"how": _("怎么商量"), "privacy": _("隐私说明"), "accessibility": _("无障碍")}


def front(request: HttpRequest) -> HttpResponse:
    """The tenants that run here; where there is only one, its home page."""
    tenants = list(Tenant.objects.filter(successor=None).order_by("slug"))
    if len(tenants) == 1:
        return redirect("publicity:home", slug=tenants[0].slug)
    return render(request, "publicity/front.html", {"tenants": tenants})


def home(request: HttpRequest) -> HttpResponse:
    """What neighbours care about, whom to call, what came of it, and whether every matter got its answer."""
    tenant = request.tenant  # type: ignore[attr-defined]
    ask = listing.Asked(by=listing.asked(request.GET, default_by="care").by)
    month = totals("month", [name for name, _stage in COLUMNS])
    year = totals("year", ["raised", *ECHO])
    prefix = reverse("publicity:matters", kwargs={"slug": tenant.slug})
    rows = listing.still_open(ask, HOT)
    return render(
        request,
        "publicity/home.html",
        {
            "ask": ask,
            "tabs": TABS,
            "cards": cards(rows, prefix),
            "prefix": prefix,
            "columns": [(stage, month[name]) for name, stage in COLUMNS],
            "raised": year["raised"],
            "echo": [year[name] for name in ECHO],
            "results": queries.results(RESULTS),
            "bodies": queries.whom_to_call(),
            "meetings": topic_list.coming(MEETINGS),
            "now": clock.now(),
        },
    )


def figures(request: HttpRequest) -> HttpResponse:
    """Every figure with its definition, its base, and the matters behind it."""
    month, year = totals("month"), totals("year")
    rows = [(figure, month[name], year[name]) for name, figure in FIGURES.items()]
    return render(request, "publicity/figures.html", {"rows": rows, "now": clock.now()})


def about(request: HttpRequest, topic: str) -> HttpResponse:
    """How deliberation works here, what happens to personal data, how the pages can be read."""
    if topic not in TOPICS:
        raise Http404
    return render(request, f"publicity/about_{topic}.html", {"title": TOPICS[topic]})
