"""Taking a person out of imports, where the portal forgets them."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import journal
from core.importing import reading, staging
from core.importing.columns import folded
from core.models import Import, ImportRow
from core.spreadsheets import UnreadableSpreadsheet

S = Import.State
#: Nothing of it is in the lists yet: all that there is stands in the file and in staging.
UNWRITTEN = (S.WAITING, S.FAULTY, S.CHECKED, S.ORDERED)


def erase(key: int, texts: Collection[str], *, actor: Any = None) -> int:
    """Take a person out of the kept files, staged rows and undo data of all imports.

    An import that is not written is given up where one of its rows is the person, where its file
    has one of the texts, or where nobody can read it; who chose it is told on its page, and brings
    in another file. Of one that is written the rows of the person go: undoing it neither takes
    them out nor puts their name back.

    It is called before the lists are locked, as a worker locks its import before its lists; it
    waits for one that is at work. The caller may have an act of its own.

    Args:
        key: of the unit that the person is.
        texts: the name and, where it is known in full, the identity number.

    Returns:
        How many imports held something of the person.
    """
    kept = Import.objects.filter(Q(rows__key=key) | Q(work__isnull=False)).distinct()
    wanted = {folded(text) for text in texts} - {""}
    with journal.act("import.erase", actor=actor):
        found = [
            _erase_from(pk, key, wanted) for pk in kept.order_by("pk").values_list("pk", flat=True)
        ]
    return sum(found)


def _erase_from(pk: int, key: int, wanted: set[str]) -> bool:
    with transaction.atomic():
        subject = Import.objects.select_for_update(of=("self",)).select_related("work").get(pk=pk)
        rows = ImportRow.objects.filter(of=subject, key=key)
        if subject.state not in UNWRITTEN:
            return bool(rows.delete()[0])
        if not rows.exists() and not _names(subject, wanted):
            return False
        staging.forget(subject)
        subject.state, subject.ended_at = S.DROPPED, timezone.now()
        subject.sentence = _("A person in it was taken out of the portal: bring in another file.")
        subject.save(update_fields=["state", "ended_at", "sentence"])
        return True


def _names(subject: Import, wanted: set[str]) -> bool:
    """Whether a cell of the kept file has one of the texts, or the file cannot be read."""
    try:
        table = reading.read(subject.file_name, bytes(subject.work.content))
    except UnreadableSpreadsheet:
        return True
    cells = (folded(cell) for row in table.rows for cell in row if cell not in (None, ""))
    return any(text in cell for cell in cells for text in wanted)
