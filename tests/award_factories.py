"""Nominations and submissions for tests, each brought where it stands by the acts of people."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.models import Nomination, NominationState, Submission, SubmissionFile
from awards.nominating import entering
from awards.nominating.entering import Subject
from awards.nominating.workflow import NOMINATION
from awards.submitting import entering as submitting
from awards.submitting import workflow as submissions
from campaign.models import Phase
from campaign.queries import Occasion
from core import journal, periods
from criteria.models import AwardForm, Route, RouteMatter, RouteStep
from tests import criteria_factories, factories, registration_factories
from tests.core import originals
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units import scope
from units.models import Placement, Unit, UnitKind

REASON = "Theo hồ sơ đề nghị"
EVERY_KIND = [
    UnitKind.HAMLET,
    UnitKind.HOUSEHOLD,
    UnitKind.CLAN,
    UnitKind.CITIZEN,
    UnitKind.AGENCY,
    UnitKind.SCHOOL,
]
SENT = (NominationState.SENT, NominationState.RECEIVED)


@dataclass(frozen=True)
class Awarding:
    """The small country with forms of commendation, their routes, and the people of each step.

    `yearly` is decided by the commune for what lies in it; `high` goes through the commune to Sở
    Nội vụ and is decided at the province; `outside` is decided by an authority that has no account.
    """

    setting: Campaigning
    hamlet: Placement
    school: Placement
    phase: Phase
    yearly: AwardForm
    high: AwardForm
    outside: AwardForm
    thon: User
    coquan: User
    xa_b: User
    tinh_b: User
    lanhdao: User

    @property
    def land(self) -> Land:
        """The land with its communes, offices and people."""
        return self.setting.land


def awarding(setting: Campaigning | None = None) -> Awarding:
    """A hamlet and a school in the commune, three forms, their routes, a leader at the province."""
    setting = setting or criteria_factories.campaigning()
    land = setting.land
    hamlet = factories.place(UnitKind.HAMLET, "Ấp Giồng Lớn", land.commune, managed_by=land.commune)
    school = factories.place(
        UnitKind.SCHOOL, "Trường THPT Đại An", land.commune, managed_by=land.education
    )
    people = {
        name: factories.user(name) for name in ("thon", "coquan", "xa_b", "tinh_b", "lanhdao")
    }
    factories.appoint(people["thon"], "hamlet_head", hamlet)
    factories.appoint(people["coquan"], "organisation_officer", school)
    factories.appoint(people["xa_b"], "commune_officer", land.commune)
    factories.appoint(people["tinh_b"], "emulation_officer", land.home_affairs)
    factories.appoint(people["lanhdao"], "leader", land.province)
    forms = _forms(setting)
    ending = phase(setting)
    receive, decide = RouteStep.Act.RECEIVE, RouteStep.Act.DECIDE
    commune = {"above": UnitKind.COMMUNE}
    office = {"unit": land.home_affairs.unit}
    province = {"unit": land.province.unit}
    route(land.province, forms["yearly"], EVERY_KIND, (receive, commune), (decide, commune))
    for kinds, below in ((EVERY_KIND, [(receive, commune)]), ([UnitKind.COMMUNE], [])):
        route(land.province, forms["high"], kinds, *below, (receive, office), (decide, province))
        route(land.province, forms["outside"], kinds, *below, (receive, office), (decide, {}))
    return Awarding(setting, hamlet, school, ending, **forms, **people)


def _forms(setting: Campaigning) -> dict[str, AwardForm]:
    occasion = AwardForm.Occasion
    return {
        "yearly": form(setting, "giay-khen-xa", "Giấy khen của Chủ tịch UBND xã", occasion.YEARLY),
        "high": form(
            setting, "bang-khen-tinh", "Bằng khen của Chủ tịch UBND tỉnh", occasion.PHASE_END
        ),
        "outside": form(
            setting, "bang-khen-ttg", "Bằng khen của Thủ tướng Chính phủ", occasion.PHASE_END
        ),
    }


def form(
    setting: Campaigning, code: str, name: str, occasion: str, kinds: Sequence[str] = ()
) -> AwardForm:
    """A form of commendation that the province's plan names."""
    with journal.act("test"):
        return AwardForm.objects.create(
            code=code,
            name=name,
            occasion=occasion,
            subject_kinds=list(kinds),
            document=setting.document,
            source=setting.source,
            quote=name,
        )


def phase(setting: Campaigning) -> Phase:
    """The phase of three years that ends with a review this year."""
    year = periods.today().year
    with journal.act("test"):
        return Phase.objects.create(
            document=setting.document,
            campaign=setting.round.campaign,
            code="giai-doan",
            name=f"Giai đoạn {year - 2} – {year}",
            from_year=year - 2,
            to_year=year,
            review=Phase.Review.FINAL,
            source=setting.source,
            quote="giai đoạn",
        )


