"""The demonstration: Vĩnh Long after the reform, with the former Trà Vinh in it.

Real units, invented people and results. Everything goes through the functions that people's own
acts go through, so the demonstration holds nothing that the portal would refuse.
"""

import datetime
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from PIL import Image, ImageDraw

from accounts.models import PersonalLink, User
from awards import (
    demo_awards,
    demo_batches,
    demo_books,
    demo_campaign,
    demo_consultations,
    demo_council,
    demo_decisions,
    demo_drafts,
    demo_highest,
    demo_letters,
    demo_ready,
    demo_reforms,
    demo_registrations,
    demo_requests,
    demo_rules,
    demo_villages,
)
from awards.demo_people import person
from awards.demo_proposing import Players
from awards.province import loading
from campaign.models import Round, RoundDeadline
from core import journal, periods
from core.models import Delivery, Job, Mail, Notice, PreviewPage, StoredFile
from core.workflow import Refused
from criteria import assessing, ledger
from criteria.applicability import applicable_sets
from criteria.models import (
    Answer,
    Assessment,
    AssessmentEvent,
    Criterion,
    Evidence,
    Recognition,
    Route,
    RouteMatter,
    RouteStep,
    Title,
)
from criteria.workflow import ASSESSMENT, RECOGNITION
from units.models import Appointment, Placement, Unit, UnitKind

PROVINCE_CODE = "86"
TITLE_CODE = "cong-dong-hoc-tap-xa"
COMMUNE_CODE, OTHER_COMMUNE_CODE = "29491", "29489"  # Xã Đại An, Xã Hàm Giang
BASIS = "Dữ liệu minh họa"
# Of the communes, the one whose nomination the office has received (demo_awards.COMMUNE_STORIES),
# and those that hold the title and have no other story among the commendations.
CHECKED = 5
RESTRICTED = 10
FOR_THE_HIGHEST = (11, 13, 17, 19)

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Thạch", "Kim", "Sơn")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hồng", "Quốc", "Thu")
GIVEN = ("An", "Bình", "Cường", "Dung", "Hạnh", "Khoa", "Lan", "Mai", "Nam", "Phúc", "Thảo", "Vy")

# What a commune says of each attested criterion, in the order of the set: of a yes, of the rest.
NOTES = (
    (
        "Đã ban hành kế hoạch năm 2026, phân công từng ban, ngành thực hiện; có báo cáo quý.",
        "Đã ban hành kế hoạch năm 2026; còn 02 chính sách chưa bố trí được kinh phí.",
    ),
    (
        "Phát thanh 02 buổi mỗi tuần, tổ chức 06 hội nghị tuyên truyền tại các ấp.",
        "Mới tổ chức tuyên truyền ở 5/9 ấp do trạm truyền thanh đang sửa chữa.",
    ),
    (
        "Duy trì mô hình “Tủ sách nhà văn hóa ấp” và “Giờ tự học buổi tối” ở 9/9 ấp.",
        "Mô hình “Tủ sách nhà văn hóa ấp” mới được làm thử ở 01 ấp.",
    ),
)


@dataclass
class Cast:
    """Who plays: the offices of the province and the people of the demonstration."""

    province: Placement
    round: Round
    title: Title
    dice: random.Random
    offices: dict[str, Placement] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    clerks: dict[int, User] = field(default_factory=dict)

    def name(self) -> str:
        """An invented full name."""
        return " ".join(self.dice.choice(part) for part in (FAMILY, MIDDLE, GIVEN))


