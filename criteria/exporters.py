"""Exports of lists: exactly the rows that the list shows, in its order."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import resources

from core import periods
from core.exporting import column, xlsx
from criteria.listing import NOT_CONFIGURED, Row
from criteria.models import Recognition, RecognitionBatch, RegistrationList


class ListingResource(resources.Resource):
    """The list of self-assessments as a sheet; dates are dates, numbers are numbers."""

    name = column("name", _("Unit"))
    code = column("code", _("Official code"))
    state = column("state_label", _("State"))
    result = column("result_label", _("Result"))
    answered = column("answered", _("Answered criteria"))
    asked = column("asked", _("Criteria to answer"))
    missing = column("missing", _("What is missing"))
    due_on = column("due_on", _("Deadline"))
    days_left = column("days_left", _("Days left"))
    sent_at = column("sent_at", _("Sent on"))
    received_at = column("received_at", _("Received on"))
    holder = column("holder", _("Who has it now"))

    def dehydrate_due_on(self, row: Row) -> Any:
        """The deadline; nothing where no criteria set applies, for then nothing is due."""
        return None if row.state == NOT_CONFIGURED else row.due_on


def listing_xlsx(listed: Iterable[Row], title: str) -> bytes:
    """The rows as an .xlsx file with one sheet."""
    return xlsx(ListingResource(), listed, title)


class RecognitionResource(resources.Resource):
    """The register of recognitions as a sheet; both days of a period belong to it."""

    unit = column("subject_name", _("Unit"))
    code = column("placement__code", _("Official code"))
    title = column("title", _("Title"))
    grade = column("grade", _("Grade"))
    assessed_year = column("assessed_year", _("Assessed year"))
    decision_number = column("decision_number", _("Number and symbol of the decision"))
    decided_on = column("decided_on", _("Day of the decision"))
    decided_by = column("decided_by", _("Issued by"))
    signer = column("signer", _("Signed by"))
    held_from = column("period", _("Held from"))
    held_until = column("period", _("Held until"))
    state = column("get_state_display", _("State"))
    reason = column("state_reason", _("Reason of the state"))

    def dehydrate_held_from(self, recognition: Recognition) -> Any:
        """The first day."""
        return periods.first_day(recognition.period)

    def dehydrate_held_until(self, recognition: Recognition) -> Any:
        """The last day; nothing where it is without end."""
        return periods.last_day(recognition.period)


def recognitions_xlsx(found: Iterable[Recognition], title: str) -> bytes:
    """The recognitions, with unit and title, as an .xlsx file with one sheet."""
    return xlsx(RecognitionResource(), found, title)


class RegistrationResource(resources.Resource):
    """The registrations of a round as a sheet, without names of persons."""

    unit = column("placement__name", _("Unit"))
    code = column("placement__code", _("Official code"))
    inside = column("inside", _("Located in"))
    subject = column("subject", _("Registers for"))
    kind = column("get_kind_display", _("Who registers"))
    number = column("shown", _("Registered"))
    listed = column("listed", _("In the list"))
    declared = column("declared", _("Declared number"))
    state = column("get_state_display", _("State"))
    sent_at = column("sent_at", _("Sent on"))
    checked_at = column("checked_at", _("Checked on"))
    reason = column("state_reason", _("Reason of the state"))

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
    return xlsx(RegistrationResource(), found, title)


class BatchResource(resources.Resource):
    """The lists for recognition of a round as a sheet, without names of persons."""

    unit = column("placement__name", _("Unit"))
    code = column("placement__code", _("Official code"))
    title = column("title", _("Title"))
    grade = column("grade", _("Grade"))
    kind = column("get_kind_display", _("Who is recognised"))
    listed = column("listed", _("In the list"))
    passed = column("passed", _("Reach the title"))
    state = column("get_state_display", _("State"))
    decided_by = column("decider_name", _("Who decides"))
    reference = column("reference", _("Number and symbol of the decision"))
    dated = column("dated", _("Day of the decision"))
    held_until = column("held_until", _("Held until"))

    def dehydrate_reference(self, batch: RecognitionBatch) -> str:
        """Nothing where it has no number."""
        return batch.reference if batch.number else ""


def batches_xlsx(found: Iterable[RecognitionBatch], title: str) -> bytes:
    """The lists for recognition as an .xlsx file with one sheet."""
    return xlsx(BatchResource(), found, title)


class TrialResource(resources.Resource):
    """The trial of a draft as a sheet, without names of persons."""

    unit = column("name", _("Unit"))
    place = column("place", _("Located in"))
    before = column("before", _("By the version before"))
    after = column("after", _("By the draft"))
    criteria = column("criteria_words", _("Criteria that differ"))

    def dehydrate_before(self, row: Any) -> str:
        """In words."""
        return str(row.before[1])

    def dehydrate_after(self, row: Any) -> str:
        """In words."""
        return str(row.after[1])


def trial_xlsx(rows: Iterable[Any], title: str) -> bytes:
    """The rows of a trial, as its page shows them, as an .xlsx file with one sheet."""
    return xlsx(TrialResource(), rows, title)
