"""Lists for recognition: from the meeting of a hamlet to the decision, and back."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import journal, periods
from core.workflow import Refused
from criteria import ledger, recognising, terms
from criteria.batches import entering, offers, workflow
from criteria.models import (
    BatchState,
    Recognition,
    RecognitionBatch,
    Route,
    RouteStep,
    Unregistered,
)
from tests import batch_factories as make
from tests import criteria_factories, factories
from tests import registration_factories as registrations
from tests.batch_factories import Recognising
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
TODAY = periods.today()
DAY = periods.ONE_DAY


@pytest.fixture
def made(setting: Campaigning) -> Recognising:
    return make.recognising(setting)


def holders(made: Recognising, day: datetime.date = TODAY) -> int:
    lines = ledger.holders([made.commune.path], day, titles=["gia-dinh-hoc-tap"])
    return sum(line.count for line in lines)


def agrees() -> bool:
    return ledger.verify().difference == ""


def test_a_list_goes_from_the_hamlet_to_the_decision(made: Recognising) -> None:
    units = make.households(made, 3)
    found = make.listed(made)
    entering.mark(made.thon, found.pk, [units[0]], passed=False)
    assert found.listed == 3
    found = make.carried(made, found, "number")
    assert (holders(made), found.decider_name) == (0, "Chủ tịch Ủy ban nhân dân xã Đại An")
    workflow.perform("issue", found.pk, made.vanthu)
    held = Recognition.objects.order_by("unit")
    assert list(
        held.values_list("unit", "state", "assessed_year", "decision_number", "decided_on")
    ) == [(unit, "confirmed", TODAY.year, "07/QĐ-UBND", TODAY) for unit in sorted(units[1:])]
    one = held[0]
    assert (one.placement, one.path) == (made.hamlet, made.hamlet.path)
    assert (one.declared_by, one.checked_by) == (made.thon, made.lanhdaoxa)
    assert (periods.first_day(one.period), periods.last_day(one.period)) == (TODAY, None)
    assert (holders(made), holders(made, TODAY - DAY), agrees()) == (2, 0, True)


def test_the_earlier_one_ends_the_day_before_and_runs_on_when_the_issue_is_undone(
    made: Recognising,
) -> None:
    unit = make.households(made, 1)[0]
    earlier = criteria_factories.recognition(
        made.setting,
        made.hamlet,
        unit_id=unit,
        title=made.family,
        grade="",
        period=periods.between(TODAY - 100 * DAY, None),
    )
    found = make.carried(made, make.listed(made), "issue")
    earlier.refresh_from_db()
    later = Recognition.objects.get(batch=found)
    assert (periods.last_day(earlier.period), later.closes) == (TODAY - DAY, earlier)
    assert [holders(made, TODAY - DAY), holders(made)] == [1, 1]
    workflow.perform("unissue", found.pk, made.vanthu, reason="Sai ngày")
    earlier.refresh_from_db()
    assert (periods.last_day(earlier.period), earlier.open_period) == (None, None)
    assert list(Recognition.objects.all()) == [earlier]
    assert (holders(made), make.fresh(found).state, agrees()) == (1, "numbered", True)


def test_revoking_a_part_and_the_whole_and_undoing_both(made: Recognising) -> None:
    units = make.households(made, 3)
    found = make.carried(made, make.listed(made), "issue")
    leader = made.lanhdaoxa
    assert workflow.revoke_part(found.pk, leader, units[:1], "QĐ 9", "Vi phạm") == 1
    assert holders(made) == 2
    workflow.revoke(found.pk, leader, "QĐ 10", "Sai thẩm quyền")
    assert (holders(made), make.fresh(found).state) == (0, "revoked")
    workflow.perform("reinstate", found.pk, leader, reason="Nhầm")
    assert (holders(made), make.fresh(found).state) == (2, "issued")
    assert workflow.reinstate_part(found.pk, leader, units[:1], "Đã xác minh") == 1
    assert (holders(made), agrees()) == (3, True)
    told = [(one.transition, one.reason) for one in found.events.order_by("pk")][-4:]
    assert told == [
        ("revoke_part", "QĐ 9: Vi phạm"),
        ("revoke", "Sai thẩm quyền"),
        ("reinstate", "Nhầm"),
        ("reinstate_part", "Đã xác minh"),
    ]


def test_what_was_held_before_a_revocation_stays_held(made: Recognising) -> None:
    make.households(made, 2)
    found = make.carried(made, make.listed(made), "issue")
    began = periods.between(TODAY - 9 * DAY, None)
    with journal.act("test"):
        Recognition.objects.update(period=began)
    workflow.revoke(found.pk, made.lanhdaoxa, "QĐ 10", "Thu hồi")
    assert [holders(made, TODAY - DAY), holders(made), agrees()] == [2, 0, True]


def test_who_stands_in_one_list_of_the_round_is_in_no_other(made: Recognising) -> None:
    make.households(made, 2)
    first = make.begun(made)
    assert (first.listed, make.begun(made).listed) == (2, 0)
    workflow.perform("drop", first.pk, made.thon, reason="Lập lại")
    assert make.begun(made).listed == 2


def test_those_with_an_approved_registration_come_into_the_list(made: Recognising) -> None:
    units = make.households(made, 3)
    registrations.route(
        made.setting.land.province, "thon", [UnitKind.HOUSEHOLD], above=UnitKind.COMMUNE
    )
    from criteria.registration import entering as registering
    from criteria.registration import offers as to_register
    from criteria.registration.workflow import REGISTRATION

    offer = to_register.offer_of(
        made.hamlet, made.setting.round, UnitKind.HOUSEHOLD, "title-gia-dinh-hoc-tap"
    )
    assert offer is not None
    registered = registering.begin(made.thon, made.setting.round, offer)
    registering.register(made.thon, registered.pk, units[:2], registered=True)
    REGISTRATION.perform("send", registered.pk, made.thon)
    REGISTRATION.perform("approve", registered.pk, made.lanhdaoxa)
    found = make.begun(made)
    assert sorted(found.lines.values_list("unit", flat=True)) == units[:2]


def test_who_must_register_and_did_not_is_not_listed(made: Recognising) -> None:
    make.households(made, 3)
    with journal.act("test"):
        made.family.unregistered = Unregistered.REFUSE
        made.family.unregistered_basis = "Hướng dẫn 1"
        made.family.save()
    assert make.begun(made).listed == 0


def test_nobody_decides_on_what_they_listed_or_appraised(made: Recognising) -> None:
    make.households(made, 1)
    found = make.carried(made, make.listed(made), "send")
    mover = factories.moved(made.thon, "commune_study_officer", made.commune)
    with pytest.raises(Refused, match="tự thẩm định"):
        workflow.perform("submit", found.pk, mover)
    workflow.perform("submit", found.pk, made.hoikhxa)
    mover = factories.moved(made.hoikhxa, "commune_leader", made.commune)
    with pytest.raises(Refused, match="tự quyết định"):
        workflow.perform("sign", found.pk, mover)
    assert make.fresh(found).state == "submitted"


def test_nothing_is_begun_without_a_route(made: Recognising) -> None:
    make.households(made, 1)
    with journal.act("test"):
        RouteStep.objects.all().delete()
        Route.objects.filter(code="cong-nhan-thon").delete()
    with pytest.raises(Refused, match="chưa cấu hình"):
        make.begun(made)


@pytest.mark.parametrize(
    ("field", "sentence"), [("met_on", "cuộc họp"), ("chaired_by", "cuộc họp")]
)
def test_a_list_of_households_tells_of_its_meeting(
    made: Recognising, field: str, sentence: str
) -> None:
    make.households(made, 1)
    found = make.listed(made)
    entering.write_meeting(
        made.thon, found.pk, {**make.MEETING, field: None if field == "met_on" else ""}
    )
    with pytest.raises(Refused, match=sentence):
        workflow.perform("send", found.pk, made.thon)


def test_a_number_is_given_once_a_year(made: Recognising) -> None:
    make.households(made, 2)
    first = make.carried(made, make.listed(made), "number")
    factories.place(UnitKind.HAMLET, "Ấp Khác", made.commune, managed_by=made.commune)
    second = make.carried(made, make.listed(made, made.community), "sign")
    with pytest.raises(Refused, match="Số 7"):
        workflow.number(second.pk, made.vanthu, 7, TODAY, None)
    workflow.perform("unnumber", first.pk, made.vanthu, reason="Nhầm")
    assert workflow.number(second.pk, made.vanthu, 7, TODAY, None).state == "numbered"


def test_a_commune_recognises_its_hamlets(made: Recognising) -> None:
    found = make.carried(made, make.listed(made, made.community), "issue")
    held = Recognition.objects.get()
    assert (held.unit_id, held.batch) == (made.hamlet.unit_id, found)
    assert found.state == BatchState.ISSUED


def test_a_commune_lists_the_households_of_all_its_hamlets(made: Recognising) -> None:
    units = make.households(made, 2)
    offer = offers.offer_of(made.commune, UnitKind.HOUSEHOLD, "gia-dinh-hoc-tap")
    assert offer is not None
    found = entering.begin(made.xa, made.setting.round, offer)
    lines = found.lines.values_list("unit", "placement")
    assert sorted(lines) == [(unit, made.hamlet.pk) for unit in units]


def test_ten_thousand_take_as_many_statements_as_two(
    made: Recognising, django_assert_num_queries: object
) -> None:
    counts = []
    for number in (2, 30):
        make.households(made, number)
        found = make.carried(made, make.listed(made), "number", number)
        with connection.execute_wrapper(_Counting(counts)):
            workflow.perform("issue", found.pk, made.vanthu)
        counts.append(_Counting.number)
    assert counts[0] == counts[1]


class _Counting:
    """Counts statements."""

    number = 0

    def __init__(self, _counts: list[int]) -> None:
        _Counting.number = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        _Counting.number += 1
        return execute(sql, params, many, context)


# What a later paper decision closes


def test_a_later_paper_decision_closes_the_running_one(setting: Campaigning) -> None:
    land = setting.land
    first = criteria_factories.recognition(
        setting, grade="1", period=periods.between(TODAY - 400 * DAY, None)
    )
    until = terms.last_day(TODAY, 36)
    said = recognising.Declaration(
        setting.title, "2", TODAY.year, "2/QĐ", TODAY, "Sở", "", TODAY, until
    )
    later = recognising.declare(land.xa, land.commune, said)
    first.refresh_from_db()
    assert (periods.last_day(first.period), later.closes) == (TODAY - DAY, first)
    from criteria.workflow import check_recognition

    def check(step: str) -> None:
        later.refresh_from_db()
        seen = recognising.fingerprint(later)
        check_recognition(step, later.pk, land.sogddt, seen=seen, reason="Lý do")
        first.refresh_from_db()
        later.refresh_from_db()

    check("reject")
    assert (periods.last_day(first.period), later.closes) == (None, None)
    check("unconfirm")
    assert (periods.last_day(first.period), later.closes) == (TODAY - DAY, first)
    check("confirm")
    check("revoke")  # it began today: it was never held
    assert (periods.last_day(first.period), later.closes) == (None, None)
    check("unrevoke")
    assert (periods.last_day(first.period), later.closes) == (TODAY - DAY, first)
    assert agrees()


def test_a_correction_moves_the_end_of_the_one_before(setting: Campaigning) -> None:
    land = setting.land
    first = criteria_factories.recognition(setting, period=periods.between(TODAY - 400 * DAY, None))

    def said(back: int) -> recognising.Declaration:
        day = TODAY - back * DAY
        return recognising.Declaration(
            setting.title, "1", day.year, "2/QĐ", day, "Sở", "", day, terms.last_day(day, 36)
        )

    later = recognising.declare(land.xa, land.commune, said(30))
    for back in (50, 10):
        later.refresh_from_db()
        seen = recognising.fingerprint(later)
        recognising.correct(later.pk, land.xa, said(back), None, seen=seen)
        first.refresh_from_db()
        assert periods.last_day(first.period) == TODAY - (back + 1) * DAY
    assert agrees()


def test_no_list_of_others_is_seen_before_it_is_sent(made: Recognising) -> None:
    make.households(made, 1)
    found = make.begun(made)
    seen = RecognitionBatch.objects.visible_to(made.hoikhxa)
    assert list(seen) == [found]  # it lies in their commune; its content stays the hamlet's
    from criteria.batches import listing

    assert list(listing.rows(made.hoikhxa, made.setting.round)) == []
    assert list(listing.rows(made.thon, made.setting.round)) == [found]


@pytest.mark.parametrize("state", [*make.STEPS, ""])
def test_each_who_works_with_a_list_reads_it_in_each_state(
    made: Recognising, client_of: ClientOf, state: str
) -> None:
    """A page only reads: what a step would lock is locked when it is taken."""
    make.households(made, 1)
    found = make.listed(made)
    if state:
        found = make.carried(made, found, state)
    people = ("thon", "xa", *(("hoikhxa", "lanhdaoxa", "vanthu") if state else ()))
    for name in people:
        client = client_of(getattr(made, name))
        for page in ("batch", "batch_access"):
            answer = client.get(reverse(f"recognitions:{page}", args=[found.pk]))
            assert (name, page, answer.status_code) == (name, page, 200)
