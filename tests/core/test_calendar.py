"""Terms in working days: by the calendar where a year is entered, honestly estimated elsewhere."""

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import calendar, journal
from core.calendar import Calendar, Plan, Special, add_working_days, working_days_between
from core.models import CalendarDay, CalendarRevision, CalendarYear, JournalEntry
from core.workflow import Refused
from tests import factories

Day = datetime.date
OFF, WORKED = "off", "worked"
ONE = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# Counting, whatever the calendar


days = st.dates(Day(2024, 1, 1), Day(2028, 12, 31))
numbers = st.integers(0, 120)


@st.composite
def calendars(draw) -> Calendar:
    """Some of the years, each with some days off and some weekend days worked."""
    years = draw(st.sets(st.integers(2024, 2029)))
    known: dict[int, dict[Day, str]] = {year: {} for year in years}
    for day in draw(st.lists(days, max_size=40)):
        if day.year in known:
            kinds = (OFF, WORKED) if day.weekday() >= 5 else (OFF,)
            known[day.year][day] = draw(st.sampled_from(kinds))
    return Calendar(known)


@given(days, numbers, calendars())
def test_a_term_ends_on_a_working_day_that_is_not_before_its_beginning(day, number, known):
    end = add_working_days(day, number, known).day
    assert known.works_on(end)
    assert end > day if number else end >= day


@given(days, st.integers(1, 120), calendars())
def test_counting_back_gives_the_number_again(day, number, known):
    end = add_working_days(day, number, known)
    assert working_days_between(day, end.day, known) == (number, end.estimated)


@given(days, numbers, calendars())
def test_one_day_more_ends_on_the_next_working_day(day, number, known):
    end = add_working_days(day, number, known).day
    following = add_working_days(day, number + 1, known).day
    if number:
        assert following > end
        between = (end + ONE * n for n in range(1, (following - end).days))
        assert not any(known.works_on(one) for one in between)
    else:
        assert following in (end, add_working_days(end, 1, known).day)


@given(days, days, days, calendars())
def test_what_lies_between_adds_up(one, two, three, known):
    first, middle, last = sorted((one, two, three))
    parts = working_days_between(first, middle, known), working_days_between(middle, last, known)
    assert sum(part.days for part in parts) == working_days_between(first, last, known).days
    assert working_days_between(last, first, known).days == -sum(part.days for part in parts)


@given(days, numbers, calendars())
def test_a_term_is_estimated_where_a_day_of_it_lies_in_a_year_not_entered(day, number, known):
    end = add_working_days(day, number, known)
    first = day + ONE if number else day
    touched = {(first + ONE * n).year for n in range((end.day - first).days + 1)}
    assert end.estimated == (not touched <= set(known.years))


@pytest.mark.parametrize(
    ("day", "number", "end"),
    [
        (Day(2026, 11, 20), 1, Day(2026, 11, 23)),  # a Friday
        (Day(2026, 11, 21), 0, Day(2026, 11, 23)),  # a Saturday
        (Day(2026, 11, 23), 0, Day(2026, 11, 23)),
        (Day(2026, 11, 23), 10, Day(2026, 12, 7)),
    ],
)
def test_without_any_year_weekends_alone_are_off(day, number, end):
    assert add_working_days(day, number, Calendar({})) == (end, True)


@pytest.mark.parametrize("number", [-1, calendar.LONGEST + 1])
def test_a_term_that_is_no_term_is_refused(number):
    with pytest.raises(ValueError, match=r"from 0 to 2,?000 working days"):
        add_working_days(Day(2026, 1, 5), number, Calendar({}))


def test_a_term_beyond_the_last_day_is_refused():
    with pytest.raises(ValueError, match="after the last day"):
        add_working_days(Day.max, 3, Calendar({}))


# The years of the repository


@pytest.fixture
def loaded(db) -> Calendar:
    call_command("load_calendar", verbosity=0)
    return calendar.load()


