"""A year, end to end, in real browsers: launch, round, registration, figures, self-assessment and
its confirmation, by the seven accounts of one province.

Each step is what one person does, and ends with what that person's page says and what the database
holds; the next person begins with the notice, or the work due, that it gave them.
"""

import datetime
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from campaign import telling
from campaign.models import LaunchAnswer, Recipient, Round, RoundDeadline
from core import journal, periods
from criteria.models import Answer, Assessment, Recognition, RegistrationList
from tests import criteria_factories, factories, unit_factories
from tests import registration_factories as registering
from tests.browser import PageAs, assert_accessible
from tests.criteria_factories import Campaigning
from tests.journeys.test_commune import choose, picture, saved, section
from tests.journeys.test_one_verified_assessment import (
    accept,
    confirm_title,
    declare_title,
    judging,
    said,
    take,
)
from tests.registration_factories import Registering
from tests.units.test_grids_in_browser import SAVED, cell, rows
from units.models import Figure, UnitKind

YEAR = periods.today().year
RULES = (
    {"kind": "attested"},
    {
        "kind": "share",
        "numerator": "hộ có góc học tập",
        "denominator": "hộ gia đình",
        "denominator_indicator": "ho",
        "at_least": 70,
    },
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
)
ACCOUNTS = ("qttinh", "tinh", "sogddt", "xa", "lanhdaoxa", "hoikhxa", "thon")


def day(later: int = 0) -> str:
    """A day from today on, as fields hold it."""
    return f"{periods.today() + datetime.timedelta(days=later):%d/%m/%Y}"


@dataclass
class Year:
    """The seven people at their browsers, and where they work."""

    made: Registering
    pages: dict[str, Page]

    @property
    def setting(self) -> Campaigning:
        """The criteria, the document, the land."""
        return self.made.setting

    @property
    def round(self) -> Round:
        """The round that is opened in this year."""
        return Round.objects.get(assessed_year=YEAR)

    @property
    def assessment(self) -> Assessment:
        """As it stands now."""
        return Assessment.objects.get()


@pytest.fixture
def year(page_as: PageAs, land: factories.Land) -> Year:
    """A province in which last year's round is over and nothing of this year has begun."""
    setting = criteria_factories.campaigning(land, RULES)
    made = registering.registering(setting)
    registering.title(setting, "cong-dan-hoc-tap", "Công dân học tập", UnitKind.CITIZEN)
    unit_factories.kind()
    with journal.act("test"):
        last = {"code": f"nam-{YEAR - 1}", "name": f"Năm {YEAR - 1}", "assessed_year": YEAR - 1}
        Round.objects.update(**last, figures_day=datetime.date(YEAR - 1, 12, 31))
    people = {
        "qttinh": _appointed("qttinh", "Phan Văn Trị", "administrator", land.province),
        "hoikhxa": _appointed("hoikhxa", "Kim Thị Học", "commune_study_officer", land.commune),
        "thon": made.thon,
    }
    pages = {name: page_as(people.get(name) or getattr(land, name)) for name in ACCOUNTS}
    return Year(made, pages)


def _appointed(name: str, full_name: str, role: str, place: factories.Placement) -> User:
    person = factories.user(name, full_name=full_name)
    factories.appoint(person, role, place)
    return person


def test_a_year_of_seven_accounts(year: Year) -> None:
    qttinh, tinh, sogddt, xa, lanhdaoxa, hoikhxa, thon = year.pages.values()
    _the_administrator_opens_the_round(qttinh, year)
    _the_province_launches_and_reminds(tinh, year)
    _the_commune_answers_with_its_plan(lanhdaoxa, year)
    _the_commune_launches_its_plan_further(xa, year)
    _the_hamlet_responds(thon, year)
    _the_province_sees_who_has_not(tinh)

    _the_hamlet_registers_households_and_a_number(thon, year)
    _the_commune_approves_one_and_refuses_the_other(lanhdaoxa, year)
    _the_hamlet_is_told(thon)
    _the_commune_registers_for_its_title(xa)
    _the_province_approves(tinh, year)

    _the_commune_states_its_figure(xa, year)
    _the_association_fills_in(hoikhxa, year)
    declare_title(xa, section(_form(xa, year), year.setting.criteria[2]), YEAR)
    confirm_title(sogddt)
    _the_leader_sends(lanhdaoxa, year)
    _the_province_returns(tinh, year)
    _the_association_corrects(hoikhxa, year)
    _the_leader_sends(lanhdaoxa, year)
    _the_province_confirms(tinh, year)
    _the_leader_is_told(lanhdaoxa)
    _the_commune_sees_what_came_of_it(xa)


