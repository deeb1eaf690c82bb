"""The main job, end to end, in real browsers: one self-assessment from its beginning to a verified
result, by the commune, the education office and the province."""

import datetime
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from accounts import second_factor
from accounts.models import User
from core import periods
from criteria.models import Answer, Assessment, AssessmentState, Criterion, Evidence
from tests import criteria_factories as make
from tests.browser import PageAs, assert_accessible
from tests.criteria_factories import Campaigning
from tests.journeys.test_commune import choose, picture, saved, section
from tests.journeys.test_people import digits


def sign_in(page: Page, user: User) -> None:
    """Through the form, as people do."""
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu").fill("demo-password")
    page.get_by_role("button", name="Đăng nhập").click()
    if second_factor.is_required(user):
        set_up_second_factor(page, user)
    expect(page.locator("h1")).to_have_text("Việc của tôi")


def set_up_second_factor(page: Page, user: User) -> None:
    """Who verifies is asked for it before anything else."""
    page.get_by_role("button", name="Thiết lập").click()
    expect(page.get_by_alt_text("Mã QR cho ứng dụng xác thực")).to_be_visible()
    page.get_by_label("Sáu chữ số").fill(digits(user.username))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Tôi đã lưu mã").click()


def take(page: Page, step: str, reason: str = "") -> None:
    """Open a step of the page's head, say why where it asks, and confirm it."""
    opened = page.locator(".page-actions details.step", has=page.locator("summary", has_text=step))
    opened.locator("summary").click()
    if reason:
        opened.get_by_label("Lý do").fill(reason)
    opened.get_by_role("button", name=step, exact=True).click()


def said(page: Page, words: str) -> None:
    """The page answers with these words."""
    expect(page.locator(".messages")).to_contain_text(words)


def judging(page: Page, criterion: Criterion) -> Locator:
    """The panel in which a criterion is judged."""
    return page.locator(f"#judging-{criterion.pk}")


def accept(page: Page, criterion: Criterion) -> None:
    """Accept what was claimed."""
    judging(page, criterion).get_by_role("button", name="Chấp nhận").click()
    expect(page.locator(f"#verdict-{criterion.pk}")).to_contain_text("Chấp nhận")


def history(page: Page) -> Locator:
    """The whole history."""
    return page.locator("section", has=page.locator("#history-title"))


