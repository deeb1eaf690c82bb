"""How papers name units (Nghị định 30/2020/NĐ-CP, Phụ lục II, mục III.1)."""

import pytest

from units.letterheads import authority, body_of, committee, in_text, locality
from units.models import UnitKind

COMMUNE, HAMLET, AGENCY = UnitKind.COMMUNE, UnitKind.HAMLET, UnitKind.AGENCY


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Xã Đại An", COMMUNE, "xã Đại An"),
        ("Đặc khu Côn Đảo", COMMUNE, "đặc khu Côn Đảo"),
        ("Phường 1", COMMUNE, "Phường 1"),
        ("Ấp Giồng Lớn", HAMLET, "ấp Giồng Lớn"),
        ("Ấp 4", HAMLET, "ấp 4"),
        ("Sở Nội vụ", AGENCY, "Sở Nội vụ"),
    ],
)
def test_in_running_text_the_type_of_a_place_is_small(name: str, kind: str, said: str) -> None:
    assert in_text(name, kind) == said


def test_a_governed_place_acts_through_its_committee_and_its_head() -> None:
    assert committee("Phường 1") == "Ủy ban nhân dân Phường 1"
    assert body_of("Xã Đại An", COMMUNE, "\n") == "Ủy ban nhân dân\nxã Đại An"
    assert body_of("Sở Nội vụ", AGENCY) == "Sở Nội vụ"
    assert authority("Xã Đại An", COMMUNE, "") == "Chủ tịch Ủy ban nhân dân xã Đại An"
    assert authority("Sở Nội vụ", AGENCY, "Giám đốc Sở Nội vụ") == "Giám đốc Sở Nội vụ"
    assert authority("Sở Nội vụ", AGENCY, "") == "Sở Nội vụ"


@pytest.mark.parametrize(
    ("name", "place"),
    [("Xã Đại An", "Đại An"), ("Tỉnh Vĩnh Long", "Vĩnh Long"), ("Ấp Giồng Lớn", "Ấp Giồng Lớn")],
)
def test_a_paper_is_dated_at_a_place_without_its_type(name: str, place: str) -> None:
    assert locality(name) == place
