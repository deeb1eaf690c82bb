"""Lists of who registers: by the rules of the page, list by list, whole or not at all."""

from typing import Any

import pytest

from core.importing import running, sheets
from core.importing.kinds import KINDS
from core.models import Import
from criteria.models import Registration, RegistrationList
from criteria.registration import entering
from tests import registration_factories as registering
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.importing.bringing import changes, counts, faults
from tests.importing.files import Row, xlsx
from tests.registration_factories import Registering
from units.models import Member, Placement, UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
PLACE, NUMBER = "Thôn, ấp, khu, tổ dân phố hoặc cơ quan", "Số trong danh sách trên Cổng"
HEAD, TITLE, YEAR, YES = "Họ và tên chủ hộ", "Danh hiệu", "Năm đánh giá", "Đăng ký"
COLUMNS = (PLACE, NUMBER, HEAD, TITLE, YEAR, YES)
FAMILY = "Gia đình học tập"
HAMLET = "Ấp Giồng Lớn"


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    made = registering.registering(setting)
    for name in registering.HOUSEHOLDS:
        make.member(made.thon, made.hamlet, UnitKind.HOUSEHOLD, name)
    return made


def bring(made: Registering, rows: list[Row], user: Any = None) -> Import:
    return bring_file(made, xlsx([COLUMNS, *rows]), user)


def bring_file(made: Registering, content: bytes, user: Any = None) -> Import:
    kind = KINDS["registration-household"]
    where = kind.place(user or made.thon, made.hamlet.unit_id)
    assert where is not None
    subject = running.begin(user or made.thon, kind.code, where, "a.xlsx", content, make.REASON)
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def take(made: Registering, name: str, subject: Import) -> Import:
    running.take(name, subject.pk, made.thon)
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def standing() -> list[tuple[int, int]]:
    """Household number and year of each that registers; the lists say as many."""
    listed = sum(RegistrationList.objects.values_list("listed", flat=True))
    rows = Registration.objects.values_list(
        "unit__memberships__number", "list__round__assessed_year"
    )
    assert listed == len(rows)
    return sorted(rows)


def households(place: Placement) -> list[Member]:
    return list(Member.objects.at(place.unit_id, UnitKind.HOUSEHOLD).order_by("number"))


def test_households_are_registered_and_taken_out_at_once(made: Registering) -> None:
    one, two, three = registering.HOUSEHOLDS
    year = made.setting.round.assessed_year
    rows: list[Row] = [
        (HAMLET, 1, one, FAMILY, year, "x"),
        (HAMLET, None, two.upper(), f"“{FAMILY}”", None, "Có"),
        (HAMLET, 3, None, "gia-dinh-hoc-tap", year, "không"),
    ]
    subject = bring(made, rows)
    assert (subject.sentence, faults(subject)) == ("", [])
    assert counts(subject) == (2, 0, 1, 0, 0)
    assert changes(subject)[0] == (2, [["Đăng ký", "không", "có"]])
    assert not RegistrationList.objects.exists()
    subject = take(made, "order", subject)
    assert (subject.state, subject.sentence, standing()) == (S.WRITTEN, "", [(1, year), (2, year)])
    assert counts(bring(made, rows)) == (0, 0, 3, 0, 0)
    other = bring(
        made, [(HAMLET, 2, None, FAMILY, None, None), (HAMLET, 3, three, FAMILY, None, 1)]
    )
    assert counts(other) == (1, 1, 0, 1, 0)
    other = take(made, "order", other)
    assert standing() == [(1, year), (3, year)]
    assert take(made, "undo", subject).state == S.WRITTEN  # the other one was built on it
    assert take(made, "undo", other).state == S.UNDONE
    assert standing() == [(1, year), (2, year)]


def test_undoing_leaves_no_list_that_it_began(made: Registering) -> None:
    subject = take(made, "order", bring(made, [(HAMLET, 1, None, FAMILY, None, "x")]))
    assert standing() == [(1, made.setting.round.assessed_year)]
    assert take(made, "undo", subject).state == S.UNDONE
    assert not RegistrationList.objects.exists()


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (("Ấp Không Có", 1, None, FAMILY, None, "x"), "place"),
        (("Ấp Trà Kha", 1, None, FAMILY, None, "x"), "place"),
        ((HAMLET, 9, None, FAMILY, None, "x"), "number"),
        ((HAMLET, 1, "Ai Đó Khác", FAMILY, None, "x"), "name"),
        ((HAMLET, None, "Ai Đó Khác", FAMILY, None, "x"), "name"),
        ((HAMLET, 1, None, "Dòng họ học tập", None, "x"), "title"),
        ((HAMLET, 1, None, "", None, "x"), "title"),
        ((HAMLET, 1, None, FAMILY, 1999, "x"), "year"),
        ((HAMLET, 1, None, FAMILY, "hai nghìn", "x"), "year"),
        ((HAMLET, 1, None, FAMILY, None, "chắc vậy"), "registered"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(made: Registering, row: Row, wrong: str) -> None:
    subject = bring(made, [row])
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])


def test_two_rows_of_one_household_and_two_of_one_name_are_refused(made: Registering) -> None:
    make.member(made.thon, made.hamlet, UnitKind.HOUSEHOLD, registering.HOUSEHOLDS[2])
    rows: list[Row] = [
        (HAMLET, 1, None, FAMILY, None, "x"),
        (HAMLET, None, registering.HOUSEHOLDS[0], FAMILY, None, "x"),
        (HAMLET, None, registering.HOUSEHOLDS[2], FAMILY, None, "x"),
    ]
    assert faults(bring(made, rows)) == [(3, "name"), (4, "name")]


def test_a_list_that_was_sent_is_refused_at_each_cell(made: Registering) -> None:
    take(made, "order", bring(made, [(HAMLET, 1, None, FAMILY, None, "x")]))
    found = RegistrationList.objects.get()
    registering.REGISTRATION.perform("send", found.pk, made.thon)
    rows: list[Row] = [(HAMLET, number, None, FAMILY, None, "x") for number in (1, 2, 3)]
    assert faults(bring(made, rows)) == [(3, "registered"), (4, "registered")]


def test_what_was_changed_meanwhile_is_not_written_over(made: Registering) -> None:
    take(made, "order", bring(made, [(HAMLET, 1, None, FAMILY, None, "x")]))
    subject = bring(made, [(HAMLET, 2, None, FAMILY, None, "x")])
    found, third = RegistrationList.objects.get(), households(made.hamlet)[2]
    entering.register(made.thon, found.pk, [third.unit_id], registered=True)
    before = standing()
    subject = take(made, "order", subject)
    assert (subject.state, bool(subject.sentence), standing()) == (S.CHECKED, True, before)


def test_the_template_says_what_is_known_and_changes_nothing(made: Registering) -> None:
    take(made, "order", bring(made, [(HAMLET, 1, None, FAMILY, None, "x")]))
    kind, key = KINDS["registration-household"], made.hamlet.unit_id
    rows = kind.known(made.thon, key, make.REASON)
    subject = bring_file(made, sheets.template(kind, kind.resource(key), rows))
    assert (subject.sentence, counts(subject)) == ("", (0, 0, 3, 0, 0))


def test_who_does_not_register_there_brings_nothing_in(made: Registering) -> None:
    kind, land = KINDS["registration-household"], made.setting.land
    assert kind.place(made.thon, made.other_hamlet.unit_id) is None
    assert kind.place(land.tinh, made.hamlet.unit_id) is None
    assert kind.place(land.xa2, made.hamlet.unit_id) is None
    assert kind.place(made.coquan, made.school.unit_id) is None
