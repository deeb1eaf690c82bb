"""Certificates as PDF: many on the sheets of one file, with bounded memory."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import qrcode
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from awards.certificates import layout
from awards.models import CertificateTemplate
from core.documents import fonts
from core.documents.fetcher import PaperFetcher

# Letters that fit the line of the name in its full size; longer names are written smaller.
FULL_SIZE = 34
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
    def code(self) -> SafeString:
        """The QR code of the address where it is checked, as a drawing."""
        drawn = qrcode.make(self.url, image_factory=SvgPathImage, border=0).to_string().decode()
        return mark_safe(drawn)  # noqa: S308 -- drawn here, from an address of the portal

    @property
    def name_class(self) -> str:
        """How the name is written: long ones smaller, so that they stay above what follows."""
        if len(self.name) <= FULL_SIZE:
            return ""
        return "long" if len(self.name) <= 2 * FULL_SIZE else "longest"


def sheets_pdf(
    sheets: Sequence[Sheet], template: CertificateTemplate | None, *, watermark: str = ""
) -> bytes:
    """The sheets as one PDF file, tagged, one certificate a page."""
    fonts.faces()
    source = render_to_string(
        "awards/certificate_sheets.html", {"sheets": sheets, "watermark": watermark}
    )
    configuration = FontConfiguration()
    places = CSS(string=layout.sheet_css(template), font_config=configuration)
    made: bytes = HTML(string=source, url_fetcher=PaperFetcher({})).write_pdf(
        stylesheets=[places], font_config=configuration, pdf_variant="pdf/ua-1"
    )
    return made


def picture(content: bytes) -> str:
    """The first page of a PDF file as a data: address of a picture, to be looked at."""
    document = pypdfium2.PdfDocument(content)
    try:
        image = document[0].render(scale=PREVIEW_SCALE).to_pil()
    finally:
        document.close()
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(kept.getvalue()).decode()}"
