"""The fields of the filters above a list.

crispy-forms and Django's widgets render a template for each field, option and set of attributes,
some sixty for a list of five filters; these few kinds of field are written here instead.
"""

from collections.abc import Callable
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


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
