"""The demonstration's households, citizens and offices that are assessed by themselves, in every
state; by the criteria of the plans alone, no set is invented."""

import datetime
import random
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from awards.demo_villages import Village
from campaign.models import Round, RoundDeadline
from core import periods
from criteria import assessing, evaluation
from criteria.books import saving
from criteria.books.book import Book, open_book
from criteria.models import Assessment, CriteriaSet, Route, RouteMatter, RouteStep
from criteria.workflow import ASSESSMENT
from units.models import Member, Placement, UnitKind

BASIS = "Dữ liệu minh họa"
SINCE = datetime.date(2025, 7, 1)
OF_HAMLETS = (UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CLAN)
OF_OFFICES = (
    UnitKind.AGENCY,
    UnitKind.MASS_ORGANISATION,
    UnitKind.SCHOOL,
    UnitKind.ENTERPRISE,
    UnitKind.DEPARTMENT,
    UnitKind.OTHER,
    UnitKind.CITIZEN,
)
# What happened to the households, from the first on; the others are not assessed yet.
STORIES: tuple[tuple[str, ...], ...] = (
    ("send", "receive", "confirm"),
    ("send", "receive", "confirm"),
    ("send", "receive", "return"),
    ("send", "receive"),
    ("send",),
    ("send",),
    (),
    (),
)
ASSESSED_CITIZENS = 5
RETURNED = "Đề nghị ghi rõ đóng góp của hộ tại cuộc họp ấp."


def configure(round_: Round, province: Placement) -> None:
    """Routes and deadlines, marked as the demonstration's own: no source gives them (inside an
    act)."""
    for code, kinds, body in (
        ("thon", OF_HAMLETS, {"body": "Ủy ban nhân dân cấp xã", "above": UnitKind.COMMUNE}),
        ("co-quan", OF_OFFICES, {"body": "Cơ quan quản lý trực tiếp", "managing": True}),
    ):
        _route(code, kinds, province, body)
        for kind in kinds:
            RoundDeadline.objects.create(
                round=round_,
                subject_kind=kind,
                territory_id=province.unit_id,
                due_on=periods.today() + datetime.timedelta(days=17),
                basis=BASIS,
                is_demo=True,
            )


def route_to(receiver: Placement, office: Placement) -> None:
    """What an office of the province and its people send goes to `receiver`, as nobody of the
    accounts acts for the province itself (inside an act)."""
    body = {"body": receiver.name, "unit_id": receiver.unit_id}
    _route("co-quan-tinh", (UnitKind.AGENCY, UnitKind.CITIZEN), office, body)


def _route(
    code: str, kinds: Sequence[UnitKind], territory: Placement, body: Mapping[str, Any]
) -> None:
    route = Route.objects.create(
        code=f"minh-hoa-tu-danh-gia-{code}",
        matter=RouteMatter.ASSESSMENT,
        subject_kinds=list(kinds),
        territory_id=territory.unit_id,
        period=periods.between(SINCE, None),
        basis=BASIS,
        is_demo=True,
    )
    RouteStep.objects.create(route=route, order=1, act=RouteStep.Act.RECEIVE, **body)


def play(
    round_: Round, village: Village, thon: User, coquan: User, leader: User, dice: random.Random
) -> None:
    """Let the head of the third hamlet and the officer of the office assess.

    Args:
        leader: of the commune, who confirms for it.
    """
    home = village.hamlets[2]
    households = open_book(round_, home, UnitKind.HOUSEHOLD)
    keys = _members(home, UnitKind.HOUSEHOLD)[: len(STORIES)]
    _assess(thon, households, keys, [("yes", "yes", "yes", "partly")[n % 4] for n in range(8)])
    for key, story in zip(keys, STORIES, strict=True):
        _carry(households.begun.get(unit=key), story, thon, leader)
    citizens = open_book(round_, home, UnitKind.CITIZEN, CriteriaSet.Purpose.TITLE)
    for key in _members(home, UnitKind.CITIZEN)[:ASSESSED_CITIZENS]:
        points = {part.name: str(dice.randint(6, 10)) for part in citizens.parts}
        saving.save(thon, citizens, [saving.Entry(key, points, 0)])
    _begin_office(round_, village.office, coquan)


def _members(home: Placement, kind: UnitKind) -> list[int]:
    """Keys of the members of a home, in the order of their numbers."""
    kept = Member.objects.at(home.unit_id, kind).on(periods.today())
    return list(kept.order_by("number").values_list("unit", flat=True))


def _assess(user: User, book: Book, keys: Sequence[int], said: Sequence[str]) -> None:
    entries = [
        saving.Entry(key, {part.name: value for part in book.parts}, 0)
        for key, value in zip(keys, said, strict=True)
    ]
    saving.save(user, book, entries)


def _carry(assessment: Assessment, story: Sequence[str], head: User, leader: User) -> None:
    for step in story:
        if step == "confirm":
            for criterion in evaluation.form_of(assessment.criteria_set).judged:
                assessing.judge(assessment.pk, criterion.pk, leader, verdict="accepted")
        person = head if step == "send" else leader
        reason = RETURNED if step == "return" else ""
        ASSESSMENT.perform(step, assessment.pk, person, reason=reason)


def _begin_office(round_: Round, office: Placement, officer: User) -> None:
    """The first of its criteria is answered; the account goes on from there."""
    assessment = assessing.begin(officer, round_, office)
    criterion = evaluation.form_of(assessment.criteria_set).asked[0]
    assessing.save_answer(
        assessment.pk,
        criterion.pk,
        officer,
        value={"value": "yes"},
        note="Đã phổ biến phong trào đến toàn thể viên chức trong họp giao ban quý I.",
        version=0,
    )
