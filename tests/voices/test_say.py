"""我要提: what a resident may type, and that none of it is ever lost."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django_scopes import scope
from PIL import Image

from shangliang.ledger.queries import read
from shangliang.places.actions import load_boundaries
from shangliang.places.resolve import forget
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.queries import reach_of
from tests.town import Town, hidden, stamp_of

Freeze = Callable[[str], dt.datetime]
FORM = {
    "words": "3号院里电动车到处乱停，能不能建个充电棚？",
    "place_words": "光明攀建社区 3 号院",
    "openness": "public",
    "speaks_for": "self",
    "hear_by": "page",
    "phone": "",
    "email": "",
    "group_size": "",
}


@pytest.fixture
def form(town: Town, client: Client, freeze: Freeze) -> dict[str, Any]:
    """A form that somebody fills in for a minute."""
    freeze("2026-11-20 09:00")
    given = FORM | {"stamp": stamp_of(client, town.say_at)}
    freeze("2026-11-20 09:01")
    return given


def photo(name: str = "门口.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def errors(response: HttpResponse) -> list[str]:
    return re.findall(r'class="error"[^>]*>.*?<span>(.*?)</span>', response.content.decode(), re.S)


def typed(response: HttpResponse, name: str) -> str:
    return hidden(response.content.decode(), name)


def test_a_good_form_gives_a_matter_with_the_words_at_the_community(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    response = client.post(town.say_at, form)
    assert response.status_code == 303
    assert response["Location"] == f"/{town.tenant.slug}/say/receipt/"
    (voice,) = town.voices()
    assert read(voice.words) == form["words"]
    assert voice.matter.place == town.places["光明攀建社区"]
    assert voice.matter.place_settled
    assert voice.matter.place_words == "光明攀建社区 3 号院"
    assert not voice.held
    assert voice.contact is None


def test_only_words_are_needed(town: Town, client: Client, form: dict[str, Any]) -> None:
    assert client.post(town.say_at, form | {"place_words": ""}).status_code == 303
    (voice,) = town.voices()
    assert voice.matter.place == town.places["青山区"]
    assert not voice.matter.place_settled


def test_without_words_the_form_says_that_one_sentence_is_enough(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    response = client.post(town.say_at, form | {"words": "  "})
    assert response.status_code == 422
    assert errors(response) == ["还没写是什么事。一句话也行。"]
    assert town.voices() == []


def test_a_mistake_costs_nothing_that_was_typed(town: Town, client: Client, form: dict[str, Any]) -> None:
    given = form | {
        "phone": "1380000",
        "email": "a@b.cn",
        "speaks_for": "group",
        "group_size": "３０",
        "openness": "handlers",
        "hear_by": "email",
        "place": str(town.places["青宜居社区"].pk),
    }
    page = client.post(town.say_at, given).content.decode()
    assert form["words"] in page
    for name, value in (
        ("place_words", form["place_words"]),
        ("phone", "1380000"),
        ("email", "a@b.cn"),
        ("group_size", "３０"),
    ):
        assert hidden(page, name) == value
    for name, value in (("openness", "handlers"), ("speaks_for", "group"), ("hear_by", "email")):
        assert re.search(rf'name="{name}" value="{value}"[^>]* checked', page)
    assert re.search(rf'value="{given["place"]}" selected', page)
    assert hidden(page, "stamp") == form["stamp"]


@pytest.mark.parametrize(
    ("phone", "complaint"),
    [
        ("1380000", "手机号少了 4 位，再看一眼。不想留就清空。"),
        ("1380000000012", "手机号多了 2 位，再看一眼。不想留就清空。"),
        ("138 0000 000０", ""),
        ("+86 138-0000-0000", ""),
        ("027-86860000", ""),
        ("一三八", "手机号里有不是数字的字，再看一眼。不想留就清空。"),
        ("027", "这不像电话号码，再看一眼。不想留就清空。"),
    ],
)
def test_a_phone_number_is_looked_at_kindly(
    town: Town, client: Client, form: dict[str, Any], phone: str, complaint: str
) -> None:
    response = client.post(town.say_at, form | {"phone": phone})
    if complaint:
        assert errors(response) == [complaint]
    elif phone.startswith("138 0000 000"):
        assert response.status_code == 303
        with scope(tenant=town.tenant):
            assert reach_of(town.voices()[0]).phone == "13800000000"
    else:
        assert response.status_code == 303


def test_a_message_needs_somewhere_to_go(town: Town, client: Client, form: dict[str, Any]) -> None:
    assert "得留个手机号" in errors(client.post(town.say_at, form | {"hear_by": "sms"}))[0]
    assert "得留个邮箱" in errors(client.post(town.say_at, form | {"hear_by": "email"}))[0]
    assert client.post(town.say_at, form | {"hear_by": "email", "email": "a@b.cn"}).status_code == 303
    assert town.voices()[0].contact.channel == "email"  # type: ignore[union-attr]


def test_whoever_stays_anonymous_leaves_no_contact_even_if_one_was_typed(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    given = form | {"openness": "anonymous", "phone": "13800000000", "hear_by": "sms"}
    assert client.post(town.say_at, given).status_code == 303
    assert town.voices()[0].contact is None


def test_a_group_says_how_many_they_are(town: Town, client: Client, form: dict[str, Any]) -> None:
    response = client.post(town.say_at, form | {"speaks_for": "group", "group_size": "很多"})
    assert errors(response) == ["一共几个人？写个数，2 以上。"]
    assert client.post(town.say_at, form | {"speaks_for": "group", "group_size": "9" * 5000}).status_code == 422
    assert client.post(town.say_at, form | {"speaks_for": "group", "group_size": "１２人"}).status_code == 303
    (voice,) = town.voices()
    assert (voice.speaks_for, voice.group_size) == ("group", 12)


def test_an_enterprise_speaks_for_itself(town: Town, client: Client, form: dict[str, Any]) -> None:
    client.post(town.say_at, form | {"speaks_for": "enterprise"})
    assert town.voices()[0].speaks_for == "enterprise"


# --- where ----------------------------------------------------------------------------------------


def test_an_ambiguous_place_is_asked_about_and_the_answer_counts(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    response = client.post(town.say_at, form | {"place_words": "光明"})
    assert response.status_code == 422
    page = response.content.decode()
    assert form["words"] in page
    offered = dict(re.findall(r'name="which" value="([^"]+)"[^>]*><span><b>([^<]+)</b>', page))
    assert set(offered.values()) == {"光明社区", "光明攀建社区", "说不准，先这样提"}
    wanted = next(value for value, words in offered.items() if words == "光明社区")
    assert client.post(town.say_at, form | {"place_words": "光明", "which": wanted}).status_code == 303
    assert town.voices()[0].matter.place == town.places["光明社区"]


def test_whoever_does_not_know_which_place_is_not_held_up(town: Town, client: Client, form: dict[str, Any]) -> None:
    assert client.post(town.say_at, form | {"place_words": "光明", "which": "unsure"}).status_code == 303
    matter = town.voices()[0].matter
    assert (matter.place, matter.place_settled, matter.place_words) == (town.places["青山区"], False, "光明")


def test_an_unknown_place_stays_open_with_its_words(town: Town, client: Client, form: dict[str, Any]) -> None:
    assert client.post(town.say_at, form | {"place_words": "老槐树底下"}).status_code == 303
    matter = town.voices()[0].matter
    assert (matter.place, matter.place_settled, matter.place_words) == (town.places["青山区"], False, "老槐树底下")


def test_a_place_picked_from_the_list_goes_before_the_words(town: Town, client: Client, form: dict[str, Any]) -> None:
    picked = town.places["青宜居社区"]
    client.post(town.say_at, form | {"place": str(picked.pk), "place_words": "光明"})
    matter = town.voices()[0].matter
    assert (matter.place, matter.place_settled, matter.place_words) == (picked, True, "光明")


def test_the_position_of_the_phone_finds_the_community(
    town: Town, client: Client, form: dict[str, Any], tmp_path: Any
) -> None:
    assert "data-position" not in client.get(town.say_at).content.decode()
    square = "[[[114.0,30.0],[114.1,30.0],[114.1,30.1],[114.0,30.1],[114.0,30.0]]]"
    outline = f'{{"features":[{{"properties":{{"name":"光明社区"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}'
    (tmp_path / "a.json").write_text(outline)
    load_boundaries(tmp_path / "a.json", town.places["青山区"])
    forget()
    assert "data-position" in client.get(town.say_at).content.decode()
    client.post(town.say_at, form | {"place_words": "", "lat": "30.05", "lng": "114.05"})
    assert town.voices()[0].matter.place == town.places["光明社区"]


# --- words that are hard to take --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("灯\x00坏\x07了", "灯坏了"),
        ("請幫忙修燈，𠮷野家旁邊😀👨‍👩‍👧", "請幫忙修燈，𠮷野家旁邊😀👨‍👩‍👧"),
        ("电话１３８", "电话１３８"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("长" * 2000, "长" * 2000),
    ],
)
def test_words_are_kept_as_they_were_said(
    town: Town, client: Client, form: dict[str, Any], sent: str, kept: str
) -> None:
    assert client.post(town.say_at, form | {"words": sent}).status_code == 303
    assert read(town.voices()[0].words) == kept


def test_too_many_words_come_back_whole(town: Town, client: Client, form: dict[str, Any]) -> None:
    response = client.post(town.say_at, form | {"words": "长" * 2003})
    assert errors(response) == ["写了 2003 字，一次最多 2000 字。请删掉 3 字，或者分两次说。"]
    assert "长" * 2003 in response.content.decode()


# --- photos -----------------------------------------------------------------------------------------


def test_photos_survive_a_mistake_and_may_be_taken_out(town: Town, client: Client, form: dict[str, Any]) -> None:
    sent = form | {"phone": "138", "photos": [photo("一.jpg"), photo("二.jpg")]}
    page = client.post(town.say_at, sent).content.decode()
    kept, dropped = hidden(page, "kept"), re.findall(r'name="drop" value="([^"]+)"', page)
    assert "一.jpg" in page
    assert len(dropped) == 2
    assert (
        client.post(town.say_at, form | {"kept": kept, "drop": [dropped[0]], "photos": [photo("三.jpg")]}).status_code
        == 303
    )
    with scope(tenant=town.tenant):
        names = VoicePhoto.objects.values_list("attachment__name", flat=True).order_by("attachment__id")
        assert list(names) == ["二.jpg", "三.jpg"]


def test_one_bad_photo_does_not_cost_the_good_one(town: Town, client: Client, form: dict[str, Any]) -> None:
    bad = SimpleUploadedFile("坏.jpg", b"not a picture", "image/jpeg")
    page = client.post(town.say_at, form | {"photos": [bad, photo()]}).content.decode()
    assert "“坏.jpg”打不开" in page
    assert client.post(town.say_at, form | {"kept": hidden(page, "kept")}).status_code == 303
    with scope(tenant=town.tenant):
        assert VoicePhoto.objects.count() == 1


def test_a_seventh_photo_is_refused_and_six_are_kept(town: Town, client: Client, form: dict[str, Any]) -> None:
    response = client.post(town.say_at, form | {"photos": [photo(f"{n}.jpg") for n in range(7)]})
    assert "最多 6 张" in errors(response)[0]
    assert response.content.decode().count('name="drop"') == 6


def test_carried_photos_cannot_be_forged_or_brought_from_elsewhere(
    town: Town, client: Client, form: dict[str, Any], freeze: Freeze
) -> None:
    page = client.post(town.say_at, form | {"words": "", "photos": [photo()]}).content.decode()
    kept = hidden(page, "kept")
    assert "照片放得太久了" in errors(client.post(town.say_at, form | {"kept": kept[:-3] + "xxx"}))[0]
    freeze("2026-11-21 08:00")  # files without rows are swept after a day
    assert "照片放得太久了" in errors(client.post(town.say_at, form | {"kept": kept}))[0]
    assert town.voices() == []


# --- retries, machines ------------------------------------------------------------------------------


def test_a_retry_gives_the_first_receipt_again(town: Town, client: Client, form: dict[str, Any]) -> None:
    first = client.post(town.say_at, form)
    again = Client().post(town.say_at, form)
    assert len(town.voices()) == 1
    assert first.cookies["receipt"].value.split(":")[0] == again.cookies["receipt"].value.split(":")[0]


def test_other_words_on_the_same_form_are_another_voice(town: Town, client: Client, form: dict[str, Any]) -> None:
    for words in (form["words"], "还有一件：井盖坏了。", "还有一件：井盖坏了。"):
        client.post(town.say_at, form | {"words": words})
    assert [read(voice.words) for voice in town.voices()] == [form["words"], "还有一件：井盖坏了。"]


def test_photos_of_a_form_sent_twice_with_other_words_stay_with_both(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    kept = hidden(client.post(town.say_at, form | {"phone": "1", "photos": [photo()]}).content.decode(), "kept")
    for words in ("一", "二"):
        assert client.post(town.say_at, form | {"words": words, "kept": kept}).status_code == 303
    with scope(tenant=town.tenant):
        assert [VoicePhoto.objects.filter(voice=voice).count() for voice in Voice.objects.all()] == [1, 1]


@pytest.mark.parametrize(
    ("sent_at", "held"),
    [
        ("2026-11-20 09:00:01", True),
        ("2026-11-20 09:00:03", False),
        ("2026-11-21 09:00", False),
        ("2026-11-21 09:01", True),
    ],
)
def test_too_fast_or_too_old_is_held_and_never_blocked(
    town: Town, client: Client, freeze: Freeze, sent_at: str, held: bool
) -> None:
    freeze("2026-11-20 09:00")
    stamp = stamp_of(client, town.say_at)
    freeze(sent_at)
    assert client.post(town.say_at, FORM | {"stamp": stamp}).status_code == 303
    assert town.voices()[0].held is held


@pytest.mark.parametrize("stamp", ["", "forged", "a:b:c"])
def test_a_forged_stamp_is_held_and_each_has_a_key_of_its_own(town: Town, client: Client, stamp: str) -> None:
    for _round in range(2):
        assert client.post(town.say_at, FORM | {"stamp": stamp}).status_code == 303
    assert [voice.held for voice in town.voices()] == [True, True]


def test_a_site_without_our_cookie_is_not_turned_away(town: Town, form: dict[str, Any]) -> None:
    assert Client(enforce_csrf_checks=True).post(town.say_at, form).status_code == 303


def test_the_eleventh_in_ten_minutes_is_held_and_a_flood_is_asked_to_wait(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    for n in range(11):
        assert client.post(town.say_at, form | {"words": f"第 {n} 件"}).status_code == 303
    assert [voice.held for voice in town.voices()] == [False] * 10 + [True]
    for _n in range(89):
        client.post(town.say_at, form | {"words": ""})
    response = client.post(town.say_at, form)
    assert response.status_code == 429
    assert form["words"] in response.content.decode()


# --- neighbours -------------------------------------------------------------------------------------


def test_looking_for_neighbours_shows_them_and_complains_of_nothing(
    town: Town, client: Client, form: dict[str, Any]
) -> None:
    town.accept(town.speak("充电线从楼上拉下来", place=town.places["光明攀建社区"]), title="楼上拉线充电")
    town.accept(town.speak("别的社区"), title="别处的事")
    response = client.post(town.say_at, form | {"words": "", "phone": "138", "look": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert errors(response) == []
    assert "楼上拉线充电" in page
    assert "别处的事" not in page


def test_enter_never_supports_a_neighbour(town: Town, client: Client, form: dict[str, Any]) -> None:
    town.accept(town.speak("充电线", place=town.places["光明攀建社区"]), title="楼上拉线充电")
    page = client.post(town.say_at, form | {"look": "1"}).content.decode()
    own = page[page.index("data-draft") : page.index("</form>", page.index("data-draft"))]
    first, *others = re.findall(r"<button[^>]*>", own)
    assert "name=" not in first  # the plain submit, which is what Enter presses
    assert "form=" not in first
    supporting = [button for button in others if "metoo" in button]
    assert supporting
    assert all('form="metoo-' in button for button in supporting)


# --- what it costs ----------------------------------------------------------------------------------


def test_the_form_needs_few_queries(
    town: Town, client: Client, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    client.get(town.say_at)
    with at_most(8):
        assert client.get(town.say_at).status_code == 200
