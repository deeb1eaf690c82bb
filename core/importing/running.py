"""What a worker does with an import: check it, write it, take it back, each all or nothing.

Each is safe to run again: a worker that is killed has changed nothing but the progress shown.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import journal
from core.files import clean_name
from core.importing import columns, reading, sheets, staging
from core.importing.columns import Progress
from core.importing.kinds import KINDS, Place, Staged
from core.importing.reading import Table
from core.importing.workflow import IMPORT, KEPT_FOR
from core.models import Import, ImportRow, ImportWork
from core.spreadsheets import UnreadableSpreadsheet
from core.workflow import Refused

S = Import.State
#: States in which a worker has something to do.
OPEN = (S.WAITING, S.ORDERED, S.UNDOING)
#: States that go in the end, also where no worker ever came to check.
FORGOTTEN = (S.WAITING, S.FAULTY, S.CHECKED, S.WRITTEN)

_log = logging.getLogger(__name__)


def begin(user: Any, code: str, place: Place, name: str, content: bytes, reason: str) -> Import:
    """Take a file; it is checked by a worker as soon as this transaction is committed.

    Args:
        code: of the kind of list.

    Raises:
        UnreadableSpreadsheet: the file is empty or too large.
    """
    reading.check_size(len(content))
    with journal.act("import.begin", actor=user, reason=reason):
        subject = Import.objects.create(
            kind=code,
            place=place.key,
            place_name=place.name,
            file_name=clean_name(name),
            sha256=hashlib.sha256(content).hexdigest(),
            reason=reason,
            started_by=user,
        )
        ImportWork.objects.create(of=subject, content=content)
        _hand_to_worker(subject)
    return subject


def take(name: str, pk: int, user: Any, *, seen: str | None = None) -> Import:
    """Take a step of a person; what a worker has to do then is ordered with it.

    Raises:
        Refused: with the sentence for the person.
    """
    with transaction.atomic():
        subject: Import = IMPORT.perform(name, pk, user, seen=seen)
        if subject.state in OPEN:
            ImportWork.objects.filter(of=subject).update(done=0, total=0)
            _hand_to_worker(subject)
    return subject


def _hand_to_worker(subject: Import) -> None:
    from core.tasks import work_on_import  # tasks import this module

    work_on_import.defer(import_id=subject.pk)


def open_ones() -> "QuerySet[Import]":
    """The imports at which a worker has something to do."""
    return Import.objects.filter(state__in=OPEN)


def work(import_id: int) -> None:
    """Do what the state of an import asks for; nothing where another worker has done it."""
    subject = Import.objects.select_related("started_by").get(pk=import_id)
    with translation.override(subject.started_by.language), _shown_progress(subject) as progress:
        if subject.state == S.WAITING:
            _check(subject, progress)
        elif subject.state == S.ORDERED:
            _carry_out(subject, KINDS[subject.kind].write, progress, "write", "stop")
        elif subject.state == S.UNDOING:
            _carry_out(subject, KINDS[subject.kind].undo, progress, "take_back", "keep")


@contextmanager
def _shown_progress(subject: Import) -> Iterator[Progress]:
    """Progress that is seen at once: on a connection of its own, outside the transaction."""
    beside = connection.copy()

    def show(done: int, total: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE core_importwork SET done = %s, total = %s WHERE of_id = %s",
                [done, total, subject.pk],
            )

    try:
        yield show
    finally:
        beside.close()


# Checking


@dataclass(frozen=True)
class _Found:
    """What a check found: the cells, its rows for staging, and what the import notes of it."""

    noted: dict[str, Any]
    table: Table | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    rows: Iterable[Staged] = ()


def _check(subject: Import, progress: Progress) -> None:
    """Compare the file with what the portal knows; only staging and the import itself change."""
    found = _looked_through(subject, progress)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=subject.pk)
        if locked.state != S.WAITING:
            return
        try:
            with transaction.atomic():
                _stage(subject, found)
        except Exception as error:  # what was staged is gone again; the person is told
            if not connection.is_usable():
                raise
            _stage(subject, _Found({"counts": {}, "sentence": _said_of(subject, error)}))


def _looked_through(subject: Import, progress: Progress) -> _Found:
    """What stands in the file, and what it would do."""
    noted: dict[str, Any] = {"sentence": "", "counts": {}}
    try:
        table = reading.read(subject.file_name, bytes(subject.work.content))
        kind = KINDS[subject.kind]
        resource = kind.resource(subject.place)
        matched = columns.match(table, resource)
        noted |= {
            "sheet": table.sheet[: Import._meta.get_field("sheet").max_length],
            "heading_row": matched.row + 1,
            "columns": dict(matched.columns),
            "ignored": list(matched.ignored),
            "absent": list(matched.missing),
            "formulas": table.formulas,
        }
        compared = kind.compare(subject, columns.lines(table, matched, resource, progress))
    except Exception as error:  # a reader of hostile bytes raises anything; the person is told
        if not connection.is_usable():
            raise
        return _Found(noted | {"sentence": _said_of(subject, error)})
    noted["seen"] = compared.seen
    return _Found(noted, table, matched.columns, compared.rows)


def _said_of(subject: Import, error: Exception) -> str:
    """What the person is told of an error; what is no refusal is noted for who keeps the portal."""
    if isinstance(error, UnreadableSpreadsheet | Refused):
        return str(error)
    _log.error("import %s failed", subject.pk, exc_info=error)
    return _("A fault of the portal; it has been noted.")


def _stage(subject: Import, found: _Found) -> None:
    """Keep what was found, and take the step that follows from it."""
    counts = staging.replace(subject, found.rows, found.columns)
    marked = None
    if found.table and counts[ImportRow.Outcome.WRONG]:
        wrong = staging.wrong_cells(subject)
        marked = sheets.marked(found.table, found.noted["heading_row"], wrong)
    ImportWork.objects.filter(of=subject).update(marked=marked)
    _note(subject, **(found.noted if found.noted["sentence"] else found.noted | {"counts": counts}))
    subject = IMPORT.perform("check", subject.pk, None)
    if not subject.sentence:  # who asked sees what it was compared with, and said why
        KINDS[subject.kind].open(subject.started_by, subject, subject.reason)


def _note(subject: Import, **found: Any) -> None:
    """Write what was found into the import, before the step that follows from it."""
    with journal.act("import.note", actor=subject.started_by):
        locked = Import.objects.get(pk=subject.pk)
        for name, value in found.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(found))


# Writing and undoing


def _carry_out(
    subject: Import,
    does: Callable[[Import, Progress], None],
    progress: Progress,
    done: str,
    refused: str,
) -> None:
    """Do all of it and take the step `done`, or nothing and the step `refused`, in one
    transaction."""
    before = subject.state
    with transaction.atomic():
        subject = Import.objects.select_for_update(of=("self",)).get(pk=subject.pk)
        if subject.state != before:
            return
        try:
            with transaction.atomic():
                _in_own_right(subject, does, progress, done)
        except Exception as error:  # nothing was done; the person is told and may try again
            if not connection.is_usable():
                raise
            _note(subject, sentence=_said_of(subject, error))
            IMPORT.perform(refused, subject.pk, None)
        else:
            IMPORT.perform(done, subject.pk, None)


def _in_own_right(
    subject: Import, does: Callable[[Import, Progress], None], progress: Progress, name: str
) -> None:
    kind, user = KINDS[subject.kind], subject.started_by
    allowed, why_not = kind.may(user, subject)
    if not allowed:
        raise Refused(why_not)
    right = kind.right(user, subject)
    with journal.act(f"import.{name}", actor=user, reason=subject.reason, behalf=right):
        does(subject, progress)
        with connection.cursor() as cursor:  # what the end of the transaction would refuse, now
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def give_up(import_id: int) -> None:
    """Stop an import whose worker died at each attempt, and say so to who chose it; nothing of it
    is written."""
    with transaction.atomic():
        subject = Import.objects.select_for_update(of=("self",)).get(pk=import_id)
        if subject.state not in OPEN:
            return
        with translation.override(subject.started_by.language):
            sentence = _(
                "The portal broke off at each attempt; nothing was done. Divide the file, or tell"
                " who keeps the portal."
            )
            _note(
                subject, sentence=sentence, **({"counts": {}} if subject.state == S.WAITING else {})
            )
            IMPORT.perform(_LEFT[subject.state], import_id, None)


#: The step that leaves each open state with nothing done.
_LEFT: dict[str, str] = {S.WAITING: "check", S.ORDERED: "stop", S.UNDOING: "keep"}


# Forgetting


def forget_old() -> int:
    """Remove files and rows that are kept no longer, each by itself; gives their number.

    What was never written is given up, what was written can no longer be undone.
    """
    old = Import.objects.filter(forgotten_at=None, started_at__lt=timezone.now() - KEPT_FOR)
    kept = old.filter(state__in=FORGOTTEN).values_list("pk", flat=True)
    return sum(map(_forget, list(kept)))


def _forget(pk: int) -> bool:
    with journal.act("import.forget"):
        subject = Import.objects.select_for_update().get(pk=pk)
        now = timezone.now()
        if subject.state not in FORGOTTEN:
            return False
        if subject.ended_at and subject.ended_at > now - KEPT_FOR:
            return False
        if subject.state != S.WRITTEN:
            subject.state, subject.ended_at = S.DROPPED, now
        staging.forget(subject)
        subject.forgotten_at = now
        subject.save(update_fields=["state", "ended_at", "forgotten_at"])
    return True
