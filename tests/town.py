"""A small invented district for tests of what residents see: one street, four communities, two departments."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.test import Client
from django_scopes import scope

from shangliang.core.actors import Actor, Seat
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import handed_points
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter
from shangliang.people.actions import open_body, open_receiving_bodies, open_tenant
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices import actions as voices
from shangliang.voices.actions import Receipt, Speech
from shangliang.voices.models import Voice

PHONE = "027-0000-0012"


@dataclass
class Town:
    """The tenant, its places by name, and who works there."""

    tenant: Tenant
    places: dict[str, Place]
    resident: Actor
    office: Actor
    housing: Body

    @property
    def say_at(self) -> str:
        return f"/{self.tenant.slug}/say/"

    def speak(self, words: str = "楼道灯坏了三个月。", **kwargs: Any) -> Receipt:
        """Somebody speaks, without the form."""
        given = {"place": self.places["光明社区"], "key": f"test:{words}:{len(kwargs)}"} | kwargs
        with scope(tenant=self.tenant):
            return voices.raise_voice(self.resident, self.tenant, Speech(words, **given))

    def accept(self, receipt: Receipt, title: str = "楼道灯坏了没人修") -> Matter:
        with scope(tenant=self.tenant):
            return gathering.accept(self.office, receipt.voice.matter_id, None, title=title)

    def hand_over(self, receipt: Receipt, *points: str) -> HandOver:
        with scope(tenant=self.tenant):
            return delivery.hand_over(
                self.office,
                receipt.voice.matter_id,
                None,
                body=self.housing,
                points=points or ("换灯",),
                note="内部附言",
            )

    def reply(
        self, row: HandOver, outcome: str = "done", text: str = "灯换好了。", by_when: dt.date | None = None
    ) -> None:
        handler = Actor("staff", self.tenant.pk, None, "", (_seat(self.housing, "handler"),))
        with scope(tenant=self.tenant):
            answers = {point.pk: Answer(outcome, text, by_when) for point in handed_points(row)}
            delivery.reply(handler, row, None, answers=answers)

    def close(self, receipt: Receipt, words: str = "都办好了。") -> Matter:
        with scope(tenant=self.tenant):
            return delivery.close(self.office, receipt.voice.matter_id, None, words=words)

    def solve(self, receipt: Receipt) -> None:
        """From accepted to done."""
        self.accept(receipt)
        self.reply(self.hand_over(receipt))
        self.close(receipt)

    def voices(self) -> list[Voice]:
        with scope(tenant=self.tenant):
            return list(Voice.objects.select_related("matter__place", "contact", "words").order_by("id"))


def open_town(slug: str = "420107", district_name: str = "青山区") -> Town:
    """Build it. Each call needs a slug of its own."""
    cache.clear()
    district = _chain(slug, district_name)
    street = _place(district, slug + "003", "新沟桥街道")
    names = ("光明社区居委会", "光明攀建社区居委会", "青宜居社区居委会", "𠮷祥社区居委会")
    communities = [_place(street, f"{slug}003{n:03}", name) for n, name in enumerate(names, 1)]
    tenant = open_tenant(
        district, f"武汉市{district_name}", slug=slug, office_phone=PHONE, office_hours="工作日 9:00–17:00"
    )
    system = Actor("system", tenant.pk)
    with scope(tenant=tenant):
        open_receiving_bodies(system, [street, *communities], phone="027-0000-0033")
        housing = open_body(system, Body.Kind.DEPARTMENT, "区房管局", district, phone="027-0000-0021")
        office = Body.objects.select_related("place").get(kind=Body.Kind.DISTRICT_OFFICE)
    places = {place.short_name: place for place in (district, street, *communities)}
    staff = Actor("staff", tenant.pk, None, "", (_seat(office, "district_office"),))
    return Town(tenant, places, Actor("resident", tenant.pk), staff, housing)


def stamp_of(client: Client, address: str) -> str:
    """The stamp of the form at this address."""
    return hidden(client.get(address).content.decode(), "stamp")


def hidden(page: str, name: str) -> str:
    """The value of the first field with this name in the page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, f"no field {name}"
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def _seat(body: Body, duty: str) -> Seat:
    return Seat(body.pk, body.kind, body.name, duty, body.place.path)


def _chain(slug: str, name: str) -> Place:
    province = Place.objects.filter(path="42").first() or _place(None, "42", "湖北省")
    city = Place.objects.filter(path="42/4201").first() or _place(province, "4201", "武汉市")
    return _place(city, slug, name)


def _place(parent: Place | None, code: str, name: str) -> Place:
    return Place.objects.create(
        parent=parent,
        level=parent.level + 1 if parent else 1,
        name=name,
        short_name=name.removesuffix("居委会"),
        code=code,
        path=f"{parent.path}/{code}" if parent else code,
    )
