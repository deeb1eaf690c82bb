"""The filters above a list: their form, and its fields.

crispy-forms and Django's widgets render a template for each field, option and set of attributes,
some sixty for a list of five filters; these few kinds of field are written here instead.
"""

from collections.abc import Callable
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.utils import flatatt
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import veiled

register = template.Library()


@register.simple_block_tag(takes_context=True)
def filters(
    context: RequestContext, content: SafeString, form: forms.Form, url: str = ""
) -> SafeString:
    """The form of the filters of a list; on a telephone folded away, with how many are in use.

    Args:
        content: its fields, each in a `<div>` of class grow, short or capped, where it is wide or
            narrow.
        form: the bound form that they belong to.
        url: where the list stands, where another address may answer with it too.
    """
    request = context["request"]
    query = request.GET.copy()
    for name in ("page", veiled.NAME, *(field.html_name for field in form.visible_fields())):
        query.pop(name, None)
    return render_to_string(
        "components/filters.html",
        {
            "fields": content,
            "wrong": bool(form.errors),
            "used": sum(_is_used(form, field) for field in form.visible_fields()),
            "url": url,
            "without": f"{url}?{query.urlencode()}",
            "to": (url or request.path) if getattr(form, "veils", False) else "",
        },
        request=request,
    )


def _is_used(form: forms.Form, field: forms.BoundField) -> bool:
    """Whether a filter leaves rows out: a choice without an empty one begins with the usual."""
    value = form.cleaned_data.get(field.name)
    choices = list(getattr(field.field, "choices", ()))
    return bool(value) and not (choices and choices[0][0] == value)


@register.simple_tag
def filter_field(field: forms.BoundField) -> SafeString:
    """A field of a filter, as crispy-forms draws it; what it says of an error is left to that."""
    widget: forms.Widget = field.field.widget
    draw = _DRAWN.get(type(widget))
    return as_crispy_field(field) if draw is None or field.errors else draw(field)


def _line(field: forms.BoundField) -> SafeString:
    """One line to write in: `TextInput`, `DateInput`."""
    widget: Any = field.field.widget
    kind = type(widget).__name__.lower()
    value = widget.format_value(field.value())
    control = format_html(
        "<input{}>",
        flatatt(
            {
                "type": widget.input_type,
                "name": field.html_name,
                "value": value,
                **widget.attrs,
                "class": f"{kind} form-control",
                "id": field.auto_id,
            }
        ),
    )
    return _labelled(field, control)


def _select(field: forms.BoundField) -> SafeString:
    """A choice of one."""
    widget: Any = field.field.widget
    chosen = str(field.value() or "")
    options = format_html_join(
        "",
        "<option{}>{}</option>",
        (
            (flatatt({"value": value, "selected": str(value) == chosen}), label)
            for value, label in widget.choices
        ),
    )
    attributes = {"name": field.html_name, "class": "select form-select", "id": field.auto_id}
    return _labelled(field, format_html("<select{}>{}</select>", flatatt(attributes), options))


def _labelled(field: forms.BoundField, control: SafeString) -> SafeString:
    return format_html(
        '<div id="div_{id}" class="mb-3"><label for="{id}" class="form-label">{}</label>{}</div>',
        field.label,
        control,
        id=field.auto_id,
    )


def _check_box(field: forms.BoundField) -> SafeString:
    """Yes or no."""
    attributes: dict[str, Any] = {
        "type": "checkbox",
        "name": field.html_name,
        "class": "checkboxinput form-check-input",
        "id": field.auto_id,
        "checked": bool(field.value()),
    }
    return format_html(
        '<div class="mb-3"><div id="div_{id}" class="form-check"><input{}>'
        '<label for="{id}" class="form-check-label">{}</label></div></div>',
        flatatt(attributes),
        field.label,
        id=field.auto_id,
    )


_DRAWN: dict[type[forms.Widget], Callable[[forms.BoundField], SafeString]] = {
    forms.TextInput: _line,
    forms.DateInput: _line,
    forms.Select: _select,
    forms.CheckboxInput: _check_box,
}
