"""Tables that every office system has and no domain knows."""

from core.models.calendar import CalendarDay, CalendarRevision, CalendarYear
from core.models.events import StepEvent, keep_step
from core.models.imports import Import, ImportRow, ImportWork
from core.models.jobs import Job, JobItem
from core.models.notices import Delivery, Mail, Notice, NoticePreference
from core.models.participants import HasParticipants
from core.models.records import JournalEntry, PreviewPage, Redaction, Seal, StoredFile

__all__ = [
    "CalendarDay",
    "CalendarRevision",
    "CalendarYear",
    "Delivery",
    "HasParticipants",
    "Import",
    "ImportRow",
    "ImportWork",
    "Job",
    "JobItem",
    "JournalEntry",
    "Mail",
    "Notice",
    "NoticePreference",
    "PreviewPage",
    "Redaction",
    "Seal",
    "StepEvent",
    "StoredFile",
    "keep_step",
]
