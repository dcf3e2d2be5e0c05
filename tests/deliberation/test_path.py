"""走到哪一步: the path of a topic, computed from what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from shangliang.core import clock
from shangliang.deliberation import path
from shangliang.deliberation.actions import gates as actions
from shangliang.deliberation.models import Finding, Meeting, MeetingTopic, Topic
from tests import scenes_investigation as scenes
from tests.cast import Cast

ROUNDS = """
raise: {label: 提, by: 群众, does: [gather]}
collect: {label: 选, by: 工作室, after: [raise], does: [choose]}
choose_meeting: {label: 议题会, by: 召集人, after: [collect], does: [meet]}
talk: {label: 协商会, by: 召集人, after: [choose_meeting], does: [meet]}
agree: {label: 签字, by: 召集人, after: [talk], does: [agree]}
tell: {label: 公开, by: 社区, after: [agree], days: 3}
"""


def states(row: Topic) -> dict[str, str]:
    return {one.step.key: one.state for one in path.walk(row)}


def held(cast: Cast, row: Topic, status: str = Meeting.Status.READ) -> Meeting:
    """A meeting as the database has it once it was held; how one gets there is told elsewhere."""
    now, signed = clock.now(), status == Meeting.Status.SIGNED
    meeting = Meeting.objects.create(
        tenant=cast.tenant,
        body=row.put_by,
        form="council",
        how="room",
        title="协商会",
        starts_at=now,
        lasts=60,
        seats=10,
        chair_id=row.chair_id,
        door_code="1234",
        status=status,
        opened_at=now,
        closed_at=now,
        signed_at=now if signed else None,
    )
    MeetingTopic.objects.create(tenant=cast.tenant, meeting=meeting, topic=row, position=0)
    return meeting


def test_what_is_chosen_waits_for_its_investigation(cast: Cast) -> None:
    assert states(scenes.chosen_topic(cast)) == {
        "raise": "done",
        "collect": "done",
        "investigate": "now",
        "deliberate": "waiting",
        "deliver": "waiting",
        "review": "waiting",
    }


def test_an_investigation_is_done_once_all_that_the_meeting_asks_for_is_there(cast: Cast) -> None:
    assert states(scenes.investigated_topic(cast))["investigate"] == "done"
    assert states(scenes.again(Topic.objects.get()))["deliberate"] == "now"


def test_a_step_has_the_working_days_that_the_playbook_gives_it(
    cast: Cast, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-20 10:00")
    row = scenes.chosen_topic(cast)
    step = next(one for one in path.walk(row) if one.step.key == "investigate")
    assert (step.due, step.is_late) == (dt.date(2026, 12, 11), False)
    freeze("2026-12-14 10:00")
    step = next(one for one in path.walk(row) if one.step.key == "investigate")
    assert step.is_late


def test_of_two_steps_that_meet_the_second_waits_for_the_second_meeting(cast: Cast) -> None:
    scenes.way(cast, ROUNDS)
    row = scenes.chosen_topic(cast)
    assert states(row)["choose_meeting"] == "now"
    held(cast, row)
    assert (states(row)["choose_meeting"], states(row)["talk"]) == ("done", "now")
    held(cast, row, Meeting.Status.SIGNED)
    assert (states(row)["talk"], states(row)["agree"], states(row)["tell"]) == ("done", "done", "now")


def test_a_cancelled_meeting_was_not_held(cast: Cast) -> None:
    scenes.way(cast, ROUNDS)
    row = scenes.chosen_topic(cast)
    held(cast, row, Meeting.Status.CANCELLED)
    assert states(row)["choose_meeting"] == "now"


def test_a_step_that_does_nothing_the_product_knows_is_ticked_by_hand(cast: Cast) -> None:
    scenes.way(cast, ROUNDS)
    row = scenes.chosen_topic(cast)
    held(cast, row)
    held(cast, row, Meeting.Status.SIGNED)
    actions.record_step(cast.convenor, row, "tell", note="贴在楼道口了", answers={}, done=True)
    step = next(one for one in path.walk(row) if one.step.key == "tell")
    assert (step.state, step.done_on, step.is_by_hand) == ("done", clock.today(), True)


def test_handing_over_and_answering_are_read_from_the_points(cast: Cast) -> None:
    """Delivery stands above this room; its rows are followed back from the points."""
    row = scenes.investigated_topic(cast)
    held(cast, row, Meeting.Status.SIGNED)
    assert states(row)["deliver"] == "now"
    handed = cast.handed(matter=row.matter)
    row = scenes.again(row)
    assert states(row)["deliver"] == "now"  # handed over, not answered
    cast.replied(handed)
    row = scenes.again(row)
    assert (states(row)["deliver"], states(row)["review"]) == ("done", "now")


def test_the_path_costs_the_same_however_much_was_found_out(
    cast: Cast, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    row = scenes.investigated_topic(cast)
    for number in range(8):
        scenes.hear(cast, scenes.name_side(cast, row, label=f"{number} 栋"))
        scenes.find(cast, row, Finding.Kind.FACT, source="社区清点")
    row = scenes.again(row)
    with at_most(13):
        path.walk(row)
