"""A unit does not end over what still stands on it, whichever app keeps that."""

import datetime
from dataclasses import replace

import pytest

from core import journal, periods
from criteria import assessing
from criteria.models import Assessment
from tests import campaign_factories as launching
from tests import criteria_factories as make_campaign
from tests import factories
from tests import registration_factories as registering
from tests import unit_factories as make
from tests.factories import Land
from units import acts
from units.entries import EntryError, Row
from units.models import Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

LONG_AGO = periods.today() - datetime.timedelta(days=400)


@pytest.fixture
def hamlet(land: Land) -> Placement:
    return make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Cũ")


def end(land: Land, place: Placement, last_day: periods.Day) -> Placement:
    """The commune ends its hamlet."""
    entry = replace(acts.entry_of(place), last_day=last_day, end_basis="Nghị quyết 9")
    row, version = Row(unit_id=place.unit_id), Unit.objects.get(pk=place.unit_id).version
    return acts.save_row(land.xa, land.commune, place.kind, row, entry, version)


def refusal(land: Land, place: Placement, last_day: periods.Day) -> str:
    """What stands beside the last day."""
    with pytest.raises(EntryError) as refused:
        end(land, place, last_day)
    assert list(refused.value.errors) == ["last_day"]
    return refused.value.errors["last_day"]


def test_nobody_is_left_appointed_at_a_unit_that_is_no_more(land: Land, hamlet: Placement) -> None:
    head = factories.user(full_name="Sơn Văn Ấp")
    held = factories.appoint(head, "hamlet_head", hamlet)
    assert refusal(land, hamlet, LONG_AGO) == (
        "Sau ngày này vẫn còn: Sơn Văn Ấp, trưởng thôn (ấp, khóm, tổ dân phố), không thời hạn. "
        "Hãy kết thúc hoặc hoàn tất trước."
    )
    yesterday = periods.today() - periods.ONE_DAY
    with journal.act("test"):
        held.period = periods.between(held.period.lower, yesterday)
        held.save()
    assert f"Sơn Văn Ấp, trưởng thôn (ấp, khóm, tổ dân phố), đến {yesterday:%d/%m/%Y}" in refusal(
        land, hamlet, LONG_AGO
    )
    assert end(land, hamlet, yesterday).period.upper == periods.today()


def test_of_many_the_first_are_named(land: Land, hamlet: Placement) -> None:
    for number in range(7):
        person = factories.user(full_name=f"Người {number}")
        factories.appoint(person, "hamlet_head", hamlet)
    said = refusal(land, hamlet, LONG_AGO)
    assert [f"Người {number}" in said for number in range(7)] == [True] * 5 + [False] * 2
    assert "và 2 mục khác" in said


def test_an_answer_that_is_owed_stands(land: Land, hamlet: Placement) -> None:
    launching.launch(land.xa, kinds=(UnitKind.HAMLET,))
    assert "33/KH-UBND" in refusal(land, hamlet, periods.today())


def test_an_assessment_stands_once_something_was_answered(land: Land, hamlet: Placement) -> None:
    setting = make_campaign.campaigning(land)
    sets = {"code": "thon", "kind": UnitKind.HAMLET, "rules": ({"kind": "attested"},)}
    of_hamlets = make_campaign.commune_set(land.province, setting.document, setting.source, **sets)
    begun = assessing.begin(land.xa, setting.round, hamlet)
    criterion = of_hamlets.criteria.get()
    kept = {"value": {"value": "yes"}, "note": "Đã thực hiện", "version": 0}
    assessing.save_answer(begun.pk, criterion.pk, land.xa, **kept)
    said = f"bản tự đánh giá của Ấp Cũ, {setting.round.name} (nháp)"
    assert said in refusal(land, hamlet, periods.today())
    with journal.act("test"):
        Assessment.objects.filter(pk=begun.pk).update(answered=0)
    assert end(land, hamlet, periods.today())


def test_a_registration_stands_until_it_is_decided(land: Land) -> None:
    made = registering.registering(make_campaign.campaigning(land))
    registering.begun(made, made.coquan, made.school, UnitKind.SCHOOL, made.community)
    entry = replace(
        acts.entry_of(made.school), last_day=periods.today(), end_basis="Quyết định 7/QĐ-UBND"
    )
    with pytest.raises(EntryError) as refused:
        acts.save_row(
            land.sogddt, land.commune, UnitKind.SCHOOL, Row(made.school.unit_id), entry, 1
        )
    said = refused.value.errors["last_day"]
    assert "đăng ký của Trường THPT Đại An" in said
    assert "cán bộ" in said  # who is appointed there
