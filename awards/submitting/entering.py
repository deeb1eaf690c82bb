"""Preparing a submission: whom it carries, its number and day.

Whatever changes a submission locks its row first, so that what is signed is what stood there.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from awards.models import (
    BEING_PREPARED,
    Nomination,
    NominationQuerySet,
    NominationState,
    Submission,
    SubmissionFile,
    SubmissionLine,
)
from awards.nominating.routes import Ways
from awards.submitting import permissions
from campaign.queries import Occasion, occasion_key
from core import files, journal, periods
from core.happened import refuse_unless_past
from core.workflow import Refused, still_there
from criteria.models import AwardForm
from units import entries, scope
from units.models import Placement

# What may go on a paper: of the unit's own nominations, and of those that it received.
OWN_READY = (NominationState.DRAFT, NominationState.RETURNED)
FROM_BELOW_READY = (NominationState.APPRAISED, NominationState.PASSED)


def ready(sender_id: int, form: AwardForm, occasion: Occasion) -> NominationQuerySet:
    """The nominations that the unit may put on a submission: its own that are written, and those
    from below that it has appraised, or its Council voted for; none that lies on another open one
    of its papers. On some of them its own leader may decide: see `forwardable`."""
    own = Q(proposer=sender_id, state__in=OWN_READY)
    from_below = Q(office=sender_id, state__in=FROM_BELOW_READY)
    lying = SubmissionLine.objects.filter(
        submission__sender=sender_id, submission__state__in=BEING_PREPARED
    )
    return Nomination.objects.filter(own | from_below, form=form, **occasion_key(occasion)).exclude(
        pk__in=lying.values("nomination")
    )


def is_ready(sender_id: int, nomination: Nomination) -> bool:
    """Whether one nomination is where `ready` finds it."""
    if nomination.proposer_id == sender_id and nomination.state in OWN_READY:
        return True
    return nomination.office_id == sender_id and nomination.state in FROM_BELOW_READY


def forwardable(sender_id: int, nominations: Sequence[Nomination]) -> list[Nomination]:
    """Those on which the leader of the sending unit does not decide himself (two queries)."""
    ways = Ways([one.path for one in nominations], periods.today())
    return [
        one
        for one in nominations
        if not ways.of(one.path, one.unit.kind, one.form).decided_at(sender_id)
    ]


def begin(
    user: Any,
    grant: scope.Grant,
    form: AwardForm,
    occasion: Occasion,
    nominations: Collection[int] | None = None,
) -> Submission:
    """Begin a submission with what is ready for it.

    Args:
        grant: of `user` at the unit that sends.
        nominations: keys of those that it carries; None for all that are ready.

    Raises Refused: nothing is ready.
    """
    place = Placement.objects.on(periods.today()).get(unit=grant.unit_id)
    with transaction.atomic(), journal.act("submission.begin", actor=user, behalf=grant):
        entries.lock(grant.unit_id)  # no two papers take up the same nomination
        chosen = ready(grant.unit_id, form, occasion).select_for_update(of=("self",))
        if nominations is not None:
            chosen = chosen.filter(pk__in=nominations)
        found = forwardable(grant.unit_id, _in_order(chosen))
        if not found:
            raise Refused(_("No nomination is ready for this form: write one first."))
        submission = Submission.objects.create(
            form=form,
            **occasion_key(occasion),
            sender_id=grant.unit_id,
            placement=place,
            path=place.path,
            begun_by=user,
            taken_part=[user.pk],
        )
        _put(submission, found)
    return submission


def _in_order(chosen: NominationQuerySet) -> list[Nomination]:
    """By place, as the list of the paper has them; locked in the order in which everybody does."""
    found = chosen.select_related("unit", "form").order_by("pk")
    return sorted(found, key=lambda one: (one.path, one.pk))


def _put(submission: Submission, nominations: Collection[Nomination]) -> None:
    last = submission.lines.order_by("-order").values_list("order", flat=True).first() or 0
    SubmissionLine.objects.bulk_create(
        SubmissionLine(submission=submission, nomination=one, order=place)
        for place, one in enumerate(nominations, start=last + 1)
    )


@contextmanager
def _changing(user: Any, pk: int, act: str) -> Iterator[Submission]:
    """The submission, locked, for one change by `user`. Raises Refused."""
    with transaction.atomic():
        submission = locked(pk)
        allowed, why_not = permissions.may_change(user, submission)
        if not allowed:
            raise Refused(why_not)
        grant = permissions.preparing_grant(user, submission.sender_id)
        with journal.act(act, actor=user, behalf=grant):
            submission.note_part(user)
            submission.version += 1
            yield submission
            submission.save()


def locked(pk: int) -> Submission:
    """The submission, locked until the transaction ends. Raises Submission.DoesNotExist."""
    found: Submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("placement", "form", "round", "phase")
        .get(pk=pk)
    )
    return found


def add(user: Any, pk: int, nominations: Collection[int]) -> int:
    """Put further nominations on it that are ready; gives how many. Raises Refused."""
    with _changing(user, pk, "submission.add") as submission:
        entries.lock(submission.sender_id)  # as when it was begun
        chosen = ready(submission.sender_id, submission.form, submission.occasion)
        chosen = chosen.filter(pk__in=nominations).select_for_update(of=("self",))
        found = forwardable(submission.sender_id, _in_order(chosen))
        _put(submission, found)
    return len(found)


def take_off(user: Any, pk: int, nomination_id: int) -> None:
    """Take a nomination off it; it stays with the unit. Raises Refused."""
    with _changing(user, pk, "submission.take_off") as submission:
        still_there(submission.lines.filter(nomination=nomination_id).first()).delete()


def word(user: Any, pk: int, number: str, dated: periods.Day | None, note: str) -> Submission:
    """Set number and symbol, day and further words. Raises Refused: the day is to come, or `user`
    may not change it now."""
    if dated:
        refuse_unless_past(dated, "dated")
    with _changing(user, pk, "submission.word") as submission:
        submission.number, submission.dated, submission.note = number.strip(), dated, note.strip()
    return submission


def attach(user: Any, pk: int, kind: str, upload: "UploadedFile[Any]") -> SubmissionFile:
    """Attach a paper. Raises Refused, core.files.FileRefused."""
    with _changing(user, pk, "submission.attach") as submission:
        stored = files.store(upload, user)
        return SubmissionFile.objects.create(submission=submission, file=stored, kind=kind)


def detach(user: Any, pk: int, file_pk: int) -> None:
    """Take a paper out again. Raises Refused."""
    with _changing(user, pk, "submission.detach") as submission:
        still_there(submission.files.filter(pk=file_pk).first()).delete()


def carried(submission: Submission) -> "QuerySet[Nomination]":
    """The nominations on a submission in its order, with what names their subjects, and with
    `prior_office_id`, the office that had each before it was sent."""
    rows = (
        Nomination.objects.with_subject()
        .filter(lines__submission=submission)
        .annotate(prior_office_id=F("lines__prior_office"))
    )
    return rows.select_related("form", "round", "phase", "placement", "unit").order_by(
        "lines__order"
    )
