"""Itemised jobs: one act for many subjects, each in a transaction of its own.

The outcome of an item is written in the transaction that did it, so a worker that is killed has
done an item wholly or not at all, and the next worker goes on with the first that still waits:
nothing twice, nothing lost. An effect outside the database must carry the item's key
(`core.mailing` is the example); most need none, for notices are rows too.

A domain app declares its kinds with `declare` when it starts.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import journal
from core.models import Job, JobItem
from core.workflow import Refused

State, ItemState = Job.State, JobItem.State
OPEN = (State.WAITING, State.RUNNING)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """A subject of a job to be: its key, the name people know it by, its page.

    `seen` is its fingerprint as it was shown to who orders the job; empty where nothing of it can
    be outdated.
    """

    key: str
    label: str
    url: str = ""
    seen: str = ""


@dataclass(frozen=True)
class JobKind:
    """A kind of itemised job.

    Attributes:
        code: as the rows name it; never changed.
        label: what is done, in words.
        perform: does it for one item, as `(job, item) -> message`; inside a transaction. It
            refuses what is not as `item.seen` any more, and notes in `item.left` how it leaves it:
            the inverse is done only to what still is so. Raises Refused with the sentence for the
            person.
        inverse: the kind that takes it back; empty where nothing does.
        inverse_needs_reason: whether taking it back asks why.
    """

    code: str
    label: Any
    perform: Callable[[Job, JobItem], str]
    inverse: str = ""
    inverse_needs_reason: bool = False


KINDS: dict[str, JobKind] = {}


def declare(*kinds: JobKind) -> None:
    """Make kinds known; a domain app calls it once, when it starts.

    Raises:
        ValueError: a code is taken by another kind.
    """
    for kind in kinds:
        if KINDS.get(kind.code, kind) != kind:
            raise ValueError(f"two kinds of job are called {kind.code}")
        KINDS[kind.code] = kind


def order(
    code: str,
    targets: Iterable[Target],
    user: Any,
    *,
    params: dict[str, Any] | None = None,
    reason: str = "",
    undoes: Job | None = None,
) -> Job:
    """Order a job: it is there, and a worker takes it up, when this transaction is committed.

    Raises:
        KeyError: there is no such kind.
        Refused: there is nothing to do.
    """
    kind = KINDS[code]
    targets = list(targets)
    if not targets:
        raise Refused(_("Nothing is selected."))
    from core.tasks import run_job  # tasks import this module

    with journal.act(f"job.{kind.code}", actor=user, reason=reason):
        job = Job.objects.create(
            kind=kind.code, params=params or {}, reason=reason, started_by=user, undoes=undoes
        )
        JobItem.objects.bulk_create(
            JobItem(
                job=job,
                position=number,
                key=one.key,
                label=one.label,
                url=one.url,
                seen=one.seen,
            )
            for number, one in enumerate(targets, 1)
        )
        run_job.defer(job_id=job.pk)
    return job


# Doing it


def run(job_id: int) -> None:
    """Do what still waits of a job; safe to run again, also while another worker is at it."""
    _turn(job_id, State.WAITING, State.RUNNING)
    while _do_next(job_id):
        pass
    _turn(job_id, State.RUNNING, State.DONE)


def open_ones() -> QuerySet[Job]:
    """The jobs that are neither done nor cancelled."""
    return Job.objects.filter(state__in=OPEN)


def _turn(job_id: int, before: str, after: str) -> None:
    """Carry a job from one state to the next, if it still stands in the first."""
    with journal.act("job.run"):
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state != before:
            return
        if after == State.DONE:
            # Another worker may still be at the last items: it will turn the job when it is done.
            if job.items.filter(state=ItemState.WAITING).exists():
                return
            job.ended_at = timezone.now()
        job.state = after
        job.save(update_fields=["state", "ended_at"])


def _do_next(job_id: int) -> bool:
    """Do the next item and write what became of it, in one transaction; False: none waits."""
    with transaction.atomic():
        waiting = JobItem.objects.filter(job=job_id, state=ItemState.WAITING)
        item = (
            waiting.select_for_update(of=("self",), skip_locked=True)
            .select_related("job__started_by")
            .first()
        )
        if item is None:
            return False
        language = item.job.started_by.language
        with translation.override(language):
            item.state, item.message = _outcome(item)
        item.ended_at = timezone.now()
        item.save(update_fields=["state", "message", "left", "ended_at"])
    return True


def _outcome(item: JobItem) -> tuple[str, str]:
    """Do one item; what it did is taken back where it does not succeed.

    A connection to the database that breaks is no outcome: the item waits for the next attempt.
    """
    try:
        with transaction.atomic():
            return ItemState.DONE, KINDS[item.job.kind].perform(item.job, item)
    except Refused as refused:
        return ItemState.REFUSED, str(refused)
    except Exception:  # one faulty row does not keep the others waiting
        if not connection.is_usable():
            raise
        _log.exception("job %s, item %s failed", item.job_id, item.key)
        return ItemState.FAILED, _("A fault of the portal; it has been noted.")


def give_up(job_id: int) -> None:
    """Give up the item at which workers died at each attempt, the first that waits; the others go
    on."""
    from core.tasks import run_job  # tasks import this module

    with transaction.atomic():
        job = (
            Job.objects.select_for_update(of=("self",)).select_related("started_by").get(pk=job_id)
        )
        item = job.items.filter(state=ItemState.WAITING).first()
        if job.state not in OPEN or item is None:
            return
        with translation.override(job.started_by.language):
            item.message = _("The portal broke off at each attempt; nothing was done.")
        item.state, item.ended_at = ItemState.FAILED, timezone.now()
        item.save(update_fields=["state", "message", "ended_at"])
        run_job.defer(job_id=job_id)


def cancel(job_id: int, user: Any) -> None:
    """Stop a job: what is done stays done, what waits is not begun.

    Raises:
        Refused: it has ended.
    """
    with journal.act("job.cancel", actor=user):
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state not in OPEN:
            raise Refused(_("This job has ended; it can be undone, not cancelled."))
        now = timezone.now()
        # An item that is being done is locked, and ends as it ends.
        waiting = job.items.filter(state=ItemState.WAITING).select_for_update(skip_locked=True)
        JobItem.objects.filter(pk__in=[item.pk for item in waiting]).update(
            state=ItemState.CANCELLED, ended_at=now
        )
        job.state, job.ended_at = State.CANCELLED, now
        job.save(update_fields=["state", "ended_at"])


# Undoing it


def may_undo(job: Job) -> tuple[bool, str]:
    """Whether a job can be undone now, and if not, why not."""
    if job.state in OPEN:
        return False, _("It is still being done; cancel it first.")
    if not KINDS[job.kind].inverse:
        return False, _("This cannot be undone for many at once.")
    if hasattr(job, "undone_by"):
        return False, _("It has been undone already.")
    if not job.items.filter(state=ItemState.DONE).exists():
        return False, _("Nothing was done that could be undone.")
    return True, ""


def undo(job_id: int, user: Any, *, reason: str = "") -> Job:
    """Order the job that takes back what was done, each item by its own rules.

    Raises:
        Refused: it cannot be undone, or the inverse needs a reason.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        allowed, why_not = may_undo(job)
        if not allowed:
            raise Refused(why_not)
        kind = KINDS[job.kind]
        if kind.inverse_needs_reason and not reason.strip():
            raise Refused(_("Say why: this step needs a reason."))
        done = job.items.filter(state=ItemState.DONE)
        return order(
            kind.inverse,
            [Target(item.key, item.label, item.url, item.left) for item in done],
            user,
            params=job.params,
            reason=reason.strip(),
            undoes=job,
        )


def counts(job: Job) -> dict[str, int]:
    """How many items stand in each state (one query)."""
    found = Counter(job.items.values_list("state", flat=True))
    return {state: found[state] for state in ItemState.values}
