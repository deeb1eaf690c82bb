"""Finding households, clans and citizens.

By a part of the name only where the names are open to who asks (decision 21); in a whole province
only by the whole identity number, which is an act of its own (decision 46).
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import personal, queries, scope
from units.models import (
    MEMBER_KINDS,
    WITHHELD,
    Member,
    MemberQuerySet,
    PersonalLookup,
    PersonalRecord,
    Placement,
    PlacementQuerySet,
    UnitKind,
    member_name,
)

LOOKUP = "personal.lookup"


@dataclass(frozen=True)
class FoundMember:
    """A household, clan or citizen of today.

    Attributes:
        called: by its number at home.
        name: the person's or the clan's; empty where it may not be read.
        url: the list that it stands in; empty where that may not be read.
    """

    called: str
    name: str = ""
    url: str = ""


def homes_open(user: Any) -> PlacementQuerySet:
    """The hamlets and offices of today whose names `user` may read and has open now."""
    readings = personal.readings_of(user).filter(home=OuterRef("unit"))
    return _homes(user).filter(Exists(readings))


def homes_closed(user: Any) -> PlacementQuerySet:
    """Those whose names `user` may read and has not open, where anybody is kept."""
    readings = personal.readings_of(user).filter(home=OuterRef("unit"))
    people = Member.objects.on(periods.today()).filter(home=OuterRef("unit"), kind__in=_PEOPLE)
    return _homes(user).filter(~Exists(readings), Exists(people))


_PEOPLE = [kind for kind in MEMBER_KINDS if kind != UnitKind.CLAN]


def _homes(user: Any) -> PlacementQuerySet:
    found: PlacementQuerySet = Placement.objects.on(periods.today()).with_capability(
        user, "personal.read"
    )
    return found


def open_all(user: Any, reason: str) -> int:
    """Open the names of every hamlet and office whose names `user` may read, to search in them.

    Returns:
        How many places were opened; those that are open already stay as they are.

    Raises Refused: none is left to open, or without a reason.
    """
    reason = personal.said(reason)
    closed = list(homes_closed(user).values_list("unit", flat=True))
    right = next(scope.of(user).grants_giving("personal.read"), None)
    if not closed or right is None:
        raise Refused(_("There are no names that you could open."))
    personal.open_by_work(user, closed, reason, right)
    return len(closed)


def members(user: Any, words: str) -> MemberQuerySet:
    """The households, clans and citizens of today whose name holds `words`, each with `home_name`.

    Those of heads of household and of citizens are searched where they are open to `user`, those of
    clans in the scope of `user`: they are nobody's in particular. `queries.MOST_RANKED` and one
    more are ranked, those first whose given name it is, which stands last.
    """
    key, today = queries.folded(words), periods.today()
    of_today = Member.objects.visible_to(user).on(today).order_by()
    record = PersonalRecord.objects.filter(
        ~Q(name=WITHHELD), unit=OuterRef("unit"), name_key__contains=key, erased_on=None
    )
    people = of_today.filter(
        Exists(record),
        home__any_of=ArraySubquery(homes_open(user).values("unit")),
        kind__in=_PEOPLE,
    )
    # Each by its own index; under one OR every member of the country would be read.
    clans = of_today.alias(clan_key=Func(F("label"), function="core_fold")).filter(
        kind=UnitKind.CLAN, clan_key__contains=key
    )
    named = people.values("pk").union(clans.values("pk"), all=True)
    homes = Placement.objects.on(today).filter(unit=OuterRef("home"))
    found: MemberQuerySet = Member.objects.filter(pk__in=named[: queries.MOST_RANKED + 1])
    ends = Q(unit__personal__name_key__endswith=key)
    return (
        found.select_related("unit__personal")
        .annotate(home_name=Subquery(homes.values("name")[:1]))
        .order_by(Case(When(ends, then=0), default=1), "unit__personal__name", "label", "pk")
    )


def shown(member: Member) -> FoundMember:
    """What is shown of one of `members`."""
    home_name: str = member.home_name  # type: ignore[attr-defined]
    name = member.label if member.kind == UnitKind.CLAN else member.unit.personal.name
    url = reverse("units:members", args=[member.home_id, member.kind])
    return FoundMember(member_name(UnitKind(member.kind), member.number, home_name), name, url)


def lookup(user: Any, number: str, reason: str) -> FoundMember | None:
    """Where in the province of `user` the person of a whole identity number is kept today.

    The question stands in the journal, also where nobody was found; the number does not.

    Args:
        number: as typed.

    Raises:
        ValueError: it is no identity number; with a sentence.
        Refused: not for this person, or without a reason.
    """
    right = next(scope.of(user).grants_giving(LOOKUP), None)
    if right is None:
        raise Refused(_("Your roles do not include this. Ask the administrator of your unit."))
    key = personal.digest(personal.identity_number(number))
    reason = personal.said(reason)
    record = PersonalRecord.objects.exclude(name=WITHHELD).filter(identity_digest=key).first()
    found = record and _in_province(right.path, record.unit_id)
    with journal.act(LOOKUP, actor=user, reason=reason, behalf=right):
        PersonalLookup.objects.create(
            user=user, found_id=found.unit_id if found else None, reason=reason
        )
    return _told(user, found) if found else None


def _in_province(path: str, unit_id: int) -> Member | None:
    """The state of today of a member whose home lies in the province of `path`."""
    today = periods.today()
    homes = Placement.objects.on(today).under(_province(path))
    at_home = homes.filter(unit=OuterRef("home"))
    return (
        Member.objects.on(today)
        .filter(Exists(at_home), unit=unit_id)
        .annotate(home_name=Subquery(at_home.values("name")[:1]))
        .first()
    )


def _province(path: str) -> str:
    """The path of the province in which `path` lies; of the country that of the country."""
    return "/".join(path.split("/")[:3]).rstrip("/") + "/"


def _told(user: Any, found: Member) -> FoundMember:
    home = queries.placement_of(found.home_id, periods.today())
    assert home is not None  # noqa: S101 -- it was found there
    inside = queries.chains([home], periods.today())[home.pk]
    name = ", ".join([home.name, queries.within(inside)])
    called = member_name(UnitKind(found.kind), found.number, name)
    sees = Member.objects.visible_to(user).filter(pk=found.pk).exists()
    url = reverse("units:members", args=[found.home_id, found.kind]) if sees else ""
    return FoundMember(called, url=url)
