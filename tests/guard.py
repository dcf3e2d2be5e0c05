"""Reads one SQL statement and says which tenant tables in it are not tied to a tenant.

A row source is tied when its `tenant_id` is compared with a constant, or with the `tenant_id` of a
source that is tied. Such a statement touches one shard once tables are distributed by tenant; any
other one would visit them all, and would show a reader the rows of strangers.

The statement is read token by token. Every SELECT is a frame of its own, so the same alias in two
subqueries is two sources, and a subquery's conditions tie its own sources only. A comparison under
NOT, or beside an OR, ties nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

TENANT = "tenant_id"
TOKEN = re.compile(
    r"""(?P<string>'(?:[^']|'')*') | "(?P<quoted>[^"]+)" | (?P<param>%s|%\(\w+\)s) | (?P<word>\w+) | (?P<sign>[^\s])""",
    re.VERBOSE,
)
# Words that may follow a table's name and are not its alias.
NOT_AN_ALIAS = {
    *("ON", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "JOIN", "WHERE", "SET", "GROUP", "ORDER", "HAVING"),
    *("LIMIT", "OFFSET", "FOR", "UNION", "EXCEPT", "INTERSECT", "RETURNING", "USING", "VALUES", "DEFAULT", "SELECT"),
}
CLAUSE_BEGINS = {
    *("SELECT", "FROM", "JOIN", "ON", "SET", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "RETURNING"),
    *("UNION", "EXCEPT", "INTERSECT"),
}
CONDITIONS = {"ON", "WHERE", "HAVING"}


