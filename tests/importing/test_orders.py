"""What a worker has to do with an import is never lost."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core.importing import kinds, running, staging
from core.models import Import, ImportRow, ImportWork
from core.workflow import Refused
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
from tests.importing.files import xlsx
from units import members
from units.models import UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
FAULT = "Lỗi của cổng; đã được ghi lại."
DIED = "Cổng bị ngắt ở mọi lần thử; chưa làm gì. Hãy chia nhỏ tệp, hoặc báo người quản trị Cổng."


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


@pytest.mark.parametrize("where", ["staging", "opening", "a refusal"])
def test_a_check_that_fails_after_the_comparison_does_not_wait_for_ever(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def broken(*arguments: Any) -> None:
        raise Refused("Danh sách đã khóa.") if where == "a refusal" else ZeroDivisionError

    if where == "staging":
        monkeypatch.setattr(staging, "_values", broken)
    else:
        monkeypatch.setattr(type(kinds.KINDS["household"]), "open", broken)
    subject = bringing.bring([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    said = "Danh sách đã khóa." if where == "a refusal" else FAULT
    assert (subject.state, subject.sentence) == (S.FAULTY, said)
    assert (subject.counts, ImportRow.objects.count()) == ({}, 0)


def test_what_no_worker_checks_is_given_up_by_its_owner_or_by_time(bringing: Bringing) -> None:
    village = bringing.village
    where = kinds.KINDS["clan"].place(village.xa, village.land.commune.unit_id)
    assert where is not None
    first, second = (
        running.begin(village.xa, "clan", where, "a.csv", b"x", "") for _number in range(2)
    )
    running.take("drop", first.pk, village.xa)
    running.work(first.pk)  # a worker comes after all
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert running.forget_old() == 1
    states = Import.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), ImportWork.objects.count()) == ([S.DROPPED, S.DROPPED], 0)
    assert second.pk == Import.objects.latest("pk").pk


@pytest.mark.parametrize(
    ("steps", "after"), [((), S.FAULTY), (("order",), S.CHECKED), (("order", "undo"), S.WRITTEN)]
)
def test_what_kills_each_worker_is_given_up_and_said(
    bringing: Bringing, steps: tuple[str, ...], after: str
) -> None:
    """Nothing is done; the page says so, and the person may try again."""
    village = bringing.village
    where = kinds.KINDS["household"].place(village.xa, village.land.commune.unit_id)
    assert where is not None
    content = xlsx([HOUSEHOLDS, ("Ấp Cây Da", "Kim Lan", 4)])
    subject = running.begin(village.xa, "household", where, "a.xlsx", content, make.REASON)
    for step in steps:
        running.work(subject.pk)
        running.take(step, subject.pk, village.xa)
    before = picture(bringing.hamlet)
    give_up: Any = app.tasks["core.give_up"]
    for _twice in range(2):
        give_up.func("core.work_on_import", {"import_id": subject.pk})
        subject = Import.objects.get(pk=subject.pk)
        assert (subject.state, subject.sentence) == (after, DIED)
    running.work(subject.pk)  # an attempt that was under way
    assert (Import.objects.get().state, picture(bringing.hamlet)) == (after, before)


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
