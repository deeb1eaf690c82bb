"""Lists of titles held by earlier decisions: declared as by hand, and waiting for confirmation."""

import datetime
from typing import Any

import pytest

from core.importing import running, sheets
from core.importing.kinds import KINDS
from core.models import Import, Notice
from criteria import recognising
from criteria.models import Recognition
from criteria.workflow import check_recognition
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning
from tests.importing.bringing import changes, counts, faults
from tests.importing.files import Row, xlsx

pytestmark = pytest.mark.django_db

S = Import.State
COLUMNS = (
    *("Đơn vị", "Danh hiệu", "Mức độ", "Năm đánh giá", "Số, ký hiệu quyết định"),
    *("Ngày ban hành quyết định", "Cơ quan, người ban hành"),
)
FROM, UNTIL = "Có hiệu lực từ ngày", "Có hiệu lực đến hết ngày"
DECIDED, LAST = datetime.date(2025, 1, 5), datetime.date(2028, 1, 4)
BODY = "Sở Giáo dục và Đào tạo"


@pytest.fixture
def commune(setting: Campaigning) -> str:
    return setting.land.commune.name


def bring(setting: Campaigning, rows: list[Row], columns: Row = COLUMNS) -> Import:
    return bring_file(setting, xlsx([columns, *rows]))


def bring_file(setting: Campaigning, content: bytes) -> Import:
    user = setting.land.xa
    where = KINDS["title"].place(user, setting.land.commune.unit_id)
    assert where is not None
    subject = running.begin(user, "title", where, "a.xlsx", content, "")
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def take(setting: Campaigning, name: str, subject: Import) -> Import:
    running.take(name, subject.pk, setting.land.xa)
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def standing() -> list[tuple[Any, ...]]:
    fields = ("unit", "title__code", "grade", "assessed_year", "decision_number", "decided_on")
    rows = Recognition.objects.order_by("decided_on", "pk")
    return list(rows.values_list(*fields, "decided_by", "period", "state", "declared_by"))


def confirm(setting: Campaigning, found: Recognition) -> None:
    seen = recognising.fingerprint(found)
    check_recognition("confirm", found.pk, setting.land.sogddt, seen=seen)


def row(commune: str, **said: Any) -> Row:
    values = {
        "unit": commune,
        "title": "Cộng đồng học tập",
        "grade": "Mức độ 1",
        "year": 2024,
        "number": "12/QĐ-SGDĐT",
        "day": DECIDED,
        "by": BODY,
    }
    return tuple((values | said).values())


def test_a_decision_is_declared_as_by_hand_and_taken_out_again(
    setting: Campaigning, commune: str
) -> None:
    subject = bring(setting, [row(commune)])
    assert (subject.sentence, faults(subject), counts(subject)) == ("", [], (1, 0, 0, 0, 0))
    assert ["Có hiệu lực đến hết ngày", "", "04/01/2028"] in changes(subject)[0][1]
    assert standing() == []
    subject = take(setting, "order", subject)
    by_file = standing()
    assert (subject.state, subject.sentence, len(by_file)) == (S.WRITTEN, "", 1)
    assert Notice.objects.filter(kind="recognition.declared", withdrawn_at=None).exists()
    assert counts(bring(setting, [row(commune, number="12 / qđ-sgdđt")])) == (0, 1, 0, 0, 0)
    assert counts(bring(setting, [row(commune)])) == (0, 0, 1, 0, 0)
    assert take(setting, "undo", subject).state == S.UNDONE
    assert standing() == []
    assert not Notice.objects.filter(kind="recognition.declared", withdrawn_at=None).exists()
    land = setting.land
    recognising.declare(
        land.xa,
        land.commune,
        recognising.Declaration(
            setting.title, "1", 2024, "12/QĐ-SGDĐT", DECIDED, BODY, "", DECIDED, LAST
        ),
    )
    assert standing() == by_file


