"""People with their appointments: who is in an administrator's area, and what each holds."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Collate

from accounts import lockouts
from accounts.models import User
from core import periods
from units import roles, scope
from units.models import COLLATION, Appointment, Placement, UnitKind

MANAGE = "people.manage"
RUNNING, COMING, ENDED, TAKEN_BACK = "running", "coming", "ended", "taken_back"
# Of accounts: a password was never set; signing in is locked after wrong ones.
INVITED, LOCKED = "invited", "locked"
UNITS_SHOWN = 10


@dataclass(frozen=True)
class Held:
    """An appointment as pages show it.

    Attributes:
        state: one of running, coming, ended, taken_back (it never ran).
        in_area: whether it lies in the area of who looks.
    """

    appointment: Appointment
    role: roles.Role
    unit_name: str
    state: str
    in_area: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it runs, or is still to run."""
        return self.state in (RUNNING, COMING)


def area(administrator: Any) -> QuerySet[Placement]:
    """The units of today whose people `administrator` manages.

    They lie in the own territory; what a body outside it manages there – a school of the province
    in a commune – belongs to that body's administrator.
    """
    today = periods.today()
    # The manager's place is looked up for the few units that have one: as a set of all units inside
    # it would be read whole for each question.
    body = Placement.objects.on(today).filter(unit=OuterRef("managed_by")).values("path")[:1]
    own = scope.of(administrator).q(MANAGE, unit="managed_by", path="body_path", manager="")
    inside = Placement.objects.on(today).with_capability(administrator, MANAGE)
    return inside.alias(body_path=Subquery(body)).filter(Q(managed_by=None) | own)


def in_area(administrator: Any) -> QuerySet[Appointment]:
    """The appointments, ended ones too, at units of the area."""
    return Appointment.objects.filter(Exists(area(administrator).filter(unit=OuterRef("unit"))))


def people(
    administrator: Any, *, role: str = "", unit: str = "", state: str = "", words: str = ""
) -> QuerySet[User]:
    """The people who hold or held something in the area, in Vietnamese order of names.

    Vietnamese lists of people are ordered by the given name, which is the last word.

    Args:
        role: code of a role; only who holds or held that.
        unit: part of a unit's name, with or without accents.
        state: `running` or `ended`, of the appointments in the area; `invited` or `locked`, of the
            accounts.
        words: part of the full name, with or without accents, or the beginning of the user name.
    """
    held = in_area(administrator).filter(user=OuterRef("pk"))
    if role:
        held = held.filter(role=role)
    if unit:
        named = Placement.objects.on(periods.today()).filter(name_key__contains=_folded(unit))
        held = held.filter(unit__in=named.values("unit"))
    runs = Q(period__endswith=None) | Q(period__endswith__gt=periods.today())
    open_ones = held.filter(runs, period__isempty=False)
    found = User.objects.all()
    if state == RUNNING:
        found = found.filter(Exists(open_ones))
    elif state == ENDED:
        found = found.filter(Exists(held)).exclude(Exists(open_ones))
    elif state == INVITED:
        found = found.filter(Exists(open_ones), password__startswith=UNUSABLE_PASSWORD_PREFIX)
    elif state == LOCKED:
        found = found.filter(Exists(held), username__in=lockouts.locked_names())
    else:
        found = found.filter(Exists(held))
    if words:
        key = Func(F("full_name"), function="core_fold", output_field=CharField())
        found = found.alias(name_key=key).filter(
            Q(name_key__contains=_folded(words)) | Q(username__istartswith=words.strip())
        )
    return in_order(found)


@dataclass(frozen=True)
class Due:
    """What waits for who administers an area.

    Attributes:
        running, invited, locked: how many people hold a role, have not set a password, are locked.
        empty: communes at which nobody holds a role today, the first ones.
        empty_number: how many these are.
    """

    running: int
    invited: int
    locked: int
    empty: list[Placement]
    empty_number: int


def due(administrator: Any) -> Due:
    """What waits for an administrator (five queries)."""
    held = Appointment.objects.on(periods.today()).filter(unit=OuterRef("unit"))
    communes = area(administrator).filter(~Exists(held), kind=UnitKind.COMMUNE)
    return Due(
        people(administrator, state=RUNNING).count(),
        people(administrator, state=INVITED).count(),
        people(administrator, state=LOCKED).count(),
        list(communes.order_by("name", "pk")[:UNITS_SHOWN]),
        communes.count(),
    )


