"""From a list to recognitions and back, by a fixed number of statements for any length.

The order of locks is that of `criteria.recognising`: the units, by their keys, then recognitions.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from core import periods
from criteria.models import Recognition, RecognitionBatch, RecognitionState

_LOCK = """
    SELECT holder.id FROM units_unit holder JOIN criteria_batchline line ON line.unit_id = holder.id
    WHERE line.batch_id = %(batch)s AND line.passed
    ORDER BY holder.id FOR NO KEY UPDATE OF holder
"""
_PASSED = """
    SELECT unit_id FROM criteria_batchline WHERE batch_id = %(batch)s AND passed
"""
_CLOSE = f"""
    UPDATE criteria_recognition SET open_period = period,
        period = daterange(lower(period), %(dated)s)
    WHERE unit_id IN ({_PASSED}) AND title_id = %(title)s
        AND state IN ('declared', 'confirmed') AND period @> %(dated)s::date
        AND coalesce(lower(period), DATE '0001-01-01') < %(dated)s
"""  # noqa: S608 -- constants
_RECOGNISE = """
    INSERT INTO criteria_recognition (
        unit_id, placement_id, path, title_id, grade, assessed_year, decision_number, decided_on,
        decided_by, signer, period, state, declared_by_id, declared_at, checked_by_id, checked_at,
        checked_office_id, state_reason, taken_part, batch_id, closes_id
    )
    SELECT line.unit_id, line.placement_id, home.path, %(title)s, %(grade)s, %(year)s,
        %(reference)s, %(dated)s, %(decided_by)s, %(signer)s,
        daterange(%(dated)s, %(until)s::date + 1), 'confirmed', %(sent_by)s, now(), %(signed_by)s,
        now(), CASE WHEN line.unit_id <> %(decider)s THEN %(decider)s END, '', %(taken_part)s,
        line.batch_id, before.id
    FROM criteria_batchline line
        JOIN units_placement home ON home.id = line.placement_id
        LEFT JOIN criteria_recognition before ON before.unit_id = line.unit_id
            AND before.title_id = %(title)s AND before.open_period IS NOT NULL
            AND before.state IN ('declared', 'confirmed') AND upper(before.period) = %(dated)s
    WHERE line.batch_id = %(batch)s AND line.passed
    ORDER BY line.id
"""


def lock(batch: RecognitionBatch) -> None:
    """Let nobody else write a recognition of those who reach the title until the transaction
    ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"batch": batch.pk})


def in_the_way(batch: RecognitionBatch, day: periods.Day) -> int:
    """How many of those who reach the title hold it already by a decision of `day` or later, or by
    one that begins in its term."""
    return (
        Recognition.objects.standing()
        .filter(title=batch.title_id, period__overlap=periods.between(day, batch.held_until))
        .filter(period__startswith__gte=day)
        .filter(unit__in=batch.lines.filter(passed=True).values("unit"))
        .count()
    )


def recognise(batch: RecognitionBatch) -> int:
    """Recognise those who reach the title from the day of the decision on (inside an act).

    What they held until then ends on the day before.

    Returns:
        How many were recognised.
    """
    values: dict[str, Any] = {
        "batch": batch.pk,
        "title": batch.title_id,
        "grade": batch.grade,
        "year": batch.round.assessed_year,
        "reference": batch.reference,
        "dated": batch.dated,
        "until": batch.held_until,
        "decided_by": batch.decider_name,
        "signer": str(batch.signed_by or ""),
        "sent_by": batch.sent_by_id,
        "signed_by": batch.signed_by_id,
        "decider": batch.decider_id,
        "taken_part": batch.taken_part,
    }
    lock(batch)
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, values)
        cursor.execute(_RECOGNISE, values)
        return cursor.rowcount


