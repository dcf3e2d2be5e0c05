"""The page of the way of working: what is in force, by which document, earlier versions, the text itself."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django_scopes import scope

from shangliang.core.clock import today
from shangliang.playbooks import library, queries
from shangliang.playbooks.actions import adopt, keep
from shangliang.playbooks.queries import DEFAULT
from tests.cast import Cast
from tests.scenes_playbooks import ADOPTED, PART

HOW = "/420107/how/"
WHOLE = DEFAULT.read_text(encoding="utf-8")


def page_of(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_without_an_adoption_it_says_that_the_common_one_is_used(cast: Cast, client: Client) -> None:
    page = page_of(client, HOW)
    assert "用的是通用的一份" in page
    assert "每一方至少听过 1 个人" in page
    assert "提前 3 个工作日通知" in page


def test_an_adopted_one_names_its_document_and_the_earlier_ones(cast: Cast, client: Client) -> None:
    with scope(tenant=cast.tenant):
        adopt(cast.office, WHOLE, "区政协", "青政协办〔2023〕1号", today().replace(year=2023, day=1))
        adopt(cast.office, library.whole(PART), in_force_from=today(), **ADOPTED)
    page = page_of(client, HOW)
    assert "三步走" in page
    assert "青政协办〔2026〕8号" in page
    assert "青政协办〔2023〕1号" in page
    assert "街道党工委同意" in page


def test_what_a_topic_began_under_can_still_be_read(cast: Cast, client: Client) -> None:
    with scope(tenant=cast.tenant):
        before = keep(cast.tenant.pk).digest
        adopt(cast.office, library.whole(PART), in_force_from=today(), **ADOPTED)
    assert queries.in_force(cast.tenant.pk).digest != before
    assert "看现在照着办的那一份" in page_of(client, f"{HOW}{before}/")


def test_the_text_comes_as_a_file_just_as_it_was_adopted(cast: Cast, client: Client) -> None:
    with scope(tenant=cast.tenant):
        digest = adopt(cast.office, library.whole(PART), in_force_from=today(), **ADOPTED).playbook.digest
    answer = client.get(f"{HOW}{digest}/text/")
    assert answer.content.decode() == library.whole(PART)
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_text_that_this_tenant_never_had_is_not_there(cast: Cast, client: Client) -> None:
    assert client.get(f"{HOW}{'0' * 64}/").status_code == 404
    assert client.get(f"{HOW}{'0' * 64}/text/").status_code == 404
