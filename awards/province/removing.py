"""Taking the invented people of a province out again, in few statements."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, models
from django.db.models import QuerySet

from accounts.models import User
from awards.province.rows import LARGE
from core import copying, journal
from core.workflow import Refused
from criteria.models import (
    Answer,
    Assessment,
    AssessmentEvent,
    BatchLine,
    Evidence,
    Recognition,
    Registration,
)
from units.models import MEMBER_KINDS, Member, PersonalRecord, Unit, WithheldRecord

_GONE = """
    CREATE TEMPORARY TABLE gone AS
    SELECT id AS unit_id FROM units_unit WHERE is_demo AND kind = ANY(%s)
"""
_OF_GONE = "unit_id IN (SELECT unit_id FROM gone)"
_OF_ASSESSMENTS = """
    assessment_id IN (SELECT id FROM criteria_assessment JOIN gone USING (unit_id))
"""
_REAL_WORK = "people outside the demonstration have worked on its people"
# What stands on another goes first; the households of citizens are members too.
_ROWS: tuple[tuple[type[models.Model], str], ...] = (
    (AssessmentEvent, _OF_ASSESSMENTS),
    (Evidence, _OF_ASSESSMENTS),
    (Answer, _OF_ASSESSMENTS),
    (Assessment, _OF_GONE),
    (BatchLine, _OF_GONE),
    (Registration, _OF_GONE),
    (Recognition, _OF_GONE),
    (WithheldRecord, _OF_GONE),
    (PersonalRecord, _OF_GONE),
    (Member, _OF_GONE),
    (Unit, "id IN (SELECT unit_id FROM gone)"),
)


def remove(people: QuerySet[User]) -> None:
    """Take out the households, clans and citizens of the demonstration with what stands on them
    (inside an act, as the owner of the tables).

    Raises:
        Refused: others than `people` have worked on them.
    """
    _run(_GONE, [[kind.value for kind in MEMBER_KINDS]])
    _run("ANALYZE gone")
    _refuse_real_work(people)
    try:
        with copying.relieved(LARGE, emptied=(Unit, Assessment)):
            for model, which in _ROWS:
                journal.delete_batch(model, which)
    except IntegrityError as error:
        raise Refused("something outside the demonstration stands on its people") from error
    _run("DROP TABLE gone")


def _run(statement: str, values: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _refuse_real_work(people: QuerySet[User]) -> None:
    written: tuple[tuple[type[models.Model], str], ...] = (
        (Assessment, "begun_by"),
        (Registration, "entered_by"),
        (Recognition, "declared_by"),
    )
    for model, by in written:
        rows: QuerySet[Any] = model._default_manager.extra(where=[_OF_GONE])  # noqa: S610
        if rows.exclude(**{f"{by}__in": people}).exists():
            raise Refused(_REAL_WORK)
    listed = BatchLine.objects.filter(unit__is_demo=True, unit__kind__in=MEMBER_KINDS)
    if listed.exclude(batch__begun_by__in=people).exists():
        raise Refused(_REAL_WORK)
