"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets

from core import periods
from core.spreadsheets import Xlsx
from criteria.listing import Row
from criteria.models import Recognition


class NativeWidget(widgets.Widget):
    """Leaves days and numbers as they are: the sheet has its own formats; moments become days."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return timezone.localdate(value) if isinstance(value, datetime) else value


def _column(attribute: str, name: Any) -> fields.Field:
    return fields.Field(attribute, name, widget=NativeWidget())


class ListingResource(resources.Resource):
    """The list of self-assessments as a sheet; dates are dates, numbers are numbers."""

    name = _column("name", _("Unit"))
    code = _column("code", _("Official code"))
    state = _column("state_label", _("State"))
    result = _column("result_label", _("Result"))
    answered = _column("answered", _("Answered criteria"))
    asked = _column("asked", _("Criteria to answer"))
    missing = _column("missing", _("What is missing"))
    due_on = _column("due_on", _("Deadline"))
    days_left = _column("days_left", _("Days left"))
    sent_at = _column("sent_at", _("Sent on"))
    received_at = _column("received_at", _("Received on"))
    holder = _column("holder", _("Who has it now"))


def listing_xlsx(listed: Iterable[Row], title: str) -> bytes:
    """The rows as an .xlsx file with one sheet."""
    dataset = ListingResource().export(list(listed))
    dataset.title = title
    return Xlsx().export_data(dataset)


class RecognitionResource(resources.Resource):
    """The register of recognitions as a sheet; dates are dates."""

    unit = fields.Field("placement__name", _("Unit"))
    code = fields.Field("placement__code", _("Official code"))
    title = fields.Field("title", _("Title"))
    grade = fields.Field("grade", _("Grade"))
    assessed_year = fields.Field("assessed_year", _("Assessed year"))
    decision_number = fields.Field("decision_number", _("Number and symbol of the decision"))
    decided_on = fields.Field("decided_on", _("Day of the decision"))
    decided_by = fields.Field("decided_by", _("Issued by"))
    signer = fields.Field("signer", _("Signed by"))
    held_from = fields.Field("period", _("Held from"))
    held_until = fields.Field("period", _("Held until"))
    state = fields.Field("get_state_display", _("State"))
    reason = fields.Field("state_reason", _("Reason of the state"))

    def export_field(self, field: fields.Field, instance: Recognition, **kwargs: Any) -> Any:
        """Both days of a period are days that belong to it."""
        if field is self.fields["held_from"]:
            return periods.first_day(instance.period)
        if field is self.fields["held_until"]:
            return periods.last_day(instance.period)
        value = super().export_field(field, instance, **kwargs)
        return str(value) if field.attribute == "title" else value


def recognitions_xlsx(found: Iterable[Recognition], title: str) -> bytes:
    """The recognitions, with unit and title, as an .xlsx file with one sheet."""
    dataset = RecognitionResource().export(list(found), force_native_type=True)
    dataset.title = title
    return Xlsx().export_data(dataset)
