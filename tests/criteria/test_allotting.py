"""Allotting a target: who may, what stands, and that nothing of it is ever lost."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from campaign.models import Target, TargetAllotment
from core import notices
from core.models import JournalEntry, Notice
from core.workflow import Outdated, Refused
from criteria import allotting, targets
from criteria.allotting import Wish
from criteria.targets import Standing
from tests import campaign_factories as campaign
from tests import unit_factories as units
from tests.criteria_factories import Campaigning
from units.models import Placement

pytestmark = pytest.mark.django_db

WHY = "Xã đặc biệt khó khăn"


@pytest.fixture
def target(setting: Campaigning) -> Target:
    """Four of five, for the communes of the first province."""
    plan = campaign.document(territory=setting.land.province.unit)
    return campaign.target(plan, setting.source, share=80, counted_kind=units.kind())


def shares(target: Target, setting: Campaigning) -> tuple[Decimal, Decimal]:
    """What both communes have to reach."""
    land = setting.land
    found = allotting.of_units([target], [land.commune.unit_id, land.sibling.unit_id])
    commune, sibling = (found[target.pk, one.unit_id].share for one in (land.commune, land.sibling))
    return commune, sibling


def test_the_value_of_the_plan_stands_unless_another_was_allotted(
    target: Target, setting: Campaigning
) -> None:
    land = setting.land
    assert shares(target, setting) == (80, 80)
    first = allotting.allot(land.tinh, target, land.commune, Decimal("72.5"), WHY, seen=0)
    assert shares(target, setting) == (Decimal("72.5"), 80)
    second = allotting.allot(land.tinh, target, land.commune, Decimal(75), WHY, seen=first.pk)
    undone = allotting.undo(land.tinh, target, land.commune, seen=second.pk)
    assert shares(target, setting) == (Decimal("72.5"), 80)
    assert WHY in undone.reason
    allotting.allot(land.tinh, target, land.commune, Decimal(80), WHY, seen=undone.pk)
    assert shares(target, setting) == (80, 80)
    assert not allotting.of_unit(target, land.commune.unit_id).is_own
    lines = allotting.history(target, land.commune.unit_id)
    assert [line.share for line in lines] == [None, Decimal("72.5"), 75, Decimal("72.5")]


def test_the_first_allotment_undone_is_the_plan_again(target: Target, setting: Campaigning) -> None:
    land = setting.land
    line = allotting.allot(land.tinh, target, land.commune, Decimal(90), WHY, seen=0)
    allotting.undo(land.tinh, target, land.commune, seen=line.pk)
    assert shares(target, setting) == (80, 80)


@pytest.mark.parametrize("person", ["xa", "lanhdaoxa", "xa2", "far_tinh", "sogddt", "xem"])
def test_only_who_works_for_the_territory_above_allots(
    person: str, target: Target, setting: Campaigning
) -> None:
    land = setting.land
    user = getattr(land, person)
    with pytest.raises(PermissionDenied):
        allotting.allot(user, target, land.commune, Decimal(70), WHY, seen=0)
    line = allotting.allot(land.tinh, target, land.commune, Decimal(70), WHY, seen=0)
    with pytest.raises(PermissionDenied):
        allotting.undo(user, target, land.commune, seen=line.pk)
    assert TargetAllotment.objects.count() == 1


def test_what_cannot_be_is_refused_and_leaves_nothing(target: Target, setting: Campaigning) -> None:
    land = setting.land
    for share, reason in ((-1, WHY), (Decimal("100.01"), WHY), (80, WHY), (70, "  ")):
        with pytest.raises(Refused):
            allotting.allot(land.tinh, target, land.commune, Decimal(share), reason, seen=0)
    with pytest.raises(Refused):
        allotting.undo(land.tinh, target, land.commune, seen=0)
    assert not TargetAllotment.objects.exists()


def test_nobody_writes_over_what_they_have_not_seen(target: Target, setting: Campaigning) -> None:
    land = setting.land
    allotting.allot(land.tinh, target, land.commune, Decimal(70), WHY, seen=0)
    for act in (
        lambda: allotting.allot(land.tinh, target, land.commune, Decimal(60), WHY, seen=0),
        lambda: allotting.undo(land.tinh, target, land.commune, seen=0),
    ):
        with pytest.raises(Outdated):
            act()
    assert shares(target, setting) == (70, 80)


def test_the_unit_is_told_with_the_reason(
    target: Target, setting: Campaigning, django_capture_on_commit_callbacks: Any
) -> None:
    land = setting.land
    with django_capture_on_commit_callbacks(execute=True):
        line = allotting.allot(land.tinh, target, land.commune, Decimal("72.5"), WHY, seen=0)
    told = Notice.objects.get(kind=allotting.ALLOTTED)
    assert told.recipient == land.xa
    assert told.url == f"/targets/{target.pk}/units/{land.commune.unit_id}/"
    for word in ("Xã Đại An", "72,5", WHY):
        assert word in notices.text_of(told)
    entry = JournalEntry.objects.get(subject="campaign_targetallotment", row_id=line.pk)
    assert (entry.act, entry.reason, entry.actor_id) == ("target.allot", WHY, land.tinh.pk)


def test_the_sum_allotted_stands_beside_the_target() -> None:
    """Of 100 and 300: a half and three quarters are 275 of 400."""
    known = [Standing(Decimal(50), 10, 100), Standing(Decimal(75), 20, 300)]
    unknown = Standing(Decimal(90), None, None, ("Số hộ",))
    found = targets.allotted_together([*known, unknown])
    assert found is not None
    assert (found.needed, found.share) == (275, Decimal("68.8"))
    assert targets.allotted_together([unknown]) is None


# Many at once


def test_many_are_allotted_at_once_or_none(setting: Campaigning, target: Target) -> None:
    land = setting.land

    def wish(place: Placement, share: str, reason: str, seen: int = 0) -> Wish:
        return Wish(place, Decimal(share), reason, seen)

    with pytest.raises(allotting.ManyRefused) as refused:
        allotting.allot_many(
            land.tinh,
            target,
            [wish(land.commune, "72.5", "Khó khăn"), wish(land.sibling, "75", " ")],
        )
    assert list(refused.value.rows) == [land.sibling.unit_id]
    assert not TargetAllotment.objects.exists()
    both = [wish(land.commune, "72.5", "Khó khăn"), wish(land.sibling, "80", "")]
    assert allotting.allot_many(land.tinh, target, both) == 1
    line = TargetAllotment.objects.get()
    assert (line.unit, line.share) == (land.commune.unit, Decimal("72.5"))
    with pytest.raises(allotting.ManyRefused, match="Chưa giao"):
        allotting.allot_many(land.tinh, target, [wish(land.commune, "60", "Khác")])
    assert allotting.allot_many(
        land.tinh, target, [wish(land.commune, "80", "Theo kế hoạch", line.pk)]
    ) == 1  # fmt: skip
    assert not allotting.of_unit(target, land.commune.unit_id).is_own


def test_nobody_allots_many_elsewhere(setting: Campaigning, target: Target) -> None:
    with pytest.raises(PermissionDenied):
        allotting.allot_many(
            setting.land.far_tinh,
            target,
            [Wish(setting.land.commune, Decimal(50), "Vì", 0)],
        )
