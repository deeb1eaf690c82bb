"""Drawing form fields: as Django does, without a template for each of them.

A grid has a hundred fields. Django renders each by two to twelve templates, which took 30 ms of the
40 that a page may take; the plain kinds are put together here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Context = Mapping[str, Any]


class FieldRenderer(DjangoTemplates):
    """Django's own renderer; input lines and choices without its templates, in the same words."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The markup of a form, a field or an error list; `context` is what Django gives it."""
        draw = _DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return draw(context["widget"])


def _input(widget: Context) -> SafeString:
    value = widget["value"]
    said = SafeString() if value is None else format_html(' value="{}"', _plain(value))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], said, _attributes(widget)
    )


def _select(widget: Context) -> SafeString:
    groups = (
        format_html('<optgroup label="{}">{}</optgroup>', name, _options(options))
        if name
        else _options(options)
        for name, options, _index in widget["optgroups"]
    )
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        _attributes(widget),
        format_html_join("", "{}", ((group,) for group in groups)),
    )


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((_plain(one["value"]), _attributes(one), one["label"]) for one in options),
    )


def _attributes(widget: Context) -> SafeString:
    """As Django writes them: what is False is left out, what is True has no value."""
    said = (
        f" {conditional_escape(name)}"
        + ("" if value is True else f'="{conditional_escape(_plain(value))}"')
        for name, value in widget["attrs"].items()
        if value is not False
    )
    return mark_safe("".join(said))  # noqa: S308 -- names and values are escaped


def _plain(value: Any) -> Any:
    """A number as a program reads it, not in the words of a language."""
    return value if isinstance(value, str) else str(value)


_INPUTS = ("input", "text", "number", "email", "url", "password", "hidden", "date")
_DRAWN: Mapping[str, Callable[[Context], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _INPUTS},
    "django/forms/widgets/select.html": _select,
}