OFFICES = {
    "snv": (UnitKind.AGENCY, "Sở Nội vụ tỉnh Vĩnh Long"),
    "sgddt": (UnitKind.AGENCY, "Sở Giáo dục và Đào tạo tỉnh Vĩnh Long"),
    "hkh": (UnitKind.MASS_ORGANISATION, "Hội Khuyến học tỉnh Vĩnh Long"),
}
# user name: full name, role, where ("country", "province", an office, "xa" or "xa2").
ACCOUNTS = {
    "admin": ("Phan Quốc Trị", "administrator", "country"),
    "admin2": ("Lâm Thị Mỹ Hạnh", "administrator", "country"),
    "tinh": ("Nguyễn Thị Hồng Hạnh", "emulation_officer", "snv"),
    "sogddt": ("Lê Minh Khoa", "education_officer", "sgddt"),
    "hoikh": ("Huỳnh Văn Phúc", "study_officer", "hkh"),
    "lanhdao": ("Nguyễn Văn Trung", "leader", "province"),
    "xa": ("Trần Thị Ngọc Lan", "commune_officer", "xa"),
    "hoikhxa": ("Sơn Thị Thu Vy", "commune_study_officer", "xa"),
    "lanhdaoxa": ("Thạch Quốc Nam", "commune_leader", "xa"),
    "xa2": ("Kim Thị Thu Thảo", "commune_officer", "xa2"),
    "xem": ("Võ Thanh Bình", "observer", "province"),
    "vanthu": ("Huỳnh Thị Kim Ngân", "registrar", "province"),
    "vanthuxa": ("Kiên Thị Mỹ Duyên", "registrar", "xa"),
    "thuky": ("Lê Thị Thanh Mai", "council_secretary", "snv"),
    "hoidong1": ("Trần Quốc An", "council_member", "snv"),
    "hoidong2": ("Phạm Minh Thảo", "council_member", "snv"),
    "hoidong3": ("Kim Thị Hồng Hạnh", "council_member", "snv"),
    "hoidong4": ("Đặng Văn Cường", "council_member", "snv"),
    "hoidong5": ("Sơn Minh Phúc", "council_member", "snv"),
}
# The office of `coquan`: of the province, so that the set for its departments speaks of it; in the
# commune of the accounts, where that set holds.
ZONE = "Ban Quản lý Khu kinh tế Định An"
# The same, at units that are founded first.
VILLAGERS = {
    "thon": ("Thạch Sa Rinh", "hamlet_head"),
    "coquan": ("Đặng Thị Minh Thu", "organisation_officer"),
}


@transaction.atomic
def load(seed: int) -> dict[str, int]:
    """Load the demonstration, whole or not at all; what it holds is decided by `seed` and the day.

    Returns:
        How many assessments stand in each state.

    Raises:
        LookupError: the units or the plans are not loaded.
    """
    cast = _cast(seed)
    with journal.act("demo.load", reason=BASIS):
        _open_offices(cast)
        communes = _communes(cast)
        _appoint(cast, communes)
        _configure(cast, communes)
    village = _settle(cast, communes)
    _recognise(cast, communes)
    for position, place in enumerate(communes):
        _play(cast, place, position)
    _declare_and_dispute(cast, communes)
    demo_campaign.play(
        cast.people["tinh"],
        cast.people["lanhdaoxa"],
        communes,
        cast.clerks,
        cast.round.deadlines.get(
            territory=cast.province.unit_id, matter="assessment", subject_kind=UnitKind.COMMUNE
        ),
    )
    demo_registrations.play(
        cast.round, cast.offices["snv"], cast.people["tinh"], communes, cast.clerks, cast.dice
    )
    people = cast.people
    demo_books.play(
        cast.round, village, people["thon"], people["coquan"], people["lanhdaoxa"], cast.dice
    )
    _commend(cast, communes, village)
    demo_batches.play(cast.round, village.hamlets[2], communes[0], cast.offices, people)
    demo_requests.play(people["xa"], village.hamlets[2])
    states: dict[str, int] = {}
    for state in Assessment.objects.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    return states


def _commend(cast: Cast, communes: list[Placement], village: demo_villages.Village) -> None:
    """From nominations to certificates; communes that hold the title go the longest way."""
    people, hamlet = cast.people, village.hamlets[2]
    players = Players(people, cast.clerks, _picture)
    demo_awards.play(players, cast.round, cast.offices["snv"], communes, hamlet, village.office)
    demo_rules.play(players, cast.round, hamlet, communes[RESTRICTED])
    demo_council.play(people, cast.province)
    demo_consultations.play(players, cast.offices["sgddt"])
    highest = [communes[number] for number in FOR_THE_HIGHEST]
    demo_highest.play(players, highest, cast.offices["hkh"])
    demo_decisions.play(people)
    demo_letters.play(players, hamlet)
    demo_ready.play(players, cast.round, communes[0], communes[CHECKED])


def _cast(seed: int) -> Cast:
    today = periods.today()
    province = Placement.objects.on(today).filter(kind=UnitKind.PROVINCE, code=PROVINCE_CODE)
    round_ = Round.objects.order_by("-assessed_year").first()
    title = Title.objects.filter(code=TITLE_CODE).first()
    if not province or not round_ or not title:
        raise LookupError("load_units and load_plans come first")
    return Cast(province[0], round_, title, random.Random(seed))  # noqa: S311 -- no secrets


