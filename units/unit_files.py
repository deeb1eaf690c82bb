"""The official units as files: read, and checked against each other, before anything is loaded.

The files stand in `units/data/` and its README says what each is and where it is from. Every fault
is found in one pass and names its file and line; files with a fault give nothing.
"""

import csv
import datetime
import hashlib
import io
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from core import periods
from core.data_files import DataFilesRefused, Fault
from units.models import Extent, UnitKind

DIRECTORY = Path(__file__).resolve().parent / "data"
BEFORE = "vn_legacy_units.csv"
AFTER = "vn_2025_units.csv"
COMMUNE_MAP = "vn_commune_map.csv"
PROVINCE_MAP = "vn_province_map.csv"
LATER_CHANGES = "vn_later_changes.csv"
COLUMNS = {
    BEFORE: ("level", "code", "name", "type", "parent_code"),
    AFTER: ("level", "code", "name", "type", "parent_code"),
    COMMUNE_MAP: ("old_level", "old_code", "new_code", "kind", "is_default"),
    PROVINCE_MAP: ("old_code", "new_code"),
    LATER_CHANGES: ("level", "code", "first_day", "name", "type", "basis", "source"),
}

# The day between the two lists.
REFORM_DAY = datetime.date(2025, 7, 1)
# What lies in what; None: directly in the country.
LEVELS_BEFORE = {"province": None, "district": "province", "commune": "district"}
LEVELS_AFTER = {"province": None, "commune": "province"}
CODE_LENGTHS = {"province": 2, "district": 3, "commune": 5}
TYPES = (
    *("Tỉnh", "Thành phố", "Thị xã", "Quận", "Huyện"),
    *("Phường", "Xã", "Thị trấn", "Đặc khu"),
)

Key = tuple[str, str]  # (level, code): what identifies a unit within one of the two lists
Row = dict[str, str]
Item = TypeVar("Item")


