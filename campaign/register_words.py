"""What the fields of an entry are called in each register, and which of them it has."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaign.models import Register


@dataclass(frozen=True)
class RegisterWords:
    """One register as its pages name it.

    Attributes:
        lead: what stands in it.
        subject, scope, details, first, last: labels of the fields.
        file_name: of its export, without the day.
        has_value: whether an entry has a value with its unit.
        has_due: whether what was found is to be mended until a day.
        goes_on: whether an entry without a last day still goes on; else it is of one day.
    """

    lead: Any
    subject: Any
    scope: Any
    details: Any
    first: Any
    last: Any
    file_name: str
    has_value: bool = False
    has_due: bool = False
    goes_on: bool = False


WORDS: dict[str, RegisterWords] = {
    Register.CONTRIBUTIONS: RegisterWords(
        lead=_(
            "Effort, intellect and material given to the learning society, to whom, and of "
            "what value; confirmed by the office above."
        ),
        subject=_("What was contributed"),
        scope=_("To whom"),
        details=_("Particulars"),
        first=_("From"),
        last=_("Until"),
        file_name="so-dong-gop",
        has_value=True,
    ),
    Register.INITIATIVES: RegisterWords(
        lead=_(
            "Initiatives and models: where they are applied and what came of them; confirmed "
            "by the office above."
        ),
        subject=_("Name of the initiative or model"),
        scope=_("Where it is applied"),
        details=_("What came of it"),
        first=_("Applied from"),
        last=_("Applied until"),
        file_name="so-sang-kien-mo-hinh",
        goes_on=True,
    ),
    Register.INSPECTIONS: RegisterWords(
        lead=_(
            "Inspections and supervision by the plan: what was found, until when it is to be "
            "mended, and whether it is; the inspected unit confirms."
        ),
        subject=_("By the plan"),
        scope=_("What is inspected"),
        details=_("What was found"),
        first=_("On the day"),
        last=_("Until the day"),
        file_name="so-kiem-tra-giam-sat",
        has_due=True,
    ),
}
