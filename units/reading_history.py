"""Who opened the names of a home, and who changed which personal data, from the journal."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery, Value
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.models import JournalEntry
from units.models import Member, PersonalExport, PersonalReading, PersonalRecord, Placement

LINES = 20
_FIELDS = {
    "name": gettext_lazy("full name"),
    "birth_year": gettext_lazy("year of birth"),
    "identity_digest": gettext_lazy("identity number"),
}


@dataclass(frozen=True)
class Change:
    """A change of somebody's personal data: which fields, never their values.

    Attributes:
        number: of the member in its list.
    """

    at: datetime
    who: str
    why: str
    number: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """Somebody opened the names of a home, or took them out of the portal."""

    at: datetime
    who: str
    why: str
    taken_out: bool


def readings(home: Placement, kind: str) -> list[Seen]:
    """Who opened the names of a home, or took its list of a kind out, alone or with that of its
    commune, the newest first (one query)."""
    opened = PersonalReading.objects.filter(home=home.unit_id)
    places = [home.unit_id, home.located_in_id]
    taken = PersonalExport.objects.filter(place__in=places, kind=kind)
    rows = opened.values_list("opened_at", "user__full_name", "reason", Value(False)).union(
        taken.values_list("exported_at", "user__full_name", "reason", Value(True)), all=True
    )
    return [Seen(*row) for row in rows.order_by("-opened_at")[:LINES]]


def changes(home_id: int) -> list[Change]:
    """The last changes of personal data of those who are at home in a unit (one query)."""
    records = PersonalRecord.objects.filter(unit__memberships__home=home_id)
    numbers = Member.objects.filter(home=home_id, unit__personal=OuterRef("row_id"))
    actors = User.objects.filter(pk=OuterRef("actor_id"))
    entries = (
        JournalEntry.objects.filter(
            subject=PersonalRecord._meta.db_table, op="update", row_id__in=records.values("pk")
        )
        .annotate(
            who=Subquery(actors.values("full_name")[:1]),
            number=Subquery(numbers.values("number")[:1]),
        )
        .order_by("-pk")[:LINES]
    )
    return [
        Change(entry.at, entry.who or "", entry.reason, entry.number, _names(entry))
        for entry in entries
    ]


def _names(entry: JournalEntry) -> tuple[str, ...]:
    """The names of the fields that changed."""
    changed = entry.after or {}
    return tuple(str(label) for name, label in _FIELDS.items() if name in changed)
