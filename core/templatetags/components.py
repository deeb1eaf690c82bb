"""The components of the pages: one look for what comes again and again.

Each is a tag with typed arguments and a template of the same name under templates/components/;
those that stand in every row of a list are written here, because a template for each costs a list
of fifty rows some 30 ms.
tests/look/templates/look/kitchen_sink.html shows all of them.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import periods
from core.calendar import Term
from core.presentation import (
    LOOKS,
    UNKNOWN_LOOK,
    Finding,
    HistoryLine,
    OthersValue,
    SaveState,
    Thumbnail,
)

register = template.Library()

FOLDED_FROM = 8  # lines; six of them show (static/css/thidua.css)
FOLDED_WIDTH = 95  # characters of a line
SOON = 7  # days before a deadline from which it deserves a look


@register.simple_tag
@cache
@cache  # a page has dozens, always the same
def icon(name: str) -> SafeString:
    """A picture of the sprite static/img/icons.svg; the text beside it says what it means."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def status(state: object, label: object) -> SafeString:
    """A state as a badge: colour, icon and text.

    Args:
        state: its code, as in core.presentation.LOOKS.
        label: its translated text.
    """
    return _badge(str(state), str(label))


@lru_cache(maxsize=1024, typed=True)  # typed: what is safe is not what has to be escaped
def _badge(state: str, label: str) -> SafeString:
    tone, picture = LOOKS.get(state, UNKNOWN_LOOK)
    return format_html('<span class="status tone-{}">{}{}</span>', tone, icon(picture), label)


@register.simple_tag
def deadline(day: periods.Day | None, done: bool = False) -> SafeString:
    """A deadline in words: how many days are left or overdue; None is *chưa cấu hình hạn*.

    Args:
        day: the last day, included.
        done: whether what was due is done, so that only the day matters.
    """
    return _deadline(day, done, periods.today(), get_language())


@lru_cache(maxsize=256)
def _deadline(
    day: periods.Day | None, done: bool, today: periods.Day, _language: str | None | None
) -> SafeString:
    """The same for every row of a list that is due on one day."""
    if day is None:
        words, urgency = _("no deadline configured"), "unknown"
        return format_html(_DEADLINE, urgency, icon("question"), words, "")
    date = format_html(
        '<time class="muted nowrap" datetime="{}">{}</time>',
        day.isoformat(),
        date_format(day, "SHORT_DATE_FORMAT"),
    )
    if done:
        return date
    days = (day - today).days
    if days < 0:
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
        return format_html(_DEADLINE, "overdue", icon("warning"), words, date)
    words = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    urgency = "soon" if days <= SOON else "later"
    return format_html(
        _DEADLINE, urgency, icon("clock"), words if days else _("last day today"), date
    )


@register.simple_tag
def term(found: Term) -> SafeString:
    """The end of a term counted in working days, with the word where it is only estimated."""
    day = format_html(
        '<time class="nowrap" datetime="{}">{}</time>',
        found.day.isoformat(),
        date_format(found.day, "l, d/m/Y"),
    )
    if not found.estimated:
        return day
    why = _("a year on the way is not entered in the calendar of working days")
    return format_html('{} <strong title="{}">({})</strong>', day, why, _("estimated"))


_DEADLINE = '<span class="deadline {}"><span class="deadline-words">{}{}</span> {}</span>'


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def meter(done: int, total: int, label: str) -> SafeString:
    """How far something is, as a bar and as words: `done` of `total`.

    Args:
        label: what is counted, for people who do not see the bar.
    """
    return format_html(
        '<span class="meter"><progress max="{}" value="{}" aria-label="{}"></progress>'
        "<span>{}/{}</span></span>",
        str(max(total, 1)),
        str(done),
        label,
        done,
        total,
    )


