"""Trying a draft on real answers, beside the version from which it was begun.

Nobody's self-assessment changes: answers are read, judged by both versions, and the outcomes kept
for the person who asked, without names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaign.models import Round
from core import journal, periods
from core.workflow import Refused
from criteria import evaluation, rules
from criteria.drafting import permissions, questions
from criteria.facts import Facts
from criteria.models import Answer, Assessment, CriteriaSet, SetDraft, SetTrial
from criteria.outcome import SetOutcome, Status

#: So many are judged while the person waits; more by a worker.
AT_ONCE = 100
_BATCH = 1000


@dataclass(frozen=True)
class Row:
    """How one self-assessment would stand.

    Attributes:
        before, after: the outcome of the set by the version before, and by the draft.
        criteria: those of which the outcome differs: code, before and after.
    """

    assessment_id: int
    before: Status
    after: Status
    criteria: tuple[tuple[str, Status, Status], ...]

    @property
    def differs(self) -> bool:
        """Whether anything would be otherwise."""
        return self.before != self.after or bool(self.criteria)

    def dump(self) -> list[Any]:
        """As it is kept."""
        return [self.assessment_id, self.before, self.after, [list(one) for one in self.criteria]]

    @staticmethod
    def load(kept: Sequence[Any]) -> "Row":
        """What `dump` kept."""
        key, before, after, criteria = kept
        return Row(
            key,
            Status(before),
            Status(after),
            tuple((code, Status(one), Status(other)) for code, one, other in criteria),
        )


def tried_on(user: Any, draft: SetDraft) -> Round | None:
    """The newest round in which somebody answered by this set, of those the person may read."""
    answered = Assessment.objects.visible_to(user).filter(
        criteria_set__code=draft.code, answered__gt=0
    )
    rounds = Round.objects.filter(pk__in=answered.values("round"))
    return rounds.order_by("-assessed_year", "-pk").first()


def _tried(user: Any, draft: SetDraft, round_: Round) -> Any:
    """The self-assessments of a round by any version of the set in which something is answered."""
    found = Assessment.objects.visible_to(user).filter(
        criteria_set__code=draft.code, round=round_, answered__gt=0
    )
    return found.order_by("pk")


def order(user: Any, draft: SetDraft) -> SetTrial:
    """Try a draft: at once where it is few self-assessments, else by a worker.

    Raises:
        Refused: the person does not keep these rules, or nobody has answered by this set.
    """
    allowed, why_not = permissions.may_keep(user, draft)
    if not allowed:
        raise Refused(why_not)
    round_ = tried_on(user, draft)
    if round_ is None:
        raise Refused(_("Nobody has answered by this set yet: there is nothing to try it on."))
    grant = permissions.editing_grant(user, draft.path)
    with transaction.atomic(), journal.act("set_draft.try", actor=user, behalf=grant):
        SetTrial.objects.filter(draft=draft, ordered_by=user).delete()
        trial = SetTrial.objects.create(
            draft=draft, round=round_, ordered_by=user, draft_version=draft.version
        )
        if _tried(user, draft, round_).count() > AT_ONCE:
            from criteria import tasks  # which calls this module

            tasks.try_draft.defer(trial=trial.pk)
        else:
            _keep(trial)
    return trial


def run(trial_id: int) -> None:
    """Judge what a trial asks for; atomic, and safe to run again. One that was replaced or went
    with its draft is left."""
    with transaction.atomic(), journal.act("set_draft.try"):
        locked = SetTrial.objects.select_for_update(of=("self",))
        trial = locked.select_related("draft", "round", "ordered_by").filter(pk=trial_id).first()
        if trial:
            _keep(trial)


def _keep(trial: SetTrial) -> None:
    trial.rows = [row.dump() for row in _judged(trial)]
    trial.save(update_fields=["rows"])


def _judged(trial: SetTrial) -> Iterator[Row]:
    draft = trial.draft
    found = _tried(trial.ordered_by, draft, trial.round)
    keys = list(found.values_list("pk", flat=True))
    sets = CriteriaSet.objects.select_related("document").in_bulk(
        {
            draft.base_id,
            draft.criteria_set_id,
            *found.order_by().values_list("criteria_set", flat=True),
        }
    )
    forms = {pk: evaluation.form_of(one) for pk, one in sets.items()}
    for begin in range(0, len(keys), _BATCH):
        yield from _compared(trial, keys[begin : begin + _BATCH], forms)


def _compared(
    trial: SetTrial, keys: Sequence[int], forms: Mapping[int, evaluation.Form]
) -> Iterator[Row]:
    """Some self-assessments, in a fixed number of queries."""
    rows = Assessment.objects.filter(pk__in=keys).order_by("pk")
    assessments = list(rows.only("unit_id", "path", "criteria_set_id"))
    answers: dict[int, list[Answer]] = {key: [] for key in keys}
    for answer in Answer.objects.filter(assessment__in=keys).order_by("criterion__order"):
        answers[answer.assessment_id].append(answer)
    draft = trial.draft
    versions = forms[draft.base_id], forms[draft.criteria_set_id]
    places = {one.unit_id: one.path for one in assessments}
    facts = evaluation.facts_of(_both(*versions), places, trial.round.figures_day, periods.today())
    translations = {
        (source, version.criteria_set.pk): questions.fates(forms[source], version)
        for source in {one.criteria_set_id for one in assessments}
        for version in versions
    }
    for one in assessments:
        outcomes = [
            _outcome(
                version,
                answers[one.pk],
                translations[one.criteria_set_id, version.criteria_set.pk],
                facts[one.unit_id],
            )
            for version in versions
        ]
        yield _row(one.pk, *outcomes)


def _both(old: evaluation.Form, new: evaluation.Form) -> evaluation.Form:
    """One form that reads what either asks the portal for: facts are read once for both."""
    relaxing = (
        form.rule
        for form in (new, old)
        if isinstance(form.rule, rules.ScoreTotalRule) and form.rule.relaxed
    )
    return replace(new, specs=(*old.specs, *new.specs), rule=next(relaxing, new.rule))


def _outcome(
    form: evaluation.Form,
    answers: Iterable[Answer],
    found: Mapping[str, questions.Fated],
    facts: Facts,
) -> SetOutcome:
    return evaluation.evaluate(form, questions.carried(answers, found), facts)


def _row(key: int, before: SetOutcome, after: SetOutcome) -> Row:
    """Of criteria that only one version has nothing can differ: the draft's page says which."""
    differing = tuple(
        (code, outcome.status, after.criteria[code].status)
        for code, outcome in before.criteria.items()
        if code in after.criteria and outcome.status != after.criteria[code].status
    )
    return Row(key, before.outcome.status, after.outcome.status, differing)


@dataclass(frozen=True)
class Summary:
    """Of all that a trial looked at: how many pass, by either version, and how many differ."""

    number: int
    passed_before: int
    passed_after: int
    newly: int
    no_longer: int
    differ: int


def rows_of(trial: SetTrial, user: Any) -> list[Row]:
    """The rows of a trial that is done, of self-assessments that the person may read today."""
    there = set(_tried(user, trial.draft, trial.round).values_list("pk", flat=True))
    return [row for kept in trial.rows or () if (row := Row.load(kept)).assessment_id in there]


def summary(rows: Sequence[Row]) -> Summary:
    """How many of the rows pass, and how many change sides."""
    met = Status.MET
    return Summary(
        number=len(rows),
        passed_before=sum(row.before == met for row in rows),
        passed_after=sum(row.after == met for row in rows),
        newly=sum(row.after == met != row.before for row in rows),
        no_longer=sum(row.before == met != row.after for row in rows),
        differ=sum(row.differs for row in rows),
    )
