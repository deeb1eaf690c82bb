"""The pages of the plans: every sentence of a document's records, and nothing of another's."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from awards.plans.checks import SOURCES
from campaign.models import Citation, Confidence, Document, Passage, Phase, Source, Target
from core import journal
from criteria.models import AwardForm, CriteriaSet, Criterion, Route, Title
from reports import source_texts
from tests import loaded_plans
from tests.browser import (
    OFFICE,
    TELEPHONE,
    PageAs,
    assert_accessible,
    browser_type_launch_args,  # noqa: F401
    page_as,  # noqa: F401
)
from tests.factories import Land

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
FIVE = [
    "ke-hoach-21-tra-vinh", "ke-hoach-van-phong-bac-kan", "ke-hoach-35-yen-bai", "quyet-dinh-1315",
    "ke-hoach-3853-binh-duong",
]  # fmt: skip


@pytest.fixture
def reader(land: Land, client_of: ClientOf) -> Client:
    """An officer of a commune, with the plans loaded."""
    loaded_plans.load(land)
    return client_of(land.xa)


def text_of(answer: Any) -> str:
    """What a page says, white space aside."""
    words = re.sub(r"<[^>]+>", "", answer.content.decode())
    return " ".join(html.unescape(words).split())


def sentences(document: Document) -> set[str]:
    """The words of every record of a document."""
    rows: list[tuple[Any, str]] = [
        (Passage, "quote"), (Phase, "quote"), (Target, "quote"), (AwardForm, "quote"),
        (Route, "quote"), (CriteriaSet, "intro_quote"), (Citation, "as_written"),
    ]  # fmt: skip
    found: set[str] = set()
    for model, field in rows:
        found.update(model.objects.filter(document=document).values_list(field, flat=True))
    return {" ".join(words.split()) for words in found if words}


def test_the_list_shows_every_document_the_five_plans_first(reader: Client) -> None:
    answer = reader.get("/plans/")
    assert [row.document.code for row in answer.context["plans"]] == FIVE
    shown = {row.document.code for row in answer.context["plans"] + answer.context["others"]}
    assert shown == set(Document.objects.values_list("code", flat=True))
    page = text_of(answer)
    assert "chưa rõ – Nguồn để trống số, chỉ có ký hiệu: “Số: /KH-VP”." in page
    assert "Quyết định số 1315/QĐ-TTg ngày 09/11/2023 của Thủ tướng Chính phủ" in page


def test_every_sentence_of_a_document_is_on_its_page_and_nothing_of_another(
    reader: Client,
) -> None:
    titles = Document.objects.values_list("title", flat=True)
    passages = {(one.document_id, " ".join(one.quote.split())) for one in Passage.objects.all()}
    for document in Document.objects.all():
        answer = reader.get(f"/plans/{document.code}/")
        page = text_of(answer)
        own = sentences(document)
        assert [words for words in own if words not in page] == []
        foreign = [
            words
            for owner, words in passages
            if owner != document.pk
            and words in page
            and not any(words in named for named in (*own, *titles))
        ]
        # A short heading may stand in any title; a sentence of another document may not.
        assert [words for words in foreign if len(words) > 40] == []
        assert len(answer.content) < 100 * 1024


def test_metadata_and_what_is_not_known_with_the_reason(reader: Client) -> None:
    page = text_of(reader.get("/plans/ke-hoach-van-phong-bac-kan/"))
    assert "chưa rõ – Nguồn để trống số" in page
    for words in ("Vũ Đức Chính, Chánh Văn phòng", "2024 – 2030", "Thời kỳ theo tên kế hoạch"):
        assert words in page


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("ke-hoach-van-phong-bac-kan", []),
        (
            "ke-hoach-35-yen-bai",
            [
                "yêu cầu", "hình thức và tiêu chuẩn khen thưởng", "giải pháp",
                "nội dung 2, 6 trong sáu nội dung", "các tiêu chí được đánh dấu như vậy",
            ],
        ),
        ("quyet-dinh-1315", ["yêu cầu", "tiêu chí", "giải pháp", "tiến độ", "tổ chức thực hiện"]),
    ],
)  # fmt: skip
def test_what_a_source_leaves_out_is_said(reader: Client, code: str, missing: list[str]) -> None:
    assert reader.get(f"/plans/{code}/").context["missing"] == missing


def test_where_the_text_breaks_off_is_said(reader: Client) -> None:
    assert "Văn bản bị ngắt ở dấu “[...]”" in text_of(
        reader.get("/plans/ke-hoach-3853-binh-duong/")
    )


def test_the_sets_stand_where_the_plan_announces_them(reader: Client) -> None:
    whole = reader.get("/plans/ke-hoach-van-phong-bac-kan/").context["whole"]
    assert whole.before[-1].passage.code == "iii-1"
    assert whole.after[0].passage.code == "iii-2"
    assert [row.criteria_set.document.code for row in whole.sets] == [
        "ke-hoach-van-phong-bac-kan"
    ] * 2


def test_every_target_has_its_share_year_and_sentence(reader: Client) -> None:
    rows = reader.get("/plans/ke-hoach-3853-binh-duong/").context["targets"]
    shown = [(row["year"], row["share"]) for row in rows]
    assert shown == [
        (target.year, f"{target.share:f}".removesuffix(".00")) for target in Target.objects.all()
    ]


# Sources


def test_a_source_is_shown_as_it_is_kept_with_its_digest(reader: Client) -> None:
    for source in Source.objects.exclude(file_name=""):
        answer = reader.get(f"/plans/sources/{source.code}/")
        page = text_of(answer)
        kept = (SOURCES / source.file_name).read_text("utf-8")
        assert [line for line in kept.splitlines() if " ".join(line.split()) not in page] == []
        assert source.sha256 in page
        assert "khớp với bản ghi" in page


def test_a_text_that_is_not_the_recorded_one_is_said(reader: Client) -> None:
    with journal.act("test"):
        Source.objects.filter(code="000").update(sha256="0" * 64)
    assert "không khớp với bản ghi" in text_of(reader.get("/plans/sources/000/"))


@pytest.mark.parametrize("name", ["../plans/00-sources.yaml", "/etc/passwd", "README.md", "x.txt"])
def test_only_the_kept_texts_are_read(reader: Client, name: str) -> None:
    with journal.act("test"):
        Source.objects.filter(code="000").update(file_name=name)
    answer = reader.get("/plans/sources/000/")
    assert (answer.status_code, answer.context["text"]) == (200, None)


def test_a_public_page_says_that_no_text_was_kept(reader: Client) -> None:
    page = text_of(reader.get("/plans/sources/lawnet-130572/"))
    for words in ("lawnet.vn", str(Confidence.FOUND.label), "không giữ toàn văn"):
        assert words in page


def marked(answer: Any) -> str:
    """The marked words of a source page."""
    return " ".join(
        piece.text
        for block in answer.context["blocks"]
        for line in block.lines
        for piece in line.pieces
        if piece.marked
    )


RECORDS: list[tuple[str, Any, str]] = [
    ("criterion", Criterion, "quote"), ("passage", Passage, "quote"),
    ("set", CriteriaSet, "intro_quote"), ("title", Title, "quote"), ("target", Target, "quote"),
    ("phase", Phase, "quote"), ("form", AwardForm, "quote"), ("route", Route, "quote"),
    ("citation", Citation, "as_written"),
]  # fmt: skip


def test_a_source_opens_at_the_words_of_every_record(reader: Client) -> None:
    for kind, model, field in RECORDS:
        rows = model.objects.exclude(**{field: ""}).select_related("source")[:12]
        for row in rows:
            answer = reader.get(f"/plans/sources/{row.source.code}/?{kind}={row.pk}")
            words = " ".join(getattr(row, field).split())
            assert " ".join(marked(answer).split()) == words
            assert answer.content.decode().count('id="quote"') == 1


def test_of_two_places_the_one_of_the_criterions_own_set_is_marked(reader: Client) -> None:
    criterion = Criterion.objects.get(criteria_set__code="tra-vinh-cap-xa", code="2")
    answer = reader.get(f"/plans/sources/000/?criterion={criterion.pk}")
    lines = [
        line.number
        for block in answer.context["blocks"]
        for line in block.lines
        if any(piece.marked for piece in line.pieces)
    ]
    assert lines == [21]  # the same words stand in line 15, for districts


def test_words_asked_for_by_themselves_are_marked(reader: Client) -> None:
    answer = reader.get(
        "/plans/sources/000/", {"quote": "Được công nhận “Cộng đồng học tập” cấp xã"}
    )
    assert marked(answer) == "Được công nhận “Cộng đồng học tập” cấp xã"
    absent = reader.get("/plans/sources/000/", {"quote": "<script>alert(1)</script>"})
    assert absent.context["found"] is False
    assert "<script>alert" not in absent.content.decode()


@pytest.mark.parametrize(
    "query",
    ["criterion=x", "criterion=-1", f"passage={10**30}", "quote=%00", "quote=+", "set=99999999",
     "quote=" + "x" * 6000, "target=1&form=2&passage=%00", "criterion=١"],
)  # fmt: skip
def test_junk_opens_the_source_without_a_mark(reader: Client, query: str) -> None:
    answer = reader.get(f"/plans/sources/001/?{query}")
    assert (answer.status_code, marked(answer)) == (200, "")


def test_a_record_of_another_source_asks_for_nothing(reader: Client) -> None:
    passage = Passage.objects.filter(source__code="004").first()
    assert passage is not None
    assert marked(reader.get(f"/plans/sources/001/?passage={passage.pk}")) == ""


def test_what_is_not_the_documents_is_set_apart(reader: Client) -> None:
    source = Source.objects.get(code="003")
    text = source_texts.read(source)
    assert text is not None
    foreign = {
        source_texts.numbers(block.lines)
        for block in source_texts.blocks(source, text.text)
        if block.foreign
    }
    assert foreign == {"1", "3", "5", "13–14", "36–37", "39–145"}


@pytest.mark.parametrize(
    "path",
    ["/plans/junk/", "/plans/sources/junk/", "/plans/sources/", "/plans/" + "x" * 300 + "/"],
)
def test_what_is_not_there_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("person", ["xa", "tinh", "stranger", "expired_deputy"])
def test_anybody_signed_in_may_read_and_nobody_else(
    land: Land, client: Client, client_of: ClientOf, person: str
) -> None:
    loaded_plans.load(land)
    signed_in = client_of(getattr(land, person))
    for path in ("/plans/", "/plans/quyet-dinh-1315/", "/plans/sources/003/"):
        assert signed_in.get(path).status_code == 200
        assert client.get(path).status_code == 302


def test_the_number_of_queries_is_the_same_for_every_document(reader: Client) -> None:
    def queries(path: str) -> int:
        reader.get(path)
        with CaptureQueriesContext(connection) as captured:
            reader.get(path)
        return len(captured)

    assert {queries(f"/plans/{code}/") for code in (*FIVE, "thong-tu-25-2023")} == {12}
    assert queries("/plans/") == 8
    assert {queries(f"/plans/sources/{code}/?passage=1") for code in ("000", "003")} == {9}


@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible(land: Land, page_as: PageAs) -> None:  # noqa: F811
    loaded_plans.load(land)
    passage = Passage.objects.filter(document__code="quyet-dinh-1315", number="2").get()
    for size in (OFFICE, TELEPHONE):
        page = page_as(land.xa, size)
        for path in (
            "/plans/", "/plans/ke-hoach-3853-binh-duong/", "/plans/thong-tu-25-2023/",
            "/plans/ke-hoach-35-yen-bai/", "/plans/sources/lawnet-130572/",
            f"/plans/sources/003/?passage={passage.pk}#quote",
        ):  # fmt: skip
            page.goto(path)
            assert_accessible(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0]
    assert page.locator("#quote").is_visible()
