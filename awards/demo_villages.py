"""The demonstration's hamlets, organisations, households, citizens and figures: all invented, and
entered through the acts of the people who keep them."""

import datetime
import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core import journal
from units import acts, figures, members, personal
from units.acts import NodeEntry
from units.entries import Row
from units.members import MemberEntry
from units.models import (
    Figure,
    FigureKind,
    Member,
    PersonalReading,
    PersonalRecord,
    Placement,
    SheetGroup,
    Unit,
    UnitKind,
    WithheldRecord,
)

REASON = "Lập danh sách hộ, công dân đăng ký năm 2026"
SINCE = datetime.date(2025, 7, 1)
LAST_YEAR, BEFORE = datetime.date(2025, 12, 31), datetime.date(2025, 9, 30)
HAMLETS = ("Chợ", "Giồng Đình", "Cây Da", "Trà Kháo", "Mé Rạch", "Xà Lôn", "Bến Thế", "Sóc Tro")
OTHER_HAMLETS = ("Cà Săng", "Chợ Mới", "Giồng Tranh", "Rạch Đập")
PAPER = "Báo cáo số 145/BC-UBND (dữ liệu minh họa)"
FOUNDING = "Nghị quyết số 05/NQ-HĐND (dữ liệu minh họa)"
# Of each hundred households: how many of what a kind counts.
OF_A_HUNDRED_HOUSEHOLDS = {
    "ho": 100,
    "ho-gia-dinh-hoc-tap": 71,
    "dong-ho": 4,
    "nguoi-lon": 262,
    "lao-dong": 148,
    "lao-dong-cong-dan-hoc-tap": 66,
}


@dataclass(frozen=True)
class Village:
    """What was founded in the commune of the accounts."""

    hamlets: Sequence[Placement]
    office: Placement


def found(
    xa: User, xa2: User, education: User, communes: Sequence[Placement], office: Placement
) -> Village:
    """Found hamlets in two communes, and in the first some organisations.

    Args:
        xa, xa2: the officers of the first two communes.
        education: the officer of the Sở, which manages the upper secondary school.
        office: of the province, in the first commune.
    """
    commune, other = communes[:2]
    hamlets = [_found(xa, commune, UnitKind.HAMLET, f"Ấp {name}") for name in HAMLETS]
    for name in OTHER_HAMLETS:
        _found(xa2, other, UnitKind.HAMLET, f"Ấp {name}")
    short = commune.name.partition(" ")[2]
    school = _found(education, commune, UnitKind.SCHOOL, f"Trường THPT {short}")
    _found(education, school, UnitKind.DEPARTMENT, "Tổ Khoa học tự nhiên")
    _found(xa, commune, UnitKind.SCHOOL, f"Trường Tiểu học {short} A")
    _found(xa, commune, UnitKind.AGENCY, f"Trạm Y tế xã {short}")
    _found(xa, commune, UnitKind.MASS_ORGANISATION, f"Hội Khuyến học xã {short}")
    _found(xa, commune, UnitKind.ENTERPRISE, f"Hợp tác xã Nông nghiệp {short}")
    _found(xa, commune, UnitKind.OTHER, f"Chùa và Ban Quản trị chùa {short}")
    acts.rename(xa, hamlets[0].unit_id, "Ấp Chợ Đại An", datetime.date(2026, 1, 1), FOUNDING)
    return Village(hamlets, office)


def _found(user: User, place: Placement, kind: UnitKind, name: str) -> Placement:
    entry = NodeEntry(name, first_day=SINCE, basis=FOUNDING)
    state = acts.save_row(user, place, kind, Row(key=_key(place, name)), entry, 0)
    with journal.act("demo.load"):
        Unit.objects.filter(pk=state.unit_id).update(is_demo=True)
    return state


def _key(place: Placement, name: str) -> uuid.UUID:
    """The key that a page would have given the row."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{place.unit_id} {name}")


def enter(
    thon: User, coquan: User, village: Village, name: Callable[[], str], dice: random.Random
) -> None:
    """The head of the third hamlet and the officer of the office keep their lists."""
    home = village.hamlets[2]
    personal.open_names(thon, home, REASON)
    for number in range(1, 15):
        head = name()
        _member(thon, home, UnitKind.HOUSEHOLD, MemberEntry(head, people=dice.randint(2, 6)))
        born = dice.randint(1958, 2004)
        citizen = MemberEntry(
            head,
            birth_year=born,
            household=number,
            sheet_group=SheetGroup.FARMERS,
            identity=_identity(dice),
        )
        _member(thon, home, UnitKind.CITIZEN, citizen)
    _member(thon, home, UnitKind.CLAN, MemberEntry("Họ Thạch ấp Cây Da", people=58))
    personal.open_names(coquan, village.office, "Lập danh sách đăng ký của đơn vị năm 2026")
    for _number in range(6):
        born = dice.randint(1970, 2001)
        clerk = MemberEntry(name(), birth_year=born, sheet_group=SheetGroup.OFFICIALS)
        _member(coquan, village.office, UnitKind.CITIZEN, clerk)


def _identity(dice: random.Random) -> str:
    """Twelve digits that no office ever gave: no province has the code 000."""
    return f"000{dice.randrange(10**9):09d}"


def _member(user: User, home: Placement, kind: UnitKind, entry: MemberEntry) -> None:
    row = Row(key=_key(home, f"{kind} {entry.name} {entry.identity} {entry.birth_year}"))
    member = members.save_row(user, home, kind, row, entry, 0, REASON)
    with journal.act("demo.load"):
        Unit.objects.filter(pk=member.unit_id).update(is_demo=True)


def state(
    clerks: Mapping[int, User],
    communes: Sequence[Placement],
    village: Village,
    dice: random.Random,
) -> None:
    """Figures of some communes and of the hamlets of the first; one corrected, one taken back."""
    kinds = {kind.code: kind for kind in FigureKind.objects.all()}
    if not kinds:
        raise LookupError("load_units and load_plans come first")
    xa = clerks[communes[0].unit_id]
    for hamlet in village.hamlets:
        _state_all(xa, hamlet, kinds, dice.randint(180, 420))
    for place in communes[:8]:
        _state_all(clerks[place.unit_id], place, kinds, dice.randint(2600, 4200))
    first, last = village.hamlets[0], village.hamlets[-1]
    figures.state(xa, first, kinds["ho"], 318, LAST_YEAR, "Đính chính Báo cáo số 145/BC-UBND")
    figures.state(xa, last, kinds["dong-ho"], None, LAST_YEAR, "Rút để rà soát lại")
    decision = "Quyết định về thôn đặc biệt khó khăn (dữ liệu minh họa)"
    figures.state(xa, last, kinds["vung-kho-khan"], 1, SINCE, decision)


def _state_all(user: User, place: Placement, kinds: Mapping[str, FigureKind], size: int) -> None:
    for code, share in OF_A_HUNDRED_HOUSEHOLDS.items():
        figures.state(user, place, kinds[code], size * share // 100, LAST_YEAR, PAPER)
    figures.state(user, place, kinds["ho"], size - 7, BEFORE, PAPER)


def rows(people: QuerySet[User], units: QuerySet[Unit]) -> Iterator[QuerySet[Any]]:
    """What of all this is removed before the people and units of the demonstration."""
    yield Figure.objects.filter(stated_by__in=people)
    yield PersonalReading.objects.filter(user__in=people)
    yield WithheldRecord.objects.filter(unit__in=units)
    yield PersonalRecord.objects.filter(unit__in=units)
    yield Member.objects.filter(unit__in=units)
