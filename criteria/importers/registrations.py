"""Who of the members of a place registers for which title in a round, from a spreadsheet.

A file is compared by doing what the page would (`criteria.registration.entering`), list by list,
and taking all of it back; it is written by doing it again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from campaign.models import Round
from core import periods
from core.forms.fields import LineField
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.workflow import YES, Refused, Verdict
from criteria.forms.recognition import year_field
from criteria.importers.fields import YesField
from criteria.importers.finding import ListedResource, Members
from criteria.models import Registration, RegistrationList
from criteria.registration import entering, offers
from units import entries, names, permissions, personal, queries
from units.importers.homes import acted_on, acted_on_at, places_of
from units.importers.reading import Known, known
from units.importers.trying import shown_place, stands_at, tried
from units.models import Placement, UnitKind

Outcome = ImportRow.Outcome
CAPABILITY, READING = "registration.enter", "personal.read"


class RegistrationResource(ListedResource):
    """The columns of a list of registrations; a row of the template is a `Shown`."""

    title = ListColumn(
        "title",
        gettext_lazy("Title"),
        LineField(max_length=300, error_messages={"required": gettext_lazy("Choose the title.")}),
        explained=gettext_lazy("The title that is registered for, by its name."),
        needed=True,
        others=("Danh hiệu đăng ký", "Đăng ký danh hiệu", "Tên danh hiệu"),
    )
    year = ListColumn(
        "year",
        gettext_lazy("Assessed year"),
        year_field("", required=False),
        explained=gettext_lazy("The year of the round; empty is the newest round."),
        others=("Năm", "Năm đăng ký", "Đợt"),
    )
    registered = ListColumn(
        "registered",
        gettext_lazy("Registers for it"),
        YesField(required=False, max_length=20),
        explained=gettext_lazy("“có” or “x”; “không” or empty is not, and takes out who was."),
        needed=True,
        others=("Có đăng ký",),
    )


@dataclass(frozen=True)
class Shown:
    """A member and a title as a row of the template."""

    place_key: int
    place: str
    number: int
    name: str
    birth_year: int | None
    title: str
    year: int
    registered: str


class RegistrationImport(ImportKind):
    """Who registers of the households, clans or citizens of a hamlet or office, or of all of a
    commune."""

    def __init__(self, kind: UnitKind, label: Any) -> None:
        self.kind = kind
        self.code, self.label = f"registration-{kind.value}", label
        self.asks_reason = kind != UnitKind.CLAN

    def _homes(self, user: Any, key: int | None = None) -> list[Placement]:
        """The hamlets and offices whose members `user` registers and reads: all, or at a place."""
        found = acted_on(user, CAPABILITY) if key is None else acted_on_at(user, CAPABILITY, key)
        reads = {one.unit_id for one in acted_on(user, READING)} if self.asks_reason else None
        kinds = permissions.homes_of(self.kind)
        return [
            one for one in found if one.kind in kinds and (reads is None or one.unit_id in reads)
        ]

    def places(self, user: Any) -> Sequence[Place]:
        """The places of the appointments of `user` where they register such members."""
        around = {key for home in self._homes(user) for key in (home.unit_id, home.located_in_id)}
        there = places_of(user, CAPABILITY)
        return [shown_place(place) for place in there if place.unit_id in around]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` registers such members."""
        place = queries.placement_of(key, periods.today()) if self._homes(user, key) else None
        return shown_place(place) if place else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list for a place."""
        place = queries.placement_of(key, periods.today())
        many = place is not None and place.kind == UnitKind.COMMUNE
        return RegistrationResource(self.kind, many_homes=many)

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Who belongs there today, and whether they register in the newest round; the export is
        recorded where it names people."""
        homes = self._homes(user, key)
        there = [one for one in known([home.unit_id for home in homes], self.kind) if not one.ended]
        if self.asks_reason:
            place = queries.placement_of(key, periods.today())
            if place is None:
                raise Refused(_("It is not in your scope."))
            personal.export_names(user, place, homes, self.kind, len(there), reason)
        lists = _Lists(self.kind, homes)
        return [
            _shown(lists, one, offer)
            for one in there
            for offer in lists.of_home(one.home, lists.newest)
        ]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        homes = self._homes(subject.started_by, subject.place)
        if not homes:
            raise Refused(_("It is not in your scope."))
        seen = self._seen([home.unit_id for home in homes])
        comparison = _Comparison(self, subject.started_by, homes)
        with transaction.atomic():
            rows = list(comparison.rows(list(lines)))
            transaction.set_rollback(True)
        return Compared(rows, seen)

    def _seen(self, home_ids: Collection[int]) -> dict[str, Any]:
        """The lists of some homes, each with how often it was changed."""
        lists = RegistrationList.objects.filter(unit__in=home_ids, kind=self.kind)
        versions = {str(key): version for key, version in lists.values_list("pk", "version")}
        return {"homes": sorted(home_ids), "lists": versions}

    def write(self, subject: Import, progress: Progress) -> None:
        """Register and take out, list by list."""
        homes = subject.seen["homes"]
        entries.lock(*homes)
        if self._seen(homes) != subject.seen:
            raise Refused(_("Somebody changed these lists since the check: check the file again."))
        places = {home.unit_id: home for home in self._homes(subject.started_by, subject.place)}
        lists = _Lists(self.kind, list(places.values()))
        groups: defaultdict[tuple[int, int, str], list[ImportRow]] = defaultdict(list)
        for row in _to_do(subject):
            groups[row.data["home"], row.data["year"], row.data["offer"]].append(row)
        for done, ((home, year, key), rows) in enumerate(groups.items(), start=1):
            offer = next(one for one in lists.of_home(home, lists.rounds[year]) if one.key == key)
            self._write_list(subject.started_by, lists.rounds[year], offer, rows)
            progress(done, len(groups))

    def _write_list(
        self, user: Any, round_: Round, offer: offers.Offer, rows: Sequence[ImportRow]
    ) -> None:
        found = offer.found or entering.begin(user, round_, offer)
        for registered in (True, False):
            some = [row.key for row in rows if row.data["registered"] is registered and row.key]
            entering.register(user, found.pk, some, registered=registered)
        found.refresh_from_db(fields=["version"])
        did = {"list": found.pk, "version": found.version, "begun": offer.found is None}
        for row in rows:
            row.before = {**did, "registered": not row.data["registered"]}
        ImportRow.objects.bulk_update(rows, ["before"], batch_size=1_000)

    def undo(self, subject: Import, progress: Progress) -> None:
        """Take out who was registered, put back who was taken out, and lists that were begun."""
        entries.lock(*subject.seen["homes"])
        groups: defaultdict[int, list[ImportRow]] = defaultdict(list)
        for row in _to_do(subject):
            groups[(row.before or {})["list"]].append(row)
        for done, (key, rows) in enumerate(sorted(groups.items()), start=1):
            was = rows[0].before or {}
            if entering.locked(key).version != was["version"]:
                raise Refused(_("%(name)s was changed since.") % {"name": rows[0].label})
            for registered in (True, False):
                some = [
                    row.key
                    for row in rows
                    if (row.before or {})["registered"] is registered and row.key
                ]
                entering.register(subject.started_by, key, some, registered=registered)
            if was["begun"]:
                entering.unbegin(subject.started_by, key)
            progress(done, len(groups))

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still registers the members of all homes that were compared."""
        homes = {home.unit_id for home in self._homes(user, subject.place)}
        if homes and homes >= set(subject.seen.get("homes", ())):
            return YES
        return False, _("You do not enter registrations for this unit.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` register them."""
        homes = self._homes(user, subject.place)
        return permissions.grant_over(user, CAPABILITY, homes[0]) if homes else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Registrations are previewed by number, as the lists of members are."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Open the names of the homes that were compared: matching by name tells who is there."""
        if self.asks_reason:
            personal.open_all(user, self._homes(user, subject.place), reason)


