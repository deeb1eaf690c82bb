"""Rounds and deadlines: a deadline moves only openly, whoever moves it and however often."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from campaign import rounds
from campaign.models import DeadlineChange, DeadlineMatter, Document, Round, RoundDeadline
from campaign.queries import deadlines_of, nearest_deadline
from campaign.rounds import Correction, Move, Opening
from core import journal, periods
from core.models import JournalEntry, Notice
from core.workflow import Outdated, Refused
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

MATTER = DeadlineMatter.ASSESSMENT


def day(days: int) -> periods.Day:
    """In so many days from today."""
    return periods.today() + datetime.timedelta(days=days)


def put(setting: Campaigning, place: Placement, days: int) -> RoundDeadline:
    """The province sets a deadline for communes in a territory."""
    return rounds.set_deadline(
        setting.land.tinh,
        setting.round,
        place,
        matter=MATTER,
        kind=UnitKind.COMMUNE,
        due_on=day(days),
        basis="Công văn 12/SNV-TĐKT",
    )


def holds(setting: Campaigning, place: Placement) -> periods.Day | None:
    """The day that holds for a commune."""
    found = nearest_deadline(deadlines_of(setting.round, UnitKind.COMMUNE), place.path)
    return found.due_on if found else None


# Opening


def opening(year: int) -> Opening:
    return Opening(f"Năm {year}", year, datetime.date(year, 12, 31), "Hướng dẫn 216/HD-BNV")


def test_a_round_is_opened_once_for_a_year(setting: Campaigning) -> None:
    campaign, tinh = setting.round.campaign, setting.land.tinh
    year = periods.today().year + 1
    opened = rounds.open_round(tinh, campaign, opening(year))
    assert (opened.opened_by, opened.assessed_year) == (tinh, year)
    with pytest.raises(Refused, match="đã có đợt"):
        rounds.open_round(tinh, campaign, opening(year))


@pytest.mark.parametrize("ahead", [2, 20])
def test_a_year_far_ahead_is_not_opened(setting: Campaigning, ahead: int) -> None:
    year = periods.today().year + ahead
    with pytest.raises(Refused, match="chưa đến lúc"):
        rounds.open_round(setting.land.tinh, setting.round.campaign, opening(year))


def test_the_year_after_the_newest_round_is_proposed(setting: Campaigning) -> None:
    campaign, this_year = setting.round.campaign, periods.today().year
    assert rounds.years_to_open(campaign)[0] == setting.round.assessed_year + 1
    with journal.act("test"):
        Round.objects.all().delete()
    assert rounds.years_to_open(campaign)[0] == this_year


@pytest.mark.parametrize("person", ["xa", "xem", "sogddt", "stranger"])
def test_who_keeps_no_rounds_opens_none(setting: Campaigning, person: str) -> None:
    year = periods.today().year + 1
    with pytest.raises(PermissionDenied):
        rounds.open_round(getattr(setting.land, person), setting.round.campaign, opening(year))


def administrator(at: Placement) -> User:
    """Somebody who administers a unit, and so keeps rounds there."""
    person = factories.user()
    factories.appoint(person, "administrator", at)
    return person


def test_a_round_is_opened_by_who_keeps_the_territory_of_its_plan(setting: Campaigning) -> None:
    land, campaign, year = setting.land, setting.round.campaign, periods.today().year + 1
    for person in (administrator(land.commune), administrator(land.other_province), land.far_tinh):
        with pytest.raises(PermissionDenied, match="toàn địa bàn"):
            rounds.open_round(person, campaign, opening(year))
    assert rounds.open_round(administrator(land.province), campaign, opening(year))


def test_of_a_plan_of_the_country_only_who_keeps_the_country(setting: Campaigning) -> None:
    campaign, year = setting.round.campaign, periods.today().year + 1
    with journal.act("test"):
        Document.objects.update(territory=None)
    campaign.document.refresh_from_db()
    for person in (setting.land.tinh, administrator(setting.land.province)):
        with pytest.raises(PermissionDenied):
            rounds.open_round(person, campaign, opening(year))
    assert rounds.open_round(administrator(setting.land.country), campaign, opening(year))


# Correcting


def correct(setting: Campaigning, person: User | None = None, **more: Any) -> Round:
    round_ = Round.objects.get(pk=setting.round.pk)
    year = round_.assessed_year
    said = {
        "name": "Năm nay",
        "figures_day": datetime.date(year + 1, 1, 31),
        "figures_basis": "Công văn 3",
        "reason": "Gõ nhầm ngày",
    }
    seen = more.pop("seen", rounds.fingerprint(round_))
    wanted = Correction(**{**said, **more})
    return rounds.correct_round(person or setting.land.tinh, round_.pk, wanted, seen=seen)


def test_a_round_on_which_nothing_was_begun_is_corrected_with_a_reason(
    setting: Campaigning,
) -> None:
    put(setting, setting.land.province, 20)  # a deadline holds nobody up
    corrected = correct(setting)
    assert (corrected.name, corrected.figures_basis) == ("Năm nay", "Công văn 3")
    entry = JournalEntry.objects.get(subject="campaign_round", op="update")
    assert (entry.act, entry.reason, entry.actor_id) == (
        "round.correct",
        "Gõ nhầm ngày",
        setting.land.tinh.pk,
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"reason": " "}, "lý do"),
        ({"figures_day": datetime.date(2020, 1, 1)}, "năm"),
        ({"seen": "another"}, "xem lại"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    setting: Campaigning, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        correct(setting, **more)
    assert Round.objects.get(pk=setting.round.pk).name == setting.round.name


def test_nobody_corrects_a_round_that_others_open(setting: Campaigning) -> None:
    for person in (setting.land.far_tinh, administrator(setting.land.commune), setting.land.xa):
        with pytest.raises(PermissionDenied):
            correct(setting, person)


def test_a_round_in_which_work_has_begun_stays_as_it_is(setting: Campaigning) -> None:
    make.begun(setting)
    with pytest.raises(Refused, match="Đã có đơn vị bắt đầu làm"):
        correct(setting)


# Setting


def test_a_deadline_is_set_once_and_for_the_own_territory(setting: Campaigning) -> None:
    put(setting, setting.land.province, 20)
    with pytest.raises(Refused, match="hãy dời hạn đó"):
        put(setting, setting.land.province, 30)
    with pytest.raises(PermissionDenied):
        put(setting, setting.land.other_province, 20)


def test_a_narrower_deadline_takes_no_time_away(setting: Campaigning) -> None:
    put(setting, setting.land.province, 20)
    with pytest.raises(Refused, match="không được rút ngắn"):
        put(setting, setting.land.commune, 19)
    assert holds(setting, setting.land.commune) == day(20)


@pytest.mark.parametrize("days", [20, 21, 920])
def test_under_a_wider_deadline_none_is_set(setting: Campaigning, days: int) -> None:
    """More time is an extension, with its reason, by who keeps the wider one."""
    put(setting, setting.land.province, 20)
    for place in (setting.land.commune, setting.land.sibling):
        with pytest.raises(Refused, match="gia hạn riêng cho nơi này, có nêu lý do"):
            put(setting, place, days)
    assert RoundDeadline.objects.count() == 1


@pytest.mark.parametrize("province_first", [True, False])
def test_nobody_sets_the_deadline_of_the_own_unit(
    setting: Campaigning, province_first: bool
) -> None:
    land = setting.land
    if province_first:
        put(setting, land.province, 20)
    with pytest.raises(PermissionDenied, match="tự đặt hạn"):
        rounds.set_deadline(
            administrator(land.commune),
            setting.round,
            land.commune,
            matter=MATTER,
            kind=UnitKind.COMMUNE,
            due_on=day(920),
            basis="Không có",
        )
    assert holds(setting, land.commune) == (day(20) if province_first else None)


def test_the_database_takes_no_deadline_beside_a_wider_one(setting: Campaigning) -> None:
    wider = put(setting, setting.land.province, 20)
    own = {
        "round": setting.round,
        "subject_kind": UnitKind.COMMUNE,
        "territory": setting.land.commune.unit,
        "basis": "Công văn 9",
    }
    for due_on in (day(19), day(920)):
        with (
            pytest.raises(IntegrityError, match="without a recorded change"),
            transaction.atomic(),
            journal.act("test"),
        ):
            RoundDeadline.objects.create(**own, due_on=due_on)
    with journal.act("test"):
        RoundDeadline.objects.create(**own, due_on=wider.due_on)


# Moving


def move(setting: Campaigning, deadline: RoundDeadline, days: int, **more: Any) -> RoundDeadline:
    seen = more.pop("seen", deadline.due_on)
    wanted = Move(day(days), more.pop("reason", "Do mưa lũ"), **more)
    return rounds.move(setting.land.tinh, deadline.pk, wanted, seen=seen)


def test_an_extension_says_who_when_from_when_to_when_and_why(setting: Campaigning) -> None:
    deadline = move(setting, put(setting, setting.land.province, 20), 30)
    change = DeadlineChange.objects.get()
    assert (change.old_due, change.new_due, change.reason) == (day(20), day(30), "Do mưa lũ")
    assert (change.user, change.unit_name) == (setting.land.tinh, "Sở Nội vụ tỉnh Vĩnh Long")
    assert change.extends
    assert deadline.due_on == day(30)
    entry = JournalEntry.objects.get(subject="campaign_rounddeadline", op="update")
    assert (entry.act, entry.reason) == ("round.extend_deadline", "Do mưa lũ")


@pytest.mark.parametrize(
    ("days", "more", "sentence"),
    [
        (30, {"reason": " "}, "lý do"),
        (20, {}, "đang áp dụng"),
        (-1, {}, "đã qua"),
        (10, {}, "rút ngắn"),
    ],
)
def test_a_move_that_is_not_open_is_refused(
    setting: Campaigning, days: int, more: dict[str, Any], sentence: str
) -> None:
    deadline = put(setting, setting.land.province, 20)
    with pytest.raises(Refused, match=sentence):
        move(setting, deadline, days, **more)
    assert holds(setting, setting.land.commune) == day(20)


def test_a_shortening_that_is_said_is_recorded(setting: Campaigning) -> None:
    move(setting, put(setting, setting.land.province, 20), 10, shortens=True)
    assert not DeadlineChange.objects.get().extends
    assert holds(setting, setting.land.commune) == day(10)


def test_one_unit_gets_more_time_alone(setting: Campaigning) -> None:
    land = setting.land
    deadline = put(setting, land.province, 20)
    move(setting, deadline, 25, only_for=land.commune)
    assert (holds(setting, land.commune), holds(setting, land.sibling)) == (day(25), day(20))
    change = DeadlineChange.objects.get()
    assert (change.deadline.territory, change.old_due) == (land.commune.unit, day(20))
    with pytest.raises(Refused, match="hạn riêng"):
        move(setting, deadline, 26, only_for=land.commune)
    with pytest.raises(Refused, match="không rút ngắn"):
        move(setting, deadline, 15, only_for=land.sibling, shortens=True)


def test_who_keeps_only_the_own_territory_gives_no_more_time_than_a_wider_one(
    setting: Campaigning,
) -> None:
    land, clerk = setting.land, administrator(setting.land.commune)
    wider = put(setting, land.province, 20)
    for only_for in (land.commune, None):
        wanted = Move(day(900), "Xin thêm", only_for=only_for)
        with pytest.raises(PermissionDenied):
            rounds.move(clerk, wider.pk, wanted, seen=day(20))
    own = move(setting, wider, 25, only_for=land.commune)
    with pytest.raises(PermissionDenied, match="tự đặt hạn"):
        rounds.move(clerk, own.pk, Move(day(900), "Xin thêm"), seen=day(25))
    assert holds(setting, land.commune) == day(25)
    assert move(setting, own, 30).due_on == day(30)
    with pytest.raises(Refused, match="không rút ngắn"):
        move(setting, own, 19, seen=day(30), shortens=True)


def test_the_hamlets_of_one_commune_get_more_time_from_the_province_alone(
    setting: Campaigning,
) -> None:
    land = setting.land
    due = {"matter": MATTER, "kind": UnitKind.HAMLET, "due_on": day(20), "basis": "Công văn 12"}
    wider = rounds.set_deadline(land.tinh, setting.round, land.province, **due)
    own = move(setting, wider, 25, only_for=land.commune)
    assert (own.territory_id, own.due_on) == (land.commune.unit_id, day(25))
    clerk, wanted = administrator(land.commune), Move(day(900), "Xin thêm")
    with pytest.raises(Refused, match="chỉ cơ quan phụ trách địa bàn đó"):
        rounds.move(clerk, own.pk, wanted, seen=day(25))


def test_who_had_been_given_more_time_goes_along_where_everybody_is_given_still_more(
    setting: Campaigning,
) -> None:
    land = setting.land
    deadline = put(setting, land.province, 20)
    move(setting, deadline, 25, only_for=land.commune)
    move(setting, deadline, 40, only_for=land.sibling)
    Notice.objects.all().delete()
    moved = move(setting, deadline, 30, reason="Do bão")
    assert [holds(setting, one) for one in (land.commune, land.sibling)] == [day(30), day(40)]
    latest = DeadlineChange.objects.order_by("-pk")[:2]
    assert {(one.deadline.territory_id, one.old_due, one.reason) for one in latest} == {
        (land.commune.unit_id, day(25), "Do bão"),
        (land.province.unit_id, day(20), "Do bão"),
    }
    told = {one.recipient.username: one.params["old"] for one in Notice.objects.all()}
    assert (told["xa"], "xa2" in told) == (f"{day(25):%d/%m/%Y}", False)
    move(setting, moved, 22, shortens=True)
    assert [holds(setting, one) for one in (land.commune, land.sibling)] == [day(30), day(40)]


def test_a_day_that_a_territory_had_set_before_the_wider_one_stays_its_own_affair(
    setting: Campaigning,
) -> None:
    land, due = setting.land, {"matter": MATTER, "kind": UnitKind.HAMLET, "basis": "Công văn 12"}
    clerk = administrator(land.commune)
    rounds.set_deadline(clerk, setting.round, land.commune, due_on=day(10), **due)
    wider = rounds.set_deadline(land.tinh, setting.round, land.province, due_on=day(20), **due)
    move(setting, wider, 30)
    own = RoundDeadline.objects.get(territory=land.commune.unit)
    assert own.due_on == day(10)


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_names_the_days_of_their_own(
    setting: Campaigning, client_of: Any, many: int
) -> None:
    land = setting.land
    deadline = put(setting, land.province, 20)
    places = [land.commune, land.sibling, factories.place("commune", "Xã Ba", land.province)]
    for place in places[:many]:
        move(setting, deadline, 25, only_for=place)
    client, url = client_of(land.tinh), reverse("rounds:move", args=[deadline.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    named = [own.place.name for own in page.context["owns"]]
    assert named == sorted(one.name for one in places[:many])
    assert page.text.count("Khi hạn của tất cả lùi quá hạn riêng") == 1
    assert len([one for one in queries if one["sql"].startswith("SELECT")]) == 10


def test_what_somebody_moved_meanwhile_is_not_moved(setting: Campaigning) -> None:
    deadline = put(setting, setting.land.province, 20)
    move(setting, deadline, 30)
    with pytest.raises(Outdated):
        move(setting, deadline, 25, seen=day(20))


def test_nobody_moves_a_deadline_of_others(setting: Campaigning) -> None:
    deadline = put(setting, setting.land.province, 20)
    for person in (setting.land.far_tinh, setting.land.xa, setting.land.xem):
        with pytest.raises(PermissionDenied):
            rounds.move(person, deadline.pk, Move(day(30), "Không phải của tôi"), seen=day(20))


def test_the_database_refuses_a_deadline_moved_silently(setting: Campaigning) -> None:
    deadline = move(setting, put(setting, setting.land.province, 20), 30)
    for due_on in (day(20), day(25), day(31)):
        with (
            pytest.raises(IntegrityError, match="without a recorded change"),
            transaction.atomic(),
            journal.act("test"),
        ):
            RoundDeadline.objects.filter(pk=deadline.pk).update(due_on=due_on)
    with journal.act("test"):
        RoundDeadline.objects.filter(pk=deadline.pk).update(basis="Công văn 15")


MOVES = st.lists(
    st.tuples(
        st.integers(-5, 60), st.booleans(), st.sampled_from(["commune", None]), st.just("Lý do")
    ),
    max_size=6,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_whatever_is_tried_each_day_that_changed_has_its_record(
    setting: Campaigning, moves: list[tuple[int, bool, str | None, str]]
) -> None:
    """A deadline is the day it was set, moved by each recorded change in turn, without a gap;
    nothing becomes earlier unless it was said, and one unit alone never has less time."""
    with transaction.atomic():
        deadline = put(setting, setting.land.province, 20)
        said = []
        for days, shortens, alone, reason in moves:
            place = setting.land.commune if alone else None
            deadline.refresh_from_db()
            try:
                wanted = Move(day(days), reason, shortens, place)
                rounds.move(setting.land.tinh, deadline.pk, wanted, seen=deadline.due_on)
            except Refused:
                continue
            said.append((day(days), shortens))
        for one in RoundDeadline.objects.prefetch_related("changes"):
            changes = list(one.changes.all())
            olds = [change.old_due for change in changes]
            news = [change.new_due for change in changes]
            assert olds[1:] == news[:-1]
            assert (news or [one.due_on])[-1] == one.due_on
        days_said = {due for due, _shortens in said}
        assert set(DeadlineChange.objects.values_list("new_due", flat=True)) == days_said
        own = RoundDeadline.objects.filter(territory=setting.land.commune.unit).first()
        deadline.refresh_from_db()
        assert own is None or own.due_on >= deadline.due_on
        shortened = [one.new_due for one in DeadlineChange.objects.all() if not one.extends]
        assert set(shortened) <= {due for due, shortens in said if shortens}
        assert not any(due < periods.today() for due, _shortens in said)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_who_move_one_deadline_at_once_leave_one_move(setting: Campaigning) -> None:
    colleague = factories.user("tinh_b")
    factories.appoint(colleague, "emulation_officer", setting.land.home_affairs)
    deadline = put(setting, setting.land.province, 20)
    outcomes = race(
        *(
            lambda person=person, days=days: rounds.move(
                factories.User.objects.get(pk=person.pk),
                deadline.pk,
                Move(day(days), "Cùng lúc"),
                seen=day(20),
            )
            for person, days in ((setting.land.tinh, 30), (colleague, 25))
        )
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Outdated])
    assert DeadlineChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_year_opened_twice_at_once_has_one_round(setting: Campaigning) -> None:
    year = periods.today().year + 1
    colleague = factories.user("tinh_b")
    factories.appoint(colleague, "emulation_officer", setting.land.home_affairs)
    people = (setting.land.tinh, colleague)
    outcomes = race(
        *(
            lambda person=person: rounds.open_round(
                factories.User.objects.get(pk=person.pk), setting.round.campaign, opening(year)
            )
            for person in people
        )
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert Round.objects.filter(assessed_year=year).count() == 1


def test_those_concerned_see_it(setting: Campaigning) -> None:
    land = setting.land
    deadline = put(setting, land.province, 20)
    move(setting, deadline, 25, only_for=land.commune)
    people = ("xa", "xa2", "tinh", "xem", "far_tinh", "far_xa", "stranger")
    seen = {
        name: [one.place_name for one in rounds.concerning(getattr(land, name), setting.round)]
        for name in people
    }
    province, commune = land.province.name, land.commune.name
    assert seen == {
        "xa": [province, commune],
        "xa2": [province],
        "tinh": [province, commune],
        "xem": [province, commune],
        "far_tinh": [],
        "far_xa": [],
        "stranger": [],
    }
