"""A criterion without a rule says so in one way: NULL."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import JSONField, Value

from core import journal
from criteria.models import Criterion
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db


def criterion_without_source(setting: Campaigning, rule: Any) -> Criterion:
    """A criterion of which only its name is known, in a set that is still being written."""
    draft, criterion = setting.criteria_set, setting.criteria[0]
    draft.pk, draft.code, draft.published_at = None, "nhap", None
    draft.save(force_insert=True)
    criterion.pk, criterion.criteria_set = None, draft
    criterion.status, criterion.rule = Criterion.Status.NO_SOURCE, rule
    criterion.save(force_insert=True)
    return criterion


def test_no_rule_is_null(setting: Campaigning) -> None:
    with journal.act("test"):
        criterion = criterion_without_source(setting, None)
    assert Criterion.objects.filter(rule__isnull=True).get() == criterion


@pytest.mark.parametrize("empty", [{}, Value(None, JSONField())], ids=["{}", "json null"])
def test_nothing_else_means_that(setting: Campaigning, empty: Any) -> None:
    with pytest.raises(IntegrityError, match="criterion_rule_is_whole"), journal.act("test"):
        criterion_without_source(setting, empty)
