"""Devices that take notes without a line: what they are given, and how their notes come in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.studios.actions import devices as actions
from shangliang.studios.actions.devices import Issued
from shangliang.studios.models import Device, IssuedSlip, Reception, Studio, StudioStep
from shangliang.studios.queries import reception as queries
from shangliang.voices.models import Slip, Voice
from shangliang.voices.queries import by_slip
from tests.cast import Cast
from tests.scenes_reception import PHONE, WORDS, issued, on_duty, studio_of

SET_UP, LATER = "2026-11-20 08:00", "2026-11-20 17:00"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def morning(freeze: Callable[[str], dt.datetime]) -> None:
    freeze(SET_UP)


@pytest.fixture
def given(cast: Cast, freeze: Callable[[str], dt.datetime]) -> Issued:
    """A device set up in the morning; the rest happens in the afternoon."""
    made = issued(cast)
    freeze(LATER)
    return made


def said(**more: Any) -> Json:
    fields = {"words": WORDS, "outcome": "voice", "people": "1", "category": "complaint", "openness": "public"}
    return fields | {"speaks_for": "self", "name": "王阿姨", "phone": PHONE} | more


def kept(code: str = "", at: str = "2026-11-20T10:30:00+08:00", **more: Any) -> Json:
    """A note as a device sends it."""
    return {"key": str(uuid4()), "at": at, "code": code, "fields": said(**more)}


def merged(cast: Cast, given: Issued, *notes: Json, role: str = "convenor", **changed: Any) -> Any:
    body = {"device": str(given.device.pk), "secret": given.secret, "notes": notes} | changed
    address = cast.url("studios:merge", studio_id=given.device.studio_id)
    return cast.client(role).post(address, json.dumps(body), content_type="application/json")


def result(cast: Cast, given: Issued, note: Json) -> Json:
    (one,) = merged(cast, given, note).json()["results"]
    assert one["key"] == note["key"]
    return dict(one)


# --- what a device is given ---


def test_a_device_gets_codes_of_which_the_server_keeps_only_what_finds_them(cast: Cast) -> None:
    made = issued(cast)
    assert len(set(made.codes)) == actions.CODES
    assert all(code.startswith(cast.tenant.mark) for code in made.codes)
    raw = [bytes(value) for value in IssuedSlip.objects.values_list("digest", flat=True)]
    assert len(raw) == actions.CODES
    assert not any(code.encode() in digest for code, digest in zip(made.codes, raw, strict=True))
    assert bytes(made.device.digest) != made.secret.encode()
    entry = Entry.objects.order_by("-seq")[0]
    assert entry.kind == "device.issued"
    assert made.codes[0] not in entry.body


def test_what_is_no_letter_does_not_get_into_the_name_of_a_device(cast: Cast) -> None:
    address = cast.url("studios:device_issue", studio_id=studio_of(cast).pk)
    assert cast.client("convenor").post(address, {"name": " 窗口\x00平板\n"}).json()["name"] == "窗口平板"
    assert Device.objects.get().name == "窗口平板"


def test_only_who_runs_the_studio_sets_up_a_device(cast: Cast) -> None:
    studio = studio_of(cast)
    on_duty(cast, "member", studio)
    with pytest.raises(NotAllowed):
        actions.issue(cast.member, cast.tenant, studio, "平板")
    answer = cast.client("member").post(cast.url("studios:device_issue", studio_id=studio.pk), {"name": "平板"})
    assert answer.status_code == 403
    assert not Device.objects.exists()


def test_a_device_that_has_few_left_is_filled_up(cast: Cast, given: Issued) -> None:
    address = cast.url("studios:device_codes", studio_id=given.device.studio_id, device_id=given.device.pk)
    answer = cast.client("convenor").post(address, {"secret": given.secret, "have": "5"})
    assert len(answer.json()["codes"]) == actions.CODES - 5
    assert Entry.objects.order_by("-seq")[0].kind == "slips.issued"
    full = cast.client("convenor").post(address, {"secret": given.secret, "have": "60"})
    assert full.json()["codes"] == []
    wrong = cast.client("convenor").post(address, {"secret": "guessed", "have": "5"})
    assert wrong.status_code == 403


def test_a_retired_device_is_filled_up_no_more_and_hands_over_nothing(cast: Cast, given: Issued) -> None:
    studio = studio_of(cast)
    actions.retire(cast.convenor, studio, given.device)
    with pytest.raises(Refused, match="先前已经停用"):
        actions.retire(cast.convenor, studio, given.device)
    with pytest.raises(Refused, match="停用了"):
        actions.fill_up(cast.convenor, cast.tenant, studio, cast.again(given.device), 0)
    answer = merged(cast, given, kept(given.codes[0]))
    assert answer.status_code == 409
    assert answer.json()["field"] == "device"
    assert not Reception.objects.exists()


# --- the merge ---


def test_a_note_becomes_a_voice_under_the_code_that_was_handed_out(cast: Cast, given: Issued) -> None:
    one = result(cast, given, kept(given.codes[0]))
    slip = by_slip(given.codes[0], cast.tenant.pk)
    assert slip is not None
    assert one["number"] == slip.voice.matter.number
    assert slip.voice.happened_at == dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
    assert slip.voice.recorded_at == clock.now()
    assert IssuedSlip.objects.exclude(used_at=None).count() == 1


def test_the_same_note_again_gives_the_same_answer_and_nothing_new(cast: Cast, given: Issued) -> None:
    note = kept(given.codes[0])
    first = result(cast, given, note)
    again = result(cast, given, note)
    assert first == again
    assert (Voice.objects.count(), Reception.objects.count(), Slip.objects.count()) == (1, 1, 1)


def test_a_device_set_up_anew_does_not_double_a_note_that_came_in(cast: Cast, given: Issued) -> None:
    note = kept(given.codes[0])
    first = result(cast, given, note)
    assert result(cast, issued(cast), note | {"code": ""})["number"] == first["number"]
    assert Voice.objects.count() == 1


def test_a_talk_without_anything_to_do_uses_no_code(cast: Cast, given: Issued) -> None:
    one = result(cast, given, kept(outcome="talk", words=""))
    assert (one["number"], one["code"], one["outcome"]) == ("", "", "talk")
    assert not IssuedSlip.objects.exclude(used_at=None).exists()


def test_a_voice_written_without_a_code_gets_one_with_the_merge(cast: Cast, given: Issued) -> None:
    one = result(cast, given, kept())
    assert by_slip(one["code"].replace("-", ""), cast.tenant.pk) is not None


@pytest.mark.parametrize(
    ("at", "meant"),
    [
        ("2031-01-01T00:00:00+08:00", LATER),
        ("1999-01-01T00:00:00+08:00", SET_UP),
        ("2026-11-20T10:30:00", "2026-11-20 10:30"),
    ],
)
def test_a_clock_that_is_wrong_is_believed_only_within_reason(cast: Cast, given: Issued, at: str, meant: str) -> None:
    result(cast, given, kept(given.codes[0], at=at))
    expected = dt.datetime.fromisoformat(meant).replace(tzinfo=clock.SHANGHAI)
    assert Voice.objects.get().happened_at == expected
    assert Reception.objects.get().came_at == expected


def test_a_code_is_good_for_one_note(cast: Cast, given: Issued) -> None:
    result(cast, given, kept(given.codes[0]))
    two = result(cast, given, kept(given.codes[0]))
    assert (two["field"], "已经用在别的" in two["why"]) == ("code", True)
    assert Voice.objects.count() == 1


def test_a_code_of_another_device_is_refused(cast: Cast, given: Issued) -> None:
    one = result(cast, given, kept(issued(cast).codes[0]))
    assert (one["field"], "不是发给这台设备" in one["why"]) == ("code", True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fields": said(place="00000000-0000-0000-0000-000000000001")}, "place"),
        ({"fields": said(phone="138")}, "phone"),
        ({"fields": said(words="")}, "words"),
        ({"code": "AAA"}, "code"),
    ],
)
def test_what_cannot_be_taken_in_says_which_field(cast: Cast, given: Issued, changed: Json, field: str) -> None:
    one = result(cast, given, kept(given.codes[0]) | changed)
    assert one["field"] == field
    assert one["why"]
    assert not Reception.objects.exists()


def test_one_bad_note_does_not_cost_the_others(cast: Cast, given: Issued) -> None:
    notes = [kept(given.codes[0], words=""), kept(given.codes[1]), {"key": "no"}]
    results = merged(cast, given, *notes).json()["results"]
    assert ["why" in one for one in results] == [True, False, True]
    assert Voice.objects.count() == 1


@pytest.mark.parametrize("body", ["", "[]", '{"device": 1}', '{"device": "x", "secret": "", "notes": []}'])
def test_nonsense_is_answered_with_a_sentence(cast: Cast, given: Issued, body: str) -> None:
    address = cast.url("studios:merge", studio_id=given.device.studio_id)
    answer = cast.client("convenor").post(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["why"]


def test_a_wrong_secret_hands_over_nothing(cast: Cast, given: Issued) -> None:
    answer = merged(cast, given, kept(given.codes[0]), secret="guessed")
    assert answer.status_code == 403
    assert not Reception.objects.exists()


def test_a_member_on_duty_hands_over_and_one_who_is_not_finds_no_page(cast: Cast, given: Issued) -> None:
    assert merged(cast, given, kept(given.codes[0]), role="member").status_code == 404
    on_duty(cast, "member", studio_of(cast))
    assert merged(cast, given, kept(given.codes[0]), role="member").json()["results"][0]["number"]


def test_a_stranger_is_asked_to_sign_in(cast: Cast, given: Issued) -> None:
    assert merged(cast, given, kept(given.codes[0]), role="").status_code == 302


def test_a_note_taken_before_the_studio_closed_still_comes_in(
    cast: Cast, given: Issued, freeze: Callable[[str], dt.datetime]
) -> None:
    studio = studio_of(cast)
    freeze("2026-11-23 09:00")
    Studio.objects.filter(pk=studio.pk).update(status=Studio.Status.CLOSED)
    StudioStep.objects.create(
        tenant=cast.tenant, studio=studio, to=Studio.Status.CLOSED, on=clock.today(), decided_by="区政协"
    )
    before = result(cast, given, kept(given.codes[0]))
    after = result(cast, given, kept(given.codes[1], at="2026-11-23T08:00:00+08:00"))
    assert before["number"]
    assert "已经退出" in after["why"]
    voice = Voice.objects.get()
    assert voice.matter.holder == cast.body("光明社区"), "a closed studio holds nothing new"


# --- while the note is still away ---


def test_a_code_that_is_still_away_says_so_and_where(cast: Cast, given: Issued) -> None:
    client = Client()
    page = client.post("/s/", {"code": given.codes[0].lower()})
    assert page.status_code == 200
    assert "还在接待点的设备里" in page.content.decode()
    assert "同光委员工作室" in page.content.decode()
    result(cast, given, kept(given.codes[0]))
    assert "井盖" in client.post("/s/", {"code": given.codes[0]}).content.decode()


def test_a_code_of_a_retired_device_says_whom_to_call(cast: Cast, given: Issued) -> None:
    actions.retire(cast.convenor, studio_of(cast), given.device)
    page = Client().get(f"/s/{given.codes[0]}/").content.decode()
    assert "停用了" in page
    assert "027-0000-0001" in page


# --- the page that is kept ---


def test_the_page_that_a_device_keeps_names_no_visitor(cast: Cast, given: Issued) -> None:
    result(cast, given, kept(given.codes[0]))
    page = cast.client("convenor").get(cast.url("studios:reception_device", studio_id=given.device.studio_id))
    html = page.content.decode()
    assert not any(secret in html for secret in ("王阿姨", PHONE, "井盖", given.secret, *given.codes))
    assert "csrfmiddlewaretoken" not in html, "a token that is kept is a token that is stale"


def test_the_worker_lies_above_every_page_of_the_desk(cast: Cast) -> None:
    studio = studio_of(cast)
    address = cast.url("studios:reception_worker", studio_id=studio.pk)
    answer = cast.client("convenor").get(address)
    assert answer["Content-Type"].startswith("text/javascript")
    folder = address.rsplit("/", 1)[0] + "/"
    assert cast.url("studios:reception", studio_id=studio.pk) == folder
    assert cast.url("studios:reception_device", studio_id=studio.pk).startswith(folder)
    manifest = cast.client("convenor").get(cast.url("studios:reception_manifest", studio_id=studio.pk)).json()
    assert manifest["scope"] == folder
    assert manifest["start_url"].startswith(folder)


def test_the_list_of_devices_is_for_who_runs_the_studio(cast: Cast, given: Issued) -> None:
    result(cast, given, kept(given.codes[0]))
    studio = studio_of(cast)
    address = cast.url("studios:reception_devices", studio_id=studio.pk)
    assert f"手里 {actions.CODES - 1} 个回执码" in cast.client("convenor").get(address).content.decode()
    on_duty(cast, "member", studio)
    assert cast.client("member").get(address).status_code == 404
    retire = cast.url("studios:device_retire", studio_id=studio.pk, device_id=given.device.pk)
    assert cast.client("member").post(retire).status_code == 404
    assert queries.devices(studio)[0].retired_at is None
    assert cast.client("convenor").post(retire).status_code == 302
    assert queries.devices(studio)[0].retired_at is not None
