"""Figures are counted from the ledger, once, and shown only where their base bears it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from shangliang.delivery import actions as delivery
from shangliang.figures.definitions import FIGURES, MINIMUM_BASE
from shangliang.figures.models import Course, Tally
from shangliang.figures.queries import Value, behind, totals
from shangliang.gathering import actions as gathering
from shangliang.ledger.models import Bookmark
from shangliang.matters.models import Matter
from shangliang.voices import actions as voices
from shangliang.voices.models import Voice
from tests.publicity.quarter import Quarter

Freeze = Callable[[str | dt.datetime], dt.datetime]


def over(period: str = "year") -> dict[str, tuple[int, int]]:
    return {name: (value.over, value.base) for name, value in totals(period).items() if value.over or value.base}


def test_a_matter_is_counted_where_it_goes(quarter: Quarter, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")  # a Monday: the first answer is due on Thursday
    matter = quarter.say().voice.matter
    freeze("2026-11-04 09:00")
    gathering.accept(quarter.staff, matter.pk, None, title="灯")
    row = quarter.handed_over(matter)
    freeze("2026-11-10 09:00")
    quarter.replied(row)
    delivery.close(quarter.staff, matter.pk, None, words="好了")
    quarter.read()
    assert over() == {
        "raised": (1, 0),
        "accepted": (1, 0),
        "ended": (1, 0),
        "done": (1, 0),
        "answered_in_time": (1, 1),
        "answer_days": (2, 1),
        "replies_in_time": (1, 1),
    }


def test_each_entry_is_counted_once(quarter: Quarter) -> None:
    quarter.closed()
    quarter.read()
    first = (over(), list(Tally.objects.order_by("id").values_list("name", "place", "value")))
    quarter.read()
    assert (over(), list(Tally.objects.order_by("id").values_list("name", "place", "value"))) == first


def test_counting_anew_gives_the_same(quarter: Quarter, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    matter = quarter.closed()
    freeze("2026-11-09 09:00")
    delivery.reopen(quarter.staff, matter.pk, None, why="没修好")
    quarter.accepted("别的事", place=quarter.other)
    quarter.read()
    before = sorted(Tally.objects.exclude(value=0).values_list("name", "day", "place", "value"))
    Tally.objects.all().delete()
    Course.objects.all().delete()
    Bookmark.objects.filter(reader="figures").delete()
    quarter.read()
    assert sorted(Tally.objects.exclude(value=0).values_list("name", "day", "place", "value")) == before


def test_a_reopened_matter_is_no_result_any_more(quarter: Quarter, freeze: Freeze) -> None:
    freeze("2026-10-12 09:00")
    matter = quarter.closed()
    quarter.read()
    assert over()["done"] == (1, 0)
    freeze("2026-11-09 09:00")
    delivery.reopen(quarter.staff, matter.pk, None, why="没修好")
    quarter.read()
    assert "done" not in over()
    freeze("2026-11-10 09:00")
    delivery.close(quarter.staff, matter.pk, None, words="这回好了", outcome="done")
    quarter.read()
    assert over("month")["done"] == (1, 0)
    assert over()["ended"] == (1, 0)


def test_what_is_owed_is_what_is_late(quarter: Quarter, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    late, done = quarter.say().voice.matter, quarter.say().voice.matter
    gathering.decline(quarter.staff, done.pk, None, reason="lawsuit", elsewhere="打 12368", why="在打官司")
    quarter.read()
    assert "owed" not in over()
    freeze("2026-11-05 20:00")  # the last day is not late yet
    assert "owed" not in over()
    freeze("2026-11-06 09:00")
    assert over()["owed"] == (1, 0)
    assert over()["answered_in_time"] == (1, 2)
    assert list(behind("owed", "year").values_list("matter", flat=True)) == [late.pk]
    assert Matter.objects.filter(due__lt=dt.date(2026, 11, 6)).count() == 1


def test_the_last_word_of_a_voice_counts(quarter: Quarter) -> None:
    matter = quarter.closed()
    voice = Voice.objects.get(matter=matter)
    delivery.confirm(quarter.resident, voice, solved="yes", rating=5)
    quarter.read()
    delivery.confirm(quarter.resident, voice, solved="no", rating=2)
    quarter.read()
    assert over()["solved"] == (0, 1)
    assert over()["satisfied"] == (0, 1)


def test_a_voice_taken_for_automatic_counts_when_it_is_let_through(quarter: Quarter) -> None:
    receipt = quarter.say(held=True)
    quarter.read()
    assert over() == {}
    voices.let_through(quarter.staff, receipt.voice)
    quarter.read()
    assert over()["raised"] == (1, 0)


def test_places_add_up_to_the_whole(quarter: Quarter) -> None:
    quarter.accepted()
    quarter.accepted(place=quarter.other)
    quarter.read()
    one = totals("year", ["raised"], quarter.community.pk)["raised"].over
    two = totals("year", ["raised"], quarter.other.pk)["raised"].over
    assert (one, two) == (1, 1)
    assert totals("year", ["raised"])["raised"].over == 2


def test_every_figure_says_what_it_is_and_has_matters_behind_it(quarter: Quarter, client: Client) -> None:
    quarter.closed()
    quarter.read()
    page = client.get(f"/{quarter.tenant.slug}/figures/").content.decode()
    for name, figure in FIGURES.items():
        assert str(figure.sentence) in page
        assert f"?of={name}" in page
        assert client.get(quarter.address() + f"?of={name}").status_code == 200
        assert (figure.kind == "count") == (not figure.base)


@pytest.mark.parametrize("base", [0, 1, MINIMUM_BASE - 1])
def test_there_is_no_share_below_the_least_base(base: int) -> None:
    value = Value(FIGURES["solved"], base, base)
    assert value.number == ""
    assert "%" not in value.words


def test_a_share_is_never_rounded_up() -> None:
    assert Value(FIGURES["solved"], 9999, 10000).number == "99.9"
    assert Value(FIGURES["solved"], 20, 20).number == "100"


def test_the_list_behind_a_figure_is_the_figure(quarter: Quarter, client: Client) -> None:
    ended, _open = quarter.closed("有结果的"), quarter.accepted("没结果的")
    quarter.read()
    page = client.get(quarter.address() + "?of=ended").content.decode()
    assert ended.number in page
    assert "没结果的" not in page
