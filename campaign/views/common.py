"""What the pages of launches, rounds and registers have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import periods
from core.forms.fields import ReasonForm
from core.models import PreviewPage, StoredFile
from core.presentation import Thumbnail
from core.workflow import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Step:
    """A step of a page as the component `action` shows it."""

    label: Any
    url: str
    allowed: bool
    why_not: str
    explain: Any
    style: str = "secondary"
    picture: str = ""
    ask_reason: bool = False


def take(request: HttpRequest, perform: Callable[[str], str]) -> None:
    """Take a step with the reason that was sent, and tell the person what came of it.

    Args:
        perform: takes the step, given the reason; gives the sentence to say, or raises Refused.

    What was typed is given back with the sentence that refuses it.
    """
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, perform(form.cleaned_data["reason"]))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return
    else:
        messages.error(request, form.reason_error)
    if form.typed_reason:
        messages.info(request, _("You had written: “%(reason)s”") % {"reason": form.typed_reason})


def workbook(content: bytes, stem: str) -> HttpResponse:
    """An .xlsx file of today, as attachment."""
    response = HttpResponse(content, content_type=XLSX)
    name = f"{stem}-{periods.today():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def pages_of(stored: Sequence[StoredFile]) -> dict[int, list[PreviewPage]]:
    """The pictures of the files' pages, by the key of the file (one query, none without files)."""
    found: dict[int, list[PreviewPage]] = {}
    if stored:
        for page in PreviewPage.objects.filter(file__in=stored).order_by("file", "number"):
            found.setdefault(page.file_id, []).append(page)
    return found


@dataclass(frozen=True)
class ShownFile:
    """A file as the component `file_chip` shows it."""

    name: str
    size: int
    url: str
    note: str
    pages: tuple[Thumbnail, ...]


def shown_file(
    stored: StoredFile, url: str, page_url: Callable[[int], str], pages: list[PreviewPage]
) -> ShownFile:
    """A file with the pictures of its pages.

    Args:
        url: where the original is downloaded.
        page_url: where the picture of a page is, by its number.
        pages: those of this file.
    """
    waiting = stored.preview != StoredFile.Preview.READY
    return ShownFile(
        stored.name,
        stored.size,
        url,
        str(stored.get_preview_display()) if waiting else "",
        tuple(Thumbnail(page_url(p.number), p.number, p.width, p.height) for p in pages),
    )
