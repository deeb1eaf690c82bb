"""The names of households, clans and citizens on a submission: opened by an act, for an hour.

The offices that a submission passes see numbers until they say why they need the names; what was
opened stands in the journal, as everywhere (units.personal).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from awards.models import Nomination, Submission, SubmissionState
from awards.submitting import permissions
from core.workflow import YES, Refused, Verdict
from units import personal
from units.models import MEMBER_KINDS, PersonalReading, PersonalRecord

OPEN_STATES = (SubmissionState.SENT, SubmissionState.RECEIVED)


def homes(lines: Sequence[Nomination]) -> set[int]:
    """Keys of the hamlets and offices whose members a submission carries."""
    return {one.placement.unit_id for one in lines if one.unit.kind in MEMBER_KINDS}


def may_open(user: Any, submission: Submission) -> Verdict:
    """Whether `user` may open the names: who prepares or signs the paper, and, once it is sent, who
    reviews it."""
    if permissions.preparing_grant(user, submission.sender_id):
        return YES
    if permissions.signing_grant(user, submission):
        return YES
    if submission.state in OPEN_STATES and permissions.receiving_grant(user, submission):
        return YES
    return False, _("Names are read by who prepares, signs or reviews this submission.")


def open_names(user: Any, submission: Submission, lines: Sequence[Nomination], reason: str) -> None:
    """Open the names on a submission to `user` for an hour.

    Raises Refused: not for this person, or without a reason.
    """
    allowed, why_not = may_open(user, submission)
    if not allowed:
        raise Refused(why_not)
    personal.open_by_work(user, homes(lines), reason)


def names(user: Any, submission: Submission, lines: Sequence[Nomination]) -> Mapping[int, str]:
    """The names that `user` has before them now, by the key of the unit (two queries, none where
    the submission carries no members or is not theirs)."""
    asked = homes(lines)
    if not asked or not may_open(user, submission)[0]:
        return {}
    since = timezone.now() - personal.OPEN_FOR
    opened = set(
        PersonalReading.objects.filter(home__in=asked, user=user, opened_at__gt=since).values_list(
            "home_id", flat=True
        )
    )
    units = [one.unit_id for one in lines if one.placement.unit_id in opened]
    if not units:
        return {}
    return dict(PersonalRecord.objects.filter(unit__in=units).values_list("unit_id", "name"))
