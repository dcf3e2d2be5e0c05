"""The pages of minutes: read, signed on a device of one's own or on paper, taken home."""

from __future__ import annotations

import io
import re
import subprocess

import docx
from django.test import Client

from shangliang.deliberation.actions import arriving
from shangliang.deliberation.links import token_of
from shangliang.deliberation.minutes_paper import pdf
from shangliang.deliberation.models import Meeting, Signature
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import at_table
from tests.cast import Cast
from tests.scenes_minutes import drawn_address, held, read, scan, signed

DRAWN = {"drawing": drawn_address(), "agreed": "on"}


def text_of(printed: bytes) -> str:
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=printed, check=True, capture_output=True).stdout
    return re.sub(r"—\d+—", "", re.sub(r"\s", "", told.decode()))


def test_the_chair_reads_the_whole_text_and_freezes_what_is_on_the_screen(cast: Cast) -> None:
    meeting = held(cast)
    client = cast.client("convenor")
    page = client.get(cast.url("deliberation:minutes", meeting_id=meeting.pk)).content.decode()
    assert "这是草稿" in page
    address = cast.url("deliberation:close", meeting_id=meeting.pk)
    assert "三万二" in client.get(address).content.decode()
    stale = client.post(address, {"seen": str(meeting.version - 1)})
    assert stale.status_code == 409
    assert f'name="seen" value="{meeting.version}"' in stale.content.decode()
    assert client.post(address, {"seen": str(meeting.version)}).status_code == 302
    assert cast.again(meeting).status == Meeting.Status.READ


def test_what_is_on_the_screen_stands_in_the_pdf_and_in_word(cast: Cast) -> None:
    meeting = signed(cast)
    client, kwargs = cast.client("community"), {"meeting_id": meeting.pk}
    page = re.sub(r"\s", "", client.get(cast.url("deliberation:minutes", **kwargs)).content.decode())
    printed = text_of(client.get(cast.url("deliberation:minutes_pdf", **kwargs)).content)
    written = docx.Document(io.BytesIO(client.get(cast.url("deliberation:minutes_docx", **kwargs)).content))
    for one in queries.kept(meeting).paragraphs:
        plain = re.sub(r"\s", "", one.text)
        assert plain in page
        assert plain in printed
        assert one.text in [paragraph.text for paragraph in written.paragraphs]
    assert len(written.inline_shapes) == 10, "what was drawn"
    assert "已签" in text_of(pdf(queries.sheet(meeting, with_drawings=False))), (
        "the public sees who signed, and no handwriting"
    )


def test_somebody_signs_by_their_own_link_and_looking_signs_nothing(cast: Cast) -> None:
    meeting = read(cast)
    someone = at_table(meeting)[0]
    address = cast.url("deliberation:sign_by_link", token=token_of(someone))
    phone = Client(enforce_csrf_checks=True)
    page = phone.get(address).content.decode()
    assert "三万二" in page
    assert not Signature.objects.exists()
    assert phone.post(address, {"drawing": "", "agreed": "on"}).status_code == 422
    assert phone.post(address, {"drawing": drawn_address()}).status_code == 422, "not without having agreed"
    assert "签好了" in phone.post(address, DRAWN).content.decode()
    assert Signature.objects.get().attendee_id == someone.pk
    assert phone.get(address)["Referrer-Policy"] == "no-referrer"


def test_a_link_before_the_reading_or_of_somebody_recused_signs_nothing(cast: Cast) -> None:
    meeting = held(cast)
    someone, other = at_table(meeting)[:2]
    arriving.recuse(cast.convenor, other, "是亲戚")
    early = Client().post(cast.url("deliberation:sign_by_link", token=token_of(someone)), DRAWN)
    assert "纪要读完了才签字" in early.content.decode()
    assert "三万二" not in early.content.decode(), "a draft is not handed out"
    cast.client("convenor").post(cast.url("deliberation:close", meeting_id=meeting.pk), {"seen": ""})
    recused = Client().post(cast.url("deliberation:sign_by_link", token=token_of(other)), DRAWN)
    assert "回避" in recused.content.decode()
    assert not Signature.objects.exists()


def test_who_signed_on_paper_is_ticked_and_the_sheet_kept(cast: Cast) -> None:
    meeting = read(cast)
    client, people = cast.client("community"), at_table(meeting)[:3]
    address = cast.url("deliberation:paper", meeting_id=meeting.pk)
    wrong = client.post(address, {"attendees": [people[0].pk], "sheet": io.BytesIO(b"<html>not a scan</html>")})
    assert wrong.status_code == 422
    assert not Signature.objects.exists()
    sent = client.post(address, {"attendees": [one.pk for one in people], "sheet": scan()})
    assert sent.status_code == 302
    rows = list(Signature.objects.select_related("sheet"))
    assert {one.how for one in rows} == {Signature.How.PAPER}
    assert len({one.sheet_id for one in rows}) == 1
    page = client.get(cast.url("deliberation:minutes", meeting_id=meeting.pk)).content.decode()
    shown = cast.url("deliberation:signed_sheet", meeting_id=meeting.pk, sheet_id=rows[0].sheet_id)
    assert shown in page
    assert client.get(shown)["Content-Type"] == "image/jpeg"


def test_an_amendment_stands_on_the_page_beside_what_it_changes(cast: Cast) -> None:
    meeting = signed(cast)
    client = cast.client("community")
    given = {"was": "三万二", "text": "三万四", "why": "报价单上是三万四。"}
    assert client.post(cast.url("deliberation:amend", meeting_id=meeting.pk), given).status_code == 302
    page = client.get(cast.url("deliberation:minutes", meeting_id=meeting.pk)).content.decode()
    assert "<del>三万二</del> <ins>三万四</ins>" in page
    assert "棚子一座三万二" in page
