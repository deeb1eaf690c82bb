"""Certificates as PDF: many on the sheets of one file, with bounded memory."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import qrcode
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from awards.certificates import layout
from awards.models import CertificateTemplate
from core import files
from core.documents import fonts
from core.documents.fetcher import PaperFetcher

# Up to how many letters a field is written in which class of certificate.css; longer ones are
# written smaller, so that they stay above what follows.
FITTING = {
    "title": ((20, ""), (120, "fit-50"), (1000, "fit-35")),
    "name": ((34, ""), (68, "fit-75"), (150, "fit-65"), (1000, "fit-50")),
    "address": ((90, ""), (1000, "fit-75")),
    "achievement": ((300, ""), (1000, "fit-75")),
}
PREVIEW_SCALE = 1.3


@dataclass(frozen=True)
class Sheet:
    """What one certificate says, field by field (awards.certificates.layout.FIELDS)."""

    issuer: str
    given: str
    title: str
    name: str
    address: str
    achievement: str
    dated: str
    authority: tuple[str, ...]
    signer: str
    decision: str
    entry: str
    serial: str
    url: str

    @property
    def code(self) -> bytes:
        """The QR code of the address where it is checked, as a PNG file of some 300 dots an inch.

        As a drawing of lines it took WeasyPrint a third of the time of the whole sheet.
        """
        target = io.BytesIO()
        qrcode.make(self.url, border=0, box_size=8).save(target, "PNG")
        return target.getvalue()

    @property
    def fit(self) -> dict[str, str]:
        """The class in which each field of FITTING is written."""
        return {
            field: next(name for most, name in sizes if len(getattr(self, field)) <= most)
            for field, sizes in FITTING.items()
        }


def sheets_pdf(
    sheets: Sequence[Sheet], template: CertificateTemplate | None, *, watermark: str = ""
) -> bytes:
    """The sheets as one PDF file, tagged, one certificate a page."""
    fonts.faces()
    source = render_to_string(
        "awards/certificate_sheets.html", {"sheets": sheets, "watermark": watermark}
    )
    codes = {f"code-{place}": ("image/png", one.code) for place, one in enumerate(sheets)}
    configuration = FontConfiguration()
    places = CSS(string=layout.sheet_css(template), font_config=configuration)
    made: bytes = HTML(string=source, url_fetcher=PaperFetcher(codes)).write_pdf(
        stylesheets=[places], font_config=configuration, pdf_variant="pdf/ua-1"
    )
    return made


def picture(content: bytes) -> bytes:
    """The first page of a PDF file as a PNG picture, to be looked at."""
    with files.opened_pdf(content) as document:
        image = document[0].render(scale=PREVIEW_SCALE).to_pil()
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()
