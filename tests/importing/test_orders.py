"""What a worker has to do with an import is never lost."""

from typing import Any

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core.importing import kinds, running
from core.models import Import
from tests import unit_factories as make
from tests.importing.bringing import (
    HOUSEHOLD,
    HOUSEHOLDS,
    NAME,
    PLACE,
    Bringing,
    households,
    picture,
)
from units import members
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def test_an_import_without_an_order_is_ordered_anew(bringing: Bringing) -> None:
    subject = bringing.bring([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    running.take("order", subject.pk, bringing.village.xa)
    ordered = ProcrastinateJob.objects.filter(task_name="core.work_on_import")
    number = ordered.count()
    take_up: Any = app.tasks["core.take_up_what_is_open"]
    take_up.func(0)
    assert ordered.count() == number
    ordered._raw_delete(ordered.db)
    take_up.func(0)
    assert [job.args for job in ordered] == [{"import_id": subject.pk}]


def test_work_that_is_done_is_not_done_again(bringing: Bringing) -> None:
    subject = bringing.written([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    running.work(subject.pk)
    assert households(bringing.hamlet) == [(1, "Kim Lan", 4)]


def test_a_fault_of_the_portal_is_said_and_nothing_is_written(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(kinds.KINDS["household"]), "compare", broken)
    subject = bringing.bring([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    assert (subject.state, bool(subject.sentence)) == (Import.State.FAULTY, True)


@pytest.mark.parametrize("step", ["write", "undo"])
def test_a_fault_while_it_works_leaves_all_as_it_was(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    subject = bringing.bring([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    if step == "undo":
        subject = bringing.take("order", subject)
    before, state = picture(bringing.hamlet), subject.state
    kind = type(kinds.KINDS["household"])
    whole = getattr(kind, step)

    def broken(*arguments: Any) -> None:
        whole(*arguments)
        raise ZeroDivisionError

    monkeypatch.setattr(kind, step, broken)
    subject = bringing.take({"write": "order"}.get(step, step), subject)
    assert (subject.state, bool(subject.sentence)) == (state, True)
    assert picture(bringing.hamlet) == before


def test_a_household_that_went_meanwhile_is_seen(bringing: Bringing) -> None:
    village = bringing.village
    home = make.member(village.thon, bringing.hamlet, UnitKind.HOUSEHOLD, "Kim Lan")
    rows = [(PLACE, NAME, HOUSEHOLD), ("Ấp Cây Da", "Kim Anh", 1)]
    subject = bringing.bring(rows, "citizen")
    members.remove(village.thon, bringing.hamlet, home.unit_id, make.REASON)
    subject = bringing.take("order", subject)
    assert (subject.state, picture(bringing.hamlet)) == (Import.State.CHECKED, [])


def test_two_kinds_of_one_code_are_refused() -> None:
    class Other(type(kinds.KINDS["household"])):  # type: ignore[misc]
        """Another kind under a code that is taken."""

    with pytest.raises(ValueError, match="household"):
        kinds.declare(Other(kinds.KINDS["household"].kind, "x"))
