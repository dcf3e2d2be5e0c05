"""What somebody meets who uses these pages for the first time: asking to come twice, taking it back, a form that comes
back, and an act that was done meanwhile in another tab."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import invitations, topics
from shangliang.deliberation.forms.meetings import PlanForm, seats_to_begin_with
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Finding
from shangliang.playbooks.deliberation_rules import MeetingForm
from shangliang.playbooks.queries import in_force
from shangliang.playbooks.words import MANY
from shangliang.voices import stamps
from tests import scenes_investigation, scenes_topics
from tests import scenes_meetings as scenes
from tests.cast import Cast
from tests.files.pictures import phone_photo, upload

ASKED = Attendee.Answer.ASKED


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def filled(**more: Any) -> dict[str, Any]:
    """What a resident sends who asks to come, some time after the page was drawn."""
    with clock.pretending(clock.now() - dt.timedelta(minutes=2)):
        stamp = stamps.draw()
    return {"stamp": stamp, "name": "王阿姨", "phone": "13800000000", "seat": "residents"} | more


def council(cast: Cast, **more: Any) -> MeetingForm:
    return replace(in_force(cast.tenant.pk).deliberation.meetings["council"], **more)


# --- asking to come ------------------------------------------------------------------------------------


def test_one_number_is_one_person_and_nobody_elses_page_is_shown(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    page = cast.url("deliberation:join_meeting", meeting_id=meeting.pk)
    cast.client().post(page, filled())
    one = Attendee.objects.get(meeting=meeting, answer=ASKED)
    other = cast.client().post(page, filled(name="别人", phone="138 0000 0000"))
    assert other.status_code == 422
    assert "已经在名单上了" in text(other)
    assert token_of(one) not in text(other)
    assert cast.client().post(page, filled(phone="13800000001")).status_code == 302
    assert Attendee.objects.filter(meeting=meeting, answer=ASKED).count() == 2


def test_a_number_staff_noted_is_on_the_list_too_and_without_a_number_nobody_is_kept_out(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    invited = Attendee.objects.filter(meeting=meeting, person=None, seat="residents")[0]
    invitations.describe(cast.convenor, invited, phone="13912345678")
    with pytest.raises(Refused, match="已经在名单上") as refused:
        scenes.public_request(cast, meeting, phone="13912345678")
    assert refused.value.field == "phone"
    assert scenes.public_request(cast, meeting, phone="") != scenes.public_request(cast, meeting, phone="")


def test_the_same_browser_is_led_back_to_its_own_page(cast: Cast) -> None:
    meeting, client = scenes.called_meeting(cast), cast.client()
    page = cast.url("deliberation:join_meeting", meeting_id=meeting.pk)
    own = client.post(page, filled()).url
    assert client.get(page).url == own
    assert client.post(page, filled(phone="13800000001")).url == own
    assert Attendee.objects.filter(meeting=meeting, answer=ASKED).count() == 1
    assert cast.client().get(page).status_code == 200


def test_a_forged_cookie_leads_nowhere(cast: Cast) -> None:
    meeting, client = scenes.called_meeting(cast), cast.client()
    one = scenes.public_request(cast, meeting)
    client.cookies["meeting-seat"] = one.pk.hex
    assert client.get(cast.url("deliberation:join_meeting", meeting_id=meeting.pk)).status_code == 200


def test_who_asked_takes_it_back_on_their_own_page_and_may_ask_again(cast: Cast) -> None:
    meeting, client = scenes.called_meeting(cast), cast.client()
    page = cast.url("deliberation:join_meeting", meeting_id=meeting.pk)
    own = client.post(page, filled()).url
    assert 'value="withdraw"' in text(client.get(own))
    assert client.post(own, {"press": "withdraw"}).url == page
    assert not Attendee.objects.filter(meeting=meeting, answer=ASKED).exists()
    assert client.get(own).status_code == 404
    assert "报名取消了" in text(client.get(page))
    assert client.post(page, filled()).status_code == 302


def test_who_has_a_seat_answers_and_does_not_take_the_request_back(cast: Cast) -> None:
    meeting, client = scenes.called_meeting(cast, by_side=scenes.SIDES | {"residents": 7}), cast.client()
    one = scenes.public_request(cast, meeting)
    invitations.give_seat(cast.convenor, one, "residents")
    own = cast.url("deliberation:seat", token=token_of(one))
    assert client.post(own, {"press": "withdraw"}).status_code == 422
    assert 'value="withdraw"' not in text(client.get(own))
    assert client.post(own, {"press": "not"}).status_code == 302


# --- before the day --------------------------------------------------------------------------------------


def test_days_before_nobody_is_led_to_open_the_meeting_or_to_sign_in_by_name(cast: Cast) -> None:
    meeting, client = scenes.called_meeting(cast), cast.client("convenor")
    where = {"meeting_id": meeting.pk}
    desk = text(client.get(cast.url("deliberation:meeting", **where)))
    assert "会场（" in desk
    assert 'btn btn-lg btn-primary" href' not in desk
    opening = cast.url("deliberation:open_meeting", **where)
    assert opening not in text(client.get(cast.url("deliberation:sitting", **where)))
    assert 'name="here"' not in text(client.get(cast.url("deliberation:sign_in", **where)))
    with clock.pretending(meeting.starts_at - dt.timedelta(hours=1)):
        client = cast.client("convenor")
        assert "会场（" not in text(client.get(cast.url("deliberation:meeting", **where)))
        assert opening in text(client.get(cast.url("deliberation:sitting", **where)))
        assert 'name="here"' in text(client.get(cast.url("deliberation:sign_in", **where)))


def test_a_letter_speaks_to_who_is_asked_and_can_be_printed(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    page = text(cast.client("convenor").get(cast.url("deliberation:letters", meeting_id=meeting.pk)))
    assert "居民代表 1：请您来商量" in page
    assert "hidden data-print" in page
    assert "voices/print" in page


# --- writing down what was found ---------------------------------------------------------------------------


def test_a_record_of_the_site_that_comes_back_keeps_its_photo(cast: Cast) -> None:
    topic, client = scenes_investigation.chosen_topic(cast), cast.client("convenor")
    page = cast.url("deliberation:record_finding", topic_id=topic.pk) + "?kind=site"
    given = {"text": "楼道里停着车", "source": "", "on": str(clock.today()), "key": str(uuid7())}
    back = client.post(page, given | {"photos": [upload(phone_photo())]})
    assert back.status_code == 422
    form = back.context["form"]
    assert form.fields["source"].is_needed
    assert "已经传好 1 张" in text(back)
    assert client.post(page, given | {"source": "二单元一楼", "kept": form.kept_value}).status_code == 302
    assert Finding.objects.get(topic=topic).photos.count() == 1


def test_the_timeline_says_what_kind_of_finding_was_written_down(cast: Cast) -> None:
    topic = scenes_investigation.chosen_topic(cast)
    scenes_investigation.find(cast, topic, Finding.Kind.COST)
    page = text(cast.client("community").get(cast.url("desk:matter", number=topic.matter.number)))
    assert f"记了一条：{Finding.Kind.COST.label}" in page


# --- topics -------------------------------------------------------------------------------------------------


def test_what_another_tab_has_done_leaves_no_live_form_but_the_way_back(cast: Cast) -> None:
    topic, client = scenes_topics.put(cast), cast.client("community")
    page = cast.url("deliberation:choose", topic_id=topic.pk)
    topics.turn_down(cast.community, topic, None, why="已经修好了", route="")
    back = client.post(page, {"by": "社区议事会", "chair": str(cast.accounts["convenor"].person_id)})
    assert back.status_code == 403
    assert "这个议题已经定过了" in text(back)
    assert cast.url("deliberation:topic", topic_id=topic.pk) in text(back)
    assert '<button class="btn btn-primary">选定</button>' not in text(back)


def test_claiming_is_offered_as_long_as_a_topic_waits(cast: Cast) -> None:
    topic, client = scenes_topics.put(cast), cast.client("convenor")
    page, claim = (cast.url(f"deliberation:{name}", topic_id=topic.pk) for name in ("topic", "claim_topic"))
    assert claim in text(client.get(page))
    topics.choose(cast.community, topic, None)
    assert claim not in text(client.get(page))


def test_where_a_topic_comes_from_is_asked_and_not_guessed(cast: Cast) -> None:
    matter, client = cast.accepted(), cast.client("community")
    page = cast.url("deliberation:put_forward", number=matter.number)
    assert " checked" not in text(client.get(page))
    back = client.post(page, {"title": "充电棚建在哪里", "seen": matter.version})
    assert back.status_code == 422
    assert "选一下，是谁提的题" in text(back)


# --- what the way of working says of a meeting ---------------------------------------------------------------


def plan_form(cast: Cast, kind: MeetingForm) -> PlanForm:
    return PlanForm(form=kind, bodies=[cast.body("同光委员工作室")], people=[], initial=seats_to_begin_with(kind))


def test_usual_days_stand_beside_the_date_and_how_seats_are_filled_beside_them(cast: Cast) -> None:
    rule = replace(council(cast).seats["residents"], by="楼组推选")
    form = plan_form(cast, council(cast, when="每月 15 日", seats={"residents": rule}))
    assert "每月 15 日" in str(form.fields["starts_at"].help_text)
    assert "楼组推选" in str(form.fields["side_residents"].help_text)


def test_where_no_upper_limit_was_written_no_number_is_made_up(cast: Cast) -> None:
    form = plan_form(cast, council(cast, least=2, most=MANY, seats={}))
    assert form["seats"].value() is None
    assert form.fields["seats"].help_text == "2 人以上"
    rules = {key: replace(rule, most=MANY) for key, rule in council(cast).seats.items()}
    assert str(MANY) not in str(plan_form(cast, council(cast, most=MANY, seats=rules)))
