"""A draft tried on real answers beside the version before, without touching anybody's."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from core import journal
from core.models import JournalEntry
from criteria import assessing
from criteria.drafting import trying, writing
from criteria.drafting.trying import Row
from criteria.models import Assessment, SetDraft, SetTrial
from criteria.outcome import Status
from tests import criteria_factories as make
from tests import factories
from tests.criteria.drafts import administrator, now, put
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NUMBER = {"kind": "number", "unit": "lớp", "at_least": "5"}


@pytest.fixture
def setting() -> Campaigning:
    """A set of one word, one number and one share."""
    share = {"kind": "share", "numerator": "a", "denominator": "b", "at_least": "50"}
    return make.campaigning(rules=({"kind": "attested", "partly_is_enough": True}, NUMBER, share))


@pytest.fixture
def keeper(setting: Campaigning) -> User:
    return administrator("qttinh", setting.land.province)


@pytest.fixture
def draft(setting: Campaigning, keeper: User) -> SetDraft:
    return writing.begin(keeper, setting.criteria_set)


def answered(setting: Campaigning, person: User, classes: str, says: str = "yes") -> Assessment:
    """The person's commune says: that, so many classes, six of ten."""
    assessment = make.begun(setting, person)
    values = {"value": says}, {"value": classes}, {"numerator": "6", "denominator": "10"}
    for criterion, value in zip(setting.criteria, values, strict=True):
        assessing.save_answer(
            assessment.pk, criterion.pk, person, value=value, note="Lời kín", version=0
        )
    return assessment


def tried(draft: SetDraft, person: User) -> list[Row]:
    return trying.rows_of(trying.order(person, now(draft)), person)


def test_both_versions_judge_the_same_answers(
    setting: Campaigning, draft: SetDraft, keeper: User
) -> None:
    few, many = answered(setting, setting.land.xa, "5"), answered(setting, setting.land.xa2, "9")
    before = Assessment.objects.order_by("pk").values_list("result", "criteria_set_id")
    standing = list(before)
    put(draft, keeper, "X-2", rule={**NUMBER, "at_least": "8"})
    rows = tried(draft, keeper)
    differing = (("X-2", Status.MET, Status.NOT_MET),)
    assert rows == [
        Row(few.pk, Status.MET, Status.NOT_MET, differing),
        Row(many.pk, Status.MET, Status.MET, ()),
    ]
    assert list(before.all()) == standing


def test_it_says_how_many_would_pass(setting: Campaigning, draft: SetDraft, keeper: User) -> None:
    answered(setting, setting.land.xa, "5")
    answered(setting, setting.land.xa2, "9")
    put(draft, keeper, "X-2", rule={**NUMBER, "at_least": "8"})
    found = trying.summary(tried(draft, keeper))
    assert (found.number, found.passed_before, found.passed_after) == (2, 2, 1)
    assert (found.newly, found.no_longer, found.differ) == (0, 1, 1)


def test_a_value_for_another_question_does_not_count(
    setting: Campaigning, draft: SetDraft, keeper: User
) -> None:
    answered(setting, setting.land.xa, "5")
    put(draft, keeper, "X-1", rule={"kind": "score", "max": "10"})
    put(draft, keeper, "X-2", rule={**NUMBER, "unit": "buổi"})
    put(draft, keeper, "X-4", rule={"kind": "attested"})
    ((_code, _before, first), (_code2, _before2, second)) = tried(draft, keeper)[0].criteria
    assert (first, second) == (Status.UNANSWERED, Status.UNANSWERED)


def test_only_the_territory_that_its_person_reads_is_tried(
    setting: Campaigning, draft: SetDraft, keeper: User
) -> None:
    land = setting.land
    answered(setting, land.xa, "5")
    elsewhere = factories.place(UnitKind.COMMUNE, "Xã ngoài", land.other_province)
    clerk = factories.user("ngoai")
    factories.appoint(clerk, "commune_officer", elsewhere)
    with journal.act("test"):
        copied = Assessment.objects.get()
        Assessment.objects.create(
            round=setting.round, criteria_set=setting.criteria_set, unit=elsewhere.unit,
            placement=elsewhere, path=elsewhere.path, begun_by=clerk, answered=1,
        )  # fmt: skip
    assert [row.assessment_id for row in tried(draft, keeper)] == [copied.pk]


