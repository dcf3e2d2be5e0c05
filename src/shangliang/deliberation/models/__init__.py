"""共协商: topics, what was found out about them, meetings, what was agreed, and what people say online."""

from shangliang.deliberation.models.agreements import PublicRule, RuleVersion
from shangliang.deliberation.models.conversations import (
    Conversation,
    OpinionVote,
    Participant,
    Statement,
    StoredMap,
)
from shangliang.deliberation.models.investigation import Finding, FindingPhoto, Hearing, Side
from shangliang.deliberation.models.meetings import (
    AgendaPart,
    Amendment,
    Attendee,
    Line,
    Meeting,
    MeetingTopic,
    OutsideQuestion,
    Signature,
)
from shangliang.deliberation.models.points import Ballot, Count, Item, Reservation
from shangliang.deliberation.models.topics import (
    Approval,
    GatePass,
    StepRecord,
    Topic,
    TopicPlan,
    TopicScore,
    TopicVote,
)

__all__ = [
    "AgendaPart",
    "Amendment",
    "Approval",
    "Attendee",
    "Ballot",
    "Conversation",
    "Count",
    "Finding",
    "FindingPhoto",
    "GatePass",
    "Hearing",
    "Item",
    "Line",
    "Meeting",
    "MeetingTopic",
    "OpinionVote",
    "OutsideQuestion",
    "Participant",
    "PublicRule",
    "Reservation",
    "RuleVersion",
    "Side",
    "Signature",
    "Statement",
    "StepRecord",
    "StoredMap",
    "Topic",
    "TopicPlan",
    "TopicScore",
    "TopicVote",
]