def _to_do(subject: Import) -> Iterable[ImportRow]:
    outcomes = (Outcome.NEW, Outcome.CHANGED)
    return subject.rows.filter(outcome__in=outcomes).order_by("line")


def _words(registered: bool) -> str:
    return "có" if registered else "không"


def _shown(lists: "_Lists", one: Known, offer: offers.Offer) -> Shown:
    registered = lists.newest is not None and one.unit in lists.lines(offer)
    return Shown(
        place_key=one.home,
        place=offer.place.name,
        number=one.number,
        name=one.entry.name,
        birth_year=one.entry.birth_year,
        title=str(offer.subject),
        year=lists.newest.assessed_year if lists.newest else 0,
        registered=_words(registered),
    )


class _Lists:
    """What the members of some homes can register for, and who stands in which list."""

    def __init__(self, kind: UnitKind, homes: Sequence[Placement]) -> None:
        self.kind = kind
        self.homes = {home.unit_id: home for home in homes}
        self.rounds = {one.assessed_year: one for one in Round.objects.all()}
        self.newest = next(iter(self.rounds.values()), None)
        self._offers: dict[tuple[int, int], list[offers.Offer]] = {}

    def of_home(self, home: int, round_: Round | None) -> list[offers.Offer]:
        """What members of a home register for in a round."""
        if round_ is None:
            return []
        asked = (home, round_.pk)
        if asked not in self._offers:
            every = offers.offers(self.homes[home], round_)
            self._offers[asked] = [one for one in every if one.kind == self.kind]
        return self._offers[asked]

    @cached_property
    def _lines(self) -> Mapping[int, set[int]]:
        found: defaultdict[int, set[int]] = defaultdict(set)
        rows = Registration.objects.filter(list__unit__in=self.homes, list__kind=self.kind)
        for key, unit in rows.values_list("list", "unit"):
            found[key].add(unit)
        return found

    def lines(self, offer: offers.Offer) -> set[int]:
        """The units that stand in the list of an offer."""
        return self._lines.get(offer.found.pk, set()) if offer.found else set()


@dataclass(frozen=True)
class _Wish:
    """A line that says of a member whether it registers."""

    line: Line
    one: Known
    offer: offers.Offer
    round: Round
    wanted: bool


