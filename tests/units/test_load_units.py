"""`manage.py load_units`: what is in afterwards, and what is refused."""

import datetime
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import periods
from core.models import JournalEntry
from tests import factories
from tests.conftest import settle
from units import loader, names, unit_files
from units.models import Extent, Placement, Reform, Succession, Unit, UnitKind

BEFORE = datetime.date(2025, 6, 30)
AFTER = datetime.date(2025, 7, 1)


def load(directory: Path = unit_files.DIRECTORY) -> str:
    """What the command says."""
    said = io.StringIO()
    call_command("load_units", directory=directory, stdout=said)
    settle()
    return said.getvalue()


def counts(day: datetime.date) -> dict[str, int]:
    """How many units of each kind there are on a day."""
    kinds = Placement.objects.on(day).values_list("kind", flat=True)
    return {kind: list(kinds).count(kind) for kind in set(kinds)}


def state(name: str, day: datetime.date, **fields: str) -> Placement:
    return Placement.objects.on(day).get(name=name, **fields)


@pytest.mark.django_db
def test_everything_is_in_and_again_changes_nothing() -> None:
    assert load().splitlines() == [
        "Units: 14,012 with 14,140 states.",
        "  until 30/06/2025: 63 provinces, 696 districts, 10,035 communes",
        "  from 01/07/2025:  34 provinces, 3,321 communes",
        "  the same unit before and after: 11 provinces, 127 communes",
        "  successions: 10,527; divided: 471",
    ]
    written = JournalEntry.objects.count()
    assert load() == "Units: all there, nothing changed.\n"
    assert JournalEntry.objects.count() == written

    assert counts(BEFORE) == {"country": 1, "province": 63, "district": 696, "commune": 10_035}
    assert counts(AFTER) == {"country": 1, "province": 34, "commune": 3_321}
    assert set(JournalEntry.objects.values_list("act", "op", "subject", "rows")) == {
        ("load_units", "insert", "units_reform", 1),
        ("load_units", "batch", "units_unit", 14_012),
        ("load_units", "batch", "units_placement", 14_140),
        ("load_units", "batch", "units_succession", 10_527),
    }
    check_identity()
    check_successions()
    check_later_change()


def check_identity() -> None:
    """Called by the test above: loading takes seconds, one load serves all these promises."""
    hanoi = state("Thành phố Hà Nội", AFTER)
    assert hanoi.period == periods.between(None, None)

    thuan_hoa = list(
        Placement.objects.filter(unit=state("Xã Thuận Hòa", AFTER, code="00922").unit).order_by(
            "period"
        )
    )
    assert [(one.name, one.located_in.placements.get().name) for one in thuan_hoa] == [
        ("Xã Thuận Hòa", "Huyện Vị Xuyên"),
        ("Xã Thuận Hòa", "Tỉnh Tuyên Quang"),
    ]
    assert [one.period for one in thuan_hoa] == [
        periods.between(None, BEFORE),
        periods.between(AFTER, None),
    ]
    assert not Succession.objects.filter(successor=thuan_hoa[0].unit).exists()

    assert state("Tỉnh Vĩnh Long", BEFORE).unit != state("Tỉnh Vĩnh Long", AFTER).unit
    assert Placement.objects.filter(kind="district", period__contains=AFTER).count() == 0


def check_successions() -> None:
    assert Succession.objects.filter(predecessor__kind="district").count() == 5
    parts = Succession.objects.filter(extent=Extent.PART)
    assert parts.values("predecessor").distinct().count() == 471
    assert parts.filter(is_default=True).count() == 471
    merged = Placement.objects.filter(
        unit__successions__successor=state("Tỉnh Vĩnh Long", AFTER).unit
    )
    assert set(merged.values_list("name", flat=True)) == {
        "Tỉnh Vĩnh Long",
        "Tỉnh Bến Tre",
        "Tỉnh Trà Vinh",
    }
    reform = Reform.objects.get()
    assert reform.effective_on == AFTER
    assert "Quyết định 19/2025/QĐ-TTg" in reform.citation


