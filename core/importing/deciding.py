"""Rows of which the portal cannot know what they are: a person decides, before all is written."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import journal
from core.importing.kinds import KINDS, LEAVE
from core.models import Import, ImportRow
from core.workflow import Refused

ASKED = ImportRow.Outcome.ASKED


def decide(user: Any, pk: int, row_id: int, choice: str) -> None:
    """Decide what a row is; it may be decided anew until the import is written.

    Args:
        choice: the code of one of the row's choices, or `LEAVE`.

    Raises:
        Import.DoesNotExist, ImportRow.DoesNotExist: there is none such that asks.
        Refused: not by this person, not now, or the row offers no such choice.
    """
    with transaction.atomic():
        subject = Import.objects.select_for_update(of=("self",)).get(pk=pk)
        row = subject.rows.get(pk=row_id, outcome=ASKED)
        allowed, why_not = KINDS[subject.kind].may(user, subject)
        if user.pk != subject.started_by_id or not allowed:
            raise Refused(why_not or _("Only who chose the file goes on with it."))
        if subject.state != Import.State.CHECKED:
            raise Refused(_("Rows are decided after the check and before the writing."))
        if choice not in {LEAVE, *dict(row.data["choices"])}:
            raise Refused(_("Choose one of the answers."))
        row.data["choice"] = choice
        row.save(update_fields=["data"])
        with journal.act("import.decide", actor=user):
            subject.counts |= counted(subject)
            subject.save(update_fields=["counts"])


def counted(subject: Import) -> dict[str, int]:
    """Of the rows that are asked, how many nobody has decided, and how many will be written."""
    asked = subject.rows.filter(outcome=ASKED)
    undecided = asked.filter(data__choice=None).count()
    left = asked.filter(data__choice=LEAVE).count()
    return {"undecided": undecided, "chosen": asked.count() - undecided - left}
