"""Writing down for somebody, the slip they take home, and a new one for a lost one."""

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.people.models import Look
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Contact, Voice
from shangliang.voices.queries import by_slip, live_slip, reach_of, slip_code
from tests.cast import Cast

SAID = {"words": "楼下棋牌室夜里一点还在打", "channel": "counter", "openness": "public", "speaks_for": "self"}


def entered(cast: Cast, who: str = "community", **data: str) -> Voice:
    answer = cast.client(who).post(cast.url("desk:enter"), SAID | data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Voice.objects.select_related("words", "contact", "matter__place", "matter__holder").latest("recorded_at")


def test_words_alone_are_enough_and_the_place_is_ones_own(cast: Cast) -> None:
    voice = entered(cast)
    assert (voice.matter.place.short_name, voice.matter.holder.name) == ("光明社区", "光明社区")
    assert (voice.channel, voice.held) == (Voice.Channel.COUNTER, False)


def test_a_typed_place_finds_its_community(cast: Cast) -> None:
    assert entered(cast, "street", place_words="东门社区 3 栋").matter.place.short_name == "东门社区"


def test_name_and_phone_are_kept_sealed_and_news_goes_by_message(cast: Cast) -> None:
    voice = entered(cast, name="王阿姨", phone="１３８ 0000 0000", tell="on")
    assert reach_of(voice) == Reach(name="王阿姨", phone="13800000000")
    assert voice.contact.channel == "sms"


def test_speaking_anonymously_keeps_no_contact_even_if_one_was_typed(cast: Cast) -> None:
    assert entered(cast, name="王阿姨", phone="13800000000", openness="anonymous").contact is None
    assert not Contact.objects.exists()


def test_a_note_bears_its_own_date(cast: Cast) -> None:
    day = clock.today() - dt.timedelta(days=3)
    voice = entered(cast, channel="paper", said_on=day.isoformat())
    assert clock.day_of(voice.happened_at) == day
    assert clock.day_of(voice.recorded_at) == clock.today()


@pytest.mark.parametrize(("days", "why"), [(1, "今天以后"), (-400, "超过一年")])
def test_a_date_that_cannot_be_is_refused(cast: Cast, days: int, why: str) -> None:
    day = clock.today() + dt.timedelta(days=days)
    answer = cast.client("community").post(cast.url("desk:enter"), SAID | {"said_on": day.isoformat()})
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_what_was_typed_comes_back_when_something_is_wrong(cast: Cast) -> None:
    answer = cast.client("community").post(cast.url("desk:enter"), SAID | {"phone": "1380000", "name": "王阿姨"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "手机号少了 4 位" in said
    assert "楼下棋牌室" in said
    assert "王阿姨" in said
    assert not Voice.objects.exists()


def test_sending_the_form_twice_makes_one_voice(cast: Cast) -> None:
    client = cast.client("community")
    stamp = client.get(cast.url("desk:enter")).context["form"].stamp_value
    first = client.post(cast.url("desk:enter"), SAID | {"stamp": stamp})
    second = client.post(cast.url("desk:enter"), SAID | {"stamp": stamp})
    assert first["Location"] == second["Location"]
    assert Voice.objects.count() == 1


@pytest.mark.parametrize("who", ["member", "handler"])
def test_members_and_departments_do_not_enter(cast: Cast, who: str) -> None:
    answer = cast.client(who).post(cast.url("desk:enter"), SAID)
    assert answer.status_code == 403
    assert not Voice.objects.exists()


def test_the_slip_is_shown_to_whoever_entered_and_to_nobody_else(cast: Cast) -> None:
    client = cast.client("community")
    answer = client.post(cast.url("desk:enter"), SAID)
    page = client.get(answer["Location"]).content.decode()
    voice = Voice.objects.get()
    slip = live_slip(voice)
    assert slip is not None
    code = slip_code(slip)
    assert f"{code[:3]}-{code[3:7]}" in page
    assert "<svg" in page
    assert "data-print autofocus" in page
    assert cast.client("street").get(answer["Location"]).status_code == 404


def test_both_papers_are_offered(cast: Cast) -> None:
    client = cast.client("community")
    at = client.post(cast.url("desk:enter"), SAID)["Location"]
    assert 'class="app print-slip"' in client.get(at).content.decode()
    assert 'class="app print-slip print-a5"' in client.get(at, {"paper": "a5"}).content.decode()


def test_a_letter_names_whoever_spoke_and_that_is_a_look(cast: Cast) -> None:
    matter = cast.closed()
    at = cast.url("desk:letter", voice_id=cast.voice(matter).pk)
    assert cast.client("community").get(at).status_code == 405
    letter = cast.client("community").post(at).content.decode()
    assert "王阿姨" in letter
    assert "13800000000" not in letter
    assert "办好了。" in letter
    assert Look.objects.get().reason == "letter"


def test_a_lost_slip_is_found_by_phone_and_the_search_is_recorded(cast: Cast) -> None:
    voice = cast.said().voice
    page = cast.client("community").post(cast.url("desk:lost_slip"), {"phone": "138 0000 0000"})
    assert [one.pk for one in page.context["found"]] == [voice.pk]
    assert Look.objects.get().reason == "phone"


def test_the_phone_finds_nothing_of_places_one_has_no_say_over(cast: Cast) -> None:
    cast.said()
    page = cast.client("far").post(cast.url("desk:lost_slip"), {"phone": "13800000000"})
    assert page.context["found"] == []
    assert not Look.objects.exists()


def test_a_new_slip_kills_the_old_one(cast: Cast) -> None:
    receipt = cast.said()
    client = cast.client("community")
    answer = client.post(cast.url("desk:reissue", voice_id=receipt.voice.pk))
    assert client.get(answer["Location"]).status_code == 200
    old = by_slip(receipt.code, cast.tenant.pk)
    assert old is not None
    assert old.died_at is not None
    fresh = live_slip(receipt.voice)
    assert fresh is not None
    assert slip_code(fresh) != receipt.code


@pytest.mark.parametrize("who", ["far", "member", "handler"])
def test_nobody_else_reissues_a_slip(cast: Cast, who: str) -> None:
    receipt = cast.said()
    assert cast.client(who).post(cast.url("desk:reissue", voice_id=receipt.voice.pk)).status_code == 404


def test_looking_for_nothing_is_asked_back(cast: Cast) -> None:
    page = cast.client("community").post(cast.url("desk:lost_slip"), {"phone": "", "number": ""})
    assert page.status_code == 422
    assert "一样就行" in page.content.decode()
