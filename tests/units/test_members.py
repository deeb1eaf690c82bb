"""Households, clans and citizens: kept by hamlet and commune, named only to whom opens them."""

import datetime
import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import REASON, Village
from units import members, personal
from units.entries import Conflict, EntryError, Row
from units.members import MemberEntry
from units.models import Member, PersonalReading, PersonalRecord, Unit, UnitKind
from units.reading_history import changes

pytestmark = pytest.mark.django_db

HOUSEHOLD, CITIZEN = UnitKind.HOUSEHOLD, UnitKind.CITIZEN
IDENTITY = "084123456789"
SECRETS = ("Thạch Sa Ron", IDENTITY, "1987")


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


def save(village: Village, kind: str, row: Row, version: int, **entry: Any) -> Member:
    return members.save_row(
        village.thon, village.hamlet, kind, row, MemberEntry(**entry), version, REASON
    )


def refused(village: Village, kind: str, **entry: Any) -> list[str]:
    with pytest.raises(EntryError) as error:
        save(village, kind, make.new_row(), 0, **entry)
    return list(error.value.errors)


def test_a_hamlet_numbers_its_households_in_the_order_of_entry(village: Village) -> None:
    for name in ("Thạch Sa Ron", "Kim Thị Lan"):
        make.member(village.thon, village.hamlet, HOUSEHOLD, name, people=4)
    rows = Member.objects.at(village.hamlet.unit_id, HOUSEHOLD).order_by("number")
    assert [(one.number, one.people, one.unit.personal.name) for one in rows] == [
        (1, 4, "Thạch Sa Ron"),
        (2, 4, "Kim Thị Lan"),
    ]
    assert not rows[0].unit.placements.exists()  # no path: it is at home in the hamlet


def test_a_saving_that_is_repeated_enters_once(village: Village) -> None:
    row = make.new_row()
    save(village, HOUSEHOLD, row, 0, name="Thạch Sa Ron")
    save(village, HOUSEHOLD, row, 0, name="Thạch Sa Ron")
    assert Member.objects.count() == 1


def test_a_citizen_belongs_to_a_household_of_the_hamlet(village: Village) -> None:
    household = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron")
    citizen = make.member(
        village.thon, village.hamlet, CITIZEN, "Thạch Thị Mai", household=1, birth_year=1987
    )
    assert citizen.household_id == household.unit_id
    assert refused(village, CITIZEN, name="Ai Đó", household=9) == ["household"]


def test_a_citizen_has_the_group_of_its_sheet_and_nobody_else_has_one(village: Village) -> None:
    row = make.new_row()
    citizen = save(village, CITIZEN, row, 0, name="Thạch Thị Mai", sheet_group=1)
    assert members.entry_of(citizen).sheet_group == 1
    changed = Row(unit_id=citizen.unit_id)
    citizen = save(village, CITIZEN, changed, 1, name="Thạch Thị Mai", sheet_group=4)
    assert (citizen.sheet_group, citizen.get_sheet_group_display()) == (4, "4. học sinh, sinh viên")
    household = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron", sheet_group=1)
    assert household.sheet_group is None
    with (
        pytest.raises(IntegrityError, match="member_sheet_group"),
        transaction.atomic(),
        journal.act("test"),
    ):
        Member.objects.filter(pk=household.pk).update(sheet_group=1)


@pytest.mark.parametrize("person", ["xa2", "lanhdaoxa", "tinh", "sogddt", "xem"])
def test_others_enter_nobody(village: Village, person: str) -> None:
    with pytest.raises(Refused):
        make.member(getattr(village.land, person), village.hamlet, HOUSEHOLD, "Ai Đó")


def test_an_office_keeps_its_own_people(village: Village) -> None:
    make.member(village.coquan, village.office, CITIZEN, "Trần Văn Năm")
    with pytest.raises(Refused):
        make.member(village.coquan, village.hamlet, CITIZEN, "Trần Văn Năm")
    with pytest.raises(Refused):
        make.member(village.thon, village.office, CITIZEN, "Trần Văn Năm")


