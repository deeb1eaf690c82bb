"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources

from core.spreadsheets import Xlsx
from criteria.listing import Row


class ListingResource(resources.Resource):
    """The list of self-assessments as a sheet; dates are dates, numbers are numbers."""

    name = fields.Field("name", _("Unit"))
    code = fields.Field("code", _("Official code"))
    state = fields.Field("state_label", _("State"))
    result = fields.Field("result_label", _("Result"))
    answered = fields.Field("answered", _("Answered criteria"))
    asked = fields.Field("asked", _("Criteria to answer"))
    missing = fields.Field("missing", _("What is missing"))
    due_on = fields.Field("due_on", _("Deadline"))
    days_left = fields.Field("days_left", _("Days left"))
    sent_at = fields.Field("sent_at", _("Sent on"))
    received_at = fields.Field("received_at", _("Received on"))
    holder = fields.Field("holder", _("Who has it now"))

    def iter_queryset(self, queryset: Sequence[Row]) -> Iterator[Row]:
        """The rows are in memory already."""
        yield from queryset

    def export_field(self, field: fields.Field, instance: Row, **kwargs: Any) -> Any:
        """Moments become days: offices count in days."""
        value = super().export_field(field, instance, **kwargs)
        moment = field.attribute in ("sent_at", "received_at") and value
        return timezone.localdate(value) if moment else value


def listing_xlsx(listed: Iterable[Row], title: str) -> bytes:
    """The rows as an .xlsx file with one sheet."""
    dataset = ListingResource().export(list(listed), force_native_type=True)
    dataset.title = title
    return Xlsx().export_data(dataset)
