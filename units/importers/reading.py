"""What the portal knows of the members of some homes, read at once for a whole list."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Sum

from core import periods
from units import members, personal
from units.members import MemberEntry, States
from units.models import Member, PersonalRecord, UnitKind

_FIELDS = (
    *("pk", "unit", "home", "number", "label", "people", "household", "sheet_group", "period"),
    *("unit__version", "has_moved", "has_come"),
    *("unit__personal__name", "unit__personal__birth_year"),
    *("unit__personal__identity_digest", "unit__personal__identity_tail"),
)
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A member as it stands in a list.

    Attributes:
        household: the unit of a citizen's household.
        ended: whether it belongs there no longer.
    """

    member: int
    unit: int
    home: int
    number: int
    version: int
    entry: MemberEntry
    household: int | None
    digest: str
    tail: str
    period: periods.Period
    states: States
    ended: bool

    def stored(self) -> dict[str, Any]:
        """What an import writes, as it stood before."""
        return stored(self.entry, self.household) | {
            "member": self.member,
            "version": self.version,
            "digest": self.digest or None,
            "tail": self.tail,
        }


def stored(entry: MemberEntry, household: int | None) -> dict[str, Any]:
    """An entry as staging keeps it; its identity number is not among it."""
    return {
        "name": entry.name,
        "people": entry.people,
        "birth_year": entry.birth_year,
        "sheet_group": entry.sheet_group,
        "household": household,
        "first_day": entry.first_day.isoformat() if entry.first_day else None,
        "last_day": entry.last_day.isoformat() if entry.last_day else None,
    }


def known(homes: Collection[int], kind: str) -> list[Known]:
    """The members of a kind that some homes have or had, by home and number (two queries)."""
    numbers = household_numbers(homes) if kind == UnitKind.CITIZEN else {}
    by_unit = {unit: number for (_home, number), unit in numbers.items()}
    today = periods.today()
    rows = Member.objects.filter(home__in=homes, kind=kind)
    rows = members.with_moves(members.last_states(rows)).order_by("home", "number", "pk")
    found = []
    for row in rows.values_list(*_FIELDS):
        pk, unit, home, number, label, people, household, group, period, version = row[:10]
        moved, came, name, birth_year, digest, tail = row[10:]
        entry = MemberEntry(
            name=label if kind == UnitKind.CLAN else name or "",
            people=people,
            birth_year=birth_year,
            household=by_unit.get(household),
            sheet_group=group,
            first_day=periods.first_day(period),
            last_day=periods.last_day(period),
        )
        places = (pk, unit, home, number, version, entry, household)
        states = States(moved, came)
        ended = entry.last_day is not None and entry.last_day < today
        found.append(Known(*places, digest or "", tail or "", period, states, ended))
    return found


def household_numbers(homes: Collection[int]) -> dict[tuple[int, int], int]:
    """The unit of each household by home and number, the last of those with one number (one
    query)."""
    rows = Member.objects.filter(home__in=homes, kind=UnitKind.HOUSEHOLD).order_by("period")
    return {
        (home, number): unit for home, number, unit in rows.values_list("home", "number", "unit")
    }


def new_keys(number: int) -> list[int]:
    """Keys for so many new units, which nobody else is given (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('units_unit', 'id'))"
            " FROM generate_series(1, %s)",
            [number],
        )
        return [key for (key,) in cursor.fetchall()]


def holders(numbers: Collection[str]) -> dict[str, int]:
    """The unit that has each of these identity numbers, by its digest."""
    digests = sorted({personal.digest(number) for number in numbers})
    found: dict[str, int] = {}
    for start in range(0, len(digests), _AT_ONCE):
        some = PersonalRecord.objects.filter(identity_digest__in=digests[start : start + _AT_ONCE])
        for digest, unit in some.values_list("identity_digest", "unit"):
            found[digest or ""] = unit
    return found


def fingerprints(homes: Collection[int], kind: str) -> dict[str, list[int]]:
    """The state of each list in figures: any row that is saved, entered or moved changes them, for
    citizens also one of their households (one query)."""
    kinds = {kind, UnitKind.HOUSEHOLD} if kind == UnitKind.CITIZEN else {kind}
    rows = Member.objects.filter(home__in=homes, kind__in=kinds).order_by().values("home")
    rows = rows.annotate(Count("pk"), Max("pk"), Sum("unit__version"))
    found = {str(home): [0, 0, 0] for home in homes}
    for row in rows:
        found[str(row["home"])] = [row["pk__count"], row["pk__max"], row["unit__version__sum"]]
    return found
