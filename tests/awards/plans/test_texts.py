"""The sentence splitter leaves nothing out, and a quote is found where it stands, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.plans.texts import Span, gaps, line_of, lines_span, locate, sentences

# Letters, marks and spaces of the sources, so that random texts look like them.
LIKE_A_SOURCE = st.text(alphabet='aĐệ1 .:;…!?”“"\n\r\t\xa0-+()/,%I', max_size=80)


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@given(st.one_of(LIKE_A_SOURCE, st.text(max_size=80)))
def test_sentences_leave_out_nothing_but_white_space(text: str) -> None:
    at = 0
    for span in sentences(text):
        assert not text[at : span.start].strip()
        assert span.of(text) == span.of(text).strip() != ""
        assert span.start >= at
        at = span.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Một câu. Hai câu.", ["Một câu.", "Hai câu."]),
        ("Một dòng\nhai dòng", ["Một dòng", "hai dòng"]),
        ("Đối với cấp xã: thực hiện.", ["Đối với cấp xã:", "thực hiện."]),
        ("1. Mục đích", ["1. Mục đích"]),
        ("IV. GIẢI PHÁP THỰC HIỆN", ["IV. GIẢI PHÁP THỰC HIỆN"]),
        ("2.1 Khen thưởng hàng năm", ["2.1 Khen thưởng hàng năm"]),
        ("- Gạch đầu dòng. Câu nữa.", ["- Gạch đầu dòng.", "Câu nữa."]),
        ("ở nước ngoài... có nhiều đóng góp.", ["ở nước ngoài... có nhiều đóng góp."]),
        ("GS. Trần Văn A nói. B nghe.", ["GS. Trần Văn A nói.", "B nghe."]),
        ("đạt “danh hiệu.” Câu sau.", ["đạt “danh hiệu.”", "Câu sau."]),
        ("lúc 22:02 ngày 1.1", ["lúc 22:02 ngày 1.1"]),
        ("\xa0\n  \n", []),
    ],
)
def test_sentence_ends_where_a_reader_would_end_it(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_quote_is_found_whatever_the_white_space() -> None:
    text = "Thực hiện\xa0tốt\n công tác."
    assert locate(text, "Thực  hiện tốt công tác.") == [Span(0, len(text))]


def test_quote_is_found_as_often_as_it_stands_there() -> None:
    assert locate("xã, huyện, xã", "xã") == [Span(0, 2), Span(11, 13)]


@pytest.mark.parametrize("quote", ["cấp  tỉnh", "ấp xã", "Cấp xã", "", "  "])
def test_quote_that_the_text_does_not_say_is_not_found(quote: str) -> None:
    assert locate("Đối với cấp xã", quote) == []


def test_line_of_counts_from_one() -> None:
    assert [line_of("a\nb\n\nc", offset) for offset in (0, 2, 5)] == [1, 2, 4]


def test_lines_span_covers_whole_lines() -> None:
    text = "a\nb\nc"
    assert lines_span(text, 2, 3).of(text) == "b\nc"
    assert lines_span(text, 1, 1).of(text) == "a\n"


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 4)])
def test_lines_that_are_not_there_are_refused(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="the text has lines 1 to 3"):
        lines_span("a\nb\nc", first, last)


def test_gaps_name_sentences_without_owner_with_two_and_with_half_of_one() -> None:
    text = "Không ai. Một người. Hai người. Nửa câu."
    spans = sentences(text)
    owned = [
        ("một", spans[1]),
        ("một", spans[2]),
        ("hai", Span(spans[2].start, spans[2].start + 3)),
        ("nửa", Span(spans[3].start, spans[3].end - 4)),
    ]
    assert [(gap.sentence.of(text), gap.owners) for gap in gaps(text, owned)] == [
        ("Không ai.", ()),
        ("Hai người.", ("hai", "một")),
        ("Nửa câu.", ("nửa",)),
    ]


def test_one_owner_may_hold_several_sentences_and_a_sentence_in_parts() -> None:
    text = "Một câu dài. Câu sau."
    assert gaps(text, [("a", Span(0, 7)), ("a", Span(8, len(text)))]) == []
