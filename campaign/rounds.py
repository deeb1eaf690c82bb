"""Rounds, and the deadlines of rounds and phases: opening a round, setting a deadline, moving it;
the acts.

A deadline is set once for a kind of unit in a territory. After that it only moves: later with a
reason, earlier with a reason and said expressly; each move is recorded and shown to those whom it
concerns. One unit or territory alone gets more time from whoever keeps the wider deadline, by a
deadline of its own, which begins at the day of the wider one; nobody gives it to the own unit. It
never comes to be less time than the others': where the wider one passes it, it goes along.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import telling
from campaign.models import Campaign, DeadlineChange, DeadlineMatter, Phase, Round, RoundDeadline
from campaign.queries import Occasion, nearest_deadline, occasion_key, path_ids
from core import journal, periods
from core.access import require
from core.workflow import YES, Outdated, Refused, Verdict
from units import scope
from units.models import Placement, UnitKind
from units.scope import Grant


def managing_grants(user: Any) -> list[Grant]:
    """The appointments of today in whose right `user` keeps rounds, one a territory."""
    grants = [grant for grant in scope.of(user).grants if grant.role.reaches("round.manage")]
    return list({grant.path: grant for grant in grants}.values())


def _grants(user: Any, path: str) -> list[Grant]:
    """The appointments in whose right `user` keeps rounds over the unit at `path`."""
    return list(scope.of(user).grants_for("round.manage", unit_id=path_ids(path)[-1], path=path))


def may_set(user: Any, place: Placement, kind: str) -> Verdict:
    """Whether `user` may set and move the deadline of units of a kind in the territory of `place`.

    A unit that is its own territory gets its day from a wider one: nobody sets it for the own.
    """
    grants = _grants(user, place.path)
    if not grants:
        return False, _("You do not set deadlines for this territory.")
    if kind == place.kind and all(grant.path == place.path for grant in grants):
        return False, _(
            "Nobody sets a deadline for the own unit: who keeps the wider territory does."
        )
    return YES


def _setting_grant(user: Any, place: Placement, kind: str) -> Grant:
    """The appointment in whose right a deadline is set (`may_set`). Raises PermissionDenied."""
    require(may_set(user, place, kind))
    grants = _grants(user, place.path)
    return next((one for one in grants if one.path != place.path), grants[0])


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


def opening_grant(user: Any, campaign: Campaign) -> Grant | None:
    """The appointment in whose right `user` opens and corrects the rounds of a campaign.

    A round is everybody's: it must keep rounds over the whole territory of the plan by which the
    campaign was launched, over the country where that names no unit.
    """
    there = Placement.objects.on(periods.today())
    unit = campaign.document.territory_id
    place = there.filter(unit=unit) if unit else there.filter(kind=UnitKind.COUNTRY)
    found = place.first()
    return next(iter(_grants(user, found.path)), None) if found else None


def may_open(user: Any, campaign: Campaign) -> Verdict:
    """Whether `user` opens and corrects the rounds of a campaign."""
    if opening_grant(user, campaign) is None:
        return False, _(
            "A round is the whole campaign's: who keeps the whole territory of its plan opens it."
        )
    return YES


def open_round(user: Any, campaign: Campaign, opening: Opening) -> Round:
    """Open the round of a year, which is the whole campaign's.

    Raises:
        PermissionDenied: `user` opens no rounds of this campaign.
        Refused: the year is not the campaign's, too far ahead, or has a round; the figures' day is
            neither in the year nor in the one after.
    """
    require(may_open(user, campaign))
    year = opening.assessed_year
    if year not in years_to_open(campaign):
        raise Refused(
            _("The year %(year)d has a round already, or is not to be opened yet.")
            % {"year": year},
            field="assessed_year",
        )
    _check_figures_day(year, opening.figures_day)
    try:
        with journal.act("round.open", actor=user, behalf=opening_grant(user, campaign)):
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


def _check_figures_day(year: int, day: periods.Day) -> None:
    if day.year not in (year, year + 1):
        raise Refused(
            _("The day of the figures lies in the assessed year or in the next."),
            field="figures_day",
        )


@dataclass(frozen=True)
class Correction:
    """What a round says that was opened with something wrong."""

    name: str
    figures_day: periods.Day
    figures_basis: str
    reason: str


def fingerprint(round_: Round) -> str:
    """What of a round can be corrected, in a few characters: changed if any of it changed."""
    said = [round_.name, round_.figures_day.isoformat(), round_.figures_basis]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


def is_correctable(round_: Round) -> Verdict:
    """Whether who opens rounds may correct this one: while nothing was begun on it."""
    if _is_begun(round_):
        return False, _("Work on this round has begun: its name and the day of its figures stay.")
    return YES


def _is_begun(round_: Round) -> bool:
    """Whether anything but a deadline stands on a round, whichever app keeps it (one query)."""
    standing = Q()
    for one in Round._meta.related_objects:
        if one.related_model is not RoundDeadline:
            rows = one.related_model._default_manager.filter(**{one.field.name: OuterRef("pk")})
            standing |= Q(Exists(rows))
    return Round.objects.filter(standing, pk=round_.pk).exists()


def correct_round(user: Any, pk: int, wanted: Correction, *, seen: str) -> Round:
    """Correct the name and the day of the figures of a round on which nothing was begun.

    Args:
        seen: the fingerprint of what the person had before them.

    Raises:
        PermissionDenied: `user` opens no rounds of this campaign.
        Refused: something was begun on it, no reason, a day that cannot be.
        Outdated: somebody has corrected it meanwhile.
    """
    with transaction.atomic():
        # Whoever begins something on it holds its key: both cannot happen at once.
        round_ = Round.objects.select_for_update().get(pk=pk)
        require(may_open(user, round_.campaign))
        allowed, why_not = is_correctable(round_)
        if not allowed:
            raise Refused(why_not)
        if fingerprint(round_) != seen:
            raise Outdated(_("Somebody has corrected this round meanwhile: look at it once more."))
        if not wanted.reason.strip():
            raise Refused(_("Say why: this step needs a reason."), field="reason")
        _check_figures_day(round_.assessed_year, wanted.figures_day)
        right = opening_grant(user, round_.campaign)
        round_.name = wanted.name
        round_.figures_day, round_.figures_basis = wanted.figures_day, wanted.figures_basis
        with journal.act("round.correct", actor=user, reason=wanted.reason, behalf=right):
            round_.save(update_fields=["name", "figures_day", "figures_basis"])
    return round_


# Setting


def set_deadline(
    user: Any,
    occasion: Occasion,
    place: Placement,
    *,
    matter: str,
    kind: str,
    due_on: periods.Day,
    basis: str,
) -> RoundDeadline:
    """Set the deadline of a kind of unit in the territory of `place`, where none holds.

    Raises:
        PermissionDenied: `user` does not set deadlines there.
        Refused: the day has passed; it would be the own unit's; there is one already, or one of a
            wider territory holds, which is extended for this one by who keeps it (`move`).
    """
    grant = _setting_grant(user, place, kind)
    if due_on < periods.today():
        raise Refused(_("This day has passed."), field="due_on")
    with transaction.atomic():
        _lock(occasion)
        standing = standing_deadline(occasion, place, matter=matter, kind=kind)
        if standing is not None and standing.territory_id == place.unit_id:
            raise Refused(_("There is a deadline already: move it instead."))
        if standing is not None:
            _refuse_beside(standing, due_on)
        with journal.act("round.set_deadline", actor=user, behalf=grant):
            return RoundDeadline.objects.create(
                **occasion_key(occasion),
                matter=matter,
                subject_kind=kind,
                territory_id=place.unit_id,
                due_on=due_on,
                basis=basis,
            )


def _refuse_beside(wider: RoundDeadline, due_on: periods.Day) -> None:
    """Refuse a deadline where one of a wider territory holds, with what can be done instead."""
    day = {"day": f"{wider.due_on:%d/%m/%Y}"}
    if due_on < wider.due_on:
        sentence = _("A wider territory gives time until %(day)s; a deadline is not shortened so.")
    else:
        sentence = _(
            "A wider territory has set %(day)s: who keeps it moves that deadline for this one "
            "alone, with the reason."
        )
    raise Refused(sentence % day, field="due_on")


def standing_deadline(
    occasion: Occasion, place: Placement, *, matter: str, kind: str
) -> RoundDeadline | None:
    """The deadline that holds for units of a kind at `place`: that of the nearest territory."""
    found = RoundDeadline.objects.of(occasion).filter(matter=matter, subject_kind=kind)
    return nearest_deadline({one.territory_id: one for one in found}, place.path)


# Moving


@dataclass(frozen=True)
class Move:
    """Another day for a deadline.

    Attributes:
        shortens: whether the person says expressly that it takes time away.
        only_for: the one unit or territory that gets more time; None: all for whom it holds.
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
            one for a single unit; more time than a wider territory gives, by who does not keep it.
        Outdated: somebody has moved it meanwhile.
    """
    found = RoundDeadline.objects.select_related("round", "phase").get(pk=pk)
    territory = Placement.objects.on(periods.today()).get(unit=found.territory_id)
    place = wanted.only_for or territory
    grant = _setting_grant(user, territory, found.subject_kind)
    with transaction.atomic():
        _lock(found.occasion)
        deadline = RoundDeadline.objects.get(pk=pk)
        if deadline.due_on != seen:
            raise Outdated(_("Somebody has moved this deadline meanwhile: look at it once more."))
        _check_move(deadline, wanted)
        grant = _keeper(user, deadline, territory, wanted) or grant
        act = "round.extend_deadline" if wanted.due_on > seen else "round.shorten_deadline"
        with journal.act(act, actor=user, reason=wanted.reason, behalf=grant):
            if wanted.only_for is not None:
                deadline = _own_deadline(deadline, wanted.only_for)
            for own in given_below(deadline, place):
                if own.deadline.due_on < wanted.due_on:
                    _carry(own.deadline, own.place, wanted, user, grant)
            _carry(deadline, place, wanted, user, grant)
    return deadline


def _carry(
    deadline: RoundDeadline, place: Placement, wanted: Move, user: Any, grant: Grant
) -> None:
    """Give a deadline its new day, record it and tell those for whom it holds."""
    old = deadline.due_on
    DeadlineChange.objects.create(
        deadline=deadline,
        old_due=old,
        new_due=wanted.due_on,
        reason=wanted.reason,
        user=user,
        unit_name=grant.unit_name,
    )
    deadline.due_on = wanted.due_on
    deadline.save(update_fields=["due_on"])
    telling.of_move(deadline, place, user, old=old, reason=wanted.reason)


@dataclass(frozen=True)
class Own:
    """A day of its own that one unit or territory was given under a wider deadline."""

    deadline: RoundDeadline
    place: Placement


def given_below(deadline: RoundDeadline, territory: Placement) -> list[Own]:
    """The days that were given alone under a deadline, by the names of who has them (two queries).

    They were set after it: the database takes no other. One that a territory had set before the
    wider one was is its own affair.

    Args:
        territory: for which the deadline holds, as it is today.
    """
    given = RoundDeadline.objects.like(deadline).filter(pk__gt=deadline.pk)
    below = Placement.objects.on(periods.today()).under(territory.path)
    places = {one.unit_id: one for one in below.filter(unit__in=given.values("territory"))}
    found = [Own(one, places[one.territory_id]) for one in given if one.territory_id in places]
    return sorted(found, key=lambda own: (own.place.name, own.place.pk))


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


def _keeper(user: Any, deadline: RoundDeadline, territory: Placement, wanted: Move) -> Grant | None:
    """The appointment in whose right a deadline under a wider one is extended; None where no wider
    one holds, or the move takes time away.

    Raises Refused: it gives less time than the wider one, or more and `user` keeps only this one.
    """
    same = RoundDeadline.objects.like(deadline).exclude(pk=deadline.pk)
    wider = nearest_deadline({one.territory_id: one for one in same}, territory.path)
    if wider is None:
        return None
    if wanted.due_on < wider.due_on:
        raise Refused(_("One unit alone gets more time, never less."), field="due_on")
    if wanted.due_on < deadline.due_on:
        return None
    above, _end, _below = territory.path.partition(f"/{wider.territory_id}/")
    right = next(iter(_grants(user, f"{above}/{wider.territory_id}/")), None)
    if right is None:
        sentence = _("A wider territory has set %(day)s: only who keeps it gives more time.")
        raise Refused(sentence % {"day": f"{wider.due_on:%d/%m/%Y}"}, field="due_on")
    return right


def kinds_alone(kind: str) -> tuple[str, ...]:
    """The kinds of units and territories to which more time can be given alone, of a deadline for
    units of `kind`."""
    territories = {UnitKind.PROVINCE: (), UnitKind.COMMUNE: (UnitKind.PROVINCE,)}
    above = territories.get(UnitKind(kind), (UnitKind.PROVINCE, UnitKind.COMMUNE))
    return (*above, kind)


def _holds_for(deadline: RoundDeadline, place: Placement) -> bool:
    above = path_ids(place.path)[:-1]
    return place.kind in kinds_alone(deadline.subject_kind) and deadline.territory_id in above


def _own_deadline(wider: RoundDeadline, place: Placement) -> RoundDeadline:
    """A deadline of one unit's own, on the day that held for it until now."""
    if RoundDeadline.objects.like(wider).filter(territory=place.unit_id).exists():
        raise Refused(
            _("This unit has a deadline of its own already: move that one."), field="only_for"
        )
    return RoundDeadline.objects.create(
        round_id=wider.round_id,
        phase_id=wider.phase_id,
        matter=wider.matter,
        subject_kind=wider.subject_kind,
        territory_id=place.unit_id,
        due_on=wider.due_on,
        basis=wider.basis,
        is_demo=wider.is_demo,
    )


