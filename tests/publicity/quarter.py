"""A small district for the tests of public pages and figures: one street, two communities, an office, a department."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field

from shangliang.core.actors import Actor, Seat
from shangliang.delivery import actions as delivery
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import HandOver
from shangliang.delivery.queries import handed_points
from shangliang.figures import reader as figures
from shangliang.gathering import actions as gathering
from shangliang.ledger.actions import open_ledger
from shangliang.matters.models import Matter
from shangliang.people.models import Body
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant
from shangliang.voices import actions as voices
from shangliang.voices import reader as search
from shangliang.voices.actions import Receipt, Speech

_keys = itertools.count()


@dataclass(slots=True)
class Quarter:
    """What a test needs to let people act."""

    tenant: Tenant
    street: Place
    community: Place
    other: Place
    office: Body
    department: Body
    staff: Actor = field(init=False)
    handler: Actor = field(init=False)
    resident: Actor = field(init=False)

    def __post_init__(self) -> None:
        path = self.tenant.place_path
        seat = Seat(self.office.pk, self.office.kind, self.office.name, "district_office", path)
        self.staff = Actor("staff", self.tenant.pk, None, "", (seat,))
        seat = Seat(self.department.pk, self.department.kind, self.department.name, "handler", path)
        self.handler = Actor("staff", self.tenant.pk, None, "", (seat,))
        self.resident = Actor("resident", self.tenant.pk)

    def say(
        self, words: str = "夜里看不见路。", openness: str = "public", place: Place | None = None, **also: object
    ) -> Receipt:
        speech = Speech(words, place or self.community, f"key-{next(_keys)}", openness=openness, **also)  # type: ignore[arg-type]
        return voices.raise_voice(self.resident, self.tenant, speech)

    def accepted(self, title: str = "楼道的灯坏了", summary: str = "", **said: object) -> Matter:
        matter = self.say(**said).voice.matter  # type: ignore[arg-type]
        gathering.accept(self.staff, matter.pk, None, title=title, summary=summary)
        return Matter.objects.get(pk=matter.pk)

    def handed_over(self, matter: Matter, points: tuple[str, ...] = ("修好灯",)) -> HandOver:
        return delivery.hand_over(self.staff, matter.pk, None, body=self.department, points=points)

    def replied(
        self, row: HandOver, outcome: str = "done", text: str = "换了新灯。", by_when: dt.date | None = None
    ) -> None:
        row = HandOver.objects.select_related("body", "matter").get(pk=row.pk)
        answers = {handed.pk: Answer(outcome, text, by_when) for handed in handed_points(row)}
        delivery.reply(self.handler, row, None, answers=answers)

    def closed(self, title: str = "楼道的灯坏了", outcome: str = "done", **said: object) -> Matter:
        matter = self.accepted(title, **said)
        delivery.close(self.staff, matter.pk, None, words="办好了。", outcome=outcome)
        return Matter.objects.get(pk=matter.pk)

    def address(self, matter: Matter | None = None) -> str:
        return f"/{self.tenant.slug}/matters/" + (f"{matter.number}/" if matter else "")

    def read(self) -> None:
        """Let the readers of the ledger catch up."""
        figures.catch_up(self.tenant)
        search.index(self.tenant)


def build(slug: str = "990101", mark: str = "99A") -> Quarter:
    """A tenant of its own, with its places and bodies. Called inside no scope; enter it afterwards."""
    from django_scopes import scope

    home = f"99/99{slug[2:4]}/{slug}"
    district = _place(None, 3, f"{slug}区", slug, home)
    street = _place(district, 4, "东湖街道", f"{slug}001", f"{home}/{slug}001")
    community = _place(street, 5, "光明社区", f"{slug}001001", f"{street.path}/{slug}001001")
    other = _place(street, 5, "临江社区", f"{slug}001002", f"{street.path}/{slug}001002")
    tenant = Tenant.objects.create(slug=slug, mark=mark, name=f"{slug}区", place_path=home, office_phone="027-00000012")
    with scope(tenant=tenant):
        open_ledger(tenant.pk)
        office = _body(tenant, "district_office", "区政协办公室", district, "027-00000012")
        department = _body(tenant, "department", "区房管局", district, "027-00000021")
    return Quarter(tenant, street, community, other, office, department)


def _place(parent: Place | None, level: int, name: str, code: str, path: str) -> Place:
    return Place.objects.create(parent=parent, level=level, name=name, short_name=name, code=code, path=path)


def _body(tenant: Tenant, kind: str, name: str, place: Place, phone: str) -> Body:
    return Body.objects.create(tenant=tenant, kind=kind, name=name, place=place, phone=phone)
