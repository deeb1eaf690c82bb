"""The way of a registration: who carries it where, on which conditions, and never their own."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.test import Client

from accounts.models import User
from core import journal, periods
from core.models import JournalEntry, Notice
from core.workflow import Outdated, Refused
from criteria.models import Registration, RegistrationList, Route, RouteStep
from criteria.registration import entering, offers, permissions
from criteria.registration.workflow import REGISTRATION, fingerprint
from tests import factories
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return make.registering(setting)


def refusal(name: str, found: RegistrationList, person: User, reason: str = "Vì sao") -> str:
    """The sentence that refuses a step; empty where it is taken."""
    try:
        with transaction.atomic():
            REGISTRATION.perform(name, found.pk, person, reason=reason)
    except Refused as refused:
        return str(refused)
    return ""


def test_a_hamlets_list_is_approved_by_its_commune(made: Registering) -> None:
    found = make.carried(make.families(made), ("send", made.thon))
    assert (found.state, found.listed, found.receiver_id) == ("waiting", 3, made.commune.unit_id)
    found = make.carried(found, ("approve", made.setting.land.xa))
    assert (found.state, found.checked_by) == ("approved", made.setting.land.xa)
    assert list(found.events.values_list("transition", "source", "target", "listed")) == [
        ("send", "draft", "waiting", 3),
        ("approve", "waiting", "approved", 3),
    ]


def test_a_commune_and_a_school_are_approved_by_the_office_of_the_route(made: Registering) -> None:
    land = made.setting.land
    school = make.begun(made, made.coquan, made.school, UnitKind.SCHOOL, made.community)
    for found, person in ((make.own(made), land.lanhdaoxa), (school, made.coquan)):
        sent = make.carried(found, ("send", person))
        assert sent.receiver_id == land.home_affairs.unit_id
        assert make.carried(sent, ("approve", land.tinh)).state == "approved"


def test_a_commune_registers_for_a_form_of_commendation(made: Registering) -> None:
    land = made.setting.land
    found = make.begun(made, land.xa, land.commune, UnitKind.COMMUNE, made.form)
    assert (found.title, found.form, found.subject) == (None, made.form, made.form)
    assert make.carried(found, ("send", land.xa), ("approve", land.tinh)).state == "approved"


def test_nobody_approves_their_own(made: Registering) -> None:
    """The commune enters for its hamlet; whoever took part leaves approving to a colleague."""
    land = made.setting.land
    found = make.families(made)
    entering.declare(land.xa, found.pk, 20, seen=None)
    found = make.carried(found, ("send", made.thon))
    assert refusal("approve", found, land.xa) != ""
    assert permissions.may_approve(land.xa, found)[0] is False
    assert make.carried(found, ("approve", made.xa_b)).state == "approved"


def test_only_the_receiving_office_approves(made: Registering) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon))
    for person in (land.xa2, land.tinh, land.sogddt, land.xem, made.thon, land.stranger):
        assert refusal("approve", found, person) != ""
    assert refusal("approve", found, land.lanhdaoxa) == ""


def test_without_a_route_nothing_is_written(made: Registering) -> None:
    with journal.act("test"):
        RouteStep.objects.all().delete()
        Route.objects.all().delete()
    offer = offers.offer_of(
        made.commune, made.setting.round, UnitKind.COMMUNE, offers.key_of(made.setting.title)
    )
    assert offer is not None
    assert offer.receiver is None
    with pytest.raises(Refused):
        entering.begin(made.setting.land.xa, made.setting.round, offer)
    assert RegistrationList.objects.count() == 0


def test_a_route_that_ends_meanwhile_stops_the_sending(made: Registering) -> None:
    found = make.families(made)
    with journal.act("test"):
        RouteStep.objects.all().delete()
    assert refusal("send", found, made.thon) != ""


def test_the_nearest_route_receives_and_the_one_that_names_the_title(made: Registering) -> None:
    land = made.setting.land
    kinds = [UnitKind.COMMUNE]
    make.route(
        land.province, "danh-hieu", kinds, title=made.setting.title, unit=land.education.unit
    )
    named = make.carried(make.own(made), ("send", land.xa))
    assert named.receiver_id == land.education.unit_id
    make.route(land.sibling, "gan-hon", kinds, unit=land.home_affairs.unit)
    nearest = make.carried(make.own(made, land.xa2), ("send", land.xa2))
    assert nearest.receiver_id == land.home_affairs.unit_id


def test_an_empty_list_is_not_sent_and_a_number_is_enough(made: Registering) -> None:
    found = make.begun(made, made.thon, made.hamlet, UnitKind.HOUSEHOLD, made.family)
    assert refusal("send", found, made.thon) != ""
    entering.declare(made.thon, found.pk, 37, seen=None)
    assert make.carried(found, ("send", made.thon)).number == 37


def test_a_refused_list_is_corrected_and_sent_again(made: Registering) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon))
    assert refusal("reject", found, land.xa, reason="") != ""
    found = make.carried(found, ("reject", land.xa))
    assert (found.state, found.state_reason) == ("rejected", "Theo kế hoạch của ấp")
    entering.declare(made.thon, found.pk, 4, seen=None)
    assert refusal("reconsider", found, land.xa) != ""  # it is no longer what was refused
    found = make.carried(found, ("send", made.thon))
    assert (found.state, found.state_reason, found.checked_by) == ("waiting", "", None)


@pytest.mark.parametrize("step", ["approve", "reject"])
def test_approving_and_refusing_can_be_undone(made: Registering, step: str) -> None:
    xa = made.setting.land.xa
    found = make.carried(make.families(made), ("send", made.thon), (step, xa), ("reconsider", xa))
    assert (found.state, found.checked_by, found.state_reason) == (
        "waiting",
        None,
        "Theo kế hoạch của ấp",
    )


def test_what_is_approved_can_be_withdrawn_and_opened_again(made: Registering) -> None:
    xa = made.setting.land.xa
    found = make.carried(make.families(made), ("send", made.thon), ("approve", xa))
    assert refusal("withdraw", found, made.thon, reason="") != ""
    found = make.carried(found, ("withdraw", made.thon))
    assert (found.state, found.withdrawn_by, found.checked_by) == ("withdrawn", made.thon, None)
    with pytest.raises(Refused):
        entering.declare(made.thon, found.pk, 4, seen=None)
    assert make.carried(found, ("reopen", made.thon)).state == "draft"


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (1, True), (-1, False)])
def test_it_is_withdrawn_until_the_deadline(made: Registering, days: int, allowed: bool) -> None:
    xa = made.setting.land.xa
    waiting = make.carried(make.own(made), ("send", xa))
    approved = make.carried(make.families(made), ("send", made.thon), ("approve", xa))
    day = periods.today() + datetime.timedelta(days=days)
    for kind in (UnitKind.HOUSEHOLD, UnitKind.COMMUNE):
        make.deadline(made, kind, day)
    assert (refusal("take_back", waiting, xa) == "") is allowed
    assert (refusal("withdraw", approved, made.thon) == "") is allowed


def test_late_registrations_can_still_be_sent(made: Registering) -> None:
    make.deadline(made, UnitKind.HOUSEHOLD, periods.today() - periods.ONE_DAY)
    assert make.carried(make.families(made), ("send", made.thon)).state == "waiting"


def test_what_somebody_changed_meanwhile_is_not_approved(made: Registering) -> None:
    xa = made.setting.land.xa
    found = make.carried(make.families(made), ("send", made.thon))
    seen = fingerprint(found)
    make.carried(found, ("take_back", made.thon))
    entering.declare(made.thon, found.pk, 9, seen=None)
    make.carried(found, ("send", made.thon))
    with pytest.raises(Outdated):
        REGISTRATION.perform("approve", found.pk, xa, seen=seen)


def test_each_step_stands_in_the_journal_with_its_reason(made: Registering) -> None:
    found = make.carried(make.families(made), ("send", made.thon))
    make.carried(found, ("reject", made.setting.land.xa))
    entry = JournalEntry.objects.filter(act="registration.reject").latest("pk")
    assert (entry.subject, entry.row_id, entry.reason, entry.actor_id) == (
        "criteria_registrationlist",
        found.pk,
        "Theo kế hoạch của ấp",
        made.setting.land.xa.pk,
    )


def told(person: User) -> list[str]:
    """What a person was told, the first first."""
    return list(
        Notice.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True)
    )


def test_those_whom_a_step_concerns_are_told(made: Registering) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon), ("approve", land.xa))
    make.carried(found, ("withdraw", made.thon))
    assert told(land.xa) == told(land.lanhdaoxa) == ["registration.sent", "registration.withdrawn"]
    assert told(made.thon) == ["registration.approved"]
    assert [told(person) for person in (land.tinh, land.xa2, made.coquan)] == [[], [], []]


@pytest.mark.parametrize("step", ["approve", "reject"])
def test_what_one_has_decided_waits_for_no_colleague(made: Registering, step: str) -> None:
    land = made.setting.land
    unread = Notice.objects.filter(recipient=land.lanhdaoxa, read_at=None)
    found = make.carried(make.families(made), ("send", made.thon))
    assert unread.count() == 1
    make.carried(found, (step, land.xa))
    assert unread.count() == 0


def test_what_is_taken_back_is_told_or_withdrawn(made: Registering) -> None:
    xa = made.setting.land.xa
    found = make.carried(make.families(made), ("send", made.thon), ("take_back", made.thon))
    assert Notice.objects.filter(recipient=xa, withdrawn_at=None).count() == 0
    make.carried(found, ("send", made.thon), ("reject", xa))
    assert told(made.thon) == ["registration.rejected"]


# The database holds what the pages promise


BAD: list[tuple[str, dict[str, Any]]] = [
    ("registration_sent_has_actor", {"state": "waiting", "sent_version": 2}),
    ("registration_checked_has_actor", {"state": "approved"}),
    ("registration_withdrawn_has_actor", {"state": "withdrawn", "state_reason": "Vì sao"}),
    ("registration_for_title_or_form", {"title": None}),
]


@pytest.mark.parametrize(("name", "values"), BAD)
def test_a_state_without_its_dates_and_actors_is_refused(
    made: Registering, name: str, values: dict[str, Any]
) -> None:
    found = make.families(made)
    with pytest.raises(IntegrityError, match=name), _direct():
        _set(found, values)


def test_the_sender_is_not_the_approver_even_for_the_database(made: Registering) -> None:
    found = make.carried(
        make.families(made), ("send", made.thon), ("approve", made.setting.land.xa)
    )
    with pytest.raises(IntegrityError, match="checked_by_another"), _direct():
        _set(found, {"checked_by": made.thon})


def test_a_sent_list_keeps_what_was_sent(made: Registering) -> None:
    found = make.carried(make.families(made), ("send", made.thon))
    with pytest.raises(IntegrityError, match="stands_as_sent"), _direct():
        _set(found, {"version": found.version + 1})


@contextmanager
def _direct() -> Iterator[None]:
    """Past all functions, straight to the table."""
    with transaction.atomic(), journal.act("test"):
        yield


def _set(row: Model, values: dict[str, Any]) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


# Entering


def test_a_list_is_begun_once(made: Registering) -> None:
    assert make.own(made).pk == make.own(made).pk
    assert Registration.objects.count() == RegistrationList.objects.count() == 1


def test_only_the_units_own_people_and_its_manager_enter(made: Registering) -> None:
    land = made.setting.land
    found = make.families(made)
    for person in (land.xa2, land.tinh, land.lanhdaoxa, land.xem, made.coquan):
        with pytest.raises(Refused):
            entering.declare(person, found.pk, 1, seen=None)
    assert entering.declare(land.xa, found.pk, 1, seen=None).declared == 1


def test_the_place_gives_a_commune_no_hand_in_the_provinces_school(made: Registering) -> None:
    found = make.begun(made, made.coquan, made.school, UnitKind.SCHOOL, made.community)
    assert RegistrationList.objects.visible_to(made.setting.land.xa).get() == found
    assert permissions.may_enter(made.setting.land.xa, found)[0] is False
    assert permissions.may_send(made.setting.land.xa, found)[0] is False


def test_putting_in_and_taking_out_counts(made: Registering) -> None:
    found = make.families(made)
    one, two, three = found.lines.order_by("unit").values_list("unit", flat=True)
    assert entering.register(made.thon, found.pk, [one, two], registered=False) == 2
    assert entering.register(made.thon, found.pk, [one, two], registered=False) == 0
    assert entering.register(made.thon, found.pk, [two, three], registered=True) == 1
    found = make.fresh(found)
    assert (found.listed, found.lines.count()) == (2, 2)


def test_strangers_do_not_register_here(made: Registering) -> None:
    land = made.setting.land
    elsewhere = make.household(land.xa2, made.other_hamlet, "Nhà ấp khác")
    found = make.families(made)
    for unit_id in (elsewhere, land.commune.unit_id, 10**9):
        with pytest.raises(Refused):
            entering.register(made.thon, found.pk, [unit_id], registered=True)
    assert make.fresh(found).listed == 3


def test_a_household_that_moved_registers_once(made: Registering) -> None:
    """Registered where it lived; the new home is told, whatever it tries."""
    land = made.setting.land
    found = make.families(made)
    key = found.lines.values_list("unit", flat=True)[0]
    today = periods.today()
    with journal.act("test"):
        state = Registration.objects.get(unit=key).unit.memberships.get()
        state.period = periods.between(None, today - periods.ONE_DAY)
        state.save()
        state.pk = None
        state.home_id, state.period = made.other_hamlet.unit_id, periods.between(today, None)
        state.save(force_insert=True)
    other = make.begun(made, land.xa2, made.other_hamlet, UnitKind.HOUSEHOLD, made.family)
    with pytest.raises(Refused):
        entering.register(land.xa2, other.pk, [key], registered=True)


def test_the_list_wins_over_the_number_and_the_difference_is_known(made: Registering) -> None:
    found = make.families(made)
    found = entering.declare(made.thon, found.pk, 5, seen=None)
    assert (found.number, found.difference) == (3, 2)
    with pytest.raises(Outdated):
        entering.declare(made.thon, found.pk, 6, seen=4)
    assert entering.declare(made.thon, found.pk, None, seen=5).declared is None


def test_a_unit_that_registers_itself_has_nobody_to_choose(made: Registering) -> None:
    found = make.own(made)
    assert (found.listed, found.is_own) == (1, True)
    with pytest.raises(Refused):
        entering.declare(made.setting.land.xa, found.pk, 3, seen=None)


# Offers


def test_each_kind_is_offered_what_is_for_it(made: Registering) -> None:
    round_ = made.setting.round
    offered = {
        place.name: sorted((o.kind, o.subject.code) for o in offers.offers(place, round_))
        for place in (made.commune, made.hamlet, made.school)
    }
    assert offered == {
        "Xã Đại An": [("commune", "bang-khen-tinh"), ("commune", "cong-dong-hoc-tap-xa")],
        "Ấp Giồng Lớn": [("household", "gia-dinh-hoc-tap")],
        "Trường THPT Đại An": [("school", "don-vi-hoc-tap-tinh")],
    }


def test_an_organisation_is_offered_the_titles_of_its_tier(made: Registering) -> None:
    setting, land = made.setting, made.setting.land
    tiers = {"tinh": "cấp tỉnh", "huyen": "cấp huyện", "xa": "thuộc xã"}
    for code, tier in tiers.items():
        make.title(setting, f"bac-{code}", "Đơn vị học tập", UnitKind.SCHOOL, tier=tier)
    own = factories.place(
        UnitKind.SCHOOL, "Trường Mầm non Đại An", land.commune, managed_by=land.commune
    )

    def offered(place: Placement) -> list[str]:
        return sorted(o.subject.code for o in offers.offers(place, setting.round))

    assert offered(made.school) == ["bac-tinh", "bac-xa", "don-vi-hoc-tap-tinh"]
    assert offered(own) == ["bac-xa", "don-vi-hoc-tap-tinh"]


def test_whose_managing_body_is_unknown_is_offered_nothing_of_a_tier_and_told_why(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    """Neither the province's title nor the district's, though it lies in a district."""
    setting, land = made.setting, made.setting.land
    for code, tier in {"tinh": "cấp tỉnh", "huyen": "cấp huyện", "xa": "thuộc xã"}.items():
        make.title(setting, f"bac-{code}", "Đơn vị học tập", UnitKind.ENTERPRISE, tier=tier)
    district = factories.place(UnitKind.DISTRICT, "Huyện Trà Cú", land.province)
    known = factories.place(UnitKind.ENTERPRISE, "Công ty Sở", district, managed_by=land.education)
    unknown = factories.place(UnitKind.ENTERPRISE, "Công ty Lạ", district)
    of_district = factories.place(
        UnitKind.ENTERPRISE, "Công ty Huyện", district, managed_by=district
    )
    offered = {
        place.name: sorted(o.subject.code for o in offers.offers(place, setting.round))
        for place in (known, unknown, of_district)
    }
    assert offered == {
        "Công ty Sở": ["bac-huyen", "bac-tinh", "bac-xa"],
        "Công ty Lạ": ["bac-xa"],
        "Công ty Huyện": ["bac-huyen", "bac-xa"],
    }
    officer = factories.user()
    for place in (known, unknown):
        factories.appoint(officer, "organisation_officer", place)
    browser = client_of(officer)
    pages = {
        place.name: browser.get("/registrations/own/", {"unit": place.unit_id}).content.decode()
        for place in (known, unknown)
    }
    told = {name: "Chưa rõ cơ quan quản lý" in page for name, page in pages.items()}
    assert told == {"Công ty Sở": False, "Công ty Lạ": True}
    begin = f"/registrations/begin/{setting.round.pk}/{unknown.unit_id}/"
    asked = {"kind": UnitKind.ENTERPRISE, "subject": "title-bac-tinh"}
    assert browser.post(begin, asked).status_code == 404
    assert not RegistrationList.objects.filter(unit=unknown.unit_id).exists()


def test_forms_of_another_province_are_not_offered(made: Registering) -> None:
    far = made.setting.land.far_commune
    with journal.act("test"):
        made.setting.document.territory = made.setting.land.province.unit
        made.setting.document.save()
    assert [o.subject for o in offers.offers(far, made.setting.round)] == [made.setting.title]
    assert len(offers.offers(made.commune, made.setting.round)) == 2


def test_a_person_of_nothing_sees_nothing(made: Registering) -> None:
    make.families(made)
    land = made.setting.land
    seen = {
        name: RegistrationList.objects.visible_to(getattr(land, name)).count()
        for name in ("xa", "lanhdaoxa", "xa2", "far_xa", "tinh", "far_tinh", "xem", "stranger")
    }
    assert seen == {
        "xa": 1,
        "lanhdaoxa": 1,
        "xa2": 0,
        "far_xa": 0,
        "tinh": 1,
        "far_tinh": 0,
        "xem": 1,
        "stranger": 0,
    }
    assert RegistrationList.objects.visible_to(factories.user()).count() == 0
