"""The pages of 结对共建 at the desk: by form from draft to renewal, how they are listed, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpResponse

from shangliang.core.clock import today
from shangliang.people.actions import open_body
from shangliang.people.models import Body
from shangliang.studios.actions import pairings
from shangliang.studios.models import Pairing
from tests.cast import Cast
from tests.scenes_studios import HOME, days_ago, paired, scan

Budget = Callable[[int], AbstractContextManager[None]]


def text(response: HttpResponse) -> str:
    return response.content.decode()


def page(cast: Cast, role: str, name: str, **parts: Any) -> str:
    response = cast.client(role).get(cast.url(name, **parts))
    assert response.status_code == 200
    return text(response)


def post(cast: Cast, role: str, name: str, data: dict[str, Any], **parts: Any) -> Any:
    return cast.client(role).post(cast.url(name, **parts), data)


def test_a_pairing_is_drafted_signed_done_and_renewed_by_form(cast: Cast) -> None:
    since, until = days_ago(20).isoformat(), days_ago(-20).isoformat()
    due = days_ago(-3)
    data = {
        "one": HOME,
        "other": "光明社区",
        "title": "红色共建",
        "since": since,
        "until": until,
        "by_one": f"{due.month}月{due.day}日 讲课",
        "together": f"{due.year}-{due.month}-{due.day} 义诊",
    }
    assert post(cast, "convenor", "studios:draft_pairing", data).status_code == 302
    row = Pairing.objects.get()
    parts = {"pairing_id": row.pk}
    for role, body in (("convenor", row.one_id), ("community", row.other_id)):
        assert post(cast, role, "studios:sign_pairing", {}, **parts, body_id=body).status_code == 302
    found = page(cast, "community", "studios:pairing", **parts)
    for words in ("讲课", "义诊", "快到期了", "续签", "回头看"):
        assert words in found
    task = row.tasks.order_by("pk")[0]
    assert (
        post(cast, "community", "studios:pairing_task_done", {"on": today().isoformat()}, task_id=task.pk).status_code
        == 302
    )
    assert post(cast, "community", "studios:review_pairing", {"words": "很好"}, **parts).status_code == 302
    again = {"title": "二期", "since": days_ago(-21).isoformat(), "until": days_ago(-300).isoformat()}
    assert post(cast, "community", "studios:renew_pairing", again, **parts).status_code == 302
    assert "续签的那一份" in page(cast, "community", "studios:pairing", **parts)


def test_the_office_records_paper_but_has_no_button_to_sign(cast: Cast) -> None:
    row = paired(cast, signed=False)
    found = page(cast, "office", "studios:pairing", pairing_id=row.pk)
    assert "记纸质签字" in found
    assert "代表" not in found
    data = {"on": today().isoformat(), "file": scan()}
    parts = {"pairing_id": row.pk, "body_id": row.one_id}
    assert post(cast, "office", "studios:record_signature", data, **parts).status_code == 302
    assert "扫描件" in page(cast, "office", "studios:pairing", pairing_id=row.pk)


def test_pairings_are_listed_by_how_they_stand(cast: Cast) -> None:
    paired(cast, title="正在做的")
    paired(cast, signed=False, title="等签字的")
    paired(cast, title="快到期的", since=days_ago(300), until=days_ago(-9))
    ended = paired(cast, title="结束了的")
    pairings.end(cast.convenor, ended.pk, on=today(), why="完成")
    for state, shown in (
        ("", {"正在做的", "快到期的"}),
        ("draft", {"等签字的"}),
        ("due", {"快到期的"}),
        ("ended", {"结束了的"}),
    ):
        found = text(cast.client("far").get(cast.url("studios:pairings") + f"?state={state}"))
        assert {one for one in ("正在做的", "等签字的", "快到期的", "结束了的") if one + "</a>" in found} == shown
    assert "正在做的</a>" not in text(cast.client("far").get(cast.url("studios:pairings") + "?mine=1"))


def test_pages_of_pairings_keep_to_their_budget(cast: Cast, at_most: Budget) -> None:
    for number in range(12):
        row = paired(cast, title=f"共建 {number}")
    client = cast.client("office")
    for address in (
        cast.url("studios:pairings"),
        cast.url("studios:pairing", pairing_id=row.pk),
        cast.url("studios:phases"),
    ):
        client.get(address)
        with at_most(12):
            assert client.get(address).status_code == 200


def test_a_pairing_with_a_body_nobody_knows_is_refused_beside_the_field(cast: Cast) -> None:
    far = open_body(cast.office, Body.Kind.COMMUNITY, "北苑社区", cast.body("东门社区").place)
    Body.objects.filter(pk=far.pk).update(closed_on=today())
    data = {
        "one": HOME,
        "title": "共建",
        "since": today().isoformat(),
        "until": days_ago(-30).isoformat(),
    }
    for name in ("北苑社区", "没有的"):
        answer = post(cast, "convenor", "studios:draft_pairing", data | {"other": name})
        assert answer.status_code == 422
        assert f"没找到“{name}”" in text(answer)
