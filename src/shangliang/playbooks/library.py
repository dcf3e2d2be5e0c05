"""The ways of working that ship: the package's own, named methods, and localities that published texts tell of.

`methods/NAME.yaml` and `localities/NAME/playbook.yaml` say only what differs from the package's own; `whole` puts
a whole text together, with the comments of both, and that is what a body adopts.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from textwrap import dedent, indent

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.playbooks import slips, words
from shangliang.playbooks.definition import DEFAULT, MERGED, Playbook, PlaybookError, parse, parse_over
from shangliang.playbooks.nodes import read

METHODS = Path(__file__).parent / "methods"
LOCALITIES = Path(__file__).parent / "localities"
WORD = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")  # how files begin that are no plain text
OWN = "default"  # the name of the package's own


@dataclass(frozen=True, slots=True)
class Shipped:
    """A way of working that ships: its name, and what its file says, which may be the whole or what differs."""

    name: str
    path: Path


@cache
def titles() -> tuple[tuple[str, str, str], ...]:
    """The name, title and version of all that ship, without reading them whole."""
    found = ((one.name, read(one.path.read_text(encoding="utf-8")).pairs()) for one in shipped())
    return tuple((name, said["name"].text(60), said["version"].text(20)) for name, said in found)


def shipped() -> list[Shipped]:
    """All that ship: the package's own first, then methods, then localities, each by name."""
    methods = [Shipped(path.stem, path) for path in sorted(METHODS.glob("*.yaml"))]
    localities = [Shipped(path.parent.name, path) for path in sorted(LOCALITIES.glob("*/playbook.yaml"))]
    return [Shipped(OWN, DEFAULT), *methods, *localities]


def names() -> list[str]:
    """The names of all that ship."""
    return [one.name for one in shipped()]


@cache
def text_of(name: str) -> str:
    """The whole text of one that ships. Raises Refused if there is none of this name."""
    for one in shipped():
        if one.name == name:
            text = one.path.read_text(encoding="utf-8")
            return text if is_whole(text) else whole(text)
    raise Refused(_("没有叫“%(name)s”的工作法，可以写的有：%(names)s。") % {"name": name, "names": "、".join(names())})


@cache
def playbook_of(name: str) -> Playbook:
    """One that ships, parsed. Raises Refused if there is none of this name."""
    return parse(text_of(name))


def is_whole(text: str) -> bool:
    """Whether a text says everything (it has a format), not only what differs. Raises PlaybookError, also for what
    cannot be seen: that is refused only here, where a text is new and can still be mended."""
    if line := slips.invisible(text):
        raise PlaybookError(line, "", slips.unseen())
    return "format" in read(text).pairs()


def understand(text: str) -> Playbook:
    """What a text says, whole or not. Raises PlaybookError, with all mistakes by the lines of this very text."""
    return parse(text) if is_whole(text) else parse_over(text)


def left_out(text: str) -> tuple[str, ...]:
    """The parts of deliberation that a text leaves to the package's own, by their keys in `words.PARTS`. Raises
    PlaybookError."""
    if is_whole(text):
        return ()
    said = read(text).pairs().get("deliberation")
    written = said.pairs() if said else {}
    return tuple(part for part in words.PARTS if part not in written)


def whole(own: str) -> str:
    """The package's own text, with what `own` says put in its place. Raises PlaybookError by the lines of `own`,
    or Refused when it is laid out so that the two cannot be put together."""
    own = re.sub(r"\A---[ ]*\n", "", own)
    meant = parse_over(own)
    text = _put_together(DEFAULT.read_text(encoding="utf-8"), own)
    try:
        said = parse(text)
    except PlaybookError:
        said = None
    # Text is put together by its lines: whatever that could break is noticed here.
    if said is None or replace(said, digest=meant.digest) != meant:
        raise Refused(_("合不进通用的那一份：大项顶格写，里面每层缩进两个空格，一项一行，名称不加引号。"), "text")
    return text


def text_in(content: bytes) -> str:
    """The text of a file, as editors in China write it: UTF-8, GB 18030, what Notepad calls Unicode; line ends of
    any kind. Raises Refused, also for the files of word processors."""
    if content.startswith(WORD):
        raise Refused(_("这是 Word、PDF 或者表格，不是文字文件。打开它，全选、复制，贴到上面的框里。"), "file")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise Refused(_("这不是文字文件。用记事本另存为 UTF-8，再选一次。"), "file")


def _put_together(base: str, own: str) -> str:
    ours, theirs = _sections(base), _sections(own.rstrip() + "\n")
    for key in MERGED:
        if key in theirs:
            parts = _sections(ours[key], "  ") | _sections(_by_two(theirs[key], key), "  ")
            theirs[key] = "".join(parts.values())
    return "".join((ours | theirs).values())


def _by_two(section: str, key: str) -> str:
    """A section whose parts begin two spaces in, however many they were."""
    begins = section.index("\n", re.search(rf"^{key}:", section, re.MULTILINE).start()) + 1  # type: ignore[union-attr]
    return section[:begins] + indent(dedent(section[begins:]), "  ")


def _sections(text: str, margin: str = "") -> dict[str, str]:
    """The parts of a text by their key at this depth, each with the comment above it; "" is what stands first."""
    found, key, above = {"": ""}, "", ""
    for line in text.splitlines(keepends=True):
        begins = re.match(rf"{margin}([a-z_]+):", line)
        if begins:
            key = begins[1]
            found[key], above = above + line, ""
        elif not line.strip() or line.startswith(f"{margin}#"):
            above += line
        else:
            found[key], above = found[key] + above + line, ""
    found[key] += above
    return found if found[""] else {key: part for key, part in found.items() if key}
