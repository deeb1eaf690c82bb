"""Bringing a list in, for tests: each step as a person and the worker take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core.importing import running
from core.importing.kinds import KINDS
from core.models import Import
from tests.importing.files import Row, xlsx
from tests.unit_factories import REASON, Village
from units.models import Member, Placement, UnitKind

PLACE, NUMBER = "Thôn, ấp, khu, tổ dân phố hoặc cơ quan", "Số trong danh sách trên Cổng"
HEAD, PEOPLE, FIRST, LAST = "Họ và tên chủ hộ", "Số người", "Từ ngày", "Ngày cuối"
NAME, YEAR, HOUSEHOLD, IDENTITY = "Họ và tên", "Năm sinh", "Hộ số", "Số định danh"
HOUSEHOLDS = (PLACE, HEAD, PEOPLE)


@dataclass(frozen=True)
class Bringing:
    """Who brings lists into which commune."""

    village: Village

    @property
    def hamlet(self) -> Placement:
        """A hamlet of the commune."""
        return self.village.hamlet

    def bring(
        self,
        rows: Sequence[Row],
        code: str = "household",
        *,
        user: User | None = None,
        place: Placement | None = None,
        name: str = "danh sach.xlsx",
    ) -> Import:
        """A file as the worker has checked it."""
        content = xlsx(rows)
        return self.bring_file(content, code, user=user, place=place, name=name)

    def bring_file(
        self,
        content: bytes,
        code: str = "household",
        *,
        user: User | None = None,
        place: Placement | None = None,
        name: str = "danh sach.xlsx",
    ) -> Import:
        """A file, as bytes, as the worker has checked it."""
        user = user or self.village.xa
        where = KINDS[code].place(user, (place or self.village.land.commune).unit_id)
        assert where is not None
        subject = running.begin(user, code, where, name, content, REASON)
        return self.worked(subject)

    def worked(self, subject: Import) -> Import:
        """The import after a worker was at it."""
        running.work(subject.pk)
        return Import.objects.get(pk=subject.pk)

    def take(self, name: str, subject: Import, user: User | None = None) -> Import:
        """The import after a person took a step, and a worker did what it asks for."""
        running.take(name, subject.pk, user or self.village.xa)
        return self.worked(subject)

    def written(self, rows: Sequence[Row], code: str = "household", **options: Any) -> Import:
        """A file that was brought in and written."""
        subject = self.bring(rows, code, **options)
        assert (subject.sentence, faults(subject)) == ("", [])
        return self.take("order", subject)


def counts(subject: Import) -> tuple[int, int, int, int, int]:
    """New, changed, same, missing, wrong."""
    names = ("new", "changed", "same", "missing", "wrong")
    return tuple(subject.counts[name] for name in names)  # type: ignore[return-value]


def faults(subject: Import) -> list[tuple[int, str]]:
    """Row of the sheet and heading of each cell that is wrong."""
    by_column = {column: name for name, column in subject.columns.items()}
    rows = subject.rows.filter(outcome="wrong").order_by("line")
    return [(row.line, by_column[column]) for row in rows for column, _said in row.errors]


def changes(subject: Import) -> list[tuple[int, list[list[str]]]]:
    """Row of the sheet and what it would change."""
    rows = subject.rows.filter(outcome__in=("new", "changed")).order_by("line")
    return [(row.line, row.changes) for row in rows]


def picture(*homes: Placement) -> list[tuple[Any, ...]]:
    """Everything that stands in the lists of some homes, but how often it was saved."""
    rows = Member.objects.filter(home__in=[home.unit_id for home in homes])
    fields = (
        *("unit", "kind", "home", "number", "label", "people", "household", "sheet_group"),
        *("period", "unit__personal__name", "unit__personal__birth_year"),
        *("unit__personal__identity_digest", "unit__personal__identity_tail"),
    )
    return list(rows.order_by("pk").values_list(*fields))


def households(home: Placement) -> list[tuple[int, str, int | None]]:
    """Number, head and people of the households of a home."""
    rows = Member.objects.at(home.unit_id, UnitKind.HOUSEHOLD).order_by("number")
    return list(rows.values_list("number", "unit__personal__name", "people"))
