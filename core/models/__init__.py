"""Tables that every office system has and no domain knows."""

from core.models.calendar import CalendarDay, CalendarRevision, CalendarYear
from core.models.records import JournalEntry, PreviewPage, Seal, StoredFile

__all__ = [
    "CalendarDay",
    "CalendarRevision",
    "CalendarYear",
    "JournalEntry",
    "PreviewPage",
    "Seal",
    "StoredFile",
]
