"""Beginning nominations and writing them: many at once from a list, each field as it is typed.

Whatever changes a nomination locks its row first, so that what is sent is what stood there.
"""

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.models import EarlierAward, Nomination, NominationEvidence
from awards.nominating import permissions, prefilling
from campaign.models import Round
from campaign.queries import Occasion, occasion_key
from core import files, journal, periods
from core.happened import refuse_unless_past
from core.workflow import Outdated, Refused, still_there
from criteria.models import AwardForm
from units import entries, scope, withholding
from units.models import Placement, Unit

TEXTS = ("summary", "general", "achievements")
SUMMARY_LENGTH = 1000  # characters: what stands in a cell of the list that goes with the paper


@dataclass(frozen=True)
class Subject:
    """Who may be proposed: a unit, and where it stands (its home, for a household or citizen)."""

    unit: Unit
    place: Placement


def period_of(occasion: Occasion) -> periods.Period:
    """The achievement period that a round or phase asks for: its years, whole."""
    first, last = years_of(occasion)
    return periods.between(datetime.date(first, 1, 1), datetime.date(last, 12, 31))


def years_of(occasion: Occasion) -> tuple[int, int]:
    """The first and last assessed year of a round or phase."""
    if isinstance(occasion, Round):
        return occasion.assessed_year, occasion.assessed_year
    return occasion.from_year, occasion.to_year


def begin(
    user: Any, grant: scope.Grant, form: AwardForm, occasion: Occasion, chosen: Sequence[Subject]
) -> list[Nomination]:
    """Begin a nomination for each chosen subject; who has one already keeps it.

    Args:
        grant: of `user` at the unit that proposes.

    Returns:
        The nominations that were begun.

    Raises:
        Refused: the data of one of them are not to be used.
    """
    withholding.refuse_use([one.unit.pk for one in chosen])
    key = occasion_key(occasion)
    with transaction.atomic(), journal.act("nomination.begin", actor=user, behalf=grant):
        entries.lock(*(one.unit.pk for one in chosen))  # nobody is proposed twice
        there = set(
            Nomination.objects.standing()
            .filter(form=form, unit__in=[one.unit for one in chosen], **key)
            .values_list("unit_id", flat=True)
        )
        begun = [
            Nomination.objects.create(
                form=form,
                **key,
                unit=one.unit,
                placement=one.place,
                path=one.place.path,
                proposer_id=grant.unit_id,
                period=period_of(occasion),
                begun_by=user,
                taken_part=[user.pk],
            )
            for one in chosen
            if one.unit.pk not in there
        ]
        _prefill(begun)
    return begun


def _prefill(nominations: Sequence[Nomination]) -> None:
    """Begin the reports with what the portal knows."""
    known = prefilling.known_of(nominations)
    for one in nominations:
        if _fill_gaps(one, known[one.pk]):
            one.save()


def _fill_gaps(nomination: Nomination, known: prefilling.Known) -> bool:
    """Write, unsaved, what is known where nothing is written; whether anything was."""
    gaps = [name for name in ("general", "achievements") if not getattr(nomination, name).strip()]
    written = {name: getattr(known, name) for name in gaps if getattr(known, name)}
    for name, text in written.items():
        setattr(nomination, name, text)
    return bool(written)


def fill(user: Any, pk: int) -> Nomination:
    """Write into the empty parts of the report what the portal knows.

    Raises Refused: nothing is empty, or nothing is known of what is.
    """
    with _writing(user, pk, "nomination.fill") as nomination:
        known = prefilling.known_of([nomination])[nomination.pk]
        if not _fill_gaps(nomination, known):
            raise Refused(
                _("The portal knows nothing more: what is written already is not overwritten.")
            )
    return nomination


@contextmanager
def _writing(user: Any, pk: int, act: str, seen: int | None = None) -> Iterator[Nomination]:
    """The nomination, locked, for one change by `user`.

    Raises:
        Outdated: its version is not the one that was `seen`.
        Refused: `user` may not write it now.
    """
    with transaction.atomic():
        nomination = locked(pk)
        allowed, why_not = permissions.may_write(user, nomination)
        if not allowed:
            raise Refused(why_not)
        if seen is not None and seen != nomination.version:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        grant = permissions.writing_grant(user, nomination)
        with journal.act(act, actor=user, behalf=grant):
            nomination.note_part(user)
            nomination.version += 1
            yield nomination
            nomination.save()


