"""Real files of each kind that may be uploaded, made on the spot."""

import io
import zipfile
from functools import cache

import weasyprint
import xlsxwriter
from PIL import Image

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="png" ContentType="image/png"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="word/document.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<w:body>%s</w:body></w:document>"""


@cache
def pdf(pages: int = 1, text: str = "Báo cáo") -> bytes:
    """A PDF in which page n says `text` n."""
    body = "".join(f'<p style="break-after: page">{text} {n + 1}</p>' for n in range(pages))
    return weasyprint.HTML(string=f"<meta charset=utf-8>{body}").write_pdf()


def image(
    format_: str, size: tuple[int, int] = (60, 40), color: str = "red", **options: object
) -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, format_, **options)
    return buffer.getvalue()


def docx(*paragraphs: str, more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """A text document; `more` names further parts of the archive."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return document(body, more, types)


def document(body: str, more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """A text document of this WordprocessingML."""
    return archive(
        {
            "[Content_Types].xml": (types or CONTENT_TYPES).encode(),
            "_rels/.rels": RELATIONSHIPS.encode(),
            "word/document.xml": (DOCUMENT % body).encode(),
            **(more or {}),
        }
    )


def docx_with_picture(picture: bytes) -> bytes:
    """A text document with one paragraph that says x and shows the picture."""
    drawing = """<w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill>
<a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>
</w:drawing>"""
    link = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId9" Target="media/image1.png"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>"""
    return document(
        f"<w:p><w:r><w:t>x</w:t>{drawing}</w:r></w:p>",
        {"word/_rels/document.xml.rels": link.encode(), "word/media/image1.png": picture},
    )


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


def xlsx(rows: list[list[object]], sheets: int = 1) -> bytes:
    """A workbook that has the rows on each sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for number in range(sheets):
            sheet = workbook.add_worksheet(f"Bảng {number + 1}")
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return buffer.getvalue()


def one_of_each() -> dict[str, bytes]:
    """Ending → content of a small file of every kind that is taken."""
    return {
        "pdf": pdf(),
        "png": image("PNG"),
        "jpg": image("JPEG"),
        "jpeg": image("JPEG", color="blue"),
        "docx": docx("Quyết định số 01/QĐ-UBND"),
        "xlsx": xlsx([["Xã", "Hộ"], ["Đại An", 12]]),
    }
