"""What a playbook says of deliberation: the path and its gates, topics, meetings, what comes out, levels.

Names of steps, seats and forms are the locality's. What a step *does* (`DOES`), what may be *needed* before it
(`NEEDS`) and what may come *out* (`OUTCOMES`) are the product's words: the rooms implement them. How the section
is read, and what is refused, is in `deliberation_section`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# What the product knows to be done in a step; a step without any is ticked by hand, with a sentence.
DOES = (
    *("gather", "choose", "post", "investigate", "plan", "invite", "meet", "agree", "publish"),
    *("hand_over", "handle", "supervise", "reply", "rate", "look_back", "online"),
)
# What may be needed before a step, with the least number: of sides named, of people heard on each side, of facts
# with a source, of records made on the site, of photos there, of visits, of people who took part online, of working
# days the topic was posted, of meetings held (rounds); and whether cost and authority were looked into.
NEEDS: Mapping[str, int] = MappingProxyType(
    {
        "sides": 30,
        "heard": 1_000_000,
        "facts": 100,
        "site": 100,
        "photos": 200,
        "visits": 100,
        "cost": 1,
        "authority": 1,
        "posted": 250,
        "online": 1_000_000,
        "meetings": 50,
    }
)
SELECTION = ("decide", "score", "vote", "plan", "claim", "lot")
VOTERS = ("members", "residents")
HOW = ("room", "site", "small", "online", "hybrid")
RULES = ("consensus", "majority", "share")
BASES = ("present", "entitled")
COUNTING = ("hands", "ballot", "signing")
UNITS = ("person", "household", "area")
OUTCOMES = ("task", "undertaking", "rule", "proposal", "brief")
ROUTES = ("answer", "body", "brief", "proposal", "outside")
ASKED = ("text", "number", "date", "yes")
COUNTED = ("topics", "meetings")
PERIODS = ("week", "month", "quarter", "half", "year")
CHECKS = ("device", "slip", "account")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a topic is scored by, and the most points it can get."""

    key: str
    label: str
    most: int


@dataclass(frozen=True, slots=True)
class Selection:
    """How topics are chosen, and by whom."""

    rule: str  # one of SELECTION
    by: str
    criteria: Mapping[str, Criterion]
    least: int  # points (score) or votes (vote) that a topic needs
    voters: str  # one of VOTERS, for a vote


@dataclass(frozen=True, slots=True)
class Question:
    """A field of a step's own form."""

    key: str
    label: str
    kind: str  # one of ASKED
    needed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path. `approvals` name who must have agreed before it can be begun."""

    key: str
    label: str  # short: it stands in the picture of the path
    note: str
    by: str
    after: tuple[str, ...]
    does: tuple[str, ...]
    needs: Mapping[str, int]
    approvals: tuple[str, ...]
    asks: Mapping[str, Question]
    days: int  # working days from the end of what came before, 0 for none
    optional: bool  # may be passed by: of several ways on, one is gone
    form: str  # a key of `meetings`: the form a meeting has in this step, "" for any


@dataclass(frozen=True, slots=True)
class Decide:
    """How a point is decided: the rule, and its share of a base in hundredths of a percent."""

    rule: str  # one of RULES
    share: int  # of 10,000; more than half for a majority
    of: str  # one of BASES
    how: str  # one of COUNTING
    by: tuple[str, ...]  # of UNITS: what is counted; the share must be reached in each
    quorum: int  # of 10,000 of those entitled, who must take part for it to count; 0 for none


@dataclass(frozen=True, slots=True)
class SeatRule:
    """How many sit at the table for a side or a role."""

    key: str
    label: str
    least: int
    most: int
    by: str = ""  # how they come to sit there: drawn by lot, chosen by their neighbours, whoever asks first


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the agenda a meeting of this form begins with."""

    label: str
    minutes: int
    note: str


@dataclass(frozen=True, slots=True)
class MeetingForm:
    """A form of meeting: where, how many, by what clocks (working days), how decided."""

    key: str
    label: str
    how: str  # one of HOW
    where: str  # the kind of place it is held at, empty for any
    least: int  # people at the table
    most: int
    notice: int  # before the meeting: the invitation
    papers: int  # before the meeting: its papers
    minutes: int  # after it: the minutes
    lasts: int  # minutes
    decide: Decide
    seats: Mapping[str, SeatRule]
    agenda: tuple[Part, ...]
    when: str = ""  # on which days it is usually held, as the locality says it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may come out of a meeting, with its own clock in working days (0: none)."""

    key: str
    label: str
    to: str  # one of OUTCOMES
    days: int


@dataclass(frozen=True, slots=True)
class Route:
    """Where something that is not taken up can go instead."""

    key: str
    label: str
    to: str  # one of ROUTES


@dataclass(frozen=True, slots=True)
class Quota:
    """How many topics or meetings there are to be in so many periods; `most` 0 for no limit."""

    key: str
    label: str
    of: str  # one of COUNTED
    form: str  # a key of `meetings`, "" for all
    per: str  # one of PERIODS
    every: int  # so many of them at a time: 2 for every other month
    each: tuple[str, ...]  # kinds of body, each of which has to; empty for the whole locality together
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the year in which meetings are held, by month and day."""

    label: str
    first: str  # 06-01
    last: str


@dataclass(frozen=True, slots=True)
class Levels:
    """Passing up: working days in which the upper level says accept, return or join, and then answers."""

    accept: int
    answer: int
    warn: int  # working days before a date from which it is amber


@dataclass(frozen=True, slots=True)
class StatementRules:
    """Short statements online: length, how many of one person, and what keeps one person one."""

    words: int
    each: int
    check: str  # one of CHECKS


@dataclass(frozen=True, slots=True)
class DeliberationRules:
    """What a locality decided about its deliberation. Mappings keep the order of the file."""

    note: str
    sources: Mapping[str, str]
    selection: Selection
    open_at_most: int  # topics of one body at the same time, 0 for no limit
    steps: Mapping[str, Step]
    meetings: Mapping[str, MeetingForm]
    outcomes: Mapping[str, Outcome]
    routes: Mapping[str, Route]
    levels: Levels
    statements: StatementRules
    least: tuple[Quota, ...]
    season: tuple[Window, ...]
    guided_by: tuple[str, ...]

    def step_that(self, does: str) -> Step | None:
        """The first step in which the product's act `does` happens."""
        return next((step for step in self.steps.values() if does in step.does), None)


def earlier(steps: Mapping[str, Step], key: str) -> Iterator[str]:
    """The steps that must be behind before `key` can be begun, in the order of the file: optional ones need not."""
    return (one for one in upstream(steps, key) if not steps[one].optional)


def upstream(steps: Mapping[str, Step], key: str) -> Iterator[str]:
    """The steps from which a way leads to `key`, in the order of the file."""
    wanted, found = list(steps[key].after), set[str]()
    while wanted:
        one = wanted.pop()
        if one not in found:
            found.add(one)
            wanted.extend(steps[one].after)
    return (one for one in steps if one in found)
