"""Lists of congdanhoctap.vn: found by identity number, else decided by a person; counted once."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.importing import deciding, running, sheets
from core.importing.kinds import KINDS
from core.models import Import, ImportRow
from core.workflow import Refused
from criteria import outside
from criteria.models import OutsideResult
from tests import unit_factories as make
from tests.importing.bringing import Bringing, changes, counts, faults, picture
from tests.importing.files import Row
from units.models import Member, PersonalRecord, UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
PLACE, NAME, BORN, IDENTITY = (
    "Thôn, ấp, khu, tổ dân phố hoặc cơ quan",
    "Họ và tên",
    "Năm sinh",
    "Số CCCD",
)
COLUMNS = (PLACE, NAME, BORN, IDENTITY, "Năm", "Tổng điểm", "Kết quả", "Tôn giáo", "Dân tộc")
CAY_DA = "Ấp Cây Da"
NUMBER, OTHER_NUMBER = "084090000001", "084090000002"


def citizen(bringing: Bringing, name: str = "Lâm Kín", **entry: Any) -> Member:
    entry = {"birth_year": 1990, "identity": NUMBER} | entry
    return make.member(bringing.village.thon, bringing.hamlet, UnitKind.CITIZEN, name, **entry)


def bring(bringing: Bringing, *rows: Row, **options: Any) -> Import:
    return bringing.bring([COLUMNS, *rows], "outside-result", **options)


def row(name: str = "Lâm Kín", number: str | None = NUMBER, **said: Any) -> Row:
    values = {"born": 1990, "number": number, "year": 2025, "points": "85,5", "passed": "đạt"}
    values |= said
    return (CAY_DA, name, *values.values(), "Không", "Kinh")


def results() -> list[tuple[Any, ...]]:
    rows = OutsideResult.objects.order_by("pk")
    return list(rows.values_list("unit", "home", "assessed_year", "points", "passed"))


def choices(subject: Import) -> list[list[str]]:
    """The codes that each asked row offers."""
    rows = subject.rows.filter(outcome="asked").order_by("line")
    return [[code for code, _words in one.data["choices"]] for one in rows]


def decide(bringing: Bringing, subject: Import, *answers: str) -> Import:
    rows = subject.rows.filter(outcome="asked").order_by("line")
    for one, answer in zip(rows, answers, strict=True):
        deciding.decide(bringing.village.xa, subject.pk, one.pk, answer)
    return Import.objects.get(pk=subject.pk)


def test_a_citizen_is_found_by_the_identity_number(bringing: Bringing) -> None:
    person = citizen(bringing)
    before = picture(bringing.hamlet)
    subject = bring(bringing, row(number="084 090 000 001"))
    assert (subject.sentence, faults(subject), counts(subject)) == ("", [], (1, 0, 0, 0, 0))
    assert subject.ignored == ["Tôn giáo", "Dân tộc"]
    assert NUMBER not in str(ImportRow.objects.values_list("data", "changes", "label"))
    subject = bringing.take("order", subject)
    assert (subject.state, subject.sentence) == (S.WRITTEN, "")
    home = bringing.hamlet.unit_id
    assert results() == [(person.unit_id, home, 2025, Decimal("85.50"), True)]
    assert picture(bringing.hamlet) == before
    assert counts(bring(bringing, row())) == (0, 0, 1, 0, 0)
    other = bring(bringing, row(points=70, passed="Không đạt"))
    assert changes(other) == [(2, [["Năm đánh giá", "2025", "2025"], *CHANGED])]
    other = bringing.take("order", other)
    assert results()[0][3:] == (70, False)
    assert bringing.take("undo", subject).state == S.WRITTEN  # changed since
    assert bringing.take("undo", other).state == S.UNDONE
    assert bringing.take("undo", subject).state == S.UNDONE
    assert (results(), picture(bringing.hamlet)) == ([], before)


CHANGED = [["Điểm (trên 100)", "85,5", "70"], ["Kết quả", "đạt", "không đạt"]]


def test_who_is_found_by_words_is_decided_by_a_person(bringing: Bringing) -> None:
    same = citizen(bringing, identity=None)
    citizen(bringing, "Kim Lan", identity=None, birth_year=None)
    before = picture(bringing.hamlet)
    subject = bring(
        bringing, row(), row("Kim Lan", None), row("Sơn Mới", OTHER_NUMBER), row("Ai Đó", None)
    )
    assert (subject.state, subject.counts["asked"], faults(subject)) == (S.CHECKED, 4, [])
    assert [len(one) for one in choices(subject)] == [2, 2, 1, 1]
    with pytest.raises(Refused):
        running.take("order", subject.pk, bringing.village.xa)
    subject = decide(bringing, subject, f"same:{same.unit_id}", "new", "new", "leave")
    assert (subject.counts["undecided"], subject.counts["chosen"]) == (0, 3)
    subject = bringing.take("order", subject)
    assert (subject.state, subject.sentence, len(results())) == (S.WRITTEN, "", 3)
    here = Member.objects.at(bringing.hamlet.unit_id, UnitKind.CITIZEN).order_by("number")
    assert list(here.values_list("unit__personal__name", flat=True)) == [
        *("Lâm Kín", "Kim Lan", "Kim Lan", "Sơn Mới"),
    ]
    noted = PersonalRecord.objects.exclude(identity_digest=None).values_list("name", flat=True)
    assert sorted(noted) == ["Lâm Kín", "Sơn Mới"]
    again = bring(bringing, row(), row("Sơn Mới", OTHER_NUMBER))
    assert counts(again) == (0, 0, 2, 0, 0)
    assert bringing.take("undo", subject).state == S.UNDONE
    assert (results(), picture(bringing.hamlet)) == ([], before)


def test_a_decision_can_be_changed_until_it_is_written(bringing: Bringing) -> None:
    person = citizen(bringing, identity=None)
    subject = decide(bringing, bring(bringing, row(number=None)), "leave")
    assert (subject.counts["undecided"], subject.counts["chosen"]) == (0, 0)
    with pytest.raises(Refused):  # nothing is to be written
        running.take("order", subject.pk, bringing.village.xa)
    subject = decide(bringing, subject, f"same:{person.unit_id}")
    bringing.take("order", subject)
    assert results()[0][0] == person.unit_id
    assert counts(bring(bringing, row(number=None))) == (0, 0, 1, 0, 0)
    asked = bring(bringing, row(number=None, points=90))
    for user, answer in ((bringing.village.thon, "leave"), (bringing.village.xa, "same:1")):
        with pytest.raises(Refused):
            deciding.decide(user, asked.pk, asked.rows.get(outcome="asked").pk, answer)


def test_one_person_in_two_communes_is_shown_to_both_and_counted_once(
    bringing: Bringing, client_of: Any
) -> None:
    village, land = bringing.village, bringing.village.land
    person = citizen(bringing)
    other = make.found(land.xa2, land.sibling, UnitKind.HAMLET, "Ấp Kia")
    bringing.take("order", bring(bringing, row()))
    assert not OutsideResult.objects.visible_to(land.xa2).exists()
    theirs = bringing.bring(
        [COLUMNS, ("Ấp Kia", *row()[1:])], "outside-result", user=land.xa2, place=land.sibling
    )
    assert counts(theirs) == (1, 0, 0, 0, 0)
    assert [one.label for one in theirs.rows.all()] == ["Ấp Kia: công dân thuộc danh sách nơi khác"]
    bringing.take("order", theirs, land.xa2)
    assert [one[1] for one in results()] == [bringing.hamlet.unit_id, other.unit_id]
    assert OutsideResult.objects.visible_to(village.xa).count() == 2
    assert OutsideResult.objects.visible_to(land.xa2).count() == 1
    people = OutsideResult.objects.order_by().values("unit").distinct()
    assert [one["unit"] for one in people] == [person.unit_id]
    every = outside.of_scope(land.tinh)
    assert outside.sums(every) == {"people": 1, "reached": 1, "lines": 2}
    assert [
        (one.unit_id, one.people, one.reached, one.lines) for one in outside.by_commune(every)
    ] == [
        (land.commune.unit_id, 1, 1, 1),
        (land.sibling.unit_id, 1, 1, 1),
    ]
    assert outside.sums(outside.of_scope(land.xa2))["lines"] == 1
    page = client_of(land.tinh).get("/assessments/outside/sums/").content.decode()
    assert (land.commune.name in page, "Lâm Kín" in page) == (True, False)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"number": "12345"}, "identity"),
        ({"name": "Ai Đó Khác"}, "identity"),
        ({"year": 2999}, "year"),
        ({"year": "hai nghìn"}, "year"),
        ({"points": 101}, "points"),
        ({"points": "85.5"}, "points"),
        ({"points": "1,234"}, "points"),
        ({"passed": "giỏi"}, "passed"),
        ({"born": 1899}, "birth_year"),
        ({"name": "NguyÔn V¨n An"}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(
    bringing: Bringing, said: dict[str, Any], wrong: str
) -> None:
    citizen(bringing)
    subject = bring(bringing, row(**said))
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])


def test_one_person_stands_once_in_a_file(bringing: Bringing) -> None:
    citizen(bringing)
    subject = bring(bringing, row(), row(), row("Kim Lan", None), row("Kim Lan", None))
    assert faults(subject) == [(3, "identity"), (5, "name")]


def test_the_template_says_what_is_known_and_changes_nothing(bringing: Bringing) -> None:
    citizen(bringing)
    bringing.take("order", bring(bringing, row()))
    kind, key = KINDS["outside-result"], bringing.village.land.commune.unit_id
    assert kind.place(bringing.village.land.tinh, key) is None
    rows = kind.known(bringing.village.xa, key, make.REASON)
    content = sheets.template(kind, kind.resource(key), rows)
    subject = bringing.bring_file(content, "outside-result")
    assert (subject.sentence, faults(subject), counts(subject)) == ("", [], (0, 0, 1, 0, 0))
    columns = ("Số trong danh sách trên Cổng", *COLUMNS)
    for number, wrong in ((1, []), (9, [(2, "number")])):
        found = bringing.bring([columns, (number, *row(number=None, points=9))], "outside-result")
        assert faults(found) == wrong


CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


def asked(client: Client, url: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(CONTROL) for one in queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_for_any_number_of_rows(
    bringing: Bringing, client_of: Any, rows: int
) -> None:
    clerk = client_of(bringing.village.xa)
    numbers = [f"08409000000{n}" for n in range(rows)]
    for number in numbers:
        citizen(bringing, f"Lâm Kín {number}", identity=number)
    bringing.take("order", bring(bringing, *(row(f"Lâm Kín {n}", n) for n in numbers)))
    subject = bring(bringing, *(row(f"Ai Đó {n}", None) for n in numbers))
    assert asked(clerk, f"/imports/{subject.pk}/?outcome=asked") == 11
    assert asked(clerk, "/assessments/outside/") == 10
    assert asked(clerk, "/assessments/outside/sums/") == 7


def test_a_person_is_decided_on_the_page(bringing: Bringing, client_of: Any) -> None:
    person = citizen(bringing, identity=None)
    subject = bring(bringing, row(number=None))
    clerk, page = client_of(bringing.village.xa), f"/imports/{subject.pk}/"
    url = f"{page}rows/{subject.rows.get(outcome='asked').pk}/"
    words = clerk.get(page).content.decode()
    assert "Số 1 trong danh sách: Lâm Kín, sinh năm 1990" in words
    answer = clerk.post(url, {"choice": f"same:{person.unit_id}"})
    assert answer["Location"] == f"{page}?outcome=asked&page="
    assert 'aria-pressed="true"' in clerk.get(page).content.decode()
    assert clerk.post(url, {"choice": "same:1"}).status_code == 403
    assert clerk.post(f"{page}rows/0/", {"choice": "leave"}).status_code == 404
    bringing.take("order", subject)
    results = clerk.get("/assessments/outside/?year=2025").content.decode()
    assert ("85,50" in results, "Lâm Kín" in results) == (True, False)
    assert clerk.get("/assessments/outside/?year=x").status_code == 200