def test_a_declaration_is_corrected_and_corrected_back(setting: Campaigning, commune: str) -> None:
    take(setting, "order", bring(setting, [row(commune)]))
    before, number = standing(), Recognition.objects.get().pk
    columns = ("Số của danh hiệu trên Cổng", *COLUMNS)
    subject = bring(setting, [(number, *row(commune, number="13/QĐ-SGDĐT"))], columns)
    assert counts(subject) == (0, 1, 0, 0, 0)
    assert changes(subject)[0] == (
        2,
        [["Số, ký hiệu quyết định", "12/QĐ-SGDĐT", "13/QĐ-SGDĐT"]],
    )
    subject = take(setting, "order", subject)
    assert standing()[0][4] == "13/QĐ-SGDĐT"
    assert take(setting, "undo", subject).state == S.UNDONE
    assert standing() == before


def test_what_somebody_confirmed_is_neither_changed_nor_taken_out(
    setting: Campaigning, commune: str
) -> None:
    subject = take(setting, "order", bring(setting, [row(commune)]))
    confirm(setting, Recognition.objects.get())
    before = standing()
    subject = take(setting, "undo", subject)
    assert (subject.state, bool(subject.sentence), standing()) == (S.WRITTEN, True, before)
    assert faults(bring(setting, [row(commune, by="Ai khác")])) == [(2, "title")]
    assert counts(bring(setting, [row(commune)])) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"unit": "Xã Không Có"}, "place"),
        ({"unit": "Tỉnh Vĩnh Long"}, "place"),
        ({"title": "Danh hiệu lạ"}, "title"),
        ({"title": ""}, "title"),
        ({"grade": "3"}, "grade"),
        ({"grade": None}, "grade"),
        ({"year": "hai nghìn"}, "assessed_year"),
        ({"year": 2026}, "assessed_year"),
        ({"number": ""}, "decision_number"),
        ({"number": "1" * 61}, "decision_number"),
        ({"day": "31/02/2025"}, "decided_on"),
        ({"day": datetime.date(2027, 1, 1)}, "decided_on"),
        ({"by": None}, "decided_by"),
        ({"by": "Së Gi¸o dôc"}, "decided_by"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(
    setting: Campaigning, commune: str, said: dict[str, Any], wrong: str
) -> None:
    subject = bring(setting, [row(commune, **said)])
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])


def test_two_decisions_for_one_period_and_one_twice_are_refused(
    setting: Campaigning, commune: str
) -> None:
    take(setting, "order", bring(setting, [row(commune)]))
    overlapping = row(commune, number="14/QĐ-SGDĐT", day=datetime.date(2025, 2, 1))
    early = row(commune, number="1/QĐ", year=2019, day=datetime.date(2020, 1, 5))
    columns = (*COLUMNS, FROM, UNTIL)
    subject = bring(
        setting,
        [
            (*overlapping, None, None),
            (*early, datetime.date(2020, 1, 1), None),
            (*early, None, datetime.date(2019, 1, 1)),
        ],
        columns,
    )
    assert faults(subject) == [
        (2, "held_from"),
        (3, "held_from"),
        (4, "decision_number"),
        (4, "held_until"),
    ]


def test_the_template_says_what_is_known_and_changes_nothing(
    setting: Campaigning, commune: str
) -> None:
    take(setting, "order", bring(setting, [row(commune)]))
    kind, key = KINDS["title"], setting.land.commune.unit_id
    rows = kind.known(setting.land.xa, key, "")
    subject = bring_file(setting, sheets.template(kind, kind.resource(key), rows))
    assert (subject.sentence, counts(subject)) == ("", (0, 0, 1, 0, 0))
    assert counts(bring(setting, [])) == (0, 0, 0, 1, 0)


def test_who_declares_no_titles_brings_none_in(setting: Campaigning) -> None:
    land, kind = setting.land, KINDS["title"]
    for user in (land.tinh, land.sogddt, land.xa2, land.stranger):
        assert kind.place(user, land.commune.unit_id) is None


def test_what_was_declared_meanwhile_stops_the_writing(setting: Campaigning, commune: str) -> None:
    subject = bring(setting, [row(commune)])
    make.recognition(setting, decided_on=DECIDED, period=(DECIDED, LAST))
    before = standing()
    subject = take(setting, "order", subject)
    assert (subject.state, bool(subject.sentence), standing()) == (S.CHECKED, True, before)
