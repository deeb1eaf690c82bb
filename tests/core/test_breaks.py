"""A connection to the database that breaks stops nothing for ever: not a job, not a mail."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from core import jobs, journal, notices, tasks
from core.jobs import JobKind, Target
from core.models import Job, JobItem, Mail, Notice
from core.notices import NoticeKind
from criteria.models import Assessment
from tests import criteria_factories as make
from tests import factories
from tests.conftest import owner
from tests.core.mail_server import running
from tests.core.test_jobs import states, until, worker
from tests.criteria_factories import Campaigning
from tests.workers import take_up_again

Item = JobItem.State


def break_off() -> int:
    """End the connections of others to this database that wait for a lock; how many there were."""
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND wait_event_type = 'Lock' AND query NOT LIKE '%procrastinate%'"
        )
        return cursor.rowcount


def orders(task: str) -> list[dict[str, Any]]:
    """What is ordered of a task and waits."""
    found = ProcrastinateJob.objects.filter(task_name=task, status="todo")
    return [one.args for one in found.order_by("pk")]


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_connection_breaks_in_the_middle_does_the_rest_by_itself(
    setting: Campaigning,
) -> None:
    """It breaks while the worker is at the second of two rows, which we hold meanwhile."""
    land = setting.land
    assessments = [make.sent(setting), make.sent(setting, land.xa2)]
    targets = [Target(str(one.pk), str(one.pk)) for one in assessments]
    with transaction.atomic():
        job = jobs.order("assessments.receive", targets, land.tinh)
    process = worker()
    try:
        with transaction.atomic():
            Assessment.objects.select_for_update(of=("self",)).get(pk=assessments[1].pk)
            until(lambda: states(job) == [Item.DONE, Item.WAITING])
            until(lambda: break_off() == 1)
        until(lambda: not jobs.open_ones().exists())
    finally:
        process.terminate()
        process.wait()
    assert states(job) == [Item.DONE, Item.DONE]
    for one in assessments:
        one.refresh_from_db()
        steps = list(one.events.values_list("transition", flat=True))
        assert (one.state, steps) == ("received", ["send", "receive"])


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of job whose first attempt at `break` ends the connection under it."""
    broken: list[str] = []

    def note(job: Job, item: JobItem) -> str:
        with journal.act("test"):
            User.objects.filter(pk=job.started_by_id).update(full_name=item.key)
        if item.key == "break" and not broken:
            broken.append(item.key)
            with owner(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return "noted"

    monkeypatch.setattr(jobs, "KINDS", {})
    jobs.declare(JobKind("test.note", "Note", note))


@pytest.mark.django_db(transaction=True)
def test_a_broken_connection_is_no_outcome_of_a_row(breaking: None) -> None:
    with transaction.atomic():
        job = jobs.order("test.note", [Target("a", "A"), Target("break", "B")], factories.user())
    with pytest.raises(tasks.BROKEN):
        tasks.run_job(job_id=job.pk)
    assert states(job) == [Item.DONE, Item.WAITING]
    tasks.run_job(job_id=job.pk)
    assert states(job) == [Item.DONE, Item.DONE]


@pytest.mark.django_db
def test_an_open_job_without_an_order_is_ordered_anew_and_no_other(breaking: None) -> None:
    person = factories.user()
    open_one, ordered, ended = (
        jobs.order("test.note", [Target("a", "A")], person) for _number in range(3)
    )
    jobs.run(ended.pk)
    gone = ProcrastinateJob.objects.filter(task_name="core.run_job")
    _delete(gone.exclude(args__job_id=ordered.pk))
    tasks.take_up_what_is_open(timestamp=0)
    assert orders("core.run_job") == [{"job_id": ordered.pk}, {"job_id": open_one.pk}]
    tasks.take_up_what_is_open(timestamp=0)
    assert len(orders("core.run_job")) == 2


@pytest.mark.django_db
def test_mails_without_an_order_and_urgent_notices_without_a_mail_are_taken_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "KINDS", {})
    notices.declare(
        NoticeKind("paper.now", "Now", "Gấp.", urgent=True), NoticeKind("paper", "Papers", "Hồ sơ.")
    )
    person = factories.user(email="a@example.vn")
    with running(settings):
        for kind in ("paper.now", "paper"):
            with transaction.atomic():
                notices.tell(kind, [person.pk], subject="p:1", url="/")
        tasks.take_up_what_is_open(timestamp=0)
        assert not Mail.objects.exists()  # its own order may still come
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5)):
            tasks.take_up_what_is_open(timestamp=0)
        mail = Mail.objects.get()
        assert mail.key == f"notice {Notice.objects.get(kind='paper.now').pk}"
        _delete(ProcrastinateJob.objects.filter(task_name="core.send_mail"))
        tasks.take_up_what_is_open(timestamp=0)
        tasks.take_up_what_is_open(timestamp=0)
    assert orders("core.send_mail") == [{"mail_id": mail.pk}]


