"""Access to meetings before they open."""

from __future__ import annotations

from typing import Any

from tests import scenes_meetings as meetings
from tests.access.rows import Row
from tests.cast import Cast
from tests.scenes import Parts


def the_plan(cast: Cast, parts: Parts) -> dict[str, Any]:
    """A whole plan, as its form sends it."""
    starts_at = meetings.in_working_days(cast, 5)
    return {
        "title": "充电棚怎么建",
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M}",
        "lasts": "90",
        "where": meetings.WHERE,
        "body": str(cast.body("同光委员工作室").pk),
        "chair": str(meetings.person(cast, "convenor").pk),
        "side_residents": "6",
        "side_members": "2",
        "side_departments": "2",
        "side_others": "0",
        "label_0": "逐条定",
        "minutes_0": "30",
    }


def moved(cast: Cast, parts: Parts) -> dict[str, Any]:
    starts_at = meetings.in_working_days(cast, 7)
    return {"starts_at": f"{starts_at:%Y-%m-%dT%H:%M}", "where": "三楼"}


def ticked(cast: Cast, parts: Parts) -> dict[str, Any]:
    one = meetings.Attendee.objects.filter(meeting=parts["meeting_id"]).order_by("pk")[0]
    return {"here": str(one.pk)}


RESIDENT = meetings.attendee_of(meetings.called)

ROWS = [
    Row("deliberation:meetings", "staff", post=200),
    # Without a form chosen both answers are the list of forms.
    Row("deliberation:plan_meeting", "case", post=200, of=meetings.topic),
    Row("deliberation:meeting", "all at hand", post=200, of=meetings.called),
    Row("deliberation:meeting", "case", post=200, of=meetings.planned),
    Row("deliberation:change_meeting", "case", post=302, of=meetings.planned, data=the_plan),
    Row("deliberation:call_meeting", "case", post=302, of=meetings.planned),
    Row("deliberation:move_meeting", "case", post=302, of=meetings.called, data=moved),
    Row("deliberation:cancel_meeting", "case", post=302, of=meetings.called, data={"why": "停电"}),
    Row(
        "deliberation:invite",
        "case",
        post=302,
        of=meetings.planned,
        data={"residents": "1", "count": "1", "seat": "residents"},
    ),
    Row("deliberation:draw_lots", "case", get=405, post=302, of=meetings.called),
    Row("deliberation:letters", "case", post=200, of=meetings.called),
    Row("deliberation:sign_in", "case", post=302, of=meetings.sitting, data=ticked),
    Row("deliberation:door_sheet", "case", post=200, of=meetings.called),
    Row("deliberation:take_off", "case", post=302, of=RESIDENT),
    Row("deliberation:describe_attendee", "case", post=302, of=RESIDENT, data={"name": "王阿姨"}),
    Row("deliberation:attendee_phone", "case", get=405, post=200, of=RESIDENT),
    Row("deliberation:seat_attendee", "case", post=302, of=meetings.asked, data={"seat": ""}),
    Row("deliberation:recuse_attendee", "case", post=302, of=RESIDENT, data={"why": "亲戚承包"}),
    Row("deliberation:take_back_recusal", "case", post=302, of=meetings.recused),
    Row("deliberation:note_answer", "case", get=405, post=302, of=RESIDENT, data={"coming": "yes"}),
    # by link, or for everybody
    Row("deliberation:door", "everybody", post=422, of=meetings.door),
    Row("deliberation:join_meeting", "everybody", post=302, of=meetings.called, data={"seat": "residents"}),
    Row("deliberation:meeting_ics", "everybody", post=200, of=meetings.called),
    Row("deliberation:meeting_poster", "everybody", post=200, of=meetings.called),
    Row("deliberation:seat", "everybody", post=302, of=meetings.seat, data={"press": "come"}),
    Row("deliberation:stay_out", "everybody", post=302, of=meetings.seat, data={"why": "亲戚承包"}),
    Row("deliberation:seat_ics", "everybody", post=200, of=meetings.seat),
]
