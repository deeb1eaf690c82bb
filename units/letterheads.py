"""What the head of a paper takes from the unit that makes it."""

import re

from units.models import UnitKind

DEMONSTRATION = "Dữ liệu minh họa"
GOVERNED = frozenset({UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE})
_TYPE = re.compile(r"(?:Xã|Phường|Thị trấn|Đặc khu|Huyện|Quận|Thị xã|Thành phố|Tỉnh)\s+")


def locality(name: str) -> str:
    """The place of a paper: the name of a unit without its type (Nghị định 30/2020/NĐ-CP)."""
    return _TYPE.sub("", name, count=1)
