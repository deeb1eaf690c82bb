"""Declaring the titles that a unit holds by earlier paper decisions.

Whatever writes a recognition locks in one order: the unit, the recognition, the self-assessments
that lean on it. So two people at once never wait for each other in a circle, and what was found
free stays free until it is written.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files, journal, periods
from core.access import require
from core.models import StoredFile
from core.workflow import Outdated, Refused
from criteria import assessing, evaluation, following, permissions, telling, terms
from criteria.models import (
    Assessment,
    AssessmentState,
    Recognition,
    RecognitionState,
    Title,
)
from units.models import Placement, Unit
from units.scope import Grant

FIRST_YEAR, LAST_YEAR = 2000, 2100

Faults = dict[str, list[str]]


@dataclass(frozen=True)
class Declaration:
    """What a paper decision says of one unit; `held_until` None is without end."""

    title: Title
    grade: str
    assessed_year: int
    decision_number: str
    decided_on: periods.Day
    decided_by: str
    signer: str
    held_from: periods.Day
    held_until: periods.Day | None

    @property
    def period(self) -> periods.Period:
        """From – until, as it is stored."""
        return periods.between(self.held_from, self.held_until)


class Undeclarable(Exception):
    """The declaration cannot be; carries a sentence or more for each field that is wrong."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("; ".join(sentence for found in faults.values() for sentence in found))
        self.faults = faults


# What can be


def faults_of_days(found: Mapping[str, Any]) -> Faults:
    """What is wrong with the days and the year of a declaration, by field.

    Args:
        found: those that could be read of `decided_on`, `held_from`, `held_until` (days) and
            `assessed_year`.
    """
    faults: defaultdict[str, list[str]] = defaultdict(list)
    decided_on, held_from = found.get("decided_on"), found.get("held_from")
    held_until, year = found.get("held_until"), found.get("assessed_year")
    for name, day in (
        ("decided_on", decided_on),
        ("held_from", held_from),
        ("held_until", held_until),
    ):
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            faults[name].append(_("Check the year: %(year)d.") % {"year": day.year})
    if decided_on and decided_on > periods.today():
        faults["decided_on"].append(_("This day lies in the future."))
    if decided_on and held_from and held_from < decided_on:
        faults["held_from"].append(
            _("A title is not held before the day of its decision, %(day)s.")
            % {"day": f"{decided_on:%d/%m/%Y}"}
        )
    if held_from and held_until and held_until < held_from:
        faults["held_until"].append(
            _("It ends before it begins, on %(day)s.") % {"day": f"{held_from:%d/%m/%Y}"}
        )
    if year and decided_on and year > decided_on.year:
        faults["assessed_year"].append(
            _("The decision of %(decided)d cannot judge the year %(year)d.")
            % {"decided": decided_on.year, "year": year}
        )
    return dict(faults)


def faults_of_record(
    placement: Placement, declaration: Declaration, correcting: int | None = None
) -> Faults:
    """What contradicts the title's own rules or what is already on record, by field.

    Args:
        correcting: the key of the recognition that the declaration is to replace.
    """
    return _faults_of_title(placement, declaration) or _faults_beside_others(
        placement, declaration, correcting
    )


def _faults_of_title(placement: Placement, declaration: Declaration) -> Faults:
    """What contradicts the title's own rules."""
    title = declaration.title
    if placement.kind not in title.subject_kinds:
        return {"title": [_("%(title)s is not a title for this kind of unit.") % {"title": title}]}
    if title.grades and declaration.grade not in title.grades:
        return {"grade": [_("Choose the grade that the decision names.")]}
    if declaration.grade and not title.grades:
        return {"grade": [_("This title has no grades.")]}
    too_long = terms.too_long(
        title, declaration.decided_on, declaration.held_from, declaration.held_until
    )
    return {"held_until": [too_long]} if too_long else {}


