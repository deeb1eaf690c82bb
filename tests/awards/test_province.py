"""The invented province: as many as were asked for, the same from the same seed, marked, in the
journal, judged as the portal judges, and gone again without a trace.

Units, plans and the demonstration are loaded once, in a transaction that is taken back at the end.
"""

import io
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from accounts.models import User
from awards import demo
from awards.models import Award, Nomination
from awards.province import loading, names, rows, shares
from core import journal
from core.models import JournalEntry
from core.workflow import Refused
from criteria import evaluation
from criteria.models import Assessment, Recognition, Registration, RegistrationList
from tests.awards.test_demonstration import tables
from tests.conftest import owner
from tests.guards.world import undone
from units import personal
from units.models import Member, PersonalRecord, Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

HOUSEHOLDS, SEED = 1_400, 7
CONTENTS = (
    """
    SELECT p.name, m.kind, m.number, m.label, m.people, m.sheet_group, r.name, r.birth_year,
        r.identity_tail
    FROM units_member m
    JOIN units_placement p ON p.unit_id = m.home_id AND p.period @> date '2025-12-31'
    LEFT JOIN units_personalrecord r ON r.unit_id = m.unit_id
    """,
    """
    SELECT p.name, t.title_id, m.kind, m.number, t.grade, t.assessed_year, t.decision_number,
        t.period, t.state
    FROM criteria_recognition t JOIN units_placement p ON p.id = t.placement_id
    LEFT JOIN units_member m ON m.unit_id = t.unit_id
    """,
    """
    SELECT p.name, l.kind, l.title_id, l.listed, l.state, m.kind, m.number
    FROM criteria_registrationlist l JOIN units_placement p ON p.id = l.placement_id
    JOIN criteria_registration r ON r.list_id = l.id
    LEFT JOIN units_member m ON m.unit_id = r.unit_id
    """,
    """
    SELECT p.name, m.kind, m.number, a.state, a.result, a.result_status, s.criterion_id, s.value,
        s.verdict
    FROM criteria_assessment a JOIN units_placement p ON p.id = a.placement_id
    LEFT JOIN units_member m ON m.unit_id = a.unit_id
    LEFT JOIN criteria_answer s ON s.assessment_id = a.id
    """,
    (
        "SELECT p.name, k.code, f.value, f.day FROM units_figure f"
        " JOIN units_figurekind k ON k.id = f.kind_id"
        " JOIN units_placement p ON p.unit_id = f.unit_id"
    ),
    "SELECT username, full_name FROM accounts_user",
    (
        "SELECT a.name, a.state, d.issuer_name FROM awards_award a"
        " JOIN awards_decision d ON d.id = a.decision_id"
    ),
)
DEFINITIONS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
)


def asked(statements: tuple[str, ...]) -> list[list[tuple[Any, ...]]]:
    """What each statement gives, in the order of its text."""
    found = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            found.append(sorted(cursor.fetchall(), key=str))
    return found


def defined() -> list[list[str]]:
    """What stands on all tables; casts and brackets aside, which PostgreSQL writes anew."""
    return [
        [re.sub(r"::[a-z ]+(\[\])?|[()]", "", str(row)) for row in rows]
        for rows in asked(DEFINITIONS)
    ]


def fill(seed: int = SEED) -> None:
    with owner():
        loading.load(HOUSEHOLDS, seed)


