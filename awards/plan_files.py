"""The schema of the plan files: which records there are, what each may say, what it must.

The files under `campaign/data/plans/` say what the plans of the campaign say, record by record.
Here each file is read and judged by itself; `plan_checks` judges them together and against the
source texts; `plan_loader` writes them into the database.

A file is a mapping. `source` and `document` at its top are the defaults of its records; every other
key is a list of records of one kind (see `PlanFile`).
"""

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from awards.plan_yaml import Place, PlanFilesRefused, YamlFile, read
from campaign.models import Confidence, DocumentKind, Passage, Phase
from core.data_files import Fault
from criteria import rules
from criteria.models import RouteMatter, RouteStep, Unregistered
from units.models import UnitKind

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
LineNumber = Annotated[int, Field(ge=1)]
Grade = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]


def _is_rule(data: dict[str, Any]) -> dict[str, Any]:
    rules.parse(data)
    return data


def _is_set_rule(data: dict[str, Any]) -> dict[str, Any]:
    rules.parse_set(data)
    return data


RuleData = Annotated[dict[str, Any], AfterValidator(_is_rule)]
SetRuleData = Annotated[dict[str, Any], AfterValidator(_is_set_rule)]


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


class SourceRecord(Record):
    """The text through which a document is known.

    A source with a `file` is held to its digest, and its records to its words. One without is a
    public page of which no text was kept: its records give a wording, and cannot quote.
    """

    code: Code
    confidence: Confidence
    title: Text
    publisher: str = ""
    author: str = ""
    published_on: datetime.date | None = None
    url: str = ""
    file: str = ""
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    ends: str = ""

    @model_validator(mode="after")
    def _text_has_digest(self) -> Self:
        has_text = self.confidence == Confidence.STATED
        if bool(self.file) != has_text or bool(self.sha256) != has_text:
            raise ValueError("a source is stated and has file and sha256, or has none of them")
        return self


class CitationRecord(Quoting):
    """A document names another: as its text writes it (`quote`), and in the normalised form."""

    cited: Code
    quote: Text
    normalised: Text
    relation: Literal["implements", "mentions"]


