"""What a reform does to the tree, and that undoing gives back exactly what was."""

import datetime
from itertools import chain, repeat

import pytest

from accounts.models import User
from core import journal, periods
from core.workflow import Refused
from tests import factories, unit_factories
from tests.units.reforming.conftest import CITATION, Setting, fresh, picture, state, take
from units import acts
from units.models import (
    Member,
    Placement,
    Reform,
    ReformAct,
    ReformPart,
    ReformState,
    Succession,
    Unit,
    UnitKind,
)
from units.reforming import entering
from units.reforming.entering import Successor, Wanted

pytestmark = pytest.mark.django_db

TODAY = periods.today()
EVE = TODAY - periods.ONE_DAY


def homes() -> list[tuple[str, str, int]]:
    """Today's members: kind, name of the home, number."""
    names = dict(Placement.objects.values_list("unit", "name"))
    rows = Member.objects.on(TODAY).values_list("kind", "home", "number")
    return sorted((kind, names[home], number) for kind, home, number in rows)


def test_a_merger_ends_the_hamlets_and_takes_their_members_along(setting: Setting) -> None:
    reform = setting.done()

    assert reform.state == ReformState.CARRIED_OUT
    assert [state(one) for one in (setting.one, setting.two)] == [None, None]
    ended = state(setting.one, EVE)
    assert ended is not None
    assert (ended.end_basis, periods.last_day(ended.period)) == (CITATION, EVE)
    new = Placement.objects.get(name="Ấp Hợp Nhất")
    assert (new.kind, new.located_in_id, new.managed_by_id, new.path, new.basis) == (
        UnitKind.HAMLET,
        setting.land.commune.unit_id,
        setting.land.commune.unit_id,
        f"{setting.land.commune.path}{new.unit_id}/",
        CITATION,
    )
    assert homes() == [
        ("citizen", "Ấp Hợp Nhất", 1),
        ("household", "Ấp Hợp Nhất", 1),
        ("household", "Ấp Hợp Nhất", 2),
        ("household", "Ấp Hợp Nhất", 3),
    ]
    assert sorted(
        Succession.objects.values_list("predecessor", "successor", "extent", "is_default")
    ) == sorted((one.unit_id, new.unit_id, "whole", True) for one in (setting.one, setting.two))
    citizen = Member.objects.on(TODAY).get(kind=UnitKind.CITIZEN)
    assert citizen.household_id == setting.members[2].unit_id


def test_a_merger_into_one_that_goes_on_keeps_its_list(setting: Setting) -> None:
    reform = setting.draft()
    entering.merge(setting.xa, reform.pk, [setting.one, setting.two], setting.two, Wanted())
    take("propose", reform, setting.xa)
    take("confirm", reform, setting.tinh)

    assert state(setting.one) is None
    assert state(setting.two) == setting.two
    assert homes() == [
        ("citizen", "Ấp Cây Da", 1),
        ("household", "Ấp Cây Da", 1),
        ("household", "Ấp Cây Da", 2),
        ("household", "Ấp Cây Da", 3),
    ]


def test_what_belongs_to_a_divided_hamlet_stays_until_a_person_assigns_it(
    setting: Setting,
) -> None:
    reform = setting.draft()
    parts = [Successor(name="Ấp Giồng Lớn A"), Successor(unit=setting.three)]
    entering.divide(setting.xa, reform.pk, setting.one, parts, 1)
    take("propose", reform, setting.xa)
    take("confirm", reform, setting.tinh)

    assert state(setting.one) is None
    assert ("household", "Ấp Giồng Lớn", 1) in homes()
    new = Placement.objects.get(name="Ấp Giồng Lớn A")
    rows = Succession.objects.values_list("successor", "extent", "is_default")
    assert sorted(rows) == sorted(
        [(new.unit_id, "part", False), (setting.three.unit_id, "part", True)]
    )


def test_communes_are_merged_with_all_that_lies_in_them_and_is_managed_by_them(
    setting: Setting,
) -> None:
    land = setting.land
    station = unit_factories.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế")
    room = unit_factories.found(land.xa, station, UnitKind.DEPARTMENT, "Phòng dược")
    reform = setting.draft(land.tinh)
    wanted = Wanted("Phường Đại An", "Phường", "29491")
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, wanted)
    take("propose", reform, land.tinh)
    take("confirm", reform, setting.country)

    new = Placement.objects.get(name="Phường Đại An")
    assert (new.type_name, new.code, new.located_in_id) == (
        "Phường",
        "29491",
        land.province.unit_id,
    )
    after = {one.name: one for one in Placement.objects.on(TODAY).under(new.path)}
    assert sorted(after) == [
        "Phòng dược",
        "Phường Đại An",
        "Trạm Y tế",
        "Ấp Cây Da",
        "Ấp Giồng Lớn",
        "Ấp Vàm",
    ]
    assert after["Ấp Vàm"].path == f"{new.path}{setting.three.unit_id}/"
    assert after["Phòng dược"].path == f"{new.path}{station.unit_id}/{room.unit_id}/"
    managers = {name: one.managed_by_id for name, one in after.items()}
    assert managers["Ấp Vàm"] == managers["Trạm Y tế"] == new.unit_id
    assert managers["Phòng dược"] == station.unit_id
    before = {one.name for one in Placement.objects.on(EVE).under(land.commune.path)}
    assert before == {"Xã Đại An", *after} - {"Phường Đại An"}


