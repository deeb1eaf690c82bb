"""The registers: who enters, who confirms, what is shown, and that nobody confirms their own."""

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from campaign import registering
from campaign.forms.registers import EntryForm
from campaign.models import EntryState, Register, RegisterEntry
from campaign.workflow import entry_fingerprint
from core import journal, periods
from core.veiled import veil
from core.workflow import Outdated, Refused
from tests import campaign_factories as make
from tests import factories
from tests.factories import Land
from tests.guards.world import png
from tests.races import losers, race, winners
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


# Entering and correcting


def test_a_unit_enters_for_itself_only(land: Land) -> None:
    entry = make.entry(land.xa, land.commune)
    assert (entry.state, entry.office_name) == ("entered", "Xã Đại An")
    with pytest.raises(PermissionDenied):
        make.entry(land.xa, land.sibling)
    with pytest.raises(PermissionDenied):
        make.entry(land.lanhdaoxa, land.commune)


def test_a_form_that_is_sent_twice_enters_once(land: Land, client_of: ClientOf) -> None:
    client, address = client_of(land.xa), "/registers/new/contributions/"
    form = client.get(address).context["form"]
    today = f"{periods.today():%d/%m/%Y}"
    sent = {
        "unit": str(land.commune.unit_id),
        "kind": "material",
        "subject": "Tặng máy tính",
        "scope_text": "Trung tâm học tập cộng đồng",
        "words": "Đã bàn giao.",
        "amount": "5",
        "measure": "máy",
        "first": today,
        "entry_key": str(form["entry_key"].value()),
    }
    answers = [client.post(address, sent) for _ in range(2)]
    entry = RegisterEntry.objects.get()
    assert [one.headers["Location"] for one in answers] == [f"/registers/{entry.pk}/"] * 2
    other = client.post(address, {**sent, "subject": "Tặng sách"})
    assert other.status_code == 422
    assert "Phiếu này đã được nhập" in other.content.decode()
    another = client.get(address).context["form"]["entry_key"].value()
    assert client.post(address, {**sent, "entry_key": str(another)}).status_code == 302
    assert RegisterEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_at_once_enters_once(land: Land) -> None:
    key = uuid.uuid4()
    outcomes = race(
        *[
            lambda: registering.enter(
                User.objects.get(pk=land.xa.pk), "contributions", land.commune, make.words(), key
            )
        ]
        * 2
    )
    assert [one.pk for one in winners(outcomes)] == [RegisterEntry.objects.get().pk] * 2


def test_who_inspects_enters_what_was_found_in_the_territory(land: Land) -> None:
    entry = make.entry(land.tinh, land.commune, "12/KH-SNV", "inspections")
    assert (entry.unit, entry.office) == (land.commune.unit, land.home_affairs.unit)
    for person, place in ((land.xa, land.commune), (land.tinh, land.far_commune)):
        with pytest.raises(PermissionDenied):
            make.entry(person, place, "12/KH", "inspections")


def test_a_correction_is_the_offices_own_and_before_the_checking(land: Land) -> None:
    entry = make.entry(land.xa, land.commune)
    seen = entry_fingerprint(entry)
    registering.correct(entry.pk, land.xa, make.words("Tặng sách"), seen=seen)
    with pytest.raises(Outdated):
        registering.correct(entry.pk, land.xa, make.words("Tặng bàn"), seen=seen)
    entry.refresh_from_db()
    with pytest.raises(Refused, match="Chỉ đơn vị đã nhập"):
        registering.correct(entry.pk, land.tinh, make.words("Khác"), seen=entry_fingerprint(entry))
    make.checked(entry, land.tinh)
    entry.refresh_from_db()
    with pytest.raises(Refused, match="hoàn tác"):
        registering.correct(entry.pk, land.xa, make.words("Khác"), seen=entry_fingerprint(entry))
    assert entry.subject == "Tặng sách"


# Confirming


def test_somebody_else_confirms_or_refuses_with_a_reason(land: Land) -> None:
    entry = make.entry(land.xa, land.commune)
    with pytest.raises(Refused, match="Vai trò"):
        make.checked(entry, land.lanhdaoxa)
    with pytest.raises(Refused, match="lý do"):
        make.checked(entry, land.tinh, "reject", reason=" ")
    rejected = make.checked(entry, land.tinh, "reject", "Thiếu biên bản")
    assert (rejected.state, rejected.state_reason) == ("rejected", "Thiếu biên bản")
    assert not RegisterEntry.objects.standing().exists()
    assert make.checked(entry, land.tinh, "unconfirm").state == "entered"


