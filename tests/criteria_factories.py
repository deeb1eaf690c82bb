"""Criteria sets, rounds and assessments for tests: Trà Vinh's four criteria for communes."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from campaign.models import Campaign, Document, DocumentKind, Round, RoundDeadline, Source
from core import journal, periods
from criteria import assessing, sheets, workflow
from criteria.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    Recognition,
    Route,
    RouteMatter,
    RouteStep,
    Title,
)
from tests import factories
from tests.factories import Land
from units.models import Placement, UnitKind

COMMUNE_RULES: tuple[dict[str, Any], ...] = (
    {"kind": "attested"},
    {"kind": "attested"},
    {"kind": "attested", "partly_is_enough": True},
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
)


@dataclass(frozen=True)
class Campaigning:
    """A land with a round, a published set for communes and a route to Sở Nội vụ."""

    land: Land
    round: Round
    criteria_set: CriteriaSet
    title: Title
    route: Route
    source: Source
    document: Document

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria in order."""
        return list(self.criteria_set.criteria.order_by("order"))


def campaigning(
    land: Land | None = None, rules: tuple[dict[str, Any] | None, ...] = COMMUNE_RULES
) -> Campaigning:
    """Everything that a self-assessment needs, for the first province of `land`."""
    land = land or factories.land()
    year = periods.today().year
    with journal.act("test"):
        source = Source.objects.create(code="000", title="Báo Trà Vinh", sha256="0" * 64)
        document = Document.objects.create(
            code="21-kh-ubnd",
            kind=DocumentKind.PLAN,
            number="21/KH-UBND",
            title="Kế hoạch tổ chức thực hiện phong trào",
            territory=land.province.unit,
            territory_name=land.province.name,
        )
        campaign = Campaign.objects.create(
            code="xhht", name="Cả nước thi đua", from_year=2023, to_year=2030, document=document
        )
        round_ = Round.objects.create(
            campaign=campaign,
            code=f"nam-{year}",
            name=f"Năm {year}",
            assessed_year=year,
            figures_day=datetime.date(year, 12, 31),
        )
        title = Title.objects.create(
            code="cong-dong-hoc-tap-xa",
            name="Cộng đồng học tập",
            tier="cấp xã",
            subject_kinds=[UnitKind.COMMUNE],
            grades=["1", "2"],
            valid_months=36,
            source=source,
        )
    made = route(land.province, "xa", UnitKind.COMMUNE, land.home_affairs)
    criteria_set = commune_set(land.province, document, source, rules)
    return Campaigning(land, round_, criteria_set, title, made, source, document)


def route(territory: Placement, code: str, kind: str, office: Placement) -> Route:
    """The self-assessments of units of a kind in a territory are received by `office`."""
    with journal.act("test"):
        made = Route.objects.create(
            code=f"tu-danh-gia-{code}",
            matter=RouteMatter.ASSESSMENT,
            subject_kinds=[kind],
            territory=territory.unit,
            period=factories.ALWAYS,
        )
        RouteStep.objects.create(
            route=made,
            order=1,
            act=RouteStep.Act.RECEIVE,
            body=office.name,
            unit=office.unit,
        )
    return made


def commune_set(
    owner: Placement,
    document: Document,
    source: Source,
    rules: tuple[dict[str, Any] | None, ...] = COMMUNE_RULES,
    *,
    code: str = "cap-xa",
    period: periods.Period = factories.ALWAYS,
    kind: str = UnitKind.COMMUNE,
    purpose: str = CriteriaSet.Purpose.EMULATION,
    rule: dict[str, Any] | None = None,
    derives_from: CriteriaSet | None = None,
) -> CriteriaSet:
    """A published set for communes, or for units of another kind."""
    with journal.act("test"):
        criteria_set = CriteriaSet.objects.create(
            code=code,
            name="Tiêu chí thi đua cấp xã",
            purpose=purpose,
            subject_kinds=[kind],
            subject_text="cấp xã",
            owner=owner.unit,
            owner_name=owner.name,
            period=period,
            document=document,
            source=source,
            rule=rule or {"kind": "all_of"},
            derives_from=derives_from,
        )
        for number, asked in enumerate(rules, 1):
            Criterion.objects.create(
                criteria_set=criteria_set,
                code=f"X-{number}",
                order=number,
                wording=f"Tiêu chí thứ {number}",
                quote=f"Tiêu chí thứ {number}",
                source=source,
                rule=asked or None,
                status=Criterion.Status.KNOWN if asked else Criterion.Status.NO_SOURCE,
            )
        criteria_set.published_at = timezone.now()
        criteria_set.save()
    return criteria_set


