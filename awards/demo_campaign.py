"""The demonstration's launch with its answers, a deadline that was moved, and the registers."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from accounts.models import User
from campaign import launching, permissions, registering, rounds
from campaign.launching import Answer, Paper, Plan
from campaign.models import (
    Citation,
    DeadlineChange,
    Document,
    DocumentKind,
    EntryKind,
    Launch,
    LaunchAnswer,
    Recipient,
    RecipientState,
    Register,
    RegisterEntry,
    RegisterFile,
    RoundDeadline,
)
from campaign.registering import Words
from campaign.workflow import ANSWER, entry_fingerprint
from core import files, journal, periods
from core.documents import paper as papers
from core.documents.blocks import Heading, Paragraph
from core.documents.render import render_pdf
from core.models import StoredFile
from core.workflow import Refused
from units.letterheads import DEMONSTRATION, locality
from units.models import Placement, UnitKind

BASIS = "Dữ liệu minh họa"
RESPONSES = (
    "Xã hưởng ứng phong trào; đã triển khai đến 100% ấp trong hội nghị quân dân chính tháng này.",
    "Xã hưởng ứng, giao Hội Khuyến học xã phối hợp các ấp ra quân trong Tuần lễ học tập suốt đời.",
)
LATE_DAYS = 3


@dataclass(frozen=True)
class Sheet:
    """What a plan of the demonstration is called: number with symbol, and title."""

    number: str
    title: str


def play(
    office: User,
    leader: User,
    communes: Sequence[Placement],
    clerks: Mapping[int, User],
    deadline: RoundDeadline,
) -> None:
    """Launch, answer, remind, move a deadline, enter into the registers.

    Args:
        office: who launches, moves the deadline, confirms and inspects.
        leader: of the first commune; confirms its inspection.
        clerks: who answers and enters for a commune, by the key of its unit.
        deadline: of the province's communes.
    """
    _launch(office, communes, clerks)
    alone = rounds.Move(
        deadline.due_on + datetime.timedelta(days=7),
        "Xã vừa khắc phục hậu quả triều cường, đề nghị gia hạn tại văn bản ngày hôm qua",
        only_for=communes[4],
    )
    rounds.move(office, deadline.pk, alone, seen=deadline.due_on)
    _registers(office, leader, communes, clerks)


def _launch(office: User, communes: Sequence[Placement], clerks: Mapping[int, User]) -> None:
    """One launch that goes on, to which two thirds have answered, and one whose day has passed."""
    today = periods.today()
    made = _make(
        office,
        Sheet("12/KH-SNV", "Phát động đợt thi đua cao điểm xây dựng xã hội học tập"),
        launched_on=today,
        due_on=today + datetime.timedelta(days=10),
    )
    past = _make(
        office,
        Sheet("07/KH-SNV", "Tổ chức Tuần lễ hưởng ứng học tập suốt đời"),
        launched_on=today - datetime.timedelta(days=28),
        due_on=today - datetime.timedelta(days=LATE_DAYS),
    )
    for number, place in enumerate(communes):
        if number and number % 3:
            _answer(made, place, clerks[place.unit_id], number)
        if number % 2:  # these are late
            _answer(past, place, clerks[place.unit_id], number)
    launching.remind(past.pk, office)


def _make(office: User, sheet: Sheet, *, launched_on: periods.Day, due_on: periods.Day) -> Launch:
    """The office launches a plan of its own to the communes of the province."""
    (grant,) = permissions.launching_grants(office)
    issued_on = launched_on - datetime.timedelta(days=2)
    paper = _paper(office, sheet, grant.unit_name, "Vĩnh Long", issued_on)
    kinds = (UnitKind.COMMUNE,)
    places = launching.recipients(grant, kinds, direct=True, document=None)
    plan = Plan(grant, paper, kinds, True, due_on, "Đề nghị các xã hưởng ứng đúng hạn.")
    return launching.launch(office, plan, seen=launching.digest(places), day=launched_on)


def _answer(made: Launch, place: Placement, clerk: User, number: int) -> None:
    today = periods.today()
    recipient = Recipient.objects.get(launch=made, unit=place.unit_id)
    said = Answer(today, RESPONSES[number % len(RESPONSES)])
    if number % 3 == 1:
        sheet = Sheet(f"{20 + number}/KH-UBND", f"{made.document.title} trên địa bàn {place.name}")
        issuer = f"Ủy ban nhân dân {place.name}"
        plan = _paper(clerk, sheet, issuer, locality(place.name), today)
        said = Answer(today, paper=plan)
    launching.answer(recipient.pk, clerk, said, seen=ANSWER.fingerprint(recipient))


def _paper(clerk: User, sheet: Sheet, issuer: str, place: str, issued_on: periods.Day) -> Paper:
    """A plan as a unit enters it, with its file."""
    return Paper(
        kind=DocumentKind.PLAN,
        title=sheet.title,
        number=sheet.number,
        issuer=issuer,
        issued_on=issued_on,
        unknown=frozenset({"signer"}),
        file=_file(clerk, sheet, issuer, place, issued_on),
    )


def _file(clerk: User, sheet: Sheet, issuer: str, place: str, issued_on: periods.Day) -> StoredFile:
    """The plan on a page, which says across it what it is."""
    number, symbol = sheet.number.split("/")
    content = render_pdf(
        papers.Paper(
            issuer=issuer,
            symbol=symbol,
            number=int(number),
            place=place,
            date=issued_on,
            type_name="Kế hoạch",
            abstract=sheet.title,
            body=(
                Heading("Mục đích, yêu cầu"),
                Paragraph("Văn bản này được lập để minh họa, không phải văn bản của cơ quan nào."),
                Heading("Tổ chức thực hiện"),
                Paragraph("Các đơn vị trên địa bàn hưởng ứng và báo cáo kết quả."),
            ),
            watermark=DEMONSTRATION,
            footer=DEMONSTRATION,
        )
    )
    name = f"{sheet.number.replace('/', '-')}.pdf"
    with journal.act("demo.load", reason=BASIS):
        return files.store(SimpleUploadedFile(name, content, "application/pdf"), clerk)


def _registers(
    office: User, leader: User, communes: Sequence[Placement], clerks: Mapping[int, User]
) -> None:
    """Some entries confirmed, one refused, some waiting; of three inspections one is mended."""
    today = periods.today()
    for number, place in enumerate(communes[:6]):
        given = registering.enter(
            clerks[place.unit_id], Register.CONTRIBUTIONS, place, _contribution(number, today)
        )
        built = registering.enter(
            clerks[place.unit_id], Register.INITIATIVES, place, _initiative(number, today)
        )
        if number in (1, 2):
            _step("confirm", given, office)
            _step("confirm", built, office)
    _step("reject", built, office, "Chưa có minh chứng về nơi áp dụng")
    for number, place in enumerate(communes[:3]):
        found = registering.enter(office, Register.INSPECTIONS, place, _inspection(number, today))
        if number != 1:
            _step("confirm", found, leader if number == 0 else clerks[place.unit_id])
        if number == 2:
            _step("mend", found, clerks[place.unit_id], "Đã bổ sung sổ theo dõi tại 9/9 ấp")


def _contribution(number: int, today: periods.Day) -> Words:
    day = today - datetime.timedelta(days=20 * number + 5)
    by_kind: tuple[dict[str, Any], ...] = (
        {"kind": EntryKind.MATERIAL, "subject": "Ủng hộ Quỹ khuyến học", "measure": "đồng",
         "amount": Decimal(15_000_000 + 500_000 * number)},
        {"kind": EntryKind.EFFORT, "subject": "Sửa chữa nhà văn hóa ấp làm nơi học tập",
         "amount": Decimal(40 + number), "measure": "ngày công"},
        {"kind": EntryKind.INTELLECT, "subject": "Dạy kỹ năng số cho người cao tuổi"},
    )  # fmt: skip
    return Words(
        scope_text="Trung tâm học tập cộng đồng xã",
        words="Có biên bản bàn giao và danh sách ấp thụ hưởng.",
        period=periods.between(day, day),
        **by_kind[number % 3],
    )


def _initiative(number: int, today: periods.Day) -> Words:
    names = ("Tủ sách nhà văn hóa ấp", "Giờ tự học buổi tối", "Tổ công nghệ số dạy học tại nhà")
    return Words(
        kind=EntryKind.MODEL if number % 2 else EntryKind.INITIATIVE,
        subject=names[number % 3],
        scope_text=f"{3 + number} ấp",
        words="Số người đến đọc, học tăng so với trước khi áp dụng.",
        period=periods.between(today - datetime.timedelta(days=90 + number), None),
    )


def _inspection(number: int, today: periods.Day) -> Words:
    day = today - datetime.timedelta(days=40 - number)
    return Words(
        kind=EntryKind.INSPECTION,
        subject="Kế hoạch kiểm tra phong trào năm 2026",
        scope_text="Việc triển khai kế hoạch và hồ sơ minh chứng",
        words="Chưa mở sổ theo dõi ở một số ấp; đề nghị bổ sung.",
        period=periods.between(day, day),
        due_on=today - datetime.timedelta(days=2) if number == 0 else today,
    )


def _step(name: str, entry: RegisterEntry, person: User, reason: str = "") -> None:
    entry.refresh_from_db()
    seen = entry_fingerprint(entry)
    registering.step(name, entry.pk, person, seen=seen, reason=reason)


def remove(people: QuerySet[User]) -> None:
    """Take out what the demonstration's people launched, answered and entered (inside an act).

    Raises:
        Refused: somebody else has answered, entered or checked something of it.
    """
    launches = Launch.objects.filter(launched_by__in=people)
    answers = LaunchAnswer.objects.filter(recipient__launch__in=launches)
    entries = RegisterEntry.objects.filter(entered_by__in=people)
    documents = Document.objects.filter(entered_by__in=people)
    if (
        answers.exclude(user__in=people).exists()
        or entries.filter(checked_by__isnull=False).exclude(checked_by__in=people).exists()
        or Launch.objects.filter(document__in=documents).exclude(launched_by__in=people).exists()
    ):
        raise Refused("people outside the demonstration have worked on its launches or registers")
    Recipient.objects.filter(launch__in=launches).update(state=RecipientState.WAITING, answer=None)
    answers.delete()
    Recipient.objects.filter(launch__in=launches).delete()
    launches.delete()
    Citation.objects.filter(document__in=documents).delete()
    documents.delete()
    RegisterFile.objects.filter(entry__in=entries).delete()
    entries.delete()
    DeadlineChange.objects.filter(user__in=people).delete()
