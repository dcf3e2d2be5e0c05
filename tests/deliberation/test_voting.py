"""Counting by the rule of the place, and that nobody can say it carried when it did not."""

from __future__ import annotations

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.deliberation.actions import arriving, meetings, sitting, voting
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.deciding import Tally, decide
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Ballot, Count, Item, Meeting
from shangliang.deliberation.queries.voting import on_phone
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Point
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.definition import DEFAULT
from shangliang.playbooks.deliberation_rules import Decide
from tests.cast import Cast
from tests.scenes_sitting import open_meeting, people, put

CONSENSUS = Decide("consensus", 10_000, "present", "hands", ("person",), 0)
MAJORITY = Decide("majority", 5_000, "present", "ballot", ("person",), 0)
NINETY_EIGHT = Decide("share", 9_800, "entitled", "signing", ("household",), 0)
TWO_THIRDS = Decide("share", 6_667, "present", "hands", ("person",), 0)
QUORATE = Decide("majority", 5_000, "present", "hands", ("area",), 6_667)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return open_meeting(cast)


def with_rule(cast: Cast, rule: str) -> Meeting:
    """The same meeting in a locality that decides by `rule`."""
    text = DEFAULT.read_text(encoding="utf-8").replace("decide: {rule: consensus, how: hands}", f"decide: {rule}")
    with clock.pretending(clock.now() - dt.timedelta(days=40)):
        adopt(cast.office, text, "青山区政协", "青政协办〔2026〕8号", clock.today())
    return open_meeting(cast)


# --- the arithmetic -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "tally", "passed", "words"),
    [
        (CONSENSUS, Tally(8, 0, 1, 9), True, "在场 9 人，同意 8 人，弃权 1 人，要没有人反对，过了"),
        (CONSENSUS, Tally(8, 1, 0, 9), False, "在场 9 人，同意 8 人，反对 1 人，要没有人反对，没过"),
        (CONSENSUS, Tally(0, 0, 9, 9), False, "在场 9 人，同意 0 人，弃权 9 人，要没有人反对，没过"),
        (MAJORITY, Tally(5, 4, 0, 9), True, "在场 9 人，同意 5 人，反对 4 人，55.5 %，要过半，过了"),
        (MAJORITY, Tally(5, 0, 5, 10), False, "在场 10 人，同意 5 人，弃权 5 人，50 %，要过半，没过"),
        (NINETY_EIGHT, Tally(8, 0, 0, 9, "household"), False, "该算 9 户，同意 8 户，88.8 %，要 98 %，没过"),
        (NINETY_EIGHT, Tally(9796, 0, 0, 10000, "household"), False, "该算 10000 户，同意 9796 户，97.9 %，要 98 %，没过"),
        (NINETY_EIGHT, Tally(98, 0, 0, 100, "household"), True, "该算 100 户，同意 98 户，98 %，要 98 %，过了"),
        (TWO_THIRDS, Tally(2, 1, 0, 3), False, "在场 3 人，同意 2 人，反对 1 人，66.66 %，要 66.67 %，没过"),
        (NINETY_EIGHT, Tally(0, 0, 0, 0, "household"), False, "该算 0 户，同意 0 户，要 98 %，没过"),
        (QUORATE, Tally(500, 100, 0, 600, "area", 1000), False, "在场 600 平方米，同意 500 平方米，反对 100 平方米，83.3 %，一共 1000 平方米，要有 66.67 %参加，不够，要过半，没过"),
        (QUORATE, Tally(500, 200, 0, 700, "area", 1000), True, "在场 700 平方米，同意 500 平方米，反对 200 平方米，71.4 %，要过半，过了"),
    ],
)  # fmt: skip
def test_a_rule_says_what_carries_and_shows_its_sum(rule: Decide, tally: Tally, passed: bool, words: str) -> None:
    said = decide(rule, tally)
    assert (said.passed, said.sentence) == (passed, words)


# --- hands ----------------------------------------------------------------------------------------------


