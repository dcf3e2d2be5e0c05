"""The office's pages: trying a text, seeing every mistake beside its line, looking at the path, adopting it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope

from shangliang.core.clock import today
from shangliang.playbooks import library, queries
from shangliang.playbooks.models import Adoption
from tests.cast import Cast
from tests.scenes_playbooks import ADOPTED, PART, WHOLE, adopted

LIST, TRY, ADOPT = (f"/420107/desk/playbooks/{end}" for end in ("", "new/", "adopt/"))


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client("office")


def text_of(page: Any) -> str:
    return str(page.content.decode())


def test_the_office_sees_what_is_in_force_and_what_it_can_begin_with(office: Client) -> None:
    page = text_of(office.get(LIST))
    assert "现在用的，第 2026.1 版" in page
    assert '<option value="qingshan">' in page


def test_a_text_to_begin_with_is_one_that_ships_or_what_is_in_force(office: Client) -> None:
    assert office.get(TRY).context["form"]["text"].value() == WHOLE
    assert office.get(TRY, {"from": "qingshan"}).context["form"]["text"].value() == library.text_of("qingshan")
    assert office.get(TRY, {"from": "../../keys"}).context["form"]["text"].value() == WHOLE


def test_mistakes_stand_beside_their_lines_and_what_was_typed_is_kept(office: Client) -> None:
    wrong = PART.replace("after: [raise]", "after: [rise]").replace("days: 5", "days: 五天")
    answer = office.post(TRY, {"text": wrong})
    assert answer.status_code == 422
    page = text_of(answer)
    assert '<a href="#line-6">第 6 行，deliberation.steps.meet.after[1]：' in page
    assert '<li id="line-7" class="bad">' in page
    assert answer.context["form"]["text"].value() == wrong


def test_a_file_counts_before_what_was_typed_and_can_be_mended_on_the_page(office: Client) -> None:
    file = SimpleUploadedFile("own.yaml", PART.replace("days: 5", "days: 五天").encode("gb18030"))
    answer = office.post(TRY, {"text": WHOLE, "file": file})
    assert answer.status_code == 422
    assert "days: 五天" in answer.context["form"]["text"].value()


@pytest.mark.parametrize("sent", [{"text": " \n"}, {"file": SimpleUploadedFile("a.png", b"\xff\xff\xff")}])
def test_nothing_and_what_is_no_text_are_refused(office: Client, sent: dict[str, Any]) -> None:
    if "file" in sent:
        sent["file"].seek(0)
    assert office.post(TRY, sent).status_code == 422


def test_a_sound_text_is_shown_as_its_path_made_whole_and_nothing_is_in_force_yet(office: Client, cast: Cast) -> None:
    answer = office.post(TRY, {"text": PART})
    assert answer.status_code == 200
    assert "照通用的一份补齐了" in text_of(answer)
    assert answer.context["form"]["text"].value() == library.whole(PART)
    with scope(tenant=cast.tenant):
        assert not Adoption.objects.exists()


def test_one_can_go_back_from_the_picture_to_the_text(office: Client) -> None:
    assert (
        office.post(TRY, {"text": WHOLE.replace("\n", "\r\n"), "back": "on"}).context["form"]["text"].value() == WHOLE
    )


def test_what_was_looked_at_is_adopted_with_body_document_and_date(office: Client, cast: Cast) -> None:
    text = office.post(TRY, {"text": PART}).context["form"]["text"].value()
    day = today() + dt.timedelta(days=3)
    answer = office.post(ADOPT, {"text": text.replace("\n", "\r\n"), "in_force_from": day.isoformat(), **ADOPTED})
    assert answer.status_code == 302
    with scope(tenant=cast.tenant):
        adoption = Adoption.objects.select_related("playbook").get()
    assert (adoption.playbook.text, adoption.document, adoption.in_force_from) == (text, "青政协办〔2026〕8号", day)
    assert "还没到日子" in text_of(office.get(LIST))
    assert queries.in_force(cast.tenant.pk, day).name == "三步走"


def test_a_day_that_has_one_already_and_a_missing_document_are_refused_and_all_is_kept(
    office: Client, cast: Cast
) -> None:
    with scope(tenant=cast.tenant):
        adopted(cast)
    same_day = office.post(ADOPT, {"text": WHOLE, "in_force_from": today().isoformat(), **ADOPTED})
    assert same_day.status_code == 422
    assert "这一天已经有一份工作法启用" in text_of(same_day)
    assert same_day.context["form"]["text"].value() == WHOLE
    gone = office.post(ADOPT, {"text": WHOLE, "in_force_from": "2026-01-05", **ADOPTED})
    assert "这一天已经过去了" in text_of(gone)
    nameless = office.post(ADOPT, {"text": WHOLE, "in_force_from": today().isoformat(), "body_name": "区政协"})
    assert nameless.status_code == 422
    assert nameless.context["form"]["body_name"].value() == "区政协"


def test_a_text_that_was_broken_on_the_way_is_not_adopted(office: Client, cast: Cast) -> None:
    broken = WHOLE.replace("name:", "nome:")
    answer = office.post(ADOPT, {"text": broken, "in_force_from": today().isoformat(), **ADOPTED})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == broken
    with scope(tenant=cast.tenant):
        assert not Adoption.objects.exists()
