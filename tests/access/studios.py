"""Access to studios: their duty, their life, their reception desk, what is said to them."""

from __future__ import annotations

from tests import scenes_duty as duty
from tests.access.rows import DEPARTMENTS, Row
from tests.scenes import in_days

# Whoever has a seat sees; the convenor and the office act.
ONLOOKERS = ("community", "neighbour", "member", "street", "far_street", *DEPARTMENTS)


def run(name: str, of, data=None, **more) -> Row:  # type: ignore[no-untyped-def]
    """An act of who runs a studio, on a page that everybody with a seat may open."""
    return Row(name, "staff", post=302, of=of, data=data or {}, refused=ONLOOKERS, **more)


DUTY = [
    Row("studios:mine", "staff", post=200),
    Row("studios:duty", "staff", post=200, of=duty.studio),
    run(
        "studios:set_plan",
        duty.studio,
        {
            "kind": "week",
            "weekdays": ["3"],
            "hours": "9:00-11:00",
            "day_off": "skip",
            "who": "turn",
            "needed": "1",
            "since": in_days(0),
        },
    ),
    run("studios:set_usual_plans", duty.studio),
    run("studios:end_plan", duty.rule, {"off": in_days(0)}),
    run("studios:roster", duty.studio, {"first": in_days(1), "last": in_days(30)}),
    run(
        "studios:add_shift",
        duty.studio,
        lambda cast, parts: {"day": in_days(2), "starts": "15:00", "ends": "17:00", "people": duty.receiver(cast)},
    ),
    run("studios:cancel_shift", duty.shift, {"why": "停电"}),
    run("studios:restore_shift", duty.cancelled),
    run("studios:stand_in", duty.given_up, duty.who_stands_in),
    run("studios:give_up", duty.turn, {"why": "出差"}),
    run("studios:ask_swap", duty.turn, duty.who_stands_in),
    run("studios:attend", duty.begun, {"came": "yes"}),
    Row("studios:answer_swap", "the member", post=302, of=duty.swap_for_the_member, data={"agree": "no"}),
    Row("studios:withdraw_swap", "who runs it", post=302, of=duty.swap_for_the_member),
    Row("studios:say_leave", "staff", post=302, data={"first": in_days(1), "last": in_days(2)}),
    Row("studios:withdraw_leave", "the member", post=302, of=duty.leave_of_the_member),
    # The office says nothing of itself where it does not sit.
    Row(
        "studios:set_terms",
        "staff",
        post=302,
        of=duty.studio,
        data={"a_month": "2"},
        refused=(*ONLOOKERS, "office"),
    ),
    Row("studios:duty_people", "who runs it", post=200, of=duty.studio),
    Row(
        "studios:say_leave_of",
        "who runs it",
        post=302,
        of=duty.somebody,
        data={"first": in_days(1), "last": in_days(2)},
    ),
    Row("studios:withdraw_leave_of", "who runs it", post=302, of=duty.leave_of_somebody),
    Row("studios:set_terms_of", "who runs it", post=302, of=duty.somebody, data={"a_month": "2"}),
    Row("notices:mine", "staff", post=200),
]
ROWS = [*DUTY]
