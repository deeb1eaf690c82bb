"""How far units are with the targets of the plans: in percent, in points, in how many."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.models import Target
from core import journal, periods
from criteria import targets
from criteria.targets import Standing
from tests import batch_factories as batches
from tests import campaign_factories as campaign
from tests import factories
from tests import unit_factories as units
from tests.criteria_factories import Campaigning
from units.models import Figure, Measure, Placement, Reform, Succession, UnitKind

TODAY = periods.Day(2026, 11, 22)
NUMBER = st.integers(min_value=0, max_value=10**9)
SHARE = st.decimals(min_value=0, max_value=100, places=2)


# What follows from two numbers and a share


@given(share=SHARE, numbers=st.tuples(NUMBER, NUMBER).map(sorted))
def test_as_many_as_are_wanting_reach_the_target_and_one_less_does_not(
    share: Decimal, numbers: list[int]
) -> None:
    counted, among = numbers
    standing = Standing(share, counted, among)
    if not among:
        assert not standing.is_known
        return
    wanting = standing.wanting
    assert wanting is not None
    assert 100 * (counted + wanting) >= share * among
    if wanting:
        assert 100 * (counted + wanting - 1) < share * among
    assert (wanting == 0) == (100 * counted >= share * among)


@given(share=SHARE, counted=NUMBER, more=NUMBER, years=st.integers(1, 9))
def test_so_many_a_year_are_enough_and_no_more_than_it_takes(
    share: Decimal, counted: int, more: int, years: int
) -> None:
    standing = Standing(share, counted, counted + more + 1)
    a_year, wanting = standing.a_year(years), standing.wanting
    assert wanting is not None
    if not wanting:
        assert a_year is None
        return
    assert a_year is not None
    assert (a_year - 1) * years < wanting <= a_year * years
    assert standing.a_year(0) is None


def test_figures_that_cannot_be_give_no_share() -> None:
    nothing, too_many = Standing(Decimal(80), 0, 0), Standing(Decimal(80), 5, 4)
    for standing in (nothing, too_many):
        assert standing.fault
        assert (standing.reached, standing.points, standing.wanting) == (None, None, None)
    assert nothing.fault != too_many.fault


def test_the_whole_sums_what_is_known_and_tells_how_many_that_are() -> None:
    known = [Standing(Decimal(80), 30, 40), Standing(Decimal(80), 10, 60)]
    unknown = [Standing(Decimal(80), None, None, ("Số hộ",)), Standing(Decimal(80), 9, 0)]
    found = targets.together(Decimal(80), [*known, *unknown])
    assert (found.counted, found.among, found.places) == (40, 100, (2, 4))
    assert found.missing == ("Số hộ",)
    assert (found.reached, found.points, found.wanting) == (Decimal("40.0"), Decimal("40.0"), 40)
    nobody = targets.together(Decimal(80), unknown)
    assert (nobody.is_known, nobody.places) == (False, (0, 2))


def test_years_are_counted_to_the_end_of_the_last() -> None:
    assert [targets.years_left(Target(year=year), TODAY) for year in (2025, 2026, 2030)] == [
        0,
        1,
        5,
    ]


# Whose target it is


def of_province(setting: Campaigning, **fields: object) -> Target:
    """A target of the land's first province."""
    plan = campaign.document(territory=setting.land.province.unit)
    return campaign.target(plan, setting.source, **fields)


def concerning(setting: Campaigning, person: str) -> list[str]:
    """The communes that a person sees under the only target."""
    found = targets.visible_to(getattr(setting.land, person), periods.today())
    return [place.name for places in found.values() for place in places]


@pytest.mark.django_db
def test_a_target_is_shown_for_its_territory_and_to_no_one_else(setting: Campaigning) -> None:
    of_province(setting)
    both = ["Xã Hàm Giang", "Xã Đại An"]
    assert {
        person: sorted(concerning(setting, person))
        for person in ("xa", "xa2", "tinh", "xem", "far_xa", "far_tinh", "stranger")
    } == {
        "xa": ["Xã Đại An"],
        "xa2": ["Xã Hàm Giang"],
        "tinh": both,
        "xem": both,
        "far_xa": [],
        "far_tinh": [],
        "stranger": [],
    }


@pytest.mark.django_db
def test_a_territory_that_ended_speaks_for_the_communes_that_lay_in_it(
    setting: Campaigning,
) -> None:
    """Bình Dương's plan: for what followed its communes, not for all of Hồ Chí Minh City."""
    land = setting.land
    ended = periods.between(None, datetime.date(2025, 6, 30))
    former = factories.place(UnitKind.PROVINCE, "Tỉnh Cũ", land.country, period=ended)
    commune = factories.place(UnitKind.COMMUNE, "Xã Cũ", former, period=ended)
    with journal.act("test"):
        reform = Reform.objects.create(name="Sắp xếp", effective_on=datetime.date(2025, 7, 1))
        Succession.objects.create(
            reform=reform, predecessor=commune.unit, successor=land.commune.unit, extent="whole"
        )
    plan = campaign.document(territory=former.unit)
    campaign.target(plan, setting.source)
    assert concerning(setting, "tinh") == ["Xã Đại An"]
    assert concerning(setting, "xa2") == []


