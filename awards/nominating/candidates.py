"""Whom a unit may propose for a form, who of them qualifies, and why the others do not."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from awards.models import Nomination
from awards.nominating.entering import Subject, years_of
from campaign.models import Phase, Round
from campaign.queries import Occasion, occasion_key
from core import periods
from criteria.models import Assessment, AssessmentState, AwardForm
from criteria.outcome import Status
from criteria.registration import offers
from units.models import MEMBER_KINDS, Member, Placement, UnitKind, member_name
from units.permissions import HOME_KINDS


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be proposed.

    Attributes:
        name: a unit's name, or the number of a household, clan or citizen at home.
        why: the sentence for it, or against it.
        nomination: the one that stands already for this form and occasion.
    """

    subject: Subject
    name: str
    qualifies: bool
    why: str
    nomination: Nomination | None = None


def proposed_kinds(place: Placement) -> tuple[str, ...]:
    """The kinds that the unit at `place` proposes: its own, those of the members that it keeps, and
    those of the units in it."""
    kinds: list[str] = [place.kind]
    if place.kind == UnitKind.HAMLET:
        kinds += MEMBER_KINDS
    elif place.kind in HOME_KINDS:
        kinds += (UnitKind.CITIZEN, UnitKind.DEPARTMENT)
    elif place.kind == UnitKind.COMMUNE:
        kinds += HOME_KINDS
    return tuple(kinds)


def kinds_for(form: AwardForm, place: Placement) -> tuple[str, ...]:
    """Those of `proposed_kinds` for which the form is; one that names nobody is for everybody."""
    kinds = proposed_kinds(place)
    return tuple(kind for kind in kinds if not form.subject_kinds or kind in form.subject_kinds)


def forms_for(place: Placement) -> list[AwardForm]:
    """The forms of commendation for which the unit at `place` proposes (two queries at most)."""
    return offers.forms_for(place, proposed_kinds(place))


def occasions_of(form: AwardForm) -> list[Occasion]:
    """For what a form is given: the rounds, the newest first, or the phases that its document ends
    with a review (one query)."""
    if form.occasion == AwardForm.Occasion.YEARLY:
        return list(Round.objects.order_by("-assessed_year"))
    phases = Phase.objects.filter(document=form.document_id).exclude(review=Phase.Review.NONE)
    return list(phases.order_by("order", "pk"))


def key_of(occasion: Occasion) -> str:
    """What names a round or phase in an address."""
    return f"{'round' if isinstance(occasion, Round) else 'phase'}-{occasion.pk}"


def rows(place: Placement, kind: str) -> "QuerySet[Member] | QuerySet[Placement]":
    """Those of a kind that the unit at `place` may propose, in the order of their list."""
    today = periods.today()
    if kind in MEMBER_KINDS:
        members = Member.objects.on(today).at(place.unit_id, kind)
        return members.select_related("unit").order_by("number", "pk")
    own = Q(unit=place.unit_id) if kind == place.kind else Q(managed_by=place.unit_id)
    placements = Placement.objects.on(today).filter(own, kind=kind)
    return placements.select_related("unit").order_by("name", "pk")


def subject_of(row: Member | Placement, place: Placement) -> tuple[Subject, str]:
    """A row of `rows` as a subject, and what it is called."""
    if isinstance(row, Member):
        return Subject(row.unit, place), member_name(UnitKind(row.kind), row.number, place.name)
    return Subject(row.unit, row), row.name


def judge(
    found: Sequence[Member | Placement], place: Placement, form: AwardForm, occasion: Occasion
) -> list[Candidate]:
    """Who of `found` qualifies, each with the reason (two queries).

    No source sets a standard of its own: who has met the campaign's criteria, with the title that
    they ask for, by a confirmed self-assessment in the period is suggested. Whether the title is
    still held is asked by the pre-check (awards.nominating.checking).
    """
    subjects = [subject_of(row, place) for row in found]
    units = [one.unit.pk for one, _name in subjects]
    nominations = Nomination.objects.standing().filter(
        form=form, unit__in=units, **occasion_key(occasion)
    )
    standing = {one.unit_id: one for one in nominations}
    assessed = _assessed(units, occasion)
    return [
        _candidate(
            subject,
            name,
            assessed.get(subject.unit.pk, []),
            standing.get(subject.unit.pk),
        )
        for subject, name in subjects
    ]


def chosen(place: Placement, kind: str, unit_ids: Collection[int]) -> list[Subject]:
    """The subjects of a kind with these keys, as far as the unit at `place` may propose them."""
    found: Any = rows(place, kind).filter(unit__in=unit_ids)
    return [subject_of(row, place)[0] for row in found]


def _assessed(units: Sequence[int], occasion: Occasion) -> dict[int, list[Assessment]]:
    """The self-assessments of the years of the achievement period, the newest first."""
    known = Assessment.objects.filter(
        unit__in=units, round__assessed_year__range=years_of(occasion)
    )
    found: defaultdict[int, list[Assessment]] = defaultdict(list)
    for one in known.select_related("round").order_by("-round__assessed_year", "-pk"):
        found[one.unit_id].append(one)
    return found


def _candidate(
    subject: Subject, name: str, assessed: Sequence[Assessment], nomination: Nomination | None
) -> Candidate:
    met, said = _by_assessment(assessed)
    return Candidate(subject, name, met, said, nomination)


def _by_assessment(assessed: Sequence[Assessment]) -> tuple[bool, str]:
    """Whether the newest self-assessment that was confirmed speaks for the subject."""
    if not assessed:
        return False, _("There is no self-assessment in this period.")
    confirmed = [one for one in assessed if one.state == AssessmentState.CONFIRMED]
    if not confirmed:
        newest = assessed[0]
        return False, _("%(round)s: not confirmed yet (%(state)s).") % {
            "round": newest.round.name,
            "state": newest.get_state_display(),
        }
    newest = confirmed[0]
    words = {"round": newest.round.name}
    if newest.result_status == Status.MET:
        return True, _("%(round)s: the criteria are met, the result is confirmed.") % words
    if newest.result_status == Status.NOT_MET:
        return False, _("%(round)s: the criteria are not met.") % words
    return False, _("%(round)s: the result cannot be concluded.") % words
