"""Nobody fills in what they verify: the database keeps incompatible roles apart."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core import journal, periods
from tests import factories
from tests.factories import Land
from tests.races import losers, race, winners
from units import roles
from units.models import Appointment

PAIRS = sorted(
    order
    for pair in map(sorted, roles.INCOMPATIBLE)
    for order in (tuple(pair), tuple(reversed(pair)))
)
TODAY = periods.today()
TOMORROW = TODAY + periods.ONE_DAY
A_YEAR = datetime.timedelta(days=365)


@pytest.mark.django_db
@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_roles_that_do_not_go_together_are_not_held_on_one_day(
    held: str, wanted: str, land: Land
) -> None:
    factories.appoint(
        land.stranger, held, land.commune, period=periods.between(TODAY - A_YEAR, TODAY)
    )
    refusal = f"nobody is {held} and {wanted} at once"
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        factories.appoint(
            land.stranger, wanted, land.home_affairs, period=periods.between(TODAY, None)
        )
    factories.appoint(
        land.stranger, wanted, land.home_affairs, period=periods.between(TOMORROW, None)
    )
    assert list(land.stranger.appointments.order_by("pk").values_list("role", flat=True)) == [
        held,
        wanted,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"role": "emulation_officer"},
        {"period": periods.between(None, None)},
        {"user": "xa"},
    ],
)
def test_an_appointment_is_not_changed_into_one_that_does_not_go_with_another(
    change: dict[str, object], land: Land
) -> None:
    if "user" in change:
        row, change = land.tinh.appointments.get(), {"user": land.xa}
    elif "role" in change:
        row = factories.appoint(land.xa, "observer", land.province)
    else:
        row = factories.appoint(
            land.xa,
            "emulation_officer",
            land.home_affairs,
            period=periods.between(None, TODAY - A_YEAR),
        )
    with pytest.raises(IntegrityError, match="at once"), transaction.atomic(), journal.act("test"):
        Appointment.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
def test_other_roles_and_other_people_go_together(land: Land) -> None:
    factories.appoint(land.xa, "commune_leader", land.commune)
    factories.appoint(land.xa, "observer", land.province)
    factories.appoint(land.stranger, "emulation_officer", land.home_affairs)
    with journal.act("test"):  # its own former state is no other appointment
        land.stranger.appointments.update(role="commune_officer")
    assert land.xa.appointments.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_appointments_entered_at_once_do_not_pass_each_other(land: Land) -> None:
    outcomes = race(
        lambda: factories.appoint(land.stranger, "commune_officer", land.commune),
        lambda: factories.appoint(land.stranger, "emulation_officer", land.home_affairs),
    )
    assert (len(winners(outcomes)), len(losers(outcomes))) == (1, 1)
    assert land.stranger.appointments.count() == 1
