"""The demonstration's commendations: routes, and nominations in every state on the way to an
office's word; invented, and brought there by the acts of the people who would."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from awards import demo_proposing as proposing
from awards.demo_proposing import BASIS, HIGH, HIGHEST, LETTER, SINCE, YEARLY, Players
from awards.models import (
    Consultation,
    ConsultationEvent,
    ConsultationLine,
    ConsultationRule,
    EarlierAward,
    Nomination,
    NominationEvent,
    NominationEvidence,
    Quota,
    Restriction,
    Submission,
    SubmissionEvent,
    SubmissionFile,
    SubmissionLine,
    Term,
)
from awards.nominating import candidates, entering
from awards.nominating.entering import Earlier, Subject
from awards.nominating.workflow import NOMINATION
from campaign.models import DeadlineMatter, Round, RoundDeadline
from campaign.queries import Occasion, occasion_key
from core import journal, periods
from core.workflow import Refused
from criteria.models import AwardForm, Recognition, Route, RouteMatter, RouteStep, Title
from units import scope
from units.models import MEMBER_KINDS, Placement, UnitKind

FAMILY_TITLE = "gia-dinh-hoc-tap"
ORGANISATIONS = (
    UnitKind.AGENCY,
    UnitKind.SCHOOL,
    UnitKind.MASS_ORGANISATION,
    UnitKind.ENTERPRISE,
    UnitKind.OTHER,
)
IN_COMMUNE = (UnitKind.HAMLET, *MEMBER_KINDS, *ORGANISATIONS)
WITHDRAW = "Hộ xin rút để hoàn thiện hồ sơ, đề nghị vào đợt sau."
# What the commune's office has done with the hamlet's nominations for the yearly form.
HAMLET_STORIES: tuple[tuple[str, ...], ...] = (
    ("draft",),
    ("sent", "receive", "return"),
    ("sent", "receive"),
    ("sent", "receive", "appraise"),
    ("sent", "receive", "drop"),
    ("sent", "receive", "appraise"),
    ("withdraw",),
)
# The same of the province's office with those of the communes.
COMMUNE_STORIES: tuple[tuple[str, ...], ...] = (
    ("sent", "receive", "appraise"),
    ("sent",),
    ("draft",),
    ("sent", "receive", "return"),
    ("sent", "receive"),
    ("draft",),
    ("draft",),
    ("sent", "receive", "appraise"),
)
LEADERS = (
    "Lâm Văn Hiếu",
    "Kiên Thị Sa Mol",
    "Trần Quốc Việt",
    "Ngô Thị Mỹ Lệ",
    "Sơn Ngọc Minh",
    "Thạch Thị Hoa",
    "Phạm Văn Tới",
    "Trương Thị Út",
)


def play(
    players: Players,
    round_: Round,
    office: Placement,
    communes: Sequence[Placement],
    hamlet: Placement,
    agency: Placement,
) -> None:
    """Let the hamlet of `thon`, the organisation of `coquan` and communes propose.

    Args:
        office: which receives what communes send.
        hamlet, agency: where `thon` and `coquan` work, both in the first of the communes; the
            agency is of the province.
    """
    forms = {form.code: form for form in AwardForm.objects.select_related("document")}
    phase = candidates.occasions_of(forms[HIGH])[0]
    _configure(office, agency, (round_, phase))
    _households(players, forms[YEARLY], round_, hamlet)
    _sent_as_it_is(players, forms[LETTER], hamlet)
    _upwards(players, forms[HIGH], agency)
    _communes(players, forms[HIGH], communes)


def _configure(office: Placement, agency: Placement, occasions: Sequence[Occasion]) -> None:
    """Routes, and deadlines for what is given, marked as the demonstration's own: no source gives
    them."""
    receive, decide = RouteStep.Act.RECEIVE, RouteStep.Act.DECIDE
    province = office.managed_by_id
    assert province is not None  # noqa: S101 -- an office of the province
    commune: dict[str, Any] = {"body": "Ủy ban nhân dân cấp xã", "above": UnitKind.COMMUNE}
    head: dict[str, Any] = {"body": "Chủ tịch Ủy ban nhân dân cấp xã", "above": UnitKind.COMMUNE}
    home_affairs: dict[str, Any] = {"body": office.name, "unit_id": office.unit_id}
    chairman: dict[str, Any] = {"body": "Chủ tịch Ủy ban nhân dân tỉnh", "unit_id": province}
    minister: dict[str, Any] = {"body": "Thủ tướng Chính phủ"}
    upwards = ((receive, home_affairs), (decide, chairman))
    outwards = ((receive, home_affairs), (decide, minister))
    below = (receive, commune)
    routes = (
        (YEARLY, IN_COMMUNE, (below, (decide, head))),
        (LETTER, IN_COMMUNE, (below, (decide, head))),
        (YEARLY, (UnitKind.COMMUNE,), upwards),
        (HIGH, IN_COMMUNE, (below, *upwards)),
        (HIGH, (UnitKind.COMMUNE,), upwards),
        (HIGHEST, IN_COMMUNE, (below, *outwards)),
        (HIGHEST, (UnitKind.COMMUNE,), outwards),
    )
    of_the_province = (
        (HIGH, (UnitKind.AGENCY,), upwards),
        (HIGHEST, (UnitKind.AGENCY,), outwards),
    )
    everywhere = [(province, *one) for one in routes]
    there = [(agency.unit_id, *one) for one in of_the_province]
    kinds = (UnitKind.HOUSEHOLD, UnitKind.HAMLET, UnitKind.ENTERPRISE, UnitKind.COMMUNE)
    with journal.act("demo.load", reason=BASIS):
        for occasion, kind in product(occasions, kinds):
            RoundDeadline.objects.create(
                **occasion_key(occasion),
                matter=DeadlineMatter.NOMINATION,
                subject_kind=kind,
                territory_id=province,
                due_on=periods.today() + datetime.timedelta(days=30),
                basis=BASIS,
                is_demo=True,
            )
        for number, (territory, code, kinds, steps) in enumerate([*everywhere, *there], 1):
            route = Route.objects.create(
                code=f"minh-hoa-khen-thuong-{number}",
                matter=RouteMatter.AWARD,
                subject_kinds=list(kinds),
                form_code=code,
                territory_id=territory,
                period=periods.between(SINCE, None),
                basis=BASIS,
                is_demo=True,
            )
            RouteStep.objects.bulk_create(
                RouteStep(route=route, order=order, act=act, **body)
                for order, (act, body) in enumerate(steps, start=1)
            )


def _households(players: Players, form: AwardForm, round_: Round, hamlet: Placement) -> None:
    """Households of the hamlet for the yearly form, each as far as its story says."""
    thon, office = players.people["thon"], players.people["xa"]
    rows = candidates.rows(hamlet, UnitKind.HOUSEHOLD)[: len(HAMLET_STORIES)]
    chosen = [candidates.subject_of(row, hamlet)[0] for row in rows]
    stories = list(zip(chosen, HAMLET_STORIES, strict=False))
    # Also the draft: who tries the portal out can send it.
    recognise(office, [one for one, story in stories if "withdraw" not in story])
    begun = entering.begin(thon, scope.of(thon).grants[0], form, round_, chosen)
    proposed = list(zip(begun, HAMLET_STORIES, strict=False))
    for number, (one, story) in enumerate(proposed):
        proposing.write(thon, one)
        if number == len(proposed) - 2:
            entering.add_earlier(thon, one.pk, _earlier())
        if "withdraw" in story:
            NOMINATION.perform("withdraw", one.pk, thon, reason=WITHDRAW)
    sent = [(one, story) for one, story in proposed if "sent" in story]
    if proposing.send(players, thon, [one for one, _story in sent], receiver=office):
        proposing.carry(office, sent)


def recognise(clerk: User, families: Sequence[Subject]) -> None:
    """The families hold the title that the criteria ask for, by a decision of the commune."""
    title = Title.objects.get(code=FAMILY_TITLE)
    decided = periods.Day(2026, 3, 12)
    until = decided.replace(year=decided.year + 3) - periods.ONE_DAY
    with journal.act("demo.load", reason=BASIS):
        for one in families:
            Recognition.objects.create(
                unit=one.unit,
                placement=one.place,
                path=one.place.path,
                title=title,
                assessed_year=decided.year - 1,
                decision_number="27/QĐ-UBND",
                decided_on=decided,
                decided_by="Chủ tịch Ủy ban nhân dân xã (minh họa)",
                period=periods.between(decided, until),
                declared_by=clerk,
            )


def _earlier() -> Earlier:
    day = periods.Day(2024, 12, 20)
    return Earlier("Giấy khen", "412/QĐ-UBND", day, "Chủ tịch Ủy ban nhân dân xã (minh họa)")


def _sent_as_it_is(players: Players, form: AwardForm, hamlet: Placement) -> None:
    """The hamlet itself, sent and not yet received."""
    thon = players.people["thon"]
    phase = candidates.occasions_of(form)[0]
    grant = scope.of(thon).grants[0]
    begun = entering.begin(thon, grant, form, phase, [Subject(hamlet.unit, hamlet)])
    for one in begun:
        proposing.write(thon, one)
    proposing.send(players, thon, begun)


def _upwards(players: Players, form: AwardForm, agency: Placement) -> None:
    """The office of `coquan`: appraised by the province's office."""
    coquan, tinh = players.people["coquan"], players.people["tinh"]
    signer = proposing.signer("lanhdaocoquan", "Huỳnh Minh Đức", "leader", agency)
    phase = candidates.occasions_of(form)[0]
    grant = scope.of(coquan).grants[0]
    begun = entering.begin(coquan, grant, form, phase, [Subject(agency.unit, agency)])
    for one in begun:
        proposing.write(coquan, one)
    if proposing.send(players, coquan, begun, signer=signer, receiver=tinh):
        proposing.carry(tinh, [(one, ("appraise",)) for one in begun])


