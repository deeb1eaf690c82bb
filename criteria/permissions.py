"""Who may do what to an assessment or a recognition, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.db.models import Q
from django.utils.translation import gettext as _

from campaign.queries import path_ids
from core import periods
from core.workflow import YES, Verdict
from criteria.models import Assessment, AssessmentState, Recognition, RecognitionState
from units import queries, scope
from units.models import Placement

OWN = ("assessment.fill", "assessment.send")
OPEN_FOR_FILLING = frozenset({AssessmentState.DRAFT, AssessmentState.RETURNED})


class Placed(Protocol):
    """Anything of a unit, with the path of its day: a member's is that of its home."""

    @property
    def path(self) -> str: ...


class Standing(Placed, Protocol):
    """What of an assessment decides who sees what of it: an `Assessment` has it."""

    @property
    def state(self) -> str: ...
    @property
    def submission(self) -> int: ...
    @property
    def receiver_id(self) -> int | None: ...


def grant_over(
    user: Any, capability: str, subject: Placed, managers: Collection[int] | None = None
) -> scope.Grant | None:
    """The appointment of today that gives `capability` over a unit or a record of one.

    A household, clan or citizen is in the scope of whoever has its home there.

    Args:
        managers: the bodies that manage the unit today, where they are known (one query otherwise,
            only for who has the capability over what the own unit manages).
    """
    held = scope.of(user)
    node = path_ids(subject.path)[-1]
    own = held.grant_for(capability, unit_id=node, path=subject.path)
    if own or not any(held.grants_by_managing(capability)):
        return own
    if managers is None:
        managers = _managers_today(subject)
    return held.grant_for(capability, unit_id=node, path=subject.path, managers=managers)


def read_managers(user: Any, found: Collection[Assessment]) -> None:
    """Read for many assessments at once who manages their units today, where that gives `user`
    anything (two queries)."""
    if not manages(user):
        return
    nodes = {one.pk: path_ids(one.path)[-1] for one in found}
    places = Placement.objects.on(periods.today()).filter(unit__in=set(nodes.values()))
    managers = queries.managers_of(places, periods.today())
    for one in found:
        one.managers_today = managers.get(nodes[one.pk], ())


def manages(user: Any) -> bool:
    """Whether `user` fills in, sends or reviews for units that the own unit manages (no query)."""
    held = scope.of(user)
    return any(any(held.grants_by_managing(own)) for own in (*OWN, "assessment.review"))


def sees_content(
    user: Any, assessment: Standing, managers: Collection[int] | None = None
) -> Verdict:
    """The unit's own people and who manages it always; others from the first sending on.

    Args:
        managers: as of `grant_over`.
    """
    if assessment.submission > 0:
        return YES
    if any(grant_over(user, own, assessment, managers) for own in OWN):
        return YES
    return False, _("The unit has not sent its self-assessment yet; its content is its own draft.")


def may_begin(user: Any, subject: Placed, managers: Collection[int] | None = None) -> Verdict:
    """Whether `user` may begin and fill in the self-assessment of a unit.

    Args:
        managers: as of `grant_over`.
    """
    if grant_over(user, "assessment.fill", subject, managers):
        return YES
    if scope.of(user).has("assessment.fill"):
        return False, _managed_elsewhere(subject)
    return False, _("You do not fill in self-assessments for this unit.")


def _managed_elsewhere(subject: Placed) -> str:
    """Why somebody who fills in for other units does not for this one (two queries)."""
    today = Placement.objects.on(periods.today())
    place = today.filter(unit=path_ids(subject.path)[-1]).first()
    body = today.filter(unit=place.managed_by_id).first() if place and place.managed_by_id else None
    if body is None:
        return _("You do not fill in self-assessments for this unit.")
    return _(
        "It is filled in by the unit itself or by %(body)s, which manages it; it counts where it "
        "lies."
    ) % {"body": body.name}


def may_fill(user: Any, assessment: Assessment, managers: Collection[int] | None = None) -> Verdict:
    """Whether `user` may enter answers and evidence now.

    Args:
        managers: as of `grant_over`.
    """
    allowed, reason = may_begin(user, assessment, managers)
    if not allowed:
        return False, reason
    return is_open(assessment)


def is_open(assessment: Assessment) -> Verdict:
    """Whether it stands in a state in which it is filled in."""
    if assessment.state in OPEN_FOR_FILLING:
        return YES
    return False, _(
        "Read only: the self-assessment has been sent. It opens again when taken back or returned."
    )


def sees_verdicts(
    user: Any, assessment: Standing, managers: Collection[int] | None = None
) -> Verdict:
    """Whether `user` sees the verdicts: while a review goes on, only those who review.

    Args:
        managers: as of `grant_over`.
    """
    if assessment.state != AssessmentState.RECEIVED:
        return YES
    if review_grant(user, assessment, managers):
        return YES
    return False, _("The review is going on; its verdicts show when it is closed.")


