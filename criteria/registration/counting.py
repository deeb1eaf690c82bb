"""What registrations of a territory add up to: registered, reached, and both as shares.

Registered is counted from approved lists, else from the numbers that they declare; reached from the
ledger of the assessed year, else from declared figures; all there are from figures of the
round's day, of communes and provinces from the official list. What is not known is None, *chưa có
số liệu*, never 0 %.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from campaign.models import Round
from core import periods
from criteria.models import (
    AwardForm,
    RegistrationList,
    RegistrationState,
    Title,
    TitleLedger,
)
from criteria.registration.listing import NUMBER
from criteria.registration.offers import key_of
from units import queries, scope
from units.borders import TODAYS, Borders, Reading, Within
from units.models import Figure, Placement, UnitKind
from units.roles import Reach

#: Which figure says how many there are of a kind; what the portal holds of them may be a part.
TOTAL_FIGURES: Mapping[str, str] = {
    UnitKind.HOUSEHOLD: "ho",
    UnitKind.CLAN: "dong-ho",
    UnitKind.CITIZEN: "nguoi-lon",
    UnitKind.HAMLET: "thon",
}
#: Kinds of which the official list is complete.
OFFICIAL = frozenset({UnitKind.PROVINCE, UnitKind.COMMUNE})


@dataclass(frozen=True)
class Declared:
    """A sum of declared figures: their number, the first and the last of their days."""

    value: int
    first: periods.Day
    last: periods.Day


@dataclass(frozen=True)
class Count:
    """What a territory has of one title or form, for one kind of unit.

    Attributes:
        registered: by approved lists; None where nothing is approved.
        unassigned: of those registered how many belong to divided units, *chưa phân bổ*.
        waiting: registered by lists that wait for approval.
        difference: declared numbers less the lists beside them, where both are there.
        reached: how many were recognised for the assessed year; None is not known.
        total: how many there are; None is not known.
        declared_reached: the declared figures that `reached` is, where nothing is counted.
        declared_total: the declared figures that `total` is, where no official list says it.
    """

    subject: Title | AwardForm
    kind: str
    registered: int | None
    unassigned: int
    waiting: int
    difference: int
    reached: int | None
    total: int | None
    declared_reached: Declared | None = None
    declared_total: Declared | None = None

    @property
    def key(self) -> str:
        """What names the title or form in an address."""
        return key_of(self.subject)

    @property
    def kind_label(self) -> str:
        """Who registers, in words."""
        return str(UnitKind(self.kind).label)

    @property
    def of_registered(self) -> Decimal | None:
        """The share of those registered who reached it, in percent."""
        return share(self.reached, self.registered)

    @property
    def of_total(self) -> Decimal | None:
        """The share of all who reached it, in percent; None where the figures contradict."""
        return None if self.contradicts else share(self.reached, self.total)

    @property
    def contradicts(self) -> bool:
        """Whether more reached it than there are: figures of different days, or a mistake."""
        return self.reached is not None and self.total is not None and self.reached > self.total


def share(part: int | None, whole: int | None) -> Decimal | None:
    """`part` of `whole` in percent, to one decimal; None where either is not known, or nobody."""
    if part is None or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


def first_day(round_: Round) -> periods.Day:
    """From which day on units register in a round: the year that it assesses begins."""
    return periods.Day(round_.assessed_year, 1, 1)


def overseen(user: Any) -> Placement | None:
    """The territory whose registrations `user` oversees: the widest; None where there is only the
    own unit (one query)."""
    paths = _overseen_paths(user)
    if not paths:
        return None
    path = min(paths, key=len)
    return Placement.objects.on(periods.today()).filter(path=path).first()


def oversees(user: Any) -> bool:
    """Whether `user` oversees the registrations of more than the own unit (no query)."""
    return bool(_overseen_paths(user))


def _overseen_paths(user: Any) -> list[str]:
    wide = {Reach.TERRITORY, Reach.MANAGER_TERRITORY}
    return [
        grant.path
        for grant in scope.of(user).grants
        if set(grant.role.reaches("registration.view")) & wide
    ]


def counts(place: Placement, round_: Round, reading: Reading = TODAYS) -> list[Count]:
    """The counts of everything that somebody in the unit of `place` registered for, titles first.

    A fixed number of queries (five) for any number of lists.

    Args:
        place: the state of today of a territory.
        reading: the borders of the territory; those of the time are those of the day of the round's
            figures.
    """
    inside = reading.within(place)
    sums = _registered(inside, round_)
    if not sums:
        return []
    reached = _reached(inside, round_)
    figures_day = min(round_.figures_day, periods.today())
    then = reading.borders == Borders.THEN
    territory = _Territory(
        place, inside.paths if then else [place.path], figures_day if then else periods.today()
    )
    units = territory.units()
    figures = _figures(territory, figures_day, units)
    return sorted((_count(row, reached, figures, units) for row in sums), key=_order)


def _count(
    row: Mapping[str, Any],
    reached: Mapping[tuple[int, str], int],
    figures: Mapping[str, Declared],
    units: Mapping[UnitKind, int],
) -> Count:
    subject, kind = _subject(row), row["kind"]
    is_title = isinstance(subject, Title)
    counted = reached.get((row["title"], kind)) if is_title else None
    reached_by = figures.get(f"title {subject.code}") if is_title and counted is None else None
    total_by = None if kind in OFFICIAL else figures.get(TOTAL_FIGURES.get(kind, ""))
    return Count(
        subject,
        kind,
        row["registered"],
        row["unassigned"] or 0,
        row["waiting"] or 0,
        row["difference"] or 0,
        reached_by.value if reached_by else counted,
        total_by.value if total_by else units.get(kind) if kind in OFFICIAL else None,
        reached_by,
        total_by,
    )


def _subject(row: Mapping[str, Any]) -> Title | AwardForm:
    """The title or form of a row, with what pages show of it."""
    if row["title"]:
        return Title(
            pk=row["title"],
            code=row["title__code"],
            name=row["title__name"],
            tier=row["title__tier"],
            order=row["title__order"],
        )
    return AwardForm(
        pk=row["form"],
        code=row["form__code"],
        name=row["form__name"],
        order=row["form__order"],
    )


def _order(count: Count) -> tuple[bool, int, str]:
    return isinstance(count.subject, AwardForm), count.subject.order, count.kind


_SHOWN = ("code", "name", "order")


@dataclass(frozen=True)
class _Territory:
    """A territory by its paths, in the borders of a day."""

    place: Placement
    paths: Sequence[str]
    day: periods.Day

    def units(self) -> dict[UnitKind, int]:
        """How many units of each kind there are, itself included."""
        found: Counter[UnitKind] = Counter({UnitKind(self.place.kind): 1})
        for path in self.paths:
            found.update(dict(queries.counts_within(path, self.day)))
        return found

    def communes(self) -> QuerySet[Placement]:
        """Its communes."""
        under = Q(pk__in=())
        for path in self.paths:
            under |= Q(path__startswith=path)
        return Placement.objects.on(self.day).filter(under, kind=UnitKind.COMMUNE)


def _registered(inside: Within, round_: Round) -> list[dict[str, Any]]:
    """The sums of all lists in a territory, by kind, title and form."""
    counted = inside.q(unit="placement__unit", path="path")
    approved = Q(state=RegistrationState.APPROVED)
    both = approved & Q(listed__gt=0, declared__isnull=False)
    return list(
        RegistrationList.objects.filter(counted, round=round_)
        .order_by()
        .values(
            "kind",
            "title",
            "form",
            "title__tier",
            *(f"{of}__{name}" for of in ("title", "form") for name in _SHOWN),
        )
        .annotate(
            registered=Sum(NUMBER, filter=approved),
            unassigned=Sum(NUMBER, filter=approved & inside.waiting_q("placement__unit")),
            waiting=Sum(NUMBER, filter=Q(state=RegistrationState.WAITING)),
            difference=Sum("declared", filter=both) - Sum("listed", filter=both),
        )
    )


def _reached(inside: Within, round_: Round) -> dict[tuple[int, str], int]:
    """How many recognitions there are for the assessed year, by title and kind (one query)."""
    rows = (
        TitleLedger.objects.filter(
            inside.q(unit="node", path="path"), assessed_year=round_.assessed_year, ends=False
        )
        .order_by()
        .values_list("title", "kind")
        .annotate(number=Sum("delta"))
        .filter(number__gt=0)
    )
    return {(title, kind): number for title, kind, number in rows}


def _figures(
    territory: _Territory, day: periods.Day, units: Mapping[UnitKind, int]
) -> dict[str, Declared]:
    """The figures of a territory on a day: a commune's own; of a wider one the sum of its communes,
    where each has stated it (one query).

    Returns:
        By the code of the figure; how many hold a title by `title <code of the title>`.
    """
    place = territory.place
    wide = place.kind in (UnitKind.COUNTRY, UnitKind.PROVINCE)
    wanted = Q(kind__code__in=TOTAL_FIGURES.values()) | ~Q(kind__title_code="")
    figures = Figure.objects.filter(wanted)
    if wide:
        figures = figures.filter(unit__in=territory.communes().values("unit"))
    else:
        figures = figures.filter(unit=place.unit_id)
    stated: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in figures.on(day).select_related("kind"):
        code = f"title {figure.kind.title_code}" if figure.kind.title_code else figure.kind.code
        stated[code].append(figure)
    complete = units.get(UnitKind.COMMUNE, 0) if wide else 1
    return {code: _declared(found) for code, found in stated.items() if len(found) == complete}


def _declared(figures: list[Figure]) -> Declared:
    days = [figure.day for figure in figures]
    return Declared(sum(figure.value or 0 for figure in figures), min(days), max(days))
