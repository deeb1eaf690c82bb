"""A household that has moved: what was assessed before keeps the number it had at home then."""

import datetime

import pytest

from core import periods
from criteria.books import saving
from criteria.books.book import open_book
from criteria.models import Assessment
from tests import criteria_factories as campaigns
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from units import moving
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def test_an_assessment_is_called_by_the_number_at_the_home_of_its_day(setting: Campaigning) -> None:
    place = setting.land.province, setting.document, setting.source
    campaigns.commune_set(*place, ({},), code="ho", kind=UnitKind.HOUSEHOLD)
    village = make.village(setting.land)
    other = make.found(village.xa, setting.land.commune, UnitKind.HAMLET, "Ấp Giồng Đình")
    since = periods.today() - datetime.timedelta(days=30)
    for home, names in ((village.hamlet, ["Thạch A", "Thạch B"]), (other, ["Kim A", "Kim B"])):
        for name in names:
            household = make.member(village.xa, home, UnitKind.HOUSEHOLD, name, first_day=since)
            if name == "Thạch B":
                moves = household
    book = open_book(setting.round, village.hamlet, UnitKind.HOUSEHOLD)
    texts = {part.name: "Có" for part in book.parts}
    saving.save(village.xa, book, [saving.Entry(moves.unit_id, texts, 0)])
    move = moving.Move(other, periods.today())
    there = moving.move(village.xa, village.hamlet, moves.unit_id, move, "Chuyển nhà")
    assert there.number == 3
    names = [one.subject_name for one in Assessment.objects.with_subject()]
    assert names == [Assessment.objects.get().subject_name] == ["Hộ gia đình số 2, Ấp Cây Da"]
