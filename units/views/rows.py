"""What the views of all grids share: which row was posted, and how its saving is answered."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core import grids
from core.grids import Column, Line
from core.presentation import SaveState
from units.entries import Conflict, Row

LARGEST = 2**63 - 1


def read_row(request: HttpRequest) -> tuple[Row, int]:
    """The row that was posted and the version that its writer saw. Raises Http404."""
    try:
        row = Row.read(request.POST.get("row", ""))
    except ValueError as error:
        raise Http404 from error
    if (row.unit_id or 0) > LARGEST:
        raise Http404
    return row, read_version(request)


def read_version(request: HttpRequest) -> int:
    """The version of the row that its writer saw. Raises Http404."""
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > len(str(LARGEST)) or int(text) > LARGEST:
        raise Http404
    return int(text)


def conflict_over(
    request: HttpRequest,
    columns: Sequence[Column],
    row: str,
    conflict: Conflict,
    theirs: Mapping[str, str],
) -> SaveState:
    """What a row says over which somebody was faster: who, when, and both values.

    Args:
        theirs: text of each field as it stands now.
    """
    return grids.conflict_state(
        columns, row, conflict.version, request.POST.dict(), theirs, conflict.by, conflict.at
    )


def saved_row(request: HttpRequest, state: SaveState) -> HttpResponseBase:
    """The answer to a row that was saved; the page again where nothing scripts."""
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(request.get_full_path())


def typed_line(request: HttpRequest, state: SaveState) -> Line:
    """A row as it was typed, with what is wrong; who sends it again has seen the other value."""
    return Line(row=state.key, values=request.POST.dict(), save=state)
