"""Questions about rounds that more than one app asks."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from campaign.models import DeadlineMatter, Phase, Round, RoundDeadline

Occasion = Round | Phase  # for what something is given


def occasion_key(occasion: Occasion) -> dict[str, Any]:
    """The fields that name a round or phase, in whatever is of one of them."""
    by_round = isinstance(occasion, Round)
    return {"round": occasion if by_round else None, "phase": None if by_round else occasion}


def path_ids(path: str) -> list[int]:
    """The unit keys of a path, the country first."""
    return [int(key) for key in path.strip("/").split("/")]


def deadlines_of(round_: Round, kind: str) -> dict[int, RoundDeadline]:
    """The deadlines of a round for the self-assessments of units of a kind, by the unit whose
    territory they hold for."""
    found = RoundDeadline.objects.filter(
        round=round_, matter=DeadlineMatter.ASSESSMENT, subject_kind=kind
    )
    return {deadline.territory_id: deadline for deadline in found}


def deadlines_by_kind(round_: Round) -> dict[str, dict[int, RoundDeadline]]:
    """`deadlines_of` for every kind of unit, by the kind (one query)."""
    return _by_kind(RoundDeadline.objects.filter(round=round_, matter=DeadlineMatter.ASSESSMENT))


def registration_deadlines(round_: Round) -> dict[str, dict[int, RoundDeadline]]:
    """The deadlines of a round for registrations, by the kind of who registers, then as
    `deadlines_of`."""
    return _by_kind(RoundDeadline.objects.filter(round=round_, matter=DeadlineMatter.REGISTRATION))


def nomination_deadlines(
    rounds: Collection[int | None], phases: Collection[int | None]
) -> dict[tuple[int | None, int | None, str], dict[int, RoundDeadline]]:
    """The deadlines of rounds and phases for nominations, by the round, the phase and the kind of
    who is proposed, then as `deadlines_of` (one query)."""
    found: defaultdict[tuple[int | None, int | None, str], dict[int, RoundDeadline]]
    found = defaultdict(dict)
    of_rounds, of_phases = [pk for pk in rounds if pk], [pk for pk in phases if pk]
    asked = RoundDeadline.objects.filter(Q(round__in=of_rounds) | Q(phase__in=of_phases))
    for one in asked.filter(matter=DeadlineMatter.NOMINATION):
        found[one.round_id, one.phase_id, one.subject_kind][one.territory_id] = one
    return found


def _by_kind(found: Iterable[RoundDeadline]) -> dict[str, dict[int, RoundDeadline]]:
    by_kind: defaultdict[str, dict[int, RoundDeadline]] = defaultdict(dict)
    for deadline in found:
        by_kind[deadline.subject_kind][deadline.territory_id] = deadline
    return by_kind


def nearest_deadline(deadlines: dict[int, RoundDeadline], path: str) -> RoundDeadline | None:
    """The deadline of the nearest territory above the unit at `path`; None is *not configured*."""
    keys: Iterable[int] = reversed(path_ids(path))
    return next((deadlines[key] for key in keys if key in deadlines), None)


def current_round(year: int) -> Round | None:
    """The round that assesses `year`, else the last before it; None where there is none."""
    return Round.objects.filter(assessed_year__lte=year).order_by("-assessed_year").first()
