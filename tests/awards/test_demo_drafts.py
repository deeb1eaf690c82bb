"""What the demonstration's administrators drafted and published goes with the demonstration."""

from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from awards import demo_drafts
from campaign.models import Source
from core import journal
from core.workflow import Refused
from criteria.drafting import trying, writing
from criteria.models import Assessment, CriteriaSet, Criterion, SetDraft, SetDraftEvent, SetTrial
from tests import criteria_factories as make
from tests import factories
from tests.criteria.drafts import TODAY, administrator, published, put
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting() -> Campaigning:
    return make.campaigning(factories.land())


@pytest.fixture
def admins(setting: Campaigning) -> tuple[User, User]:
    people = tuple(administrator(name, setting.land.country) for name in ("admin", "admin2"))
    with journal.act("test"):
        demo_people().update(is_demo=True)
    return people


def demo_people() -> QuerySet[User]:
    return User.objects.filter(username__startswith="admin")


def standing() -> list[Any]:
    names = ("code", "version", "period")
    return [
        list(CriteriaSet.objects.order_by("pk").values_list(*names)),
        Criterion.objects.count(),
        Source.objects.count(),
    ]


def removed() -> None:
    nobody = Assessment.objects.none()
    demo_drafts.refuse_real_work(demo_people(), nobody)
    with journal.act("demo.remove"):
        demo_drafts.remove(demo_people())


def test_the_version_before_is_in_force_as_it_was(
    setting: Campaigning, admins: tuple[User, User]
) -> None:
    before = standing()
    make.answered(setting)
    draft = writing.begin(admins[0], setting.criteria_set)
    entered = {"title": "Quyết định", "url": "https://example.org/", "confidence": "found"}
    writing.add_source(admins[0], draft.pk, entered)
    trying.order(admins[1], SetDraft.objects.get(pk=draft.pk))
    new = published(draft, *admins, TODAY)
    second = writing.begin(admins[1], new)
    put(second, admins[1], "X-1", wording="Cách nói mới")
    published(second, admins[1], admins[0], TODAY + (TODAY.resolution * 5))
    assert standing() != before
    removed()
    assert standing() == before
    for model in (SetDraft, SetDraftEvent, SetTrial):
        assert not model.objects.exists()


def test_what_others_published_or_work_by_stays(
    setting: Campaigning, admins: tuple[User, User]
) -> None:
    real = administrator("that", setting.land.country)
    draft = writing.begin(admins[0], setting.criteria_set)
    new = published(draft, admins[0], real, TODAY)
    with pytest.raises(Refused, match="drafts of criteria"):
        removed()
    assert CriteriaSet.objects.filter(pk=new.pk).exists()


def test_who_answered_by_their_version_keeps_it(
    setting: Campaigning, admins: tuple[User, User]
) -> None:
    draft = writing.begin(admins[0], setting.criteria_set)
    published(draft, *admins, TODAY)
    make.begun(setting)
    with pytest.raises(Refused, match="criteria that it published"):
        removed()
