"""依法删除: what was said at a table goes from everywhere it stands; names and numbers go after a while."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import erasing, invitations, lines, minutes, questions
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.minutes_word import word
from shangliang.deliberation.models import Attendee, Line, Meeting, Reservation
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import at_table
from shangliang.ledger.models import Words
from shangliang.ledger.queries import read as read_words
from shangliang.ledger.queries import timeline
from tests.cast import Cast
from tests.scenes_minutes import held, read, signed
from tests.scenes_sitting import asked, open_meeting

SAID = "棚子一座三万二，钱从维修资金里出"
GONE = "有一段话已依法删除"


def the_line(meeting: Meeting) -> Line:
    return Line.objects.filter(meeting=meeting).order_by("said_at", "pk")[0]


def test_a_sentence_erased_is_gone_from_page_paper_and_ledger(cast: Cast) -> None:
    meeting = signed(cast)
    line = the_line(meeting)
    page = cast.client("convenor").get(cast.url("deliberation:minutes", meeting_id=meeting.pk)).text
    address = cast.url("deliberation:erase_said", meeting_id=meeting.pk, words_id=line.words_id)
    assert SAID in page
    assert address in page
    done = cast.client("convenor").post(address, {"reason": "request"}, follow=True)
    assert SAID not in done.text
    assert GONE in done.text
    said = "".join(
        one.text for one in docx.Document(io.BytesIO(word(queries.sheet(meeting, with_drawings=True)))).paragraphs
    )
    assert SAID not in said, "the PDF is set from the same sheet"
    assert GONE in said
    assert "飞线本周就能拆" in said, "what others said stays"
    assert not any(SAID in text for entry in timeline(meeting.pk) for text in entry.words.values())


def test_a_sentence_goes_from_every_reading_of_the_minutes_and_with_what_corrects_it(cast: Cast) -> None:
    meeting = read(cast)
    line = the_line(meeting)
    minutes.open_again(cast.convenor, meeting.pk, None, why="念错了一个数")
    fresh = Written(uuid7(), SAID.replace("三万二", "三万三"), corrects=line.pk)
    lines.write_lines(cast.community, meeting.pk, [fresh])
    minutes.close(cast.convenor, meeting.pk, None)
    erasing.erase_said(cast.community, meeting.pk, Line.objects.get(pk=fresh.id).words_id, reason="consent")
    assert not any("维修资金" in read_words(one) for one in Words.objects.all() if one.sealed)
    with pytest.raises(Refused):
        erasing.erase_said(cast.community, meeting.pk, line.words_id, reason="consent")


def test_a_question_from_outside_goes_with_the_line_that_read_it_out(cast: Cast) -> None:
    meeting = open_meeting(cast)
    line = questions.take(cast.community, asked(cast, meeting, "三楼那家几时搬走？"))
    erasing.erase_said(cast.community, meeting.pk, line.words_id, reason="others")
    assert not any("三楼那家" in read_words(one) for one in Words.objects.all() if one.sealed)


def test_a_draft_says_so_too_and_why_somebody_had_reservations_can_go(cast: Cast) -> None:
    meeting = held(cast)
    row = Reservation.objects.get(item__meeting=meeting)
    erasing.erase_said(cast.community, meeting.pk, row.words_id, reason="others")
    text = queries.minutes_of(cast.again(meeting)).text()
    assert "怕半夜误报" not in text
    assert f"底楼住户 1保留意见：（{GONE}）" in text


def test_who_only_sat_there_does_not_erase(cast: Cast) -> None:
    meeting = read(cast)
    line = the_line(meeting)
    with pytest.raises(NotAllowed):
        erasing.erase_said(cast.member, meeting.pk, line.words_id, reason="request")
    address = cast.url("deliberation:erase_said", meeting_id=meeting.pk, words_id=line.words_id)
    assert cast.client("member").get(address).status_code == 404
    assert (
        "依法删除这一句" not in cast.client("member").get(cast.url("deliberation:minutes", meeting_id=meeting.pk)).text
    )


def test_names_and_numbers_go_thirty_days_after_signing_and_roles_stay(cast: Cast) -> None:
    meeting = read(cast)
    one = next(each for each in at_table(meeting) if each.role == "底楼住户 1")
    Attendee.objects.filter(pk=one.pk).update(**invitations._sealed(one, "王阿姨", "13800000000"))
    Meeting.objects.filter(pk=meeting.pk).update(status="signed", signed_at=clock.now() - dt.timedelta(days=29))
    assert erasing.clear_names(cast.tenant) == 0
    with clock.pretending(clock.now() + dt.timedelta(days=2)):
        assert erasing.clear_names(cast.tenant) == 1
        assert erasing.clear_names(cast.tenant) == 0
    now = cast.again(one)
    assert (reading.name_of(now), reading.phone_of(now), now.role) == ("", "", "底楼住户 1")
    assert timeline(meeting.pk, kinds=["attendee.cleared"])[0].facts == {"people": 1}


def test_the_forms_say_when_a_name_goes(cast: Cast) -> None:
    meeting = held(cast)
    one = Attendee.objects.filter(meeting=meeting, person=None)[0]
    page = cast.client("convenor").get(cast.url("deliberation:describe_attendee", attendee_id=one.pk)).text
    assert "纪要签完 30 天就删" in page
