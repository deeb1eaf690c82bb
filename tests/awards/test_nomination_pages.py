"""The pages of nominations: lists, candidates, one nomination, many at once, the papers."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from awards.models import Nomination, NominationState
from awards.nominating.entering import version_of
from awards.nominating.workflow import fingerprint
from core import periods
from core.documents.docx import render_docx
from core.models import Job
from tests import award_factories as make
from tests import factories
from tests.award_factories import Awarding
from tests.core import originals, papers

CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET TRANSACTION", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The sentences as the code words them."""
    with translation.override("en"):
        yield


@pytest.fixture
def made(db: None) -> Awarding:
    return make.awarding()


def client_of(person: Any) -> Client:
    """Signed in."""
    return factories.signed_in(person)


def queries(client: Client, url: str) -> int:
    """How many a page asks."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len([one for one in asked.captured_queries if not one["sql"].startswith(CONTROL)])


def detail(found: Nomination) -> str:
    """Where a nomination stands."""
    return reverse("nominations:detail", args=[found.pk])


@pytest.mark.parametrize("person", ["xa", "tinh"])
def test_the_list_asks_as_much_for_three_as_for_one(made: Awarding, person: str) -> None:
    client = client_of(getattr(made.land, person))
    url = reverse("nominations:index")
    make.nomination(made, state=NominationState.SENT)
    assert queries(client, url) == 8
    for name in ("Trần Văn Hai", "Lê Thị Ba"):
        make.nomination(made, make.household(made, name), state=NominationState.SENT)
    assert queries(client, url) == 8


def test_the_candidates_ask_as_much_for_three_as_for_one(made: Awarding) -> None:
    client = client_of(made.thon)
    url = f"{reverse('nominations:new')}?form={made.yearly.code}&kind=household"
    make.household(made)
    assert queries(client, url) == 11
    for name in ("Trần Văn Hai", "Lê Thị Ba"):
        make.household(made, name)
    assert queries(client, url) == 11


@pytest.mark.parametrize("state", [NominationState.RECEIVED, NominationState.APPRAISED])
def test_a_nomination_and_its_pre_check_keep_within_the_budget(
    made: Awarding, state: NominationState
) -> None:
    found = make.nomination(made, make.household(made), state=state)
    for person in (made.land.xa, made.land.tinh, made.thon):
        client = client_of(person)
        for name in ("detail", "precheck", "access", "paper"):
            assert queries(client, reverse(f"nominations:{name}", args=[found.pk])) <= 12


def test_names_stand_on_no_page_until_they_are_opened(made: Awarding) -> None:
    found = make.nomination(made, make.household(made, "Trần Văn Kín"))
    client = client_of(made.thon)
    new = f"{reverse('nominations:new')}?form={made.yearly.code}&kind=household"
    for url in (detail(found), new, reverse("nominations:index")):
        assert "Trần Văn Kín" not in client.get(url).content.decode()
    opened = client.post(reverse("nominations:names", args=[found.pk]), {"reason": "Lập báo cáo"})
    assert opened.status_code == 302
    for url in (detail(found), new):
        assert "Trần Văn Kín" in client.get(url).content.decode()
    assert "Trần Văn Kín" not in client_of(made.land.tinh).get(new).content.decode()


def test_many_are_begun_at_once_and_marked(made: Awarding) -> None:
    keys = [make.household(made, name).unit.pk for name in ("Kim Một", "Kim Hai", "Kim Ba")]
    client = client_of(made.thon)
    query = f"?form={made.yearly.code}&kind=household"
    begun = client.post(f"{reverse('nominations:begin')}{query}", {"chosen": keys[:2]})
    assert begun.status_code == 302
    assert sorted(Nomination.objects.values_list("unit", flat=True)) == sorted(keys[:2])
    shown = client.get(f"{reverse('nominations:new')}{query}").content.decode()
    assert all(detail(one) in shown for one in Nomination.objects.all())
    assert shown.count('name="chosen"') == 1


def test_nobody_of_elsewhere_is_begun(made: Awarding) -> None:
    client = client_of(made.thon)
    query = f"?form={made.yearly.code}&kind=hamlet"
    client.post(
        f"{reverse('nominations:begin')}{query}", {"chosen": [made.land.sibling.unit_id, "x", ""]}
    )
    assert not Nomination.objects.exists()


def test_a_text_saves_by_itself_and_says_where_two_wrote(made: Awarding) -> None:
    found = make.nomination(made)
    client = client_of(made.thon)
    url = reverse("nominations:text", args=[found.pk, "general"])
    seen = version_of(found.general)
    headers = {"HX-Request": "true"}
    saved = client.post(url, {"text": "Có 130 hộ.", "version": seen}, headers=headers)
    assert (saved.status_code, saved["HX-Trigger"]) == (200, "precheck-again")
    assert f'value="{version_of("Có 130 hộ.")}"' in saved.content.decode()
    conflict = client.post(url, {"text": "Có 140 hộ.", "version": seen}, headers=headers)
    assert (conflict.status_code, conflict["HX-Trigger"]) == (409, "precheck-again")
    for words in ("Có 130 hộ.", "Có 140 hộ."):
        assert words in conflict.content.decode()
    assert make.fresh(found).general == "Có 130 hộ."


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_junk_saves_nothing_and_comes_back(made: Awarding, version: str) -> None:
    found = make.nomination(made)
    url = reverse("nominations:text", args=[found.pk, "general"])
    answer = client_of(made.thon).post(url, {"text": "Lời vừa gõ", "version": version})
    assert answer.status_code == 422
    assert "Lời vừa gõ" in answer.content.decode()
    assert make.fresh(found).general == found.general


def test_a_long_summary_is_refused_with_its_length(made: Awarding) -> None:
    found = make.nomination(made)
    url = reverse("nominations:text", args=[found.pk, "summary"])
    data = {"text": "x" * 1001, "version": version_of(found.summary)}
    answer = client_of(made.thon).post(url, data)
    assert (answer.status_code, "HX-Trigger" in answer) == (422, False)
    assert "x" * 1001 in answer.content.decode()
    assert make.fresh(found).summary == found.summary


def test_many_are_appraised_in_a_job_that_says_what_became_of_each(made: Awarding) -> None:
    found = [
        make.nomination(made, make.household(made, name), state=NominationState.RECEIVED)
        for name in ("Kim Một", "Kim Hai")
    ]
    client = client_of(made.land.xa)
    url = reverse("nominations:selection")
    keys = [f"{one.pk}:{fingerprint(one)}" for one in found]
    asked = client.post(url, {"step": "appraise", "chosen": [one.pk for one in found]})
    assert asked.status_code == 200
    ordered = client.post(url, {"step": "appraise", "chosen": keys, "confirmed": "1"})
    job = Job.objects.get()
    assert ordered["Location"] == reverse("jobs:detail", args=[job.pk])
    assert (job.kind, job.items.count()) == ("nominations.appraise", 2)


def test_returning_many_asks_why(made: Awarding) -> None:
    found = make.nomination(made, state=NominationState.RECEIVED)
    data = {"step": "return", "chosen": f"{found.pk}:{fingerprint(found)}", "confirmed": "1"}
    answer = client_of(made.land.xa).post(reverse("nominations:selection"), data)
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_the_sheet_holds_what_the_list_shows(made: Awarding) -> None:
    make.nomination(made)  # its unit's own draft
    sent = make.nomination(made, make.household(made), state=NominationState.SENT)
    content = client_of(made.land.xa).get(reverse("nominations:export")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert sorted(row[7] or "" for row in rows[1:]) == ["", sent.summary]


def test_filters_leave_out_what_they_say(made: Awarding) -> None:
    make.nomination(made, state=NominationState.SENT)
    client = client_of(made.land.xa)
    for query, shown in (
        ("?q=giong+lon", True),
        ("?q=khong+co", False),
        (f"?form={made.yearly.code}", True),
        ("?kind=household", False),
        (f"?occasion=round-{made.setting.round.pk}&state=sent", True),
        ("?state=draft", False),
        ("?occasion=round-x&kind=%00&sort=junk&page=-1", True),
    ):
        page = client.get(reverse("nominations:index") + query).content.decode()
        assert ("Ấp Giồng Lớn</a>" in page) is shown, query


def test_the_report_says_the_same_as_pdf_and_as_text_document(made: Awarding) -> None:
    found = make.nomination(made, form=made.high)
    client = client_of(made.thon)
    pdf = client.get(reverse("nominations:paper", args=[found.pk])).content
    docx = client.get(reverse("nominations:document", args=[found.pk])).content
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        text = archive.read("word/document.xml").decode()
    said = " ".join(" ".join(papers.text(page) for page in papers.pages(pdf)).split())
    for words in (
        "BÁO CÁO THÀNH TÍCH",
        "ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH",
        "Có 120 hộ.",
        "Mở 4 lớp học cho người lớn.",
        "THỦ TRƯỞNG CẤP TRÌNH XÁC",
    ):
        assert words in text
        assert words in said


def test_a_paper_is_the_same_file_each_time() -> None:
    assert render_docx(papers.paper()) == render_docx(papers.paper())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("high", "Hồ sơ chuyển tiếp lên cơ quan sau: đưa vào tờ trình."),
        (
            "yearly",
            (
                "Hội đồng biểu quyết hồ sơ này; nơi quy định cho phép cơ quan ban hành quyết định "
                "không qua biểu quyết thì soạn quyết định được ngay."
            ),
        ),
    ],
)
def test_the_office_reads_what_comes_next(made: Awarding, form: str, said: str) -> None:
    found = make.nomination(made, form=getattr(made, form), state=NominationState.APPRAISED)
    shown = {}
    for name, person in (("office", made.land.xa), ("unit", made.thon)):
        page = client_of(person).get(reverse("nominations:precheck", args=[found.pk]))
        shown[name] = page.context["next"] and page.context["next"].sentence
    assert shown == {"office": said, "unit": None}


def test_a_file_that_is_refused_is_told_where_it_was_chosen(made: Awarding) -> None:
    one = make.nomination(made)
    files = [
        SimpleUploadedFile("giay.pdf", b"hello"),
        SimpleUploadedFile("so.pdf", originals.pdf()),
    ]
    url = f"{detail(one)}evidence/"
    answer = client_of(made.thon).post(url, {"file": files})
    assert answer.status_code == 422
    told = answer.content.decode().partition('id="evidence-errors">')[2].partition("</div>")[0]
    assert "giay.pdf" in told
    assert "so.pdf" not in told
    assert list(one.evidence.values_list("file__name", flat=True)) == ["so.pdf"]


def test_an_earlier_commendation_is_entered_once_and_never_before_its_day(made: Awarding) -> None:
    one = make.nomination(made)
    client, url = client_of(made.thon), f"{detail(one)}earlier/"
    today = periods.today()
    said = {
        "name": "Giấy khen",
        "decision_number": "12/QĐ-UBND",
        "decided_by": "Chủ tịch Ủy ban nhân dân xã",
    }

    def enter(day: periods.Day) -> Any:
        return client.post(url, {**said, "decided_on": f"{day:%d/%m/%Y}"})

    refused = enter(today + periods.ONE_DAY)
    assert refused.status_code == 409
    assert f"Ngày {today + periods.ONE_DAY:%d/%m/%Y} chưa đến." in refused.content.decode()
    assert 'value="12/QĐ-UBND"' in refused.content.decode()
    assert enter(today).status_code == 302
    again = enter(today)
    assert "Hình thức khen thưởng này đã được nhập." in again.content.decode()
    assert one.earlier_awards.count() == 1


def test_the_pre_check_reads_of_a_nomination_what_it_checks(made: Awarding) -> None:
    """The names of today, the office and the submission stand on the page beside it, and make the
    plan of one question cost as much as all others together."""
    found = make.nomination(made, state="received")
    client, url = client_of(made.land.xa), reverse("nominations:precheck", args=[found.pk])
    assert queries(client, url) <= 12
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    (read,) = (one["sql"] for one in asked if '"awards_nomination"."appraisal"' in one["sql"])
    assert read.count(" JOIN ") == 5  # placement, unit, form, round, phase
    assert "proposer_name" not in read