def _lock(occasion: Occasion) -> None:
    """Let nobody else set or move a deadline of the round or phase until the transaction ends."""
    type(occasion)._default_manager.select_for_update(no_key=True).get(pk=occasion.pk)


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


def matters_of(occasion: Occasion) -> list[DeadlineMatter]:
    """What can be due: at the end of a phase nominations alone."""
    return [DeadlineMatter.NOMINATION] if isinstance(occasion, Phase) else list(DeadlineMatter)


def concerning(user: Any, occasion: Occasion) -> list[RoundDeadline]:
    """The deadlines of a round or phase that hold for units in the scope of `user`, or for single
    ones.

    Each with `place_path` and `place_name` of the territory for which it holds and its `changes`;
    the widest first (two queries).
    """
    day = periods.today()
    place = Placement.objects.on(day).filter(unit=OuterRef("territory"))
    found = (
        RoundDeadline.objects.of(occasion)
        .annotate(
            place_path=Subquery(place.values("path")[:1]),
            place_name=Subquery(place.values("name")[:1]),
        )
        .exclude(place_path=None)
        .prefetch_related("changes__user")
        .order_by("matter", "subject_kind", "place_path")
    )
    paths = [grant.path for grant in scope.of(user).grants]
    return [
        one
        for one in found
        if any(_touch(one.place_path, path) for path in paths)  # type: ignore[attr-defined]
    ]


def _touch(one: str, other: str) -> bool:
    """Whether one of two places lies in the other."""
    return one.startswith(other) or other.startswith(one)


def territory_of(grant: Grant) -> Placement:
    """The unit for whose territory an appointment keeps rounds, as it is today."""
    unit_id = int(grant.path.strip("/").split("/")[-1])
    return Placement.objects.on(periods.today()).get(unit=unit_id)
