"""Many units at once: each row is a self-assessment like any other, written with the others."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from campaign.models import Round
from core import periods
from core.models import JournalEntry
from criteria import assessing
from criteria.books import reading, saving
from criteria.books.book import Book, open_book
from criteria.books.saving import Entry
from criteria.models import Answer, Assessment
from tests import criteria_factories as campaigns
from tests import factories
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units import personal
from units.models import Measure, Member, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
HOUSEHOLD, CITIZEN, HAMLET = UnitKind.HOUSEHOLD, UnitKind.CITIZEN, UnitKind.HAMLET


@pytest.fixture
def village(setting: Campaigning) -> Village:
    return ask(setting)


def ask(setting: Campaigning) -> Village:
    """Households are asked as Trà Vinh's plan asks them, citizens the ten indicators."""
    place = setting.land.province, setting.document, setting.source
    titled, attested = {"kind": "holds_title", "title": setting.title.code}, {"kind": "attested"}
    campaigns.commune_set(*place, (titled, attested), code="ho", kind=HOUSEHOLD)
    campaigns.commune_set(
        *place,
        ({"kind": "score", "max": 10, "floor": 5},) * 10,
        code="cong-dan",
        kind=CITIZEN,
        purpose="title",
        rule={
            "kind": "score_total",
            "total": 80,
            "relaxed": {"fact": "vung-kho-khan", "total": 70},
        },
    )
    return make.village(setting.land)


def this_year() -> Round:
    return Round.objects.get(assessed_year=periods.today().year)


def households(village: Village, number: int, kind: str = HOUSEHOLD) -> list[Member]:
    return [
        make.member(village.thon, village.hamlet, kind, f"Thạch Kín {index}")
        for index in range(number)
    ]


def book_of(village: Village, kind: UnitKind = HOUSEHOLD, purpose: str = "emulation") -> Book:
    return open_book(this_year(), village.hamlet, kind, purpose)


def entry(book: Book, member: Member, *texts: str, version: int = 0) -> Entry:
    names = [part.name for part in book.parts]
    return Entry(member.unit_id, dict(zip(names, texts, strict=False)), version)


def test_a_row_is_an_assessment_with_answers_and_a_result(village: Village) -> None:
    (member,) = households(village, 1)
    book = book_of(village)
    assert [part.criterion.code for part in book.parts] == ["X-2"]  # the title is looked up
    (saved,) = saving.save(village.thon, book, [entry(book, member, "yes")])
    assessment = Assessment.objects.get(unit=member.unit_id)
    assert (assessment.path, assessment.placement) == (village.hamlet.path, village.hamlet)
    assert (assessment.answered, assessment.asked, assessment.state) == (1, 1, "draft")
    assert assessment.result_status == "not_met"  # no title is on record
    assert assessment.taken_part == [village.thon.pk]
    assert Answer.objects.get(assessment=assessment).value == {"value": "yes"}
    assert saved.row.version == 1
    assert JournalEntry.objects.filter(act="assessment.rows", actor_id=village.thon.pk).exists()


def test_it_stands_as_if_it_had_been_entered_on_its_own_page(village: Village) -> None:
    one, other = households(village, 2)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, one, "partly"), entry(book, other, "partly")])
    (criterion,) = [part.criterion for part in book.parts]
    by_row = Assessment.objects.get(unit=one.unit_id)
    by_page = Assessment.objects.get(unit=other.unit_id)
    assessing.save_answer(
        by_page.pk, criterion.pk, village.thon, value={"value": "yes"}, note="", version=1
    )
    saving.save(village.thon, book, [entry(book, one, "yes", version=1)])
    by_row.refresh_from_db()
    by_page.refresh_from_db()
    assert by_row.result == by_page.result
    assert list(by_row.answers.values_list("value", "version")) == list(
        by_page.answers.values_list("value", "version")
    )


def test_an_empty_row_is_not_begun_and_a_saving_repeated_changes_nothing(village: Village) -> None:
    (member,) = households(village, 1)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, member, "")])
    assert not Assessment.objects.exists()
    for _again in range(2):
        (saved,) = saving.save(village.thon, book, [entry(book, member, "yes")])
        assert (saved.overtaken, saved.row.version) == (False, 1)


