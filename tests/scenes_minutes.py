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
from shangliang.deliberation.actions import lines, minutes, signing, sitting
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Item, Meeting
from shangliang.deliberation.queries.meetings import at_table
from tests.cast import Cast
from tests.files.pictures import phone_photo
from tests.scenes import Parts
from tests.scenes_meetings import ten_people_meeting

DUE = 20  # days
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
    people = at_table(meeting)
    said = (
        Written(uuid7(), "棚子一座三万二，钱从维修资金里出。", attendee=people[0].pk, said_at=clock.now()),
        Written(uuid7(), "飞线本周就能拆", attendee=people[-1].pk, said_at=clock.now()),
    )
    lines.write_lines(cast.community, meeting.pk, said)
    for text, outcome, owner in wordings:
        item = sitting.put_item(cast.convenor, meeting.pk, Wording(text, outcome, owner, due()))
        if text != WORDINGS[-1][0]:
            sitting.settle_item(cast.convenor, item, item.version, Item.Status.AGREED)
    second = Item.objects.filter(meeting=meeting).order_by("number")[1]
    sitting.reserve(cast.convenor, second, people[1].pk, "怕半夜误报。")
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


def own_link(cast: Cast) -> Parts:
    return {"token": token_of(Attendee.objects.filter(meeting=read(cast)).order_by("pk")[0])}
