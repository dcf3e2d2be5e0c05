"""Messages to a studio and answers to a call, as a resident types them: nothing lost, nobody held up, no account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.ledger.queries import read
from shangliang.studios.actions import calls
from shangliang.studios.models import Studio, StudioVoice
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.queries import reach_of
from tests.cast import DONGMEN, GUANGMING, Cast
from tests.files.pictures import phone_photo
from tests.scenes_calls import SAID, answered, open_call
from tests.studios.duty_circle import Circle, open_circle
from tests.town import hidden, stamp_of

Freeze = Callable[[str], dt.datetime]


@pytest.fixture
def circle(cast: Cast, freeze: Freeze) -> Circle:
    cache.clear()
    freeze("2026-11-20 09:00")
    return open_circle(cast)


@pytest.fixture
def form(circle: Circle, client: Client, freeze: Freeze) -> dict[str, Any]:
    """A message that somebody writes for a minute."""
    given = {"words": "物业费怎么算的？", "to": "", **SAID, "stamp": stamp_of(client, home(circle))}
    freeze("2026-11-20 09:01")
    return given


def home(circle: Circle) -> str:
    return circle.cast.url("publicity:studio", studio_id=circle.studio.pk)


def say_at(circle: Circle) -> str:
    return circle.cast.url("publicity:say_to_studio", studio_id=circle.studio.pk)


def test_a_message_gets_a_receipt_and_a_slip_that_works(circle: Circle, client: Client, form: dict[str, Any]) -> None:
    answer = client.post(say_at(circle), form)
    assert answer.status_code == 303
    shown = client.get(answer["Location"]).content.decode()
    assert "收到了，谢谢您" in shown
    assert circle.studio.body.name in shown
    assert f'data-draft-done="studio:{circle.studio.pk}"' in shown
    row = StudioVoice.objects.get()
    assert (row.person, row.voice.held, row.voice.openness) == (None, False, "handlers")
    assert row.voice.matter.place.code == GUANGMING
    assert not row.voice.matter.place_settled
    thread = client.post("/s/", {"code": hidden(shown, "code")}).content.decode()
    assert "物业费怎么算的？" in thread


def test_a_message_can_be_for_one_member(circle: Circle, client: Client, form: dict[str, Any]) -> None:
    person = circle.people[1]
    assert f'value="{person.pk}"' in client.get(home(circle)).content.decode()
    client.post(say_at(circle), form | {"to": str(person.pk)})
    assert StudioVoice.objects.get().person == person


def test_nothing_typed_and_no_photo_is_lost_when_something_is_wrong(
    circle: Circle, client: Client, form: dict[str, Any]
) -> None:
    photo = SimpleUploadedFile("账单.jpg", phone_photo(), "image/jpeg")
    wrong = form | {
        "phone": "1380000",
        "photos": photo,
        "place_words": "光明社区 3 号院",
        "to": str(circle.people[2].pk),
    }
    answer = client.post(say_at(circle), wrong)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "手机号少了 4 位" in shown
    for kept in ("物业费怎么算的？", "1380000", "光明社区 3 号院", f'value="{circle.people[2].pk}" selected'):
        assert kept in shown
    mended = form | {"phone": "13800000000", "kept": hidden(shown, "kept"), "to": str(circle.people[2].pk)}
    assert client.post(say_at(circle), mended).status_code == 303
    voice = Voice.objects.get()
    assert VoicePhoto.objects.filter(voice=voice).count() == 1
    assert reach_of(voice).phone == "13800000000"


def test_the_same_form_twice_is_one_message(circle: Circle, client: Client, form: dict[str, Any]) -> None:
    for _time in range(2):
        assert client.post(say_at(circle), form).status_code == 303
    assert StudioVoice.objects.count() == 1


def test_what_is_filled_in_at_once_is_held_and_still_taken(circle: Circle, client: Client) -> None:
    form = {"words": "自动", "to": "", **SAID, "stamp": stamp_of(client, home(circle))}
    assert client.post(say_at(circle), form).status_code == 303
    assert Voice.objects.get().held


def test_many_from_one_address_are_held_and_a_flood_has_to_wait_with_its_words_kept(
    circle: Circle, client: Client, form: dict[str, Any]
) -> None:
    for n in range(11):
        client.post(say_at(circle), form | {"words": f"第 {n} 句"})
    assert Voice.objects.filter(held=True).count() == 1
    for _time in range(100):
        answer = client.post(say_at(circle), form | {"words": ""})
    assert answer.status_code == 429
    answer = client.post(say_at(circle), form | {"words": "这一句也要留着"})
    assert "这一句也要留着" in answer.content.decode()


def test_a_studio_that_closed_meanwhile_gives_the_words_back(
    circle: Circle, client: Client, form: dict[str, Any]
) -> None:
    Studio.objects.filter(pk=circle.studio.pk).update(status=Studio.Status.CLOSED)
    answer = client.post(say_at(circle), form)
    assert answer.status_code == 409
    assert "现在不接待" in answer.content.decode()
    assert "物业费怎么算的？" in answer.content.decode()
    assert not Voice.objects.exists()


def test_an_anonymous_message_keeps_no_way_back(circle: Circle, client: Client, form: dict[str, Any]) -> None:
    client.post(say_at(circle), form | {"openness": "anonymous", "phone": "13800000000"})
    assert Voice.objects.get().contact is None


# --- calls ----------------------------------------------------------------------------------------------


def test_an_answer_chooses_one_of_the_calls_places(circle: Circle, client: Client, freeze: Freeze) -> None:
    cast = circle.cast
    call = open_call(cast, circle.studio, places=[cast.place(GUANGMING), cast.place(DONGMEN)])
    at = cast.url("publicity:call", studio_id=circle.studio.pk, call_id=call.pk)
    form = {"words": "东门空地。", **SAID, "stamp": stamp_of(client, at)}
    freeze("2026-11-20 09:02")
    answer = client.post(at, form)
    assert (answer.status_code, "选一下您说的是哪里" in answer.content.decode()) == (422, True)
    assert "东门空地。" in answer.content.decode()
    far = form | {"place": str(cast.place("420107004001").pk)}
    assert client.post(at, far).status_code == 422
    assert client.post(at, form | {"place": str(cast.place(DONGMEN).pk)}).status_code == 303
    row = StudioVoice.objects.select_related("voice__matter__place", "voice__words").get()
    assert (row.call_id, row.voice.matter.place.code, row.voice.matter.place_settled) == (call.pk, DONGMEN, True)
    assert read(row.voice.words) == "东门空地。"
    assert row.voice.matter.title == ""


def test_a_call_of_one_place_asks_for_no_place(circle: Circle, client: Client, freeze: Freeze) -> None:
    call = open_call(circle.cast, circle.studio)
    at = circle.cast.url("publicity:call", studio_id=circle.studio.pk, call_id=call.pk)
    assert 'name="place"' not in client.get(at).content.decode()
    form = {"words": "东门空地。", **SAID, "stamp": stamp_of(client, at)}
    freeze("2026-11-20 09:02")
    assert client.post(at, form).status_code == 303
    assert StudioVoice.objects.get().voice.matter.place.code == GUANGMING


def test_an_ended_call_says_so_and_gives_the_words_back(circle: Circle, client: Client, freeze: Freeze) -> None:
    call = open_call(circle.cast, circle.studio)
    at = circle.cast.url("publicity:call", studio_id=circle.studio.pk, call_id=call.pk)
    form = {"words": "东门空地。", **SAID, "stamp": stamp_of(client, at)}
    freeze("2026-12-10 09:00")
    assert "时间到了，不再收回答" in client.get(at).content.decode()
    answer = client.post(at, form)
    assert answer.status_code == 409
    assert "东门空地。" in answer.content.decode()
    assert not Voice.objects.exists()


def test_the_outcome_names_counts_and_reasons_and_nobody(circle: Circle, client: Client) -> None:
    cast = circle.cast
    call = open_call(cast, circle.studio)
    one, first = answered(cast, call, "东门空地，我家住 3 号院 502。")
    _two, second = answered(cast, call, "哪里都别建。")
    calls.decide(cast.convenor, first, adopted=True, why="离楼最远。")
    calls.decide(cast.convenor, second, adopted=False, why="楼道里不能再充了。")
    calls.conclude(cast.convenor, call, "建在东门。")
    shown = client.get(cast.url("publicity:call", studio_id=circle.studio.pk, call_id=call.pk)).content.decode()
    for words in ("建在东门。", "2 条回答", "采纳 1 条，没采纳 1 条", "离楼最远。", "楼道里不能再充了。"):
        assert words in shown, words
    assert "502" not in shown
    assert one.voice.matter.number not in shown


def test_a_call_that_is_still_to_come_or_of_another_studio_has_no_page(circle: Circle, client: Client) -> None:
    cast = circle.cast
    later = open_call(cast, circle.studio, since=dt.date(2026, 11, 25))
    assert client.get(cast.url("publicity:call", studio_id=circle.studio.pk, call_id=later.pk)).status_code == 404
    now = open_call(cast, circle.studio)
    assert client.get(cast.url("publicity:call", studio_id=now.pk, call_id=now.pk)).status_code == 404


def test_a_call_taken_back_says_why(circle: Circle, client: Client) -> None:
    call = open_call(circle.cast, circle.studio)
    calls.withdraw(circle.cast.convenor, call, "问错了地方。")
    shown = client.get(circle.cast.url("publicity:call", studio_id=circle.studio.pk, call_id=call.pk)).content.decode()
    assert "这次征集收回了" in shown
    assert "问错了地方。" in shown
