"""Conversations: opening, saying and screening, voting, closing."""

from __future__ import annotations

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation.actions import conversations as actions
from shangliang.deliberation.actions import opinions
from shangliang.deliberation.models import Conversation, OpinionVote, Participant, Statement
from shangliang.deliberation.queries import conversations as queries
from shangliang.deliberation.repeats import near
from shangliang.deliberation.routing import next_statement
from shangliang.deliberation.voters import Voter
from shangliang.ledger.queries import timeline
from tests.cast import Cast
from tests.scenes_talk import SEEDS, drafted, opened, said, speaks, topic, votes


def counts(row: Conversation, number: int) -> tuple[int, int, int]:
    one = Statement.objects.get(conversation=row, number=number)
    return one.agree, one.disagree, one.passed


# --- opening -----------------------------------------------------------------------------------------


def test_staff_open_one_for_a_topic_with_statements_that_everybody_sees(cast: Cast) -> None:
    row = opened(cast, about="服务费每度最高 0.8 元。")
    assert [one.text for one in queries.texts(queries.shown(row))] == list(SEEDS)
    assert (row.words, row.each, row.check_by) == (140, 5, "device")
    assert timeline(row.topic.matter_id)[0].entry.kind == "conversation.opened"
    with pytest.raises(NotAllowed):
        actions.open_conversation(cast.neighbour, row.topic, question="别的社区来问")


def test_the_check_may_be_stricter_than_the_playbooks_never_laxer(cast: Cast) -> None:
    about = topic(cast)
    strict = actions.open_conversation(cast.community, about, question="收多少", check="slip")
    assert strict.check_by == "slip"
    version = drafted(cast)
    made = actions.open_about(cast.community, version)
    assert made.closes_on == version.comment_until
    assert "3 号院停车公约" in made.question


@pytest.mark.parametrize("bad", ["找张师傅 13800138000 修。", "字" * 141])
def test_a_seed_with_personal_data_or_too_long_is_refused(cast: Cast, bad: str) -> None:
    with pytest.raises(Refused):
        opened(cast, seeds=["好的一条", bad])
    assert not Conversation.objects.exists()


def test_further_statements_of_staff_are_one_act(cast: Cast) -> None:
    row = opened(cast)
    actions.add_seeds(cast.community, row, ["夜里静音。", "账要贴出来。"])
    assert [one.text for one in queries.texts(queries.shown(row))] == [*SEEDS, "夜里静音。", "账要贴出来。"]
    line, before = timeline(row.pk)
    assert (line.facts["numbers"], sorted(line.words.values())) == ([5, 6], ["夜里静音。", "账要贴出来。"])
    assert before.entry.kind == "conversation.opened"


# --- voting ------------------------------------------------------------------------------------------


def test_the_last_vote_of_a_pair_counts_and_counts_stay_right(cast: Cast) -> None:
    row = opened(cast)
    votes(row, "王阿姨", 1, -1)
    votes(row, "李师傅", 1)
    votes(row, "王阿姨", -1)
    votes(row, "王阿姨", -1)
    assert counts(row, 1) == (1, 1, 0)
    assert counts(row, 2) == (0, 1, 0)
    row.refresh_from_db()
    assert (row.people, row.votes) == (2, 4)  # the same again is no vote
    assert OpinionVote.objects.filter(conversation=row).count() == 3


def test_ten_thousand_votes_of_one_voter_are_one_voters_votes(cast: Cast) -> None:
    row = opened(cast)
    for turn in range(10):
        votes(row, "快手", *(1 if turn % 2 else -1,) * 4)
    assert [counts(row, number) for number in (1, 2, 3, 4)] == [(1, 0, 0)] * 4
    assert Participant.objects.filter(conversation=row).count() == 1


def test_the_page_says_stop_to_whoever_votes_too_fast(cast: Cast) -> None:
    row, client = opened(cast), cast.client()
    client.get(cast.url("deliberation:talk", conversation_id=row.pk))
    at = cast.url("deliberation:opine", conversation_id=row.pk, number=1)
    answers = [client.post(at, {"vote": str(turn % 2)}) for turn in range(62)]
    assert [answer.status_code for answer in answers] == [302] * 60 + [429] * 2
    assert "点得太快了" in answers[-1].content.decode()


