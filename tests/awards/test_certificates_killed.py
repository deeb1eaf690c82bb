"""A worker that is killed among many certificates makes none twice and forgets none."""

import os
import signal
from collections.abc import Sequence

import pytest

from awards.certificates import making
from awards.models import Award, Certificate, Decision, Nomination, Sheaf
from core import journal
from core.models import Job
from tests import award_factories as af
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.workers import take_up_again, until, worker
from units.models import Unit, UnitKind

LINES = 1_000  # twenty sheaves
KILLED_AFTER = (1, 10)  # sheaves: near the beginning and in the middle


def many(there: Deciding, number: int) -> Decision:
    """A published decision with so many lines, copies of the household it was made for."""
    first = make.appraised(there, af.household(there.made))
    decision = make.published(there, first)
    line = Award.objects.get(decision=decision)
    nomination = Nomination.objects.get(pk=first.pk)
    with journal.act("test"):
        units = Unit.objects.bulk_create(
            Unit(kind=UnitKind.HOUSEHOLD) for _time in range(number - 1)
        )
        nominations = Nomination.objects.bulk_create(copies(nomination, units))
        Award.objects.bulk_create(
            Award(
                decision=decision,
                nomination=one,
                order=order,
                name=f"Hộ gia đình Trần Văn {order}",
                state=line.state,
            )
            for order, one in enumerate(nominations, start=2)
        )
    return decision


def copies(nomination: Nomination, units: Sequence[Unit]) -> list[Nomination]:
    """The nomination once more for each of these units."""
    kept = [
        field.attname
        for field in Nomination._meta.concrete_fields
        if field.attname not in ("id", "unit_id", "begun_at")
    ]
    return [
        Nomination(unit=unit, **{name: getattr(nomination, name) for name in kept})
        for unit in units
    ]


@pytest.mark.django_db(transaction=True)
def test_killed_twice_none_is_made_twice_and_none_is_missing() -> None:
    there = make.deciding()
    decision = many(there, LINES)
    job = making.order(there.vanthu, decision)
    for sheaves in KILLED_AFTER:
        killed = worker()
        until(lambda at=sheaves: Sheaf.objects.count() >= at, 600)  # type: ignore[misc]
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        made = Certificate.objects.count()
        assert 0 < made < LINES
        take_up_again()
    worker("--one-shot").wait(timeout=600)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert set(job.items.values_list("state", flat=True)) == {"done"}
    found = Certificate.objects.filter(award__decision=decision).order_by("entry")
    assert list(found.values_list("entry", flat=True)) == list(range(1, LINES + 1))
    lines = Award.objects.filter(decision=decision).values_list("pk", flat=True)
    assert sorted(found.values_list("award", flat=True)) == sorted(lines)
    assert len(set(found.values_list("serial", flat=True))) == LINES
