"""Who may found, change and end units, keep members and state figures, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from units import queries, scope
from units.models import Placement, UnitKind

# Kinds whose units offices found and end by themselves; the others change by a reform.
ORGANISATIONS = (
    UnitKind.AGENCY,
    UnitKind.MASS_ORGANISATION,
    UnitKind.SCHOOL,
    UnitKind.ENTERPRISE,
    UnitKind.OTHER,
)
KEPT_KINDS = (UnitKind.HAMLET, *ORGANISATIONS, UnitKind.DEPARTMENT)
# What may be founded in a unit of a kind.
KINDS_IN: dict[str, tuple[UnitKind, ...]] = {
    UnitKind.PROVINCE: ORGANISATIONS,
    UnitKind.COMMUNE: (UnitKind.HAMLET, *ORGANISATIONS),
    **dict.fromkeys(ORGANISATIONS, (UnitKind.DEPARTMENT,)),
}
# Whose members are kept: those who live in a hamlet, those who work or learn in an office.
HOME_KINDS = (UnitKind.HAMLET, *ORGANISATIONS)


def homes_of(kind: str) -> tuple[UnitKind, ...]:
    """Kinds of units that keep members of a kind: an office has citizens, no households."""
    return HOME_KINDS if kind == UnitKind.CITIZEN else (UnitKind.HAMLET,)


def grant_over(
    user: Any, capability: str, place: Placement, managers: Collection[int] | None = None
) -> scope.Grant | None:
    """The appointment of today that gives `capability` over a unit.

    Args:
        place: a state of the unit. A former one gives nothing: that of today is asked instead, and
            the former one only of a unit that is no more.
        managers: the managing bodies of that very state, where they are known already (one query
            otherwise); it is then asked as it is.
    """
    held = scope.of(user)
    if not held.has(capability):
        return None
    if managers is None:
        place = queries.present(place) or place
        managers = queries.managers_of([place], periods.today())[place.unit_id]
    return held.grant_for(capability, unit_id=place.unit_id, path=place.path, managers=managers)


def may_change(
    user: Any, place: Placement, managers: Collection[int] | None = None, manager_name: str = ""
) -> Verdict:
    """Whether `user` may correct, rename or end a unit: for the body that manages it, and what
    manages that body. Where a unit lies gives nobody this right.

    Args:
        manager_name: of the managing body, for the reason.
    """
    if place.kind not in KEPT_KINDS:
        return False, _("Official units change by a reform, not here.")
    if grant_over(user, "units.edit", place, managers):
        return YES
    if manager_name:
        return False, _("Managed by %(body)s: only that body changes it.") % {"body": manager_name}
    return False, _("Only the body that manages the unit changes it.")


def managing_body(user: Any, kind: str, place: Placement) -> int | None:
    """Key of the unit that would manage what `user` founds in `place`; None where they may not.

    A hamlet is managed by its commune, a department by its office, anything else by the body in
    whose right the person founds it: a province's school in a commune by its Sở.
    """
    if kind not in KINDS_IN.get(place.kind, ()):
        return None
    if kind in (UnitKind.HAMLET, UnitKind.DEPARTMENT):
        return place.unit_id if _manages(user, place) else None
    for grant in scope.of(user).grants_by_managing("units.edit"):
        if place.path.startswith(grant.path):
            return grant.unit_id
    return None


def _manages(user: Any, place: Placement) -> bool:
    """Whether `user` edits what the unit of `place` manages (one query, none where the answer is in
    the own appointments)."""
    held = {grant.unit_id for grant in scope.of(user).grants_by_managing("units.edit")}
    if not held or place.unit_id in held:
        return bool(held)
    return not held.isdisjoint(queries.managers_of([place], periods.today())[place.unit_id])


def founding_grant(user: Any, place: Placement, manager: int) -> scope.Grant | None:
    """The appointment in whose right `user` founds in `place` what the unit `manager` manages."""
    above = queries.managers_of([place], periods.today())[place.unit_id]
    return next(
        (
            grant
            for grant in scope.of(user).grants_by_managing("units.edit")
            if grant.unit_id in (manager, *above)
        ),
        None,
    )


def _acts(user: Any, capability: str, place: Placement) -> bool:
    """Whether `user` has `capability` over a unit that is there today: of others all is read."""
    present = queries.present(place)
    return present is not None and grant_over(user, capability, present) is not None


def may_keep_members(user: Any, home: Placement) -> Verdict:
    """Whether `user` enters and ends the households, clans and citizens of a hamlet or office."""
    if home.kind not in HOME_KINDS:
        return False, _("Households, clans and citizens are kept by hamlets and offices.")
    if _acts(user, "members.edit", home):
        return YES
    return False, _("Only the unit itself and the body that manages it keep these lists.")


def may_read_names(user: Any, home: Placement) -> Verdict:
    """Whether `user` may open the names of a hamlet or office (an act of its own)."""
    if _acts(user, "personal.read", home):
        return YES
    return False, _("Names are read by the unit itself and by the body that manages it.")


def may_export_names(user: Any, home: Placement) -> Verdict:
    """Whether `user` may take the names of a hamlet or office out of the portal."""
    if _acts(user, "personal.export", home):
        return YES
    return False, _("Names are taken out by the unit itself and by the body that manages it.")


def may_state(user: Any, place: Placement) -> Verdict:
    """Whether `user` may state figures of a unit."""
    return _stating(_acts(user, "figures.state", place))


def may_see_inside(user: Any, commune: Placement) -> Verdict:
    """Whether `user` reads the figures of the hamlets of a commune, one by one or all at once."""
    if _grant_inside(user, "figures.view", commune):
        return YES
    return False, _("You read the figures of the commune itself, not those of its hamlets.")


def may_state_inside(user: Any, commune: Placement) -> Verdict:
    """Whether `user` may state figures of the hamlets of a commune."""
    return _stating(_grant_inside(user, "figures.state", commune) is not None)


def _stating(allowed: bool) -> Verdict:
    if allowed:
        return YES
    return False, _("Figures are stated by the unit itself or by the body that manages it.")


def _grant_inside(user: Any, capability: str, commune: Placement) -> scope.Grant | None:
    """The appointment that gives `capability` over each hamlet of a commune (no query): one that
    lies in it and that it manages, whichever that is."""
    bodies = [key for key in (commune.unit_id, commune.managed_by_id) if key]
    any_hamlet = 0  # no unit's key: nobody is appointed there
    return scope.of(user).grant_for(
        capability, unit_id=any_hamlet, path=commune.path, managers=bodies
    )
