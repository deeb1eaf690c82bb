"""The way of a commendation as people click it: proposing, submitting, deciding, certificates.

Every function acts on the page of one person and waits for what the page says before it returns.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from playwright.sync_api import FilePayload, Locator, Page, expect

from accounts.models import User
from awards.models import DirectDecision
from core import jobs, journal, periods
from core.models import Job
from criteria.models import AwardForm
from tests import factories
from tests.browser import OFFICE, PageAs
from tests.core import originals
from units.models import Placement

TEXTS = {
    "Tóm tắt thành tích, ghi trong danh sách": "Ba năm liền giữ vững danh hiệu; học tập suốt đời.",
    "I. Thông tin chung": "Tham gia phong trào từ ngày đầu.",
    "II. Thành tích đạt được": "Mở 4 lớp học cho người lớn, 120 lượt người học.",
}
SERIAL = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b")
SEND, RECEIVE, SIGN_OFF = "Gửi tờ trình", "Tiếp nhận", "Ký duyệt"
APPRAISE = "Thẩm định: đầy đủ, đúng quy định"
HAND_OVER, SUBMIT = "Chuyển kiểm tra thể thức", "Đúng thể thức: trình ký"
SIGN, ISSUE, PUBLISH = "Ký", "Phát hành", "Công bố"


def decides_alone(form: AwardForm, issuer: Placement) -> None:
    """Units of the kind of `issuer` decide on a form without a vote, by a rule."""
    with journal.act("test"):
        DirectDecision.objects.create(
            form=form,
            issuer_kind=issuer.kind,
            period=periods.between(None, None),
            basis="Quy chế thi đua, khen thưởng",
        )


def registrar(at: Placement) -> User:
    """Who checks, numbers and issues the decisions of a unit."""
    person = factories.user(f"vanthu-{at.unit_id}", full_name="Lâm Văn Thư")
    factories.appoint(person, "registrar", at)
    return person


# What all pages have


def heading(page: Page) -> Locator:
    """What the page is called."""
    return page.get_by_role("heading", level=1)


def state(page: Page) -> Locator:
    """How what the page shows stands."""
    return page.locator(".lead-state .status").first


def said(page: Page, words: str) -> None:
    """The page answers with these words."""
    expect(page.locator(".messages")).to_contain_text(words)


def take(page: Page, step: str) -> None:
    """Open the dialogue of a step, and take it."""
    dialogue = page.locator("details.step", has=_summary(page, step))
    dialogue.locator("summary").click()
    dialogue.get_by_role("button", name=step, exact=True).click()


def denied(page: Page, step: str, why_not: str) -> None:
    """The page shows the step as a disabled button, with the reason."""
    button = page.get_by_role("button", name=step, exact=True)
    refused = page.locator(".step-denied", has=button)
    expect(refused).to_contain_text(why_not)


def not_offered(page: Page, step: str) -> None:
    """The page does not offer the step: it is somebody else's work, or not due."""
    expect(_summary(page, step)).to_have_count(0)


def _summary(page: Page, step: str) -> Locator:
    return page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(step)}…\s*$"))


def to_do(page: Page, words: str | re.Pattern[str]) -> None:
    """From the person's own work to what it says is to be done."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def notices(page: Page) -> Locator:
    """The person's own notices, from the first page of them."""
    page.goto("/notices/")
    return page.get_by_role("main")


def upload(name: str, text: str) -> FilePayload:
    """A PDF file to be uploaded."""
    return FilePayload(name=name, mimeType="application/pdf", buffer=originals.pdf(text=text))


# Proposing


def propose(page: Page, form: AwardForm, kind: str, name: str) -> None:
    """Tick somebody in the list of candidates; the page of the nomination comes."""
    page.goto("/nominations/")
    page.locator(".page-actions").get_by_role("link", name="Đề nghị khen thưởng").click()
    page.get_by_label("Hình thức khen thưởng").select_option(form.code)
    page.get_by_label("Đối tượng được đề nghị").select_option(kind)
    page.get_by_role("button", name="Xem", exact=True).click()
    page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Lập hồ sơ đề nghị").click()
    said(page, "Đã lập 1 hồ sơ.")
    expect(heading(page)).to_contain_text(name)


