"""Filling in and verifying a self-assessment, field by field."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.models import Round
from core import files, journal, periods
from core.workflow import YES, Refused, Verdict
from criteria import evaluation, permissions, rules, sheets
from criteria.answers import dump_answer, parse_answer
from criteria.applicability import Applicable, applicable_set, why_none
from criteria.models import (
    Answer,
    AnswerVerdict,
    Assessment,
    CriteriaSet,
    Criterion,
    Evidence,
)
from criteria.outcome import SetOutcome
from units.models import Placement

MAX_PIECES = 20  # of evidence for one criterion


class Conflict(Exception):
    """Somebody saved this answer after its writer had read it; carries what stands there now."""

    def __init__(self, current: Answer) -> None:
        super().__init__("answer changed meanwhile")
        self.current = current


def begun_in(round_: Round, unit_id: int) -> Assessment | None:
    """The self-assessment of a unit by a set of the campaign in a round, if it is begun."""
    return Assessment.objects.filter(
        round=round_, unit=unit_id, criteria_set__purpose=CriteriaSet.Purpose.EMULATION
    ).first()


def may_begin_in(
    user: Any, round_: Round, placement: Placement, managers: Collection[int] | None = None
) -> Verdict:
    """Whether `user` may begin the self-assessment of a unit in a round now, as `begin` asks.

    Args:
        managers: as of `permissions.grant_over`.
    """
    allowed, why_not = permissions.may_begin(user, placement, managers)
    if not allowed:
        return False, why_not
    found = _set_for(round_, placement)
    return YES if found.criteria_set else (False, _no_set(found))


def _set_for(round_: Round, placement: Placement) -> Applicable:
    return applicable_set(placement, min(periods.today(), round_.figures_day))


def _no_set(found: Applicable) -> str:
    none = _("No criteria set is configured for this unit in this round.")
    return f"{none} {why_none(found)}".strip()


def begin(user: Any, round_: Round, placement: Placement) -> Assessment:
    """Begin the self-assessment of a unit in a round; the one that exists is returned.

    Raises:
        PermissionDenied: `user` may not fill in for this unit.
        Refused: no criteria set applies, or two contradict each other.
    """
    allowed, why_not = permissions.may_begin(user, placement)
    if not allowed:
        raise PermissionDenied(why_not)
    grant = permissions.grant_over(user, "assessment.fill", placement)
    # It keeps its set, also when a newer version has come to apply.
    existing = begun_in(round_, placement.unit_id)
    if existing:
        return existing
    found = _set_for(round_, placement)
    criteria_set = found.criteria_set
    if criteria_set is None:
        raise Refused(_no_set(found))
    form = evaluation.form_of(criteria_set)
    with journal.act("assessment.begin", actor=user, behalf=grant):
        assessment, _created = Assessment.objects.get_or_create(
            round=round_,
            unit_id=placement.unit_id,
            criteria_set=criteria_set,
            defaults={
                "placement": placement,
                "path": placement.path,
                "begun_by": user,
                "taken_part": [user.pk],
                "asked": len(form.asked),
            },
        )
    return assessment


def holds_nothing(answers: Iterable[Answer], pieces: Iterable[Evidence]) -> bool:
    """Whether nothing was ever attached and no answer says anything, in a value or in words."""
    said = any(
        answer.note.strip() or any(value not in (None, "") for value in answer.value.values())
        for answer in answers
    )
    return not said and not any(True for _piece in pieces)


def save_answer(
    pk: int,
    criterion_id: int,
    user: Any,
    *,
    value: Mapping[str, Any],
    note: str,
    version: int,
) -> Answer:
    """Save what is claimed for one criterion.

    Args:
        value: the answer's JSON object, as `criteria.answers` describes it for the rule's kind.
        note: the unit's explanation.
        version: the version that the writer saw; 0 where there was no answer yet.

    Raises:
        Assessment.DoesNotExist, Criterion.DoesNotExist: there is none such.
        AnswerError: the value cannot be, with a sentence per field.
        Conflict: somebody else saved meanwhile another value; nothing is written.
        Refused: the assessment cannot be filled in now or by this person.
    """
    with transaction.atomic():
        assessment, criterion, grant = _open_for_filling(pk, criterion_id, user)
        clean = _clean(criterion, value)
        current = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
        if current and (current.value, current.note) == (clean, note):
            return current
        if (current.version if current else 0) != version:
            if current is None:
                raise Refused(_("This answer is no longer there. Load the page again."))
            raise Conflict(current)
        answer = current or Answer(assessment=assessment, criterion=criterion, version=0)
        claim(answer, user, clean, note)
        with journal.act("assessment.answer", actor=user, behalf=grant):
            _take_part(assessment, user)
            answer.save()
            refresh(assessment)
        return answer


def claim(answer: Answer, user: Any, value: dict[str, Any], note: str) -> None:
    """Set what is claimed from now on, unsaved; the value as `criteria.answers` dumps it."""
    answer.value, answer.note = value, note
    answer.version += 1
    _mark_saved(answer, user)


def _clean(criterion: Criterion, value: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as it is stored; a criterion without a rule takes an explanation only."""
    if not criterion.rule:
        return {}
    rule = rules.parse(criterion.rule)
    if isinstance(rule, rules.AllOfRule | rules.AtLeastRule):
        raise Refused(_("This criterion asks nothing itself: it combines others."))
    return dump_answer(parse_answer(rule, value))


