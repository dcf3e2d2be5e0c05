"""The English catalogue: `scripts/messages.py` brings it up to date with the source, `--check` only says what is wrong.

Texts are written in Chinese in the source. This reads them out of Python files and templates, keeps the
English that `locale/en/LC_MESSAGES/django.po` has for them, adds the new ones empty, drops those that are
gone, and compiles `django.mo`. Pure Python: GNU gettext is not needed.
"""

from __future__ import annotations

import ast
import os
import re
import struct
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "shangliang"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}  # how many texts each is given
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
LITERAL = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""")
HEADER = (
    "Project-Id-Version: shangliang\\n"
    "Language: en\\n"
    "MIME-Version: 1.0\\n"
    "Content-Type: text/plain; charset=UTF-8\\n"
    "Content-Transfer-Encoding: 8bit\\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\\n"
).replace("\\n", "\n")


@dataclass
class Message:
    """One text of the source, the files it stands in, and its English (two for a plural)."""

    text: str
    plural: str = ""
    places: set[str] = field(default_factory=set)
    english: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return len(self.english) == (2 if self.plural else 1) and all(self.english)

    def faults(self) -> list[str]:
        """What is wrong with its English."""
        if not self.is_done:
            return [f"no English for “{self.text}” ({min(self.places)})"]
        wanted = set(PLACEHOLDER.findall(self.text))
        found = [
            f"“{one}” lacks or adds a placeholder of “{self.text}”"
            for one in self.english
            if not self._fits(one, wanted)
        ]
        # A quoted word may be Chinese, such as what a pasted notice has to say; a text may not.
        return found + [f"still Chinese: “{one}”" for one in self.english if len(CHINESE.findall(one)) * 4 > len(one)]

    def _fits(self, english: str, wanted: set[str]) -> bool:
        given = set(PLACEHOLDER.findall(english))
        # English may leave the number out of the singular: “one photo”.
        return given == wanted or (bool(self.plural) and english == self.english[0] and given <= wanted)


def from_source() -> dict[str, Message]:
    """Every text of the source, by itself."""
    found: dict[str, Message] = {}
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py":
            texts = _of_python(path.read_text(encoding="utf-8"))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            texts = _of_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for text, plural in texts:
            message = found.setdefault(text, Message(text))
            message.plural = message.plural or plural
            message.places.add(path.relative_to(SOURCE).as_posix())
    return found


def _of_python(code: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.id
            if isinstance(node.func, ast.Name)
            else node.func.attr
            if isinstance(node.func, ast.Attribute)
            else ""
        )
        texts = [arg.value for arg in node.args[: CALLS.get(name, 0)] if isinstance(arg, ast.Constant)]
        texts = [text for text in texts if isinstance(text, str)]
        if texts and texts[0]:
            yield texts[0], texts[1] if len(texts) == 2 else ""


def _of_template(text: str) -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for call in re.finditer(r"\b(ngettext|gettext|_)\(", templatize(text)):
        rest, texts = call.string[call.end() :], []
        while len(texts) < CALLS[call[1]] and (literal := LITERAL.match(rest)):
            texts.append(str(ast.literal_eval(literal[1])).replace("\r\n", "\n"))
            rest = rest[literal.end() :]
        if texts and texts[0]:
            yield texts[0], texts[1] if len(texts) == 2 else ""


def read(path: Path = CATALOGUE) -> dict[str, Message]:
    """The messages of a catalogue, by their text."""
    found: dict[str, Message] = {}
    for block in (path.read_text(encoding="utf-8") if path.exists() else "").split("\n\n"):
        parts: dict[str, str] = {}
        current = ""
        for line in block.splitlines():
            if match := re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line):
                current = match[1]
                parts[current] = ast.literal_eval(match[2])
            elif line.startswith('"') and current:
                parts[current] += ast.literal_eval(line)
        if parts.get("msgid"):
            english = [parts[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if name in parts]
            found[parts["msgid"]] = Message(parts["msgid"], parts.get("msgid_plural", ""), set(), english)
    return found


def merged() -> dict[str, Message]:
    """The texts of the source, with the English there is for them."""
    known, now = read(), from_source()
    for text, message in now.items():
        if text in known:
            message.english = known[text].english[: 2 if message.plural else 1]
    return now


def as_po(messages: dict[str, Message]) -> str:
    """The catalogue as a file that every translation tool reads."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(_quoted(line) for line in HEADER.splitlines(keepends=True))]
    for message in sorted(messages.values(), key=lambda one: (min(one.places), one.text)):
        lines = [f"#: {place}" for place in sorted(message.places)] + [f"msgid {_quoted(message.text)}"]
        english = [*message.english, "", ""]
        if message.plural:
            lines += [f"msgid_plural {_quoted(message.plural)}"]
            lines += [f"msgstr[{index}] {_quoted(english[index])}" for index in (0, 1)]
        else:
            lines += [f"msgstr {_quoted(english[0])}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def as_mo(messages: dict[str, Message]) -> bytes:
    """The catalogue as `gettext` of the standard library reads it."""
    pairs = {"": HEADER} | {
        message.text + ("\0" + message.plural if message.plural else ""): "\0".join(message.english)
        for message in messages.values()
        if message.is_done
    }
    rows = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    start = 28 + 16 * len(rows)
    offsets, values, blob = [], [], b""
    for index, table in ((0, offsets), (1, values)):
        for row in rows:
            table.append(struct.pack("<II", len(row[index]), start + len(blob)))
            blob += row[index] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, start)
    return head + b"".join(offsets) + b"".join(values) + blob


def faults() -> list[str]:
    """What is missing, wrong or out of date."""
    now = merged()
    found = [fault for message in now.values() for fault in message.faults()]
    found += [f"no longer in the source: “{text}”" for text in read() if text not in now]
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != as_mo(now):
        found.append("django.mo is out of date: run scripts/messages.py")
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def main() -> int:
    import django

    # Reading templates needs Django's settings, and they a folder; nothing of an installation is touched.
    os.environ.setdefault("SHANGLIANG_DATA", tempfile.gettempdir() + "/shangliang-messages")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
    django.setup()
    if "--check" not in sys.argv:
        now = merged()
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(as_po(now), encoding="utf-8")
        CATALOGUE.with_suffix(".mo").write_bytes(as_mo(now))
    found = faults()
    print("\n".join(found) or "complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
