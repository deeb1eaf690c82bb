"""The official units, before and after the reform of 01/07/2025, from files to rows.

A unit of the list after is the same `Unit` as one of the list before where the table shows that
nothing but its place, code or type changed (see `_continues`); everything else that followed is a
`Succession`. Both lists hang under one unit of the kind country.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from core import journal, periods
from units import names
from units.models import Extent, Placement, Reform, Succession, Unit, UnitKind
from units.unit_files import (
    DIRECTORY,
    REFORM_DAY,
    Key,
    LaterChange,
    SuccessionRow,
    UnitFiles,
    UnitRow,
    read,
)

COUNTRY = "Việt Nam"
LAST_DAY_BEFORE = REFORM_DAY - periods.ONE_DAY
# What the sources give, and no more: the resolutions of the reform themselves are not among them.
REFORM = "Cải cách chính quyền địa phương hai cấp"
REFORM_CITATION = (
    "Mã đơn vị hành chính theo Quyết định 19/2025/QĐ-TTg; nghị quyết sắp xếp: chưa có nguồn"
)
# The sources of later changes list no units inside.
INSIDE_UNCHANGED = "loại mới của các đơn vị trên địa bàn từ ngày này chưa có trong dữ liệu"
PACKAGE = "Gói PyPI vietnamadminunits 1.0.4 (dữ liệu cộng đồng, không phải công báo)"


class LoadRefused(Exception):
    """The database holds other units than the files; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a load did, counted."""

    loaded: bool  # False: everything was there already
    before: Counter[UnitKind] = field(default_factory=Counter)
    after: Counter[UnitKind] = field(default_factory=Counter)
    continued: Counter[UnitKind] = field(default_factory=Counter)
    units: int = 0
    placements: int = 0
    successions: int = 0
    divided: int = 0


@dataclass(slots=True, eq=False)
class _Identity:
    """One unit to be: its row in the list before, in the list after, or in both."""

    before: UnitRow | None
    after: UnitRow | None
    unit: Unit


def load(directory: Path = DIRECTORY) -> Summary:
    """Load the units of `directory`; loading the same files again changes nothing.

    Raises:
        unit_files.UnitFilesRefused: the files contradict themselves; nothing is loaded.
        LoadRefused: units were loaded from other files, or entered by other ways, before.
    """
    files = read(directory)
    digest = f"SHA-256 {files.digest}"
    with journal.act("load_units"):
        if reform := Reform.objects.filter(effective_on=REFORM_DAY, name=REFORM).first():
            if reform.provenance.endswith(digest):
                return Summary(loaded=False)
            raise LoadRefused(
                "The units in the database were loaded from other files. What is loaded is "
                "corrected in the portal, with the resolution; it is not loaded over."
            )
        if Placement.objects.exists():
            raise LoadRefused(
                "The database holds units that were not loaded from these files. Load into a "
                "database that has none yet."
            )
        reform = Reform.objects.create(
            name=REFORM,
            citation=REFORM_CITATION,
            effective_on=REFORM_DAY,
            provenance=f"{PACKAGE}; {digest}",
        )
        return _save(files, reform)


def _save(files: UnitFiles, reform: Reform) -> Summary:
    identities = _identities(files)
    country = Unit(kind=UnitKind.COUNTRY)
    Unit.objects.bulk_create([country, *(identity.unit for identity in identities)])
    placements = Placement.objects.bulk_create(_placements(files, identities, country))
    successions = Succession.objects.bulk_create(_successions(files, identities, reform))
    return Summary(
        loaded=True,
        before=Counter(row.kind for row in files.before.values()),
        after=Counter(row.kind for row in files.after.values()),
        continued=Counter(one.after.kind for one in identities if one.before and one.after),
        units=len(identities) + 1,
        placements=len(placements),
        successions=len(successions),
        divided=len({row.old for row in files.successions if row.extent == Extent.PART}),
    )


# Who is who


def _identities(files: UnitFiles) -> list[_Identity]:
    """Every unit of either list once, those above before those in them."""
    old_of = {row.new: row.old for row in _continued(files)}
    gone_on = set(old_of.values())
    ended = [row for key, row in files.before.items() if key not in gone_on]
    earlier = {new: files.before[old] for new, old in old_of.items()}
    return [
        *(_Identity(row, None, Unit(kind=row.kind)) for row in ended),
        *(
            _Identity(earlier.get(key), row, Unit(kind=row.kind))
            for key, row in files.after.items()
        ),
    ]


def _continued(files: UnitFiles) -> Iterator[SuccessionRow]:
    predecessors = Counter(row.new for row in files.successions)
    for row in files.successions:
        alone = predecessors[row.new] == 1 and row.extent == Extent.WHOLE
        if alone and _continues(files.before[row.old], files.after[row.new]):
            yield row


def _continues(old: UnitRow, new: UnitRow) -> bool:
    """Whether the only predecessor of `new`, taken over whole, is `new` itself at an earlier time.

    The name decides, without the type (thị trấn → xã) and however its tones and capitals are
    written. A unit of another kind (district → commune) is another unit.
    """
    return old.kind == new.kind and names.key(old.proper_name) == names.key(new.proper_name)


# Their states


@dataclass(frozen=True, slots=True)
class _Era:
    """One of the two lists, with the units that its rows became."""

    rows: Mapping[Key, UnitRow]
    units: Mapping[Key, Unit]
    country: Unit

    def placement(self, row: UnitRow, period: periods.Period, basis: str = "") -> Placement:
        """The state that `row` describes."""
        return Placement(
            unit=self.units[row.key],
            kind=row.kind,
            name=row.name,
            type_name=row.type_name,
            code=row.code,
            located_in=self.units[row.parent] if row.parent else self.country,
            path=self.path(row.key),
            period=period,
            basis=basis,
            provenance=f"{PACKAGE}, {row.file}, dòng {row.line}"
            + (f"; {row.doubt}" if row.doubt else ""),
        )

    def path(self, key: Key | None) -> str:
        """The chain of units from the country down to that of `key`."""
        if key is None:
            return f"/{self.country.pk}/"
        return f"{self.path(self.rows[key].parent)}{self.units[key].pk}/"


def _placements(
    files: UnitFiles, identities: Iterable[_Identity], country: Unit
) -> Iterator[Placement]:
    always = periods.between(None, None)
    before = _Era(
        files.before, {one.before.key: one.unit for one in identities if one.before}, country
    )
    after = _Era(files.after, {one.after.key: one.unit for one in identities if one.after}, country)
    changes: dict[Key, list[LaterChange]] = defaultdict(list)
    for change in files.later_changes:
        changes[change.unit].append(change)

    yield Placement(
        unit=country,
        kind=UnitKind.COUNTRY,
        name=COUNTRY,
        path=after.path(None),
        period=always,
    )
    for one in identities:
        states = []
        if one.before:
            states.append(before.placement(one.before, periods.between(None, LAST_DAY_BEFORE)))
        if one.after:
            state = after.placement(one.after, periods.between(REFORM_DAY, None), REFORM)
            states += _changed(state, changes[one.after.key])
        yield from _joined(states)


def _changed(state: Placement, changes: Iterable[LaterChange]) -> list[Placement]:
    """`state` up to the first change, and the state that each change leads to."""
    states = [state]
    for change in changes:
        last = states[-1]
        following = copy(last)
        last.period = periods.between(
            periods.first_day(last.period), change.first_day - periods.ONE_DAY
        )
        following.name, following.type_name = change.name, change.type_name
        following.period = periods.between(change.first_day, None)
        following.basis = change.basis
        following.provenance = f"{change.source}; {INSIDE_UNCHANGED}"
        states.append(following)
    return states


def _joined(states: list[Placement]) -> list[Placement]:
    """The states, the first two in one where nothing but the period tells them apart."""
    if len(states) > 1 and _what(states[0]) == _what(states[1]):
        first, second, *later = states
        first.period = periods.between(None, periods.last_day(second.period))
        return [first, *later]
    return states


def _what(state: Placement) -> tuple[str, ...]:
    return state.name, state.type_name, state.code, state.path


# Who followed whom


def _successions(
    files: UnitFiles, identities: Iterable[_Identity], reform: Reform
) -> Iterator[Succession]:
    before = {one.before.key: one.unit for one in identities if one.before}
    after = {one.after.key: one.unit for one in identities if one.after}
    for row in files.successions:
        if before[row.old] is not after[row.new]:
            yield Succession(
                reform=reform,
                predecessor=before[row.old],
                successor=after[row.new],
                extent=row.extent,
                is_default=row.is_default,
            )