def check_later_change() -> None:
    dong_nai = state("Tỉnh Đồng Nai", AFTER).unit
    found = list(Placement.objects.filter(unit=dong_nai).order_by("period"))
    assert found[1].provenance.endswith("trên địa bàn từ ngày này chưa có trong dữ liệu")
    assert [(one.name, one.type_name, one.period, one.basis) for one in found] == [
        (
            "Tỉnh Đồng Nai",
            "Tỉnh",
            periods.between(AFTER, datetime.date(2026, 4, 29)),
            loader.REFORM,
        ),
        (
            "Thành phố Đồng Nai",
            "Thành phố",
            periods.between(datetime.date(2026, 4, 30), None),
            "Nghị quyết 30/2026/QH16",
        ),
    ]


# What is refused

Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


BROKEN: list[tuple[str, Edit, list[str]]] = [
    (
        "vn_legacy_units.csv",
        replaced("level,code,name,type,parent_code", "level,code,name,type"),
        ["vn_legacy_units.csv:1: the column parent_code is missing"],
    ),
    (
        "vn_2025_units.csv",
        replaced("parent_code\n", "parent_code,note\n"),
        ["vn_2025_units.csv:1: the column note is unknown"],
    ),
    (
        "vn_province_map.csv",
        replaced("old_code,new_code", "old_code,new_code,new_code"),
        ["vn_province_map.csv:1: a column is given twice: old_code, new_code, new_code"],
    ),
    (
        "vn_2025_units.csv",
        replaced("commune,00004,Xã Sông,Xã,01", "commune,00004,Xã Sông,Xã,03"),
        ["vn_2025_units.csv:4: there is no province 03 to lie in"],
    ),
    (
        "vn_2025_units.csv",
        replaced("commune,00004,Xã Sông", "commune,00001,Xã Sông"),
        ["vn_2025_units.csv:4: commune 00001 stands already in line 3"],
    ),
    (
        "vn_legacy_units.csv",
        replaced("district,002,", "q,002,"),
        ["vn_legacy_units.csv:5: level: 'q' is unknown (known: province, district, commune)"],
    ),
    (
        "vn_2025_units.csv",
        replaced("commune,00004,Xã Sông", "commune,4,Xã Sông"),
        ["vn_2025_units.csv:4: code: '4' is no code of a commune (5 digits)"],
    ),
    (
        "vn_2025_units.csv",
        replaced("Xã Sông,Xã,01", ",Xã,01"),
        ["vn_2025_units.csv:4: name is empty"],
    ),
    (
        "vn_2025_units.csv",
        replaced("Xã Sông,Xã,01", "Xã Sông,Xã"),
        ["vn_2025_units.csv:4: it has not the 5 fields of the first line"],
    ),
    (
        "vn_2025_units.csv",
        replaced("Tỉnh Một,,", "Tỉnh Một,,01"),
        ["vn_2025_units.csv:2: a province lies in the country itself, not in 01"],
    ),
    (
        "vn_commune_map.csv",
        replaced("00001,00001,whole", "00001,00099,whole"),
        [
            "vn_2025_units.csv:3: commune 00001 follows nothing",
            "vn_commune_map.csv:2: there is no commune 00099 in vn_2025_units.csv",
        ],
    ),
    (
        "vn_commune_map.csv",
        replaced("commune,00001,00001,whole", "commune,00098,00001,whole"),
        [
            "vn_commune_map.csv:2: there is no commune 00098 in vn_legacy_units.csv",
            "vn_legacy_units.csv:6: commune 00001 has no successor",
        ],
    ),
    (
        "vn_commune_map.csv",
        replaced("00007,00010,part,0", "00007,00010,part,1"),
        ["vn_commune_map.csv:4: commune 00007 needs exactly one default successor"],
    ),
    (
        "vn_commune_map.csv",
        replaced("00007,00010,part,0", "00007,00004,part,0"),
        ["vn_commune_map.csv:5: commune 00007 → 00004 stands 2 times"],
    ),
    (
        "vn_commune_map.csv",
        replaced("00001,00001,whole", "00001,00001,part"),
        ["vn_commune_map.csv:2: commune 00001: whole goes to one successor, parts go to several"],
    ),
    (
        "vn_commune_map.csv",
        replaced("00001,whole,1", "00001,half,1"),
        ["vn_commune_map.csv:2: kind: 'half' is unknown (known: whole, part)"],
    ),
    (
        "vn_later_changes.csv",
        replaced("2026-01-01", "01/01/2026"),
        ["vn_later_changes.csv:2: first_day: '01/01/2026' is no day (YYYY-MM-DD)"],
    ),
    (
        "vn_later_changes.csv",
        replaced("2026-01-01", "2025-07-01"),
        ["vn_later_changes.csv:2: 2025-07-01 is not after the state before it"],
    ),
    (
        "vn_later_changes.csv",
        replaced("province,01", "province,02"),
        ["vn_later_changes.csv:2: there is no province 02 in vn_2025_units.csv"],
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "edit", "faults"), BROKEN)
def test_a_broken_file_is_refused_with_line_and_reason(
    small: Path, name: str, edit: Edit, faults: list[str]
) -> None:
    file = small / name
    file.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        load(small)
    assert str(refused.value).splitlines() == ["Nothing was loaded.", *faults]
    assert not Unit.objects.exists()


