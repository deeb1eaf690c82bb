"""Entering and ending households, clans and citizens of a hamlet or office, row by row."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import entries, permissions, personal
from units.entries import Conflict, EntryError, Row
from units.models import (
    ERASED,
    WITHHELD,
    Member,
    MemberQuerySet,
    PersonalRecord,
    Placement,
    Unit,
    UnitKind,
)


def belonging(place: Placement) -> MemberQuerySet | None:
    """The members today of a hamlet or office, or of a commune's hamlets; None of units that have
    no members."""
    today = periods.today()
    if place.kind == UnitKind.COMMUNE:
        hamlets = Placement.objects.on(today).filter(located_in=place.unit_id, kind=UnitKind.HAMLET)
        within = Q(home__in=hamlets.values("unit"))
    elif place.kind in permissions.HOME_KINDS:
        within = Q(home=place.unit_id)
    else:
        return None
    found: MemberQuerySet = Member.objects.on(today).filter(within)
    return found


def counts(place: Placement) -> dict[str, int] | None:
    """How many members of each kind `belonging` has (one query); None of units without members."""
    found = belonging(place)
    if found is None:
        return None
    return dict(found.order_by().values_list("kind").annotate(Count("pk")))


def with_household_number(rows: MemberQuerySet) -> MemberQuerySet:
    """`rows` of citizens with the number of each one's household, as `household_number`."""
    numbers = Member.objects.filter(unit=OuterRef("household")).order_by("-period")
    return rows.annotate(household_number=Subquery(numbers.values("number")[:1]))


@dataclass(frozen=True)
class MemberEntry:
    """What a row says of a member.

    Attributes:
        name: of the citizen, of the head of the household, or of the clan.
        people: how many belong to it, where it is a household or a clan.
        birth_year: of a citizen.
        household: number of a citizen's household in the same hamlet.
        sheet_group: of a citizen, whose sheet of “Công dân học tập” it is (`SheetGroup`).
        identity: a citizen's identity number to keep from now on; None leaves what is kept.
        first_day: empty is unknown: then as old as the home.
        last_day: empty while it belongs there.
    """

    name: str
    people: int | None = None
    birth_year: int | None = None
    household: int | None = None
    sheet_group: int | None = None
    identity: str | None = None
    first_day: periods.Day | None = None
    last_day: periods.Day | None = None


def entry_of(member: Member) -> MemberEntry:
    """What the row of a member shows; of a citizen with `household` and the record selected."""
    person = getattr(member.unit, "personal", None)
    return MemberEntry(
        name=person.name if person else member.label,
        people=member.people,
        birth_year=person.birth_year if person else None,
        household=_number_of(member),
        sheet_group=member.sheet_group,
        first_day=periods.first_day(member.period),
        last_day=periods.last_day(member.period),
    )


def _number_of(member: Member) -> int | None:
    if member.household_id is None:
        return None
    known = getattr(member, "household_number", None)
    if known is not None:
        return int(known)
    states = Member.objects.filter(unit=member.household_id).order_by("-period")
    return states.values_list("number", flat=True).first()


def save_row(
    user: Any,
    home: Placement,
    kind: str,
    row: Row,
    entry: MemberEntry,
    version: int,
    reason: str,
) -> Member:
    """Enter a member of `home`, or change or end the one of `row`.

    Args:
        version: the version of the row that the writer saw; 0 for a new one.
        reason: why the names were opened; it stands beside each change in the journal.

    Raises:
        EntryError: the row cannot be, with a sentence per field.
        Conflict: somebody saved the row meanwhile; carries the member of now.
        Refused: not by this person.
        Unit.DoesNotExist, Member.DoesNotExist: there is no such member at this home.
    """
    allowed, why_not = permissions.may_keep_members(user, home)
    if not allowed:
        raise Refused(why_not)
    with transaction.atomic():
        entries.lock(home.unit_id)
        unit = row.locked_unit()
        member = _member(unit, home, kind) if unit else None
        if member and entry == replace(entry_of(member), identity=None):
            return member
        states = _states_of(member) if member else None
        if states:
            states.refuse_after_move()
        if unit and unit.version != version:
            raise Conflict.over(member, unit)
        entry = checked(home, entry, unit.pk if unit else None, _around(home))
        if member:
            refuse_unnamed(entry_of(member).name)
        if member and states:
            states.check_first_day(member.period, entry)
        act = "member.save" if unit else "member.enter"
        right = permissions.grant_over(user, "members.edit", home)
        with journal.act(act, actor=user, reason=reason, behalf=right):
            return _write(home, kind, row, entry, unit, member)


