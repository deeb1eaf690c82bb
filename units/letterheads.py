"""What a paper takes from the units it names: the wordings of Nghị định 30/2020/NĐ-CP."""

import re

from core.documents.paper import lowered
from units.models import UnitKind

DEMONSTRATION = "Dữ liệu minh họa"
GOVERNED = frozenset({UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE})
_TYPE = re.compile(r"(?:Xã|Phường|Thị trấn|Đặc khu|Huyện|Quận|Thị xã|Thành phố|Tỉnh)\s+")
_NUMBERED = re.compile(r"\S+ \d+")


def locality(name: str) -> str:
    """The place of a paper: the name of a unit without its type (Nghị định 30/2020/NĐ-CP)."""
    return _TYPE.sub("", name, count=1)


def in_text(name: str, kind: str) -> str:
    """A unit as running text names it: “xã Đại An”, “ấp Giồng Lớn”, “Sở Nội vụ”.

    Where the name of a place that is governed is a number, its type keeps its capital: “Phường 1”
    (Nghị định 30/2020/NĐ-CP, Phụ lục II, mục III.1).
    """
    is_place = kind in GOVERNED or kind == UnitKind.HAMLET
    if not is_place or (kind in GOVERNED and _NUMBERED.fullmatch(name)):
        return name
    return lowered(name)


def committee(name: str, between: str = " ") -> str:
    """The people's committee of a governed place; `between` is a line break in a letterhead."""
    return f"Ủy ban nhân dân{between}{in_text(name, UnitKind.COMMUNE)}"


def body_of(name: str, kind: str, between: str = " ") -> str:
    """Who acts for a unit: the people's committee of a governed place, else the unit itself."""
    return committee(name, between) if kind in GOVERNED else name


def authority(name: str, kind: str, otherwise: str) -> str:
    """Who decides for a unit: the head of a people's committee, else as a route words it."""
    return f"Chủ tịch {committee(name)}" if kind in GOVERNED else otherwise or name
