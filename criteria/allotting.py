"""Allotting a target downwards: each commune has the value of the plan unless another was given."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.models import Target, TargetAllotment
from core import journal, notices, periods
from core.access import require
from core.notices import NoticeKind
from core.numbers import format_vi_number
from core.workflow import REASON_LENGTH, YES, Outdated, Refused, Verdict
from units import readers, scope
from units.models import Placement
from units.scope import Grant

ALLOTTED = "target.allotted"
KINDS = (
    NoticeKind(
        ALLOTTED,
        gettext_lazy("A target of your unit was changed"),
        gettext_lazy("%(unit)s has to reach %(share)s%% of: %(target)s (%(year)s). %(reason)s"),
    ),
)


@dataclass(frozen=True)
class Allotted:
    """What a unit has to reach.

    Attributes:
        line: what was allotted last; None where nothing ever was.
    """

    share: Decimal
    line: TargetAllotment | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is another value than the plan's."""
        return self.line is not None and self.line.share is not None

    @property
    def seen(self) -> int:
        """The key of the last line, 0 for none: by it a writer says what they saw."""
        return self.line.pk if self.line else 0


def of_units(
    targets: Collection[Target], units: Collection[int]
) -> dict[tuple[int, int], Allotted]:
    """What each unit has to reach of each target, by their keys (one query)."""
    last = (
        TargetAllotment.objects.filter(target__in=targets, unit__in=units)
        .order_by("target_id", "unit_id", "-pk")
        .distinct("target_id", "unit_id")
    )
    lines = {(one.target_id, one.unit_id): one for one in last}
    return {
        (target.pk, unit): _allotted(target, lines.get((target.pk, unit)))
        for target in targets
        for unit in units
    }


def _allotted(target: Target, line: TargetAllotment | None) -> Allotted:
    if line is None or line.share is None:
        return Allotted(target.share, line)
    return Allotted(line.share, line)


def of_unit(target: Target, unit_id: int) -> Allotted:
    """What one unit has to reach (one query)."""
    return of_units([target], [unit_id])[target.pk, unit_id]


def history(target: Target, unit_id: int) -> list[TargetAllotment]:
    """Everything that was allotted to a unit, the last first (one query)."""
    lines = TargetAllotment.objects.filter(target=target, unit=unit_id)
    return list(lines.select_related("allotted_by").order_by("-pk"))


def _grant(user: Any, place: Placement) -> Grant | None:
    grants = scope.of(user).grants_for("target.allot", unit_id=place.unit_id, path=place.path)
    return next((grant for grant in grants if grant.path != place.path), None)


def may_allot(user: Any, place: Placement) -> Verdict:
    """Whether `user` says what a unit has to reach: who works for the territory above it does,
    nobody for the own unit."""
    if _grant(user, place) is None:
        return False, _("What a unit has to reach is allotted by the territory above it.")
    return YES


def allot(
    user: Any, target: Target, place: Placement, share: Decimal, reason: str, *, seen: int
) -> TargetAllotment:
    """Say what a unit has to reach; the value of the plan itself ends an allotment.

    Args:
        place: one of the units for which the target's document speaks (`targets.visible_to`).
        share: in percent.
        seen: `Allotted.seen` of what the writer had before them.

    Raises:
        PermissionDenied: not by this person.
        Refused: the share cannot be, is what stands already, or has no reason.
        Outdated: somebody else allotted another one meanwhile.
    """
    if not 0 <= share <= 100:
        raise Refused(_("A share lies between 0 and 100 percent."), field="share")
    with transaction.atomic():
        now = _locked(user, target, place, seen)
        if share == now.share:
            raise Refused(_("That is what the unit has to reach already."), field="share")
        wanted = None if share == target.share else share
        return _write(user, target, place, wanted, reason, act="target.allot")


@dataclass(frozen=True)
class Wish:
    """What one unit is to reach from now on, as it was typed in a grid.

    Attributes:
        reason: empty where the share is not changed.
        seen: `Allotted.seen` of what the writer had before them.
    """

    place: Placement
    share: Decimal
    reason: str
    seen: int


