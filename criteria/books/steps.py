"""Carrying many rows of a book on: what would happen to each, and the itemised jobs that do it.

Each item takes the steps that the page of one self-assessment takes, with all their rules.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import jobs
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import YES, Refused, Verdict
from criteria import assessing, bulk, evaluation, permissions
from criteria.books.book import Book
from criteria.books.reading import subjects
from criteria.models import AnswerVerdict, Assessment
from criteria.workflow import ASSESSMENT

ACCEPT = "accept"
# In the order of work: what the buttons say. Accepting as stated is confirming, once every
# criterion that has no verdict yet is accepted.
STEPS: dict[str, Any] = {
    "send": gettext_lazy("Send"),
    "take_back": gettext_lazy("Take back"),
    "receive": gettext_lazy("Receive"),
    ACCEPT: gettext_lazy("Accept as stated and confirm"),
    "return": gettext_lazy("Return for completion"),
}
# More are carried on in several turns; the page stays one that can be read.
AT_ONCE = 300


class Candidate(NamedTuple):
    """A row that stands where a step begins: whether it goes on, and if not, why not.

    `key` names it as it stands now: sent once more, it is another.
    """

    key: str
    target: Target
    allowed: bool
    why_not: str


def arrow_of(step: str) -> str:
    """The transition that a step ends with."""
    return "confirm" if step == ACCEPT else step


def needs_reason(step: str) -> bool:
    """Whether the person must say why."""
    return ASSESSMENT[arrow_of(step)].reason_required


def told(step: str) -> Any:
    """What follows from it, in a sentence."""
    if step == ACCEPT:
        return _(
            "Every criterion without a verdict is accepted as it was stated, then the result is "
            "confirmed. Open a row to judge it criterion by criterion, or to return it with marks."
        )
    return ASSESSMENT[step].told


def candidates(user: Any, book: Book, step: str) -> list[Candidate]:
    """The rows of a book that stand where `step` begins, at most `AT_ONCE` (a fixed number of
    queries for any number of rows)."""
    arrow = ASSESSMENT[arrow_of(step)]
    rows = subjects(book, user).order_by().values("unit")
    standing: Any = book.begun.filter(unit__in=rows, state__in=arrow.sources).with_subject()
    marks = Count("answers", filter=Q(answers__verdict=AnswerVerdict.TO_CORRECT))
    found = list(
        standing.select_related("round", "criteria_set__document")
        .annotate(marked=marks)
        .order_by("member_number", "placement__name", "pk")[:AT_ONCE]
    )
    permissions.read_managers(user, found)
    return [_candidate(user, step, one) for one in found]


def _candidate(user: Any, step: str, assessment: Any) -> Candidate:
    page = reverse("assessments:detail", args=[assessment.pk])
    target = Target(str(assessment.pk), assessment.subject_name, page)
    key = f"{assessment.pk}-{assessment.submission}"
    return Candidate(key, target, *_at_first_sight(user, step, assessment))


def _at_first_sight(user: Any, step: str, assessment: Any) -> Verdict:
    """Person, answers and marks; the other rules are asked row by row when it is done."""
    allowed, why_not = ASSESSMENT[arrow_of(step)].may(user, assessment)
    if not allowed:
        return False, why_not
    if step == "send" and assessment.answered < assessment.asked:
        return False, _("Not every criterion is answered yet.")
    if step == ACCEPT and assessment.marked:
        return False, _("Some criteria are marked for correction: return the self-assessment.")
    return YES


def order(
    user: Any, step: str, found: Sequence[Candidate], chosen: Collection[str], reason: str
) -> Job:
    """Order the job that carries the chosen rows on.

    Args:
        chosen: keys of candidates; those that stand otherwise by now are left as they are.

    Raises:
        Refused: nothing is left to do, or the step needs a reason.
    """
    reason = ASSESSMENT[arrow_of(step)].kept_reason(reason)
    targets = [one.target for one in found if one.allowed and one.key in chosen]
    return jobs.order(bulk.code_of(step), targets, user, reason=reason)


def _accept(job: Job, item: JobItem) -> str:
    """Accept what has no verdict yet, then confirm."""
    user = job.started_by
    assessment = Assessment.objects.visible_to(user).filter(pk=item.key).first()
    if assessment is None:
        raise Refused(_("It is not in your scope."))
    judged = assessment.answers.exclude(verdict="").values_list("criterion", flat=True)
    done = set(judged)
    for criterion in evaluation.form_of(assessment.criteria_set).judged:
        if criterion.pk not in done:
            assessing.judge(assessment.pk, criterion.pk, user, verdict=AnswerVerdict.ACCEPTED)
    return bulk.taking("confirm")(job, item)


JOBS = (
    JobKind(
        bulk.code_of("send"),
        gettext_lazy("Send many self-assessments"),
        bulk.taking("send"),
        inverse=bulk.code_of("take_back"),
    ),
    JobKind(
        bulk.code_of("take_back"),
        gettext_lazy("Take many self-assessments back"),
        bulk.taking("take_back"),
        inverse=bulk.code_of("send"),
    ),
    JobKind(
        bulk.code_of(ACCEPT),
        gettext_lazy("Accept many as stated and confirm them"),
        _accept,
        inverse=bulk.code_of("unconfirm"),
        inverse_needs_reason=True,
    ),
)