def test_nobody_confirms_what_they_had_a_part_in(land: Land) -> None:
    """Also not somebody who only attached a file, and has another role since."""
    entry = make.entry(land.xa, land.commune)
    helper = factories.user("giupviec")
    factories.appoint(helper, "commune_officer", land.commune)
    registering.add_file(entry.pk, helper, png())
    officer = factories.moved(helper, "emulation_officer", land.home_affairs)
    with pytest.raises(Refused, match="Không ai xác nhận phần của mình"):
        make.checked(entry, officer)
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        RegisterEntry.objects.filter(pk=entry.pk).update(
            state="confirmed", checked_by=land.xa, checked_at=entry.entered_at
        )


def test_an_office_does_not_confirm_what_it_entered_itself(land: Land) -> None:
    clerk = factories.user(full_name="Lý Thị Văn Phòng")
    factories.appoint(clerk, "organisation_officer", land.home_affairs)
    entry = make.entry(clerk, land.home_affairs)
    assert registering.to_check(land.tinh) == {}
    with pytest.raises(Refused, match="Không cơ quan nào tự xác nhận"):
        make.checked(entry, land.tinh)
    # The same person, for another office whose territory it lies in, may.
    factories.appoint(land.tinh, "emulation_officer", _second_office(land))
    person = User.objects.get(pk=land.tinh.pk)
    assert registering.to_check(person) == {"contributions": 1}
    assert make.checked(entry, person).checked_office == _second_office(land).unit
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        RegisterEntry.objects.filter(pk=entry.pk).update(checked_office=land.home_affairs.unit_id)


def _second_office(land: Land) -> Placement:
    """Another office of the province that confirms."""
    found = Placement.objects.filter(name="Sở Nội vụ thứ hai").first()
    return found or factories.place(
        UnitKind.AGENCY, "Sở Nội vụ thứ hai", land.province, managed_by=land.province
    )


def test_the_inspected_unit_confirms_and_mends(land: Land) -> None:
    entry = make.entry(land.tinh, land.commune, "12/KH-SNV", "inspections")
    with pytest.raises(Refused, match="Vai trò"):
        make.checked(entry, land.sogddt)
    make.checked(entry, land.lanhdaoxa)
    mended = make.checked(entry, land.xa, "mend", "Đã mở sổ")
    assert (mended.state, mended.done_on, mended.done_words) == (
        "remedied",
        periods.today(),
        "Đã mở sổ",
    )
    again = make.checked(entry, land.xa, "unmend", "Còn một ấp")
    assert (again.state, again.done_on, again.done_words) == ("confirmed", None, "")


def test_a_contribution_is_not_mended(land: Land) -> None:
    entry = make.checked(make.entry(land.xa, land.commune), land.tinh)
    with pytest.raises(Refused, match="Chỉ kết quả kiểm tra"):
        make.checked(entry, land.tinh, "mend")


@pytest.mark.django_db(transaction=True)
def test_confirming_and_refusing_at_once_leave_one_of_both(land: Land) -> None:
    entry = make.entry(land.xa, land.commune)
    colleague = factories.user("tinh_b")
    factories.appoint(colleague, "emulation_officer", land.home_affairs)
    seen = entry_fingerprint(entry)
    outcomes = race(
        *(
            lambda name=name, person=person: registering.step(
                name, entry.pk, User.objects.get(pk=person.pk), seen=seen, reason="Cùng lúc"
            )
            for name, person in (("confirm", land.tinh), ("reject", colleague))
        )
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])


# What a criterion is shown


def test_what_is_held_is_of_the_unit_and_the_year(land: Land) -> None:
    year = periods.today().year
    before = periods.between(datetime.date(year - 2, 3, 1), datetime.date(year - 1, 2, 1))
    goes_on = periods.between(datetime.date(year - 1, 12, 1), None)
    make.entry(land.xa, land.commune, "Cũ", period=before)
    make.entry(land.xa, land.commune, "Đang áp dụng", "initiatives", period=goes_on)
    make.checked(make.entry(land.xa, land.commune, "Bị từ chối"), land.tinh, "reject")
    make.entry(land.xa2, land.sibling, "Của xã khác")
    held = registering.held(land.commune.unit_id, year)
    assert [one.subject for one in held] == ["Đang áp dụng"]


def test_who_waits_for_whom(land: Land) -> None:
    make.entry(land.xa, land.commune)
    make.entry(land.xa, land.commune, "Tủ sách", "initiatives")
    make.entry(land.tinh, land.commune, "12/KH-SNV", "inspections")
    people = ("tinh", "xa", "lanhdaoxa", "xa2", "far_tinh", "xem")
    assert {name: registering.to_check(getattr(land, name)) for name in people} == {
        "tinh": {"contributions": 1, "initiatives": 1},
        "xa": {"inspections": 1},
        "lanhdaoxa": {"inspections": 1},
        "xa2": {},
        "far_tinh": {},
        "xem": {},
    }