def pdf_text(page: Page, path: Path) -> str:
    """The report, downloaded from the page's button, as text."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Báo cáo (PDF)").click()
    download.value.save_as(path)
    document = pypdfium2.PdfDocument(path)
    pages = [one.get_textpage().get_text_bounded() for one in document]
    document.close()
    return " ".join(" ".join(pages).split())


def declare_title(page: Page, asked: Locator, assessed_year: int) -> None:
    """The commune enters the title that a criterion asks for, held by a paper decision."""
    year = periods.today().year
    asked.get_by_role("link", name=re.compile("Khai báo")).click()
    page.get_by_label("Mức độ").select_option("1")
    page.get_by_label("Năm đánh giá").fill(str(assessed_year))
    page.get_by_label("Số, ký hiệu quyết định").fill("12/QĐ-SGDĐT")
    page.get_by_label("Ngày ban hành quyết định").fill(f"05/01/{year}")
    page.get_by_label("Cơ quan, người ban hành").fill("Giám đốc Sở Giáo dục và Đào tạo")
    page.get_by_label("Có hiệu lực từ ngày").fill(f"05/01/{year}")
    page.get_by_label("Có hiệu lực đến hết ngày").fill(f"04/01/{year + 3}")
    page.get_by_role("button", name="Khai báo").click()
    said(page, "Đã khai báo")


def confirm_title(office: Page) -> None:
    """The education office finds the declared title among its work, and confirms it."""
    office.goto("/")
    office.get_by_role("link", name="Xã Đại An").click()
    expect(office.locator("main")).to_contain_text("12/QĐ-SGDĐT")
    assert_accessible(office)
    take(office, "Xác nhận")
    said(office, "Đã xác nhận.")


class Story:
    """The three people at their browsers."""

    def __init__(self, page_as: PageAs, setting: Campaigning) -> None:
        self.setting = setting
        self.xa, self.sogddt, self.tinh = (page_as() for _ in range(3))
        for page, user in (
            (self.xa, setting.land.xa),
            (self.sogddt, setting.land.sogddt),
            (self.tinh, setting.land.tinh),
        ):
            sign_in(page, user)

    @property
    def assessment(self) -> Assessment:
        """As it stands now."""
        return Assessment.objects.get()

    def fill_in(self) -> None:
        """`xa` begins, answers everything, attaches a picture."""
        page = self.xa
        expect(page.locator("main")).to_contain_text("Chưa bắt đầu", ignore_case=True)
        page.get_by_role("button", name="Bắt đầu").click()
        for criterion in self.setting.criteria[:3]:
            choose(page, criterion, "Có")
            section(page, criterion).get_by_label("Thuyết minh").fill("Đã thực hiện.")
            page.keyboard.press("Tab")
            expect(saved(page, criterion)).to_contain_text("Đã lưu lúc")
        first = self.setting.criteria[0]
        section(page, first).locator("input[type=file]").set_input_files([picture("Báo cáo.png")])
        expect(page.locator(f"#evidence-{first.pk}")).to_contain_text("Báo cáo.png")
        assert Evidence.objects.get().file.name == "Báo cáo.png"

    def declare(self) -> None:
        """`xa` enters the title that the last criterion asks for; `sogddt` confirms it."""
        fourth = self.setting.criteria[3]
        declare_title(self.xa, section(self.xa, fourth), periods.today().year - 1)
        confirm_title(self.sogddt)

    def send(self) -> None:
        """`xa` looks at the pre-check and sends."""
        page = self.xa
        page.goto(f"/assessments/{self.assessment.pk}/")
        page.get_by_role("link", name="Kiểm tra và gửi").click()
        take(page, "Gửi")
        said(page, "Đã gửi.")

    def review(self) -> None:
        """`tinh` finds it, receives it, accepts two, changes one, marks one, returns it."""
        page = self.tinh
        first, second, third, fourth = self.setting.criteria
        page.goto("/assessments/")
        page.get_by_label("Tên đơn vị").fill("dai an")
        page.get_by_role("button", name="Xem", exact=True).click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.locator("tbody").get_by_role("link", name="Xã Đại An").click()
        take(page, "Tiếp nhận")
        said(page, "Đã tiếp nhận.")
        expect(section(page, first)).to_contain_text("Báo cáo.png")
        accept(page, second)
        accept(page, fourth)
        judging(page, third).locator("summary", has_text="Đổi giá trị").click()
        judging(page, third).get_by_label("Một phần").check()
        judging(page, third).get_by_label("Lý do").first.fill("Còn hai ấp chưa có lớp học")
        judging(page, third).get_by_role("button", name="Lưu giá trị thẩm định").click()
        expect(judging(page, third)).to_contain_text("Còn hai ấp chưa có lớp học")
        judging(page, first).locator("summary", has_text="Yêu cầu bổ sung").click()
        judging(page, first).get_by_label("Lý do").last.fill("Thiếu danh sách học viên")
        judging(page, first).get_by_role("button", name="Yêu cầu bổ sung", exact=True).click()
        expect(judging(page, first)).to_contain_text("Thiếu danh sách học viên")
        verdicts = Answer.objects.order_by("criterion__order").values_list("verdict", flat=True)
        assert list(verdicts) == ["to_correct", "accepted", "changed", "accepted"]
        assert_accessible(page)
        take(page, "Trả lại để bổ sung", "Đề nghị bổ sung theo các mục đã nêu")
        said(page, "Đã trả lại")

    def correct(self) -> None:
        """`xa` sees the marks on the fields, corrects, and sends again."""
        page, first = self.xa, self.setting.criteria[0]
        page.goto("/")
        expect(page.locator("main")).to_contain_text("Đề nghị bổ sung theo các mục đã nêu")
        page.get_by_role("link", name="Bổ sung", exact=True).click()
        expect(section(page, first)).to_contain_text("Thiếu danh sách học viên")
        expect(section(page, self.setting.criteria[2])).to_contain_text("Còn hai ấp chưa có lớp")
        section(page, first).get_by_label("Thuyết minh").fill("Kèm danh sách 120 học viên")
        page.keyboard.press("Tab")
        expect(saved(page, first)).to_contain_text("Đã lưu lúc")
        self.send()

    def confirm(self) -> None:
        """`tinh` sees what changed, accepts, and confirms."""
        page, first = self.tinh, self.setting.criteria[0]
        page.goto(f"/assessments/{self.assessment.pk}/review/")
        take(page, "Tiếp nhận")
        expect(section(page, first)).to_contain_text("Kèm danh sách 120 học viên")
        expect(section(page, first).locator(".revised ins")).to_have_text(
            "Kèm danh sách 120 học viên"
        )
        accept(page, first)
        take(page, "Xác nhận kết quả")
        said(page, "Đã xác nhận kết quả.")


@pytest.fixture
def story(page_as: PageAs, setting: Campaigning) -> Story:
    make.deadline(setting, periods.today() + datetime.timedelta(days=9))
    return Story(page_as, setting)


def test_one_verified_assessment(story: Story, tmp_path: Path) -> None:
    story.fill_in()
    story.declare()
    story.send()
    take(story.xa, "Thu hồi bản gửi")
    said(story.xa, "Đã thu hồi bản gửi.")
    story.send()
    story.review()
    story.correct()
    story.confirm()
    assert (story.assessment.state, story.assessment.submission) == (AssessmentState.CONFIRMED, 3)
    _both_see_the_result_and_the_whole_history(story)
    _the_report_says_it(story, tmp_path)
    _confirming_is_undone_with_a_reason(story)


def _both_see_the_result_and_the_whole_history(story: Story) -> None:
    story.xa.goto(f"/assessments/{story.assessment.pk}/")
    for page in (story.xa, story.tinh):
        expect(page.locator("#result")).to_contain_text("Đạt")
        expect(section(page, story.setting.criteria[3])).to_contain_text("12/QĐ-SGDĐT")
        expect(section(page, story.setting.criteria[2])).to_contain_text("Còn hai ấp chưa có lớp")
        for words in ("Trần Thị Xã", "Nguyễn Thị Tỉnh", "Đề nghị bổ sung theo các mục đã nêu"):
            expect(history(page)).to_contain_text(words)
        expect(history(page).locator("ins", has_text="Kèm danh sách 120 học viên")).to_be_visible()
        assert_accessible(page)


def _the_report_says_it(story: Story, tmp_path: Path) -> None:
    for name, page in (("xa", story.xa), ("tinh", story.tinh)):
        text = pdf_text(page, tmp_path / f"{name}.pdf")
        assert "XÃ ĐẠI AN" in text.upper()
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Kèm danh sách 120 học viên" in text
        assert "12/QĐ-SGDĐT" in text
        assert re.search(r"\bĐạt\b", text, re.IGNORECASE)


def _confirming_is_undone_with_a_reason(story: Story) -> None:
    take(story.tinh, "Hủy xác nhận kết quả", "Còn phải đối chiếu lại")
    said(story.tinh, "Đã hủy xác nhận")
    assert story.assessment.state == AssessmentState.RECEIVED
    story.xa.reload()
    expect(history(story.xa)).to_contain_text("Còn phải đối chiếu lại")
    left: Any = Assessment.objects.values_list("confirmed_by", "confirmed_at")
    assert list(left) == [(None, None)]
