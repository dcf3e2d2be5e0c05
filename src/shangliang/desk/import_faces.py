"""What of an imported message may show: its title, and whether the public sees it at all."""

from __future__ import annotations

from dataclasses import dataclass

from shangliang.desk.import_rows import Message
from shangliang.voices.models import Voice
from shangliang.voices.screening import findings, masked

TITLE_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Face:
    """How a message is taken in: its words, its title, and what of it the public may see."""

    title: str
    words: str
    openness: str
    public: bool = False  # the matter shows
    cleared: bool = False  # the words show as well


def face_of(message: Message, *, public: bool) -> Face:
    """The face of a message; `public` says that it could be read by everybody where it comes from.

    Nobody asked those who spoke, so without it only those handling see the message. With it, the matter
    shows under a title without numbers of persons; words that have some wait for staff, and so does the whole
    matter when its reply has some, for a reply shows with its matter.
    """
    title = masked(_cut(" ".join(message.title.split())))
    words = message.words
    if title != message.title or not words:
        # Cut or masked, the title is no longer all that was said.
        words = "\n".join(part for part in (message.title, message.words) if part)
    if public and title and not names_a_person(message.reply):
        return Face(title, words, Voice.Openness.PUBLIC, public=True, cleared=not names_a_person(words))
    if message.anonymous:
        return Face(title, words, Voice.Openness.ANONYMOUS)
    return Face(title, words, Voice.Openness.HANDLERS)


def names_a_person(text: str) -> bool:
    """Whether a text has a number of a person; an office's telephone is none."""
    return any(text[found.start] not in "0０" for found in findings(text))


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_AT_MOST else title[: TITLE_AT_MOST - 1] + "…"
