"""A worker that is killed at any step of an import leaves all of it or nothing."""

import datetime
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from core.importing import running
from core.importing.kinds import KINDS
from core.models import Import, ImportRow, ImportWork
from criteria.models import OutsideResult, Recognition, Registration
from tests import criteria_factories, factories
from tests import registration_factories as registering
from tests import unit_factories as make
from tests.importing.bringing import HOUSEHOLDS, NAME, NUMBER, PLACE, picture
from tests.importing.files import Row, text
from tests.workers import take_up_again, until, worker
from units.models import Figure, Member, PersonalRecord, Placement, Unit, UnitKind

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


@dataclass(frozen=True)
class Small:
    """A list of few rows, which is tried out and written in one transaction.

    Attributes:
        standing: how many of its rows stand in the portal.
    """

    code: str
    user: User
    place: Placement
    rows: list[Row]
    standing: Callable[[], int]


def _figures() -> Small:
    village = make.village(factories.land())
    kinds = [make.kind(f"so-{n}", name=f"Số thứ {n}") for n in range(4)]
    days = [datetime.date(2025, 1, 1) + datetime.timedelta(n) for n in range(60)]
    head: Row = ("Đơn vị", "Số liệu", "Giá trị", "Tính đến ngày", "Theo văn bản")
    said: list[Row] = [
        (village.hamlet.name, one.name, 7, f"{day:%d/%m/%Y}", "BC 1")
        for one in kinds
        for day in days
    ]

    def standing() -> int:
        return sum(one.value is not None for one in Figure.objects.all().standing())

    return Small("figure", village.xa, village.land.commune, [head, *said], standing)


def _registrations() -> Small:
    made = registering.registering(criteria_factories.campaigning())
    for number in range(40):
        make.member(made.thon, made.hamlet, UnitKind.HOUSEHOLD, f"Kim {number}")
    head: Row = ("Số trong danh sách trên Cổng", "Họ và tên chủ hộ", "Danh hiệu", "Đăng ký")
    said: list[Row] = [(n + 1, f"Kim {n}", "Gia đình học tập", "x") for n in range(40)]
    code = "registration-household"
    return Small(code, made.thon, made.hamlet, [head, *said], Registration.objects.count)


def _titles() -> Small:
    land = criteria_factories.campaigning().land
    head: Row = (
        *("Đơn vị", "Danh hiệu", "Mức độ", "Năm đánh giá", "Số, ký hiệu quyết định"),
        *("Ngày ban hành quyết định", "Cơ quan, người ban hành"),
        *("Có hiệu lực từ ngày", "Có hiệu lực đến hết ngày"),
    )
    said: list[Row] = [
        (
            *(land.commune.name, "Cộng đồng học tập", "Mức độ 1", year - 1, f"{year}/QĐ-SGDĐT"),
            *(f"05/01/{year}", "Sở Giáo dục và Đào tạo", f"05/01/{year}", f"04/01/{year + 1}"),
        )
        for year in range(2005, 2025)
    ]
    return Small("title", land.xa, land.commune, [head, *said], Recognition.objects.count)


def _results() -> Small:
    village = make.village(factories.land())
    for number in range(40):
        make.member(village.thon, village.hamlet, UnitKind.CITIZEN, f"Kim {number}")
    head: Row = (PLACE, NUMBER, NAME, "Năm", "Tổng điểm")
    said: list[Row] = [(village.hamlet.name, n + 1, f"Kim {n}", 2025, 80) for n in range(40)]
    code = "outside-result"
    return Small(code, village.xa, village.land.commune, [head, *said], OutsideResult.objects.count)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("made", [_figures, _registrations, _titles, _results])
def test_killed_at_a_list_that_is_tried_out_it_leaves_all_or_nothing(
    made: Callable[[], Small],
) -> None:
    small = made()
    where = KINDS[small.code].place(small.user, small.place.unit_id)
    assert where is not None
    subject = running.begin(small.user, small.code, where, "a.csv", text(small.rows), make.REASON)
    whole = len(small.rows) - 1

    def finished(number: int) -> None:
        assert small.standing() in (0, whole)
        take_up_again()
        worker("--one-shot").wait(timeout=240)
        assert small.standing() == number

    killed_when(doing)
    assert ImportRow.objects.count() in (0, whole)
    finished(0)
    for step, after in (("order", whole), ("undo", 0)):
        running.take(step, subject.pk, small.user)
        killed_when(doing)
        finished(after)
    subject.refresh_from_db()
    assert (subject.state, subject.sentence) == (S.UNDONE, "")
