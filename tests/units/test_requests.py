"""Requests of people about what is kept of them, and how long what is kept."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import calendar, journal, periods
from core.models import JournalEntry, Notice
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import Village
from units import retention
from units.models import (
    ERASED,
    KeptData,
    Member,
    PersonalRecord,
    PersonalRequest,
    RequestState,
    RetentionRule,
    UnitKind,
)
from units.requesting import entering, telling, terms
from units.requesting.workflow import REQUEST

pytestmark = pytest.mark.django_db

NAME = "Sơn Thị Kín"
S = RequestState


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


@pytest.fixture
def person(village: Village) -> Member:
    return make.member(village.thon, village.hamlet, UnitKind.CITIZEN, NAME, birth_year=1960)


def ask(village: Village, person: Member, kind: str = "erasure", **said: Any) -> PersonalRequest:
    asked = {
        "kind": kind,
        "asked_by": "subject",
        "identity_check": "Đối chiếu thẻ căn cước",
        "received_on": periods.today(),
        **said,
    }
    return entering.enter(village.thon, village.hamlet, person.unit_id, entering.Asked(**asked))


def accepted(village: Village, person: Member, kind: str = "erasure", **said: Any) -> Any:
    return REQUEST.perform("accept", ask(village, person, kind, **said).pk, village.thon)


# Who, and what is refused


def test_a_second_person_carries_it_out(village: Village, person: Member) -> None:
    request = accepted(village, person)
    for somebody in (village.thon, village.land.tinh, village.coquan):
        with pytest.raises(Refused):
            REQUEST.perform("carry_out", request.pk, somebody)
    done = REQUEST.perform("carry_out", request.pk, village.land.lanhdaoxa)
    assert done.state == S.CARRIED_OUT
    assert PersonalRecord.objects.get().name == ERASED


def test_who_accepted_it_does_not_carry_it_out(village: Village, person: Member) -> None:
    request = REQUEST.perform("accept", ask(village, person).pk, village.xa)
    with pytest.raises(Refused, match="người khác"):
        REQUEST.perform("carry_out", request.pk, village.xa)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"asked_by": "representative"}, "representative"),
        ({"kind": "correction"}, "new_name"),
        ({"received_on": periods.today() + periods.ONE_DAY}, "received_on"),
    ],
)
def test_what_says_too_little_is_refused(
    village: Village, person: Member, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(village, person, **said)
    assert refused.value.field == field


def test_one_of_a_kind_is_open_at_a_time(village: Village, person: Member) -> None:
    first = ask(village, person)
    with pytest.raises(Refused):
        ask(village, person)
    REQUEST.perform("withdraw", first.pk, village.thon, reason="Người yêu cầu rút đơn")
    ask(village, person)


@pytest.mark.parametrize("reason", [f"Bà {NAME} rút đơn", f"bà {NAME.lower()}"])
def test_an_answer_names_nobody(village: Village, person: Member, reason: str) -> None:
    request = ask(village, person)
    with pytest.raises(Refused, match="Không ghi họ tên"):
        REQUEST.perform("refuse", request.pk, village.thon, reason=reason)
    assert not JournalEntry.objects.filter(reason__icontains=NAME).exists()


def test_a_refusal_is_an_answer_and_may_be_considered_again(
    village: Village, person: Member
) -> None:
    request = ask(village, person)
    refused = REQUEST.perform("refuse", request.pk, village.thon, reason="Luật Lưu trữ")
    assert (refused.state, refused.state_reason) == (S.REFUSED, "Luật Lưu trữ")
    again = REQUEST.perform("reconsider", request.pk, village.thon, reason="Bổ sung giấy tờ")
    assert (again.state, again.ended_at) == (S.RECEIVED, None)


def test_after_an_erasure_nobody_writes_the_name_back(village: Village, person: Member) -> None:
    REQUEST.perform("carry_out", accepted(village, person).pk, village.xa)
    with pytest.raises(Refused, match="đã được xóa"):
        make.members.save_row(
            village.thon,
            village.hamlet,
            UnitKind.CITIZEN,
            make.Row(unit_id=person.unit_id),
            make.MemberEntry(NAME),
            1,
            "",
        )
    with pytest.raises(Refused):
        ask(village, person)


# Terms


def test_terms_count_working_days_from_the_day_it_came(village: Village, person: Member) -> None:
    call_command("load_calendar", verbosity=0)
    days = calendar.load()
    request = ask(village, person, received_on=datetime.date(2026, 11, 20))  # a Friday
    assert terms.due(request, days).day == datetime.date(2026, 11, 25)  # the 24th is a holiday
    request = REQUEST.perform("accept", request.pk, village.thon)
    assert terms.due(request, days).day == datetime.date(2026, 12, 21)
    request = REQUEST.perform("refuse", request.pk, village.thon, reason="Trùng")
    assert terms.due(request, days) is None


def test_who_answers_is_told_once_as_the_term_comes(village: Village, person: Member) -> None:
    call_command("load_calendar", verbosity=0)
    ask(village, person)
    assert telling.tell_due() == 1
    assert telling.tell_due() == 0
    told = Notice.objects.filter(kind=telling.DUE)
    people = {village.thon.pk, village.xa.pk, village.land.lanhdaoxa.pk}
    assert set(told.values_list("recipient", flat=True)) == people
    assert NAME not in str([*told.values_list("params", flat=True)])


def test_who_carries_out_is_told_that_it_waits(village: Village, person: Member) -> None:
    accepted(village, person)
    told = Notice.objects.filter(kind=telling.ACCEPTED)
    people = {village.xa.pk, village.land.lanhdaoxa.pk}
    assert set(told.values_list("recipient", flat=True)) == people


# How long what is kept


@pytest.fixture
def administrator(land: Land) -> Any:
    found = factories.user("admin")
    factories.appoint(found, "administrator", land.country)
    return found


def gone(person: Member, months: int) -> None:
    """The person left so many months ago, yesterday."""
    last = periods.months_before(periods.today(), months) - 2 * periods.ONE_DAY
    with journal.act("test"):
        Member.objects.filter(pk=person.pk).update(period=periods.between(None, last))


def test_without_a_text_nothing_is_removed(village: Village, person: Member) -> None:
    gone(person, 600)
    assert retention.rule_on(KeptData.FORMER_MEMBERS, periods.today()) is None
    assert retention.remove_expired() == 0
    assert PersonalRecord.objects.get().name == NAME


def test_what_has_run_out_is_removed_and_the_journal_says_by_which_text(
    village: Village, person: Member, administrator: Any
) -> None:
    stays = make.member(village.thon, village.hamlet, UnitKind.CITIZEN, "Kim Ở Lại")
    fresh = make.member(village.thon, village.hamlet, UnitKind.CITIZEN, "Kim Mới Đi")
    gone(person, 12)
    gone(fresh, 11)
    retention.enter(administrator, KeptData.FORMER_MEMBERS, 12, periods.today(), "Quy chế 7")
    assert retention.remove_expired() == 1
    assert retention.remove_expired() == 0
    names = dict(PersonalRecord.objects.values_list("unit", "name"))
    assert names == {
        person.unit_id: ERASED,
        stays.unit_id: "Kim Ở Lại",
        fresh.unit_id: "Kim Mới Đi",
    }
    entry = JournalEntry.objects.filter(act="retention.erase").latest("pk")
    assert entry.reason.startswith("Quy chế 7")


def test_an_answered_request_lets_go_of_who_brought_it(
    village: Village, person: Member, administrator: Any
) -> None:
    request = ask(village, person, contact="0912 345 678")
    REQUEST.perform("refuse", request.pk, village.thon, reason="Trùng")
    long_ago = periods.today() - datetime.timedelta(days=800)
    with journal.act("test"):
        PersonalRequest.objects.update(ended_at=f"{long_ago}T00:00:00Z")
    other = make.member(village.thon, village.hamlet, UnitKind.CITIZEN, "Kim Khác")
    still_open = ask(village, other, contact="0987 654 321")
    retention.enter(administrator, KeptData.REQUESTS, 24, periods.today(), "Quy chế 7")
    assert retention.remove_expired() == 1
    request.refresh_from_db()
    still_open.refresh_from_db()
    assert (request.contact, request.identity_check) == ("", "")
    assert (request.state_reason, still_open.contact) == ("Trùng", "0987 654 321")


def test_a_later_term_ends_the_one_before(land: Land, administrator: Any) -> None:
    first, later = datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)
    retention.enter(administrator, KeptData.REQUESTS, 12, first, "Quy chế 7")
    retention.enter(administrator, KeptData.REQUESTS, 24, later, "Quy chế 8")
    kept = [
        (one.months, periods.first_day(one.period), periods.last_day(one.period))
        for one in RetentionRule.objects.all()
    ]
    assert kept == [(12, first, later - periods.ONE_DAY), (24, later, None)]
    with pytest.raises(Refused):
        retention.enter(administrator, KeptData.REQUESTS, 36, first, "Quy chế 9")


def test_an_administrator_of_the_country_enters_terms(
    land: Land, administrator: Any, client_of: Any
) -> None:
    data = {"kind": "requests", "months": "24", "first_day": "01/01/2026", "basis": "Quy chế 7"}
    client = client_of(administrator)
    assert "chưa cấu hình" in client.get("/requests/retention/").text
    assert client.post("/requests/retention/", data).status_code == 302
    page = client.get("/requests/retention/").text
    assert "24 tháng" in page
    assert client.post("/requests/retention/", data).status_code == 422
    assert client_of(land.xa).post("/requests/retention/", data).status_code == 403


# The pages


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_asks_the_same_for_one_and_for_three(
    village: Village, client_of: Any, rows: int
) -> None:
    for row in range(rows):
        ask(village, make.member(village.thon, village.hamlet, UnitKind.CITIZEN, f"Kim {row}"))
    client = client_of(village.xa)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/requests/").status_code == 200
    control = ("SAVEPOINT", "RELEASE", "SET TRANSACTION", 'UPDATE "accounts_session"')
    assert sum(not one["sql"].startswith(control) for one in asked) == 7


def test_the_page_enters_a_request_and_takes_its_steps(
    village: Village, person: Member, client_of: Any
) -> None:
    client = client_of(village.thon)
    data = {
        "home": village.hamlet.unit_id,
        "of": "citizen",
        "number": "9",
        "kind": "erasure",
        "received_on": f"{periods.today():%d/%m/%Y}",
        "asked_by": "subject",
        "identity_check": "Đối chiếu thẻ căn cước",
    }
    assert "không có ai mang số này" in client.post("/requests/new/", data).text
    answer = client.post("/requests/new/", data | {"number": str(person.number)})
    page = client.get(answer["Location"]).text
    assert "Xóa dữ liệu: Công dân số 1, Ấp Cây Da" in page
    assert NAME not in page
    pk = PersonalRequest.objects.get().pk
    assert client.post(f"/requests/{pk}/steps/accept/").status_code == 409  # nothing was seen
    assert client.get("/requests/999999/").status_code == 404
    assert client_of(village.land.xa2).get(f"/requests/{pk}/").status_code == 404
    assert client_of(village.land.tinh).get(f"/requests/{pk}/").status_code == 403
