"""A reform that is recorded late: what was dated between is listed, asked for, moved, and taken
back, by people alone."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from awards.models import Council, Meeting, Quota, Restriction
from campaign.models import RegisterEntry
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from criteria.models import Assessment, AwardForm, Recognition, RegistrationList
from tests import campaign_factories, criteria_factories, factories, unit_factories
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from tests.units.reforming.conftest import CITATION, fresh, picture, take
from units.late_acts import KINDS
from units.models import LateAnswer, Placement, Reform, ReformState, UnitKind
from units.reforming import entering, late, preview
from units.reforming.entering import Header, Successor, Wanted

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
TODAY = periods.today()
DAY = TODAY - datetime.timedelta(days=10)
BETWEEN = TODAY - datetime.timedelta(days=5)


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    """Acts of today at the commune and its hamlet; one that is older than the reform."""
    made = make.registering(setting)
    land = setting.land
    make.families(made)
    make.own(made)
    criteria_factories.begun(setting)
    criteria_factories.recognition(setting, decided_on=BETWEEN)
    criteria_factories.recognition(
        setting, decided_on=DAY - periods.ONE_DAY, grade="2", decision_number="1/QĐ"
    )
    kind = unit_factories.kind()
    unit_factories.figure(land.xa, land.commune, kind, 120, BETWEEN)
    unit_factories.figure(land.xa, land.commune, kind, 119, DAY - periods.ONE_DAY)
    campaign_factories.entry(land.xa, land.commune)
    return made


def merged(made: Registering, day: datetime.date = DAY) -> Reform:
    """The two communes become one, recorded late."""
    land = made.setting.land
    country = factories.user("tw")
    factories.appoint(country, "administrator", land.country)
    reform = entering.begin(land.tinh, Header("Nhập hai xã", CITATION, day))
    wanted = Wanted("Xã Mới", "Xã")
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, wanted)
    take("propose", reform, land.tinh)
    return take("confirm", reform, country)


def restricted(made: Registering, place: Placement) -> Restriction:
    """The commune may not be proposed, since the reform."""
    with journal.act("test"):
        return Restriction.objects.create(
            unit=place.unit,
            path=place.path,
            ground=Restriction.Ground.INQUIRY,
            document="Kết luận thanh tra 7/KL-TTr",
            period=periods.between(BETWEEN, None),
            entered_by=made.setting.land.tinh,
        )


def quota(made: Registering, place: Placement) -> Quota:
    """A commune may propose five."""
    with journal.act("test"):
        return Quota.objects.create(
            form=AwardForm.objects.get(),
            round=made.setting.round,
            proposer=place.unit,
            proposer_path=place.path,
            number=5,
            period=periods.between(BETWEEN, None),
            basis="Hướng dẫn 3/HD-SNV",
            entered_by=made.setting.land.tinh,
        )


def numbers(reform: Reform) -> dict[str, tuple[int, int, int, int]]:
    """Of each kind: how many, open, moved, standing by an answer."""
    return {
        one.kind.code: (one.total, one.open, one.moved, one.stands) for one in late.counts(reform)
    }


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Where every act stands."""
    models: tuple[Any, ...] = (Assessment, Recognition, RegistrationList, RegisterEntry)
    fields = ("pk", "unit", "placement", "path")
    return {one.__name__: list(one.objects.order_by("pk").values_list(*fields)) for one in models}


def test_what_was_dated_between_is_listed_and_nothing_moves_by_itself(made: Registering) -> None:
    before = rows()
    reform = merged(made)
    assert rows() == before
    found = numbers(reform)
    assert found == {
        "appointments": (1, 0, 0, 0),
        "figures": (1, 0, 0, 0),
        "register_entries": (1, 1, 0, 0),
        "registrations": (2, 2, 0, 0),
        "assessments": (1, 1, 0, 0),
        "recognitions": (1, 0, 0, 0),
    }


def test_all_of_a_kind_move_with_a_journal_entry_each(made: Registering) -> None:
    land = made.setting.land
    reform = merged(made)
    new = Placement.objects.get(name="Xã Mới")
    outcome = late.answer(fresh(land.tinh), reform.pk, KINDS["registrations"], None, moves=True)
    assert (outcome.done, outcome.left) == (2, [])
    own = RegistrationList.objects.get(kind=UnitKind.COMMUNE)
    assert (own.unit_id, own.placement_id, own.path) == (new.unit_id, new.pk, new.path)
    families = RegistrationList.objects.get(kind=UnitKind.HOUSEHOLD)
    hamlet = Placement.objects.on(TODAY).get(unit=made.hamlet.unit_id)
    assert (families.unit_id, families.placement_id, families.path) == (
        made.hamlet.unit_id,
        hamlet.pk,
        f"{new.path}{hamlet.unit_id}/",
    )
    entries = JournalEntry.objects.filter(
        subject=RegistrationList._meta.db_table, act="reform.late_answer"
    )
    assert sorted(entries.values_list("row_id", flat=True)) == sorted([own.pk, families.pk])
    assert numbers(reform)["registrations"] == (2, 0, 2, 0)


