"""Whether a unit registered for the title by which it is to be recognised, and what follows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaign.models import Round
from core.presentation import Finding
from core.workflow import YES, Verdict
from criteria.models import Recognition, RegistrationList, RegistrationState, Unregistered

_KNOWN: Mapping[str, Any] = {
    RegistrationState.WAITING: lambda: _("its registration still waits for approval"),
    RegistrationState.REJECTED: lambda: _("its registration was refused"),
    RegistrationState.WITHDRAWN: lambda: _("it has withdrawn its registration"),
}


def finding(recognition: Recognition) -> Finding | None:
    """What is to be said of a recognition whose unit did not register; None where nothing is.

    A year for which the portal had no round asks nothing. What follows is the title's own setting
    with its source; without one it only deserves a look. Read once for the object (two queries).
    """
    if not hasattr(recognition, "unregistered"):
        recognition.unregistered = _finding(recognition)  # type: ignore[attr-defined]
    found: Finding | None = recognition.unregistered  # type: ignore[attr-defined]
    return found


def _finding(recognition: Recognition) -> Finding | None:
    title = recognition.title
    if title.unregistered == Unregistered.ALLOW:
        return None
    round_ = Round.objects.filter(assessed_year=recognition.assessed_year).first()
    if round_ is None:
        return None
    states = set(
        RegistrationList.objects.filter(
            round=round_, title=title, lines__unit=recognition.unit_id
        ).values_list("state", flat=True)
    )
    if RegistrationState.APPROVED in states:
        return None
    known = next((words() for state, words in _KNOWN.items() if state in states), "")
    text = _("The unit is not registered for this title in %(round)s.") % {"round": round_.name}
    return Finding(
        f"{text[:-1]}: {known}." if known else text,
        title.unregistered == Unregistered.REFUSE,
        title.unregistered_basis or _("no source says what follows; it only deserves a look"),
    )


def may_be_recognised(recognition: Recognition) -> Verdict:
    """Whether the title's setting lets it be recognised, as a condition of a step."""
    found = finding(recognition)
    if found is None or not found.blocks:
        return YES
    return False, f"{found.text} {found.article}"
