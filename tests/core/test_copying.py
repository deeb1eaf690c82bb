"""Rows by COPY: what they say, what was not said, and tables relieved and put back."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from core import copying, journal
from tests.conftest import owner
from units.models import Member, PersonalRecord, Unit, UnitKind

pytestmark = pytest.mark.django_db


def test_a_row_says_what_it_was_given_and_takes_defaults_for_the_rest() -> None:
    key, entry = copying.reserve(Unit, 1)[0], uuid.uuid4()
    units = copying.Copy(Unit, "id", "kind", "entry_key")
    units.add(key, UnitKind.HOUSEHOLD.value, entry)
    records = copying.Copy(PersonalRecord, "unit", "name", "birth_year")
    records.add(key, "tab\tback\\slash\nline", None)
    with journal.act("test"):
        units.flush()
        records.flush()
    unit = Unit.objects.get(pk=key)
    assert (unit.kind, unit.is_demo, unit.version, unit.entry_key) == ("household", False, 1, entry)
    record = PersonalRecord.objects.get(unit=key)
    assert (record.name, record.birth_year) == ("tab\tback\\slash\nline", None)
    assert (record.identity_digest, record.identity_tail) == (None, "")
    assert (units.rows, records.rows) == (1, 1)


def test_nothing_is_written_without_an_act() -> None:
    units = copying.Copy(Unit, "kind")
    units.add("hamlet")
    with pytest.raises(IntegrityError), transaction.atomic():
        units.flush()


def test_keys_are_given_once() -> None:
    first, second = copying.reserve(Unit, 3), copying.reserve(Unit, 3)
    assert len({*first, *second}) == 6


def indexes() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'units_member' ORDER BY 1"
        )
        return cursor.fetchall()


def test_a_relieved_table_has_its_key_alone_and_is_put_back() -> None:
    before = indexes()
    with owner(), copying.relieved([Member]):
        assert len(indexes()) == 1
    assert indexes() == before


def test_what_breaks_a_constraint_is_found_when_it_is_put_back() -> None:
    members = copying.Copy(Member, "unit", "kind", "home", "number", "period")
    members.add(0, "household", 0, 1, "[2026-01-01,)")
    with (
        owner(),
        pytest.raises(IntegrityError),
        journal.act("test"),
        copying.relieved([Member]),
    ):
        members.flush()
    assert not Member.objects.exists()