def write(page: Page) -> None:
    """Write the report, each field kept as it is left; state that nothing stands against it."""
    for label, text in TEXTS.items():
        field = page.get_by_label(label)
        field.fill(text)
        page.keyboard.press("Tab")
        card = page.locator("form.answer", has=field)
        expect(card).to_contain_text("Đã lưu lúc")
    page.get_by_role("button", name="Cam kết thay mặt đơn vị").click()
    expect(page.locator("#statement")).to_contain_text("cam kết,")


# Submitting


def prepare(page: Page, form: AwardForm, unsent: str) -> None:
    """From the page of a nomination begin a submission with it, and attach its minutes.

    Args:
        unsent: the reason for which it cannot be sent before.
    """
    page.get_by_role("main").get_by_role("link", name="Lập tờ trình").click()
    page.get_by_role("main").get_by_role("button", name=form.name).click()
    expect(heading(page)).to_have_text(form.name)
    denied(page, SEND, unsent)
    page.locator("input[type=file]").set_input_files(upload("Biên bản họp.pdf", page.url))
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_role("link", name="Biên bản họp.pdf")).to_be_visible()


def sign_off(page: Page) -> None:
    """The leader finds the submission among the own work, and signs it off."""
    to_do(page, re.compile("^Xem "))
    take(page, SIGN_OFF)
    expect(state(page)).to_have_text("đã ký duyệt")


def send(page: Page) -> None:
    """Send the submission on whose page the person is."""
    take(page, SEND)
    expect(state(page)).to_have_text("đã gửi")


def receive(page: Page) -> None:
    """Find what was sent among the own work, and receive it."""
    to_do(page, re.compile("^Tiếp nhận"))
    take(page, RECEIVE)
    expect(state(page)).to_have_text("đã tiếp nhận")


def appraise(page: Page, name: str) -> None:
    """Open a nomination from the table on the page, and appraise it."""
    page.locator("tbody th").get_by_role("link", name=name).click()
    expect(heading(page)).to_contain_text(name)
    take(page, APPRAISE)
    expect(state(page)).to_have_text("đã thẩm định")


# Deciding


@dataclass(frozen=True)
class Desk:
    """The pages of those who bring a decision of one issuer from its draft to its publication.

    Attributes:
        position: of who signs, as it stands on the paper.
    """

    drafter: Page
    registrar: Page
    leader: Page
    signer: User
    position: str


def desk(
    page_as: PageAs,
    drafter: Page,
    registrar: User,
    signer: User,
    position: str,
    size: tuple[int, int] = OFFICE,
) -> Desk:
    """A registrar and a leader at their browsers, beside who drafts."""
    return Desk(drafter, page_as(registrar, size), page_as(signer, size), signer, position)


def decide(at: Desk, form: AwardForm, number: int, folder: Path) -> None:
    """Draft, check, sign, number and issue a decision on all that is ready; not published yet.

    Nobody is offered the step of somebody else, and none that is not due yet.
    """
    draft(at)
    named = f"Quyết định tặng {form.name}"
    to_do(at.registrar, named)
    take(at.registrar, SUBMIT)
    said(at.registrar, "Đã trình ký.")
    not_offered(at.registrar, SIGN)
    to_do(at.leader, named)
    take(at.leader, SIGN)
    said(at.leader, "Đã ký. Văn thư cấp số.")
    to_do(at.registrar, named)
    give_number(at.registrar, number)
    denied(at.registrar, ISSUE, "Hãy đính kèm bản đã ký trước.")
    attach_signed(at.registrar, folder)
    take(at.registrar, ISSUE)
    said(at.registrar, "Đã phát hành.")


