"""What the invented province stands on: real communes, their people, titles, sets and rounds."""

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from awards.demo_people import people as many_people
from awards.nominating import candidates
from awards.province import names
from campaign.models import Phase, Round
from core import periods
from core.models import StoredFile
from criteria import evaluation
from criteria.applicability import applicable_sets
from criteria.models import AwardForm, CriteriaSet, Title
from units.models import Appointment, FigureKind, Placement, Succession, UnitKind

PROVINCE_CODE = "86"
BASIS = "Dữ liệu minh họa (cả tỉnh)"
REFORM = datetime.date(2025, 7, 1)
YEARS = 3


@dataclass(frozen=True)
class Year:
    """A round, and when in it what was done."""

    round: Round
    figures_day: periods.Day
    sent: periods.Day
    checked: periods.Day
    decided: periods.Day
    is_newest: bool

    @property
    def before_reform(self) -> bool:
        """Whether its acts were those of the communes until 30/06/2025."""
        return self.decided < REFORM


@dataclass(frozen=True)
class Commune:
    """A commune of today, those of before that went over into it, and who acts for it.

    Attributes:
        clerk, leader, held: keys of the officer, of the leader and of the leader's appointment.
        before: states on the last day before the reform.
        has_own_sets: whether a province's set for the campaign speaks of it.
    """

    place: Placement
    before: Sequence[Placement]
    clerk: int
    leader: int
    held: int
    has_own_sets: bool


class Stage:
    """Everything that stands when the rows of the province are made.

    Raises:
        LookupError: units, plans or the demonstration are not loaded.
    """

    def __init__(self) -> None:
        today = periods.today()
        province = Placement.objects.on(today).filter(kind=UnitKind.PROVINCE, code=PROVINCE_CODE)
        newest = Round.objects.order_by("-assessed_year").first()
        officer = User.objects.filter(username="tinh", is_demo=True).first()
        if not province or not newest or not officer:
            raise LookupError("load_units, load_plans and the demonstration come first")
        self.province = province[0]
        self.officer = officer
        held = Appointment.objects.on(today).filter(user=officer)
        self.office = Placement.objects.on(today).get(unit__in=held.values("unit"))
        self.titles: Mapping[str, Title] = {one.code: one for one in Title.objects.all()}
        self.figures: Mapping[str, FigureKind] = {one.code: one for one in FigureKind.objects.all()}
        self.letter = AwardForm.objects.get(code="giay-khen")
        self.years = tuple(
            _year(self._round(newest, newest.assessed_year - back), today, back == 0)
            for back in reversed(range(YEARS))
        )

    @cached_property
    def phase(self) -> Phase:
        """The phase at whose end the letters are given."""
        found = candidates.occasions_of(self.letter)[0]
        if not isinstance(found, Phase):
            raise LookupError("no phase ends with commendations")
        return found

    @cached_property
    def scan(self) -> StoredFile:
        """A scan of the demonstration that stands for every signed paper."""
        return StoredFile.objects.filter(uploaded_by__is_demo=True).earliest("pk")

    def form(self, code: str) -> evaluation.Form:
        """A published set, read."""
        return evaluation.form_of(CriteriaSet.objects.select_related("document").get(code=code))

    def _round(self, newest: Round, year: int) -> Round:
        """The round of a year; one that is not there is opened by the demonstration's officer."""
        found, _created = Round.objects.get_or_create(
            campaign=newest.campaign,
            assessed_year=year,
            defaults={
                "code": f"minh-hoa-{year}",
                "name": newest.name.replace(str(newest.assessed_year), str(year)),
                "figures_day": newest.figures_day.replace(year=year),
                "figures_basis": BASIS,
                "opened_by": self.officer,
                "opened_at": datetime.datetime(year, 1, 15, tzinfo=datetime.UTC),
            },
        )
        return found

    def communes(self, dice: random.Random) -> list[Commune]:
        """The communes of today in the order of their codes, each with an officer and a leader of
        its own (inside an act)."""
        today = periods.today()
        found = Placement.objects.on(today).under(self.province.path).filter(kind=UnitKind.COMMUNE)
        places = list(found.order_by("code"))
        before = _predecessors(places)
        own = applicable_sets(places, today)
        clerks = self._appointed("commune_officer", "canbo", places, dice)
        leaders = self._appointed("commune_leader", "chutich", places, dice)
        return [
            Commune(
                place,
                before[place.unit_id],
                clerk.user_id,
                leader.user_id,
                leader.pk,
                own[place.unit_id].criteria_set is not None,
            )
            for place, clerk, leader in zip(places, clerks, leaders, strict=True)
        ]

    def _appointed(
        self, role: str, word: str, places: Sequence[Placement], dice: random.Random
    ) -> list[Appointment]:
        called = zip(places, names.people(dice, len(places)), strict=True)
        users = many_people({f"{word}-{place.code}": name for place, name in called})
        held = [
            Appointment(
                user=user, role=role, unit_id=place.unit_id, period=periods.between(REFORM, None)
            )
            for place, user in zip(places, users, strict=True)
        ]
        return Appointment.objects.bulk_create(held)


def _year(round_: Round, today: periods.Day, is_newest: bool) -> Year:
    """What is done in a year: from registering in spring to the decisions at its end; of the newest
    one only what is past."""
    year = round_.assessed_year
    last = min(today, datetime.date(year, 12, 20))
    return Year(
        round_,
        figures_day=min(today, round_.figures_day),
        sent=min(today, datetime.date(year, 3, 10)),
        checked=min(today, datetime.date(year, 3, 25)),
        decided=last - datetime.timedelta(days=12) if is_newest else last,
        is_newest=is_newest,
    )


def _predecessors(places: Sequence[Placement]) -> dict[int, list[Placement]]:
    """Of each commune the states, on the last day before the reform, of what became it: its own
    where it was one before; one that was divided went where it went by default."""
    last = REFORM - periods.ONE_DAY
    pairs = [(place.unit_id, place.unit_id) for place in places]
    of_these = Succession.objects.filter(successor__in=[place.unit_id for place in places])
    defaults = of_these.filter(is_default=True).order_by("predecessor")
    pairs += defaults.values_list("successor", "predecessor")
    states = {
        state.unit_id: state
        for state in Placement.objects.on(last).filter(
            unit__in={before for _unit, before in pairs}, kind=UnitKind.COMMUNE
        )
    }
    found: dict[int, list[Placement]] = {place.unit_id: [] for place in places}
    for unit, before in pairs:
        if before in states and states[before] not in found[unit]:
            found[unit].append(states[before])
    return found
