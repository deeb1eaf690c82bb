"""Lists of hamlets, organisations and departments: by the acts of the page, whole or not at all."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.importing import sheets
from core.importing.kinds import KINDS
from core.models import Import
from core.workflow import Refused
from tests import unit_factories as make
from tests.importing.bringing import Bringing, changes, counts, faults
from tests.importing.files import Row
from units import acts
from units.acts import NodeEntry
from units.entries import Row as GridRow
from units.importers import nodes
from units.models import Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
NUMBER, NAME, FIRST, BASIS = "Số của đơn vị trên Cổng", "Tên", "Từ ngày", "Theo văn bản"
LAST, END_BASIS = "Ngày cuối", "Văn bản kết thúc"
HEAD = (NUMBER, NAME, BASIS, LAST, END_BASIS)
LEFT = datetime.date(2026, 6, 30)


def picture() -> list[tuple[Any, ...]]:
    """Every state of every unit."""
    fields = ("unit", "kind", "name", "located_in", "managed_by", "path", "period", "basis")
    return list(Placement.objects.order_by("pk").values_list(*fields, "end_basis"))


def here(bringing: Bringing, kind: str = UnitKind.HAMLET) -> list[str]:
    """The names of the units of a kind in the commune."""
    rows = Placement.objects.filter(located_in=bringing.village.land.commune.unit_id, kind=kind)
    return list(rows.order_by("pk").values_list("name", flat=True))


def test_units_are_founded_corrected_and_ended_at_once(bringing: Bringing) -> None:
    key = bringing.hamlet.unit_id
    make.found(bringing.village.xa, bringing.village.land.commune, UnitKind.HAMLET, "Ấp Chợ")
    make.found(bringing.village.xa, bringing.village.land.commune, UnitKind.HAMLET, "Ấp Vắng")
    rows: list[Row] = [
        HEAD,
        (key, "Ấp Cây Đa", "Nghị quyết 5", None, None),
        (None, "Ấp Chợ", None, LEFT, "Nghị quyết 7"),
        (None, "Ấp Mới", "Nghị quyết 8", None, None),
    ]
    before, units = picture(), Unit.objects.count()
    subject = bringing.bring(rows, "hamlet")
    assert (subject.state, counts(subject)) == (S.CHECKED, (1, 2, 0, 1, 0))
    assert changes(subject)[0] == (2, [[NAME, "Ấp Cây Da", "Ấp Cây Đa"]])
    assert (picture(), Unit.objects.count()) == (before, units)
    subject = bringing.take("order", subject)
    assert (subject.state, subject.sentence) == (S.WRITTEN, "")
    assert here(bringing) == ["Ấp Cây Đa", "Ấp Chợ", "Ấp Vắng", "Ấp Mới"]
    assert counts(bringing.bring(rows, "hamlet")) == (0, 0, 3, 1, 0)
    assert bringing.take("undo", subject).state == S.UNDONE
    assert (picture(), Unit.objects.count()) == (before, units)


def test_an_import_founds_what_the_page_would(bringing: Bringing) -> None:
    by_hand = make.found(
        bringing.village.xa, bringing.village.land.commune, UnitKind.AGENCY, "Trạm A", basis="QĐ 1"
    )
    bringing.take("order", bringing.bring([(NAME, BASIS), ("Trạm B", "QĐ 1")], "agency"))
    by_file = Placement.objects.get(name="Trạm B")
    for name in ("kind", "located_in_id", "managed_by_id", "period", "basis", "end_basis"):
        assert getattr(by_file, name) == getattr(by_hand, name)
    assert by_file.path == f"{bringing.village.land.commune.path}{by_file.unit_id}/"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ((None, "", "Nghị quyết 5", None, None), "name"),
        ((None, "Ấp Mới", None, LEFT, None), "end_basis"),
        ((99_999_999, "Ấp Mới", None, None, None), "number"),
        ((None, "Êp C©y §a", None, None, None), "name"),
        ((None, "Ấp Chợ", None, "30/02/2026", "NQ"), "last_day"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(bringing: Bringing, row: Row, wrong: str) -> None:
    before = picture()
    subject = bringing.bring([HEAD, row], "hamlet")
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])
    assert picture() == before


def test_duplicates_and_names_that_are_taken_are_refused(bringing: Bringing) -> None:
    key = bringing.hamlet.unit_id
    make.found(bringing.village.xa, bringing.village.land.commune, UnitKind.HAMLET, "Ấp Chợ")
    rows: list[Row] = [
        HEAD,
        (key, "Ấp Chợ", None, None, None),
        (key, "Ấp Cây Da", None, None, None),
        (None, "Ấp Mới", None, None, None),
        (None, "ấp mới", None, None, None),
    ]
    assert faults(bringing.bring(rows, "hamlet")) == [(2, "name"), (3, "number"), (5, "name")]


def test_what_still_holds_something_does_not_end(bringing: Bringing) -> None:
    make.member(bringing.village.thon, bringing.hamlet, UnitKind.HOUSEHOLD, "Kim Lan")
    rows: list[Row] = [HEAD, (None, "Ấp Cây Da", None, LEFT, "Nghị quyết 7")]
    assert faults(bringing.bring(rows, "hamlet")) == [(2, "last_day")]


def test_what_something_was_built_on_is_not_undone(bringing: Bringing) -> None:
    subject = bringing.take("order", bringing.bring([(NAME,), ("Ấp Một",), ("Ấp Hai",)], "hamlet"))
    home = Placement.objects.get(name="Ấp Một")
    make.member(bringing.village.xa, home, UnitKind.HOUSEHOLD, "Kim Lan")
    subject = bringing.take("undo", subject)
    assert (subject.state, "Ấp Một" in subject.sentence) == (S.WRITTEN, True)
    assert here(bringing) == ["Ấp Cây Da", "Ấp Một", "Ấp Hai"]


def test_what_was_changed_since_is_neither_overwritten_nor_undone(bringing: Bringing) -> None:
    land, key = bringing.village.land, bringing.hamlet.unit_id
    rows: list[Row] = [HEAD, (key, "Ấp Cây Đa", "Nghị quyết 5", None, None)]

    def corrected(version: int, name: str) -> None:
        entry = NodeEntry(name, basis="Nghị quyết 5")
        acts.save_row(land.xa, land.commune, UnitKind.HAMLET, GridRow(key), entry, version)

    subject = bringing.bring(rows, "hamlet")
    corrected(1, "Ấp Cây Dừa")
    subject = bringing.take("order", subject)
    assert (subject.state, bool(subject.sentence)) == (S.CHECKED, True)
    subject = bringing.take("order", bringing.take("recheck", subject))
    assert here(bringing) == ["Ấp Cây Đa"]
    corrected(3, "Ấp Cây Dừa")
    subject = bringing.take("undo", subject)
    assert (subject.state, here(bringing)) == (S.WRITTEN, ["Ấp Cây Dừa"])


def test_what_is_known_goes_out_and_comes_back_unchanged(bringing: Bringing) -> None:
    land = bringing.village.land
    for user, code, rows in (
        (land.xa, "hamlet", 1),
        (land.xa, "agency", 1),
        (land.sogddt, "school", 1),
    ):
        kind = KINDS[code]
        known = kind.known(user, land.commune.unit_id, "")
        content = sheets.template(kind, kind.resource(land.commune.unit_id), known)
        assert counts(bringing.bring_file(content, code, user=user)) == (0, 0, rows, 0, 0)


def test_who_does_not_manage_such_units_brings_none_in(bringing: Bringing) -> None:
    land = bringing.village.land
    for user in (land.xa2, land.xem, land.lanhdaoxa, land.stranger, bringing.village.thon):
        for code in ("hamlet", "school"):
            assert KINDS[code].place(user, land.commune.unit_id) is None
    assert KINDS["hamlet"].place(land.tinh, land.commune.unit_id) is None
    assert KINDS["hamlet"].place(land.xa, land.province.unit_id) is None
    assert KINDS["household"].place(land.xa, land.province.unit_id) is None


def test_another_body_s_unit_is_refused_at_its_cell(bringing: Bringing) -> None:
    key = bringing.village.school.unit_id
    rows: list[Row] = [HEAD, (key, "Trường THPT Đại An 2", None, None, None)]
    assert faults(bringing.bring(rows, "school")) == [(2, "name")]


def test_a_refusal_while_it_is_written_writes_nothing(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = bringing.bring([(NAME,), ("Ấp Một",), ("Ấp Hai",)], "hamlet")
    save_row = acts.save_row

    def refusing(*arguments: Any) -> Placement:
        if arguments[4].name == "Ấp Hai":
            raise Refused("không")
        return save_row(*arguments)

    monkeypatch.setattr(acts, "save_row", refusing)
    subject = bringing.take("order", subject)
    assert (subject.state, subject.sentence) == (S.CHECKED, "không")
    assert here(bringing) == ["Ấp Cây Da"]


def test_a_unit_that_was_ended_and_opened_again_is_not_ended_over_what_it_holds(
    bringing: Bringing,
) -> None:
    """The list opened an ended hamlet again; undoing it would end the hamlet anew."""
    land = bringing.village.land
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Vắng")
    key = hamlet.unit_id
    entry = NodeEntry("Ấp Vắng", last_day=LEFT, end_basis="Nghị quyết 7")
    acts.save_row(land.xa, land.commune, UnitKind.HAMLET, GridRow(key), entry, 1)
    acts.undo(land.xa, key)
    make.member(land.xa, hamlet, UnitKind.HOUSEHOLD, "Kim Lan")
    before = picture()
    version = Unit.objects.get(pk=key).version
    with pytest.raises(Refused, match="1 hộ"):
        acts.restore(land.xa, key, entry, version)
    assert picture() == before


def test_a_list_that_is_too_long_is_refused_with_a_sentence(bringing: Bringing) -> None:
    rows: list[Row] = [(NAME,), *((f"Ấp {number}",) for number in range(nodes.MOST_ROWS + 1))]
    subject = bringing.bring(rows, "hamlet")
    assert (subject.state, subject.sentence) == (
        S.FAULTY,
        "Danh sách đơn vị có nhiều nhất 1000 dòng: hãy chia tệp ra.",
    )


def test_nobody_waits_while_a_list_is_compared(bringing: Bringing) -> None:
    land = bringing.village.land
    with CaptureQueriesContext(connection) as queries:
        bringing.bring([(NAME,), ("Ấp Một",)], "hamlet")
    locked = [one["sql"] for one in queries if "FOR NO KEY UPDATE" in one["sql"]]
    assert [sql for sql in locked if f"({land.commune.unit_id})" in sql] == []