def may_send(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may send this assessment, or take it back."""
    if not grant_over(user, "assessment.send", assessment):
        return False, _("You do not send self-assessments for this unit.")
    return YES


def may_review(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may receive, judge, return and confirm: for the receiving office of the
    route, and never their own work."""
    grants = _review_grants(user, assessment)
    if not grants:
        return False, _("Your roles do not include reviewing this unit's self-assessment.")
    if not _at_receiver(grants, assessment):
        return False, _("This self-assessment is received by another office.")
    if assessment.receiver_id == assessment.unit_id:
        return False, _("No office verifies its own self-assessment.")
    if assessment.took_part(user):
        return False, _("Nobody verifies their own: you took part in this self-assessment.")
    return YES


def review_grant(
    user: Any, assessment: Standing, managers: Collection[int] | None = None
) -> scope.Grant | None:
    """The appointment in whose right `user` reviews: at the receiving office, once it is known.

    Who reviews for several offices does so for each in its own right.

    Args:
        managers: as of `grant_over`.
    """
    return _at_receiver(_review_grants(user, assessment, managers), assessment)


def _at_receiver(grants: Iterable[scope.Grant], assessment: Standing) -> scope.Grant | None:
    receiver = assessment.receiver_id
    return next((grant for grant in grants if receiver in (None, grant.unit_id)), None)


def _review_grants(
    user: Any, assessment: Standing, managers: Collection[int] | None = None
) -> list[scope.Grant]:
    """Every appointment that gives reviewing of this unit, whoever receives it."""
    held = scope.of(user)
    node = path_ids(assessment.path)[-1]
    if not any(held.grants_by_managing("assessment.review")):
        managers = ()
    elif managers is None:
        managers = _managers_today(assessment)
    grants = held.grants_for(
        "assessment.review", unit_id=node, path=assessment.path, managers=managers
    )
    return list(grants)


def _managers_today(subject: Placed) -> Collection[int]:
    """The bodies that manage a unit, or the home of a member, today: of an assessment read once."""
    if isinstance(subject, Assessment) and subject.managers_today is not None:
        return subject.managers_today
    found = queries.managers_of_unit(path_ids(subject.path)[-1], periods.today())
    if isinstance(subject, Assessment):
        subject.managers_today = found
    return found


def review_offices(user: Any) -> set[int]:
    """The units at which `user` reviews self-assessments (no query)."""
    return scope.of(user).units_with("assessment.review")


def may_judge(user: Any, assessment: Assessment) -> Verdict:
    """Whether `user` may give verdicts on the criteria now."""
    allowed, reason = may_review(user, assessment)
    if not allowed:
        return False, reason
    if assessment.state != AssessmentState.RECEIVED:
        return False, _("Verdicts are given after receiving and before returning or confirming.")
    return YES


def may_declare(user: Any, subject: Placed) -> Verdict:
    """Whether `user` may declare a title that a unit holds by a paper decision."""
    if grant_over(user, "recognition.declare", subject):
        return YES
    return False, _("You do not declare titles for this unit.")


def may_correct(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may change a declaration: of the own unit, while nobody has checked it."""
    allowed, reason = may_declare(user, recognition)
    if not allowed:
        return False, reason
    if recognition.state != RecognitionState.DECLARED:
        return False, _("It has been checked; it can be changed after the checking is undone.")
    return YES


def may_note_refusal(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may note, for the unit, that it has read why the title was rejected."""
    allowed, reason = may_declare(user, recognition)
    if not allowed:
        return False, reason
    if recognition.state != RecognitionState.REJECTED:
        return False, _("It is not rejected any more.")
    return YES


def checking_grants(user: Any, recognition: Recognition) -> list[scope.Grant]:
    """Every appointment of `user` that gives checking the titles of the unit."""
    node = path_ids(recognition.path)[-1]
    return list(
        scope.of(user).grants_for("recognition.confirm", unit_id=node, path=recognition.path)
    )


def checking_grant(user: Any, recognition: Recognition) -> scope.Grant | None:
    """The appointment in whose right `user` checks a title: at another unit than holds it."""
    grants = checking_grants(user, recognition)
    return next((grant for grant in grants if grant.unit_id != recognition.unit_id), None)


def to_check(user: Any) -> Q:
    """Filter of the titles that `user` may check, as `may_check` has it."""
    found = scope.NOTHING
    for grant in scope.of(user).grants:
        reach = scope.Scope((grant,)).q("recognition.confirm", unit="unit_id", path="path")
        found |= reach & ~Q(unit=grant.unit_id)
    return found & ~Q(declared_by=user) & ~Q(taken_part__contains=[user.pk])


def may_check(user: Any, recognition: Recognition) -> Verdict:
    """Whether `user` may check a declared title, or undo that; never one that they, or for their
    own office somebody else, declared."""
    if not checking_grants(user, recognition):
        return False, _("Your roles do not include confirming titles of this unit.")
    if recognition.batch_id:
        return False, _("It was decided by a list in the portal: it is revoked there.")
    if checking_grant(user, recognition) is None:
        return False, _("No office confirms its own title.")
    if user.pk == recognition.declared_by_id or recognition.took_part(user):
        return False, _("Nobody confirms what they declared themselves.")
    return YES
