"""How far a target is, as a paper: a print of what the portal knows, so without a number and
without a signature."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils import translation

from campaign.models import Target
from core import periods
from core.documents.blocks import Bar, Block, Column, KeyValue, Paragraph, Table, Text
from core.documents.paper import Paper
from core.numbers import format_vi_number
from criteria import papers, targets
from criteria.targets import Standing
from reports.target_rows import Row
from units import letterheads

_COLUMNS = (
    Column("Đơn vị", 3),
    Column("Chỉ tiêu", 1.2, "right"),
    Column("Đã đạt", 2.2, "right"),
    Column("Biểu đồ", 2.6),
    Column("Còn thiếu", 1.4, "right"),
    Column("Mỗi năm", 1.2, "right"),
)


def standing(
    target: Target,
    together: Row,
    rows: Sequence[Row],
    *,
    day: periods.Day,
    issuer: str,
    digest: str,
    is_demo: bool,
) -> Paper:
    """A target with how far it is, together and of each commune.

    Args:
        day: of the figures.
        issuer: the unit for which it is printed.
        digest: the journal's digest of the day (core.seals.day_root); empty where there is none.
    """
    with translation.override("vi"):
        return Paper(
            issuer=issuer,
            symbol="",
            place=letterheads.locality(issuer),
            date=periods.today(),
            type_name="Bảng theo dõi",
            abstract=f"Thực hiện chỉ tiêu năm {target.year}: {target.counted}",
            body=tuple(_body(target, together, rows, day)),
            filed="",
            watermark=letterheads.DEMONSTRATION if is_demo else "",
            footer=papers.printed(digest),
        )


def _body(target: Target, together: Row, rows: Sequence[Row], day: periods.Day) -> Iterator[Block]:
    one, allotted = together.standing, targets.allotted_together(row.standing for row in rows)
    pairs: list[tuple[str, Text]] = [
        ("Văn bản", papers.citation(target.document)),
        ("Tính trên", target.among),
        ("Chỉ tiêu", f"{one.goal}%"),
    ]
    if allotted:
        said = f"{_percent(allotted.share)} ({format_vi_number(allotted.needed)})"
        pairs.append(("Tổng đã giao", said))
    pairs.append(("Đã đạt", _reached(one)))
    if one.wanting:
        points = format_vi_number(one.points or Decimal())
        pairs.append(("Còn thiếu", f"{format_vi_number(one.wanting)} ({points} điểm phần trăm)"))
    pairs.append(("Số liệu ngày", f"{day:%d/%m/%Y}"))
    pairs.append(("Số xã có số liệu", f"{one.places[0]}/{one.places[1]}"))
    yield KeyValue(tuple(pairs))
    yield Table(_COLUMNS, tuple(_cells(rows)))
    yield Paragraph(
        "Biểu đồ: phần đậm là tỷ lệ đã đạt, vạch đứng là chỉ tiêu; cả chiều dài là 100%."
    )


def _cells(rows: Iterable[Row]) -> Iterator[tuple[Text, ...]]:
    for row in rows:
        one = row.standing
        name = row.place.name if row.place else ""
        yield (
            name,
            f"{one.goal}%",
            _reached(one),
            _bar(one),
            "" if one.wanting is None else format_vi_number(one.wanting),
            format_vi_number(row.a_year) if row.a_year else "",
        )


def _reached(one: Standing) -> str:
    if one.reached is None or one.counted is None or one.among is None:
        return one.fault or f"Chưa khai: {'; '.join(one.missing)}".removesuffix(": ")
    counted, among = format_vi_number(one.counted), format_vi_number(one.among)
    return f"{_percent(one.reached)} ({counted}/{among})"


def _bar(one: Standing) -> Text:
    if one.reached is None:
        return ""
    said = f"Đã đạt {_percent(one.reached)}, chỉ tiêu {one.goal}%"
    return (Bar(one.reached, one.share, said),)


def _percent(share: Decimal) -> str:
    return f"{format_vi_number(share)}%"
