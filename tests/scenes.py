"""What there is to act on: for each name a matter brought to that point, and the parts of its addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core.clock import today
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import HandOver, HandOverFile, Promise
from shangliang.files.actions import store_document, store_photo
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter
from shangliang.voices.actions import Receipt
from shangliang.voices.models import Voice, VoicePhoto
from tests.cast import Cast, promised
from tests.files.pictures import phone_photo

Parts = dict[str, Any]  # of an address, without the slug


def nothing(cast: Cast) -> Parts:
    return {}


def raised(cast: Cast) -> Parts:
    """Just said, and not looked at by anybody yet."""
    return {"number": cast.speak().voice.matter.number}


def hidden(cast: Cast) -> Parts:
    """Accepted, but whoever said it did not want it public."""
    return _number(cast.accept(cast.speak(openness=Voice.Openness.HANDLERS).voice))


def gathered(cast: Cast) -> Parts:
    """Accepted and public."""
    return _number(_gathered(cast))


def joined(cast: Cast) -> Parts:
    matter, lead = _gathered(cast), _gathered(cast)
    with cast.scope():
        gathering.join(cast.actor("community"), matter.pk, None, lead_number=lead.number)
    return _number(matter)


def referred(cast: Cast) -> Parts:
    """Passed by the community to its street, which has not taken it yet."""
    matter = _gathered(cast)
    with cast.scope():
        gathering.refer(cast.actor("community"), matter.pk, None, to_body=cast.bodies["新沟桥街道"], why="几个社区都有。")
    return _number(matter)


def handed_over(cast: Cast) -> Parts:
    """Out with a department that has not taken it in hand yet."""
    row = cast.hand_over(_gathered(cast), "换灯", "查线路")
    return _number(row.matter) | {"hand_over_id": row.pk}


def signing(cast: Cast) -> Parts:
    """The department has written its reply, which waits for its first signature."""
    row = cast.hand_over(_gathered(cast), "换灯", body="区房管局")
    cast.reply(row, by="handler")
    return {"hand_over_id": row.pk}


def replied(cast: Cast) -> Parts:
    row = cast.hand_over(_gathered(cast), "换灯")
    cast.reply(row)
    return {"hand_over_id": row.pk}


def replied_with_a_file(cast: Cast) -> Parts:
    row = cast.hand_over(_gathered(cast), "换灯")
    file = store_document(cast.tenant.pk, SimpleUploadedFile("答复.pdf", b"%PDF-1.7\n"))
    with cast.scope():
        answers = {item.pk: Answer("done", "换好了。") for item in row.points.all()}
        delivery.reply(cast.actor("citymanager"), cast.fresh(row), None, answers=answers, files=[file])
        return {"file_id": HandOverFile.objects.values_list("attachment", flat=True).get(hand_over=row)}


def ended(cast: Cast) -> Parts:
    return _number(cast.close(_gathered(cast), outcome="explained", by="community"))


def promise(cast: Cast) -> Parts:
    """A department has promised something, and the matter ended with it."""
    row = cast.hand_over(_gathered(cast), "换灯")
    cast.reply(row, promised())
    cast.close(row.matter)
    with cast.scope():
        return {"promise_id": Promise.objects.get(matter=row.matter).pk}


def link(cast: Cast) -> Parts:
    """The one-time link given to a department."""
    row = cast.hand_over(_gathered(cast), "换灯")
    with cast.scope():
        return {"token": delivery.make_reply_link(cast.actor("street"), cast.fresh(row))}


def voice(cast: Cast) -> Parts:
    return {"voice_id": _public(cast).voice.pk}


def private_photo(cast: Cast) -> Parts:
    """A photo that staff have not cleared."""
    return {"photo_id": _photo(cast, _public(cast).voice)}


def public_photo(cast: Cast) -> Parts:
    said = _public(cast).voice
    cast.clear(said)
    return {"photo_id": _photo(cast, said)}


def attachment_of(scene: Callable[[Cast], Parts]) -> Callable[[Cast], Parts]:
    """The same photo under the name that public addresses have for it."""
    return lambda cast: {"attachment_id": scene(cast)["photo_id"]}


def slip(cast: Cast) -> Parts:
    """The code of somebody whose matter has come to an end."""
    said = cast.speak()
    cast.close(cast.accept(said.voice), outcome="explained", by="community")
    return {"code": said.code}


def answers(cast: Cast, parts: Parts) -> dict[str, Any]:
    """The fields of a reply that answers every point of the hand-over in the address."""
    with cast.scope():
        rows = HandOver.objects.filter(pk=parts["hand_over_id"]) if "hand_over_id" in parts else HandOver.objects.all()
        handed = rows.get().points.all()
        given = {"words": "都办好了。"}
        for item in handed:
            given |= {f"outcome-{item.pk}": "done", f"text-{item.pk}": "换好了。"}
    return given


def in_days(number: int) -> dt.date:
    return today() + dt.timedelta(days=number)


def _gathered(cast: Cast) -> Matter:
    return cast.accept(_public(cast).voice)


def _public(cast: Cast) -> Receipt:
    photos = [store_photo(cast.tenant.pk, SimpleUploadedFile("门口.jpg", phone_photo(), "image/jpeg"))]
    return cast.speak(photos=photos)


def _photo(cast: Cast, said: Voice) -> Any:
    with cast.scope():
        return VoicePhoto.objects.get(voice=said).attachment_id


def _number(matter: Matter) -> Parts:
    return {"number": matter.number}
