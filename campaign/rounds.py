"""Rounds and their deadlines: opening a round, setting a deadline, moving it; the acts.

A deadline is set once for a kind of unit in a territory. After that it only moves: later with a
reason, earlier with a reason and said expressly; each move is recorded and shown to those whom it
concerns. One unit alone gets more time by a deadline of its own, which begins at the day of the
wider one.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import telling
from campaign.models import Campaign, DeadlineChange, Round, RoundDeadline
from campaign.queries import nearest_deadline, path_ids
from core import journal, periods
from core.workflow import Outdated, Refused, Verdict
from units import scope
from units.models import Placement
from units.scope import Grant


def managing_grants(user: Any) -> list[Grant]:
    """The appointments of today in whose right `user` keeps rounds, one a territory."""
    grants = [grant for grant in scope.of(user).grants if grant.role.reaches("round.manage")]
    return list({grant.path: grant for grant in grants}.values())


def grant_over(user: Any, place: Placement) -> Grant | None:
    """The appointment in whose right `user` sets deadlines for the unit of `place`."""
    return scope.of(user).grant_for("round.manage", unit_id=place.unit_id, path=place.path)


def may_set(user: Any, place: Placement) -> Verdict:
    """Whether `user` may set and move deadlines for a territory."""
    if grant_over(user, place) is None:
        return False, _("You do not set deadlines for this territory.")
    return True, ""


# Opening


@dataclass(frozen=True)
class Opening:
    """A round as somebody is about to open it."""

    name: str
    assessed_year: int
    figures_day: periods.Day
    figures_basis: str


def years_to_open(campaign: Campaign) -> list[int]:
    """The years of the campaign that have no round yet, up to the next year.

    First the year after the newest round, of a campaign without rounds this year; then the others
    in their order.
    """
    today = periods.today()
    last = min(campaign.to_year, today.year + 1)
    have = set(campaign.rounds.values_list("assessed_year", flat=True))
    proposed = max(have) + 1 if have else today.year
    years = [year for year in range(campaign.from_year, last + 1) if year not in have]
    return sorted(years, key=lambda year: (year != proposed, year))


def open_round(user: Any, campaign: Campaign, opening: Opening) -> Round:
    """Open the round of a year, which is the whole campaign's.

    Raises:
        PermissionDenied: `user` keeps no rounds.
        Refused: the year is not the campaign's, too far ahead, or has a round; the figures' day is
            neither in the year nor in the one after.
    """
    grants = managing_grants(user)
    if not grants:
        raise PermissionDenied(_("You do not open rounds."))
    year = opening.assessed_year
    if year not in years_to_open(campaign):
        raise Refused(
            _("The year %(year)d has a round already, or is not to be opened yet.")
            % {"year": year},
            field="assessed_year",
        )
    if opening.figures_day.year not in (year, year + 1):
        raise Refused(
            _("The day of the figures lies in the assessed year or in the next."),
            field="figures_day",
        )
    try:
        with journal.act("round.open", actor=user, behalf=grants[0]):
            return Round.objects.create(
                campaign=campaign,
                code=f"nam-{year}",
                name=opening.name,
                assessed_year=year,
                figures_day=opening.figures_day,
                figures_basis=opening.figures_basis,
                opened_by=user,
                opened_at=timezone.now(),
            )
    except IntegrityError as error:
        raise Refused(
            _("Somebody has just opened the round of this year."), field="assessed_year"
        ) from error


# Setting


def set_deadline(
    user: Any,
    round_: Round,
    place: Placement,
    *,
    matter: str,
    kind: str,
    due_on: periods.Day,
    basis: str,
) -> RoundDeadline:
    """Set the deadline of a kind of unit in the territory of `place`, where there is none.

    Raises:
        PermissionDenied: `user` does not set deadlines there.
        Refused: the day has passed, there is one already, or a wider territory gives more time:
            that would take time away from units without saying so.
    """
    grant = grant_over(user, place)
    if grant is None:
        raise PermissionDenied(_("You do not set deadlines for this territory."))
    if due_on < periods.today():
        raise Refused(_("This day has passed."), field="due_on")
    with transaction.atomic():
        _lock(round_)
        standing = standing_deadline(round_, place, matter=matter, kind=kind)
        if standing is not None and standing.territory_id == place.unit_id:
            raise Refused(_("There is a deadline already: move it instead."))
        if standing is not None and due_on < standing.due_on:
            raise Refused(
                _("A wider territory gives time until %(day)s; a deadline is not shortened so.")
                % {"day": f"{standing.due_on:%d/%m/%Y}"},
                field="due_on",
            )
        with journal.act("round.set_deadline", actor=user, behalf=grant):
            return RoundDeadline.objects.create(
                round=round_,
                matter=matter,
                subject_kind=kind,
                territory_id=place.unit_id,
                due_on=due_on,
                basis=basis,
            )


def standing_deadline(
    round_: Round, place: Placement, *, matter: str, kind: str
) -> RoundDeadline | None:
    """The deadline that holds for units of a kind at `place`: that of the nearest territory."""
    found = RoundDeadline.objects.filter(round=round_, matter=matter, subject_kind=kind)
    return nearest_deadline({one.territory_id: one for one in found}, place.path)


# Moving


@dataclass(frozen=True)
class Move:
    """Another day for a deadline.

    Attributes:
        shortens: whether the person says expressly that it takes time away.
        only_for: the one unit that gets more time; None: all for whom the deadline holds.
    """

    due_on: periods.Day
    reason: str
    shortens: bool = False
    only_for: Placement | None = None


def move(user: Any, pk: int, wanted: Move, *, seen: periods.Day) -> RoundDeadline:
    """Move a deadline, for everybody or for one unit, and record it.

    Args:
        seen: the day that the person had before them.

    Raises:
        PermissionDenied: `user` does not set deadlines there.
        Refused: no reason, the same day, a day that has passed, a shortening that is not said, or
            one for a single unit.
        Outdated: somebody has moved it meanwhile.
    """
    found = RoundDeadline.objects.select_related("round").get(pk=pk)
    today = periods.today()
    place = wanted.only_for or Placement.objects.on(today).get(unit=found.territory_id)
    grant = grant_over(user, place)
    if grant is None:
        raise PermissionDenied(_("You do not set deadlines for this territory."))
    with transaction.atomic():
        _lock(found.round)
        deadline = RoundDeadline.objects.get(pk=pk)
        if deadline.due_on != seen:
            raise Outdated(_("Somebody has moved this deadline meanwhile: look at it once more."))
        _check_move(deadline, wanted)
        act = "round.extend_deadline" if wanted.due_on > seen else "round.shorten_deadline"
        with journal.act(act, actor=user, reason=wanted.reason, behalf=grant):
            if wanted.only_for is not None:
                deadline = _own_deadline(deadline, wanted.only_for)
            DeadlineChange.objects.create(
                deadline=deadline,
                old_due=deadline.due_on,
                new_due=wanted.due_on,
                reason=wanted.reason,
                user=user,
                unit_name=grant.unit_name,
            )
            deadline.due_on = wanted.due_on
            deadline.save(update_fields=["due_on"])
            telling.of_move(deadline, place, user, old=seen, reason=wanted.reason)
    return deadline


def _check_move(deadline: RoundDeadline, wanted: Move) -> None:
    if not wanted.reason.strip():
        raise Refused(_("Say why: this step needs a reason."), field="reason")
    if wanted.due_on == deadline.due_on:
        raise Refused(_("This is the day that holds now."), field="due_on")
    if wanted.due_on < periods.today():
        raise Refused(_("This day has passed."), field="due_on")
    alone = wanted.only_for
    if alone is not None and not _holds_for(deadline, alone):
        raise Refused(_("The deadline does not hold for this unit."), field="only_for")
    if wanted.due_on < deadline.due_on:
        if alone is not None:
            raise Refused(_("One unit alone gets more time, never less."), field="due_on")
        if not wanted.shortens:
            raise Refused(
                _("This takes time away: until now it is %(day)s. Say so expressly here.")
                % {"day": f"{deadline.due_on:%d/%m/%Y}"},
                field="shortens",
            )


def _holds_for(deadline: RoundDeadline, place: Placement) -> bool:
    return place.kind == deadline.subject_kind and deadline.territory_id in path_ids(place.path)


def _own_deadline(wider: RoundDeadline, place: Placement) -> RoundDeadline:
    """A deadline of one unit's own, on the day that held for it until now."""
    if RoundDeadline.objects.filter(
        round=wider.round_id,
        matter=wider.matter,
        subject_kind=wider.subject_kind,
        territory=place.unit_id,
    ).exists():
        raise Refused(
            _("This unit has a deadline of its own already: move that one."), field="only_for"
        )
    return RoundDeadline.objects.create(
        round_id=wider.round_id,
        matter=wider.matter,
        subject_kind=wider.subject_kind,
        territory_id=place.unit_id,
        due_on=wider.due_on,
        basis=wider.basis,
        is_demo=wider.is_demo,
    )


