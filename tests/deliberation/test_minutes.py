"""纪要: what they say, that their text stands once they were read aloud, and who signs."""

from __future__ import annotations

from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import arriving, lines, minutes, signing, sitting, voting
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.drawing import drawn
from shangliang.deliberation.models import Finding, Item, Line, Meeting, Side, Signature, Topic
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import at_table
from shangliang.ledger.actions import erase
from shangliang.ledger.models import Words
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter, Point
from tests.cast import Cast
from tests.scenes_minutes import WORDINGS, drawing, drawn_address, held, read, sign_all, signed

Status = Meeting.Status


def test_the_minutes_say_it_all_in_the_order_of_official_minutes(cast: Cast) -> None:
    meeting = held(cast)
    said = queries.minutes_of(meeting)
    text = said.text()
    assert said.title == "5 号院楼道充电：协商议事会纪要"
    headings = [one.text for one in said.paragraphs if one.level == 1]
    assert headings == [
        "一、商量的事",
        "二、会前调研",
        "三、会上发言",
        "四、定下来的事",
        "五、怎么定的",
        "六、下一步",
    ]
    expected = (
        "主持：林知夏；记录：沈青。",
        "出席：共10人。居民代表6人（",
        "有电动车的住户：听了6人，上门走访（挨户敲门）。",
        "唐渡（区城管执法局）：飞线本周就能拆。",
        "1. 拆掉二单元的飞线。由区城管执法局办，",
        "保留意见：怕半夜误报。",
        "（三）还没谈拢的",
        "规矩：要没有人反对才算定",
    )
    places = [text.index(one) for one in expected]
    assert places == sorted(places)
    assert "王阿姨" not in text, "a resident stands in the minutes by role"


def test_a_gate_that_was_passed_stands_in_the_minutes_with_its_signed_reason(cast: Cast) -> None:
    meeting = held(cast)
    topic = Topic.objects.get()
    topic.passes.create(
        tenant_id=cast.tenant.pk,
        step="deliberate",
        missing={"cost": 1},
        sentences=["还没查要花多少钱"],
        why="下周就冷了，先商量。",
        signed_name="林知夏",
        person_id=meeting.chair_id,
        at=clock.now(),
    )
    text = queries.minutes_of(meeting).text()
    assert "放行：当时还没查要花多少钱。主持人林知夏" in text
    assert "签名放行，理由：下周就冷了，先商量。" in text


def test_a_count_stands_with_its_arithmetic(cast: Cast) -> None:
    meeting = held(cast)
    item = Item.objects.get(meeting=meeting, text=WORDINGS[-1][0])
    voting.count_hands(cast.convenor, item, yes=7, no=2, abstain=1)
    text = queries.minutes_of(cast.again(meeting)).text()
    assert "第5条：举手，在场 10 人，同意 7 人，反对 2 人，弃权 1 人" in text


def test_a_struck_line_is_left_out_and_a_corrected_one_stands_as_corrected(cast: Cast) -> None:
    meeting = held(cast)
    first, second = Line.objects.filter(meeting=meeting).order_by("said_at", "id")
    lines.write_lines(cast.community, meeting.pk, [Written(uuid7(), "棚子一座三万，钱再议。", corrects=first.pk)])
    lines.write_lines(cast.community, meeting.pk, [], struck=[second.pk])
    text = queries.minutes_of(cast.again(meeting)).text()
    assert "棚子一座三万，钱再议。" in text
    assert "三万二" not in text
    assert "飞线本周就能拆" not in text


# --- reading aloud -------------------------------------------------------------------------------------


def test_what_was_read_aloud_is_what_the_ledger_keeps(cast: Cast) -> None:
    meeting = held(cast)
    meeting.closed_at = clock.now()
    draft = queries.minutes_of(meeting)
    meeting = cast.again(minutes.close(cast.convenor, meeting.pk, meeting.version))
    assert meeting.status == Status.READ
    kept = queries.kept(meeting)
    assert [(one.text, one.level) for one in kept.paragraphs] == [(one.text, one.level) for one in draft.paragraphs]
    (line,) = timeline(meeting.pk, kinds=["meeting.closed"])
    assert "三万二" not in line.entry.body, "the entry itself holds commitments, no words"


def test_nothing_said_or_found_out_later_changes_minutes_that_were_read(cast: Cast) -> None:
    meeting = read(cast)
    before = queries.minutes_of(meeting).text()
    Finding.objects.update(text="后来才知道的")
    Side.objects.update(dropped_at=clock.now(), touched="别处")
    assert queries.minutes_of(meeting).text() == before


