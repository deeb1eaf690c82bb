"""What an installation needs is computed from what a province takes, commune by commune."""

import io

import pytest
from django.core.management import call_command

from reports import needs
from tests.factories import Land, place
from units.models import Member, UnitKind

pytestmark = pytest.mark.django_db


def test_a_commune_and_the_country_follow_from_the_province(land: Land) -> None:
    place(UnitKind.COMMUNE, "Xã Thứ Tư", land.other_province)
    commune, province, country = needs.needs()
    assert (commune.communes, province.communes, country.communes) == (1, 2, 4)
    assert country.rows == 2 * province.rows == 4 * commune.rows
    assert country.tables - province.tables == 2 * (province.tables - commune.tables)
    assert Member in needs.GROWING
    assert commune.indexes > 0


def test_the_command_prints_a_line_for_each(land: Land) -> None:
    said = io.StringIO()
    call_command("bench", "--needs", stdout=said)
    assert [line.split()[0] for line in said.getvalue().splitlines()] == [
        "commune",
        "province",
        "country",
    ]


def test_without_units_it_says_what_comes_first(db: None) -> None:
    with pytest.raises(LookupError, match="load_units"):
        list(needs.needs())
