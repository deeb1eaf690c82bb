"""The day of something that has happened: a paper, an answer, a decision."""

from django.utils.translation import gettext as _

from core import periods
from core.workflow import Refused


def refuse_unless_past(day: periods.Day, field: str, *, since: periods.Day | None = None) -> None:
    """Refuse a day on which it cannot have happened: one that is to come, or before `since`.

    Args:
        field: where the day was entered.
        since: the day of what it follows upon, where that is known.

    Raises Refused.
    """
    today = periods.today()
    if since and not since <= day <= today:
        words = {"first": f"{since:%d/%m/%Y}", "today": f"{today:%d/%m/%Y}"}
        sentence = _("The day lies between %(first)s and today, %(today)s.")
        raise Refused(sentence % words, field=field)
    if day > today:
        sentence = _("The day %(day)s is still to come.")
        raise Refused(sentence % {"day": f"{day:%d/%m/%Y}"}, field=field)
