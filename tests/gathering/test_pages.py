"""The pages of triage: they ask, do, say why not, and lose nothing."""

import pytest

from shangliang.gathering import actions
from tests.cast import Cast


def post(cast: Cast, who: str, name: str, matter, **data):  # type: ignore[no-untyped-def]
    return cast.client(who).post(cast.url(name, number=matter.number), data)


def test_accepting_on_the_page_leads_back_to_the_matter(cast: Cast) -> None:
    matter = cast.raised()
    answer = post(cast, "community", "gathering:accept", matter, seen=matter.version, title="楼道充电")
    assert answer["Location"] == cast.url("desk:matter", number=matter.number)
    assert cast.again(matter).title == "楼道充电"


def test_the_first_words_are_suggested_as_title_with_numbers_masked(cast: Cast) -> None:
    matter = cast.raised("打 13912345678 找我。楼道太黑")
    page = cast.client("community").get(cast.url("gathering:accept", number=matter.number))
    assert "●●●" in page.content.decode()
    assert "13912345678" not in page.content.decode()


def test_a_title_with_a_phone_number_in_it_is_asked_about_once_more(cast: Cast) -> None:
    matter = cast.raised()
    answer = post(cast, "community", "gathering:accept", matter, title="找 13912345678")
    assert answer.status_code == 422
    assert "手机号“13912345678”" in answer.content.decode()
    answer = post(cast, "community", "gathering:accept", matter, title="找 13912345678", screened="on")
    assert answer.status_code == 302


def test_bad_input_comes_back_as_it_was_typed(cast: Cast) -> None:
    matter = cast.raised()
    answer = post(cast, "community", "gathering:accept", matter, title="", summary="讲得很清楚", place="没有的地方")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "讲得很清楚" in page
    assert "没找到“没有的地方”" in page


def test_the_second_tab_sees_what_changed_and_keeps_its_words(cast: Cast) -> None:
    matter = cast.raised()
    seen = matter.version
    actions.accept(cast.street, matter.pk, seen, title="先到的")
    data = {"seen": seen, "reason": "lawsuit", "why": "这句话要留着"}
    answer = post(cast, "community", "gathering:decline", matter, **data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "受理了" in page
    assert "新沟桥街道" in page
    assert "这句话要留着" in page
    fresh = cast.again(matter).version
    assert f'name="seen" value="{fresh}"' in page
    assert post(cast, "community", "gathering:decline", matter, **data | {"seen": fresh}).status_code == 302


def test_an_act_that_is_not_open_says_why(cast: Cast) -> None:
    matter = cast.accepted()
    page = cast.client("community").get(cast.url("gathering:accept", number=matter.number)).content.decode()
    assert "已经受理过了" in page
    assert '<form method="post" enctype' not in page


def test_a_refusal_stands_beside_its_field(cast: Cast) -> None:
    matter = cast.accepted()
    answer = post(cast, "community", "gathering:join", matter, lead_number=matter.number)
    assert answer.status_code == 422
    assert answer.context["form"].errors["lead_number"] == ["不能归到它自己下面。"]


@pytest.mark.parametrize("name", ["accept", "decline", "describe", "join", "take_out", "refer", "answer_referral"])
def test_who_does_not_work_on_a_matter_finds_no_page(cast: Cast, name: str) -> None:
    row = cast.handed()
    for who in ("far", "member", "citymanager"):
        page = cast.client(who).get(cast.url(f"gathering:{name}", number=row.matter.number))
        assert page.status_code == 404, who
