"""Itemised jobs: each item once, whatever happens to the worker; outcome, cancel, undo."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from core import jobs, journal
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import Refused
from criteria.models import Assessment
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import race
from tests.workers import take_up_again, until, worker

Item = JobItem.State


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the kind `test.note` has done, by key; `bad` is refused, `broken` fails."""
    keys: list[str] = []

    def note(job: Job, item: JobItem) -> str:
        if item.key == "bad":
            raise Refused("Not this one.")
        if item.key == "broken":
            raise ZeroDivisionError
        with journal.act("test"):
            User.objects.filter(pk=job.started_by_id).update(full_name=item.key)
        keys.append(item.key)
        return f"noted {item.key}"

    monkeypatch.setattr(jobs, "KINDS", {})
    jobs.declare(
        JobKind("test.note", "Note", note, inverse="test.forget", inverse_needs_reason=True),
        JobKind("test.forget", "Forget", note),
    )
    return keys


def order(*keys: str, kind: str = "test.note") -> Job:
    targets = [Target(key, key.upper()) for key in keys]
    with transaction.atomic():
        return jobs.order(kind, targets, factories.user(language="en"))


def outcomes(job: Job) -> dict[str, tuple[str, str]]:
    return {item.key: (item.state, item.message) for item in job.items.all()}


@pytest.mark.django_db
def test_each_row_has_its_outcome_and_one_refusal_stops_nobody(done: list[str]) -> None:
    job = order("a", "bad", "broken", "b")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert outcomes(job) == {
        "a": (Item.DONE, "noted a"),
        "bad": (Item.REFUSED, "Not this one."),
        "broken": (Item.FAILED, "A fault of the portal; it has been noted."),
        "b": (Item.DONE, "noted b"),
    }
    assert (job.state, job.ended_at is None, done) == (Job.State.DONE, False, ["a", "b"])
    assert jobs.counts(job) == {"waiting": 0, "done": 2, "refused": 1, "failed": 1, "cancelled": 0}


@pytest.mark.django_db
def test_run_again_does_nothing_twice(done: list[str]) -> None:
    job = order("a", "bad", "b")
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert done == ["a", "b"]


@pytest.mark.django_db
def test_an_order_that_is_rolled_back_leaves_nothing(done: list[str]) -> None:
    with transaction.atomic():
        order("a")
        transaction.set_rollback(True)
    assert (Job.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_nothing_selected_is_refused(done: list[str]) -> None:
    with pytest.raises(Refused, match="Nothing is selected"):
        order()


@pytest.mark.django_db
def test_cancelled_rows_are_not_begun(done: list[str]) -> None:
    job = order("a", "b")
    jobs.cancel(job.pk, job.started_by)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (done, job.state) == ([], Job.State.CANCELLED)
    assert {state for state, _message in outcomes(job).values()} == {Item.CANCELLED}
    with pytest.raises(Refused, match="has ended"):
        jobs.cancel(job.pk, job.started_by)


@pytest.mark.django_db
def test_undo_takes_back_what_was_done_and_only_once(done: list[str]) -> None:
    job = order("a", "bad", "b")
    jobs.run(job.pk)
    job.refresh_from_db()
    with pytest.raises(Refused, match="Say why"):
        jobs.undo(job.pk, job.started_by)
    inverse = jobs.undo(job.pk, job.started_by, reason=" Vì thế ")
    assert [item.key for item in inverse.items.all()] == ["a", "b"]
    assert (inverse.kind, inverse.reason, inverse.undoes) == ("test.forget", "Vì thế", job)
    with pytest.raises(Refused, match="undone already"):
        jobs.undo(job.pk, job.started_by, reason="x")
    jobs.run(inverse.pk)
    with pytest.raises(Refused, match="cannot be undone for many"):
        jobs.undo(inverse.pk, job.started_by, reason="x")


@pytest.mark.django_db
def test_what_is_open_or_did_nothing_cannot_be_undone(done: list[str]) -> None:
    job = order("bad")
    with pytest.raises(Refused, match="cancel it first"):
        jobs.undo(job.pk, job.started_by, reason="x")
    jobs.run(job.pk)
    with pytest.raises(Refused, match="Nothing was done"):
        jobs.undo(job.pk, job.started_by, reason="x")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_job_do_each_item_once(done: list[str]) -> None:
    keys = [f"k{number}" for number in range(12)]
    job = order(*keys)
    race(lambda: jobs.run(job.pk), lambda: jobs.run(job.pk))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (sorted(done), job.state) == (sorted(keys), Job.State.DONE)


# A worker that is killed


def states(job: Job) -> list[str]:
    return list(job.items.values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_has_done_nothing_twice_and_lost_nothing(setting: Campaigning) -> None:
    """It is killed while it is at the second of two rows, which we hold meanwhile."""
    land = setting.land
    assessments = [make.sent(setting), make.sent(setting, land.xa2)]
    targets = [Target(str(one.pk), str(one.pk)) for one in assessments]
    with transaction.atomic():
        job = jobs.order("assessments.receive", targets, land.tinh)
    with transaction.atomic():
        Assessment.objects.select_for_update(of=("self",)).get(pk=assessments[1].pk)
        killed = worker()
        until(lambda: states(job) == [Item.DONE, Item.WAITING])
        time.sleep(0.5)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    job.refresh_from_db()
    assert (states(job), job.state) == ([Item.DONE, Item.WAITING], Job.State.RUNNING)
    take_up_again()
    worker("--one-shot").wait(timeout=240)
    job.refresh_from_db()
    assert (states(job), job.state) == ([Item.DONE, Item.DONE], Job.State.DONE)
    for one in assessments:
        one.refresh_from_db()
        steps = list(one.events.values_list("transition", flat=True))
        assert (one.state, steps) == ("received", ["send", "receive"])
