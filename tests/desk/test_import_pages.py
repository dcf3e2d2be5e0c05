"""The pages of importing: choose a file, look, confirm, take the list of errors home."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.core.keys import data_folder
from shangliang.desk.import_columns import understand
from shangliang.files.uploads import FILE_BYTES
from tests.desk.counter import Counter, open_counter
from tests.desk.tables import answered, row, xlsx

pytestmark = pytest.mark.django_db
ROWS = [row("1"), answered("2"), row("3", 留言时间="上个月")]


@pytest.fixture
def counter() -> Counter:
    return open_counter()


def send(counter: Counter, client: Client, content: bytes, **fields: str) -> str:
    """Upload a file; gives where the browser is sent, "" if nowhere."""
    file = SimpleUploadedFile("留言.xlsx", content)
    response = client.post(counter.url("desk:import"), {"file": file, **fields})
    return response.headers.get("Location", "")


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def sheet(content: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.active is not None
    return list(book.active.iter_rows(values_only=True))


def test_a_look_shows_what_would_happen_and_writes_nothing(counter: Counter) -> None:
    client = counter.client("street")
    page = text(client.get(send(counter, client, xlsx(ROWS))).content)
    assert "导入这 2 条" in page
    assert "4 留言时间 “上个月”不像日期" in page
    assert "楼道灯坏了" in page
    assert "留言编号 编号" in page
    assert counter.matters() == []


def test_confirmed_the_good_rows_are_in_and_again_adds_nothing(counter: Counter) -> None:
    client = counter.client("street")
    at = send(counter, client, xlsx(ROWS))
    assert "导入好了，新增 2 条" in text(client.post(at).content)
    assert [matter.status for matter in counter.matters()] == ["raised", "explained"]
    assert "新增 0 条" in text(client.post(at).content)
    assert "没有新的可以导入" in text(client.get(at).content)


def test_the_list_of_errors_is_an_excel_file(counter: Counter) -> None:
    client = counter.client("street")
    at = send(counter, client, xlsx(ROWS))
    response = client.get(at + "problems/")
    assert sheet(response.content)[1][:2] == ("4", "留言时间")
    assert ".xlsx" in response.headers["Content-Disposition"]


def test_public_is_a_choice_of_whoever_imports(counter: Counter) -> None:
    client = counter.client("street")
    client.post(send(counter, client, xlsx(ROWS), public="on"))
    assert [matter.is_public for matter in counter.matters()] == [True, True]


def test_what_cannot_be_read_is_said_beside_the_field(counter: Counter) -> None:
    file = SimpleUploadedFile("留言.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    response = counter.client("street").post(counter.url("desk:import"), {"file": file})
    assert response.status_code == 422
    assert "这是旧格式的 Excel（.xls）" in text(response.content)


def test_a_file_too_large_is_said_so(counter: Counter) -> None:
    file = SimpleUploadedFile("留言.csv", b"x" * (FILE_BYTES + 1))
    response = counter.client("street").post(counter.url("desk:import"), {"file": file})
    assert response.status_code == 422
    assert "超过了 20 MB" in text(response.content)


def test_the_uploaded_file_lies_sealed(counter: Counter) -> None:
    content = "时间,内容\n2025-03-03,谁也不该读到的话\n".encode()
    send(counter, counter.client("street"), content)
    folder = data_folder() / "files" / str(counter.tenant.pk)
    stored = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert stored
    assert not any("谁也不该读到的话".encode() in path.read_bytes() for path in stored)


def test_nobody_opens_the_file_of_a_colleague(counter: Counter) -> None:
    at = send(counter, counter.client("street"), xlsx(ROWS))
    other = counter.client("colleague")
    assert [other.get(at).status_code, other.post(at).status_code, other.get(at + "problems/").status_code] == [404] * 3


@pytest.mark.parametrize("role", ["member", "handler"])
def test_who_may_not_import_is_told_why(counter: Counter, role: str) -> None:
    client = counter.client(role)
    assert "现在不能导入。 登记由社区、街道和区政协办公室来做。" in text(client.get(counter.url("desk:import")).content)
    file = SimpleUploadedFile("留言.xlsx", xlsx(ROWS))
    assert client.post(counter.url("desk:import"), {"file": file}).status_code == 403


def test_a_stranger_is_asked_to_sign_in(counter: Counter) -> None:
    assert "/accounts/login/" in Client().get(counter.url("desk:import")).headers["Location"]


def test_the_template_can_be_imported_as_it_is(counter: Counter) -> None:
    client = counter.client("street")
    template = client.get(counter.url("desk:import_template")).content
    assert len(understand(sheet(template)[0])) == len(sheet(template)[0])
    assert "导入这 1 条" in text(client.get(send(counter, client, template)).content)
