"""Hamlets, organisations, members and figures for tests, each through the act of who may."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core import journal, periods
from tests import factories
from tests.factories import Land
from units import acts, figures, members
from units.acts import NodeEntry
from units.entries import Row
from units.members import MemberEntry
from units.models import Figure, FigureKind, Measure, Member, Placement, UnitKind

REASON = "Lập danh sách năm 2026"


def new_row() -> Row:
    """The row of a page that was opened just now."""
    return Row(key=uuid.uuid4())


def found(user: User, place: Placement, kind: str, name: str, **entry: Any) -> Placement:
    """A unit founded in `place`."""
    return acts.save_row(user, place, kind, new_row(), NodeEntry(name, **entry), 0)


def member(user: User, home: Placement, kind: str, name: str, **entry: Any) -> Member:
    """A member entered at `home`."""
    return members.save_row(user, home, kind, new_row(), MemberEntry(name, **entry), 0, REASON)


def kind(code: str = "ho", measure: str = Measure.COUNT, **fields: Any) -> FigureKind:
    """A kind of figure that is asked of communes and hamlets."""
    with journal.act("test"):
        return FigureKind.objects.create(
            code=code,
            name=fields.pop("name", "Số hộ gia đình"),
            unit_name="hộ" if measure == Measure.COUNT else "",
            measure=measure,
            asked_of=fields.pop("asked_of", [UnitKind.COMMUNE, UnitKind.HAMLET]),
            asked_by="3853/KH-UBND",
            **fields,
        )


def figure(
    user: User,
    place: Placement,
    of: FigureKind,
    value: int | None,
    day: datetime.date | None = None,
    paper: str = "Báo cáo 12/BC-UBND",
) -> Figure:
    """A figure stated of `place`."""
    return figures.state(user, place, of, value, day or periods.today(), paper)


@dataclass(frozen=True)
class Village:
    """A hamlet of the land's commune with its head, a school of the Sở and an office there."""

    land: Land
    hamlet: Placement
    school: Placement
    office: Placement
    thon: User
    coquan: User

    @property
    def xa(self) -> User:
        """The officer of the commune."""
        return self.land.xa


def managed_by(place: Placement, body: Placement) -> Placement:
    """The same unit, managed by `body` from its first day."""
    with journal.act("test"):
        place.managed_by = body.unit
        place.save(update_fields=["managed_by"])
    return place


def village(land: Land) -> Village:
    """Founded by the commune and by the Sở."""
    hamlet = found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Cây Da", basis="Nghị quyết 5")
    school = found(land.sogddt, land.commune, UnitKind.SCHOOL, "Trường THPT Đại An")
    office = found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế xã Đại An")
    thon, coquan = (
        factories.user("thon", full_name="Sơn Văn Ấp"),
        factories.user("coquan", full_name="Lê Thị Cơ Quan"),
    )
    factories.appoint(thon, "hamlet_head", hamlet)
    factories.appoint(coquan, "organisation_officer", office)
    return Village(land, hamlet, school, office, thon, coquan)
