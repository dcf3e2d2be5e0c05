"""What there is to act on of conversations. Each is called inside the scope of the cast's tenant."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from shangliang.core import clock
from shangliang.deliberation.actions import conversations, opinions, topics
from shangliang.deliberation.models import Conversation, PublicRule, RuleVersion, Statement, Topic
from shangliang.deliberation.voters import Voter
from tests.cast import GUANGMING, Cast
from tests.scenes import Parts

SEEDS = (
    "账要公开，半年贴一次。",
    "充满自动断电，只提醒，不收占位费。",
    "月卡 30 元，随便充。",
    "棚子离窗户远一点，夜里关掉提示音。",
)


def topic(cast: Cast, title: str = "充电棚收费怎么定") -> Topic:
    """A topic of 光明社区 that was chosen."""
    matter = cast.accepted()
    row = topics.put_forward(cast.community, matter.pk, None, title=title, source="residents")
    return topics.choose(cast.community, row, None)


def opened(cast: Cast, **given: object) -> Conversation:
    """A conversation about it, with four statements."""
    given = {"question": "充电棚收费怎么定", "seeds": SEEDS, **given}
    return conversations.open_conversation(cast.community, topic(cast), **given)  # type: ignore[arg-type]


def speaks(name: str) -> Voter:
    """Somebody with a phone of their own."""
    return Voter(device=name)


def votes(row: Conversation, name: str, *choices: int) -> None:
    """What somebody says of the first, the second statement …"""
    for number, choice in enumerate(choices, 1):
        opinions.vote(row.pk, speaks(name), number, choice)


def said(cast: Cast, row: Conversation, text: str = "充电的钱直接从电卡里扣。", name: str = "王阿姨") -> Statement:
    """A statement that waits for staff."""
    return opinions.say(cast.resident, row.pk, speaks(name), text)


def drafted(cast: Cast) -> RuleVersion:
    """The draft of a rule."""
    rule = PublicRule.objects.create(
        tenant=cast.tenant,
        body=cast.body("光明社区"),
        place=cast.place(GUANGMING),
        title="3 号院停车公约",
        made_at=clock.now(),
    )
    until = clock.today() + dt.timedelta(days=14)
    return RuleVersion.objects.create(
        tenant=cast.tenant, rule=rule, number=1, text="晚上十点以后不鸣笛。", comment_until=until
    )


# --- parts of addresses, for the table of access -----------------------------------------------------


def a_topic(cast: Cast) -> Parts:
    return {"topic_id": topic(cast).pk}


def a_draft(cast: Cast) -> Parts:
    return {"version_id": drafted(cast).pk}


def conversation(cast: Cast) -> Parts:
    return {"conversation_id": opened(cast).pk}


def closed(cast: Cast) -> Parts:
    row = opened(cast)
    conversations.close(cast.community, row)
    return {"conversation_id": row.pk}


def file(cast: Cast) -> Parts:
    return closed(cast) | {"file": "votes.csv"}


def open_file(cast: Cast) -> Parts:
    return conversation(cast) | {"file": "votes.csv"}


def seed(cast: Cast) -> Parts:
    return conversation(cast) | {"number": 1}


def statement(cast: Cast) -> Parts:
    return {"statement_id": _waiting(cast)}


def _waiting(cast: Cast) -> UUID:
    return said(cast, opened(cast)).pk
