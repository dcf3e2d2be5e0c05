"""The poster of a public meeting: one sheet of A4 for the notice board, with a QR code to ask to come."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno
import typst
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.deliberation.models import Meeting, Topic
from shangliang.deliberation.queries import meetings as queries
from shangliang.playbooks import wording
from shangliang.studios.poster import installed_fonts
from shangliang.web.titles import initial

TEMPLATE = Path(__file__).parent / "data" / "meeting_poster.typ"


def content(meeting: Meeting, topics: Sequence[Topic], link: str) -> str:
    """What stands on the poster, as text to be typeset. Raises Refused on a machine without Chinese fonts."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=0, dark="#14262d", light=None)
    until = queries.join_until(meeting)
    words: dict[str, Any] = {
        "name": meeting.body.name,
        "mark": initial(meeting.body.name),
        "title": meeting.title,
        "day": wording.date(clock.day_of(meeting.starts_at)),
        "time": meeting.starts_at.astimezone(clock.SHANGHAI).strftime("%H:%M"),
        "where": meeting.where or _("网上开"),
        "questions": [topic.question or topic.title for topic in topics],
        "agenda": [part.label for part in queries.agenda(meeting)],
        "phone": meeting.body.phone,
        "qr": out.getvalue().decode(),
        "words": {
            "kind": _("请你来商量"),
            "when": _("什么时候"),
            "where": _("在哪里"),
            "what": _("商量什么"),
            "how": _("怎么开"),
            "call": _("问事打这个电话"),
            "scan": _("扫一扫，报名来坐"),
            "rule": _("%(day)s前报名，座位不够就抽签，没抽到的也能来旁听。说的话写进纪要，只写“居民代表”，不写名字。")
            % {"day": wording.date(until)},
        },
        "fonts": installed_fonts(),
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def drawn(text: str) -> bytes:
    """The poster of this content as PDF (some tenths of a second)."""
    page = typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"content": text})
    if not isinstance(page, bytes):
        raise TypeError("a poster is one page")
    return page


def address(request: HttpRequest, meeting: Meeting) -> str:
    """Where one reads of a public meeting and asks to come."""
    slug = request.tenant.slug  # type: ignore[attr-defined]
    path = reverse("deliberation:join_meeting", kwargs={"slug": slug, "meeting_id": meeting.pk})
    return request.build_absolute_uri(path)
