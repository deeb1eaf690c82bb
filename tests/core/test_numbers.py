"""Numbers are read and written the Vietnamese way, and what could mean two things is asked back."""

import re
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import format_vi_number, parse_vi_number


def whole(sentence: str) -> str:
    """A pattern for exactly this sentence."""
    return rf"\A{re.escape(sentence)}\Z"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("7", "7"),
        ("007", "7"),
        ("1234", "1234"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1\u202f234", "1234"),
        ("0,125", "0.125"),
        ("12,34", "12.34"),
        ("1234,567", "1234.567"),
        ("1,2340", "1.234"),
        ("-3,5", "-3.5"),
        ("\u22123", "-3"),
        ("-0", "0"),
        ("  82,5 ", "82.5"),
    ],
)
def test_reads_what_offices_write(text: str, number: str) -> None:
    assert parse_vi_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a number."),
        ("   ", "Enter a number."),
        ("mười", "“mười” is not a number. Write it as in 1.234,5."),
        ("12 hộ", "“12 hộ” is not a number. Write it as in 1.234,5."),
        ("85%", "“85%” is not a number. Write it as in 1.234,5."),
        ("1e5", "“1e5” is not a number. Write it as in 1.234,5."),
        ("+5", "“+5” is not a number. Write it as in 1.234,5."),
        ("--5", "“--5” is not a number. Write it as in 1.234,5."),
        ("12,", "“12,” is not a number. Write it as in 1.234,5."),
        (",5", "“,5” is not a number. Write it as in 1.234,5."),
        ("1,2,3", "“1,2,3” is not a number. Write it as in 1.234,5."),
        ("1.23.456", "“1.23.456” is not a number. Write it as in 1.234,5."),
        ("1234.567.890", "“1234.567.890” is not a number. Write it as in 1.234,5."),
        ("1.234 567", "“1.234 567” is not a number. Write it as in 1.234,5."),
        ("1\n2", "“1\n2” is not a number. Write it as in 1.234,5."),
        ("٣٤", "“٣٤” is not a number. Write it as in 1.234,5."),
        ("NaN", "“NaN” is not a number. Write it as in 1.234,5."),
        ("x" * 31, f"“{'x' * 30}…” is not a number. Write it as in 1.234,5."),
        ("1.5", "“1.5”: write a comma before the decimals, as in 1.234,5."),
        ("1,234.5", "“1,234.5”: write a comma before the decimals, as in 1.234,5."),
        (
            "1,234",
            (
                "“1,234” can be read in two ways: write 1234 for the whole number, "
                "or 1,2340 with a decimal comma."
            ),
        ),
        ("1" * 16, "This number has too many digits."),
        ("0,1234567", "This number has too many digits."),
    ],
)
def test_refuses_anything_else_with_a_sentence(text: str, sentence: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match=whole(sentence)):
        parse_vi_number(text)


def test_refuses_in_vietnamese() -> None:
    sentence = "“12 hộ” không phải là số. Hãy viết như 1.234,5."
    with translation.override("vi"), pytest.raises(ValueError, match=whole(sentence)):
        parse_vi_number("12 hộ")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (-1234567, "-1.234.567"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("1234.50"), "1.234,5"),
        (Decimal("-0.5"), "-0,5"),
        (Decimal("-0.0"), "0"),
        (Decimal("70.00"), "70"),
        (Decimal("0.125"), "0,125"),
        (Decimal("89.996"), "89,9960"),
    ],
)
def test_writes_without_loss(number: Decimal | int, text: str) -> None:
    assert format_vi_number(number) == text


@given(
    st.decimals(min_value=-(10**14), max_value=10**14, places=6)
    | st.decimals(min_value=-1000, max_value=1000, places=3)
)
def test_reads_back_what_it_writes(number: Decimal) -> None:
    assert parse_vi_number(format_vi_number(number)) == number


@given(st.text(alphabet="0123456789., -\u00a0%eE", max_size=20) | st.text(max_size=20))
def test_junk_is_a_sentence_never_a_crash(text: str) -> None:
    try:
        number = parse_vi_number(text)
    except ValueError:
        return
    assert parse_vi_number(format_vi_number(number)) == number