def test_hands_are_counted_against_who_takes_part(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    arriving.recuse(cast.convenor, people(meeting)[0], "是物业的亲戚")
    count = voting.count_hands(cast.community, item, yes=8, abstain=1)
    assert (count.base, count.passed) == (9, True)
    facts = timeline(item.pk, kinds=["item.counted"])[0].facts
    assert (facts["yes"], facts["abstain"], facts["base"], facts["passed"]) == (8, 1, 9, True)
    with pytest.raises(Refused, match="再数一遍"):
        voting.count_hands(cast.community, item, yes=9, no=1)


def test_nobody_marks_an_item_agreed_against_a_failed_count(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    voting.count_hands(cast.community, item, yes=9, no=1)
    for act in (
        lambda: sitting.settle_item(cast.convenor, item, item.version, "agreed"),
        lambda: sitting.reserve(cast.convenor, item, people(meeting)[0].pk, "不放心"),
    ):
        with pytest.raises(Refused, match="没过"):
            act()
    page = cast.client("convenor").post(
        cast.url("deliberation:settle_item", meeting_id=meeting.pk, item_id=item.pk, to="agreed"),
        {"seen": item.version},
    )
    assert page.status_code == 302
    assert cast.again(item).status == Item.Status.OPEN
    voting.count_hands(cast.community, item, yes=10)
    assert cast.again(item).status == Item.Status.AGREED


def test_other_words_want_another_count(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    voting.count_hands(cast.community, item, yes=10)
    wording = Wording("建充电棚两座", "task", "区房管局", item.due)
    item = sitting.edit_item(cast.community, item, 1, wording)
    assert item.status == Item.Status.OPEN
    with pytest.raises(Refused, match="重新数"):
        sitting.settle_item(cast.community, item, item.version, "agreed")
    with pytest.raises(Changed):
        sitting.settle_item(cast.community, item, 0, "agreed")


def test_a_rule_of_majority_asks_for_a_count_first(cast: Cast) -> None:
    meeting = with_rule(cast, "{rule: majority, how: ballot}")
    item = put(cast, meeting)
    with pytest.raises(Refused, match="先数一遍"):
        sitting.settle_item(cast.community, item, 0, "agreed")


# --- ballots on phones ----------------------------------------------------------------------------------


def test_a_ballot_counts_each_once_and_tells_nobody_who_chose_what(cast: Cast) -> None:
    meeting = with_rule(cast, "{rule: majority, how: ballot}")
    item = put(cast, meeting)
    count = voting.open_ballot(cast.community, item)
    for place, one in enumerate(people(meeting)):
        voting.cast(one, count, 1 if place < 6 else -1)
    voting.cast(people(meeting)[0], count, 0)
    known = {str(one.pk) for one in people(meeting)}
    rows = list(Ballot.objects.values())
    assert len(rows) == 10
    assert not known & {str(value) for row in rows for value in row.values()}
    shown = cast.client("community").get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).content.decode()
    assert "投了 10 人，到了 10 人" in shown
    assert "同意 5 人" not in shown, "nothing of the result before it is closed"
    done = voting.close_ballot(cast.community, count)
    assert (done.yes, done.no, done.abstain, done.base, done.passed) == (5, 4, 1, 10, False)
    assert on_phone(people(meeting)[1], MAJORITY)[0].sentence.endswith("50 %，要过半，没过")
    with pytest.raises(Refused, match="结束"):
        voting.cast(people(meeting)[0], count, 1)


def test_who_must_stay_out_votes_neither_before_nor_after_saying_so(cast: Cast, meeting: Meeting) -> None:
    count, (first, second, *_rest) = voting.open_ballot(cast.community, put(cast, meeting)), people(meeting)
    voting.cast(first, count, -1)
    voting.cast(second, count, 1)
    Attendee.objects.filter(pk=first.pk).update(recused_at=clock.now())
    with pytest.raises(Refused, match="回避"):
        voting.cast(cast.again(first), count, -1)
    done = voting.close_ballot(cast.community, count)
    assert (done.yes, done.no, done.base) == (1, 0, 9)


def test_who_has_not_signed_in_does_not_vote(cast: Cast, meeting: Meeting) -> None:
    count = voting.open_ballot(cast.community, put(cast, meeting))
    Attendee.objects.filter(pk=people(meeting)[0].pk).update(signed_in_at=None)
    with pytest.raises(Refused, match="还没有签到"):
        voting.cast(people(meeting)[0], count, 1)


def test_a_meeting_neither_moves_nor_rewords_while_people_vote(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    count = voting.open_ballot(cast.community, item)
    with pytest.raises(Refused, match="正在表决"):
        meetings.move_to(cast.convenor, meeting.pk, None, starts_at=clock.now() + dt.timedelta(days=9), where="别处")
    with pytest.raises(Refused, match="正在表决"):
        sitting.edit_item(cast.community, item, 0, Wording("别的", "task", "区房管局", item.due))
    with pytest.raises(Refused, match="结束"):
        sitting.settle_item(cast.community, item, 0, "open")
    with pytest.raises(Refused, match="手机上表决"):
        voting.count_hands(cast.community, item, yes=10)
    Meeting.objects.update(status=Meeting.Status.CANCELLED)
    with pytest.raises(Refused, match="会没有在开"):
        voting.cast(people(meeting)[0], count, 1)


def test_a_vote_comes_from_ones_own_link(cast: Cast, meeting: Meeting) -> None:
    count, one = voting.open_ballot(cast.community, put(cast, meeting)), people(meeting)[0]
    address = cast.url("deliberation:cast", token=token_of(one), count_id=count.pk)
    assert cast.client().get(address).status_code == 405, "a GET never votes"
    assert cast.client().post(address, {"choice": "7"}).status_code == 302
    assert not Ballot.objects.exists()
    cast.client().post(address, {"choice": "-1"})
    assert Ballot.objects.get().choice == -1
    forged = cast.url("deliberation:cast", token="A" * 38, count_id=count.pk)
    assert cast.client().post(forged, {"choice": "1"}).status_code == 404


# --- signatures -----------------------------------------------------------------------------------------


def test_signatures_are_collected_for_days_and_take_effect_when_it_is_enough(cast: Cast) -> None:
    meeting = with_rule(cast, "{rule: share, percent: 98, of: entitled, how: signing}")
    item = put(cast, meeting)
    first = voting.collect_signatures(cast.community, item, signed=90, entitled=100)
    assert first.passed is False
    with pytest.raises(Refused, match="没过"):
        sitting.settle_item(cast.community, item, 0, "agreed")
    Meeting.objects.update(status=Meeting.Status.SIGNED)
    with pytest.raises(Refused, match="上次已经签了 90"):
        voting.collect_signatures(cast.community, item, signed=80, entitled=100)
    last = voting.collect_signatures(cast.community, item, signed=98, entitled=100)
    assert last.passed is True
    item = cast.again(item)
    assert item.status == Item.Status.AGREED
    assert Point.objects.get(pk=item.point_id).text == "建充电棚一座"
    assert Count.objects.filter(item=item).count() == 2


def test_where_people_and_area_are_both_counted_it_must_carry_in_each(cast: Cast) -> None:
    meeting = with_rule(cast, "{rule: share, percent: 66.67, of: entitled, how: signing, by: [household, area]}")
    item = put(cast, meeting)
    voting.collect_signatures(cast.community, item, signed=70, entitled=100, unit="household")
    with pytest.raises(Refused, match="按面积"):
        sitting.settle_item(cast.community, item, 0, "agreed")
    voting.collect_signatures(cast.community, item, signed=5000, entitled=10_000, unit="area")
    with pytest.raises(Refused, match="没过"):
        sitting.settle_item(cast.community, item, 0, "agreed")
    voting.collect_signatures(cast.community, item, signed=7000, entitled=10_000, unit="area")
    assert cast.again(item).status == Item.Status.AGREED


def test_a_later_count_that_fails_opens_what_was_agreed(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    sitting.settle_item(cast.community, item, 0, "agreed")
    voting.count_hands(cast.community, item, yes=9, no=1)
    assert cast.again(item).status == Item.Status.OPEN


def test_only_who_runs_the_meeting_counts(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    for act in (
        lambda: voting.count_hands(cast.far, item, yes=10),
        lambda: voting.open_ballot(cast.handler, item),
        lambda: voting.collect_signatures(cast.far, item, signed=1, entitled=1),
    ):
        with pytest.raises(NotAllowed):
            act()
