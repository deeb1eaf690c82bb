"""Comparing a typed name with that of a certificate: however it is typed, and no other one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.certificates.verifying import matches
from awards.models import Award, Certificate, Nomination
from units.models import Unit, UnitKind

HOUSEHOLD, CITIZEN, CLAN = UnitKind.HOUSEHOLD, UnitKind.CITIZEN, UnitKind.CLAN
BEFORE = {
    HOUSEHOLD: ("", "Hộ gia đình ", "hộ ", "GIA ĐÌNH ", "gia đình ông ", "Hộ gia đình bà "),
    CITIZEN: ("", "ông ", "bà ", "Công dân "),
    CLAN: ("", "Dòng họ ", "họ "),
    UnitKind.HAMLET: ("",),
}
# Ông is a family name, too; Hòa and Hoà are one name, Hoa is another.
SYLLABLES = ("Ông", "Trần", "Trân", "Thị", "Văn", "Hòa", "Hoà", "Hoa", "Đào", "Dao", "Anh")


def certificate(name: str, kind: str) -> Certificate:
    unit = Unit(kind=kind)
    return Certificate(name=name, award=Award(nomination=Nomination(unit=unit)))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Hộ gia đình Trần Văn Kín", "Trần Văn Kín"),
        ("Hộ gia đình Trần Văn Kín", "gia đình ông Trần Văn Kín"),
        ("Hộ gia đình Trần Văn Kín", "HỘ TRẦN VĂN KÍN"),
        ("Gia đình ông Trần Văn Kín", "  trần văn  KÍN "),
        ("Gia đình ông (bà) Trần Văn Kín", "Hộ gia đình Trần Văn Kín"),
        ("Hộ gia đình Ông Văn A", "Ông Văn A"),
        ("Hộ gia đình Thạch Thị Hoà", unicodedata.normalize("NFD", "Thạch Thị Hòa")),
    ],
)
def test_what_stands_before_a_name_may_be_left_out(written: str, typed: str) -> None:
    assert matches(certificate(written, HOUSEHOLD), typed)


@pytest.mark.parametrize(
    ("written", "typed", "kind"),
    [
        ("Hộ gia đình Trần Văn Kín", "Tran Van Kin", HOUSEHOLD),
        ("Hộ gia đình Trần Văn Kín", "Văn Kín", HOUSEHOLD),
        ("Hộ gia đình Trần Văn Kín", "Hộ gia đình", HOUSEHOLD),
        ("Hộ gia đình Trần Văn Kín", "", HOUSEHOLD),
        ("Hộ gia đình Ông Văn A", "Văn A", HOUSEHOLD),
        ("Ông Văn A", "Văn A", CITIZEN),
        ("Văn A", "Ông Văn A", CITIZEN),
        ("Trần Văn Kín", "Hộ gia đình Trần Văn Kín", CITIZEN),
        ("Ấp Giồng Lớn", "Giồng Lớn", UnitKind.HAMLET),
    ],
)
def test_another_name_does_not_match(written: str, typed: str, kind: str) -> None:
    assert not matches(certificate(written, kind), typed)


names = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map(" ".join)


@given(st.sampled_from(list(BEFORE)), st.data(), names, names, st.booleans())
def test_a_name_matches_itself_however_it_is_introduced_and_no_other(
    kind: UnitKind, data: st.DataObject, one: str, other: str, apart: bool
) -> None:
    before = st.sampled_from(BEFORE[kind])
    written = certificate(data.draw(before) + one, kind)
    typed = unicodedata.normalize("NFD" if apart else "NFC", data.draw(before) + other)
    same = one.replace("Hoà", "Hòa") == other.replace("Hoà", "Hòa")
    assert matches(written, typed) == same
