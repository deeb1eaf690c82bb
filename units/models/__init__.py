"""Units over time and place, who acts for them, who belongs to them, and their figures."""

from units.models.figures import Figure, FigureKind, Measure
from units.models.members import (
    MEMBER_KINDS,
    Member,
    MemberQuerySet,
    PersonalExport,
    PersonalLookup,
    PersonalReading,
    PersonalRecord,
    SheetGroup,
)
from units.models.reforms import (
    Extent,
    LateAnswer,
    Reform,
    ReformAct,
    ReformEvent,
    ReformLine,
    ReformPart,
    ReformState,
    ReformTrace,
    Succession,
)
from units.models.subjects import OfSubject, SubjectQuerySet, member_name
from units.models.tree import (
    COLLATION,
    Appointment,
    AppointmentQuerySet,
    Placement,
    PlacementQuerySet,
    Unit,
    UnitKind,
)

__all__ = [
    "COLLATION",
    "MEMBER_KINDS",
    "Appointment",
    "AppointmentQuerySet",
    "Extent",
    "Figure",
    "FigureKind",
    "LateAnswer",
    "Measure",
    "Member",
    "MemberQuerySet",
    "OfSubject",
    "PersonalExport",
    "PersonalLookup",
    "PersonalReading",
    "PersonalRecord",
    "Placement",
    "PlacementQuerySet",
    "Reform",
    "ReformAct",
    "ReformEvent",
    "ReformLine",
    "ReformPart",
    "ReformState",
    "ReformTrace",
    "SheetGroup",
    "SubjectQuerySet",
    "Succession",
    "Unit",
    "UnitKind",
    "member_name",
]
