"""The life of a studio: proposed by those who may, decided on step by step as the playbook says, and left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from shangliang.core.clock import today
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.files.actions import store_document
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter
from shangliang.people.actions import seat
from shangliang.people.models import Body, Guidance, Member, Membership
from shangliang.people.queries import actor_of
from shangliang.studios.actions import duty, life
from shangliang.studios.models import DutyShift, Pairing, Studio, StudioStep
from shangliang.studios.queries import standard, studios
from tests.cast import GUANGMING, Cast
from tests.scenes_studios import DECIDED, HOME, brought, days_ago, paired, proposed_studio, scan

Freeze = Callable[[str], dt.datetime]


def steps(studio: Studio) -> list[str]:
    return [step.to for step in reversed(standard.steps(studio))]


# --- proposing ----------------------------------------------------------------------------------------


def test_a_member_proposes_a_studio_which_opens_its_body_in_one_entry(cast: Cast) -> None:
    before = Entry.objects.count()
    studio = life.propose(
        cast.member,
        "theme_studio",
        name="守护绿心工作室",
        place=cast.place(GUANGMING),
        ends_with="绿道建成",
        why="居民想要绿道。",
    )
    assert (studio.body.kind, studio.body.name, studio.status) == ("studio", "守护绿心工作室", "proposed")
    assert Entry.objects.count() == before + 1
    line = timeline(studio.pk)[0]
    assert (line.entry.kind, line.words) == ("studio.proposed", {"why": "居民想要绿道。"})
    assert line.facts["new_body"] is True
    assert timeline(studio.body_id)[0].entry.pk == line.entry.pk
    assert steps(studio) == ["proposed"]


def test_a_body_that_is_there_becomes_a_studio(cast: Cast) -> None:
    studio = proposed_studio(cast)
    assert studio.body == cast.body(HOME)
    assert studio.proposed_on == days_ago(100)


def test_who_is_no_member_does_not_propose(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="由委员、专委会或者区政协办公室提出"):
        life.propose(cast.handler, "member_studio", name="新的", place=cast.place(GUANGMING))


def test_an_online_studio_has_no_room_whatever_was_ticked(cast: Cast) -> None:
    studio = life.propose(cast.member, "online_studio", name="网上工作室", place=cast.place(GUANGMING), online=False)
    assert studio.online


def test_what_cannot_be_proposed_is_refused_beside_its_field(cast: Cast) -> None:
    proposed_studio(cast)
    place, home = cast.place(GUANGMING), cast.body(HOME)
    cases = (
        ({"kind": "nothing", "name": "甲", "place": place}, "没有这一类", "kind"),
        ({"kind": "member_studio", "place": place}, "起个名字", "name"),
        ({"kind": "member_studio", "name": "甲"}, "写明在哪个街道", "place"),
        ({"kind": "member_studio", "name": "光明社区", "place": place}, "已经有叫“光明社区”", "name"),
        ({"kind": "member_studio", "body": home}, "已经提过了", "body"),
        ({"kind": "member_studio", "body": cast.body("光明社区")}, "不是开着的工作室", "body"),
        ({"kind": "station", "name": "甲", "place": place}, "要挂在一个工作室下面", "under"),
        ({"kind": "theme_studio", "name": "甲", "place": place}, "做完什么就结束", "ends_with"),
        ({"kind": "member_studio", "name": "甲", "place": place, "on": days_ago(-1)}, "到了那一天", "on"),
    )
    for given, words, field in cases:
        given = dict(given)
        with pytest.raises(Refused, match=words) as refused:
            life.propose(cast.office, str(given.pop("kind")), **given)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert Studio.objects.count() == 1


def test_a_station_hangs_under_its_studio(cast: Cast) -> None:
    home = cast.body(HOME)
    station = life.propose(cast.office, "station", name="东门工作站", place=home.place, under=home)
    assert station.body.under == home


# --- step by step -------------------------------------------------------------------------------------


def test_a_studio_walks_from_proposed_to_open_and_keeps_every_step(cast: Cast) -> None:
    studio = brought(cast, "open")
    assert steps(studio) == ["proposed", "checked", "approved", "trial", "open"]
    assert studio.opened_on == days_ago(20)
    line = timeline(studio.pk)[0]
    assert line.entry.kind == "studio.moved"
    assert line.facts == {
        "to": "open",
        "on": days_ago(20).isoformat(),
        "by": "主席会议",
        "studios": 1,
        "document": DECIDED["document"],
    }


def test_the_first_day_of_opening_stays_when_it_opens_again(cast: Cast) -> None:
    studio = brought(cast, "warned")
    life.move(cast.office, studio.pk, "open", on=today(), decided_by="办公室")
    studio.refresh_from_db()
    assert studio.opened_on == days_ago(20)


def test_only_the_office_writes_down_a_decision(cast: Cast) -> None:
    studio = proposed_studio(cast)
    with pytest.raises(NotAllowed, match="“审核通过”由区政协办公室定"):
        life.move(cast.convenor, studio.pk, "checked", on=today(), decided_by="我")


def test_the_chair_of_the_body_that_the_playbook_names_writes_it_down_too(cast: Cast) -> None:
    step = standard.next_steps(proposed_studio(cast))[0]
    council = Body.objects.create(
        tenant=cast.tenant, kind="special_committee", name=step.by, place=cast.body(HOME).place
    )
    person = cast.accounts["member"].person
    assert person is not None
    seat(cast.office, person, council, Membership.Duty.CHAIR)
    life.move(cast.member, Studio.objects.get().pk, step.status, on=today(), decided_by=step.by)
    assert Studio.objects.get().status == step.status


def test_a_step_that_the_playbook_does_not_have_from_here_is_refused(cast: Cast) -> None:
    studio = proposed_studio(cast)
    with pytest.raises(Refused, match="现在是“提出”，不能直接到“揭牌开放”"):
        life.move(cast.office, studio.pk, "open", on=today(), decided_by="办公室")
    with pytest.raises(Refused, match="没有这一步"):
        life.move(cast.office, studio.pk, "praised", on=today(), decided_by="办公室")


def test_a_step_that_needs_a_paper_takes_a_number_or_a_file(cast: Cast) -> None:
    studio = brought(cast, "checked")
    with pytest.raises(Refused, match="“批准”要有文件") as refused:
        life.move(cast.office, studio.pk, "approved", on=today(), decided_by="主席会议")
    assert refused.value.field == "document"
    attachment = store_document(cast.tenant.pk, scan())
    life.move(cast.office, studio.pk, "approved", on=today(), decided_by="主席会议", attachment=attachment)
    assert StudioStep.objects.get(to="approved").attachment_id == attachment.pk


def test_a_trial_lasts_its_days_unless_the_studio_leaves_or_is_warned(cast: Cast) -> None:
    studio = brought(cast, "trial")
    early = days_ago(60) + dt.timedelta(days=29)
    with pytest.raises(Refused, match="试运行至少 30 天") as refused:
        life.move(cast.office, studio.pk, "open", on=early, decided_by="办公室")
    assert refused.value.field == "on"
    life.move(cast.office, studio.pk, "warned", on=early, decided_by="办公室")
    assert Studio.objects.get().status == "warned"


def test_days_to_come_and_days_before_the_last_step_are_refused(cast: Cast) -> None:
    studio = brought(cast, "checked")
    for on, words in ((days_ago(-1), "到了那一天"), (days_ago(81), "这一步不能更早")):
        with pytest.raises(Refused, match=words) as refused:
            life.move(cast.office, studio.pk, "approved", on=on, **DECIDED)
        assert refused.value.field == "on"


def test_a_decision_says_who_decided(cast: Cast) -> None:
    studio = proposed_studio(cast)
    with pytest.raises(Refused, match="写明谁定的") as refused:
        life.move(cast.office, studio.pk, "checked", on=today(), decided_by="")
    assert refused.value.field == "decided_by"


def test_two_who_decide_at_once_do_not_decide_twice(cast: Cast) -> None:
    studio = brought(cast, "checked")
    with pytest.raises(Changed, match="刚刚有人动过"):
        life.move(cast.office, studio.pk, "approved", on=today(), **DECIDED, seen="proposed")


# --- several at once ----------------------------------------------------------------------------------


def test_several_studios_open_by_one_paper_in_one_entry(cast: Cast) -> None:
    rows = [proposed_studio(cast), proposed_studio(cast, "东门委员工作室"), proposed_studio(cast, "南苑委员工作室")]
    for row in rows:
        brought(cast, "trial", row)
    before = Entry.objects.count()
    life.move_together(cast.office, [row.pk for row in rows], "open", on=today(), **DECIDED)
    assert Entry.objects.count() == before + 1
    assert {row.status for row in Studio.objects.all()} == {"open"}
    assert {timeline(row.pk)[0].entry.pk for row in rows} == {timeline(rows[0].pk)[0].entry.pk}
    assert timeline(rows[0].pk)[0].facts["studios"] == 3


def test_if_one_of_them_cannot_none_does_and_it_is_named(cast: Cast) -> None:
    ready, early = brought(cast, "trial"), proposed_studio(cast, "东门委员工作室")
    with pytest.raises(Refused, match="东门委员工作室现在是“提出”"):
        life.move_together(cast.office, [ready.pk, early.pk], "open", on=today(), **DECIDED)
    assert set(Studio.objects.values_list("status", flat=True)) == {"trial", "proposed"}


def test_none_chosen_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="至少选一个") as refused:
        life.move_together(cast.office, [], "open", on=today(), **DECIDED)
    assert refused.value.field == "studios"


# --- leaving ------------------------------------------------------------------------------------------


def test_a_studio_that_leaves_gives_a_reason_and_words(cast: Cast) -> None:
    studio = brought(cast, "open")
    for reason, why, field in (("", "散了", "reason"), ("bored", "散了", "reason"), ("merged", "", "why")):
        with pytest.raises(Refused) as refused:
            life.move(cast.office, studio.pk, "closed", on=today(), **DECIDED, reason=reason, why=why)
        assert refused.value.field == field


def test_who_leaves_closes_its_body_ends_its_pairings_cancels_its_shifts_and_keeps_its_records(
    cast: Cast, freeze: Freeze
) -> None:
    freeze("2026-11-20 09:00")
    studio, pairing = brought(cast, "open"), paired(cast)
    person = cast.accounts["convenor"].person
    assert person is not None
    hours = {"starts": dt.time(9), "ends": dt.time(11), "people": [person]}
    shift = duty.add_shift(cast.convenor, studio.pk, day=dt.date(2026, 11, 25), **hours)
    life.move(cast.office, studio.pk, "closed", on=today(), **DECIDED, reason="merged", why="并入街道。")
    assert cast.body(HOME).closed_on == today()
    assert not cast.convenor.seats
    assert Pairing.objects.get(pk=pairing.pk).status == "ended"
    assert DutyShift.objects.get(pk=shift.pk).cancelled_at is not None
    assert standard.steps(studio)[0].why == "并入别的工作室：并入街道。"
    line = timeline(studio.pk)[0]
    assert line.facts["reason"] == "merged"
    assert ["person", str(person.pk)] in line.body["subjects"]
    assert studios.by_id(studio.pk) is not None


def test_a_pause_cancels_what_was_planned(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-20 09:00")
    studio = brought(cast, "open")
    person = cast.accounts["convenor"].person
    assert person is not None
    hours = {"starts": dt.time(9), "ends": dt.time(11), "people": [person]}
    shift = duty.add_shift(cast.convenor, studio.pk, day=dt.date(2026, 11, 25), **hours)
    life.move(cast.office, studio.pk, "suspended", on=today(), **DECIDED)
    assert DutyShift.objects.get(pk=shift.pk).cancelled_why == "工作室暂停"
    assert cast.body(HOME).closed_on is None


def test_a_studio_with_matters_in_hand_does_not_leave(cast: Cast) -> None:
    studio = brought(cast, "open")
    matter = cast.accepted()
    Matter.objects.filter(pk=matter.pk).update(holder=studio.body)
    with pytest.raises(Refused, match="手里还有 1 件没了结的事"):
        life.move(cast.office, studio.pk, "closed", on=today(), **DECIDED, reason="merged", why="并入街道。")


# --- what it says of itself ---------------------------------------------------------------------------

SAID = {
    "motto": "住得近，说得上话",
    "about": "专谈老旧小区的事。",
    "theme": "",
    "online": False,
    "way": "2 路到光明站",
    "shared_with": ["新时代文明实践站"],
    "ends_with": "",
    "phone": "027-0000-0066",
    "address": "光明路 6 号 2 楼",
    "hours": "周三 15:00–17:00",
}


def test_the_convenor_says_what_the_studio_is_and_how_to_reach_it(cast: Cast) -> None:
    studio = brought(cast, "open")
    life.describe(cast.convenor, studio.pk, **SAID)  # type: ignore[arg-type]
    found = studios.by_id(studio.pk)
    assert found is not None
    assert (found.motto, found.shared_with, found.body.phone) == (SAID["motto"], SAID["shared_with"], SAID["phone"])
    line = timeline(studio.pk)[0]
    assert line.entry.kind == "studio.described"
    assert line.facts["changed"] == ["about", "address", "hours", "motto", "phone", "shared_with", "way"]


def test_saying_the_same_again_leaves_no_entry(cast: Cast) -> None:
    studio = brought(cast, "open")
    life.describe(cast.convenor, studio.pk, **SAID)  # type: ignore[arg-type]
    before = Entry.objects.count()
    life.describe(cast.convenor, studio.pk, **SAID)  # type: ignore[arg-type]
    assert Entry.objects.count() == before


def test_nobody_overwrites_what_they_have_not_seen(cast: Cast) -> None:
    studio = brought(cast, "open")
    seen = standard.described(studio)
    life.describe(cast.convenor, studio.pk, **SAID, seen=seen)  # type: ignore[arg-type]
    with pytest.raises(Changed, match="刚刚有人改过"):
        life.describe(cast.office, studio.pk, **(SAID | {"motto": "另一句"}), seen=seen)  # type: ignore[arg-type]


def test_the_staff_of_another_body_do_not_describe_it(cast: Cast) -> None:
    studio = brought(cast, "open")
    with pytest.raises(NotAllowed, match="由同光委员工作室的召集人来做"):
        life.describe(cast.community, studio.pk, **SAID)  # type: ignore[arg-type]


def test_a_studio_that_left_is_changed_by_nobody(cast: Cast) -> None:
    studio = brought(cast, "closed")
    with pytest.raises(NotAllowed, match="已经退出了"):
        life.describe(cast.office, studio.pk, **SAID)  # type: ignore[arg-type]


def test_a_phone_of_a_studio_that_is_no_number_is_refused_beside_its_field(cast: Cast) -> None:
    studio = brought(cast, "open")
    response = cast.client("convenor").post(cast.url("studios:describe", studio_id=studio.pk), SAID | {"phone": "abc"})
    assert response.status_code == 422
    assert "电话只写数字" in response.content.decode()


def test_a_studio_for_a_task_keeps_naming_it(cast: Cast) -> None:
    studio = life.propose(cast.office, "theme_studio", body=cast.body(HOME), ends_with="绿道建成")
    with pytest.raises(Refused) as refused:
        life.describe(cast.office, studio.pk, **SAID)  # type: ignore[arg-type]
    assert refused.value.field == "ends_with"


# --- who sits there -----------------------------------------------------------------------------------


def test_people_are_told_with_the_localitys_word_their_sector_and_specialties(cast: Cast) -> None:
    studio = brought(cast, "open")
    person = cast.accounts["convenor"].person
    assert person is not None
    seat(cast.office, person, studio.body, Membership.Duty.LEAD)
    other = cast.accounts["member"].person
    assert other is not None
    seat(cast.office, other, studio.body, Membership.Duty.MEMBER)
    since = dt.date(2022, 1, 1)
    Member.objects.create(
        tenant=cast.tenant, key="A1", person=person, sector="科技界", specialties=["建筑"], since=since
    )
    Member.objects.create(
        tenant=cast.tenant, key="A2", person=other, sector="旧界别", since=since, until=dt.date(2023, 1, 1)
    )
    first, second = studios.people(studio)
    assert (first.person, first.role, first.sector, first.specialties) == (
        person,
        "领衔委员、召集人",
        "科技界",
        ("建筑",),
    )
    assert (second.role, second.sector, second.level) == ("委员", "", "")


def test_guidance_gives_no_right_to_decide(cast: Cast) -> None:
    studio = proposed_studio(cast)
    guide = Body.objects.create(tenant=cast.tenant, kind="special_committee", name="社法委", place=studio.body.place)
    Guidance.objects.create(tenant=cast.tenant, guide=guide, body=studio.body, since=days_ago(10))
    person = cast.accounts["member"].person
    assert person is not None
    seat(cast.office, person, guide, Membership.Duty.CHAIR)
    with pytest.raises(NotAllowed):
        life.move(
            actor_of(cast.accounts["member"], cast.tenant.pk), studio.pk, "checked", on=today(), decided_by="社法委"
        )
