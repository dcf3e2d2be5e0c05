"""The same cast everywhere: a small tenant with its places, its bodies, and everybody who works there.

A test asks for the fixture `cast` (each folder's conftest.py takes it from here) and runs inside the tenant:

    def test_…(cast):
        matter = cast.raised("二单元楼道里有人充电")
        accept(cast.community, matter.pk, None, title="…")
        page = cast.client("street").get(cast.url("desk:matter", number=matter.number))
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_scopes import scope
from pytest_django import DjangoDbBlocker

from shangliang.core.actors import Actor
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandedPoint, HandOver
from shangliang.delivery.queries import handed_points
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter, Point
from shangliang.people.actions import open_account, open_body, open_tenant, seat
from shangliang.people.models import Account, Body, Membership
from shangliang.people.queries import actor_of
from shangliang.places import resolve
from shangliang.places.models import Place
from shangliang.playbooks.actions import seed_calendar
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import Receipt, Speech, raise_voice
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice

Duty, Kind = Membership.Duty, Body.Kind
DISTRICT, STREET, OTHER_STREET = "420107", "420107003", "420107004"
GUANGMING, DONGMEN, FAR = "420107003011", "420107003012", "420107004001"

PLACES = (
    ("42", None, 1, "湖北省", "42"),
    ("4201", "42", 2, "武汉市", "42/4201"),
    (DISTRICT, "4201", 3, "青山区", "42/4201/420107"),
    (STREET, DISTRICT, 4, "新沟桥街道", "42/4201/420107/420107003"),
    (OTHER_STREET, DISTRICT, 4, "钢花村街道", "42/4201/420107/420107004"),
    (GUANGMING, STREET, 5, "光明社区", "42/4201/420107/420107003/420107003011"),
    (DONGMEN, STREET, 5, "东门社区", "42/4201/420107/420107003/420107003012"),
    (FAR, OTHER_STREET, 5, "南苑社区", "42/4201/420107/420107004/420107004001"),
)
BODIES = (  # name, kind, place, steps of sign-off
    ("光明社区", Kind.COMMUNITY, GUANGMING, ()),
    ("东门社区", Kind.COMMUNITY, DONGMEN, ()),
    ("南苑社区", Kind.COMMUNITY, FAR, ()),
    ("新沟桥街道", Kind.STREET_OFFICE, STREET, ()),
    ("钢花村街道", Kind.STREET_OFFICE, OTHER_STREET, ()),
    ("区房管局", Kind.DEPARTMENT, DISTRICT, ("科室", "领导")),
    ("区城管执法局", Kind.DEPARTMENT, DISTRICT, ()),
    ("新沟桥街道联络委", Kind.LIAISON_COMMITTEE, STREET, ()),
    ("同光委员工作室", Kind.STUDIO, GUANGMING, ()),
)
ROLES = (  # log-in, name, body, duty, steps signed
    ("community", "沈青", "光明社区", Duty.COMMUNITY_STAFF, ()),
    ("neighbour", "陆遥", "东门社区", Duty.COMMUNITY_STAFF, ()),
    ("far", "丁宁", "南苑社区", Duty.COMMUNITY_STAFF, ()),
    ("street", "周晴", "新沟桥街道", Duty.STREET_STAFF, ()),
    ("convenor", "林知夏", "同光委员工作室", Duty.CONVENOR, ()),
    ("member", "周见山", "新沟桥街道联络委", Duty.MEMBER, ()),
    ("handler", "贺平", "区房管局", Duty.HANDLER, ()),
    ("section", "秦岚", "区房管局", Duty.HANDLER, ("科室",)),
    ("chief", "孟川", "区房管局", Duty.HANDLER, ("领导",)),
    ("citymanager", "唐渡", "区城管执法局", Duty.HANDLER, ()),
    ("far_street", "杜若", "钢花村街道", Duty.STREET_STAFF, ()),
    ("office", "江远帆", "", Duty.DISTRICT_OFFICE, ()),  # in the office that every tenant opens with
    ("new_office", "许安", "", Duty.DISTRICT_OFFICE, ()),  # who has not set up a second factor yet
)
SINCE = dt.date(2020, 1, 1)


@dataclass
class Cast:
    """Everybody, and the tenant they work in. Roles are attributes: `cast.street` is an Actor."""

    tenant: Tenant
    accounts: dict[str, Account] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        if role in {name for name, *_ in ROLES}:
            return actor_of(self.accounts[role], self.tenant.pk)
        raise AttributeError(role)

    @property
    def resident(self) -> Actor:
        return Actor("resident", self.tenant.pk)

    def client(self, role: str = "") -> Client:
        """A browser in which `role` has signed in; without a role, a stranger's."""
        client = Client()
        if role:
            client.force_login(self.accounts[role])
            if role.endswith("office") or role == "operator":  # they gave their second factor when they signed in
                session = client.session
                session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
                session["account_authentication_methods_user"] = str(self.accounts[role].pk)
                session.save()
        return client

    def url(self, name: str, **kwargs: Any) -> str:
        """The address of a page in this tenant."""
        return reverse(name, kwargs={"slug": self.tenant.slug, **kwargs})

    def body(self, name: str) -> Body:
        return Body.objects.select_related("place").get(name=name)

    def place(self, code: str) -> Place:
        """The place with this code, or the one that has its part in another tenant."""
        return Place.objects.get(code=self.tenant.slug + code.removeprefix(DISTRICT))

    # --- things that happened ---------------------------------------------------------------------

    def said(
        self, words: str = "二单元楼道里天天有人充电，看着心慌。", *, place: str = GUANGMING, **speech: Any
    ) -> Receipt:
        """What a resident said, with the receipt."""
        speech = {"reach": Reach(name="王阿姨", phone="13800000000"), **speech}
        return raise_voice(
            self.resident, self.tenant, Speech(words=words, place=self.place(place), key=f"test-{uuid4()}", **speech)
        )

    def raised(self, words: str = "二单元楼道里天天有人充电，看着心慌。", **speech: Any) -> Matter:
        """A matter that waits to be accepted."""
        return self.again(self.said(words, **speech).voice.matter)

    def accepted(self, title: str = "5 号院楼道里有人充电", **speech: Any) -> Matter:
        """A matter with a public face, accepted by its community."""
        matter = self.raised(**speech)
        gathering.accept(self.office, matter.pk, None, title=title, summary="居民反映楼道充电。", category="complaint")
        return self.again(matter)

    def handed(
        self,
        points: tuple[str, ...] = ("拆掉飞线", "建充电棚"),
        body: str = "区城管执法局",
        matter: Matter | None = None,
    ) -> HandOver:
        """A hand-over that waits for a body."""
        matter = matter or self.accepted()
        row = delivery.hand_over(self.street, matter.pk, None, body=self.body(body), points=points)
        return HandOver.objects.select_related("body", "matter").get(pk=row.pk)

    def answers(self, row: HandOver, outcome: str = Point.Status.DONE, **by_number: Any) -> dict[Any, delivery.Answer]:
        """An answer to each point; `p2=delivery.Answer(…)` for another one to the second."""
        return {
            item.pk: by_number.get(f"p{item.point.number}", delivery.Answer(outcome, "办好了。"))
            for item in self.points(row)
        }

    def replied(self, row: HandOver | None = None, outcome: str = Point.Status.DONE, **by_number: Any) -> HandOver:
        """A hand-over that a body without sign-off has answered."""
        row = row or self.handed()
        delivery.reply(self.citymanager, row, None, answers=self.answers(row, outcome, **by_number), words="请看各点。")
        return HandOver.objects.select_related("body", "matter").get(pk=row.pk)

    def closed(self, **reply: Any) -> Matter:
        """A matter that was answered and closed."""
        row = self.replied(**reply)
        delivery.close(self.street, row.matter_id, None, words="都答复了。")
        return self.again(row.matter)

    def promised(self, by_when: dt.date) -> Matter:
        """A closed matter whose second point is promised."""
        return self.closed(p2=delivery.Answer(Point.Status.PROMISED, "列入明年计划。", by_when))

    def points(self, row: HandOver) -> list[HandedPoint]:
        return handed_points(row)

    def again(self, row: Any) -> Any:
        """The row as the database has it now, with what pages read of it."""
        rows = type(row).objects
        if isinstance(row, Matter):
            rows = rows.select_related("place__parent", "holder", "lead")
        return rows.get(pk=row.pk)

    def voice(self, matter: Matter) -> Voice:
        """The first voice behind a matter."""
        return Voice.objects.select_related("words", "contact", "matter__place").filter(matter=matter).order_by("pk")[0]


