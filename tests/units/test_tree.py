"""The loaded tree: promises that hold for every unit on every day, and the plans of its queries."""

import datetime
import unicodedata
from collections import Counter, defaultdict
from itertools import chain

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import periods
from tests.conftest import owner
from units import lineage, loader, queries
from units.models import Placement, Succession

REFORM = datetime.date(2025, 7, 1)
TODAY = datetime.date(2026, 11, 21)
CITY = datetime.date(2026, 4, 30)  # Đồng Nai
EDGES = [REFORM - periods.ONE_DAY, REFORM, CITY - periods.ONE_DAY, CITY]
DAYS = st.sampled_from(EDGES) | st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 1, 1))
PICK = st.integers(min_value=0, max_value=10**6)
FEW = settings(max_examples=25, deadline=None)


def without_accents(text: str) -> str:
    """What somebody types who types no accents."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in letters if not unicodedata.combining(one))


def is_one_range_scan(plan: str) -> bool:
    """Whether a plan reads the paths of one range in their index, and nothing else."""
    scans = [line for line in plan.splitlines() if "Scan" in line]
    cond = "Index Cond: (((path)::text >= "
    return all("placement" in scan for scan in scans) and "Seq Scan" not in plan and cond in plan


class TestTheLoadedTree(TestCase):
    """One load serves all: it takes seconds."""

    states: list[Placement]
    pairs: list[Succession]
    by_unit: dict[int, list[Placement]]

    @classmethod
    def setUpTestData(cls) -> None:
        loader.load()
        with owner(), connection.cursor() as cursor:
            cursor.execute("ANALYZE units_placement, units_succession")

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.states = list(Placement.objects.order_by("pk"))  # not copied for each test
        cls.pairs = list(Succession.objects.order_by("pk"))
        cls.by_unit = queries.states_of({one.unit_id for one in cls.states})

    def state(self, pick: int, day: datetime.date) -> Placement:
        """Some unit's state of a day."""
        at = pick % len(self.states)
        return next(one for one in chain(self.states[at:], self.states) if day in one.period)

    def test_every_path_is_that_of_what_the_unit_lies_in(self) -> None:
        """All units, on the days before and after each change: between them nothing differs."""
        assert {one.period.lower for one in self.states} | {
            one.period.upper for one in self.states
        } == {None, REFORM, CITY}
        for state in self.states:
            for day in EDGES:
                if day not in state.period:
                    continue
                if state.located_in_id is None:
                    assert (state.kind, state.path) == ("country", f"/{state.unit_id}/")
                else:
                    above = queries.state_on(self.by_unit[state.located_in_id], day)
                    assert above is not None
                    assert state.path == f"{above.path}{state.unit_id}/"

    @FEW
    @given(pick=PICK, day=DAYS)
    def test_what_lies_in_a_unit_is_its_children_and_what_lies_in_them(
        self, pick: int, day: datetime.date
    ) -> None:
        state = self.state(pick, day)
        inside: dict[int | None, list[Placement]] = defaultdict(list)
        for one in self.states:
            if day in one.period:
                inside[one.located_in_id].append(one)

        def kinds_within(unit_id: int) -> Counter[str]:
            kinds = Counter(one.kind for one in inside[unit_id])
            return sum((kinds_within(one.unit_id) for one in inside[unit_id]), kinds)

        listed = list(queries.children(state.unit_id, day))
        assert {one.pk for one in listed} == {one.pk for one in inside[state.unit_id]}
        assert {one.pk: one.inside for one in listed} == {
            one.pk: len(inside[one.unit_id]) for one in listed
        }
        counted = {kind.value: count for kind, count in queries.counts_within(state.path, day)}
        assert counted == kinds_within(state.unit_id)

    @FEW
    @given(pick=PICK, day=DAYS)
    def test_a_unit_is_found_without_accents_and_by_the_middle_of_its_name(
        self, pick: int, day: datetime.date
    ) -> None:
        state = self.state(pick, day)
        for words in (state.name, without_accents(state.name), state.name[2:], state.code or "V"):
            found = queries.search(words, day).filter(unit=state.unit_id)
            assert list(found) == [state]

    @FEW
    @given(pick=PICK)
    def test_who_went_over_into_a_unit_is_among_those_that_it_follows(self, pick: int) -> None:
        pair = self.pairs[pick % len(self.pairs)]
        went = lineage.moments(self.by_unit[pair.predecessor_id], TODAY)[-1]
        came = lineage.moments(self.by_unit[pair.successor_id], TODAY)[0]
        assert went.ended
        assert went.day == came.day == REFORM
        assert pair.successor_id in [one.placement.unit_id for one in went.went]
        assert pair.predecessor_id in [one.placement.unit_id for one in came.came]
        assert {one.is_part for one in went.went} == {len(went.went) > 1}
        assert [one.is_default for one in went.went].count(True) == 1

    def test_everything_under_a_unit_on_a_day_is_one_range_scan(self) -> None:
        province = Placement.objects.on(TODAY).get(name="Tỉnh Vĩnh Long")
        query = Placement.objects.on(TODAY).under(province.path)
        assert is_one_range_scan(query.explain())
        with owner(), connection.cursor() as cursor:
            cursor.execute("DROP INDEX placement_path")
        assert not is_one_range_scan(query.explain())

    def test_search_reads_the_indexes_of_names_and_codes(self) -> None:
        for words in ("hoa binh", "Hoà Bình", "29491"):
            plan = queries.search(words, None)[:50].explain()
            assert "Seq Scan" not in plan
            assert "on placement_search" in plan
            assert "on placement_code" in plan
