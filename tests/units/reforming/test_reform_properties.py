"""Random reforms of a tree, in order, late and ahead, with undoing: nothing is lost, nothing is
there twice, and what is undone leaves no trace but the journal.

The oracle is written by hand: who lies where today, and who is at home where.
"""

import copy
import datetime
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import periods
from core.workflow import Refused
from tests import unit_factories
from tests.units.reforming.conftest import CITATION, Setting, picture, take
from units.borders import Borders, within
from units.entries import EntryError
from units.models import Member, Placement, Reform, ReformAct, ReformState, UnitKind
from units.reforming import assigning, entering, workflow
from units.reforming.entering import Header, Successor, Wanted

pytestmark = pytest.mark.django_db

TODAY = periods.today()
ACTS = ("merge", "merge_into", "divide", "found", "rename", "move", "end")
DAYS = (-30, -3, 0, 0, 4)

choices = st.tuples(
    st.sampled_from(ACTS),
    st.sampled_from((UnitKind.HAMLET, UnitKind.COMMUNE)),
    st.integers(0, 20),
    st.integers(0, 20),
    st.sampled_from(DAYS),
)
stories = st.lists(
    st.one_of(choices, choices, st.sampled_from(("undo", "wait", "assign"))), min_size=2, max_size=7
)


@dataclass
class Oracle:
    """Today by hand.

    Attributes:
        alive: by the key of a unit its kind, name and place.
        homes: by the key of a member its home, which may be a unit that is no more.
    """

    alive: dict[int, tuple[str, str, int]]
    homes: dict[int, int]
    named: int = 0

    def of(self, kind: str) -> list[int]:
        """The units of a kind, always in one order."""
        return sorted(key for key, (its_kind, *_rest) in self.alive.items() if its_kind == kind)

    def new_name(self) -> str:
        """A name that no unit ever had."""
        self.named += 1
        return f"Đơn vị {self.named}"

    def goes_over(self, before: int, after: int) -> None:
        """All that lies or lives in a unit is in another from now on."""
        del self.alive[before]
        for key, (kind, name, place) in self.alive.items():
            if place == before:
                self.alive[key] = (kind, name, after)
        self.homes = {one: after if at == before else at for one, at in self.homes.items()}


