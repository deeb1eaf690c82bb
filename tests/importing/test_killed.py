"""A worker that is killed at any step of an import leaves all of it or nothing."""

import datetime
import os
import signal
from collections.abc import Callable

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from core.importing import running
from core.importing.kinds import KINDS
from core.models import Import, ImportRow, ImportWork
from tests import factories
from tests import unit_factories as make
from tests.importing.bringing import HOUSEHOLDS, picture
from tests.importing.files import Row, text
from tests.workers import take_up_again, until, worker
from units.models import Figure, Member, PersonalRecord, Unit

ROWS = 15_000  # more than is written at once, so that it is killed in the middle
S = Import.State


def killed_when(true: Callable[[], bool]) -> None:
    """A worker begins, and is killed as soon as something is so."""
    process = worker()
    until(true, every=0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def begun() -> bool:
    """Whether the worker has shown some progress."""
    return ImportWork.objects.filter(done__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_step_it_leaves_all_or_nothing() -> None:
    village = make.village(factories.land())
    rows = [HOUSEHOLDS, *((village.hamlet.name, f"Kim {number}", 4) for number in range(ROWS))]
    kind = KINDS["household"]
    where = kind.place(village.xa, village.land.commune.unit_id)
    assert where is not None
    units, stood = Unit.objects.count(), picture(village.hamlet)
    subject = running.begin(village.xa, "household", where, "a.csv", text(rows), make.REASON)

    def finished(*whole: int) -> None:
        """None or all of it is there; the next worker finishes."""
        found = (Member.objects.count(), PersonalRecord.objects.count())
        assert found in ((0, 0), (ROWS, ROWS))
        take_up_again()
        worker("--one-shot").wait(timeout=240)
        assert (Member.objects.count(), PersonalRecord.objects.count()) == whole
        subject.refresh_from_db()

    killed_when(begun)
    assert ImportRow.objects.count() in (0, ROWS)
    finished(0, 0)
    assert (subject.state, subject.counts["new"]) == (S.CHECKED, ROWS)
    running.take("order", subject.pk, village.xa)
    killed_when(begun)
    finished(ROWS, ROWS)
    assert subject.state == S.WRITTEN
    running.take("undo", subject.pk, village.xa)
    killed_when(lambda: begun() or not Member.objects.exists())
    finished(0, 0)
    assert (subject.state, Unit.objects.count()) == (S.UNDONE, units)
    assert picture(village.hamlet) == stood


def doing() -> bool:
    """Whether a worker is at it."""
    return ProcrastinateJob.objects.filter(task_name="core.work_on_import", status="doing").exists()


@pytest.mark.django_db(transaction=True)
def test_killed_at_a_list_that_is_tried_out_it_leaves_all_or_nothing() -> None:
    """Figures: stated one by one, in one transaction."""
    village = make.village(factories.land())
    kinds = [make.kind(f"so-{n}", name=f"Số thứ {n}") for n in range(4)]
    days = [datetime.date(2025, 1, 1) + datetime.timedelta(n) for n in range(60)]
    rows: list[Row] = [("Đơn vị", "Số liệu", "Giá trị", "Tính đến ngày", "Theo văn bản")]
    rows += [
        (village.hamlet.name, one.name, 7, f"{day:%d/%m/%Y}", "BC 1")
        for one in kinds
        for day in days
    ]
    where = KINDS["figure"].place(village.xa, village.land.commune.unit_id)
    assert where is not None
    subject = running.begin(village.xa, "figure", where, "a.csv", text(rows), "")
    whole = len(rows) - 1

    def standing() -> int:
        return sum(one.value is not None for one in Figure.objects.all().standing())

    def finished(number: int) -> None:
        assert standing() in (0, whole)
        take_up_again()
        worker("--one-shot").wait(timeout=240)
        assert standing() == number

    killed_when(doing)
    assert ImportRow.objects.count() in (0, whole)
    finished(0)
    for step, after in (("order", whole), ("undo", 0)):
        running.take(step, subject.pk, village.xa)
        killed_when(begun)
        finished(after)
    subject.refresh_from_db()
    assert subject.state == S.UNDONE
