"""Finding matters by words. What is searched is a matter's public face and the names of its places, never
what somebody said.

A text is kept as a set of tokens: every hanzi, every pair of neighbouring hanzi, and Latin words and
figures. So any word is found, whatever a segmenter would make of its surroundings (to rjieba, 灯坏 is
one word); segmentation serves to take a long question apart. Each token begins with the tenant's mark,
so that one tenant's search never walks through another's postings.

SQLite keeps the tokens in an FTS5 table, PostgreSQL in a GIN index over the array of tokens; both hold
the same tokens and give the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+|\d+")
HANZI = re.compile(r"[\u3400-\u9fff]")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
PHRASE = 3  # up to so many hanzi in a row are looked for as they stand
FILLERS = frozenset(
    "怎么办 怎么 什么 为什么 能不能 可以 我们 你们 他们 没有 一直 现在 这里 那里 哪里 有人 问题".split()
)
TOKENS_AT_MOST = 16  # of a query; more words than that narrow nothing down


def index_tokens(mark: str, *texts: str) -> list[str]:
    """The tokens a matter is found by, sorted, each once."""
    return sorted({mark.lower() + token for text in texts for token in _of_text(text)})


def query_tokens(mark: str, query: str) -> list[str]:
    """The tokens that must all be there for `query` to match; none for a query without a word.

    A few hanzi are looked for as they stand; a longer run, which may be a whole question, word by word.
    """
    found: dict[str, None] = {}
    for run in RUN.findall(_plain(query)):
        words = [run] if len(run) <= PHRASE or not HANZI.match(run) else _words(run)
        telling = [word for word in words if len(word) > 1 and word not in FILLERS] or words
        found |= dict.fromkeys(token for word in telling for token in _pairs(word))
    return [mark.lower() + token for token in found][:TOKENS_AT_MOST]


def _of_text(text: str) -> Iterator[str]:
    for run in RUN.findall(_plain(text)):
        yield from _pairs(run)
        if HANZI.match(run):
            yield from run


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1 or not HANZI.match(run):
        yield run
    else:
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _words(text: str) -> list[str]:
    # A segment such as 3号 is one word to the segmenter: take it apart as the index does.
    return [run for word in rjieba.cut(_plain(text)) for run in RUN.findall(word)]


def _plain(text: str) -> str:
    return text.translate(FULL_WIDTH).lower()
