"""The blocks of a paper as HTML for WeasyPrint. Templates hold the markup, this file the data."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import singledispatch
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.documents import blocks
from core.documents.blocks import Bar, Block, Bold, Italic, Run, Text
from core.documents.paper import BLANK, COUNTRY, MOTTO, Paper, date_words

PIXELS_PER_MM = 96 / 25.4
HEADINGS = {1: "h2", 2: "h3", 3: "h4"}
# The shape of each sign in a square of 10 × 10, and what a screen reader says.
BOX = "M1 1H9V9H1Z"
TICK = "M2.2 5.2L4.3 7.4L8 2.6"
SIGNS = {"☐": (BOX, "Chưa chọn"), "☑": (BOX + TICK, "Đã chọn"), "✓": (TICK, "Có")}


def paper_html(paper: Paper, body: SafeString, *, first: bool) -> str:
    """A whole HTML document around a stretch of the paper's body.

    Only the first stretch carries the letterhead.
    """
    return render_to_string(
        "core/documents/paper.html",
        {
            "paper": paper,
            "first": first,
            "country": COUNTRY,
            "motto": MOTTO,
            "date": date_words(paper.date),
            "issuer": inline(paper.issuer.upper()),
            "parent": inline(paper.parent.upper()),
            "type_name": paper.type_name.upper(),
            "abstract": inline(paper.abstract),
            "body": body,
        },
    )


def closing_html(paper: Paper) -> SafeString:
    """Recipients and signature at the end of the paper proper."""
    return _template("closing", paper=paper, signing=paper.signing)


def appendix_head_html(paper: Paper, index: int) -> SafeString:
    """Number, title and reference of an appendix; index counts from 0."""
    return _template(
        "appendix_head",
        label=paper.appendix_label(index),
        title=inline(paper.appendices[index].title.upper()),
        attachment=paper.attachment_line,
    )


def join(parts: Iterable[SafeString]) -> SafeString:
    """Pieces of HTML as one."""
    return mark_safe("\n".join(parts))  # noqa: S308 - every part is safe already


@singledispatch
def block_html(block: Block, label: str) -> SafeString:
    """One block; `label` is the number of a heading, else empty."""
    raise TypeError(f"not a block: {block!r}")


@block_html.register
def _(block: blocks.Heading, label: str) -> SafeString:
    text = block.text.upper() if block.level == 1 else block.text
    return format_html(
        "<{0} class=heading>{1} {2}</{0}>", HEADINGS[block.level], label, inline(text)
    )


@block_html.register
def _(block: blocks.Paragraph, label: str) -> SafeString:
    return format_html("<p class={}>{}</p>", block.align, inline(block.text))


@block_html.register
def _(block: blocks.Basis, label: str) -> SafeString:
    texts = [text.rstrip(" ;.,") for text in block.texts]
    ends = [";"] * (len(texts) - 1) + ["."]
    return join(
        format_html("<p class=basis>{}{}</p>", inline(text), end)
        for text, end in zip(texts, ends, strict=True)
    )


@block_html.register
def _(block: blocks.ListItems, label: str) -> SafeString:
    return _template("list", items=[inline(item) for item in block.items], marker=block.marker)


@block_html.register
def _(block: blocks.KeyValue, label: str) -> SafeString:
    return _template("key_value", pairs=[(key, inline(value)) for key, value in block.pairs])


@block_html.register
def _(block: blocks.Picture, label: str) -> SafeString:
    return _template(
        "picture",
        picture=block,
        address=f"record:{picture_key(block)}",
        pixels=str(round(block.width * PIXELS_PER_MM)),
    )


@block_html.register
def _(block: blocks.Signatures, label: str) -> SafeString:
    height = max(len(signing.lines) for signing in block.signings)
    return _template(
        "signatures",
        signings=[
            # Filled up to one height, so that the names stand in one line.
            {"name": signing.name, "lines": (*signing.lines, *[BLANK] * height)[:height]}
            for signing in block.signings
        ],
    )


@block_html.register
def _(block: blocks.Table, label: str) -> SafeString:
    return table_html(block)


def table_html(table: blocks.Table, start: int = 0, count: int | None = None) -> SafeString:
    """The rows of a table from `start` on, below its whole head.

    All of them, or `count` rows with the ids “row-0”, “row-1”, … The caption stands only above
    the first row of the table.
    """
    rows = table.rows[start:] if count is None else table.rows[start : start + count]
    return _template(
        "table",
        columns=[
            (column.title, f"{share:.4%}")
            for column, share in zip(table.columns, table.shares, strict=True)
        ],
        width=str(len(table.columns)),
        caption=table.caption if start == 0 else "",
        continued=start > 0,
        rows=join(_row(table, row, _row_id(index, count)) for index, row in enumerate(rows)),
        empty="" if table.rows else table.empty,
    )


def _row_id(index: int, count: int | None) -> SafeString:
    return SafeString("") if count is None else format_html(" id=row-{}", str(index))


def _row(table: blocks.Table, row: blocks.Row, row_id: SafeString) -> SafeString:
    if isinstance(row, blocks.GroupRow):
        cell = format_html("<td colspan={}>{}</td>", str(len(table.columns)), inline(row.text))
        return format_html("<tr{} class=group>{}</tr>", row_id, cell)
    cells = join(
        format_html("<td class={}>{}</td>", column.align, inline(cell))
        for column, cell in zip(table.columns, row, strict=True)
    )
    return format_html("<tr{}>{}</tr>", row_id, cells)


def picture_key(picture: blocks.Picture) -> str:
    """The name under which the fetcher finds the picture: its SHA-256."""
    return sha256(picture.content).hexdigest()


def inline(text: Text) -> SafeString:
    """Text as HTML: escaped, in normal form C, signs drawn, line breaks kept."""
    runs = (text,) if isinstance(text, str) else text
    return mark_safe("".join(map(_run, _spaces_before(runs))))  # noqa: S308 - each run is escaped


def _spaces_before(runs: Sequence[Run]) -> list[Run]:
    """The runs with the space before a bold or italic one as part of it.

    WeasyPrint 70 breaks a line that has just room for the letters of a run, but not for the space
    at its end, after the first word of that run.
    """
    moved: list[Run] = []
    for run in runs:
        before = moved[-1] if moved else ""
        if isinstance(run, Bold | Italic) and isinstance(before, str) and before.endswith(" "):
            moved[-1] = before[:-1]
            moved.append(replace(run, text=f" {run.text}"))
        else:
            moved.append(run)
    return moved


def _run(run: Run) -> SafeString:
    match run:
        case Bold(text):
            return format_html("<b>{}</b>", _words(text))
        case Italic(text):
            return format_html("<i>{}</i>", _words(text))
        case Bar(reached, goal, text):
            return _template("bar", reached=str(reached), goal=str(goal), text=text)
        case _:
            return _words(run)


def _words(text: str) -> SafeString:
    html = str(conditional_escape(unicodedata.normalize("NFC", text))).replace("\n", "<br>")
    for sign, (path, spoken) in SIGNS.items():
        if sign in html:
            html = html.replace(sign, _template("sign", path=path, spoken=spoken).strip())
    return mark_safe(html)  # noqa: S308 - escaped above


def _template(name: str, **context: object) -> SafeString:
    return render_to_string(f"core/documents/{name}.html", context)
