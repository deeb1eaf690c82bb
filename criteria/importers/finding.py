"""Members as a row of a list says who they are: by their number at their home, or by name."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from core.forms.fields import LineField
from core.importing.columns import Line, ListColumn
from units import names
from units.importers.homes import Homes, Unknown
from units.importers.members import NAMES, MemberResource
from units.importers.reading import Known, known
from units.models import Placement, UnitKind


class ListedResource(resources.Resource):
    """The columns by which a row of a list says who it is about."""

    place_key = MemberResource.fields["place_key"]
    place = MemberResource.fields["place"]
    number = MemberResource.fields["number"]
    name = ListColumn(
        "name",
        "",
        LineField(required=False, max_length=100),
        explained=gettext_lazy("As the portal's list writes it; enough where nobody else has it."),
        needed=True,
    )
    birth_year = MemberResource.fields["birth_year"]

    def __init__(self, kind: UnitKind, *, many_homes: bool) -> None:
        """The columns of a list.

        Args:
            many_homes: whether each row has to say to which home it belongs.
        """
        super().__init__()
        self.fields["name"].column_name, self.fields["name"].others = NAMES[kind]
        self.fields["place"].needed = many_homes
        if kind != UnitKind.CITIZEN:
            del self.fields["birth_year"]


class Members:
    """The members of a kind that belong to some homes today (two queries)."""

    def __init__(self, homes: Sequence[Placement], kind: str) -> None:
        self.homes = Homes(homes)
        there = [one for one in known([home.unit_id for home in homes], kind) if not one.ended]
        self.by_number = {(one.home, one.number): one for one in there}
        self._by_name: defaultdict[tuple[int, str], list[Known]] = defaultdict(list)
        for one in there:
            self._by_name[one.home, names.key(one.entry.name)].append(one)

    def of(self, line: Line) -> Known | None:
        """Of whom a line speaks; None where that cannot be told, with the reason at its cell."""
        if {"place_key", "place", "number", "name"} & line.errors.keys():
            return None
        try:
            home = self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            line.errors[unknown.field if unknown.field in line.values else "name"] = str(unknown)
            return None
        number, name = line.values.get("number"), line.values.get("name") or ""
        if number is not None:
            return self._numbered(line, home, number, name)
        return self._named(line, home, name)

    def _numbered(self, line: Line, home: Placement, number: int, name: str) -> Known | None:
        one = self.by_number.get((home.unit_id, number))
        if one is None:
            line.errors["number"] = _("Nobody of this number belongs there today.")
        elif name and names.key(name) != names.key(one.entry.name):
            line.errors["name"] = _("The row of this number has another name in the portal.")
        return one

    def _named(self, line: Line, home: Placement, name: str) -> Known | None:
        year = line.values.get("birth_year")
        found = [
            one
            for one in self._by_name[home.unit_id, names.key(name)]
            if year in (None, one.entry.birth_year)
        ]
        if len(found) == 1:
            return found[0]
        numbers = ", ".join(str(one.number) for one in found)
        line.errors["name"] = (
            _("Several are called so: write the number in the list, %(numbers)s.")
            % {"numbers": numbers}
            if found
            else _("Nobody of this name belongs there today: enter them in the list first.")
        )
        return None
