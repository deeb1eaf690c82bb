"""A paper as a .docx file, to be finished by hand in a word processor.

Written from the same blocks as the PDF, in the sizes of Nghị định 30/2020/NĐ-CP, Phụ lục I, so that
both say the same. The file is plain WordprocessingML (ISO/IEC 29500-1), the same bytes each time.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from itertools import zip_longest
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from core.documents import blocks
from core.documents.blocks import Block, Bold, Italic, Run, Signing, Text, ended, numbered
from core.documents.paper import BLANK, COUNTRY, MOTTO, Paper, date_words

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FONT = "Times New Roman"
TEXT, SMALL = 28, 26  # half points: 14 and 13
TWIPS_PER_MM = 1440 / 25.4
EMU_PER_MM = 36_000
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm
PAGE = (210, 297)
INDENT = 12.7  # mm, of a first line
PADDING = 1.2  # mm, between the rule and the words of a cell
ALIGNED = {"justify": "both", "left": "left", "center": "center", "right": "right"}
DOTS = "…" * 30
_NO_RULES = "".join(
    f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_RULES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_LED = (blocks.ListItems, blocks.Table)  # what the words before them lead to
_MOMENT = (1980, 1, 1, 0, 0, 0)  # of the entries of the archive: the same bytes each time


def render_docx(paper: Paper) -> bytes:
    """The paper as a .docx file."""
    pictures = {
        _key_of(block): block
        for body in (paper.body, *(one.body for one in paper.appendices))
        for block in body
        if isinstance(block, blocks.Picture)
    }.values()
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _PACKAGE,
        "word/_rels/document.xml.rels": _relations(pictures),
        "word/styles.xml": _STYLES,
        "word/header1.xml": _NUMBERED_HEADER,
        "word/header2.xml": _EMPTY_HEADER,
        "word/document.xml": _document(paper),
        "docProps/core.xml": _properties(paper),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), part, zipfile.ZIP_DEFLATED)
        for picture in pictures:
            entry = zipfile.ZipInfo(f"word/{_file_of(picture)}", _MOMENT)
            archive.writestr(entry, picture.content)
    return content.getvalue()


# Runs and paragraphs


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS_PER_MM)


def _run(text: str, *, bold: bool = False, italic: bool = False, size: int = TEXT) -> str:
    style = f"{'<w:b/>' * bold}{'<w:i/>' * italic}<w:sz w:val={quoteattr(str(size))}/>"
    lines = escape(text).split("\n")
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{style}</w:rPr>{words}</w:r>"


def _runs(text: Text, *, bold: bool = False, italic: bool = False, size: int = TEXT) -> str:
    parts: tuple[Run, ...] = (text,) if isinstance(text, str) else text
    return "".join(
        _run(
            part if isinstance(part, str) else part.text,
            bold=bold or isinstance(part, Bold),
            italic=italic or isinstance(part, Italic),
            size=size,
        )
        for part in parts
    )


def _paragraph(
    runs: str,
    align: str = "both",
    *,
    before: int = 6,
    indent: float = 0,
    keep: bool = False,
    further: str = "",
) -> str:
    """A paragraph.

    Args:
        before: points above it.
        indent: millimetres by which its first line begins further in.
        keep: whether it stays on the page of what follows.
        further: more of its properties.
    """
    style = (
        f'{"<w:keepNext/>" * keep}{further}<w:spacing w:before="{before * 20}"/>'
        f'<w:ind w:firstLine="{_twips(indent)}"/><w:jc w:val="{align}"/>'
    )
    return f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>"


def _rule(width: float) -> str:
    """A short line below a heading, of `width` as a share of the room, in the middle."""
    side = round((1 - width) / 2 * 100 * 50)  # of a letterhead's column, about
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
    style = (
        f'{border}<w:spacing w:before="20" w:line="60" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/>'
    )
    return f"<w:p><w:pPr>{style}</w:pPr></w:p>"


def _table(shares: Iterable[float], rows: Iterable[str], *, room: float, ruled: bool) -> str:
    """A table over `room` millimetres, with columns of these shares."""
    grid = "".join(f'<w:gridCol w:w="{_twips(room * share)}"/>' for share in shares)
    rules, inside = (_RULES, _twips(PADDING)) if ruled else (_NO_RULES, 0)
    margins = "".join(f'<w:{side} w:w="{inside}" w:type="dxa"/>' for side in ("left", "right"))
    style = (
        f'<w:tblPr><w:tblW w:w="{_twips(room)}" w:type="dxa"/><w:tblBorders>{rules}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )
    return f"<w:tbl>{style}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(content: str, width: float, *, span: int = 1) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    style = f'<w:tcW w:w="{_twips(width)}" w:type="dxa"/>{spanned}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{style}</w:tcPr>{content}</w:tc>"


def _top_cell(content: str, width: float) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


# Blocks


@singledispatch
def _block(block: Block, label: str, room: float) -> str:
    """One block; `label` is the number of a heading, `room` the width of the text in mm."""
    raise TypeError(f"not a block: {block!r}")


@_block.register
def _(block: blocks.Heading, label: str, room: float) -> str:
    text = block.text.upper() if block.level == 1 else block.text
    runs = _run(f"{label} {text}", bold=block.level < 3)
    return _paragraph(runs, indent=INDENT, keep=True)


@_block.register
def _(block: blocks.Paragraph, label: str, room: float) -> str:
    indent = INDENT if block.align == "justify" else 0
    return _paragraph(_runs(block.text), ALIGNED[block.align], indent=indent)


@_block.register
def _(block: blocks.Basis, label: str, room: float) -> str:
    texts = [text.rstrip(" ;.,") for text in block.texts]
    ends = [";"] * (len(texts) - 1) + ["."]
    return "".join(
        _paragraph(_run(f"{text}{end}", italic=True), indent=INDENT)
        for text, end in zip(texts, ends, strict=True)
    )


@_block.register
def _(block: blocks.ListItems, label: str, room: float) -> str:
    marker = _run(f"{block.marker} ")
    return "".join(_paragraph(marker + _runs(item), indent=INDENT) for item in block.items)


@_block.register
def _(block: blocks.KeyValue, label: str, room: float) -> str:
    return "".join(
        _paragraph(_run(f"{key}: ") + _runs(value or DOTS), indent=INDENT)
        for key, value in block.pairs
    )


@_block.register
def _(block: blocks.Table, label: str, room: float) -> str:
    widths = [room * share for share in block.shares]
    caption = _paragraph(_run(block.caption, bold=True), "center", keep=True)
    rows = [_head_row(block, widths), *(_row(block, row, widths) for row in block.rows)]
    if not block.rows:
        words = _paragraph(_run(block.empty, italic=True, size=24), "center", before=2)
        rows.append(f"<w:tr>{_cell(words, room, span=len(widths))}</w:tr>")
    table = _table(block.shares, rows, room=room, ruled=True)
    return (caption if block.caption else _gap(keep=True)) + table + _gap()


def _gap(*, keep: bool = False) -> str:
    """The room above and below a table, of which a word processor leaves none."""
    style = f'{"<w:keepNext/>" * keep}<w:spacing w:line="120" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{style}</w:pPr></w:p>"


def _head_row(block: blocks.Table, widths: list[float]) -> str:
    cells = "".join(
        _cell(_paragraph(_run(column.title, bold=True, size=24), "center", before=2), width)
        for column, width in zip(block.columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row(block: blocks.Table, row: blocks.Row, widths: list[float]) -> str:
    if isinstance(row, blocks.GroupRow):
        words = _paragraph(_runs(row.text, bold=True, size=24), "left", before=2, keep=True)
        cells = _cell(words, sum(widths), span=len(widths))
    else:
        cells = "".join(
            _cell(_paragraph(_runs(text, size=24), ALIGNED[column.align], before=2), width)
            for text, column, width in zip(row, block.columns, widths, strict=True)
        )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


@_block.register
def _(block: blocks.Signatures, label: str, room: float) -> str:
    width = room / len(block.signings)
    cells = "".join(_top_cell(_signing(one), width) for one in block.signings)
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
    shares = [1 / len(block.signings)] * len(block.signings)
    return _paragraph("", before=12, keep=True) + _table(shares, [row], room=room, ruled=False)


def _signing(signing: Signing) -> str:
    """Authority and position, the room of the signature, the name."""
    lines = "".join(_centred(line, bold=True) for line in signing.lines)
    return lines + _paragraph(_run(signing.name, bold=True), "center", before=80)


@_block.register
def _(block: blocks.Picture, label: str, room: float) -> str:
    height = block.width * _proportion(block)
    size = f'cx="{round(block.width * EMU_PER_MM)}" cy="{round(height * EMU_PER_MM)}"'
    said = quoteattr(block.description)
    graphic = (
        f'<wp:inline><wp:extent {size}/><wp:docPr id="1" name="Picture" descr={said}/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="1" name="Picture"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{_key_of(block)}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline>"
    )
    drawn = _paragraph(f"<w:r><w:drawing>{graphic}</w:drawing></w:r>", "center", keep=True)
    return drawn + _paragraph(_run(block.description, italic=True, size=SMALL), "center")


def _proportion(picture: blocks.Picture) -> float:
    """The height of a picture as a share of its width."""
    with Image.open(io.BytesIO(picture.content)) as drawn:
        width, height = drawn.size
    return float(height / width)


def _key_of(picture: blocks.Picture) -> str:
    """The name by which the text refers to a picture: the same for the same picture."""
    return f"p{zlib.crc32(picture.content):08x}"


def _file_of(picture: blocks.Picture) -> str:
    ending = "png" if picture.media_type == "image/png" else "jpeg"
    return f"media/{_key_of(picture)}.{ending}"


# The paper


def _document(paper: Paper) -> str:
    """The whole text: each appendix begins a section of its own, upright or lying."""
    upright = PAGE[0] - LEFT - RIGHT
    body, closing = ended(paper.body), "".join(_closing(paper, upright))
    if closing and isinstance(body[-1], blocks.Signatures):
        closing = _undivided(_block(body[-1], "", upright) + closing, upright)
        body = body[:-1]
    parts = [
        *_letterhead(paper, upright),
        *_title(paper),
        *_blocks(body, upright, signed=bool(closing)),
        closing,
    ]
    lying = False
    for index, appendix in enumerate(paper.appendices):
        parts.append(_end(_section(lying=lying, first=index == 0)))
        lying = appendix.landscape
        room = (PAGE[1] if lying else PAGE[0]) - LEFT - RIGHT
        parts += [*_appendix_head(paper, index), *_blocks(appendix.body, room)]
    parts.append(_end())
    last = _section(lying=lying, first=not paper.appendices)
    return f"{HEAD}<w:document {NAMESPACES}><w:body>{''.join(parts)}{last}</w:body></w:document>"


def _undivided(content: str, room: float) -> str:
    """Signatures and recipients in one cell, that no page parts them."""
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_top_cell(content + _end(), room)}</w:tr>"
    return _table((1,), [row], room=room, ruled=False)


def _end(section: str = "") -> str:
    """The paragraph that ends a section or a cell: a table cannot. So low that it never needs a
    page of its own."""
    low = '<w:spacing w:before="0" w:line="1" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{low}<w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>'


def _letterhead(paper: Paper, room: float) -> Iterator[str]:
    left, right = room * 0.4, room * 0.6
    parent = _centred(paper.parent.upper(), size=SMALL) if paper.parent else ""
    issuer = _centred(paper.issuer.upper(), bold=True, size=SMALL)
    number = _centred(paper.number_line if paper.symbol else "", size=SMALL)
    country = _centred(COUNTRY, bold=True, size=SMALL) + _centred(MOTTO, bold=True)
    day = _centred(f"{paper.place}, {date_words(paper.date)}", italic=True)
    head = f"{parent}{issuer}{_rule(0.4)}"
    rows = (
        f"<w:tr>{_top_cell(head, left)}{_top_cell(country + _rule(0.7), right)}</w:tr>",
        f"<w:tr>{_top_cell(number, left)}{_top_cell(day, right)}</w:tr>",
    )
    yield _table((0.4, 0.6), rows, room=room, ruled=False)


def _centred(text: str, *, bold: bool = False, italic: bool = False, size: int = TEXT) -> str:
    return _paragraph(_run(text, bold=bold, italic=italic, size=size), "center", before=0)


def _title(paper: Paper) -> Iterator[str]:
    yield _paragraph(_run(paper.type_name.upper(), bold=True), "center", before=18, keep=True)
    if paper.abstract:
        yield _paragraph(_run(paper.abstract, bold=True), "center", before=0, keep=True)
        yield _rule(0.2)
    if len(paper.addressees) == 1:
        yield _paragraph(_run(f"Kính gửi: {paper.addressees[0]}."), "center", before=12)
    elif paper.addressees:
        yield _paragraph(_run("Kính gửi:"), "center", before=12)
        last = len(paper.addressees) - 1
        for place, addressee in enumerate(paper.addressees):
            yield _centred(f"- {addressee}{'.' if place == last else ';'}")


def _blocks(body: Sequence[Block], room: float, *, signed: bool = False) -> Iterator[str]:
    """The blocks; the last words before signatures, a list or a table stay on their page.

    Args:
        signed: whether signatures follow the last block.
    """
    for (label, block), following in zip_longest(numbered(body), body[1:]):
        written = _block(block, label, room)
        leads = isinstance(block, blocks.Paragraph) and isinstance(following, _LED)
        before_signing = isinstance(following, blocks.Signatures) or (following is None and signed)
        yield _kept(written) if leads or before_signing else written


def _kept(written: str) -> str:
    """Paragraphs of which the last stays on the page of what follows."""
    before, mark, after = written.rpartition("<w:pPr>")
    return f"{before}{mark}<w:keepNext/>{after.removeprefix('<w:keepNext/>')}"


def _closing(paper: Paper, room: float) -> Iterator[str]:
    """Recipients and signature."""
    if not paper.has_closing:
        return
    label = _paragraph(_runs((Bold("Nơi nhận:"),), italic=True, size=24), "left", before=0)
    lines = "".join(
        _paragraph(_run(one, size=22), "left", before=0) for one in paper.recipient_lines
    )
    signing = _signing(paper.signing) if paper.signing else _centred(BLANK)
    row = f"{_top_cell(label + lines, room * 0.45)}{_top_cell(signing, room * 0.55)}"
    rows = [f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>"]
    yield _paragraph("", before=12, keep=True)
    yield _table((0.45, 0.55), rows, room=room, ruled=False)


def _appendix_head(paper: Paper, index: int) -> Iterator[str]:
    yield _centred(paper.appendix_label(index), bold=True)
    yield _centred(paper.appendices[index].title.upper(), bold=True)
    yield _centred(paper.attachment_line, italic=True)


def _section(*, lying: bool, first: bool) -> str:
    """Paper size and margins; the page number stands above, but not on the first page of all."""
    width, height = (PAGE[1], PAGE[0]) if lying else PAGE
    turned = ' w:orient="landscape"' if lying else ""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:headerReference w:type="first" r:id="header2"/>'
        f'<w:pgSz w:w="{_twips(width)}" w:h="{_twips(height)}"{turned}/>'
        f'<w:pgMar w:top="{_twips(TOP)}" w:right="{_twips(RIGHT)}" w:bottom="{_twips(BOTTOM)}" '
        f'w:left="{_twips(LEFT)}" w:header="{_twips(TOP / 2)}" w:footer="{_twips(BOTTOM / 2)}" '
        f'w:gutter="0"/>{"<w:titlePg/>" * first}</w:sectPr>'
    )


# The other parts of the package


_NUMBERED_HEADER = (
    f'{HEAD}<w:hdr {NAMESPACES}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:t>2</w:t></w:r>'
    "</w:fldSimple></w:p></w:hdr>"
)
_EMPTY_HEADER = f"{HEAD}<w:hdr {NAMESPACES}><w:p/></w:hdr>"
_STYLES = (
    f"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
    f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
    f'<w:sz w:val="{TEXT}"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:after="0" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style></w:styles>'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_WORD}.header+xml"/>'
    f'<Override PartName="/word/header2.xml" ContentType="{_WORD}.header+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_PACKAGE = (
    f'{HEAD}{_RELATIONS}<Relationship Id="document" Type="{_OFFICE}/officeDocument" '
    'Target="word/document.xml"/><Relationship Id="properties" Type="http://schemas.openxmlformats'
    '.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)


def _relations(pictures: Iterable[blocks.Picture]) -> str:
    targets = {
        "styles": ("styles", "styles.xml"),
        "header1": ("header", "header1.xml"),
        "header2": ("header", "header2.xml"),
        **{_key_of(one): ("image", _file_of(one)) for one in pictures},
    }
    related = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f"{HEAD}{_RELATIONS}{related}</Relationships>"


def _properties(paper: Paper) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata'
        '/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(paper.title)}</dc:title>"
        f"<dc:creator>{escape(paper.issuer_name)}</dc:creator></cp:coreProperties>"
    )
