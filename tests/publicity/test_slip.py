"""The slip: a code, no account, and everything on one screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.http import HttpResponse
from django.test import Client
from django_scopes import scope

from shangliang.delivery.models import Confirmation
from shangliang.gathering import actions as gathering
from shangliang.ledger.actions import erase
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import ERASED
from shangliang.matters.models import Matter
from shangliang.people.models import Look
from shangliang.voices import actions as voices
from shangliang.voices.models import Slip, Voice
from shangliang.voices.slips import ALPHABET, clean, grouped, new_code
from tests.guard import Watch
from tests.town import Town, hidden, open_town

Freeze = Callable[[str], dt.datetime]
WORDS = "我家住 3 楼，楼道灯坏了，晚上摔过一跤。"


@pytest.fixture
def town(db: None, watch: Watch) -> Town:
    with watch.exempt():
        return open_town()


@pytest.fixture
def code(town: Town, freeze: Freeze) -> str:
    """The slip of a voice that has just been raised."""
    freeze("2026-11-20 09:00")
    return town.speak(WORDS).code


def show(client: Client, code: str) -> HttpResponse:
    return client.post("/s/", {"code": code})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def rows(town: Town, model: type[Voice] | type[Confirmation] | type[Entry]) -> int:
    with scope(tenant=town.tenant):
        return model.objects.count()


def voice_of(town: Town) -> Voice:
    return town.voices()[0]


# --- finding it -------------------------------------------------------------------------------------


def test_the_code_alone_shows_words_matter_holder_and_day(
    town: Town, client: Client, code: str, freeze: Freeze
) -> None:
    freeze("2026-11-23 10:00")
    page = text(show(client, code))
    assert WORDS in page
    assert voice_of(town).matter.number in page
    assert "光明社区" in page
    assert "027-0000-0033" in page
    assert "3 天" in page  # held since Friday
    assert "还有 2 天" in page
    assert "从第二天起数 3 个工作日" in page


def test_the_link_of_the_qr_shows_the_same_and_acts_on_nothing(town: Town, client: Client, code: str) -> None:
    before = rows(town, Entry)
    response = client.get(f"/s/{code}/")
    assert response.status_code == 200
    assert WORDS in text(response)
    assert rows(town, Entry) == before


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        grouped,
        lambda code: " ".join(code),
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
        lambda code: code.replace("0", "O").replace("1", "l").replace("V", "u"),
    ],
)
def test_a_code_may_be_typed_in_any_way_people_type(client: Client, code: str, write: Callable[[str], str]) -> None:
    assert WORDS in text(show(client, write(code)))


@pytest.mark.parametrize("address", ["/s/", "/s/{code}/"])
def test_nobody_keeps_the_page_or_passes_it_on(client: Client, code: str, address: str) -> None:
    response = client.get(address.format(code=code))
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_code_stands_in_no_address_on_the_page(client: Client, code: str) -> None:
    page = text(show(client, code))
    assert all(code not in address for address in re.findall(r'(?:href|action|src)="([^"]*)"', page))


def test_a_short_code_says_how_many_signs_are_missing(client: Client, code: str) -> None:
    response = show(client, code[:-2])
    assert response.status_code == 404
    assert "少了 2 位" in text(response)
    assert code[:-2] in text(response)


def test_the_number_of_the_matter_is_told_from_a_code(client: Client) -> None:
    response = show(client, "420107-2026-000012")
    assert response.status_code == 404
    assert "这是事情的编号" in text(response)


def test_a_mistyped_code_points_to_signs_that_look_alike(client: Client, code: str) -> None:
    wrong = code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])
    response = show(client, wrong)
    assert response.status_code == 404
    assert "有一位抄错了" in text(response)
    assert "8 和 B" in text(response)


def test_a_code_that_was_never_given_out_is_not_found(town: Town, client: Client, code: str) -> None:
    assert "没有这张回执" in text(show(client, new_code(town.tenant.mark)))


def test_guessing_is_slowed_down_and_right_codes_are_not_counted(client: Client, code: str) -> None:
    for _n in range(25):
        assert show(client, code).status_code == 200
    for _n in range(20):
        assert show(client, "ABC").status_code == 404
    assert show(client, "ABC").status_code == 429
    assert show(client, code).status_code == 429


def test_a_replaced_slip_is_dead_and_says_why(town: Town, client: Client, code: str) -> None:
    with scope(tenant=town.tenant):
        fresh = voices.reissue_slip(town.office, town.tenant, voice_of(town))
    response = show(client, code)
    assert response.status_code == 410
    assert "补发了新回执" in text(response)
    assert WORDS not in text(response)
    assert WORDS in text(show(client, fresh))


def test_a_slip_opens_its_own_tenant_only(town: Town, client: Client, code: str, watch: Watch) -> None:
    with watch.exempt():
        other = open_town("420106", "武昌区")
    theirs = other.speak("武昌的事").code
    assert theirs[:3] != code[:3]
    assert "武昌的事" in text(show(client, theirs))
    assert "武汉市青山区" in text(show(client, code))


def test_reading_ones_own_words_is_not_logged_as_a_look(town: Town, client: Client, code: str) -> None:
    show(client, code)
    with scope(tenant=town.tenant):
        assert not Look.objects.exists()


def test_erased_words_leave_a_sentence(town: Town, client: Client, code: str) -> None:
    with scope(tenant=town.tenant):
        erase(town.office, voice_of(town).words_id, "own_request")
    page = text(show(client, code))
    assert str(ERASED) in page
    assert WORDS not in page


# --- the thread -------------------------------------------------------------------------------------


def test_every_step_is_told_and_notes_between_offices_are_not(town: Town, client: Client, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    receipt = town.speak(WORDS)
    town.accept(receipt, "长" * 40)
    row = town.hand_over(receipt, "换灯", "查线路")
    freeze("2026-11-03 09:00")
    town.reply(row, "promised", "明年三月换。", dt.date(2027, 3, 31))
    town.close(receipt, "列入计划了。")
    page = text(show(client, receipt.code))
    assert "长" * 40 in page
    for said in ("交给区房管局办", "第1点：换灯", "明年三月换。", "列入计划了。", "2027 年 3 月 31 日"):
        assert said in page
    assert "内部附言" not in page


def test_a_joined_matter_shows_the_progress_of_its_lead_but_not_the_words_of_others(
    town: Town, client: Client, code: str
) -> None:
    lead = town.speak("我是另一个人，我姓什么别告诉别人。")
    matter = town.accept(lead, "楼道灯坏了没人修")
    town.accept(receipt_of(town, code), "我的那件")
    with scope(tenant=town.tenant):
        gathering.join(town.office, voice_of(town).matter_id, None, lead_number=matter.number)
    town.hand_over(lead)
    page = text(show(client, code))
    assert f"和编号 {matter.number} 的事是同一件" in page
    assert "交给区房管局办" in page
    assert WORDS in page
    assert "我姓什么" not in page
    response = client.post("/s/support/", {"code": code})
    assert "算上您了" in text(response)
    client.post("/s/support/", {"code": code})
    with scope(tenant=town.tenant):
        assert Matter.objects.get(pk=matter.pk).supporters == 1


def receipt_of(town: Town, code: str) -> voices.Receipt:
    with scope(tenant=town.tenant):
        voice = Slip.objects.select_related("voice").first().voice  # type: ignore[union-attr]
    return voices.Receipt(voice, code)


# --- what the owner may do --------------------------------------------------------------------------


def test_words_are_added_once_however_often_they_arrive(town: Town, client: Client, code: str) -> None:
    given = {"code": code, "stamp": hidden(text(show(client, code)), "stamp"), "words": "昨天又摔了一个人。"}
    for _round in range(2):
        response = client.post("/s/add/", given)
        assert response.status_code == 200
    assert "补充的话记下了" in text(response)
    assert text(response).count("昨天又摔了一个人。") == 1
    assert rows(town, Voice) == 2


def test_adding_nothing_gives_the_form_back_with_the_thread(town: Town, client: Client, code: str) -> None:
    response = client.post("/s/add/", {"code": code, "words": " "})
    assert response.status_code == 422
    assert "还没写是什么事" in text(response)
    assert WORDS in text(response)
    assert rows(town, Voice) == 1


def test_what_is_added_to_a_held_voice_is_held_too(town: Town, client: Client) -> None:
    receipt = town.speak(held=True)
    client.post("/s/add/", {"code": receipt.code, "words": "补充"})
    assert [voice.held for voice in town.voices()] == [True, True]


def test_consent_is_taken_back_at_once_and_only_once(town: Town, client: Client, code: str) -> None:
    town.accept(receipt_of(town, code))
    assert voice_of(town).matter.is_public
    assert "收回了" in text(client.post("/s/withdraw/", {"code": code}))
    assert not voice_of(town).matter.is_public
    before = rows(town, Entry)
    page = text(client.post("/s/withdraw/", {"code": code}))
    assert "收回公开的同意" not in page
    assert rows(town, Entry) == before


def test_the_result_is_confirmed_and_the_treatment_rated_apart(town: Town, client: Client) -> None:
    receipt = town.speak(WORDS)
    town.solve(receipt)
    stamp = hidden(text(show(client, receipt.code)), "stamp")
    given = {"code": receipt.code, "stamp": stamp, "solved": "partly", "rating": "2", "words": "态度还行，灯又闪了。"}
    for _round in range(2):
        page = text(client.post("/s/confirm/", given))
    assert "记下了，谢谢您" in page
    assert "您说：解决了一部分" in page
    with scope(tenant=town.tenant):
        row = Confirmation.objects.get()
        assert (row.solved, row.rating, row.sent_back) == ("partly", 2, False)


def test_another_opinion_from_the_same_form_is_no_retry(town: Town, client: Client) -> None:
    receipt = town.speak()
    town.solve(receipt)
    given = {"code": receipt.code, "stamp": hidden(text(show(client, receipt.code)), "stamp")}
    for solved in ("yes", "no", "no"):
        page = text(client.post("/s/confirm/", given | {"solved": solved}))
    assert "您说：没有解决" in page
    assert rows(town, Confirmation) == 2


def test_the_thread_can_be_had_in_big_type_without_typing_the_code_again(client: Client, code: str) -> None:
    assert 'action="/s/?mode=elder"' in text(show(client, code))
    page = text(client.post("/s/?mode=elder", {"code": code}))
    assert 'data-mode="elder"' in page
    assert WORDS in page


def test_rating_may_be_left_out_but_solved_may_not(town: Town, client: Client) -> None:
    receipt = town.speak()
    town.solve(receipt)
    response = client.post("/s/confirm/", {"code": receipt.code, "rating": "5"})
    assert response.status_code == 422
    assert "选一下：解决了没有" in text(response)
    assert client.post("/s/confirm/", {"code": receipt.code, "solved": "yes"}).status_code == 200
    assert rows(town, Confirmation) == 1


def test_an_unsolved_matter_is_sent_back_with_words(town: Town, client: Client) -> None:
    receipt = town.speak()
    town.solve(receipt)
    assert client.post("/s/send-back/", {"code": receipt.code, "words": ""}).status_code == 422
    page = text(client.post("/s/send-back/", {"code": receipt.code, "words": "灯第二天又灭了。"}))
    assert "等工作人员重新看" in page
    assert "灯第二天又灭了。" in page
    with scope(tenant=town.tenant):
        row = Confirmation.objects.get()
        assert row.sent_back
        assert row.matter.status == Matter.Status.DONE  # only staff reopen


def test_before_there_is_a_result_nothing_can_be_confirmed(town: Town, client: Client, code: str) -> None:
    response = client.post("/s/confirm/", {"code": code, "solved": "yes"})
    assert response.status_code == 422
    assert "这件事还在办" in text(response)
    assert rows(town, Confirmation) == 0


@pytest.mark.parametrize("act", ["add", "withdraw", "confirm", "send-back", "support"])
def test_a_get_never_acts_and_no_act_works_without_a_slip(town: Town, client: Client, code: str, act: str) -> None:
    before = rows(town, Entry)
    assert client.get(f"/s/{act}/", {"code": code}).status_code == 405
    assert client.post(f"/s/{act}/", {"words": "x", "solved": "yes"}).status_code == 404
    assert rows(town, Entry) == before


def test_a_page_that_sends_no_referer_may_still_post(client: Client, code: str) -> None:
    # Browsers then send “Origin: null”, which a CSRF check would refuse.
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    assert strict.post("/s/", {"code": code}).status_code == 200


def test_the_thread_needs_few_queries(
    town: Town, client: Client, freeze: Freeze, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    receipt = town.speak()
    town.solve(receipt)
    show(client, receipt.code)
    with at_most(8):
        assert show(client, receipt.code).status_code == 200
    assert clean(receipt.code) == receipt.code
