from __future__ import annotations

import io

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from shangliang.core.errors import Refused
from shangliang.files.documents import DOCX, accept
from shangliang.files.photos import reencode
from shangliang.files.uploads import FILE_BYTES, MEGABYTE, Received, check
from tests.files.pictures import parcel, phone_photo


def sent(**fields: object) -> HttpRequest:
    return RequestFactory().post("/", fields)


def received(request: HttpRequest, field: str) -> Received:
    file = request.FILES[field]
    assert isinstance(file, Received)
    return file


def test_a_small_photo_and_the_words_arrive() -> None:
    request = sent(words="路灯坏了", photos=SimpleUploadedFile("灯.jpg", phone_photo()), place="和平社区")
    photo = received(request, "photos")
    assert (photo.name, photo.size, photo.left_out) == ("灯.jpg", len(phone_photo()), False)
    assert reencode(photo).width == 400
    assert (request.POST["words"], request.POST["place"]) == ("路灯坏了", "和平社区")


def test_a_file_of_some_megabytes_arrives_whole() -> None:
    content = bytes(range(256)) * (5 * MEGABYTE // 256)
    file = received(sent(file=SimpleUploadedFile("大.bin", content)), "file")
    assert file.read() == content
    check(file, FILE_BYTES)


def test_a_word_file_of_some_megabytes_is_recognised_as_it_arrives() -> None:
    word = parcel("[Content_Types].xml", "word/document.xml", padding=2 * MEGABYTE)
    file = received(sent(file=SimpleUploadedFile("答复.docx", word)), "file")
    document = accept(file)
    assert (document.media_type, document.content) == (DOCX, word)


def test_of_a_file_too_large_nothing_is_kept_but_its_name_and_every_typed_word() -> None:
    file = SimpleUploadedFile("片子.mp4", b"x" * (FILE_BYTES + 1))
    request = sent(words="路灯坏了", photos=file, place="和平社区")
    photo = received(request, "photos")
    assert (photo.left_out, photo.size, photo.read()) == (True, FILE_BYTES + 1, b"")
    assert (request.POST["words"], request.POST["place"]) == ("路灯坏了", "和平社区")
    with pytest.raises(Refused, match=r"“片子\.mp4”超过了 10 MB") as refused:
        reencode(photo)
    assert refused.value.field == "photos"


def test_files_too_large_together_are_refused_together(settings: Settings) -> None:
    settings.PHOTO_BYTES, settings.PHOTOS_AT_MOST = MEGABYTE, 2
    files = [SimpleUploadedFile("灯.jpg", b"x" * (MEGABYTE - 1000)) for _ in range(4)]
    request = sent(photos=files, words="路灯坏了")
    with pytest.raises(Refused, match="加起来超过 3 MB"):
        check(received(request, "photos"), MEGABYTE)
    assert request.POST["words"] == "路灯坏了"


class Untouchable(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("was read")


def test_a_body_beyond_all_measure_is_refused_before_it_is_read() -> None:
    request = RequestFactory().post("/", {"words": "x"})
    request.META["CONTENT_LENGTH"] = str(300 * MEGABYTE)
    request.environ["wsgi.input"] = Untouchable()
    request._stream = Untouchable()  # type: ignore[attr-defined]
    with pytest.raises(RequestDataTooBig, match="太大了"):
        request.FILES  # noqa: B018
