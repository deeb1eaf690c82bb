"""Lists of few rows that ask much: compared by doing what the page would and taking it back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import periods
from core.importing.columns import Line, Progress
from core.importing.kinds import Place
from core.models import Import, ImportRow
from core.workflow import Refused
from units import queries
from units.entries import Conflict, EntryError
from units.models import Placement

Outcome = ImportRow.Outcome


def shown_place(place: Placement) -> Place:
    """A unit as the place of a list."""
    return Place(place.unit_id, place.name, reverse("units:detail", args=[place.unit_id]))


def present(key: int) -> Placement:
    """The state of today of a place. Raises Refused where there is none."""
    place = queries.placement_of(key, periods.today())
    if place is None:
        raise Refused(_("This place is there no longer."))
    return place


def stands_at(other: Line) -> str:
    """The sentence of a line that repeats another one."""
    return _("The same stands in row %(row)d already.") % {"row": other.row + 1}


@contextmanager
def tried(line: Line, otherwise: str) -> Iterator[None]:
    """Do what the page would with a line; what it refuses is an error of the line.

    Args:
        otherwise: the column at which that is said which belongs to no column of the file.
    """
    try:
        with transaction.atomic():
            yield
    except EntryError as error:
        for name, sentence in error.errors.items():
            line.errors[name if name in line.values else otherwise] = sentence
    except Refused as refused:
        name = refused.field if refused.field in line.values else otherwise
        line.errors[name] = str(refused)


def each(
    subject: Import, order: str, does: Callable[[ImportRow], None], progress: Progress
) -> None:
    """Do something with each new and changed row. Raises Refused, naming the row."""
    rows = subject.rows.filter(outcome__in=(Outcome.NEW, Outcome.CHANGED)).order_by(order)
    total = rows.count()
    for done, row in enumerate(rows, start=1):
        try:
            does(row)
        except Conflict as conflict:
            raise Refused(_("%(name)s was changed since.") % {"name": row.label}) from conflict
        except EntryError as error:
            raise Refused(f"{row.label}: {error}") from error
        progress(done, total)
