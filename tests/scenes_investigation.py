"""Topics before a meeting: put forward, chosen, looked into. Each is called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.deliberation.actions import investigation, topics
from shangliang.deliberation.models import Finding, FindingPhoto, Hearing, Side, Topic
from shangliang.deliberation.queries.topics import topic as topic_of
from shangliang.files.actions import store_photos
from shangliang.files.models import Attachment
from shangliang.matters.models import Matter
from shangliang.people.actions import open_body, seat
from shangliang.people.models import Body, Membership
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.definition import DEFAULT
from tests.cast import GUANGMING, SINCE, Cast
from tests.files.pictures import phone_photo
from tests.scenes import Parts

TITLE = "5 号院楼道充电"
QUESTION = "充电棚建在哪里，谁出钱，夜里谁来管？"


def put_forward(cast: Cast, matter: Matter | None = None, *, title: str = TITLE) -> Topic:
    """A topic of an accepted matter that waits to be chosen."""
    matter = matter or cast.accepted()
    row = topics.put_forward(cast.convenor, matter.pk, None, title=title, question=QUESTION, source="residents")
    return again(row)


def chosen_topic(
    cast: Cast, matter: Matter | None = None, *, title: str = TITLE, posted: bool = True, by: str = "convenor"
) -> Topic:
    """A topic that was chosen; 林知夏 (`cast.convenor`) chairs it. Nothing was looked into yet."""
    return again(topics.choose(getattr(cast, by), put_forward(cast, matter, title=title), None, posted=posted))


def investigated_topic(cast: Cast, matter: Matter | None = None, *, title: str = TITLE) -> Topic:
    """A chosen topic with all that the default playbook wants before a meeting: its gate is open."""
    row = chosen_topic(cast, matter, title=title)
    investigate(row)
    return again(row)


def investigate(row: Topic) -> None:
    """Two sides named and heard, a fact, a record of the site, cost and authority. As rows, without the acts: half
    of all tests begin behind it."""
    here: dict[str, Any] = {"tenant_id": row.tenant_id, "topic": row}
    for position, (label, said) in enumerate((("有电动车的住户", "要方便"), ("底楼住户", "要安静"))):
        side = Side.objects.create(**here, position=position, label=label, touched="门口", about_how_many=40)
        Hearing.objects.create(
            tenant_id=row.tenant_id, side=side, how="visit", people=6, chosen="挨户敲门", said=said, on=clock.today()
        )
    for kind, text in (
        (Finding.Kind.FACT, "5 号院有电动车 63 辆"),
        (Finding.Kind.SITE, "二单元门口拉着三根飞线"),
        (Finding.Kind.COST, "棚子一座约 3.2 万元"),
        (Finding.Kind.AUTHORITY, "占绿地要区园林局同意"),
    ):
        Finding.objects.create(**here, kind=kind, text=text, source="社区台账", on=clock.today())


def name_side(cast: Cast, row: Topic, *, label: str = "夜班住户", touched: str = "夜里进出") -> Side:
    return investigation.name_side(cast.convenor, row, label=label, touched=touched, about_how_many=30)


def hear(cast: Cast, side: Side, people: int = 3) -> Hearing:
    return investigation.hear(
        cast.convenor,
        side,
        how=Hearing.How.VISIT,
        people=people,
        chosen="按门牌每层抽一户",
        said="愿意建，怕离窗太近。",
        on=clock.today(),
    )


def find(
    cast: Cast,
    row: Topic,
    kind: str,
    text: str = "量过了。",
    *,
    source: str = "",
    photos: list[Attachment] | None = None,
    position: tuple[float, float] | None = None,
    on: dt.date | None = None,
) -> Finding:
    return investigation.record_finding(
        cast.convenor,
        row,
        kind=kind,
        text=text,
        source=source,
        on=on or clock.today(),
        photos=photos or [],
        position=position,
    )


def photos(cast: Cast, number: int = 1) -> list[Attachment]:
    """Photos on disk, not kept yet."""
    uploads = [SimpleUploadedFile(f"{n}.jpg", phone_photo(), "image/jpeg") for n in range(number)]
    return store_photos(cast.tenant.pk, uploads)


def squad(cast: Cast) -> Body:
    """A squad of members for 光明社区, in which the cast's member sits."""
    system = Actor("system", cast.tenant.pk)
    body = open_body(system, Body.Kind.SQUAD, "楼道充电小分队", cast.place(GUANGMING))
    person = cast.accounts["member"].person
    assert person is not None
    seat(system, person, body, Membership.Duty.MEMBER, since=SINCE)
    return body


def way(cast: Cast, steps: str) -> None:
    """Adopt the package's playbook with other steps: what stands below `steps:`, without the indent."""
    text = DEFAULT.read_text(encoding="utf-8")
    before, rest = text.split("\n  steps:\n", 1)
    after = rest[rest.index("\n\n  #") :]
    lines = "\n".join(f"    {line}" for line in steps.strip().splitlines())
    adopt(cast.office, f"{before}\n  steps:\n{lines}{after}", "区政协", "青政协办〔2026〕8号", clock.today())


def again(row: Topic) -> Topic:
    """The topic as pages read it."""
    found = topic_of(row.pk)
    assert found is not None
    return found


# --- parts of addresses -------------------------------------------------------------------------------


def chosen(cast: Cast) -> Parts:
    return {"topic_id": chosen_topic(cast).pk}


def waiting(cast: Cast) -> Parts:
    return {"topic_id": put_forward(cast).pk}


def a_side(cast: Cast) -> Parts:
    side = name_side(cast, chosen_topic(cast))
    return {"topic_id": side.topic_id, "side_id": side.pk}


def a_hearing(cast: Cast) -> Parts:
    hearing = hear(cast, name_side(cast, chosen_topic(cast)))
    return {"topic_id": hearing.side.topic_id, "hearing_id": hearing.pk}


def a_finding(cast: Cast) -> Parts:
    row = chosen_topic(cast)
    return {"topic_id": row.pk, "finding_id": find(cast, row, Finding.Kind.FACT, source="社区清点").pk}


def a_photo(cast: Cast) -> Parts:
    row = chosen_topic(cast)
    found = find(cast, row, Finding.Kind.SITE, photos=photos(cast), position=(30.6, 114.3))
    return {"topic_id": row.pk, "photo_id": FindingPhoto.objects.get(finding=found).pk}


def a_gate(cast: Cast) -> Parts:
    """The gate before the meeting, with nothing looked into."""
    return {"topic_id": chosen_topic(cast).pk, "step": "deliberate"}


def a_step_with_a_form(cast: Cast) -> Parts:
    """A step that waits for somebody's word and is ticked by hand."""
    way(
        cast,
        """
raise: {label: 你来提, by: 群众, does: [gather]}
collect: {label: 我收集, by: 工作室, after: [raise], does: [choose]}
ready:
  label: 备好材料
  by: 社区
  after: [collect]
  approvals: [街道党工委]
  asks:
    summary: {label: 调研小结, needed: yes}
    people: {label: 几个人看过, kind: number}
deliberate: {label: 共协商, by: 召集人, after: [ready], does: [meet, agree]}
""",
    )
    return {"topic_id": chosen_topic(cast).pk, "step": "ready"}


def person_of(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def not_posted(cast: Cast) -> Parts:
    return {"topic_id": chosen_topic(cast, posted=False).pk}