@dataclass(slots=True)
class Token:
    kind: str  # string, name (quoted), param, word or sign
    text: str

    def says(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words

    @property
    def is_name(self) -> bool:
        return self.kind in {"quoted", "word"}

    @property
    def is_constant(self) -> bool:
        return self.kind in {"param", "string"} or (self.kind == "word" and self.text.isdigit())


@dataclass(slots=True, eq=False)
class Frame:
    """One SELECT (or UPDATE, DELETE): its sources by alias, and the frame it stands in."""

    outer: Frame | None
    tables: dict[str, str] = field(default_factory=dict)
    naming: bool = False  # reading the list of sources, where a comma brings one more
    asking: bool = False  # reading a condition; a comparison elsewhere (SET, a column) ties nothing

    def owner(self, alias: str) -> Frame | None:
        """The nearest frame that knows `alias`."""
        frame: Frame | None = self
        while frame is not None and alias not in frame.tables:
            frame = frame.outer
        return frame


@dataclass(slots=True, eq=False)
class Group:
    """The inside of a pair of parentheses, or the part of a statement between two of its clauses."""

    frame: Frame
    void: bool  # what stands here, or around it, is negated: it ties nothing
    ties: list[tuple[Frame, str, str | None]] = field(default_factory=list)  # frame, alias, other alias
    has_or: bool = False
    opens_frame: bool = False


def loose(sql: str, tables: frozenset[str]) -> list[str]:
    """The names of the sources in `sql` that read or change one of `tables` without being tied.

    A DELETE or UPDATE of rows named by their ids alone passes: so Django deletes instances that it
    has already read, inside the tenant.
    """
    return list(_loose(sql, tables))


@lru_cache(maxsize=4096)
def _loose(sql: str, tables: frozenset[str]) -> tuple[str, ...]:
    tokens = [Token(match.lastgroup or "", match[match.lastgroup or 0]) for match in TOKEN.finditer(sql)]
    if not tokens or not tables & {token.text for token in tokens if token.is_name}:
        return ()
    if tokens[0].says("INSERT", "REPLACE"):
        return _insert(tokens, tables)
    if tokens[0].says("DELETE", "UPDATE") and _by_ids_alone(tokens):
        return ()
    frames, ties = _read(tokens)
    tied = _tied(ties)
    return tuple(
        sorted(
            alias if alias == table else f"{table} {alias}"
            for frame in frames
            for alias, table in frame.tables.items()
            if table in tables and (frame, alias) not in tied
        )
    )


def _insert(tokens: list[Token], tables: frozenset[str]) -> tuple[str, ...]:
    into = next(index for index, token in enumerate(tokens) if token.says("INTO")) + 1
    end = next((index for index, token in enumerate(tokens) if token.text == ")"), len(tokens))
    table = tokens[into].text
    columns = {token.text for token in tokens[into + 1 : end]}
    return () if table not in tables or TENANT in columns else (table,)


def _by_ids_alone(tokens: list[Token]) -> bool:
    where = next((index for index, token in enumerate(tokens) if token.says("WHERE")), None)
    if where is None:
        return False
    condition = [token for token in tokens[where + 1 :] if token.text not in "()"]
    if len(condition) > 2 and condition[1].text == ".":
        del condition[:2]
    return (
        len(condition) > 2
        and condition[0].text == "id"
        and condition[1].says("IN")
        and all(token.is_constant or token.text == "," for token in condition[2:])
    )


def _read(tokens: list[Token]) -> tuple[list[Frame], list[tuple[Frame, str, str | None]]]:
    """All frames of a statement, and the comparisons of `tenant_id` that tie something in them."""
    first = Frame(None)
    frames, kept = [first], []
    groups = [Group(first, void=False)]

    def close() -> None:
        group = groups.pop()
        if group.has_or or group.void:
            return
        # Conditions of a subquery's own clause are settled; those of a nested bracket may yet meet an OR.
        (kept if group.opens_frame or not groups else groups[-1].ties).extend(group.ties)

    for index, token in enumerate(tokens):
        here = groups[-1]
        following = tokens[index + 1] if index + 1 < len(tokens) else Token("", "")
        if token.says(*CLAUSE_BEGINS) and not _is_extract(tokens, index):
            # What stood before is another condition than what follows.
            kept.extend(() if here.has_or or here.void else here.ties)
            here.ties, here.has_or = [], False
            if token.says("UNION", "EXCEPT", "INTERSECT"):
                here.frame = Frame(here.frame.outer)
                frames.append(here.frame)
            here.frame.naming, here.frame.asking = token.says("FROM", "JOIN"), token.says(*CONDITIONS)
        if token.text == "(" and token.kind == "sign":
            if following.says("SELECT", "WITH"):
                frames.append(Frame(here.frame))
                groups.append(Group(frames[-1], void=False, opens_frame=True))
            else:
                groups.append(Group(here.frame, void=here.void or (index > 0 and tokens[index - 1].says("NOT"))))
        elif token.text == ")" and token.kind == "sign":
            close()
        elif token.says("OR"):
            here.has_or = True
        elif _brings_a_source(tokens, index, here.frame) and following.is_name:
            here.frame.tables[_alias(tokens, index + 1)] = following.text
        elif token.text == TENANT and here.frame.asking:
            tie = _comparison(tokens, index, here.frame)
            here.ties.extend([(here.frame, *tie)] if tie else [])
    while groups:
        close()
    return frames, kept


def _is_extract(tokens: list[Token], index: int) -> bool:
    """Whether the word at `index` is the FROM of EXTRACT(YEAR FROM …), which names no table."""
    return index > 2 and tokens[index - 2].text == "(" and tokens[index - 3].says("EXTRACT")


def _brings_a_source(tokens: list[Token], index: int, frame: Frame) -> bool:
    """Whether the token at `index` is followed by a table (unless by a subquery)."""
    token = tokens[index]
    if token.says("UPDATE"):  # but FOR UPDATE OF … only repeats an alias
        return index == 0
    return frame.naming and (token.says("FROM", "JOIN") or token.text == ",")


def _alias(tokens: list[Token], at: int) -> str:
    after = tokens[at + 1 : at + 3]
    if after and after[0].says("AS"):
        after = after[1:]
    if after and after[0].is_name and not (after[0].kind == "word" and after[0].text.upper() in NOT_AN_ALIAS):
        return after[0].text
    return tokens[at].text


def _comparison(tokens: list[Token], at: int, frame: Frame) -> tuple[str, str | None] | None:
    """`at` is a `tenant_id`: the alias it belongs to and the alias it equals (None: a constant)."""
    if at > 1 and tokens[at - 1].text == ".":
        alias = tokens[at - 2].text
    elif len(frame.tables) == 1:
        alias = next(iter(frame.tables))
    else:
        return None
    rest = [token for token in tokens[at + 1 : at + 8] if token.text != "("]
    if not rest or not (rest[0].text == "=" or rest[0].says("IN")):
        return None
    if len(rest) > 1 and rest[1].is_constant:
        return alias, None
    if len(rest) > 3 and rest[1].is_name and rest[2].text == "." and rest[3].text == TENANT:
        return alias, rest[1].text
    return None


def _tied(ties: list[tuple[Frame, str, str | None]]) -> set[tuple[Frame, str]]:
    tied: set[tuple[Frame, str]] = set()
    links: list[tuple[tuple[Frame, str], tuple[Frame, str], Frame]] = []
    for frame, alias, other in ties:
        here = frame.owner(alias)
        if here is None:
            continue
        if other is None:
            if here is frame:
                tied.add((here, alias))
        elif (there := frame.owner(other)) is not None:
            links.append(((here, alias), (there, other), frame))
    while True:
        # A condition inside a subquery ties what the subquery reads, never what stands around it.
        grown = {
            end
            for one, two, frame in links
            for start, end in ((one, two), (two, one))
            if start in tied and end not in tied and end[0] is frame
        }
        if not grown:
            return tied
        tied |= grown


class Watch:
    """Gathers the loose statements of one test."""

    def __init__(self, tables: frozenset[str]) -> None:
        self.tables = tables
        self.found: list[str] = []
        self.paused = False

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if not self.paused and isinstance(sql, str):
            names = loose(sql, self.tables)
            if names:
                self.found.append(f"{', '.join(names)}: {sql[:600]}")
        return execute(sql, params, many, context)

    @contextmanager
    def exempt(self) -> Iterator[None]:
        """Within this, statements are not watched: for arranging a test, never for what it tests."""
        was, self.paused = self.paused, True
        try:
            yield
        finally:
            self.paused = was