class ManyRefused(Refused):
    """Nothing was allotted; `rows` says why, by the key of the unit."""

    def __init__(self, rows: Mapping[int, Refused]) -> None:
        super().__init__(_("Nothing was allotted: some rows have to be mended."))
        self.rows = dict(rows)


def allot_many(user: Any, target: Target, wishes: Iterable[Wish]) -> int:
    """Say what many units have to reach, all of them or none; those that stay as they are are left
    out.

    Returns:
        Of how many units the share is another one now.

    Raises:
        PermissionDenied: some unit is not this person's.
        ManyRefused: a share cannot be, has no reason, or was changed by somebody else meanwhile.
    """
    wanted = list(wishes)
    for wish in wanted:
        require(may_allot(user, wish.place))
    with transaction.atomic():
        Target.objects.select_for_update(of=("self",), no_key=True).get(pk=target.pk)
        now = of_units([target], [wish.place.unit_id for wish in wanted])
        standing = {wish.place.unit_id: now[target.pk, wish.place.unit_id] for wish in wanted}
        changed = [wish for wish in wanted if wish.share != standing[wish.place.unit_id].share]
        wrong = {
            wish.place.unit_id: fault
            for wish in changed
            if (fault := _fault(wish, standing[wish.place.unit_id]))
        }
        if wrong:
            raise ManyRefused(wrong)
        for wish in changed:
            share = None if wish.share == target.share else wish.share
            _write(user, target, wish.place, share, wish.reason, act="target.allot")
    return len(changed)


def _fault(wish: Wish, now: Allotted) -> Refused | None:
    """Why one wish cannot be."""
    if wish.seen != now.seen:
        return Outdated(_("Somebody else has changed this meanwhile; look at it again."))
    if not 0 <= wish.share <= 100:
        return Refused(_("A share lies between 0 and 100 percent."), field="share")
    if not wish.reason.strip():
        return Refused(_("Say why: this step needs a reason."), field="reason")
    return None


def undo(user: Any, target: Target, place: Placement, *, seen: int) -> TargetAllotment:
    """Undo the last allotment: what stood before it stands again.

    Raises:
        PermissionDenied: not by this person.
        Refused: nothing was allotted.
        Outdated: as `allot`.
    """
    with transaction.atomic():
        _locked(user, target, place, seen)
        lines = history(target, place.unit_id)
        if not lines:
            raise Refused(_("Nothing was allotted to this unit."))
        before = lines[1].share if len(lines) > 1 else None
        reason = _("Undone: %(reason)s") % {"reason": lines[0].reason}
        return _write(user, target, place, before, reason[:REASON_LENGTH], act="target.undo_allot")


def _locked(user: Any, target: Target, place: Placement, seen: int) -> Allotted:
    """What stands, while nobody else allots this target."""
    require(may_allot(user, place))
    Target.objects.select_for_update(of=("self",), no_key=True).get(pk=target.pk)
    now = of_unit(target, place.unit_id)
    if now.seen != seen:
        raise Outdated(_("Somebody else has changed this meanwhile; look at it again."))
    return now


def _write(
    user: Any, target: Target, place: Placement, share: Decimal | None, reason: str, *, act: str
) -> TargetAllotment:
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."), field="reason")
    with journal.act(act, actor=user, reason=reason, behalf=_grant(user, place)):
        line = TargetAllotment.objects.create(
            target=target, unit_id=place.unit_id, share=share, reason=reason, allotted_by=user
        )
        _tell(line, target, place)
    return line


def _tell(line: TargetAllotment, target: Target, place: Placement) -> None:
    """Tell who states the unit's figures what it has to reach now; inside the act."""
    people = readers.people_at_each([place.unit_id], "figures.state", periods.today())
    notices.tell(
        ALLOTTED,
        people[place.unit_id] - {line.allotted_by_id},
        subject=f"allotment:{line.pk}",
        url=reverse("targets:unit", args=[target.pk, place.unit_id]),
        unit=place.name,
        share=format_vi_number(_allotted(target, line).share),
        target=target.counted,
        year=str(target.year),
        reason=line.reason,
    )
