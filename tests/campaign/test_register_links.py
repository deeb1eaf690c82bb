"""What criteria that speak of a register show of it, and what a plan file may say of that."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core import journal
from criteria.models import CriterionRegister
from tests import campaign_factories as campaign
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def link(setting: Campaigning, number: int, register: str) -> None:
    """A criterion speaks of a register."""
    with journal.act("test"):
        CriterionRegister.objects.create(
            criterion=setting.criteria[number - 1], register=register, words="nhiều sáng kiến"
        )


def test_the_form_the_review_and_the_reading_show_what_is_held(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    link(setting, 3, "initiatives")
    campaign.entry(land.xa, land.commune, "Tủ sách", "initiatives")
    campaign.checked(campaign.entry(land.xa, land.commune, "Giờ học", "initiatives"), land.tinh)
    campaign.entry(land.xa2, land.sibling, "Của xã khác", "initiatives")
    campaign.entry(land.xa, land.commune, "Đóng góp")
    draft = make.begun(setting)
    for person, address in (
        (land.xa, f"/assessments/{draft.pk}/"),
        (land.lanhdaoxa, f"/assessments/{draft.pk}/"),
    ):
        page = client_of(person).get(address).content.decode()
        assert "2 mục trong năm đánh giá, 1 đã xác nhận" in page
        assert page.count("/registers/?register=initiatives") == 1
    sent = make.sent(setting, land.xa2)
    page = client_of(land.tinh).get(f"/assessments/{sent.pk}/review/").content.decode()
    assert "1 mục trong năm đánh giá, 0 đã xác nhận" in page


def test_a_criterion_that_speaks_of_none_shows_none(
    setting: Campaigning, client_of: ClientOf
) -> None:
    draft = make.begun(setting)
    page = client_of(setting.land.xa).get(f"/assessments/{draft.pk}/").content.decode()
    assert "/registers/?register=" not in page
