"""Every text has its English, with the same placeholders, and what is compiled is what is written."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from django.test import Client

from scripts import messages
from scripts.messages import Message
from tests.cast import open_cast


def test_every_text_of_the_source_has_its_english() -> None:
    assert messages.faults() == []


def test_what_is_compiled_gives_the_english_of_one_and_of_many() -> None:
    many = Message("%(n)s 天", "%(n)s 天", {"a.py"}, ["one day", "%(n)s days"])
    one = Message("办\n好了", "", {"a.py"}, ["Done\tnow"])
    undone = Message("没译", "", {"a.py"}, [""])
    compiled = gettext.GNUTranslations(io.BytesIO(messages.as_mo({row.text: row for row in (many, one, undone)})))
    assert compiled.gettext("办\n好了") == "Done\tnow"
    assert [compiled.ngettext("%(n)s 天", "%(n)s 天", n) for n in (1, 2)] == ["one day", "%(n)s days"]
    assert compiled.gettext("没译") == "没译"


@pytest.mark.parametrize(
    ("text", "english", "fault"),
    [
        ("办好了", [""], "no English"),
        ("还有 %(days)s 天", ["some days"], "placeholder"),
        ("还有 %(days)s 天", ["%(day)s days"], "placeholder"),
        ("办好了", ["办好了 done"], "still Chinese"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(text: str, english: list[str], fault: str) -> None:
    (found,) = Message(text, "", {"a.py"}, english).faults()
    assert fault in found


def test_texts_of_python_and_templates_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "views.py").write_text(
        'x = _("一件" "事")\ny = ngettext("%(n)s 件", "%(n)s 件", n)\nz = other("不算")\n'
    )
    page = '{% trans "首页" %}<b>{% blocktrans count n=n trimmed %}\n  {{ n }} 条\n{% plural %}\n {{ n }} 条{% endblocktrans %}'
    (tmp_path / "templates" / "page.html").write_text(page + '{% trans "说“好”" as words %}不算')
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    found = messages.from_source()
    assert set(found) == {"一件事", "%(n)s 件", "首页", "%(n)s 条", "说“好”"}
    assert found["%(n)s 条"].plural == "%(n)s 条"


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = {
        row.text: row
        for row in (
            Message('带"引号"\n两行', "", {"a.py"}, ['a "b"\nc']),
            Message("%(n)s 个", "%(n)s 个", {"b.py"}, ["one", "%(n)s"]),
        )
    }
    path = tmp_path / "django.po"
    path.write_text(messages.as_po(written), encoding="utf-8")
    again = messages.read(path)
    assert {text: (row.plural, row.english) for text, row in again.items()} == {
        text: (row.plural, row.english) for text, row in written.items()
    }


@pytest.mark.django_db
def test_a_page_speaks_english_when_it_is_asked_to() -> None:
    cast = open_cast()
    page = Client().get(cast.url("publicity:home") + "?lang=en").content.decode()
    assert '<html lang="en"' in page
    assert "Let’s talk it over" in page
    assert "有事好商量" not in page
