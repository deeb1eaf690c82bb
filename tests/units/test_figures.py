"""Figures: dated, never edited, asked for once; what is true of a unit on a day."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import journal, periods
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from units import figures
from units.entries import Conflict, EntryError
from units.models import Figure, FigureKind, Measure, Unit

pytestmark = pytest.mark.django_db

LAST_YEAR = datetime.date(2025, 12, 31)
BEFORE = datetime.date(2024, 12, 31)


def value_on(place: Any, kind: FigureKind, day: datetime.date) -> int | None:
    found = figures.on_day([place.unit_id], day).get((place.unit_id, kind.pk))
    return found.value if found else None


def test_a_figure_is_true_from_its_day_until_the_next(land: Land) -> None:
    kind = make.kind()
    make.figure(land.xa, land.commune, kind, 240, LAST_YEAR)
    make.figure(land.xa, land.commune, kind, 230, BEFORE)
    days = (BEFORE - periods.ONE_DAY, BEFORE, LAST_YEAR - periods.ONE_DAY, LAST_YEAR)
    assert [value_on(land.commune, kind, day) for day in days] == [None, 230, 230, 240]
    assert value_on(land.commune, kind, periods.today()) == 240


def test_a_correction_is_a_new_figure_and_a_withdrawal_too(land: Land) -> None:
    kind = make.kind()
    make.figure(land.xa, land.commune, kind, 230, BEFORE)
    make.figure(land.xa, land.commune, kind, 204, LAST_YEAR)
    make.figure(land.xa, land.commune, kind, 240, LAST_YEAR, "Đính chính")
    assert value_on(land.commune, kind, LAST_YEAR) == 240
    make.figure(land.xa, land.commune, kind, None, LAST_YEAR, "Rút số")
    assert value_on(land.commune, kind, LAST_YEAR) == 230
    assert Figure.objects.filter(unit=land.commune.unit_id).count() == 4


def test_the_application_edits_no_figure(land: Land) -> None:
    rows = Figure.objects.filter(pk=make.figure(land.xa, land.commune, make.kind(), 240).pk)
    with pytest.raises(ProgrammingError), transaction.atomic(), journal.act("test"):
        rows.update(value=1)
    with pytest.raises(ProgrammingError), transaction.atomic(), journal.act("test"):
        rows.delete()


@pytest.mark.parametrize(
    ("value", "day", "paper", "wrong"),
    [
        (1, periods.today() + periods.ONE_DAY, "Báo cáo", "day"),
        (1, datetime.date(1900, 1, 1), "Báo cáo", "day"),
        (1, LAST_YEAR, "  ", "paper"),
        (-1, LAST_YEAR, "Báo cáo", "value"),
        (None, LAST_YEAR, "Báo cáo", "value"),
    ],
)
def test_what_cannot_be_is_refused(
    land: Land, value: int | None, day: datetime.date, paper: str, wrong: str
) -> None:
    with pytest.raises(EntryError) as refused:
        make.figure(land.xa, land.commune, make.kind(), value, day, paper)
    assert list(refused.value.errors) == [wrong]


def test_a_fact_of_the_place_is_yes_or_no_from_a_day(land: Land) -> None:
    fact = make.kind("vung-kho-khan", Measure.FACT)
    make.figure(land.xa, land.commune, fact, 1, BEFORE, "Quyết định 861/QĐ-TTg")
    make.figure(land.xa, land.commune, fact, 0, LAST_YEAR, "Quyết định 1/QĐ-TTg")
    assert [value_on(land.commune, fact, day) for day in (BEFORE, LAST_YEAR)] == [1, 0]
    with pytest.raises(EntryError):
        make.figure(land.xa, land.commune, fact, 2)


@pytest.mark.parametrize("person", ["xa2", "lanhdaoxa", "tinh", "sogddt", "xem", "stranger"])
def test_others_state_nothing_of_the_commune(land: Land, person: str) -> None:
    with pytest.raises(Refused):
        make.figure(getattr(land, person), land.commune, make.kind(), 240)


def test_the_unit_itself_and_what_manages_it_state(land: Land) -> None:
    village, kind = make.village(land), make.kind(asked_of=["hamlet", "school", "agency"])
    for person, place in (
        (village.thon, village.hamlet),
        (village.xa, village.hamlet),
        (village.coquan, village.office),
        (land.sogddt, village.school),
    ):
        assert make.figure(person, place, kind, 7).value == 7
    for person, place in (
        (village.xa, village.school),
        (village.thon, land.commune),
        (village.coquan, village.hamlet),
    ):
        with pytest.raises(Refused):
            make.figure(person, place, kind, 8)


def test_figures_are_seen_in_scope(land: Land) -> None:
    village, kind = make.village(land), make.kind(asked_of=["hamlet", "school"])
    own = make.figure(village.xa, village.hamlet, kind, 7)
    of_school = make.figure(land.sogddt, village.school, kind, 800)

    def seen(person: Any) -> set[int]:
        return set(Figure.objects.visible_to(person).values_list("pk", flat=True))

    assert seen(village.thon) == {own.pk}
    for person in (village.xa, land.tinh, land.xem):  # a school that lies there counts there
        assert seen(person) == {own.pk, of_school.pk}
    assert seen(land.xa2) == seen(land.far_tinh) == seen(land.stranger) == set()


# A row of the hamlets' grid


def save(village: Any, kinds: Any, version: int, day: datetime.date = LAST_YEAR) -> Any:
    return figures.save_row(village.xa, village.hamlet, day, "Báo cáo 12", kinds, version)


def test_only_the_cells_that_were_changed_are_stated(land: Land) -> None:
    village, ho, dan = make.village(land), make.kind("ho"), make.kind("dan")
    version = make.figure(village.xa, village.hamlet, ho, 240, BEFORE).pk
    row = save(village, {ho: 240, dan: 900}, version)
    assert {one.kind_id: one.value for one in row.shown.values()} == {ho.pk: 240, dan.pk: 900}
    assert Figure.objects.filter(kind=ho).count() == 1
    assert row.version == Figure.objects.latest("pk").pk


def test_cells_that_somebody_else_changed_meanwhile_are_not_overwritten(land: Land) -> None:
    village, ho, dan = make.village(land), make.kind("ho"), make.kind("dan")
    save(village, {ho: 240}, 0)
    row = save(village, {ho: None, dan: 900}, 0)  # does not touch what it did not see
    assert {one.value for one in row.shown.values()} == {240, 900}
    with pytest.raises(Conflict):
        save(village, {ho: 250, dan: 900}, 0)


def test_an_emptied_cell_takes_back_what_was_stated_for_that_day_only(land: Land) -> None:
    village, ho = make.village(land), make.kind("ho")
    version = save(village, {ho: 240}, 0, BEFORE).version
    with pytest.raises(EntryError) as refused:
        save(village, {ho: None}, version)
    assert list(refused.value.errors) == ["ho"]
    save(village, {ho: None}, version, BEFORE)
    assert value_on(village.hamlet, ho, LAST_YEAR) is None


# Whatever is stated in whatever order


@dataclass(frozen=True)
class Stated:
    """Something stated of one of two units and one of two kinds."""

    unit: int
    kind: int
    value: int | None
    day: datetime.date


DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 1, 6))
STATED = st.builds(
    Stated, st.integers(0, 1), st.integers(0, 1), st.none() | st.integers(0, 3), DAYS
)


class OnADay(TestCase):
    """What is true on a day, against the plain reading of the same list."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(STATED, max_size=12), DAYS)
    def test_the_nearest_day_not_after_it_and_the_last_word_on_that_day(
        self, stated: list[Stated], day: datetime.date
    ) -> None:
        with journal.act("test"):
            units = [Unit.objects.create(kind="hamlet") for _ in range(2)]
        person = factories.user()
        kinds = [make.kind(f"so-{number}") for number in range(2)]
        with journal.act("test"):
            for one in stated:
                Figure.objects.create(
                    unit=units[one.unit],
                    kind=kinds[one.kind],
                    value=one.value,
                    day=one.day,
                    paper="Báo cáo",
                    stated_by=person,
                )
        found = figures.on_day([unit.pk for unit in units], day)
        expected: dict[tuple[int, int], int] = {}
        for number, unit in enumerate(units):
            for place, kind in enumerate(kinds):
                last = {
                    one.day: one.value
                    for one in stated
                    if (one.unit, one.kind) == (number, place) and one.day <= day
                }
                known = {when: value for when, value in last.items() if value is not None}
                if known:
                    expected[unit.pk, kind.pk] = known[max(known)]
        assert {key: one.value for key, one in found.items()} == expected
