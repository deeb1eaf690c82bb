"""Draws the first pages of an original as pictures, in a process of its own with narrow limits.

The bytes come from outside and the readers are large: whatever goes wrong in one of them stays in
this process, which knows no secret and no database, opens no address and is ended when it takes
too much time or memory. Started by core.previews as `python -m core.drawing` with an order as JSON
on standard input (`Order`); it writes 1.webp, 2.webp … and answers with JSON (`Drawn`).
"""

import base64
import datetime
import io
import json
import resource
import sys
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

WIDTH = 1000  # pixels
MAX_HEIGHT = 3000
MAX_PAGES = 20
MAX_PIXELS = 64_000_000  # of a picture that is read
MAX_PARAGRAPHS = 500
MAX_TABLE_ROWS = 200
MAX_SHEETS = 5
MAX_ROWS = 60
MAX_COLUMNS = 15
MAX_CELL = 300  # characters
CPU_SECONDS = 60
MEMORY_BYTES = 2 * 1024**3
FILE_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Order:
    """What to draw.

    Attributes:
        media_type: one of `DRAWERS`.
        path: the original.
        folder: where the pictures go.
        cut: what stands at the end of what was cut short, for people.
        sheet_cut: the same for a sheet, with `%(rows)s` and `%(columns)s` of the whole.
    """

    media_type: str
    path: str
    folder: str
    cut: str
    sheet_cut: str


@dataclass(frozen=True)
class Drawn:
    """What was drawn: how many pages there are, and width and height of those drawn (pixels)."""

    page_count: int
    sizes: list[tuple[int, int]]


def draw(order: Order) -> Drawn:
    """Draw the first pages; any exception means that there is no preview."""
    return DRAWERS[order.media_type](order)


# Pictures and PDF


def _draw_picture(order: Order) -> Drawn:
    image = _read_picture(order.path)
    _save(image, order, 1)
    return Drawn(1, [image.size])


def _read_picture(source: str | io.BytesIO) -> Image.Image:
    """The picture upright, on white, at most WIDTH × MAX_HEIGHT, without its metadata."""
    with Image.open(source, formats=["PNG", "JPEG", "GIF"]) as original:
        original.draft("RGB", (2 * WIDTH, 2 * MAX_HEIGHT))
        original.thumbnail((WIDTH, MAX_HEIGHT))
        upright = ImageOps.exif_transpose(original).convert("RGBA")
    upright.thumbnail((WIDTH, MAX_HEIGHT))
    white = Image.new("RGB", upright.size, "white")
    white.paste(upright, mask=upright)
    return white


def _save(image: Image.Image, order: Order, number: int) -> None:
    image.save(Path(order.folder) / f"{number}.webp", "WEBP", quality=80)


def _draw_pdf(order: Order) -> Drawn:
    return _draw_pages(order.path, order)


def _draw_pages(source: str | bytes, order: Order) -> Drawn:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    document.init_forms()  # what was filled into a form is shown too
    sizes = []
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        page = document[number - 1]
        width, height = page.get_size()
        image = page.render(scale=min(WIDTH / width, MAX_HEIGHT / height)).to_pil().convert("RGB")
        _save(image, order, number)
        sizes.append(image.size)
    return Drawn(len(document), sizes)


# Documents and spreadsheets, by way of HTML

_PAGE = """<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><style>
@page { size: A4 %(orientation)s; margin: 15mm }
body { font: 10pt/1.35 "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
img { max-width: 100%% }
table { border-collapse: collapse; max-width: 100%% }
td, th { border: 0.5pt solid #999; padding: 1mm 1.5mm; text-align: left; vertical-align: top }
.sheet { font-size: 8pt }
.cut { color: #555; font-style: italic }
</style><body>%(body)s</body></html>"""


