"""The map on votes that were made up with the answer known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from shangliang.deliberation.opinions.map import OpinionMap, draw
from shangliang.deliberation.opinions.votes import AGREE, DISAGREE, PASS, Votes, gather


def votes_of(answers: NDArray[np.float64]) -> Votes:
    """Votes from a table, people × statements, NaN for silence."""
    people, statements = np.nonzero(~np.isnan(answers))
    return gather(
        people.astype(np.int32),
        statements.astype(np.int32),
        answers[people, statements].astype(np.int8),
        range(answers.shape[0]),
        range(answers.shape[1]),
    )


def planted(groups: int, people: int = 600, statements: int = 80, seed: int = 0) -> tuple[Votes, NDArray[np.int64]]:
    """People of `groups` minds who answer half of the statements, now and then against their mind or with a pass."""
    chance = np.random.default_rng(seed)
    mind = chance.choice([-1.0, 1.0], size=(groups, statements))
    member = chance.integers(0, groups, people)
    answers = mind[member]
    answers = np.where(chance.random(answers.shape) < 0.1, -answers, answers)
    answers[chance.random(answers.shape) < 0.1] = 0
    answers[chance.random(answers.shape) < 0.5] = np.nan
    return votes_of(answers), member


def likeness(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    """The adjusted Rand index (Hubert, Arabie 1985): 1 for the same division, 0 for one by chance."""
    table = np.zeros((len(np.unique(one)), len(np.unique(other))))
    np.add.at(table, (np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]), 1)

    def pairs(number: NDArray[np.float64]) -> float:
        return float((number * (number - 1) / 2).sum())

    both, left, right = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    by_chance = left * right / pairs(np.array([len(one)]))
    return (both - by_chance) / ((left + right) / 2 - by_chance)


def same(one: OpinionMap, other: OpinionMap) -> bool:
    return (
        np.array_equal(one.points, other.points)
        and np.array_equal(one.group, other.group)
        and one.representative == other.representative
    )


@pytest.mark.parametrize("groups", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_groups_are_found_and_counted(groups: int, seed: int) -> None:
    votes, member = planted(groups, seed=seed)
    drawn = draw(votes)
    placed = drawn.group >= 0
    assert len(drawn.sizes()) == groups
    assert likeness(member[placed], drawn.group[placed]) >= 0.9


def test_planted_groups_are_found_among_many_people_too() -> None:
    votes, member = planted(3, people=9000, statements=40)
    drawn = draw(votes)
    placed = drawn.group >= 0
    assert likeness(member[placed], drawn.group[placed]) >= 0.9


def test_the_same_votes_give_the_same_map() -> None:
    votes, _ = planted(3)
    assert same(draw(votes), draw(votes))


def test_the_order_of_the_votes_does_not_matter() -> None:
    votes, _ = planted(3)
    pairs = votes.matrix.tocoo()
    back = gather(pairs.row[::-1], pairs.col[::-1], pairs.data[::-1], votes.participants, votes.statements)
    assert same(draw(votes), draw(back))


def test_so_many_groups_as_are_asked_for() -> None:
    votes, _ = planted(3)
    assert [len(draw(votes, groups=number).sizes()) for number in (2, 3, 4)] == [2, 3, 4]


def test_the_largest_group_comes_first() -> None:
    sizes = draw(planted(4)[0]).sizes()
    assert sizes == sorted(sizes, reverse=True)


def test_who_has_voted_on_too_little_stands_in_no_group_and_is_counted() -> None:
    answers = np.where(np.arange(40)[:, None] % 2, 1.0, -1.0) * np.ones(10)
    answers[0, 6:] = np.nan
    answers[1, 7:] = np.nan
    drawn = draw(votes_of(answers))
    assert drawn.group[0] == -1
    assert drawn.group[1] == drawn.group[3] >= 0
    assert drawn.totals[0].tolist() == [20, 0, 20]
    assert drawn.by_group[:, 0].sum() == 39


def test_with_few_statements_who_has_answered_all_of_them_counts() -> None:
    answers = np.where(np.arange(40)[:, None] % 2, 1.0, -1.0) * np.ones(3)
    answers[0, 0] = np.nan
    drawn = draw(votes_of(answers))
    assert drawn.group[0] == -1
    assert sorted(drawn.sizes()) == [19, 20]


def test_two_people_far_out_are_not_a_group() -> None:
    answers = np.where(np.arange(60)[:, None] % 2, 1.0, -1.0) * np.ones(40)
    answers[:, 12:] = 1  # all are for the rest,
    answers[:2] = -1  # but for two who are against everything
    assert draw(votes_of(answers)).sizes() == [31, 29]


def test_a_conversation_in_which_all_agree_has_one_group() -> None:
    drawn = draw(votes_of(np.ones((30, 8))))
    assert drawn.sizes() == [30]
    assert not drawn.points.any()


def test_asking_for_more_groups_than_there_are_opinions_gives_those_there_are() -> None:
    answers = np.where(np.arange(60)[:, None] % 2, 1.0, -1.0) * np.ones(30)
    assert draw(votes_of(answers), groups=4).sizes() == [30, 30]


def test_nobody_has_voted() -> None:
    drawn = draw(votes_of(np.full((0, 5), np.nan)))
    assert drawn.sizes() == []
    assert drawn.totals.tolist() == [[0, 0, 0]] * 5


def test_a_statement_taken_out_is_counted_and_moves_nobody() -> None:
    votes, member = planted(2)
    loud = np.where(np.random.default_rng(5).random(len(member)) < 0.5, 1.0, -1.0)
    answers = np.full(votes.matrix.shape, np.nan)
    pairs = votes.matrix.tocoo()
    answers[pairs.row, pairs.col] = pairs.data
    answers[:, :30] = loud[:, None]  # thirty statements that split people another way
    drawn = draw(votes_of(answers), taken_out=range(30), groups=2)
    assert likeness(member, drawn.group) > 0.9
    assert drawn.totals[0, AGREE] == int((loud > 0).sum())
    assert all(at >= 30 for shown in drawn.representative for at in shown)


def test_what_every_group_agrees_on_is_the_strongest_consensus() -> None:
    votes, _ = planted(3)
    pairs = votes.matrix.tocoo()
    shared = np.where(pairs.col == 7, 1, pairs.data).astype(np.int8)
    drawn = draw(gather(pairs.row, pairs.col, shared, votes.participants, votes.statements))
    assert int(drawn.consensus.argmax()) == 7
    agree, asked = drawn.by_group[:, 7, AGREE], drawn.by_group[:, 7].sum(axis=1)
    assert drawn.consensus[7] == pytest.approx(float(np.prod((agree + 1) / (asked + 2))))


def test_what_represents_a_group_is_what_it_holds_and_others_do_not() -> None:
    drawn = draw(planted(3)[0])
    for group, shown in enumerate(drawn.representative):
        assert 1 <= len(shown) <= 5
        for at in shown:
            share = drawn.by_group[:, at] / drawn.by_group[:, at].sum(axis=1, keepdims=True)
            held = AGREE if share[group, AGREE] > share[group, DISAGREE] else DISAGREE
            assert share[group, held] > 0.5
            assert share[group, held] > np.delete(share[:, held], group).min()


def test_the_last_vote_of_a_pair_counts() -> None:
    who, what = np.zeros(3, np.int32), np.zeros(3, np.int32)
    votes = gather(who, what, np.array([1, -1, 0], np.int8), ["a"], ["s"])
    assert draw(votes).totals[0].tolist() == [0, 1, 0]
    assert votes.answered().tolist() == [1]
    assert draw(votes).totals[0, PASS] == 1
