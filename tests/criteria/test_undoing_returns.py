"""A return is taken back, singly, while the unit has not touched what was returned."""

import pytest

from core import notices
from core.workflow import Refused
from criteria import assessing, history
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning
from tests.guards.world import png

pytestmark = pytest.mark.django_db


def test_a_return_is_undone_while_the_unit_has_not_touched_it(setting: Campaigning) -> None:
    land = setting.land
    assessment = make.returned(setting)
    assert list(notices.of(land.xa).values_list("kind", flat=True)) == ["assessment.returned"]
    with pytest.raises(Refused, match="lý do"):
        ASSESSMENT.perform("unreturn", assessment.pk, land.tinh)
    back = ASSESSMENT.perform("unreturn", assessment.pk, land.tinh, reason="Nhầm xã")
    assert (back.state, back.returned_by, back.returned_at) == ("received", None, None)
    assert list(notices.of(land.xa)) == []
    ASSESSMENT.perform("unreceive", assessment.pk, land.tinh)
    assert ASSESSMENT.perform("take_back", assessment.pk, land.xa).state == "draft"


def test_a_return_that_is_undone_leaves_the_one_before(setting: Campaigning) -> None:
    land = setting.land
    first = make.returned(setting)
    for name, person in (("send", land.xa), ("receive", land.tinh), ("return", land.tinh)):
        ASSESSMENT.perform(name, first.pk, person, reason="Còn thiếu")
    back = ASSESSMENT.perform("unreturn", first.pk, land.tinh, reason="Nhầm xã")
    [event] = history.standing_returns(back)
    assert (event.reason, event.submission) == ("Đề nghị bổ sung", 1)
    assert (back.returned_by, back.returned_at) == (land.tinh, event.at)
    ASSESSMENT.perform("unreceive", first.pk, land.tinh)
    assert ASSESSMENT.perform("take_back", first.pk, land.xa).state == "returned"


@pytest.mark.parametrize("touch", ["answer", "evidence"])
def test_a_return_is_not_undone_once_the_unit_completes_it(
    setting: Campaigning, touch: str
) -> None:
    land, criterion = setting.land, setting.criteria[0]
    assessment = make.returned(setting)
    if touch == "answer":
        assessing.save_answer(
            assessment.pk, criterion.pk, land.xa, value={"value": "no"}, note="", version=1
        )
    else:
        assessing.add_evidence(assessment.pk, criterion.pk, land.xa, png())
    with pytest.raises(Refused, match="đã bắt đầu hoàn thiện"):
        ASSESSMENT.perform("unreturn", assessment.pk, land.tinh, reason="Nhầm xã")
    assessment.refresh_from_db()
    assert assessment.state == "returned"
