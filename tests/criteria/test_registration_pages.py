"""The pages of registrations: what each shows to whom, what comes back, what it costs."""

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core import jobs, periods
from core.models import Job, JournalEntry
from criteria.models import Registration, RegistrationList
from criteria.registration import entering
from criteria.registration.workflow import fingerprint
from tests import factories
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import HOUSEHOLDS, Registering
from units import personal
from units.models import Member, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return make.registering(setting)


def url(name: str, *args: Any) -> str:
    return reverse(f"registrations:{name}", args=args)


def text_of(content: bytes) -> str:
    """What people read in a PDF file."""
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(
            " ".join(page.get_textpage().get_text_bounded() for page in document).split()
        )
    finally:
        document.close()


def queries(client: Client, address: str) -> int:
    """How many questions a page asks, without what opens and closes its transaction."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(control) for query in asked.captured_queries)


def test_a_hamlet_begins_enters_and_sends(made: Registering, client_of: ClientOf) -> None:
    keys = [make.household(made.thon, made.hamlet, name) for name in HOUSEHOLDS]
    client = client_of(made.thon)
    page = client.get(url("index"))
    assert [offer.key for offer in page.context["offers"]] == ["title-gia-dinh-hoc-tap"]
    begin = url("begin", made.setting.round.pk, made.hamlet.unit_id)
    answer = client.post(begin, {"kind": "household", "subject": "title-gia-dinh-hoc-tap"})
    found = RegistrationList.objects.get()
    assert answer["Location"] == url("detail", found.pk)
    for key in keys[:2]:
        saved = client.post(
            url("line", found.pk, key), {f"unit-{key}": "on"}, headers={"HX-Request": "true"}
        )
        assert (saved.status_code, f'id="row-{key}"' in saved.text) == (200, True)
    # The button that follows stands beside the row: it sends what was ticked since the page opened.
    send = f"{url('step', found.pk, 'send')}?seen={fingerprint(make.fresh(found))}"
    assert re.findall('action="(.*?)"', saved.text) == [send]
    answer = client.post(send)
    found = make.fresh(found)
    assert (answer.status_code, found.state, found.listed) == (302, "waiting", 2)


def test_without_a_script_a_page_of_boxes_is_saved_at_once(
    made: Registering, client_of: ClientOf
) -> None:
    found = make.families(made)
    one, two, three = found.lines.order_by("unit").values_list("unit", flat=True)
    posted = {"shown": [one, two, three], f"unit-{two}": "on"}
    assert client_of(made.thon).post(url("lines", found.pk), posted).status_code == 302
    assert list(found.lines.values_list("unit", flat=True)) == [two]
    for every, number in (("in", 3), ("out", 0)):
        client_of(made.thon).post(url("lines", found.pk), {"every": every})
        assert make.fresh(found).listed == found.lines.count() == number


def test_names_open_with_a_reason_for_those_who_keep_or_approve(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon))
    for person in (made.thon, land.xa):
        client = client_of(person)
        assert shown_names(client.get(url("detail", found.pk))) == 0
        for reason, sentence in (
            ("", "Hãy nêu lý do"),
            ("ế" * 501, "501 ký tự, chỉ nhận tối đa 500 ký tự"),
        ):
            refused = client.post(url("names", found.pk), {"reason": reason})
            assert (refused.status_code, sentence in refused.text) == (422, True)
            assert f'value="{reason}"' in refused.text
        assert shown_names(client.get(url("detail", found.pk))) == 0
        client.post(url("names", found.pk), {"reason": "Duyệt danh sách"})
        assert shown_names(client.get(url("detail", found.pk))) == 3
    assert JournalEntry.objects.filter(act="personal.read", reason="Duyệt danh sách").exists()


@pytest.mark.parametrize("person", ["tinh", "xem", "lanhdaoxa"])
def test_others_see_numbers_and_never_names(
    made: Registering, client_of: ClientOf, person: str
) -> None:
    found = make.carried(make.families(made), ("send", made.thon))
    client = client_of(getattr(made.setting.land, person))
    assert client.post(url("names", found.pk), {"reason": "Tò mò"}).status_code == 403
    page = client.get(url("detail", found.pk))
    assert (shown_names(page), page.context["found"].listed) == (0, 3)
    for address in (url("index"), url("export"), url("paper", found.pk)):
        content = client.get(address).content
        assert not any(name.encode() in content for name in HOUSEHOLDS)


def shown_names(page: Any) -> int:
    """How many of the households' names a page shows."""
    return sum(name in page.text for name in HOUSEHOLDS)