def test_one_stands_and_one_moves_and_both_are_taken_back(made: Registering) -> None:
    land = made.setting.land
    before = rows()
    reform = merged(made)
    kind, tinh = KINDS["registrations"], fresh(land.tinh)
    own = RegistrationList.objects.get(kind=UnitKind.COMMUNE).pk
    families = RegistrationList.objects.get(kind=UnitKind.HOUSEHOLD).pk
    late.answer(tinh, reform.pk, kind, [own], moves=False)
    late.answer(tinh, reform.pk, kind, [families], moves=True)
    assert numbers(reform)["registrations"] == (2, 0, 1, 1)
    assert late.take_back(tinh, reform.pk, kind, [own, families]) == 2
    assert rows() == before
    assert numbers(reform)["registrations"] == (2, 2, 0, 0)


def test_what_the_successor_has_already_stands(made: Registering) -> None:
    land = made.setting.land
    make.own(made, land.xa2)
    reform = merged(made)
    outcome = late.answer(fresh(land.tinh), reform.pk, KINDS["registrations"], None, moves=True)
    assert (outcome.done, len(outcome.left)) == (2, 1)
    assert "Xã Mới đã có việc cùng loại" in outcome.left[0]
    assert numbers(reform)["registrations"] == (3, 1, 2, 0)


def test_issued_and_frozen_acts_are_not_moved_whatever_is_asked(made: Registering) -> None:
    land = made.setting.land
    before = rows()
    reform = merged(made)
    for code in ("recognitions", "figures"):
        outcome = late.answer(fresh(land.tinh), reform.pk, KINDS[code], None, moves=True)
        assert (outcome.done, outcome.left) == (0, [])
    assert rows() == before


def test_of_a_divided_unit_a_person_chooses_the_successor(made: Registering) -> None:
    land = made.setting.land
    country = factories.user("tw")
    factories.appoint(country, "administrator", land.country)
    reform = entering.begin(land.tinh, Header("Chia xã", CITATION, DAY))
    parts = [Successor(name="Xã Bắc"), Successor(name="Xã Nam")]
    entering.divide(land.tinh, reform.pk, land.commune, parts, 0)
    take("propose", reform, land.tinh)
    take("confirm", reform, country)
    kind, tinh = KINDS["assessments"], fresh(land.tinh)
    outcome = late.answer(tinh, reform.pk, kind, None, moves=True)
    assert (outcome.done, len(outcome.left)) == (0, 1)
    south = Placement.objects.get(name="Xã Nam")
    outcome = late.answer(tinh, reform.pk, kind, None, moves=True, to=south.unit_id)
    assert (outcome.done, Assessment.objects.get().unit_id) == (1, south.unit_id)


def test_undoing_the_reform_takes_the_answers_back(made: Registering) -> None:
    land = made.setting.land
    before, tree = rows(), picture()
    reform = merged(made)
    for kind in KINDS.values():
        late.answer(fresh(land.tinh), reform.pk, kind, None, moves=True)
    assert rows() != before
    take("undo", reform, User.objects.get(username="tw"))
    assert (rows(), picture()) == (before, tree)
    assert not LateAnswer.objects.exists()


def test_what_moved_and_went_on_holds_the_reform(made: Registering) -> None:
    land = made.setting.land
    reform = merged(made)
    late.answer(fresh(land.tinh), reform.pk, KINDS["assessments"], None, moves=True)
    with journal.act("test"):
        Assessment.objects.update(path="/1/")
    with pytest.raises(Refused, match="sau đó được làm tiếp"):
        take("undo", reform, User.objects.get(username="tw"))
    assert Reform.objects.get(pk=reform.pk).state == ReformState.CARRIED_OUT


def test_only_who_stands_over_all_of_it_answers(made: Registering) -> None:
    land = made.setting.land
    reform = merged(made)
    kind = KINDS["registrations"]
    for user in (land.xa, land.xa2, land.far_tinh, land.xem):
        with pytest.raises(Refused):
            late.answer(fresh(user), reform.pk, kind, None, moves=True)


def test_the_pages(made: Registering, client_of: ClientOf) -> None:
    land = made.setting.land
    reform = merged(made)
    page = reverse("reforms:late", args=[reform.pk])
    tinh = client_of(land.tinh)
    assert page in tinh.get(reverse("reforms:detail", args=[reform.pk])).content.decode()
    assert "?kind=registrations" in tinh.get(page).content.decode()
    listed = f"{page}?kind=registrations"
    assert "Ấp Giồng Lớn" in tinh.get(listed).content.decode()
    key = RegistrationList.objects.get(kind=UnitKind.HOUSEHOLD).pk
    assert tinh.post(listed, {"do": "move", "rows": [key]}).status_code == 302
    assert "đã chuyển đến Ấp Giồng Lớn" in tinh.get(listed).content.decode()
    assert tinh.post(listed, {"do": "back", "rows": [key]}).status_code == 302
    assert tinh.post(listed, {"do": "stand_all"}).status_code == 302
    assert numbers(reform)["registrations"] == (2, 0, 0, 2)
    assert tinh.get(f"{page}?kind=nothing").status_code == 404
    assert tinh.post(page, {"do": "move_all"}).status_code == 404
    assert client_of(land.xem).get(page).status_code == 403
    costs = []
    for address in (page, listed):
        tinh.get(address)
        with CaptureQueriesContext(connection) as queries:
            tinh.get(address)
        costs.append(len(queries))
    assert costs == [11, 12]


