"""Members around the cast: where they are enrolled, what they know, how to reach them. All invented."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.gathering import actions, queries
from shangliang.gathering.models import Asked, Whistle
from shangliang.people.models import Enrolment, Member, Person
from shangliang.people.private import Private, sealed
from shangliang.studios.models import Leave
from tests.cast import DONGMEN, FAR, GUANGMING, SINCE, Cast

# name, enrolled in, sector, specialties, languages
CIRCLE = (
    ("许望舒", GUANGMING, "经济界", ("物业纠纷",), ()),
    ("何其安", GUANGMING, "医药卫生界", ("老人照护",), ("苗语",)),
    ("宋时雨", DONGMEN, "教育界", ("入学",), ()),
    ("江流", DONGMEN, "科技界", ("电气工程",), ()),
    ("石磊", FAR, "社会和法制界", ("物业纠纷", "调解"), ()),
    ("白露", FAR, "文艺界", (), ("手语",)),
)
PHONE = "13700000001"


class Circle:
    """The members by name, and what happens to them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.people: dict[str, Person] = {}
        for number, (name, code, sector, specialties, languages) in enumerate(CIRCLE, 1):
            person = Person.objects.create(name=name)
            self.people[name] = person
            row_id = uuid7()
            Member.objects.create(
                id=row_id,
                tenant=cast.tenant,
                key=f"C{number}",
                person=person,
                sector=sector,
                specialties=list(specialties),
                languages=list(languages),
                sealed=sealed(Private(phone=f"1370000000{number}"), cast.tenant.pk, row_id),
                since=SINCE,
            )
            Enrolment.objects.create(
                tenant=cast.tenant,
                person=person,
                place=cast.place(code),
                status=Enrolment.Status.ASSIGNED,
                since=SINCE,
            )

    def __getitem__(self, name: str) -> UUID:
        return self.people[name].pk

    def acts(self, name: str) -> Actor:
        """This member with the link they were sent."""
        return Actor("link", self.cast.tenant.pk, self[name], name)

    def away(self, name: str, first: dt.date, last: dt.date) -> None:
        """On leave."""
        Leave.objects.create(tenant=self.cast.tenant, person=self.people[name], since=first, until=last)

    def blown(
        self, *names: str, needed: int = 1, matter: UUID | None = None, what: str = "请来看看充电棚建在哪里。"
    ) -> Whistle:
        """A whistle of 光明社区 that asked these."""
        return actions.blow(
            self.cast.community,
            what=what,
            place=self.cast.place(GUANGMING),
            ask_first=[self[name] for name in names],
            matter_id=matter,
            needed=needed,
        )

    def asked(self, whistle: Whistle, name: str) -> Asked:
        """What this member was asked."""
        return Asked.objects.select_related("whistle", "person", "tenant").get(whistle=whistle, person=self[name])

    def says(self, whistle: Whistle, name: str, answer: str = "come", **given: object) -> Asked:
        """This member answers; 我来 means in two hours."""
        if answer == "come":
            given = {"comes_at": clock.now() + dt.timedelta(hours=2), **given}
        return actions.answer(self.acts(name), self.asked(whistle, name).pk, answer=answer, **given)  # type: ignore[arg-type]

    def answers(self, whistle: Whistle) -> dict[str, str]:
        """What everybody who was asked said, by name."""
        blown = queries.whistle(whistle.pk)
        assert blown is not None
        return {one.person.name: one.answer for one in blown.asked}

    def next_ones(self, whistle: Whistle) -> list[str]:
        """Whom it could ask further, in order."""
        blown = queries.whistle(whistle.pk)
        assert blown is not None
        return [one.name for one in queries.next_candidates(blown.whistle)]