def test_who_saw_an_older_value_overwrites_nothing(village: Village) -> None:
    (member,) = households(village, 1)
    book = book_of(village)
    saving.save(village.xa, book, [entry(book, member, "no")])
    (saved,) = saving.save(village.thon, book, [entry(book, member, "yes")])
    assert (saved.overtaken, saved.row.texts(book)) == (True, {book.parts[0].name: "no"})
    assert Answer.objects.get().value == {"value": "no"}


def test_rows_that_cannot_be_leave_the_others_saved(village: Village) -> None:
    members = households(village, 3, CITIZEN)
    book = book_of(village, CITIZEN, "title")
    tens = ["10"] * 10
    saved = saving.save(
        village.thon,
        book,
        [
            entry(book, members[0], *tens),
            entry(book, members[1], "11", *tens[1:]),
            entry(book, members[2], "4", *tens[1:]),
        ],
    )
    first = book.parts[0].name
    assert [one.errors for one in saved] == [{}, {first: "Chỉ được cho tối đa 10 điểm."}, {}]
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize(
    ("points", "relaxed", "status"),
    [
        (["8"] * 10, False, "met"),
        (["8"] * 9 + ["7"], False, "not_met"),
        (["7"] * 10, True, "met"),
        (["7"] * 9 + ["6"], True, "not_met"),
        (["10"] * 9 + ["4"], False, "not_met"),  # 94 points, but one below the floor
        (["10"] * 9 + [""], False, "unanswered"),
    ],
)
def test_a_citizen_reaches_the_title_by_sum_and_floor(
    village: Village, points: list[str], relaxed: bool, status: str
) -> None:
    """80 points, or 70 where a fact of the place says that it is difficult there."""
    (member,) = households(village, 1, CITIZEN)
    if relaxed:
        kind = make.kind("vung-kho-khan", Measure.FACT, name="Vùng khó khăn")
        make.figure(village.xa, village.land.commune, kind, 1, paper="Quyết định 861/QĐ-TTg")
    book = book_of(village, CITIZEN, "title")
    (saved,) = saving.save(village.thon, book, [entry(book, member, *points)])
    assert saved.row.outcome is not None
    assert saved.row.outcome.outcome.status == status


def test_progress_counts_who_is_wholly_assessed(village: Village) -> None:
    members = households(village, 3, CITIZEN)
    book = book_of(village, CITIZEN, "title")
    saving.save(
        village.thon,
        book,
        [entry(book, members[0], *["8"] * 10), entry(book, members[1], "8")],
    )
    assert reading.situation(book, village.thon) == ((1, 3), {"send": 1})
    open_ones = reading.subjects(book, village.thon).filter(is_done=False)
    assert [one.number for one in open_ones] == [2, 3]


@pytest.mark.parametrize("person", ["xa2", "tinh", "sogddt", "xem", "coquan", "lanhdaoxa"])
def test_others_save_nothing(village: Village, person: str) -> None:
    (member,) = households(village, 1)
    book = book_of(village)
    user = User.objects.get(username=person)
    (saved,) = saving.save(user, book, [entry(book, member, "yes")])
    assert saved.refused or saved.gone
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_saving_asks_the_same_of_one_row_as_of_three(village: Village, number: int) -> None:
    members = households(village, number, CITIZEN)
    book = book_of(village, CITIZEN, "title")
    typed = [entry(book, one, *["8"] * 10) for one in members]
    user = User.objects.get(pk=village.thon.pk)
    with CaptureQueriesContext(connection) as asked:
        saving.save(user, book, typed)
    assert len(asked) == 19


# The pages


def url(village: Village, kind: str = HOUSEHOLD, purpose: str = "emulation") -> str:
    return f"/assessments/books/{village.hamlet.unit_id}/{kind}/{purpose}/"


