"""Every kind of list against every fault: a sentence at its place, no fault of the portal, nothing
written."""

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django import forms
from django.utils.translation import gettext as _

from core import journal, periods
from core.forms.fields import DayField
from core.importing import reading, running
from core.importing.kinds import KINDS
from core.models import Import
from criteria.batches import entering, offers
from criteria.models import Recognition, Registration, RegistrationList
from tests import batch_factories, factories, registration_factories
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.importing.bringing import faults
from tests.importing.files import saved, text, xlsx
from tests.registration_factories import Registering
from units.forms.units import WholeNumberField
from units.models import (
    Figure,
    Member,
    Placement,
    Reform,
    Succession,
    UnitKind,
)

pytestmark = pytest.mark.django_db

HAMLET, FAMILY = "Ấp Giồng Lớn", "Gia đình học tập"
LEGACY = "NguyÔn V¨n An"
DAY = datetime.date(2026, 6, 30)
#: A row of each kind that is right, by the names of its columns.
RIGHT: dict[str, dict[str, Any]] = {
    "household": {"place": HAMLET, "name": "Kim Lan", "people": 4, "first_day": DAY},
    "clan": {"place": HAMLET, "name": "Họ Kim", "people": 40},
    "citizen": {"place": HAMLET, "name": "Kim Lan", "birth_year": 1990, "first_day": DAY},
    "hamlet": {"name": "Ấp Mới", "basis": "Nghị quyết 8", "first_day": DAY},
    "agency": {"name": "Trạm Mới", "basis": "Quyết định 8", "first_day": DAY},
    "school": {"name": "Trường Mới", "basis": "Quyết định 8"},
    "figure": {
        "place": HAMLET,
        "kind": "Số hộ gia đình",
        "value": 7,
        "day": DAY,
        "paper": "Báo cáo 1",
    },
    "registration-household": {
        "place": HAMLET,
        "name": registration_factories.HOUSEHOLDS[0],
        "title": FAMILY,
        "registered": "có",
    },
    "registration": {
        "place": HAMLET,
        "who": "hộ gia đình",
        "title": FAMILY,
        "number": 12,
    },
    "title": {
        "place": "Xã Đại An",
        "title": "Cộng đồng học tập",
        "grade": "1",
        "assessed_year": 2024,
        "decision_number": "12/QĐ",
        "decided_on": datetime.date(2025, 1, 5),
        "decided_by": "Sở Giáo dục và Đào tạo",
    },
}
RIGHT["outside-result"] = {
    "place": HAMLET,
    "name": "Lâm Kín",
    "identity": "084090000001",
    "year": 2025,
    "points": 80,
}
RIGHT["recognition-household"] = {
    "place": HAMLET,
    "name": registration_factories.HOUSEHOLDS[0],
    "title": FAMILY,
    "passed": "đạt",
}
WITH_PLACE = sorted(code for code, row in RIGHT.items() if "place" in row)


@dataclass(frozen=True)
class World:
    """A commune in which each of the lists can be brought in."""

    made: Registering

    def headings(self, code: str) -> dict[str, str]:
        """The headings of a list by the names of its columns."""
        fields = KINDS[code].resource(self.made.commune.unit_id).fields
        return {name: str(column.column_name) for name, column in fields.items()}

    def table(self, code: str, *rows: dict[str, Any]) -> list[list[Any]]:
        """The headings that the rows need, and the rows."""
        names = list(dict.fromkeys(name for row in rows for name in row))
        headings = self.headings(code)
        return [
            [headings[one] for one in names],
            *([row.get(one) for one in names] for row in rows),
        ]

    def bring(self, code: str, content: bytes, name: str = "a.xlsx") -> Import:
        """A file as the worker has checked it."""
        user, kind = self.made.setting.land.xa, KINDS[code]
        where = kind.place(user, self.made.commune.unit_id)
        assert where is not None
        subject = running.begin(user, code, where, name, content, make.REASON)
        running.work(subject.pk)
        return Import.objects.get(pk=subject.pk)


@pytest.fixture
def world(setting: Campaigning) -> World:
    made = registration_factories.registering(setting)
    for name in registration_factories.HOUSEHOLDS:
        make.member(made.thon, made.hamlet, UnitKind.HOUSEHOLD, name)
    make.member(made.thon, made.hamlet, UnitKind.CITIZEN, "Lâm Kín", identity="084090000001")
    make.kind()
    batch_factories.route(made.setting.land.province, "ho", [UnitKind.HOUSEHOLD])
    offer = offers.offer_of(made.commune, UnitKind.HOUSEHOLD, made.family.code)
    assert offer is not None
    entering.begin(made.setting.land.xa, made.setting.round, offer)
    return World(made)


def stock() -> list[int]:
    """How many rows stand in each table that an import writes."""
    tables = (Placement, Member, Figure, RegistrationList, Registration, Recognition)
    return [table._default_manager.count() for table in tables]


def refused(world: World, code: str, content: bytes, name: str = "a.xlsx") -> str:
    """The sentence of a file that is refused whole; nothing was written."""
    before = stock()
    subject = world.bring(code, content, name)
    assert (subject.state, stock()) == (Import.State.FAULTY, before)
    assert subject.sentence not in ("", _("A fault of the portal; it has been noted."))
    return subject.sentence


