"""Titles, rules as records, self-assessments, what holds titles, and who registers for them."""

from criteria.models.assessments import (
    Answer,
    AnswerVerdict,
    Assessment,
    AssessmentEvent,
    AssessmentQuerySet,
    AssessmentState,
    Evidence,
)
from criteria.models.batches import (
    BatchEvent,
    BatchLine,
    BatchState,
    RecognitionBatch,
    RecognitionBatchQuerySet,
)
from criteria.models.carrying import CarryOver
from criteria.models.drafts import DraftState, SetDraft, SetDraftEvent, SetTrial
from criteria.models.ledger import TitleLedger
from criteria.models.numbers import DecisionNumber
from criteria.models.recognitions import Recognition, RecognitionQuerySet, RecognitionState
from criteria.models.registrations import (
    Registration,
    RegistrationEvent,
    RegistrationList,
    RegistrationListQuerySet,
    RegistrationState,
)
from criteria.models.results import OutsideResult, OutsideResultQuerySet
from criteria.models.routes import Route, RouteMatter, RouteStep
from criteria.models.sets import (
    CriteriaSet,
    CriteriaSetQuerySet,
    Criterion,
    CriterionRegister,
)
from criteria.models.titles import AwardForm, Title, Unregistered

__all__ = [
    "Answer",
    "AnswerVerdict",
    "Assessment",
    "AssessmentEvent",
    "AssessmentQuerySet",
    "AssessmentState",
    "AwardForm",
    "BatchEvent",
    "BatchLine",
    "BatchState",
    "CarryOver",
    "CriteriaSet",
    "CriteriaSetQuerySet",
    "Criterion",
    "CriterionRegister",
    "DecisionNumber",
    "DraftState",
    "Evidence",
    "OutsideResult",
    "OutsideResultQuerySet",
    "Recognition",
    "RecognitionBatch",
    "RecognitionBatchQuerySet",
    "RecognitionQuerySet",
    "RecognitionState",
    "Registration",
    "RegistrationEvent",
    "RegistrationList",
    "RegistrationListQuerySet",
    "RegistrationState",
    "Route",
    "RouteMatter",
    "RouteStep",
    "SetDraft",
    "SetDraftEvent",
    "SetTrial",
    "Title",
    "TitleLedger",
    "Unregistered",
]
