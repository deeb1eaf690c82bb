"""Two hundred searches to be measured: what is commonest, for that is what finds most.

Names of units, names of people, hamlets by number, codes and numbers of papers; each as it is
written, and then as somebody types it who types no accents.
"""

import unicodedata
from collections.abc import Iterator

_UNITS = (
    "Tân An, Tân Bình, Tân Hòa, Tân Thành, Tân Phú, Tân Lập, Tân Tiến, Hòa Bình, Hòa An, "
    "Hoà Thuận, Bình Minh, Bình Phú, Bình An, Bình Hòa, Phú Hòa, Phú Lâm, Phú Mỹ, Long Hòa, "
    "Long Đức, Long Bình, Mỹ Hòa, Mỹ Long, Thạnh Phú, Thạnh Hòa, Phước Hưng, Phước Long, "
    "Đại An, Đại Phước, Sơn Hà, Hải Hà, Đông Hải, Trung Thành, Quảng Phú, Vĩnh Long, "
    "Vĩnh Thành, Trà Vinh, Hưng Mỹ, Lộc An, xã Tân, phường Hòa, Xuân Lộc, Yên Bình"
)
_PEOPLE = (
    "Nguyễn, Nguyễn Văn, Nguyễn Thị, Trần, Trần Văn, Trần Thị, Phạm, Phạm Văn, Huỳnh, "
    "Huỳnh Thị, Hoàng, Phan Văn, Phan Thị, Võ Thị, Đặng Văn, Bùi Thị, Dương Văn, Thạch, "
    "Thạch Thị, Kim Thị, Sơn Thị, Lâm Thị, Thị Hoa, Thị Lan, Thị Hương, Thị Thúy, Thị Thuỷ, "
    "Văn Hùng, Văn Dũng, Văn Minh, Văn Hòa, Ngọc Anh, Thanh Tùng, Minh Tuấn, Thị Mai, "
    "Thị Hạnh, Quốc Việt, Hữu Phước"
)
_NUMBERED = (
    "ấp 1, ấp 2, ấp 10, thôn 1, thôn 3, thôn Đông, khóm 1, khóm 4, khu phố 2, tổ dân phố 5, "
    "ấp Chợ, ấp Giồng, QĐ-UBND, 01/QĐ-UBND, TTr-UBND, 1315/QĐ-TTg, 29491, 842, kế hoạch, "
    "trường Tiểu học"
)


def _without_accents(words: str) -> str:
    letters = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in letters if not unicodedata.combining(one)).lower()


def _all() -> Iterator[str]:
    written = f"{_UNITS}, {_PEOPLE}, {_NUMBERED}".split(", ")
    yield from written
    yield from map(_without_accents, written)


SEARCHES: tuple[str, ...] = tuple(_all())
