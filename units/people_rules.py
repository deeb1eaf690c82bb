"""Who may give, change and end which appointment, and act on whose account; and if not, why not.

Each predicate returns `(allowed, reason)`; the acts of units.people and the pages ask the same.

Nobody gains by giving: what is given reaches no further than the territory of whoever gives it,
nobody gives themselves anything, and whoever could take over an account of a wider reach – by a new
password, say – may not touch it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core import periods
from core.workflow import YES, Verdict
from units import people_queries, queries, roles, scope
from units.models import Appointment, Placement
from units.people_queries import MANAGE


@dataclass(frozen=True)
class Post:
    """What is to be given: a role at a unit, from a day to a day."""

    role: roles.Role
    place: Placement
    period: periods.Period


def reach_of(role: roles.Role, place: Placement) -> str | None:
    """The path that `role` held at `place` opens; None where no managing body is known."""
    if role.reach != roles.Reach.MANAGER_TERRITORY:
        return place.path
    manager = _manager_of(place)
    return manager.path if manager else None


def _manager_of(place: Placement) -> Placement | None:
    today = periods.today()
    return queries.placement_of(place.managed_by_id, today) if place.managed_by_id else None


def fits(role: roles.Role, place: Placement) -> Verdict:
    """Whether `role` can be held at a unit of this kind, under this managing body."""
    if place.kind not in role.kinds:
        return False, _("“%(role)s” is not held at a unit of this kind (%(kind)s).") % {
            "role": role.label,
            "kind": place.get_kind_display(),
        }
    if role.managers:
        manager = _manager_of(place)
        if manager is None or manager.kind not in role.managers:
            return False, _("“%(role)s” is held at offices that a province manages.") % {
                "role": role.label
            }
    return YES


def giving_grant(giver: Any, place: Placement, *, role: roles.Role) -> scope.Grant | None:
    """The appointment in whose right `giver` gives or ends `role` at `place`, if any.

    Administrators are made, changed and ended only by one in their own right: whoever deputises for
    some days leaves nobody behind.
    """
    if _place_in_area(giver, place.unit_id) is None:
        return None
    grants = scope.of(giver).grants_for(MANAGE, unit_id=place.unit_id, path=place.path)
    if MANAGE not in role.everything:
        return next(grants, None)
    own = _in_own_right(giver)
    return next((grant for grant in grants if grant.appointment_id in own), None)


def look_up(giver: Any, unit_ids: Iterable[int]) -> None:
    """Read at once which of the units lie in the area of `giver`, before predicates ask one by one.

    Kept on the user object, which lives as long as the request.
    """
    found = {one.unit_id: one for one in people_queries.area(giver).filter(unit__in=unit_ids)}
    giver._area = {unit_id: found.get(unit_id) for unit_id in unit_ids}


def _place_in_area(giver: Any, unit_id: int) -> Placement | None:
    """The state today of a unit of the area; None for any other unit."""
    known: dict[int, Placement | None] = getattr(giver, "_area", {})
    if unit_id in known:
        return known[unit_id]
    return people_queries.area(giver).filter(unit=unit_id).first()


def _in_own_right(giver: Any) -> set[int]:
    """The appointments of `giver` today that deputise for nobody (one query a request)."""
    known: set[int] | None = getattr(giver, "_in_own_right", None)
    if known is None:
        held = Appointment.objects.on(periods.today()).filter(user=giver, deputising_for=None)
        known = giver._in_own_right = set(held.values_list("pk", flat=True))
    return known


def may_give(giver: Any, person: User, post: Post) -> Verdict:
    """Whether `giver` may give `post` to `person`."""
    for allowed, reason in (may_receive(giver, person), may_offer(giver, post)):
        if not allowed:
            return False, reason
    return goes_together(person, post.role, post.place.unit_id, post.period)


def may_receive(giver: Any, person: User) -> Verdict:
    """Whether `giver` may give `person` anything at all."""
    if person.pk == getattr(giver, "pk", None):
        return False, _("Nobody gives a role to themselves.")
    if not person.is_active:
        return False, _("The account is closed; open it first.")
    return YES


def may_offer(giver: Any, post: Post) -> Verdict:
    """Whether `giver` may give `post` to anybody: what `may_give` asks of the post itself."""
    if giving_grant(giver, post.place, role=post.role) is None:
        return False, _outside(giver, post.role)
    allowed, reason = fits(post.role, post.place)
    if not allowed:
        return False, reason
    reach = reach_of(post.role, post.place)
    if reach is None or not _covers(giver, reach):
        return False, _("The role reaches beyond your area: only a wider administrator gives it.")
    return in_order(post.period)


def _outside(giver: Any, role: roles.Role) -> str:
    if MANAGE in role.everything and scope.of(giver).has(MANAGE):
        return _(
            "Administrators are made by an administrator of the same or a wider territory, in their"
            " own right."
        )
    return _("The unit lies outside your area, or is managed from outside it.")


def _covers(giver: Any, path: str) -> bool:
    return any(
        path.startswith(grant.path)
        for grant in scope.of(giver).grants
        if MANAGE in grant.role.everything
    )


def in_order(period: periods.Period) -> Verdict:
    """Whether a period to be given begins today or later, and does not end before it begins."""
    first, last = periods.first_day(period), periods.last_day(period)
    if period.isempty or (first and last and last < first):
        return False, _("The last day is before the first.")
    if first is None or first < periods.today():
        return False, _("A role begins today or later; what was done before stays as it was.")
    return YES


def goes_together(
    person: User,
    role: roles.Role,
    unit_id: int,
    period: periods.Period,
    *,
    but: Appointment | None = None,
) -> Verdict:
    """Whether `person` may hold `role` at a unit during `period`, beside what they hold then.

    The database refuses the same (triggers and constraints of units.models); this says why.

    Args:
        but: an appointment of theirs that is being changed, and so does not count.
    """
    others = Appointment.objects.filter(user=person, period__overlap=period).order_by("pk")
    for other in others.exclude(pk=but.pk) if but else others:
        if other.role == role.code and other.unit_id == unit_id:
            return False, _("%(person)s already holds this role there (%(period)s).") % {
                "person": person,
                "period": in_words(other.period),
            }
        if not roles.compatible(role.code, other.role):
            return False, _(
                "Nobody fills in what they verify: %(person)s is “%(other)s” (%(period)s), which"
                " does not go together with “%(role)s”."
            ) % {
                "person": person,
                "other": roles.BY_CODE[other.role].label,
                "period": in_words(other.period),
                "role": role.label,
            }
    return YES


def in_words(period: periods.Period) -> str:
    """From when until when."""
    first, last = (
        date_format(day, "SHORT_DATE_FORMAT") if day else ""
        for day in (periods.first_day(period), periods.last_day(period))
    )
    if first and last:
        return f"{first} – {last}"
    return _("from %(day)s") % {"day": first} if first else _("until %(day)s") % {"day": last}


# Changing and ending


def may_change(giver: Any, appointment: Appointment) -> Verdict:
    """Whether `giver` may extend or end an appointment."""
    if appointment.user_id == getattr(giver, "pk", None):
        return False, _("Nobody changes their own role; another administrator does.")
    if people_queries.state_of(appointment) not in (people_queries.RUNNING, people_queries.COMING):
        return False, _("It has ended; give the role anew.")
    role = roles.BY_CODE[appointment.role]
    place = _place_in_area(giver, appointment.unit_id)
    if place is None or giving_grant(giver, place, role=role) is None:
        return False, _outside(giver, role)
    return YES


def may_deputise(actor: Any, appointment: Appointment) -> Verdict:
    """Whether `actor` may let somebody deputise for an appointment: its holder, or who may change
    it."""
    if appointment.deputising_for_id is not None:
        return False, _("Whoever deputises cannot pass it on.")
    if appointment.user_id == getattr(actor, "pk", None):
        if people_queries.state_of(appointment) == people_queries.ENDED:
            return False, _("It has ended.")
        return YES
    return may_change(actor, appointment)


def may_stand_in(appointment: Appointment, deputy: User, period: periods.Period) -> Verdict:
    """Whether `deputy` may stand in for the holder of an appointment during `period`."""
    if deputy.pk == appointment.user_id:
        return False, _("Nobody deputises for themselves.")
    if not deputy.is_active:
        return False, _("The account is closed; open it first.")
    if periods.last_day(period) is None:
        return False, _("Deputising is for days: name the last one.")
    allowed, reason = in_order(period)
    if not allowed:
        return False, reason
    if not contains(appointment.period, period):
        return False, _("Nobody deputises longer than the role itself runs (%(period)s).") % {
            "period": in_words(appointment.period)
        }
    role = roles.BY_CODE[appointment.role]
    return goes_together(deputy, role, appointment.unit_id, period)


def contains(outer: periods.Period, inner: periods.Period) -> bool:
    """Whether every day of `inner` is one of `outer`."""
    if inner.isempty:
        return True
    begins = outer.lower is None or (inner.lower is not None and outer.lower <= inner.lower)
    ends = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return begins and ends


def may_recall(actor: Any, deputy: Appointment) -> Verdict:
    """Whether `actor` may end a deputising: for whom it is, or who may change it."""
    original = deputy.deputising_for
    if original is None:
        return False, _("Nobody deputises here.")
    if original.user_id == getattr(actor, "pk", None):
        open_states = (people_queries.RUNNING, people_queries.COMING)
        return (
            YES if people_queries.state_of(deputy) in open_states else (False, _("It has ended."))
        )
    return may_change(actor, deputy)


# Accounts


def may_act_on(
    administrator: Any, person: User, held: Iterable[people_queries.Held] | None = None
) -> Verdict:
    """Whether `administrator` may make a link for `person`, unlock, end sessions, close.

    Whoever sets somebody's password could act as them: so everything that the person holds, now and
    later, must lie in the administrator's area.

    Args:
        held: everything that the person holds, where it is known already.
    """
    if person.pk == getattr(administrator, "pk", None):
        return False, _("Your own account is under “My account”.")
    if person.is_staff or person.is_superuser:
        return False, _("Superusers are looked after in the administration of the system.")
    if held is None:
        held = people_queries.held_by([person], administrator)[person.pk]
    open_ones = [one for one in held if one.is_open]
    if not all(one.in_area for one in open_ones):
        return False, _(
            "The person also holds a role outside your area; a wider administrator does this."
        )
    administers = any(MANAGE in one.role.everything for one in open_ones)
    if administers and not _administers(administrator):
        return False, _("Whoever deputises does not touch the accounts of administrators.")
    return YES


def _administers(user: Any) -> bool:
    """Whether `user` is an administrator in their own right."""
    own = _in_own_right(user)
    grants = scope.of(user).grants
    return any(MANAGE in one.role.everything and one.appointment_id in own for one in grants)