def _member(unit: Unit, home: Placement, kind: str) -> Member:
    return (
        Member.objects.select_related("unit__personal")
        .filter(unit=unit, home=home.unit_id, kind=kind)
        .latest("period")
    )


def last_states(rows: MemberQuerySet) -> MemberQuerySet:
    """Of each member of a home its last state there: a citizen may have changed the household."""
    here = Member.objects.filter(unit=OuterRef("unit"), home=OuterRef("home")).order_by("-period")
    return rows.filter(pk=Subquery(here.values("pk")[:1]))


def with_moves(rows: MemberQuerySet) -> MemberQuerySet:
    """`rows` with whether a move followed each, as `has_moved`, and led to it, as `has_come`."""
    others = Member.objects.filter(unit=OuterRef("unit"))
    return rows.annotate(
        has_moved=Exists(others.filter(period__fully_gt=OuterRef("period"))),
        has_come=Exists(others.filter(period__fully_lt=OuterRef("period"))),
    )


@dataclass(frozen=True)
class States:
    """What else is known of a member than its state at a home.

    Attributes:
        moved: whether a move has followed that state.
        came: whether a move led to it.
    """

    moved: bool = False
    came: bool = False

    def refuse_after_move(self) -> None:
        """Raises Refused for a state that a move has followed: it stays as it was."""
        if self.moved:
            raise Refused(_("It has moved since; what stood here until then stays."))

    def check_first_day(self, period: periods.Period, entry: MemberEntry) -> None:
        """Raises EntryError where the day of a move would be another one."""
        if self.came and entry.first_day != periods.first_day(period):
            raise EntryError(first_day=_("This is the day of a move: take that back first."))


def refuse_unnamed(name: str) -> None:
    """Raises Refused for a row whose name was taken out, or is not used, on request: nobody writes
    it back."""
    if name == ERASED:
        raise Refused(_("The name was taken out on request; the row stays as it is."))
    if name == WITHHELD:
        raise Refused(_("The data are not used on request; the row stays as it is."))


def _states_of(member: Member) -> States:
    found: Any = with_moves(Member.objects.filter(pk=member.pk)).get()
    return States(found.has_moved, found.has_come)


@dataclass(frozen=True)
class Around:
    """What the rules of a row ask of other rows.

    Attributes:
        household: the unit of the household of a number in the list of the home, if there is one.
        holder: the unit that has an identity number, by its digest, if there is one.
    """

    household: Callable[[int], int | None]
    holder: Callable[[str], int | None]


def _around(home: Placement) -> Around:
    return Around(lambda number: _household(home, number), _holder)


def _holder(digest: str) -> int | None:
    found = PersonalRecord.objects.filter(identity_digest=digest)
    return found.values_list("unit", flat=True).first()


def checked(
    home: Placement, entry: MemberEntry, unit_id: int | None, around: Around
) -> MemberEntry:
    """The entry as it is stored; the rules of a row, whoever brings it.

    Args:
        unit_id: of the member, where it is not new.

    Raises:
        EntryError: with a sentence for each field.
    """
    begins = periods.first_day(home.period)
    errors = {}
    if entry.first_day and begins and entry.first_day < begins:
        said = {"place": home.name, "day": f"{begins:%d/%m/%Y}"}
        errors["first_day"] = _("%(place)s exists since %(day)s: not before that.") % said
    first = entry.first_day or begins
    if entry.last_day and first and entry.last_day < first:
        errors["last_day"] = _("The last day lies before the first.")
    if entry.household is not None and not around.household(entry.household):
        errors["household"] = _("There is no household of this number here.")
    identity = entry.identity
    if identity is not None:
        try:
            identity = personal.identity_number(identity)
        except ValueError as error:
            errors["identity"] = str(error)
        else:
            if around.holder(personal.digest(identity)) not in (None, unit_id):
                errors["identity"] = _(
                    "This number stands in the portal already, for somebody else."
                )
    if errors:
        raise EntryError(**errors)
    return replace(entry, first_day=first, identity=identity)