def _open_for_filling(pk: int, criterion_id: int, user: Any) -> tuple[Assessment, Criterion, Any]:
    """Lock the assessment against transitions and check that `user` may fill in now."""
    assessment = Assessment.objects.select_for_update(of=("self",)).get(pk=pk)
    allowed, reason = permissions.may_fill(user, assessment)
    if not allowed:
        raise Refused(reason)
    criterion = Criterion.objects.get(pk=criterion_id, criteria_set=assessment.criteria_set_id)
    grant = permissions.grant_over(user, "assessment.fill", assessment)
    return assessment, criterion, grant


def _take_part(assessment: Assessment, user: Any) -> None:
    """Remember who worked on it for the unit (inside an act, under the lock)."""
    assessment.note_part(user)
    assessment.save(update_fields=["taken_part"])


def _mark_saved(answer: Answer, user: Any) -> None:
    """Note that it is saved now; a verdict on what stood there before no longer holds, a mark for
    correction stays until the next sending so that both sides see what was asked."""
    answer.saved_by, answer.saved_at = user, timezone.now()
    if answer.verdict in (AnswerVerdict.ACCEPTED, AnswerVerdict.CHANGED):
        answer.clear_verdict()


def add_evidence(pk: int, criterion_id: int, user: Any, upload: "UploadedFile[bytes]") -> Evidence:
    """Attach an uploaded file to one criterion.

    Raises:
        Assessment.DoesNotExist, Criterion.DoesNotExist: there is none such.
        FileRefused: the file is not one that is accepted, with the reason.
        Refused: the assessment cannot be filled in now or by this person, or the criterion has
            this file already, or too many.
    """
    with transaction.atomic():
        assessment, criterion, grant = _open_for_filling(pk, criterion_id, user)
        attached = Evidence.objects.filter(
            assessment=assessment, criterion=criterion, removed_at=None
        ).values_list("file__sha256", flat=True)
        if len(attached) >= MAX_PIECES:
            raise Refused(
                _("At most %(limit)d files for one criterion. Remove one first, or combine some.")
                % {"limit": MAX_PIECES}
            )
        with journal.act("assessment.evidence", actor=user, behalf=grant):
            stored = files.store(upload, user)
            if stored.sha256 in attached:
                raise Refused(_("“%(name)s” is already attached here.") % {"name": stored.name})
            piece = Evidence.objects.create(assessment=assessment, criterion=criterion, file=stored)
            _evidence_changed(assessment, criterion, user)
        return piece


def remove_evidence(pk: int, evidence_id: int, user: Any) -> None:
    """Take a piece of evidence off; the file stays, with who removed it.

    Raises:
        Evidence.DoesNotExist: there is none such.
        Refused: the assessment cannot be filled in now or by this person.
    """
    with transaction.atomic():
        piece = Evidence.objects.get(pk=evidence_id, assessment=pk, removed_at=None)
        assessment, criterion, grant = _open_for_filling(pk, piece.criterion_id, user)
        piece.removed_by, piece.removed_at = user, timezone.now()
        with journal.act("assessment.evidence", actor=user, behalf=grant):
            piece.save(update_fields=["removed_by", "removed_at"])
            _evidence_changed(assessment, criterion, user)


def _evidence_changed(assessment: Assessment, criterion: Criterion, user: Any) -> None:
    """Evidence is part of an answer: it answers a mark for correction, and voids a verdict."""
    _take_part(assessment, user)
    answer = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
    if answer:
        _mark_saved(answer, user)
        answer.save()
        refresh(assessment)


def judge(
    pk: int,
    criterion_id: int,
    user: Any,
    *,
    verdict: str,
    reason: str = "",
    verified_value: Mapping[str, Any] | None = None,
    seen: str | None = None,
) -> Answer:
    """Give a verdict on one criterion, or take it back with an empty one.

    Args:
        verdict: an `AnswerVerdict`, or "" to take it back.
        reason: required unless the claim is accepted as it stands.
        verified_value: with `changed`, the value that stands instead of the claimed one.
        seen: what `user` had before their eyes, by `sheets.seen_of`; None replaces nobody else's
            verdict.

    Raises:
        Assessment.DoesNotExist, Criterion.DoesNotExist: there is none such.
        AnswerError: the verified value cannot be.
        Conflict: the claim or its verdict is no longer what `user` saw; nothing is written.
        Refused: this cannot be judged now or by this person, or a reason is missing.
    """
    reason = reason.strip()
    with transaction.atomic():
        assessment = _open_for_judging(pk, user)
        if verdict in (AnswerVerdict.CHANGED, AnswerVerdict.TO_CORRECT) and not reason:
            raise Refused(_("Say why: this step needs a reason."))
        sheet = sheets.read_sheet(assessment)
        criterion = sheet.criterion(criterion_id)
        rule = _judged_rule(criterion)
        answer = sheet.answers.get(criterion.pk) or _unanswered(assessment, criterion)
        if _overtaken(sheet, criterion, answer, user, seen):
            raise Conflict(answer)
        verified = _verified(rule, answer, verified_value) if verdict == "changed" else None
        _set_verdict(answer, user, verdict, reason, verified)
        behalf = permissions.review_grant(user, assessment)
        with journal.act("assessment.judge", actor=user, reason=reason, behalf=behalf):
            _store_verdict(sheet, criterion, answer)
        return answer