# What several steps do


def work(page: Page) -> Locator:
    """Việc của tôi, with all that comes after it; its text."""
    page.goto("/")
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)
    assert_accessible(page)
    return page.locator("main")


def told(page: Page, words: str) -> None:
    """The newest notice of the person is this sentence, and leads to its page."""
    page.goto("/notices/")
    assert_accessible(page)
    newest = page.locator("tbody tr").first
    expect(newest.locator(".notice-link")).to_have_text(words)
    newest.locator(".notice-link").click()
    expect(page.locator("h1")).to_be_visible()
    assert_accessible(page)


def state(page: Page, words: str) -> None:
    """The state that stands in the page's head."""
    expect(page.locator(".lead-state .status").first).to_have_text(words)
    assert_accessible(page)


# Launch and round


def _the_administrator_opens_the_round(page: Page, year: Year) -> None:
    page.goto("/rounds/")
    assert_accessible(page)
    page.get_by_role("link", name="Mở đợt").click()
    page.get_by_label("Năm đánh giá").select_option(str(YEAR))
    page.get_by_label("Ngày chốt số liệu").fill(f"31/12/{YEAR}")
    page.get_by_label("Tên đợt").fill(f"Năm {YEAR}")
    page.get_by_label("Căn cứ của ngày chốt").fill("Hướng dẫn 216/HD-BNV")
    assert_accessible(page)
    page.get_by_role("button", name="Mở đợt này").click()
    said(page, "Đã mở đợt.")
    tiers = (
        ("registration", "household", 9),
        ("registration", "citizen", 9),
        ("registration", "commune", 16),
        ("assessment", "commune", 30),
    )
    for matter, kind, later in tiers:
        page.get_by_role("link", name="Đặt hạn").click()
        page.get_by_label("Việc phải nộp").select_option(matter)
        page.get_by_label("Với loại đơn vị").select_option(kind)
        page.get_by_label("Hạn*", exact=True).fill(day(later))
        page.get_by_label("Theo văn bản").fill("Công văn 12/SNV-TĐKT")
        assert_accessible(page)
        page.get_by_role("button", name="Đặt", exact=True).click()
        said(page, "Đã đặt hạn")
    expect(page.locator("tbody tr")).to_have_count(4)
    assert_accessible(page)
    found = RoundDeadline.objects.filter(
        round=year.round, territory=year.setting.land.province.unit
    )
    assert list(found.order_by("pk").values_list("matter", "subject_kind", "due_on")) == [
        (matter, kind, periods.today() + datetime.timedelta(days=later))
        for matter, kind, later in tiers
    ]


def _the_province_launches_and_reminds(page: Page, year: Year) -> None:
    launch(page, year.setting.document.code, "Đề nghị hưởng ứng đúng hạn.")
    expect(page.locator("main")).to_contain_text("2 đơn vị sẽ nhận")
    assert_accessible(page)
    page.get_by_role("button", name="Phát động", exact=True).click()
    take(page, "Nhắc")
    said(page, "Đã nhắc 2 đơn vị.")
    found = telling.with_reminders(Recipient.objects.order_by("placement__name"))
    assert list(found.values_list("placement__name", "state", "reminders")) == [
        ("Xã Đại An", "waiting", 1),
        ("Xã Hàm Giang", "waiting", 1),
    ]


def launch(page: Page, document: str, message: str) -> None:
    """As far as the page that shows who will receive it."""
    page.goto("/launches/")
    page.get_by_role("link", name="Phát động văn bản").first.click()
    page.get_by_label("Văn bản*").select_option(document)
    page.get_by_label("Hạn hưởng ứng").fill(day(9))
    page.get_by_label("Lời nhắn gửi các đơn vị").fill(message)
    assert_accessible(page)
    page.get_by_role("button", name="Xem các đơn vị").click()


