from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from shangliang.core.errors import Refused
from shangliang.files.photos import reencode
from tests.files.pictures import BLUE, RED, encoded, halves, is_near, opened, parcel, phone_photo, png_claiming, upload


def test_a_phones_photo_comes_out_as_a_progressive_jpeg_of_at_most_1600_pixels() -> None:
    photo = reencode(upload(phone_photo(4000, 3000)))
    picture = opened(photo.content)
    assert (picture.format, picture.size) == ("JPEG", (1600, 1200))
    assert (photo.width, photo.height, photo.media_type) == (1600, 1200, "image/jpeg")
    assert picture.info["progressive"]
    assert opened(photo.small).size == (480, 360)


def test_where_a_photo_was_taken_and_with_what_is_gone() -> None:
    original = phone_photo()
    assert b"SecretMaker" in original
    assert opened(original).getexif().get_ifd(0x8825)
    photo = reencode(upload(original))
    for content in (photo.content, photo.small):
        picture = opened(content)
        assert not picture.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & picture.info.keys()
        assert b"Secret" not in content
        assert b"Exif" not in content


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (400, 300), (100, 150)),
        (3, (400, 300), (300, 150)),
        (6, (300, 400), (150, 100)),
        (8, (300, 400), (150, 300)),
    ],
)
def test_a_photo_taken_sideways_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    photo = reencode(upload(phone_photo(400, 300, orientation)))
    picture = opened(photo.content)
    assert picture.size == size == (photo.width, photo.height)
    assert is_near(picture.getpixel(red), RED)
    assert is_near(picture.getpixel((size[0] - red[0] - 1, size[1] - red[1] - 1)), BLUE)


def test_broken_exif_is_no_reason_to_refuse() -> None:
    notes = PngInfo()
    notes.add_text("Raw profile type exif", "\n\n\nnonsense")
    photo = reencode(upload(encoded(halves(40, 30), "PNG", pnginfo=notes)))
    assert (photo.width, photo.height) == (40, 30)


def test_what_is_clear_in_a_png_becomes_white() -> None:
    image = halves(200, 100, "RGBA")
    image.paste((0, 0, 0, 0), (100, 0, 200, 100))
    picture = opened(reencode(upload(encoded(image, "PNG"), "图.png")).content)
    assert is_near(picture.getpixel((20, 50)), RED)
    assert is_near(picture.getpixel((180, 50)), (255, 255, 255))


def test_of_an_animated_gif_the_first_frame_stays() -> None:
    frames = [halves(100, 60), Image.new("RGB", (100, 60), "white")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert opened(moving).n_frames == 2  # type: ignore[attr-defined]
    picture = opened(reencode(upload(moving, "动.gif")).content)
    assert is_near(picture.getpixel((20, 30)), RED)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_picture_is_known_by_its_content_whatever_it_is_called(form: str) -> None:
    picture = opened(reencode(upload(encoded(halves(64, 48), form), "说明.txt")).content)
    assert (picture.format, picture.size) == ("JPEG", (64, 48))
    assert is_near(picture.getpixel((8, 24)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_way_of_storing_pixels_is_understood(mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (3000, 20), 0x8000)
    else:
        image = Image.new("L", (3000, 20), 255 if mode == "1" else 128).convert(mode)
    picture = opened(reencode(upload(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))).content)
    grey = 255 if mode == "1" else 128
    assert picture.size == (1600, 11)
    assert is_near(picture.getpixel((800, 5)), (grey, grey, grey))


@pytest.mark.parametrize(
    ("width", "height"),
    [(8000, 6500), (9800, 9700), (60_000, 60_000)],
    ids=["over our bound", "where Pillow warns", "where Pillow refuses"],
)
def test_a_small_file_that_promises_a_giant_picture_is_refused_undecoded(width: int, height: int) -> None:
    with pytest.raises(Refused, match=r"“照片1\.png”的像素太多"):
        reencode(upload(png_claiming(width, height), "照片1.png"))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    honest = encoded(halves(64, 64), progressive=True, comment=b"not the end: \xff\xd9")
    last = honest.rindex(b"\xff\xda")
    endless = honest[:last] + honest[last:-2] * 2000 + b"\xff\xd9"
    assert opened(honest).size == (64, 64)
    with pytest.raises(Refused, match="打不开"):
        reencode(upload(endless))


def test_a_photo_with_a_film_behind_it_is_a_photo() -> None:
    film = b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\2" * 500
    assert reencode(upload(phone_photo(1600, 1200, orientation=6) + film)).width == 1200


NOT_PICTURES = {
    "zip": parcel("readme.txt"),
    "zip behind a jpeg's head": b"\xff\xd8\xff\xe0" + parcel("readme.txt"),
    "half a jpeg": phone_photo(800, 600)[:3000],
    "half a png": encoded(halves(800, 600), "PNG")[:200],
    "half a bmp": encoded(halves(800, 600), "BMP")[:5000],
    "half a webp": encoded(halves(800, 600), "WEBP", quality=95)[:300],
    "text": "路灯坏了".encode(),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n",
    "zeros": b"\x00" * 100,
}


@pytest.mark.parametrize("content", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_no_whole_picture_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        reencode(upload(content))
    assert str(refused.value) == "“照片1.jpg”打不开，可能不是照片，换一张试试。"


def test_the_phone_format_we_cannot_read_gets_advice() -> None:
    with pytest.raises(Refused, match=r"“IMG_0001\.HEIC”是 HEIC 格式"):
        reencode(upload(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_0001.HEIC"))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Refused, match=r"“照片1\.jpg”是空的"):
        reencode(upload(b""))


class Untouchable(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("was read")


def test_a_file_of_200_megabytes_is_refused_without_being_read() -> None:
    with pytest.raises(Refused, match=r"“片子\.mp4”超过了 10 MB"):
        reencode(UploadedFile(Untouchable(), "片子.mp4", size=200 * 1024 * 1024))


def test_a_name_cannot_spoil_the_sentence() -> None:
    with pytest.raises(Refused) as refused:
        reencode(upload(b"x", "\u202e" + "很长" * 50 + "gpj.exe"))
    sentence = str(refused.value)
    assert "\u202e" not in sentence
    assert sentence.startswith("“" + "很长" * 3)
    assert ".exe”打不开" in sentence
    assert len(sentence) < 50
