"""What the records of the plan files are made of: places, quotes, periods, references to units."""

import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from awards.plans.yaml_files import Place, YamlFile
from core.data_files import Fault
from units.models import UnitKind

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
LineNumber = Annotated[int, Field(ge=1)]
Grade = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]


class Record(BaseModel):
    """A record of a file: immutable, refuses unknown fields, knows where it was written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    _file: str = PrivateAttr("")
    _line: int = PrivateAttr(0)

    def fault(self, reason: str) -> Fault:
        """A fault of this record, at its place."""
        return Fault(self._file, self._line, reason)

    def placed(self, file: YamlFile, place: Place) -> Self:
        """This record, which from now on knows that it stands at `place` of `file`; so do the
        records inside it."""
        self._file, self._line = file.name, file.line_of(place)
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            children = enumerate(value) if isinstance(value, tuple) else [(None, value)]
            for index, child in children:
                if isinstance(child, Record):
                    key = (field.alias or name,) if index is None else (field.alias or name, index)
                    child.placed(file, (*place, *key))
        return self


class Quoting(Record):
    """A record that rests on words of a source.

    Attributes:
        source: code of the source.
        quote: its words, exactly; white space aside, mistakes kept.
        line: the line of the source on which the quote begins, where it says the same twice.
    """

    source: Text
    quote: str = ""
    line: LineNumber | None = None


class Mention(Quoting):
    """A place where a source speaks of the record; the sentence belongs to another."""

    quote: Text


class Period(Record):
    """First and last day, both included; null is open."""

    first: datetime.date | None = Field(alias="from")
    last: datetime.date | None = Field(alias="until")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"the period ends on {self.last}, before it begins on {self.first}")
        return self

    def meets(self, other: "Period") -> bool:
        """Whether the two periods share a day."""
        earliest, latest = datetime.date.min, datetime.date.max
        return (self.first or earliest) <= (other.last or latest) and (other.first or earliest) <= (
            self.last or latest
        )


class Years(Record):
    """First and last year, both included."""

    first: int = Field(alias="from", ge=2000, le=2100)
    last: int = Field(alias="until", ge=2000, le=2100)

    @model_validator(mode="after")
    def _run_forward(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the years end in {self.last}, before they begin in {self.first}")
        return self


class UnitRef(Record):
    """A unit that has an official code, as it stood on a day; or a body of these files."""

    kind: UnitKind | None = None
    code: str = ""
    on: datetime.date | None = None
    body: Code | None = None

    @model_validator(mode="after")
    def _names_one_unit(self) -> Self:
        by_code = self.kind is not None and bool(self.code) and self.on is not None
        if by_code == (self.body is not None):
            raise ValueError("a unit is named by kind, code and day (on), or as a body")
        return self

    @property
    def key(self) -> tuple[str, str, datetime.date | None, str]:
        """What names the unit, wherever the reference stands."""
        return (self.kind.value if self.kind else "", self.code, self.on, self.body or "")

    def __str__(self) -> str:
        return self.body or f"{self.key[0]} with code {self.code} on {self.on}"
