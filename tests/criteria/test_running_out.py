"""What runs out is announced ahead: to the unit responsible, on the first page, in the list."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from core import notices, periods
from core.models import Notice
from criteria import running_out
from criteria.batches import listing, workflow
from criteria.models import Recognition
from tests import batch_factories as make
from tests import criteria_factories
from tests.batch_factories import Recognising
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
TODAY = periods.today()
DAY = periods.ONE_DAY
SOON = TODAY + 20 * DAY


@pytest.fixture
def made(setting: Campaigning) -> Recognising:
    return make.recognising(setting)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def held(
    made: Recognising, unit_id: int, until: datetime.date | None = SOON, **fields: Any
) -> Recognition:
    """A household holds its title until a day."""
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "title": made.family,
        "grade": "",
        "period": periods.between(TODAY - 100 * DAY, until),
    }
    return criteria_factories.recognition(made.setting, made.hamlet, **{**values, **fields})


def told() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(kind=running_out.KIND.code).order_by("pk"):
        found.setdefault(notice.recipient.username, []).append(notices.text_of(notice))
    return found


def test_the_unit_responsible_is_told_once(made: Recognising, settings: Any) -> None:
    settings.TITLE_NOTICE_DAYS = 30
    units = make.households(made, 3)
    for unit in units[:2]:
        held(made, unit)
    held(made, units[2], SOON + 100 * DAY)
    criteria_factories.recognition(
        made.setting, period=periods.between(TODAY - 100 * DAY, SOON + DAY)
    )
    assert running_out.tell() == 2
    label = Recognition.objects.filter(unit=units[0]).get().unit.get_kind_display()
    day, next_day = (f"{one:%d/%m/%Y}" for one in (SOON, SOON + DAY))
    assert told() == {
        "thon": [f"{made.family} of Ấp Giồng Lớn ({label}: 2) is held until {day}."],
        **{
            one: [f"{made.setting.title} of Xã Đại An is held until {next_day}."]
            for one in ("xa", "hoikhxa")
        },
    }
    assert running_out.tell() == 0


def test_nobody_is_told_where_nothing_says_how_long_ahead(made: Recognising, settings: Any) -> None:
    settings.TITLE_NOTICE_DAYS = None
    held(made, make.households(made, 1)[0])
    assert (running_out.tell(), told()) == (0, {})


@pytest.mark.parametrize(
    ("begins", "until", "state", "runs_out"),
    [
        (-100, 20, "confirmed", True),
        (-100, 30, "confirmed", True),
        (-100, 31, "confirmed", False),
        (-100, 0, "confirmed", True),
        (-100, -1, "confirmed", False),
        (-100, None, "confirmed", False),
        (-100, 20, "declared", True),
        (-100, 20, "rejected", False),
    ],
)
def test_what_runs_out(
    made: Recognising, begins: int, until: int | None, state: str, runs_out: bool
) -> None:
    last = None if until is None else TODAY + until * DAY
    fields: dict[str, Any] = {"period": periods.between(TODAY + begins * DAY, last)}
    if state != "declared":
        fields |= {"state": state, "checked_by": made.vanthu, "checked_at": timezone.now()}
        fields |= {"state_reason": "Lý do"}
    one = held(made, make.households(made, 1)[0], **fields)
    found = running_out.ending(Recognition.objects.all(), TODAY, TODAY + 30 * DAY)
    assert list(found) == ([one] if runs_out else [])


def test_what_is_followed_by_another_does_not_run_out(made: Recognising) -> None:
    unit = make.households(made, 1)[0]
    held(made, unit)
    held(made, unit, period=periods.between(SOON + DAY, None), decision_number="99/QĐ")
    assert not running_out.ending(Recognition.objects.all(), TODAY, SOON + 30 * DAY).exists()


def test_the_list_shows_what_runs_out(
    made: Recognising, client_of: ClientOf, settings: Any
) -> None:
    settings.TITLE_NOTICE_DAYS = None
    units = make.households(made, 2)
    held(made, units[0])
    held(made, units[1], TODAY + 100 * DAY)
    client = client_of(made.xa)
    address = reverse("recognitions:index")

    def shown(ends: str) -> list[int]:
        page = client.get(address, {"ends": ends}).context["page"]
        return sorted(one.unit_id for one in page)

    asked = {"1": units[:1], "6": units, "announced": units, "junk": units}
    assert {ends: shown(ends) for ends in asked} == asked
    settings.TITLE_NOTICE_DAYS = 30
    assert shown("announced") == units[:1]


def test_the_first_page_says_what_runs_out(
    made: Recognising, client_of: ClientOf, settings: Any
) -> None:
    held(made, make.households(made, 1)[0])
    settings.TITLE_NOTICE_DAYS = 30
    counted = {
        name: client_of(person).get(reverse("recognitions:due")).context["ending"]
        for name, person in (("thon", made.thon), ("xa", made.xa), ("xa2", made.setting.land.xa2))
    }
    assert counted == {"thon": 1, "xa": 1, "xa2": 0}
    settings.TITLE_NOTICE_DAYS = None
    assert client_of(made.xa).get(reverse("recognitions:due")).context["ending"] == 0


def test_each_finds_the_lists_whose_next_step_is_theirs(made: Recognising) -> None:
    make.households(made, 1)
    people = ("thon", "xa", "hoikhxa", "lanhdaoxa", "vanthu")

    def whose() -> set[str]:
        return {name for name in people if listing.due(getattr(made, name)).total}

    found = make.listed(made)
    assert whose() == {"thon", "xa"}
    seen = {}
    for step, person in make.STEPS.items():
        if step == "number":
            workflow.number(found.pk, made.vanthu, 7, TODAY, None)
        else:
            workflow.perform(step, found.pk, getattr(made, person))
        seen[step] = whose()
    assert seen == {
        "send": {"hoikhxa"},
        "submit": {"lanhdaoxa"},
        "sign": {"vanthu"},
        "number": {"vanthu"},
        "issue": set(),
    }