def draft(at: Desk) -> None:
    """Begin the draft with all that is ready, word it, and hand it over."""
    to_do(at.drafter, "Soạn quyết định")
    at.drafter.get_by_role("button", name="Tạo dự thảo").click()
    denied(at.drafter, HAND_OVER, "người ký")
    at.drafter.get_by_label(re.compile(r"^\s*Người ký")).select_option(label=str(at.signer))
    at.drafter.get_by_label("Chức vụ người ký").fill(at.position)
    at.drafter.get_by_role("button", name="Lưu dự thảo").click()
    said(at.drafter, "Đã lưu")
    take(at.drafter, HAND_OVER)
    said(at.drafter, "Đã chuyển.")
    not_offered(at.drafter, SUBMIT)


def give_number(page: Page, number: int) -> None:
    """Give the signed decision its number, and today as its day."""
    asked = page.locator("section", has=page.locator("#number-title"))
    asked.get_by_label(re.compile(r"^\s*Số")).fill(str(number))
    asked.get_by_label("Ngày ban hành quyết định").fill(f"{periods.today():%d/%m/%Y}")
    asked.get_by_role("button", name="Cấp số và ngày").click()
    said(page, "Đã cấp số.")


def attach_signed(page: Page, folder: Path) -> None:
    """Print the paper, and attach it as it comes back from its signature."""
    paper = download(page, page.get_by_role("link", name="Bản in (PDF)"), folder)
    page.get_by_label("Bản đã ký (PDF)").set_input_files(paper)
    page.get_by_role("button", name="Đính kèm và đối chiếu").click()
    expect(page.get_by_text("Bản này có đủ nội dung đã chốt.")).to_be_visible()


def publish(page: Page) -> None:
    """Publish the issued decision; before that there are no certificates."""
    expect(page.get_by_text("được in từ quyết định đã công bố")).to_be_visible()
    take(page, PUBLISH)
    said(page, "Đã công bố.")


# Certificates


def certificates(page: Page, folder: Path) -> list[str]:
    """Make the certificates of a published decision, and download the last sheaf; its serials."""
    address = page.url
    page.get_by_role("button", name="In giấy khen, bằng khen").click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+/$"))
    jobs.run(Job.objects.latest("pk").pk)  # what the worker does
    page.reload()
    expect(page.locator("tbody .status")).to_have_text(["đã xong"])
    page.locator("tbody").get_by_role("link").first.click()
    expect(page).to_have_url(address)
    return serials(page, folder)


def serials(page: Page, folder: Path) -> list[str]:
    """The serials on the last sheaf that the page of a decision offers."""
    box = page.locator("section", has=page.locator("#certificates-title"))
    sheaf = box.get_by_role("link", name=re.compile(r"\.pdf"))
    return list(dict.fromkeys(SERIAL.findall(text_of(download(page, sheaf.last, folder)))))


def download(page: Page, link: Locator, folder: Path) -> Path:
    """The file behind a link."""
    with page.expect_download() as arriving:
        link.click()
    path = folder / arriving.value.suggested_filename
    arriving.value.save_as(path)
    return path


def text_of(path: Path) -> str:
    """The words of a PDF file."""
    document = pypdfium2.PdfDocument(path)
    found = " ".join(one.get_textpage().get_text_range() for one in document)
    document.close()
    return " ".join(found.split())


# Anybody


def check(page: Page, serial: str, words: str) -> None:
    """Anybody opens the page of a serial, which begins with these words."""
    page.goto(f"/verify/{serial}/")
    expect(page.locator("section .notice").first).to_contain_text(words)


def compare(page: Page, name: str, answer: str) -> None:
    """Anybody types a name; the page says whether it is that of the certificate."""
    page.get_by_label("Đối chiếu tên với tên trên giấy").fill(name)
    page.get_by_role("button", name="Đối chiếu").click()
    expect(page.locator("form [role=status]")).to_have_text(answer)