def end(criteria_set: CriteriaSet, last: periods.Day) -> None:
    """A published set is in force until a day."""
    with journal.act("test"):
        criteria_set.period = periods.between(periods.first_day(criteria_set.period), last)
        criteria_set.save()


def deadline(setting: Campaigning, due_on: datetime.date) -> RoundDeadline:
    """Communes of the first province send until `due_on`."""
    with journal.act("test"):
        return RoundDeadline.objects.create(
            round=setting.round,
            subject_kind=UnitKind.COMMUNE,
            territory=setting.land.province.unit,
            due_on=due_on,
            basis="Công văn 12/SNV-TĐKT",
        )


def begun(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment as a draft without answers."""
    land = setting.land
    person = person or land.xa
    place = land.sibling if person == land.xa2 else land.commune
    return assessing.begin(person, setting.round, place)


def answered(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment with every attested criterion answered yes."""
    person = person or setting.land.xa
    assessment = begun(setting, person)
    for criterion in setting.criteria:
        if criterion.rule["kind"] == "attested":
            assessing.save_answer(
                assessment.pk,
                criterion.pk,
                person,
                value={"value": "yes"},
                note="Đã thực hiện đầy đủ",
                version=0,
            )
    assessment.refresh_from_db()
    return assessment


def sent(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment, answered and sent."""
    person = person or setting.land.xa
    return workflow.ASSESSMENT.perform("send", answered(setting, person).pk, person)


def received(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment, received by the province."""
    return workflow.ASSESSMENT.perform("receive", sent(setting, person).pk, setting.land.tinh)


def returned(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment, returned by the province."""
    pk = received(setting, person).pk
    return workflow.ASSESSMENT.perform("return", pk, setting.land.tinh, reason="Đề nghị bổ sung")


def judged(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment with every criterion accepted."""
    assessment = received(setting, person)
    for criterion in setting.criteria:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="accepted")
    assessment.refresh_from_db()
    return assessment


def confirmed(setting: Campaigning, person: User | None = None) -> Assessment:
    """The commune's assessment, confirmed by the province."""
    return workflow.ASSESSMENT.perform("confirm", judged(setting, person).pk, setting.land.tinh)


def colleague(setting: Campaigning) -> User:
    """Somebody else of the receiving office."""
    found = User.objects.filter(username="tinh_b").first()
    if found is None:
        found = factories.user("tinh_b")
        factories.appoint(found, "emulation_officer", setting.land.home_affairs)
    return found


def seen(assessment: Assessment) -> str:
    """What a page that is opened now shows of an assessment, as its steps send it back."""
    return sheets.fingerprint(sheets.read_sheet(Assessment.objects.get(pk=assessment.pk)))


def recognition(setting: Campaigning, place: Placement | None = None, **fields: Any) -> Recognition:
    """The commune holds the title, by a paper decision, since January for three years."""
    place = place or setting.land.commune
    year = periods.today().year
    values: dict[str, Any] = {
        "unit_id": place.unit_id,
        "title": setting.title,
        "grade": "1",
        "assessed_year": year - 1,
        "decision_number": "12/QĐ-SGDĐT",
        "decided_on": datetime.date(year, 1, 5),
        "decided_by": "Giám đốc Sở Giáo dục và Đào tạo",
        "period": periods.between(datetime.date(year, 1, 5), datetime.date(year + 3, 1, 4)),
        "declared_by": setting.land.xa,
    }
    with journal.act("test"):
        return Recognition.objects.create(
            placement=place,
            path=place.path,
            **{**values, **fields},
        )
