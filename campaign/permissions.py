"""Who may do what to launches, rounds and registers, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from campaign.models import (
    EntryState,
    Launch,
    LaunchState,
    Recipient,
    Register,
    RegisterEntry,
)
from core import periods
from core.workflow import YES, Verdict
from units import scope

# Launches


def launching_grants(user: Any) -> list[scope.Grant]:
    """The appointments of today in whose right `user` may launch, one a unit and territory."""
    grants = [g for g in scope.of(user).grants if g.role.reaches("launch.make")]
    return list({(grant.unit_id, grant.path): grant for grant in grants}.values())


def managing_grant(user: Any, launch: Launch) -> scope.Grant | None:
    """The appointment in whose right `user` follows up a launch: at the unit that made it."""
    return next(
        (g for g in launching_grants(user) if g.unit_id == launch.unit_id),
        None,
    )


def may_manage(user: Any, launch: Launch) -> Verdict:
    """Whether `user` may remind and withdraw: for the unit that launched, while it is open."""
    if managing_grant(user, launch) is None:
        return False, _("Only the unit that launched it reminds the units or withdraws it.")
    if launch.state != LaunchState.OPEN:
        return False, _("The launch has been withdrawn.")
    return YES


def answering_grant(user: Any, recipient: Recipient) -> scope.Grant | None:
    """The appointment in whose right `user` answers for the unit."""
    return scope.of(user).grant_for("launch.answer", unit_id=recipient.unit_id, path=recipient.path)


def may_answer(user: Any, recipient: Recipient) -> Verdict:
    """Whether `user` may answer, or replace the answer, for the unit."""
    if answering_grant(user, recipient) is None:
        return False, _("You do not answer launches for this unit.")
    if recipient.launch.state != LaunchState.OPEN:
        return False, _("The launch has been withdrawn; it needs no answer any more.")
    return YES


def is_late(recipient: Recipient) -> bool:
    """Whether the day until which it was to be answered has passed."""
    return periods.today() > recipient.launch.due_on


# Registers

_ENTERS = {
    Register.CONTRIBUTIONS: "register.enter",
    Register.INITIATIVES: "register.enter",
    Register.INSPECTIONS: "inspection.enter",
}
_CONFIRMS = {
    Register.CONTRIBUTIONS: "register.confirm",
    Register.INITIATIVES: "register.confirm",
    Register.INSPECTIONS: "inspection.confirm",
}


def entering_capability(register: str) -> str:
    """What is asked of who enters into a register."""
    return _ENTERS[Register(register)]


def entering_grant(user: Any, register: str, *, unit_id: int, path: str) -> scope.Grant | None:
    """The appointment in whose right `user` enters into a register about a unit."""
    return scope.of(user).grant_for(entering_capability(register), unit_id=unit_id, path=path)


def may_enter(user: Any, register: str, *, unit_id: int, path: str) -> Verdict:
    """Whether `user` may enter into a register about a unit."""
    if entering_grant(user, register, unit_id=unit_id, path=path) is None:
        return False, _("You do not enter into this register for this unit.")
    return YES


def may_correct(user: Any, entry: RegisterEntry) -> Verdict:
    """Whether `user` may change an entry or its evidence: while nobody has checked it, and in the
    right of the office that entered it."""
    grant = entering_grant(user, entry.register, unit_id=entry.unit_id, path=entry.path)
    if grant is None or grant.unit_id != entry.office_id:
        return False, _("Only the unit that entered this corrects it.")
    if entry.state != EntryState.ENTERED:
        return False, _("It has been checked; it can be changed after the checking is undone.")
    return YES


def confirming_capability(register: str) -> str:
    """What is asked of who confirms entries of a register."""
    return _CONFIRMS[Register(register)]


def confirming_grants(user: Any, entry: RegisterEntry) -> list[scope.Grant]:
    """Every appointment of `user` that gives checking entries of this register for its unit."""
    return list(
        scope.of(user).grants_for(
            confirming_capability(entry.register), unit_id=entry.unit_id, path=entry.path
        )
    )


def confirming_grant(user: Any, entry: RegisterEntry) -> scope.Grant | None:
    """The appointment in whose right `user` checks an entry: at another office than entered it."""
    grants = confirming_grants(user, entry)
    return next((grant for grant in grants if grant.unit_id != entry.office_id), None)


def waiting_for(user: Any, register: str) -> Q:
    """Filter of the entries of a register that `user` may check, as `confirming_grant` has it."""
    capability, found = confirming_capability(register), scope.NOTHING
    for grant in scope.of(user).grants:
        reach = scope.Scope((grant,)).q(capability, unit="unit_id", path="path")
        found |= reach & ~Q(office=grant.unit_id)
    return Q(register=register) & found


def may_check(user: Any, entry: RegisterEntry) -> Verdict:
    """Whether `user` may confirm or refuse an entry; never one in which they or their office took
    part."""
    if not confirming_grants(user, entry):
        return False, _("Your roles do not include confirming entries of this register.")
    if confirming_grant(user, entry) is None:
        return False, _("No office confirms what it entered itself.")
    if entry.took_part(user):
        return False, _("Nobody confirms their own: you took part in this entry.")
    return YES


def may_mend(user: Any, entry: RegisterEntry) -> Verdict:
    """Whether `user` may say that what was found is mended: for the inspected unit."""
    if entry.register != Register.INSPECTIONS:
        return False, _("Only what an inspection found is mended.")
    if not confirming_grants(user, entry):
        return False, _("The inspected unit says what it has mended.")
    return YES
