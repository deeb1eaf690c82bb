"""The report of a self-assessment with its summary of results, as a PDF file."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts import demonstration
from accounts.models import User
from campaign.models import Document
from core import journal, periods
from core.journal import act
from core.models import JournalEntry, Seal
from criteria import assessing
from criteria.models import Assessment, Evidence
from criteria.papers import citation
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.core import originals
from tests.core.papers import POINTS_PER_MM, mm, pages, text, watermark, words
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units.models import Placement

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
OWN_DRAFT = "Đơn vị chưa gửi tự đánh giá; nội dung đang là bản nháp của đơn vị."


def fetch(client: Client, assessment: Assessment) -> bytes:
    """The paper's file."""
    answer = client.get(f"/assessments/{assessment.pk}/paper/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return bytes(answer.content)


def read(client: Client, assessment: Assessment) -> list[str]:
    """What each page says."""
    return [text(page) for page in pages(fetch(client, assessment))]


def whole(client: Client, assessment: Assessment) -> str:
    """What the paper says, page by page."""
    return " ".join(read(client, assessment))


def plan(**changes: Any) -> None:
    """What is known of the plan that the criteria come from."""
    known = {
        "issuer": "Ủy ban nhân dân tỉnh Trà Vinh",
        "issued_on": datetime.date(2024, 3, 18),
        "title": "Tổ chức thực hiện phong trào",
    }
    with act("test"):
        Document.objects.update(**{**known, **changes})


def test_the_report_has_the_form_of_the_decree_and_invents_nothing(
    setting: Campaigning, client_of: ClientOf
) -> None:
    plan()
    first, *_more = read(client_of(setting.land.xa), make.sent(setting))
    year = periods.today().year
    for part in (
        "ỦY BAN NHÂN DÂN",
        "XÃ ĐẠI AN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "/BC-UBND",
        f"Đại An, ngày … tháng … năm {year}",
        "BÁO CÁO Tự đánh giá kết quả thực hiện Phong trào “Cả nước thi đua”",
        "Kính gửi: Sở Nội vụ tỉnh Vĩnh Long.",
        "Căn cứ Kế hoạch số 21/KH-UBND ngày 18 tháng 3 năm 2024 của Ủy ban nhân dân tỉnh Trà Vinh",
        "về tổ chức thực hiện phong trào.",
        "I. THÔNG TIN CHUNG",
        f"Số liệu tính đến ngày: 31/12/{year}",
        "II. KẾT QUẢ TỰ ĐÁNH GIÁ THEO TỪNG TIÊU CHÍ",
        "Tiêu chí X-1. Tiêu chí thứ 1",
        "Thuyết minh: Đã thực hiện đầy đủ",
        "Minh chứng kèm theo: không có.",
    ):
        assert part in first, part
    assert re.search(r"Số:\s+/BC-UBND", first)


def test_it_ends_with_the_signature_and_the_summary(
    setting: Campaigning, client_of: ClientOf
) -> None:
    *_report, last, summary = read(client_of(setting.land.xa), make.sent(setting))
    for part in (
        "III. KẾT LUẬN",
        "Ủy ban nhân dân xã Đại An tự đánh giá: không đạt",
        "Không đạt: X-4./.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "- Như trên; - Lưu: VT.",
    ):
        assert part in last, part
    for part in (
        "BẢN TỔNG HỢP KẾT QUẢ TỰ ĐÁNH GIÁ",
        "STT Tiêu chí Nguồn",
        "Kế hoạch số 1 Tiêu chí thứ 1 Có 21/KH-UBND",
        "của Ủy ban nhân dân xã Đại An)",
    ):
        assert part in summary, part


@pytest.mark.parametrize(
    ("start", "marked"),
    [
        (make.answered, "BẢN NHÁP"),
        (make.sent, ""),
        (make.confirmed, ""),
    ],
    ids=["draft", "sent", "confirmed"],
)
@pytest.mark.parametrize("demo", [False, True], ids=["real", "demonstration"])
def test_drafts_and_the_demonstration_say_so_across_every_page(
    setting: Campaigning,
    client_of: ClientOf,
    start: Callable[[Campaigning], Assessment],
    marked: str,
    demo: bool,
) -> None:
    cache.set(demonstration.CACHE_KEY, demo)
    expected = " – ".join(filter(None, (marked, "Dữ liệu minh họa" if demo else "")))
    found = [watermark(page) for page in pages(fetch(client_of(setting.land.xa), start(setting)))]
    assert len(found) > 1
    assert [mark.replace(" ", "") for mark in found] == [expected.replace(" ", "")] * len(found)


def test_the_verdicts_stand_on_it_with_their_reasons(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    first, *others = setting.criteria
    assessing.judge(
        assessment.pk,
        first.pk,
        setting.land.tinh,
        verdict="changed",
        reason="Mới triển khai 3/8 ấp.",
        verified_value={"value": "partly"},
    )
    for criterion in others:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="accepted")
    ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)
    said = whole(client_of(setting.land.xa), assessment)
    day = f"{periods.today():%d/%m/%Y}"
    for part in (
        "giá trị thẩm định: Một phần; lý do: Mới triển khai 3/8 ấp.",
        "Người thẩm định kết luận tiêu chí: không đạt.",
        f"Kết quả được Sở Nội vụ tỉnh Vĩnh Long xác nhận ngày {day}: không đạt",
    ):
        assert part in said, part