def _household(home: Placement, number: int) -> int | None:
    households = Member.objects.at(home.unit_id, UnitKind.HOUSEHOLD).filter(number=number)
    return households.order_by("-period").values_list("unit", flat=True).first()


def _write(
    home: Placement,
    kind: str,
    row: Row,
    entry: MemberEntry,
    unit: Unit | None,
    member: Member | None,
) -> Member:
    if unit is None or member is None:
        unit = row.new_unit(kind)
        member = Member(unit=unit, kind=kind, home_id=home.unit_id, number=next_number(home, kind))
    else:
        entries.step_version(unit)
    member.label = entry.name if kind == UnitKind.CLAN else ""
    member.people = entry.people
    member.sheet_group = entry.sheet_group if kind == UnitKind.CITIZEN else None
    household = entry.household
    member.household_id = _household(home, household) if household is not None else None
    member.period = periods.between(entry.first_day, entry.last_day)
    member.save()
    if kind != UnitKind.CLAN:
        _write_personal(unit, entry)
    return member


def _write_personal(unit: Unit, entry: MemberEntry) -> None:
    record = PersonalRecord.objects.filter(unit=unit).first() or PersonalRecord(unit=unit)
    before = (record.name, record.birth_year)
    record.name, record.birth_year = entry.name, entry.birth_year
    if entry.identity is not None:
        record.identity_digest = personal.digest(entry.identity)
        record.identity_tail = entry.identity[-personal.TAIL :]
    if entry.identity is not None or before != (record.name, record.birth_year) or not record.pk:
        record.save()
    unit.personal = record  # what the caller shows is what stands there now


def note_identity(
    user: Any, home: Placement, unit_id: int, digest: str | None, tail: str, reason: str
) -> int:
    """Keep the identity number of a citizen who had none; None takes away what was noted.

    Args:
        digest, tail: as `units.personal` makes them of the number.

    Returns:
        The version of the row from now on.

    Raises:
        Refused: not by this person, or the number stands in the portal for somebody else.
    """
    allowed, why_not = permissions.may_keep_members(user, home)
    if not allowed:
        raise Refused(why_not)
    with transaction.atomic():
        entries.lock(home.unit_id)
        if digest and _holder(digest) not in (None, unit_id):
            raise Refused(_("This number stands in the portal already, for somebody else."))
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        right = permissions.grant_over(user, "members.edit", home)
        with journal.act("member.save", actor=user, reason=reason, behalf=right):
            PersonalRecord.objects.filter(unit=unit).update(
                identity_digest=digest, identity_tail=tail
            )
            entries.step_version(unit)
    return unit.version


def next_number(home: Placement, kind: str) -> int:
    """The next number of the list; numbers are not given twice."""
    last = Member.objects.at(home.unit_id, kind).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def remove(user: Any, home: Placement, unit_id: int, reason: str) -> None:
    """Take out a row that was entered by mistake, with its personal data, while nothing was built
    on it.

    Raises:
        Refused: not by this person, or something was built on it.
        Member.DoesNotExist: there is no such member at this home.
    """
    allowed, why_not = permissions.may_keep_members(user, home)
    if not allowed:
        raise Refused(why_not)
    with transaction.atomic():
        entries.lock(home.unit_id)
        states = Member.objects.filter(unit=unit_id)
        if not states.filter(home=home.unit_id).exists():
            raise Member.DoesNotExist
        if states.count() > 1:
            raise Refused(_("It has moved since; what stood here until then stays."))
        right = permissions.grant_over(user, "members.edit", home)
        with journal.act("member.remove", actor=user, reason=reason, behalf=right):
            try:
                with transaction.atomic():
                    PersonalRecord.objects.filter(unit=unit_id).delete()
                    states.delete()
                    Unit.objects.get(pk=unit_id).delete()
            except (models.ProtectedError, models.RestrictedError, IntegrityError) as built:
                raise Refused(
                    _(
                        "It cannot be taken out: it was registered, assessed or named by another "
                        "row. Enter its last day instead."
                    )
                ) from built