def _open_for_judging(pk: int, user: Any) -> Assessment:
    """Lock the assessment against transitions and check that `user` may judge now."""
    locked = Assessment.objects.select_for_update(of=("self",))
    assessment = locked.select_related("round", "criteria_set__document").get(pk=pk)
    allowed, why_not = permissions.may_judge(user, assessment)
    if not allowed:
        raise Refused(why_not)
    return assessment


def _set_verdict(
    answer: Answer, user: Any, verdict: str, reason: str, verified: dict[str, Any] | None
) -> None:
    """Put a verdict in the place of what stood there, unsaved; an empty one takes it off."""
    answer.clear_verdict()
    if verdict:
        answer.verdict, answer.verdict_reason = AnswerVerdict(verdict), reason
        answer.verified_by, answer.verified_at = user, timezone.now()
        answer.verified_value = verified


def _store_verdict(sheet: sheets.Sheet, criterion: Criterion, answer: Answer) -> None:
    """Store an answer with its verdict, what that rests on, and the outcome of the set."""
    sheet.answers[criterion.pk] = answer
    answers = list(sheet.answers.values())
    outcome = evaluation.evaluate(sheet.form, answers, sheet.facts)
    _store_outcome(sheet.assessment, sheet.form, answers, outcome)
    if answer.verdict in (AnswerVerdict.ACCEPTED, AnswerVerdict.CHANGED):
        answer.judged_outcome = outcome.criteria[criterion.code].model_dump(mode="json")
    answer.save()


def _judged_rule(criterion: Criterion) -> rules.Rule:
    """The rule of a criterion that wants a verdict. Raises Refused."""
    rule = rules.parse(criterion.rule) if criterion.rule else None
    if rule is None or not evaluation.wants_verdict(rule):
        raise Refused(_("This criterion takes no verdict of its own."))
    return rule


def _unanswered(assessment: Assessment, criterion: Criterion) -> Answer:
    """The answer that a verdict is given on where recognitions answer, unsaved."""
    answer = Answer(assessment=assessment, criterion=criterion)
    # What is judged has been sent, by somebody, at some moment: a check constraint.
    answer.saved_by = assessment.sent_by  # type: ignore[assignment]
    answer.saved_at = assessment.sent_at  # type: ignore[assignment]
    return answer


def _overtaken(
    sheet: sheets.Sheet, criterion: Criterion, answer: Answer, user: Any, seen: str | None
) -> bool:
    """Whether something else stands there than the reviewer saw."""
    if seen is None:
        return bool(answer.verdict) and answer.verified_by_id != user.pk
    return seen != sheets.seen_of(sheet, criterion)


def _verified(rule: rules.Rule, answer: Answer, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """The value that stands instead of the claimed one, as it is stored."""
    if not value or not evaluation.is_answered(rule, value):
        raise Refused(_("Enter the value that stands instead of the claimed one."))
    clean = dump_answer(parse_answer(rule, value))
    if clean == answer.value:
        raise Refused(_("This is the claimed value: accept it, or enter another."))
    return clean


def refresh(assessment: Assessment) -> SetOutcome:
    """Judge the set again and store its outcome on the assessment (inside an act)."""
    form = evaluation.form_of(assessment.criteria_set)
    answers = list(assessment.answers.all())
    outcome = evaluation.evaluate(form, answers, evaluation.gather_facts(assessment))
    _store_outcome(assessment, form, answers, outcome)
    return outcome


def _store_outcome(
    assessment: Assessment, form: evaluation.Form, answers: list[Answer], outcome: SetOutcome
) -> None:
    conclude(assessment, form, answers, outcome)
    assessment.save(update_fields=CONCLUDED)


CONCLUDED = ("answered", "asked", "result", "result_status")


def conclude(
    assessment: Assessment, form: evaluation.Form, answers: Sequence[Answer], outcome: SetOutcome
) -> None:
    """Set the fields `CONCLUDED` of an assessment, unsaved."""
    assessment.answered = evaluation.count_answered(form, answers, outcome)
    assessment.asked = len(form.asked)
    assessment.result = outcome.model_dump(mode="json")
    assessment.result_status = outcome.outcome.status
