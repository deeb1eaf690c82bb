"""Records of the campaign: its phases, rounds, targets and figures."""

import datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from awards.plans.records.base import Code, Mention, Quoting, Record, Text, Years
from campaign.models import Phase
from units.models import UnitKind


class CampaignRecord(Record):
    """The campaign as a whole, launched by a document."""

    code: Code
    name: Text
    years: Years
    document: Code
    mentions: tuple[Mention, ...] = Field(min_length=1)


class PhaseRecord(Quoting):
    """A phase as one document states it, and the review that ends it; no campaign: of its own."""

    code: Code
    document: Code
    campaign: Code | None = None
    name: Text
    years: Years
    review: Phase.Review
    quote: Text


class RoundRecord(Record):
    """One assessed year, and the day its figures are true of. Deadlines no source gives."""

    code: Code
    campaign: Code
    name: Text
    assessed_year: int = Field(ge=2000, le=2100)
    figures_day: datetime.date
    figures_basis: Text
    source: Text


class TargetRecord(Quoting):
    """A share, in percent, that a document promises for a year, of a title or of an indicator."""

    code: Code
    document: Code
    article: str = Field(default="", max_length=60)
    year: int = Field(ge=2020, le=2050)
    share: Decimal = Field(gt=0, le=100)
    title: Code | None = None
    counted: Text
    among: Text
    quote: Text


class AskedBy(Record):
    """What asks for a figure: a target of a document, a criteria set, or a title's share.

    Attributes:
        part: whether the figure is what a target counts, or what it is a share of.
    """

    document: Code | None = None
    target: Text | None = None
    part: Literal["counted", "among"] | None = None
    criteria_set: Code | None = Field(default=None, alias="set")
    title: Code | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        given = [self.document and self.target, self.criteria_set, self.title]
        if sum(bool(one) for one in given) != 1 or bool(self.document) != bool(self.target):
            raise ValueError("name a target with its document, or a set, or a title")
        if bool(self.target) != bool(self.part):
            raise ValueError("part: say of a target whether this is counted, or among what")
        return self


class FigureKindRecord(Record):
    """A number, or a fact of the place, that units state with its day and paper.

    Attributes:
        counted_in: what one of it is (hộ, người); empty for a fact, which is yes or no.
        title: the figure is the declared number of holders of this title.
        asked_by: what needs it; a figure that nothing asks for is not collected.
    """

    code: Code
    name: Text
    counted_in: str = ""
    asked_of: tuple[UnitKind, ...] = Field(min_length=1)
    title: Code | None = None
    asked_by: tuple[AskedBy, ...] = Field(min_length=1)
