"""Counting a term, and entering a year of the calendar of working days."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import calendar
from core.calendar import Plan, Special
from core.forms.fields import LineField, day_field
from core.models import CalendarDay
from core.models.calendar import FIRST_YEAR, LAST_YEAR
from core.periods import Day
from core.workflow import REASON_LENGTH

SPARE_ROWS = 5
MOST_DAYS = 60

# The days that the law itself fixes; the others come by the document of the year.
_LABOUR_CODE = "điểm {letter} khoản 1 Điều 112 Bộ luật Lao động 2019"
_FIXED = (
    (1, 1, "Tết Dương lịch", _LABOUR_CODE.format(letter="a")),
    (4, 30, "Ngày Chiến thắng", _LABOUR_CODE.format(letter="c")),
    (5, 1, "Ngày Quốc tế lao động", _LABOUR_CODE.format(letter="d")),
    (9, 2, "Quốc khánh", _LABOUR_CODE.format(letter="đ")),
)
_CULTURE_DAY = (11, 24, "Ngày Văn hóa Việt Nam", "Điều 2 Nghị quyết số 28/2026/QH16 của Quốc hội")
_CULTURE_DAY_SINCE = 2026


class TermForm(forms.Form):
    """A day and a number of working days; junk in the address is ignored."""

    day = day_field(gettext_lazy("From the day"))
    number = forms.IntegerField(
        label=gettext_lazy("Working days"), min_value=0, max_value=calendar.LONGEST
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data if data.get("day") else None)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class NewYearForm(forms.Form):
    """Which year to enter."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class YearForm(forms.Form):
    """The document of a year, and why it is entered or changed."""

    number = LineField(label=gettext_lazy("Number and symbol"), max_length=60)
    document_day = day_field(gettext_lazy("Day of the document"))
    issuer = LineField(label=gettext_lazy("Issued by"), max_length=300)
    provenance = LineField(
        label=gettext_lazy("Where the record is from"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Where you did not have the document itself before you."),
    )
    reason = LineField(label=gettext_lazy("Reason"), max_length=REASON_LENGTH)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class DayForm(forms.Form):
    """One row: a day that differs from its week. A row without day and name is no row."""

    day = day_field(gettext_lazy("Day"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=CalendarDay.Kind.choices, required=False
    )
    name = LineField(label=gettext_lazy("Name"), required=False, max_length=200)
    basis = LineField(
        label=gettext_lazy("By (if another document)"), required=False, max_length=300
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            look = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs |= {"aria-label": field.label, "class": look}

    def clean(self) -> dict[str, Any]:
        """A row has both a day and a name, or neither."""
        cleaned = super().clean() or {}
        if cleaned.get("name") and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Write the day, or empty the row."))
        if cleaned.get("day") and not cleaned.get("name"):
            self.add_error("name", _("Say which day this is."))
        return cleaned

    @property
    def special(self) -> Special | None:
        """What a valid row says; None of an empty one."""
        found = self.cleaned_data
        if not found.get("day"):
            return None
        kind = found["kind"] or CalendarDay.Kind.OFF
        return Special(found["day"], str(kind), found["name"], found["basis"])


DayForms = forms.formset_factory(
    DayForm, extra=0, max_num=MOST_DAYS, validate_max=True, absolute_max=MOST_DAYS
)


def initial_of(plan: Plan | None) -> dict[str, Any]:
    """The document of a plan as its form shows it."""
    if plan is None:
        return {}
    return {
        "number": plan.number,
        "document_day": plan.document_day,
        "issuer": plan.issuer,
        "provenance": plan.provenance,
    }


def rows_of(year: int, plan: Plan | None) -> list[dict[str, Any]]:
    """The days of a plan as their forms show them, with rows to spare; of a year that is not
    entered, the days that the law fixes."""
    days = plan.days if plan else _fixed_days(year)
    rows = [
        {"day": one.day, "kind": one.kind, "name": one.name, "basis": one.basis} for one in days
    ]
    return [*rows, *({} for _row in range(min(SPARE_ROWS, MOST_DAYS - len(rows))))]


def _fixed_days(year: int) -> Iterable[Special]:
    fixed = (*_FIXED, _CULTURE_DAY) if year >= _CULTURE_DAY_SINCE else _FIXED
    for month, day, name, basis in fixed:
        yield Special(Day(year, month, day), CalendarDay.Kind.OFF.value, name, basis)


def plan_from(form: YearForm, rows: Any) -> Plan:
    """What valid forms say."""
    found = form.cleaned_data
    days = [row.special for row in rows.forms]
    return Plan(
        found["number"],
        found["document_day"],
        found["issuer"],
        found["provenance"],
        tuple(sorted((one for one in days if one), key=lambda one: one.day)),
    )
