"""Fields are drawn in the words of Django's own templates."""

import datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test import SimpleTestCase
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from core.forms.renderer import FieldRenderer

OURS, DJANGOS = FieldRenderer(), DjangoTemplates()
CHOICES = [
    ("", "–"),
    ("a&b", "A & B"),
    (2, "Hai"),
    ("Nhóm <1>", [("x", mark_safe("<i>X</i>")), (None, gettext_lazy("Name"))]),
]
WIDGETS = [
    forms.TextInput(),
    forms.TextInput(attrs={"class": "form-control", "maxlength": 200, "autofocus": True}),
    forms.NumberInput(attrs={"min": 0, "step": 0.5, "readonly": False}),
    forms.EmailInput(),
    forms.URLInput(),
    forms.PasswordInput(),
    forms.HiddenInput(),
    forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": gettext_lazy("dd/mm/yyyy")}),
    forms.Select(choices=CHOICES, attrs={"aria-label": "Chọn “một”"}),
    forms.SelectMultiple(choices=CHOICES),
]
values = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["a&b", "x", 2, '"><script>', 1234.5, datetime.date(2026, 11, 2)]),
    st.integers(),
)


def _same(widget: forms.Widget, name: str, value: Any) -> None:
    ours = widget.render(name, value, {"id": f"id_{name}"}, OURS)
    djangos = widget.render(name, value, {"id": f"id_{name}"}, DJANGOS)
    SimpleTestCase().assertHTMLEqual(ours, djangos)
    assert ours.count("<script") == 0


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda one: type(one).__name__)
@given(name=st.sampled_from(["name", "form-0-day", 'a"b']), value=values)
def test_a_field_reads_as_django_draws_it(widget: forms.Widget, name: str, value: Any) -> None:
    _same(widget, name, value)


def test_what_has_a_template_of_its_own_keeps_it() -> None:
    for widget in (forms.Textarea(), forms.CheckboxInput(), forms.RadioSelect(choices=CHOICES)):
        _same(widget, "name", "a&b")
