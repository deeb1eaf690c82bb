"""What rules and rows of other rooms do to commendations: deadlines, ended units, the
demonstration."""

import datetime

import pytest
from django.apps import apps
from django.utils import translation

from accounts.models import User
from awards import demo_awards, demo_council, demo_decisions, remains
from awards.models import LoadedRecord, Nomination
from awards.nominating import checking
from campaign.models import DeadlineMatter, RoundDeadline
from core import journal, periods
from tests import award_factories as af
from tests.award_factories import Awarding
from tests.awards import deciding as make
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

TODAY = periods.today()
BASIS = "Công văn số 12/SNV-TĐKT"


@pytest.fixture
def made() -> Awarding:
    return af.awarding()


def due(made: Awarding, place: Placement, kind: str, days: int) -> None:
    with journal.act("test"):
        RoundDeadline.objects.create(
            round=made.setting.round,
            matter=DeadlineMatter.NOMINATION,
            subject_kind=kind,
            territory=place.unit,
            due_on=TODAY + datetime.timedelta(days=days),
            basis=BASIS,
        )


def said(found: Nomination) -> list[tuple[str, bool, str]]:
    """What the pre-check says of deadlines."""
    with translation.override("en"):
        (findings,) = checking.findings_of([af.fresh(found)]).values()
        words = ("Until when", "The deadline")
        return [
            (one.text, one.blocks, one.article) for one in findings if one.text.startswith(words)
        ]


def test_without_a_deadline_it_is_not_configured(made: Awarding) -> None:
    unset = [("Until when it may be proposed is not configured.", False, "")]
    found = af.nomination(made)
    assert said(found) == unset
    due(made, made.land.province, UnitKind.HOUSEHOLD, -1)
    due(made, made.land.other_province, UnitKind.HAMLET, -1)
    assert said(found) == unset
    assert said(af.nomination(made, form=made.high)) == unset


def test_a_draft_after_the_deadline_is_not_sent(made: Awarding) -> None:
    due(made, made.land.province, UnitKind.HAMLET, -1)
    day = TODAY - periods.ONE_DAY
    assert said(af.nomination(made)) == [
        (f"The deadline has passed: it was to be sent by {day:%d/%m/%Y}.", True, BASIS)
    ]


def test_on_the_day_itself_it_is_in_time(made: Awarding) -> None:
    due(made, made.land.province, UnitKind.HAMLET, 0)
    assert said(af.nomination(made)) == []


def test_who_was_in_time_completes_it_after_the_deadline(made: Awarding) -> None:
    received = af.nomination(made, state="received")
    due(made, made.land.province, UnitKind.HAMLET, -1)
    assert said(received) == []
    returned = af.step("return", received, made.land.xa)
    day = TODAY - periods.ONE_DAY
    assert said(returned) == [
        (f"The deadline was {day:%d/%m/%Y}; it was returned for completion.", False, BASIS)
    ]


def test_a_unit_does_not_end_over_a_decision_that_is_not_published() -> None:
    there = make.deciding()
    unit = there.made.land.commune.unit_id
    decision = make.carried(there, make.draft(there, make.appraised(there)), "issued")
    with translation.override("en"):
        assert list(remains.decisions(unit, TODAY)) == [
            "decision 05/QĐ-UBND on Giấy khen của Chủ tịch UBND xã (issued)"
        ]
    make.carried(there, decision, "published")
    assert list(remains.decisions(unit, TODAY)) == []


def test_all_that_commendations_keep_goes_with_the_demonstration() -> None:
    people = User.objects.none()
    removed = {
        rows.model
        for rows in (
            *demo_decisions.rows(people),
            *demo_council.rows(),
            *demo_awards.rows(people),
        )
    }
    kept = {LoadedRecord}  # of the plan files
    assert removed | kept == set(apps.get_app_config("awards").get_models())
