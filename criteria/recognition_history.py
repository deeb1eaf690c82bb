"""The history of a recognition in words, from the journal entries of its row."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import periods
from core.models import JournalEntry, StoredFile
from core.presentation import HistoryLine
from criteria import recognising
from criteria.models import Recognition, RecognitionState, Title
from units.models import Appointment, Placement

_DONE: dict[str, Any] = {
    "recognition.declare": gettext_lazy("Declared by the unit"),
    "recognition.correct": gettext_lazy("Corrected"),
    "recognition.confirm": gettext_lazy("Confirmed"),
    "recognition.unconfirm": gettext_lazy("Checking undone"),
    "recognition.reject": gettext_lazy("Rejected"),
    "recognition.refusal_seen": gettext_lazy("Rejection read by the unit"),
    "recognition.revoke": gettext_lazy("Revoked"),
    "recognition.unrevoke": gettext_lazy("Revoking undone"),
    "batch.issue": gettext_lazy("Issued"),
    "batch.unissue": gettext_lazy("Issuing undone"),
    "batch.revoke": gettext_lazy("Revoked"),
    "batch.revoke_part": gettext_lazy("Revoked in part"),
    "batch.reinstate": gettext_lazy("Revoking undone"),
    "batch.reinstate_part": gettext_lazy("Revocation of a part undone"),
}
# Rows that no person entered on the pages, such as those of the demonstration.
_BY_OPERATION: dict[str, Any] = {
    JournalEntry.Op.INSERT: gettext_lazy("Declared by the unit"),
    JournalEntry.Op.UPDATE: gettext_lazy("Corrected"),
}
# The columns that the unit enters; the others are told by the step itself.
_TOLD: dict[str, Any] = {
    "title_id": gettext_lazy("Title"),
    "grade": gettext_lazy("Grade"),
    "assessed_year": gettext_lazy("Assessed year"),
    "decision_number": gettext_lazy("Number and symbol of the decision"),
    "decided_on": gettext_lazy("Day of the decision"),
    "decided_by": gettext_lazy("Issued by"),
    "signer": gettext_lazy("Signed by"),
    "period": gettext_lazy("Held from – until"),
    "scan_id": gettext_lazy("Scan of the decision"),
}
_RANGE = re.compile(r"\[?\(?([0-9-]*),([0-9-]*)[)\]]")


@dataclass(frozen=True)
class _Names:
    """What the keys in the entries stand for."""

    people: Mapping[int, str]
    offices: Mapping[int, str]
    titles: Mapping[int, str]
    scans: Mapping[int, str]


def lines(recognition: Recognition) -> list[HistoryLine]:
    """Everything that happened to a recognition, the latest first (a fixed number of queries)."""
    entries = list(
        JournalEntry.objects.filter(
            subject=Recognition._meta.db_table, row_id=recognition.pk
        ).order_by("-pk")
    )
    names = _read_names(entries)
    return [_line(entry, names) for entry in entries]


def _line(entry: JournalEntry, names: _Names) -> HistoryLine:
    after, before = entry.after or {}, entry.before or {}
    actor = names.people.get(entry.actor_id or 0, "")
    office = names.offices.get(entry.behalf_id or 0, "")
    return HistoryLine(
        at=entry.at,
        label=str(_DONE.get(entry.act) or _BY_OPERATION.get(entry.op, entry.get_op_display())),
        actor=" – ".join(filter(None, (actor, office))),
        reason=entry.reason,
        state=after.get("state") or RecognitionState.DECLARED,
        changes=tuple(_changes(before, after, names)) if entry.op == entry.Op.UPDATE else (),
    )


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], names: _Names
) -> Iterator[tuple[str, str, str]]:
    for column, label in _TOLD.items():
        if column in after and column in before:
            yield (
                str(label),
                _shown(column, before[column], names) or "–",
                _shown(column, after[column], names) or "–",
            )


def _shown(column: str, value: Any, names: _Names) -> str:
    """A column's value, as the journal keeps it, for people."""
    if value is None:
        return ""
    match column:
        case "title_id":
            return names.titles.get(value, str(value))
        case "scan_id":
            return names.scans.get(value, str(value))
        case "decided_on":
            return f"{datetime.date.fromisoformat(value):%d/%m/%Y}"
        case "period":
            return _period(value)
        case _:
            return str(value)


def _period(text: str) -> str:
    """A range as PostgreSQL writes it (`[2026-01-05,2029-01-05)`) as a period in words."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return text
    lower, upper = (datetime.date.fromisoformat(day) if day else None for day in found.groups())
    last = upper - periods.ONE_DAY if upper else None
    return recognising.period_text(periods.between(lower, last))


def _read_names(entries: Iterable[JournalEntry]) -> _Names:
    people = {entry.actor_id for entry in entries if entry.actor_id}
    behalves = {entry.behalf_id for entry in entries if entry.behalf_id}
    place = Placement.objects.on(periods.today()).filter(unit=OuterRef("unit"))
    offices = Appointment.objects.filter(pk__in=behalves).annotate(
        unit_name=Subquery(place.values("name")[:1])
    )
    return _Names(
        people={user.pk: str(user) for user in User.objects.filter(pk__in=people)},
        offices={key: name or "" for key, name in offices.values_list("pk", "unit_name")},
        titles={
            title.pk: str(title)
            for title in Title.objects.filter(pk__in=_changed(entries, "title_id"))
        },
        scans=dict(
            StoredFile.objects.filter(pk__in=_changed(entries, "scan_id")).values_list("pk", "name")
        ),
    )


def _changed(entries: Iterable[JournalEntry], column: str) -> set[int]:
    """The keys that stood or stand in a column that was changed."""
    return {
        side[column]
        for entry in entries
        if entry.op == JournalEntry.Op.UPDATE
        for side in (entry.before or {}, entry.after or {})
        if side.get(column)
    }
