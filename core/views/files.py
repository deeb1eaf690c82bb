"""Files on pages and as answers: sheets and papers to be downloaded, and what is attached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from core import periods
from core.models import PreviewPage, StoredFile
from core.presentation import Thumbnail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def workbook(content: bytes, stem: str) -> HttpResponse:
    """An .xlsx file of today, as attachment."""
    return _attachment(content, XLSX, f"{stem}-{periods.today():%Y-%m-%d}.xlsx")


def paper(content: bytes, stem: str) -> HttpResponse:
    """A PDF file, as attachment."""
    return _attachment(content, PDF, f"{stem}.pdf")


def text_document(content: bytes, stem: str) -> HttpResponse:
    """A .docx file, as attachment."""
    return _attachment(content, DOCX, f"{stem}.docx")


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
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
