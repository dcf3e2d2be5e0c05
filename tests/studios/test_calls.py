"""What residents say to a studio, and the questions it puts to them: none unanswered, none too late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from shangliang.core.clock import today
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.delivery.actions import close_body
from shangliang.ledger import canonical
from shangliang.ledger.models import Entry
from shangliang.matters.models import Matter
from shangliang.people.models import Body, Membership
from shangliang.studios.actions import calls, life, reception
from shangliang.studios.models import Studio, StudioVoice
from shangliang.studios.queries import calls as queries
from shangliang.studios.queries.calls import Tally
from tests.cast import DONGMEN, GUANGMING, Cast
from tests.guard import Watch
from tests.scenes_calls import QUESTION, answered, open_call, said
from tests.scenes_reception import note, studio_of

Freeze = Callable[[str], dt.datetime]


def test_a_message_is_a_voice_that_the_studio_holds(cast: Cast) -> None:
    studio, person = studio_of(cast), cast.accounts["convenor"].person
    given = calls.say_to_studio(cast.resident, cast.tenant, studio, said("物业费怎么算的？", cast), person=person)
    matter = Matter.objects.get(pk=given.voice.matter_id)
    assert matter.holder_id == studio.body_id
    assert matter.due is not None
    assert given.code
    row = StudioVoice.objects.get(voice=given.voice)
    assert (row.studio, row.person, row.call) == (studio, person, None)
    assert Entry.objects.filter(subjects__subject=given.voice.pk).values_list("kind", flat=True)[0] == "voice.raised"


def test_sending_a_message_twice_counts_once(cast: Cast) -> None:
    speech = said("物业费怎么算的？", cast)
    first = calls.say_to_studio(cast.resident, cast.tenant, studio_of(cast), speech)
    again = calls.say_to_studio(cast.resident, cast.tenant, studio_of(cast), speech)
    assert (again.voice, again.code, again.known) == (first.voice, first.code, True)
    assert StudioVoice.objects.count() == 1


@pytest.mark.parametrize("status", [Studio.Status.SUSPENDED, Studio.Status.CLOSED, Studio.Status.PROPOSED])
def test_a_studio_that_does_not_receive_takes_no_messages(cast: Cast, status: str) -> None:
    studio = studio_of(cast)
    Studio.objects.filter(pk=studio.pk).update(status=status)
    with pytest.raises(Refused, match="现在不接待"):
        calls.say_to_studio(cast.resident, cast.tenant, studio, said("在吗", cast))
    assert not StudioVoice.objects.exists()


def test_a_call_is_answered_by_voices_of_the_studio(cast: Cast) -> None:
    call = open_call(cast, places=[cast.place(GUANGMING), cast.place(DONGMEN)])
    given, row = answered(cast, call)
    assert row.call_id == call.pk
    assert Matter.objects.get(pk=given.voice.matter_id).holder_id == call.studio.body_id
    assert [place.code for place in queries.places_of(call)] == [GUANGMING, DONGMEN]
    assert queries.tally([call.pk])[call.pk] == Tally(1, 0, 0)


def test_an_answer_that_looks_automatic_is_not_counted(cast: Cast) -> None:
    call = open_call(cast)
    answered(cast, call, held=True)
    assert queries.tally([call.pk]) == {}


def test_a_call_takes_answers_from_its_first_day_to_its_last(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-01 09:00")
    call = open_call(cast, since=dt.date(2026, 11, 3), until=dt.date(2026, 11, 5))
    for moment, takes in (("11-02 23:59", False), ("11-03 00:00", True), ("11-05 23:59", True), ("11-06 00:00", False)):
        freeze(f"2026-{moment}")
        assert queries.takes_answers(call) is takes
        if not takes:
            with pytest.raises(Refused, match="不再收回答"):
                answered(cast, call)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-11-05", "2026-11-04", "until"),
        ("2026-10-31", "2026-11-04", "since"),
        ("2026-11-01", "2027-11-01", "until"),
    ],
)
def test_dates_that_cannot_be_are_refused(cast: Cast, freeze: Freeze, since: str, until: str, field: str) -> None:
    freeze("2026-11-01 09:00")
    with pytest.raises(Refused) as refused:
        open_call(cast, since=dt.date.fromisoformat(since), until=dt.date.fromisoformat(until))
    assert refused.value.field == field


def test_every_answer_is_decided_with_a_reason_before_the_outcome_is_published(cast: Cast) -> None:
    call = open_call(cast)
    _one, first = answered(cast, call)
    _two, second = answered(cast, call, "哪里都别建。")
    with pytest.raises(Refused, match="还有 2 条"):
        calls.conclude(cast.convenor, call, "建在东门。")
    with pytest.raises(Refused, match="写一句理由"):
        calls.decide(cast.convenor, first, adopted=True, why=" ")
    calls.decide(cast.convenor, first, adopted=True, why="离楼最远，消防同意。")
    calls.decide(cast.convenor, second, adopted=False, why="楼道里不能再充了。")
    calls.conclude(cast.convenor, call, "建在东门。")
    assert queries.tally([call.pk])[call.pk] == Tally(2, 1, 1)
    assert queries.reasons(call) == [(True, "离楼最远，消防同意。", 1), (False, "楼道里不能再充了。", 1)]
    with pytest.raises(Refused, match="不能再改"):
        calls.decide(cast.convenor, queries.answer(first.pk), adopted=False, why="改主意了")  # type: ignore[arg-type]
    with pytest.raises(Changed):
        calls.conclude(cast.convenor, call, "又建在西门。")


def test_an_answer_found_to_be_a_persons_after_the_end_is_still_decided(cast: Cast) -> None:
    call = open_call(cast)
    _given, row = answered(cast, call, held=True)
    calls.conclude(cast.convenor, call, "没人回答。")
    calls.decide(cast.convenor, queries.answer(row.pk), adopted=False, why="来晚了，已经定了。")  # type: ignore[arg-type]
    assert StudioVoice.objects.get(pk=row.pk).adopted is False


def test_a_call_taken_back_takes_no_answers_and_keeps_those_it_has(cast: Cast) -> None:
    call = open_call(cast)
    given, _row = answered(cast, call)
    calls.withdraw(cast.convenor, call, "问错了地方。")
    with pytest.raises(Refused, match="不再收回答"):
        answered(cast, call)
    assert Matter.objects.filter(pk=given.voice.matter_id).exists()
    with pytest.raises(Changed):
        calls.withdraw(cast.convenor, call, "再收一次")


def test_whoever_answered_reads_the_decision_on_their_slip_and_nobody_else_does(cast: Cast) -> None:
    call = open_call(cast)
    given, row = answered(cast, call)
    calls.decide(cast.convenor, row, adopted=True, why="离楼最远。")
    page = Client().post(reverse("slip:lookup"), {"code": given.code}).content.decode()
    assert f"您答的“{QUESTION}”，采纳了。离楼最远。" in page
    other, _row = answered(cast, call, "哪里都别建。")
    assert "离楼最远" not in Client().post(reverse("slip:lookup"), {"code": other.code}).content.decode()


def test_only_who_runs_the_studio_puts_questions(cast: Cast) -> None:
    studio = studio_of(cast)
    for role in ("street", "community", "member"):
        with pytest.raises(NotAllowed):
            calls.open_call(getattr(cast, role), studio, question="？", since=dt.date.max, until=dt.date.max)


def test_the_convenor_walks_from_the_question_to_the_outcome(cast: Cast) -> None:
    studio, client = studio_of(cast), cast.client("convenor")
    home = cast.url("studios:calls", studio_id=studio.pk)
    assert "还没问过大家什么" in client.get(home).content.decode()
    form = {"question": QUESTION, "about": "三处都能建。", "since": today().isoformat(), "until": "2099-01-01"}
    answer = client.post(cast.url("studios:new_call", studio_id=studio.pk), form)
    assert answer.status_code == 422
    assert "最长半年" in answer.content.decode()
    call = open_call(cast, studio)
    _given, row = answered(cast, call, "东门 <b>空地</b>")
    at = cast.url("studios:call", call_id=call.pk)
    page = client.get(at).content.decode()
    assert "东门 &lt;b&gt;空地&lt;/b&gt;" in page
    assert "还有 1 条没定采纳" in page
    decide = cast.url("studios:decide_answer", answer_id=row.pk)
    assert client.post(decide, {"adopted": "yes", "why": ""}).status_code == 422
    assert client.post(decide, {"adopted": "yes", "why": "打 13800000000 问过"}).status_code == 422  # looks personal
    assert client.post(decide, {"adopted": "yes", "why": "离楼最远"}).status_code == 302
    done = client.post(cast.url("studios:conclude_call", call_id=call.pk), {"outcome": "建在东门。"}, follow=True)
    assert "建在东门。" in done.content.decode()
    assert "有结果了" in client.get(home).content.decode()


def test_another_studios_convenor_finds_no_page_of_its_answers(cast: Cast, watch: Watch) -> None:
    other = Body.objects.create(tenant=cast.tenant, kind="studio", name="红钢城委员工作室", place=cast.place(DONGMEN))
    studio = Studio.objects.create(
        tenant=cast.tenant, body=other, kind="member_studio", status="open", proposed_on=dt.date(2026, 1, 1)
    )
    call = calls.open_call(
        cast.office, studio, question="几点关门？", since=dt.date(2099, 1, 1), until=dt.date(2099, 1, 2)
    )
    client = cast.client("convenor")
    assert client.get(cast.url("studios:call", call_id=call.pk)).status_code == 404
    assert client.get(cast.url("studios:calls", studio_id=studio.pk)).status_code == 404


def test_the_list_of_answers_is_read_in_few_queries(cast: Cast, at_most: Callable[[int], object]) -> None:
    call = open_call(cast)
    for n in range(5):
        answered(cast, call, f"第 {n} 处")
    client = cast.client("convenor")
    client.get(cast.url("studios:call", call_id=call.pk))
    with at_most(9):  # type: ignore[attr-defined]
        client.get(cast.url("studios:call", call_id=call.pk))


def test_the_desk_sees_to_whom_a_message_was_said_and_what_an_answer_answers(cast: Cast) -> None:
    person = cast.accounts["convenor"].person
    told = calls.say_to_studio(cast.resident, cast.tenant, studio_of(cast), said("在吗", cast), person=person)
    given, _row = answered(cast, open_call(cast))
    client = cast.client("convenor")
    for receipt, words in ((told, "留言给同光委员工作室的林知夏"), (given, QUESTION)):
        matter = Matter.objects.get(pk=receipt.voice.matter_id)
        assert words in client.get(cast.url("desk:matter", number=matter.number)).content.decode()


def test_a_studio_that_closes_takes_its_running_calls_back(cast: Cast) -> None:
    call = open_call(cast)
    decided = {"decided_by": "主席会议", "document": "青政协〔2026〕12 号"}
    life.move(cast.office, call.studio_id, "closed", on=today(), **decided, reason="merged", why="并入街道。")
    row = queries.call(call.pk)
    assert row is not None
    assert row.withdrawn_at is not None
    assert "退出了" in row.outcome


def test_the_body_of_a_studio_is_not_closed_behind_its_back(cast: Cast) -> None:
    studio = studio_of(cast)
    with pytest.raises(Refused, match="退出"):
        close_body(cast.office, studio.body, today())


def test_a_message_is_told_to_the_member_it_is_for_and_to_the_convenor(cast: Cast) -> None:
    person = cast.accounts["member"].person
    assert person is not None
    calls.say_to_studio(cast.resident, cast.tenant, studio_of(cast), said("想问加装电梯的事。", cast), person=person)
    named = {
        row for kind, row in canonical.decode(Entry.objects.order_by("-seq")[0].body)["subjects"] if kind == "person"
    }
    assert named == {str(person.pk), str(cast.accounts["convenor"].person_id)}


def nobody_runs(cast: Cast) -> Studio:
    """The open studio, after its convenor's last day."""
    studio = studio_of(cast)
    Membership.objects.filter(body=studio.body, duty="convenor").update(until=today() - dt.timedelta(days=1))
    return studio


def test_what_is_said_to_a_studio_that_nobody_runs_goes_to_the_community(cast: Cast) -> None:
    call = open_call(cast)
    studio = nobody_runs(cast)
    given = calls.say_to_studio(cast.resident, cast.tenant, studio, said("在吗", cast))
    answer, _row = answered(cast, call)
    noted = reception.record(cast.office, cast.tenant, studio, note(cast), "note").reception.voice
    assert noted is not None
    held = Matter.objects.filter(pk__in=[given.voice.matter_id, answer.voice.matter_id, noted.matter_id])
    assert list(held.values_list("holder__name", flat=True)) == ["光明社区"] * 3
    assert StudioVoice.objects.filter(studio=studio).count() == 2


def test_the_page_of_a_studio_that_nobody_runs_says_where_messages_go(cast: Cast) -> None:
    studio = studio_of(cast)
    address, warning = cast.url("studios:studio", studio_id=studio.pk), "还没有召集人：留言会先到光明社区"
    assert warning not in cast.client("office").get(address).content.decode()
    nobody_runs(cast)
    assert warning in cast.client("office").get(address).content.decode()
