from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.http import Http404
from django.test import RequestFactory

from shangliang.core.ids import uuid7
from shangliang.files.actions import store_document, store_photo
from shangliang.files.models import Attachment
from shangliang.files.views import respond_with
from tests.files.pictures import opened, phone_photo, upload

CLEARED = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
REQUEST = RequestFactory().get("/")


@pytest.fixture
def tenant_id() -> UUID:
    return uuid7()


@pytest.fixture
def photo(tenant_id: UUID) -> Attachment:
    return store_photo(tenant_id, upload(phone_photo(1000, 500), "张三家门口.jpg"))


def test_the_public_gets_a_cleared_photo_that_can_do_nothing_but_be_seen(photo: Attachment) -> None:
    photo.cleared_at = CLEARED
    answer = respond_with(REQUEST, photo, public=True)
    assert opened(answer.content).size == (1000, 500)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_the_small_photo_is_an_answer_of_its_own(photo: Attachment) -> None:
    photo.cleared_at = CLEARED
    small = respond_with(REQUEST, photo, public=True, size="small")
    assert opened(small.content).size == (480, 240)
    assert small["ETag"] != respond_with(REQUEST, photo, public=True)["ETag"]


def test_an_uncleared_photo_is_not_there_for_the_public(photo: Attachment) -> None:
    with pytest.raises(Http404):
        respond_with(REQUEST, photo, public=True)


def test_an_uncleared_photo_reaches_its_handlers_and_no_cache(photo: Attachment) -> None:
    answer = respond_with(REQUEST, photo, public=False)
    assert opened(answer.content).size == (1000, 500)
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer


def test_a_browser_that_has_the_photo_is_told_so(photo: Attachment) -> None:
    photo.cleared_at = CLEARED
    etag = respond_with(REQUEST, photo, public=True)["ETag"]
    again = respond_with(RequestFactory().get("/", headers={"If-None-Match": etag}), photo, public=True)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_a_photo_taken_back_is_gone_even_for_a_browser_that_has_it(photo: Attachment) -> None:
    request = RequestFactory().get("/", headers={"If-None-Match": f'"{photo.id}-full"'})
    with pytest.raises(Http404):
        respond_with(request, photo, public=True)


def test_a_document_is_saved_under_its_name_by_staff_and_a_neutral_one_by_the_public(tenant_id: UUID) -> None:
    document = store_document(tenant_id, upload(b"%PDF-1.7\n", '关于张三"来信"的答复.pdf'))
    document.cleared_at = CLEARED
    for_staff = respond_with(REQUEST, document, public=False)
    assert for_staff["Content-Type"] == "application/pdf"
    assert for_staff["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%B3%E4%BA%8E")
    for_all = respond_with(REQUEST, document, public=True)
    assert for_all["Content-Disposition"] == "attachment; filename*=utf-8''%E9%99%84%E4%BB%B6.pdf"


def test_a_scan_is_saved_with_the_ending_of_what_it_has_become(tenant_id: UUID) -> None:
    scan = store_document(tenant_id, upload(phone_photo(), "seal.PNG"))
    assert respond_with(REQUEST, scan, public=False)["Content-Disposition"] == 'attachment; filename="seal.jpg"'
