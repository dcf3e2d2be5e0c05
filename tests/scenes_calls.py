"""Studios as the public meets them: open, with a call that runs, is answered, is over. Called inside the tenant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from shangliang.core.clock import today
from shangliang.studios.actions import calls, feeds
from shangliang.studios.models import Call, Studio, StudioVoice
from shangliang.studios.queries import calls as queries
from shangliang.voices.actions import Receipt, Speech
from tests.cast import GUANGMING, Cast
from tests.scenes import Parts
from tests.scenes_reception import studio_of

QUESTION = "充电棚建在哪里合适？"
SAID = {"openness": "handlers", "speaks_for": "self", "hear_by": "page"}


def open_call(cast: Cast, studio: Studio | None = None, **given: Any) -> Call:
    """A question that runs for two weeks from today."""
    dates = {"since": today(), "until": today() + dt.timedelta(days=14)}
    row = calls.open_call(cast.convenor, studio or studio_of(cast), **{"question": QUESTION, **dates, **given})
    found = queries.call(row.pk)
    assert found is not None
    return found


def said(words: str, cast: Cast, **more: Any) -> Speech:
    return Speech(words=words, place=cast.place(GUANGMING), key=f"test-{uuid4()}", **more)


def answered(
    cast: Cast, call: Call, words: str = "东门空地最合适，离楼远。", **more: Any
) -> tuple[Receipt, StudioVoice]:
    """Somebody answers it."""
    given = calls.answer_call(cast.resident, cast.tenant, call, said(words, cast, **more))
    row = queries.answer(StudioVoice.objects.get(voice=given.voice).pk)
    assert row is not None
    return given, row


# --- parts of addresses -------------------------------------------------------------------------------


def studio(cast: Cast) -> Parts:
    return {"studio_id": studio_of(cast).pk}


def public_call(cast: Cast) -> Parts:
    row = open_call(cast)
    return {"studio_id": row.studio_id, "call_id": row.pk}


def call(cast: Cast) -> Parts:
    return {"call_id": open_call(cast).pk}


def answer(cast: Cast) -> Parts:
    return {"answer_id": answered(cast, open_call(cast))[1].pk}


def feed(cast: Cast) -> Parts:
    return {"token": feeds.new_feed(cast.convenor)}


def new_call(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"question": QUESTION, "since": today().isoformat(), "until": today().isoformat()}


def message(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"words": "物业费怎么算的？", "to": "", **SAID}


def answer_given(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"words": "东门空地最合适。", **SAID}
