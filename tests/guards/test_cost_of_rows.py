"""What a page, and one more row of a list, costs: in calls, which no busy machine changes."""

import cProfile
import pstats
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import journal, periods
from core.models import Import
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from units.models import Reform, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
MORE = 10


def _communes(setting: Campaigning) -> None:
    for number in range(MORE):
        place = factories.place(UnitKind.COMMUNE, f"Xã {number}", setting.land.province)
        factories.appoint(setting.land.xa, "commune_officer", place)
        make.assessing.begin(User.objects.get(username="xa"), setting.round, place)


def _unbegun_communes(setting: Campaigning) -> None:
    for number in range(MORE):
        factories.place(UnitKind.COMMUNE, f"Xã {number}", setting.land.province)


def _provinces(setting: Campaigning) -> None:
    for number in range(MORE):
        province = factories.place(UnitKind.PROVINCE, f"Tỉnh {number}", setting.land.country)
        factories.place(UnitKind.COMMUNE, "Xã", province)


def _sets(setting: Campaigning) -> None:
    for number in range(MORE):
        make.commune_set(
            setting.land.other_province, setting.document, setting.source, code=f"bo-{number}"
        )


def _reforms(setting: Campaigning) -> None:
    with journal.act("test"):
        for number in range(MORE):
            Reform.objects.create(
                name=f"Sắp xếp {number}", citation="Nghị quyết 1", effective_on=periods.today()
            )


def _imports(setting: Campaigning) -> None:
    with journal.act("test"):
        Import.objects.bulk_create(
            Import(
                kind="household",
                place=1,
                place_name="Xã",
                file_name="a.xlsx",
                started_by=setting.land.tinh,
            )
            for _number in range(MORE)
        )


# What CPython calls by itself differs between its versions: functions written in C are replaced by
# Python and back, and comprehensions are functions of their own before 3.12.
COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})


def calls(client: Client, address: str) -> int:
    """How many calls of functions written in Python a page takes, once everything is warm."""
    for _warming in range(2):
        assert client.get(address).status_code == 200
    profile = cProfile.Profile(builtins=False)
    profile.runcall(client.get, address)
    counted = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    return sum(
        number
        for (_file, _line, function), (_primitive, number, *_times) in counted
        if function not in COMPREHENSIONS
    )


@pytest.mark.parametrize(
    ("address", "add", "most"),
    [
        ("/assessments/", _communes, 430),
        ("/assessments/", _unbegun_communes, 345),
        ("/units/", _provinces, 275),
        ("/criteria/", _sets, 320),
        ("/units/reforms/", _reforms, 375),
        ("/imports/", _imports, 540),
    ],
)
def test_a_further_row_costs_few_calls(
    setting: Campaigning,
    client_of: ClientOf,
    address: str,
    add: Callable[[Campaigning], None],
    most: int,
) -> None:
    client = client_of(setting.land.tinh)
    before = calls(client, address)
    add(setting)
    assert (calls(client, address) - before) // MORE <= most


@pytest.mark.parametrize(
    ("person", "address", "most"),
    [("xa", "/assessments/{}/", 32_800), ("tinh", "/assessments/{}/review/", 36_500)],
)
def test_one_self_assessment_costs_few_calls(
    setting: Campaigning, client_of: ClientOf, person: str, address: str, most: int
) -> None:
    assessment = make.sent(setting)
    client = client_of(User.objects.get(username=person))
    assert calls(client, address.format(assessment.pk)) <= most


def test_a_grid_of_fields_costs_few_calls(setting: Campaigning, client_of: ClientOf) -> None:
    administrator = factories.user("admin")
    factories.appoint(administrator, "administrator", setting.land.country)
    assert calls(client_of(administrator), "/calendar/2027/edit/") <= 40_000


def test_the_frame_of_a_page_is_four_templates(setting: Campaigning, client_of: ClientOf) -> None:
    answer = client_of(setting.land.tinh).get("/accounts/password/")
    frame = [one.name for one in answer.templates if one.name.startswith("components/")]
    assert frame == [f"components/{part}.html" for part in ("top", "language", "person", "side")]
