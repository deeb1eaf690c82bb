"""The paper of all that the portal holds of a person; Vietnamese in every language."""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import timezone, translation

from accounts import demonstration
from core import periods, seals
from core.documents.blocks import Block, Column, Heading, KeyValue, Paragraph, Signing, Table
from core.documents.paper import OpenDate, Paper
from core.models import ImportRow
from units import erasing
from units.erasing import Person, Told
from units.letterheads import DEMONSTRATION, body_of, locality
from units.models import (
    ERASED,
    WITHHELD,
    Member,
    PersonalExport,
    PersonalLookup,
    PersonalReading,
    PersonalRecord,
    PersonalRequest,
    Placement,
    WithheldRecord,
)
from units.requesting import terms


def copy_of(request: PersonalRequest, office: Placement, person: Person) -> Paper:
    """The paper that answers a request for sight of data.

    Args:
        office: who answers.
    """
    with translation.override("vi"):
        return Paper(
            issuer=body_of(office.name, office.kind, "\n"),
            symbol="",
            place=locality(office.name),
            date=OpenDate(periods.today().year),
            type_name="Bản dữ liệu cá nhân",
            abstract="Cung cấp theo yêu cầu của chủ thể dữ liệu",
            body=tuple(_body(request, person)),
            signing=Signing("Người cung cấp"),
            recipients=("Người yêu cầu",),
            filed="hồ sơ yêu cầu",
            watermark=DEMONSTRATION if demonstration.is_loaded() else "",
            footer=_footer(),
        )


def _footer() -> str:
    made = f"Lập từ Cổng Thi đua Xã hội học tập ngày {periods.today():%d/%m/%Y}"
    digest = seals.day_root(periods.today())
    return f"{made}. Nhật ký hệ thống: {digest}" if digest else made


def _body(request: PersonalRequest, person: Person) -> Iterator[Block]:
    yield Paragraph(
        f"Trả lời yêu cầu số {request.pk}, tiếp nhận ngày {request.received_on:%d/%m/%Y} "
        f"({terms.SOURCE}). Dưới đây là toàn bộ dữ liệu mà Cổng Thi đua Xã hội học tập đang giữ về "
        "người yêu cầu."
    )
    yield Heading("Dữ liệu định danh")
    yield KeyValue(tuple(_identity(person)))
    for told in (*_lists(person), *erasing.told(person), *_uses(person)):
        yield Heading(told.heading)
        columns = tuple(Column(title) for title in told.columns)
        yield Table(columns, told.rows, empty="Không có dữ liệu.")


def _identity(person: Person) -> Iterator[tuple[str, str]]:
    withheld = {one.unit_id: one for one in WithheldRecord.objects.filter(unit__in=person.units)}
    for record in PersonalRecord.objects.filter(unit__in=person.units).order_by("pk"):
        held = withheld.get(record.unit_id, record)
        if record.name == ERASED:
            continue
        yield "Họ và tên", held.name
        if held.birth_year:
            yield "Năm sinh", f"{held.birth_year}"
        if record.identity_digest:
            yield "Số định danh, 4 số cuối", held.identity_tail
            yield "Cả số định danh", "chỉ lưu dưới dạng mã băm có khóa, không đọc lại được"
        if record.name == WITHHELD:
            yield "Hạn chế sử dụng", f"từ ngày {withheld[record.unit_id].since:%d/%m/%Y}"


def _lists(person: Person) -> Iterable[Told]:
    names = _homes(person)
    states = Member.objects.filter(unit__in=person.units).order_by("pk")
    yield Told(
        "Danh sách theo dõi",
        ("Danh sách", "Số", "Nơi", "Thời gian"),
        tuple(
            (
                str(one.get_kind_display()),
                f"{one.number}",
                names.get(one.home_id, "–"),
                _between(one.period),
            )
            for one in states
        ),
    )


def _homes(person: Person) -> dict[int, str]:
    homes = Member.objects.filter(unit__in=person.units).values("home")
    states = Placement.objects.filter(unit__in=homes).order_by("unit", "period")
    return dict(states.values_list("unit", "name"))


def _between(period: periods.Period) -> str:
    first, last = periods.first_day(period), periods.last_day(period)
    begins = f"từ {first:%d/%m/%Y}" if first else "từ trước"
    return f"{begins} đến {last:%d/%m/%Y}" if last else begins


def _uses(person: Person) -> Iterable[Told]:
    """Who read the names of the list, who took it out, who asked by the number, what is asked."""
    homes = Member.objects.filter(unit__in=person.units).values("home")
    above = Placement.objects.filter(unit__in=homes).values("located_in")
    opened = PersonalReading.objects.filter(home__in=homes).select_related("user")
    yield Told(
        "Lần mở họ tên của danh sách",
        ("Ngày", "Người mở", "Lý do"),
        tuple((_day(one.opened_at), str(one.user), one.reason) for one in opened.order_by("pk")),
    )
    taken = PersonalExport.objects.filter(place__in=homes) | PersonalExport.objects.filter(
        place__in=above
    )
    yield Told(
        "Lần xuất danh sách ra khỏi Cổng",
        ("Ngày", "Người xuất", "Lý do"),
        tuple(
            (_day(one.exported_at), str(one.user), one.reason)
            for one in taken.select_related("user").order_by("pk")
        ),
    )
    asked = PersonalLookup.objects.filter(found__in=person.units).select_related("user")
    yield Told(
        "Lần tra theo số định danh",
        ("Ngày", "Người tra", "Lý do"),
        tuple((_day(one.asked_at), str(one.user), one.reason) for one in asked.order_by("pk")),
    )
    brought = ImportRow.objects.filter(key__in=person.units).select_related("of")
    yield Told(
        "Dòng trong tệp đã nhập, còn lưu để hoàn tác",
        ("Ngày", "Danh sách của", "Dòng"),
        tuple(
            (_day(one.of.started_at), one.of.place_name, f"{one.line}")
            for one in brought.order_by("pk")
        ),
    )
    requests = PersonalRequest.objects.filter(unit__in=person.units).order_by("pk")
    yield Told(
        "Yêu cầu về dữ liệu",
        ("Tiếp nhận", "Yêu cầu", "Trạng thái", "Đã ghi"),
        tuple(
            (
                f"{one.received_on:%d/%m/%Y}",
                str(one.get_kind_display()),
                str(one.get_state_display()),
                "\n".join(filter(None, (one.representative, one.contact, one.asks))),
            )
            for one in requests
        ),
    )


def _day(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}"