def _the_commune_answers_with_its_plan(page: Page, year: Year) -> None:
    told(page, f"Sở Nội vụ tỉnh Vĩnh Long nhắc đơn vị trả lời 21/KH-UBND, hạn {day(9)}.")
    expect(work(page)).to_contain_text("Đã được nhắc 1 lần")
    page.get_by_role("link", name="Đọc và trả lời").click()
    page.get_by_role("link", name="Trả lời").click()
    assert_accessible(page)
    plan = page.locator("section", has=page.locator("#plan-title"))
    for label, value in (
        ("Trích yếu", "Kế hoạch hưởng ứng của xã"),
        ("Số, ký hiệu", "09/KH-UBND"),
        ("Ngày ban hành", day()),
        ("Cơ quan ban hành", "Ủy ban nhân dân xã Đại An"),
        ("Người ký", "Lê Văn Lãnh"),
    ):
        plan.get_by_role("textbox", name=label).fill(value)
    plan.locator("input[type=file]").set_input_files([picture("Kế hoạch xã.png")])
    plan.get_by_role("button", name="Gửi kế hoạch").click()
    expect(page.locator("main")).to_contain_text("Kế hoạch xã.png")
    assert_accessible(page)
    answer = LaunchAnswer.objects.get()
    assert answer.document is not None
    assert answer.document.file is not None
    assert (answer.document.number, answer.answered_on, answer.document.file.name) == (
        "09/KH-UBND",
        periods.today(),
        "Kế hoạch xã.png",
    )


def _the_commune_launches_its_plan_further(page: Page, year: Year) -> None:
    page.goto("/launches/")
    page.get_by_role("link", name="21/KH-UBND").click()
    page.get_by_role("link", name="Phát động tiếp kế hoạch này xuống cấp dưới").click()
    page.get_by_label("thôn, ấp, khu, tổ dân phố (1)").check()
    page.get_by_label("Hạn hưởng ứng").fill(day(5))
    page.get_by_role("button", name="Xem các đơn vị").click()
    expect(page.locator("ul.names li")).to_have_text(["Ấp Giồng Lớn"])
    page.get_by_role("button", name="Phát động", exact=True).click()
    assert_accessible(page)


