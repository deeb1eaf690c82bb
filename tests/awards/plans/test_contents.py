"""What the plan files hold, as the plans and the reference say: all of it, and nothing invented."""

from collections import Counter
from decimal import Decimal

import pytest

from awards.plans.checks import read_plans
from awards.plans.files import PlanFile
from awards.plans.records.criteria import CriteriaSetRecord
from awards.plans.records.documents import DocumentRecord
from criteria import rules


@pytest.fixture(scope="module")
def plans() -> PlanFile:
    return read_plans()


def documents(plans: PlanFile) -> dict[str, DocumentRecord]:
    return {record.code: record for record in plans.documents}


def sets(plans: PlanFile) -> dict[str, CriteriaSetRecord]:
    return {record.code: record for record in plans.criteria_sets}


def test_five_plans_with_what_is_known_of_them(plans: PlanFile) -> None:
    by_code = documents(plans)
    assert {
        code: (
            by_code[code].number,
            by_code[code].issued_on and f"{by_code[code].issued_on:%d/%m/%Y}",
            by_code[code].signer,
            sorted(by_code[code].unknown),
        )
        for code in (
            "ke-hoach-21-tra-vinh",
            "ke-hoach-van-phong-bac-kan",
            "ke-hoach-35-yen-bai",
            "quyet-dinh-1315",
            "ke-hoach-3853-binh-duong",
        )
    } == {
        "ke-hoach-21-tra-vinh": ("21/KH-UBND", "18/03/2024", "", ["signer"]),
        "ke-hoach-van-phong-bac-kan": ("", None, "Vũ Đức Chính", ["issued_on", "number"]),
        "ke-hoach-35-yen-bai": ("35/KH-UBND", None, "", ["issued_on", "signer"]),
        "quyet-dinh-1315": ("1315/QĐ-TTg", "09/11/2023", "Trần Hồng Hà", []),
        "ke-hoach-3853-binh-duong": ("3853/KH-UBND", "29/07/2022", "Nguyễn Lộc Hà", []),
    }


def test_journalists_sign_nothing(plans: PlanFile) -> None:
    authors = {source.author for source in plans.sources if source.author}
    assert authors == {"HÀ THANH", "Thành Nam", "P.Ngân"}
    assert authors & {document.signer for document in plans.documents} == set()


def test_what_each_plan_implements(plans: PlanFile) -> None:
    implements = {
        code: [cite.cited for cite in record.cites if cite.relation == "implements"]
        for code, record in documents(plans).items()
    }
    assert {code: cited for code, cited in implements.items() if cited} == {
        "ke-hoach-van-phong-bac-kan": ["ke-hoach-33-bac-kan"],
        "ke-hoach-35-yen-bai": ["quyet-dinh-1315", "huong-dan-216"],
        "quyet-dinh-1315": ["ket-luan-49"],
        "ke-hoach-3853-binh-duong": [
            "quyet-dinh-387",
            "chuong-trinh-hoc-tap-suot-doi",
            "quyet-dinh-1373",
            "ke-hoach-1144-binh-duong",
        ],
        "ket-luan-49": ["chi-thi-11"],
        "quyet-dinh-489": ["ket-luan-49"],
        "ke-hoach-1144-binh-duong": ["de-an-xa-hoi-hoc-tap"],
        "ke-hoach-233-yen-bai": ["de-an-xa-hoi-hoc-tap"],
        "ke-hoach-de-an-bac-kan": ["de-an-xa-hoi-hoc-tap"],
    }


def test_one_conclusion_cited_in_two_ways_is_one_document(plans: PlanFile) -> None:
    cites = documents(plans)["ke-hoach-3853-binh-duong"].cites
    written = {cite.quote: cite.normalised for cite in cites if cite.cited == "ket-luan-49"}
    normal = "Kết luận số 49-KL/TW ngày 10/05/2019 của Ban Bí thư"
    assert written == {
        "Kết luận 49-KL/TW ngày 10/5/2019 của Ban Bí thư": normal,
        "kết luận 49/KL-TW": normal,
    }