def test_no_act_writes_in_a_meeting_whose_minutes_were_read(cast: Cast) -> None:
    meeting = read(cast)
    item = Item.objects.filter(meeting=meeting).order_by("number")[0]
    someone = at_table(meeting)[0]
    acts: list[Any] = [
        lambda: lines.write_lines(cast.community, meeting.pk, [Written(uuid7(), "还有一句。")]),
        lambda: sitting.put_item(cast.convenor, meeting.pk, Wording("再加一条", "rule")),
        lambda: sitting.settle_item(cast.convenor, item, item.version, Item.Status.WITHDRAWN),
        lambda: sitting.reserve(cast.convenor, item, someone.pk, "不同意。"),
        lambda: voting.count_hands(cast.convenor, item, yes=1),
        lambda: arriving.recuse(cast.convenor, someone, "是亲戚"),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_only_the_chair_declares_the_minutes_read(cast: Cast) -> None:
    meeting = held(cast)
    with pytest.raises(NotAllowed):
        minutes.close(cast.community, meeting.pk, None)


def test_a_line_written_meanwhile_must_be_looked_at_before_closing(cast: Cast) -> None:
    meeting = held(cast)
    lines.write_lines(cast.community, meeting.pk, [Written(uuid7(), "还有一句。")])
    with pytest.raises(Changed):
        minutes.close(cast.convenor, meeting.pk, meeting.version)


def test_a_meeting_is_not_closed_while_votes_are_cast(cast: Cast) -> None:
    meeting = held(cast)
    voting.open_ballot(cast.convenor, Item.objects.get(meeting=meeting, text=WORDINGS[-1][0]))
    with pytest.raises(Refused, match="正在表决"):
        minutes.close(cast.convenor, meeting.pk, None)


def test_the_gate_holds_when_evidence_was_withdrawn_before_people_agreed(cast: Cast) -> None:
    meeting = held(cast)
    Finding.objects.filter(kind=Finding.Kind.COST).update(withdrawn_at=clock.now())
    with pytest.raises(Refused, match="还不能往下走"):
        minutes.close(cast.convenor, meeting.pk, None)


def test_one_may_go_back_into_the_meeting_until_somebody_signed(cast: Cast) -> None:
    meeting = read(cast)
    signing.decline(cast.community, meeting.pk, at_table(meeting)[0].pk, why="数字不对。")
    minutes.open_again(cast.convenor, meeting.pk, None, why="数字念错了。")
    lines.write_lines(cast.community, meeting.pk, [Written(uuid7(), "是三万四，不是三万二。")])
    again = cast.again(minutes.close(cast.convenor, meeting.pk, None))
    assert "是三万四" in queries.kept(again).text()
    assert not any(one.is_done for one in queries.signers(again)), "who would not sign is asked anew"
    signing.sign(cast.community, meeting.pk, at_table(again)[0].pk, drawing=drawing())
    with pytest.raises(Refused, match="已经有人签了字"):
        minutes.open_again(cast.convenor, meeting.pk, None, why="再改改。")


def test_a_paragraph_erased_by_law_says_so_in_the_minutes(cast: Cast) -> None:
    meeting = read(cast)
    (line,) = timeline(meeting.pk, kinds=["meeting.closed"])
    source = Line.objects.filter(meeting=meeting).order_by("said_at", "id")[0].words_id
    (slot,) = (slot for slot, words in line.facts["copies"].items() if words == str(source))
    erase(cast.office, Words.objects.get(entry=line.entry.pk, slot=slot).pk, "asked")
    text = queries.kept(meeting).text()
    assert "三万二" not in text
    assert "（有一段话已依法删除）" in text


# --- signing -------------------------------------------------------------------------------------------


def test_what_was_agreed_goes_on_when_everybody_has_signed(cast: Cast) -> None:
    meeting = read(cast)
    sign_all(cast, meeting)
    minutes.finish(cast.convenor, meeting.pk, None)
    topic = Topic.objects.select_related("matter").get()
    assert topic.status == Topic.Status.AGREED
    assert topic.matter.status == Matter.Status.DELIBERATED, "until it is handed over"
    points = Point.objects.filter(matter=topic.matter).order_by("number")
    assert [one.text for one in points] == [WORDINGS[0][0], WORDINGS[1][0]], "tasks that were agreed, and only they"
    assert {one.point_id for one in Item.objects.filter(meeting=meeting, outcome="task")} == {
        *(one.pk for one in points),
        None,
    }


def test_a_meeting_that_agreed_on_nothing_leaves_its_topic_open(cast: Cast) -> None:
    meeting = held(cast)
    for item in Item.objects.filter(meeting=meeting).order_by("number"):
        for row in item.reservations.all():
            sitting.take_back_reservation(cast.convenor, item, row.pk)
            item.refresh_from_db()
        if item.status != Item.Status.OPEN:
            sitting.settle_item(cast.convenor, item, item.version, Item.Status.OPEN)
    minutes.close(cast.convenor, meeting.pk, None)
    sign_all(cast, meeting)
    minutes.finish(cast.convenor, meeting.pk, None)
    assert Topic.objects.get().status == Topic.Status.CHOSEN
    assert not Point.objects.exists()


def test_the_signing_is_not_over_while_somebody_has_not_signed(cast: Cast) -> None:
    meeting = read(cast)
    people = at_table(meeting)
    for one in people[1:]:
        signing.sign(cast.community, meeting.pk, one.pk, drawing=drawing())
    with pytest.raises(Refused, match=people[0].role):
        minutes.finish(cast.convenor, meeting.pk, None)
    signing.decline(cast.community, meeting.pk, people[0].pk, why="账没说清。")
    assert cast.again(minutes.finish(cast.convenor, meeting.pk, None)).status == Status.SIGNED
    (signer,) = (one for one in queries.signers(meeting) if not one.has_signed)
    assert signer.why_not == "账没说清。"


def test_somebody_who_would_not_sign_may_still_do_so(cast: Cast) -> None:
    meeting = read(cast)
    someone = at_table(meeting)[0]
    signing.decline(cast.community, meeting.pk, someone.pk, why="再想想。")
    signing.sign(cast.community, meeting.pk, someone.pk, drawing=drawing())
    assert Signature.objects.get(attendee=someone).how == Signature.How.SCREEN
    with pytest.raises(Refused, match="已经签过"):
        signing.decline(cast.community, meeting.pk, someone.pk, why="又不想了。")


def test_who_is_recused_or_did_not_sign_in_does_not_sign(cast: Cast) -> None:
    meeting = held(cast)
    recused, absent, *_rest = at_table(meeting)
    arriving.recuse(cast.convenor, recused, "施工方是亲戚")
    arriving.undo_sign_in(cast.convenor, absent)
    minutes.close(cast.convenor, meeting.pk, None)
    for one, why in ((recused, "回避"), (absent, "还没有签到")):
        with pytest.raises(Refused, match=why):
            signing.sign(cast.community, meeting.pk, one.pk, drawing=drawing())
    text = queries.kept(meeting).text()
    assert f"回避：{recused.role}。" in text
    assert "施工方是亲戚" not in text
    assert "出席：共8人。" in text


def test_nobody_signs_before_the_minutes_were_read_or_in_another_meeting(cast: Cast) -> None:
    meeting = held(cast)
    someone = at_table(meeting)[0]
    with pytest.raises(NotAllowed, match="读完了才签字"):
        signing.sign(cast.community, meeting.pk, someone.pk, drawing=drawing())
    minutes.close(cast.convenor, meeting.pk, None)
    with pytest.raises(Refused, match="没有这个人"):
        signing.sign(cast.community, meeting.pk, uuid7(), drawing=drawing())


def test_staff_may_type_their_own_name_and_no_other(cast: Cast) -> None:
    meeting = read(cast)
    named = next(one for one in at_table(meeting) if one.person and one.person.name == "唐渡")
    with pytest.raises(Refused):
        signing.sign(cast.community, meeting.pk, named.pk, typed_name="别人")
    signing.sign(cast.community, meeting.pk, named.pk, typed_name=" 唐渡 ")
    resident = next(one for one in at_table(meeting) if one.person is None)
    with pytest.raises(Refused):
        signing.sign(cast.community, meeting.pk, resident.pk, typed_name="居民")


def test_a_blank_box_or_something_else_is_no_signature() -> None:
    assert drawn(drawn_address()).startswith(b"\x89PNG")
    blank = "data:image/png;base64," + (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAC0lEQVR4nGNgQAcAABIAAXfx+o4AAAAASUVORK5CYII="
    )
    for wrong in (blank, "data:image/png;base64,AAAA", "data:text/html;base64,AAAA", drawn_address()[:200]):
        with pytest.raises(Refused):
            drawn(wrong)


# --- amendments ----------------------------------------------------------------------------------------


def test_an_amendment_stands_beside_the_text_that_was_signed(cast: Cast) -> None:
    meeting = signed(cast)
    before = queries.kept(meeting).text()
    with pytest.raises(Refused, match="纪要里没有这句话"):
        minutes.amend(cast.community, meeting.pk, was="没有说过", text="说过", why="漏了。")
    minutes.amend(cast.community, meeting.pk, was="三万二", text="三万四", why="报价单上是三万四。")
    second = minutes.amend(cast.community, meeting.pk, text="周五看样品。", why="漏记了。")
    assert second.number == 2
    assert queries.kept(meeting).text() == before
    sheet = queries.sheet(meeting, with_drawings=False)
    assert "原文“三万二”，更正为“三万四”。因为：报价单上是三万四。" in sheet.amendments[0].text


def test_minutes_that_nobody_signed_are_not_amended(cast: Cast) -> None:
    meeting = read(cast)
    with pytest.raises(NotAllowed):
        minutes.amend(cast.community, meeting.pk, text="补一句", why="漏了。")