def locked(pk: int) -> Nomination:
    """The nomination, locked until the transaction ends. Raises Nomination.DoesNotExist."""
    found: Nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("placement", "unit", "form", "round", "phase", "proposer")
        .get(pk=pk)
    )
    return found


def version_of(text: str) -> int:
    """A number that tells one text from another, and that a browser can hold; 0 for no text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) if text else 0


def write(user: Any, pk: int, name: str, text: str, *, seen: int | None) -> Nomination:
    """Save one text of a nomination.

    Args:
        name: one of `TEXTS`.
        seen: `version_of` the text that the person had before them; None where a program writes.

    Raises:
        Outdated: another text stands there meanwhile.
        Refused: `user` may not write it now, or the text is too long.
        ValueError: no such text.
    """
    if name not in TEXTS:
        raise ValueError(name)
    text = text.strip()
    if name == "summary" and len(text) > SUMMARY_LENGTH:
        sentence = _("The summary has at most %(most)d characters; this has %(number)d.")
        raise Refused(sentence % {"most": SUMMARY_LENGTH, "number": len(text)}, field=name)
    with _writing(user, pk, "nomination.write") as nomination:
        stands = getattr(nomination, name)
        if seen is not None and stands != text and seen != version_of(stands):
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        setattr(nomination, name, text)
    return nomination


def set_period(user: Any, pk: int, first: periods.Day, last: periods.Day) -> Nomination:
    """Set the achievement period.

    Raises Refused: it ends before it begins, or `user` may not write it now.
    """
    if last < first:
        raise Refused(_("The period ends before it begins."), field="last")
    with _writing(user, pk, "nomination.period") as nomination:
        nomination.period = periods.between(first, last)
    return nomination


def state_unrestricted(user: Any, pk: int, stated: bool) -> Nomination:
    """State for the proposing unit that no restriction stands against the subject, or take that
    back (Nghị định 152/2025/NĐ-CP, Điều 4). Raises Refused."""
    with _writing(user, pk, "nomination.unrestricted") as nomination:
        nomination.unrestricted_by = user if stated else None
        nomination.unrestricted_at = timezone.now() if stated else None
    return nomination


@dataclass(frozen=True)
class Earlier:
    """An earlier commendation as its paper says."""

    name: str
    decision_number: str
    decided_on: periods.Day
    decided_by: str


def add_earlier(user: Any, pk: int, earlier: Earlier) -> EarlierAward:
    """Enter a commendation that the subject had before.

    Raises Refused: its day is to come, it is entered already, or `user` may not write it now.
    """
    refuse_unless_past(earlier.decided_on, "decided_on")
    with _writing(user, pk, "nomination.earlier") as nomination:
        if nomination.earlier_awards.filter(**vars(earlier)).exists():
            sentence = _("This commendation is entered already.")
            raise Refused(sentence, field="decision_number")
        return EarlierAward.objects.create(nomination=nomination, entered_by=user, **vars(earlier))


def remove_earlier(user: Any, pk: int, earlier_pk: int) -> None:
    """Take an earlier commendation out again. Raises Refused."""
    with _writing(user, pk, "nomination.earlier_removed") as nomination:
        still_there(nomination.earlier_awards.filter(pk=earlier_pk).first()).delete()


def attach(user: Any, pk: int, upload: "UploadedFile[Any]") -> NominationEvidence:
    """Attach a file. Raises Refused, core.files.FileRefused."""
    with _writing(user, pk, "nomination.attach") as nomination:
        stored = files.store(upload, user)
        return NominationEvidence.objects.create(nomination=nomination, file=stored)


def detach(user: Any, pk: int, evidence_pk: int) -> NominationEvidence:
    """Take a file out; it stays on record. Raises Refused."""
    with _writing(user, pk, "nomination.detach") as nomination:
        attached = nomination.evidence.filter(pk=evidence_pk, removed_at=None)
        evidence = still_there(attached.first())
        evidence.removed_by, evidence.removed_at = user, timezone.now()
        evidence.save()
    return evidence