@dataclass
class Story:
    """What happens, on the clock of the story."""

    setting: Setting
    oracle: Oracle
    clock: pytest.MonkeyPatch
    now: datetime.date = TODAY
    # What was carried out last, the oracle and all rows before it.
    done: list[tuple[Reform, Oracle, Any]] = field(default_factory=list)
    # What each plan will do.
    plans: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def place(self, key: int) -> Placement:
        """The state of a unit today."""
        return Placement.objects.on(self.now).get(unit=key)

    def act(self, name: str, kind: str, one: int, other: int, after: int) -> None:
        """Propose and confirm a reform; what cannot be is refused and changes nothing."""
        units = self.oracle.of(kind)
        if not units:
            return
        first, second = units[one % len(units)], units[other % len(units)]
        before, rows = copy.deepcopy(self.oracle), picture()
        user = self.setting.country
        day = self.now + datetime.timedelta(days=after)
        reform = entering.begin(user, Header("Đợt sắp xếp", CITATION, day))
        words = (name, kind, first, second, self.oracle.new_name(), self.oracle.new_name())
        try:
            with transaction.atomic():
                self.write(reform, *words)
                take("propose", reform, user)
                found = take("confirm", reform, self.setting.country2)
        except (Refused, EntryError):
            assert picture() == rows
            return
        if found.state == ReformState.PLANNED:
            assert picture() == rows
            self.plans[reform.pk] = words
            return
        self.follow(reform, *words)
        self.done.append((reform, before, rows))

    def write(
        self, reform: Reform, name: str, kind: str, one: int, other: int, new: str, newer: str
    ) -> None:
        """The lines of a reform."""
        here = (self.setting.country, reform.pk)
        first, second = self.place(one), self.place(other)
        communes, provinces = self.oracle.of(UnitKind.COMMUNE), self.oracle.of(UnitKind.PROVINCE)
        above = communes if kind == UnitKind.HAMLET else provinces
        there = self.place(above[other % len(above)])
        if name == "merge":
            entering.merge(*here, [first, second], None, Wanted(new))
        elif name == "merge_into":
            entering.merge(*here, [first, second], second, Wanted())
        elif name == "divide":
            parts = [Successor(name=new), Successor(name=newer)]
            entering.divide(*here, first, parts, 0)
        elif name == "found":
            entering.found(*here, kind, Wanted(new, located_in=there, managed_by=there))
        elif name == "rename":
            entering.change(*here, ReformAct.RENAME, first, Wanted(new))
        elif name == "move":
            wanted = Wanted(located_in=there, managed_by=there)
            entering.change(*here, ReformAct.MOVE, first, wanted)
        else:
            entering.change(*here, ReformAct.END, first, Wanted())

    def follow(
        self, reform: Reform, name: str, kind: str, one: int, other: int, new: str, newer: str
    ) -> None:
        """Do by hand what the reform did. Keys of new units are read, for nobody can know them."""
        alive = self.oracle.alive
        lines = list(reform.lines.filter(founds=True).order_by("pk"))
        place = alive[one][2] if one in alive else 0
        for line in lines:
            assert line.unit_id is not None
            alive[line.unit_id] = (kind, line.name, place)
        if name == "merge":
            assert lines[0].unit_id is not None
            self.oracle.goes_over(one, lines[0].unit_id)
            self.oracle.goes_over(other, lines[0].unit_id)
        elif name == "merge_into":
            self.oracle.goes_over(one, other)
        elif name in ("divide", "end"):
            del alive[one]
        elif name == "found":
            line = lines[0]
            assert line.unit_id is not None
            assert line.located_in_id is not None
            alive[line.unit_id] = (kind, new, line.located_in_id)
        elif name == "rename":
            alive[one] = (kind, new, place)
        else:
            line = reform.lines.get()
            assert line.located_in_id is not None
            alive[one] = (kind, alive[one][1], line.located_in_id)

    def assign(self) -> None:
        """Assign to a successor all that waits at the first divided unit."""
        user = self.setting.country
        for one in assigning.divided(user):
            at = assigning.waiting(user, one.place.unit_id)
            if at is None or not at.successors or not (one.units or one.members):
                continue
            before, rows = copy.deepcopy(self.oracle), picture()
            here, there = one.place.unit_id, at.successors[0].unit_id
            reform = assigning.assign(user, here, there, everything=True)
            for key, (kind, name, place) in self.oracle.alive.items():
                if place == here:
                    self.oracle.alive[key] = (kind, name, there)
            homes = self.oracle.homes
            self.oracle.homes = {
                key: there if home == here else home for key, home in homes.items()
            }
            self.done.append((reform, before, rows))
            return

    def undo(self) -> None:
        """Undo the last reform: exactly what was before it is there again."""
        if not self.done:
            return
        reform, before, rows = self.done[-1]
        try:
            take("undo", reform, self.setting.country2)
        except Refused:
            assert self.plans  # one of them names what this founded
            return
        self.done.pop()
        named = self.oracle.named
        self.oracle = before
        self.oracle.named = named
        assert picture() == rows

    def wait(self) -> None:
        """Days pass, and what was planned for them is carried out."""
        self.now += datetime.timedelta(days=5)
        self.clock.setattr(periods, "today", lambda: self.now)
        due = sorted(self.plans)
        for pk in due:
            before, rows = copy.deepcopy(self.oracle), picture()
            try:
                take("carry_out", Reform.objects.get(pk=pk), None)
            except Refused:
                assert picture() == rows
                continue
            reform = Reform.objects.get(pk=pk)
            self.follow(reform, *self.plans.pop(pk))
            self.done.append((reform, before, rows))

    def check(self) -> None:
        """The portal says what the oracle says, and everything holds together on every day."""
        states = list(Placement.objects.on(self.now).exclude(kind=UnitKind.AGENCY))
        assert {
            one.unit_id: (one.kind, one.name, one.located_in_id)
            for one in states
            if one.kind != UnitKind.COUNTRY
        } == self.oracle.alive
        members = Member.objects.on(self.now).values_list("unit", "home")
        assert sorted(members) == sorted(self.oracle.homes.items())
        for day in (TODAY - datetime.timedelta(days=31), TODAY, self.now):
            _hold_together(day)


