"""Random reforms among acts of units: recorded late, answered for, with their resolutions, undone.

No act is lost or there twice; in either borders the parts and what is not assigned are the whole;
what is undone leaves the acts where they were.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.models import RegisterEntry
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from tests.core.originals import pdf
from tests.units.reforming.conftest import Setting, picture, take
from tests.units.reforming.test_reform_properties import Story, begin, choices
from units.borders import Borders, within
from units.late_acts import KINDS
from units.models import LateAnswer, Placement, Reform, ReformTrace, UnitKind
from units.reforming import filing, late

pytestmark = pytest.mark.django_db

ENTRIES = KINDS["register_entries"]
KIND = st.sampled_from((UnitKind.HAMLET, UnitKind.COMMUNE))
entering = st.tuples(st.just("enter"), KIND, st.integers(0, 20))
answering = st.tuples(st.just("answer"), st.booleans(), st.integers(0, 2))
stories = st.lists(
    st.one_of(
        entering,
        choices,
        answering,
        st.sampled_from(("undo", "wait", "assign", "attach")),
    ),
    min_size=3,
    max_size=9,
)


def acts() -> dict[int, tuple[Any, ...]]:
    """Where every act stands."""
    fields = ("unit", "placement", "path", "office", "subject")
    return {row[0]: row[1:] for row in RegisterEntry.objects.values_list("pk", *fields)}


@dataclass
class LateStory(Story):
    """Reforms of a story, and acts at its units."""

    def enter(self, kind: str, number: int) -> None:
        """Somebody does something at a unit today."""
        units = self.oracle.of(kind)
        if not units:
            return
        place = self.place(units[number % len(units)])
        with journal.act("test"):
            RegisterEntry.objects.create(
                register="contributions",
                kind="effort",
                unit_id=place.unit_id,
                placement=place,
                path=place.path,
                office_id=place.unit_id,
                office_name=place.name,
                subject=f"Việc tại {place.name}",
                period=periods.between(self.now, None),
                entered_by=self.setting.country,
            )

    def answer(self, moves: bool, successor: int) -> None:
        """A person says of all acts between of the last reform that they stand, or move."""
        if not self.done:
            return
        reform = Reform.objects.get(pk=self.done[-1][0].pk)
        before = acts()
        open_acts = {one.pk: one for one in self._open(reform)}
        lines = list(reform.lines.filter(unit__isnull=False).order_by("pk"))
        to = lines[successor % len(lines)].unit_id if successor and lines else 0
        if reform.assigns_id or reform.territory_id is None:
            return
        user = self.setting.country
        outcome = late.answer(user, reform.pk, ENTRIES, None, moves=moves, to=to or 0)
        given = LateAnswer.objects.filter(reform=reform, row_id__in=open_acts)
        assert outcome.done == given.count()
        moved = set(given.filter(moved_to__isnull=False).values_list("row_id", flat=True))
        after = acts()
        assert {key for key in before if before[key] != after[key]} <= moved
        for entry in RegisterEntry.objects.filter(pk__in=moved).select_related("placement"):
            state = entry.placement
            assert (entry.unit_id, entry.path) == (state.unit_id, state.path)
            assert self.now in state.period

    def _open(self, reform: Reform) -> list[Any]:
        answered = LateAnswer.objects.filter(reform=reform).values("row_id")
        return list(late.acts(ENTRIES, reform).exclude(pk__in=answered))

    def attach(self) -> None:
        """The signed resolution comes to the last reform."""
        if self.done:
            upload = SimpleUploadedFile("nghi-quyet.pdf", pdf())
            filing.attach(self.setting.country, self.done[-1][0].pk, upload)

    def undo(self) -> None:
        """As of the tree; acts that a person moved by the reform are where they were, and one that
        was done where only the reform made something to stand on holds it."""
        if not self.done:
            return
        reform = self.done[-1][0]
        given = LateAnswer.objects.filter(reform=reform, before__isnull=False)
        restored = {one.row_id: one.before or {} for one in given}
        expected = {
            key: (
                (was["unit_id"], was["placement_id"], was["path"], was["office_id"], row[-1])
                if (was := restored.get(key))
                else row
            )
            for key, row in acts().items()
        }
        opened = ReformTrace.objects.filter(reform=reform, before__isnull=True).values("row_id")
        built = RegisterEntry.objects.filter(placement__in=opened).exclude(pk__in=restored)
        if built.exists():
            before = (acts(), picture())
            with pytest.raises(Refused):
                take("undo", reform, self.setting.country2)
            assert (acts(), picture()) == before
            return
        super().undo()
        if not self.done or self.done[-1][0] is not reform:
            assert acts() == expected
            assert not LateAnswer.objects.filter(reform=reform).exists()
            assert JournalEntry.objects.filter(act="reform.undo").exists()

    def check(self) -> None:
        """Also of the acts: each stands at a state of its unit, and counts once."""
        super().check()
        for entry in RegisterEntry.objects.select_related("placement"):
            assert entry.unit_id == entry.placement.unit_id
        self.count()

    def count(self) -> None:
        """The parts and what is not assigned are the whole, in either borders."""
        states = Placement.objects.on(self.now)
        everything = set(acts())
        (country,) = states.filter(kind=UnitKind.COUNTRY)
        whole, waiting = _counted(country, Borders.NOW)
        assert whole == everything
        for borders in Borders:
            provinces = [_counted(one, borders) for one in states.filter(kind=UnitKind.PROVINCE)]
            _apart(provinces)
            together = set[int]().union(*(found for found, _waits in provinces))
            assert together | (waiting if borders == Borders.NOW else set()) == everything
        for province in states.filter(kind=UnitKind.PROVINCE):
            below = states.filter(located_in=province.unit_id, kind=UnitKind.COMMUNE)
            parts = [_counted(one, Borders.NOW) for one in below]
            _apart(parts)
            whole, waiting = _counted(province, Borders.NOW)
            assert set[int]().union(waiting, *(found for found, _waits in parts)) == whole
            _apart([_counted(one, Borders.THEN) for one in below])


def _counted(place: Placement, borders: Borders) -> tuple[set[int], set[int]]:
    """The acts that count in a territory of today, and of them those that are not assigned."""
    inside = within(place.path, borders)
    at = "placement__unit"
    everybody, waiting = (
        set(RegisterEntry.objects.filter(one).values_list("pk", flat=True))
        for one in (inside.q(unit=at, path="path"), inside.waiting_q(at))
    )
    return everybody, waiting


def _apart(parts: list[tuple[set[int], set[int]]]) -> None:
    """Nothing counts in two of them."""
    together = set[int]().union(*(found for found, _waits in parts))
    assert sum(len(found) for found, _waits in parts) == len(together)


def _play(story: LateStory, told: list[Any]) -> None:
    for step in told:
        if isinstance(step, str):
            getattr(story, step)()
        elif step[0] in ("enter", "answer"):
            getattr(story, step[0])(*step[1:])
        else:
            story.act(*step)
        story.check()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=stories)
def test_no_act_is_lost_or_counted_twice_whatever_is_reformed(
    setting: Setting, told: list[Any]
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as clock:
        _play(begin(LateStory, setting, clock), told)
        transaction.set_rollback(True)


def test_the_stories_reach_what_they_are_told_for(setting: Setting) -> None:
    """Acts between of a merger and of a division move and are taken back with it; one that was done
    in the unit that it founded holds it."""
    with transaction.atomic(), pytest.MonkeyPatch.context() as clock:
        story = begin(LateStory, setting, clock)
        for kind in (UnitKind.COMMUNE, UnitKind.HAMLET):
            for number in range(3):
                story.enter(kind, number)
        first = acts()
        _play(story, [("merge", UnitKind.COMMUNE, 0, 1, -3), "attach", ("answer", True, 0)])
        moved = LateAnswer.objects.filter(moved_to__isnull=False).count()
        assert moved == sum(acts()[key] != first[key] for key in first) > 2
        _play(story, [("divide", UnitKind.HAMLET, 0, 1, -1), ("answer", True, 0)])
        assert (len(story.done), LateAnswer.objects.count()) == (2, moved)
        _play(story, [("answer", True, 1), "assign"])
        assert LateAnswer.objects.count() > moved
        _play(story, ["undo", "undo"])
        assert LateAnswer.objects.count() == moved
        _play(story, [("enter", UnitKind.COMMUNE, 5), ("enter", UnitKind.COMMUNE, 2), "undo"])
        assert len(story.done) == 1
        with journal.act("test"):
            RegisterEntry.objects.exclude(pk__in=first).delete()
        _play(story, ["undo"])
        assert (acts(), story.done) == (first, [])
        transaction.set_rollback(True)