class UnitFilesRefused(DataFilesRefused):
    """The lists of units are not loaded."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as one of the two lists gives it."""

    file: str
    line: int
    kind: UnitKind
    code: str
    name: str
    type_name: str
    parent: Key | None
    doubt: str = ""  # where the table contradicts itself

    @property
    def key(self) -> Key:
        return self.kind.value, self.code

    @property
    def proper_name(self) -> str:
        """The name without its type in front: `Vĩnh Long` of `Tỉnh Vĩnh Long`."""
        return self.name[len(_type_in(self.name)) :].strip()


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """A unit of the list before, and one that followed it."""

    file: str
    line: int
    old: Key
    new: Key
    extent: Extent
    is_default: bool


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A new name and type of a unit of the list after, from a day on."""

    file: str
    line: int
    unit: Key
    first_day: periods.Day
    name: str
    type_name: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitFiles:
    """All files, consistent with each other."""

    before: Mapping[Key, UnitRow]
    after: Mapping[Key, UnitRow]
    successions: tuple[SuccessionRow, ...]
    later_changes: tuple[LaterChange, ...]
    digest: str  # SHA-256 over the contents


def read(directory: Path = DIRECTORY) -> UnitFiles:
    """Read and check all files of `directory`.

    Raises:
        UnitFilesRefused: a file is missing, no UTF-8 table with the columns it must have, or says
            something that contradicts itself or another file.
    """
    return _Reader(directory).read()


@dataclass
class _Reader:
    """Reads the files of a directory and gathers what is wrong with them."""

    directory: Path
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> UnitFiles:
        tables = {name: self._table(name) for name in COLUMNS}
        self._stop_at_faults()
        before = self._units(BEFORE, tables[BEFORE], LEVELS_BEFORE)
        after = self._units(AFTER, tables[AFTER], LEVELS_AFTER)
        successions = [
            *self._parsed(PROVINCE_MAP, tables[PROVINCE_MAP], _province_succession),
            *self._parsed(COMMUNE_MAP, tables[COMMUNE_MAP], _commune_succession),
        ]
        changes = list(self._parsed(LATER_CHANGES, tables[LATER_CHANGES], _later_change))
        self._stop_at_faults()
        self.faults += _faults_of_successions(before, after, successions)
        self.faults += _faults_of_changes(after, changes)
        self._stop_at_faults()
        return UnitFiles(before, after, tuple(successions), tuple(changes), self._digest())

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise UnitFilesRefused(self.faults)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(COLUMNS):
            digest.update((self.directory / name).read_bytes())
        return digest.hexdigest()

    def _table(self, name: str) -> list[tuple[int, Row]]:
        """The rows of a file with their lines; in NFC, as the sources mix forms."""
        try:
            text = (self.directory / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.faults.append(Fault(name, 1, "the file is missing"))
            return []
        except UnicodeDecodeError as error:
            self.faults.append(Fault(name, 1, f"not UTF-8: {error.reason}"))
            return []
        rows = csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text), newline=""))
        if problem := _problem_of_header(tuple(rows.fieldnames or ()), COLUMNS[name]):
            self.faults.append(Fault(name, 1, problem))
            return []
        return list(self._complete(name, rows))

    def _complete(self, name: str, rows: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
        for row in rows:
            if None in row or None in row.values():
                reason = f"it has not the {len(COLUMNS[name])} fields of the first line"
                self.faults.append(Fault(name, rows.line_num, reason))
            else:
                yield rows.line_num, {column: value.strip() for column, value in row.items()}

    def _parsed(
        self, name: str, table: list[tuple[int, Row]], parse: Callable[[str, int, Row], Item]
    ) -> list[Item]:
        """The rows as objects; what `parse` refuses becomes a fault."""
        items = []
        for line, row in table:
            try:
                items.append(parse(name, line, row))
            except _Refused as refused:
                self.faults.append(Fault(name, line, str(refused)))
        return items

    def _units(
        self, name: str, table: list[tuple[int, Row]], levels: Mapping[str, str | None]
    ) -> dict[Key, UnitRow]:
        rows = self._parsed(name, table, partial(_unit, levels))
        units: dict[Key, UnitRow] = {}
        for row in rows:
            if row.key in units:
                reason = f"{row.kind.value} {row.code} stands already in line {units[row.key].line}"
                self.faults.append(Fault(name, row.line, reason))
            else:
                units[row.key] = row
        if len(rows) == len(table):  # a row that cannot be read would be missed by those in it
            self.faults += [
                Fault(name, row.line, f"there is no {row.parent[0]} {row.parent[1]} to lie in")
                for row in rows
                if row.parent and row.parent not in units
            ]
        return units


class _Refused(Exception):
    """Why a row cannot be read."""


def _problem_of_header(found: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    missing = [column for column in wanted if column not in found]
    unknown = [column for column in found if column not in wanted]
    if missing:
        return f"the column {', '.join(missing)} is missing"
    if unknown:
        return f"the column {', '.join(unknown)} is unknown"
    return f"a column is given twice: {', '.join(found)}" if len(found) > len(wanted) else ""


def _unit(levels: Mapping[str, str | None], file: str, line: int, row: Row) -> UnitRow:
    level = _one_of(row["level"], levels, "level")
    above = levels[level]
    if above is None and row["parent_code"]:
        raise _Refused(f"a {level} lies in the country itself, not in {row['parent_code']}")
    name = _given(row["name"], "name")
    # The name is what stands on papers: where the column says otherwise, the name goes before it.
    type_name = _type_in(name) or _given(row["type"], "type")
    return UnitRow(
        file,
        line,
        UnitKind(level),
        _code(level, row["code"]),
        name,
        type_name,
        (above, _code(above, row["parent_code"])) if above else None,
        doubt=f"cột loại ghi {row['type']}" if row["type"] not in ("", type_name) else "",
    )


def _type_in(name: str) -> str:
    """The type that a name begins with, however it is capitalised; empty if none."""
    return next(
        (known for known in TYPES if name.casefold().startswith(f"{known} ".casefold())), ""
    )


def _province_succession(file: str, line: int, row: Row) -> SuccessionRow:
    return SuccessionRow(
        file,
        line,
        ("province", _code("province", row["old_code"])),
        ("province", _code("province", row["new_code"])),
        Extent.WHOLE,
        is_default=True,
    )


def _commune_succession(file: str, line: int, row: Row) -> SuccessionRow:
    level = _one_of(row["old_level"], ("district", "commune"), "level")
    return SuccessionRow(
        file,
        line,
        (level, _code(level, row["old_code"])),
        ("commune", _code("commune", row["new_code"])),
        Extent(_one_of(row["kind"], Extent.values, "kind")),
        is_default=_one_of(row["is_default"], ("0", "1"), "is_default") == "1",
    )


def _later_change(file: str, line: int, row: Row) -> LaterChange:
    level = _one_of(row["level"], LEVELS_AFTER, "level")
    try:
        first_day = datetime.date.fromisoformat(row["first_day"])
    except ValueError as error:
        raise _Refused(f"first_day: {row['first_day']!r} is no day (YYYY-MM-DD)") from error
    return LaterChange(
        file,
        line,
        (level, _code(level, row["code"])),
        first_day,
        _given(row["name"], "name"),
        _given(row["type"], "type"),
        _given(row["basis"], "basis"),
        _given(row["source"], "source"),
    )


def _given(value: str, column: str) -> str:
    if not value:
        raise _Refused(f"{column} is empty")
    return value


def _one_of(value: str, known: Mapping[str, object] | Sequence[str], column: str) -> str:
    if value not in known:
        raise _Refused(f"{column}: {value!r} is unknown (known: {', '.join(known)})")
    return value


def _code(level: str, code: str) -> str:
    """An official code is text: a spreadsheet that drops its zeros makes another unit of it."""
    length = CODE_LENGTHS[level]
    if len(code) != length or not (code.isascii() and code.isdigit()):
        raise _Refused(f"code: {code!r} is no code of a {level} ({length} digits)")
    return code


def _faults_of_successions(
    before: Mapping[Key, UnitRow], after: Mapping[Key, UnitRow], rows: list[SuccessionRow]
) -> Iterator[Fault]:
    for row in rows:
        if row.old not in before:
            yield Fault(row.file, row.line, f"there is no {row.old[0]} {row.old[1]} in {BEFORE}")
        if row.new not in after:
            yield Fault(row.file, row.line, f"there is no {row.new[0]} {row.new[1]} in {AFTER}")
    successors: dict[Key, list[SuccessionRow]] = defaultdict(list)
    for row in rows:
        successors[row.old].append(row)
    for same_old in successors.values():
        yield from _faults_of_one_predecessor(same_old)
    yield from _faults_of_the_forgotten(before, after, rows)


def _faults_of_one_predecessor(rows: list[SuccessionRow]) -> Iterator[Fault]:
    first = rows[0]
    level, code = first.old
    for key, times in Counter(row.new for row in rows).items():
        if times > 1:
            yield Fault(
                rows[-1].file, rows[-1].line, f"{level} {code} → {key[1]} stands {times} times"
            )
    if sum(row.is_default for row in rows) != 1:
        yield Fault(first.file, first.line, f"{level} {code} needs exactly one default successor")
    if (len(rows) == 1) != (first.extent == Extent.WHOLE) or len({row.extent for row in rows}) > 1:
        reason = f"{level} {code}: whole goes to one successor, parts go to several"
        yield Fault(first.file, first.line, reason)


def _faults_of_the_forgotten(
    before: Mapping[Key, UnitRow], after: Mapping[Key, UnitRow], rows: list[SuccessionRow]
) -> Iterator[Fault]:
    """Provinces and communes follow and are followed; districts may end with nothing after them."""
    old, new = {row.old for row in rows}, {row.new for row in rows}
    for unit in before.values():
        if unit.kind != UnitKind.DISTRICT and unit.key not in old:
            yield Fault(unit.file, unit.line, f"{unit.kind.value} {unit.code} has no successor")
    for unit in after.values():
        if unit.key not in new:
            yield Fault(unit.file, unit.line, f"{unit.kind.value} {unit.code} follows nothing")


def _faults_of_changes(after: Mapping[Key, UnitRow], changes: list[LaterChange]) -> Iterator[Fault]:
    last: dict[Key, periods.Day] = {}
    for change in changes:
        if change.unit not in after:
            reason = f"there is no {change.unit[0]} {change.unit[1]} in {AFTER}"
            yield Fault(change.file, change.line, reason)
        if change.first_day <= last.get(change.unit, REFORM_DAY):
            reason = f"{change.first_day} is not after the state before it"
            yield Fault(change.file, change.line, reason)
        last[change.unit] = change.first_day