@register.simple_tag
def share_bar(reached: Decimal, goal: Decimal, label: str) -> SafeString:
    """A picture of a share: a bar as long as what is reached, and a line at the goal; lengths and
    places say all of it, colours nothing.

    Args:
        reached: in percent.
        goal: in percent.
        label: the same in words, for who does not see it.
    """
    return format_html(
        '<svg class="share-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><rect class="whole" width="100" height="10"/>'
        '<rect class="reached" width="{}" height="10"/>'
        '<line class="goal-edge" x1="{}" x2="{}" y1="0" y2="10"/>'
        '<line class="goal" x1="{}" x2="{}" y1="0" y2="10"/></svg>',
        label,
        str(reached),
        *[str(goal)] * 4,
    )


@register.inclusion_tag("components/empty.html")
def empty(title: str, hint: str, url: str = "", action: str = "") -> dict[str, Any]:
    """What stands where a list has nothing: why, and what to do next.

    Args:
        title: what is not there.
        hint: what to do, or when something will stand here.
        url: where to do it.
        action: what the link says.
    """
    return {"title": title, "hint": hint, "url": url, "action": action}


@register.simple_tag
def heads(*labels: str, numeric: str = "") -> SafeString:
    """The head of a table that is not sorted.

    Args:
        labels: the translated headings.
        numeric: positions, from 1, of the columns that are aligned to the right: "1 2".
    """
    right = {int(position) for position in numeric.split()}
    cells = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        ((_NUMBER if n in right else "", label) for n, label in enumerate(labels, 1)),
    )
    return format_html("<thead><tr>{}</tr></thead>", cells)


_NUMBER = mark_safe(' class="number"')