def test_a_worker_tries_what_is_many(
    setting: Campaigning, draft: SetDraft, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = answered(setting, setting.land.xa, "5")
    monkeypatch.setattr(trying, "AT_ONCE", 0)
    waiting = trying.order(keeper, now(draft))
    assert SetTrial.objects.get(pk=waiting.pk).rows is None
    trying.run(waiting.pk)
    trying.run(waiting.pk)
    done = SetTrial.objects.get(pk=waiting.pk)
    assert [row.assessment_id for row in trying.rows_of(done, keeper)] == [one.pk]
    trying.run(0)  # replaced meanwhile


def test_the_last_trial_of_a_person_stays_and_the_journal_holds_no_row_of_it(
    setting: Campaigning, draft: SetDraft, keeper: User
) -> None:
    answered(setting, setting.land.xa, "5")
    tried(draft, keeper)
    tried(draft, keeper)
    assert SetTrial.objects.count() == 1
    kept = JournalEntry.objects.filter(act="set_draft.try").values_list("after", flat=True)
    assert all("met" not in str(after) for after in kept)


def test_the_page_shows_units_and_differences_and_the_sheet_the_same(
    setting: Campaigning, draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    answered(setting, setting.land.xa, "5")
    answered(setting, setting.land.xa2, "9")
    put(draft, keeper, "X-2", rule={**NUMBER, "at_least": "8"})
    browser, url = client_of(keeper), f"/criteria/drafts/{draft.pk}/trial/"
    assert "bên cạnh" in browser.get(url).content.decode()
    assert browser.post(url).status_code == 302
    page = browser.get(url)
    assert [row.name for row in page.context["page"]] == [
        setting.land.commune.name,
        setting.land.sibling.name,
    ]
    assert "Lời kín" not in page.content.decode()
    changed = browser.get(url, {"changed": "on"})
    assert [row.criteria_words for row in changed.context["page"]] == ["X-2: Đạt → Không đạt"]
    sheet = browser.get(f"{url}export/", {"changed": "on"})
    rows = list(load_workbook(BytesIO(sheet.content)).active.values)  # type: ignore[union-attr]
    assert rows[0] == (
        "Đơn vị",
        "Thuộc địa bàn",
        "Theo phiên bản trước",
        "Theo dự thảo",
        "Tiêu chí có khác",
    )
    assert rows[1][0] == setting.land.commune.name
    assert len(rows) == 2
    put(draft, keeper, "X-2", rule=NUMBER)
    assert browser.get(url).context["outdated"] is True


def test_without_answers_there_is_nothing_to_try_it_on(
    draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    page = client_of(keeper).post(f"/criteria/drafts/{draft.pk}/trial/", follow=True)
    assert "Chưa đơn vị nào" in page.content.decode()
    assert not SetTrial.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    setting: Campaigning, draft: SetDraft, keeper: User, client_of: ClientOf, many: int
) -> None:
    for number in range(many):
        place = factories.place(UnitKind.COMMUNE, f"Xã {number}", setting.land.province)
        clerk = factories.user(f"xa-{number}")
        factories.appoint(clerk, "commune_officer", place)
        assessment = assessing.begin(clerk, setting.round, place)
        for criterion in setting.criteria[:2]:
            value: dict[str, Any] = {"value": "yes" if criterion.code == "X-1" else "7"}
            assessing.save_answer(
                assessment.pk, criterion.pk, clerk, value=value, note="", version=0
            )
    standing = now(draft)
    with CaptureQueriesContext(connection) as asked:
        trying.order(keeper, standing)
    assert len(asked.captured_queries) == 19
    browser = client_of(keeper)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(f"/criteria/drafts/{draft.pk}/trial/").status_code == 200
    assert len([q for q in asked.captured_queries if q["sql"].startswith("SELECT")]) == 6