def _faults_beside_others(
    placement: Placement, declaration: Declaration, correcting: int | None
) -> Faults:
    """What contradicts the other decisions on the unit and title."""
    title = declaration.title
    standing = Recognition.objects.filter(unit=placement.unit_id, title=title).standing()
    others = [other for other in standing if other.pk != correcting]
    if any(_same_decision(other, declaration) for other in others):
        return {"decision_number": [_("This decision is already entered for this title.")]}
    own = (declaration.grade, declaration.decided_on)
    for other in others:
        if _overlap(other.period, declaration.period) and not _ends_before(other, declaration):
            return {"held_from": [_already_held(other)]}
        if too_early := terms.too_early(title, own, (other.grade, other.decided_on)):
            return {"grade": [f"{too_early} {evaluation.citation_of(other)}."]}
    return {}


def _ends_before(other: Recognition, declaration: Declaration) -> bool:
    """Whether a later decision closes an earlier one: on the day before its own first."""
    first = periods.first_day(other.period)
    return first is None or first < declaration.held_from


def _same_decision(other: Recognition, declaration: Declaration) -> bool:
    return other.decided_on == declaration.decided_on and (
        decision_key(other.decision_number) == decision_key(declaration.decision_number)
    )


def decision_key(number: str) -> str:
    """Equal for numbers of decisions that differ only in spaces and capitals."""
    return "".join(number.split()).casefold()


def _overlap(one: periods.Period, other: periods.Period) -> bool:
    earliest, latest = periods.Day.min, periods.Day.max
    return (one.lower or earliest) < (other.upper or latest) and (other.lower or earliest) < (
        one.upper or latest
    )


def _already_held(other: Recognition) -> str:
    return _("The title is already held in this period: %(decision)s, %(period)s.") % {
        "decision": evaluation.citation_of(other),
        "period": period_text(other.period),
    }


def period_text(period: periods.Period) -> str:
    """`05/01/2026 – 04/01/2029`, both days included."""
    first, last = periods.first_day(period), periods.last_day(period)
    begins = f"{first:%d/%m/%Y}" if first else "…"
    return f"{begins} – {last:%d/%m/%Y}" if last else _("from %(day)s on") % {"day": begins}


# Writing


def keep_scan(user: Any, upload: "UploadedFile[Any]") -> StoredFile:
    """Take the scan of a decision, so that it need not be sent again if something else is wrong.

    Raises:
        FileRefused: the file is not one that is accepted, with the reason.
    """
    with journal.act("recognition.scan", actor=user):
        return files.store(upload, user)


def declare(
    user: Any, placement: Placement, declaration: Declaration, scan: StoredFile | None = None
) -> Recognition:
    """Declare that a unit holds a title; it counts at once, as not yet confirmed.

    Raises:
        PermissionDenied: `user` may not declare for this unit.
        Undeclarable: with what is wrong, by field.
    """
    require(permissions.may_declare(user, placement))
    with transaction.atomic():
        lock_unit(placement.unit_id)
        _refuse(faults_of_record(placement, declaration))
        recognition = Recognition(
            unit_id=placement.unit_id,
            placement=placement,
            path=placement.path,
            declared_by=user,
            taken_part=[user.pk],
            scan=scan,
        )
        _write(recognition, declaration)
        with journal.act("recognition.declare", actor=user, behalf=_behalf(user, recognition)):
            close_running(recognition)
            recognition.save()
            refresh_assessments(recognition.unit_id)
            following.of_title(recognition.title, [recognition.path])
            telling.of_declaration(recognition)
    return recognition


