"""Founding, correcting, renaming, ending and undoing: by whom, with what, and what stays."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from units import acts, permissions
from units.acts import NodeEntry, Undoable
from units.entries import Conflict, EntryError, Row
from units.models import Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

SINCE = datetime.date(2025, 7, 1)
PAPER = "Nghị quyết số 05/NQ-HĐND"


def errors(work: Any, *args: Any) -> list[str]:
    """The fields that a row is refused for."""
    with pytest.raises(EntryError) as refused:
        work(*args)
    return list(refused.value.errors)


def save(land: Land, row: Row, version: int = 0, **entry: Any) -> Placement:
    return acts.save_row(land.xa, land.commune, UnitKind.HAMLET, row, NodeEntry(**entry), version)


def test_a_commune_founds_a_hamlet_with_day_and_paper(land: Land) -> None:
    hamlet = make.found(
        land.xa, land.commune, UnitKind.HAMLET, "Ấp 1", first_day=SINCE, basis=PAPER
    )
    assert hamlet.path == f"{land.commune.path}{hamlet.unit_id}/"
    assert (hamlet.located_in_id, hamlet.managed_by_id) == (land.commune.unit_id,) * 2
    assert (hamlet.period, hamlet.basis) == (periods.between(SINCE, None), PAPER)
    entry = JournalEntry.objects.filter(subject="units_placement").latest("pk")
    assert (entry.act, entry.actor_id, entry.reason) == ("unit.found", land.xa.pk, PAPER)
    assert entry.behalf_id == land.xa.appointments.get().pk


def test_a_saving_that_is_repeated_founds_once(land: Land) -> None:
    row = make.new_row()
    first = save(land, row, name="Ấp 1")
    assert save(land, row, name="Ấp 1") == first
    assert Placement.objects.filter(kind=UnitKind.HAMLET).count() == 1


@pytest.mark.parametrize("person", ["xa2", "lanhdaoxa", "tinh", "sogddt", "xem", "stranger"])
def test_others_found_no_hamlets_in_the_commune(land: Land, person: str) -> None:
    with pytest.raises(Refused):
        make.found(getattr(land, person), land.commune, UnitKind.HAMLET, "Ấp 1")


def test_a_school_of_the_province_lies_in_the_commune_and_is_edited_by_its_office(
    land: Land,
) -> None:
    school = make.village(land).school
    assert school.located_in_id == land.commune.unit_id
    assert school.managed_by_id == land.education.unit_id
    assert school.path.startswith(land.commune.path)
    assert permissions.may_change(land.sogddt, school) == (True, "")
    assert permissions.may_change(land.xa, school, None, "Sở Giáo dục và Đào tạo") == (
        False,
        "Thuộc quyền quản lý của Sở Giáo dục và Đào tạo: chỉ cơ quan đó được sửa.",
    )
    with pytest.raises(Refused):
        acts.rename(land.xa, school.unit_id, "Trường khác", periods.today(), PAPER)


def test_what_manages_the_managing_body_may_too(land: Land) -> None:
    school = make.village(land).school
    admin = factories.user()
    factories.appoint(admin, "administrator", land.province)
    assert permissions.may_change(admin, school) == (True, "")
    far = factories.user()
    factories.appoint(far, "administrator", land.other_province)
    assert permissions.may_change(far, school)[0] is False


def test_nobody_changes_an_official_unit_here(land: Land) -> None:
    admin = factories.user()
    factories.appoint(admin, "administrator", land.country)
    assert permissions.may_change(admin, land.commune) == (
        False,
        "Đơn vị hành chính thay đổi theo nghị quyết sắp xếp, không sửa tại đây.",
    )


def test_an_office_founds_its_departments(land: Land) -> None:
    village = make.village(land)
    department = make.found(village.coquan, village.office, UnitKind.DEPARTMENT, "Tổ Dược")
    assert department.managed_by_id == village.office.unit_id
    assert permissions.may_change(village.xa, department) == (True, "")  # it manages the office
    with pytest.raises(Refused):
        make.found(village.coquan, village.school, UnitKind.DEPARTMENT, "Tổ Toán")


def test_what_is_typed_is_corrected_in_place(land: Land) -> None:
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Câ Da")
    row = Row(unit_id=hamlet.unit_id)
    save(land, row, 1, name="Ấp Cây Da", basis=PAPER)
    state = Placement.objects.get(unit=hamlet.unit_id)
    assert (state.name, state.basis, state.period.lower) == ("Ấp Cây Da", PAPER, None)
    assert Unit.objects.get(pk=hamlet.unit_id).version == 2


def test_who_saw_an_older_row_overwrites_nothing(land: Land) -> None:
    row = Row(unit_id=make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp 1").unit_id)
    save(land, row, 1, name="Ấp Một")
    with pytest.raises(Conflict) as conflict:
        save(land, row, 1, name="Ấp Mốt")
    assert (conflict.value.current.name, conflict.value.version) == ("Ấp Một", 2)
    assert conflict.value.by == "Trần Thị Xã"
    assert save(land, row, 1, name="Ấp Một").name == "Ấp Một"  # they agree


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ({"name": "Ấp 1", "last_day": SINCE}, ["end_basis"]),
        ({"name": "Ấp 1", "first_day": SINCE, "last_day": datetime.date(2025, 6, 1)}, ["last_day"]),
        ({"name": "Ấp Có Rồi"}, ["name"]),
    ],
)
def test_a_row_that_cannot_be_says_at_which_field(
    land: Land, entry: dict[str, Any], wrong: list[str]
) -> None:
    make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Có Rồi")
    assert errors(lambda: save(land, make.new_row(), **entry)) == wrong


def test_nothing_is_older_than_the_place_it_lies_in(land: Land) -> None:
    young = factories.place(
        UnitKind.COMMUNE, "Xã Mới", land.province, period=periods.between(SINCE, None)
    )
    clerk = factories.user()
    factories.appoint(clerk, "commune_officer", young)
    before = SINCE - periods.ONE_DAY
    assert errors(lambda: make.found(clerk, young, UnitKind.HAMLET, "Ấp 1", first_day=before)) == [
        "first_day"
    ]
    assert make.found(clerk, young, UnitKind.HAMLET, "Ấp 1").period.lower == SINCE


def test_what_still_holds_something_does_not_end(land: Land) -> None:
    village = make.village(land)
    row = Row(unit_id=village.hamlet.unit_id)
    member = make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, "Thạch Sa Ron")
    ending = {
        "name": village.hamlet.name,
        "basis": village.hamlet.basis,
        "last_day": periods.today(),
        "end_basis": PAPER,
    }
    assert errors(lambda: save(land, row, 1, **ending)) == ["last_day"]
    entry = make.MemberEntry("Thạch Sa Ron", last_day=periods.today())
    make.members.save_row(
        village.thon, village.hamlet, UnitKind.HOUSEHOLD, Row(member.unit_id), entry, 1, ""
    )
    with journal.act("test"):
        village.thon.appointments.update(period=periods.between(SINCE, periods.today()))
    save(land, row, 1, **ending)
    tomorrow = periods.today() + periods.ONE_DAY
    assert not Placement.objects.on(tomorrow).filter(unit=village.hamlet.unit_id).exists()
    assert Placement.objects.on(periods.today()).filter(unit=village.hamlet.unit_id).exists()


def test_a_renaming_leaves_the_state_before_it(land: Land) -> None:
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp 1", first_day=SINCE)
    day = datetime.date(2026, 1, 1)
    acts.rename(land.xa, hamlet.unit_id, "Ấp Chợ", day, PAPER)
    states = Placement.objects.filter(unit=hamlet.unit_id).order_by("period")
    assert [(one.name, one.period, one.basis) for one in states] == [
        ("Ấp 1", periods.between(SINCE, datetime.date(2025, 12, 31)), ""),
        ("Ấp Chợ", periods.between(day, None), PAPER),
    ]
    assert errors(acts.rename, land.xa, hamlet.unit_id, "Ấp 3", day, PAPER) == ["day"]
    assert errors(acts.rename, land.xa, hamlet.unit_id, "Ấp Chợ", periods.today(), PAPER) == [
        "name"
    ]


def test_each_act_is_undone_in_its_turn(land: Land) -> None:
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp 1", first_day=SINCE)
    unit_id = hamlet.unit_id
    acts.rename(land.xa, unit_id, "Ấp Chợ", datetime.date(2026, 1, 1), PAPER)
    version = Unit.objects.get(pk=unit_id).version
    save(
        land,
        Row(unit_id=unit_id),
        version,
        name="Ấp Chợ",
        first_day=datetime.date(2026, 1, 1),
        basis=PAPER,
        last_day=periods.today(),
        end_basis=PAPER,
    )
    assert acts.undo(land.xa, unit_id) == Undoable.END
    assert acts.undo(land.xa, unit_id) == Undoable.RENAMING
    state = Placement.objects.get(unit=unit_id)
    assert (state.name, state.period) == ("Ấp 1", periods.between(SINCE, None))
    assert acts.undo(land.xa, unit_id) == Undoable.FOUNDING
    assert not Unit.objects.filter(pk=unit_id).exists()


def test_two_units_of_a_place_never_have_one_name_at_a_time(land: Land) -> None:
    """Founding, renaming and taking either back refuse it with the same sentence."""
    sentence = "Ở đây đã có đơn vị mang tên này."
    first = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp 1", first_day=SINCE)
    second = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp 2")
    with pytest.raises(EntryError) as refused:
        acts.rename(land.xa, second.unit_id, "Ấp 1", periods.today(), PAPER)
    assert refused.value.errors == {"name": sentence}
    acts.rename(land.xa, first.unit_id, "Ấp Chợ", periods.today(), PAPER)
    acts.rename(land.xa, second.unit_id, "Ấp 1", periods.today() + periods.ONE_DAY, PAPER)
    with pytest.raises(Refused) as kept:
        acts.undo(land.xa, first.unit_id)
    assert str(kept.value) == sentence
    end(land, second.unit_id, "Ấp 1", periods.today() + datetime.timedelta(days=9))
    third = make.found(
        land.xa,
        land.commune,
        UnitKind.HAMLET,
        "Ấp 1",
        first_day=periods.today() + datetime.timedelta(days=20),
    )
    with pytest.raises(Refused) as kept:
        acts.undo(land.xa, second.unit_id)
    assert str(kept.value) == sentence
    assert Placement.objects.filter(unit=third.unit_id).exists()


def end(land: Land, unit_id: int, name: str, last_day: periods.Day) -> None:
    """End a hamlet that was renamed."""
    state = acts.last_state(unit_id)
    entry = replace(acts.entry_of(state), name=name, last_day=last_day, end_basis=PAPER)
    version = Unit.objects.get(pk=unit_id).version
    row = Row(unit_id=unit_id)
    acts.save_row(land.xa, land.commune, UnitKind.HAMLET, row, entry, version)


def test_a_founding_that_was_built_on_stays(land: Land) -> None:
    village = make.village(land)
    with pytest.raises(Refused) as refused:
        acts.undo(village.xa, village.hamlet.unit_id)  # it has a head
    assert str(refused.value) == "Đã có dữ liệu khác dựa vào; không hoàn tác được."
    assert Placement.objects.filter(unit=village.hamlet.unit_id).exists()
