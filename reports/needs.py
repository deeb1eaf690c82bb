"""What an installation needs on its disk, computed from what a measured province takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from awards.models import Award, Nomination, Submission, SubmissionLine
from awards.province.rows import LARGE
from awards.province.stage import PROVINCE_CODE
from core import periods
from criteria.models import RegistrationList, TitleLedger
from units.models import Figure, Placement, UnitKind

# What grows with the people of a place; the rest is the same for a commune and for the country.
GROWING: tuple[type[models.Model], ...] = (
    *LARGE,
    *(RegistrationList, TitleLedger, Figure, Nomination, Submission, SubmissionLine, Award),
)


@dataclass(frozen=True)
class Need:
    """An installation of so many communes: rows that grow, and bytes of tables and of indexes."""

    name: str
    communes: int
    rows: int
    tables: int
    indexes: int

    def __str__(self) -> str:
        return (
            f"{self.name:<10} {self.communes:>6,} communes {self.rows:>14,} rows"
            f"  tables {self.tables / 2**30:>8.2f} GiB  indexes {self.indexes / 2**30:>8.2f} GiB"
        )


def needs() -> Iterator[Need]:
    """A commune, the province that is loaded, and the country.

    Rows and bytes that grow are those of the province, by its communes; the others count whole.

    Raises:
        LookupError: the province is not there.
    """
    today = Placement.objects.on(periods.today())
    province = today.filter(kind=UnitKind.PROVINCE, code=PROVINCE_CODE).first()
    if province is None:
        raise LookupError("the units are not loaded: manage.py load_units")
    communes = today.filter(kind=UnitKind.COMMUNE)
    here, everywhere = communes.under(province.path).count(), communes.count()
    rows = sum(model._default_manager.count() for model in GROWING)
    names = [model._meta.db_table for model in GROWING]
    tables, indexes = _bytes(names, growing=True)
    other_tables, other_indexes = _bytes(names, growing=False)
    for name, number in (("commune", 1), ("province", here), ("country", everywhere)):
        yield Need(
            name,
            number,
            rows * number // here,
            tables * number // here + other_tables,
            indexes * number // here + other_indexes,
        )


def _bytes(names: list[str], *, growing: bool) -> tuple[int, int]:
    """The bytes of these tables, or of all others, with what is kept beside them, and of their
    indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_table_size(oid)), 0), coalesce(sum(pg_indexes_size(oid)), 0)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND (relname = ANY(%s)) = %s",
            [names, growing],
        )
        row: Any = cursor.fetchone()
    return int(row[0]), int(row[1])
