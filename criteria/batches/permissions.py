"""Who may do what to a list for recognition, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from criteria.models import BatchState, RecognitionBatch
from units import queries, roles, scope
from units.models import Placement


def entering_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` lists who is to be recognised at a place: at the place
    itself, at the body that manages it, or at an office for the very territory that it is of."""
    held = scope.of(user)
    if not held.has("batch.enter"):
        return None
    managers = _managers(place)
    grants = held.grants_for(
        "batch.enter", unit_id=place.unit_id, path=place.path, managers=managers
    )
    return next((one for one in grants if _is_of(one, place)), None)


def _is_of(grant: scope.Grant, place: Placement) -> bool:
    whole_territory = grant.role.reach == roles.Reach.MANAGER_TERRITORY
    return not whole_territory or grant.path == place.path


def _managers(place: Placement) -> tuple[int, ...]:
    """The managing bodies of today, read once for the object of one request."""
    known: tuple[int, ...] | None = getattr(place, "managers_today", None)
    if known is None:
        known = queries.managers_of_unit(place.unit_id, periods.today())
        place.managers_today = known  # type: ignore[attr-defined]
    return known


def appraising_grant(user: Any, batch: RecognitionBatch) -> scope.Grant | None:
    """The appointment in whose right `user` appraises: at the office of the route."""
    return scope.of(user).grant_at(batch.appraiser_id, "batch.appraise")


def signing_grant(user: Any, batch: RecognitionBatch) -> scope.Grant | None:
    """The appointment in whose right `user` signs: at the office that decides."""
    return scope.of(user).grant_at(batch.decider_id, "batch.sign")


def registering_grant(user: Any, batch: RecognitionBatch) -> scope.Grant | None:
    """The appointment in whose right `user` numbers and issues: at the office that decides."""
    return scope.of(user).grant_at(batch.decider_id, "batch.register")


def works(user: Any, batch: RecognitionBatch) -> bool:
    """Whether some step of the list is the work of `user`."""
    grants = (appraising_grant, signing_grant, registering_grant)
    return bool(entering_grant(user, batch.placement)) or any(one(user, batch) for one in grants)


def may_read_names(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may open the names of those in the list: for their work with it."""
    if works(user, batch):
        return YES
    return False, _("Names are read by who lists, appraises, signs or issues this list.")


def sees_content(user: Any, batch: RecognitionBatch) -> Verdict:
    """The unit's own people always; others from the first sending on."""
    if batch.sent_at or entering_grant(user, batch.placement):
        return YES
    return False, _("The unit has not sent this list yet; it is its own draft.")


def may_list(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` lists who is to be recognised here, and sends or takes back the list."""
    if entering_grant(user, batch.placement):
        return YES
    return False, _("You do not list who is to be recognised at this unit.")


def may_enter(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may change the list now."""
    allowed, why_not = may_list(user, batch)
    if not allowed:
        return False, why_not
    if batch.state != BatchState.DRAFT:
        return False, _("Read only: the list has been sent. It opens again when it comes back.")
    return YES


def may_appraise(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may appraise: for the office of the route, never their own work."""
    if appraising_grant(user, batch) is None:
        return False, _("This list is appraised by another office.")
    if batch.took_part(user):
        return False, _("Nobody appraises their own: you took part in this list.")
    return YES


def may_sign(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may sign, or take the signature back: for the office that decides, never
    what they listed or appraised."""
    if signing_grant(user, batch) is None:
        return False, _("This list is decided by another office, or you do not sign for it.")
    if batch.took_part(user) or batch.appraised_by_id == user.pk:
        return False, _("Nobody decides on their own: you took part in this list.")
    if (
        batch.decider_id == batch.unit_id
        and not batch.of_members
        and batch.kind == (batch.placement.kind)
    ):
        return False, _("No office recognises itself.")
    return YES


def may_return(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may send it back to be listed anew: who has it now."""
    if batch.state == BatchState.CHECKING:
        return may_appraise(user, batch)
    return may_sign(user, batch)


def may_register(user: Any, batch: RecognitionBatch) -> Verdict:
    """Whether `user` may number and issue."""
    if registering_grant(user, batch):
        return YES
    return False, _("You do not number decisions of the office that decides.")
