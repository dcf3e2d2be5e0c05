"""What there is to act on of whistles. Each is called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.files.actions import store_photos
from shangliang.gathering import actions
from shangliang.gathering.links import token_of
from shangliang.gathering.models import Asked, VisitPhoto, Whistle
from shangliang.people.models import Member, Person
from tests.cast import GUANGMING, SINCE, Cast
from tests.files.pictures import phone_photo
from tests.scenes import Parts


def somebody(cast: Cast) -> UUID:
    """A member without a log-in who was not asked yet."""
    name, key = "许望舒", "W1"
    known = Member.objects.filter(key=key).first()
    if known:
        return known.person_id
    person = Person.objects.create(name=name)
    Member.objects.create(tenant=cast.tenant, key=key, person=person, since=SINCE)
    return person.pk


def _blown(cast: Cast) -> Whistle:
    """光明社区 asked the cast's member, who has a log-in."""
    somebody(cast)
    member = cast.member.person_id
    assert member is not None
    place = cast.place(GUANGMING)
    return actions.blow(cast.community, what="请来看看充电棚", place=place, ask_first=[member], needed=2)


def _coming(cast: Cast) -> Asked:
    """The same, who said that they come."""
    whistle = _blown(cast)
    asked = Asked.objects.select_related("tenant").get(whistle=whistle)
    actor = Actor("link", cast.tenant.pk, asked.person_id)
    actions.answer(actor, asked.pk, answer="come", comes_at=clock.now() + dt.timedelta(hours=1))
    return asked


def whistle(cast: Cast) -> Parts:
    return {"whistle_id": _blown(cast).pk}


def coming(cast: Cast) -> Parts:
    return {"whistle_id": _coming(cast).whistle_id}


def who_comes(cast: Cast) -> Parts:
    return {"asked_id": _coming(cast).pk}


def one_of_a_squad(cast: Cast) -> Parts:
    asked = _coming(cast)
    return {"whistle_id": asked.whistle_id, "person_id": asked.person_id}


def link(cast: Cast) -> Parts:
    return {"token": token_of(Asked.objects.get(whistle=_blown(cast)))}


def link_of_who_comes(cast: Cast) -> Parts:
    return {"token": token_of(_coming(cast))}


def photo(cast: Cast) -> Parts:
    """A photo of a visit."""
    asked = _coming(cast)
    photos = store_photos(cast.tenant.pk, [SimpleUploadedFile("a.jpg", phone_photo(), "image/jpeg")])
    actor = Actor("link", cast.tenant.pk, asked.person_id)
    visit = actions.record_visit(actor, asked.whistle_id, on=clock.today(), words="看过了", photos=photos)
    return {"photo_id": VisitPhoto.objects.get(visit=visit).pk}
