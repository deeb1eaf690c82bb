"""Verdicts: given one by one, with what their giver saw, by htmx or without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from core.models import JournalEntry
from core.workflow import Refused
from criteria import assessing, sheets
from criteria.assessing import Conflict
from criteria.models import Answer, Assessment, Criterion
from criteria.sheets import seen_of
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.criteria.test_review import words
from tests.criteria_factories import Campaigning
from tests.factories import Land
from tests.races import losers, race, winners

NO_ROLE = "Vai trò của ông/bà không gồm việc này"
NOT_THIS = "Vai trò của ông/bà không có việc thẩm định tự đánh giá của đơn vị này."
pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
RULES: tuple[dict[str, Any], ...] = (
    {"kind": "attested"},
    {"kind": "share", "numerator": "Số hộ đạt", "denominator": "Tổng số hộ", "at_least": "70"},
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
    {"kind": "all_of", "of": ["X-1", "X-2"]},
)
HTMX = {"HX-Request": "true"}
ACCEPT = {"verdict": "accepted"}


@pytest.fixture
def mixed(land: Land) -> Campaigning:
    """A set with one criterion of each manner of judging."""
    return make.campaigning(land, RULES)


@pytest.fixture
def received(mixed: Campaigning) -> Assessment:
    """Answered, sent and received."""
    assessment = make.answered(mixed)
    share = {"numerator": "1200", "denominator": "1500"}
    assessing.save_answer(
        assessment.pk, mixed.criteria[1].pk, mixed.land.xa, value=share, note="", version=0
    )
    ASSESSMENT.perform("send", assessment.pk, mixed.land.xa)
    return ASSESSMENT.perform("receive", assessment.pk, mixed.land.tinh)


def second_officer(setting: Campaigning) -> User:
    """A colleague in the same office."""
    colleague = factories.user("tinh_b", full_name="Trần Văn Đồng")
    factories.appoint(colleague, "emulation_officer", setting.land.home_affairs)
    return colleague


def stored(assessment: Assessment, criterion: Criterion) -> Answer | None:
    """The answer in the database."""
    return Answer.objects.filter(assessment=assessment, criterion=criterion).first()


def seen(assessment: Assessment, criterion: Criterion) -> str:
    """What a page opened now shows of a criterion."""
    assessment.refresh_from_db()
    return seen_of(sheets.read_sheet(Assessment.objects.get(pk=assessment.pk)), criterion)


def judge(
    client: Client,
    assessment: Assessment,
    criterion: Criterion,
    headers: dict[str, str] | None = None,
    **data: str,
) -> Any:
    """Send a verdict as the page does, with what the page shows now unless told otherwise."""
    data.setdefault("seen", seen(assessment, criterion))
    url = f"/assessments/{assessment.pk}/criteria/{criterion.pk}/judge/"
    return client.post(url, data, headers=headers)


def standing(assessment: Assessment, criterion: Criterion) -> tuple[Any, ...]:
    """The verdict in the database: what, value, why, by whom."""
    answer = stored(assessment, criterion)
    if answer is None:
        return ("", None, "", None)
    by = answer.verified_by and answer.verified_by.username
    return answer.verdict, answer.verified_value, answer.verdict_reason, by


NONE = ("", None, "", None)


def test_each_verdict_is_stored_with_who_and_why(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    attested, share, title, _combined = mixed.criteria
    client = client_of(mixed.land.tinh)
    reason = "Theo báo cáo của ngành"
    value = {"numerator": "1.000", "denominator": "1.600"}
    assert judge(client, received, attested, verdict="accepted").status_code == 302
    assert (
        judge(client, received, share, verdict="changed", reason=reason, **value).status_code == 302
    )
    judge(client, received, title, verdict="to_correct", reason="Chưa có\r\nquyết định")
    assert standing(received, attested) == ("accepted", None, "", "tinh")
    assert standing(received, share) == (
        "changed",
        {"numerator": "1000", "denominator": "1600"},
        reason,
        "tinh",
    )
    assert standing(received, title) == ("to_correct", None, "Chưa có\nquyết định", "tinh")
    claimed = stored(received, share)
    assert claimed is not None
    assert claimed.value == {"numerator": "1200", "denominator": "1500"}
    received.refresh_from_db()
    assert received.result["criteria"]["X-2"]["status"] == "not_met"  # type: ignore[index]
    act = JournalEntry.objects.filter(act="assessment.judge", reason=reason).first()
    assert act is not None
    assert act.actor_id == mixed.land.tinh.pk


def test_a_verdict_is_taken_back(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    client, criterion = client_of(mixed.land.tinh), mixed.criteria[0]
    judge(client, received, criterion, verdict="accepted")
    answer = judge(client, received, criterion, verdict="")
    assert standing(received, criterion) == NONE
    assert answer["Location"].endswith(f"#criterion-{criterion.pk}")


def test_htmx_gets_the_panel_and_what_follows_from_it(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    attested, _share, _title, combined = mixed.criteria
    answer = judge(client_of(mixed.land.tinh), received, attested, HTMX, verdict="accepted")
    html = answer.content.decode()
    assert answer.status_code == 200
    for part in (
        f'id="judging-{attested.pk}"',
        f'id="outcome-{attested.pk}" hx-swap-oob="true"',
        f'id="outcome-{combined.pk}" hx-swap-oob="true"',
        'id="result" hx-swap-oob="true"',
        'id="review-steps" hx-swap-oob="true"',
        'id="review-changes" hx-swap-oob="true"',
        "1/3",
    ):
        assert part in html, part


@pytest.mark.parametrize(
    ("number", "data", "sentence"),
    [
        (0, {"verdict": "to_correct", "reason": "  "}, "bước này bắt buộc có lý do"),
        (0, {"verdict": "changed", "value": "no"}, "bước này bắt buộc có lý do"),
        (0, {"verdict": "changed", "value": "yes", "reason": "Trùng"}, "trùng với giá trị"),
        (0, {"verdict": "changed", "reason": "Quên giá trị"}, "Hãy nhập giá trị"),
        (0, {"verdict": "changed", "value": "maybe", "reason": "x"}, "maybe"),
        (
            1,
            {"verdict": "changed", "numerator": "9000", "denominator": "5", "reason": "x"},
            "9.000",
        ),
        (1, {"verdict": "changed", "numerator": "1" * 31, "reason": "x"}, "quá nhiều chữ số"),
        (2, {"verdict": "changed", "reason": "x"}, "không có giá trị để thay đổi"),
        (0, {"verdict": "approved"}, "approved"),
        (0, {"verdict": "to_correct", "reason": "x" * 2001}, "2001"),
        (0, {"verdict": "to_correct", "reason": "a\0b"}, "Lý do có ký tự không lưu được"),
        (0, {"verdict": "accepted", "seen": "x" * 61}, "61"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_cannot_be_is_refused_with_the_reason_and_stays_typed(
    mixed: Campaigning,
    received: Assessment,
    client_of: ClientOf,
    headers: dict[str, str],
    number: int,
    data: dict[str, str],
    sentence: str,
) -> None:
    criterion = mixed.criteria[number]
    answer = judge(client_of(mixed.land.tinh), received, criterion, headers, **data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert standing(received, criterion) == NONE
    assert sentence in html
    assert data.get("reason", "").replace("\0", "") in html  # no page can hold a NUL


def test_what_accepting_partly_concludes_is_said_before_it_is_done(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land, (first, _second, third, _fourth) = setting.land, setting.criteria
    assessment = make.answered(setting)
    for criterion in (first, third):  # of the third, partly is enough
        assessing.save_answer(
            assessment.pk, criterion.pk, land.xa, value={"value": "partly"}, note="", version=1
        )
    for step, person in (("send", land.xa), ("receive", land.tinh)):
        ASSESSMENT.perform(step, assessment.pk, person)
    client = client_of(land.tinh)
    review = f"/assessments/{assessment.pk}/review/"
    html = client.get(review).content.decode()
    sentence = "Chấp nhận là giữ “Một phần”: tiêu chí không đạt"
    panels = dict(re.findall(r'id="judging-(\d+)"(.*?)</section>', html, re.DOTALL))
    assert [key for key, panel in panels.items() if sentence in panel] == [str(first.pk)]
    assert re.findall(r"<legend[^>]*>([^<]+)</legend>", html) == ["Giá trị thẩm định"] * 3
    assessing.judge(assessment.pk, first.pk, land.tinh, verdict="accepted")
    outcomes = sheets.read_sheet(Assessment.objects.get(pk=assessment.pk)).outcome.criteria
    assert outcomes["X-1"].status == "not_met"


def test_the_verdict_of_a_colleague_is_not_overwritten_unseen(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    criterion, colleague = mixed.criteria[0], second_officer(mixed)
    opened = seen(received, criterion)
    judge(client_of(colleague), received, criterion, verdict="accepted")
    client = client_of(mixed.land.tinh)
    mine = {"verdict": "to_correct", "reason": "Thiếu danh sách"}
    answer = judge(client, received, criterion, HTMX, seen=opened, **mine)
    assert answer.status_code == 409
    assert "Trần Văn Đồng vừa kết luận tiêu chí này" in words(answer)
    assert "Thiếu danh sách" in answer.content.decode()
    assert standing(received, criterion) == ("accepted", None, "", "tinh_b")
    # Having seen it, one may replace it.
    assert judge(client, received, criterion, **mine).status_code == 302
    assert standing(received, criterion) == ("to_correct", None, "Thiếu danh sách", "tinh")


def test_a_page_from_before_a_new_sending_judges_nothing(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    land, criterion = mixed.land, mixed.criteria[0]
    opened = seen(received, criterion)
    ASSESSMENT.perform("return", received.pk, land.tinh, reason="Xem lại")
    assessing.save_answer(
        received.pk, criterion.pk, land.xa, value={"value": "no"}, note="Sửa", version=1
    )
    ASSESSMENT.perform("send", received.pk, land.xa)
    ASSESSMENT.perform("receive", received.pk, land.tinh)
    answer = judge(client_of(land.tinh), received, criterion, HTMX, seen=opened, verdict="accepted")
    assert answer.status_code == 409
    assert "tiêu chí này đã thay đổi" in words(answer)
    assert standing(received, criterion) == NONE


def test_nothing_seen_replaces_only_ones_own_verdict(
    mixed: Campaigning, received: Assessment
) -> None:
    criterion, land = mixed.criteria[0], mixed.land
    assessing.judge(received.pk, criterion.pk, land.tinh, verdict="accepted")
    assessing.judge(received.pk, criterion.pk, land.tinh, verdict="to_correct", reason="Nhầm")
    with pytest.raises(Conflict):
        assessing.judge(received.pk, criterion.pk, second_officer(mixed), verdict="accepted")
    assert standing(received, criterion) == ("to_correct", None, "Nhầm", "tinh")


def test_a_criterion_that_combines_takes_no_verdict(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    answer = judge(client_of(mixed.land.tinh), received, mixed.criteria[3], verdict="accepted")
    assert answer.status_code == 403
    assert "Tiêu chí này không kết luận riêng." in words(answer)
    with pytest.raises(Refused):
        assessing.judge(received.pk, mixed.criteria[3].pk, mixed.land.tinh, verdict="accepted")


@pytest.mark.parametrize(
    ("person", "status", "why"),
    [
        ("stranger", 403, NO_ROLE),
        ("expired_deputy", 403, NO_ROLE),
        ("xem", 403, NO_ROLE),
        ("xa", 403, NOT_THIS),  # they review what they manage
        ("lanhdaoxa", 403, NOT_THIS),
        ("sogddt", 403, NOT_THIS),
        ("xa2", 404, ""),
        ("far_tinh", 404, ""),
    ],
)
def test_nobody_else_judges(
    mixed: Campaigning,
    received: Assessment,
    client_of: ClientOf,
    person: str,
    status: int,
    why: str,
) -> None:
    client = client_of(getattr(mixed.land, person))
    answer = judge(client, received, mixed.criteria[0], verdict="accepted")
    assert answer.status_code == status
    assert standing(received, mixed.criteria[0]) == NONE
    assert why in words(answer)


@pytest.mark.parametrize("step", ["unreceive", "return"])
def test_outside_the_review_nothing_is_judged(
    mixed: Campaigning, received: Assessment, client_of: ClientOf, step: str
) -> None:
    ASSESSMENT.perform(step, received.pk, mixed.land.tinh, reason="Chưa rõ")
    answer = judge(client_of(mixed.land.tinh), received, mixed.criteria[0], verdict="accepted")
    assert answer.status_code == 403
    assert standing(received, mixed.criteria[0]) == NONE


@pytest.mark.parametrize("key", ["0", "999999999999", "99999999999999999999999999"])
def test_a_criterion_that_is_not_there_is_404(
    received: Assessment, mixed: Campaigning, client_of: ClientOf, key: str
) -> None:
    url = f"/assessments/{received.pk}/criteria/{key}/judge/"
    assert client_of(mixed.land.tinh).post(url, ACCEPT).status_code == 404


def test_a_get_judges_nothing(
    received: Assessment, mixed: Campaigning, client_of: ClientOf
) -> None:
    url = f"/assessments/{received.pk}/criteria/{mixed.criteria[0].pk}/judge/"
    assert client_of(mixed.land.tinh).get(url).status_code == 405


# Colleagues' verdicts


def poll(client: Client, assessment: Assessment, known: str) -> Any:
    """What a page that shows what is `known` asks every few seconds."""
    url = f"/assessments/{assessment.pk}/review/changes/"
    return client.get(url, {"known": known}, headers=HTMX)


def test_a_colleagues_verdict_arrives_by_itself(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    client, criterion = client_of(mixed.land.tinh), mixed.criteria[0]
    known = client.get(f"/assessments/{received.pk}/review/").context["seen"]
    assert b"hx-swap-oob" not in poll(client, received, known).content
    judge(client_of(second_officer(mixed)), received, criterion, verdict="accepted")
    answer = poll(client, received, known)
    html = answer.content.decode()
    assert [card.criterion for card in answer.context["newer"]] == [criterion]
    assert "Trần Văn Đồng" in html
    assert b"hx-swap-oob" not in poll(client, received, answer.context["seen"]).content


def test_a_verdict_brings_along_what_a_colleague_judged_meanwhile(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    """Else the steps of the page would speak of a verdict that it does not show."""
    client, (attested, share, *_rest) = client_of(mixed.land.tinh), mixed.criteria
    known = client.get(f"/assessments/{received.pk}/review/").context["seen"]
    colleague = client_of(second_officer(mixed))
    judge(colleague, received, share, verdict="to_correct", reason="Thiếu danh sách")
    answer = judge(client, received, attested, HTMX, verdict="accepted", known=known)
    assert [card.criterion for card in answer.context["newer"]] == [share]
    assert "Thiếu danh sách" in answer.content.decode()
    assert answer.context["seen"] == make.seen(received)


def test_the_page_is_told_when_the_review_has_ended(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    client = client_of(mixed.land.tinh)
    known = client.get(f"/assessments/{received.pk}/review/").context["seen"]
    ASSESSMENT.perform("return", received.pk, mixed.land.tinh, reason="Chưa rõ")
    answer = poll(client, received, known)
    assert "không kết luận được ở đây nữa" in words(answer)
    assert b"hx-get" not in answer.content


def test_a_page_of_an_earlier_sending_is_not_brought_up_to_date(
    mixed: Campaigning, received: Assessment, client_of: ClientOf
) -> None:
    """It shows answers that the unit has changed since: the whole page has to be read again."""
    land, client = mixed.land, client_of(mixed.land.tinh)
    known = client.get(f"/assessments/{received.pk}/review/").context["seen"]
    ASSESSMENT.perform("return", received.pk, land.tinh, reason="Chưa rõ")
    ASSESSMENT.perform("send", received.pk, land.xa)
    ASSESSMENT.perform("receive", received.pk, land.tinh)
    assert b"hx-get" not in poll(client, received, known).content


@pytest.mark.parametrize("known", ["", "junk", "1:2", "\0", "9" * 40, "1:1-0.000000 " * 3000])
def test_junk_in_the_question_asks_for_the_whole_page(
    mixed: Campaigning, received: Assessment, client_of: ClientOf, known: str
) -> None:
    answer = poll(client_of(mixed.land.tinh), received, known)
    assert (answer.status_code, b"hx-get" in answer.content) == (200, False)


@pytest.mark.parametrize("criteria", [2, 6])
def test_a_verdict_costs_the_same_whatever_the_number_of_criteria(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    criteria: int,
) -> None:
    setting = make.campaigning(land, ({"kind": "attested"},) * criteria)
    assessment = make.received(setting)
    client = client_of(User.objects.get(pk=land.tinh.pk))
    token = seen(assessment, setting.criteria[0])
    with django_assert_num_queries(34):
        judge(client, assessment, setting.criteria[0], HTMX, verdict="accepted", seen=token)


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_at_once_one_is_kept_and_the_other_is_told(
    mixed: Campaigning, received: Assessment
) -> None:
    criterion, colleague = mixed.criteria[0], second_officer(mixed)
    token = seen(received, criterion)

    def give(user: User, verdict: str) -> Callable[[], Answer]:
        person = User.objects.get(pk=user.pk)
        return lambda: assessing.judge(
            received.pk, criterion.pk, person, verdict=verdict, reason="Cùng lúc", seen=token
        )

    outcomes = race(give(mixed.land.tinh, "accepted"), give(colleague, "to_correct"))
    (kept,) = winners(outcomes)
    assert losers(outcomes) == [Conflict]
    assert standing(received, criterion) == (
        kept.verdict,
        None,
        "Cùng lúc",
        kept.verified_by.username,
    )
    told = next(outcome for outcome in outcomes if isinstance(outcome, Conflict))
    assert told.current.verdict == kept.verdict


@pytest.mark.django_db(transaction=True)
def test_a_verdict_and_the_return_at_once_leave_what_was_returned(
    mixed: Campaigning, received: Assessment
) -> None:
    criterion, land = mixed.criteria[0], mixed.land
    token = seen(received, criterion)
    officer, colleague = User.objects.get(pk=land.tinh.pk), second_officer(mixed)
    outcomes = race(
        lambda: assessing.judge(received.pk, criterion.pk, officer, verdict="accepted", seen=token),
        lambda: ASSESSMENT.perform("return", received.pk, colleague, reason="Chưa rõ"),
    )
    event = received.events.get(transition="return")
    answer = stored(received, criterion)
    assert answer is not None
    assert event.snapshot[criterion.code]["verdict"] == answer.verdict
    assert set(losers(outcomes)) <= {Refused}