class _Comparison:
    """One file beside the registrations of some homes."""

    def __init__(self, kind: RegistrationImport, user: Any, homes: Sequence[Placement]) -> None:
        self.kind, self.user = kind, user
        self.lists = _Lists(kind.kind, homes)
        self.members = Members(homes, kind.kind)
        self.first: dict[tuple[int, int, str], Line] = {}

    def rows(self, lines: Sequence[Line]) -> Iterator[Staged]:
        """The rows of the file in their order, then who is registered and not in it."""
        wishes = [self._wish(line) for line in lines]
        self._try([wish for wish in wishes if wish and not wish.line.errors])
        for line, wish in zip(lines, wishes, strict=True):
            yield self._staged(line, wish)
        yield from self._missing()

    def _missing(self) -> Iterator[Staged]:
        newest = self.lists.newest
        for _number, one in sorted(self.members.by_number.items()):
            for offer in self.lists.of_home(one.home, newest):
                named = newest and (one.unit, newest.pk, offer.key) in self.first
                if one.unit in self.lists.lines(offer) and not named:
                    yield Staged(0, Outcome.MISSING, self._label(one, offer), one.unit)

    # What a line says

    def _wish(self, line: Line) -> _Wish | None:
        one, round_ = self.members.of(line), self._round(line)
        offer = self._offer(line, one, round_) if one and round_ else None
        if one is None or round_ is None or offer is None or "registered" in line.errors:
            return None
        twin = self.first.setdefault((one.unit, round_.pk, offer.key), line)
        if twin is not line:
            line.errors["name"] = stands_at(twin)
        return _Wish(line, one, offer, round_, bool(line.values.get("registered")))

    def _round(self, line: Line) -> Round | None:
        if "year" in line.errors:
            return None
        year = line.values.get("year")
        round_ = self.lists.rounds.get(year) if year else self.lists.newest
        if round_ is None:
            line.errors["year" if "year" in line.values else "title"] = _(
                "No round is open for this year."
            )
        return round_

    def _offer(self, line: Line, one: Known, round_: Round) -> offers.Offer | None:
        if "title" in line.errors:
            return None
        written = names.key(line.values["title"])
        for offer in self.lists.of_home(one.home, round_):
            known_as = (str(offer.subject), offer.subject.name, offer.subject.code)
            if written in map(names.key, known_as):
                return offer
        line.errors["title"] = _("Nobody of this kind registers for “%(title)s” there.") % {
            "title": line.values["title"]
        }
        return None

    # What it would do

    def _changes(self, wish: _Wish) -> bool:
        return wish.wanted != (wish.one.unit in self.lists.lines(wish.offer))

    def _try(self, wishes: Iterable[_Wish]) -> None:
        """Do what the page would with each list; where it refuses, line by line, so that it is said
        at the cell."""
        groups: defaultdict[tuple[int, int, str, bool], list[_Wish]] = defaultdict(list)
        for wish in wishes:
            if self._changes(wish):
                asked = (wish.one.home, wish.round.pk, wish.offer.key, wish.wanted)
                groups[asked].append(wish)
        for some in groups.values():
            try:
                with transaction.atomic():
                    self._register(some)
            except Refused:
                for wish in some:
                    with tried(wish.line, "registered"):
                        self._register([wish])

    def _register(self, wishes: Sequence[_Wish]) -> None:
        offer, wanted = wishes[0].offer, wishes[0].wanted
        found = offer.found or entering.begin(self.user, wishes[0].round, offer)
        units = [wish.one.unit for wish in wishes]
        entering.register(self.user, found.pk, units, registered=wanted)

    def _staged(self, line: Line, wish: _Wish | None) -> Staged:
        number = line.row + 1
        if wish is None or line.errors:
            said = {"place": line.values.get("place") or "–", "row": number}
            label = _("%(place)s, row %(row)d of the file") % said
            return Staged(number, Outcome.WRONG, label, errors=line.errors)
        label, key = self._label(wish.one, wish.offer), wish.one.unit
        if not self._changes(wish):
            return Staged(number, Outcome.SAME, label, key)
        heading = capfirst(str(RegistrationResource.fields["registered"].column_name))
        changes = [(heading, _words(not wish.wanted), _words(wish.wanted))]
        data = {
            "home": wish.one.home,
            "year": wish.round.assessed_year,
            "offer": wish.offer.key,
            "registered": wish.wanted,
        }
        outcome = Outcome.NEW if wish.wanted else Outcome.CHANGED
        return Staged(number, outcome, label, key, data, changes)

    def _label(self, one: Known, offer: offers.Offer) -> str:
        said = {"place": offer.place.name, "number": one.number, "title": offer.subject}
        return _("%(place)s, no. %(number)d: %(title)s") % said


KINDS = (
    RegistrationImport(UnitKind.HOUSEHOLD, gettext_lazy("Registrations of households")),
    RegistrationImport(UnitKind.CLAN, gettext_lazy("Registrations of clans")),
    RegistrationImport(UnitKind.CITIZEN, gettext_lazy("Registrations of citizens")),
)
