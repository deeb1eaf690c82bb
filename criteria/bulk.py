"""Many self-assessments at once: what would happen to each, and the kinds of itemised jobs.

Each item takes the step that the single page takes, `criteria.workflow.ASSESSMENT.perform`, with
all its rules; what is said before is what is known without asking every rule of every row. Each
carries its fingerprint as it was shown: one that has changed since is refused.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaign.models import Round
from core import bulk, jobs, journal, notices, periods
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import YES, Refused, Verdict
from criteria import evaluation, listing, permissions, telling
from criteria.models import AnswerVerdict, Assessment, AssessmentEvent
from criteria.workflow import ASSESSMENT, acting_grant
from units import readers
from units.models import Placement, Unit

REMIND = "remind"
# In the order of work; what the buttons say, and what will happen.
STEPS: dict[str, Any] = {
    "receive": gettext_lazy("Receive"),
    "return": gettext_lazy("Return for completion"),
    "confirm": gettext_lazy("Confirm the result"),
    REMIND: gettext_lazy("Remind"),
}


@dataclass(frozen=True)
class Prospect:
    """What would become of one row: it goes on, or it is refused with the reason."""

    target: Target
    allowed: bool
    why_not: str


def code_of(step: str) -> str:
    """The kind of job that takes a step for many."""
    return f"assessments.{step}"


def needs_reason(step: str) -> bool:
    """Whether the person must say why."""
    return step != REMIND and ASSESSMENT[step].reason_required


def prospects(user: Any, step: str, round_: Round, rows: Sequence[listing.Row]) -> list[Prospect]:
    """What would become of each row, in their order (a fixed number of queries)."""
    keys = [row.pk for row in rows if row.pk]
    found = (
        Assessment.objects.visible_to(user)
        .filter(pk__in=keys)
        .select_related("placement", "round", "criteria_set__document")
        .annotate(
            to_correct=Count("answers", filter=Q(answers__verdict=AnswerVerdict.TO_CORRECT)),
            judged=Count("answers", filter=~Q(answers__verdict="")),
        )
        .in_bulk()
    )
    permissions.read_managers(user, found.values())
    if step == "confirm":
        _note_what_is_open(found.values())
    if step == REMIND:
        subjects = [telling.reminder_of(round_.pk, row.unit_id) for row in rows]
        reminded = notices.told_on(telling.REMINDED, subjects, periods.today())
        return [
            _reminder(row, subject in reminded) for row, subject in zip(rows, subjects, strict=True)
        ]
    seen = fingerprints(found)
    return [_step(user, step, row, found.get(row.pk or 0), seen) for row in rows]


def fingerprints(keys: Collection[int]) -> dict[int, str]:
    """What the list and the history show of each assessment, in a word (one query).

    The unit changes nothing of what it has sent without a step, so the last step and the verdicts
    say whether an office would act on something else than it was shown.
    """
    last_step = AssessmentEvent.objects.filter(assessment=OuterRef("pk")).order_by("-pk")
    found = Assessment.objects.filter(pk__in=keys).annotate(
        last_step=Subquery(last_step.values("pk")[:1]),
        judged=Count("answers", filter=Q(answers__verified_at__isnull=False)),
        judged_at=Max("answers__verified_at"),
    )
    said = ("state", "result_status", "last_step", "judged", "judged_at")
    return {pk: _word(shown) for pk, *shown in found.order_by().values_list("pk", *said)}


def _word(said: Iterable[Any]) -> str:
    return hashlib.sha256(repr([str(one) for one in said]).encode()).hexdigest()[:16]


def fingerprint(assessment: Assessment) -> str:
    """The fingerprint of one assessment, as `fingerprints` has it."""
    return fingerprints([assessment.pk])[assessment.pk]


def _note_what_is_open(found: Iterable[Assessment]) -> None:
    """How many criteria have to be judged, and have not been (one query for each criteria set)."""
    totals: dict[int, int] = {}
    for assessment in found:
        key = assessment.criteria_set_id
        if key not in totals:
            totals[key] = len(evaluation.form_of(assessment.criteria_set).judged)
        assessment.to_judge = totals[key]  # type: ignore[attr-defined]


def _step(
    user: Any,
    step: str,
    row: listing.Row,
    assessment: Assessment | None,
    seen: Mapping[int, str],
) -> Prospect:
    if assessment is None:
        target = Target(f"unit:{row.unit_id}", row.name)
        return Prospect(target, False, _("It has not been begun."))
    page = reverse("assessments:review", args=[assessment.pk])
    target = Target(str(assessment.pk), row.name, page, seen[assessment.pk])
    return Prospect(target, *_at_first_sight(user, step, assessment))


def _at_first_sight(user: Any, step: str, assessment: Assessment) -> Verdict:
    """State, person and verdicts; the other rules are asked row by row
    when it is done."""
    arrow = ASSESSMENT[step]
    if assessment.state not in arrow.sources:
        return False, _("This step does not follow from the present state: %(state)s.") % {
            "state": assessment.get_state_display()
        }
    allowed, why_not = arrow.may(user, assessment)
    return _ready_to_confirm(assessment) if allowed and step == "confirm" else (allowed, why_not)


def _ready_to_confirm(assessment: Any) -> Verdict:
    if assessment.to_correct:
        return False, _("Some criteria are marked for correction: return the self-assessment.")
    if assessment.judged < assessment.to_judge:
        return False, _("%(open)d of %(total)d criteria have no verdict yet.") % {
            "open": assessment.to_judge - assessment.judged,
            "total": assessment.to_judge,
        }
    return YES


def _reminder(row: listing.Row, reminded: bool) -> Prospect:
    """Whether it owes anything is asked again when it is done; nothing else can be outdated."""
    page = reverse("assessments:detail", args=[row.pk]) if row.pk else ""
    target = Target(f"unit:{row.unit_id}", row.name, page)
    if row.state not in listing.OPEN:
        return Prospect(
            target, False, _("It owes nothing now: %(state)s.") % {"state": row.state_label}
        )
    if reminded:
        return Prospect(target, False, _("It was reminded today already."))
    return Prospect(target, True, "")


def order(user: Any, step: str, round_: Round, targets: Iterable[Target], reason: str) -> Job:
    """Order the job that takes a step for many.

    Raises:
        Refused: nothing is selected, or the step needs a reason.
    """
    reason = reason.strip() if step == REMIND else ASSESSMENT[step].kept_reason(reason)
    params = {"round": round_.pk}
    return jobs.order(code_of(step), targets, user, params=params, reason=reason)


# Doing one


def taking(name: str) -> Callable[[Job, JobItem], str]:
    """What a job of this step does for one item."""

    return bulk.taking(
        ASSESSMENT,
        name,
        visible=Assessment.objects.visible_to,
        behalf=acting_grant,
        fingerprint=fingerprint,
    )


def remind(job: Job, item: JobItem) -> str:
    """Tell those who act for one unit that its self-assessment is waited for; once a day."""
    user, today = job.started_by, periods.today()
    unit_id = int(item.key.removeprefix("unit:"))
    place = Placement.objects.on(today).filter(unit=unit_id).first()
    grant = permissions.grant_over(user, "assessment.review", place) if place else None
    if place is None or grant is None:
        raise Refused(_("It is not in your scope."))
    round_ = Round.objects.get(pk=job.params["round"])
    sent = Assessment.objects.filter(unit=unit_id, round=round_, state__in=listing.DELIVERED)
    if sent.exists():
        raise Refused(_("It has been sent meanwhile."))
    people = readers.acting_for([place], permissions.OWN, today)[unit_id].nearest
    if not people:
        raise Refused(_("Nobody can be told: neither the unit nor its body has a person for it."))
    with transaction.atomic(), journal.act("assessment.remind", actor=user, behalf=grant):
        Unit.objects.select_for_update(no_key=True).get(pk=unit_id)  # of two orders one is first
        subject = telling.reminder_of(round_.pk, unit_id)
        if notices.told_on(telling.REMINDED, [subject], today):
            raise Refused(_("It was reminded today already."))
        notices.tell(
            telling.REMINDED,
            people,
            subject=subject,
            url=reverse("home"),
            office=grant.unit_name,
            **telling.words_of(place.name, round_),
        )
    return ngettext("%(number)d person told", "%(number)d people told", len(people)) % {
        "number": len(people)
    }


JOBS = (
    JobKind(
        code_of("receive"),
        gettext_lazy("Receive many self-assessments"),
        taking("receive"),
        inverse=code_of("unreceive"),
    ),
    JobKind(
        code_of("unreceive"),
        gettext_lazy("Undo receiving many self-assessments"),
        taking("unreceive"),
        inverse=code_of("receive"),
    ),
    JobKind(
        code_of("return"),
        gettext_lazy("Return many self-assessments"),
        taking("return"),
        inverse=code_of("unreturn"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("unreturn"),
        gettext_lazy("Undo returning many self-assessments"),
        taking("unreturn"),
        inverse=code_of("return"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("confirm"),
        gettext_lazy("Confirm many results"),
        taking("confirm"),
        inverse=code_of("unconfirm"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("unconfirm"),
        gettext_lazy("Undo confirming many results"),
        taking("unconfirm"),
        inverse=code_of("confirm"),
    ),
    JobKind(code_of(REMIND), gettext_lazy("Remind many units"), remind),
)
