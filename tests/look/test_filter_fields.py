"""The fields of the filters above the lists: light, and the same as every other field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

LISTS = ("/assessments/", "/recognitions/", "/criteria/", "/units/")
ClientOf = Callable[[Any], Client]


@pytest.mark.xfail(strict=True, reason="some sixty templates for the filters of one list")
@pytest.mark.parametrize("address", LISTS)
def test_no_template_is_rendered_for_a_filter(
    setting: Campaigning, client_of: ClientOf, address: str
) -> None:
    make.sent(setting)
    answer = client_of(setting.land.tinh).get(address)
    assert answer.status_code == 200
    for_fields = ("bootstrap5/", "django/forms/")
    assert [one.name for one in answer.templates if one.name.startswith(for_fields)] == []
