"""Who may do what to a submission, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from awards.models import Submission, SubmissionState
from core.workflow import YES, Verdict
from units import scope
from units.models import UnitKind

OPEN_FOR_CHANGES = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})


def preparing_grant(user: Any, unit_id: int) -> scope.Grant | None:
    """The appointment in whose right `user` prepares submissions of a unit: at that very unit."""
    return scope.of(user).grant_at(unit_id, "submission.prepare")


def signing_grant(user: Any, submission: Submission) -> scope.Grant | None:
    """The appointment in whose right `user` signs a submission off."""
    return scope.of(user).grant_at(submission.sender_id, "submission.sign")


def needs_signature(submission: Submission) -> bool:
    """Whether a second person signs it off; a hamlet has nobody: its list goes with the minutes."""
    return submission.placement.kind != UnitKind.HAMLET


def receiving_grant(user: Any, submission: Submission) -> scope.Grant | None:
    """The appointment in whose right `user` receives a submission."""
    return scope.of(user).grant_at(submission.receiver_id, "nomination.appraise")


def sees_content(user: Any, submission: Submission) -> Verdict:
    """The sending unit's own people always; others from the sending on."""
    own = {grant.unit_id for grant in scope.of(user).grants}
    if submission.sent_at or submission.sender_id in own:
        return YES
    return False, _("The unit has not sent this submission yet; it is its own draft.")


def may_prepare(user: Any, submission: Submission) -> Verdict:
    """Whether `user` acts for the sending unit."""
    if preparing_grant(user, submission.sender_id):
        return YES
    return False, _("You do not prepare submissions of this unit.")


def may_change(user: Any, submission: Submission) -> Verdict:
    """Whether `user` may change what it says and whom it carries now."""
    allowed, why_not = may_prepare(user, submission)
    if allowed and submission.state not in OPEN_FOR_CHANGES:
        return False, _("Read only: it is signed off or sent. Take it back to change it.")
    return allowed, why_not


def may_sign(user: Any, submission: Submission) -> Verdict:
    """Whether `user` may sign it off: for the sending unit, and not what they prepared."""
    if signing_grant(user, submission) is None:
        return False, _("Only who signs for the sending unit signs this off.")
    if user.pk in submission.taken_part:
        return False, _("A second person signs off: you took part in this submission.")
    return YES


def may_receive(user: Any, submission: Submission) -> Verdict:
    """Whether `user` may receive or return it: at the receiving office, and never their own."""
    if receiving_grant(user, submission) is None:
        return False, _("This submission is received by another office.")
    if user.pk in submission.taken_part:
        return False, _("Nobody receives their own: you took part in this submission.")
    return YES
