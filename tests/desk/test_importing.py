"""Importing a table of messages: what becomes of each row, once and for all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed
from shangliang.core.seal import unseal
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandedPoint, HandOver
from shangliang.delivery.queries import handed_points
from shangliang.desk import imports
from shangliang.figures.models import EVERYWHERE, Tally
from shangliang.figures.reader import catch_up
from shangliang.gathering import actions as gathering
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.ledger.verify import verify
from shangliang.manage.verifying import differences
from shangliang.matters.models import Counter as Numbers
from shangliang.matters.models import Matter, Point
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.voices.actions import Speech, erase_voice, raise_voice
from shangliang.voices.models import Contact, ImportedRow, Voice
from shangliang.voices.queries import behind, live_slip, reach_of, slip_code
from shangliang.voices.slips import clean
from tests.desk.counter import Counter, open_counter
from tests.desk.tables import answered, csv, row, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Counter:
    return open_counter()


def words(counter: Counter, matter: Matter) -> str:
    with counter.scope():
        (said,) = behind([matter.pk])
        return said.words


def shanghai(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


# --- what a row becomes -----------------------------------------------------------------------------


def test_a_message_becomes_a_matter_on_its_real_day_with_a_slip(counter: Counter, freeze: Callable[[str], Any]) -> None:
    freeze("2026-11-20 09:00")
    assert counter.bring_in([row("7")]).counts == {"rows": 1, "new": 1, "known": 0, "errors": 0}
    (matter,) = counter.matters()
    assert matter.number == "420107-2026-000001"
    assert (matter.title, matter.status, matter.supporters) == ("楼道灯坏了", "raised", 3)
    assert (matter.place.name, matter.place_settled) == ("光明社区", True)
    assert matter.holder is not None
    assert matter.holder.name == "光明社区"
    assert matter.raised_at == shanghai("2025-03-03 09:15:00")
    # Said long ago, but never answered: owed here from the day it was recorded.
    assert matter.due_started == clock.today()
    with counter.scope():
        voice = Voice.objects.get()
        assert (voice.channel, voice.openness, voice.happened_at) == ("import", "handlers", matter.raised_at)
        assert words(counter, matter) == "第 7 户门口的灯坏了三个月。"
        slip = live_slip(voice)
        assert slip is not None
        assert clean(slip_code(slip))
        (line,) = timeline(matter.pk)
    assert line.entry.happened_at == matter.raised_at
    assert (line.facts["imported"], line.facts["supporters"]) == (True, 3)


def test_a_message_with_a_reply_ends_explained_on_its_real_days(counter: Counter) -> None:
    counter.bring_in([answered("7")])
    (matter,) = counter.matters()
    assert (matter.status, matter.ended_at, matter.due) == ("explained", shanghai("2025-03-12 16:00:00"), None)
    with counter.scope():
        handed, point = HandOver.objects.select_related("body").get(), Point.objects.get()
        assert (handed.body.name, handed.status, handed.started) == ("区城管执法局", "replied", dt.date(2025, 3, 3))
        assert (handed.sent_at, handed.replied_at) == (matter.raised_at, matter.ended_at)
        assert (point.text, point.status) == ("请答复", "explained")
        assert HandedPoint.objects.get().outcome == "explained"
        told = [(line.entry.kind, line.entry.happened_at, line.words) for line in reversed(timeline(matter.pk))]
    began, ended = matter.raised_at, matter.ended_at
    assert told == [
        ("voice.raised", began, {"words": "第 7 户门口的灯坏了三个月。"}),
        ("matter.accepted", began, {"title": "楼道灯坏了"}),
        ("matter.handed_over", began, {"point-1": "请答复"}),
        ("handover.replied", ended, {"answer-1": "已经换好，谢谢反映。"}),
        ("matter.closed", ended, {}),
    ]


def one_by_one(counter: Counter) -> None:
    """What importing a message with a reply does at once, act by act."""
    office, handler = counter.actor("office"), counter.actor("handler")
    with counter.scope():
        place, body = Place.objects.get(name="光明社区"), Body.objects.get(name="区城管执法局")
        speech = Speech("灯坏了", place, "one-by-one", openness="handlers")
        receipt = raise_voice(Actor("resident", counter.tenant.pk), counter.tenant, speech)
        matter = gathering.accept(office, receipt.voice.matter_id, None, title="灯坏了")
        delivery.hand_over(office, matter.pk, None, body=body, points=["请答复"])
        row = HandOver.objects.select_related("body", "matter").get()
        answers = {item.pk: delivery.Answer("explained", "已经换好。") for item in handed_points(row)}
        delivery.reply(handler, row, None, answers=answers)
        delivery.close(office, matter.pk, None, words="答复了。")


def test_entries_say_what_those_of_the_single_acts_say(counter: Counter) -> None:
    one_by_one(counter)
    counter.bring_in([answered("7")])
    with counter.scope():
        single, imported = Matter.objects.order_by("number")
        ours = [line.body for line in reversed(timeline(imported.pk))]
        theirs = [line.body for line in reversed(timeline(single.pk))]
    extra = {"imported", "supporters", "cleared"}
    for one, other in zip(ours, theirs, strict=True):
        assert one["kind"] == other["kind"]
        assert [kind for kind, _row in one["subjects"]] == [kind for kind, _row in other["subjects"]]
        assert one["facts"].keys() - extra == other["facts"].keys()
        for name in ("status", "answers", "points", "end", "days", "step"):
            assert one["facts"].get(name) == other["facts"].get(name), (one["kind"], name)
    for name in ("status", "due", "due_started", "due_rule", "due_days", "is_public"):
        wanted = False if name == "is_public" else getattr(single, name)
        assert getattr(imported, name) == wanted, name


def test_a_place_that_nobody_knows_waits_with_the_words_as_written(counter: Counter) -> None:
    report = counter.bring_in([row("7", 社区="A3区米兰春天")])
    (matter,) = counter.matters()
    assert (matter.place.name, matter.place_settled, matter.place_words) == ("青山区", False, "A3区米兰春天")
    assert matter.holder is not None
    assert matter.holder.kind == "district_office"
    assert report.new == 1


def test_a_department_that_nobody_knows_is_kept_as_a_note_to_the_office(counter: Counter) -> None:
    counter.bring_in([answered("7", 承办单位="市水务集团")])
    (matter,) = counter.matters()
    with counter.scope():
        handed = HandOver.objects.select_related("body").get()
        (line,) = timeline(matter.pk, kinds=["matter.handed_over"])
    assert handed.body.kind == "district_office"
    assert line.words["note"] == "原表里的承办单位：市水务集团"


def test_a_long_title_is_cut_and_stays_whole_in_the_words(counter: Counter) -> None:
    title = "灯" * 70
    counter.bring_in([row("7", 留言主题=title)])
    (matter,) = counter.matters()
    assert matter.title == "灯" * 59 + "…"
    assert words(counter, matter) == f"{title}\n第 7 户门口的灯坏了三个月。"


def test_the_row_is_kept_as_it_came_and_cannot_be_read_in_the_database(counter: Counter) -> None:
    counter.bring_in([row("7", 留言详情="  原样\t")])
    with counter.scope():
        kept = ImportedRow.objects.get()
        assert (kept.source, kept.row, kept.key) == ("留言.xlsx", 2, "留言编号:7")
        original = json.loads(unseal(kept.sealed, f"imported:{kept.tenant_id}:{kept.pk}"))
        assert original["留言详情"] == "  原样\t"
    assert "原样".encode() not in bytes(kept.sealed)


def test_name_and_phone_are_kept_sealed_unless_the_speaker_asked_otherwise(counter: Counter) -> None:
    headings = ["编号", "时间", "内容", "姓名", "电话", "匿名"]
    rows = [
        ["1", "2025-03-03", "灯坏了", "甲某某", "13000000000", "0"],
        ["2", "2025-03-03", "灯又坏了", "乙某某", "", "是"],
    ]
    counter.bring_in([], content=csv(rows, headings=headings))
    with counter.scope():
        named, unnamed = Voice.objects.select_related("contact").order_by("matter__number")
        assert reach_of(named).phone == "13000000000"
        assert (unnamed.openness, unnamed.contact_id, Contact.objects.count()) == ("anonymous", None, 1)


# --- in public --------------------------------------------------------------------------------------


def test_nobody_sees_imported_messages_unless_they_were_public_before(counter: Counter) -> None:
    counter.bring_in([row("1"), answered("2")])
    assert [matter.is_public for matter in counter.matters()] == [False, False]


def test_messages_that_were_public_show_with_their_words(counter: Counter) -> None:
    counter.bring_in([row("1"), answered("2")], public=True)
    assert [(matter.is_public, matter.status) for matter in counter.matters()] == [
        (True, "gathered"),
        (True, "explained"),
    ]
    with counter.scope():
        assert Voice.objects.exclude(cleared_at=None).filter(openness="public").count() == 2


@pytest.mark.parametrize("number", ["13800000000", "粤B12345", "110101199003070011"])
def test_words_with_a_number_of_a_person_wait_for_staff(counter: Counter, number: str) -> None:
    counter.bring_in([row("1", 留言详情=f"请回电 {number}")], public=True)
    with counter.scope():
        voice = Voice.objects.select_related("matter").get()
    assert (voice.matter.is_public, voice.cleared_at) == (True, None)


def test_a_title_shows_without_the_number_in_it(counter: Counter) -> None:
    counter.bring_in([row("1", 留言主题="找 13800000000 修灯")], public=True)
    (matter,) = counter.matters()
    assert matter.title == "找 ●●●●●●●●●●● 修灯"
    with counter.scope():
        assert Voice.objects.get().cleared_at is None


def test_a_reply_with_a_number_of_a_person_keeps_the_matter_from_the_public(counter: Counter) -> None:
    rows = [answered("1", 答复意见="已联系机主 13800000000"), answered("2", 答复意见="有事请打 027-00000000")]
    counter.bring_in(rows, public=True)
    assert [matter.is_public for matter in counter.matters()] == [False, True]


# --- once and for all -------------------------------------------------------------------------------


def test_the_same_file_twice_adds_nothing(counter: Counter) -> None:
    rows = [row("1"), answered("2")]
    counter.bring_in(rows)
    with counter.scope():
        entries = Entry.objects.count()
    assert counter.bring_in(rows).counts == {"rows": 2, "new": 0, "known": 2, "errors": 0}
    with counter.scope():
        assert Entry.objects.count() == entries


def test_rows_without_a_number_are_known_by_their_words_and_day(counter: Counter) -> None:
    headings = ["时间", "内容"]
    rows = [["2025-03-03", "灯坏了"], ["2025-03-03", "灯坏了"], ["2025-03-04", "灯坏了"]]
    first = counter.bring_in([], content=csv(rows, headings=headings))
    again = counter.bring_in([], content=csv(rows, headings=headings, encoding="gb18030"))
    assert (first.new, first.known, again.new, again.known) == (2, 1, 0, 3)


def test_a_reply_that_came_later_makes_no_second_matter(counter: Counter) -> None:
    counter.bring_in([row("1")])
    assert counter.bring_in([answered("1")]).counts == {"rows": 1, "new": 0, "known": 1, "errors": 0}


def test_the_same_number_with_other_words_is_an_error(counter: Counter) -> None:
    counter.bring_in([row("1")])
    report = counter.bring_in([row("1", 留言详情="别的事"), row("2"), row("2", 留言详情="又是别的事")])
    assert report.counts == {"rows": 3, "new": 1, "known": 0, "errors": 2}
    assert [str(problem) for problem in report.problems] == [
        "第 2 行「编号」：编号 1 已经有了，可内容不一样。请核对编号。",
        "第 4 行「编号」：编号 2 已经有了，可内容不一样。请核对编号。",
    ]


def test_the_same_number_from_another_kind_of_source_is_another_message(counter: Counter) -> None:
    headings = ["工单编号", "时间", "内容"]
    counter.bring_in([row("1")])
    assert counter.bring_in([], content=csv([["1", "2025-03-03", "水管漏了"]], headings=headings)).new == 1


def test_what_was_lawfully_erased_does_not_come_back(counter: Counter) -> None:
    rows = [row("1"), row("", 留言编号=None)]
    counter.bring_in(rows)
    with counter.scope():
        for voice in Voice.objects.all():
            erase_voice(counter.actor("office"), voice, "asked")
    assert counter.bring_in(rows).counts == {"rows": 2, "new": 0, "known": 2, "errors": 0}


def test_good_rows_are_kept_when_others_are_wrong(counter: Counter) -> None:
    report = counter.bring_in([row("1"), row("2", 留言时间="?"), row("3")])
    assert report.counts == {"rows": 3, "new": 2, "known": 0, "errors": 1}
    assert [matter.number[-1] for matter in counter.matters()] == ["1", "2"]


def test_a_look_writes_nothing(counter: Counter) -> None:
    with counter.scope():
        before = Entry.objects.count()
        report = imports.look(counter.tenant, xlsx([row("1"), answered("2"), row("3", 留言时间=None)]))
        assert (Entry.objects.count(), Matter.objects.count(), ImportedRow.objects.count()) == (before, 0, 0)
    assert report.counts == {"rows": 3, "new": 2, "known": 0, "errors": 1}
    assert [(one.face.title, one.place, one.body) for one in report.previews] == [
        ("楼道灯坏了", "光明社区", ""),
        ("楼道灯坏了", "光明社区", "区城管执法局"),
    ]


def test_stopped_in_the_middle_whole_batches_stay_and_the_next_time_adds_the_rest(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(str(number)) for number in range(25)]
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    broken = [*rows[:17], *rows[18:]]
    real, seen = imports.actions.take_in, []

    def power_fails(*given: Any) -> None:
        real(*given)
        seen.append(1)
        if len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(imports.actions, "take_in", power_fails)
    with pytest.raises(KeyboardInterrupt):
        counter.bring_in(broken)
    monkeypatch.setattr(imports.actions, "take_in", real)
    assert len(counter.matters()) == 10
    assert counter.bring_in(rows).counts == {"rows": 25, "new": 15, "known": 10, "errors": 0}
    with counter.scope():
        assert Numbers.objects.get().last == 25
        assert list(differences(counter.tenant)) == []
    assert verify(counter.tenant).ok


def test_many_rows_take_few_statements(counter: Counter, at_most: Callable[[int], Any]) -> None:
    rows = [answered(str(number)) for number in range(100)]
    counter.bring_in([answered("first")])
    with at_most(110):
        counter.bring_in(rows)


def test_figures_take_the_reply_for_the_first_answer(counter: Counter) -> None:
    counter.bring_in([row("1"), answered("2"), answered("3", 答复时间="2025/3/5 8:00:00")], public=True)
    with counter.scope():
        catch_up(counter.tenant)
        sums = Tally.objects.filter(place=EVERYWHERE).values_list("name").annotate(total=Sum("value"))
        counted = dict(sums)
    assert (counted["raised"], counted["answers_due"], counted["explained"]) == (3, 3, 2)
    assert (counted["answers"], counted["answers_in_time"], counted["answer_days"]) == (2, 1, 9)


# --- who may ----------------------------------------------------------------------------------------


def test_staff_import_from_their_seat(counter: Counter) -> None:
    counter.bring_in([answered("1")], role="street")
    (matter,) = counter.matters()
    with counter.scope():
        lines = timeline(matter.pk)
        street = Body.objects.get(name="新沟桥街道")
    assert {line.body["actor"]["body"] for line in lines} == {str(street.pk)}


@pytest.mark.parametrize("role", ["member", "handler"])
def test_others_may_not(counter: Counter, role: str) -> None:
    with pytest.raises(NotAllowed):
        counter.bring_in([row("1")], role=role)
    assert counter.matters() == []


# --- real files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("messages-with-likes.xlsx", {"rows": 4326, "new": 4326, "known": 0, "errors": 0}),
        ("messages-with-replies.xlsx", {"rows": 2816, "new": 2816, "known": 0, "errors": 0}),
        ("fuzhou-petitions.csv", {"rows": 1203, "new": 1187, "known": 16, "errors": 0}),
    ],
)
def test_real_files_are_understood(counter: Counter, samples: Path, name: str, counts: dict[str, int]) -> None:
    with counter.scope():
        assert imports.look(counter.tenant, (samples / "messages" / name).read_bytes()).counts == counts


def test_a_real_file_is_imported_once(counter: Counter, samples: Path) -> None:
    content = (samples / "messages" / "fuzhou-petitions.csv").read_bytes()
    assert counter.bring_in([], content=content, public=True).new == 1187
    assert counter.bring_in([], content=content, public=True).new == 0
    with counter.scope():
        assert list(differences(counter.tenant)) == []
    assert verify(counter.tenant).ok
