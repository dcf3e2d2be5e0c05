"""What there is to act on: for each name a matter brought to that point, and the parts of its addresses.

Each is called inside the scope of the cast's tenant.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core.actors import Actor
from shangliang.core.clock import today
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandOver, HandOverFile, Promise
from shangliang.desk import import_kept, import_sheets
from shangliang.files.actions import store_document, store_photo
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter, Point
from shangliang.people.actions import open_body
from shangliang.people.models import Body, Membership
from shangliang.voices.actions import clear_words
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.slips import new_code
from tests.cast import DISTRICT, Cast
from tests.files.pictures import phone_photo

Parts = dict[str, Any]  # of an address, without the slug


def nothing(cast: Cast) -> Parts:
    return {}


def topic(cast: Cast) -> Parts:
    return {"topic": "how"}


def raised(cast: Cast) -> Parts:
    """Just said, and not looked at by anybody yet."""
    return _number(cast.raised())


def hidden(cast: Cast) -> Parts:
    """Accepted, but whoever said it did not want it public."""
    return _number(cast.accepted(openness=Voice.Openness.HANDLERS))


def gathered(cast: Cast) -> Parts:
    """Accepted and public."""
    return _number(cast.accepted())


def joined(cast: Cast) -> Parts:
    """Under another matter."""
    matter = cast.accepted()
    gathering.join(cast.community, matter.pk, None, lead_number=cast.accepted().number)
    return _number(matter)


def referred(cast: Cast) -> Parts:
    """Passed by the community to its street, which has not taken it yet."""
    matter = cast.accepted()
    gathering.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="几个社区都有。")
    return _number(matter)


def handed_over(cast: Cast) -> Parts:
    """Out with a department that has not taken it in hand yet."""
    return {"hand_over_id": cast.handed().pk}


def matter_handed_over(cast: Cast) -> Parts:
    return _number(cast.handed().matter)


def signing(cast: Cast) -> Parts:
    """The department has written its reply, which waits for its first signature."""
    row = cast.handed(body="区房管局")
    delivery.reply(cast.handler, row, None, answers=cast.answers(row))
    return {"hand_over_id": row.pk}


def replied(cast: Cast) -> Parts:
    return {"hand_over_id": cast.replied().pk}


def file_of_a_reply(cast: Cast) -> Parts:
    row, file = cast.handed(), store_document(cast.tenant.pk, SimpleUploadedFile("答复.pdf", b"%PDF-1.7\n"))
    delivery.reply(cast.citymanager, row, None, answers=cast.answers(row), files=[file])
    return {"file_id": HandOverFile.objects.get(hand_over=row).pk}


def ended(cast: Cast) -> Parts:
    return _number(cast.closed())


def promise(cast: Cast) -> Parts:
    """A department has promised something, and the matter ended with it."""
    return {"promise_id": Promise.objects.get(matter=cast.promised(in_days(30))).pk}


def link(cast: Cast) -> Parts:
    """The one-time link given to a department."""
    return {"token": delivery.make_reply_link(cast.street, cast.handed())}


def voice(cast: Cast) -> Parts:
    return {"voice_id": cast.voice(cast.accepted()).pk}


def private_photo(cast: Cast) -> Parts:
    """A photo that staff have not cleared."""
    return {"photo_id": _photo(cast, show=False).pk}


def public_photo(cast: Cast) -> Parts:
    return {"photo_id": _photo(cast, show=True).pk}


def private_photo_in_public(cast: Cast) -> Parts:
    return {"attachment_id": _photo(cast, show=False).attachment_id}


def public_photo_in_public(cast: Cast) -> Parts:
    return {"attachment_id": _photo(cast, show=True).attachment_id}


def body(cast: Cast) -> Parts:
    """A body with which nothing is left."""
    row = open_body(Actor("system", cast.tenant.pk), Body.Kind.DEPARTMENT, "区民政局", cast.place(DISTRICT))
    return {"body_id": row.pk}


def seat(cast: Cast) -> Parts:
    return {"seat_id": Membership.objects.get(person=cast.accounts["member"].person).pk}


def account(cast: Cast) -> Parts:
    return {"account_id": cast.accounts["member"].pk}


def slip(cast: Cast) -> Parts:
    """The code of somebody whose matter has come to an end."""
    said = cast.said()
    gathering.accept(cast.community, said.voice.matter_id, None, title="楼道充电")
    delivery.close(cast.community, said.voice.matter_id, None, words="说清了。", outcome=Matter.Status.EXPLAINED)
    return {"code": said.code}


def wrong_slip(cast: Cast) -> Parts:
    """A code that could be one of this tenant's slips, and is none."""
    return {"code": new_code(cast.tenant.mark)}


def put_aside(cast: Cast) -> Parts:
    """A file of messages that the office has just looked at."""
    return {"note": import_kept.keep(cast.office, "留言.xlsx", import_sheets.template(), public=False)}


def message_file(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("留言.xlsx", import_sheets.template()), "public": ""}


def answers(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The fields of a reply that answers every point of the only hand-over."""
    given = {"words": "都办好了。"}
    for item in cast.points(HandOver.objects.get()):
        given |= {f"outcome-{item.pk}": Point.Status.DONE, f"text-{item.pk}": "换好了。"}
    return given


def in_days(number: int) -> dt.date:
    return today() + dt.timedelta(days=number)


def _photo(cast: Cast, *, show: bool) -> VoicePhoto:
    photo = store_photo(cast.tenant.pk, SimpleUploadedFile("门口.jpg", phone_photo(), "image/jpeg"))
    matter = cast.accepted(photos=[photo])
    if show:
        clear_words(cast.community, cast.voice(matter), show=True)
    return VoicePhoto.objects.get(voice__matter=matter)


def _number(matter: Matter) -> Parts:
    return {"number": matter.number}