def test_renaming_moving_founding_and_ending_in_one_act(setting: Setting) -> None:
    land = setting.land
    reform = setting.draft(land.tinh)
    here = (land.tinh, reform.pk)
    entering.change(*here, ReformAct.RENAME, setting.one, Wanted("Ấp Giồng Mới"))
    there = Wanted(located_in=land.sibling, managed_by=land.sibling)
    entering.change(*here, ReformAct.MOVE, setting.two, there)
    entering.change(*here, ReformAct.END, setting.three, Wanted())
    born = Wanted("Ấp Tân Lập", located_in=land.commune, managed_by=land.commune)
    entering.found(*here, UnitKind.HAMLET, born)
    take("propose", reform, land.tinh)
    take("confirm", reform, setting.country)

    renamed, moved, ended = map(state, (setting.one, setting.two, setting.three))
    assert renamed is not None
    assert moved is not None
    assert ended is None
    assert (renamed.name, renamed.path) == ("Ấp Giồng Mới", setting.one.path)
    assert (moved.located_in_id, moved.path) == (
        land.sibling.unit_id,
        f"{land.sibling.path}{setting.two.unit_id}/",
    )
    assert Placement.objects.get(name="Ấp Tân Lập").located_in_id == land.commune.unit_id
    assert not Succession.objects.exists()


def test_a_reform_of_many_kinds_is_undone_without_a_trace(setting: Setting) -> None:
    before = picture()
    versions = Unit.objects.count()
    land = setting.land
    reform = setting.draft(land.tinh)
    here = (land.tinh, reform.pk)
    wanted = Wanted("Phường Đại An", "Phường")
    entering.merge(*here, [land.commune, land.sibling], None, wanted)
    entering.merge(*here, [setting.one, setting.two], setting.one, Wanted("Ấp Một"))
    entering.divide(*here, setting.three, [Successor(name="Ấp A"), Successor(name="Ấp B")], 0)
    take("propose", reform, land.tinh)
    take("confirm", reform, setting.country)
    assert picture() != before
    new = Placement.objects.get(name="Phường Đại An")
    inside = Placement.objects.on(TODAY).under(new.path)
    assert sorted(inside.values_list("name", flat=True)) == [
        "Phường Đại An",
        "Ấp A",
        "Ấp B",
        "Ấp Một",
    ]

    undone = take("undo", reform, setting.country)

    assert undone.state == ReformState.UNDONE
    assert picture() == before
    assert Unit.objects.count() == versions


def test_a_late_reform_takes_what_was_entered_since_along(setting: Setting) -> None:
    before = picture()
    day = TODAY - datetime.timedelta(days=40)
    late = unit_factories.member(
        setting.xa, setting.one, UnitKind.HOUSEHOLD, "Đến sau", first_day=EVE
    )
    since = picture()
    assert since != before
    reform = setting.done(on=day)

    new = Placement.objects.get(name="Ấp Hợp Nhất")
    states = Member.objects.filter(unit=late.unit_id)
    assert [(one.home_id, one.number, one.period.lower) for one in states] == [
        (new.unit_id, 3, EVE)
    ]
    assert state(setting.one, day) is None
    take("undo", reform, setting.tinh)
    assert picture() == since