def _the_hamlet_responds(page: Page, year: Year) -> None:
    told(page, f"Xã Đại An đã phát động 09/KH-UBND; hạn hưởng ứng {day(5)}.")
    page.get_by_role("link", name="Trả lời").click()
    page.get_by_label("Đơn vị hưởng ứng thế nào").fill("Ấp hưởng ứng, họp dân ngày chủ nhật.")
    page.get_by_role("button", name="Hưởng ứng", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ấp hưởng ứng, họp dân ngày chủ nhật.")
    found = Recipient.objects.order_by("pk").values_list("placement__name", "state")
    assert list(found) == [
        ("Xã Đại An", "planned"),
        ("Xã Hàm Giang", "waiting"),
        ("Ấp Giồng Lớn", "supported"),
    ]


def _the_province_sees_who_has_not(page: Page) -> None:
    work(page)
    page.get_by_role("link", name="Đơn vị nào chưa").click()
    expect(page.locator("tbody th")).to_have_text(["Xã Hàm Giang"])
    expect(page.locator(".state-counts li")).to_have_text(
        ["chưa trả lời 1", "đã có kế hoạch riêng 1"]
    )


# Registration


def _the_hamlet_registers_households_and_a_number(page: Page, year: Year) -> None:
    for name in registering.HOUSEHOLDS:
        registering.household(year.made.thon, year.made.hamlet, name)
    expect(work(page)).to_contain_text(f"chưa đăng ký nội dung nào trong Năm {YEAR}")
    page.get_by_role("link", name="Đăng ký của đơn vị").click()
    assert_accessible(page)
    begin(page, "Gia đình học tập")
    page.get_by_label("Lý do mở xem?").fill("Lập danh sách đăng ký")
    page.get_by_role("button", name="Mở họ tên").click()
    for number in range(3):
        page.locator("[data-box]").nth(number).check()
        expect(page.locator("#registration-total")).to_contain_text(
            f"Trong danh sách: {number + 1}"
        )
    assert_accessible(page)
    take(page, "Gửi đăng ký")
    state(page, "chờ duyệt")
    page.goto("/registrations/own/")
    begin(page, "Công dân học tập")
    page.get_by_label("Số kê khai").fill("480")
    page.get_by_role("button", name="Lưu số lượng").click()
    take(page, "Gửi đăng ký")
    state(page, "chờ duyệt")
    assert registered() == [("household", "waiting", 3, None), ("citizen", "waiting", 0, 480)]


def begin(page: Page, title: str) -> None:
    """Begin a registration from the list of what the unit can register for."""
    row = page.get_by_role("row", name=re.compile(title))
    row.get_by_role("button", name="Bắt đầu").click()
    state(page, "chưa gửi")


def registered() -> list[tuple[str, str, int, int | None]]:
    """Kind, state, listed and declared of every registration, the oldest first."""
    found = RegistrationList.objects.order_by("pk")
    return list(found.values_list("kind", "state", "listed", "declared"))


def _the_commune_approves_one_and_refuses_the_other(page: Page, year: Year) -> None:
    expect(work(page)).to_contain_text("2 đăng ký đang chờ ông/bà duyệt.")
    told(page, f"2 bản đăng ký đã được gửi, Năm {YEAR}.")
    citizens = page.get_by_role("row").filter(has_text="Công dân học tập")
    citizens.get_by_role("link", name="Ấp Giồng Lớn").click()
    take(page, "Từ chối", "Số kê khai cao hơn số người lớn của ấp")
    state(page, "từ chối")
    page.goto("/registrations/?state=waiting")
    page.get_by_role("link", name="Ấp Giồng Lớn").click()
    take(page, "Duyệt")
    state(page, "đã duyệt")
    assert registered() == [("household", "approved", 3, None), ("citizen", "rejected", 0, 480)]


def _the_hamlet_is_told(page: Page) -> None:
    expect(work(page)).to_contain_text("Số kê khai cao hơn số người lớn của ấp")
    told(page, f"Đăng ký “Gia đình học tập” của Ấp Giồng Lớn, Năm {YEAR}, đã được duyệt.")
    state(page, "đã duyệt")


def _the_commune_registers_for_its_title(page: Page) -> None:
    page.goto("/registrations/own/")
    begin(page, "Cộng đồng học tập")
    take(page, "Gửi đăng ký")
    state(page, "chờ duyệt")


def _the_province_approves(page: Page, year: Year) -> None:
    told(page, f"Xã Đại An đã gửi đăng ký “Cộng đồng học tập” cấp xã, Năm {YEAR}.")
    take(page, "Duyệt")
    state(page, "đã duyệt")
    assert registered()[-1] == ("commune", "approved", 1, None)


# Figures and self-assessment


def _the_commune_states_its_figure(page: Page, year: Year) -> None:
    page.goto(f"/units/{year.made.commune.unit_id}/")
    page.get_by_role("link", name="Số liệu", exact=True).click()
    for name, value in (("value", "1.240"), ("day", day()), ("paper", "Báo cáo 45/BC-UBND")):
        cell(page, 0, name).fill(value)
    page.keyboard.press("Enter")
    expect(rows(page).first).to_contain_text(SAVED)
    assert_accessible(page)
    stated = Figure.objects.values_list("unit", "value", "day", "paper", "stated_by__username")
    assert list(stated) == [
        (year.made.commune.unit_id, 1240, periods.today(), "Báo cáo 45/BC-UBND", "xa")
    ]


def _form(page: Page, year: Year) -> Page:
    page.goto(f"/assessments/{year.assessment.pk}/")
    return page


def _the_association_fills_in(page: Page, year: Year) -> None:
    expect(work(page)).to_contain_text(f"Tự đánh giá của Xã Đại An, Năm {YEAR}")
    page.get_by_role("button", name="Bắt đầu").click()
    attested, share, _title = year.setting.criteria
    choose(page, attested, "Có")
    section(page, attested).get_by_label("Thuyết minh").fill("Đã ban hành kế hoạch.")
    page.keyboard.press("Tab")
    expect(saved(page, attested)).to_contain_text("Đã lưu lúc")
    expect(section(page, share)).to_contain_text(
        f"1.240, tính đến {day()}, theo Báo cáo 45/BC-UBND"
    )
    section(page, share).locator("[name=numerator]").fill("930")
    page.keyboard.press("Tab")
    expect(saved(page, share)).to_contain_text("Đã lưu lúc")
    expect(page.locator(f"#outcome-{share.pk} .status")).to_have_text("Đạt")
    assert_accessible(page)
    answers = Answer.objects.order_by("criterion__order")
    assert list(answers.values_list("value", "saved_by__username")) == [
        ({"value": "yes"}, "hoikhxa"),
        ({"numerator": "930", "denominator": None}, "hoikhxa"),
    ]


def _the_leader_sends(page: Page, year: Year) -> None:
    _form(page, year)
    page.get_by_role("link", name="Kiểm tra và gửi").click()
    assert_accessible(page)
    take(page, "Gửi")
    said(page, "Đã gửi.")
    assert_accessible(page)
    assert (year.assessment.state, year.assessment.sent_by) == ("sent", year.setting.land.lanhdaoxa)


def _the_province_returns(page: Page, year: Year) -> None:
    expect(work(page)).to_contain_text("1 tự đánh giá chờ tiếp nhận hoặc thẩm định")
    told(page, f"Xã Đại An đã gửi bản tự đánh giá, Năm {YEAR}.")
    take(page, "Tiếp nhận")
    said(page, "Đã tiếp nhận.")
    attested, share, title = year.setting.criteria
    accept(page, share)
    accept(page, title)
    judging(page, attested).locator("summary", has_text="Yêu cầu bổ sung").click()
    judging(page, attested).get_by_label("Lý do").last.fill("Thiếu số kế hoạch")
    judging(page, attested).get_by_role("button", name="Yêu cầu bổ sung", exact=True).click()
    expect(judging(page, attested)).to_contain_text("Thiếu số kế hoạch")
    assert_accessible(page)
    take(page, "Trả lại để bổ sung", "Đề nghị ghi số kế hoạch")
    said(page, "Đã trả lại")
    verdicts = Answer.objects.order_by("criterion__order").values_list("verdict", flat=True)
    assert list(verdicts) == ["to_correct", "accepted", "accepted"]
    assert year.assessment.state == "returned"


def _the_association_corrects(page: Page, year: Year) -> None:
    expect(work(page)).to_contain_text("Đề nghị ghi số kế hoạch")
    page.get_by_role("link", name="Bổ sung", exact=True).click()
    attested = year.setting.criteria[0]
    expect(section(page, attested)).to_contain_text("Thiếu số kế hoạch")
    section(page, attested).get_by_label("Thuyết minh").fill("Kế hoạch số 09/KH-UBND.")
    page.keyboard.press("Tab")
    expect(saved(page, attested)).to_contain_text("Đã lưu lúc")


def _the_province_confirms(page: Page, year: Year) -> None:
    told(page, f"Xã Đại An đã gửi bản tự đánh giá, Năm {YEAR}.")
    take(page, "Tiếp nhận")
    accept(page, year.setting.criteria[0])
    take(page, "Xác nhận kết quả")
    said(page, "Đã xác nhận kết quả.")
    assert_accessible(page)
    found = year.assessment
    assert (found.state, found.result_status, found.submission) == ("confirmed", "met", 2)
    held = Recognition.objects.values_list("state", "assessed_year", "declared_by__username")
    assert list(held) == [("confirmed", YEAR, "xa")]


def _the_leader_is_told(page: Page) -> None:
    told(page, f"Kết quả tự đánh giá của Xã Đại An, Năm {YEAR}, đã được xác nhận.")
    expect(page.locator("#result .status")).to_have_text("Đạt")


def _the_commune_sees_what_came_of_it(page: Page) -> None:
    """What was registered beside what was reached, with the shares."""
    page.goto("/registrations/")
    assert_accessible(page)
    sums = page.locator("section", has=page.locator("#counts-title")).locator("tbody tr")
    unknown, figure = "chưa có số liệu", f"1.240\nkê khai, {day()}"
    assert [row.split("\t") for row in sums.all_inner_texts()] == [
        ["“Công dân học tập”\ncông dân", unknown, unknown, unknown, unknown, unknown],
        ["“Cộng đồng học tập” cấp xã\ncấp xã", "1", "1", "100,0%", "1", "100,0%"],
        ["“Gia đình học tập”\nhộ gia đình", "3", unknown, unknown, figure, unknown],
    ]