def test_the_grid_shows_numbers_and_names_only_while_they_are_open(
    village: Village, client_of: ClientOf
) -> None:
    households(village, 2)
    browser = client_of(village.thon)
    assert "Thạch Kín" not in browser.get(url(village)).content.decode()
    personal.open_names(village.thon, village.hamlet, "Đánh giá cuối năm")
    assert "Thạch Kín 1" in browser.get(url(village)).content.decode()
    assert "Thạch Kín" not in client_of(village.xa).get(url(village)).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_rows_that_others_fill_in_ask_no_more_of_three_than_of_one(
    village: Village, client_of: ClientOf, many: int
) -> None:
    """Who fills in for an office, and sees the hamlet's list as leader of the commune."""
    factories.appoint(village.land.lanhdaoxa, "organisation_officer", village.office)
    households(village, many, CITIZEN)
    browser = client_of(village.land.lanhdaoxa)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(url(village, CITIZEN, "title")).content.decode()
    why = "Do chính đơn vị hoặc Xã Đại An, cơ quan quản lý, tự đánh giá"
    assert (len(queries), page.count(why)) == (16, 1)


def test_a_citizens_row_says_which_sheet_and_its_headings_what_is_asked(
    village: Village, client_of: ClientOf
) -> None:
    for group in (2, None):
        make.member(village.thon, village.hamlet, CITIZEN, "Thạch Kín", sheet_group=group)
    criterion = book_of(village, CITIZEN, "title").form.criteria[0]
    page = client_of(village.thon).get(url(village, CITIZEN, "title")).content.decode()
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]*)<', page) == ["1 (phiếu 2)", "2"]
    assert page.count(f'<abbr title="{criterion.wording}">{criterion.code}</abbr>') == 1
    assert page.count('placeholder="0–10"') == 20


def test_a_row_is_saved_with_its_result_and_the_count(
    village: Village, client_of: ClientOf
) -> None:
    (member,) = households(village, 1, CITIZEN)
    book = book_of(village, CITIZEN, "title")
    sent: dict[str, Any] = {part.name: "9" for part in book.parts}
    sent |= {"row": str(member.unit_id), "version": "0"}
    page = client_of(village.thon).post(
        url(village, CITIZEN, "title"), sent, headers={"HX-Request": "true"}
    )
    said = page.content.decode()
    assert "90/100" in said
    assert "Đã đánh giá: 1 trên 1" in said


def test_a_page_is_saved_whole_without_script(village: Village, client_of: ClientOf) -> None:
    members = households(village, 2)
    book = book_of(village)
    (name,) = [part.name for part in book.parts]
    browser = client_of(village.thon)
    page = browser.get(f"{url(village)}?whole=1").content.decode()
    assert page.count('form="whole-page"') == 2 * 3 + 1
    sent: dict[str, Any] = {"row": [str(one.unit_id) for one in members]}
    for one, text in zip(members, ("yes", "junk"), strict=True):
        sent |= {f"{one.unit_id}:{name}": text, f"{one.unit_id}:version": "0"}
    answer = browser.post(f"{url(village)}?whole=1", sent)
    assert answer.status_code == 422
    assert "Hãy chọn có, một phần hoặc không." in answer.content.decode()
    assert Assessment.objects.get().unit_id == members[0].unit_id


def test_a_page_is_saved_though_one_of_its_rows_is_gone(
    village: Village, client_of: ClientOf
) -> None:
    first, second = households(village, 2)
    book = book_of(village)
    (name,) = [part.name for part in book.parts]
    gone = first.unit_id + second.unit_id
    rows = (first.unit_id, gone, second.unit_id)
    sent: dict[str, Any] = {"row": [str(key) for key in rows]}
    for key in rows:
        sent |= {f"{key}:{name}": "yes", f"{key}:version": "0"}
    browser = client_of(village.thon)
    page = browser.post(f"{url(village)}?whole=1", sent, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "1 dòng không còn trong danh sách này nên chưa được lưu.",
        "Đã lưu.",
    ]
    assert set(Assessment.objects.values_list("unit", flat=True)) == {first.unit_id, second.unit_id}
    single = {name: "yes", "row": str(gone), "version": "0"}
    assert browser.post(url(village), single).status_code == 404


def test_hamlets_of_a_commune_stand_in_a_grid_of_the_commune(
    village: Village, client_of: ClientOf
) -> None:
    """No plan of this territory speaks to hamlets: it says so, nothing is invented."""
    url = f"/assessments/books/{village.land.commune.unit_id}/hamlet/emulation/"
    browser = client_of(village.xa)
    page = browser.get(url)
    assert page.status_code == 200
    assert "Đợt này chưa cấu hình bộ tiêu chí cho đơn vị." in page.text
    assert "Chưa có kế hoạch nào áp dụng trên địa bàn này nói về loại đối tượng này" in page.text
    assert page.context["asked"].tabs == []
    assert browser.post(url).status_code == 409


