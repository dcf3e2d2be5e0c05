"""A studio with its desk: somebody waits, somebody was talked with, a device was set up.

Each is called inside the scope of the cast's tenant.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from shangliang.core import clock
from shangliang.studios.actions import devices, reception
from shangliang.studios.actions.devices import Issued
from shangliang.studios.models import Device, DutyShift, Reception, Studio, Turn
from shangliang.studios.queries.reception import secret_digest
from shangliang.studios.reception_notes import Kept, Note
from tests.cast import GUANGMING, SINCE, Cast

Parts = dict[str, Any]
PHONE = "13800000007"
WORDS = "菜场后门的井盖松了，晚上走过去一响一响的。"


def studio_of(cast: Cast, body: str = "同光委员工作室") -> Studio:
    """The studio of the cast, as a studio that is open."""
    found = Studio.objects.filter(body__name=body).select_related("body__place").first()
    if found is None:
        found = Studio(
            tenant_id=cast.tenant.pk,
            body=cast.body(body),
            kind="member_studio",
            status=Studio.Status.OPEN,
            proposed_on=SINCE,
            opened_on=SINCE,
        )
        found.save()
    return found


def on_duty(cast: Cast, role: str, studio: Studio, day: dt.date | None = None) -> Turn:
    """Somebody has a turn in the studio, today if no day is given."""
    shift = DutyShift.objects.create(
        tenant_id=cast.tenant.pk,
        studio=studio,
        day=day or clock.today(),
        starts=dt.time(9),
        ends=dt.time(17),
    )
    return Turn.objects.create(tenant_id=cast.tenant.pk, shift=shift, person=cast.accounts[role].person)


def note(cast: Cast, outcome: str = Reception.Outcome.VOICE, **kept: Any) -> Note:
    """What a visitor said, cleaned."""
    said = {"name": "王阿姨", "phone": PHONE, "words": WORDS, "openness": "public", "tell": True, **kept}
    return Note(
        kept=Kept(**said),
        outcome=outcome,
        category="complaint",
        people=1,
        receiver=cast.accounts["convenor"].person_id,
        place=cast.place(GUANGMING),
        place_settled=True,
    )


def talked(cast: Cast, outcome: str = Reception.Outcome.TALK, **kept: Any) -> Reception:
    """Somebody was talked with today."""
    made = reception.record(
        cast.convenor, cast.tenant, studio_of(cast), note(cast, outcome, **kept), f"reception:{uuid4().hex}"
    )
    return made.reception


def issued(cast: Cast) -> Issued:
    """A device that may take notes without a line."""
    return devices.issue(cast.convenor, cast.tenant, studio_of(cast), "接待平板")


CORRECTED = {
    "words": "说的是路灯。",
    "outcome": "answered",
    "people": "1",
    "category": "complaint",
    "openness": "handlers",
    "speaks_for": "self",
}


# --- parts of addresses ---


def a_studio(cast: Cast) -> Parts:
    return {"studio_id": studio_of(cast).pk}


def somebody_waiting(cast: Cast) -> Parts:
    row = reception.take_number(cast.convenor, studio_of(cast), f"number:{uuid4().hex}", name="王阿姨")
    return {"studio_id": row.studio_id, "reception_id": row.pk}


def a_note(cast: Cast) -> Parts:
    row = talked(cast)
    return {"studio_id": row.studio_id, "reception_id": row.pk}


def a_device(cast: Cast) -> Parts:
    device = issued(cast).device
    return {"studio_id": device.studio_id, "device_id": device.pk}


def a_slip_of_another_session(cast: Cast) -> Parts:
    row = talked(cast, Reception.Outcome.VOICE)
    return {"studio_id": row.studio_id, "reception_id": row.pk}


def its_secret(cast: Cast, parts: Parts) -> dict[str, Any]:
    """What a device shows when it asks for more codes."""
    secret = "a-secret-of-the-table"
    digest = secret_digest(secret, cast.tenant.pk)
    Device.objects.filter(pk=parts["device_id"]).update(digest=digest)
    return {"secret": secret, "have": "5"}
