"""委员报到: answering, what happens when nobody does, and who must stay out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery.telling import tell
from shangliang.files.actions import store_photos
from shangliang.gathering import actions, queries, working_hours
from shangliang.gathering.messages import message_to
from shangliang.gathering.models import Asked, Recusal, Whistle
from shangliang.ledger.queries import timeline
from shangliang.playbooks.queries import calendar, in_force
from tests.cast import Cast
from tests.files.pictures import phone_photo
from tests.gathering.circle import Circle

Status = Whistle.Status
Freeze = Callable[[str | dt.datetime], dt.datetime]


@pytest.fixture(autouse=True)
def _monday_morning(freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")


def too_late(cast: Cast, hours: int = 0) -> dt.datetime:
    """The moment at which who is asked now has let the time pass."""
    return working_hours.after(calendar(cast.tenant.pk), clock.now(), in_force(cast.tenant.pk).whistle.hours + hours)


# --- answering --------------------------------------------------------------------------------------


def test_a_member_comes_and_the_others_need_not(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    circle.says(whistle, "许望舒")
    assert circle.answers(whistle) == {"许望舒": "come", "何其安": "spared"}
    assert cast.again(whistle).status == Status.ANSWERED
    with pytest.raises(Refused, match="人已经齐了"):
        circle.says(whistle, "何其安")


def test_a_squad_is_complete_when_all_its_members_come(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安", "江流", needed=2)
    circle.says(whistle, "许望舒")
    assert cast.again(whistle).status == Status.OPEN
    circle.says(whistle, "江流")
    assert cast.again(whistle).status == Status.ANSWERED
    assert circle.answers(whistle) == {"许望舒": "come", "何其安": "spared", "江流": "come"}


def test_only_who_was_asked_answers(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    asked = circle.asked(whistle, "许望舒")
    for actor in (cast.community, circle.acts("何其安"), Actor("resident", cast.tenant.pk)):
        with pytest.raises(NotAllowed, match="这是请另一位委员的"):
            actions.answer(actor, asked.pk, answer="come", comes_at=clock.now())


@pytest.mark.parametrize(("hours", "why"), [(-2, "已经过了"), (24 * 70, "两个月以后太远了")])
def test_a_time_that_makes_no_sense_is_refused(circle: Circle, hours: int, why: str) -> None:
    whistle = circle.blown("许望舒")
    with pytest.raises(Refused, match=why):
        circle.says(whistle, "许望舒", comes_at=clock.now() + dt.timedelta(hours=hours))
    with pytest.raises(Refused, match="选一个来的时间"):
        circle.says(whistle, "许望舒", comes_at=None)


def test_passing_it_on_asks_the_other_one(circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒", "pass", passed_to=circle["石磊"])
    assert circle.answers(whistle) == {"许望舒": "pass", "石磊": ""}
    with pytest.raises(Refused, match="已经回过话了"):
        circle.says(whistle, "许望舒", "cannot")


def test_it_is_not_passed_to_who_was_asked_is_away_or_must_stay_out(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    actions.recuse(cast.community, matter.pk, person_id=circle["石磊"], why="亲戚")
    circle.away("江流", dt.date(2026, 11, 23), dt.date(2026, 11, 23))
    whistle = circle.blown("许望舒", "何其安", matter=matter.pk)
    for name in ("何其安", "石磊", "江流", "许望舒"):
        with pytest.raises(Refused, match="换一位"):
            circle.says(whistle, "许望舒", "pass", passed_to=circle[name])


def test_who_said_yes_may_name_another_time_or_cannot_after_all(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    circle.says(whistle, "许望舒")
    tomorrow = clock.now() + dt.timedelta(days=1)
    circle.says(whistle, "许望舒", comes_at=tomorrow)
    assert circle.asked(whistle, "许望舒").comes_at == tomorrow
    circle.says(whistle, "许望舒", "cannot", why="病了")
    assert cast.again(whistle).status == Status.OPEN
    assert circle.asked(whistle, "许望舒").comes_at is None
    circle.says(whistle, "何其安")  # who was spared is needed after all
    assert cast.again(whistle).status == Status.ANSWERED


def test_nobody_answers_what_has_ended(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    actions.end_whistle(cast.community, whistle.pk, done=True)
    with pytest.raises(NotAllowed, match="已经结束"):
        circle.says(whistle, "许望舒")


# --- nobody answers ---------------------------------------------------------------------------------


def test_no_answer_brings_the_next_and_doing_it_again_changes_nothing(
    cast: Cast, circle: Circle, freeze: Freeze
) -> None:
    whistle = circle.blown("许望舒")
    freeze("2026-11-23 09:01")
    assert actions.go_on(cast.tenant) == 0
    following = circle.next_ones(whistle)[0]
    freeze(too_late(cast) - dt.timedelta(days=1))
    freeze(circle.asked(whistle, "许望舒").due_at - dt.timedelta(seconds=1))
    assert actions.go_on(cast.tenant) == 0
    freeze("2026-11-26 10:00")
    assert actions.go_on(cast.tenant) == 1
    assert circle.answers(whistle) == {"许望舒": "lapsed", following: ""}
    assert actions.go_on(cast.tenant) == 0
    assert [line.entry.kind for line in timeline(whistle.pk)] == ["whistle.lapsed", "whistle.blown"]


def test_nothing_lapses_over_a_weekend_and_nobody_is_asked_then(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    freeze("2026-11-27 16:00")  # Friday
    whistle = circle.blown("许望舒")
    due = circle.asked(whistle, "许望舒").due_at
    for moment in ("2026-11-27 20:00", "2026-11-28 10:00", "2026-11-29 16:59"):
        freeze(moment)
        assert actions.go_on(cast.tenant) == 0
    assert due.astimezone(clock.SHANGHAI).weekday() < 5
    circle.says(whistle, "许望舒", "cannot", why="出差在外")  # on a Sunday
    assert actions.go_on(cast.tenant) == 0
    freeze("2026-11-30 09:00")
    assert actions.go_on(cast.tenant) == 1
    assert len(circle.answers(whistle)) == 2


def test_nothing_lapses_over_the_national_holiday(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    freeze("2026-09-30 16:30")
    whistle = circle.blown("许望舒")
    assert clock.day_of(circle.asked(whistle, "许望舒").due_at) > dt.date(2026, 10, 7)
    freeze("2026-10-06 10:00")
    assert actions.go_on(cast.tenant) == 0


def test_cannot_brings_the_next_during_hours_of_work(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    following = circle.next_ones(whistle)[0]
    circle.says(whistle, "许望舒", "cannot", why="出差在外")
    assert actions.go_on(cast.tenant) == 1
    assert circle.answers(whistle) == {"许望舒": "cannot", "何其安": "", following: ""}
    assert timeline(whistle.pk)[0].entry.kind == "whistle.asked"


def test_when_nobody_is_left_the_community_hears_it_once(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    for name in ("宋时雨", "江流", "石磊", "白露"):
        circle.away(name, dt.date(2026, 11, 1), dt.date(2026, 12, 31))
    whistle = circle.blown("许望舒", "何其安")
    for _round in range(9):
        freeze(too_late(cast, 1))
        actions.go_on(cast.tenant)
    lines = timeline(whistle.pk)
    told = [line for line in lines if line.facts.get("nobody")]
    assert len(told) == 1
    assert ["person", str(cast.community.person_id)] in told[0].body["subjects"]
    assert cast.again(whistle).status == Status.OPEN
    assert set(circle.answers(whistle).values()) == {"lapsed"}
    message = message_to(told[0], cast.community.person_id)  # type: ignore[arg-type]
    assert message is not None
    assert "都没能来" in message.text


def test_at_most_as_many_are_asked_as_the_playbook_says(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    whistle = circle.blown("许望舒")
    for _round in range(15):
        freeze(too_late(cast, 1))
        actions.go_on(cast.tenant)
    assert len(circle.answers(whistle)) <= in_force(cast.tenant.pk).whistle.at_most


def test_nobody_further_is_asked_about_a_matter_that_has_ended(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    matter = cast.raised()
    whistle = circle.blown("许望舒", matter=matter.pk)
    actions.decline(cast.community, matter.pk, None, reason="lawsuit", elsewhere="", why="法院在办。")
    freeze(too_late(cast, 1))
    assert actions.go_on(cast.tenant) == 0
    assert circle.answers(whistle) == {"许望舒": ""}


def test_who_was_late_may_still_come_while_somebody_is_missing(cast: Cast, circle: Circle, freeze: Freeze) -> None:
    whistle = circle.blown("许望舒")
    freeze(too_late(cast, 1))
    actions.go_on(cast.tenant)
    circle.says(whistle, "许望舒")
    assert cast.again(whistle).status == Status.ANSWERED
    assert sorted(circle.answers(whistle).values()) == ["come", "spared"]


# --- staying out ------------------------------------------------------------------------------------


def test_recusal_takes_somebody_out_of_what_they_said_yes_to(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", matter=matter.pk)
    circle.says(whistle, "许望舒")
    actions.recuse(circle.acts("许望舒"), matter.pk, person_id=circle["许望舒"], why="是我家的铺面")
    assert circle.answers(whistle) == {"许望舒": "cannot"}
    assert cast.again(whistle).status == Status.OPEN
    assert "许望舒" not in circle.next_ones(whistle)
    assert timeline(matter.pk)[0].entry.kind == "recusal.said"
    assert "铺面" not in str(timeline(matter.pk)[0].body)


def test_others_are_recused_by_staff_only_and_once(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    with pytest.raises(NotAllowed):
        actions.recuse(cast.neighbour, matter.pk, person_id=circle["许望舒"], why="不让他来")
    with pytest.raises(NotAllowed, match="没有请过您"):
        actions.recuse(circle.acts("许望舒"), matter.pk, person_id=circle["许望舒"], why="我")
    actions.recuse(cast.street, matter.pk, person_id=circle["许望舒"], why="亲戚")
    with pytest.raises(Refused, match="已经记过"):
        actions.recuse(cast.street, matter.pk, person_id=circle["许望舒"], why="亲戚")
    assert Recusal.objects.count() == 1


def test_who_must_stay_out_does_not_come_after_all(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", "何其安", matter=matter.pk)
    actions.recuse(cast.street, matter.pk, person_id=circle["许望舒"], why="亲戚")
    with pytest.raises(Refused, match="回避"):
        circle.says(whistle, "许望舒")
    circle.says(whistle, "何其安")
    assert circle.answers(whistle) == {"许望舒": "cannot", "何其安": "come"}


# --- going there --------------------------------------------------------------------------------------


def test_a_visit_keeps_words_photos_and_position_sealed_or_private(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", matter=matter.pk)
    circle.says(whistle, "许望舒")
    photos = store_photos(cast.tenant.pk, [SimpleUploadedFile("a.jpg", phone_photo(), "image/jpeg")])
    actions.record_visit(
        circle.acts("许望舒"),
        whistle.pk,
        on=clock.today(),
        words="二单元三户在楼道充电。",
        photos=photos,
        position=(30.6, 114.4),
    )
    (found,) = queries.visits(whistle)
    assert (found.words, len(found.photos), found.visit.lat) == ("二单元三户在楼道充电。", 1, 30.6)
    line = timeline(matter.pk)[0]
    assert line.words == {"note": "二单元三户在楼道充电。"}
    assert "三户" not in line.entry.body
    (told,) = tell([line])
    assert told.text == "11 月 23 日（周一）有委员到现场看过。附照片 1 张。"


@pytest.mark.parametrize("role", ["neighbour", "member", "handler"])
def test_others_write_no_visit(cast: Cast, circle: Circle, role: str) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    with pytest.raises(NotAllowed):
        actions.record_visit(getattr(cast, role), whistle.pk, on=clock.today(), words="看过了")


def test_a_visit_needs_words_and_a_day_that_can_be(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    with pytest.raises(Refused, match="看到了什么"):
        actions.record_visit(cast.community, whistle.pk, on=clock.today(), words="  ")
    for day in (dt.date(2026, 11, 24), dt.date(2026, 11, 22)):
        with pytest.raises(Refused, match="哪天去的"):
            actions.record_visit(cast.community, whistle.pk, on=day, words="看过了")
    with pytest.raises(NotAllowed):
        actions.record_visit(circle.acts("何其安"), whistle.pk, on=clock.today(), words="看过了")


# --- what is told -------------------------------------------------------------------------------------


def test_the_public_hears_by_role_that_somebody_comes_and_nothing_of_who_does_not(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", "何其安", matter=matter.pk)
    circle.says(whistle, "何其安", "cannot", why="和物业老板吵过架")
    circle.says(whistle, "许望舒")
    told = [one for one in tell(timeline(matter.pk)) if one.kind.startswith("whistle.")]
    assert [one.text for one in told] == ["有委员答应来，11 月 23 日（周一）11:00 到。", "光明社区请委员来看。"]
    assert not any("许望舒" in one.one_line or "吵过架" in one.one_line for one in told)


def test_each_hears_what_concerns_them(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    (blown,) = timeline(whistle.pk)
    asked = message_to(blown, circle["许望舒"])
    assert asked is not None
    assert asked.text.startswith("光明社区请您来看：请来看看充电棚建在哪里。")
    assert asked.link == actions.link_for(circle.asked(whistle, "许望舒"))
    circle.says(whistle, "许望舒")
    answered = timeline(whistle.pk)[0]
    blower, spared = message_to(answered, cast.community.person_id), message_to(answered, circle["何其安"])  # type: ignore[arg-type]
    assert blower is not None
    assert blower.text == "许望舒 11 月 23 日（周一）11:00 来光明社区。"
    assert spared is not None
    assert spared.text == "光明社区这一次不用您跑了，谢谢您。"
    assert message_to(answered, circle["许望舒"]) is None
    assert message_to(blown, circle["何其安"]) is None  # who need not come is not asked any more
    assert Asked.objects.count() == 2
