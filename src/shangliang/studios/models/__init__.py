"""Studios: what they are, how they are kept to their standard, and who receives residents when."""

from shangliang.studios.models.calls import Call, StudioVoice
from shangliang.studios.models.duty import DutyPlan, DutyShift, DutyTerms, Feed, Leave, Swap, Turn
from shangliang.studios.models.pairings import Pairing, PairingTask
from shangliang.studios.models.reception import Device, IssuedSlip, Reception
from shangliang.studios.models.standard import Evidence, Honour, Inspection, Phase, PlanItem, PostedRule
from shangliang.studios.models.studio import Studio, StudioStep

__all__ = [
    "Call",
    "Device",
    "DutyPlan",
    "DutyShift",
    "DutyTerms",
    "Evidence",
    "Feed",
    "Honour",
    "Inspection",
    "IssuedSlip",
    "Leave",
    "Pairing",
    "PairingTask",
    "Phase",
    "PlanItem",
    "PostedRule",
    "Reception",
    "Studio",
    "StudioStep",
    "StudioVoice",
    "Swap",
    "Turn",
]
