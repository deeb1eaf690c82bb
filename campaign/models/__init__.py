"""The campaign: its documents, phases, rounds and targets, what is launched, and the registers."""

from campaign.models.allotments import TargetAllotment
from campaign.models.documents import (
    Citation,
    Confidence,
    Document,
    DocumentKind,
    Passage,
    Source,
    Target,
)
from campaign.models.launches import (
    Launch,
    LaunchAnswer,
    LaunchState,
    Recipient,
    RecipientState,
)
from campaign.models.registers import (
    KINDS,
    EntryKind,
    EntryState,
    Register,
    RegisterEntry,
    RegisterFile,
)
from campaign.models.rounds import (
    Campaign,
    DeadlineChange,
    DeadlineMatter,
    Phase,
    Round,
    RoundDeadline,
)

__all__ = [
    "KINDS",
    "Campaign",
    "Citation",
    "Confidence",
    "DeadlineChange",
    "DeadlineMatter",
    "Document",
    "DocumentKind",
    "EntryKind",
    "EntryState",
    "Launch",
    "LaunchAnswer",
    "LaunchState",
    "Passage",
    "Phase",
    "Recipient",
    "RecipientState",
    "Register",
    "RegisterEntry",
    "RegisterFile",
    "Round",
    "RoundDeadline",
    "Source",
    "Target",
    "TargetAllotment",
]
