"""What was probably meant where a file is not what it should be: the slips of those who write no YAML otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches

import yaml
from django.utils.translation import gettext as _

# Pasted from web pages and word processors: seen by nobody, and part of a word for the machine. Some end a line.
INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\x85\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
WIDE_INDENT = re.compile(r"^ *[\u00a0\u2000-\u200a\u3000]", re.MULTILINE)
WIDE_COLON = re.compile(r"^ *(- *)?[A-Za-z0-9_]+：", re.MULTILINE)  # the commonest slip of a Chinese keyboard
TIGHT_COLON = re.compile(r"^ *(- +)?[a-z0-9_]+:[^\s:/]", re.MULTILINE)
# In the line where reading stopped; the first that is found is told.
IN_LINE: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (re.compile(r"\t"), lambda: _("这一行里有制表符（Tab），换成空格。")),
    (re.compile(r"^ *-?[^\s:\"'#]+："), lambda: _("冒号要用英文的“:”，后面空一格。")),
    (re.compile(r"[｛｝【】［］]"), lambda: _("括号要用英文的 { } 和 [ ]。")),
    (re.compile(r"[{,].*，\s*[a-z_]+:"), lambda: _("花括号里，几样之间用英文逗号隔开。")),
    (re.compile(r"(^|[:,\[{]) *(- +)?[@%`*&!]"), lambda: _("@、%、*、&、! 和反引号开头的文字，要加引号。")),
    (re.compile(r"^[^\"'{}]*: [^\"'{}]*: "), lambda: _("这一行有两个冒号。文字里有英文冒号的，整句加上引号。")),
    (re.compile(r"^(---|\.\.\.)"), lambda: _("一个文件只写一份，把 --- 和它下面的去掉。")),
    (re.compile(r"^ *-[^\s-]"), lambda: _("“-”后面空一格。")),
)


def invisible(text: str) -> int:
    """The first line in which a character stands that cannot be seen, 0 if there is none."""
    found = INVISIBLE.search(text)
    return _line(text, found.start()) if found else 0


def unseen() -> str:
    """What is wrong with such a line."""
    return _("有看不见的字符，多半是从网页或者 Word 里贴过来的。这一行删掉，重新打一遍。")


def not_yaml(text: str, error: yaml.YAMLError) -> tuple[int, str]:
    """Where a text stops being YAML, and which of the usual slips it is."""
    if line := invisible(text):
        return line, unseen()
    for slip, why in (
        (WIDE_INDENT, _("行首是全角的空格，换成英文的空格，一层两个。")),
        (WIDE_COLON, _("冒号要用英文的“:”，后面空一格。")),
        (TIGHT_COLON, _("冒号后面要空一格。")),
    ):
        if found := slip.search(text):
            return _line(text, found.start()), why
    stopped, began = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    line = stopped.line + 1 if stopped else 1
    written = "".join(text.splitlines()[line - 1 : line])
    for slip, said in IN_LINE:
        if slip.search(written):
            return line, said()
    context = str(getattr(error, "context", "") or "")
    if began and "quoted" in context:
        return began.line + 1, _("引号没有成对：从这里开始，一直没有收住。")
    if began and "flow" in context:
        return began.line + 1, _("括号没有成对，或者少了逗号：从这里开始，一直没有收住。")
    above = "".join(text.splitlines()[line - 2 : line - 1])
    if line > 1 and "：" in above and ":" not in above:
        return line - 1, _("冒号要用英文的“:”，后面空一格。")
    return line, _("这一行没有对齐：数数行首几个空格，同一层的要一样多，里面一层多两个。")


def no_such_key(name: str, allowed: Collection[str]) -> str:
    """That `name` is no key here, and which one was probably meant."""
    if "：" in name or "，" in name:
        return _("冒号、逗号要用英文的，后面空一格。")
    if ":" in name:
        return _("“%(name)s”里的冒号后面要空一格。") % {"name": name}
    if re.search(r"[｛｝【】［］]", name):
        return _("括号要用英文的 { } 和 [ ]。")
    if near := get_close_matches(name, allowed, 1):
        return _("没有“%(name)s”这一项，是不是 %(near)s？") % {"name": name, "near": near[0]}
    return _("没有“%(name)s”这一项，可以写的有：%(names)s。") % {"name": name, "names": "、".join(allowed)}


def no_such_word(value: str, words: Collection[str]) -> str:
    """That `value` is none of the words allowed here, what they are called, and which one was probably meant."""
    said = {word: str(words[word]) if isinstance(words, Mapping) else "" for word in words}
    if re.search(r"[、，]", value):
        return _("几样之间用英文逗号隔开，写成 [甲, 乙]。")
    near = [word for word, label in said.items() if label and value in label] or get_close_matches(value, said, 1)
    told = {w: _("%(word)s（%(label)s）") % {"word": w, "label": label} if label else w for w, label in said.items()}
    if near:
        return _("没有“%(value)s”，是不是 %(near)s？") % {"value": value, "near": told[near[0]]}
    return _("没有“%(value)s”，可以写的有：%(words)s。") % {"value": value, "words": "、".join(told.values())}


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
