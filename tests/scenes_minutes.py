"""Meetings that come to their end: held, read aloud, signed. Called inside the scope of the cast's tenant."""

from __future__ import annotations

import base64
import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from shangliang.core import clock
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import lines, minutes, public_rules, signing, sitting
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Item, Line, Meeting, RuleVersion
from shangliang.deliberation.queries.meetings import at_table
from shangliang.files.actions import store_document
from tests.cast import Cast
from tests.files.pictures import phone_photo
from tests.scenes import Parts
from tests.scenes_meetings import days_ago, ten_people_meeting

DUE = 20  # days
DRAFT = "不在楼道充电。"
WORDINGS = (
    ("拆掉二单元的飞线", "task", "区城管执法局"),
    ("车棚装烟感断电", "task", "区房管局"),
    ("夜里十点后不在楼下充电", "undertaking", "5 号院居民"),
    ("写一份 5 号院充电公约", "rule", "5 号院居民"),
    ("月卡 30 元", "task", "区房管局"),
)


def due() -> dt.date:
    return clock.today() + dt.timedelta(days=DUE)


def held(cast: Cast, wordings: tuple[tuple[str, str, str], ...] = WORDINGS) -> Meeting:
    """A meeting that is on: two lines said, all but the last item agreed, one with a reservation."""
    meeting = ten_people_meeting(cast)
    sitting.open_meeting(cast.convenor, meeting.pk)
    by_role = {one.role: one for one in at_table(meeting)}
    night, ground, city = by_role["有电动车的住户 1"], by_role["底楼住户 1"], by_role["唐渡（区城管执法局）"]
    said = (
        Written(uuid7(), "棚子一座三万二，钱从维修资金里出。", attendee=night.pk, said_at=clock.now()),
        Written(uuid7(), "飞线本周就能拆", attendee=city.pk, said_at=clock.now()),
    )
    lines.write_lines(cast.community, meeting.pk, said)
    for text, outcome, owner in wordings:
        item = sitting.put_item(cast.convenor, meeting.pk, Wording(text, outcome, owner, due()))
        if text != WORDINGS[-1][0]:
            sitting.settle_item(cast.convenor, item, item.version, Item.Status.AGREED)
    second = Item.objects.filter(meeting=meeting).order_by("number")[1]
    sitting.reserve(cast.convenor, second, ground.pk, "怕半夜误报。")
    return cast.again(meeting)  # type: ignore[no-any-return]


def read(cast: Cast, **more: Any) -> Meeting:
    """Its minutes were read aloud."""
    return cast.again(minutes.close(cast.convenor, held(cast, **more).pk, None))  # type: ignore[no-any-return]


def sign_all(cast: Cast, meeting: Meeting) -> None:
    """Everybody at the table draws a name."""
    picture = drawing()
    for one in at_table(meeting):
        signing.sign(cast.community, meeting.pk, one.pk, drawing=picture)


def signed(cast: Cast, **more: Any) -> Meeting:
    """Signed by all, and finished by its chair."""
    meeting = read(cast, **more)
    sign_all(cast, meeting)
    return cast.again(minutes.finish(cast.convenor, meeting.pk, None))  # type: ignore[no-any-return]


def drawing() -> bytes:
    """A PNG as the page draws it: dark strokes on nothing."""
    picture = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(40, 200), (180, 40), (300, 190), (540, 60)], fill=(20, 38, 45, 255), width=8)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawn_address() -> str:
    """The same as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(drawing()).decode()


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("签字页.jpg", phone_photo(), "image/jpeg")


# --- parts of addresses ----------------------------------------------------------------------------------


def being_held(cast: Cast) -> Parts:
    return {"meeting_id": held(cast).pk}


def read_aloud(cast: Cast) -> Parts:
    return {"meeting_id": read(cast).pk}


def all_signed(cast: Cast) -> Parts:
    meeting = read(cast)
    sign_all(cast, meeting)
    return {"meeting_id": meeting.pk}


def finished(cast: Cast) -> Parts:
    return {"meeting_id": signed(cast).pk}


def who_signs(cast: Cast) -> Parts:
    meeting = read(cast)
    return {"meeting_id": meeting.pk, "attendee_id": at_table(meeting)[0].pk}


def something_said(cast: Cast) -> Parts:
    """A line of minutes that were read aloud."""
    meeting = read(cast)
    return {
        "meeting_id": meeting.pk,
        "words_id": Line.objects.filter(meeting=meeting).order_by("said_at", "pk")[0].words_id,
    }


def own_link(cast: Cast) -> Parts:
    return {"token": token_of(Attendee.objects.filter(meeting=read(cast)).order_by("pk")[0])}


def a_sheet(cast: Cast) -> Parts:
    """A scan on which somebody signed."""
    meeting = read(cast)
    sheet = store_document(cast.tenant.pk, scan())
    signing.sign_on_paper(cast.community, meeting.pk, attendees=[at_table(meeting)[0].pk], sheet=sheet)
    return {"meeting_id": meeting.pk, "sheet_id": sheet.pk}


def agreed_topic(cast: Cast) -> Parts:
    return {"topic_id": Item.objects.filter(meeting=signed(cast))[0].topic_id}


def undertaken(cast: Cast) -> Parts:
    return {"item_id": Item.objects.get(meeting=signed(cast), outcome="undertaking").pk}


def agreed_matter(cast: Cast) -> Parts:
    item = Item.objects.select_related("topic__matter").filter(meeting=signed(cast))[0]
    return {"number": item.topic.matter.number}


def consensus(cast: Cast, parts: Parts) -> dict[str, Any]:
    """What is posted to hand over everything that was agreed."""
    items = Item.objects.filter(topic__matter__number=parts["number"]).exclude(point=None)
    post: dict[str, Any] = {"seen": ""}
    for one in items:
        post |= {f"go-{one.point_id}": "on", f"body-{one.point_id}": one.owner_id, f"due-{one.point_id}": due()}
    return post


# --- rules -----------------------------------------------------------------------------------------------


def rule_version(cast: Cast, *, commented: bool = False, adopted: bool = False) -> RuleVersion:
    """A rule of the community: a draft, commented on until yesterday, or in force from today."""
    with days_ago(10):
        version = public_rules.draft(cast.community, cast.body("光明社区"), title="5 号院充电公约", text=DRAFT)
        if commented or adopted:
            until = clock.today() + dt.timedelta(days=9)
            public_rules.open_comment(cast.community, version.pk, until=until)
    if adopted:
        on = clock.today()
        public_rules.adopt(cast.community, version.pk, by="5 号院居民会议", on=on, in_force_from=on)
    return version


def rule(cast: Cast) -> Parts:
    return {"rule_id": rule_version(cast).rule_id}


def rule_in_force(cast: Cast) -> Parts:
    return {"rule_id": rule_version(cast, adopted=True).rule_id}


def rule_draft(cast: Cast) -> Parts:
    return {"version_id": rule_version(cast).pk}


def rule_commented(cast: Cast) -> Parts:
    return {"version_id": rule_version(cast, commented=True).pk}


def version_in_force(cast: Cast) -> Parts:
    return {"version_id": rule_version(cast, adopted=True).pk}
