"""The plan files: which lists of records each may hold, and reading them.

The files under `campaign/data/plans/` say what the plans of the campaign say, record by record.
Here each file is read and judged by itself; `checks` judges them together and against the source
texts; `loader` writes them into the database.

A file is a mapping. `source` and `document` at its top are the defaults of its records; every other
key is a list of records of one kind (see `PlanFile`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from awards.plans.records.base import Quoting, Record
from awards.plans.records.campaign import (
    CampaignRecord,
    FigureKindRecord,
    PhaseRecord,
    RoundRecord,
    TargetRecord,
)
from awards.plans.records.commendation import AwardFormRecord, RouteRecord
from awards.plans.records.criteria import CriteriaSetRecord, RegisterLinkRecord, TitleRecord
from awards.plans.records.documents import (
    BodyRecord,
    DocumentRecord,
    ExclusionRecord,
    PassageRecord,
    SourceRecord,
)
from awards.plans.yaml_files import PlanFilesRefused, YamlFile, parse, read
from core.data_files import Fault


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
    return _validated(read(path))


def parse_file(name: str, content: bytes) -> PlanFile:
    """Read and validate the content of a plan file. Raises as `read_file`."""
    return _validated(parse(name, content))


def _validated(file: YamlFile) -> PlanFile:
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


def inherited(item: dict[str, Any]) -> Any:
    """A record with its source handed on to the records inside it that name none."""
    return _inherit(item, {})


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
