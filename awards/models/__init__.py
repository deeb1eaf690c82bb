"""What is kept of the way from a proposal to the paper on the wall, and of the plan files."""

from awards.models.consultations import (
    Consultation,
    ConsultationEvent,
    ConsultationKind,
    ConsultationLine,
    ConsultationRule,
    ConsultationState,
)
from awards.models.loading import LoadedRecord
from awards.models.nominations import (
    ENDED_WITHOUT,
    EarlierAward,
    Nomination,
    NominationEvent,
    NominationEvidence,
    NominationQuerySet,
    NominationState,
)
from awards.models.rules import Quota, Restriction, RestrictionQuerySet, SubjectGroup, Term
from awards.models.submissions import (
    Submission,
    SubmissionEvent,
    SubmissionFile,
    SubmissionLine,
    SubmissionQuerySet,
    SubmissionState,
)

__all__ = [
    "ENDED_WITHOUT",
    "Consultation",
    "ConsultationEvent",
    "ConsultationKind",
    "ConsultationLine",
    "ConsultationRule",
    "ConsultationState",
    "EarlierAward",
    "LoadedRecord",
    "Nomination",
    "NominationEvent",
    "NominationEvidence",
    "NominationQuerySet",
    "NominationState",
    "Quota",
    "Restriction",
    "RestrictionQuerySet",
    "SubjectGroup",
    "Submission",
    "SubmissionEvent",
    "SubmissionFile",
    "SubmissionLine",
    "SubmissionQuerySet",
    "SubmissionState",
    "Term",
]
