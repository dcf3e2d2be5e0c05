"""我收集: every write of this room, by subject."""

from shangliang.gathering.actions.answers import answer, go_on, recuse
from shangliang.gathering.actions.triage import (
    accept,
    answer_referral,
    decline,
    describe,
    join,
    refer,
    return_referral,
    settle_referrals,
    take_out,
    take_referral,
)
from shangliang.gathering.actions.visits import record_visit
from shangliang.gathering.actions.whistles import ask_more, blow, end_whistle, name_lead
from shangliang.gathering.links import link_for

__all__ = [
    "accept",
    "answer",
    "answer_referral",
    "ask_more",
    "blow",
    "decline",
    "describe",
    "end_whistle",
    "go_on",
    "join",
    "link_for",
    "name_lead",
    "record_visit",
    "recuse",
    "refer",
    "return_referral",
    "settle_referrals",
    "take_out",
    "take_referral",
]
