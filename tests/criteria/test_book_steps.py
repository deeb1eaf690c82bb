"""Many rows of a book carried on: sent by the hamlet, received and confirmed by its commune."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import jobs
from core.models import Job
from criteria import assessing
from criteria.books import reading, saving
from criteria.books.book import Book
from criteria.models import Answer, Assessment
from criteria.workflow import ASSESSMENT
from tests import factories
from tests.criteria.test_books import ask, book_of, entry, households
from tests.criteria.test_routing import route
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
FRAME = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")
HOUSEHOLD, CITIZEN = UnitKind.HOUSEHOLD, UnitKind.CITIZEN


@pytest.fixture
def village(setting: Campaigning) -> Village:
    """Households of a hamlet, whose commune receives."""
    found = ask(setting)
    route(setting.land.province, HOUSEHOLD, CITIZEN, above=UnitKind.COMMUNE)
    return found


def assessed(village: Village, number: int) -> Book:
    """A book in which so many households are assessed by the head of the hamlet."""
    members = households(village, number)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, one, "yes") for one in members])
    return book


def address(village: Village, step: str) -> str:
    return f"/assessments/books/{village.hamlet.unit_id}/household/emulation/{step}/"


def carry(client: Client, village: Village, step: str, **data: str) -> Job:
    """Order a step for all that the page offers, and do it."""
    page = client.get(address(village, step))
    rows = [one.key for one in page.context["going"]]
    answer = client.post(address(village, step), {"row": rows, **data})
    assert answer.status_code == 302
    job = Job.objects.latest("pk")
    assert answer.url == f"/jobs/{job.pk}/"
    jobs.run(job.pk)
    return job


def states(book: Book) -> list[str]:
    return sorted(book.begun.values_list("state", flat=True))


def outcomes(job: Job) -> list[str]:
    return list(job.items.values_list("state", flat=True))


def test_what_the_review_of_a_household_asks(village: Village, client_of: ClientOf) -> None:
    book = assessed(village, 1)
    carry(client_of(village.thon), village, "send")
    carry(client_of(village.xa), village, "receive")
    xa, url = client_of(village.xa), f"/assessments/{book.begun.get().pk}/review/"
    with CaptureQueriesContext(connection) as queries:
        page = xa.get(url)
    assert page.status_code == 200
    assert sum(not one["sql"].startswith(FRAME) for one in queries) == 12


def test_a_hamlet_sends_what_is_assessed_and_its_commune_confirms_it(
    village: Village, client_of: ClientOf
) -> None:
    book = assessed(village, 2)
    households(village, 1)  # not assessed: it is left as it is
    thon, xa = client_of(village.thon), client_of(village.xa)
    assert outcomes(carry(thon, village, "send")) == ["done", "done"]
    assert states(book) == ["sent", "sent"]
    assert outcomes(carry(xa, village, "receive")) == ["done", "done"]
    assert outcomes(carry(xa, village, "accept")) == ["done", "done"]
    assert states(book) == ["confirmed", "confirmed"]
    verdicts = Answer.objects.values_list("verdict", "verified_by__username")
    assert set(verdicts) == {("accepted", "xa")}
    receivers = book.begun.values_list("receiver", flat=True)
    assert set(receivers) == {village.land.commune.unit_id}


def test_the_first_page_names_what_waits_to_who_receives_it_alone(
    village: Village, client_of: ClientOf
) -> None:
    assessed(village, 2)
    carry(client_of(village.thon), village, "send")
    studious = factories.user("hoikhxa")
    factories.appoint(studious, "commune_study_officer", village.land.commune)
    sentence = "2 bản tự đánh giá chờ Xã Đại An tiếp nhận hoặc thẩm định."
    found = {
        user.username: sentence in client_of(user).get("/").content.decode()
        for user in (village.xa, village.land.lanhdaoxa, studious)
    }
    assert found == {"xa": True, "lanhdaoxa": True, "hoikhxa": False}


def test_confirming_many_is_undone_with_a_reason(village: Village, client_of: ClientOf) -> None:
    book = assessed(village, 1)
    carry(client_of(village.thon), village, "send")
    xa = client_of(village.xa)
    carry(xa, village, "receive")
    job = carry(xa, village, "accept")
    back = jobs.undo(job.pk, village.xa, reason="Nhầm danh sách")
    jobs.run(back.pk)
    assert states(book) == ["received"]


def test_a_verdict_that_was_given_stands(village: Village, client_of: ClientOf) -> None:
    """What is marked for correction is not accepted with the rest."""
    book = assessed(village, 2)
    carry(client_of(village.thon), village, "send")
    xa = client_of(village.xa)
    carry(xa, village, "receive")
    marked = book.begun.order_by("pk").first()
    assert marked is not None
    assessing.judge(
        marked.pk,
        book.parts[0].criterion.pk,
        village.xa,
        verdict="to_correct",
        reason="Thiếu giấy chứng nhận",
    )
    page = xa.get(address(village, "accept"))
    assert [one.target.label for one in page.context["going"]] == ["Hộ gia đình số 2, Ấp Cây Da"]
    (left,) = page.context["staying"]
    assert left.target.label == "Hộ gia đình số 1, Ấp Cây Da"
    carry(xa, village, "accept")
    assert states(book) == ["confirmed", "received"]


def test_many_are_returned_with_one_reason_and_sent_again(
    village: Village, client_of: ClientOf
) -> None:
    book = assessed(village, 2)
    thon, xa = client_of(village.thon), client_of(village.xa)
    carry(thon, village, "send")
    carry(xa, village, "receive")
    refused = xa.post(address(village, "return"), {"row": ["1-1"]})
    assert refused.status_code == 422
    carry(xa, village, "return", reason="Đề nghị rà soát lại danh sách")
    assert states(book) == ["returned", "returned"]
    page = thon.get(f"/assessments/books/{village.hamlet.unit_id}/household/emulation/")
    assert [one.number for one in page.context["actions"]] == [2]  # to send
    assert outcomes(carry(thon, village, "send")) == ["done", "done"]


def test_only_what_is_chosen_goes_on_and_only_as_it_was_seen(
    village: Village, client_of: ClientOf
) -> None:
    book = assessed(village, 2)
    thon = client_of(village.thon)
    offered = [one.key for one in thon.get(address(village, "send")).context["going"]]
    thon.post(address(village, "send"), {"row": offered[:1]})
    jobs.run(Job.objects.latest("pk").pk)
    assert states(book) == ["draft", "sent"]
    xa = client_of(village.xa)
    (seen,) = [one.key for one in xa.get(address(village, "receive")).context["going"]]
    sent = book.begun.get(state="sent")
    ASSESSMENT.perform("take_back", sent.pk, village.thon)
    ASSESSMENT.perform("send", sent.pk, village.thon)
    answer = xa.post(address(village, "receive"), {"row": [seen]})
    assert answer.status_code == 422
    assert "Chưa chọn dòng nào." in answer.content.decode()
    assert states(book) == ["draft", "sent"]


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("draft", {"thon": {"send"}, "xa": {"send"}, "lanhdaoxa": {"send"}}),
        (
            "sent",
            {
                "thon": {"take_back"},
                "xa": {"take_back", "receive"},
                "lanhdaoxa": {"take_back", "receive"},
            },
        ),
        (
            "received",
            {"thon": set(), "xa": {"accept", "return"}, "lanhdaoxa": {"accept", "return"}},
        ),
    ],
)
def test_each_sees_the_steps_of_their_own_side(
    village: Village, state: str, offered: dict[str, set[str]]
) -> None:
    book = assessed(village, 1)
    assessment = book.begun.get()
    for step, person in {"sent": "thon", "received": "xa"}.items():
        if state != "draft" and (step == "sent" or state == "received"):
            name = "send" if step == "sent" else "receive"
            ASSESSMENT.perform(name, assessment.pk, User.objects.get(username=person))
    found = {
        name: set(reading.situation(book, User.objects.get(username=name)).waiting)
        for name in offered
    }
    assert found == offered


def test_who_assessed_for_the_hamlet_is_told_why_a_colleague_confirms(
    village: Village, client_of: ClientOf
) -> None:
    members = households(village, 1)
    book = book_of(village)
    saving.save(village.xa, book, [entry(book, members[0], "yes")])
    carry(client_of(village.thon), village, "send")
    page = client_of(village.xa).get(address(village, "receive"))
    assert page.context["going"] == []
    (left,) = page.context["staying"]
    assert left.why_not == (
        "Không ai tự thẩm định việc của mình: ông/bà đã tham gia lập tự đánh giá này."
    )
    leader = client_of(village.land.lanhdaoxa)
    assert outcomes(carry(leader, village, "receive")) == ["done"]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("xa2", 404),
        ("coquan", 404),
        ("tinh", 403),
        ("sogddt", 403),
        ("xem", 403),
        ("stranger", 403),
    ],
)
def test_the_steps_are_not_found_by_who_acts_elsewhere_and_refused_to_who_acts_nowhere(
    village: Village, client_of: ClientOf, person: str, status: int
) -> None:
    """404 for a role that fills in or sends, but not here: nothing says that the list is there.
    403 with the reason for a role that does so nowhere."""
    assessed(village, 1)
    browser = client_of(User.objects.get(username=person))
    assert browser.get(address(village, "send")).status_code == status
    assert not Job.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_of_a_step_asks_the_same_of_one_row_as_of_three(
    village: Village, client_of: ClientOf, many: int
) -> None:
    assessed(village, many)
    # Two of each are savepoints of a test.
    for person, asked in ((village.thon, 12), (village.xa, 14)):
        browser = client_of(person)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(village, "send"))
        assert len(queries) == asked


# One by itself


def test_a_citizen_s_own_sheet_begins_from_the_list(village: Village, client_of: ClientOf) -> None:
    (member,) = households(village, 1, CITIZEN)
    thon = client_of(village.thon)
    grid = f"/assessments/books/{village.hamlet.unit_id}/citizen/title/"
    url = f"{grid}begin/{member.unit_id}/"
    assert f'href="{url}?round=' in thon.get(grid).content.decode()
    assert "Công dân số 1, Ấp Cây Da" in thon.get(url).content.decode()
    assert not Assessment.objects.exists()
    answer = thon.post(url)
    begun = Assessment.objects.get(unit=member.unit_id)
    assert answer.url == f"/assessments/{begun.pk}/"
    assert (begun.state, begun.asked, begun.begun_by) == ("draft", 10, village.thon)
    assert "Công dân số 1, Ấp Cây Da" in thon.get(answer.url).content.decode()
    for again in (thon.get(url), thon.post(url)):  # what is begun is gone on with
        assert again.url == answer.url
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("person", "status"),
    [("xa2", 404), ("coquan", 404), ("lanhdaoxa", 403), ("tinh", 403), ("stranger", 403)],
)
def test_others_begin_nothing_here_404_and_who_fills_in_nowhere_is_refused_403(
    village: Village, client_of: ClientOf, person: str, status: int
) -> None:
    """As with the steps; the leader of the commune sends for it and fills in nowhere."""
    (member,) = households(village, 1, CITIZEN)
    url = f"/assessments/books/{village.hamlet.unit_id}/citizen/title/begin/{member.unit_id}/"
    browser = client_of(User.objects.get(username=person))
    assert browser.post(url).status_code == status
    assert not Assessment.objects.exists()
