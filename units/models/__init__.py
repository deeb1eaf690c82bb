"""Units over time and place, who acts for them, who belongs to them, and their figures."""

from units.models.figures import Figure, FigureKind, Measure
from units.models.members import (
    MEMBER_KINDS,
    Member,
    MemberQuerySet,
    PersonalExport,
    PersonalReading,
    PersonalRecord,
    SheetGroup,
)
from units.models.subjects import OfSubject, SubjectQuerySet, member_name
from units.models.tree import (
    COLLATION,
    Appointment,
    AppointmentQuerySet,
    Placement,
    PlacementQuerySet,
    Reform,
    Succession,
    Unit,
    UnitKind,
)

__all__ = [
    "COLLATION",
    "MEMBER_KINDS",
    "Appointment",
    "AppointmentQuerySet",
    "Figure",
    "FigureKind",
    "Measure",
    "Member",
    "MemberQuerySet",
    "OfSubject",
    "PersonalExport",
    "PersonalReading",
    "PersonalRecord",
    "Placement",
    "PlacementQuerySet",
    "Reform",
    "SheetGroup",
    "SubjectQuerySet",
    "Succession",
    "Unit",
    "UnitKind",
    "member_name",
]
