"""Who may propose, confirm, withdraw and undo a reform, and if not, why not.

One body proposes and another one above it confirms: a hamlet's reform is proposed by its commune
and confirmed by the province, a commune's is proposed by the province and confirmed above. Nobody
confirms what they worked on.
"""

from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from units import permissions, queries, scope
from units.models import Placement, Reform, ReformState, UnitKind
from units.reforming.plan import Plan, read

PROPOSE, CONFIRM = "units.propose_reform", "units.confirm_reform"
# Units of the state's own order: the body in which they lie does not decide on them alone.
OFFICIAL = (UnitKind.PROVINCE, UnitKind.COMMUNE, UnitKind.HAMLET)


def proposing_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` proposes a reform of a unit."""
    return permissions.grant_over(user, PROPOSE, place)


def may_propose(user: Any, place: Placement) -> Verdict:
    """Whether `user` may propose a reform of a unit."""
    if place.kind == UnitKind.COUNTRY:
        return False, _("The country itself is not reformed here.")
    if proposing_grant(user, place):
        return YES
    sentence = _("%(name)s is beyond your scope: its own body or the one above it proposes this.")
    return False, sentence % {"name": place.name}


def grant_inside(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` proposes to found something in a unit: over its
    territory, or over what it manages."""
    held = scope.of(user)
    bodies = {place.unit_id, *queries.managers_of([place], periods.today())[place.unit_id]}
    return held.grant_for(PROPOSE, unit_id=0, path=place.path, managers=bodies)


def may_found_in(user: Any, place: Placement) -> Verdict:
    """Whether `user` may propose to found a unit in another, or to move one there."""
    if grant_inside(user, place):
        return YES
    return False, _("%(name)s is beyond your scope.") % {"name": place.name}


def may_keep(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may change, propose, take back or withdraw a reform that is not confirmed: for
    whoever proposes in its territory."""
    if keeping_grant(user, reform):
        return YES
    return False, _("Only the body that prepares the reform does this.")


def keeping_grant(user: Any, reform: Reform) -> scope.Grant | None:
    """The appointment in whose right `user` prepares a reform (no query)."""
    held = scope.of(user)
    if reform.territory_id is None:
        mine = reform.took_part(user) and held.has(PROPOSE)
        return next(held.grants_giving(PROPOSE), None) if mine else None
    bodies = (reform.territory_id,)
    return held.grant_for(
        PROPOSE, unit_id=reform.territory_id, path=reform.territory_path, managers=bodies
    )


def may_confirm(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may confirm or refuse a reform: of a body above those that it concerns, and
    not one of those who prepared it."""
    if reform.took_part(user) or reform.proposed_by_id == user.pk:
        return False, _("Nobody confirms what they prepared or proposed themselves.")
    if confirming_grant(user, reform):
        return YES
    return False, _("A reform is confirmed by a body above the one that proposes it.")


def confirming_grant(user: Any, reform: Reform) -> scope.Grant | None:
    """The appointment in whose right `user` confirms a reform."""
    held = scope.of(user)
    if not held.has(CONFIRM):
        return None
    concerned = list(_concerned(plan_of(reform)))
    for grant in held.grants_giving(CONFIRM):
        if all(_stands_above(grant, path, official) for path, official in concerned):
            return grant
    return None


def _stands_above(grant: scope.Grant, path: str, official: bool) -> bool:
    """Whether an appointment reaches over a place, and for official units from above it."""
    if not path.startswith(grant.path):
        return False
    return grant.at_country or not official or path != grant.path


def _concerned(plan: Plan) -> list[tuple[str, bool]]:
    """The paths of the places in which units change, and whether those are official units."""
    found = []
    for line in plan.lines:
        official = line.kind in OFFICIAL
        units = (line.unit_id, *(part.unit_id for part in line.parts.all()))
        states = [state for state in map(plan.state, units) if state]
        places = [state.path.removesuffix(f"{state.unit_id}/") for state in states]
        if place := plan.state(plan.after(line).located_in):
            places.append(place.path)
        found += [(path, official) for path in places]
    return found


def plan_of(reform: Reform) -> Plan:
    """The plan of a reform, read once for the object."""
    if not hasattr(reform, "_plan"):
        reform._plan = read(reform)  # type: ignore[attr-defined]
    plan: Plan = reform._plan  # type: ignore[attr-defined]
    return plan


def forget_plan(reform: Reform) -> None:
    """Let the plan of a reform be read anew: its units are locked by now."""
    reform.__dict__.pop("_plan", None)


def may_withdraw(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may withdraw a reform: who prepares it, until it is confirmed; then who
    confirms, until it is carried out."""
    if reform.state == ReformState.PLANNED:
        return may_decide_again(user, reform)
    return may_keep(user, reform)


def may_decide_again(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may take back the confirmation, or undo what was carried out: of the body that
    may confirm it."""
    if reform.assigns_id:
        return may_keep(user, reform)
    if confirming_grant(user, reform):
        return YES
    return False, _("Only a body that may confirm the reform does this.")


def may_carry_out(user: Any, reform: Reform) -> Verdict:
    """Whether it is carried out now: by the portal itself (no user), or by who may confirm it."""
    return YES if user is None else may_decide_again(user, reform)