@pytest.mark.parametrize(
    ("document", "section", "numbers"),
    [
        ("quyet-dinh-1315", "content", ["1", "2", "3", "4", "5", "6"]),
        ("ke-hoach-van-phong-bac-kan", "content", ["1", "2", "3", "4", "5", "6"]),
        ("ke-hoach-35-yen-bai", "content", ["1, 3", "4, 5"]),
        ("ke-hoach-van-phong-bac-kan", "solution", ["1", "2", "3", "4", "5", "6"]),
        ("ke-hoach-3853-binh-duong", "solution", ["1", "2", "3"]),
        ("ke-hoach-van-phong-bac-kan", "progress", ["1", "2"]),
    ],
)
def test_contents_and_solutions_are_numbered_as_in_the_plan(
    plans: PlanFile, document: str, section: str, numbers: list[str]
) -> None:
    passages = [p for p in plans.passages if p.document == document and p.section == section]
    assert [passage.number for passage in passages if passage.number] == numbers


def test_phases_as_each_document_states_them(plans: PlanFile) -> None:
    assert [
        (phase.document, phase.years.first, phase.years.last, phase.review.value)
        for phase in plans.phases
    ] == [
        ("quyet-dinh-1315", 2023, 2025, "interim"),
        ("quyet-dinh-1315", 2023, 2030, "final"),
        ("ke-hoach-van-phong-bac-kan", 2023, 2025, "interim"),
        ("ke-hoach-van-phong-bac-kan", 2026, 2030, "final"),
        ("ke-hoach-van-phong-bac-kan", 2024, 2030, "none"),
        ("ke-hoach-35-yen-bai", 2023, 2025, "none"),
        ("ke-hoach-35-yen-bai", 2026, 2030, "none"),
        ("ke-hoach-3853-binh-duong", 2022, 2030, "none"),
    ]


def test_criteria_of_tra_vinh_for_every_kind_of_participant(plans: PlanFile) -> None:
    assert {
        record.subject_kinds: [criterion.rule["kind"] for criterion in record.criteria]  # type: ignore[index]
        for record in plans.criteria_sets
        if record.document == "ke-hoach-21-tra-vinh"
    } == {
        ("agency",): ["attested"] * 3,
        ("mass_organisation",): ["attested"] * 2,
        ("district",): ["attested", "attested", "attested", "holds_title"],
        ("commune",): ["attested", "attested", "attested", "holds_title"],
        ("household",): ["holds_title", "attested"],
        ("clan",): ["holds_title", "attested"],
        ("enterprise",): ["attested"] * 4,
        ("citizen",): ["holds_title", "attested"],
        ("other",): ["attested"],
    }


def test_criteria_of_bac_kan_are_the_offices_own(plans: PlanFile) -> None:
    assert {
        record.subject_kinds: (record.owner.body if record.owner else "", len(record.criteria))
        for record in plans.criteria_sets
        if record.document == "ke-hoach-van-phong-bac-kan"
    } == {
        ("department",): ("van-phong-ubnd-bac-kan", 4),
        ("citizen",): ("van-phong-ubnd-bac-kan", 2),
    }


def test_yen_bai_has_kinds_and_no_criteria(plans: PlanFile) -> None:
    of_yen_bai = [r for r in plans.criteria_sets if r.document == "ke-hoach-35-yen-bai"]
    assert [record.subject_kinds for record in of_yen_bai] == [
        ("agency",),
        ("mass_organisation",),
        ("district",),
        ("commune",),
        ("hamlet",),
        ("school",),
        ("enterprise",),
        ("household",),
        ("citizen",),
    ]
    assert {c.status for record in of_yen_bai for c in record.criteria} == {"no_source"}


def test_learning_citizen_is_ten_times_ten_points_with_both_thresholds(plans: PlanFile) -> None:
    record = sets(plans)["cong-dan-hoc-tap"]
    total = rules.parse_set(record.rule)
    assert isinstance(total, rules.ScoreTotalRule)
    assert total.relaxed is not None
    assert (total.total, total.relaxed.total) == (80, 70)
    assert [criterion.spec.rule for criterion in record.criteria] == [
        rules.ScoreRule(max=Decimal(10), floor=Decimal(5))
    ] * 10
    assert list(Counter(criterion.group for criterion in record.criteria).values()) == [4, 4, 2]


@pytest.mark.parametrize("grade", ["1", "2"])
def test_learning_commune_has_fifteen_records_of_which_six_are_known(
    plans: PlanFile, grade: str
) -> None:
    criteria = sets(plans)[f"cong-dong-hoc-tap-xa-muc-{grade}"].criteria
    assert len(criteria) == 15
    assert [criterion.code for criterion in criteria if criterion.status == "known"] == [
        "1.1", "1.2", "1.3", "2.1", "2.2", "2.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "known", "unknown"),
    [
        ("don-vi-hoc-tap-huyen-muc-1", 7, 2),
        ("don-vi-hoc-tap-huyen-muc-2", 0, 3),
        ("don-vi-hoc-tap-tinh-co-quan-muc-1", 3, 2),
        ("don-vi-hoc-tap-tinh-giao-duc-muc-1", 8, 2),
        ("don-vi-hoc-tap-tinh-co-quan-muc-2", 3, 2),
        ("don-vi-hoc-tap-tinh-giao-duc-muc-2", 6, 4),
    ],
)
def test_learning_unit_is_known_in_part(
    plans: PlanFile, code: str, known: int, unknown: int
) -> None:
    times = Counter(criterion.status for criterion in sets(plans)[code].criteria)
    assert (times["known"], times["no_source"]) == (known, unknown)


