"""Records of the forms of commendation, and of who receives and decides what."""

from typing import Literal, Self

from pydantic import Field, model_validator

from awards.plans.records.base import Code, Period, Quoting, Record, Text, UnitRef
from criteria.models import RouteMatter, RouteStep
from units.models import UnitKind


class AwardFormRecord(Quoting):
    """A form of commendation that a document names: for whom, when, decided by whom.

    `open`: the text leaves to who decides which form it is.
    """

    code: Code
    document: Code
    article: str = Field(default="", max_length=60)
    name: Text
    occasion: Literal["yearly", "phase_end"]
    open: bool = False
    decided_by: str = ""
    subject_kinds: tuple[UnitKind, ...] = ()
    subject_text: str = ""
    quote: Text


class RouteStepRecord(Record):
    """One step of a route: which body does what.

    `above` and `managing` say which unit it is of each subject, where the document does: the unit
    of that kind in which it lies, or the body that manages it.
    """

    act: RouteStep.Act
    who: Text
    above: UnitKind | None = None
    managing: bool = False

    @model_validator(mode="after")
    def _means_one_body(self) -> Self:
        if self.above and self.managing:
            raise ValueError("a step means the unit above or the managing body, one of them")
        return self


class RouteRecord(Quoting):
    """The way of a dossier in a period; where no source gives one there is no record at all."""

    code: Code
    matter: RouteMatter
    subject_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    title: Code | None = None
    form: Code | None = None
    territory: UnitRef | None
    period: Period
    document: Code
    basis: str = Field(max_length=300)
    steps: tuple[RouteStepRecord, ...] = Field(min_length=1)