def test_a_draft_is_the_units_own(made: Registering, client_of: ClientOf) -> None:
    found = make.families(made)
    entering.declare(made.thon, found.pk, 4321, seen=None)
    land = made.setting.land
    assert client_of(made.thon).get(url("detail", found.pk)).status_code == 200
    for person in (land.tinh, land.xem, land.lanhdaoxa):
        client = client_of(person)
        assert client.get(url("detail", found.pk)).status_code == 403
        assert client.get(url("paper", found.pk)).status_code == 403
        for address in (url("index"), url("export")):
            assert "4.321" not in shown(client.get(address))
    assert client_of(land.xa2).get(url("detail", found.pk)).status_code == 404


def shown(answer: Any) -> str:
    """What a page or sheet says."""
    if answer["Content-Type"].startswith("text/html"):
        return str(answer.text)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)


def test_a_new_household_is_entered_and_registered_once(
    made: Registering, client_of: ClientOf
) -> None:
    found = make.begun(made, made.thon, made.hamlet, UnitKind.HOUSEHOLD, made.family)
    client = client_of(made.thon)
    row = "6b1f7a52-3f0e-4d0b-9f57-0b7d7a2a1e11"
    data = {"row": row, "name": "  Ngô   Văn Mới ", "people": "5"}
    assert client.post(url("member", found.pk), data).status_code == 422  # the names are closed
    personal.open_names(made.thon, made.hamlet, "Lập danh sách")
    for _again in range(2):
        assert client.post(url("member", found.pk), data).status_code == 302
    member = Member.objects.get(home=made.hamlet.unit)
    assert (member.unit.personal.name, member.people, member.number) == ("Ngô Văn Mới", 5, 1)
    assert Registration.objects.get().unit == member.unit
    assert make.fresh(found).listed == 1


def test_what_was_typed_comes_back(made: Registering, client_of: ClientOf) -> None:
    found = make.families(made)
    client = client_of(made.thon)
    answer = client.post(url("number", found.pk), {"declared": "1.5", "seen": ""})
    assert (answer.status_code, 'value="1.5"' in answer.text) == (422, True)
    answer = client.post(url("number", found.pk), {"declared": "1.250", "seen": ""})
    assert (answer.status_code, make.fresh(found).declared) == (302, 1250)
    answer = client.post(url("number", found.pk), {"declared": "7", "seen": "3"})
    assert (answer.status_code, make.fresh(found).declared) == (409, 1250)
    personal.open_names(made.thon, made.hamlet, "Lập danh sách")
    answer = client.post(url("member", found.pk), {"name": "Ngô Mới", "people": "0"})
    assert (answer.status_code, 'value="Ngô Mới"' in answer.text) == (422, True)


def test_a_number_beside_the_list_shows_the_difference(
    made: Registering, client_of: ClientOf
) -> None:
    found = make.families(made)
    entering.declare(made.thon, found.pk, 5, seen=None)
    assert "chênh lệch +2" in client_of(made.thon).get(url("detail", found.pk)).text