@pytest.mark.django_db
def test_what_is_over_is_not_taken_up(settings: Any) -> None:
    person = factories.user(email="a@example.vn")
    for state in Mail.State.values:
        Mail.objects.create(key=state, recipient=person, address=person.email, state=state)
    Notice.objects.create(
        kind="assessment.returned",
        recipient=person,
        subject="p:1",
        url="/",
        created_at=timezone.now() - datetime.timedelta(days=2),
    )
    with running(settings), translation.override("en"):
        tasks.take_up_what_is_open(timestamp=0)
    keys = {Mail.objects.get(pk=args["mail_id"]).key for args in orders("core.send_mail")}
    assert keys == {"waiting", "handed_over"}


def _delete(found: Any) -> None:
    """As it is after every attempt of an order failed, and somebody cleared it away."""
    keys = list(found.values_list("pk", flat=True))
    with owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [keys])


@pytest.mark.parametrize(
    "task", [tasks.run_job, tasks.send_mail, tasks.mail_urgent_notices], ids=lambda task: task.name
)
def test_every_task_that_nobody_orders_twice_is_tried_again_after_a_break(task: Any) -> None:
    strategy = task.retry_strategy
    assert set(tasks.BROKEN) <= set(strategy.retry_exceptions)


# What kills its worker each time


def stalled(task: str, times: int) -> None:
    """The order of a task stands as a worker left it that was killed, so many times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE task_name = %s",
            [times, task],
        )


@pytest.mark.django_db(transaction=True)
def test_an_item_that_kills_each_worker_is_given_up_and_the_others_go_on(breaking: None) -> None:
    person = factories.user(language="en")
    with transaction.atomic():
        job = jobs.order("test.note", [Target("a", "A"), Target("b", "B")], person)
    for times in range(1, tasks.STALLS):
        stalled("core.run_job", times)
        take_up_again()
        assert (len(orders("core.run_job")), orders("core.give_up")) == (1, [])
    stalled("core.run_job", tasks.STALLS)
    take_up_again()
    (order,) = orders("core.give_up")
    tasks.give_up(**order)
    assert states(job) == [Item.FAILED, Item.WAITING]
    assert job.items.get(key="a").message.startswith("The portal broke off at each attempt")
    assert orders("core.run_job") == [{"job_id": job.pk}]
    jobs.run(job.pk)
    tasks.give_up(**order)
    assert states(job) == [Item.FAILED, Item.DONE]
    assert not jobs.open_ones().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "after"),
    [("waiting", "given_up"), ("handed_over", "uncertain"), ("sent", "sent")],
)
def test_a_mail_that_kills_each_worker_is_given_up(state: str, after: str) -> None:
    person = factories.user(email="a@example.vn")
    mail = Mail.objects.create(key="1", recipient=person, address=person.email, state=state)
    tasks.give_up("core.send_mail", {"mail_id": mail.pk})
    mail.refresh_from_db()
    assert mail.state == after


@pytest.mark.django_db
def test_a_task_that_says_nothing_is_only_given_up() -> None:
    tasks.give_up("core.seal_journal", {"timestamp": 0})
