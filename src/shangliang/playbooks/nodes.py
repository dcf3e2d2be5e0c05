"""Reading YAML so that every mistake is named by its line and its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused

KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
FLAGS = {"yes": True, "no": False}
TEXT_AT_MOST = 60_000  # characters; a playbook has two thousand


class PlaybookError(Refused):
    """A playbook cannot be read: at which line, in which field, what is wrong."""

    def __init__(self, line: int, path: str, why: str) -> None:
        where = _("第 %(line)s 行，%(path)s：") if path else _("第 %(line)s 行：")
        super().__init__(where % {"line": line, "path": path} + why, "text")
        self.line = line
        self.path = path


@dataclass(frozen=True, slots=True)
class Node:
    """A value in the file, and the way to it: `clocks.first_answer`."""

    yaml: yaml.Node
    path: str = ""

    def wrong(self, why: str) -> PlaybookError:
        return PlaybookError(self.yaml.start_mark.line + 1, self.path, why)

    def text(self, longest: int) -> str:
        """The value as text of one to `longest` characters."""
        if not isinstance(self.yaml, yaml.ScalarNode) or not self.yaml.value.strip():
            raise self.wrong(_("这里要写文字。"))
        value = str(self.yaml.value).strip()
        if len(value) > longest:
            raise self.wrong(_("最多 %(longest)s 个字，现在有 %(now)s 个。") % {"longest": longest, "now": len(value)})
        return value

    def number(self, least: int, most: int) -> int:
        """The value as a whole number from `least` to `most`."""
        value = self.yaml.value if isinstance(self.yaml, yaml.ScalarNode) else ""
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise self.wrong(_("要写 %(least)s 到 %(most)s 的整数。") % {"least": least, "most": most})
        return int(value)

    def flag(self) -> bool:
        """The value as yes or no."""
        value = self.yaml.value if isinstance(self.yaml, yaml.ScalarNode) else ""
        if value not in FLAGS:
            raise self.wrong(_("这里写 yes 或者 no。"))
        return FLAGS[value]

    def plain(self) -> object:
        """The value as lists, mappings, whole numbers and text, whatever it is."""
        if isinstance(self.yaml, yaml.SequenceNode):
            return [node.plain() for node in self.items(least=0)]
        if isinstance(self.yaml, yaml.MappingNode):
            return self.mapping()
        value = str(self.yaml.value).strip()
        return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else value

    def mapping(self) -> dict[str, object]:
        """The value as a mapping of plain values."""
        return {key: node.plain() for key, node in self.keyed().items()}

    def date(self) -> dt.date:
        """The value as a day."""
        try:
            return dt.date.fromisoformat(self.text(10))
        except ValueError:
            raise self.wrong(_("要写成 2026-09-01 这样的日期。")) from None

    def items(self, least: int = 1) -> list[Node]:
        """The values of a list of at least so many."""
        if not isinstance(self.yaml, yaml.SequenceNode) or len(self.yaml.value) < least:
            raise self.wrong(_("这里要列出至少一项，每项前面加“- ”。"))
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.yaml.value, 1)]

    def pairs(self) -> dict[str, Node]:
        """The values by key, in the order of the file. Refuses an empty mapping and a key written twice."""
        if not isinstance(self.yaml, yaml.MappingNode) or not self.yaml.value:
            raise self.wrong(_("这里要写“名称: 内容”，至少一行。"))
        found: dict[str, Node] = {}
        for key, value in self.yaml.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            node = Node(value, f"{self.path}.{name}".lstrip("."))
            if name in found:
                raise Node(key, node.path).wrong(_("写了两遍，留一遍。"))
            found[name] = node
        return found

    def keyed(self) -> dict[str, Node]:
        """As `pairs`, for keys of the locality's own: small letters, digits and _, at most 30."""
        found = self.pairs()
        for name, node in found.items():
            if not KEY.fullmatch(name):
                raise node.wrong(_("代号只用小写字母、数字和下划线，字母开头，最多 30 个。"))
        return found

    def fields(self, names: Iterable[str], also: Iterable[str] = ()) -> dict[str, Node]:
        """As `pairs`, with all of these names and any of those in `also`. Refuses one that is unknown and
        one that is missing."""
        names, found = list(names), self.pairs()
        allowed = [*names, *also]
        for name, node in found.items():
            if name not in allowed:
                raise node.wrong(_("没有这一项，可以写的有：%(names)s。") % {"names": "、".join(allowed)})
        for name in names:
            if name not in found:
                raise self.wrong(_("少了 %(name)s。") % {"name": name})
        return found


def read(text: str) -> Node:
    """The root of a YAML document. Raises PlaybookError if it is not one."""
    if len(text) > TEXT_AT_MOST:
        raise PlaybookError(1, "", _("太长了，最多 %(most)s 个字。") % {"most": TEXT_AT_MOST})
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PlaybookError(mark.line + 1 if mark else 1, "", _("不是合格的 YAML，看看缩进和冒号。")) from error
    if root is None:
        raise PlaybookError(1, "", _("文件是空的。"))
    return Node(root)
