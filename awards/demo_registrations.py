"""The demonstration's registrations: hamlets with households, and lists in every state."""

import datetime
import random
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from accounts.models import User
from awards.demo_people import person
from campaign.models import DeadlineMatter, Round, RoundDeadline
from core import journal, periods
from criteria.models import (
    Registration,
    RegistrationEvent,
    RegistrationList,
    Route,
    RouteMatter,
    RouteStep,
)
from criteria.registration import entering, offers
from criteria.registration.workflow import REGISTRATION
from units import members
from units.entries import Row
from units.members import MemberEntry
from units.models import (
    MEMBER_KINDS,
    Appointment,
    Member,
    PersonalReading,
    PersonalRecord,
    Placement,
    Unit,
    UnitKind,
    WithheldRecord,
)

BASIS = "Dữ liệu minh họa"
REASON = "Lập danh sách đăng ký thi đua năm"
SINCE = datetime.date(2025, 7, 1)
FAMILY_TITLE, COMMUNE_TITLE = "title-gia-dinh-hoc-tap", "title-cong-dong-hoc-tap-xa"
HAMLETS = ("Ấp Giồng Lớn", "Ấp Mé Rạch B")
FAMILIES = ("Thạch", "Kim", "Sơn", "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Lâm", "Võ")
GIVEN = ("Sa Rây", "Văn Út", "Thị Bé Ba", "Minh Tâm", "Thị Ngọc Điệp", "Hoàng Nam", "Thanh Tùng")
# What happened to the lists of the hamlets, commune by commune, hamlet by hamlet.
STORIES: tuple[tuple[str, ...], ...] = (
    (),  # the list of `thon`, to go on with
    ("send",),
    ("send", "approve"),
    ("send", "reject"),
    ("send", "approve", "withdraw"),
    ("send", "approve"),
    ("send",),
    ("send", "approve"),
)
OWN_STORIES: tuple[tuple[str, ...], ...] = (
    ("send", "approve"),
    ("send",),
    ("send", "reject"),
    (),
    ("send", "approve"),
)
REASONS = {
    "reject": "Danh sách còn hộ đã chuyển đi nơi khác; đề nghị rà soát.",
    "withdraw": "Ấp xin rút để rà soát lại tiêu chí trước khi đăng ký.",
}


