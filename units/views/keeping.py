"""What the page of a unit says of who keeps it: what is entered below it, its figures, its acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from units import acts, members, permissions
from units.forms.units import RenameForm
from units.models import MEMBER_KINDS, Placement, UnitKind


@dataclass(frozen=True)
class Counted:
    """Units of a kind that belong to a unit: how many, and where they are listed, if anywhere."""

    label: Any
    count: int
    url: str = ""


def part(
    request: HttpRequest,
    present: Placement | None,
    counts: Iterable[tuple[UnitKind, int]],
    managers: tuple[int, ...],
) -> dict[str, Any]:
    """The context of units/keeping.html and units/acts.html (at most two queries).

    Args:
        present: the unit's state of today; None shows nothing.
        counts: how many units of each kind lie in it.
        managers: the bodies that manage it.
    """
    if present is None:
        return {"belonging": [], "figures_url": "", "change": None}
    sees = permissions.grant_over(request.user, "figures.view", present, managers)
    opens = permissions.grant_over(request.user, "members.view", present, managers)
    return {
        "belonging": [
            *_below(present, dict(counts)),
            *(_members(present, opens=opens is not None) if sees or opens else ()),
        ],
        "figures_url": reverse("units:figures", args=[present.unit_id]) if sees else "",
        "change": _change(request, present, managers),
    }


def _below(place: Placement, counts: Mapping[UnitKind, int]) -> list[Counted]:
    return [
        Counted(
            kind.label,
            counts.get(kind, 0),
            reverse("units:below", args=[place.unit_id, kind.value]),
        )
        for kind in permissions.KINDS_IN.get(place.kind, ())
    ]


def _members(place: Placement, *, opens: bool) -> list[Counted]:
    """Of a hamlet or office its members, of a commune those of its hamlets: numbers only."""
    numbers = members.counts(place)
    if numbers is None:
        return []
    lists = opens and place.kind in permissions.HOME_KINDS
    entered = (
        _("%(kind)s entered in the lists of its hamlets")
        if place.kind == UnitKind.COMMUNE
        else _("%(kind)s entered in lists")
    )
    return [
        Counted(
            entered % {"kind": kind.label},
            numbers.get(kind, 0),
            reverse("units:members", args=[place.unit_id, kind.value]) if lists else "",
        )
        for kind in kinds_at(place.kind)
    ]


def kinds_at(home_kind: str) -> tuple[UnitKind, ...]:
    """Which members a home has: an office has citizens, no households."""
    if home_kind in (UnitKind.HAMLET, UnitKind.COMMUNE):
        return MEMBER_KINDS
    return (UnitKind.CITIZEN,)


def _change(
    request: HttpRequest, place: Placement, managers: tuple[int, ...]
) -> dict[str, Any] | None:
    """Renaming and undoing, for who may; nothing for the others."""
    if not permissions.may_change(request.user, place, managers)[0]:
        return None
    return {
        "rename_form": RenameForm(auto_id="rename-%s"),
        "rename_url": reverse("units:rename", args=[place.unit_id]),
        "undo_url": reverse("units:undo", args=[place.unit_id]),
        "last_act": acts.last_act(place.unit_id).label,
        "end_url": reverse("units:below", args=[place.located_in_id, place.kind]),
    }