def test_no_threshold_stands_beside_those_that_sources_give(plans: PlanFile) -> None:
    shares = {
        (record.code, criterion.code): criterion.spec.rule.at_least
        for record in plans.criteria_sets
        for criterion in record.criteria
        if isinstance(criterion.spec.rule, rules.ShareRule)
    }
    assert shares == {
        ("don-vi-hoc-tap-huyen-muc-1", "2.1"): 90,
        ("don-vi-hoc-tap-huyen-muc-1", "2.2"): 90,
        ("don-vi-hoc-tap-tinh-co-quan-muc-1", "3.1"): 90,
        ("don-vi-hoc-tap-tinh-co-quan-muc-2", "3.1"): 95,
        ("don-vi-hoc-tap-tinh-giao-duc-muc-1", "3.1"): 90,
        ("don-vi-hoc-tap-tinh-giao-duc-muc-1", "3.2"): 95,
        ("don-vi-hoc-tap-tinh-giao-duc-muc-2", "3.1"): 95,
        ("don-vi-hoc-tap-tinh-giao-duc-muc-2", "3.2"): 97,
    }


def test_titles_with_grades_hold_for_three_years(plans: PlanFile) -> None:
    assert {title.code for title in plans.titles if title.grades} == {
        title.code for title in plans.titles if title.valid_months == 36
    } == {
        "cong-dong-hoc-tap-xa",
        "cong-dong-hoc-tap-huyen",
        "cong-dong-hoc-tap-tinh",
        "don-vi-hoc-tap-huyen",
        "don-vi-hoc-tap-tinh",
    }  # fmt: skip


def test_nobody_is_said_to_recognise_a_learning_commune_after_the_districts_ended(
    plans: PlanFile,
) -> None:
    [title] = [title for title in plans.titles if title.code == "cong-dong-hoc-tap-xa"]
    assert [(a.period.last and a.period.last.year, a.authority) for a in title.authorities] == [
        (2025, "Trưởng Phòng Giáo dục và Đào tạo"),
        (None, None),
    ]


def test_award_forms_are_those_the_documents_name(plans: PlanFile) -> None:
    yearly = "Biểu dương, khen thưởng hằng năm bằng hình thức phù hợp"
    assert [(form.document, form.name, form.occasion) for form in plans.award_forms] == [
        ("ke-hoach-van-phong-bac-kan", yearly, "yearly"),
        ("ke-hoach-van-phong-bac-kan", "Bằng khen của Chủ tịch UBND tỉnh", "phase_end"),
        ("ke-hoach-van-phong-bac-kan", "Giấy khen của Chánh Văn phòng", "phase_end"),
        ("quyet-dinh-1315", yearly, "yearly"),
        ("quyet-dinh-1315", "Bằng khen của Thủ tướng Chính phủ", "phase_end"),
        (
            "quyet-dinh-1315",
            "Bằng khen cấp bộ, ban, ngành, tỉnh, đoàn thể Trung ương",
            "phase_end",
        ),
        ("quyet-dinh-1315", "Giấy khen", "phase_end"),
    ]


def test_no_route_for_a_title_reaches_beyond_the_districts(plans: PlanFile) -> None:
    of_titles = [route for route in plans.routes if route.title]
    assert len(of_titles) == 3
    assert {str(route.period.last) for route in of_titles} == {"2025-06-30"}


def test_only_facts_are_loaded(plans: PlanFile) -> None:
    assert {source.confidence for source in plans.sources} == {"stated", "found"}


def test_a_form_is_open_where_its_text_names_none(plans: PlanFile) -> None:
    """“bằng hình thức phù hợp”: who decides chooses which."""
    assert all("bằng hình thức phù hợp" in one.quote for one in plans.award_forms if one.open)
    assert [one.code for one in plans.award_forms if one.open] == [
        "khen-hang-nam-van-phong-bac-kan",
        "khen-hang-nam",
    ]