def test_unfinished_verdicts_are_for_the_office_alone(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="to_correct",
        reason="Chưa thấy danh sách",
    )
    assert "Chưa thấy danh sách" in whole(client_of(setting.land.tinh), assessment)
    for person in (setting.land.xa, setting.land.xem):
        assert "Chưa thấy danh sách" not in whole(client_of(person), assessment)


def test_without_a_route_the_addressee_stays_open(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    with act("test"):
        setting.route.steps.all().delete()
    said = whole(client_of(setting.land.xa), assessment)
    assert "Kính gửi" not in said
    assert "Như trên" not in said


def test_what_is_not_known_of_the_plan_is_said(setting: Campaigning) -> None:
    plan(number="", issued_on=None, issuer="")
    assert (
        citation(Document.objects.get())
        == "Kế hoạch về tổ chức thực hiện phong trào (chưa rõ số, ngày)"
    )


def test_long_names_words_and_lists_stay_on_the_paper(
    land: Land, setting: Campaigning, client_of: ClientOf
) -> None:
    name = "Xã Nguyễn Nghiêm Tân Thạnh Đông Hưng Thuận Phú Mỹ Trung An"
    with act("test"):
        Placement.objects.filter(pk=land.commune.pk).update(name=name)
    assessment = make.answered(setting)
    first = setting.criteria[0]
    note = ("Đã tổ chức 12 hội nghị tuyên truyền. " * 82)[:3000]
    assessing.save_answer(
        assessment.pk, first.pk, land.xa, value={"value": "partly"}, note=note, version=1
    )
    for number in range(12):
        file = SimpleUploadedFile(
            f"Báo cáo tổng kết công tác khuyến học, khuyến tài của ấp thứ {number}.pdf",
            originals.pdf(text=f"Ấp {number}"),
        )
        assessing.add_evidence(assessment.pk, first.pk, land.xa, file)
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    ASSESSMENT.perform("receive", assessment.pk, land.tinh)
    reason = ("Chưa thấy danh sách học viên. " * 70)[:2000].strip()
    assessing.judge(assessment.pk, first.pk, land.tinh, verdict="to_correct", reason=reason)
    made = pages(fetch(client_of(land.tinh), assessment))
    for page in made:  # a justified line may end a hair's breadth into the margin
        assert page.width / POINTS_PER_MM - max(mm(word["x1"]) for word in words(page)) > 14
        assert min(mm(word["x0"]) for word in words(page)) > 29
    said = " ".join(text(page) for page in made)
    ends = [words.count("truyền.") for words in (said.split(), note.split())]
    assert ends[0] == ends[1]  # the end of each sentence; a page may end within one
    assert "và 9 tệp khác (xem mục II của báo cáo)" in said
    assert reason.rstrip(". ") in " ".join(said.split())


def test_the_days_digest_of_the_journal_stands_at_the_foot(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.sent(setting)
    client = client_of(setting.land.xa)
    assert "Nhật ký hệ thống" not in whole(client, assessment)
    Seal.objects.create(
        from_transaction=0,
        to_transaction=1,
        entries=0,
        leaves=b"",
        digest="5" * 64,
        sealed_at=timezone.now() - datetime.timedelta(days=1),
    )
    for page in read(client, assessment):
        assert f"Nhật ký hệ thống: {'5' * 64}" in page


def test_asking_for_it_writes_nothing(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    client = client_of(setting.land.xa)
    before = JournalEntry.objects.count()
    answer = client.get(f"/assessments/{assessment.pk}/paper/")
    assert JournalEntry.objects.count() == before
    assert answer["Content-Disposition"] == (
        f'attachment; filename="bao-cao-tu-danh-gia-29491-{setting.round.assessed_year}.pdf"'
    )


@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        (make.answered, {"xa", "lanhdaoxa"}),
        (make.sent, {"xa", "lanhdaoxa", "tinh", "sogddt", "xem"}),
    ],
    ids=["draft", "sent"],
)
def test_who_may_open_it(
    setting: Campaigning,
    client_of: ClientOf,
    start: Callable[[Campaigning], Assessment],
    allowed: set[str],
) -> None:
    assessment = start(setting)
    inside = {"xa", "lanhdaoxa", "tinh", "sogddt", "xem"}
    for person in (*inside, "xa2", "far_xa", "far_tinh", "stranger", "expired_deputy"):
        answer = client_of(getattr(setting.land, person)).get(
            f"/assessments/{assessment.pk}/paper/"
        )
        if person in allowed:
            expected = 200
        else:
            expected = 403 if person in inside | {"stranger", "expired_deputy"} else 404
        assert answer.status_code == expected, person
        if person in inside - allowed:
            assert OWN_DRAFT in answer.content.decode(), person


@pytest.mark.parametrize(("criteria", "pieces"), [(1, 0), (8, 10)])
def test_the_number_of_queries_does_not_grow(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    criteria: int,
    pieces: int,
) -> None:
    setting = make.campaigning(land, ({"kind": "attested"},) * criteria)
    assessment = make.answered(setting)
    with journal.act("test"):
        for number in range(pieces):
            file = SimpleUploadedFile(f"{number}.pdf", originals.pdf(text=str(number)))
            stored = assessing.files.store(file, land.xa)
            Evidence.objects.create(
                assessment=assessment, criterion=setting.criteria[0], file=stored
            )
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    client = client_of(User.objects.get(pk=land.tinh.pk))
    with django_assert_num_queries(12):
        fetch(client, assessment)