def test_no_vote_without_a_device_that_is_known_on_what_is_not_shown_or_after_the_end(cast: Cast) -> None:
    row = opened(cast)
    with pytest.raises(Refused, match="Cookie"):
        opinions.vote(row.pk, Voter(), 1, 1)
    with pytest.raises(Refused, match="收起来"):
        opinions.vote(row.pk, speaks("王阿姨"), said(cast, row).number, 1)
    with pytest.raises(Refused, match="点一个"):
        opinions.vote(row.pk, speaks("王阿姨"), 1, 7)
    Conversation.objects.filter(pk=row.pk).update(closes_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(NotAllowed, match="日子到了"):
        opinions.vote(row.pk, speaks("王阿姨"), 1, 1)
    assert not OpinionVote.objects.exists()


def test_a_vote_costs_no_more_statements_than_a_page_may(cast: Cast, at_most: object) -> None:
    row, client = opened(cast), cast.client()
    page, vote = (
        cast.url("deliberation:talk", conversation_id=row.pk),
        cast.url("deliberation:opine", conversation_id=row.pk, number=1),
    )
    client.get(page)
    for choice in ("1", "-1"):
        with at_most(8):  # type: ignore[operator]
            assert client.post(vote, {"vote": choice}).status_code == 302
        with at_most(8):  # type: ignore[operator]
            assert client.get(page).status_code == 200


def test_where_a_slip_is_asked_one_slip_is_one_say(cast: Cast) -> None:
    row = opened(cast, check="slip")
    code = cast.said().code
    to = {"conversation_id": row.pk}
    vote = cast.url("deliberation:opine", number=1, **to)
    for _phone in range(2):  # the same slip on two phones
        client = cast.client()
        assert client.post(vote, {"vote": "1"}).status_code == 409
        assert client.post(cast.url("deliberation:talk_by_slip", **to), {"code": "错的"}).status_code == 422
        assert client.post(cast.url("deliberation:talk_by_slip", **to), {"code": code}).status_code == 302
        assert client.post(vote, {"vote": "1"}).status_code == 302
    assert counts(row, 1) == (1, 0, 0)


def test_where_an_account_is_asked_a_resident_is_told_so_and_staff_vote(cast: Cast) -> None:
    row = opened(cast, check="account")
    vote = cast.url("deliberation:opine", conversation_id=row.pk, number=1)
    stranger = cast.client()
    page = stranger.get(cast.url("deliberation:talk", conversation_id=row.pk)).content.decode()
    assert "只请委员和工作人员说" in page
    assert stranger.post(vote, {"vote": "1"}).status_code == 409
    assert cast.client("member").post(vote, {"vote": "1"}).status_code == 302
    assert counts(row, 1) == (1, 0, 0)


# --- saying ------------------------------------------------------------------------------------------


def test_what_a_resident_says_waits_and_its_author_reads_what_became_of_it(cast: Cast) -> None:
    row, client = opened(cast), cast.client()
    page = cast.url("deliberation:talk", conversation_id=row.pk)
    client.get(page)
    write = cast.url("deliberation:write_statement", conversation_id=row.pk)
    assert client.post(write, {"words": "充电的钱直接从电卡里扣。"}).status_code == 302
    one = Statement.objects.get(conversation=row, is_seed=False)
    assert one.status == Statement.Status.WAITING
    assert "等工作人员看" in client.get(page).content.decode()
    assert "充电的钱" not in cast.client().get(page).content.decode()
    actions.decline(cast.community, one, why="电卡归供电局管，这里定不了。")
    assert "因为：电卡归供电局管，这里定不了。" in client.get(page).content.decode()
    one.refresh_from_db()
    actions.show(cast.community, one)
    everything = cast.url("deliberation:talk_all", conversation_id=row.pk)
    assert "充电的钱" in cast.client().get(everything).content.decode()


def test_personal_data_is_refused_beside_the_field_with_what_was_found(cast: Cast) -> None:
    row, client = opened(cast), cast.client()
    client.get(cast.url("deliberation:talk", conversation_id=row.pk))
    write = cast.url("deliberation:write_statement", conversation_id=row.pk)
    answer = client.post(write, {"words": "要修找张师傅，13800138000。"})
    assert answer.status_code == 422
    assert "里面像是有手机号“13800138000”" in answer.content.decode()
    with pytest.raises(Refused, match="手机号"):
        opinions.say(cast.resident, row.pk, speaks("王阿姨"), "要修找张师傅，13800138000。")
    assert not Statement.objects.filter(is_seed=False).exists()


def test_a_near_repeat_is_offered_and_may_be_said_all_the_same(cast: Cast) -> None:
    row, client = opened(cast), cast.client()
    client.get(cast.url("deliberation:talk", conversation_id=row.pk))
    write = cast.url("deliberation:write_statement", conversation_id=row.pk)
    page = client.post(write, {"words": "账要公开，一个月贴一次。"}).content.decode()
    assert "要不要直接同意它" in page
    assert not Statement.objects.filter(is_seed=False).exists()
    assert client.post(write, {"words": "账要公开，一个月贴一次。", "anyway": "1"}).status_code == 302
    assert Statement.objects.filter(is_seed=False).count() == 1
    assert not near("晚上太吵，睡不着。", queries.texts(queries.shown(row)))


def test_the_same_words_again_are_a_retry_and_there_is_a_most(cast: Cast) -> None:
    row = opened(cast)
    assert said(cast, row).pk == said(cast, row).pk
    for number in range(2, 6):
        said(cast, row, f"第 {number} 条")
    with pytest.raises(Refused, match="最多说 5 条"):
        said(cast, row, "第 6 条")


def test_only_who_keeps_it_screens_and_a_reason_is_needed(cast: Cast) -> None:
    row = opened(cast)
    one = said(cast, row)
    for somebody in (cast.neighbour, cast.far_street, cast.handler):
        with pytest.raises(NotAllowed):
            actions.show(somebody, one)
    with pytest.raises(Refused, match="为什么"):
        actions.decline(cast.community, one, why=" ")
    page = cast.client("community").get(cast.url("deliberation:conversation", conversation_id=row.pk))
    assert "充电的钱直接从电卡里扣" in page.content.decode()


def test_what_is_erased_by_law_is_gone_and_its_votes_stay(cast: Cast) -> None:
    row = opened(cast)
    one = said(cast, row)
    actions.show(cast.community, one)
    opinions.vote(row.pk, speaks("李师傅"), one.number, 1)
    with pytest.raises(NotAllowed):
        actions.erase_statement(cast.handler, one, reason="request")
    one.refresh_from_db()
    actions.erase_statement(cast.office, one, reason="request")
    assert (
        "充电的钱" not in cast.client().get(cast.url("deliberation:talk_all", conversation_id=row.pk)).content.decode()
    )
    kept = queries.texts(Statement.objects.filter(pk=one.pk).select_related("words"))[0]
    assert (kept.text, kept.row.agree, kept.row.status) == ("（已依法删除）", 1, "declined")


# --- what comes next, and the end --------------------------------------------------------------------


def test_the_next_statement_is_the_same_on_reload_and_those_hardly_voted_on_come_first(cast: Cast) -> None:
    row = opened(cast)
    Statement.objects.filter(conversation=row, number__lte=3).update(agree=40, disagree=2)
    rows = queries.shown(row)
    first = [next_statement(rows, (), bytes([at])) for at in range(60)]
    assert first == [next_statement(rows, (), bytes([at])) for at in range(60)]
    assert sum(one is not None and one.number == 4 for one in first) > 30
    assert next_statement(rows, {1, 2, 3, 4}, b"x") is None


def test_closing_commits_to_the_counts_and_stops_votes_until_it_is_opened_again(cast: Cast) -> None:
    row = opened(cast)
    votes(row, "王阿姨", 1, -1, 0)
    actions.close(cast.community, row)
    entry = timeline(row.pk)[0]
    assert entry.entry.kind == "conversation.closed"
    assert entry.facts["statements"][:3] == [[1, 1, 0, 0, "shown"], [2, 0, 1, 0, "shown"], [3, 0, 0, 1, "shown"]]
    with pytest.raises(NotAllowed):
        votes(row, "王阿姨", 1)
    actions.reopen(cast.community, row)
    votes(row, "王阿姨", -1)
    assert counts(row, 1) == (0, 1, 0)