# What it is counted from


@pytest.mark.django_db
def test_a_fact_is_a_share_of_the_communes(setting: Campaigning) -> None:
    fact = units.kind("quan-ly-trung-tam", Measure.FACT, name="Chủ tịch Hội quản lý trung tâm")
    target = of_province(setting, counted_kind=fact, share=100)
    land = setting.land
    units.figure(land.xa, land.commune, fact, 1)
    assert together(target, [land.commune, land.sibling]).places == (1, 2)
    units.figure(land.xa2, land.sibling, fact, 0)
    found = together(target, [land.commune, land.sibling])
    assert (found.counted, found.among, found.wanting) == (1, 2, 1)


@pytest.mark.django_db
def test_a_target_whose_figures_are_missing_says_which(setting: Campaigning) -> None:
    land, households = setting.land, units.kind()
    learning = units.kind("ho-gia-dinh-hoc-tap", name="Số hộ đạt")
    target = of_province(setting, counted_kind=learning, among_kind=households)
    assert together(target, [land.commune]).missing == ("Số hộ đạt", "Số hộ gia đình")
    units.figure(land.xa, land.commune, households, 50)
    assert together(target, [land.commune]).missing == ("Số hộ đạt",)
    units.figure(land.xa, land.commune, learning, 20)
    found = together(target, [land.commune])
    assert (found.missing, found.reached, found.wanting) == ((), Decimal("40.0"), 20)


def together(target: Target, places: list[Placement]) -> Standing:
    """How the target stands in these units today."""
    numbers = targets.numbers([target], places, periods.today())
    return targets.together(
        target.share,
        [targets.standing_of(target, one.unit_id, numbers, target.share) for one in places],
    )


# Counted from the ledger


def holding(setting: Campaigning) -> Target:
    """Of households that are *Gia đình học tập*, among all."""
    households = units.kind()
    learning = units.kind("ho-gia-dinh-hoc-tap", name="Số hộ đạt", title_code="gia-dinh-hoc-tap")
    return of_province(setting, counted_kind=learning, among_kind=households)


def read(setting: Campaigning) -> Standing:
    """As the province reads the first commune."""
    ((target, places),) = targets.visible_to(setting.land.tinh, periods.today()).items()
    commune = next(one for one in places if one.unit_id == setting.land.commune.unit_id)
    numbers = targets.numbers([target], places, periods.today())
    return targets.standing_of(target, commune.unit_id, numbers, target.share)


@pytest.mark.django_db
def test_holders_of_a_title_are_counted_from_lists_and_from_what_hamlets_state(
    setting: Campaigning,
) -> None:
    made = batches.recognising(setting)
    target, land = holding(setting), setting.land
    other = factories.place(UnitKind.HAMLET, "Ấp Không Lưu", land.commune)
    assert target.counted_kind
    units.figure(land.xa, land.commune, target.among_kind, 100)
    assert read(setting).missing == ("Số hộ đạt",)
    units.figure(land.xa, land.commune, target.counted_kind, 40)
    assert (read(setting).counted, read(setting).differs) == (40, None)
    batches.households(made, 3)
    batches.carried(made, batches.listed(made), "issue")
    # One hamlet knows nothing: what the commune states of all stands.
    assert read(setting).counted == 40
    with journal.act("test"):
        Figure.objects.create(
            unit=other.unit, kind=target.counted_kind, value=20, day=periods.today(),
            paper="Báo cáo ấp", stated_by=land.xa,
        )  # fmt: skip
    found = read(setting)
    assert (found.counted, found.differs, found.reached) == (23, 40, Decimal("23.0"))
    assert found.numerator
    assert found.numerator.counted


@pytest.mark.django_db
def test_where_a_hamlet_knows_nothing_and_the_commune_neither_it_is_named(
    setting: Campaigning,
) -> None:
    made = batches.recognising(setting)
    target, land = holding(setting), setting.land
    factories.place(UnitKind.HAMLET, "Ấp Không Lưu", land.commune)
    units.figure(land.xa, land.commune, target.among_kind, 100)
    batches.households(made, 2)
    batches.carried(made, batches.listed(made), "issue")
    found = read(setting)
    assert found.numerator
    assert (found.missing, found.numerator.silent) == (("Số hộ đạt",), ("Ấp Không Lưu",))
