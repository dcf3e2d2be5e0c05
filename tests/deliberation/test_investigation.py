"""调研: sides named and heard, findings that can be counted, and what is taken back stays to be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation.actions import investigation, topics
from shangliang.deliberation.models import Finding, FindingPhoto, Hearing, Side, Topic
from shangliang.gathering import actions as gathering
from shangliang.gathering.models import Asked, Visit
from shangliang.ledger.queries import timeline
from tests import scenes_investigation as scenes
from tests.cast import GUANGMING, Cast

Kind = Finding.Kind
HEARD = {"how": "visit", "people": 3, "chosen": "每层抽一户", "said": "怕离窗太近。"}


def counted(row: Topic) -> list[str]:
    return [entry.entry.kind for entry in timeline(row.pk)]


# --- sides --------------------------------------------------------------------------------------------


def test_a_side_is_named_once_and_can_be_taken_up_again(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    side = scenes.name_side(cast, row)
    with pytest.raises(Refused, match="已经写上"):
        scenes.name_side(cast, row)
    side = Side.objects.select_related("topic__matter").get(pk=side.pk)
    investigation.drop_side(cast.convenor, side, why="写重了")
    with pytest.raises(Refused, match="已经拿掉"):
        investigation.drop_side(cast.convenor, side, why="写重了")
    assert scenes.name_side(cast, row).pk == side.pk
    assert counted(row)[:3] == ["side.named", "side.dropped", "side.named"]


def test_a_side_is_dropped_for_a_reason_that_everybody_reads(cast: Cast) -> None:
    side = scenes.name_side(cast, scenes.chosen_topic(cast))
    with pytest.raises(Refused) as refused:
        investigation.drop_side(cast.convenor, side, why=" ")
    assert refused.value.field == "why"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"people": 0}, "people"), ({"chosen": " "}, "chosen"), ({"said": ""}, "said"), ({"days": 1}, "on")],
)
def test_a_hearing_says_how_many_how_chosen_what_and_when(cast: Cast, changed: dict[str, object], field: str) -> None:
    side = scenes.name_side(cast, scenes.chosen_topic(cast))
    given = HEARD | changed
    on = clock.today() + dt.timedelta(days=given.pop("days", 0))  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        investigation.hear(cast.convenor, side, on=on, **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Hearing.objects.exists()


def test_a_hearing_that_was_wrong_stays_to_be_seen_and_counts_no_more(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    heard = scenes.hear(cast, scenes.name_side(cast, row))
    heard = Hearing.objects.select_related("side__topic__matter").get(pk=heard.pk)
    investigation.withdraw_hearing(cast.convenor, heard, why="记到别的院去了")
    page = cast.client("convenor").get(cast.url("deliberation:topic", topic_id=row.pk)).text
    assert "收回了，不算数" in page
    assert heard.said in page
    assert "听过 3 人" not in page


# --- findings -----------------------------------------------------------------------------------------


def test_a_fact_has_a_source(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    with pytest.raises(Refused) as refused:
        scenes.find(cast, row, Kind.FACT)
    assert refused.value.field == "source"
    assert scenes.find(cast, row, Kind.FACT, source="社区清点").source == "社区清点"


def test_a_record_of_the_site_has_a_photo_and_a_place(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    with pytest.raises(Refused, match="照片"):
        scenes.find(cast, row, Kind.SITE, position=(30.6, 114.3))
    with pytest.raises(Refused, match="在哪里"):
        scenes.find(cast, row, Kind.SITE, photos=scenes.photos(cast))
    there = scenes.find(cast, row, Kind.SITE, photos=scenes.photos(cast, 2), position=(30.6, 114.3))
    said = scenes.find(cast, row, Kind.SITE, photos=scenes.photos(cast), source="南门空地")
    assert (there.lat, there.lng, said.lat) == (30.6, 114.3, None)
    assert FindingPhoto.objects.filter(finding=there).count() == 2


def test_nothing_was_found_tomorrow(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        scenes.find(cast, scenes.chosen_topic(cast), Kind.COST, on=clock.today() + dt.timedelta(days=1))
    assert refused.value.field == "on"


def test_what_a_phone_sends_twice_counts_once(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    given = {"text": "86 辆", "source": "社区清点", "on": str(clock.today()), "key": str(cast.tenant.pk)}
    url = cast.url("deliberation:record_finding", topic_id=row.pk) + "?kind=fact"
    for _time in range(2):
        assert cast.client("convenor").post(url, given).status_code == 302
    assert Finding.objects.count() == 1
    assert counted(row).count("finding.recorded") == 1


def whistled(cast: Cast, row: Topic) -> Visit:
    """The cast's member came because of a whistle about the matter, and wrote down what there was."""
    member = scenes.person_of(cast.member)
    whistle = gathering.blow(
        cast.community,
        matter_id=row.matter_id,
        what="请来看看",
        place=cast.place(GUANGMING),
        ask_first=[member],
        needed=1,
    )
    link = Actor("link", cast.tenant.pk, member)
    gathering.answer(link, Asked.objects.get(whistle=whistle).pk, answer="come", comes_at=clock.now())
    return gathering.record_visit(link, whistle.pk, on=clock.today(), words="三户在楼道充电")


