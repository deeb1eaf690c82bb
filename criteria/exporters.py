"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets

from core import periods
from core.spreadsheets import Xlsx
from criteria.listing import NOT_CONFIGURED, Row
from criteria.models import Recognition, RegistrationList


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

    def dehydrate_due_on(self, row: Row) -> Any:
        """The deadline; nothing where no criteria set applies, for then nothing is due."""
        return None if row.state == NOT_CONFIGURED else row.due_on


def listing_xlsx(listed: Iterable[Row], title: str) -> bytes:
    """The rows as an .xlsx file with one sheet."""
    dataset = ListingResource().export(list(listed))
    dataset.title = title
    return Xlsx().export_data(dataset)


class RecognitionResource(resources.Resource):
    """The register of recognitions as a sheet; both days of a period belong to it."""

    unit = _column("placement__name", _("Unit"))
    code = _column("placement__code", _("Official code"))
    title = _column("title", _("Title"))
    grade = _column("grade", _("Grade"))
    assessed_year = _column("assessed_year", _("Assessed year"))
    decision_number = _column("decision_number", _("Number and symbol of the decision"))
    decided_on = _column("decided_on", _("Day of the decision"))
    decided_by = _column("decided_by", _("Issued by"))
    signer = _column("signer", _("Signed by"))
    held_from = _column("period", _("Held from"))
    held_until = _column("period", _("Held until"))
    state = _column("get_state_display", _("State"))
    reason = _column("state_reason", _("Reason of the state"))

    def dehydrate_held_from(self, recognition: Recognition) -> Any:
        """The first day."""
        return periods.first_day(recognition.period)

    def dehydrate_held_until(self, recognition: Recognition) -> Any:
        """The last day; nothing where it is without end."""
        return periods.last_day(recognition.period)


def recognitions_xlsx(found: Iterable[Recognition], title: str) -> bytes:
    """The recognitions, with unit and title, as an .xlsx file with one sheet."""
    dataset = RecognitionResource().export(list(found))
    dataset.title = title
    return Xlsx().export_data(dataset)


class RegistrationResource(resources.Resource):
    """The registrations of a round as a sheet, without names of persons."""

    unit = _column("placement__name", _("Unit"))
    code = _column("placement__code", _("Official code"))
    inside = _column("inside", _("Located in"))
    subject = _column("subject", _("Registers for"))
    kind = _column("get_kind_display", _("Who registers"))
    number = _column("shown", _("Registered"))
    listed = _column("listed", _("In the list"))
    declared = _column("declared", _("Declared number"))
    state = _column("get_state_display", _("State"))
    sent_at = _column("sent_at", _("Sent on"))
    checked_at = _column("checked_at", _("Checked on"))
    reason = _column("state_reason", _("Reason of the state"))

    def dehydrate_subject(self, found: RegistrationList) -> str:
        """The title or form, in words."""
        return str(found.subject)

    def dehydrate_listed(self, found: RegistrationList) -> int | None:
        """Nothing of what is still a draft of other people."""
        return found.listed if found.shown is not None else None  # type: ignore[attr-defined]

    def dehydrate_declared(self, found: RegistrationList) -> int | None:
        """Nothing of what is still a draft of other people."""
        return found.declared if found.shown is not None else None  # type: ignore[attr-defined]


def registrations_xlsx(found: Iterable[RegistrationList], title: str) -> bytes:
    """The registrations, with unit and subject, as an .xlsx file with one sheet."""
    dataset = RegistrationResource().export(list(found))
    dataset.title = title
    return Xlsx().export_data(dataset)
