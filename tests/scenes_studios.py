"""Studios to act on: brought to a step of their life, with what they keep, and pairings between bodies.

Each is called inside the scope of the cast's tenant. Those that give `Parts` are for the access table.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core.clock import today
from shangliang.files.actions import store_document
from shangliang.studios.actions import life, pairings, standard
from shangliang.studios.models import Pairing, Studio
from shangliang.studios.queries import studios
from tests.cast import Cast
from tests.scenes import Parts

HOME = "同光委员工作室"
DECIDED = {"decided_by": "主席会议", "document": "青政协〔2026〕12 号"}
WAY = ("checked", "approved", "trial", "open")


def days_ago(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("批复.pdf", b"%PDF-1.4 approved", content_type="application/pdf")


def proposed_studio(cast: Cast, name: str = HOME, kind: str = "member_studio") -> Studio:
    """A studio that was proposed 100 days ago: of the cast's body, or of a new one."""
    if name == HOME:
        return life.propose(cast.office, kind, body=cast.body(HOME), on=days_ago(100))
    return life.propose(cast.office, kind, name=name, place=cast.body(HOME).place, on=days_ago(100))


def brought(cast: Cast, to: str, studio: Studio | None = None) -> Studio:
    """A studio at a step of its life: the way is gone a step every 20 days, the trial lasts 40."""
    row = studio or proposed_studio(cast)
    for number, step in enumerate(WAY[: WAY.index(to) + 1] if to in WAY else WAY):
        on = days_ago((80, 70, 60, 20)[number])
        life.move(cast.office, row.pk, step, on=on, **DECIDED)
    if to == "warned":
        life.move(cast.office, row.pk, "warned", on=days_ago(10), **DECIDED, why="值班表三周没更新。")
    if to == "closed":
        life.move(cast.office, row.pk, "closed", on=days_ago(1), **DECIDED, reason="merged", why="并入街道。")
    found = studios.by_id(row.pk)
    assert found is not None
    return found


def paired(cast: Cast, *, signed: bool = True, **more: Any) -> Pairing:
    """A pairing of the studio and a community, with a duty of each and one thing to do together."""
    one, other = cast.body(HOME), cast.body("光明社区")
    given = {"title": "红色共建", "since": days_ago(10), "until": days_ago(-355), **more}
    tasks = (
        pairings.Task(given["since"] + dt.timedelta(days=5), "讲一堂物业课", one),
        pairings.Task(given["since"] + dt.timedelta(days=9), "腾出二楼会议室", other),
        pairings.Task(given["until"], "重阳节义诊", None, "activity"),
    )
    row = pairings.draft(cast.convenor, one, other, tasks=tasks, **given)
    if signed:
        pairings.sign(cast.convenor, row.pk, one)
        pairings.sign(cast.community, row.pk, other)
    return Pairing.objects.select_related("one", "other").get(pk=row.pk)


# --- for the access table -------------------------------------------------------------------------


def new_studio(cast: Cast) -> Parts:
    return {"studio_id": proposed_studio(cast).pk}


def studio(cast: Cast) -> Parts:
    """An open studio."""
    return {"studio_id": brought(cast, "open").pk}


def to_check(cast: Cast) -> Parts:
    return new_studio(cast) | {"to": "checked"}


def to_be_warned(cast: Cast) -> Parts:
    return studio(cast) | {"to": "warned"}


def both(cast: Cast, parts: Parts) -> dict[str, Any]:
    """What is posted to open two studios together that have had their trial."""
    rows = [brought(cast, "trial"), brought(cast, "trial", proposed_studio(cast, "东门委员工作室"))]
    return decided(cast, parts) | {"studios": [str(row.pk) for row in rows]}


def decided(_cast: Cast, _parts: Parts) -> dict[str, Any]:
    return {"on": today().isoformat(), "decided_by": "区政协办公室", "document": "记录 3 号"}


def item_of_standard(cast: Cast) -> Parts:
    return studio(cast) | {"item": "venue"}


def planned(cast: Cast) -> Parts:
    row = brought(cast, "open")
    items = [standard.Planned(dt.date(today().year, 12, 20), "走访 3 号院", "study")]
    return {"item_id": standard.plan(cast.convenor, row.pk, today().year, items)[0].pk}


def paper_of_studio(cast: Cast) -> Parts:
    """The file by which a studio was checked."""
    row = proposed_studio(cast)
    attachment = store_document(cast.tenant.pk, scan())
    life.move(cast.office, row.pk, "checked", on=today(), decided_by="办公室", attachment=attachment)
    return {"studio_id": row.pk, "file_id": attachment.pk}


def pairing(cast: Cast) -> Parts:
    return {"pairing_id": paired(cast).pk}


def drafted(cast: Cast) -> Parts:
    return {"pairing_id": paired(cast, signed=False).pk}


def side_of_studio(cast: Cast) -> Parts:
    """The studio's own signature under a draft."""
    return drafted(cast) | {"body_id": cast.body(HOME).pk}


def task_of_pairing(cast: Cast) -> Parts:
    return {"task_id": paired(cast).tasks.order_by("due")[0].pk}


def paper_of_pairing(cast: Cast) -> Parts:
    """The scan of a signature on paper."""
    row = paired(cast, signed=False)
    attachment = store_document(cast.tenant.pk, scan())
    pairings.record_signature(cast.office, row.pk, row.one, on=today(), attachment=attachment)
    return {"pairing_id": row.pk, "file_id": attachment.pk}


def agreed(_cast: Cast, _parts: Parts) -> dict[str, Any]:
    """What is posted to draft a pairing of the studio and a community."""
    return {"one": HOME, "other": "光明社区"} | _terms(today())


def agreed_anew(_cast: Cast, _parts: Parts) -> dict[str, Any]:
    """What is posted to renew a pairing."""
    return _terms(days_ago(-356))


def found_in_order(_cast: Cast, _parts: Parts) -> dict[str, Any]:
    """What is posted for an inspection that found every item."""
    items = ("venue", "signage", "rules", "activities", "archives", "evaluation")
    return dict.fromkeys(items, "yes") | {"on": today().isoformat(), "by": "社法委", "passed": "yes"}


def _terms(since: dt.date) -> dict[str, Any]:
    until = since + dt.timedelta(days=364)
    return {"title": "红色共建", "since": since.isoformat(), "until": until.isoformat()}
