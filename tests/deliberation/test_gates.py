"""关口: what is missing is listed, and nothing but evidence or a chair's signed reason opens a gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.deliberation import gates
from shangliang.deliberation.actions import gates as actions
from shangliang.deliberation.actions import investigation, sitting, topics
from shangliang.deliberation.models import Conversation, Finding, GatePass, Side, Topic
from shangliang.gathering import actions as gathering
from shangliang.ledger.queries import timeline
from tests import scenes_investigation as scenes
from tests import scenes_meetings as meetings
from tests.cast import Cast

WHY = "电线已经冒烟，等不到下个月再开会。"
NEEDY = """
raise: {label: 提, by: 群众, does: [gather]}
collect: {label: 选, by: 工作室, after: [raise], does: [choose]}
ask: {label: 听, by: 社区, after: [collect], does: [investigate, post, online]}
talk:
  label: 谈
  by: 召集人
  after: [ask]
  does: [invite, meet, agree]
  needs: {heard: 5, facts: 2, photos: 3, visits: 1, posted: 7, online: 20}
  approvals: [街道党工委]
"""

CHECKED = """
raise: {label: 提, by: 群众, does: [gather]}
check: {label: 审题, by: 党支部, after: [raise]}
pick: {label: 选, by: 工作室, after: [check], does: [choose]}
deliver: {label: 办, by: 街道, after: [pick], does: [hand_over], approvals: [街道办事处]}
"""


POSTED = """
raise: {label: 提, by: 群众, does: [gather]}
pick: {label: 选, by: 工作室, after: [raise], does: [choose]}
show: {label: 公示, by: 工作室, after: [pick], does: [post], approvals: [街道党工委]}
"""


def keys(row: Topic, does: str = "meet") -> list[str]:
    return [one.key for one in gates.missing(row, does)]


def sizes(row: Topic, does: str = "meet") -> dict[str, int]:
    return gates.sizes(gates.missing(row, does))


def sentences(row: Topic) -> list[str]:
    return [one.sentence for one in gates.missing(row, "meet")]


def let_pass_at(cast: Cast, row: Topic, step: str) -> GatePass:
    return actions.pass_gate(cast.convenor, row, step, name="林知夏", why=WHY, seen=sizes(row))


def let_pass(cast: Cast, row: Topic, **changed: object) -> GatePass:
    given = {"name": "林知夏", "why": WHY, "seen": sizes(row)} | changed
    return actions.pass_gate(cast.convenor, row, "deliberate", **given)  # type: ignore[arg-type]


def test_nothing_looked_into_means_everything_is_missing(cast: Cast) -> None:
    assert keys(scenes.chosen_topic(cast)) == ["sides", "heard", "facts", "site", "cost", "authority"]


def test_what_is_there_is_missing_no_more(cast: Cast) -> None:
    assert keys(scenes.investigated_topic(cast)) == []


def test_a_sentence_says_how_many_are_wanted_and_there(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-20 10:00")
    scenes.way(cast, NEEDY)
    row = scenes.chosen_topic(cast)
    scenes.hear(cast, scenes.name_side(cast, row, label="夜班住户"), people=2)
    scenes.find(cast, row, Finding.Kind.FACT, source="社区清点")
    scenes.find(cast, row, Finding.Kind.SITE, photos=scenes.photos(cast, 2), position=(30.6, 114.3))
    Conversation.objects.create(
        tenant=cast.tenant,
        body=row.put_by,
        topic=row,
        question="建哪里",
        words=140,
        each=5,
        check_by="device",
        opened_at=row.put_at,
        people=12,
    )
    freeze("2026-11-24 10:00")
    assert sentences(row) == [
        "“夜班住户”还要再听 3 个人，要 5 人，听过 2 人",
        "还差 1 条有出处的事实，要 2 条，现有 1 条",
        "还差 1 张现场照片，要 3 张，现有 2 张",
        "还差 1 次走访，要 1 次，现有 0 次",
        "公示还差 5 个工作日，要满 7 个，到今天 2 个",
        "线上还差 8 个人参加，要 20 人，现有 12 人",
        "“街道党工委”还没有点头",
    ]


def test_every_side_has_to_be_heard_one_named_later_too(cast: Cast) -> None:
    row = scenes.investigated_topic(cast)
    late = scenes.name_side(cast, row, label="送快递的")
    assert keys(row) == [f"heard:{late.pk}"]
    scenes.hear(cast, late)
    assert keys(row) == []


def test_what_was_taken_back_counts_no_more(cast: Cast) -> None:
    row = scenes.investigated_topic(cast)
    investigation.withdraw_finding(
        cast.convenor, Finding.objects.select_related("topic__matter").get(kind="fact"), why="数错了，要重数"
    )
    assert keys(row) == ["facts"]
    assert [one.key for one in gates.missing(row, "hand_over")][-1] == "step:deliberate"


def test_a_side_that_was_dropped_need_not_be_heard(cast: Cast) -> None:
    row = scenes.investigated_topic(cast)
    side = scenes.name_side(cast, row, label="租户")
    investigation.drop_side(cast.convenor, Side.objects.select_related("topic__matter").get(pk=side.pk), why="没有租户")
    assert keys(row) == []


def test_a_path_without_a_step_for_invitations_has_the_gate_of_its_meeting(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    for does in ("plan", "invite", "meet", "agree"):
        assert "facts" in keys(row, does)
    assert keys(row, "online") == []


def test_to_require_names_all_that_is_missing(cast: Cast) -> None:
    with pytest.raises(Refused, match="还差 1 处现场记录.*还没弄清要花多少钱"):
        gates.require(scenes.chosen_topic(cast), "meet")
    gates.require(scenes.investigated_topic(cast), "meet")


# --- a signed reason ----------------------------------------------------------------------------------


def test_the_chair_lets_pass_what_was_missing_and_signs_why(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    passed = let_pass(cast, row)
    assert keys(row) == []
    assert (passed.signed_name, passed.why) == ("林知夏", WHY)
    assert passed.sentences[2] == "有出处的事实只有 0 条，要 1 条"
    entry = timeline(row.pk, kinds=["gate.passed"])[0]
    assert entry.facts["missing"] == list(passed.missing)
    assert entry.words["why"] == WHY
    assert timeline(row.matter_id, kinds=["gate.passed"])


def test_only_what_was_missing_then_is_let_through(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    let_pass(cast, row)
    late = scenes.name_side(cast, row, label="送快递的")
    assert keys(row) == [f"heard:{late.pk}"]


def test_what_was_let_pass_before_a_meeting_is_not_asked_for_again_behind_it(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    let_pass(cast, row)
    assert keys(row, "hand_over") == ["step:deliberate"]


def test_who_signed_under_one_missing_fact_did_not_sign_under_two(cast: Cast) -> None:
    scenes.way(cast, NEEDY.replace("{heard: 5, facts: 2, photos: 3, visits: 1, posted: 7, online: 20}", "{facts: 2}"))
    row = scenes.chosen_topic(cast)
    found = scenes.find(cast, row, Finding.Kind.FACT, source="社区清点")
    let_pass_at(cast, row, "talk")
    assert keys(row) == []
    investigation.withdraw_finding(cast.convenor, found, why="数错了")
    assert keys(row) == ["facts"]


def test_what_was_let_pass_in_one_round_is_signed_for_anew_in_the_next(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    let_pass(cast, row)
    topics.end(cast.convenor, row, None, why="谈不拢，先放一放。")
    topics.go_again(cast.convenor, scenes.again(row), None, why="钱有着落了。")
    assert keys(scenes.again(row)) == ["sides", "heard", "facts", "site", "cost", "authority"]
    let_pass(cast, scenes.again(row))
    assert keys(scenes.again(row)) == []


TWICE = """
raise: {label: 提, by: 群众, does: [gather, choose]}
hear: {label: 听, by: 召集人, after: [raise], does: [meet]}
talk: {label: 谈, by: 召集人, after: [hear], does: [meet, agree], needs: {facts: 2}}
"""


def test_a_meeting_opened_while_another_sits_has_the_gate_of_the_next_step(cast: Cast) -> None:
    scenes.way(cast, TWICE)
    row = scenes.chosen_topic(cast)
    first, second = (meetings.planned_meeting(cast, row, form="small", seats=5, by_side={}) for _n in range(2))
    with clock.pretending(first.starts_at):
        sitting.open_meeting(cast.convenor, first.pk)
        with pytest.raises(Refused, match="还差 2 条有出处的事实"):
            sitting.open_meeting(cast.convenor, second.pk)


def test_choosing_does_not_post_past_the_gate_of_posting_nor_hide_what_was_posted(cast: Cast) -> None:
    scenes.way(cast, POSTED)
    row = scenes.put_forward(cast)
    with pytest.raises(Refused, match="街道党工委”还没有点头") as refused:
        topics.choose(cast.convenor, row, None, posted=True)
    assert refused.value.field == "posted"
    page = cast.client("convenor").get(cast.url("deliberation:choose", topic_id=row.pk))
    assert page.context["form"]["posted"].value() is False
    row = scenes.again(topics.choose(cast.convenor, scenes.again(row), None, posted=False))
    assert row.posted_on is None


def test_what_was_posted_before_it_was_chosen_stays_posted_since_then(cast: Cast) -> None:
    scenes.way(
        cast,
        "raise: {label: 提, by: 群众, does: [gather, post]}\npick: {label: 选, by: 社区, after: [raise], does: [choose]}",
    )
    early = scenes.put_forward(cast)
    with clock.pretending(clock.now() - dt.timedelta(days=9)):
        actions.post(cast.convenor, early)
    assert topics.choose(cast.convenor, scenes.again(early), None).posted_on == clock.today() - dt.timedelta(days=9)


def test_what_is_joined_while_it_is_talked_about_is_not_handed_over_past_its_gate(cast: Cast) -> None:
    row, lead = scenes.chosen_topic(cast), cast.accepted()
    gathering.join(cast.street, row.matter_id, None, lead_number=lead.number)
    lead.refresh_from_db()
    with pytest.raises(Refused, match="还不能往下走"):
        gates.require_of(lead, "hand_over")
    gates.require_of(cast.accepted(), "hand_over")


def test_nobody_but_the_chair_lets_pass(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    for actor, name in ((cast.community, "沈青"), (cast.office, "江远帆"), (cast.member, "周见山")):
        with pytest.raises(NotAllowed):
            actions.pass_gate(actor, row, "deliberate", name=name, why=WHY, seen=sizes(row))
    assert not GatePass.objects.exists()


def test_a_system_is_nobody_who_could_sign(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    with pytest.raises(NotAllowed):
        actions.pass_gate(cast.resident, row, "deliberate", name="林知夏", why=WHY, seen=sizes(row))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": "江远帆"}, "name"), ({"name": ""}, "name"), ({"why": "急"}, "why"), ({"why": " " * 30}, "why")],
)
def test_a_signature_is_ones_own_name_under_a_reason(cast: Cast, changed: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        let_pass(cast, scenes.chosen_topic(cast), **changed)
    assert refused.value.field == field
    assert not GatePass.objects.exists()


def test_one_signs_under_what_one_saw(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    seen = sizes(row)
    scenes.name_side(cast, row, label="送快递的")
    with pytest.raises(Changed):
        let_pass(cast, row, seen=seen)
    with pytest.raises(Changed):
        let_pass(cast, row, seen={})
    with pytest.raises(Changed):
        let_pass(cast, row, seen=sizes(row) | {"facts": 9})


def test_where_nothing_is_missing_there_is_nothing_to_let_pass(cast: Cast) -> None:
    with pytest.raises(Refused, match="什么都不缺"):
        let_pass(cast, scenes.investigated_topic(cast))


def test_the_page_shows_what_is_missing_and_takes_the_signature(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    url, client = cast.url("deliberation:pass_gate", topic_id=row.pk, step="deliberate"), cast.client("convenor")
    page = client.get(url)
    assert "还差 1 处现场记录" in page.text
    seen = page.context["form"]["seen"].value()
    assert client.post(url, {"name": "林知夏", "why": "急", "seen": seen}).status_code == 422
    assert client.post(url, {"name": "林知夏", "why": WHY, "seen": "{}"}).status_code == 409
    assert client.post(url, {"name": "林知夏", "why": WHY, "seen": "no list"}).status_code == 409
    assert client.post(url, {"name": "林知夏", "why": WHY, "seen": seen}).status_code == 302
    assert keys(row) == []
    assert WHY in client.get(cast.url("deliberation:topic", topic_id=row.pk)).text


def test_after_something_changed_one_more_press_signs_what_is_shown_now(cast: Cast) -> None:
    row = scenes.chosen_topic(cast)
    url, client = cast.url("deliberation:pass_gate", topic_id=row.pk, step="deliberate"), cast.client("convenor")
    page = client.post(url, {"name": "林知夏", "why": WHY, "seen": '{"facts": 1}'})
    again = {name: page.context["form"][name].value() for name in ("name", "why", "seen")}
    assert client.post(url, again).status_code == 302


# --- approvals and the forms of steps -----------------------------------------------------------------


def ready(cast: Cast) -> Topic:
    return scenes.again(Topic.objects.get(pk=scenes.a_step_with_a_form(cast)["topic_id"]))


def test_a_step_waits_for_whom_the_playbook_names(cast: Cast) -> None:
    row = ready(cast)
    tick = {"note": "都发下去了", "answers": {"summary": "三种办法", "people": 0}}
    with pytest.raises(Refused, match="街道党工委"):
        actions.record_step(cast.convenor, row, "ready", **tick, done=True)  # type: ignore[arg-type]
    actions.approve(cast.convenor, row, "ready", who="街道党工委", document="青街〔2026〕3号", on=row.chosen_on)  # type: ignore[arg-type]
    record = actions.record_step(cast.convenor, row, "ready", **tick, done=True)  # type: ignore[arg-type]
    assert record.answers == {"summary": "三种办法", "people": 0}
    assert keys(row) == []


def test_a_form_that_is_needed_keeps_the_next_step_shut(cast: Cast) -> None:
    row = ready(cast)
    actions.approve(cast.convenor, row, "ready", who="街道党工委", on=row.chosen_on)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="“调研小结”还没写"):
        actions.record_step(cast.convenor, row, "ready", note="好了", answers={"people": 3}, done=True)
    actions.record_step(cast.convenor, row, "ready", answers={"summary": "三种办法"})
    assert keys(row) == ["step:ready"]


def test_what_is_ticked_stays_ticked_when_the_form_is_mended(cast: Cast) -> None:
    row = ready(cast)
    actions.approve(cast.convenor, row, "ready", who="街道党工委", on=row.chosen_on)  # type: ignore[arg-type]
    actions.record_step(cast.convenor, row, "ready", note="好了", answers={"summary": "两种办法"}, done=True)
    actions.record_step(cast.convenor, row, "ready", note="好了", answers={"summary": "三种办法"})
    assert keys(row) == []


def test_nobody_agrees_whom_the_playbook_does_not_name_nor_twice(cast: Cast) -> None:
    row = ready(cast)
    with pytest.raises(Refused, match="不用"):
        actions.approve(cast.convenor, row, "ready", who="物业", on=row.chosen_on)  # type: ignore[arg-type]
    actions.approve(cast.convenor, row, "ready", who="街道党工委", on=row.chosen_on)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="已经"):
        actions.approve(cast.convenor, row, "ready", who="街道党工委", on=row.chosen_on)  # type: ignore[arg-type]


def test_what_shows_by_itself_cannot_be_ticked(cast: Cast) -> None:
    with pytest.raises(Refused, match="不用手动打勾"):
        actions.record_step(cast.convenor, scenes.chosen_topic(cast), "investigate", note="做了", answers={}, done=True)


def test_the_pages_of_a_step_take_its_form_and_who_agreed(cast: Cast) -> None:
    parts, client = scenes.a_step_with_a_form(cast), cast.client("convenor")
    approve, step = cast.url("deliberation:approve_step", **parts), cast.url("deliberation:step", **parts)
    assert client.post(approve, {"who": "街道党工委", "on": "2999-01-01"}).status_code == 422
    assert client.post(approve, {"who": "街道党工委", "on": "2026-01-05"}).status_code == 302
    given = {"ask-summary": "三种办法", "ask-people": "4", "note": "发下去了"}
    assert client.post(step, given | {"ask-people": "四"}).status_code == 422
    assert client.post(step, given | {"done": "on"}).status_code == 302
    row = Topic.objects.get(pk=parts["topic_id"])
    assert row.step_records.get().answers == {"summary": "三种办法", "people": 4}
    assert row.step_records.get().is_done


def test_what_comes_before_the_choice_is_done_while_a_topic_waits(cast: Cast) -> None:
    scenes.way(cast, CHECKED)
    row = scenes.put_forward(cast)
    with pytest.raises(Refused, match="前面的“审题”还没做完"):
        topics.choose(cast.convenor, row, None)
    actions.record_step(cast.convenor, row, "check", note="党支部看过了", answers={}, done=True)
    assert topics.choose(cast.convenor, row, None).chosen_on == clock.today()


def test_after_people_agreed_the_path_goes_on(cast: Cast) -> None:
    scenes.way(cast, CHECKED)
    row = scenes.put_forward(cast)
    actions.record_step(cast.convenor, row, "check", note="党支部看过了", answers={}, done=True)
    topics.choose(cast.convenor, row, None)
    Topic.objects.update(status=Topic.Status.AGREED)
    row = scenes.again(row)
    assert keys(row, "hand_over") == ["approval:街道办事处"]
    actions.approve(cast.convenor, row, "deliver", who="街道办事处", on=clock.today())
    assert keys(row, "hand_over") == []
