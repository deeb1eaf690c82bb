"""The members of a list: everybody who belongs to the unit, and whether they register."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import periods
from criteria.models import Registration, RegistrationList
from units.models import Member


@dataclass(frozen=True)
class MemberRow:
    """One member as pages and papers show it.

    Attributes:
        name: of the citizen, the household's head or the clan; empty where names are not open.
        gone: whether it no longer belongs to the unit.
    """

    unit_id: int
    number: int
    name: str
    people: int | None
    birth_year: int | None
    registered: bool
    gone: bool


def members(found: RegistrationList, *, registered_only: bool = False) -> QuerySet[Member]:
    """Who belongs to the unit today, and whoever stands in the list though they have left.

    Each has `registered`; one query for any page of them.
    """
    lines = Registration.objects.filter(list=found, unit=OuterRef("unit"))
    states = Member.objects.at(found.unit_id, found.kind).annotate(registered=Exists(lines))
    shown = Q(registered=True)
    if not registered_only:
        shown |= Q(period__contains=periods.today())
    return states.filter(shown).order_by("number", "-period").distinct("number")


def row_of(member: Member, *, names: bool) -> MemberRow:
    """One member, with or without what stands in its personal record."""
    person = getattr(member.unit, "personal", None) if names else None
    return MemberRow(
        member.unit_id,
        member.number,
        person.name if person else member.label,
        member.people,
        person.birth_year if person else None,
        member.registered,  # type: ignore[attr-defined]
        periods.today() not in member.period,
    )


def rows(page: Any, *, names: bool) -> list[MemberRow]:
    """The rows of `members`, or of a page of them (one query)."""
    if names:
        page = page.select_related("unit__personal")
    return [row_of(member, names=names) for member in page]
