"""Everybody behind a matter hears each step once, by the channel they chose."""

from __future__ import annotations

from typing import Any

from shangliang.delivery import actions as delivery
from shangliang.desk.actions import IMPORTED
from shangliang.gathering import actions as gathering
from shangliang.ledger.actions import append
from shangliang.matters.models import Matter
from shangliang.notices import reader
from shangliang.notices.models import Notice
from shangliang.voices.actions import Receipt, withdraw_consent
from shangliang.voices.contacts import Reach
from shangliang.voices.queries import live_slip
from tests.cast import Cast

SMS = {"hear_by": "sms", "reach": Reach(phone="13800000001")}
EMAIL = {"hear_by": "email", "reach": Reach(email="wang@example.org")}


def accepted(cast: Cast, **speech: Any) -> Receipt:
    said = cast.said(**speech)
    gathering.accept(cast.community, said.voice.matter_id, None, title="楼道里有人充电")
    return said


def heard(cast: Cast) -> list[tuple[str, str]]:
    """Channel and sentence of all notices, after the reader has caught up."""
    reader.read(cast.tenant)
    return list(Notice.objects.order_by("seq", "pk").values_list("channel", "sentence"))


def test_whoever_left_a_phone_number_hears_by_text_message(cast: Cast) -> None:
    said = accepted(cast, **SMS)
    ((channel, sentence),) = heard(cast)
    assert channel == "sms"
    assert sentence.startswith(f"您提的事（{said.voice.matter.number}）受理：受理了，最晚")
    assert sentence.endswith("凭回执码可以看全部经过。")


def test_whoever_left_an_address_hears_by_email(cast: Cast) -> None:
    accepted(cast, **EMAIL)
    assert [channel for channel, _sentence in heard(cast)] == ["email"]


def test_whoever_looks_at_the_page_gets_no_message(cast: Cast) -> None:
    accepted(cast, hear_by="page", reach=Reach(phone="13800000001"))
    assert heard(cast) == []


def test_each_step_is_told_once_however_often_the_reader_runs(cast: Cast) -> None:
    said = accepted(cast, **SMS)
    row = cast.handed(matter=cast.again(said.voice.matter))
    delivery.report_progress(cast.citymanager, row, None, words="已量好尺寸，扶手在加工。")
    heard(cast)
    sentences = [sentence for _channel, sentence in heard(cast)]
    assert [sentence.partition("）")[2].partition("：")[0] for sentence in sentences] == ["受理", "交办", "办理进展"]
    assert "已量好尺寸" in sentences[2]


def test_those_behind_a_joined_matter_hear_of_the_lead_under_their_own_number(cast: Cast) -> None:
    lead, other = accepted(cast, **SMS), accepted(cast, **EMAIL)
    gathering.join(cast.community, other.voice.matter_id, None, lead_number=lead.voice.matter.number)
    reader.read(cast.tenant)
    Notice.objects.all().delete()
    cast.handed(matter=cast.again(lead.voice.matter))
    told = dict(heard(cast))
    assert lead.voice.matter.number in told["sms"].partition("）")[0]
    assert other.voice.matter.number in told["email"].partition("）")[0]


def test_only_those_behind_the_joined_matter_hear_that_it_was_joined(cast: Cast) -> None:
    lead, other = accepted(cast, **SMS), accepted(cast, **EMAIL)
    reader.read(cast.tenant)
    Notice.objects.all().delete()
    gathering.join(cast.community, other.voice.matter_id, None, lead_number=lead.voice.matter.number)
    gathering.take_out(cast.community, other.voice.matter_id, None, why="不是一回事。")
    assert [channel for channel, _sentence in heard(cast)] == ["email", "email"]


def test_somebody_with_two_voices_behind_a_matter_hears_once(cast: Cast) -> None:
    lead, other = accepted(cast, **SMS), accepted(cast, **SMS)
    gathering.join(cast.community, other.voice.matter_id, None, lead_number=lead.voice.matter.number)
    reader.read(cast.tenant)
    Notice.objects.all().delete()
    cast.handed(matter=cast.again(lead.voice.matter))
    assert len(heard(cast)) == 1


def test_what_residents_do_themselves_is_not_told_to_them(cast: Cast) -> None:
    said = cast.said(**SMS)
    slip = live_slip(said.voice)
    assert slip is not None
    withdraw_consent(cast.resident, slip)
    assert heard(cast) == []


def test_what_stays_inside_a_department_is_not_told(cast: Cast) -> None:
    said = accepted(cast, **SMS)
    row = cast.handed(matter=cast.again(said.voice.matter), body="区房管局")
    delivery.reply(cast.handler, row, None, answers=cast.answers(row), words="请科室审。")
    assert len(heard(cast)) == 2  # accepted, handed over; the draft is nobody's business


def test_imported_history_is_not_told(cast: Cast) -> None:
    said = cast.said(**SMS)
    matter: Matter = said.voice.matter
    facts = {"number": matter.number, "status": "gathered", "due": None} | IMPORTED
    append(cast.community, "matter.accepted", [("matter", matter.pk)], facts, {"title": "旧事"})
    assert heard(cast) == []


def test_a_long_answer_is_cut_to_fit_a_message(cast: Cast) -> None:
    said = accepted(cast, **SMS)
    delivery.close(cast.community, said.voice.matter_id, None, words="说" * 900, outcome="explained")
    sentence = heard(cast)[-1][1]
    assert len(sentence) == reader.LENGTH
    assert sentence.endswith("…")
