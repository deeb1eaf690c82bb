"""Carrying open self-assessments over to a version of their set that came into force since.

A self-assessment keeps the version under which it was begun. Who keeps the rules may carry over
those that still lie with their units; what was sent is judged by what it was sent under.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import jobs, journal, periods
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import YES, Refused, Verdict
from criteria import assessing, evaluation, workflow
from criteria.drafting import permissions, questions, telling
from criteria.drafting.questions import Fate, Fated
from criteria.models import (
    Answer,
    Assessment,
    AssessmentQuerySet,
    AssessmentState,
    CarryOver,
    CriteriaSet,
    Evidence,
)
from units.scope import Grant

CARRY, CARRY_BACK = "set.carry_over", "set.carry_back"
_WITH_THE_UNIT = (AssessmentState.DRAFT, AssessmentState.RETURNED)


@dataclass(frozen=True)
class Prospect:
    """What would become of one self-assessment.

    Attributes:
        numbers: how many of its answers are kept, reworded, to be given anew, dropped.
        why_not: why it stays on its version; empty where it would be carried over.
    """

    target: Target
    state: str
    state_label: str
    version: int
    numbers: Mapping[Fate, int]
    why_not: str


def open_ones(user: Any, criteria_set: CriteriaSet) -> AssessmentQuerySet:
    """Unfinished self-assessments under earlier versions of a set, of those the person may read."""
    return (
        Assessment.objects.visible_to(user)
        .filter(
            criteria_set__code=criteria_set.code, criteria_set__version__lt=criteria_set.version
        )
        .exclude(state=AssessmentState.CONFIRMED)
    )


def sources(user: Any, criteria_set: CriteriaSet) -> list[CriteriaSet]:
    """The earlier versions on which something is open, the newest first (one query)."""
    used = open_ones(user, criteria_set).order_by().values("criteria_set")
    found = CriteriaSet.objects.filter(pk__in=used).select_related("document")
    return list(found.order_by("-version"))


def fates_to(old: CriteriaSet, new: CriteriaSet) -> dict[str, Fated]:
    """What becomes of answers under `old` under `new` (a query for the criteria of each)."""
    return questions.fates(evaluation.form_of(old), evaluation.form_of(new))


def prospects(
    user: Any, criteria_set: CriteriaSet, found: Mapping[int, Mapping[str, Fated]]
) -> list[Prospect]:
    """What would become of each open self-assessment (three queries).

    Args:
        found: what becomes of answers, by the key of the version under which they were given.
    """
    listed = open_ones(user, criteria_set).with_subject().select_related("round", "criteria_set")
    rows = list(listed.order_by("path", "pk"))
    numbers = _numbers(rows, found)
    return [_prospect(criteria_set, one, numbers[one.pk]) for one in rows]


def _numbers(
    rows: Sequence[Assessment], found: Mapping[int, Mapping[str, Fated]]
) -> dict[int, Counter[Fate]]:
    numbers: dict[int, Counter[Fate]] = {one.pk: Counter() for one in rows}
    version = {one.pk: one.criteria_set_id for one in rows}
    given = Answer.objects.filter(assessment__in=version).order_by()
    for key, code in given.values_list("assessment", "criterion__code"):
        numbers[key][found[version[key]][code].fate] += 1
    return numbers


def _prospect(criteria_set: CriteriaSet, one: Assessment, numbers: Counter[Fate]) -> Prospect:
    _may, why_not = may_be_carried(one, criteria_set)
    return Prospect(
        Target(
            str(one.pk), one.subject_name, reverse("assessments:detail", args=[one.pk]), _seen(one)
        ),
        one.state,
        str(one.get_state_display()),
        one.criteria_set.version,
        numbers,
        why_not,
    )


def _seen(assessment: Assessment) -> str:
    """What the page shows of a self-assessment, in a word."""
    return f"{assessment.criteria_set_id}-{assessment.state}"


def may_be_carried(assessment: Assessment, criteria_set: CriteriaSet) -> Verdict:
    """Whether a self-assessment can go on under a later version now."""
    if assessment.state not in _WITH_THE_UNIT:
        return False, _(
            "It was sent and lies with the office: it is judged by what it was sent under."
        )
    day = min(periods.today(), assessment.round.figures_day)
    if day not in criteria_set.period:
        return False, _("The version is not in force on the day of its round.")
    return YES


def order(user: Any, criteria_set: CriteriaSet, targets: Iterable[Target], reason: str) -> Job:
    """Order that self-assessments go on under a version.

    Raises:
        Refused: not this person's rules, nothing is selected, or no reason is given.
    """
    allowed, why_not = permissions.may_begin(user, criteria_set)
    if not allowed:
        raise Refused(why_not)
    if not reason.strip():
        raise Refused(_("Say why: this step needs a reason."))
    return jobs.order(CARRY, targets, user, params={"set": criteria_set.pk}, reason=reason.strip())


# Doing one


def _locked(job: Job, key: str) -> tuple[Assessment, CriteriaSet, Grant | None]:
    """A self-assessment under its lock, the version of the job, and in whose right it is done.

    Raises:
        Refused: the person does not keep these rules any more, or it is not in their scope.
    """
    version = CriteriaSet.objects.select_related("document").get(pk=job.params["set"])
    allowed, why_not = permissions.may_begin(job.started_by, version)
    if not allowed:
        raise Refused(why_not)
    if not Assessment.objects.visible_to(job.started_by).filter(pk=key).exists():
        raise Refused(_("It is not in your scope."))
    locked = Assessment.objects.select_for_update(of=("self",))
    assessment = locked.select_related("round", "criteria_set__document", "placement", "unit").get(
        pk=key
    )
    place = permissions.territory_of(version)
    grant = permissions.editing_grant(job.started_by, place.path) if place else None
    return assessment, version, grant


def carry_over(job: Job, item: JobItem) -> str:
    """Let one self-assessment go on under the version of the job."""
    assessment, version, grant = _locked(job, item.key)
    if _seen(assessment) != item.seen:
        raise Refused(_("It has changed since it was shown."))
    allowed, why_not = may_be_carried(assessment, version)
    if not allowed:
        raise Refused(why_not)
    source = assessment.criteria_set
    found = fates_to(source, version)
    with journal.act(
        "assessment.carry_over", actor=job.started_by, reason=job.reason, behalf=grant
    ):
        answers = list(assessment.answers.all())
        carrying = CarryOver.objects.create(
            assessment=assessment,
            source_set=source,
            target_set=version,
            answers=_dumped(answers),
            carried_by=job.started_by,
        )
        kept = questions.carried(answers, found)
        Answer.objects.filter(assessment=assessment).exclude(pk__in=[a.pk for a in kept]).delete()
        for answer in kept:
            answer.version += 1
            answer.save()
        _move_evidence(assessment, {one.before: one.after for one in found.values()})
        _settle(assessment, version, "carry_over", job, grant)
        telling.carried(assessment, carrying)
    item.left = str(carrying.pk)
    return _("%(kept)d answers kept, %(lost)d to be given anew or dropped") % {
        "kept": sum(bool(answer.value) or bool(answer.note) for answer in kept),
        "lost": len(answers) - sum(_same_value(kept, answer) for answer in answers),
    }


def _dumped(answers: Sequence[Answer]) -> list[Any]:
    """Rows as JSON, moments to the microsecond, so that they are given back as they were."""
    rows: list[Any] = json.loads(json.dumps(serializers.serialize("python", answers), default=str))
    return rows


def _same_value(kept: Iterable[Answer], answer: Answer) -> bool:
    return any(one.pk == answer.pk and one.value == answer.value for one in kept)


def _move_evidence(assessment: Assessment, where: Mapping[Any, Any]) -> None:
    """Let the files of criteria stand at others; those of criteria that are no more stay there."""
    for before, after in where.items():
        if before is not None and after is not None:
            pieces = Evidence.objects.filter(assessment=assessment, criterion=before)
            pieces.update(criterion=after)


def _settle(
    assessment: Assessment, version: CriteriaSet, step: str, job: Job, grant: Grant | None
) -> None:
    """Put the self-assessment under a version, judge it by that, and keep the step."""
    assessment.criteria_set = version
    assessment.save(update_fields=["criteria_set"])
    assessment.refresh_from_db(fields=["result"])
    assessing.refresh(assessment)
    workflow.keep_event(assessment, step, assessment.state, job.started_by, grant, job.reason)


def carry_back(job: Job, item: JobItem) -> str:
    """Put one self-assessment back under its earlier version, with the answers it had there."""
    assessment, _version, grant = _locked(job, item.key)
    carrying = CarryOver.objects.select_related("source_set__document", "target_set__document").get(
        pk=item.seen
    )
    if carrying.undone_at or not _untouched(assessment, carrying):
        raise Refused(_("The unit has gone on with it since: it stays on the later version."))
    found = fates_to(carrying.source_set, carrying.target_set)
    with journal.act(
        "assessment.carry_back", actor=job.started_by, reason=job.reason, behalf=grant
    ):
        assessment.answers.all().delete()
        for answer in serializers.deserialize("python", carrying.answers):
            answer.save()
        _move_evidence(assessment, {one.after: one.before for one in found.values()})
        carrying.undone_at = timezone.now()
        carrying.save(update_fields=["undone_at"])
        _settle(assessment, carrying.source_set, "carry_back", job, grant)
        telling.carried_back(carrying)
    return ""


def _untouched(assessment: Assessment, carrying: CarryOver) -> bool:
    """Whether it lies where it was carried, and nobody has answered, sent or attached since."""
    if assessment.criteria_set_id != carrying.target_set_id:
        return False
    if assessment.state not in _WITH_THE_UNIT:
        return False
    since = carrying.carried_at
    return not (
        assessment.answers.filter(saved_at__gt=since).exists()
        or assessment.evidence.filter(file__uploaded_at__gt=since).exists()
        or assessment.evidence.filter(removed_at__gt=since).exists()
    )


JOBS = (
    JobKind(
        CARRY,
        gettext_lazy("Carry self-assessments over to a later version of their criteria"),
        carry_over,
        inverse=CARRY_BACK,
        inverse_needs_reason=True,
    ),
    JobKind(
        CARRY_BACK,
        gettext_lazy("Put self-assessments back under their earlier version"),
        carry_back,
    ),
)
