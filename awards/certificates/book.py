"""The book of commendations (sổ khen thưởng) of an issuer: its lines, and a year on paper."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation

from awards.models import Certificate
from core import periods
from core.documents.blocks import Column, Paragraph, Row, Signing, Table
from core.documents.paper import Appendix, OpenDate, Paper
from units import scope
from units.letterheads import DEMONSTRATION, body_of, locality
from units.models import Placement

COLUMNS = (
    Column("Số vào sổ", 0.8, "center"),
    Column("Tên tập thể, hộ gia đình, cá nhân", 2.8),
    Column("Hình thức", 2.6),
    Column("Quyết định", 1.8),
    Column("Số hiệu", 2.7),  # room for twelve of the widest letters in one line
    Column("Ghi chú", 1.8),
)
# So short that it is the number of something.
_NUMBER = re.compile(r"(\d{1,6})(?:/(\d{4}|\D.*))?")


def issuers(user: Any) -> list[Placement]:
    """The units whose book `user` keeps, as they are called today."""
    units = scope.of(user).units_with("decision.register")
    return list(Placement.objects.on(periods.today()).filter(unit__in=units).order_by("name", "pk"))


def years(issuer_id: int) -> list[int]:
    """The years of which a book has something, the latest first."""
    found = Certificate.objects.filter(issuer=issuer_id).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def rows(issuer_id: int, year: int | None = None, words: str = "") -> "QuerySet[Certificate]":
    """The lines of a book, in its order.

    Args:
        words: part of a name, a symbol or a serial; or a number, of the book or of a decision, with
            or without what follows its stroke.
    """
    found = Certificate.objects.filter(issuer=issuer_id).select_related(
        "award__decision__form", "award__decision__given", "replacement"
    )
    if year:
        found = found.filter(year=year)
    if words:
        found = found.filter(_says(words))
    return found.order_by("year", "entry")


def _says(words: str) -> Q:
    number = _NUMBER.fullmatch(words)
    if number is None:
        plain = Q(name__icontains=words) | Q(serial__icontains=words)
        return plain | Q(award__decision__symbol__icontains=words)
    value, rest = int(number[1]), number[2] or ""
    if rest.isdigit():  # as it stands on a certificate: 05/2026
        return Q(entry=value, year=int(rest)) | Q(award__decision__number=value, year=int(rest))
    decision = Q(award__decision__number=value, award__decision__symbol__istartswith=rest)
    return decision if rest else decision | Q(entry=value)


def book_paper(
    issuer: Placement, year: int, found: Iterable[Certificate], *, is_demo: bool
) -> Paper:
    """The book of a year, with the lines that `rows` finds."""
    with translation.override("vi"):
        lines: tuple[Row, ...] = tuple(_row(one) for one in found)
        return Paper(
            issuer=body_of(issuer.name, issuer.kind, "\n"),
            symbol="",
            place=locality(issuer.name),
            date=OpenDate(periods.today().year),
            type_name="Sổ khen thưởng",
            abstract=f"Năm {year}",
            body=(Paragraph(f"Sổ có {len(lines)} dòng, ghi tại phụ lục."),),
            signing=Signing("Người giữ sổ"),
            appendices=(
                Appendix(f"Sổ khen thưởng năm {year}", (Table(COLUMNS, lines),), landscape=True),
            ),
            watermark=DEMONSTRATION if is_demo else "",
        )


def _row(one: Certificate) -> tuple[str, ...]:
    decision = one.award.decision
    return (
        f"{one.entry:02d}",
        one.name,
        decision.award_form.name,
        f"{decision.reference} ngày {decision.dated:%d/%m/%Y}",
        one.serial,
        one.remark,
    )
