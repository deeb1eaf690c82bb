"""Registrations of units themselves, and numbers of members: as by hand, and taken back whole."""

from typing import Any

import pytest

from core.importing import running, sheets
from core.importing.kinds import KINDS
from core.models import Import
from criteria.models import RegistrationList
from criteria.registration import entering
from tests import registration_factories as registering
from tests.criteria_factories import Campaigning
from tests.importing.bringing import changes, counts, faults
from tests.importing.files import Row, xlsx
from tests.registration_factories import Registering

pytestmark = pytest.mark.django_db

S = Import.State
COLUMNS = ("Đơn vị", "Đối tượng đăng ký", "Danh hiệu, hình thức", "Năm đánh giá", "Đăng ký")
HAMLET, FAMILY = "Ấp Giồng Lớn", "Gia đình học tập"
COMMUNE, FORM = "Xã Đại An", "Bằng khen của Chủ tịch UBND tỉnh"


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return registering.registering(setting)


def bring(made: Registering, *rows: Row, columns: Row = COLUMNS) -> Import:
    kind = KINDS["registration"]
    where = kind.place(made.setting.land.xa, made.commune.unit_id)
    assert where is not None
    content = xlsx([columns, *rows])
    subject = running.begin(made.setting.land.xa, kind.code, where, "a.xlsx", content, "")
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def take(made: Registering, name: str, subject: Import) -> Import:
    running.take(name, subject.pk, made.setting.land.xa)
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def standing() -> list[tuple[Any, ...]]:
    rows = RegistrationList.objects.order_by("kind")
    return list(rows.values_list("kind", "listed", "declared"))


def test_what_the_page_does_one_by_one_is_done_at_once_and_taken_back(made: Registering) -> None:
    rows: list[Row] = [
        (HAMLET, "hộ gia đình", FAMILY, None, "1.234"),
        (COMMUNE, None, FORM, None, "x"),
    ]
    subject = bring(made, *rows)
    assert (subject.sentence, faults(subject), counts(subject)) == ("", [], (2, 0, 0, 0, 0))
    assert changes(subject)[0] == (2, [["Đăng ký", "", "1.234"]])
    assert standing() == []
    written = take(made, "order", subject)
    assert (written.state, written.sentence) == (S.WRITTEN, "")
    assert standing() == [("commune", 1, None), ("household", 0, 1234)]
    assert counts(bring(made, *rows)) == (0, 0, 2, 0, 0)
    other = bring(made, (HAMLET, "hộ gia đình", FAMILY, None, 1300))
    assert changes(other) == [(2, [["Đăng ký", "1.234", "1.300"]])]
    other = take(made, "order", other)
    assert take(made, "undo", written).state == S.WRITTEN  # the other one was built on it
    assert take(made, "undo", other).state == S.UNDONE
    assert standing() == [("commune", 1, None), ("household", 0, 1234)]


def test_undoing_leaves_nothing_that_it_began(made: Registering) -> None:
    rows = ((HAMLET, "hộ gia đình", FAMILY, None, 7), (COMMUNE, "", FORM, None, "có"))
    subject = take(made, "order", bring(made, *rows))
    assert take(made, "undo", subject).state == S.UNDONE
    assert standing() == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (("Ấp Trà Kha", "hộ gia đình", FAMILY, None, 7), "place"),
        ((HAMLET, "học sinh", FAMILY, None, 7), "who"),
        ((HAMLET, "hộ gia đình", FORM, None, 7), "title"),
        ((HAMLET, "hộ gia đình", FAMILY, 2011, 7), "year"),
        ((HAMLET, "hộ gia đình", FAMILY, None, "bảy"), "number"),
        ((HAMLET, "hộ gia đình", FAMILY, None, "x"), "number"),
        ((HAMLET, "hộ gia đình", FAMILY, None, "1,5"), "number"),
        ((HAMLET, "hộ gia đình", FAMILY, None, 99_999_999), "number"),
        ((COMMUNE, None, FORM, None, 12), "number"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(made: Registering, row: Row, wrong: str) -> None:
    subject = bring(made, row)
    assert faults(subject) == [(2, wrong)]
    assert standing() == []


def test_what_stands_is_taken_out_on_its_page_not_by_a_file(made: Registering) -> None:
    take(made, "order", bring(made, (COMMUNE, "", FORM, None, "x")))
    subject = bring(made, (COMMUNE, "", FORM, None, "không"))
    assert faults(subject) == [(2, "number")]
    assert counts(bring(made, (COMMUNE, "", FORM, None, None))) == (0, 0, 1, 0, 0)


def test_the_template_brought_back_changes_nothing(made: Registering) -> None:
    take(made, "order", bring(made, (HAMLET, "hộ gia đình", FAMILY, None, 7)))
    kind = KINDS["registration"]
    where = kind.place(made.setting.land.xa, made.commune.unit_id)
    assert where is not None
    known = kind.known(made.setting.land.xa, made.commune.unit_id, "")
    content = sheets.template(kind, kind.resource(where.key), known)
    subject = running.begin(made.setting.land.xa, kind.code, where, "a.xlsx", content, "")
    running.work(subject.pk)
    subject = Import.objects.get(pk=subject.pk)
    assert (subject.sentence, faults(subject)) == ("", [])
    assert counts(subject)[:2] == (0, 0)


def test_somebody_changed_a_list_since_the_check(made: Registering) -> None:
    first = take(made, "order", bring(made, (HAMLET, "hộ gia đình", FAMILY, None, 7)))
    subject = bring(made, (HAMLET, "hộ gia đình", FAMILY, None, 8))
    found = RegistrationList.objects.get()
    entering.declare(made.setting.land.xa, found.pk, 9, seen=7)
    assert take(made, "order", subject).sentence != ""
    assert standing() == [("household", 0, 9)]
    assert first.state == S.WRITTEN
