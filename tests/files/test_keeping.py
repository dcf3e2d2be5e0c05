from __future__ import annotations

import datetime as dt
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.db import transaction
from django_scopes import scope
from pytest_django import Settings

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.core.keys import data_folder
from shangliang.files import storage
from shangliang.files.actions import erase, keep, mark_cleared, store_document, store_photo, store_photos, sweep
from shangliang.files.models import Attachment
from shangliang.tenants.models import Tenant
from tests.files.pictures import opened, phone_photo, upload

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = Tenant.objects.create(slug="qingshan", mark="QSH", name="青山区", place_path="42/4201/420107")
    with scope(tenant=tenant):
        yield tenant


def on_disk(tenant: Tenant) -> set[Path]:
    return {path for path in (data_folder() / "files" / str(tenant.id)).rglob("*") if path.is_file()}


def grow_old(tenant: Tenant, age: dt.timedelta) -> None:
    moment = (clock.now() - age).timestamp()
    for path in on_disk(tenant):
        os.utime(path, (moment, moment))


def test_a_photo_is_on_disk_before_its_row_is_there(tenant: Tenant) -> None:
    photo = store_photo(tenant.id, upload(phone_photo()))
    assert opened(storage.read(photo)).size == (400, 300) == (photo.width, photo.height)
    assert opened(storage.read(photo, "small")).size == (400, 300)
    assert photo.size == len(storage.read(photo))
    assert not Attachment.objects.exists()
    with transaction.atomic():
        keep([photo])
    row = Attachment.objects.get()
    assert (row.id, row.kind, row.name, row.media_type) == (photo.id, "photo", "照片1.jpg", "image/jpeg")
    assert row.cleared_at is None


def test_a_document_is_kept_with_the_name_staff_know_it_by(tenant: Tenant) -> None:
    document = store_document(tenant.id, upload(b"%PDF-1.7\n", "复" * 200 + ".pdf"))
    with transaction.atomic():
        keep([document])
    row = Attachment.objects.get()
    assert (row.kind, len(row.name), row.name[-5:]) == ("document", 120, "….pdf")
    assert storage.read(row) == b"%PDF-1.7\n"


def test_what_lies_on_disk_is_sealed_and_for_its_owner_alone(tenant: Tenant) -> None:
    document = store_document(tenant.id, upload(b"%PDF-1.7 private", "a.pdf"))
    (path,) = on_disk(tenant)
    assert path.name == str(document.id)
    assert b"PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_sealed_bytes_open_only_as_the_file_they_were_sealed_for(tenant: Tenant) -> None:
    first, second = store_photos(tenant.id, [upload(phone_photo()), upload(phone_photo(orientation=6))])
    by_name = {path.name: path for path in on_disk(tenant)}
    by_name[str(second.id)].write_bytes(by_name[str(first.id)].read_bytes())
    with pytest.raises(InvalidTag):
        storage.read(second)
    by_name[str(first.id)].write_bytes(by_name[f"{first.id}.small"].read_bytes())
    with pytest.raises(InvalidTag):
        storage.read(first)


def test_if_one_of_several_photos_is_refused_none_is_stored(tenant: Tenant) -> None:
    with pytest.raises(Refused, match=r"“坏\.jpg”打不开"):
        store_photos(tenant.id, [upload(phone_photo()), upload(b"text", "坏.jpg")])
    assert not on_disk(tenant)


def test_a_photo_too_large_is_named_before_any_other_is_decoded(tenant: Tenant, settings: Settings) -> None:
    settings.PHOTO_BYTES = 1000
    with pytest.raises(Refused, match=r"“大\.jpg”超过了"):
        store_photos(tenant.id, [upload(b"text", "坏.jpg"), upload(b"x" * 1001, "大.jpg")])


def test_a_seventh_photo_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Refused, match="最多传 6 张照片，您选了 7 张"):
        store_photos(tenant.id, [upload(b"x")] * 7)


def test_no_photos_are_no_trouble(tenant: Tenant) -> None:
    assert store_photos(tenant.id, []) == []
    with transaction.atomic():
        keep([])


def test_no_row_comes_to_be_without_its_file(tenant: Tenant) -> None:
    photo = store_photo(tenant.id, upload(phone_photo()))
    for path in on_disk(tenant):
        path.unlink()
    with pytest.raises(RuntimeError, match="has no file"), transaction.atomic():
        keep([photo])
    assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_are_kept_only_inside_the_transaction_of_an_act(tenant: Tenant) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        keep([store_photo(tenant.id, upload(phone_photo()))])


def test_when_the_disk_takes_no_more_nothing_half_written_remains(tenant: Tenant) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            storage.write(tenant.id, uuid7(), b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not on_disk(tenant)


def test_sweeping_removes_what_no_row_knows_and_nothing_else(tenant: Tenant) -> None:
    kept, orphan = store_photos(tenant.id, [upload(phone_photo())] * 2)
    with transaction.atomic():
        keep([kept])
    draft = next(iter(on_disk(tenant))).with_name(f".{uuid7()}.0a1b2c3d")
    draft.write_bytes(b"half")
    grow_old(tenant, 2 * DAY)
    young = store_photo(tenant.id, upload(phone_photo()))

    assert sweep(tenant.id, DAY) == 3

    names = {path.name for path in on_disk(tenant)}
    assert names == {f"{photo.id}{ending}" for photo in (kept, young) for ending in ("", ".small")}
    assert sweep(tenant.id, DAY) == 0
    with pytest.raises(FileNotFoundError):
        storage.read(orphan)


def test_the_bytes_of_an_erased_file_go_even_after_a_crash_before_they_could_be_removed(tenant: Tenant) -> None:
    photo = store_photo(tenant.id, upload(phone_photo()))
    with transaction.atomic():
        keep([photo])
        erase([photo])  # the test's own transaction never commits: nothing is removed
    grow_old(tenant, 2 * DAY)
    assert sweep(tenant.id, DAY) == 2
    assert not on_disk(tenant)
    row = Attachment.objects.get()
    assert (row.name, row.cleared_at) == ("", None)
    assert row.erased_at is not None


def test_sweeping_leaves_what_an_act_may_still_be_using(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="younger than a day"):
        sweep(tenant.id, dt.timedelta(hours=1))


def test_a_cleared_photo_can_be_taken_back(tenant: Tenant) -> None:
    photo = store_photo(tenant.id, upload(phone_photo()))
    with transaction.atomic():
        keep([photo])
    at = clock.now()
    mark_cleared(photo, at)
    assert Attachment.objects.get().cleared_at == photo.cleared_at == at
    mark_cleared(photo, None)
    assert Attachment.objects.get().cleared_at is None
