"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import resources

from awards.models import Nomination
from core import periods
from core.exporting import column, xlsx


class NominationResource(resources.Resource):
    """The nominations as a sheet, without names of persons; nothing of what a draft says."""

    subject = column("subject_name", _("Who is proposed"))
    kind = column("unit", _("Kind"))
    form = column("form__name", _("Form of commendation"))
    occasion = column("occasion", _("Round or phase"))
    proposer = column("proposer_name", _("Proposed by"))
    first = column("period", _("Achievement period from"))
    last = column("period", _("Achievement period until"))
    summary = column("summary", _("Summary of the achievements"))
    state = column("get_state_display", _("State"))
    sent_at = column("sent_at", _("Sent on"))
    office = column("office_name", _("Who has it now"))
    reason = column("state_reason", _("Reason of the state"))

    def dehydrate_kind(self, found: Nomination) -> str:
        """The kind of the subject, in words."""
        return str(found.unit.get_kind_display())

    def dehydrate_occasion(self, found: Nomination) -> str:
        """The round or phase, in words."""
        return str(found.occasion.name)

    def dehydrate_first(self, found: Nomination) -> Any:
        """The first day."""
        return periods.first_day(found.period)

    def dehydrate_last(self, found: Nomination) -> Any:
        """The last day, included."""
        return periods.last_day(found.period)

    def dehydrate_summary(self, found: Nomination) -> str:
        """Nothing of what is still a draft of other people."""
        return found.summary if found.is_read else ""  # type: ignore[attr-defined]

    def dehydrate_reason(self, found: Nomination) -> str:
        """Nothing of what is still a draft of other people."""
        return found.state_reason if found.is_read else ""  # type: ignore[attr-defined]


def nominations_xlsx(found: Iterable[Nomination], title: str) -> bytes:
    """The nominations as an .xlsx file with one sheet."""
    return xlsx(NominationResource(), found, title)