def route(
    territory: Placement,
    form: AwardForm,
    kinds: Sequence[str],
    *steps: tuple[str, dict[str, Any]],
) -> Route:
    """How units of these kinds in a territory go for a form: each step an act and its body."""
    with journal.act("test"):
        made = Route.objects.create(
            code=f"{form.code}-{kinds[0]}-{territory.pk}",
            matter=RouteMatter.AWARD,
            subject_kinds=list(kinds),
            form_code=form.code,
            territory=territory.unit,
            period=factories.ALWAYS,
        )
        for order, (act, body) in enumerate(steps, start=1):
            RouteStep.objects.create(route=made, order=order, act=act, body=f"Bước {order}", **body)
    return made


def household(made: Awarding, name: str = "Trần Văn Kín") -> Subject:
    """A household of the hamlet, entered by its head."""
    key = registration_factories.household(made.thon, made.hamlet, name)
    return Subject(Unit.objects.get(pk=key), made.hamlet)


def itself(place: Placement) -> Subject:
    """A unit as a subject."""
    return Subject(place.unit, place)


def occasion_of(made: Awarding, form: AwardForm) -> Occasion:
    """The round of yearly forms, the phase of the others."""
    yearly = form.occasion == AwardForm.Occasion.YEARLY
    return made.setting.round if yearly else made.phase


def nomination(
    made: Awarding,
    subject: Subject | None = None,
    *,
    form: AwardForm | None = None,
    by: User | None = None,
    state: str = NominationState.DRAFT,
) -> Nomination:
    """A nomination with all that the pre-check asks for, carried to `state` by who may.

    Args:
        subject: the hamlet unless told.
        form: decided by the commune unless told.
        by: who writes it, for the unit at which they are appointed: the hamlet's head unless told.
        state: up to `appraised`, or `returned`, `dropped`, `withdrawn`; at the first office.
    """
    by = by or made.thon
    form = form or made.yearly
    subject = subject or itself(made.hamlet)
    (begun,) = entering.begin(by, scope.of(by).grants[0], form, occasion_of(made, form), [subject])
    entering.write(by, begun.pk, "summary", "Giữ vững danh hiệu, học tập suốt đời.", seen=None)
    entering.write(by, begun.pk, "general", "Có 120 hộ.", seen=None)
    entering.write(by, begun.pk, "achievements", "Mở 4 lớp học cho người lớn.", seen=None)
    entering.state_unrestricted(by, begun.pk, True)
    if state == NominationState.WITHDRAWN:
        return step("withdraw", begun, by)
    if state == NominationState.DRAFT:
        return fresh(begun)
    carrying = submission(made, [begun], by=by)
    send(made, carrying, by)
    if state != NominationState.SENT:
        receive(made, carrying)
    steps = {"appraised": "appraise", "returned": "return", "dropped": "drop"}
    if state in steps:
        return step(steps[state], begun, receiver_of(made, carrying))
    return fresh(begun)


def submission(
    made: Awarding, carried: Sequence[Nomination], *, by: User | None = None
) -> Submission:
    """A submission with these nominations and its minutes, as a draft of the unit of `by`."""
    by = by or made.thon
    first = carried[0]
    begun = submitting.begin(
        by, scope.of(by).grants[0], first.form, first.occasion, [one.pk for one in carried]
    )
    minutes = SimpleUploadedFile("Biên bản họp.pdf", originals.pdf(text=f"Họp {begun.pk}"))
    submitting.attach(by, begun.pk, SubmissionFile.Kind.MINUTES, minutes)
    submitting.word(by, begun.pk, f"{begun.pk}/TTr", datetime.date(periods.today().year, 1, 5), "")
    return Submission.objects.get(pk=begun.pk)


def send(made: Awarding, carrying: Submission, by: User) -> Submission:
    """Signed off by a second person, where one is asked for, and sent by who prepared it."""
    if carrying.placement.kind != UnitKind.HAMLET:
        submissions.perform("sign", carrying.pk, _signer(carrying))
    sent: Submission = submissions.perform("send", carrying.pk, by)
    return sent


def _signer(carrying: Submission) -> User:
    """Who signs for the unit that sends; somebody new where nobody does."""
    unit = carrying.sender_id
    found = User.objects.filter(
        appointments__unit=unit, appointments__role__in=("leader", "commune_leader")
    ).first()
    if found is None:
        found = factories.user()
        factories.appoint(found, "leader", carrying.placement)
    return found


def receive(made: Awarding, carrying: Submission) -> Submission:
    """Received by somebody of the office to which it was sent."""
    carrying.refresh_from_db()
    received: Submission = submissions.perform("receive", carrying.pk, receiver_of(made, carrying))
    return received


def receiver_of(made: Awarding, carrying: Submission) -> User:
    """Who works at the office to which a submission was sent."""
    carrying.refresh_from_db()
    return made.land.xa if carrying.receiver_id == made.land.commune.unit_id else made.land.tinh


def step(name: str, found: Nomination, by: User, reason: str = REASON) -> Nomination:
    """The nomination after a step of `by`."""
    NOMINATION.perform(name, found.pk, by, reason=reason)
    return fresh(found)


def fresh(found: Nomination) -> Nomination:
    """The nomination as the database has it now."""
    return (
        Nomination.objects.with_subject()
        .select_related("form", "round", "phase", "proposer")
        .get(pk=found.pk)
    )