def test_not_configured_is_said_before_anything_is_written(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    page = client_of(land.far_xa).get(url("own"))
    offers = page.context["offers"]
    # The form of commendation is of a plan of another province.
    assert [(offer.key, offer.receiver) for offer in offers] == [
        ("title-cong-dong-hoc-tap-xa", None)
    ]
    begin = url("begin", made.setting.round.pk, land.far_commune.unit_id)
    data = {"kind": "commune", "subject": "title-cong-dong-hoc-tap-xa"}
    assert client_of(land.far_xa).post(begin, data).status_code == 302
    assert RegistrationList.objects.count() == 0


# Lists


def test_the_list_filters_sorts_and_exports_the_same_rows(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    make.carried(make.families(made), ("send", made.thon), ("approve", land.xa))
    make.carried(make.own(made), ("send", land.xa))
    make.own(made, land.xa2)
    client = client_of(land.tinh)

    def units(**query: str) -> list[str]:
        page = client.get(url("index"), query)
        return [row.placement.name for row in page.context["page"]]

    assert units() == ["Xã Đại An", "Xã Hàm Giang", "Ấp Giồng Lớn"]
    assert units(state="approved") == ["Ấp Giồng Lớn"]
    assert units(kind="commune") == ["Xã Đại An", "Xã Hàm Giang"]
    assert units(subject="title-gia-dinh-hoc-tap") == ["Ấp Giồng Lớn"]
    assert units(q="ham giang") == ["Xã Hàm Giang"]
    assert units(sort="-number")[0] == "Ấp Giồng Lớn"
    assert units(sort="name") == ["Ấp Giồng Lớn", "Xã Đại An", "Xã Hàm Giang"]
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get(url("export"), {"kind": "commune"}).content)
    ).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Xã Đại An", "Xã Hàm Giang"]


JUNK = ("x", "-1", "0", "10" * 20, "title-", "foo-bar", "\0", "approve", "Ấp" * 200)


ASKED = ("round", "subject", "kind", "state", "q", "sort", "page", "unit")


def test_junk_in_the_address_is_ignored(made: Registering, client_of: ClientOf) -> None:
    make.carried(make.families(made), ("send", made.thon))
    # Each field meets each junk once, among others.
    queries = [
        {field: JUNK[(place + turn) % len(JUNK)] for place, field in enumerate(ASKED)}
        for turn in range(len(JUNK))
    ]
    for person in (made.setting.land.tinh, made.thon, made.setting.land.xa):
        client = client_of(person)
        for name in ("index", "export", "own"):
            forbidden = name == "own" and person == made.setting.land.tinh
            answers = {client.get(url(name), query).status_code for query in queries}
            assert answers == {403 if forbidden else 200}, name


@pytest.mark.parametrize("junk", JUNK)
def test_junk_that_is_posted_is_refused(made: Registering, client_of: ClientOf, junk: str) -> None:
    found = make.families(made)
    client = client_of(made.thon)
    personal.open_names(made.thon, made.hamlet, "Lập danh sách")
    answer = client.post(url("number", found.pk), {"declared": junk, "seen": junk})
    assert answer.status_code == (409 if junk == "0" else 422)  # nought is a number
    assert client.post(url("member", found.pk), {"row": junk, "name": ""}).status_code == 422
    assert client.post(url("lines", found.pk), {"shown": junk}).status_code == 302
    assert client.post(url("lines", found.pk), {"every": junk}).status_code == 302
    assert make.fresh(found).listed == 3
    begin = url("begin", made.setting.round.pk, made.hamlet.unit_id)
    assert client.post(begin, {"kind": junk, "subject": junk}).status_code == 404
    land = made.setting.land
    posted = {"chosen": junk, "step": junk, "reason": junk, "confirmed": "1"}
    assert client_of(land.tinh).post(url("selection"), posted).status_code == 422
    assert make.fresh(found).state == "draft"


# Many at once


def looked_at(client: Client, step: str, *found: RegistrationList) -> dict[str, Any]:
    """What the page of a selection sends back."""
    data = {"step": step, "chosen": [one.pk for one in found]}
    page = client.post(url("selection"), data)
    assert (page.status_code, page.context["number"]) == (200, len(found))
    chosen = re.findall(r'name="chosen" value="([^"]*)"', page.text)
    return {**data, "chosen": chosen, "confirmed": "1"}


def carried_out(client: Client, data: dict[str, Any]) -> Job:
    """The job that the selection orders, done."""
    answer = client.post(url("selection"), data)
    assert answer.status_code == 302
    job = Job.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])
    jobs.run(job.pk)
    return job


def outcomes(job: Job) -> list[tuple[str, str, str]]:
    return list(job.items.values_list("label", "state", "message"))


