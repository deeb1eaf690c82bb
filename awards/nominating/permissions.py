"""Who may do what to a nomination, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from awards.models import OPEN_FOR_WRITING, Nomination, SubmissionState
from core import periods
from core.workflow import YES, Verdict
from units import permissions, queries, scope
from units.models import Placement


def entering_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` proposes what stands at `place`: at the unit itself, or
    at the body that manages it."""
    managers = queries.managers_of_unit(place.unit_id, periods.today())
    return permissions.grant_over(user, "nomination.enter", place, managers)


def writing_grant(user: Any, nomination: Nomination) -> scope.Grant | None:
    """The appointment in whose right `user` writes for the unit that proposes."""
    if not hasattr(nomination, "written_by"):
        nomination.written_by = scope.of(user).grant_at(  # type: ignore[attr-defined]
            nomination.proposer_id, "nomination.enter"
        )
    found: scope.Grant | None = nomination.written_by  # type: ignore[attr-defined]
    return found


def sees_content(user: Any, nomination: Nomination) -> Verdict:
    """The proposing unit's own people always; others from the first sending on."""
    own = {grant.unit_id for grant in scope.of(user).grants}
    if nomination.sent_at or nomination.proposer_id in own:
        return YES
    return False, _("The unit has not sent this nomination yet; it is its own draft.")


def may_write(user: Any, nomination: Nomination) -> Verdict:
    """Whether `user` may change what the nomination says now."""
    if writing_grant(user, nomination) is None:
        return False, _("You do not write nominations of the unit that proposes.")
    if nomination.state not in OPEN_FOR_WRITING:
        return False, _(
            "Read only: the nomination has been sent. It opens again when taken back or returned."
        )
    if lies_signed(nomination):
        return False, _("Read only: the submission that carries it is signed off.")
    return YES


def lies_signed(nomination: Nomination) -> bool:
    """Whether it stands on a submission that is signed off and not sent yet (one query)."""
    return nomination.lines.filter(submission__state=SubmissionState.SIGNED).exists()


def may_withdraw(user: Any, nomination: Nomination) -> Verdict:
    """Whether `user` may withdraw the nomination for the unit that proposes."""
    if writing_grant(user, nomination):
        return YES
    return False, _("Only the unit that proposes withdraws a nomination.")


def appraising_grant(user: Any, nomination: Nomination) -> scope.Grant | None:
    """The appointment in whose right `user` appraises: at the office that has the nomination."""
    return scope.of(user).grant_at(nomination.office_id, "nomination.appraise")


def may_appraise(user: Any, nomination: Nomination) -> Verdict:
    """Whether `user` may appraise, return or drop it: for the office that has it, and never their
    own work."""
    if appraising_grant(user, nomination) is None:
        return False, _("This nomination is appraised by the office that received it.")
    if user.pk in nomination.taken_part:
        return False, _("Nobody appraises their own: you took part in this nomination.")
    return YES
