"""The day field of all forms: what it takes, and what it says of anything else."""

import datetime

import pytest
from django import forms

from core.forms.fields import day_field


@pytest.mark.parametrize("written", ["01/01/1900", "30/06/2025", "31/12/2199"])
def test_a_day_is_read(written: str) -> None:
    day = day_field("").clean(written)
    assert f"{day:%d/%m/%Y}" == written


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("31/02/2025", "Không có ngày 31/02/2025."),
        ("2025-06-30", "Hãy viết ngày dạng dd/mm/yyyy, ví dụ 30/06/2025."),
        ("31/12/1899", "Hãy xem lại năm: 1899."),
        ("01/01/2200", "Hãy xem lại năm: 2200."),
        ("31/12/9999", "Hãy xem lại năm: 9999."),
        (f"{datetime.date.min:%d/%m}/0001", "Hãy xem lại năm: 1."),
    ],
)
def test_what_is_no_day_of_an_office_is_said(written: str, sentence: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        day_field("").clean(written)
    assert refused.value.messages == [sentence]