def in_order(found: QuerySet[User]) -> QuerySet[User]:
    """People by given name, then by the whole name, as Vietnamese lists are."""
    given = Func(
        F("full_name"),
        Value(r"^.*\s"),
        Value(""),
        function="regexp_replace",
        output_field=CharField(),
    )
    return found.order_by(Collate(given, COLLATION), Collate(F("full_name"), COLLATION), "pk")


def _folded(words: str) -> Any:
    plain = unicodedata.normalize("NFC", " ".join(words.split()))
    return Func(Value(plain), function="core_fold", output_field=CharField())


def held_by(users: Iterable[User], administrator: Any | None = None) -> dict[int, list[Held]]:
    """What each of `users` holds and held, the running first (one query).

    Args:
        administrator: only what lies in the area is told apart by `Held.in_area`; None: all is.
    """
    rows = _with_names(Appointment.objects.filter(user__in=[user.pk for user in users]))
    if administrator is None:
        rows = rows.annotate(inside=Value(True))
    else:
        rows = rows.annotate(inside=Exists(area(administrator).filter(unit=OuterRef("unit"))))
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.user_id].append(_held(row, row.inside))
    for held in found.values():
        held.sort(key=lambda one: (_ORDER[one.state], _first(one)))
    return found


def shown(appointment: Appointment) -> Held:
    """One appointment as pages show it."""
    return _held(_with_names(Appointment.objects.filter(pk=appointment.pk)).get(), in_area=True)


def own(user: User) -> list[Held]:
    """What `user` holds today or later."""
    return [one for one in held_by([user])[user.pk] if one.is_open]


def deputies_of(appointments: Iterable[Appointment]) -> dict[int, list[Held]]:
    """Who deputises, or will, for each appointment (one query)."""
    rows = _with_names(
        Appointment.objects.filter(deputising_for__in=[one.pk for one in appointments])
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows.select_related("user").order_by("pk"):
        held = _held(row, in_area=True)
        if held.is_open and row.deputising_for_id:
            found[row.deputising_for_id].append(held)
    return found


def _with_names(rows: QuerySet[Appointment]) -> Any:
    """With the name of the unit today, else the last one that it had."""
    today = Placement.objects.on(periods.today()).filter(unit=OuterRef("unit"))
    last = Placement.objects.filter(unit=OuterRef("unit")).order_by("-period")
    name = Coalesce(Subquery(today.values("name")[:1]), Subquery(last.values("name")[:1]))
    return rows.annotate(unit_name=name).select_related("deputising_for__user", "user")


def _held(row: Any, in_area: bool) -> Held:
    return Held(row, roles.BY_CODE[row.role], row.unit_name or "", state_of(row), in_area)


def state_of(appointment: Appointment) -> str:
    """Whether it runs today, is to come, has ended, or was taken back before it began."""
    period, today = appointment.period, periods.today()
    if period.isempty:
        return TAKEN_BACK
    if period.lower and today < period.lower:
        return COMING
    return RUNNING if period.upper is None or today < period.upper else ENDED


_ORDER = {state: place for place, state in enumerate((RUNNING, COMING, ENDED, TAKEN_BACK))}


def _first(held: Held) -> Any:
    return held.appointment.period.lower or periods.Day.min


def has_password(user: User) -> bool:
    """Whether the person has set a password yet."""
    return not user.password.startswith(UNUSABLE_PASSWORD_PREFIX)


def roles_given_by(giver: Any) -> list[roles.Role]:
    """The roles that could be held at some unit of the area (one query)."""
    kinds = set(area(giver).order_by().values_list("kind", flat=True).distinct())
    return [
        role
        for role in roles.ROLES
        if role.kinds & kinds and (not role.managers or role.managers & kinds)
    ]


def colleagues(appointment: Appointment) -> list[User]:
    """Other people who hold something at the same unit today, in Vietnamese order (one query)."""
    here = Appointment.objects.on(periods.today()).filter(unit=appointment.unit_id)
    found = User.objects.filter(pk__in=here.values("user"), is_active=True)
    return list(in_order(found.exclude(pk=appointment.user_id)))
