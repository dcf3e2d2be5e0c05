"""The public pages of deliberation: what is shown of a topic, to whom, and with how many questions to the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from shangliang.deliberation.actions import topics
from tests.cast import Cast
from tests.scenes_investigation import chosen_topic, investigated_topic, name_side, put_forward
from tests.scenes_meetings import called_meeting

AtMost = Callable[[int], AbstractContextManager[None]]


def test_the_list_names_topics_being_talked_over_and_the_meetings_to_come(cast: Cast, at_most: AtMost) -> None:
    meeting = called_meeting(cast)
    with at_most(4):
        page = cast.client().get(cast.url("publicity:topics"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "5 号院楼道充电" in text.replace("\xa0", " ")
    assert meeting.where in text


def test_a_topic_that_waits_is_nobodys_business_yet(cast: Cast) -> None:
    topic = put_forward(cast)
    assert "充电棚建在哪里" not in cast.client().get(cast.url("publicity:topics")).content.decode()
    topics.choose(cast.convenor, topic, None)
    assert "充电棚建在哪里" in cast.client().get(cast.url("publicity:topics")).content.decode()


def test_a_topic_that_was_not_taken_up_says_why(cast: Cast) -> None:
    topic = put_forward(cast)
    topics.turn_down(cast.convenor, topic, None, why="物业已经答应下周来修。", route="answer")
    page = cast.client().get(cast.url("publicity:topics") + "?tab=stopped").content.decode()
    assert "物业已经答应下周来修。" in page
    page = cast.client().get(cast.url("publicity:topic", topic_id=topic.pk)).content.decode()
    assert "物业已经答应下周来修。" in page
    assert "当面答复" in page


def test_a_topic_shows_its_path_whom_was_heard_and_the_next_meeting(cast: Cast, at_most: AtMost) -> None:
    topic = investigated_topic(cast)
    called_meeting(cast, topic=topic)
    address = cast.url("publicity:topic", topic_id=topic.pk)
    page = cast.client().get(address).content.decode()
    for words in ("先调研", "共协商", "住在一楼的人", "听了 3 人", "签到，念规矩", "座位 12 个"):
        assert words in page
    with at_most(8):  # nothing happened since somebody looked
        cast.client().get(address)


def test_what_happens_to_a_topic_is_seen_at_once(cast: Cast) -> None:
    topic = chosen_topic(cast)
    address = cast.url("publicity:topic", topic_id=topic.pk)
    assert "住在一楼的人" not in cast.client().get(address).content.decode()
    name_side(cast, topic, label="住在一楼的人")
    assert "住在一楼的人" in cast.client().get(address).content.decode()
