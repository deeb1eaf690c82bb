"""The learning title that the campaign's criteria ask of a subject, as it stands today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from awards.models import Nomination
from core import periods
from criteria import evaluation, explain, rules
from criteria.applicability import applicable_sets
from criteria.outcome import Outcome, Status
from units.models import MEMBER_KINDS


@dataclass(frozen=True)
class At:
    """A subject where it stands: for members the path is their home's, and nobody manages them."""

    unit_id: int
    kind: str
    path: str
    managed_by_id: int | None


@dataclass(frozen=True)
class TitleAsked:
    """A criterion of the subject's set that asks for a title, and how it stands.

    Attributes:
        words: how the criterion is judged, one sentence each.
        basis: document and article.
    """

    met: bool
    words: tuple[str, ...]
    basis: str


def at(nomination: Nomination) -> At:
    """Where the subject of a nomination stands."""
    kind = nomination.unit.kind
    manager = None if kind in MEMBER_KINDS else nomination.placement.managed_by_id
    return At(nomination.unit_id, kind, nomination.path, manager)


def asked_of(subjects: Iterable[At], day: periods.Day) -> Mapping[int, list[TitleAsked]]:
    """The titles that the emulation set of each subject asks for on `day`, by its key; a subject
    without a set, or whose set asks for none, has none.

    A fixed number of queries for each set.
    """
    subjects = list(subjects)
    sets = applicable_sets(subjects, day)
    by_set: dict[int, list[At]] = {}
    forms: dict[int, evaluation.Form] = {}
    for one in subjects:
        chosen = sets[one.unit_id].criteria_set
        if chosen is None:
            continue
        forms.setdefault(chosen.pk, evaluation.form_of(chosen))
        by_set.setdefault(chosen.pk, []).append(one)
    found: dict[int, list[TitleAsked]] = {}
    for key, together in by_set.items():
        form = forms[key]
        codes = [spec for spec in form.specs if isinstance(spec.rule, rules.HoldsTitleRule)]
        if not codes:
            continue
        places = {one.unit_id: one.path for one in together}
        for unit_id, facts in evaluation.facts_of(form, places, day, day).items():
            outcome = evaluation.evaluate(form, (), facts)
            found[unit_id] = [_asked(outcome.criteria[one.code], one.document) for one in codes]
    return found


def _asked(outcome: Outcome, document: str) -> TitleAsked:
    return TitleAsked(outcome.status == Status.MET, tuple(explain.explain(outcome)), document)