def test_lists_are_seen_by_whom_keeps_them(village: Village) -> None:
    at_home = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron")
    at_work = make.member(village.coquan, village.office, CITIZEN, "Trần Văn Năm")
    land = village.land

    def seen(person: Any) -> set[int]:
        return set(Member.objects.visible_to(person).values_list("pk", flat=True))

    assert seen(village.thon) == {at_home.pk}
    assert seen(village.coquan) == {at_work.pk}
    assert seen(land.xa) == seen(land.lanhdaoxa) == {at_home.pk, at_work.pk}
    for person in (land.xa2, land.tinh, land.sogddt, land.xem, land.far_tinh, land.stranger):
        assert seen(person) == set()


def test_who_saw_an_older_row_overwrites_nothing(village: Village) -> None:
    member = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron")
    row = Row(unit_id=member.unit_id)
    save(village, HOUSEHOLD, row, 1, name="Thạch Sa Ron", people=5)
    with pytest.raises(Conflict) as conflict:
        save(village, HOUSEHOLD, row, 1, name="Thạch Sa Rôn")
    assert (conflict.value.current.people, conflict.value.version) == (5, 2)
    assert conflict.value.by == "Sơn Văn Ấp"


def test_an_end_is_a_day_and_can_be_taken_back(village: Village) -> None:
    member = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron")
    row, day = Row(unit_id=member.unit_id), periods.today()
    save(village, HOUSEHOLD, row, 1, name="Thạch Sa Ron", last_day=day)
    listed = Member.objects.at(village.hamlet.unit_id, HOUSEHOLD)
    assert [listed.on(one).count() for one in (day, day + periods.ONE_DAY)] == [1, 0]
    save(village, HOUSEHOLD, row, 2, name="Thạch Sa Ron")
    assert listed.on(day + periods.ONE_DAY).count() == 1
    before = day - periods.ONE_DAY
    assert refused(village, HOUSEHOLD, name="Ai Đó", first_day=day, last_day=before) == ["last_day"]


def test_a_row_entered_by_mistake_is_taken_out_with_its_name(village: Village) -> None:
    household = make.member(village.thon, village.hamlet, HOUSEHOLD, "Thạch Sa Ron")
    citizen = make.member(village.thon, village.hamlet, CITIZEN, "Thạch Thị Mai", household=1)
    with pytest.raises(Refused, match="hãy ghi Ngày cuối"):  # somebody belongs to it
        members.remove(village.thon, village.hamlet, household.unit_id, REASON)
    members.remove(village.thon, village.hamlet, citizen.unit_id, REASON)
    members.remove(village.thon, village.hamlet, household.unit_id, REASON)
    assert (Member.objects.count(), PersonalRecord.objects.count()) == (0, 0)


# Personal data


def test_an_identity_number_is_kept_as_a_digest_and_four_digits(village: Village) -> None:
    member = make.member(
        village.thon, village.hamlet, CITIZEN, "Thạch Sa Ron", identity="0841 2345 6789"
    )
    record = PersonalRecord.objects.get(unit=member.unit_id)
    assert record.identity_digest == personal.digest(IDENTITY)
    assert IDENTITY not in str(vars(record))
    assert personal.masked(record.identity_tail) == "•••• 6789"
    assert refused(village, CITIZEN, name="Ai Đó", identity=IDENTITY) == ["identity"]
    assert refused(village, CITIZEN, name="Ai Đó", identity="0841") == ["identity"]


def test_the_digest_hangs_on_the_secret(settings: Any) -> None:
    one = personal.digest(IDENTITY)
    settings.PERSONAL_DATA_KEY = "another"
    assert personal.digest(IDENTITY) != one