_OF_BATCH = "batch_id = %(batch)s AND (%(every)s OR unit_id = ANY(%(units)s))"
# What was held stays held until yesterday; what had not begun, or begins today, was never held.
_REVOKE = f"""
    UPDATE criteria_recognition SET state = 'revoked', state_reason = %(reason)s,
        checked_by_id = %(user)s, checked_at = %(now)s, revoked_period = period,
        period = CASE WHEN lower(period) < %(today)s AND period @> %(today)s::date
            THEN daterange(lower(period), %(today)s) ELSE period END
    WHERE {_OF_BATCH} AND state = 'confirmed'
"""  # noqa: S608
_REOPEN = f"""
    UPDATE criteria_recognition before SET period = before.open_period, open_period = NULL
    FROM criteria_recognition gone
    WHERE gone.closes_id = before.id AND gone.{_OF_BATCH.replace("OR unit_id", "OR gone.unit_id")}
        AND gone.state = 'revoked' AND lower(gone.period) >= %(today)s
        AND before.open_period IS NOT NULL AND before.state IN ('declared', 'confirmed')
"""  # noqa: S608
_CLOSE_AGAIN = f"""
    UPDATE criteria_recognition before SET open_period = before.period,
        period = daterange(lower(before.period), lower(again.revoked_period))
    FROM criteria_recognition again
    WHERE again.closes_id = before.id
        AND again.{_OF_BATCH.replace("OR unit_id", "OR again.unit_id")}
        AND again.state = 'revoked' AND before.open_period IS NULL
        AND before.state IN ('declared', 'confirmed')
        AND before.period @> lower(again.revoked_period)
"""  # noqa: S608
_REINSTATE = f"""
    UPDATE criteria_recognition SET state = 'confirmed', state_reason = %(reason)s,
        checked_by_id = %(user)s, checked_at = %(now)s,
        period = coalesce(open_period, revoked_period), open_period = NULL, revoked_period = NULL
    WHERE {_OF_BATCH} AND state = 'revoked'
"""  # noqa: S608
_TAKE_BACK = f"""
    WITH gone AS (DELETE FROM criteria_recognition WHERE {_OF_BATCH} RETURNING closes_id)
    UPDATE criteria_recognition before SET period = before.open_period, open_period = NULL
    FROM gone WHERE gone.closes_id = before.id AND before.open_period IS NOT NULL
        AND before.state IN ('declared', 'confirmed')
"""  # noqa: S608


def revoke(
    batch: RecognitionBatch,
    user: Any,
    reason: str,
    at: datetime,
    units: list[int] | None = None,
) -> int:
    """Revoke the recognitions of the list, of some units or of all (None), from today on; inside
    an act.

    Where one never began, what was held before it runs on.

    Returns:
        How many were revoked.
    """
    return _run(batch, user, reason, at, units, _REVOKE, _REOPEN)


def reinstate(batch: RecognitionBatch, user: Any, reason: str, units: list[int]) -> int:
    """Undo the revocation of some; inside an act. Returns how many."""
    return _run(batch, user, reason, timezone.now(), units, _CLOSE_AGAIN, _REINSTATE)


def take_back(batch: RecognitionBatch) -> None:
    """Undo the issue, as if it had not been; inside an act."""
    lock(batch)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"batch": batch.pk, "every": True, "units": []})


def _run(
    batch: RecognitionBatch,
    user: Any,
    reason: str,
    at: datetime,
    units: list[int] | None,
    *statements: str,
) -> int:
    lock(batch)
    values = {
        "batch": batch.pk,
        "every": units is None,
        "units": units or [],
        "user": user.pk,
        "reason": reason,
        "now": at,
        "today": periods.today(),
    }
    changed = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            if statement in (_REVOKE, _REINSTATE):
                changed = cursor.rowcount
    return changed


def held_again(batch: RecognitionBatch, units: list[int]) -> bool:
    """Whether one of these units, whose recognition was revoked, holds the title anew since."""
    return (
        Recognition.objects.standing()
        .filter(
            unit__in=units,
            title=batch.title_id,
            period__startswith__gte=batch.dated,
            period__overlap=periods.between(batch.dated, batch.held_until),
        )
        .exists()
    )


def ended_with(batch: RecognitionBatch) -> list[int]:
    """The units whose recognition ended with the revocation of the whole list."""
    found = batch.recognitions.filter(state=RecognitionState.REVOKED, checked_at=batch.revoked_at)
    return list(found.values_list("unit", flat=True))