def _open_offices(cast: Cast) -> None:
    for key, (kind, name) in OFFICES.items():
        cast.offices[key] = _open_office(cast, kind, name, cast.province)


def _open_office(cast: Cast, kind: UnitKind, name: str, place: Placement) -> Placement:
    """An office that the province manages, wherever in it that lies."""
    unit = Unit.objects.create(kind=kind, is_demo=True)
    return Placement.objects.create(
        unit=unit,
        kind=kind,
        name=name,
        located_in_id=place.unit_id,
        managed_by_id=cast.province.unit_id,
        path=f"{place.path}{unit.pk}/",
        period=periods.between(datetime.date(2025, 7, 1), None),
        provenance=BASIS,
    )


def _communes(cast: Cast) -> list[Placement]:
    """The communes of the former Trà Vinh: those to which its set applies; the two of the
    accounts first."""
    day = periods.today()
    places = list(Placement.objects.on(day).under(cast.province.path).filter(kind=UnitKind.COMMUNE))
    found = applicable_sets(places, day)
    chosen = [place for place in places if found[place.unit_id].criteria_set]
    first = (COMMUNE_CODE, OTHER_COMMUNE_CODE)
    return sorted(
        chosen, key=lambda place: (place.code not in first, place.code != first[0], place.code)
    )


def _appoint(cast: Cast, communes: list[Placement]) -> None:
    where = {
        **cast.offices,
        "country": Placement.objects.on(periods.today()).get(kind=UnitKind.COUNTRY),
        "province": cast.province,
        "xa": communes[0],
        "xa2": communes[1],
    }
    for username, (full_name, role, at) in ACCOUNTS.items():
        one = person(username, full_name)
        if username == "admin":
            one.is_staff = one.is_superuser = True
            one.save()
        cast.people[username] = one
        _give(one, role, where[at])
    cast.clerks = {
        communes[0].unit_id: cast.people["xa"],
        communes[1].unit_id: cast.people["xa2"],
    }
    for place in communes[2:]:
        clerk = person(f"xa-{place.code}", cast.name())
        _give(clerk, "commune_officer", place)
        cast.clerks[place.unit_id] = clerk


def _settle(cast: Cast, communes: list[Placement]) -> demo_villages.Village:
    """Hamlets and organisations, those who act for two of them, their lists and figures."""
    people = cast.people
    with journal.act("demo.load", reason=BASIS):
        office = _open_office(cast, UnitKind.AGENCY, ZONE, communes[0])
    village = demo_villages.found(people["xa"], people["xa2"], people["sogddt"], communes, office)
    where = {"thon": village.hamlets[2], "coquan": village.office}
    with journal.act("demo.load", reason=BASIS):
        for username, (full_name, role) in VILLAGERS.items():
            people[username] = person(username, full_name)
            _give(people[username], role, where[username])
        demo_books.route_to(cast.offices["snv"], office)
    demo_villages.enter(people["thon"], people["coquan"], village, cast.name, cast.dice)
    demo_villages.state(cast.clerks, communes, village, cast.dice)
    return village


def _give(person: User, role: str, place: Placement) -> None:
    period = periods.between(datetime.date(2025, 7, 1), None)
    Appointment.objects.create(user=person, role=role, unit_id=place.unit_id, period=period)


def _configure(cast: Cast, communes: list[Placement]) -> None:
    """A route and deadlines, marked as the demonstration's own: no source gives them."""
    route = Route.objects.create(
        code="minh-hoa-tu-danh-gia-cap-xa",
        matter=RouteMatter.ASSESSMENT,
        subject_kinds=[UnitKind.COMMUNE],
        territory_id=cast.province.unit_id,
        period=periods.between(datetime.date(2025, 7, 1), None),
        basis=BASIS,
        is_demo=True,
    )
    office = cast.offices["snv"]
    RouteStep.objects.create(
        route=route, order=1, act=RouteStep.Act.RECEIVE, body=office.name, unit_id=office.unit_id
    )
    demo_books.configure(cast.round, cast.province)
    today = periods.today()
    # These are late: their day was set before the province set its own.
    due = dict.fromkeys(communes[10:13], today - datetime.timedelta(days=3))
    due[cast.province] = today + datetime.timedelta(days=24)
    for place, day in due.items():
        RoundDeadline.objects.create(
            round=cast.round,
            subject_kind=UnitKind.COMMUNE,
            territory_id=place.unit_id,
            due_on=day,
            basis=BASIS,
            is_demo=True,
        )