def _communes(players: Players, form: AwardForm, communes: Sequence[Placement]) -> None:
    """Communes that hold the title; where the pre-check finds something that blocks, the draft
    stays with what it says."""
    tinh = players.people["tinh"]
    phase = candidates.occasions_of(form)[0]
    for number, (place, story) in enumerate(zip(communes[1:], COMMUNE_STORIES, strict=False)):
        clerk = players.clerks[place.unit_id]
        signer = proposing.signer(f"lanhdao-{place.code}", LEADERS[number], "commune_leader", place)
        grant = scope.of(clerk).grants[0]
        begun = entering.begin(clerk, grant, form, phase, [Subject(place.unit, place)])
        for one in begun:
            proposing.write(clerk, one)
        if "sent" not in story:
            continue
        receiver = tinh if "receive" in story else None
        if proposing.send(players, clerk, begun, signer=signer, receiver=receiver):
            proposing.carry(tinh, [(one, story) for one in begun])


def refuse_real_work(people: QuerySet[User]) -> None:
    """Raises Refused: people outside the demonstration have worked on its nominations, or its
    people on theirs."""
    begun = Nomination.objects.filter(begun_by__in=people)
    papers = Submission.objects.filter(begun_by__in=people)
    asked = Consultation.objects.filter(asked_by__in=people)
    lines, questions = SubmissionLine.objects.all(), ConsultationLine.objects.all()
    found: tuple[QuerySet[Any], ...] = (
        NominationEvent.objects.filter(nomination__in=begun).exclude(user__in=people),
        SubmissionEvent.objects.filter(submission__in=papers).exclude(user__in=people),
        ConsultationEvent.objects.filter(consultation__in=asked).exclude(user__in=people),
        lines.filter(nomination__in=begun).exclude(submission__in=papers),
        lines.filter(submission__in=papers).exclude(nomination__in=begun),
        questions.filter(nomination__in=begun).exclude(consultation__in=asked),
        questions.filter(consultation__in=asked).exclude(nomination__in=begun),
    )
    if any(rows.exists() for rows in found):
        raise Refused("people outside the demonstration have worked on its nominations")


def rows(people: QuerySet[User]) -> Iterator[QuerySet[Any]]:
    """What is to be removed, in an order in which nothing is left without what it stands on."""
    begun = Nomination.objects.filter(begun_by__in=people)
    papers = Submission.objects.filter(begun_by__in=people)
    asked = Consultation.objects.filter(asked_by__in=people)
    yield ConsultationEvent.objects.filter(consultation__in=asked)
    yield ConsultationLine.objects.filter(consultation__in=asked)
    yield asked
    for rule in (Quota, Term, Restriction, ConsultationRule):
        yield rule._default_manager.filter(entered_by__in=people)
    yield NominationEvent.objects.filter(nomination__in=begun)
    yield EarlierAward.objects.filter(nomination__in=begun)
    yield NominationEvidence.objects.filter(nomination__in=begun)
    yield SubmissionEvent.objects.filter(submission__in=papers)
    yield SubmissionFile.objects.filter(submission__in=papers)
    yield SubmissionLine.objects.filter(submission__in=papers)
    yield begun
    yield papers