def test_one_ahead_of_time_is_a_plan_until_its_day(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from units.reforming import workflow

    before = picture()
    day = TODAY + datetime.timedelta(days=10)
    reform = setting.done(on=day)
    assert reform.state == ReformState.PLANNED
    assert workflow.carry_out_due() == (0, [])
    assert picture() == before
    with pytest.raises(Refused, match="/"):
        take("carry_out", reform, setting.tinh)

    monkeypatch.setattr(periods, "today", lambda: day)
    assert workflow.carry_out_due() == (1, [])
    assert workflow.carry_out_due() == (0, [])
    reform.refresh_from_db()
    assert reform.state == ReformState.CARRIED_OUT
    last = reform.events.last()
    assert last is not None
    assert (last.transition, last.user) == ("carry_out", None)
    assert state(setting.one, day) is None


def test_a_plan_that_has_become_impossible_stays_and_says_why(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from units.reforming import workflow

    day = TODAY + datetime.timedelta(days=10)
    reform = setting.done(on=day)
    other = setting.draft(on=TODAY)
    entering.change(setting.xa, other.pk, ReformAct.RENAME, setting.three, Wanted("Ấp Hợp Nhất"))
    take("propose", other, setting.xa)
    take("confirm", other, setting.tinh)

    monkeypatch.setattr(periods, "today", lambda: day)
    done, kept = workflow.carry_out_due()
    assert (done, len(kept)) == (0, 1)
    assert "Ấp Hợp Nhất" in kept[0]
    reform.refresh_from_db()
    assert reform.state == ReformState.PLANNED


def test_it_stays_once_something_was_built_on_it(setting: Setting) -> None:
    reform = setting.done()
    new = Placement.objects.get(name="Ấp Hợp Nhất")
    factories.appoint(factories.user("truongap"), "hamlet_head", new)
    unit_factories.figure(setting.xa, new, unit_factories.kind(), 120)

    with pytest.raises(Refused) as refused:
        take("undo", reform, setting.tinh)

    assert "Ấp Hợp Nhất: phân công (1); Ấp Hợp Nhất: số liệu (1)" in str(refused.value)
    assert state(setting.one) is None


def test_it_stays_once_a_unit_was_founded_in_what_it_moved(setting: Setting) -> None:
    land = setting.land
    station = unit_factories.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế")
    before = picture()
    reform = setting.draft(setting.country)
    there = Wanted(located_in=land.other_province)
    entering.change(setting.country, reform.pk, ReformAct.MOVE, land.commune, there)
    take("propose", reform, setting.country)
    take("confirm", reform, User.objects.get(username="tw2"))
    moved = state(station)
    assert moved is not None
    room = unit_factories.found(fresh(land.xa), moved, UnitKind.DEPARTMENT, "Phòng dược")

    with pytest.raises(Refused, match="Phòng dược được thành lập trong đó sau khi sắp xếp"):
        take("undo", reform, User.objects.get(username="tw2"))
    acts.undo(fresh(land.xa), room.unit_id)
    take("undo", reform, User.objects.get(username="tw2"))
    after = picture()
    assert {key: after[key] for key in ("states", "members", "traces")} == {
        key: before[key] for key in ("states", "members", "traces")
    }


def test_a_division_proposes_one_successor(setting: Setting) -> None:
    reform = setting.draft()
    parts = [Successor(name="Ấp A"), Successor(name="Ấp B")]
    entering.divide(setting.xa, reform.pk, setting.one, parts, 1)
    with journal.act("test"):
        ReformPart.objects.filter(line__reform=reform).update(is_default=True)
    with pytest.raises(Refused, match="chỉ một đơn vị kế thừa"):
        take("propose", reform, setting.xa)


@pytest.mark.parametrize("asked", range(8))
def test_a_confirmation_over_midnight_is_of_one_day(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    tomorrow = TODAY + periods.ONE_DAY
    reform = setting.proposed(on=tomorrow)
    before = picture()
    clock = chain([TODAY] * asked, repeat(tomorrow))
    monkeypatch.setattr(periods, "today", lambda: next(clock))
    found = take("confirm", reform, setting.tinh)
    planned = found.state == ReformState.PLANNED
    assert planned == (picture() == before)


def test_a_later_reform_of_the_new_unit_has_to_be_undone_first(setting: Setting) -> None:
    before = picture()
    first = setting.done(on=EVE)
    new = Placement.objects.get(name="Ấp Hợp Nhất")
    second = setting.draft()
    entering.change(setting.xa, second.pk, ReformAct.RENAME, new, Wanted("Ấp Mới"))
    take("propose", second, setting.xa)
    take("confirm", second, setting.tinh)

    with pytest.raises(Refused, match="Ấp Hợp Nhất đã có thay đổi sau đó"):
        take("undo", first, setting.tinh)
    take("undo", second, setting.tinh)
    undone = Reform.objects.get(pk=second.pk)
    assert undone.record == [{"act": "rename", "before": ["Ấp Hợp Nhất"], "after": ["Ấp Mới"]}]
    take("undo", first, setting.tinh)
    assert picture() == before


@pytest.mark.parametrize("members", [20, 400])
def test_the_number_of_statements_does_not_grow(setting: Setting, members: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from core import journal

    land = setting.land
    with journal.act("test"):
        units = Unit.objects.bulk_create(Unit(kind=UnitKind.HOUSEHOLD) for _ in range(members))
        Member.objects.bulk_create(
            Member(
                unit=unit,
                kind=UnitKind.HOUSEHOLD,
                home_id=setting.three.unit_id,
                number=number,
                period=periods.between(None, None),
            )
            for number, unit in enumerate(units, 1)
        )
    reform = setting.draft(land.tinh)
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, Wanted("Xã Mới"))
    entering.merge(land.tinh, reform.pk, [setting.one, setting.three], None, Wanted("Ấp Mới"))
    take("propose", reform, land.tinh)
    from units.reforming.workflow import REFORM

    with CaptureQueriesContext(
        connection,
    ) as queries:
        REFORM.perform("confirm", reform.pk, setting.country)
    assert len(queries) == 46