@pytest.mark.parametrize(
    ("day", "number", "end"),
    [
        (Day(2025, 12, 31), 1, Day(2026, 1, 5)),  # 02/01 was swapped for Saturday 10/01
        (Day(2026, 1, 9), 1, Day(2026, 1, 10)),
        (Day(2026, 2, 13), 1, Day(2026, 2, 23)),  # Tết Bính Ngọ
        (Day(2026, 8, 21), 7, Day(2026, 9, 3)),  # 22/8 worked, 31/8 to 02/9 off
        (Day(2026, 11, 23), 1, Day(2026, 11, 25)),  # Ngày Văn hóa Việt Nam
        (Day(2025, 4, 25), 1, Day(2025, 4, 26)),
    ],
)
def test_terms_are_counted_by_what_was_loaded(loaded, day, number, end):
    assert add_working_days(day, number, loaded) == (end, False)


def test_a_term_into_a_year_without_document_is_estimated(loaded):
    assert sorted(loaded.years) == [2025, 2026]
    assert add_working_days(Day(2026, 12, 30), 5, loaded) == (Day(2027, 1, 6), True)


def test_each_loaded_year_has_the_eleven_days_of_the_law(loaded):
    """Điều 112: 1 + 5 + 1 + 1 + 2 + 1, and from 2026 the day of Nghị quyết 28/2026/QH16."""
    for year, number in ((2025, 11), (2026, 12)):
        plan = calendar.plan_of(year)
        assert plan is not None
        kept = [d for d in plan.days if d.kind == OFF and not d.name.startswith("Nghỉ ")]
        assert len(kept) == number


def test_what_people_corrected_is_not_loaded_again(loaded):
    person = factories.user()
    plan = calendar.plan_of(2026)
    assert plan is not None
    fewer = Plan(plan.number, plan.document_day, plan.issuer, "", plan.days[:3])
    seen = calendar.latest_revision(2026)
    calendar.enter(2026, fewer, person, reason="Đối chiếu bản gốc", seen=seen)
    call_command("load_calendar", verbosity=0)
    assert calendar.plan_of(2026) == fewer


# Entering


def plan(*specials: Special, number: str = "Thông báo số 1/TB-BNV") -> Plan:
    return Plan(number, Day(2026, 10, 1), "Bộ Nội vụ", "", specials)


TET = Special(Day(2027, 2, 8), OFF, "Tết Âm lịch")
MAKE_UP = Special(Day(2027, 2, 20), WORKED, "Làm bù")
LATER = Special(Day(2027, 9, 2), OFF, "Quốc khánh", "Bộ luật Lao động")


def enter(what: Plan, seen: int = 0, year: int = 2027) -> CalendarRevision:
    return calendar.enter(year, what, factories.user(), reason="Theo thông báo", seen=seen)


@pytest.mark.django_db
def test_a_year_is_entered_with_its_days_in_order_and_journalled():
    person = factories.user()
    revision = calendar.enter(2027, plan(LATER, TET, MAKE_UP), person, reason=" Có ", seen=0)
    assert calendar.plan_of(2027) == plan(TET, MAKE_UP, LATER)
    assert (revision.reason, revision.by, revision.before) == ("Có", person, None)
    entries = JournalEntry.objects.filter(act="calendar.enter")
    assert {(e.subject, e.actor_id, e.reason) for e in entries} == {
        ("core_calendaryear", person.pk, "Có"),
        ("core_calendarday", person.pk, "Có"),
    }
    assert calendar.load().years == {
        2027: {TET.day: OFF, MAKE_UP.day: WORKED, LATER.day: OFF},
    }


