"""Lists of figures: each a new dated figure on its paper, by the rules of the page."""

import datetime
from typing import Any

import pytest

from core.importing import sheets
from core.importing.kinds import KINDS
from core.models import Import
from tests import unit_factories as make
from tests.importing.bringing import Bringing, changes, counts, faults
from tests.importing.files import Row
from units import figures
from units.models import Figure, FigureKind, Measure, UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
UNIT, FIGURE, VALUE, DAY, PAPER = "Đơn vị", "Số liệu", "Giá trị", "Tính đến ngày", "Theo văn bản"
HEAD = (UNIT, FIGURE, VALUE, DAY, PAPER)
SUMMER = datetime.date(2026, 6, 30)
PLACES = [UnitKind.COMMUNE, UnitKind.HAMLET]


@pytest.fixture
def kinds() -> dict[str, FigureKind]:
    return {
        "ho": make.kind(name="Số hộ gia đình", asked_of=PLACES),
        "kho-khan": make.kind("kho-khan", Measure.FACT, name="Vùng khó khăn", asked_of=PLACES),
        "thon": make.kind("thon", name="Số thôn", asked_of=[UnitKind.COMMUNE]),
    }


def standing() -> list[tuple[Any, ...]]:
    """What is stated of each unit, kind and day."""
    rows = (
        Figure.objects.all().standing().values_list("unit", "kind__code", "value", "day", "paper")
    )
    return [row for row in rows if row[2] is not None]


