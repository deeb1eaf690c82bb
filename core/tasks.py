"""Jobs of core; each takes plain values and calls one function of the domain.

They run over the database of the portal (procrastinate): a job ordered inside a transaction is
there when that is committed, and never was when it is rolled back.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from core import abandoned, files, jobs, mailing, previews, seals
from core.importing import running as imports

PREVIEW_RETRIES = 4
STALLS = 3  # a worker that dies this often at one job dies of it
MAIL_ATTEMPTS = 8  # the last some six hours after the first
KEEP_JOBS_HOURS = 30 * 24
# What is raised when the connection to the database breaks; what was not committed is done again.
BROKEN = (OperationalError, InterfaceError)
AFTER_BREAKS = RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions=BROKEN)

_log = logging.getLogger(__name__)


@app.task(
    name="core.make_previews",
    queue="previews",
    retry=RetryStrategy(max_attempts=PREVIEW_RETRIES, exponential_wait=5),
    pass_context=True,
)
def make_previews(context: JobContext, stored_file_id: int) -> None:
    """Draw the preview of a stored file; atomic, and safe to run again."""
    try:
        previews.make(stored_file_id)
    except Exception:
        if context.job.attempts >= PREVIEW_RETRIES:
            previews.give_up(stored_file_id)
        raise


@app.periodic(cron="*/10 * * * *")
@app.task(name="core.plan_digests", queueing_lock="core.plan_digests")
def plan_digests(timestamp: int) -> None:
    """Plan the digests of the day, once its hour has come; atomic."""
    mailing.plan_digests()


@app.task(name="core.mail_urgent_notices", retry=AFTER_BREAKS)
def mail_urgent_notices(notice_ids: list[int]) -> None:
    """Plan the mails of urgent notices; atomic."""
    mailing.plan_urgent(notice_ids)


@app.task(
    name="core.send_mail",
    queue="mails",
    retry=RetryStrategy(
        max_attempts=MAIL_ATTEMPTS,
        exponential_wait=4,
        retry_exceptions=(mailing.TemporaryFailure, *BROKEN),
    ),
    pass_context=True,
)
def send_mail(context: JobContext, mail_id: int) -> None:
    """Send a planned mail; what the mail server took is never sent again."""
    mailing.send(mail_id, last_attempt=context.job.attempts >= MAIL_ATTEMPTS)


@app.periodic(cron="*/10 * * * *")
@app.task(name="core.seal_journal", queueing_lock="core.seal_journal")
def seal_journal(timestamp: int) -> None:
    """Seal what has been journalled since the last seal; atomic."""
    seals.seal()


# Crons are read in UTC: this is seventeen minutes past two in Asia/Ho_Chi_Minh.
@app.periodic(cron="17 19 * * *")
@app.task(name="core.sweep_files", queueing_lock="core.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove uploads that no record ever held, and files that nothing refers to; itemised."""
    _log.info("forgot %s uploads that no record ever held", abandoned.forget())
    _log.info("swept %s files that nothing refers to", files.sweep())


@app.periodic(cron="27 19 * * *")
@app.task(name="core.forget_old_imports", queueing_lock="core.forget_old_imports")
def forget_old_imports(timestamp: int) -> None:
    """Remove files and rows of imports that are kept no longer; itemised."""
    _log.info("forgot the rows of %s imports", imports.forget_old())


@app.periodic(cron="37 19 * * *")
@app.task(name="core.forget_old_jobs", queueing_lock="core.forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Remove jobs that succeeded long ago; failed ones stay until somebody has looked."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


@app.periodic(cron="*/5 * * * *")
@app.task(name="core.retry_stalled_jobs", queueing_lock="core.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Take up again the jobs of workers that were killed; ours are safe to run twice.

    What kills a worker each time is not tried for ever: it is given up, and its owner is told.
    """
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts < STALLS:
            _log.warning("job %s (%s) had stalled and is tried again", job.id, job.task_name)
            await app.job_manager.retry_job(job)
            continue
        _log.error("job %s (%s) has stalled at each attempt", job.id, job.task_name)
        await give_up.defer_async(task_name=job.task_name, arguments=job.task_kwargs)
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.task(name="core.give_up", retry=AFTER_BREAKS)
def give_up(task_name: str, arguments: dict[str, Any]) -> None:
    """Say of what a job was for that it could not be done; atomic, and safe to run again."""
    if task_name in _GIVING_UP:
        _GIVING_UP[task_name](*arguments.values())


_GIVING_UP: dict[str, Callable[[int], None]] = {
    "core.make_previews": previews.give_up,
    "core.send_mail": mailing.give_up,
    "core.run_job": jobs.give_up,
    "core.work_on_import": imports.give_up,
}


@app.periodic(cron="*/5 * * * *")
@app.task(name="core.take_up_what_is_open", queueing_lock="core.take_up_what_is_open")
def take_up_what_is_open(timestamp: int) -> None:
    """Order anew what is open and has no order left; itemised, and safe to run again.

    So nothing stops for ever, also where every attempt of its own order failed.
    """
    for job_id in _without_order(jobs.open_ones(), "core.run_job", "job_id"):
        _log.warning("itemised job %s had no order left and is taken up again", job_id)
        run_job.defer(job_id=job_id)
    for import_id in _without_order(imports.open_ones(), "core.work_on_import", "import_id"):
        _log.warning("import %s had no order left and is taken up again", import_id)
        work_on_import.defer(import_id=import_id)
    for mail_id in _without_order(mailing.open_ones(), "core.send_mail", "mail_id"):
        _log.warning("mail %s had no order left and is taken up again", mail_id)
        send_mail.defer(mail_id=mail_id)
    mailing.plan_urgent_left()


def _without_order(rows: QuerySet[Any], task_name: str, argument: str) -> list[int]:
    """The keys of rows for which no order of a task waits or is being carried out."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    live = ProcrastinateJob.objects.filter(task_name=task_name, status__in=("todo", "doing"))
    ordered = set(live.values_list(f"args__{argument}", flat=True))
    return [key for key in keys if key not in ordered]


@app.task(name="core.run_job", queue="jobs", retry=AFTER_BREAKS)
def run_job(job_id: int) -> None:
    """Do an itemised job; each item stands by itself, and what is done is not done again."""
    jobs.run(job_id)


@app.task(name="core.work_on_import", queue="jobs", retry=AFTER_BREAKS)
def work_on_import(import_id: int) -> None:
    """Check, write or undo an import; atomic, and safe to run again."""
    imports.work(import_id)