def test_a_selection_is_shown_first_approved_row_by_row_and_undone(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    first = make.carried(make.own(made), ("send", land.xa))
    second = make.carried(make.own(made, land.xa2), ("send", land.xa2))
    client = client_of(land.tinh)
    data = looked_at(client, "approve", first, second)
    assert (make.fresh(first).state, Job.objects.count()) == ("waiting", 0)
    make.carried(second, ("take_back", land.xa2))
    job = carried_out(client, data)
    title = "“Cộng đồng học tập” cấp xã"
    why = "Không thực hiện được bước này khi đang ở trạng thái: chưa gửi."
    assert outcomes(job) == [
        (f"Xã Đại An – {title}", "done", ""),
        (f"Xã Hàm Giang – {title}", "refused", why),
    ]
    assert (make.fresh(first).state, make.fresh(second).state) == ("approved", "draft")
    client.post(f"/jobs/{job.pk}/undo/", {"reason": "Duyệt nhầm"})
    inverse = Job.objects.get(undoes=job)
    jobs.run(inverse.pk)
    assert outcomes(inverse) == [(f"Xã Đại An – {title}", "done", "")]
    assert make.fresh(first).state == "waiting"


def test_a_selection_spares_what_says_something_else_by_now(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon))
    client = client_of(land.xa)
    data = looked_at(client, "approve", found)
    make.carried(found, ("take_back", made.thon))
    entering.declare(made.thon, found.pk, 9, seen=make.fresh(found).declared)
    make.carried(found, ("send", made.thon))
    [(_label, state, message)] = outcomes(carried_out(client, data))
    assert (state, message) == ("refused", "Đã thay đổi từ khi xem.")
    assert make.fresh(found).state == "waiting"


def test_undoing_a_selection_spares_what_was_approved_anew(
    made: Registering, client_of: ClientOf
) -> None:
    land = made.setting.land
    found = make.carried(make.own(made), ("send", land.xa))
    client = client_of(land.tinh)
    job = carried_out(client, looked_at(client, "approve", found))
    make.carried(found, ("reconsider", land.tinh), ("approve", land.tinh))
    client.post(f"/jobs/{job.pk}/undo/", {"reason": "Duyệt nhầm"})
    inverse = Job.objects.get(undoes=job)
    jobs.run(inverse.pk)
    [(_label, state, message)] = outcomes(inverse)
    assert (state, message) == ("refused", "Đã thay đổi từ khi xem.")
    assert make.fresh(found).state == "approved"


def test_refusing_a_selection_asks_why(made: Registering, client_of: ClientOf) -> None:
    land = made.setting.land
    found = make.carried(make.own(made), ("send", land.xa))
    client = client_of(land.tinh)
    data = looked_at(client, "reject", found)
    assert client.post(url("selection"), data).status_code == 422
    assert (make.fresh(found).state, Job.objects.count()) == ("waiting", 0)
    carried_out(client, {**data, "reason": "Sai danh hiệu"})
    assert make.fresh(found).state_reason == "Sai danh hiệu"


@pytest.mark.parametrize("written", ["{}", "0{}", "{}:", "0{}:"])
def test_what_was_not_looked_at_is_shown_first(
    made: Registering, client_of: ClientOf, written: str
) -> None:
    land = made.setting.land
    found = make.carried(make.own(made), ("send", land.xa))
    data = {"step": "approve", "chosen": written.format(found.pk), "confirmed": "1"}
    page = client_of(land.tinh).post(url("selection"), data)
    assert (page.status_code, page.context["number"], Job.objects.count()) == (200, 1, 0)


# Papers


def test_the_blank_list_has_everybody_and_room_to_sign(
    made: Registering, client_of: ClientOf
) -> None:
    found = make.families(made)
    make.household(made.thon, made.hamlet, "Hồ Thị Chưa")
    personal.open_names(made.thon, made.hamlet, "In danh sách")
    client = client_of(made.thon)
    blank = text_of(client.get(url("blank", found.pk)).content)
    assert all(name in blank for name in (*HOUSEHOLDS, "Hồ Thị Chưa"))
    assert ("Ký tên" in blank, "Đăng ký danh hiệu “Gia đình học tập”" in blank) == (True, True)
    filled = text_of(client.get(url("paper", found.pk)).content)
    assert ("Hồ Thị Chưa" in filled, "Tổng số hộ gia đình đăng ký: 3." in filled) == (False, True)