class DocumentRecord(Record):
    """A document with number, day, issuer and signer; what is unknown says why (`unknown`)."""

    code: Code
    kind: DocumentKind
    source: Text
    title: Text
    number: str = ""
    issued_on: datetime.date | None = None
    issued_text: str = ""
    issuer: str = ""
    signer: str = ""
    signer_position: str = ""
    unknown: dict[Literal["number", "issued_on", "issuer", "signer"], Text] = {}
    territory: UnitRef | None = None
    territory_name: str = ""
    period_text: str = ""
    is_campaign_plan: bool = False
    mentions: tuple[Mention, ...] = ()
    cites: tuple[CitationRecord, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_why_unknown(self) -> Self:
        for field in ("number", "issued_on", "issuer", "signer"):
            known = bool(getattr(self, field))
            if known and field in self.unknown:
                raise ValueError(f"{field} is given and unknown at once")
            if not known and field not in self.unknown:
                raise ValueError(f"{field} is neither given nor said to be unknown, and why")
        return self


class BodyRecord(Record):
    """A body that a plan speaks of and the official list of units does not have."""

    code: Code
    kind: UnitKind
    name: Text
    located_in: UnitRef
    source: Text
    mentions: tuple[Mention, ...] = Field(min_length=1)


class PassageRecord(Quoting):
    """A part of a document's text, in the order of the text."""

    code: Code
    document: Code
    section: Passage.Section
    article: str = Field(default="", max_length=60)
    number: str = Field(default="", max_length=20)
    quote: Text
    is_heading: bool = False


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


class AuthorityRecord(Record):
    """Who recognises a title in a period; null is chưa cấu hình, and `note` says why."""

    period: Period
    authority: str | None
    note: Text


class UnregisteredRecord(Record):
    """What follows for a unit that did not register, and the text that says so."""

    follows: Unregistered
    basis: Text = Field(max_length=300)


class TitleRecord(Quoting):
    """A title, one per tier. Where nobody is known to recognise it, `authorities` is empty."""

    code: Code
    name: Text
    tier: str = ""
    subject_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = ()
    valid_months: int | None = Field(default=None, ge=1)
    authorities: tuple[AuthorityRecord, ...] = ()
    unregistered: UnregisteredRecord | None = None
    document: Code | None = None
    mentions: tuple[Mention, ...] = ()
    note: str = ""


class AskedBy(Record):
    """What asks for a figure: a target of a document, a criteria set, or a title's share."""

    document: Code | None = None
    target: Text | None = None
    criteria_set: Code | None = Field(default=None, alias="set")
    title: Code | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        given = [self.document and self.target, self.criteria_set, self.title]
        if sum(bool(one) for one in given) != 1 or bool(self.document) != bool(self.target):
            raise ValueError("name a target with its document, or a set, or a title")
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


class RegisterLinkRecord(Record):
    """A criterion that speaks of a register of the campaign, and the words with which it does."""

    register_name: Literal["contributions", "initiatives", "inspections"] = Field(alias="register")
    criteria_set: Code = Field(alias="set")
    criterion: Text
    words: Text


class CriterionRecord(Quoting):
    """One criterion of a set.

    Known by its quote, or by the `wording` that a public page gives; or known to exist and nothing
    more (`no_source`): then it asks nothing, unless a rule says so, and is never concluded.

    `inside` names the record that owns the quoted sentence, where it is not this one.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$")]
    group: str = Field(default="", max_length=300)
    article: str = Field(default="", max_length=60)
    inside: str | None = None
    wording: str = ""
    status: Literal["known", "no_source"] = "known"
    evidence_hint: str = ""
    rule: RuleData | None = None
    note: str = ""

    @model_validator(mode="after")
    def _is_known_or_says_not(self) -> Self:
        if not (self.quote or self.wording):
            raise ValueError("a criterion needs a quote or a wording")
        if self.status == "known" and self.rule is None:
            raise ValueError("a criterion with a source needs a rule")
        if self.inside and not self.quote:
            raise ValueError("inside says where a quote stands; there is no quote")
        return self

    @property
    def text(self) -> str:
        """What a form shows: the wording, else the quote without its list mark, capitalised."""
        words = self.wording or self.quote.removeprefix("- ")
        return " ".join((words[:1].upper() + words[1:]).split())

    @property
    def spec(self) -> rules.CriterionSpec:
        """What the rule engine has to know of it."""
        rule = rules.parse(self.rule) if self.rule is not None else None
        return rules.CriterionSpec(self.code, rule, self.group, self.status == "known")


class CriteriaSetRecord(Quoting):
    """A version of the rules for kinds of units; published by being loaded.

    With a `title` (and grade) it is what that title is recognised by, without one it is a set of
    the campaign. `owner` is the unit whose territory it holds for; null is the whole country. Its
    quote is the words that begin the set in the source ("Đối với cấp xã:").
    """

    code: Code
    version: int = Field(default=1, ge=1)
    name: Text
    title: Code | None = None
    grade: Grade | None = None
    subject_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    subject_text: Text
    owner: UnitRef | None
    owner_name: Text
    document: Code
    article: str = Field(default="", max_length=60)
    inside: str | None = None
    period: Period
    in_force_basis: str = ""
    rule: SetRuleData
    criteria: tuple[CriterionRecord, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _rules_fit_together(self) -> Self:
        rules.check_set(rules.parse_set(self.rule), [criterion.spec for criterion in self.criteria])
        return self

    @property
    def purpose(self) -> str:
        """`emulation`, or `title` where it is for the recognition of one."""
        return "title" if self.title else "emulation"

    def competes_with(self, other: "CriteriaSetRecord") -> bool:
        """Whether some unit on some day would find both at the same distance for one purpose."""
        return (
            (self.title, self.grade) == (other.title, other.grade)
            and (self.owner and self.owner.key) == (other.owner and other.owner.key)
            and bool(set(self.subject_kinds) & set(other.subject_kinds))
            and self.period.meets(other.period)
        )


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


class AwardFormRecord(Quoting):
    """A form of commendation that a document names: for whom, when, decided by whom."""

    code: Code
    document: Code
    article: str = Field(default="", max_length=60)
    name: Text
    occasion: Literal["yearly", "phase_end"]
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


class ExclusionRecord(Quoting):
    """Text of a source that belongs to no record, by quote or by whole lines, and why.

    `foreign` says that it is not the document's own: a newspaper's headline, a site's navigation.
    """

    reason: Text
    foreign: bool
    lines: tuple[LineNumber, LineNumber] | None = None

    @model_validator(mode="after")
    def _names_text_once(self) -> Self:
        if bool(self.quote) == (self.lines is not None):
            raise ValueError("an exclusion names a quote or lines, one of them")
        return self


class PlanFile(Record):
    """The records of one data file, or of all of them together."""

    source: str | None = None
    document: str | None = None
    sources: tuple[SourceRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    bodies: tuple[BodyRecord, ...] = ()
    passages: tuple[PassageRecord, ...] = ()
    campaigns: tuple[CampaignRecord, ...] = ()
    phases: tuple[PhaseRecord, ...] = ()
    rounds: tuple[RoundRecord, ...] = ()
    titles: tuple[TitleRecord, ...] = ()
    criteria_sets: tuple[CriteriaSetRecord, ...] = ()
    targets: tuple[TargetRecord, ...] = ()
    award_forms: tuple[AwardFormRecord, ...] = ()
    routes: tuple[RouteRecord, ...] = ()
    figure_kinds: tuple[FigureKindRecord, ...] = ()
    register_links: tuple[RegisterLinkRecord, ...] = ()
    exclusions: tuple[ExclusionRecord, ...] = ()

    def quoting(self) -> Iterator[Quoting]:
        """Every record, at any depth, that rests on words of a source."""
        for name in RECORD_LISTS:
            for record in getattr(self, name):
                yield from _quoting(record)


#: The keys of a plan file that hold lists of records, in the order in which they are loaded.
RECORD_LISTS = tuple(name for name in PlanFile.model_fields if name not in ("source", "document"))

# Lists of records inside records; these inherit the source of the record around them.
_INNER_LISTS = ("criteria", "cites", "mentions")


def _quoting(record: Record) -> Iterator[Quoting]:
    if isinstance(record, Quoting):
        yield record
    for name in _INNER_LISTS:
        for child in getattr(record, name, ()):
            yield from _quoting(child)


def read_files(directory: Path) -> PlanFile:
    """Read and validate every `*.yaml` of a directory, each by itself, and put them together.

    Raises:
        PlanFilesRefused: with file, line and reason for each fault of each file.
    """
    files, faults = [], []
    for path in sorted(directory.glob("*.yaml")):
        try:
            files.append(read_file(path))
        except PlanFilesRefused as refused:
            faults += refused.faults
    if not files and not faults:
        faults = [Fault(directory.name, 1, "there are no plan files")]
    if faults:
        raise PlanFilesRefused(faults)
    together: dict[str, Any] = {
        name: tuple(record for file in files for record in getattr(file, name))
        for name in RECORD_LISTS
    }
    return PlanFile.model_construct(**together)


def read_file(path: Path) -> PlanFile:
    """Read and validate one plan file.

    Raises:
        PlanFilesRefused: with a line and a reason for each thing that the schema refuses.
    """
    file = read(path)
    try:
        return PlanFile.model_validate(_with_defaults(file.data)).placed(file, ())
    except ValidationError as error:
        raise PlanFilesRefused(list(_faults(file, error))) from error


def _with_defaults(data: Any) -> Any:
    """The file with its default `source` and `document` written into the records without one."""
    if not isinstance(data, dict):
        return data
    defaults = {key: data[key] for key in ("source", "document") if key in data}
    return {
        key: [_inherit(item, _known_to(key, defaults)) for item in value]
        if key in RECORD_LISTS and isinstance(value, list)
        else value
        for key, value in data.items()
    }


def _known_to(list_name: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Those defaults that the records of a list have a field for."""
    record = PlanFile.model_fields[list_name].annotation.__args__[0]  # type: ignore[union-attr]
    return {key: value for key, value in defaults.items() if key in record.model_fields}


def _inherit(item: Any, defaults: Mapping[str, Any]) -> Any:
    """A record with its defaults, and its source handed on to the records inside it."""
    if not isinstance(item, dict):
        return item
    full = {**defaults, **item}
    handed_on = {"source": full["source"]} if "source" in full else {}
    for name in _INNER_LISTS:
        if isinstance(full.get(name), list):
            full[name] = [_inherit(child, handed_on) for child in full[name]]
    return full


def _faults(file: YamlFile, error: ValidationError) -> Iterator[Fault]:
    """One fault for each thing pydantic found, at the line of the value that it speaks of."""
    for found in error.errors(include_url=False):
        place = found["loc"]
        what = ".".join(str(part) for part in place if isinstance(part, str)) or "file"
        reason = {"extra_forbidden": "unknown field", "missing": "missing"}.get(
            found["type"], found["msg"].removeprefix("Value error, ")
        )
        yield Fault(file.name, file.line_of(place), f"{what}: {reason}")