def _lock(round_: Round) -> None:
    """Let nobody else set or move a deadline of the round until the transaction ends."""
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)


# Reading


def with_last_move(found: QuerySet[RoundDeadline]) -> QuerySet[RoundDeadline]:
    """Deadlines, each with `moved_from` and `moved_why` of its last move; None where it never was.

    No query of its own.
    """
    last = DeadlineChange.objects.filter(deadline=OuterRef("pk")).order_by("-pk")
    return found.annotate(
        moved_from=Subquery(last.values("old_due")[:1]),
        moved_why=Subquery(last.values("reason")[:1]),
    )


def concerning(user: Any, round_: Round) -> list[RoundDeadline]:
    """The deadlines of a round that hold for units in the scope of `user`, or for single ones.

    Each with `place_path` and `place_name` of the territory for which it holds and its `changes`;
    the widest first (two queries).
    """
    day = periods.today()
    place = Placement.objects.on(day).filter(unit=OuterRef("territory"))
    found = (
        RoundDeadline.objects.filter(round=round_)
        .annotate(
            place_path=Subquery(place.values("path")[:1]),
            place_name=Subquery(place.values("name")[:1]),
        )
        .exclude(place_path=None)
        .prefetch_related("changes__user")
        .order_by("matter", "subject_kind", "place_path")
    )
    paths = [grant.path for grant in scope.of(user).grants]
    return [one for one in found if any(_touch(one.place_path, path) for path in paths)]


def _touch(one: str, other: str) -> bool:
    """Whether one of two places lies in the other."""
    return one.startswith(other) or other.startswith(one)


def territory_of(grant: Grant) -> Placement:
    """The unit for whose territory an appointment keeps rounds, as it is today."""
    unit_id = int(grant.path.strip("/").split("/")[-1])
    return Placement.objects.on(periods.today()).get(unit=unit_id)
