"""Access to the desk of a studio and its devices: who runs it and the office; members only while they are on duty,
which nobody is here (`tests/studios/test_reception.py` has those)."""

from __future__ import annotations

from tests import scenes_reception as scenes
from tests.access.rows import Row

RUNS = "who runs it"

ROWS = [
    Row("studios:reception", RUNS, post=422, of=scenes.a_studio),
    Row("studios:take_number", RUNS, get=405, post=302, of=scenes.a_studio),
    Row("studios:reception_visitor", RUNS, post=200, of=scenes.a_studio, data={"phone": scenes.PHONE}),
    Row("studios:reception_call", RUNS, get=405, post=302, of=scenes.somebody_waiting),
    Row("studios:reception_left", RUNS, get=405, post=302, of=scenes.somebody_waiting),
    Row("studios:reception_note", RUNS, get=405, post=200, of=scenes.a_note),
    Row("studios:reception_correct", RUNS, post=302, of=scenes.a_note, data=scenes.CORRECTED),
    Row("studios:reception_erase", "just office", post=302, of=scenes.a_note, data={"reason": "request"}),
    Row("studios:reception_slip", RUNS, get=404, of=scenes.a_slip_of_another_session),
    Row("studios:reception_device", RUNS, of=scenes.a_studio),
    Row("studios:reception_worker", RUNS, of=scenes.a_studio),
    Row("studios:reception_manifest", RUNS, of=scenes.a_studio),
    Row("studios:reception_devices", RUNS, of=scenes.a_studio),
    Row("studios:device_issue", RUNS, get=405, post=200, of=scenes.a_studio, data={"name": "接待平板"}),
    Row("studios:device_codes", RUNS, get=405, post=200, of=scenes.a_device, data=scenes.its_secret),
    Row("studios:device_retire", RUNS, get=405, post=302, of=scenes.a_device),
    Row("studios:merge", RUNS, get=405, post=400, of=scenes.a_studio),  # a form is no JSON
]
