"""The desk of a studio: the queue, the note, who may read it, and that it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.matters.models import Matter
from shangliang.people.models import Look
from shangliang.studios.actions import reception as actions
from shangliang.studios.models import Reception, Studio, StudioStep
from shangliang.studios.queries import reception as queries
from shangliang.studios.reception_notes import opened
from shangliang.voices.models import Voice
from shangliang.voices.queries import live_slip, reach_of
from tests.cast import FAR, Cast
from tests.scenes_reception import PHONE, WORDS, note, on_duty, studio_of, talked
from tests.town import hidden

Outcome, Status = Reception.Outcome, Reception.Status
DAY = "2026-11-20 10:00"


@pytest.fixture(autouse=True)
def morning(freeze: Callable[[str], dt.datetime]) -> None:
    freeze(DAY)


def desk(cast: Cast, name: str = "studios:reception", **parts: Any) -> str:
    return cast.url(name, studio_id=studio_of(cast).pk, **parts)


def fields(**more: Any) -> dict[str, Any]:
    said = {"words": WORDS, "outcome": "voice", "people": "1", "category": "complaint", "openness": "public"}
    return said | {"speaks_for": "self", "name": "王阿姨", "phone": PHONE, "tell": "on"} | more


def sent(cast: Cast, role: str = "convenor", **more: Any) -> Any:
    client = cast.client(role)
    stamp = hidden(client.get(desk(cast)).content.decode().split("note-form")[1], "stamp")
    return client.post(desk(cast), fields(stamp=stamp, **more))


def kinds() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("kind", flat=True))


# --- the queue ---


def test_numbers_follow_one_another_and_begin_anew_each_day(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    studio = studio_of(cast)
    first = actions.take_number(cast.convenor, studio, "one")
    second = actions.take_number(cast.convenor, studio, "two", people=3, name="李师傅")
    freeze("2026-11-23 09:00")
    third = actions.take_number(cast.convenor, studio, "three")
    assert (first.number, second.number, third.number) == (1, 2, 1)


def test_taking_a_number_twice_with_one_form_gives_one_number(cast: Cast) -> None:
    studio = studio_of(cast)
    assert actions.take_number(cast.convenor, studio, "k") == actions.take_number(cast.convenor, studio, "k")
    assert Reception.objects.count() == 1


def test_who_is_called_is_talked_with_and_their_note_ends_it(cast: Cast) -> None:
    studio = studio_of(cast)
    row = actions.take_number(cast.convenor, studio, "k", name="王阿姨")
    actions.call(cast.convenor, studio, row)
    made = actions.record(cast.convenor, cast.tenant, studio, note(cast, Outcome.TALK), "n", waiting=row)
    day = queries.day_of(studio, clock.today())
    assert made.reception.pk == row.pk
    assert (day.talking, day.waiting, [done.number for done in day.done]) == ([], [], [1])


def test_who_goes_away_is_counted_and_their_name_forgotten(cast: Cast) -> None:
    studio = studio_of(cast)
    row = actions.take_number(cast.convenor, studio, "k", name="王阿姨")
    actions.left(cast.convenor, studio, row)
    row = cast.again(row)
    assert (row.status, row.sealed) == (Status.LEFT, None)
    assert queries.counts(studio, clock.today(), clock.today()).left == 1


def test_somebody_called_by_two_at_once_is_called_once(cast: Cast) -> None:
    studio = studio_of(cast)
    row = actions.take_number(cast.convenor, studio, "k")
    stale = cast.again(row)
    actions.call(cast.convenor, studio, row)
    with pytest.raises(Changed):
        actions.call(cast.convenor, studio, stale)
    with pytest.raises(Changed):
        actions.call(cast.convenor, studio, row)


def test_a_visitor_whom_two_write_down_is_recorded_once(cast: Cast) -> None:
    studio = studio_of(cast)
    row = actions.take_number(cast.convenor, studio, "k")
    actions.call(cast.convenor, studio, row)
    page = cast.client("convenor").get(desk(cast), {"visitor": str(row.pk)}).content.decode()
    assert "记 1 号" in page
    assert sent(cast, visitor=str(row.pk)).status_code == 302
    late = sent(cast, role="office", visitor=str(row.pk))
    assert late.status_code == 409
    assert "已经有人接待了" in late.content.decode()
    assert Reception.objects.count() == 1


def test_the_queue_alone_is_asked_for_again(cast: Cast) -> None:
    actions.take_number(cast.convenor, studio_of(cast), "k", name="王阿姨")
    part = cast.client("convenor").get(desk(cast), headers={"HX-Request": "true"}).content.decode()
    assert "王阿姨" in part
    assert "<html" not in part


# --- the note ---


def test_a_note_becomes_a_voice_that_the_studio_holds_and_gives_a_slip(cast: Cast) -> None:
    row = talked(cast, Outcome.VOICE, wish="把井盖换掉")
    matter = Matter.objects.get(pk=row.voice.matter_id)
    assert matter.holder == studio_of(cast).body
    assert row.voice.channel == Voice.Channel.COUNTER
    assert reach_of(row.voice).phone == PHONE
    assert live_slip(row.voice) is not None
    assert kinds()[-1] == "voice.raised"


def test_a_talk_without_anything_to_do_leaves_one_entry_and_counts(cast: Cast) -> None:
    before = len(kinds())
    talked(cast, Outcome.TALK)
    talked(cast, Outcome.ANSWERED)
    talked(cast, Outcome.VOICE)
    assert kinds()[before:] == ["reception.recorded", "reception.recorded", "voice.raised"]
    counts = queries.counts(studio_of(cast), clock.today(), clock.today())
    assert (counts.talks, counts.people) == (3, 3)
    assert counts.by_outcome == {"answered": 1, "voice": 1, "talk": 1, "elsewhere": 0}


def test_what_was_said_is_in_no_column_and_no_entry_in_the_clear(cast: Cast) -> None:
    row = talked(cast, Outcome.TALK)
    raw = Reception.objects.filter(pk=row.pk).values().get()
    assert not any(isinstance(value, str) and ("井盖" in value or PHONE in value) for value in raw.values())
    assert "井盖" not in Entry.objects.order_by("-seq")[0].body
    assert opened(row).words == WORDS  # type: ignore[union-attr]


def test_one_key_records_once(cast: Cast) -> None:
    studio = studio_of(cast)
    first = actions.record(cast.convenor, cast.tenant, studio, note(cast), "k")
    again = actions.record(cast.convenor, cast.tenant, studio, note(cast), "k")
    assert (first.known, again.known) == (False, True)
    assert first.reception == again.reception
    assert Voice.objects.count() == 1


def test_who_chose_to_be_anonymous_leaves_no_name_and_no_number(cast: Cast) -> None:
    assert sent(cast, openness="anonymous").status_code == 302
    row = Reception.objects.get()
    kept = opened(row)
    assert kept is not None
    assert (kept.name, kept.phone, row.phone_hash, row.voice.contact) == ("", "", None, None)


@pytest.mark.parametrize("mark", ["sensitive", "minor"])
def test_what_is_delicate_never_starts_public(cast: Cast, mark: str) -> None:
    sent(cast, **{mark: "on"})
    assert Reception.objects.get().voice.openness == Voice.Openness.HANDLERS


def test_the_form_writes_a_note_and_leads_to_its_slip(cast: Cast) -> None:
    client = cast.client("convenor")
    stamp = hidden(client.get(desk(cast)).content.decode().split("note-form")[1], "stamp")
    answer = client.post(desk(cast), fields(stamp=stamp))
    row = Reception.objects.get()
    assert answer.url == desk(cast, "studios:reception_slip", reception_id=row.pk)
    page = client.get(answer.url).content.decode()
    assert row.voice.matter.number in page
    assert cast.client("office").get(answer.url).status_code == 404, "the slip is for who handed it out"


def test_the_same_form_sent_twice_is_one_note_and_with_other_words_two(cast: Cast) -> None:
    client = cast.client("convenor")
    stamp = hidden(client.get(desk(cast)).content.decode().split("note-form")[1], "stamp")
    for words in (WORDS, WORDS, "另一件事：路灯不亮。"):
        client.post(desk(cast), fields(stamp=stamp, words=words))
    assert Reception.objects.count() == Voice.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": ""}, "还没写是什么事"),
        ({"phone": "1380000"}, "手机号少了 4 位"),
        ({"people": "很多"}, "来了几个人？"),
        ({"category": "weather"}, "这一项没有了"),
        ({"receiver": "00000000-0000-0000-0000-000000000001"}, "这一项没有了"),
    ],
)
def test_a_note_that_cannot_be_taken_says_why(cast: Cast, wrong: dict[str, str], sentence: str) -> None:
    answer = sent(cast, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Reception.objects.exists()


def test_a_talk_needs_no_words(cast: Cast) -> None:
    assert sent(cast, words="", outcome="talk", name="", phone="").status_code == 302
    assert Reception.objects.get().outcome == Outcome.TALK


def test_a_closed_studio_receives_nobody(cast: Cast) -> None:
    studio = studio_of(cast)
    Studio.objects.filter(pk=studio.pk).update(status=Studio.Status.CLOSED)
    StudioStep.objects.create(
        tenant=cast.tenant, studio=studio, to=Studio.Status.CLOSED, on=clock.today(), decided_by="区政协"
    )
    studio = Studio.objects.select_related("body__place").get(pk=studio.pk)
    with pytest.raises(Refused, match="已经退出"):
        actions.take_number(cast.convenor, studio, "k")
    with pytest.raises(Refused, match="已经退出"):
        actions.record(cast.convenor, cast.tenant, studio, note(cast), "k")
    assert "已经退出" in cast.client("convenor").get(desk(cast)).content.decode()


# --- who may ---


def test_a_member_receives_only_on_the_day_of_their_turn(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    studio = studio_of(cast)
    on_duty(cast, "member", studio)
    made = actions.record(cast.member, cast.tenant, studio, note(cast), "k")
    assert made.reception.voice is not None, "a member on duty gives slips too"
    freeze("2026-11-23 10:00")
    with pytest.raises(NotAllowed):
        actions.record(cast.member, cast.tenant, studio, note(cast), "k2")


def test_a_turn_that_was_given_up_opens_nothing(cast: Cast) -> None:
    turn = on_duty(cast, "member", studio_of(cast))
    turn.given_up_at = clock.now()
    turn.save()
    assert cast.client("member").get(desk(cast)).status_code == 404


def test_a_member_on_duty_reads_the_notes_of_the_day_and_none_of_before(
    cast: Cast, freeze: Callable[[str], dt.datetime]
) -> None:
    old = talked(cast)
    freeze("2026-11-23 10:00")
    new = talked(cast)
    on_duty(cast, "member", studio_of(cast))
    read = {
        row.pk: cast.client("member").post(desk(cast, "studios:reception_note", reception_id=row.pk)).status_code
        for row in (old, new)
    }
    assert read == {old.pk: 404, new.pk: 200}


def test_the_convenor_of_one_studio_sees_nothing_of_anothers_notes(cast: Cast) -> None:
    from shangliang.core.actors import Actor
    from shangliang.people.actions import open_body
    from shangliang.people.models import Body

    row = talked(cast)
    body = open_body(Actor("system", cast.tenant.pk), Body.Kind.STUDIO, "南苑委员工作室", cast.place(FAR))
    other = studio_of(cast, body.name)
    client = cast.client("convenor")
    there = {"studio_id": other.pk}
    assert client.get(cast.url("studios:reception", **there)).status_code == 404
    assert client.post(cast.url("studios:reception_note", **there, reception_id=row.pk)).status_code == 404
    # The note of one studio is not found under the address of another, even by who may see both.
    office = cast.client("office")
    assert office.post(cast.url("studios:reception_note", **there, reception_id=row.pk)).status_code == 404
    found = office.post(cast.url("studios:reception_visitor", **there), {"phone": PHONE})
    assert "没有来过" in found.content.decode()


def test_opening_a_note_is_a_look_that_is_logged(cast: Cast) -> None:
    row = talked(cast)
    page = cast.client("convenor").post(desk(cast, "studios:reception_note", reception_id=row.pk))
    assert "井盖" in page.content.decode()
    look = Look.objects.get()
    assert (look.subject, look.what, look.person_id) == (row.pk, "reception", cast.accounts["convenor"].person_id)


def test_the_page_of_the_day_shows_nobody_s_words_or_number(cast: Cast) -> None:
    talked(cast)
    page = cast.client("convenor").get(desk(cast)).content.decode()
    assert "聊聊，没有要办的" in page
    assert "井盖" not in page
    assert PHONE not in page


# --- a visitor who came before ---


def test_a_visitor_is_found_by_the_whole_number_and_each_look_up_is_logged(cast: Cast) -> None:
    rows = [talked(cast), talked(cast, Outcome.VOICE)]
    page = cast.client("convenor").post(desk(cast, "studios:reception_visitor"), {"phone": "138 0000 0007"})
    html = page.content.decode()
    assert "来过 2 次" in html
    assert rows[1].voice.matter.number in html
    assert "井盖" not in html
    assert set(Look.objects.values_list("subject", "what")) == {(row.pk, "visitor") for row in rows}


@pytest.mark.parametrize("part", ["1380000", "0007", "13800"])
def test_a_part_of_a_number_finds_nobody(cast: Cast, part: str) -> None:
    talked(cast)
    page = cast.client("convenor").post(desk(cast, "studios:reception_visitor"), {"phone": part})
    assert page.status_code == 422
    assert not Look.objects.exists()


def test_looking_for_a_stranger_is_logged_too(cast: Cast) -> None:
    page = cast.client("convenor").post(desk(cast, "studios:reception_visitor"), {"phone": "13900000000"})
    assert "没有来过" in page.content.decode()
    assert Look.objects.get().subject == studio_of(cast).pk


# --- correcting and erasing ---


def test_a_note_of_today_is_put_right_with_an_entry(cast: Cast) -> None:
    row = talked(cast)
    actions.correct(cast.convenor, studio_of(cast), row, note(cast, Outcome.ANSWERED, words="说的是路灯。"))
    row = cast.again(row)
    assert (row.outcome, opened(row).words) == (Outcome.ANSWERED, "说的是路灯。")
    assert kinds()[-1] == "reception.corrected"


def test_what_became_a_voice_keeps_its_words(cast: Cast) -> None:
    row = talked(cast, Outcome.VOICE)
    actions.correct(cast.convenor, studio_of(cast), row, note(cast, Outcome.TALK, words="别的", answer="已报物业"))
    row = cast.again(row)
    kept = opened(row)
    assert kept is not None
    assert (row.outcome, kept.words, kept.answer) == (Outcome.VOICE, WORDS, "已报物业")


def test_a_note_of_yesterday_stands(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    row = talked(cast)
    freeze("2026-11-21 10:00")
    with pytest.raises(Refused, match="只能改今天的"):
        actions.correct(cast.convenor, studio_of(cast), row, note(cast, Outcome.TALK))


def test_a_talk_does_not_become_a_voice_by_correcting(cast: Cast) -> None:
    with pytest.raises(Refused, match="另记一条"):
        actions.correct(cast.convenor, studio_of(cast), talked(cast), note(cast, Outcome.VOICE))


def test_the_office_erases_what_was_written_and_the_talk_still_counts(cast: Cast) -> None:
    row = talked(cast)
    with pytest.raises(NotAllowed):
        actions.erase(cast.convenor, row, "request")
    page = cast.client("office").post(desk(cast, "studios:reception_erase", reception_id=row.pk), {"reason": "request"})
    row = cast.again(row)
    assert page.status_code == 302
    assert (row.sealed, row.phone_hash) == (None, None)
    assert queries.counts(studio_of(cast), clock.today(), clock.today()).talks == 1
    assert kinds()[-1] == "reception.erased"
    with pytest.raises(Refused, match="先前已经删除"):
        actions.erase(cast.office, row, "request")
    with pytest.raises(Refused, match="没有可以改的"):
        actions.correct(cast.convenor, studio_of(cast), row, note(cast, Outcome.TALK))


def test_the_desk_asks_little_of_the_database(cast: Cast, at_most: Any) -> None:
    studio = studio_of(cast)
    for number in range(5):
        actions.take_number(cast.convenor, studio, f"k{number}", name="王阿姨")
        talked(cast, Outcome.VOICE)
    client = cast.client("convenor")
    client.get(desk(cast))
    with at_most(16):
        client.get(desk(cast))


def test_a_number_of_people_that_is_none_gives_no_number_and_is_kept_to_be_put_right(cast: Cast) -> None:
    client = cast.client("convenor")
    stamp = hidden(client.get(desk(cast)).content.decode().split("number-form")[1], "stamp")
    data = {"stamp": stamp, "people": "abc", "name": "王阿姨"}
    answer = client.post(desk(cast, "studios:take_number"), data)
    assert answer.status_code == 422
    page = answer.content.decode().split("number-form")[1].split("</form>")[0]
    assert "写个数，比如 3。" in page
    assert 'value="abc"' in page
    assert 'value="王阿姨"' in page
    assert not Reception.objects.exists()
    client.post(desk(cast, "studios:take_number"), data | {"people": "3"})
    assert Reception.objects.get().people == 3
