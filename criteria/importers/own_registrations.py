"""What units register themselves for, and how many of their members register by a number, from a
spreadsheet without names.

A file is compared by doing what the page would (`criteria.registration.entering`) and taking it
back; it is written by doing it again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from campaign.models import Round
from core.forms.fields import LineField
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.numbers import format_vi_number
from core.workflow import YES, Refused, Verdict
from criteria.importers.fields import YesField
from criteria.importers.registrations import CAPABILITY, RegistrationResource
from criteria.models import RegistrationList
from criteria.registration import entering, offers
from criteria.registration.offers import Offer
from units import entries, names, permissions
from units.forms.units import WholeNumberField
from units.importers.figures import FigureResource
from units.importers.homes import Homes, Unknown, acted_on_at, places_of
from units.importers.trying import each, shown_place, stands_at, tried
from units.models import Placement, UnitKind

Outcome = ImportRow.Outcome
OWN = gettext_lazy("the unit itself")


class NumberField(YesField):
    """How many register, or for the unit itself yes or no; empty says nothing."""

    def clean(self, value: Any) -> Any:
        """An int, a bool or None. Raises ValidationError with what is wrong."""
        text = str(value).strip()
        if not text:
            return None
        if text[0].isdigit():
            return WholeNumberField(most=entering.LARGEST, max_length=30).clean(text)
        return super().clean(text)


class OwnRegistrationResource(resources.Resource):
    """The columns of a list; a row of the template is a `Shown`."""

    place_key = FigureResource.fields["place_key"]
    place = FigureResource.fields["place"]
    who = ListColumn(
        "who",
        gettext_lazy("Who registers"),
        LineField(required=False, max_length=100),
        explained=gettext_lazy(
            "“chính đơn vị” or empty, or whose number it is: hộ gia đình, dòng họ, công dân."
        ),
        others=("Đối tượng", "Loại đối tượng"),
    )
    title = ListColumn(
        "title",
        gettext_lazy("Title or form"),
        LineField(max_length=300, error_messages={"required": gettext_lazy("Choose the title.")}),
        explained=gettext_lazy("What is registered for, by its name."),
        needed=True,
        others=("Danh hiệu", "Danh hiệu đăng ký", "Hình thức khen thưởng"),
    )
    year = RegistrationResource.fields["year"]
    number = ListColumn(
        "number",
        gettext_lazy("Registers for it"),
        NumberField(required=False, max_length=30),
        explained=gettext_lazy(
            "Of the unit itself “có” or “x”; of its members the number that registers. Empty says"
            " nothing."
        ),
        needed=True,
        others=("Số đăng ký", "Số lượng đăng ký", "Số lượng"),
    )


@dataclass(frozen=True)
class Shown:
    """An offer as a row of the template."""

    place_key: int
    place: str
    who: str
    title: str
    year: int
    number: int | str | None


class OwnRegistrationImport(ImportKind):
    """What the units of a place register themselves for, and the numbers of their members."""

    code = "registration"
    label = gettext_lazy("Registrations of units, and numbers")

    def places(self, user: Any) -> Sequence[Place]:
        """The places of the appointments of `user` where they enter registrations."""
        return [shown_place(place) for place in places_of(user, CAPABILITY)]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` enters registrations."""
        there = next((one for one in places_of(user, CAPABILITY) if one.unit_id == key), None)
        return shown_place(there) if there else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list, the same for each place."""
        return OwnRegistrationResource()

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Everything for which the units there can register in the newest round."""
        found = _Offers(acted_on_at(user, CAPABILITY, key))
        return [_shown(offer, found.newest) for offer in found.all_newest()]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        places = acted_on_at(subject.started_by, CAPABILITY, subject.place)
        if not places:
            raise Refused(_("It is not in your scope."))
        seen = _seen([place.unit_id for place in places])
        comparison = _Comparison(subject.started_by, places)
        with transaction.atomic():
            rows = [comparison.staged(line) for line in lines]
            transaction.set_rollback(True)
        return Compared(rows, seen)

    def write(self, subject: Import, progress: Progress) -> None:
        """Begin what the unit registers itself for, and state the numbers."""
        units = subject.seen["units"]
        entries.lock(*units)
        if _seen(units) != subject.seen:
            raise Refused(_("Somebody changed these lists since the check: check the file again."))
        found = _Offers(acted_on_at(subject.started_by, CAPABILITY, subject.place))

        def do(row: ImportRow) -> None:
            said = row.data
            round_ = found.rounds[said["year"]]
            every = found.of(found.places[said["unit"]], round_)
            offer = next(one for one in every if (one.kind, one.key) == (said["of"], said["offer"]))
            there = _write(subject.started_by, round_, offer, said["number"])
            row.before = {
                "list": there.pk,
                "version": there.version,
                "begun": offer.found is None,
                "number": offer.found.declared if offer.found else None,
            }
            row.save(update_fields=["before"])

        each(subject, "line", do, progress)

    def undo(self, subject: Import, progress: Progress) -> None:
        """State the former numbers again, and take away what was begun and never sent."""
        entries.lock(*subject.seen["units"])
        user = subject.started_by

        def undo(row: ImportRow) -> None:
            was = row.before or {}
            found = entering.locked(was["list"])
            if found.version != was["version"]:
                raise Refused(_("%(name)s was changed since.") % {"name": row.label})
            if not found.is_own:
                entering.declare(user, found.pk, was["number"], seen=found.declared)
            if was["begun"]:
                entering.unbegin(user, found.pk)

        each(subject, "-line", undo, progress)

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still enters registrations of all units that were compared."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        if places and {place.unit_id for place in places} >= set(subject.seen.get("units", ())):
            return YES
        return False, _("You do not enter registrations for this unit.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` enter them."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        return permissions.grant_over(user, CAPABILITY, places[0]) if places else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """They name nobody."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Nothing is closed."""


def _seen(unit_ids: Collection[int]) -> dict[str, Any]:
    """The lists of some units, each with how often it was changed (one query)."""
    lists = RegistrationList.objects.filter(unit__in=unit_ids)
    versions = {str(key): version for key, version in lists.values_list("pk", "version")}
    return {"units": sorted(unit_ids), "lists": versions}


def _words(number: int | bool | None) -> str:
    if number is None:
        return ""
    return "có" if number is True else format_vi_number(number)


def _who(offer: Offer) -> str:
    return str(OWN) if offer.is_own else offer.kind_label


def _stands(offer: Offer) -> int | bool | None:
    """What an offer says now, as a cell says it."""
    if offer.found is None:
        return None
    return True if offer.is_own else offer.found.declared


def _shown(offer: Offer, round_: Round | None) -> Shown:
    number = _stands(offer)
    return Shown(
        place_key=offer.place.unit_id,
        place=offer.place.name,
        who=_who(offer),
        title=str(offer.subject),
        year=round_.assessed_year if round_ else 0,
        number="có" if number is True else number,
    )


def _write(user: Any, round_: Round, offer: Offer, number: int | None) -> RegistrationList:
    """Do what the page does: begin, and of members state the number."""
    found = offer.found or entering.begin(user, round_, offer)
    if offer.is_own:
        return found
    return entering.declare(user, found.pk, number, seen=found.declared)


class _Offers:
    """What some units can register for, by round."""

    def __init__(self, places: Sequence[Placement]) -> None:
        self.places = {place.unit_id: place for place in places}
        self.rounds = {one.assessed_year: one for one in Round.objects.all()}
        self.newest = next(iter(self.rounds.values()), None)
        self._of: dict[tuple[int, int], list[Offer]] = {}

    def of(self, place: Placement, round_: Round) -> list[Offer]:
        """What a unit can register for in a round; read once."""
        asked = (place.unit_id, round_.pk)
        if asked not in self._of:
            self._of[asked] = offers.offers(place, round_)
        return self._of[asked]

    def all_newest(self) -> Iterator[Offer]:
        """What the units can register for in the newest round."""
        if self.newest:
            for place in self.places.values():
                yield from self.of(place, self.newest)


class _Comparison:
    """One file beside the registrations of some units."""

    def __init__(self, user: Any, places: Sequence[Placement]) -> None:
        self.user = user
        self.homes = Homes(places, kinds=UnitKind.values)
        self.offers = _Offers(places)
        self.first: dict[tuple[int, int, str, str], Line] = {}
        self.heading = capfirst(str(OwnRegistrationResource.fields["number"].column_name))

    def staged(self, line: Line) -> Staged:
        """What a line would do."""
        row = line.row + 1
        place, round_ = self._place(line), self._round(line)
        offer = self._offer(line, place, round_) if place and round_ else None
        number = self._number(line, offer) if offer else None
        if offer and round_ and not line.errors:
            self._claim(line, offer, round_)
            self._try(line, offer, round_, number)
        if offer is None or round_ is None or line.errors:
            label = place.name if place else str(line.values.get("place") or "–")
            return Staged(row, Outcome.WRONG, label, errors=line.errors)
        label, key, stands = self._label(offer), offer.place.unit_id, _stands(offer)
        if number is None or number == stands:
            return Staged(row, Outcome.SAME, label, key)
        changes = [(self.heading, _words(stands), _words(number))]
        data = {
            "unit": key,
            "of": offer.kind,
            "offer": offer.key,
            "year": round_.assessed_year,
            "number": None if offer.is_own else number,
        }
        outcome = Outcome.NEW if stands is None else Outcome.CHANGED
        return Staged(row, outcome, label, key, data, changes)

    def _place(self, line: Line) -> Placement | None:
        if {"place_key", "place"} & line.errors.keys():
            return None
        try:
            return self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            line.errors[unknown.field if unknown.field in line.values else "title"] = str(unknown)
            return None

    def _round(self, line: Line) -> Round | None:
        if "year" in line.errors:
            return None
        year = line.values.get("year")
        round_ = self.offers.rounds.get(year) if year else self.offers.newest
        if round_ is None:
            name = "year" if "year" in line.values else "title"
            line.errors[name] = _("No round is open for this year.")
        return round_

    def _offer(self, line: Line, place: Placement, round_: Round) -> Offer | None:
        if {"who", "title"} & line.errors.keys():
            return None
        who, title = names.key(line.values.get("who") or str(OWN)), line.values["title"]
        there = [one for one in self.offers.of(place, round_) if self._is_of(one, who)]
        if not there:
            written = line.values.get("who") or ""
            line.errors["who" if "who" in line.values else "title"] = _(
                "Nobody called “%(who)s” registers there."
            ) % {"who": written}
            return None
        for offer in there:
            subject = offer.subject
            if names.key(title) in map(names.key, (str(subject), subject.name, subject.code)):
                return offer
        line.errors["title"] = _("Nobody of this kind registers for “%(title)s” there.") % {
            "title": title
        }
        return None

    def _is_of(self, offer: Offer, who: str) -> bool:
        known_as = {offer.kind, offer.kind_label, *((str(OWN),) if offer.is_own else ())}
        return who in map(names.key, known_as)

    def _claim(self, line: Line, offer: Offer, round_: Round) -> None:
        asked = (offer.place.unit_id, round_.pk, offer.kind, offer.key)
        twin = self.first.setdefault(asked, line)
        if twin is not line:
            line.errors["title"] = stands_at(twin)

    def _number(self, line: Line, offer: Offer) -> int | None:
        """What a line says of an offer, as `_stands` says it; None where it says nothing new."""
        number = line.values.get("number")
        if number is None or "number" in line.errors:
            return None
        if not offer.is_own:
            if isinstance(number, bool):
                line.errors["number"] = _("A whole number, 0 or more, is expected.")
            return int(number)
        if number not in (0, 1):
            line.errors["number"] = _("Of the unit itself write “có”.")
        elif not number and offer.found:
            line.errors["number"] = _("A registration of the unit itself is withdrawn on its page.")
        return True if number else None

    def _try(self, line: Line, offer: Offer, round_: Round, number: int | None) -> None:
        """Do what the page would; what it refuses is an error of the cell."""
        if number is not None and number != _stands(offer) and not line.errors:
            with tried(line, "number"):
                _write(self.user, round_, offer, number)

    def _label(self, offer: Offer) -> str:
        said = {"place": offer.place.name, "who": _who(offer), "title": offer.subject}
        return _("%(place)s, %(who)s: %(title)s") % said


KINDS = (OwnRegistrationImport(),)