def test_the_tab_of_a_title_without_criteria_says_so_and_leads_back(
    village: Village, client_of: ClientOf
) -> None:
    here = f"/assessments/books/{village.hamlet.unit_id}/household"
    page = client_of(village.thon).get(f"{here}/title/")
    assert "Tiêu chí công nhận danh hiệu của loại đối tượng này chưa được công bố" in page.text
    assert [(tab.url, tab.is_shown) for tab in page.context["asked"].tabs] == [
        (f"{here}/emulation/", False),
        (f"{here}/title/", True),
    ]
    assert page.text.count(f'href="{here}/title/" aria-current="true"') == 1


def test_an_empty_draft_that_is_discarded_leads_back_to_its_book(
    village: Village, client_of: ClientOf
) -> None:
    (household,) = households(village, 1)
    browser = client_of(village.thon)
    draft = browser.post(f"{url(village)}begin/{household.unit_id}/").url
    (step,) = browser.get(draft).context["steps"]
    done = browser.post(step.url)
    assert done.url == f"{url(village)}?round={this_year().code}"
    assert not Assessment.objects.exists()


def test_the_list_of_books_counts_what_is_assessed(village: Village, client_of: ClientOf) -> None:
    members = households(village, 2)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, members[0], "yes")])
    for person in (village.thon, village.xa):
        page = client_of(person).get("/assessments/books/")
        counted = {
            one.place.name: [
                (kind.value, purpose, tuple(done)) for kind, purpose, done in one.kinds
            ]
            for one in page.context["page"]
        }
        assert counted["Ấp Cây Da"] == [("household", "emulation", (1, 2))]


def test_the_list_of_books_leads_to_the_sets_that_ask(
    village: Village, client_of: ClientOf
) -> None:
    """Nobody is sent to a grid that no set fills: citizens have that of their title alone here,
    clans and hamlets none."""
    citizen, _other = households(village, 2, CITIZEN)
    households(village, 1, UnitKind.CLAN)
    book = book_of(village, CITIZEN, "title")
    saving.save(village.thon, book, [entry(book, citizen, *["8"] * 10)])
    listed = {
        (one.place.name, kind.value): (purpose, tuple(done))
        for one in reading.overview(village.xa, this_year())
        for kind, purpose, done in one.kinds
    }
    assert listed == {
        ("Xã Đại An", "hamlet"): (None, (0, 1)),
        ("Ấp Cây Da", "citizen"): ("title", (1, 2)),
        ("Ấp Cây Da", "clan"): (None, (0, 1)),
    }
    for address in ("/assessments/books/", "/books/"):
        page = client_of(village.thon).get(address).content.decode()
        assert re.findall(r'href="(/assessments/books/[^"]+)"', page) == [
            url(village, CITIZEN, "title")
        ]
        assert page.count("chưa cấu hình tiêu chí") == 1


def test_who_only_sends_reads_once_why_no_row_is_filled_in(
    village: Village, client_of: ClientOf
) -> None:
    households(village, 3)
    page = client_of(village.land.lanhdaoxa).get(url(village)).content.decode()
    assert page.count("Ông/bà không được phân công nhập tự đánh giá của đơn vị này.") == 1
    assert "Lưu cả trang một lần" not in page
    assert "<select" not in page


@pytest.mark.parametrize(("person", "status"), [("xa2", 404), ("tinh", 403), ("stranger", 403)])
def test_others_do_not_find_the_grid(
    village: Village, client_of: ClientOf, person: str, status: int
) -> None:
    user = User.objects.get(username=person)
    assert client_of(user).get(url(village)).status_code == status


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_same_of_one_row_as_of_three(
    village: Village, client_of: ClientOf, many: int
) -> None:
    members = households(village, many)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, one, "yes") for one in members])
    browser = client_of(village.thon)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url(village))
    assert len(asked) == 14  # two are savepoints of a test