def _recognise(cast: Cast, communes: list[Placement]) -> None:
    """Two thirds hold the title by an earlier paper decision; one of these has run out."""
    year = cast.round.assessed_year
    for number, place in enumerate(communes[1:], 1):
        if number % 3 == 0:
            continue
        decided = datetime.date(year - 4 if number == 7 else year - 1, 3, 10 + number % 15)
        until = decided.replace(year=decided.year + 3) - periods.ONE_DAY
        with journal.act("demo.load", reason=BASIS):
            recognition = Recognition.objects.create(
                unit_id=place.unit_id,
                placement=place,
                path=place.path,
                title=cast.title,
                grade="2" if number % 5 == 0 else "1",
                assessed_year=decided.year - 1,
                decision_number=f"{100 + number}/QĐ-SGDĐT",
                decided_on=decided,
                decided_by="Giám đốc Sở Giáo dục và Đào tạo",
                period=periods.between(decided, until),
                declared_by=cast.clerks[place.unit_id],
            )
        _check(cast, recognition, "confirm", "")


def _check(cast: Cast, recognition: Recognition, step: str, reason: str) -> None:
    RECOGNITION.perform(step, recognition.pk, cast.people["sogddt"], reason=reason)


def _declare_and_dispute(cast: Cast, communes: list[Placement]) -> None:
    """One title is revoked, one rejected, one waits for confirmation."""
    held = list(Recognition.objects.filter(placement__in=communes).order_by("pk"))
    _check(cast, held[4], "revoke", "Kết luận kiểm tra: hồ sơ không đúng thực tế")
    _check(cast, held[9], "unconfirm", "Bản chụp quyết định không đọc được")
    _check(cast, held[10], "unconfirm", "Nhập nhầm năm đánh giá")
    _check(cast, held[10], "reject", "Số quyết định không có trong sổ của Sở")


def _story(position: int) -> tuple[str, ...]:
    """The steps that the commune at `position` has behind it; () is not begun."""
    stories: tuple[tuple[str, ...], ...] = (
        ("answer", "confirm all"),
        ("answer", "send"),
        ("answer", "send", "receive"),
        ("draft",),
        (),
        ("answer", "send", "receive", "return"),
        ("answer", "send", "confirm all"),
        ("draft",),
    )
    if position == 0:
        return ("draft",)  # `xa` goes on where this leaves off
    if position == 1:
        return ("answer", "send")
    return stories[position % len(stories)]


def _play(cast: Cast, place: Placement, position: int) -> None:
    story = _story(position)
    if not story:
        return
    clerk, office = cast.clerks[place.unit_id], cast.people["tinh"]
    assessment = assessing.begin(clerk, cast.round, place)
    asked = [
        criterion
        for criterion in assessment.criteria_set.criteria.order_by("order")
        if criterion.rule and criterion.rule["kind"] == "attested"
    ]
    for number, criterion in enumerate(asked[:2] if story == ("draft",) else asked):
        _answer(cast, assessment, criterion, NOTES[number % len(NOTES)])
    if "draft" in story:
        return
    ASSESSMENT.perform("send", assessment.pk, clerk)
    if "receive" in story or "confirm all" in story:
        ASSESSMENT.perform("receive", assessment.pk, office)
    if "return" in story:
        _return(assessment, asked[-1], office)
    if "confirm all" in story:
        _confirm(assessment, office)


def _answer(
    cast: Cast, assessment: Assessment, criterion: Criterion, notes: tuple[str, str]
) -> None:
    clerk = cast.clerks[assessment.unit_id]
    value = cast.dice.choices(("yes", "partly", "no"), (12, 3, 1))[0]
    assessing.save_answer(
        assessment.pk,
        criterion.pk,
        clerk,
        value={"value": value},
        note=notes[value != "yes"],
        version=0,
    )
    if value == "yes" and cast.dice.random() < 0.7:
        upload = SimpleUploadedFile(
            f"minh-chung-{criterion.code}.png", _picture(criterion.code), "image/png"
        )
        assessing.add_evidence(assessment.pk, criterion.pk, clerk, upload)


