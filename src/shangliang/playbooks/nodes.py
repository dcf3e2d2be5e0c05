"""Reading YAML so that every mistake is named by its line and its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import ParamSpec, TypeVar, cast

import yaml
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.playbooks import slips

KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
FLAGS = {"yes": True, "no": False}
TEXT_AT_MOST = 60_000  # characters; a playbook has some six thousand
DEEP = 20  # levels; a playbook has seven
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
P = ParamSpec("P")
T = TypeVar("T")


class PlaybookError(Refused):
    """A playbook cannot be read: at which line, in which field, what is wrong. `every` has it and all the other
    mistakes that were found with it, by line."""

    def __init__(self, line: int, path: str, why: str) -> None:
        where = _("第 %(line)s 行，%(path)s：") if path else _("第 %(line)s 行：")
        super().__init__(where % {"line": line, "path": path} + why, "text")
        self.line = line
        self.path = path
        self.why = why
        self.every: tuple[PlaybookError, ...] = (self,)


class Mistakes:
    """Reads on after a mistake, so that whoever wrote the file hears of all of them at once.

    `with Mistakes() as reading: value = reading(read, node)` gives what `read` gives; if it raised PlaybookError,
    the block goes on with a value that is none, and its end raises the first mistake, with `every`. So whatever
    compares one value with another stands after the block.
    """

    def __init__(self) -> None:
        self.found: list[PlaybookError] = []

    def __enter__(self) -> Mistakes:
        return self

    def __call__(self, read: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        try:
            return read(*given, **named)
        except PlaybookError as mistake:
            self.found += mistake.every
            return cast(T, None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PlaybookError):
            self.found += error.every
        if self.found and (error is None or isinstance(error, PlaybookError)):
            every = {(one.line, one.path, str(one)): one for one in self.found}
            ordered = tuple(every[key] for key in sorted(every))
            ordered[0].every = ordered
            raise ordered[0] from None


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
            raise self.wrong(
                _("要写 %(least)s 到 %(most)s 的整数，只写数字，不写单位。") % {"least": least, "most": most}
            )
        return int(value)

    def flag(self) -> bool:
        """The value as yes or no."""
        value = self.yaml.value if isinstance(self.yaml, yaml.ScalarNode) else ""
        if value not in FLAGS:
            raise self.wrong(_("这里写 yes 或者 no。"))
        return FLAGS[value]

    def one_of(self, words: Collection[str]) -> str:
        """The value as one of these words; of a mapping, what they are called is told where it is none."""
        value = self.text(60)
        if value not in words:
            raise self.wrong(slips.no_such_word(value, words))
        return value

    def day_of_year(self) -> str:
        """The value as a month and a day, `06-01`."""
        value = self.text(60)
        try:
            dt.date.fromisoformat(f"2000-{value}")  # a year that has a 29th of February
        except ValueError:
            raise self.wrong(_("要写成 06-01 这样的月和日。")) from None
        return value

    def percent(self) -> int:
        """The value as a percentage above 0 with up to two decimals, in hundredths of a percent."""
        value = self.yaml.value if isinstance(self.yaml, yaml.ScalarNode) else ""
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", value) or not 0 < float(value) <= 100:
            raise self.wrong(_("要写 100 以内的数，最多两位小数，不写百分号。三分之二写 66.67。"))
        return round(float(value) * 100)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.yaml, yaml.SequenceNode)

    @property
    def is_number(self) -> bool:
        """Whether the value is written in digits."""
        return isinstance(self.yaml, yaml.ScalarNode) and str(self.yaml.value).isdecimal()

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
            return dt.date.fromisoformat(self.text(60))
        except ValueError:
            raise self.wrong(_("要写成 2026-09-01 这样的日期。")) from None

    def items(self, least: int = 1) -> list[Node]:
        """The values of a list of at least so many."""
        if not isinstance(self.yaml, yaml.SequenceNode) or len(self.yaml.value) < least:
            raise self.wrong(_("这里要列出来，至少一项：写成 [甲, 乙]，或者一项一行，每项前面加“- ”。"))
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.yaml.value, 1)]

    def pairs(self) -> dict[str, Node]:
        """The values by key, in the order of the file. Refuses an empty mapping and a key written twice."""
        if isinstance(self.yaml, yaml.SequenceNode):
            raise self.wrong(_("这里不用“- ”也不用 [ ]，一项一行，写成“代号: 内容”。"))
        if not getattr(self.yaml, "value", ""):
            raise self.wrong(_("这里是空的。写上，或者整行删掉。"))
        if not isinstance(self.yaml, yaml.MappingNode):
            raise self.wrong(_("这里要写“名称: 内容”，至少一行。冒号用英文的，后面空一格。"))
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
                raise node.wrong(
                    _("代号只用小写字母、数字和下划线，字母开头，最多 30 个。怎么叫，写在它的 label 或者冒号右边。")
                )
        return found

    def each(self, read: Callable[[str, Node], T]) -> Mapping[str, T]:
        """What `read` gives for each key and value of `keyed`, with the mistakes of all of them."""
        with Mistakes() as reading:
            found = {name: reading(read, name, node) for name, node in self.keyed().items()}
        return MappingProxyType(found)

    def fields(self, names: Iterable[str], also: Iterable[str] = ()) -> dict[str, Node]:
        """As `pairs`, with all of these names and any of those in `also`. Refuses those that are unknown, or
        else those that are missing: a name that was mistyped is both."""
        names, found = list(names), self.pairs()
        allowed = [*names, *also]
        with Mistakes() as mistakes:
            mistakes.found += [node.unknown(name, allowed) for name, node in found.items() if name not in allowed]
            missing = [name for name in names if name not in found]
            if missing and not mistakes.found:
                raise self.wrong(_("少了 %(name)s。") % {"name": "、".join(missing)})
        return found

    def known(self, reading: Mistakes, names: Iterable[str], also: Iterable[str] = ()) -> dict[str, Node]:
        """As `fields`, but the mistakes are `reading`'s, and what is known of a value with mistakes is given."""
        reading(self.fields, names, also)
        return {name: node for name, node in self.pairs().items() if name in (*names, *also)}

    def unknown(self, name: str, allowed: Collection[str]) -> PlaybookError:
        """That `name` is none of the words allowed here; the one that was probably meant."""
        return self.wrong(slips.no_such_key(name, allowed))


def read(text: str) -> Node:
    """The root of a YAML document. Raises PlaybookError if it is not one."""
    if len(text) > TEXT_AT_MOST:
        raise PlaybookError(1, "", _("太长了，最多 %(most)s 个字。") % {"most": TEXT_AT_MOST})
    try:
        _look_through(text)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        line, why = slips.not_yaml(text, error)
        raise PlaybookError(line, "", why) from error
    if root is None:
        raise PlaybookError(1, "", _("文件是空的。"))
    return Node(root)


def _look_through(text: str) -> None:
    """Refuses what would cost too much to put together: a few lines that stand for a million, or for themselves,
    and lists in lists in lists."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise PlaybookError(line, "", _("不能用 * 引用前面的内容，照着再写一遍。文字里有 * 的，加上引号。"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEP:
            raise PlaybookError(line, "", _("一层套一层，套得太深了。"))