def test_without_opening_the_names_the_paper_has_numbers(
    made: Registering, client_of: ClientOf
) -> None:
    found = make.families(made)
    blank = text_of(client_of(made.thon).get(url("blank", found.pk)).content)
    assert ("Số 1 trong sổ theo dõi" in blank, HOUSEHOLDS[0] in blank) == (True, False)


def test_a_commune_prints_its_registration(made: Registering, client_of: ClientOf) -> None:
    land = made.setting.land
    found = make.own(made)
    read = text_of(client_of(land.xa).get(url("paper", found.pk)).content)
    assert "BẢN NHÁP" in read
    assert ", xã Đại An đăng ký danh hiệu “Cộng đồng học tập” cấp xã" in read
    assert client_of(land.xa).get(url("blank", found.pk)).status_code == 404


# What it costs


@pytest.mark.parametrize(
    ("person", "name", "expected"),
    [
        ("tinh", "index", 12),
        ("xa", "index", 12),
        ("xa", "own", 10),
        ("thon", "index", 11),
    ],
)
def test_more_rows_ask_no_more_queries(
    made: Registering, client_of: ClientOf, person: str, name: str, expected: int
) -> None:
    land = made.setting.land
    user = made.thon if person == "thon" else getattr(land, person)
    make.carried(make.families(made), ("send", made.thon), ("approve", land.xa))
    client = client_of(user)
    assert queries(client, url(name)) == expected
    make.carried(make.own(made), ("send", land.xa))
    for number in range(2):
        hamlet = factories.place(
            UnitKind.HAMLET, f"Ấp {number}", land.commune, managed_by=land.commune
        )
        make.begun(made, land.xa, hamlet, UnitKind.HOUSEHOLD, made.family)
    assert queries(client, url(name)) == expected


@pytest.mark.parametrize(("person", "expected"), [("thon", 12), ("xa", 12), ("tinh", 9)])
def test_more_members_ask_no_more_queries(
    made: Registering, client_of: ClientOf, person: str, expected: int
) -> None:
    land = made.setting.land
    user = made.thon if person == "thon" else getattr(land, person)
    found = make.families(made, HOUSEHOLDS[:1])
    if person != "thon":
        make.carried(found, ("send", made.thon))
    client = client_of(user)
    assert queries(client, url("detail", found.pk)) == expected
    if person != "thon":
        make.carried(found, ("take_back", made.thon))
    keys = [make.household(made.thon, made.hamlet, name) for name in HOUSEHOLDS[1:]]
    entering.register(made.thon, found.pk, keys, registered=True)
    if person != "thon":
        make.carried(found, ("send", made.thon))
    assert queries(client, url("detail", found.pk)) == expected


def test_late_days_are_said(made: Registering, client_of: ClientOf) -> None:
    make.deadline(made, UnitKind.HOUSEHOLD, datetime.date(2020, 1, 1))
    assert "quá hạn" in client_of(made.thon).get(url("own")).text


def test_the_first_page_says_what_is_due(made: Registering, client_of: ClientOf) -> None:
    land = made.setting.land
    make.deadline(made, UnitKind.HOUSEHOLD, periods.today() + datetime.timedelta(days=4))
    due = {"thon": made.thon, "xa": land.xa}

    def said() -> dict[str, tuple[bool, bool, bool]]:
        found = {}
        for name, person in due.items():
            text = client_of(person).get(url("due")).text
            found[name] = ("chưa đăng ký" in text, "còn 4 ngày" in text, "chờ ông/bà" in text)
        return found

    assert said() == {"thon": (True, False, False), "xa": (True, False, False)}
    found = make.families(made)
    assert said() == {"thon": (False, True, False), "xa": (True, False, False)}
    make.carried(found, ("send", made.thon))
    assert said() == {"thon": (False, False, False), "xa": (True, False, True)}
