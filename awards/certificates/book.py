"""The book of commendations (sổ khen thưởng) of an issuer and year, as it is printed."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone, translation

from awards.models import AwardState, Certificate
from core import periods
from core.documents.blocks import Column, Paragraph, Row, Signing, Table
from core.documents.paper import Appendix, OpenDate, Paper
from units import scope
from units.letterheads import DEMONSTRATION, GOVERNED, locality
from units.models import Placement

COLUMNS = (
    Column("Số vào sổ", 0.8, "center"),
    Column("Tên tập thể, hộ gia đình, cá nhân", 2.8),
    Column("Hình thức", 2),
    Column("Quyết định", 1.8),
    Column("Số hiệu", 2.7),  # room for twelve of the widest letters in one line
    Column("Ghi chú", 2.4),
)


def issuers(user: Any) -> list[int]:
    """Keys of the units whose book `user` keeps."""
    return sorted(scope.of(user).units_with("decision.register"))


def years(issuer_id: int) -> list[int]:
    """The years of which a book has something, the latest first."""
    found = Certificate.objects.filter(issuer=issuer_id).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def rows(issuer_id: int, year: int) -> Iterable[Certificate]:
    """The lines of a book, in its order."""
    found = Certificate.objects.filter(issuer=issuer_id, year=year).select_related(
        "award__decision__form", "award__decision__given", "replacement"
    )
    return found.order_by("entry")


def book_paper(
    issuer: Placement, year: int, found: Iterable[Certificate], *, is_demo: bool
) -> Paper:
    """The book of a year, with the lines that `rows` finds."""
    with translation.override("vi"):
        governed = issuer.kind in GOVERNED
        lower = f"{issuer.name[:1].lower()}{issuer.name[1:]}"
        lines: tuple[Row, ...] = tuple(_row(one) for one in found)
        return Paper(
            issuer=f"Ủy ban nhân dân\n{lower}" if governed else issuer.name,
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
        _remark(one),
    )


def _remark(one: Certificate) -> str:
    if one.replaced_at:
        return f"Đã thay bằng số {one.replacement.entry:02d}"
    if one.award.state == AwardState.REVOKED and one.award.revoked_at:
        day = timezone.localdate(one.award.revoked_at)
        return f"Thu hồi ngày {day:%d/%m/%Y}: {one.award.revoking_document}"
    return ""
