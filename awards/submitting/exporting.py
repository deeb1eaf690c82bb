"""The list of submissions as a sheet: exactly the rows that the page shows, in its order."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import resources

from awards.models import Submission
from awards.submitting.clock import Turn
from core.exporting import column, xlsx


class SubmissionResource(resources.Resource):
    """Submissions, without names of persons; of others' drafts only that they are there."""

    sender = column("placement__name", _("Sending unit"))
    form = column("form__name", _("Form of commendation"))
    occasion = column("occasion", _("Round or phase"))
    number = column("number", _("Number and symbol"))
    dated = column("dated", _("Day of the paper"))
    carries = column("carries", _("Nominations"))
    state = column("get_state_display", _("State"))
    receiver = column("receiver_name", _("To"))
    sent_at = column("sent_at", _("Sent on"))
    received_on = column("received_on", _("Received on"))
    who = column("turn__who", _("Whose turn"))
    due = column("turn__due__day", _("Until"))

    def dehydrate_occasion(self, one: Submission) -> str:
        """Its words."""
        return str(one.occasion)

    def dehydrate_number(self, one: Any) -> str:
        """Nothing of what others have not sent yet."""
        return one.number if one.is_read else ""

    def dehydrate_dated(self, one: Any) -> Any:
        """Nothing of what others have not sent yet."""
        return one.dated if one.is_read else None


def submissions_xlsx(rows: Iterable[Any], turns: Mapping[int, Turn | None], title: str) -> bytes:
    """The rows, with whose turn it is with each, as an .xlsx file with one sheet."""
    rows = list(rows)
    for row in rows:
        row.turn = turns[row.pk] if row.is_read else None
    return xlsx(SubmissionResource(), rows, title)
