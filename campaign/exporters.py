"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from campaign.models import Recipient, RegisterEntry
from campaign.register_words import WORDS
from core import periods
from core.exporting import column, xlsx


class RecipientResource(resources.Resource):
    """The units that received a launch, with what each answered."""

    unit = column("placement__name", gettext_lazy("Unit"))
    code = column("placement__code", gettext_lazy("Official code"))
    state = column("get_state_display", gettext_lazy("State"))
    number = column("answer__document__number", gettext_lazy("Number and symbol"))
    title = column("answer__document__title", gettext_lazy("Own plan"))
    sentence = column("answer__sentence", gettext_lazy("Response"))
    answered_on = column("answer__answered_on", gettext_lazy("Day of the answer"))
    entered_on = column("answer__at", gettext_lazy("Entered on"))
    late = column("late", gettext_lazy("Late"))
    reminders = column("reminders", gettext_lazy("Times reminded"))
    reminded_on = column("reminded_at", gettext_lazy("Last reminded on"))

    def dehydrate_late(self, recipient: Recipient) -> Any:
        """Whether it was not answered, or answered after the day."""
        return _("late") if recipient.late else ""


def recipients_xlsx(found: Iterable[Recipient], title: str) -> bytes:
    """The units as an .xlsx file with one sheet."""
    return xlsx(RecipientResource(), found, title)


class EntryResource(resources.Resource):
    """The entries of a register; its own words head the columns."""

    unit = column("placement__name", gettext_lazy("Unit"))
    code = column("placement__code", gettext_lazy("Official code"))
    kind = column("get_kind_display", gettext_lazy("Kind"))
    subject = column("subject", "")
    scope_text = column("scope_text", "")
    words = column("words", "")
    amount = column("amount", gettext_lazy("Value"))
    measure = column("measure", gettext_lazy("Unit of the value"))
    first = column("period", "")
    last = column("period", "")
    due_on = column("due_on", gettext_lazy("To be mended until"))
    done_on = column("done_on", gettext_lazy("Mended on"))
    office = column("office_name", gettext_lazy("Entered by the unit"))
    state = column("get_state_display", gettext_lazy("State"))
    reason = column("state_reason", gettext_lazy("Reason of the state"))

    def __init__(self, register: str) -> None:
        super().__init__()
        words = WORDS[register]
        named = {
            "subject": words.subject,
            "scope_text": words.scope,
            "words": words.details,
            "first": words.first,
            "last": words.last,
        }
        for name, label in named.items():
            self.fields[name].column_name = label
        left_out = [] if words.has_value else ["amount", "measure"]
        left_out += [] if words.has_due else ["due_on", "done_on"]
        for name in left_out:
            del self.fields[name]

    def dehydrate_first(self, entry: RegisterEntry) -> Any:
        """The first day."""
        return periods.first_day(entry.period)

    def dehydrate_last(self, entry: RegisterEntry) -> Any:
        """The last day; nothing where it goes on."""
        return periods.last_day(entry.period)


def entries_xlsx(found: Iterable[RegisterEntry], register: str, title: str) -> bytes:
    """The entries as an .xlsx file with one sheet."""
    return xlsx(EntryResource(register), found, title)