Told = TypeVar("Told", bound=Story)


def _counted(place: Placement) -> tuple[set[int], set[int]]:
    """The hamlets of all times that count in a territory of today, and of them the waiting ones."""
    inside = within(place.path, Borders.NOW)
    hamlets = Placement.objects.filter(kind=UnitKind.HAMLET)
    everybody, waiting = (
        set(hamlets.filter(one).values_list("unit", flat=True))
        for one in (inside.q(unit="unit", path="path"), inside.waiting_q("unit"))
    )
    return everybody, waiting


def _add_up(day: datetime.date) -> None:
    """In today's borders each hamlet that ever was counts once, in a commune or as not assigned:
    the parts and the line of what waits are the whole, all the way up."""
    states = Placement.objects.on(day)
    for kind, inside in ((UnitKind.PROVINCE, UnitKind.COMMUNE), (UnitKind.COUNTRY, None)):
        for whole in states.filter(kind=kind):
            below = states.filter(located_in=whole.unit_id, kind=inside or UnitKind.PROVINCE)
            parts = [_counted(one) for one in below]
            everybody, waiting = _counted(whole)
            together = set[int]().union(*(one for one, _waits in parts))
            assert sum(len(one) for one, _waits in parts) == len(together)
            assert together | waiting == everybody
            assert waiting & together == set[int]().union(*(waits for _one, waits in parts))


def _hold_together(day: datetime.date) -> None:
    """Each unit lies right below its place; numbers and members are there once."""
    states = list(Placement.objects.on(day))
    paths = {one.unit_id: one.path for one in states}
    assert len(paths) == len(states)
    for one in states:
        above = paths.get(one.located_in_id or 0)
        if above:
            assert one.path == f"{above}{one.unit_id}/"
    numbers = list(Member.objects.on(day).values_list("home", "kind", "number"))
    assert len(numbers) == len(set(numbers))


def begin(of: type[Told], setting: Setting, clock: pytest.MonkeyPatch) -> Told:
    """A story that begins with the units and members of the setting."""
    land = setting.land
    unit_factories.found(land.xa2, land.sibling, UnitKind.HAMLET, "Ấp Sa Châu")
    states = Placement.objects.on(TODAY)
    official = states.filter(kind__in=(UnitKind.PROVINCE, UnitKind.COMMUNE, UnitKind.HAMLET))
    alive = {one.unit_id: (one.kind, one.name, one.located_in_id or 0) for one in official}
    homes = {member.unit_id: member.home_id for member in setting.members}
    return of(setting, Oracle(alive, homes), clock)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=stories)
def test_whatever_is_reformed_the_tree_is_what_the_oracle_says(
    setting: Setting, told: list[Any]
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as clock:
        story = begin(Story, setting, clock)
        for step in told:
            if step == "undo":
                story.undo()
            elif step == "wait":
                story.wait()
            elif step == "assign":
                story.assign()
            else:
                story.act(*step)
            story.check()
        _add_up(story.now)
        transaction.set_rollback(True)


def test_the_stories_reach_what_they_are_told_for(setting: Setting) -> None:
    """A merger of communes, one of hamlets in it, a plan that comes true, an assignment; and all of
    it undone."""
    with transaction.atomic(), pytest.MonkeyPatch.context() as clock:
        story = begin(Story, setting, clock)
        first = picture()
        story.act("merge", UnitKind.COMMUNE, 0, 1, -3)
        story.act("merge_into", UnitKind.HAMLET, 0, 1, 4)
        story.wait()
        story.act("divide", UnitKind.HAMLET, 0, 1, 0)
        story.check()
        story.assign()
        story.check()
        _add_up(story.now)
        assert len(story.done) == 4
        for _time in range(4):
            story.undo()
            story.check()
        assert picture() == first
        transaction.set_rollback(True)
    assert workflow.carry_out_due() == (0, [])
