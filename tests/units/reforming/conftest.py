"""A province with three communes and hamlets; who proposes and who confirms there."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import User
from core import periods
from tests import factories, unit_factories
from tests.factories import Land
from units.models import Member, Placement, Reform, UnitKind
from units.reforming import entering
from units.reforming.entering import Header, Wanted
from units.reforming.workflow import REFORM

CITATION = "Nghị quyết số 15/NQ-HĐND ngày 10/10/2026"


@dataclass(frozen=True)
class Setting:
    """Hamlets of the land's commune, members in the first two; who acts."""

    land: Land
    one: Placement
    two: Placement
    three: Placement
    members: tuple[Member, ...]
    tinh: User
    country: User
    country2: User

    @property
    def xa(self) -> User:
        """The officer of the commune, who proposes for its hamlets."""
        return self.land.xa

    def draft(self, by: User | None = None, *, on: datetime.date | None = None) -> Reform:
        """A reform that says nothing yet."""
        header = Header("Sắp xếp ấp năm 2026", CITATION, on or periods.today())
        return entering.begin(by or self.xa, header)

    def merger(self, *, on: datetime.date | None = None, name: str = "Ấp Hợp Nhất") -> Reform:
        """The first two hamlets are to be merged into a new one."""
        reform = self.draft(on=on)
        entering.merge(self.xa, reform.pk, [self.one, self.two], None, Wanted(name))
        return reform

    def proposed(self, **options: Any) -> Reform:
        """`merger`, proposed."""
        return take("propose", self.merger(**options), self.xa)

    def done(self, **options: Any) -> Reform:
        """`merger`, confirmed by the province."""
        return take("confirm", self.proposed(**options), self.tinh)


def take(step: str, reform: Reform, user: User | None, reason: str = "Theo nghị quyết") -> Reform:
    """`reform` after a step."""
    found: Reform = REFORM.perform(step, reform.pk, fresh(user) if user else None, reason=reason)
    return found


def fresh(user: User) -> User:
    """`user` as another request would load them."""
    return User.objects.get(pk=user.pk)


def state(place: Placement, day: datetime.date | None = None) -> Placement | None:
    """The state of a unit on a day."""
    return Placement.objects.on(day or periods.today()).filter(unit=place.unit_id).first()


def picture() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tree: what an undone reform must give back."""
    from units.models import ReformTrace, Succession, Unit

    return {
        "units": sorted(Unit.objects.values_list("pk", "kind", "entry_key")),
        "states": sorted(
            Placement.objects.values_list(
                "pk", "unit", "kind", "name", "type_name", "code", "located_in", "managed_by",
                "path", "basis", "end_basis", "provenance", "period",
            ),
            key=str,
        ),
        "members": sorted(
            Member.objects.values_list(
                "pk", "unit", "home", "number", "label", "people", "household", "sheet_group",
                "period",
            ),
            key=str,
        ),
        "successions": sorted(Succession.objects.values_list("pk", "predecessor", "successor")),
        "traces": sorted(ReformTrace.objects.values_list("pk", "row_id")),
    }  # fmt: skip


@pytest.fixture
def setting(land: Land) -> Setting:
    """Three hamlets, some members, and people of the country."""
    one, two, three = (
        unit_factories.found(land.xa, land.commune, UnitKind.HAMLET, name)
        for name in ("Ấp Giồng Lớn", "Ấp Cây Da", "Ấp Vàm")
    )
    members = (
        unit_factories.member(land.xa, one, UnitKind.HOUSEHOLD, "Thạch Một"),
        unit_factories.member(land.xa, one, UnitKind.HOUSEHOLD, "Thạch Hai"),
        unit_factories.member(land.xa, two, UnitKind.HOUSEHOLD, "Kim Ba"),
        unit_factories.member(land.xa, two, UnitKind.CITIZEN, "Kim Bốn", household=1),
    )
    country, country2 = factories.user("tw1"), factories.user("tw2")
    factories.appoint(country, "administrator", land.country)
    factories.appoint(country2, "administrator", land.country)
    return Setting(land, one, two, three, members, land.tinh, country, country2)