def places(district: str = DISTRICT, district_name: str = "青山区") -> None:
    """The few places of the cast. Global rows: made once in a test."""
    made: dict[str, Place] = {}
    for old, above, level, old_name, old_path in PLACES:
        code, path = old.replace(DISTRICT, district), old_path.replace(DISTRICT, district)
        name = district_name if old == DISTRICT else old_name
        made[old] = Place.objects.filter(code=code).first() or Place.objects.create(
            code=code, parent=made[above] if above else None, level=level, name=name, short_name=name, path=path
        )
    resolve.forget()


def open_cast(slug: str = DISTRICT, district_name: str = "青山区") -> Cast:
    """The tenant with bodies and people. Who calls it enters the tenant's scope. A second one has its own slug."""
    seed_calendar()
    places(slug, district_name)
    district = Place.objects.get(code=slug)
    tenant = open_tenant(
        district, f"武汉市{district_name}", slug=slug, office_phone="027-0000-0012", office_hours="工作日"
    )
    cast, suffix = Cast(tenant), "" if slug == DISTRICT else f"-{slug}"
    system = Actor("system", tenant.pk)
    with scope(tenant=tenant):
        office = Body.objects.get(kind=Kind.DISTRICT_OFFICE)
        for name, kind, code, steps in BODIES:
            open_body(system, kind, name, cast.place(code), phone="027-0000-0001", sign_off=steps)
        for login, name, body, duty, signs in ROLES:
            account = open_account(login + suffix, "a-long-password", name)
            cast.accounts[login] = account
            assert account.person is not None
            seat(system, account.person, cast.body(body) if body else office, duty, since=SINCE, signs=signs)
    # Runs the machine, and sees no matter by it.
    cast.accounts["operator"] = open_account(f"operator{suffix}", "a-long-password", "系统员", is_operator=True)
    # The district office and the operator do not get in without a second factor.
    for role in ("office", "operator"):
        TOTP.activate(cast.accounts[role], generate_totp_secret())
    return cast


@pytest.fixture(scope="module")
def opened(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cast | None]:
    """The cast, opened once for a file of tests: each of them finds it as it was. None where a test of the file
    really commits, for then nothing can be opened around all of them."""
    if _commits(request.session.items, request.path):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield open_cast()
        transaction.set_rollback(True)


@pytest.fixture
def cast(opened: Cast | None, db: None) -> Iterator[Cast]:
    """The cast, inside its tenant. What a test does to rows and objects is undone."""
    if opened is None:
        made = open_cast()
    else:
        known = Account.objects.select_related("person").in_bulk([one.pk for one in opened.accounts.values()])
        accounts = {role: known[one.pk] for role, one in opened.accounts.items()}
        made = Cast(Tenant.objects.get(pk=opened.tenant.pk), accounts)
    with scope(tenant=made.tenant):
        yield made


def _commits(items: list[pytest.Item], path: Path) -> bool:
    here = [item for item in items if item.path == path]
    marks = [mark for item in here for mark in item.iter_markers("django_db")]
    named = {name for item in here for name in getattr(item, "fixturenames", ())}
    return "transactional_db" in named or any(mark.kwargs.get("transaction") for mark in marks)
