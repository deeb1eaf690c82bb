"""Unit files of the official form, small enough to see through."""

from pathlib import Path

import pytest

from tests.browser import browser_type_launch_args, page_as  # noqa: F401

SMALL = {
    "vn_legacy_units.csv": """level,code,name,type,parent_code
province,01,Tỉnh Một,,
province,02,Tỉnh Hai,,
district,001,Huyện Núi,Huyện,01
district,002,Huyện Đảo,Huyện,02
commune,00001,Xã Hoà An,Xã,001
commune,00004,Thị trấn Sông,Thị trấn,001
commune,00007,Xã Đồi,Xã,001
""",
    "vn_2025_units.csv": """level,code,name,type,parent_code
province,01,Tỉnh Một,,
commune,00001,Phường Hòa An,Phường,01
commune,00004,Xã Sông,Xã,01
commune,00010,Đặc khu Đảo,Đặc khu,01
""",
    "vn_commune_map.csv": """old_level,old_code,new_code,kind,is_default
commune,00001,00001,whole,1
commune,00004,00004,whole,1
commune,00007,00004,part,1
commune,00007,00010,part,0
district,002,00010,whole,1
""",
    "vn_province_map.csv": "old_code,new_code\n01,01\n02,01\n",
    "vn_later_changes.csv": "level,code,first_day,name,type,basis,source\n"
    "province,01,2026-01-01,Thành phố Một,Thành phố,Nghị quyết 1,Công báo\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two provinces that become one: a commune is divided, another lives on as a ward."""
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path