def wrong(world: World, code: str, content: bytes) -> list[tuple[int, str]]:
    """Row and column of each wrong cell of a file; nothing was written."""
    before = stock()
    subject = world.bring(code, content)
    assert (subject.state, subject.sentence, stock()) == (Import.State.FAULTY, "", before)
    return faults(subject)


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_a_right_row_is_new_however_it_is_written(world: World, code: str) -> None:
    row = RIGHT[code]
    loose = {
        name: f"  {unicodedata.normalize('NFD', value)}  " if isinstance(value, str) else value
        for name, value in row.items()
    }
    as_text = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else value
        for name, value in row.items()
    }
    serial = {
        name: (value - datetime.date(1899, 12, 30)).days
        if isinstance(value, datetime.date)
        else value
        for name, value in row.items()
    }
    for one in (row, loose, as_text, serial):
        subject = world.bring(code, xlsx(world.table(code, one)))
        assert (subject.sentence, faults(subject), subject.counts["new"]) == ("", [], 1)
    shuffled = [[*reversed(line), "Ghi chú"] for line in world.table(code, row)]
    subject = world.bring(code, xlsx(shuffled))
    assert (subject.counts["new"], subject.ignored) == (1, ["Ghi chú"])
    subject = world.bring(code, text(world.table(code, as_text)), "a.csv")
    assert (subject.sentence, subject.counts["new"]) == ("", 1)


BAD_CELLS: dict[type[forms.Field], tuple[Any, ...]] = {
    DayField: ("31/02/2026", "hôm qua", LEGACY, 2026.5),
    WholeNumberField: ("1.234,5", "1,234.5", "1,234", "-1", "nhiều", LEGACY),
    forms.IntegerField: ("hai nghìn", LEGACY, 99_999),
    forms.CharField: (LEGACY, "Nguyeãn Vaên An"),
}


def bad_cells(field: forms.Field) -> tuple[Any, ...]:
    """What a cell of a field cannot be."""
    return next(BAD_CELLS[one] for one in type(field).__mro__ if one in BAD_CELLS)


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_each_column_says_at_its_cell_what_it_cannot_be(world: World, code: str) -> None:
    fields = KINDS[code].resource(world.made.commune.unit_id).fields
    for name, column in fields.items():
        if isinstance(column.widget.form_field, forms.ChoiceField):
            continue
        for bad in bad_cells(column.widget.form_field):
            table = world.table(code, RIGHT[code] | {name: bad})
            assert wrong(world, code, xlsx(table)) == [(2, name)], bad


@pytest.mark.parametrize("code", sorted(RIGHT))
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_what_is_no_list_is_refused_whole(world: World, code: str, name: str) -> None:
    refused(world, code, b"\x00\x01 no spreadsheet", name)
    refused(world, code, b"\xd0\xcf\x11\xe0 an old workbook", name)
    refused(world, code, "Tªn;Sè\nNguyÔn V¨n An;1".encode("cp1252"), name)
    assert "“" in refused(world, code, xlsx([["Cột lạ"], ["x"]]))


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_more_cells_than_the_cap_are_refused(
    world: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_CELLS", 3)
    refused(world, code, xlsx(world.table(code, RIGHT[code])))


def merged(sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def uncomputed(sheet: Any) -> None:
    sheet["A2"] = "=1+1"


@pytest.mark.parametrize("code", sorted(RIGHT))
@pytest.mark.parametrize("spoil", [merged, uncomputed])
def test_merged_cells_and_formulas_without_value_are_said_at_their_cell(
    world: World, code: str, spoil: Callable[[Any], None]
) -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx(world.table(code, RIGHT[code]))))
    spoil(book.active)
    first = next(iter(RIGHT[code]))
    assert (2, first) in wrong(world, code, saved(book))


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_a_row_of_formulas_without_value_is_not_passed_over(world: World, code: str) -> None:
    table = world.table(code, RIGHT[code])
    names = list(RIGHT[code])
    content = xlsx([table[0], ["=1+1"] * len(names)])
    assert {(2, name) for name in names} <= set(wrong(world, code, content))


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_a_row_that_stands_twice_is_refused(world: World, code: str) -> None:
    table = world.table(code, RIGHT[code], RIGHT[code])
    assert [line for line, _name in wrong(world, code, xlsx(table))] == [3]


@pytest.mark.parametrize("code", WITH_PLACE)
def test_units_of_others_and_ended_ones_are_refused_with_a_way_on(world: World, code: str) -> None:
    yesterday = periods.today() - periods.ONE_DAY
    ended = factories.place(
        UnitKind.HAMLET, "Ấp Cũ", world.made.commune, period=periods.between(None, yesterday)
    )
    with journal.act("test"):
        reform = Reform.objects.create(name="Nhập ấp", effective_on=yesterday)
        Succession.objects.create(
            reform=reform,
            predecessor=ended.unit,
            successor=world.made.hamlet.unit,
            extent="whole",
        )
    names = ("Ấp Cũ", "Ấp Trà Kha", "Ấp Không Có", "Tỉnh Vĩnh Long")
    rows = [RIGHT[code] | {"place": name} for name in names]
    found = wrong(world, code, xlsx(world.table(code, *rows)))
    assert found == [(line, "place") for line in range(2, len(rows) + 2)]
    sentences = Import.objects.latest("pk").rows.order_by("line").values_list("errors", flat=True)
    assert re.search(HAMLET, sentences[0][0][1])
    keys = [RIGHT[code] | {"place_key": world.made.other_hamlet.unit_id, "place": ""}]
    assert wrong(world, code, xlsx(world.table(code, *keys))) == [(2, "place_key")]
