"""Every result explains itself in words an officer would write."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from django.utils import translation

from criteria.explain import BASIS_LABELS, STATUS_LABELS, explain, sentence
from criteria.outcome import (
    Answered,
    Basis,
    Combined,
    Contradiction,
    Differs,
    Finding,
    Gathered,
    Judged,
    Measured,
    Missing,
    NoTitle,
    Outcome,
    Quotient,
    Reached,
    RequiredAnswer,
    RequiredCriteria,
    RequiredLimit,
    RequiredScale,
    RequiredTitle,
    RequiredTotal,
    Requirement,
    SourceDocument,
    Status,
    Term,
    TitleOnRecord,
    TitleRefused,
    Total,
)
from criteria.rules import Band

DAY = date(2026, 12, 31)
XA = "“Cộng đồng học tập” cấp xã"
HELD = TitleOnRecord(
    name=XA,
    grade=1,
    decision="Quyết định số 12/QĐ-UBND ngày 05/01/2026",
    valid_from=date(2026, 1, 5),
    valid_until=date(2029, 1, 5),
    confirmed=True,
    holder="",
    state="in_force",
)
FAMILIES = Term(value=Decimal(1050), label="“Gia đình học tập”", source="list", day=DAY)
HOUSEHOLDS = Term(
    value=Decimal(1500),
    label="Số hộ",
    source="figure",
    day=DAY,
    document="Báo cáo số 5/BC-UBND",
)
LOW = Band(min=Decimal(0), label="Chưa đạt", points=Decimal(0), met=False)
HIGH = Band(min=Decimal("70.5"), label="Khá", points=Decimal(1))

SENTENCES: list[tuple[Requirement | Finding, str, str]] = [
    (RequiredAnswer(partly_is_enough=False), "Yêu cầu: có.", "Required: yes."),
    (
        RequiredAnswer(partly_is_enough=True),
        "Yêu cầu: có hoặc một phần.",
        "Required: yes or partly.",
    ),
    (
        RequiredLimit(compare="at_least", limit=Decimal("62.5"), measure="percent"),
        "Yêu cầu: từ 62,5% trở lên.",
        "Required: at least 62,5%.",
    ),
    (
        RequiredLimit(compare="at_most", limit=Decimal(1200), measure="number", unit="hộ"),
        "Yêu cầu: không quá 1.200 hộ.",
        "Required: at most 1.200 hộ.",
    ),
    (
        RequiredLimit(compare="at_least", limit=Decimal(1), measure="points"),
        "Yêu cầu: từ 1 điểm trở lên.",
        "Required: at least 1 point.",
    ),
    (
        RequiredScale(bands=(LOW, HIGH), measure="percent"),
        "Thang đánh giá: từ 0%: Chưa đạt, 0 điểm, không đạt; từ 70,5%: Khá, 1 điểm.",
        "Scale: from 0%: Chưa đạt, 0 points, not met; from 70,5%: Khá, 1 point.",
    ),
    (
        RequiredTitle(name=XA, grade=2, day=DAY, of="unit"),
        f"Yêu cầu: đơn vị giữ danh hiệu {XA}, mức độ 2 trở lên tại ngày 31/12/2026.",
        f"Required: the unit holds {XA}, grade 2 or higher on 31/12/2026.",
    ),
    (
        RequiredTitle(name="“Đơn vị học tập”", grade=None, day=DAY, of="member"),
        ("Yêu cầu: có thành viên của đơn vị giữ danh hiệu “Đơn vị học tập” tại ngày 31/12/2026."),
        "Required: a member of the unit holds “Đơn vị học tập” on 31/12/2026.",
    ),
    (
        RequiredCriteria(n=2, of=("1.1", "1.2")),
        "Yêu cầu: đạt tất cả các tiêu chí 1.1, 1.2.",
        "Required: all of the criteria 1.1, 1.2.",
    ),
    (
        RequiredCriteria(n=1, of=("1.1", "1.2")),
        "Yêu cầu: đạt ít nhất 1 trong các tiêu chí 1.1, 1.2.",
        "Required: at least 1 of the criteria 1.1, 1.2.",
    ),
    (
        RequiredTotal(limit=Decimal(80)),
        "Yêu cầu: tổng số từ 80 điểm trở lên, không mục nào dưới điểm tối thiểu.",
        "Required: at least 80 points in total, no item below its minimum.",
    ),
    (
        RequiredTotal(
            limit=Decimal(70),
            relaxed_from=Decimal(80),
            fact="Xã đặc biệt khó khăn",
            document="Quyết định số 861/QĐ-TTg",
        ),
        (
            "Yêu cầu: tổng số từ 70 điểm trở lên, không mục nào dưới điểm tối thiểu (mức chung là "
            "80 điểm; được hạ vì: Xã đặc biệt khó khăn, Quyết định số 861/QĐ-TTg)."
        ),
        (
            "Required: at least 70 points in total, no item below its minimum (lowered from "
            "80 points: Xã đặc biệt khó khăn, Quyết định số 861/QĐ-TTg)."
        ),
    ),
    (Answered(value="partly"), "Trả lời: một phần.", "Answer: partly."),
    (
        Judged(met=True),
        "Người thẩm định kết luận tiêu chí: đạt.",
        "The reviewer judged the criterion met.",
    ),
    (
        Judged(met=False),
        "Người thẩm định kết luận tiêu chí: không đạt.",
        "The reviewer judged the criterion not met.",
    ),
    (
        Measured(value=Decimal("1234.5"), measure="number", unit="triệu đồng"),
        "Số liệu: 1.234,5 triệu đồng.",
        "The figure is 1.234,5 triệu đồng.",
    ),
    (
        Measured(value=Decimal("7.5"), measure="points", out_of=Decimal(10)),
        "Được 7,5 điểm trên tối đa 10.",
        "Scores 7,5 points out of 10.",
    ),
    (
        Quotient(numerator=FAMILIES, denominator=HOUSEHOLDS, percent=Decimal(70)),
        (
            "Tỷ lệ 70%: “Gia đình học tập”: 1.050 (đếm từ danh sách, ngày 31/12/2026); "
            "Số hộ: 1.500 (số liệu nền của địa bàn, Báo cáo số 5/BC-UBND, ngày 31/12/2026)."
        ),
        (
            "Share 70%: “Gia đình học tập”: 1.050 (counted from lists, on 31/12/2026); "
            "Số hộ: 1.500 (figure of the place, Báo cáo số 5/BC-UBND, on 31/12/2026)."
        ),
    ),
    (Reached(band=HIGH), "Đạt mức: Khá, 1 điểm.", "Reached: Khá, 1 point."),
    (
        Reached(band=None),
        "Dưới mức thấp nhất của thang đánh giá.",
        "Below the lowest step of the scale.",
    ),
    (
        Gathered(
            name=XA,
            listed=412,
            listed_places=7,
            declared=Decimal(230),
            declared_places=1,
            missing=("Ấp Chợ", "Ấp Mới"),
            also_declared=Decimal(40),
            also_counted=38,
        ),
        (
            f"{XA}: đếm từ danh sách của 7 nơi: 412; số kê khai của 1 nơi: 230; chưa có số liệu: "
            "Ấp Chợ, Ấp Mới. Những nơi có danh sách kê khai 40, danh sách cho 38; tính theo danh "
            "sách."
        ),
        (
            f"{XA}: counted from the lists of 7 places: 412; declared by 1 place: 230; no data: "
            "Ấp Chợ, Ấp Mới. Places with a list declare 40, their lists give 38; the lists count."
        ),
    ),
    (
        Differs(
            what="numerator",
            used=Decimal(1050),
            declared=Decimal(1100),
            document="Quyết định số 7/QĐ-UBND",
        ),
        (
            "Đơn vị kê khai 1.100 theo Quyết định số 7/QĐ-UBND, danh sách có 1.050 "
            "(chênh lệch 50); tính theo danh sách."
        ),
        (
            "The unit declares 1.100 by Quyết định số 7/QĐ-UBND, the lists show 1.050 "
            "(difference 50); the lists count."
        ),
    ),
    (
        Differs(what="numerator", used=Decimal(1050), declared=Decimal(1000)),
        "Đơn vị kê khai 1.000, danh sách có 1.050 (chênh lệch 50); tính theo danh sách.",
        "The unit declares 1.000, the lists show 1.050 (difference 50); the lists count.",
    ),
    (
        Differs(what="denominator", used=Decimal(1500), declared=Decimal(1450)),
        (
            "Đơn vị kê khai tổng số 1.450, số liệu nền của địa bàn là 1.500 (chênh lệch 50); "
            "tính theo số liệu nền."
        ),
        (
            "The unit declares a total of 1.450, the figure of the place is 1.500 "
            "(difference 50); the figure counts."
        ),
    ),
    (
        HELD,
        (
            f"Giữ danh hiệu {XA}, mức độ 1, theo Quyết định số 12/QĐ-UBND ngày 05/01/2026, "
            "có hiệu lực đến 05/01/2029."
        ),
        (
            f"Holds the title {XA}, grade 1, by Quyết định số 12/QĐ-UBND ngày 05/01/2026, "
            "valid until 05/01/2029."
        ),
    ),
    (
        HELD.model_copy(
            update={"grade": None, "confirmed": False, "holder": "Tổ 1", "valid_until": None}
        ),
        (
            f"Tổ 1 giữ danh hiệu {XA}, theo Quyết định số 12/QĐ-UBND ngày 05/01/2026, "
            "có hiệu lực không thời hạn, đơn vị kê khai, chưa được xác nhận."
        ),
        (
            f"Tổ 1 holds the title {XA}, by Quyết định số 12/QĐ-UBND ngày 05/01/2026, "
            "valid without end, declared, not yet confirmed."
        ),
    ),
    (
        HELD.model_copy(update={"state": "expired"}),
        (
            f"Công nhận {XA} không có hiệu lực tại ngày xét, mức độ 1, theo Quyết định số "
            "12/QĐ-UBND ngày 05/01/2026, có hiệu lực đến 05/01/2029."
        ),
        (
            f"Recognition of {XA} not in force, grade 1, by Quyết định số 12/QĐ-UBND ngày "
            "05/01/2026, valid until 05/01/2029."
        ),
    ),
    (
        HELD.model_copy(update={"state": "not_yet", "holder": "Tổ 1"}),
        (
            f"Tổ 1: công nhận {XA} không có hiệu lực tại ngày xét, mức độ 1, theo Quyết định số "
            "12/QĐ-UBND ngày 05/01/2026, có hiệu lực từ 05/01/2026."
        ),
        (
            f"Tổ 1: recognition of {XA} not in force, grade 1, by Quyết định số 12/QĐ-UBND ngày "
            "05/01/2026, valid from 05/01/2026."
        ),
    ),
    (
        NoTitle(name=XA),
        f"Chưa có công nhận {XA} trong sổ.",
        f"No recognition of {XA} is on record.",
    ),
    *(
        (
            TitleRefused(name=XA, decision="Quyết định số 1", state=state, day=date(2026, 11, 20)),
            f"Công nhận {XA} {vi} ngày 20/11/2026.",
            f"The recognition of {XA} by Quyết định số 1 was {state} on 20/11/2026.",
        )
        for state, vi in (
            ("rejected", "khai theo Quyết định số 1 không được chấp nhận"),
            ("revoked", "theo Quyết định số 1 bị thu hồi"),
        )
    ),
    (
        Missing(what="figure", name="Số hộ 100%"),
        "Chưa có số liệu: “Số hộ 100%” chưa được cập nhật.",
        "No data: the figure “Số hộ 100%” is not on record.",
    ),
    (
        Contradiction(
            what="above_whole",
            numerator=FAMILIES.model_copy(update={"source": "answer", "day": None}),
            denominator=HOUSEHOLDS.model_copy(update={"value": Decimal(1000), "document": ""}),
        ),
        (
            "Số đạt không thể lớn hơn tổng số: “Gia đình học tập”: 1.050 (số kê khai); "
            "Số hộ: 1.000 (số liệu nền của địa bàn, ngày 31/12/2026)."
        ),
        (
            "A part cannot exceed the whole: “Gia đình học tập”: 1.050 (declared); "
            "Số hộ: 1.000 (figure of the place, on 31/12/2026)."
        ),
    ),
    (
        Contradiction(
            what="nothing_to_share",
            numerator=FAMILIES,
            denominator=Term(value=Decimal(0), label="Số hộ", source="answer"),
        ),
        "Không có gì để tính tỷ lệ: Số hộ: 0 (số kê khai).",
        "There is nothing to take a share of: Số hộ: 0 (declared).",
    ),
    (
        Combined(met=("1.1", "1.3"), not_met=("1.2",), waiting=("1.4",)),
        "Đạt: 1.1, 1.3; Không đạt: 1.2; Chưa xác định: 1.4.",
        "Met: 1.1, 1.3; Not met: 1.2; Not yet decided: 1.4.",
    ),
    (
        Total(
            points=Decimal(66),
            out_of=Decimal(100),
            still_possible=Decimal(10),
            below_floor=("8",),
        ),
        "66 điểm trên tối đa 100; còn có thể thêm đến 10 điểm; dưới điểm tối thiểu: 8.",
        "66 points out of 100; up to 10 points still open; below the minimum: 8.",
    ),
    (
        Total(points=Decimal(82), out_of=Decimal(100), still_possible=Decimal(0), below_floor=()),
        "82 điểm trên tối đa 100.",
        "82 points out of 100.",
    ),
    (
        SourceDocument(citation="Kế hoạch số 21/KH-UBND, mục III.4"),
        "Căn cứ: Kế hoạch số 21/KH-UBND, mục III.4.",
        "Basis: Kế hoạch số 21/KH-UBND, mục III.4.",
    ),
]


@pytest.mark.parametrize(("step", "vietnamese", "english"), SENTENCES)
def test_each_step_is_a_sentence(
    step: Requirement | Finding, vietnamese: str, english: str
) -> None:
    with translation.override("vi"):
        assert sentence(step) == vietnamese
    with translation.override("en"):
        assert sentence(step) == english


def test_every_kind_of_step_has_a_sentence_here() -> None:
    kinds = {*get_args(get_args(Requirement)[0]), *get_args(get_args(Finding)[0])}

    assert {type(step) for step, _vietnamese, _english in SENTENCES} == kinds


def test_everything_that_can_be_missing_has_a_vietnamese_sentence() -> None:
    reasons = get_args(Missing.model_fields["what"].annotation)
    spoken = {}
    for language in ("vi", "en"):
        with translation.override(language):
            spoken[language] = {sentence(Missing(what=reason, name=XA)) for reason in reasons}

    assert (len(spoken["vi"]), len(spoken["en"])) == (len(reasons), len(reasons))
    assert spoken["vi"] & spoken["en"] == set()


def test_statuses_and_bases_are_named() -> None:
    assert (set(STATUS_LABELS), set(BASIS_LABELS)) == (set(Status), set(Basis))
    with translation.override("vi"):
        assert [str(label) for label in STATUS_LABELS.values()] == [
            "Đạt",
            "Không đạt",
            "Chưa trả lời",
            "Chưa có số liệu",
            "Chưa thể kết luận",
        ]


def test_an_explanation_starts_with_what_is_required() -> None:
    outcome = Outcome(
        status=Status.MET,
        threshold=RequiredTitle(name=XA, grade=None, day=DAY, of="unit"),
        trace=(HELD, SourceDocument(citation="Kế hoạch số 21/KH-UBND")),
        basis=Basis.HELD,
    )

    with translation.override("vi"):
        assert explain(outcome) == [
            f"Yêu cầu: đơn vị giữ danh hiệu {XA} tại ngày 31/12/2026.",
            (
                f"Giữ danh hiệu {XA}, mức độ 1, theo Quyết định số 12/QĐ-UBND ngày 05/01/2026, "
                "có hiệu lực đến 05/01/2029."
            ),
            "Căn cứ: Kế hoạch số 21/KH-UBND.",
        ]


def test_without_a_source_there_is_nothing_required_to_tell() -> None:
    outcome = Outcome(status=Status.INCONCLUSIVE, threshold=None, trace=(Missing(what="source"),))

    with translation.override("vi"):
        assert explain(outcome) == [
            "Chưa có nguồn nêu đầy đủ nội dung hoặc số liệu, nên chưa thể kết luận."
        ]
