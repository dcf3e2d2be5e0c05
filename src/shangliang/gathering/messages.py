"""What an entry about a whistle says to one of the people it names: the sentence of a short message.

Whoever sends it (SMS, e-mail, the desk) puts the site's address before `link`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.gathering.links import link_for
from shangliang.gathering.models import Asked
from shangliang.gathering.queries import Blown, whistle
from shangliang.ledger.queries import Line
from shangliang.playbooks import wording

KINDS = frozenset(f"whistle.{what}" for what in ("blown", "asked", "answered", "lapsed", "led", "visited", "ended"))


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, and the path of the page where one answers or looks; "" when there is nothing to do."""

    text: str
    link: str = ""


def message_to(line: Line, person_id: UUID) -> Message | None:
    """What `line`, whose words need not be read, tells this person; None for nothing to them (three queries at most). The
    whistle is read as it is now: who was asked and has answered meanwhile is not asked again.
    """
    if line.entry.kind not in KINDS:
        return None
    whistle_id = next(UUID(row) for kind, row in line.body["subjects"] if kind == "whistle")
    blown = whistle(whistle_id)
    if blown is None:
        return None
    own = next((one for one in blown.asked if one.person_id == person_id), None)
    if own is not None:
        said = _to_asked(line, blown, own)
        if said is not None:
            return said
    text = _to_blower(line, blown) if blown.whistle.blown_by_id == person_id else ""
    at = {"slug": blown.whistle.tenant.slug, "whistle_id": blown.whistle.pk}
    return Message(text, reverse("gathering:whistle", kwargs=at)) if text else None


def _to_asked(line: Line, blown: Blown, own: Asked) -> Message | None:
    facts, me, about = line.facts, str(own.person_id), _about(blown)
    if me in facts.get("asked", ()) and not own.answer and blown.goes_on:
        asks = _("%(body)s请您来看：%(what)s。%(until)s 前回个话，点一下就行。") % (
            about | {"until": wording.moment(own.due_at)}
        )
        return Message(asks, link_for(own))
    if me in facts.get("spared", ()):
        return Message(_("%(place)s这一次不用您跑了，谢谢您。") % about)
    if line.entry.kind == "whistle.led" and facts.get("lead") == me:
        return Message(_("%(place)s这支小分队请您带队。") % about, link_for(own))
    if line.entry.kind == "whistle.ended" and me in facts.get("coming", ()):
        ended = _("%(place)s的事办好了，谢谢您。") if facts.get("done") else _("%(place)s的事收回了，不用来了。%(why)s")
        return Message(ended % (about | {"why": blown.whistle.ended_why}))
    return None


def _to_blower(line: Line, blown: Blown) -> str:
    facts, about = line.facts, _about(blown)
    if line.entry.kind == "whistle.answered":
        by = next(one for one in blown.asked if str(one.person_id) == facts["by"])
        return _answered(line, by, about) + (_nobody(about, len(blown.asked)) if facts.get("nobody") else "")
    if facts.get("nobody"):
        return _nobody(about, len(blown.asked))
    return _("有委员到%(place)s看过了，写了情况。") % about if line.entry.kind == "whistle.visited" else ""


def _answered(line: Line, by: Asked, about: dict[str, str]) -> str:
    answer, said = line.facts["answer"], about | {"who": by.person.name, "why": by.why or _("没说为什么")}
    if answer == Asked.Answer.COME:
        at = dt.datetime.fromisoformat(line.facts["comes_at"])
        return _("%(who)s %(when)s 来%(place)s。") % (said | {"when": wording.moment(at)})
    if answer == Asked.Answer.PASS:
        return _("%(who)s转给了另一位委员，等他回话。") % said
    return _("%(who)s来不了%(place)s：%(why)s。") % said


def _nobody(about: dict[str, str], asked: int) -> str:
    return _("%(place)s的事请了 %(n)s 位，都没能来。可以再看看请谁，或者换个时间。") % (about | {"n": asked})


def _about(blown: Blown) -> dict[str, str]:
    row = blown.whistle
    return {"body": row.body.name, "place": row.place.short_name, "what": row.what.rstrip("。.！!")}
