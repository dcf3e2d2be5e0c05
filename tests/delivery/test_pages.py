"""The pages of delivery: they ask, do, say why not, and lose nothing; and the one-time link of a department."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.delivery import actions
from shangliang.delivery.models import HandOver, HandOverFile
from tests import scenes
from tests.cast import Cast


def filled(cast: Cast, row: HandOver) -> dict[str, str]:
    given = {"words": "请看各点。"}
    for item in cast.points(row):
        given |= {f"outcome-{item.pk}": "done", f"text-{item.pk}": f"第 {item.point.number} 点办好了。"}
    return given


def at(cast: Cast, name: str, row: HandOver) -> str:
    return cast.url(f"delivery:{name}", hand_over_id=row.pk)


def test_points_are_handed_over_line_by_line(cast: Cast) -> None:
    matter = cast.accepted()
    data = {"body": cast.body("区房管局").pk, "points": "换灯\n\n查线路\n", "days": "10"}
    answer = cast.client("street").post(cast.url("delivery:hand_over", number=matter.number), data)
    assert answer.status_code == 302
    row = HandOver.objects.get(matter=matter)
    assert ([item.point.text for item in cast.points(row)], row.days) == (["换灯", "查线路"], 10)


def test_handing_over_nothing_is_said_beside_the_field(cast: Cast) -> None:
    matter = cast.accepted()
    data = {"body": cast.body("区房管局").pk, "points": "", "days": "10", "note": "留着这句"}
    answer = cast.client("street").post(cast.url("delivery:hand_over", number=matter.number), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["points"] == ["至少写一点：请对方做什么。"]
    assert "留着这句" in answer.content.decode()


def test_points_are_called_optional_only_where_some_are_there_already(cast: Cast) -> None:
    def optional(number: str) -> bool:
        page = cast.client("street").get(cast.url("delivery:hand_over", number=number))
        return not page.context["form"].fields["points"].required

    fresh, back = cast.accepted(), cast.handed()
    actions.return_(cast.citymanager, back, None, why="不归我们管。")
    assert (optional(fresh.number), optional(back.matter.number)) == (False, True)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000])
def test_a_version_that_cannot_be_one_does_no_harm(cast: Cast, seen: str) -> None:
    matter = cast.accepted()
    data = {"body": cast.body("区房管局").pk, "points": "换灯", "days": "10", "seen": seen}
    answer = cast.client("street").post(cast.url("delivery:hand_over", number=matter.number), data)
    assert answer.status_code == 302


def test_the_reply_page_names_the_point_that_has_no_answer_and_keeps_the_others(cast: Cast) -> None:
    row = cast.handed(points=("一", "二", "三", "四"))
    data = filled(cast, row)
    third = next(item for item in cast.points(row) if item.point.number == 3)
    del data[f"outcome-{third.pk}"]
    answer = cast.client("citymanager").post(at(cast, "reply", row), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors[f"outcome-{third.pk}"] == ["第3点未答"]
    assert "第 4 点办好了。" in page
    assert cast.again(row).status == HandOver.Status.SENT


def test_a_reply_brings_a_document_that_its_readers_see_by_name(cast: Cast) -> None:
    row = cast.handed()
    file = SimpleUploadedFile("答复函.pdf", b"%PDF-1.7\n")
    assert (
        cast.client("citymanager").post(at(cast, "reply", row), filled(cast, row) | {"file": file}).status_code == 302
    )
    kept = HandOverFile.objects.get(hand_over=row)
    page = cast.client("street").get(cast.url("desk:matter", number=row.matter.number)).content.decode()
    assert "答复函.pdf" in page
    download = cast.client("street").get(cast.url("desk:reply_file", file_id=kept.pk))
    assert download.content == b"%PDF-1.7\n"
    assert cast.client("handler").get(cast.url("desk:reply_file", file_id=kept.pk)).status_code == 404


def test_a_file_of_another_kind_is_refused_beside_the_field_and_the_words_stay(cast: Cast) -> None:
    row = cast.handed()
    data = filled(cast, row) | {"file": SimpleUploadedFile("坏.exe", b"MZ......")}
    answer = cast.client("citymanager").post(at(cast, "reply", row), data)
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert "第 2 点办好了。" in answer.content.decode()


def test_a_phone_number_in_an_answer_is_asked_about_once_more(cast: Cast) -> None:
    row = cast.handed(points=("一",))
    data = filled(cast, row) | {f"text-{cast.points(row)[0].pk}": "找小张 13912345678"}
    client = cast.client("citymanager")
    assert client.post(at(cast, "reply", row), data).status_code == 422
    assert client.post(at(cast, "reply", row), data | {"screened": "on"}).status_code == 302


def test_signers_read_the_answers_before_they_sign(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    cast.client("handler").post(at(cast, "reply", row), filled(cast, row))
    page = cast.client("section").get(at(cast, "sign", row)).content.decode()
    assert "第 2 点办好了。" in page
    assert cast.client("section").post(at(cast, "sign", row), {"words": "同意"}).status_code == 302
    assert cast.client("chief").post(at(cast, "sign", row), {"words": ""}).status_code == 302
    assert cast.again(row).status == HandOver.Status.REPLIED


def test_the_second_tab_of_a_department_is_told_what_changed(cast: Cast) -> None:
    row = cast.handed()
    seen = cast.again(row.matter).version
    actions.supervise(cast.street, row.matter_id, None, words="抓紧。")
    answer = cast.client("citymanager").post(at(cast, "progress", row), {"words": "量好尺寸了", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "督办" in page
    assert "量好尺寸了" in page


@pytest.mark.parametrize("name", ["take_in_hand", "reply", "progress", "extend", "return", "pass_back", "sign"])
def test_a_hand_over_is_not_there_for_others(cast: Cast, name: str) -> None:
    row = cast.handed()
    for who in ("handler", "far", "member"):
        assert cast.client(who).get(at(cast, name, row)).status_code == 404, who


def link_to(cast: Cast, row: HandOver) -> str:
    page = cast.client("street").post(at(cast, "make_link", row))
    return str(page.context["address"])


def test_a_link_answers_once_without_an_account(cast: Cast) -> None:
    row = cast.handed()
    address = link_to(cast, row)
    stranger = cast.client()
    assert "拆掉飞线" in stranger.get(address).content.decode()
    assert cast.again(row).status == HandOver.Status.SENT
    assert "谢谢" in stranger.post(address, filled(cast, row)).content.decode()
    assert cast.again(row).status == HandOver.Status.REPLIED
    again = stranger.post(address, filled(cast, row))
    assert again.status_code == 422
    assert "已经用过或者过期" in again.content.decode()


def test_a_refused_reply_does_not_use_the_link_up(cast: Cast) -> None:
    row = cast.handed()
    address = link_to(cast, row)
    assert cast.client().post(address, {"words": "没逐点答"}).status_code == 422
    assert cast.client().post(address, filled(cast, row)).status_code == 200
    assert cast.again(row).status == HandOver.Status.REPLIED


def test_a_new_link_kills_the_old_one(cast: Cast) -> None:
    row = cast.handed()
    old = link_to(cast, row)
    link_to(cast, row)
    assert "已经用过或者过期" in cast.client().get(old).content.decode()


def test_a_made_up_link_leads_nowhere(cast: Cast) -> None:
    assert cast.client().get(cast.url("delivery:by_link", token="made-up")).status_code == 404


def test_the_link_takes_a_reply_from_a_page_that_names_no_origin(cast: Cast) -> None:
    parts = scenes.link(cast)
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(cast.url("delivery:by_link", **parts), scenes.answers(cast, parts), HTTP_ORIGIN="null")
    assert answer.status_code == 200
    assert browser.get(cast.url("delivery:by_link", **parts)).context["usable"] is False
