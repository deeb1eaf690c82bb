"""Lists of households, clans and citizens: checked, previewed, written whole, undone."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core import journal, periods
from core.importing import sheets
from core.importing.kinds import KINDS
from core.models import Import, ImportRow, ImportWork, JournalEntry
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.importing.bringing import (
    FIRST,
    HEAD,
    HOUSEHOLD,
    HOUSEHOLDS,
    IDENTITY,
    LAST,
    NAME,
    NUMBER,
    PEOPLE,
    PLACE,
    YEAR,
    Bringing,
    changes,
    counts,
    faults,
    households,
    picture,
)
from tests.importing.files import Row
from units.entries import Row as GridRow
from units.members import MemberEntry, save_row
from units.models import (
    Member,
    PersonalExport,
    PersonalReading,
    Reform,
    Succession,
    Unit,
    UnitKind,
)

pytestmark = pytest.mark.django_db

S = Import.State
CAY_DA = "Ấp Cây Da"


def members_of(bringing: Bringing, kind: str = UnitKind.HOUSEHOLD, **entry: Any) -> Member:
    """A member that the hamlet entered by hand."""
    name = entry.pop("name", "Thạch Sa Ron")
    return make.member(bringing.village.thon, bringing.hamlet, kind, name, **entry)


def test_new_households_are_shown_and_only_then_written(bringing: Bringing) -> None:
    rows: list[Row] = [HOUSEHOLDS, (CAY_DA, "Thạch Sa Ron", 4), (CAY_DA, "Kim Thị Lan", None)]
    subject = bringing.bring(rows)
    assert (subject.state, counts(subject)) == (S.CHECKED, (2, 0, 0, 0, 0))
    assert changes(subject)[0] == (2, [[HEAD, "", "Thạch Sa Ron"], [PEOPLE, "", "4"]])
    assert households(bringing.hamlet) == []
    subject = bringing.take("order", subject)
    assert subject.state == S.WRITTEN
    assert households(bringing.hamlet) == [(1, "Thạch Sa Ron", 4), (2, "Kim Thị Lan", None)]


def test_the_same_file_twice_changes_nothing(bringing: Bringing) -> None:
    rows: list[Row] = [HOUSEHOLDS, (CAY_DA, "Kim Lan", 4), (CAY_DA, "Kim Lan", 5)]
    bringing.written(rows)
    before = picture(bringing.hamlet)
    again = bringing.bring(rows)
    assert counts(again) == (0, 0, 2, 0, 0)
    with pytest.raises(Refused):
        bringing.take("order", again)
    assert picture(bringing.hamlet) == before


def test_who_has_left_and_who_is_yet_to_come_are_found_again(bringing: Bringing) -> None:
    left, later = datetime.date(2026, 1, 31), periods.today() + datetime.timedelta(days=9)
    rows: list[Row] = [
        (PLACE, HEAD, FIRST, LAST),
        (CAY_DA, "Kim Lan", None, left),
        (CAY_DA, "Kim Lan", left + periods.ONE_DAY, None),
        (CAY_DA, "Sơn Ngọc", later, None),
    ]
    bringing.written(rows)
    assert counts(bringing.bring(rows)) == (0, 0, 3, 0, 0)


def test_a_row_found_by_its_number_changes_and_the_missing_stays(bringing: Bringing) -> None:
    members_of(bringing, people=4)
    members_of(bringing, name="Kim Thị Lan", people=3)
    subject = bringing.bring([(NUMBER, PLACE, HEAD, PEOPLE), (2, CAY_DA, "Kim Thị Lan", 5)])
    assert counts(subject) == (0, 1, 0, 1, 0)
    assert changes(subject) == [(2, [[PEOPLE, "3", "5"]])]
    bringing.take("order", subject)
    assert households(bringing.hamlet) == [(1, "Thạch Sa Ron", 4), (2, "Kim Thị Lan", 5)]


def test_what_a_column_does_not_say_stays(bringing: Bringing) -> None:
    members_of(bringing, people=4, first_day=datetime.date(2020, 1, 5))
    bringing.written([(NUMBER, PLACE, HEAD), (1, CAY_DA, "Thạch Sa Rơn")])
    assert households(bringing.hamlet) == [(1, "Thạch Sa Rơn", 4)]
    assert Member.objects.get().period.lower == datetime.date(2020, 1, 5)


def test_an_import_writes_what_the_page_would(bringing: Bringing) -> None:
    by_hand = members_of(bringing, people=4, last_day=datetime.date(2026, 1, 31))
    rows: list[Row] = [(*HOUSEHOLDS, LAST), (CAY_DA, "Kim Lan", 4, datetime.date(2026, 1, 31))]
    bringing.written(rows)
    by_file = Member.objects.exclude(pk=by_hand.pk).get()
    assert (by_file.number, by_file.period, by_file.people, by_file.label) == (
        by_hand.number + 1,
        by_hand.period,
        by_hand.people,
        by_hand.label,
    )
    assert (by_file.unit.version, by_file.unit.kind, by_file.unit.is_demo) == (
        1,
        UnitKind.HOUSEHOLD,
        False,
    )


def test_citizens_are_found_by_identity_number_and_kept_by_digest(bringing: Bringing) -> None:
    members_of(bringing)
    head: Row = (PLACE, NAME, YEAR, HOUSEHOLD, IDENTITY)
    bringing.written([head, (CAY_DA, "Kim Thị Lan", 1987, 1, "084123456789")], "citizen")
    lan = Member.objects.get(kind=UnitKind.CITIZEN)
    assert (lan.unit.personal.identity_tail, lan.household_id) == (
        "6789",
        Member.objects.get(kind=UnitKind.HOUSEHOLD).unit_id,
    )
    renamed = [head, (CAY_DA, "Kim Thị Lan Anh", 1987, 1, "084123456789")]
    subject = bringing.bring(renamed, "citizen")
    assert changes(subject) == [(2, [[NAME, "Kim Thị Lan", "Kim Thị Lan Anh"]])]
    assert not ImportRow.objects.filter(data__icontains="084123456789").exists()
    bringing.take("order", subject)
    lan.unit.personal.refresh_from_db()
    assert (lan.unit.personal.name, lan.unit.personal.identity_tail) == ("Kim Thị Lan Anh", "6789")


def test_clans_have_their_name_in_the_list(bringing: Bringing) -> None:
    bringing.written([(PLACE, "Tên dòng họ", PEOPLE), (CAY_DA, "Dòng họ Thạch", 40)], "clan")
    clan = Member.objects.get(kind=UnitKind.CLAN)
    assert (clan.label, clan.people, hasattr(clan.unit, "personal")) == ("Dòng họ Thạch", 40, False)


def test_one_hamlet_needs_no_column_of_places(bringing: Bringing) -> None:
    subject = bringing.bring(
        [(HEAD, PEOPLE), ("Kim Lan", 4)], user=bringing.village.thon, place=bringing.hamlet
    )
    bringing.take("order", subject, bringing.village.thon)
    assert households(bringing.hamlet) == [(1, "Kim Lan", 4)]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ((CAY_DA, "", 4), "name"),
        ((CAY_DA, "Kim Lan", "bốn"), "people"),
        ((CAY_DA, "Kim Lan", "1,234"), "people"),
        ((CAY_DA, "Kim Lan", 99_999), "people"),
        (("Ấp Không Có", "Kim Lan", 4), "place"),
        (("Trạm Y tế xã Đại An", "Kim Lan", 4), "place"),
        (("Xã Hàm Giang", "Kim Lan", 4), "place"),
        ((CAY_DA, "NguyÔn V¨n An", 4), "name"),
        ((CAY_DA, "K" * 101, 4), "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(bringing: Bringing, row: Row, wrong: str) -> None:
    subject = bringing.bring([HOUSEHOLDS, row])
    assert (subject.state, faults(subject)) == (S.FAULTY, [(2, wrong)])
    assert households(bringing.hamlet) == []


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (("Kim Lan", 1899, None, None), "birth_year"),
        (("Kim Lan", 2999, None, None), "birth_year"),
        (("Kim Lan", None, 7, None), "household"),
        (("Kim Lan", None, None, "12345"), "identity"),
        (("Kim Lan", None, None, 84123456789), "identity"),
        (("Kim Lan", None, None, "084000000001"), "identity"),
    ],
)
def test_what_is_wrong_of_a_citizen(bringing: Bringing, cells: Row, wrong: str) -> None:
    members_of(bringing, UnitKind.CITIZEN, name="Sơn Ngọc", identity="084000000001")
    head = (PLACE, NAME, YEAR, HOUSEHOLD, IDENTITY, NUMBER)
    subject = bringing.bring(
        [head, (CAY_DA, "Sơn Ngọc", *[None] * 3, 1), (CAY_DA, *cells)], "citizen"
    )
    assert faults(subject) == [(3, wrong)]


def test_a_row_says_its_hamlet_where_there_are_several(bringing: Bringing) -> None:
    make.found(bringing.village.xa, bringing.village.land.commune, UnitKind.HAMLET, "Ấp Mới")
    subject = bringing.bring([HOUSEHOLDS, ("", "Kim Lan", 4)])
    assert faults(subject) == [(2, "place")]


def test_days_follow_the_rules_of_the_page(bringing: Bringing) -> None:
    head = (PLACE, HEAD, FIRST, LAST)
    early, late = datetime.date(1950, 1, 1), datetime.date(2026, 2, 1)
    young = make.found(
        bringing.village.xa,
        bringing.village.land.commune,
        UnitKind.HAMLET,
        "Ấp Mới",
        first_day=datetime.date(2026, 1, 1),
    )
    rows: list[Row] = [
        head,
        (young.name, "Kim Lan", early, None),
        (young.name, "Kim Anh", late, datetime.date(2026, 1, 31)),
    ]
    assert faults(bringing.bring(rows)) == [(2, "first_day"), (3, "last_day")]


def test_duplicates_inside_the_file_are_refused(bringing: Bringing) -> None:
    members_of(bringing, people=4)
    head = (NUMBER, PLACE, HEAD, PEOPLE)
    rows: list[Row] = [
        head,
        (1, CAY_DA, "Thạch Sa Ron", 4),
        (1, CAY_DA, "Thạch Sa Ron", 5),
        (None, CAY_DA, "Kim Lan", 2),
        (None, CAY_DA, "Kim Lan", 2),
        (9, CAY_DA, "Kim Lan", 2),
    ]
    assert faults(bringing.bring(rows)) == [(3, "number"), (5, "name"), (6, "number")]
    people: list[Row] = [
        (PLACE, NAME, IDENTITY),
        (CAY_DA, "Kim Lan", "084000000001"),
        (CAY_DA, "Kim Anh", "084 000 000 001"),
    ]
    assert faults(bringing.bring(people, "citizen")) == [(3, "identity")]


def test_an_ended_hamlet_is_named_with_its_successor(bringing: Bringing) -> None:
    yesterday = datetime.date(2026, 1, 1)
    ended = factories.place(
        UnitKind.HAMLET,
        "Ấp Cũ",
        bringing.village.land.commune,
        period=factories.periods.between(None, yesterday),
    )
    with journal.act("test"):
        reform = Reform.objects.create(name="Nhập ấp", effective_on=yesterday)
        Succession.objects.create(
            reform=reform, predecessor=ended.unit, successor=bringing.hamlet.unit, extent="whole"
        )
    subject = bringing.bring([HOUSEHOLDS, ("Ấp Cũ", "Kim Lan", 4)])
    ((_column, sentence),) = ImportRow.objects.get(of=subject).errors
    assert ("01/01/2026" in sentence, CAY_DA in sentence) == (True, True)


def test_a_stranger_and_another_commune_bring_nothing_in(bringing: Bringing) -> None:
    land = bringing.village.land
    kind = KINDS["household"]
    for user in (land.xa2, land.tinh, land.xem, land.lanhdaoxa, land.stranger):
        assert kind.place(user, land.commune.unit_id) is None
        assert kind.place(user, bringing.hamlet.unit_id) is None
    assert kind.place(bringing.village.coquan, bringing.village.office.unit_id) is None
    assert KINDS["citizen"].place(bringing.village.coquan, bringing.village.office.unit_id)


def test_whoever_lost_the_role_meanwhile_writes_nothing(bringing: Bringing) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    xa = factories.moved(bringing.village.xa, "observer", bringing.village.land.sibling)
    with pytest.raises(Refused):
        bringing.take("order", subject, xa)
    assert households(bringing.hamlet) == []


def test_what_changed_since_the_check_is_not_overwritten(bringing: Bringing) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    members_of(bringing)
    subject = bringing.take("order", subject)
    assert (subject.state, bool(subject.sentence)) == (S.CHECKED, True)
    assert households(bringing.hamlet) == [(1, "Thạch Sa Ron", None)]
    subject = bringing.take("recheck", subject)
    assert (subject.state, subject.sentence, counts(subject)) == (S.CHECKED, "", (1, 0, 0, 1, 0))
    assert bringing.take("order", subject).state == S.WRITTEN


def test_undoing_restores_what_stood_there(bringing: Bringing) -> None:
    members_of(bringing, people=4)
    members_of(bringing, UnitKind.CITIZEN, name="Kim Lan", birth_year=1990, identity="084000000001")
    before, units = picture(bringing.hamlet), Unit.objects.count()
    head = (NUMBER, PLACE, HEAD, PEOPLE)
    first = bringing.written([head, (1, CAY_DA, "Thạch Sa Rơn", 5), (None, CAY_DA, "Sơn Ngọc", 2)])
    people = [(NUMBER, PLACE, NAME, IDENTITY), (1, CAY_DA, "Kim Lan Anh", "084000000002")]
    second = bringing.written(people, "citizen")
    assert picture(bringing.hamlet) != before
    for subject in (second, first):
        assert bringing.take("undo", subject).state == S.UNDONE
    assert (picture(bringing.hamlet), Unit.objects.count()) == (before, units)
    assert (ImportRow.objects.count(), ImportWork.objects.count()) == (0, 0)


def test_what_was_changed_since_is_not_undone(bringing: Bringing) -> None:
    subject = bringing.written([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    one = Member.objects.get()
    row, entry = GridRow(unit_id=one.unit_id), MemberEntry("Kim Lan", people=5)
    save_row(bringing.village.thon, bringing.hamlet, one.kind, row, entry, 1, make.REASON)
    subject = bringing.take("undo", subject)
    assert (subject.state, bool(subject.sentence)) == (S.WRITTEN, True)
    assert households(bringing.hamlet) == [(1, "Kim Lan", 5)]


def test_what_something_was_built_on_is_not_undone(bringing: Bringing) -> None:
    subject = bringing.written([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    members_of(bringing, UnitKind.CITIZEN, name="Kim Anh", household=1)
    subject = bringing.take("undo", subject)
    assert (subject.state, "1" in subject.sentence) == (S.WRITTEN, True)
    assert households(bringing.hamlet) == [(1, "Kim Lan", 4)]


def test_the_journal_has_who_why_and_no_name(bringing: Bringing) -> None:
    bringing.written([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    entries = JournalEntry.objects.filter(act="import.write", subject="units_personalrecord")
    entry = entries.get()
    assert (entry.actor_id, entry.reason, entry.behalf_id is not None) == (
        bringing.village.xa.pk,
        make.REASON,
        True,
    )
    everything = list(JournalEntry.objects.values_list("before", "after"))
    assert "Kim Lan" not in str(everything)


def test_names_show_for_an_hour_after_the_check(bringing: Bringing) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    kind, xa = KINDS["household"], bringing.village.xa
    assert kind.is_open(xa, subject)
    assert PersonalReading.objects.get().reason == make.REASON
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert not kind.is_open(xa, subject)


def test_what_is_known_goes_out_with_a_mark_and_comes_back_unchanged(bringing: Bringing) -> None:
    members_of(bringing, people=4, first_day=datetime.date(2020, 1, 5))
    members_of(bringing, UnitKind.CITIZEN, name="=1+2", identity="084000000001", household=1)
    xa, commune = bringing.village.xa, bringing.village.land.commune
    for code, rows in (("household", 1), ("citizen", 1), ("clan", 0)):
        kind = KINDS[code]
        known = kind.known(xa, commune.unit_id, make.REASON)
        content = sheets.template(kind, kind.resource(commune.unit_id), known)
        subject = bringing.bring_file(content, code)
        assert counts(subject) == (0, 0, rows, 0, 0)
    marks = PersonalExport.objects.order_by("pk").values_list("user", "kind", "rows", "reason")
    assert list(marks) == [
        (xa.pk, "household", 1, make.REASON),
        (xa.pk, "citizen", 1, make.REASON),
    ]


def test_names_do_not_go_out_without_a_reason(bringing: Bringing) -> None:
    with pytest.raises(Refused):
        KINDS["household"].known(bringing.village.xa, bringing.hamlet.unit_id, " ")
    assert PersonalExport.objects.count() == 0