def play(
    round_: Round,
    office: Placement,
    officer: User,
    communes: Sequence[Placement],
    clerks: Mapping[int, User],
    dice: random.Random,
) -> None:
    """Let communes and hamlets register.

    Args:
        office: who receives what communes register for; `officer` approves it.
        clerks: who registers for a commune, by the key of its unit.
    """
    _configure(round_, office, communes)
    for number, story in enumerate(STORIES):
        commune = communes[number // len(HAMLETS)]
        _hamlet(round_, commune, clerks[commune.unit_id], number, story, dice)
    for number, commune in enumerate(communes[1:11]):
        clerk, story = clerks[commune.unit_id], OWN_STORIES[number % len(OWN_STORIES)]
        begun = _begin(clerk, round_, commune, UnitKind.COMMUNE, COMMUNE_TITLE)
        _carry(begun, story, clerk, officer)


def _configure(round_: Round, office: Placement, communes: Sequence[Placement]) -> None:
    """Routes and deadlines, marked as the demonstration's own: no source gives them."""
    today, province = periods.today(), _province_of(office)
    hamlets = (UnitKind.HAMLET, *MEMBER_KINDS)
    organisations = (UnitKind.SCHOOL, UnitKind.AGENCY, UnitKind.ENTERPRISE, UnitKind.OTHER)
    with journal.act("demo.load", reason=BASIS):
        for code, kinds, body in (
            ("thon", hamlets, {"body": "Ủy ban nhân dân cấp xã", "above": UnitKind.COMMUNE}),
            (
                "xa",
                (UnitKind.COMMUNE, *organisations),
                {"body": office.name, "unit_id": office.unit_id},
            ),
        ):
            route = Route.objects.create(
                code=f"minh-hoa-dang-ky-{code}",
                matter=RouteMatter.REGISTRATION,
                subject_kinds=list(kinds),
                territory_id=province,
                period=periods.between(SINCE, None),
                basis=BASIS,
                is_demo=True,
            )
            RouteStep.objects.create(route=route, order=1, act=RouteStep.Act.RECEIVE, **body)
        for kind in (UnitKind.COMMUNE, *hamlets):
            RoundDeadline.objects.create(
                round=round_,
                matter=DeadlineMatter.REGISTRATION,
                subject_kind=kind,
                territory_id=province,
                due_on=today + datetime.timedelta(days=9),
                basis=BASIS,
                is_demo=True,
            )


def _province_of(office: Placement) -> int:
    if office.located_in_id is None:
        raise LookupError(f"{office} lies nowhere")
    return office.located_in_id


def _hamlet(
    round_: Round,
    commune: Placement,
    clerk: User,
    number: int,
    story: tuple[str, ...],
    dice: random.Random,
) -> None:
    place, head = _found(commune, number)
    keys = _households(head, place, dice)
    begun = _begin(head, round_, place, UnitKind.HOUSEHOLD, FAMILY_TITLE)
    if number != 5:  # one hamlet keeps no list
        entering.register(head, begun.pk, keys[: 5 + number % 4], registered=True)
    if number in (0, 5):  # a number beside the list, and one instead of it
        entering.declare(head, begun.pk, 7 + 12 * number, seen=None)
    _carry(begun, story, head, clerk)


def _households(head: User, place: Placement, dice: random.Random) -> list[int]:
    """Keys of the households that the hamlet keeps; ten are entered where it keeps none."""
    kept = Member.objects.at(place.unit_id, UnitKind.HOUSEHOLD).on(periods.today())
    known = list(kept.order_by("number").values_list("unit", flat=True))
    return known or [
        members.save_row(
            head,
            place,
            UnitKind.HOUSEHOLD,
            Row(key=uuid.UUID(int=dice.getrandbits(128))),
            MemberEntry(f"{dice.choice(FAMILIES)} {dice.choice(GIVEN)}", dice.randint(2, 7)),
            0,
            REASON,
        ).unit_id
        for _household in range(10)
    ]


def _found(commune: Placement, number: int) -> tuple[Placement, User]:
    """A hamlet of the commune with its head; the first one is that of the account `thon`."""
    held = Appointment.objects.filter(user__username="thon", role="hamlet_head").first()
    if number == 0 and held:
        place = Placement.objects.on(periods.today()).get(unit=held.unit_id)
        return place, held.user
    with journal.act("demo.load", reason=BASIS):
        place = _place(commune, HAMLETS[number % len(HAMLETS)])
        head = person(f"thon-{number}" if number else "thon", f"{FAMILIES[number]} Văn Trưởng")
        Appointment.objects.create(
            user=head,
            role="hamlet_head",
            unit_id=place.unit_id,
            period=periods.between(SINCE, None),
        )
    return place, head


def _place(commune: Placement, name: str) -> Placement:
    unit = Unit.objects.create(kind=UnitKind.HAMLET, is_demo=True)
    return Placement.objects.create(
        unit=unit,
        kind=UnitKind.HAMLET,
        name=name,
        located_in_id=commune.unit_id,
        managed_by_id=commune.unit_id,
        path=f"{commune.path}{unit.pk}/",
        period=periods.between(SINCE, None),
        provenance=BASIS,
    )


def _begin(
    person: User, round_: Round, place: Placement, kind: UnitKind, key: str
) -> RegistrationList:
    offer = offers.offer_of(place, round_, kind, key)
    if offer is None:
        raise LookupError(f"{place} cannot register for {key}: load_plans comes first")
    return entering.begin(person, round_, offer)


def _carry(found: RegistrationList, story: tuple[str, ...], head: User, officer: User) -> None:
    for step in story:
        person = officer if step in ("approve", "reject") else head
        REGISTRATION.perform(step, found.pk, person, reason=REASONS.get(step, ""))


def remove(people: QuerySet[User]) -> None:
    """Take the demonstration's registrations and members out again (inside an act)."""
    lists = RegistrationList.objects.filter(begun_by__in=people)
    homes = Unit.objects.filter(is_demo=True)
    RegistrationEvent.objects.filter(list__in=lists).delete()
    Registration.objects.filter(list__in=lists).delete()
    lists.delete()
    there = Member.objects.filter(home__in=homes)
    keys = list(there.values_list("unit", flat=True))
    PersonalReading.objects.filter(home__in=homes).delete()
    WithheldRecord.objects.filter(unit__in=keys).delete()
    PersonalRecord.objects.filter(unit__in=keys).delete()
    there.delete()
    Unit.objects.filter(pk__in=keys).delete()
