"""A paper as PDF: tagged (PDF/UA-1), fonts embedded, no network, the same bytes each time.

WeasyPrint keeps the laid-out boxes of each page, some 3 MB, until the file is written. A paper
with a table of more than BATCH rows is therefore made in stretches, each at most BATCH rows of a
long table: the stretch is laid out, its full pages are written, and the rows of its last page
open the next stretch, so that no page shows where the cut was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString
from pydyf import PDF
from weasyprint import CSS, HTML, Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from core.documents import fonts, html
from core.documents.blocks import Block, Picture, Table, ended, numbered
from core.documents.fetcher import AddressRefused, PaperFetcher
from core.documents.merge import merged
from core.documents.paper import Paper

# No page holds this many rows, so that the last page of a stretch is rows of one table only.
BATCH = 500

# Pictures at the sharpness of print, and written anew, so that the camera's notes (place, owner)
# do not travel with the paper.
PICTURES = {"dpi": 200, "jpeg_quality": 85}
TAGGED = {"pdf_variant": "pdf/ua-1"}


def render_pdf(paper: Paper) -> bytes:
    """The paper as a PDF file.

    Raises FontsMissing if the typeface is not installed; AddressRefused if a template names
    something that a paper may not open.
    """
    fonts.faces()
    try:
        return merged(list(_Press(paper).files()))
    except FatalURLFetchingError as error:
        raise AddressRefused(str(error)) from error


@dataclass(frozen=True)
class _Section:
    """The paper proper, or an appendix: the class of its element and the blocks in it."""

    css_class: str
    head: SafeString
    body: tuple[Block, ...]
    tail: SafeString


def _sections(paper: Paper) -> Iterator[_Section]:
    nothing = SafeString("")
    closing = html.closing_html(paper) if paper.has_closing else nothing
    yield _Section("paper", nothing, ended(paper.body), closing)
    for index, appendix in enumerate(paper.appendices):
        side = "landscape" if appendix.landscape else "portrait"
        head = html.appendix_head_html(paper, index)
        # The number keeps two appendices of one shape apart; see _joined.
        yield _Section(f"appendix-{side} number-{index}", head, appendix.body, nothing)


class _Press:
    """Makes the PDF files of one paper, one a stretch; the page numbers run on."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.pages = 0
        self.pending: list[tuple[str, SafeString]] = []
        self.font_config = FontConfiguration()
        self.fetcher = PaperFetcher(
            {
                html.picture_key(block): (block.media_type, block.content)
                for body in (paper.body, *(appendix.body for appendix in paper.appendices))
                for block in body
                if isinstance(block, Picture)
            }
        )

    def files(self) -> Iterator[bytes]:
        """The PDF files that together are the paper."""
        for section in _sections(self.paper):
            self.pending.append((section.css_class, section.head))
            for label, block in numbered(section.body):
                if isinstance(block, Table):
                    yield from self._table(section, block)
                else:
                    self.pending.append((section.css_class, html.block_html(block, label)))
            self.pending.append((section.css_class, section.tail))
        yield self._all_pages()

    def _table(self, section: _Section, table: Table) -> Iterator[bytes]:
        start = 0
        while len(table.rows) - start > BATCH:
            self.pending.append((section.css_class, html.table_html(table, start, BATCH)))
            file, count = self._full_pages()
            yield file
            start += count
        self.pending.append((section.css_class, html.table_html(table, start)))

    def _all_pages(self) -> bytes:
        """The pending stretch as PDF."""
        document = self._laid_out()
        return self._written(document, document.pages)

    def _full_pages(self) -> tuple[bytes, int]:
        """All but the last page of the pending stretch, and how many of the cut table's rows
        they hold."""
        document = self._laid_out()
        return self._written(document, document.pages[:-1]), _first_row(document.pages[-1])

    def _written(self, document: Document, pages: list[Page]) -> bytes:
        self.pages += len(pages)
        return document.copy(pages).write_pdf(finisher=_forget_rows, **TAGGED)

    def _laid_out(self) -> Document:
        """The pending stretch, laid out."""
        source = html.paper_html(self.paper, _joined(self.pending), first=self.pages == 0)
        self.pending = []
        return HTML(string=source, url_fetcher=self.fetcher).render(
            font_config=self.font_config,
            stylesheets=self._continued() if self.pages else None,
            presentational_hints=True,
            **TAGGED,
            **PICTURES,
        )

    def _continued(self) -> list[CSS]:
        """The rules by which the first page of a later stretch has its number, the right one."""
        number = "@top-center { content: counter(page) !important }"
        rule = f"@page :first {{ counter-reset: page {self.pages + 1}; {number} }}"
        return [CSS(string=rule, font_config=self.font_config)]


def _joined(pieces: list[tuple[str, SafeString]]) -> SafeString:
    """The pieces, those of one section in one element."""
    return html.join(
        format_html('<div class="{}">{}</div>', css_class, html.join(piece for _, piece in group))
        for css_class, group in groupby(pieces, key=lambda piece: piece[0])
    )


def _first_row(page: Page) -> int:
    """The number of the row with which the page begins; it is a page of rows only."""
    return min(
        int(anchor.removeprefix("row-")) for anchor in page.anchors if anchor.startswith("row-")
    )


def _forget_rows(document: Document, pdf: PDF) -> None:
    """Keep the names of rows, which only the press needs, out of the file."""
    pdf.catalog.pop("Names", None)