def test_the_journal_says_that_a_field_changed_by_whom_and_why_and_no_value(
    village: Village,
) -> None:
    member = make.member(
        village.thon, village.hamlet, CITIZEN, "Thạch Sa Ron", birth_year=1987, identity=IDENTITY
    )
    row = Row(unit_id=member.unit_id)
    save(village, CITIZEN, row, 1, name="Thạch Sa Rương", birth_year=1988)
    members.remove(village.thon, village.hamlet, member.unit_id, REASON)
    entries = JournalEntry.objects.filter(subject="units_personalrecord").order_by("pk")
    assert [(one.op, one.actor_id, one.reason) for one in entries] == [
        (op, village.thon.pk, REASON) for op in ("insert", "update", "delete")
    ]
    assert entries[1].after == {"name": "***", "birth_year": "***", "name_key": "***"}
    text = json.dumps(list(JournalEntry.objects.values_list("before", "after")), ensure_ascii=False)
    assert [word for word in (*SECRETS, "thach sa ron") if word in text] == []
    # Its last digits stand in no text; in a key or a moment they would mean nothing.
    assert re.findall(r'"[^"]*(?<![0-9a-f])6789(?![0-9a-f])[^"]*"', text) == []


def test_the_history_of_changes_names_fields_only(village: Village) -> None:
    member = make.member(village.thon, village.hamlet, CITIZEN, "Thạch Sa Ron")
    save(village, CITIZEN, Row(member.unit_id), 1, name="Thạch Sa Rôn", identity=IDENTITY)
    [change] = changes(village.hamlet.unit_id)
    assert (change.who, change.why, change.number) == ("Sơn Văn Ấp", REASON, 1)
    assert change.fields == ("họ và tên", "số định danh")


def test_opening_names_is_an_act_with_a_reason_for_an_hour(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = village.hamlet
    assert personal.open_reading(village.thon, home.unit_id) is None
    with pytest.raises(Refused):
        personal.open_names(village.thon, home, "  ")
    reading = personal.open_names(village.thon, home, REASON)
    assert personal.open_reading(village.thon, home.unit_id) == reading
    assert personal.open_reading(village.xa, home.unit_id) is None  # to who opened them only
    entry = JournalEntry.objects.get(act="personal.read")
    assert (entry.actor_id, entry.reason) == (village.thon.pk, REASON)
    later = timezone.now() + datetime.timedelta(hours=1, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert personal.open_reading(village.thon, home.unit_id) is None


@pytest.mark.parametrize("person", ["xa2", "lanhdaoxa", "tinh", "sogddt", "xem"])
def test_others_open_no_names(village: Village, person: str) -> None:
    with pytest.raises(Refused):
        personal.open_names(getattr(village.land, person), village.hamlet, REASON)
    assert not PersonalReading.objects.exists()


# Wherever they moved


DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 1, 9))
STAYS = st.lists(
    st.tuples(DAYS, st.none() | DAYS).filter(lambda stay: stay[1] is None or stay[0] <= stay[1]),
    max_size=5,
)


class OneHomeADay(TestCase):
    """Whatever periods are entered, nobody is at home in two places on one day."""

    @settings(max_examples=60, deadline=None)
    @given(STAYS, DAYS)
    def test_the_database_keeps_stays_apart(
        self, stays: list[tuple[datetime.date, datetime.date | None]], day: datetime.date
    ) -> None:
        with journal.act("test"):
            homes = [Unit.objects.create(kind="hamlet") for _ in stays]
            unit = Unit.objects.create(kind=CITIZEN)
        kept: list[tuple[datetime.date, datetime.date | None]] = []
        for number, (home, stay) in enumerate(zip(homes, stays, strict=True), 1):
            last = stay[1] or datetime.date.max
            apart = all(last < one[0] or stay[0] > (one[1] or datetime.date.max) for one in kept)
            try:
                with transaction.atomic(), journal.act("test"):
                    Member.objects.create(
                        unit=unit,
                        kind=CITIZEN,
                        home=home,
                        number=number,
                        period=periods.between(*stay),
                    )
            except IntegrityError:
                assert not apart
            else:
                assert apart
                kept.append(stay)
        there = [one for one in kept if one[0] <= day <= (one[1] or datetime.date.max)]
        assert Member.objects.filter(unit=unit).on(day).count() == len(there) <= 1
