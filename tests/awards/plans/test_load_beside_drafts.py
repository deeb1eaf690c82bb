"""`manage.py load_plans` beside what was drafted and published in the portal (decision 60)."""

import datetime
import io

import pytest
from django.core.management import call_command

from accounts.models import User
from awards.plans.rows.criteria import make_way
from core import journal, periods
from core.models import JournalEntry
from criteria.drafting import writing
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import CriteriaSet, SetDraft
from tests import factories, loaded_plans
from tests.factories import Land

pytestmark = pytest.mark.django_db
CODE = "cong-dong-hoc-tap-xa-muc-1"
DAY = periods.today() + datetime.timedelta(days=1)


@pytest.fixture
def admins(land: Land) -> tuple[User, User]:
    loaded_plans.load(land)
    people = factories.user("quantri"), factories.user("quantri2")
    for person in people:
        factories.appoint(person, "administrator", land.country)
    return people


@pytest.fixture
def draft(admins: tuple[User, User]) -> SetDraft:
    draft = writing.begin(admins[0], CriteriaSet.objects.get(code=CODE))
    values = {"name": "Tên mới", "period": periods.between(DAY, None)}
    writing.change_set(admins[0], draft.pk, values, 1)
    return draft


def load() -> None:
    call_command("load_plans", stdout=io.StringIO())


def sets() -> list[tuple[object, ...]]:
    found = CriteriaSet.objects.filter(code=CODE).order_by("version")
    return list(found.values_list("version", "name", "period", "published_at"))


def test_a_draft_is_left_alone(draft: SetDraft) -> None:
    before, entries = sets(), JournalEntry.objects.count()
    load()
    assert (sets(), JournalEntry.objects.count()) == (before, entries)
    assert draft.criteria_set.criteria.count() == draft.base.criteria.count()


def test_a_published_version_and_the_end_that_it_set_stay(
    draft: SetDraft, admins: tuple[User, User]
) -> None:
    SET_DRAFT.perform("propose", draft.pk, admins[0])
    SET_DRAFT.perform("publish", draft.pk, admins[1])
    before, entries = sets(), JournalEntry.objects.count()
    load()
    assert (sets(), JournalEntry.objects.count()) == (before, entries)
    old = CriteriaSet.objects.get(code=CODE, version=1)
    assert periods.last_day(old.period) == DAY - periods.ONE_DAY


def test_a_version_of_the_files_takes_its_number_and_the_draft_the_next(draft: SetDraft) -> None:
    """As if version 1 came with the files only now, and the draft had been given its number."""
    with journal.act("test"):
        draft.criteria_set.version = 9
        draft.criteria_set.save()
    with journal.act("test"):
        make_way(CODE, 9)
    draft.criteria_set.refresh_from_db()
    assert draft.criteria_set.version == 10
