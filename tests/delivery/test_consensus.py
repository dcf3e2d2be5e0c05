"""交办共识: what a meeting agreed on is handed over to those who said they would do it, by the day that was agreed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation.models import Item, Topic
from shangliang.delivery import actions, queries
from shangliang.delivery.actions import Given
from shangliang.delivery.models import HandOver
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter
from shangliang.playbooks.definition import DEFAULT, digest_of
from shangliang.playbooks.models import PlaybookText
from shangliang.playbooks.queries import calendar
from tests.cast import Cast
from tests.scenes_minutes import due, read, signed

ORPHAN = (("拆飞线", "task", "区城管执法局"), ("装灯", "task", "业委会"))


def agreed(cast: Cast, **more: Any) -> Matter:
    """A matter whose meeting agreed on tasks, all signed."""
    signed(cast, **more)
    return cast.again(Topic.objects.get().matter)  # type: ignore[no-any-return]


def given(cast: Cast, matter: Matter, body: str = "", day: dt.date | None = None) -> list[Given]:
    rows = queries.consensus(matter)
    return [Given(one.point_id, cast.body(body) if body else one.owner, day or due()) for one in rows]  # type: ignore[arg-type]


def test_each_owner_gets_what_it_agreed_to_by_the_agreed_day(cast: Cast) -> None:
    matter = agreed(cast)
    rows = actions.hand_over_consensus(cast.street, matter.pk, matter.version, given=given(cast, matter))
    assert {one.body.name for one in rows} == {"区城管执法局", "区房管局"}
    day = due()
    for one in rows:
        assert one.due <= day
        assert calendar(matter.tenant_id).working_days_between(one.due, day) == 0, "the last working day until then"
    assert cast.again(matter).status == Matter.Status.DELIVERED
    kinds = [line.entry.kind for line in timeline(matter.pk, kinds=["matter.handed_over"])]
    assert len(kinds) == 2, "an entry for each"
    assert queries.consensus(matter) == []


def test_nothing_is_handed_over_twice_or_without_a_day_to_come(cast: Cast) -> None:
    matter = agreed(cast)
    first, second = given(cast, matter)
    with pytest.raises(Refused, match="勾上"):
        actions.hand_over_consensus(cast.street, matter.pk, None, given=[])
    late = Given(second.point_id, second.body, clock.today())
    with pytest.raises(Refused, match="换一个日子"):
        actions.hand_over_consensus(cast.street, matter.pk, None, given=[first, late])
    assert not HandOver.objects.exists(), "all or none"
    actions.hand_over_consensus(cast.street, matter.pk, None, given=[first])
    with pytest.raises(Refused, match="已经交办"):
        actions.hand_over_consensus(cast.street, matter.pk, None, given=[first, second])


def test_what_is_not_signed_or_not_ones_own_is_not_handed_over(cast: Cast) -> None:
    read(cast)
    matter = cast.again(Topic.objects.get().matter)
    assert queries.consensus(matter) == []
    page = cast.client("street").get(cast.url("delivery:consensus", number=matter.number)).content.decode()
    assert "没有会上定下来、还没交办的事。" in page


def test_a_stranger_to_the_matter_hands_nothing_over(cast: Cast) -> None:
    matter = agreed(cast)
    with pytest.raises(NotAllowed):
        actions.hand_over_consensus(cast.far, matter.pk, None, given=given(cast, matter))


def test_the_gate_before_handing_over_holds(cast: Cast) -> None:
    matter = agreed(cast)
    text = DEFAULT.read_text(encoding="utf-8").replace(
        "does: [hand_over, reply]", "does: [hand_over, reply], approvals: [党工委]"
    )
    stricter = PlaybookText.objects.create(tenant_id=cast.tenant.pk, name="严一点的", digest=digest_of(text), text=text)
    Topic.objects.update(playbook=stricter)
    with pytest.raises(Refused, match="党工委"):
        actions.hand_over_consensus(cast.street, matter.pk, None, given=given(cast, matter))


def test_one_press_hands_over_all_that_is_ticked(cast: Cast) -> None:
    matter = agreed(cast, wordings=ORPHAN)
    client, address = cast.client("street"), cast.url("delivery:consensus", number=matter.number)
    desk = client.get(cast.url("desk:matter", number=matter.number)).content.decode()
    assert address in desk
    page = client.get(address).content.decode()
    assert "会上说由业委会办，选一个单位来接" in page
    known, orphan = queries.consensus(matter)
    post = {
        "seen": str(matter.version),
        f"go-{known.point_id}": "on",
        f"body-{known.point_id}": str(known.owner_id),
        f"due-{known.point_id}": due().isoformat(),
        f"go-{orphan.point_id}": "on",
        f"body-{orphan.point_id}": "",
        f"due-{orphan.point_id}": due().isoformat(),
    }
    refused = client.post(address, post)
    assert refused.status_code == 422
    assert "选一个单位来办" in refused.content.decode()
    post[f"body-{orphan.point_id}"] = str(cast.body("区房管局").pk)
    assert client.post(address, post).status_code == 302
    assert {one.body.name for one in HandOver.objects.select_related("body")} == {"区城管执法局", "区房管局"}
    assert Item.objects.filter(point__handed__isnull=False).count() == 2