@pytest.mark.django_db
def test_a_year_without_special_days_is_known_all_the_same():
    enter(plan())
    assert calendar.load().years == {2027: {}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (plan(Special(Day(2026, 2, 8), OFF, "Tết")), "08/02/2026 does not lie in 2027."),
        (plan(TET, TET), "08/02/2027 is entered twice."),
        (
            plan(Special(Day(2027, 2, 8), WORKED, "Bù")),
            "08/02/2027 is no Saturday or Sunday: only these can be worked instead.",
        ),
    ],
)
def test_a_plan_with_a_fault_is_refused(wrong, sentence):
    with pytest.raises(Refused) as refused:
        enter(wrong)
    assert str(refused.value) == sentence
    assert calendar.load().years == {}


@pytest.mark.django_db
def test_no_reason_no_change():
    with pytest.raises(Refused, match="Say why"):
        calendar.enter(2027, plan(TET), factories.user(), reason="  ", seen=0)


@pytest.mark.django_db
def test_who_did_not_see_the_last_change_is_refused():
    enter(plan(TET))
    with pytest.raises(Refused, match="Somebody else has changed this year meanwhile"):
        enter(plan(LATER), seen=0)
    assert calendar.plan_of(2027) == plan(TET)


@pytest.mark.django_db
def test_what_changes_nothing_is_no_change():
    first = enter(plan(TET))
    with pytest.raises(Refused, match="Nothing would change"):
        enter(plan(TET), seen=first.pk)


@pytest.mark.django_db
def test_undo_brings_back_what_stood_before_and_can_be_undone_itself():
    person = factories.user()
    first = enter(plan(TET))
    second = enter(plan(TET, LATER, number="Thông báo số 2/TB-BNV"), seen=first.pk)
    third = calendar.undo(2027, person, reason="Nhập nhầm", seen=second.pk)
    assert calendar.plan_of(2027) == plan(TET)
    fourth = calendar.undo(2027, person, reason="Không nhầm", seen=third.pk)
    assert calendar.plan_of(2027) == plan(TET, LATER, number="Thông báo số 2/TB-BNV")
    with pytest.raises(Refused, match="Somebody else"):
        calendar.undo(2027, person, reason="Chậm", seen=third.pk)
    assert fourth.before == first.after


@pytest.mark.django_db
def test_undoing_the_first_entry_takes_the_year_out():
    first = enter(plan(TET))
    calendar.undo(2027, factories.user(), reason="Chưa ban hành", seen=first.pk)
    assert calendar.plan_of(2027) is None
    assert calendar.load().years == {}
    assert CalendarRevision.objects.filter(year=2027).count() == 2


@pytest.mark.django_db
def test_differences_name_each_day_once():
    before, after = plan(TET, MAKE_UP), plan(TET, LATER)
    assert calendar.differences(before, after) == [
        (MAKE_UP.day, MAKE_UP, None),
        (LATER.day, None, LATER),
    ]
    assert calendar.differences(None, before) == [
        (TET.day, None, TET),
        (MAKE_UP.day, None, MAKE_UP),
    ]


# What the database itself keeps


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "kind", "constraint"),
    [
        (Day(2026, 2, 8), OFF, "calendar_day_in_year"),
        (Day(2027, 2, 8), WORKED, "calendar_worked_on_weekend"),
    ],
)
def test_the_database_refuses_a_day_that_cannot_be(day, kind, constraint):
    enter(plan(TET))
    with pytest.raises(IntegrityError, match=constraint), journal.act("test"):
        CalendarDay.objects.create(year_id=2027, day=day, kind=kind, name="x")


@pytest.mark.django_db
def test_a_year_has_a_document():
    with pytest.raises(IntegrityError, match="calendar_year_has_document"), journal.act("test"):
        CalendarYear.objects.create(
            year=2027, document_number="", document_day=Day(2026, 1, 1), document_issuer="Bộ"
        )


@pytest.mark.django_db
def test_without_an_act_nothing_is_written():
    with pytest.raises(IntegrityError, match="without an act"), transaction.atomic():
        CalendarYear.objects.create(
            year=2027, document_number="1", document_day=Day(2026, 1, 1), document_issuer="Bộ"
        )
