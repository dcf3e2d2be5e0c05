"""What waits for me: what is due first in front, filters in the address, and no more statements with more matters."""

import datetime as dt

from shangliang.core import clock
from shangliang.delivery import actions as delivery
from shangliang.matters.models import Matter
from tests.cast import Cast


def titles(page) -> list[str]:  # type: ignore[no-untyped-def]
    return [item.title for item in page.context["items"]]


def late(cast: Cast, title: str) -> Matter:
    matter = cast.accepted(title)
    Matter.objects.filter(pk=matter.pk).update(due=clock.today() - dt.timedelta(days=2))
    return matter


def test_what_is_late_stands_first(cast: Cast) -> None:
    cast.accepted("不急的")
    late(cast, "晚了的")
    page = cast.client("community").get(cast.url("desk:queue"))
    assert titles(page) == ["晚了的", "不急的"]
    assert "其中 1 件已经超期" in page.content.decode()


def test_an_empty_queue_says_so(cast: Cast) -> None:
    page = cast.client("community").get(cast.url("desk:queue")).content.decode()
    assert "眼下没有等着您的事" in page
    assert "都办完了" in page


def test_what_has_no_title_yet_is_shown_by_its_first_words_with_numbers_masked(cast: Cast) -> None:
    cast.raised("打 13912345678 找我，路灯坏了")
    (title,) = titles(cast.client("community").get(cast.url("desk:queue")))
    assert "路灯坏了" in title
    assert "139" not in title


def test_the_late_ones_alone(cast: Cast) -> None:
    cast.accepted("不急的")
    late(cast, "晚了的")
    assert titles(cast.client("community").get(cast.url("desk:queue"), {"show": "late"})) == ["晚了的"]


def test_what_waits_for_a_signature(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    delivery.reply(cast.handler, row, None, answers=cast.answers(row))
    for who in ("section", "chief"):
        page = cast.client(who).get(cast.url("desk:queue"), {"show": "sign"})
        assert [item.words for item in page.context["items"]] == ["等签发"]
    assert not titles(cast.client("citymanager").get(cast.url("desk:queue"), {"show": "sign"}))


def test_a_send_back_waits_for_whoever_closed_the_matter(cast: Cast) -> None:
    matter = cast.closed()
    delivery.confirm(cast.resident, cast.voice(matter), solved="no", rating=1, sent_back=True)
    page = cast.client("street").get(cast.url("desk:queue"), {"show": "back"})
    assert [item.words for item in page.context["items"]] == ["本人不认可，退回"]


def test_a_promise_wakes_before_it_is_due(cast: Cast) -> None:
    cast.promised(clock.today() + dt.timedelta(days=20))
    cast.promised(clock.today() + dt.timedelta(days=200))
    page = cast.client("citymanager").get(cast.url("desk:queue"))
    assert [item.words for item in page.context["items"]] == ["承诺快到期"]


def test_filters_by_place_category_and_stage(cast: Cast) -> None:
    cast.accepted("受理了的")
    cast.raised("刚提的")
    client, at = cast.client("community"), cast.url("desk:queue")
    assert titles(client.get(at, {"status": "raised"})) == ["刚提的"]
    assert titles(client.get(at, {"category": "complaint"})) == ["受理了的"]
    assert len(titles(client.get(at, {"place": "光明社区"}))) == 2
    assert not titles(client.get(at, {"place": "东门社区"}))


def test_a_place_nobody_knows_is_said_to_be_so(cast: Cast) -> None:
    page = cast.client("community").get(cast.url("desk:queue"), {"place": "没有的地方"})
    assert "没找到“没有的地方”" in page.content.decode()


def test_more_matters_cost_no_more_statements(cast: Cast, at_most) -> None:  # type: ignore[no-untyped-def]
    client = cast.client("community")
    client.get(cast.url("desk:queue"))
    for number in range(12):
        cast.accepted(f"第 {number} 件")
        cast.raised()
    with at_most(12):
        page = client.get(cast.url("desk:queue"))
    assert len(titles(page)) == 24


def test_the_list_shows_what_one_may_see_and_nothing_else(cast: Cast) -> None:
    mine, far, row = (
        cast.accepted("光明的"),
        cast.accepted("南苑的", place="420107004001"),
        cast.handed(matter=cast.accepted("交办的")),
    )
    seen = {
        who: {matter.title for matter in cast.client(who).get(cast.url("desk:matters")).context["matters"]}
        for who in ("community", "far", "street", "office", "member", "citymanager", "handler")
    }
    assert seen["community"] == seen["street"] == seen["member"] == {mine.title, row.matter.title}
    assert seen["far"] == {far.title}
    assert seen["office"] == {mine.title, far.title, row.matter.title}
    assert seen["citymanager"] == {row.matter.title}
    assert seen["handler"] == set()


def test_a_member_does_not_see_what_is_not_accepted(cast: Cast) -> None:
    cast.raised()
    assert not cast.client("member").get(cast.url("desk:matters")).context["matters"]


def test_the_list_is_paged_by_where_one_was(cast: Cast) -> None:
    for number in range(23):
        cast.accepted(f"第 {number} 件")
    client, at = cast.client("office"), cast.url("desk:matters")
    first = client.get(at)
    second = client.get(at, {"after": first.context["next"]})
    assert [len(page.context["matters"]) for page in (first, second)] == [20, 3]
    assert not {m.pk for m in first.context["matters"]} & {m.pk for m in second.context["matters"]}


def test_a_whole_number_leads_to_its_matter(cast: Cast) -> None:
    matter = cast.accepted()
    answer = cast.client("community").get(cast.url("desk:matters"), {"q": matter.number})
    assert answer["Location"] == cast.url("desk:matter", number=matter.number)
    assert cast.client("far").get(cast.url("desk:matters"), {"q": matter.number}).status_code == 200


def test_words_of_a_title_find_it(cast: Cast) -> None:
    from shangliang.voices.reader import index

    cast.accepted("菜场改造后摊位费涨了")
    cast.accepted("楼道里有人充电")
    index(cast.tenant)
    found = cast.client("community").get(cast.url("desk:matters"), {"q": "摊位费"}).context["matters"]
    assert [matter.title for matter in found] == ["菜场改造后摊位费涨了"]
    by_figures = cast.client("community").get(cast.url("desk:matters"), {"q": found[0].number[-3:]}).context["matters"]
    assert [matter.pk for matter in by_figures] == [found[0].pk]