def test_figures_are_stated_beside_what_stands_and_taken_back(
    bringing: Bringing, kinds: dict[str, FigureKind]
) -> None:
    commune, hamlet = bringing.village.land.commune, bringing.hamlet
    figures.state(bringing.village.xa, hamlet, kinds["ho"], 90, SUMMER, "Báo cáo 1")
    figures.state(bringing.village.xa, commune, kinds["thon"], 5, SUMMER, "Báo cáo 1")
    before, stated = standing(), Figure.objects.count()
    rows: list[Row] = [
        HEAD,
        (hamlet.name, "số hộ gia đình", "1.234", SUMMER, "Báo cáo 2"),
        (commune.name, "Số hộ gia đình", 4567.0, "01/07/2026", "Báo cáo 2"),
        (hamlet.name, "Vùng khó khăn", "Có", SUMMER, "Quyết định 3"),
        (commune.name, "Vùng khó khăn", None, None, None),
    ]
    subject = bringing.bring(rows, "figure")
    assert (subject.state, counts(subject)) == (S.CHECKED, (2, 1, 1, 1, 0))
    assert changes(subject)[0] == (
        2,
        [
            [VALUE, "90", "1.234"],
            [DAY, "30/06/2026", "30/06/2026"],
            [PAPER, "Báo cáo 1", "Báo cáo 2"],
        ],
    )
    assert Figure.objects.count() == stated
    subject = bringing.take("order", subject)
    assert (subject.state, subject.sentence) == (S.WRITTEN, "")
    assert standing() == sorted(
        [
            (commune.unit_id, "ho", 4567, datetime.date(2026, 7, 1), "Báo cáo 2"),
            (commune.unit_id, "thon", 5, SUMMER, "Báo cáo 1"),
            (hamlet.unit_id, "ho", 1234, SUMMER, "Báo cáo 2"),
            (hamlet.unit_id, "kho-khan", 1, SUMMER, "Quyết định 3"),
        ],
        key=lambda row: (row[0], kinds[row[1]].pk),
    )
    assert Figure.objects.count() == stated + 3  # beside what stood, nothing is edited
    assert counts(bringing.bring(rows, "figure")) == (0, 0, 4, 1, 0)
    assert bringing.take("undo", subject).state == S.UNDONE
    assert standing() == before


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (("Ấp Không Có", "Số hộ gia đình", 1, SUMMER, "x"), "place"),
        (("Xã Hàm Giang", "Số hộ gia đình", 1, SUMMER, "x"), "place"),
        (("Ấp Cây Da", "Số gì đó", 1, SUMMER, "x"), "kind"),
        (("Ấp Cây Da", "Số thôn", 1, SUMMER, "x"), "kind"),
        (("Ấp Cây Da", "Số hộ gia đình", "1,234.5", SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Số hộ gia đình", "1.234,5", SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Số hộ gia đình", "1,234", SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Số hộ gia đình", "có", SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Vùng khó khăn", 2, SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Số hộ gia đình", None, SUMMER, "x"), "value"),
        (("Ấp Cây Da", "Số hộ gia đình", 1, None, "x"), "day"),
        (("Ấp Cây Da", "Số hộ gia đình", 1, "31/02/2026", "x"), "day"),
        (("Ấp Cây Da", "Số hộ gia đình", 1, datetime.date(2027, 1, 1), "x"), "day"),
        (("Ấp Cây Da", "Số hộ gia đình", 1, SUMMER, ""), "paper"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(
    bringing: Bringing, kinds: dict[str, FigureKind], row: Row, wrong: str
) -> None:
    subject = bringing.bring([HEAD, row], "figure")
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])


def test_one_day_is_stated_once(bringing: Bringing, kinds: dict[str, FigureKind]) -> None:
    row = (bringing.hamlet.name, "Số hộ gia đình", 7, SUMMER, "x")
    other_day = (*row[:3], datetime.date(2026, 1, 1), "x")
    subject = bringing.bring([HEAD, row, other_day, (*row[:2], 8, SUMMER, "x")], "figure")
    assert faults(subject) == [(4, "kind")]


def test_an_empty_value_takes_back_what_was_stated_for_the_day(
    bringing: Bringing, kinds: dict[str, FigureKind]
) -> None:
    figures.state(bringing.village.xa, bringing.hamlet, kinds["ho"], 90, SUMMER, "Báo cáo 1")
    before = standing()
    rows = [HEAD, (bringing.hamlet.name, "Số hộ gia đình", None, SUMMER, "Đính chính")]
    subject = bringing.written(rows, "figure")
    assert (counts(subject), standing()) == ((0, 1, 0, 0, 0), [])
    bringing.take("undo", subject)
    assert standing() == before


def test_what_was_stated_meanwhile_is_not_written_over(
    bringing: Bringing, kinds: dict[str, FigureKind]
) -> None:
    row = (bringing.hamlet.name, "Số hộ gia đình", 7, SUMMER, "x")
    subject = bringing.bring([HEAD, row], "figure")
    figures.state(bringing.village.xa, bringing.hamlet, kinds["ho"], 90, SUMMER, "Báo cáo 1")
    subject = bringing.take("order", subject)
    assert (subject.state, bool(subject.sentence)) == (S.CHECKED, True)
    subject = bringing.take("order", bringing.take("recheck", subject))
    figures.state(bringing.village.xa, bringing.hamlet, kinds["ho"], 91, SUMMER, "Báo cáo 1")
    subject = bringing.take("undo", subject)
    assert (subject.state, bool(subject.sentence)) == (S.WRITTEN, True)


def test_the_template_says_what_is_known_and_changes_nothing(
    bringing: Bringing, kinds: dict[str, FigureKind]
) -> None:
    village = bringing.village
    figures.state(village.xa, bringing.hamlet, kinds["ho"], 1234, SUMMER, "Báo cáo 1")
    figures.state(village.xa, bringing.hamlet, kinds["kho-khan"], 0, SUMMER, "Báo cáo 1")
    key, kind = village.land.commune.unit_id, KINDS["figure"]
    rows = kind.known(village.xa, key, "")
    content = sheets.template(kind, kind.resource(key), rows)
    subject = bringing.bring_file(content, "figure")
    assert (subject.sentence, faults(subject)) == ("", [])
    assert counts(subject) == (0, 0, len(rows), 0, 0)


def test_who_states_figures_of_a_unit_brings_them_in(
    bringing: Bringing, kinds: dict[str, FigureKind]
) -> None:
    village = bringing.village
    kind, commune, hamlet = KINDS["figure"], village.land.commune, bringing.hamlet
    assert kind.place(village.thon, commune.unit_id) is None
    assert kind.place(village.land.xa2, commune.unit_id) is None
    assert kind.place(village.xa, village.land.sibling.unit_id) is None
    rows = [HEAD, (commune.name, "Số hộ gia đình", 7, SUMMER, "x")]
    subject = bringing.bring(rows, "figure", user=village.thon, place=hamlet)
    assert faults(subject) == [(2, "place")]