@register.inclusion_tag("components/state_counts.html")
def state_counts(counts: Iterable[Any], label: str) -> dict[str, Any]:
    """How many rows of a list stand in each state, each a link that shows only those.

    Args:
        counts: with `state`, `label`, `count`, `url` and whether it is `chosen`.
        label: what is counted, for people who do not see the list.
    """
    return {"counts": counts, "label": label}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: "Page[Any]", url: str = "") -> dict[str, Any]:
    """Which rows are shown of how many, and the other pages; filters and order stay.

    Args:
        page: the rows that are shown.
        url: where the list stands, where another address may answer with it too.
    """
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"query": context["request"].GET, "page": page, "numbers": list(numbers), "url": url}


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(
    context: RequestContext, field: str, label: str, numeric: bool = False
) -> dict[str, Any]:
    """A column heading that sorts by `field`, by the parameter `sort` of the address.

    A second click turns the order round; the filters stay, the page goes back to the first.

    Args:
        field: name of the order, as the view knows it.
        label: the translated heading.
        numeric: whether the column is aligned to the right.
    """
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{field}" if now == field else field
    query.pop("page", None)
    order = {field: "ascending", f"-{field}": "descending"}.get(now, "")
    return {"url": f"?{query.urlencode()}", "label": label, "order": order, "numeric": numeric}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A list of terms and what is so; an empty value shows as a dash."""
    return {"rows": rows}


@register.inclusion_tag("components/findings.html")
def findings(found: Sequence[Finding]) -> dict[str, Any]:
    """The result of a pre-check: what blocks, then what deserves a look, each with its article."""
    return {
        "blocking": [finding for finding in found if finding.blocks],
        "noticed": [finding for finding in found if not finding.blocks],
    }


@register.inclusion_tag("components/quote.html")
def quote(text: str, citation: str = "", url: str = "") -> dict[str, Any]:
    """A sentence quoted word for word, with its source one click away.

    Args:
        text: the words of the source.
        citation: the document and its article.
        url: where it stands in the portal.
    """
    return {"text": text, "citation": citation, "url": url}


@register.inclusion_tag("components/file_chip.html")
def file_chip(
    name: str, size: int, url: str, note: str = "", pages: Sequence[Thumbnail] = ()
) -> dict[str, Any]:
    """A file: its name, type and size, the original to download, its pages as small pictures.

    Args:
        name: file name.
        size: in bytes.
        url: where the original is downloaded; empty where it may not be.
        note: what else to say: the preview is being made, the file is damaged.
        pages: pictures of its pages.
    """
    kind = name.rpartition(".")[2].upper() if "." in name else ""
    return {"name": name, "kind": kind, "size": size, "url": url, "note": note, "pages": pages}


@register.filter
def folded(text: object) -> object:
    """A text in somebody's own words: a long one shows its first lines until it is opened.

    All of it stands in the page, for those who hear it or search it, and is printed. Stands where
    a paragraph may stand; what is short or HTML already is given back as it is.
    """
    if isinstance(text, SafeString) or _lines(str(text)) <= FOLDED_FROM:
        return text
    return format_html(_FOLDED, _("Show all of it"), _("Show less"), text)


def _lines(text: str) -> int:
    """How many lines it takes, about."""
    return sum(1 + len(line) // FOLDED_WIDTH for line in text.splitlines())


# The text follows what opens it, so that CSS can tell whether it is open; seen, it stands before.
_FOLDED = (
    '<div class="folded"><details><summary><span class="folded-more">{}</span>'
    '<span class="folded-less">{}</span></summary></details><div class="folded-text">{}</div></div>'
)


@register.inclusion_tag("components/history.html")
def history(lines: Sequence[HistoryLine]) -> dict[str, Any]:
    """What happened, in the order in which the lines come."""
    states = ("released" if line.undone else line.state for line in lines)
    looks = (LOOKS.get(state, UNKNOWN_LOOK) for state in states)
    return {"lines": [(line, *look) for line, look in zip(lines, looks, strict=True)]}


@register.inclusion_tag("components/action.html")
def action(
    label: str,
    url: str,
    allowed: bool = True,
    why_not: str = "",
    *,
    style: str = "primary",
    picture: str = "",
    explain: str = "",
    ask_reason: bool = False,
    text: str = "",
    error: str = "",
) -> dict[str, Any]:
    """A step as a button; one that is not allowed says why instead of hiding.

    A step with an explanation or a reason first opens a small dialogue, without JavaScript.

    Args:
        label: what the step does.
        url: where it is posted to.
        allowed: whether this person may take it now.
        why_not: the reason, where not.
        style: primary (one a page), secondary, danger.
        picture: name of an icon.
        explain: what will happen, said before the step is taken.
        ask_reason: whether the person must say why (field `reason`).
        text: the reason as typed, where it came back with an error.
        error: what was wrong with it.
    """
    return {
        "id": f"action-{slugify(url.partition('?')[0])}",
        "label": label,
        "url": url,
        "allowed": allowed,
        "why_not": why_not,
        "style": {"primary": "primary", "danger": "outline-danger"}.get(style, "outline-secondary"),
        "confirm_style": "danger" if style == "danger" else "primary",
        "picture": picture,
        "explain": explain,
        "ask_reason": ask_reason,
        "text": text,
        "error": error,
    }


@register.inclusion_tag("components/save_status.html")
def save_status(state: SaveState) -> dict[str, Any]:
    """The last line inside the form of an autosaved answer: its version, and how it stands.

    The form is `<form class="answer" id="answer-<key>" data-autosave="<what is kept of it on this
    machine is filed under this>" method="post" action=… hx-post=… hx-trigger="autosave"
    hx-swap="none" novalidate>`; see static/js/autosave.js.
    """
    return {"state": state, "out_of_band": False}


@register.inclusion_tag("components/save_status.html")
def saved(state: SaveState) -> dict[str, Any]:
    """The answer to a saving: 200, 409 with `state.theirs`, or 422 with `state.errors`.

    htmx puts it in the place of `save_status`; the fields stay as they are.
    """
    return {"state": state, "out_of_band": True}


@register.inclusion_tag("components/autosave.html")
def autosave(poll_url: str = "") -> dict[str, Any]:
    """What a page with autosaved answers holds once, before them, beside js/autosave.js.

    Args:
        poll_url: where to ask for values that others saved; answered by `others_values`. Without
            one, others' values are seen when a saving would overwrite them.
    """
    return {"url": poll_url, "newer": ()}


@register.inclusion_tag("components/others_values.html")
def others_values(poll_url: str, newer: Sequence[OthersValue]) -> dict[str, Any]:
    """The answer to the question for others' values: they, and where to ask next time.

    Args:
        poll_url: where to ask next, with what is then known in its query.
        newer: values newer than what was known.
    """
    return {"url": poll_url, "newer": newer}