def _draw_html(body: str, orientation: str, order: Order) -> Drawn:
    import weasyprint

    page = _PAGE % {"orientation": orientation, "body": body}
    return _draw_pages(weasyprint.HTML(string=page, url_fetcher=_fetcher()).write_pdf(), order)


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def _draw_docx(order: Order) -> Drawn:
    import mammoth

    shortened = _Shortened()
    with Path(order.path).open("rb") as file:
        html = mammoth.convert_to_html(
            file,
            transform_document=shortened.document,
            convert_image=mammoth.images.img_element(_embedded),
        ).value
    note = f'<p class="cut">{escape(order.cut)}</p>' if shortened.happened else ""
    return _draw_html(_cleaned(html) + note, "portrait", order)


class _Shortened:
    """Cuts a document to its first paragraphs and tables to their first rows, and remembers it."""

    happened = False

    def document(self, document: Any) -> Any:
        """The document with at most MAX_PARAGRAPHS parts."""
        children = [self._part(part) for part in document.children[:MAX_PARAGRAPHS]]
        self.happened |= len(children) < len(document.children)
        return document.copy(children=children)

    def _part(self, part: Any) -> Any:
        from mammoth.documents import Table

        if not isinstance(part, Table) or len(part.children) <= MAX_TABLE_ROWS:
            return part
        self.happened = True
        return part.copy(children=part.children[:MAX_TABLE_ROWS])


def _embedded(image: Any) -> dict[str, str]:
    """A picture of a document as a small address in itself; nothing where it cannot be read."""
    try:
        with image.open() as source:
            picture = _read_picture(io.BytesIO(source.read()))
    except Exception:  # noqa: BLE001 - a hostile picture raises anything; the text is worth showing
        return {}
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return {"src": "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()}


def _cleaned(html: str) -> str:
    import nh3

    text = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s"}
    return nh3.clean(
        html,
        tags=text | {"br", "sup", "sub", "table", "thead", "tbody", "tr", "td", "th", "img"},
        attributes={"img": {"src"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"data"},
    )


def _draw_xlsx(order: Order) -> Drawn:
    import python_calamine

    workbook = python_calamine.load_workbook(order.path)
    names = workbook.sheet_names
    parts = [_sheet(name, workbook.get_sheet_by_name(name), order) for name in names[:MAX_SHEETS]]
    if len(names) > MAX_SHEETS:
        parts.append(f'<p class="cut">{escape(order.cut)}</p>')
    return _draw_html("".join(parts), "landscape", order)


def _sheet(name: str, sheet: Any, order: Order) -> str:
    rows = sheet.to_python(nrows=MAX_ROWS) if sheet.height else []
    body = "".join(_row(row) for row in rows)
    note = ""
    if sheet.height > MAX_ROWS or sheet.width > MAX_COLUMNS:
        whole = {"rows": sheet.height, "columns": sheet.width}
        note = f'<p class="cut">{escape(order.sheet_cut % whole)}</p>'
    return f'<h2>{escape(name)}</h2><table class="sheet">{body}</table>{note}'


def _row(row: list[Any]) -> str:
    return "<tr>" + "".join(f"<td>{escape(_shown(v))}</td>" for v in row[:MAX_COLUMNS]) + "</tr>"


def _shown(value: Any) -> str:
    """A cell as a Vietnamese reader expects it; spreadsheets keep whole numbers as floats."""
    match value:
        case bool():
            return "☑" if value else "☐"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return str(value).replace(".", ",")
        case datetime.datetime() if value.time() != datetime.time():
            return f"{value:%d/%m/%Y %H:%M}"
        case datetime.date():
            return f"{value:%d/%m/%Y}"
    text = str(value)
    return text if len(text) <= MAX_CELL else text[:MAX_CELL] + "…"


_OPENXML = "application/vnd.openxmlformats-officedocument"
DRAWERS = {
    "application/pdf": _draw_pdf,
    "image/png": _draw_picture,
    "image/jpeg": _draw_picture,
    f"{_OPENXML}.wordprocessingml.document": _draw_docx,
    f"{_OPENXML}.spreadsheetml.sheet": _draw_xlsx,
}


# The process


def _limit() -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses at twice its limit
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Read an order, draw, answer."""
    order = Order(**json.load(sys.stdin))
    _limit()
    json.dump(asdict(draw(order)), sys.stdout)


if __name__ == "__main__":
    main()