def test_a_visit_is_a_squads_or_one_that_was_written_down_and_counts_once(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    given = {"kind": Kind.VISIT, "text": "走了六户", "on": clock.today()}
    with pytest.raises(Refused) as refused:
        investigation.record_finding(cast.convenor, row, **given)  # type: ignore[arg-type]
    assert refused.value.field == "squad"
    visit = whistled(cast, row)
    investigation.record_finding(cast.convenor, row, visit=visit, **given)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        investigation.record_finding(cast.convenor, row, visit=visit, **given)  # type: ignore[arg-type]
    assert refused.value.field == "visit"
    investigation.record_finding(cast.convenor, row, squad=scenes.squad(cast), **given)  # type: ignore[arg-type]
    assert Finding.objects.filter(kind=Kind.VISIT).count() == 2


def test_what_was_taken_back_is_seen_as_taken_back(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    found = scenes.find(cast, row, Kind.FACT, "院里有 99 辆电动车。", source="门卫说的")
    found = Finding.objects.select_related("topic__matter").get(pk=found.pk)
    investigation.withdraw_finding(cast.convenor, found, why="数错了")
    with pytest.raises(Refused, match="已经收回"):
        investigation.withdraw_finding(cast.convenor, found, why="数错了")
    page = cast.client("community").get(cast.url("deliberation:topic", topic_id=row.pk)).text
    assert "院里有 99 辆电动车。" in page
    assert "收回了，不算数" in page


# --- who ----------------------------------------------------------------------------------------------


def test_a_squad_on_the_spot_writes_down_what_it_finds(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    with pytest.raises(NotAllowed):
        investigation.record_finding(cast.member, row, kind=Kind.COST, text="4 万", on=clock.today())
    scenes.squad(cast)
    found = investigation.record_finding(cast.member, row, kind=Kind.COST, text="4 万", on=clock.today())
    assert found.by_id == cast.member.person_id
    with pytest.raises(NotAllowed):
        investigation.name_side(cast.member, row, label="租户")
    found = Finding.objects.select_related("topic__matter").get(pk=found.pk)
    investigation.withdraw_finding(cast.member, found, why="听错了")


def test_a_member_who_comes_because_of_a_whistle_writes_too(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    whistled(cast, row)
    assert investigation.record_finding(cast.member, row, kind=Kind.COST, text="4 万", on=clock.today()).pk


def test_nobody_looks_into_what_was_turned_down(cast: Cast) -> None:
    row = scenes.put_forward(cast)
    scenes.name_side(cast, row, label="住户")  # in some places it is looked into before it is chosen
    topics.turn_down(cast.convenor, row, None, why="归物业管。")
    with pytest.raises(NotAllowed, match="现在不在商量"):
        scenes.name_side(cast, row)


# --- pages --------------------------------------------------------------------------------------------


def test_numbers_of_people_are_pointed_out_before_everybody_reads_them(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    url = cast.url("deliberation:record_finding", topic_id=row.pk) + "?kind=fact"
    given = {"text": "问 13812345678 就知道", "source": "社区", "on": str(clock.today())}
    page = cast.client("convenor").post(url, given)
    assert page.status_code == 422
    assert "手机号" in page.text
    assert cast.client("convenor").post(url, given | {"screened": "on"}).status_code == 302


def test_the_form_of_the_site_is_made_for_a_phone(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    url = cast.url("deliberation:record_finding", topic_id=row.pk)
    page = cast.client("convenor").get(url + "?kind=site").text
    for part in ('type="file"', "data-position", "data-draft=", 'name="lat"'):
        assert part in page
    assert 'type="file"' not in cast.client("convenor").get(url).text
    assert cast.client("convenor").get(url + "?kind=gossip").status_code == 404


def test_the_topics_page_costs_the_same_however_much_was_found_out(
    cast: Cast, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    row = scenes.investigated_topic(cast)
    for number in range(6):
        scenes.hear(cast, scenes.name_side(cast, row, label=f"{number} 栋"))
        scenes.find(cast, row, Kind.SITE, photos=scenes.photos(cast, 2), position=(30.6, 114.3))
    client, url = cast.client("convenor"), cast.url("deliberation:topic", topic_id=row.pk)
    client.get(url)
    with at_most(20):
        page = client.get(url)
    assert "听过 3 人" in page.text


def test_the_page_leads_to_what_is_missing(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    side = scenes.name_side(cast, row)
    page = cast.client("convenor").get(cast.url("deliberation:topic", topic_id=row.pk)).text
    assert cast.url("deliberation:hear", topic_id=row.pk, side_id=side.pk) in page
    assert cast.url("deliberation:record_finding", topic_id=row.pk) + "?kind=cost" in page
    assert cast.url("deliberation:pass_gate", topic_id=row.pk, step="deliberate") in page
    page = cast.client("member").get(cast.url("deliberation:topic", topic_id=row.pk)).text
    assert "/pass/" not in page
    assert "还没弄清要花多少钱" in page
