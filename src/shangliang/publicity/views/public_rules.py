"""Public pages of 公约: those that hold, and one with its versions and what changed from one to the next."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shangliang.core import clock
from shangliang.deliberation.models import RuleVersion
from shangliang.deliberation.queries import public_rules as queries


def public_rules(request: HttpRequest) -> HttpResponse:
    """The rules that hold, that are open to comment, and that held once."""
    return render(request, "publicity/rules.html", {"rules": queries.public(clock.today())})


def public_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """A rule: the text that holds, the draft one may speak on, and all its versions with what changed."""
    row = queries.rule(rule_id)
    if row is None:
        raise Http404
    found = queries.standing(row, clock.today())
    versions = queries.public_versions(found)
    if not versions:
        raise Http404
    older = [*versions[1:], None]
    draft = found.open if found.open and found.open.status == RuleVersion.Status.COMMENT else None
    page = {
        "rule": row,
        "found": found,
        "draft": draft,
        "talk": queries.conversation(draft) if draft else None,
        "versions": [
            (one, queries.differences(before.text, one.text) if before else [])
            for one, before in zip(versions, older, strict=True)
        ],
    }
    return render(request, "publicity/rule.html", page)