# The form

FULL = {
    "kind": "material",
    "subject": "Tặng  máy tính ",
    "scope_text": "Thư viện",
    "words": "Có biên bản",
    "amount": "15.000.000",
    "measure": "đồng",
    "first": "05/01/2026",
}


def form(land: Land, **data: str) -> EntryForm:
    unit = {"unit": str(land.commune.unit_id)}
    return EntryForm(Register.CONTRIBUTIONS, [land.commune], {**FULL, **unit, **data})


def test_the_form_reads_what_an_office_writes(land: Land) -> None:
    filled = form(land)
    assert filled.is_valid(), filled.errors
    said = filled.said()
    assert (said.subject, said.amount, said.measure) == ("Tặng máy tính", 15_000_000, "đồng")
    day = datetime.date(2026, 1, 5)
    assert said.period == periods.between(day, day)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"amount": "nhiều"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1,234"}, "amount"),
        ({"measure": ""}, "measure"),
        ({"amount": ""}, "amount"),
        ({"first": "32/01/2026"}, "first"),
        ({"first": "05/01/2999"}, "first"),
        ({"last": "04/01/2026"}, "last"),
        ({"kind": "inspection"}, "kind"),
        ({"unit": "0"}, "unit"),
        ({"subject": "x" * 301}, "subject"),
        ({"words": "a\0b"}, "words"),
    ],
)
def test_what_cannot_be_stays_at_its_field(land: Land, data: dict[str, str], field: str) -> None:
    filled = form(land, **data)
    assert not filled.is_valid()
    assert field in filled.errors


# The pages


@pytest.mark.parametrize(("person", "queries"), [("xa", 9), ("tinh", 9)])
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_of_one_row_as_of_three(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: Any,
    person: str,
    queries: int,
    number: int,
) -> None:
    for count in range(number):
        make.entry(land.xa, land.commune, f"Tặng {count}", amount=Decimal(5), measure="máy")
    client = client_of(getattr(land, person))
    with django_assert_num_queries(queries):
        page = client.get("/registers/").content.decode()
    assert page.count('<th scope="row"') == number


def test_filters_and_export_give_the_same_rows(land: Land, client_of: ClientOf) -> None:
    make.entry(land.xa, land.commune, "Tủ sách ấp")
    make.checked(make.entry(land.xa2, land.sibling, "Máy tính"), land.tinh)
    client = client_of(land.tinh)
    for query, expected in (
        ({"w": veil("tu sach")}, ["Tủ sách ấp"]),
        ({"w": veil("ham giang")}, ["Máy tính"]),
        ({"state": EntryState.CONFIRMED}, ["Máy tính"]),
        ({"year": "2001"}, []),
        ({"register": "initiatives"}, []),
    ):
        page = client.get("/registers/", query).content.decode()
        assert [one for one in ("Tủ sách ấp", "Máy tính") if f">{one}</a>" in page] == expected


def test_evidence_is_attached_seen_and_removed(land: Land, client_of: ClientOf) -> None:
    entry = make.entry(land.xa, land.commune)
    client = client_of(land.xa)
    address = f"/registers/{entry.pk}/"
    client.post(f"{address}files/", {"file": png("bien-ban.png")})
    attached = entry.files.get()
    assert "bien-ban.png" in client_of(land.tinh).get(address).content.decode()
    assert client_of(land.xa2).get(f"{address}files/{attached.pk}/").status_code == 404
    refused = client.post(f"{address}files/", {"file": png("a.exe")}, follow=True)
    assert "a.exe" in refused.content.decode()
    client.post(f"{address}files/{attached.pk}/remove/")
    assert "bien-ban.png" not in client.get(address).content.decode()
    assert client.get(f"{address}files/{attached.pk}/").status_code == 404


def test_a_step_that_is_refused_stands_open_on_its_page_with_what_was_typed(
    land: Land, client_of: ClientOf
) -> None:
    entry = make.entry(land.xa, land.commune, "Tủ sách ấp")
    client = client_of(land.tinh)
    page = client.get(f"/registers/{entry.pk}/")
    (reject,) = [one for one in page.context["steps"] if one.name == "reject"]
    stale = reject.url.partition("?")[0] + "?seen=khac"
    answer = client.post(stale, {"reason": "Thiếu biên bản"})
    (shown,) = [one for one in answer.context["steps"] if one.name == "reject"]
    assert (answer.status_code, shown.text, bool(shown.error)) == (409, "Thiếu biên bản", True)
    assert client.post(shown.url, {"reason": shown.text}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "rejected"
