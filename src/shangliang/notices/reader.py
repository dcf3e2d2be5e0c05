"""Reading the ledger: everybody behind a matter hears each step, in one sentence, by the channel they chose.

The page behind the slip code always tells everything, so it needs no message.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.deliberation import telling as deliberation
from shangliang.delivery.telling import Told, tell, voices_of
from shangliang.ledger.queries import Line
from shangliang.ledger.readers import catch_up
from shangliang.notices.actions import queue
from shangliang.notices.channels import CHANNELS
from shangliang.notices.models import Notice
from shangliang.notices.queries import Listener, listeners
from shangliang.tenants.models import Tenant

HEARD = (
    frozenset(
        """matter.accepted matter.declined matter.joined matter.taken_out matter.referred referral.returned referral.answered
    matter.handed_over handover.returned handover.progressed handover.extended handover.passed_back handover.replied
    matter.supervised matter.still_open matter.closed matter.reopened promise.kept promise.broken promise.moved""".split()
    )
    | deliberation.HEARD
)
ASKED = deliberation.OWN_SPEECH
ABOUT_THE_FIRST = frozenset({"matter.joined", "matter.taken_out"})
LENGTH = 300


def read(tenant: Tenant) -> int:
    """Queue the notices of what happened since the last call. Gives how many entries were read."""
    return catch_up("notices", _handle)


def _handle(lines: list[Line]) -> None:
    kinds = HEARD | ASKED.keys()
    heard = [line for line in lines if line.entry.kind in kinds and not line.facts.get("imported")]
    if not heard:
        return
    people = listeners({matter for line in heard for matter in _matters(line)}, CHANNELS)
    notices = []
    for line in heard:
        asked = voices_of(line) if line.entry.kind in ASKED else frozenset()
        for told in tell([line], own=asked):
            for listener in _asked(line, people) if asked else _of(line, people):
                notices.append(_notice(line, told, listener))
    queue(notices)


def _of(line: Line, people: dict[UUID, list[Listener]]) -> Iterable[Listener]:
    """Those behind the matters an entry names, each once, without whoever acted."""
    own, reached = voices_of(line), set[bytes]()
    for matter in _matters(line):
        for listener in people.get(matter, []):
            if listener.voice_id not in own and listener.person not in reached:
                reached.add(listener.person)
                yield listener


def _asked(line: Line, people: dict[UUID, list[Listener]]) -> list[Listener]:
    """Those whose voices the entry names: nobody else is meant."""
    asked = voices_of(line)
    return [listener for matter in _matters(line) for listener in people.get(matter, []) if listener.voice_id in asked]


def _matters(line: Line) -> list[UUID]:
    ids = [UUID(row) for kind, row in line.body["subjects"] if kind == "matter"]
    # What is said of a matter joined to a lead is about the first: those behind the lead were there before.
    return ids[:1] if line.entry.kind in ABOUT_THE_FIRST else ids


def _notice(line: Line, told: Told, listener: Listener) -> Notice:
    sentence = _("您提的事（%(number)s）%(said)s 凭回执码可以看全部经过。") % {
        "number": listener.number,
        "said": told.one_line,
    }
    if len(sentence) > LENGTH:
        sentence = sentence[: LENGTH - 1] + "…"
    return Notice(
        tenant_id=line.entry.tenant_id,
        voice_id=listener.voice_id,
        seq=line.entry.seq,
        channel=listener.channel,
        sentence=sentence,
        made_at=line.entry.recorded_at,
        next_try_at=line.entry.recorded_at,
    )