def test_a_missing_file_is_refused(small: Path) -> None:
    (small / "vn_province_map.csv").unlink()
    with pytest.raises(unit_files.UnitFilesRefused) as refused:
        unit_files.read(small)
    assert str(refused.value) == "vn_province_map.csv:1: the file is missing"


def test_a_file_in_another_encoding_is_refused(small: Path) -> None:
    (small / "vn_2025_units.csv").write_bytes("Tỉnh".encode("utf-16"))
    with pytest.raises(unit_files.UnitFilesRefused) as refused:
        unit_files.read(small)
    assert str(refused.value) == "vn_2025_units.csv:1: not UTF-8: invalid start byte"


# Who is who, in small


@pytest.mark.django_db
def test_a_unit_lives_through_a_new_type_and_another_spelling(small: Path) -> None:
    load(small)
    states = Placement.objects.filter(unit=state("Phường Hòa An", AFTER).unit).order_by("period")
    assert [one.name for one in states] == ["Xã Hoà An", "Phường Hòa An"]


@pytest.mark.django_db
def test_a_unit_that_took_in_another_is_a_new_one(small: Path) -> None:
    load(small)
    followed = Succession.objects.filter(successor=state("Xã Sông", AFTER).unit)
    assert list(followed.order_by("extent").values_list("extent", "is_default")) == [
        ("part", True),
        ("whole", True),
    ]


@pytest.mark.django_db
def test_a_unit_of_another_kind_is_a_new_one(small: Path) -> None:
    file = small / "vn_commune_map.csv"
    text = file.read_text(encoding="utf-8").replace("commune,00007,00010,part,0\n", "")
    file.write_text(text.replace("00004,part,1", "00004,whole,1"), encoding="utf-8")
    load(small)
    followed = Succession.objects.get(successor=state("Đặc khu Đảo", AFTER).unit)
    assert followed.predecessor == state("Huyện Đảo", BEFORE).unit


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hòa An", "Hoà An", True),
        ("Thủy Nguyên", "Thuỷ Nguyên", True),
        ("Krông Na", "Krong Na", False),
        ("Hòa An", "Hóa An", False),
        ("Ea H'leo", "Ea H'Leo", True),
        ("Đắc Lua", "Đak Lua", False),
    ],
)
def test_a_name_is_the_same_wherever_its_tones_stand(one: str, other: str, same: bool) -> None:
    assert (names.key(one) == names.key(other)) is same


# What was there before


@pytest.mark.django_db
def test_other_files_are_not_loaded_over_what_is_loaded(small: Path, tmp_path: Path) -> None:
    load(small)
    other = tmp_path / "other"
    shutil.copytree(small, other, ignore=shutil.ignore_patterns("other"))
    file = other / "vn_2025_units.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Xã Sông", "Xã Suối"), "utf-8")
    written = JournalEntry.objects.count()
    with pytest.raises(CommandError, match="were loaded from other files"):
        load(other)
    assert JournalEntry.objects.count() == written


@pytest.mark.django_db
def test_units_entered_otherwise_are_not_mixed_with_loaded_ones(small: Path) -> None:
    factories.place(UnitKind.PROVINCE, "Tỉnh Khác")
    with pytest.raises(CommandError, match="not loaded from these files"):
        load(small)
    assert Unit.objects.count() == 1