def _picture(words: str) -> bytes:
    """A sheet of paper in grey lines, as a scan would look from afar."""
    sheet = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(sheet)
    for row in range(14):
        pen.rectangle((80, 120 + row * 46, 540 - (row * 37) % 160, 132 + row * 46), fill="#9aa4ad")
    pen.text((80, 70), f"DU LIEU MINH HOA - {words}", fill="#5a6470")
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return content.getvalue()


def _return(assessment: Assessment, criterion: Criterion, office: User) -> None:
    assessing.judge(
        assessment.pk,
        criterion.pk,
        office,
        verdict="to_correct",
        reason="Chưa nêu sáng kiến cụ thể và nơi áp dụng; đề nghị bổ sung biên bản.",
    )
    ASSESSMENT.perform(
        "return", assessment.pk, office, reason="Đề nghị bổ sung minh chứng trước khi xét."
    )


def _confirm(assessment: Assessment, office: User) -> None:
    for criterion in assessment.criteria_set.criteria.order_by("order"):
        assessing.judge(assessment.pk, criterion.pk, office, verdict="accepted")
    ASSESSMENT.perform("confirm", assessment.pk, office)


def remove() -> int:
    """Take the demonstration out again, as the owner of the tables (histories are append-only).

    Returns:
        How many self-assessments were removed.

    Raises:
        Refused: real work stands on the demonstration's rows.
    """
    people = User.objects.filter(is_demo=True)
    assessments = Assessment.objects.filter(begun_by__in=people)
    if Answer.objects.filter(assessment__in=assessments).exclude(saved_by__in=people).exists():
        raise Refused("people outside the demonstration have worked on its self-assessments")
    demo_awards.refuse_real_work(people)
    demo_council.refuse_real_work(people)
    demo_decisions.refuse_real_work(people)
    demo_drafts.refuse_real_work(people, assessments)
    count = assessments.count()
    with journal.act("demo.remove", reason=BASIS):
        # One after the other: what is found next depends on what is gone.
        for rows in chain(
            demo_requests.rows(people),
            demo_decisions.rows(people),
            demo_council.rows(),
            demo_awards.rows(people),
        ):
            rows.delete()
        demo_campaign.remove(people)
        if loading.is_loaded():
            loading.remove()
        for rows in _assessed_rows(people, assessments):
            rows.delete()
        for rows in demo_batches.rows(people):
            rows.delete()
        demo_drafts.remove(people)
        ledger.forget_cancelled()
        demo_registrations.remove(people)
        demo_reforms.remove(people)
        for rows in _demo_rows(people):
            rows.delete()
    return count


def _assessed_rows(
    people: QuerySet[User], assessments: QuerySet[Assessment]
) -> Iterator[QuerySet[Any]]:
    """What stands on households and citizens, before these go with the registrations."""
    yield AssessmentEvent.objects.filter(assessment__in=assessments)
    yield Evidence.objects.filter(assessment__in=assessments)
    yield Answer.objects.filter(assessment__in=assessments)
    yield assessments
    yield Recognition.objects.filter(declared_by__in=people)


def _demo_rows(people: QuerySet[User]) -> Iterator[QuerySet[Any]]:
    files = StoredFile.objects.filter(uploaded_by__in=people)
    offices = Unit.objects.filter(is_demo=True)
    yield from demo_villages.rows(people, offices)
    yield PreviewPage.objects.filter(file__in=files)
    yield files
    yield RoundDeadline.objects.filter(is_demo=True)
    yield RouteStep.objects.filter(route__is_demo=True)
    yield Route.objects.filter(is_demo=True)
    yield Notice.objects.filter(recipient__in=people)
    yield Delivery.objects.filter(mail__recipient__in=people)
    yield Mail.objects.filter(recipient__in=people)
    yield Job.objects.filter(started_by__in=people, undoes__isnull=False)
    yield Job.objects.filter(started_by__in=people)
    yield PersonalLink.objects.filter(made_by__in=people)
    yield Appointment.objects.filter(
        Q(user__in=people) | Q(unit__in=offices) | Q(deputising_for__user__in=people)
    )
    yield Round.objects.filter(opened_by__in=people)
    yield people
    yield Placement.objects.filter(unit__in=offices)
    yield offices
