"""What the exports of lists have in common: days and numbers stay what they are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from import_export import fields, resources, widgets

from core.spreadsheets import Xlsx


class NativeWidget(widgets.Widget):
    """Leaves days and numbers as they are: the sheet has its own formats; moments become days."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return timezone.localdate(value) if isinstance(value, datetime) else value


def column(attribute: str, name: Any) -> fields.Field:
    """A column with the values of an attribute."""
    return fields.Field(attribute, name, widget=NativeWidget())


def xlsx(resource: resources.Resource, rows: Iterable[Any], title: str) -> bytes:
    """The rows as an .xlsx file with one sheet."""
    dataset = resource.export(list(rows))
    dataset.title = title
    return Xlsx().export_data(dataset)
