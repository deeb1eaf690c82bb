"""Who may do what to an assessment or a recognition, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from criteria.models import Assessment, AssessmentState, Recognition, RecognitionState
from units import scope

Verdict = tuple[bool, str]
YES: Verdict = (True, "")

OPEN_FOR_FILLING = frozenset({AssessmentState.DRAFT, AssessmentState.RETURNED})


class Placed(Protocol):
    """Anything of a unit, with the path of its day."""

    @property
    def unit_id(self) -> int: ...
    @property
    def path(self) -> str: ...


class Standing(Placed, Protocol):
    """What of an assessment decides who sees what stands in it: an `Assessment` has it."""

    @property
    def state(self) -> str: ...
    @property
    def submission(self) -> int: ...


@dataclass(frozen=True)
class Behalf:
    """The appointment in whose right something is done, for the journal."""

    grant: scope.Grant | None

    @property
    def pk(self) -> int | None:
        return self.grant.appointment_id if self.grant else None


def grant_over(user: Any, capability: str, *, unit_id: int, path: str) -> scope.Grant | None:
    """The appointment of today that gives `capability` over a unit."""
    return scope.of(user).grant_for(capability, unit_id=unit_id, path=path)


def _grant(user: Any, capability: str, subject: Placed) -> scope.Grant | None:
    return grant_over(user, capability, unit_id=subject.unit_id, path=subject.path)


def sees_content(user: Any, assessment: Standing) -> Verdict:
    """The unit's own people always; others from the first sending on."""
    if assessment.submission > 0 or _grant(user, "assessment.fill", assessment):
        return YES
    if _grant(user, "assessment.send", assessment):
        return YES
    return False, _("The unit has not sent its self-assessment yet; its content is its own draft.")


def may_fill(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may enter answers and evidence now."""
    if not _grant(user, "assessment.fill", assessment):
        return False, _("You do not fill in self-assessments for this unit.")
    if assessment.state not in OPEN_FOR_FILLING:
        return False, _(
            "Read only: the self-assessment has been sent. It opens again when taken back or "
            "returned."
        )
    return YES


def sees_verdicts(user: Any, assessment: Standing) -> Verdict:
    """Whether `user` sees the verdicts: while a review goes on, only those who review."""
    if assessment.state != AssessmentState.RECEIVED:
        return YES
    if _grant(user, "assessment.review", assessment):
        return YES
    return False, _("The review is going on; its verdicts show when it is closed.")


def may_send(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may send this assessment, or take it back."""
    if not _grant(user, "assessment.send", assessment):
        return False, _("You do not send self-assessments for this unit.")
    return YES


def may_review(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may receive, judge, return and confirm: for the receiving office of the
    route, and never their own work."""
    if not _grant(user, "assessment.review", assessment):
        return False, _("Your roles do not include reviewing this unit's self-assessment.")
    if review_grant(user, assessment) is None:
        return False, _("This self-assessment is received by another office.")
    if takes_part(user, assessment):
        return False, _("Nobody verifies their own: you took part in this self-assessment.")
    return YES


def takes_part(user: Any, assessment: Assessment) -> bool:
    """Whether `user` ever began, filled in, sent or took back this assessment (no query)."""
    return user.pk in assessment.taken_part


def review_grant(user: Any, assessment: Assessment) -> scope.Grant | None:
    """The appointment in whose right `user` reviews: at the receiving office, once it is known.

    Who reviews for several offices does so for each in its own right.
    """
    grants = scope.of(user).grants_for(
        "assessment.review", unit_id=assessment.unit_id, path=assessment.path
    )
    receiver = assessment.receiver_id
    return next((grant for grant in grants if receiver in (None, grant.unit_id)), None)


def may_judge(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may give verdicts on the criteria now."""
    allowed, reason = may_review(user, assessment)
    if not allowed:
        return False, reason
    if assessment.state != AssessmentState.RECEIVED:
        return False, _("Verdicts are given after receiving and before returning or confirming.")
    return YES


def may_declare(user: Any, *, unit_id: int, path: str) -> Verdict:
    """Whether `user` may declare a title that a unit holds by a paper decision."""
    if grant_over(user, "recognition.declare", unit_id=unit_id, path=path):
        return YES
    return False, _("You do not declare titles for this unit.")


def may_correct(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may change a declaration: of the own unit, while nobody has checked it."""
    allowed, reason = may_declare(user, unit_id=recognition.unit_id, path=recognition.path)
    if not allowed:
        return False, reason
    if recognition.state != RecognitionState.DECLARED:
        return False, _("It has been checked; it can be changed after the checking is undone.")
    return YES


def may_note_refusal(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may note, for the unit, that it has read why the title was rejected."""
    allowed, reason = may_declare(user, unit_id=recognition.unit_id, path=recognition.path)
    if not allowed:
        return False, reason
    if recognition.state != RecognitionState.REJECTED:
        return False, _("It is not rejected any more.")
    return YES


def may_check(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may check a declared title, or undo that; never an own declaration."""
    if not _grant(user, "recognition.confirm", recognition):
        return False, _("Your roles do not include confirming titles of this unit.")
    if recognition.declared_by_id == user.pk:
        return False, _("Nobody confirms what they declared themselves.")
    return YES
