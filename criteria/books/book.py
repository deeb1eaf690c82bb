"""A book: the units of a kind at a place, with the fields that its set asks of each."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from campaign.models import Round
from core import periods
from core.workflow import Refused
from criteria import answer_texts, evaluation, rules
from criteria.applicability import applicable_sets
from criteria.models import Assessment, AssessmentQuerySet, CriteriaSet, Criterion
from units.models import MEMBER_KINDS, Placement, UnitKind

NOTE = "note"


class Subjects(NamedTuple):
    """The units of a kind at a place: `criteria.applicability.Place`, for all of them."""

    unit_id: int
    kind: str
    path: str
    managed_by_id: None = None  # no book is of organisations, of which alone sets ask who manages


@dataclass(frozen=True)
class Part:
    """One field of a row: a part of the answer to a criterion, or the words on one without rule."""

    criterion: Criterion
    rule: rules.Rule | None
    part: str

    @property
    def name(self) -> str:
        """The field as it is posted."""
        return f"c{self.criterion.pk}-{self.part}"


@dataclass(frozen=True)
class Book:
    """What is assessed together: the units of a kind at a place, by one set in one round.

    Attributes:
        place: the hamlet or office at which households, clans and citizens are at home; the commune
            in which hamlets lie.
    """

    round: Round
    place: Placement
    kind: UnitKind
    form: evaluation.Form

    @property
    def criteria_set(self) -> CriteriaSet:
        """The set that asks."""
        return self.form.criteria_set

    @property
    def of_members(self) -> bool:
        """Whether its units are at home at the place, without a place of their own."""
        return self.kind in MEMBER_KINDS

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The fields of a row, in the order of the criteria."""
        return tuple(
            Part(criterion, spec.rule, part)
            for criterion, spec in zip(self.form.criteria, self.form.specs, strict=True)
            for part in _parts_of(spec)
        )

    @property
    def begun(self) -> AssessmentQuerySet:
        """The assessments of its units."""
        return Assessment.objects.filter(round=self.round, criteria_set=self.criteria_set)


def _parts_of(spec: rules.CriterionSpec) -> tuple[str, ...]:
    if spec.rule is None:
        return (NOTE,)
    if not evaluation.asks(spec):
        return ()
    stated = answer_texts.stated(spec.rule)
    return tuple(part for part in answer_texts.labels(spec.rule) if part not in stated)


def day_of_sets(round_: Round) -> periods.Day:
    """The day whose sets ask in a round: today, and at the latest the day of its figures."""
    return min(periods.today(), round_.figures_day)


def open_book(
    round_: Round,
    place: Placement,
    kind: UnitKind,
    purpose: str = CriteriaSet.Purpose.EMULATION,
) -> Book:
    """What the units of a kind at a place are asked. Raises Refused: no set is configured."""
    subjects = Subjects(place.unit_id, kind, place.path)
    found = applicable_sets([subjects], day_of_sets(round_), purpose)[place.unit_id]
    if found.criteria_set is None:
        raise Refused(_("No criteria set is configured for this unit in this round."))
    return Book(round_, place, kind, evaluation.form_of(found.criteria_set))