def correct(
    pk: int, user: Any, declaration: Declaration, scan: StoredFile | None, *, seen: str
) -> Recognition:
    """Change a declaration that nobody has checked yet.

    Args:
        scan: the scan of the decision from now on; None keeps the one that is there.
        seen: the `fingerprint` of what the person had before them.

    Raises:
        Recognition.DoesNotExist: there is none such.
        Refused: it has been checked, somebody changed it meanwhile, or it is not theirs.
        Undeclarable: with what is wrong, by field.
    """
    with transaction.atomic():
        recognition = locked(pk)
        if fingerprint(recognition) != seen:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        allowed, reason = permissions.may_correct(user, recognition)
        if not allowed:
            raise Refused(reason)
        _refuse(faults_of_record(recognition.placement, declaration, correcting=pk))
        _write(recognition, declaration)
        recognition.scan = scan or recognition.scan
        # Whoever entered it last answers for it; nobody who ever did confirms it.
        recognition.note_part(user)
        recognition.declared_by, recognition.declared_at = user, timezone.now()
        with journal.act("recognition.correct", actor=user, behalf=_behalf(user, recognition)):
            before = recognition.closes
            close_running(recognition)
            recognition.save()
            if before and before != recognition.closes:
                _run_on(before)
            refresh_assessments(recognition.unit_id)
            following.of_title(recognition.title, [recognition.path])
    return recognition


def take_out(pk: int, user: Any, *, seen: str) -> None:
    """Take out a declaration that nobody has checked, as if it had not been made.

    Args:
        seen: the `fingerprint` of what the person had before them.

    Raises:
        Recognition.DoesNotExist: there is none such.
        Refused: it has been checked, somebody changed it meanwhile, something was built on it, or
            it is not theirs.
    """
    with transaction.atomic():
        recognition = locked(pk)
        if fingerprint(recognition) != seen:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        allowed, reason = permissions.may_correct(user, recognition)
        if not allowed:
            raise Refused(reason)
        behalf = _behalf(user, recognition)
        with journal.act("recognition.take_out", actor=user, behalf=behalf):
            telling.of_taking_out(recognition)
            before = recognition.closes
            recognition.delete()
            if before:
                _run_on(before)
            refresh_assessments(recognition.unit_id)
            following.of_title(recognition.title, [recognition.path])


def note_refusal(pk: int, user: Any) -> Recognition:
    """Note that the unit has read why its declaration was rejected; a second time changes nothing.

    Raises:
        Recognition.DoesNotExist: there is none such.
        Refused: it is not rejected any more, or it is not theirs.
    """
    with transaction.atomic():
        recognition = locked(pk)
        allowed, reason = permissions.may_note_refusal(user, recognition)
        if not allowed:
            raise Refused(reason)
        if recognition.refusal_seen_at is None:
            recognition.refusal_seen_by, recognition.refusal_seen_at = user, timezone.now()
            behalf = _behalf(user, recognition)
            with journal.act("recognition.refusal_seen", actor=user, behalf=behalf):
                recognition.save(update_fields=["refusal_seen_by", "refusal_seen_at"])
    return recognition


def _write(recognition: Recognition, declaration: Declaration) -> None:
    recognition.title = declaration.title
    recognition.grade = declaration.grade
    recognition.assessed_year = declaration.assessed_year
    recognition.decision_number = declaration.decision_number
    recognition.decided_on = declaration.decided_on
    recognition.decided_by = declaration.decided_by
    recognition.signer = declaration.signer
    recognition.period = declaration.period


def _behalf(user: Any, recognition: Recognition) -> Grant | None:
    return permissions.grant_over(user, "recognition.declare", recognition)


def _refuse(faults: Faults) -> None:
    if faults:
        raise Undeclarable(faults)


# Several people at once