@pytest.fixture(scope="module")
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Units, plans and the demonstration."""
    with django_db_blocker.unblock(), undone():
        with owner():  # who alone may let the planner know
            call_command("load_units", stdout=io.StringIO())
            call_command("load_plans", stdout=io.StringIO())
            call_command("demo", stdout=io.StringIO())
        yield


@pytest.fixture(autouse=True)
def _before(_demonstration: None, db: None) -> None:
    """It is there before each test."""


def members(kind: UnitKind) -> int:
    homes = Placement.objects.filter(provenance=loading.BASIS).values("unit")
    return Member.objects.filter(kind=kind, home__in=homes).count()


def test_there_are_as_many_households_as_asked_for() -> None:
    fill()
    hamlets = Placement.objects.filter(provenance=loading.BASIS, kind=UnitKind.HAMLET)
    assert members(UnitKind.HOUSEHOLD) == HOUSEHOLDS
    assert hamlets.values("unit").distinct().count() == round(
        HOUSEHOLDS / shares.HOUSEHOLDS_IN_A_HAMLET
    )
    citizens, expected = members(UnitKind.CITIZEN), HOUSEHOLDS * 8 // 10
    assert abs(citizens - expected) < expected // 10


def test_three_years_hold_registrations_titles_and_figures_that_follow_one_another() -> None:
    fill()
    title = Recognition.objects.filter(title__code=shares.FAMILY, unit__is_demo=True)
    years = sorted(set(title.values_list("assessed_year", flat=True)))
    assert years == [2024, 2025, 2026]
    held = [title.filter(assessed_year=year).count() for year in years]
    assert held == sorted(held)
    for year, count in zip(years, held, strict=True):
        listed = Registration.objects.filter(
            list__round__assessed_year=year, list__title__code=shares.FAMILY, unit__is_demo=True
        )
        assert count <= listed.count() <= HOUSEHOLDS + 200
    assert Assessment.objects.filter(unit__kind=UnitKind.CITIZEN, answered=10).exists()
    assert Nomination.objects.filter(awards__isnull=False).exists()
    assert Award.objects.filter(decision__symbol="QĐ-UBND", decision__number=1000).exists()


def test_the_lists_say_how_many_lines_they_have() -> None:
    fill()
    lines = Registration.objects.filter(list__unit__is_demo=True).count()
    listed = RegistrationList.objects.filter(unit__is_demo=True).aggregate(Sum("listed"))
    assert listed["listed__sum"] == lines


def test_what_was_done_before_the_reform_stands_in_the_communes_of_then() -> None:
    fill()
    of_hamlets = Recognition.objects.filter(placement__provenance=loading.BASIS)
    for one in of_hamlets.filter(assessed_year=2024).select_related("placement")[:50]:
        assert one.decided_on in one.placement.period
    assert not of_hamlets.exclude(decided_on__isnull=False).exists()


def test_the_same_seed_makes_the_same_rows_and_another_one_others() -> None:
    found = []
    for seed in (SEED, SEED, SEED + 1):
        with undone():
            fill(seed)
            found.append(asked(CONTENTS))
    first, again, other = found
    assert again == first
    assert all(one != another for one, another in zip(first, other, strict=True))


def test_it_is_gone_without_a_trace_and_the_tables_are_as_they_were() -> None:
    before, definitions = tables(), defined()
    with undone():
        fill()
        assert defined() == definitions
    fill()
    with owner():
        demo.remove()
    assert defined() == definitions
    assert not User.objects.filter(is_demo=True).exists()
    assert not Unit.objects.filter(is_demo=True).exists()
    left = {name for name, digest in tables().items() if digest == before[name]}
    assert {"units_placement", "criteria_recognition"}.isdisjoint(left)  # the demonstration's
    assert {"units_succession", "criteria_criterion", "criteria_title"} <= left
    for model in (Member, PersonalRecord, Recognition, Assessment, Registration, Award):
        assert not model._default_manager.exists()


def test_the_journal_has_a_line_for_each_batch_and_one_for_its_removal() -> None:
    last = JournalEntry.objects.latest("pk").pk
    fill()
    written = JournalEntry.objects.filter(pk__gt=last, subject="units_member", act="demo.load")
    people = sum(members(kind) for kind in (UnitKind.HOUSEHOLD, UnitKind.CITIZEN, UnitKind.CLAN))
    assert written.aggregate(Sum("rows"))["rows__sum"] == people
    assert not JournalEntry.objects.filter(pk__gt=last, reason="").exists()
    there = Member.objects.filter(unit__is_demo=True).count()
    with owner():
        demo.remove()
    gone = JournalEntry.objects.filter(subject="units_member", op="delete", row_id=None)
    assert list(gone.values_list("act", "rows")) == [("demo.remove", there)]


def test_the_sheets_are_judged_as_the_portal_judges() -> None:
    fill()
    sheets = Assessment.objects.filter(
        placement__provenance=loading.BASIS, unit__kind=UnitKind.CITIZEN, state="confirmed"
    )
    for one in sheets.select_related("criteria_set__document", "round")[:5]:
        form = evaluation.form_of(one.criteria_set)
        outcome = evaluation.evaluate(form, one.answers.all(), evaluation.gather_facts(one))
        assert one.result == outcome.model_dump(mode="json")
        assert one.result_status == outcome.outcome.status
        assert one.answered == evaluation.count_answered(form, one.answers.all(), outcome) == 10


def test_what_real_people_did_keeps_it_from_going() -> None:
    fill()
    line = Registration.objects.filter(unit__kind=UnitKind.HOUSEHOLD).latest("pk")
    with journal.act("test"):
        person = User.objects.create(username="real")
        Registration.objects.filter(pk=line.pk).update(entered_by=person)
    with owner(), pytest.raises(Refused):
        demo.remove()


def test_it_needs_a_demonstration_that_is_switched_on(settings: Any) -> None:
    settings.DEMO = False
    with owner(), pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", "--households", "10", stdout=io.StringIO())
    assert not loading.is_loaded()


def test_identity_numbers_are_nobody_s_and_each_stands_once() -> None:
    writer = rows.Writer.__new__(rows.Writer)
    writer._identity = 0
    numbers = [writer._next_identity() for _person in range(20_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(one.startswith("0000") and personal.identity_number(one) == one for one in numbers)


def test_names_are_as_common_as_they_are() -> None:
    families = [one.split()[0] for one in names.people(random.Random(1), 10_000)]
    assert 0.30 < families.count("Nguyễn") / len(families) < 0.45
    assert families.count("Nguyễn") > families.count("Trần") > families.count("Lý")
