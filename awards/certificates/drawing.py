"""Certificates as PDF: many on the sheets of one file, with bounded memory."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import qrcode
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from awards.certificates import fitting, layout
from awards.models import CertificateTemplate
from core import files
from core.documents import fonts
from core.documents.fetcher import PaperFetcher
from core.documents.paper import COUNTRY, MOTTO

PICTURE_WIDTH = 1100  # dots


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
    def said(self) -> dict[str, tuple[str, ...]]:
        """The lines of each field that is written; the code is drawn."""
        return {
            "country": (COUNTRY,),
            "motto": (MOTTO,),
            "issuer": (self.issuer,),
            "given": (self.given,),
            "title": (self.title,),
            "name": (self.name,),
            "address": (self.address,),
            "achievement": (self.achievement,),
            "dated": (self.dated,),
            "authority": self.authority,
            "signer": (self.signer,),
            "decision": (self.decision,),
            "entry": (self.entry,),
            "serial": (self.serial, self.url),
        }


def sizes_of(sheet: Sheet, template: CertificateTemplate | None) -> dict[str, float]:
    """In which size each field of a sheet is written.

    Raises:
        NoRoom: what a field says does not fit into its box.
    """
    said = sheet.said
    return {
        name: fitting.size_of(name, said[name], box)
        for name, box in layout.printed_boxes(template).items()
        if name in said
    }


def sheets_pdf(
    sheets: Sequence[Sheet],
    template: CertificateTemplate | None,
    *,
    watermark: str = "",
    outlined: bool = False,
) -> bytes:
    """The sheets as one PDF file, tagged, one certificate a page.

    Args:
        outlined: whether the box of each field is drawn.

    Raises:
        NoRoom: what a field says does not fit into its box.
    """
    fonts.faces()
    sizes = [sizes_of(one, template) for one in sheets]
    source = render_to_string(
        "awards/certificate_sheets.html", {"sheets": sheets, "watermark": watermark}
    )
    codes = {f"code-{place}": ("image/png", one.code) for place, one in enumerate(sheets)}
    configuration = FontConfiguration()
    places = CSS(
        string=layout.sheet_css(template, sizes, outlined=outlined), font_config=configuration
    )
    made: bytes = HTML(string=source, url_fetcher=PaperFetcher(codes)).write_pdf(
        stylesheets=[places], font_config=configuration, pdf_variant="pdf/ua-1"
    )
    return made


def picture(content: bytes) -> bytes:
    """The first page of a PDF file as a PNG picture, to be looked at."""
    with files.opened_pdf(content) as document:
        page = document[0]
        image = page.render(scale=PICTURE_WIDTH / page.get_width()).to_pil()
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()