def test_restrictions_and_quotas_are_asked_for_too(made: Registering) -> None:
    """By their unit, for they stand at no state; the sitting of a Council stands by itself."""
    land = made.setting.land
    restricted(made, land.commune)
    quota(made, land.commune)
    reform = merged(made)
    new = Placement.objects.get(name="Xã Mới")
    tinh = fresh(land.tinh)
    for code in ("restrictions", "quotas"):
        assert numbers(reform)[code] == (1, 1, 0, 0)
        outcome = late.answer(tinh, reform.pk, KINDS[code], None, moves=True)
        assert (outcome.done, outcome.left) == (1, [])
    found = Restriction.objects.get()
    assert (found.unit_id, found.path) == (new.unit_id, new.path)
    said = Quota.objects.get()
    assert (said.proposer_id, said.proposer_path) == (new.unit_id, new.path)
    assert late.take_back(tinh, reform.pk, KINDS["quotas"], [said.pk]) == 1
    assert Quota.objects.get().proposer_id == land.commune.unit_id


def test_of_two_quotas_that_cannot_stand_beside_one_another_one_moves(made: Registering) -> None:
    land = made.setting.land
    first, second = quota(made, land.commune), quota(made, land.sibling)
    reform = merged(made)
    outcome = late.answer(fresh(land.tinh), reform.pk, KINDS["quotas"], None, moves=True)
    assert (outcome.done, len(outcome.left)) == (1, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.proposer.placements.get().name == "Xã Mới"
    assert second.proposer_id == land.sibling.unit_id


def test_a_meeting_of_a_body_that_ended_is_listed_and_stands(made: Registering) -> None:
    land = made.setting.land
    with journal.act("test"):
        council = Council.objects.create(
            unit=land.commune.unit,
            office=land.commune.unit,
            path=land.commune.path,
            name="Hội đồng xã",
            entered_by=land.xa,
        )
        Meeting.objects.create(
            council=council, at=timezone.now(), place="Hội trường", begun_by=land.xa
        )
    reform = merged(made)
    assert numbers(reform)["meetings"] == (1, 0, 0, 0)
    (row,) = late.rows(KINDS["meetings"], reform, late.page_of(KINDS["meetings"], reform))
    assert (row.fixed, row.words) == (True, "Hội đồng xã, đang chuẩn bị")


def test_the_preview_of_a_late_reform_says_what_it_will_ask_for(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    restricted(made, land.commune)
    reform = entering.begin(land.tinh, Header("Nhập hai xã", CITATION, DAY))
    wanted = Wanted("Xã Mới", "Xã")
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, wanted)
    seen = preview.preview(reform)
    ahead = {kind.code: number for kind, number in seen.late}
    assert dict(seen.moves) == {UnitKind.HAMLET: 2, UnitKind.SCHOOL: 1}
    page = client_of(land.tinh).get(reverse("reforms:preview", args=[reform.pk])).text
    assert "Tự đánh giá: 1" in page
    take("propose", reform, land.tinh)
    country = factories.user("tw")
    factories.appoint(country, "administrator", land.country)
    reform = take("confirm", reform, country)
    assert ahead == {code: total for code, (total, *_answers) in numbers(reform).items()}
    planned = entering.begin(land.tinh, Header("Năm sau", CITATION, TODAY + (TODAY - DAY)))
    assert preview.preview(planned).late == []


@pytest.mark.parametrize("number", [3, 1200])
def test_all_of_a_kind_are_answered_and_taken_back_in_as_many_statements(
    made: Registering, number: int
) -> None:
    land = made.setting.land
    with journal.act("test"):
        RegisterEntry.objects.all().delete()
    entry = campaign_factories.entry(land.xa, land.commune)
    said = {one.attname: getattr(entry, one.attname) for one in RegisterEntry._meta.concrete_fields}
    said |= {"id": None, "entry_key": None}
    with journal.act("test"):
        RegisterEntry.objects.bulk_create(RegisterEntry(**said) for _one in range(1, number))
    before = rows()["RegisterEntry"]
    reform = merged(made)
    kind, tinh = KINDS["register_entries"], fresh(land.tinh)
    with CaptureQueriesContext(connection) as queries:
        outcome = late.answer(tinh, reform.pk, kind, None, moves=True)
    assert (outcome.done, outcome.left, len(queries)) == (number, [], 16)
    new = Placement.objects.get(name="Xã Mới")
    assert set(RegisterEntry.objects.values_list("unit", "path")) == {(new.unit_id, new.path)}
    with CaptureQueriesContext(connection) as queries:
        take("undo", reform, User.objects.get(username="tw"))
    assert (rows()["RegisterEntry"], len(queries) < 60) == (before, True)
