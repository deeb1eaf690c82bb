"""Open self-assessments stay on their version, or are carried over by an act that shows beforehand
what becomes of each answer, and that is undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import jobs, journal
from core.models import Job, JobItem, JournalEntry, Notice
from criteria import assessing, evaluation, history
from criteria.drafting import carrying, writing
from criteria.models import Answer, Assessment, CarryOver, CriteriaSet
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria.drafts import TODAY, administrator, published, put
from tests.criteria.test_filling_evidence import picture
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NUMBER = {"kind": "number", "unit": "lớp", "at_least": "5"}
FATES = [("X-1", "kept"), ("X-2", "reworded"), ("X-3", "anew"), ("X-5", "added"),
         ("X-4", "dropped")]  # fmt: skip


@pytest.fixture
def setting() -> Campaigning:
    """Four criteria: what becomes of each is another."""
    return make.campaigning(rules=({"kind": "attested"}, NUMBER, NUMBER, {"kind": "attested"}))


@pytest.fixture
def keeper(setting: Campaigning) -> User:
    return administrator("qttinh", setting.land.province)


def answered(setting: Campaigning) -> Assessment:
    """Everything is answered with words, and the third and fourth with a file."""
    person = setting.land.xa
    assessment = make.begun(setting, person)
    for criterion, value in zip(setting.criteria, ("yes", "5", "7", "yes"), strict=True):
        assessing.save_answer(
            assessment.pk, criterion.pk, person, value={"value": value}, note="Lời", version=0
        )
    for criterion in setting.criteria[2:]:
        assessing.add_evidence(assessment.pk, criterion.pk, person, picture())
    return Assessment.objects.get(pk=assessment.pk)


@pytest.fixture
def assessment(setting: Campaigning) -> Assessment:
    return answered(setting)


def publish_later(setting: Campaigning, keeper: User) -> CriteriaSet:
    """A version published today: the second by another threshold, the third asks otherwise, the
    fourth is gone, one is new."""
    draft = writing.begin(keeper, setting.criteria_set)
    put(draft, keeper, "X-2", rule={**NUMBER, "at_least": "6"})
    put(draft, keeper, "X-3", rule={**NUMBER, "unit": "buổi"})
    put(draft, keeper, "X-5", rule={"kind": "attested"})
    writing.remove(keeper, draft.pk, draft.criteria_set.criteria.get(code="X-4").pk)
    second = administrator("qttinh2", setting.land.province)
    return published(draft, keeper, second, TODAY)


@pytest.fixture
def later(setting: Campaigning, assessment: Assessment, keeper: User) -> CriteriaSet:
    """Published after the commune has answered."""
    return publish_later(setting, keeper)


def carried(keeper: User, later: CriteriaSet) -> Job:
    """What the page shows is ordered and done."""
    fates = {one.pk: carrying.fates_to(one, later) for one in carrying.sources(keeper, later)}
    going = [p.target for p in carrying.prospects(keeper, later, fates) if not p.why_not]
    job = carrying.order(keeper, later, going, "Theo quyết định mới")
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def outcomes(job: Job) -> list[tuple[str, str]]:
    return list(JobItem.objects.filter(job=job).values_list("state", "message"))


def standing(assessment: Assessment) -> list[tuple[Any, ...]]:
    """Everything that undoing has to give back."""
    names = ("pk", "criterion_id", "value", "note", "version", "saved_by", "saved_at", "verdict",
             "verdict_reason", "verified_by", "verified_at", "judged_outcome")  # fmt: skip
    one = Assessment.objects.filter(pk=assessment.pk)
    return [
        *Answer.objects.filter(assessment=assessment).order_by("pk").values_list(*names),
        *assessment.evidence.order_by("pk").values_list("pk", "criterion_id"),
        *one.values_list("criteria_set_id", "state", "answered", "asked", "result"),
    ]


def test_the_page_says_beforehand_what_becomes_of_each_answer(
    setting: Campaigning,
    later: CriteriaSet,
    assessment: Assessment,
    keeper: User,
    client_of: ClientOf,
) -> None:
    page = client_of(keeper).get("/criteria/cap-xa/2/carry/")
    ((_version, fates),) = page.context["versions"]
    assert [(fated.code, str(fated.fate)) for fated, _words in fates] == FATES
    ((one, numbers),) = page.context["going"]
    assert one.target.key == str(assessment.pk)
    assert [number for number, _words in numbers] == [1, 1, 1, 1]
    assert Assessment.objects.get().criteria_set == setting.criteria_set


def test_what_is_kept_stands_and_what_is_not_is_asked_anew(
    setting: Campaigning, later: CriteriaSet, keeper: User
) -> None:
    job = carried(keeper, later)
    assert [state for state, _message in outcomes(job)] == ["done"]
    now = Assessment.objects.get()
    assert (now.criteria_set, now.asked, now.answered) == (later, 4, 2)
    found = now.answers.order_by("criterion__order")
    assert list(found.values_list("criterion__code", "value", "note")) == [
        ("X-1", {"value": "yes"}, "Lời"),
        ("X-2", {"value": "5"}, "Lời"),
        ("X-3", {}, "Lời"),
    ]
    assert now.result["criteria"]["X-2"]["status"] == "not_met"
    pieces = now.evidence.order_by("pk").values_list("criterion__criteria_set", "criterion__code")
    assert list(pieces) == [(later.pk, "X-3"), (setting.criteria_set.pk, "X-4")]
    assert JournalEntry.objects.filter(act="assessment.carry_over").exists()


def test_undoing_gives_everything_back(
    assessment: Assessment, later: CriteriaSet, keeper: User
) -> None:
    before = standing(assessment)
    job = carried(keeper, later)
    assert standing(assessment) != before
    undone = jobs.undo(job.pk, keeper, reason="Nhầm")
    jobs.run(undone.pk)
    assert outcomes(undone) == [("done", "")]
    assert standing(assessment) == before


def test_a_returned_one_keeps_the_marks_where_nothing_changed(
    setting: Campaigning, keeper: User
) -> None:
    assessment = answered(setting)
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
    for criterion in setting.criteria[:2]:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="to_correct",
                        reason="Thiếu biên bản")  # fmt: skip
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Bổ sung")
    before = standing(assessment)
    new = publish_later(setting, keeper)
    job = carried(keeper, new)
    verdicts = Answer.objects.filter(assessment=assessment).order_by("criterion__order")
    assert list(verdicts.values_list("verdict", flat=True)) == ["to_correct", "", ""]
    now = Assessment.objects.select_related("criteria_set__document").get()
    form = evaluation.form_of(now.criteria_set)
    events = history.events_of(now)
    assert history.lines(now, form, events)[0].label == (
        "Chuyển sang phiên bản sau của bộ tiêu chí"
    )
    for criterion in new.criteria.exclude(code="X-2"):
        value = {"value": "6" if criterion.code == "X-3" else "partly"}
        version = Answer.objects.filter(criterion=criterion).first()
        assessing.save_answer(
            now.pk, criterion.pk, setting.land.xa, value=value, note="Lời",
            version=version.version if version else 0,
        )  # fmt: skip
    jobs.run(jobs.undo(job.pk, keeper, reason="Nhầm").pk)
    assert standing(assessment) != before  # the unit has gone on with it
    ASSESSMENT.perform("send", now.pk, setting.land.xa)
    now.refresh_from_db()
    revised = history.revised(form, history.events_of(now))
    assert sorted(revised) == ["X-1", "X-3", "X-5"]
    assert revised["X-1"].asked == "Thiếu biên bản"
    assert history.lines(now, form, history.events_of(now))


def test_what_was_sent_is_judged_by_what_it_was_sent_under(
    setting: Campaigning, keeper: User, client_of: ClientOf
) -> None:
    assessment = answered(setting)
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    publish_later(setting, keeper)
    page = client_of(keeper).get("/criteria/cap-xa/2/carry/")
    assert page.context["going"] == []
    (one,) = page.context["staying"]
    assert "đã gửi" in one.why_not


def test_a_confirmed_one_is_not_even_named(setting: Campaigning, keeper: User) -> None:
    assessment = answered(setting)
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
    for criterion in setting.criteria:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="accepted")
    ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)
    new = publish_later(setting, keeper)
    assert carrying.sources(keeper, new) == []


def test_what_was_shown_otherwise_is_refused(
    setting: Campaigning, later: CriteriaSet, assessment: Assessment, keeper: User
) -> None:
    fates = {one.pk: carrying.fates_to(one, later) for one in carrying.sources(keeper, later)}
    (shown,) = carrying.prospects(keeper, later, fates)
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    job = carrying.order(keeper, later, [shown.target], "Theo quyết định")
    jobs.run(job.pk)
    ((state, message),) = outcomes(job)
    assert (state, "thay đổi" in message) == ("refused", True)


def test_the_unit_is_told_and_told_when_it_is_undone(
    setting: Campaigning, later: CriteriaSet, keeper: User
) -> None:
    job = carried(keeper, later)
    told = Notice.objects.filter(kind="assessment.carried", corrects=None)
    people = {setting.land.xa.pk, setting.land.lanhdaoxa.pk}
    assert set(told.values_list("recipient", flat=True)) == people
    jobs.run(jobs.undo(job.pk, keeper, reason="Nhầm").pk)
    assert not told.filter(withdrawn_at=None).exists()


def test_a_reason_is_needed_and_the_page_says_so(
    setting: Campaigning, later: CriteriaSet, keeper: User, client_of: ClientOf
) -> None:
    browser = client_of(keeper)
    page = browser.get("/criteria/cap-xa/2/carry/")
    refused = browser.post("/criteria/cap-xa/2/carry/", {"shown": page.context["shown"]})
    assert refused.status_code == 422
    forged = {"shown": "junk", "reason": "Vì"}
    assert browser.post("/criteria/cap-xa/2/carry/", forged).status_code == 422
    sent = {"shown": page.context["shown"], "reason": "Theo quyết định mới"}
    assert browser.post("/criteria/cap-xa/2/carry/", sent).status_code == 302
    assert Job.objects.get().kind == carrying.CARRY
    assert not CarryOver.objects.exists()  # a worker does it


def test_nobody_else_carries_over(
    setting: Campaigning, later: CriteriaSet, client_of: ClientOf
) -> None:
    for person, status in ((setting.land.xa, 403), (setting.land.tinh, 403)):
        assert client_of(person).get("/criteria/cap-xa/2/carry/").status_code == status
    other = administrator("qtkhac", setting.land.other_province)
    assert client_of(other).get("/criteria/cap-xa/2/carry/").status_code == 403


@pytest.mark.parametrize("many", [1, 2])
def test_the_number_of_queries_does_not_grow(
    setting: Campaigning, later: CriteriaSet, keeper: User, client_of: ClientOf, many: int
) -> None:
    if many == 2:
        land = setting.land
        with journal.act("test"):
            Assessment.objects.create(
                round=setting.round, criteria_set=setting.criteria_set, unit=land.sibling.unit,
                placement=land.sibling, path=land.sibling.path, begun_by=land.xa2,
            )  # fmt: skip
    browser = client_of(keeper)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/criteria/cap-xa/2/carry/")
    assert len(page.context["going"]) == many
    assert len([q for q in asked.captured_queries if q["sql"].startswith("SELECT")]) == 9
