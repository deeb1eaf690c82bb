"""Listing who is to be recognised: who comes into question, who reaches the title, the meeting.

Whatever changes a list locks its row first, so that what is sent is what stands there.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.models import Round
from core import journal, periods
from core.workflow import Refused
from criteria import terms
from criteria.batches import permissions
from criteria.batches.offers import Offer
from criteria.models import (
    Assessment,
    AssessmentState,
    BatchLine,
    BatchState,
    CriteriaSet,
    RecognitionBatch,
    RecognitionQuerySet,
    Registration,
    RegistrationState,
    Unregistered,
)
from criteria.outcome import Status
from units import entries, members
from units.models import Placement, UnitKind
from units.permissions import ORGANISATIONS

OVER = (BatchState.DROPPED, BatchState.REVOKED)


def begin(user: Any, round_: Round, offer: Offer, grade: str = "") -> RecognitionBatch:
    """Begin a list with everybody who comes into question.

    Units of the tree that are found by their confirmed self-assessment to reach the title are
    ticked beforehand.

    Raises Refused: not by this person, no office is configured, or a grade that the title has not.
    """
    place = offer.place
    grant = permissions.entering_grant(user, place)
    if grant is None:
        raise Refused(_("You do not list who is to be recognised at this unit."))
    if not offer.is_configured:
        raise Refused(_("No office is configured to appraise or decide this (not configured)."))
    if offer.title.grades and grade not in offer.title.grades:
        raise Refused(_("Choose the grade that the decision names."), field="grade")
    with transaction.atomic(), journal.act("batch.begin", actor=user, behalf=grant):
        entries.lock(place.unit_id)
        begun = RecognitionBatch.objects.create(
            round=round_,
            title=offer.title,
            grade=grade if offer.title.grades else "",
            kind=offer.kind,
            unit_id=place.unit_id,
            placement=place,
            path=place.path,
            begun_by=user,
            taken_part=[user.pk],
        )
        _fill(begun)
    return begun


def _fill(batch: RecognitionBatch) -> None:
    """Put in who comes into question and stands in no other list of the round for the title."""
    found = _of_members(batch) if batch.of_members else _of_the_tree(batch)
    if batch.title.unregistered == Unregistered.REFUSE:
        found = found.filter(Exists(_registered(batch)))
    elsewhere = BatchLine.objects.filter(
        unit=OuterRef("unit"), batch__round=batch.round_id, batch__title=batch.title_id
    ).exclude(batch__state__in=OVER)
    waits = held_back(batch).filter(unit=OuterRef("unit"))
    passes = Exists(_found_to_reach(batch)) & ~Exists(waits)
    rows = found.exclude(Exists(elsewhere)).annotate(passes=passes)
    homes = {one.unit_id: one.pk for one in _homes(batch)} if batch.of_members else {}
    lines = [
        BatchLine(
            batch=batch,
            unit_id=one.unit_id,
            placement_id=homes[one.home_id] if batch.of_members else one.pk,
            passed=one.passes,
        )
        for one in rows
    ]
    BatchLine.objects.bulk_create(lines, batch_size=5000)
    batch.listed = len(lines)
    batch.save(update_fields=["listed"])


def _of_members(batch: RecognitionBatch) -> QuerySet[Any]:
    """The members of the place today: those of an approved registration, where there is one."""
    everybody = members.belonging(batch.placement)
    assert everybody is not None  # noqa: S101 -- offers lists no members elsewhere
    everybody = everybody.filter(kind=batch.kind).order_by("home", "number")
    registered = everybody.filter(Exists(_registered(batch)))
    return registered if registered.exists() else everybody


def _of_the_tree(batch: RecognitionBatch) -> QuerySet[Any]:
    """The units of the kind that lie in the place, but what is managed from elsewhere."""
    found = Placement.objects.on(periods.today()).under(batch.path).filter(kind=batch.kind)
    found = found.exclude(unit=batch.unit_id).order_by("name", "pk")
    if batch.kind not in ORGANISATIONS:
        return found
    own = found.filter(managed_by=batch.unit_id)
    if batch.placement.kind == UnitKind.COMMUNE:
        return own
    offices = Placement.objects.on(periods.today()).filter(managed_by=batch.unit_id)
    return own | found.filter(managed_by__in=offices.values("unit"))


def _registered(batch: RecognitionBatch) -> QuerySet[Registration]:
    return Registration.objects.filter(
        unit=OuterRef("unit"),
        list__round=batch.round_id,
        list__title=batch.title_id,
        list__state=RegistrationState.APPROVED,
    )


def _found_to_reach(batch: RecognitionBatch) -> QuerySet[Assessment]:
    """Confirmed self-assessments for the title of the round that reach it."""
    return Assessment.objects.filter(
        unit=OuterRef("unit"),
        round=batch.round_id,
        state=AssessmentState.CONFIRMED,
        result_status=Status.MET,
        criteria_set__purpose=CriteriaSet.Purpose.TITLE,
        criteria_set__title=batch.title_id,
    )


def _homes(batch: RecognitionBatch) -> QuerySet[Placement]:
    return Placement.objects.on(periods.today()).under(batch.path)


def held_back(batch: RecognitionBatch) -> RecognitionQuerySet:
    """The recognitions at a lower grade after which the grade of the list cannot be asked for yet:
    on the day of sending, before it today."""
    day = timezone.localdate(batch.sent_at) if batch.is_on_its_way else periods.today()
    return terms.holding_back(batch.title, batch.grade, day)


def mark(user: Any, pk: int, unit_ids: Collection[int] | None, *, passed: bool) -> RecognitionBatch:
    """Say of some, or of all (None), whether they reach the title. Of all, those stay out whose
    waiting time for a higher grade runs.

    Raises:
        Refused: not by this person or not now, or the waiting time of one of some still runs.
        RecognitionBatch.DoesNotExist: there is no such list.
    """
    with changing(user, pk, "batch.mark") as batch:
        lines = batch.lines.exclude(passed=passed)
        if unit_ids is not None:
            lines = lines.filter(unit__in=unit_ids)
        if passed:
            waiting = held_back(batch)
            if unit_ids is not None:
                _refuse_waiting(batch, waiting.filter(unit__in=unit_ids))
            lines = lines.exclude(unit__in=waiting.values("unit"))
        lines.update(passed=passed)
    return batch


def _refuse_waiting(batch: RecognitionBatch, waiting: RecognitionQuerySet) -> None:
    last = waiting.order_by("-decided_on").first()
    allowed = terms.may_be_asked_from(batch.title, last.decided_on) if last else None
    if allowed:
        raise Refused(terms.wait_sentence(batch.title, allowed))


MEETING = ("met_on", "met_at", "chaired_by", "written_by", "invited", "present", "opinions")


def write_meeting(user: Any, pk: int, said: Mapping[str, Any]) -> RecognitionBatch:
    """Set what the minutes of the meeting say: `MEETING` by name. Raises Refused."""
    with changing(user, pk, "batch.meeting") as batch:
        for name in MEETING:
            setattr(batch, name, said[name])
    return batch


@contextmanager
def changing(user: Any, pk: int, act: str) -> Iterator[RecognitionBatch]:
    """The draft, locked, for one change by `user`. Raises Refused."""
    with transaction.atomic():
        batch = locked(pk)
        allowed, why_not = permissions.may_enter(user, batch)
        if not allowed:
            raise Refused(why_not)
        grant = permissions.entering_grant(user, batch.placement)
        with journal.act(act, actor=user, behalf=grant):
            batch.note_part(user)
            batch.version += 1
            yield batch
            batch.save()


def locked(pk: int) -> RecognitionBatch:
    """The list, locked until the transaction ends. Raises RecognitionBatch.DoesNotExist."""
    found: RecognitionBatch = (
        RecognitionBatch.objects.select_for_update(of=("self",))
        .select_related("placement", "title", "round")
        .get(pk=pk)
    )
    return found
