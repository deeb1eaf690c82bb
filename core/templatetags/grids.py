"""The tag that draws a grid; its rows are written here, because a template for each costs time."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.grids import Column, Grid, Line
from core.templatetags.components import icon

register = template.Library()

# The form of a page that is sent at once.
WHOLE = "whole-page"


@register.inclusion_tag("components/grid.html", takes_context=True)
def grid(context: RequestContext, shown: Grid) -> dict[str, Any]:
    """A table of rows that save themselves, beside js/autosave.js and js/grid.js."""
    token = get_token(context["request"])
    lines = [_line(shown, line, token, place) for place, line in enumerate(shown.all_lines, 1)]
    new = _line(shown, shown.template, token, 0) if shown.grows else ""
    return {"grid": shown, "lines": lines, "new": new}


def _line(shown: Grid, line: Line, token: str, place: int) -> SafeString:
    cells = format_html_join(
        "", "{}", ((_cell(shown, line, column, place),) for column in shown.columns)
    )
    return format_html(
        '<tr data-row="{}">{}{}{}{}</tr>',
        line.row,
        _heading(shown, line),
        cells,
        _result(shown, line),
        "" if shown.locked else _last(shown, line, token),
    )


def _last(shown: Grid, line: Line, token: str) -> SafeString:
    """How the row stands, and where to go from it; its words need no heading on a telephone."""
    return format_html(
        '<td class="grid-save">{}{}</td>', _saving(shown, line, token), _links(line, token)
    )


def _why_locked(line: Line) -> SafeString | str:
    """Stands small below what the row is called, its heading or else its first field."""
    return format_html('<span class="cell-note">{}</span>', line.locked) if line.locked else ""


def _saving(shown: Grid, line: Line, token: str) -> SafeString | str:
    if line.locked:
        return ""
    return _in_whole(line) if shown.whole else _form(shown, line, token)


def _in_whole(line: Line) -> SafeString:
    """What a row says of itself in a page that is sent at once."""
    version = line.save.theirs.version if line.save.theirs else line.save.version
    said = format_html_join("", '<p class="cell-error">{}</p>', ((one,) for one in _said(line)))
    return format_html(
        '<input type="hidden" form="{0}" name="row" value="{1}">'
        '<input type="hidden" form="{0}" name="{1}:version" value="{2}">{3}',
        WHOLE,
        line.row,
        str(version),
        said,
    )


def _said(line: Line) -> list[Any]:
    theirs = line.save.theirs
    if theirs is None:
        return [
            text for name, text in zip(line.save.invalid, line.save.errors, strict=True) if not name
        ]
    now = "; ".join(f"{label}: {text or '–'}" for label, text in theirs.shown)
    return [
        _("%(by)s saved other values meanwhile (%(now)s). Save again to put yours in their place.")
        % {"by": theirs.by, "now": now}
    ]


def _result(shown: Grid, line: Line) -> SafeString | str:
    if not shown.result:
        return ""
    return format_html(
        '<td class="cell-result" data-label="{}"><span id="result-{}">{}</span></td>',
        shown.result,
        line.row,
        line.result,
    )


def _heading(shown: Grid, line: Line) -> SafeString | str:
    if not shown.heading:
        return ""
    if line.heading is None:
        return SafeString("<td></td>")
    label = line.heading.label
    if line.heading.url:
        label = format_html('<a href="{}">{}</a>', line.heading.url, label)
    return format_html('<th scope="row">{}{}</th>', label, _why_locked(line))


def _cell(shown: Grid, line: Line, column: Column, place: int) -> SafeString:
    value = line.values.get(column.name, "")
    note = line.notes.get(column.name, "")
    below = format_html('<span class="cell-note">{}</span>', note) if note else ""
    if shown.locked or line.locked:
        text = dict(_choices(line, column)).get(value, value) or "–"
        names_row = not shown.heading and column is shown.columns[0]
        return format_html(
            '<td class="cell-{} cell-read" data-label="{}">{}{}{}</td>',
            column.width,
            column.spoken,
            text,
            below,
            _why_locked(line) if names_row else "",
        )
    if shown.whole:
        below = format_html("{}{}", below, _error(line, column))
    return format_html(
        '<td class="cell-{}" data-label="{}">{}{}</td>',
        column.width,
        column.spoken,
        _field(shown, line, column, value, place),
        below,
    )


def _error(line: Line, column: Column) -> SafeString | str:
    """What was refused of a field, in a page that was sent whole."""
    said = dict(zip(line.save.invalid, line.save.errors, strict=True)).get(column.name)
    return format_html('<p class="cell-error">{}</p>', said) if said else ""


def _choices(line: Line, column: Column) -> tuple[tuple[str, Any], ...]:
    return line.choices.get(column.name, column.choices)


def _field(shown: Grid, line: Line, column: Column, value: str, place: int) -> SafeString:
    of_row = line.name or (_("row %(row)d") % {"row": place} if place else _("new row"))
    label = f"{column.label}, {of_row}"
    wrong = column.name in line.save.invalid
    form, name = f"answer-{line.row}", column.name
    if shown.whole:
        form, name = WHOLE, f"{line.row}:{column.name}"
    common = format_html(
        'form="{}" id="{}-{}" name="{}" aria-label="{}"{}',
        form,
        line.row,
        column.name,
        name,
        label,
        SafeString(' aria-invalid="true"') if wrong else "",
    )
    choices = _choices(line, column)
    if choices:
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if key == value else "", text)
                for key, text in (("", "–"), *choices)
            ),
        )
        return format_html('<select class="form-select" {}>{}</select>', common, options)
    if column.wraps:
        return format_html(
            '<textarea class="form-control{}" rows="1" {} placeholder="{}"'
            ' autocomplete="off">{}</textarea>',
            " is-invalid" if wrong else "",
            common,
            column.hint,
            value,
        )
    return format_html(
        '<input class="form-control{}" {} value="{}" maxlength="{}" placeholder="{}"'
        ' autocomplete="off"{}>',
        " is-invalid" if wrong else "",
        common,
        value,
        str(column.max_length),
        column.hint,
        SafeString(' inputmode="numeric"') if column.width in ("number", "day") else "",
    )


def _form(shown: Grid, line: Line, token: str) -> SafeString:
    hidden = format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        (("csrfmiddlewaretoken", token), ("row", line.row), *shown.hidden.items()),
    )
    return format_html(
        '<form class="answer" id="answer-{row}" data-autosave="{drafts}{row}" data-by-row'
        ' method="post" action="{url}" hx-post="{url}" hx-trigger="autosave" hx-swap="none"'
        # One after the other: new rows are numbered in the order in which they were typed.
        ' hx-sync="closest table:queue all" novalidate>'
        "{hidden}{save}<noscript>"
        '<button class="btn btn-sm btn-outline-secondary">{button}</button></noscript></form>',
        row=line.row,
        drafts=shown.drafts,
        url=shown.url,
        hidden=hidden,
        save=_save(line),
        button=_("Save"),
    )


def _save(line: Line) -> SafeString | str:
    if line.save.state in ("invalid", "conflict"):
        context = {"state": line.save, "out_of_band": False}
        return render_to_string("components/save_status.html", context)
    return format_html(
        '<div class="save" id="answer-{}-save" data-state="{}">'
        '<input type="hidden" name="version" value="{}"><p></p></div>',
        line.row,
        "saved" if line.save.version else "new",
        str(line.save.version),
    )


def _links(line: Line, token: str) -> SafeString:
    link = ""
    if line.link:
        link = format_html('<a class="small" href="{}">{}</a>', line.link.url, line.link.label)
    remove = _removing(line, token) if line.remove_url else ""
    return format_html('<span class="row-links">{}{}</span>', link, remove)


def _removing(line: Line, token: str) -> SafeString:
    """Taking a row out, which asks before it acts."""
    return format_html(
        '<details class="step" data-dismissable><summary class="btn btn-sm btn-link" title="{act}">'
        '{picture}<span class="visually-hidden">{act}: {name}</span></summary>'
        '<form class="step-panel" method="post" action="{url}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        '<h2>{act}: {name}</h2><p>{explain}</p><div class="step-buttons">'
        '<button class="btn btn-outline-secondary" type="button" data-dismiss>{cancel}</button>'
        '<button class="btn btn-danger">{do}</button></div></form></details>',
        url=line.remove_url,
        token=token,
        picture=icon("cross"),
        name=line.name,
        act=_("Entered by mistake: take it out"),
        explain=_(
            "Only a row on which nothing was built. Whoever has left stays, with a last day."
        ),
        cancel=_("Cancel"),
        do=_("Take it out"),
    )
