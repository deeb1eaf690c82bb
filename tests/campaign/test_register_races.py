"""Two people at once over an entry of a register: one step is taken, the other gets a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from campaign import registering
from campaign.models import RegisterEntry
from campaign.workflow import entry_fingerprint
from core.models import JournalEntry
from core.workflow import Outdated, Refused
from tests import campaign_factories as make
from tests import factories
from tests.factories import Land
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)


def colleague(of: User) -> User:
    """Somebody with the same role at the same unit."""
    held = of.appointments.get()
    person = factories.user()
    factories.appoint(person, held.role, held.unit.placements.get())
    return person


def stepping(entry: RegisterEntry, step: str, person: User) -> Callable[[], Any]:
    """The step as somebody takes it who has the entry before them as it is now."""
    entry.refresh_from_db()
    seen = entry_fingerprint(entry)

    def take() -> Any:
        fresh = User.objects.get(pk=person.pk)
        return registering.step(step, entry.pk, fresh, seen=seen, reason=f"Cùng lúc: {step}")

    return take


def steps_of(entry: RegisterEntry) -> list[str]:
    """What was done with an entry, as the journal has it."""
    found = JournalEntry.objects.filter(subject="campaign_registerentry", row_id=entry.pk)
    return list(found.order_by("pk").values_list("act", flat=True))


def contribution(land: Land, *steps: str) -> tuple[RegisterEntry, User, User]:
    """What the commune entered and the province has checked, with two who check it."""
    entry = make.entry(land.xa, land.commune)
    for step in steps:
        make.checked(entry, land.tinh, step)
    return entry, land.tinh, colleague(land.tinh)


def inspection(land: Land, *steps: str) -> tuple[RegisterEntry, User, User]:
    """What the province found at the commune, with two who answer for the commune."""
    entry = make.entry(land.tinh, land.commune, "12/KH-SNV", "inspections")
    for step in steps:
        make.checked(entry, land.lanhdaoxa, step)
    return entry, land.lanhdaoxa, colleague(land.lanhdaoxa)


@pytest.mark.parametrize(
    ("made", "before", "step", "state"),
    [
        (contribution, ["confirm"], "unconfirm", "entered"),
        (contribution, ["reject"], "unconfirm", "entered"),
        (inspection, ["confirm"], "mend", "remedied"),
        (inspection, ["confirm", "mend"], "unmend", "confirmed"),
    ],
)
def test_a_step_taken_twice_at_once_is_taken_once(
    land: Land, made: Any, before: list[str], step: str, state: str
) -> None:
    entry, one, other = made(land, *before)
    outcomes = race(stepping(entry, step, one), stepping(entry, step, other))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    entry.refresh_from_db()
    assert entry.state == state
    assert steps_of(entry).count(f"register.{step}") == 1


@pytest.mark.parametrize(
    ("before", "steps"),
    [(["confirm"], ("unconfirm", "mend")), (["confirm", "mend"], ("unmend", "unmend"))],
)
def test_of_two_steps_that_exclude_each_other_one_is_taken(
    land: Land, before: list[str], steps: tuple[str, str]
) -> None:
    entry, one, other = inspection(land, *before)
    outcomes = race(stepping(entry, steps[0], one), stepping(entry, steps[1], other))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    (won,) = winners(outcomes)
    entry.refresh_from_db()
    assert entry.state == won.state
    assert len(steps_of(entry)) == len(before) + 2  # with the entering


def test_a_correction_and_a_confirmation_at_once_leave_what_was_seen(land: Land) -> None:
    entry = make.entry(land.xa, land.commune)
    seen = entry_fingerprint(entry)

    def correct() -> Any:
        fresh = User.objects.get(pk=land.xa.pk)
        return registering.correct(entry.pk, fresh, make.words("Tặng sách"), seen=seen)

    corrected, confirmed = race(correct, stepping(entry, "confirm", land.tinh))
    entry.refresh_from_db()
    if isinstance(confirmed, RegisterEntry):
        assert isinstance(corrected, Refused)
        assert (entry.state, entry.subject) == ("confirmed", "Tặng máy tính")
    else:
        assert isinstance(confirmed, Outdated)
        assert (entry.state, entry.subject) == ("entered", "Tặng sách")
