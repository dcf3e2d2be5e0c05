"""The cast of every test: a district with two streets and three communities, its bodies, and the people in them.

    cast = open_cast()                     # 青山区; a second one needs a slug of its own: open_cast("420106", "武昌区")
    voice = cast.speak("楼道灯坏了").voice
    matter = cast.accept(voice)
    row = cast.hand_over(matter, "换灯")
    cast.client_of("street").get(cast.url("gathering:describe", number=matter.number))

The roles are those of the demo, by the same names. People, words and numbers are invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from shangliang.core.actors import Actor
from shangliang.core.clock import today
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import hand_over as read_hand_over
from shangliang.delivery.queries import handed_points
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter
from shangliang.people.actions import open_account, open_body, open_receiving_bodies, open_tenant, seat
from shangliang.people.models import Account, Body, Membership
from shangliang.people.queries import actor_of
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices import actions as voices
from shangliang.voices.actions import Receipt, Speech
from shangliang.voices.models import Voice

Duty = Membership.Duty
SINCE = dt.date(2020, 1, 1)
# username: body, duty, the sign-off steps they may sign
ROLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "community": ("光明社区", Duty.COMMUNITY_STAFF, ()),
    "next_community": ("青宜居社区", Duty.COMMUNITY_STAFF, ()),
    "convenor": ("同光委员工作室", Duty.CONVENOR, ()),
    "member": ("新沟桥街道联络委", Duty.MEMBER, ()),
    "street": ("新沟桥街道", Duty.STREET_STAFF, ()),
    "next_street": ("红卫路街道", Duty.STREET_STAFF, ()),
    "handler": ("区房管局", Duty.HANDLER, ()),
    "section": ("区房管局", Duty.HANDLER, ("科室",)),
    "chief": ("区房管局", Duty.HANDLER, ("领导",)),
    "citymanager": ("区城管执法局", Duty.HANDLER, ()),
    "office": ("{district}政协办公室", Duty.DISTRICT_OFFICE, ()),
    "new_office": ("{district}政协办公室", Duty.DISTRICT_OFFICE, ()),  # has not set up a second factor yet
}
_keys = count()


@dataclass
class Cast:
    """A tenant with everybody in it. Nothing here needs to be called inside its scope."""

    tenant: Tenant
    places: dict[str, Place]
    bodies: dict[str, Body]
    accounts: dict[str, Account] = field(default_factory=dict)

    def scope(self) -> AbstractContextManager[None]:
        """Inside, queries see this tenant."""
        entered: AbstractContextManager[None] = scope(tenant=self.tenant)
        return entered

    @property
    def resident(self) -> Actor:
        return Actor("resident", self.tenant.pk)

    def actor(self, role: str) -> Actor:
        """The person of a role, with the seats held today."""
        with self.scope():
            return actor_of(self.accounts[role], self.tenant.pk)

    def client_of(self, role: str) -> Client:
        """A browser in which somebody of this role has signed in; `resident` has no account."""
        client = Client()
        if role != "resident":
            client.force_login(self.accounts[role])
        return client

    def url(self, name: str, **kwargs: Any) -> str:
        """The address of a page of this tenant."""
        return reverse(name, kwargs={"slug": self.tenant.slug, **kwargs})

    # --- acts, in the order in which they happen to a matter ---

    def speak(self, words: str = "楼道灯坏了三个月，晚上看不见台阶。", place: str = "光明社区", **speech: Any) -> Receipt:
        """A resident says something."""
        key = speech.pop("key", f"test:{next(_keys)}")
        with self.scope():
            return voices.raise_voice(self.resident, self.tenant, Speech(words, self.places[place], key, **speech))

    def accept(self, voice: Voice, title: str = "楼道灯坏了没人修", by: str = "community", **face: Any) -> Matter:
        with self.scope():
            return gathering.accept(self.actor(by), voice.matter_id, None, title=title, **face)

    def clear(self, voice: Voice, by: str = "community") -> None:
        """Staff let the public read the words and photos."""
        with self.scope():
            voices.clear_words(self.actor(by), voice, show=True)

    def hand_over(self, matter: Matter, *points: str, body: str = "区城管执法局", by: str = "street", **given: Any) -> HandOver:
        with self.scope():
            points = points or ("换灯",)
            return delivery.hand_over(
                self.actor(by), matter.pk, None, body=self.bodies[body], points=points, **given
            )

    def reply(self, row: HandOver, *answers: Answer, by: str = "citymanager", words: str = "") -> None:
        """The answers to its points, in their order; without any, each is done."""
        with self.scope():
            row = self.fresh(row)
            handed = handed_points(row)
            given = answers or tuple(Answer("done", "换好了。") for _ in handed)
            by_point = {item.pk: answer for item, answer in zip(handed, given, strict=True)}
            delivery.reply(self.actor(by), row, None, answers=by_point, words=words)

    def close(self, matter: Matter, words: str = "都办好了。", by: str = "street", outcome: str = "") -> Matter:
        with self.scope():
            return delivery.close(self.actor(by), matter.pk, None, words=words, outcome=outcome)

    def fresh(self, row: HandOver) -> HandOver:
        """The hand-over as the views read it."""
        with self.scope():
            found = read_hand_over(row.pk)
        assert found is not None
        return found


def promised(text: str = "年底前换好。", days: int = 20) -> Answer:
    """An answer that promises something in so many days."""
    return Answer("promised", text, today() + dt.timedelta(days=days))


def open_cast(slug: str = "420107", district_name: str = "青山区") -> Cast:
    """Build a tenant with its cast. Names of accounts of any but the first carry the slug."""
    cache.clear()
    places = {place.short_name: place for place in _places(slug, district_name)}
    district = places[district_name]
    tenant = open_tenant(district, f"武汉市{district_name}", slug=slug, office_phone="027-0000-0012")
    system = Actor("system", tenant.pk)
    with scope(tenant=tenant):
        open_receiving_bodies(system, list(places.values()), phone="027-0000-0033")
        open_body(system, Body.Kind.DEPARTMENT, "区房管局", district, phone="027-0000-0021", sign_off=["科室", "领导"])
        open_body(system, Body.Kind.DEPARTMENT, "区城管执法局", district, phone="027-0000-0022")
        open_body(system, Body.Kind.LIAISON_COMMITTEE, "新沟桥街道联络委", places["新沟桥街道"])
        open_body(system, Body.Kind.STUDIO, "同光委员工作室", places["光明社区"])
        cast = Cast(tenant, places, {body.name: body for body in Body.objects.select_related("place")})
        for role, (body, duty, signs) in ROLES.items():
            cast.accounts[role] = _account(system, cast.bodies[body.format(district=district_name)], role, duty, signs)
    cast.accounts["operator"] = open_account(f"operator-{slug}", "-", "系统员", is_operator=True)
    Authenticator.objects.create(user=cast.accounts["office"], type=Authenticator.Type.TOTP, data={})
    return cast


def _account(system: Actor, body: Body, role: str, duty: str, signs: Sequence[str]) -> Account:
    account = open_account(f"{role}-{body.tenant_id.hex[-12:]}", "-", f"{body.name}的{role}")
    assert account.person is not None
    seat(system, account.person, body, duty, since=SINCE, signs=signs)
    return account


def _places(slug: str, district_name: str) -> list[Place]:
    province = Place.objects.filter(path="42").first() or _place(None, "42", "湖北省")
    city = Place.objects.filter(path="42/4201").first() or _place(province, "4201", "武汉市")
    district = _place(city, slug, district_name)
    street = _place(district, f"{slug}003", "新沟桥街道")
    next_street = _place(district, f"{slug}001", "红卫路街道")
    return [
        district,
        street,
        next_street,
        _place(street, f"{slug}003011", "光明社区"),
        _place(street, f"{slug}003008", "健安社区"),
        _place(next_street, f"{slug}001002", "青宜居社区"),
    ]


def _place(parent: Place | None, code: str, name: str) -> Place:
    return Place.objects.create(
        parent=parent,
        level=parent.level + 1 if parent else 1,
        name=name,
        short_name=name,
        code=code,
        path=f"{parent.path}/{code}" if parent else code,
    )
