"""A published criteria set is frozen by the database, for the application and the owner alike."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from core import journal, periods
from criteria.models import CriteriaSet, Criterion
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

AsOwner = Callable[[], AbstractContextManager[None]]
Change = Callable[[Campaigning], Any]


def on_the_set(**values: Any) -> Change:
    """An update of the set."""
    return lambda setting: CriteriaSet.objects.filter(pk=setting.criteria_set.pk).update(**values)


def on_a_criterion(**values: Any) -> Change:
    """An update of one of its criteria."""
    return lambda setting: Criterion.objects.filter(pk=setting.criteria[0].pk).update(**values)


def delete_the_set(setting: Campaigning) -> None:
    """Delete it, whatever belongs to it."""
    CriteriaSet.objects.filter(pk=setting.criteria_set.pk)._raw_delete("default")


def delete_a_criterion(setting: Campaigning) -> None:
    Criterion.objects.filter(pk=setting.criteria[0].pk)._raw_delete("default")


def insert_a_criterion(setting: Campaigning) -> None:
    Criterion.objects.create(
        criteria_set=setting.criteria_set,
        code="X-9",
        order=9,
        wording="Thêm",
        quote="Thêm",
        source=setting.source,
        rule={"kind": "attested"},
    )


def move_a_criterion_in(setting: Campaigning) -> None:
    """From a set that is still being written into the published one."""
    draft = _draft(setting)
    criterion = Criterion.objects.create(
        criteria_set=draft,
        code="X-9",
        order=9,
        wording="Thêm",
        quote="Thêm",
        source=setting.source,
        rule={"kind": "attested"},
    )
    Criterion.objects.filter(pk=criterion.pk).update(criteria_set=setting.criteria_set)


def raw(setting: Campaigning) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE criteria_criterion SET rule = '{}'")


def _draft(setting: Campaigning) -> CriteriaSet:
    return CriteriaSet.objects.create(
        code="nhap",
        name="Bản nháp",
        purpose=CriteriaSet.Purpose.EMULATION,
        subject_kinds=["commune"],
        owner=setting.land.province.unit,
        period=periods.between(None, None),
        document=setting.document,
        source=setting.source,
        rule={"kind": "all_of"},
    )


CHANGES: dict[str, Change] = {
    "name": on_the_set(name="Tên khác"),
    "rule": on_the_set(rule={"kind": "at_least", "count": 1}),
    "owner": on_the_set(owner=None),
    "unpublish": on_the_set(published_at=None),
    "publish again": on_the_set(published_at=timezone.now()),
    "begin later": on_the_set(period=periods.between(periods.Day(2026, 1, 1), None)),
    "delete": delete_the_set,
    "criterion's wording": on_a_criterion(wording="Khác"),
    "criterion's rule": on_a_criterion(rule={"kind": "attested", "partly_is_enough": True}),
    "criterion's order": on_a_criterion(order=99),
    "delete a criterion": delete_a_criterion,
    "insert a criterion": insert_a_criterion,
    "move a criterion in": move_a_criterion_in,
    "by hand": raw,
}


@pytest.mark.parametrize("role", ["application", "owner"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_published_cannot_be_changed(
    change: Change, role: str, setting: Campaigning, as_owner: AsOwner
) -> None:
    before = _stands(setting)
    with as_owner() if role == "owner" else nullcontext():
        with (
            pytest.raises(IntegrityError, match="published"),
            journal.act("test"),
        ):
            change(setting)
        assert _stands(setting) == before


def _stands(setting: Campaigning) -> tuple[Any, ...]:
    sets = CriteriaSet.objects.filter(pk=setting.criteria_set.pk).values()
    return list(sets), list(Criterion.objects.filter(criteria_set__in=sets.values("pk")).values())


def test_only_the_end_of_its_period_moves(setting: Campaigning) -> None:
    """The successor's publication ends it."""
    until = periods.between(None, periods.Day(2026, 12, 31))
    with journal.act("test"):
        assert on_the_set(period=until)(setting) == 1
    found = CriteriaSet.objects.get(pk=setting.criteria_set.pk)
    assert periods.last_day(found.period) == periods.Day(2026, 12, 31)


def test_the_end_does_not_take_anything_else_along(setting: Campaigning) -> None:
    until = periods.between(None, periods.Day(2026, 12, 31))
    with pytest.raises(IntegrityError, match="published"), journal.act("test"):
        on_the_set(period=until, name="Tên khác")(setting)


def test_what_is_not_published_is_still_written(setting: Campaigning) -> None:
    with journal.act("test"):
        draft = _draft(setting)
        assert CriteriaSet.objects.filter(pk=draft.pk).update(name="Tên khác") == 1
        draft.delete()


def test_the_application_cannot_switch_the_guard_off(setting: Campaigning) -> None:
    with (
        pytest.raises(ProgrammingError, match="must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE criteria_criteriaset DISABLE TRIGGER ALL")


def test_without_the_guard_a_published_set_is_changed(
    setting: Campaigning, as_owner: AsOwner
) -> None:
    """The canary: it is this trigger, and nothing else, that refuses."""
    with connection.cursor() as cursor:  # a table with checks that wait cannot be altered
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with as_owner():
        pgtrigger.disable("criteria.CriteriaSet:freeze_published")
        with journal.act("test"):
            assert on_the_set(name="Tên khác")(setting) == 1