def lock_unit(unit_id: int) -> None:
    """Let nobody else write a recognition of the unit until the transaction ends.

    Rows that only point at the unit are not held up.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)


def locked(pk: int) -> Recognition:
    """The recognition, locked after its unit. Raises Recognition.DoesNotExist."""
    lock_unit(Recognition.objects.values_list("unit_id", flat=True).get(pk=pk))
    return (
        Recognition.objects.select_for_update(of=("self",))
        .select_related("placement", "title")
        .get(pk=pk)
    )


def fingerprint(recognition: Recognition) -> str:
    """What a recognition says and its state, in a few characters: changed if any of it changed."""
    said = [
        recognition.title_id,
        recognition.grade,
        recognition.assessed_year,
        recognition.decision_number,
        recognition.decided_on.isoformat(),
        recognition.decided_by,
        recognition.signer,
        period_text(recognition.period),
        recognition.scan_id,
        recognition.state,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


def refresh_assessments(unit_id: int) -> None:
    """Judge the unit's unconfirmed self-assessments again (inside an act)."""
    open_ones = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("round", "criteria_set__document", "placement")
        .filter(unit=unit_id)
        .exclude(state=AssessmentState.CONFIRMED)
        .order_by("pk")
    )
    for assessment in open_ones:
        assessing.refresh(assessment)


def is_free(recognition: Recognition) -> bool:
    """Whether a recognition that does not count could count again: nothing else fills its place
    but what it would close."""
    standing = Recognition.objects.filter(
        unit=recognition.unit_id, title=recognition.title_id
    ).standing()
    period = recognition.revoked_period or recognition.period
    others = standing.filter(period__overlap=period).exclude(pk=recognition.pk)
    if first := periods.first_day(period):
        others = others.exclude(period__startswith__lt=first)
    return not others.exists()


def keeps_waiting_time(recognition: Recognition) -> bool:
    """Whether a recognition that does not count could count again beside the decisions on other
    grades that do."""
    others = Recognition.objects.filter(
        unit=recognition.unit_id, title=recognition.title_id
    ).standing()
    own = (recognition.grade, recognition.decided_on)
    return not any(
        terms.too_early(recognition.title, own, (other.grade, other.decided_on))
        for other in others.exclude(pk=recognition.pk)
    )


# What a later decision closes


def close_running(recognition: Recognition) -> None:
    """Before a recognition is saved as one that counts: end the one of the unit and title that runs
    on its first day, on the day before. The unit is locked; inside an act."""
    first = periods.first_day(recognition.period)
    running = (
        Recognition.objects.standing()
        .filter(unit=recognition.unit_id, title=recognition.title_id, period__contains=first)
        .exclude(pk=recognition.pk)
        .order_by("period")
        .first()
    )
    recognition.closes = running
    if running and first:
        running.open_period = running.open_period or running.period
        running.period = periods.between(periods.first_day(running.period), first - periods.ONE_DAY)
        running.save(update_fields=["period", "open_period"])


def reopen_closed(recognition: Recognition) -> None:
    """After a recognition was saved as one that does not count: what it had closed runs on. The
    unit is locked; inside an act."""
    before = recognition.closes
    if before is None:
        return
    recognition.closes = None
    recognition.save(update_fields=["closes"])
    _run_on(before)


def _run_on(before: Recognition) -> None:
    """Let a recognition that was closed run on; one that does not count stays as it was, and runs
    on when it counts again (`take_up`)."""
    if before.state in (RecognitionState.DECLARED, RecognitionState.CONFIRMED):
        take_up(before)


def take_up(recognition: Recognition) -> None:
    """Let a recognition that a later one had closed be held as long as it was to be, or until the
    next one that counts begins. The unit is locked; inside an act."""
    if recognition.open_period is None:
        return
    whole, begins = recognition.open_period, periods.first_day(recognition.open_period)
    others = Recognition.objects.standing().filter(
        unit=recognition.unit_id, title=recognition.title_id, period__overlap=whole
    )
    later = [
        (first, one)
        for one in others.exclude(pk=recognition.pk)
        if (first := periods.first_day(one.period)) and (begins is None or first > begins)
    ]
    if not later:
        recognition.period, recognition.open_period = whole, None
        recognition.save(update_fields=["period", "open_period"])
        return
    first, following_one = min(later, key=lambda pair: pair[0])
    recognition.period = periods.between(begins, first - periods.ONE_DAY)
    recognition.save(update_fields=["period", "open_period"])
    following_one.closes = recognition
    following_one.save(update_fields=["closes"])
