"""Uploads that no record took: of a form that was left, or of one that came back and never again.

What was once part of a record is never removed, also after the record let go of it: evidence that
was taken off, a scan that another one replaced. The history names them, and somebody may ask.
"""

import contextlib
import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils import timezone

from core import journal
from core.files import WAITS_FOR
from core.models import JournalEntry, StoredFile

# Twice as long as a form may take hold of it, so that the two never meet (core.files.waiting).
ABANDONED_AFTER = 2 * WAITS_FOR


def holders() -> "list[models.ForeignKey[Any, Any]]":
    """The foreign keys by which records hold a file, whatever app they are in.

    What goes with its file when that goes (a page of its preview) is a part of it, no record.
    """
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is not models.CASCADE
    ]


def forget(*, older_than: datetime.timedelta = ABANDONED_AFTER) -> int:
    """Remove the rows of uploads that no record ever held; gives their number.

    Each removal stands by itself. The bytes are left to `core.files.sweep`.

    Args:
        older_than: time since the upload.
    """
    old = StoredFile.objects.filter(uploaded_at__lt=timezone.now() - older_than)
    return sum(_forget(pk) for pk in _never_held(old))


def _forget(pk: int) -> bool:
    """Remove one row, unless somebody works with it now or holds it after all."""
    mine = StoredFile.objects.filter(pk=pk)
    with contextlib.suppress(ProtectedError), journal.act("files.forget"):
        if mine.select_for_update(skip_locked=True).first() and _never_held(mine):
            mine.delete()
            return True
    return False


def _never_held(rows: "QuerySet[StoredFile]") -> list[int]:
    """Keys of the rows that no record holds and that, by the journal, none has ever held.

    A record that let go of a file was changed or removed, and of that the journal keeps each row
    as it was before, also where many were changed at once.
    """
    for field in holders():
        held = field.model._base_manager.filter(**{field.attname: OuterRef("pk")})
        rows = rows.exclude(Exists(held))
    free = set(rows.values_list("pk", flat=True))
    for field in holders():
        was = f"before__{field.column}"
        entries = JournalEntry.objects.filter(
            subject=field.model._meta.db_table, **{f"{was}__in": list(free)}
        )
        free -= set(entries.values_list(was, flat=True))
    return sorted(free)
