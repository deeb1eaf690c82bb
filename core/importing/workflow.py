"""The steps of an import, as a table: checked and written by the portal, ordered by a person."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing import staging
from core.importing.kinds import KINDS
from core.models import Import
from core.workflow import YES, Transition, Verdict, Workflow

S = Import.State
#: So long a written import can be undone; then what stood there before is removed.
KEPT_FOR = datetime.timedelta(days=30)


def only_the_portal(user: Any, subject: Import) -> Verdict:
    """The portal itself takes this step, when its work is done."""
    return (user is None), _("The portal takes this step itself.")


def who_brought_it(user: Any, subject: Import) -> Verdict:
    """Who chose the file, as long as they keep the lists that it changes."""
    if user is None or user.pk != subject.started_by_id:
        return False, _("Only who chose the file goes on with it.")
    return KINDS[subject.kind].may(user, subject)


def its_owner(user: Any, subject: Import) -> Verdict:
    """Who chose the file."""
    own = user is not None and user.pk == subject.started_by_id
    return (True, "") if own else (False, _("Only who chose the file goes on with it."))


def something_changes(subject: Import) -> Verdict:
    """A file that says what the portal knows writes nothing."""
    if subject.counts.get("new") or subject.counts.get("changed"):
        return YES
    return False, _("Nothing to write: the portal knows all of it already.")


def not_too_late(subject: Import) -> Verdict:
    """What stood there before is kept for a while only."""
    if subject.forgotten_at is None:
        return YES
    return False, _("Too long ago: what stood there before is no longer kept.")


def _begin(subject: Import, user: Any, reason: str) -> None:
    subject.sentence = ""


def _end(subject: Import, user: Any, reason: str) -> None:
    subject.sentence, subject.ended_at = "", timezone.now()


def _written(subject: Import, user: Any, reason: str) -> None:
    _end(subject, user, reason)
    staging.keep_what_undoes(subject)


def _over(subject: Import, user: Any, reason: str) -> None:
    _end(subject, user, reason)
    staging.forget(subject)


def _as_it_stands(subject: Import, user: Any, reason: str) -> None:
    """What the step did stands in the subject already."""


def _journal_suffices(subject: Any, arrow: Transition, source: str, user: Any, reason: str) -> None:
    """The journal keeps the step; there is no list of steps beside it."""


def _found(subject: Import) -> str:
    return S.FAULTY if subject.sentence or subject.counts.get("wrong") else S.CHECKED


IMPORT = Workflow(
    name="import",
    model=Import,
    fingerprint=lambda subject: f"{subject.state} {subject.counts}",
    record=_journal_suffices,
    transitions=(
        Transition(
            name="check",
            label=gettext_lazy("Check"),
            sources=frozenset({S.WAITING}),
            target=_found,
            may=only_the_portal,
            apply=_as_it_stands,
            told=gettext_lazy("Nothing is written; the page shows what is wrong, or what changes."),
        ),
        Transition(
            name="order",
            label=gettext_lazy("Write all of it"),
            sources=frozenset({S.CHECKED}),
            target=S.ORDERED,
            may=who_brought_it,
            conditions=(something_changes,),
            apply=_begin,
            told=gettext_lazy("All rows are written, or none; it can be undone afterwards."),
        ),
        Transition(
            name="recheck",
            label=gettext_lazy("Check again"),
            sources=frozenset({S.FAULTY, S.CHECKED}),
            target=S.WAITING,
            may=who_brought_it,
            apply=_begin,
            told=gettext_lazy("The same file is compared with what the portal knows now."),
        ),
        Transition(
            name="write",
            label=gettext_lazy("Write"),
            sources=frozenset({S.ORDERED}),
            target=S.WRITTEN,
            may=only_the_portal,
            apply=_written,
            told=gettext_lazy("The lists show what was written."),
        ),
        Transition(
            name="stop",
            label=gettext_lazy("Write nothing"),
            sources=frozenset({S.ORDERED}),
            target=S.CHECKED,
            may=only_the_portal,
            apply=_as_it_stands,
            told=gettext_lazy("Something has changed since the check; the page says what."),
        ),
        Transition(
            name="drop",
            label=gettext_lazy("Give up"),
            sources=frozenset({S.WAITING, S.FAULTY, S.CHECKED}),
            target=S.DROPPED,
            may=its_owner,
            apply=_over,
            told=gettext_lazy("The file and its rows are removed; nothing was written."),
        ),
        Transition(
            name="undo",
            label=gettext_lazy("Undo the import"),
            sources=frozenset({S.WRITTEN}),
            target=S.UNDOING,
            may=who_brought_it,
            conditions=(not_too_late,),
            apply=_as_it_stands,
            told=gettext_lazy(
                "What was new is taken out and what was changed is as before, all or nothing."
            ),
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.UNDOING}),
            target=S.UNDONE,
            may=only_the_portal,
            apply=_over,
            told=gettext_lazy("The lists stand as before."),
        ),
        Transition(
            name="keep",
            label=gettext_lazy("Take nothing back"),
            sources=frozenset({S.UNDOING}),
            target=S.WRITTEN,
            may=only_the_portal,
            apply=_as_it_stands,
            told=gettext_lazy("Something was built on what was written; the page says what."),
        ),
    ),
)
