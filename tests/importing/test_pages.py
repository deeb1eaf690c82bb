"""The pages of imports: what each says, what it costs, and how it looks to who does not see it."""

import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from core.importing import reading, running
from core.importing.workflow import IMPORT
from core.models import Import, ImportRow, ImportWork
from tests import factories
from tests import unit_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.importing.bringing import HOUSEHOLDS, Bringing, households
from tests.importing.files import Row, xlsx
from units.models import PersonalReading

pytestmark = pytest.mark.django_db

CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")
CAY_DA = "Ấp Cây Da"
WRONG: Row = (CAY_DA, "Kim Lan", "bốn")


@pytest.fixture
def clerk(bringing: Bringing, client_of: Any) -> Client:
    found: Client = client_of(bringing.village.xa)
    return found


def new_url(bringing: Bringing, kind: str = "household") -> str:
    return f"/imports/new/{kind}/{bringing.village.land.commune.unit_id}/"


def upload(clerk: Client, url: str, rows: list[Row], name: str = "a.xlsx") -> Any:
    file = SimpleUploadedFile(name, xlsx([HOUSEHOLDS, *rows]))
    return clerk.post(url, {"file": file, "reason": make.REASON})


def test_a_file_goes_from_its_upload_to_the_lists_and_back(
    bringing: Bringing, clerk: Client
) -> None:
    answer = upload(clerk, new_url(bringing), [(CAY_DA, "Kim Lan", 4)])
    page, subject = answer["Location"], Import.objects.get()
    assert f'hx-get="{page}progress/"' in clerk.get(page).content.decode()
    assert clerk.get(f"{page}progress/").headers.get("HX-Refresh") is None
    running.work(subject.pk)
    assert clerk.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    for name, after in (("order", [(1, "Kim Lan", 4)]), ("undo", [])):
        seen = IMPORT.fingerprint(Import.objects.get())
        assert clerk.post(f"{page}{name}/?seen={seen}").status_code == 302
        running.work(subject.pk)
        assert households(bringing.hamlet) == after
    assert "đã hoàn tác" in clerk.get(page).content.decode()


def test_a_preview_of_before_does_not_write(bringing: Bringing, clerk: Client) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    answer = clerk.post(f"/imports/{subject.pk}/order/?seen=other")
    assert (answer.status_code, households(bringing.hamlet)) == (409, [])


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF-1.7"), ("a.xls", b"x"), ("a.xlsx", b"")]
)
def test_what_is_not_taken_is_said_on_the_form(
    bringing: Bringing, clerk: Client, name: str, content: bytes
) -> None:
    data = {"file": SimpleUploadedFile(name, content), "reason": make.REASON}
    assert clerk.post(new_url(bringing), data).status_code == 422
    assert Import.objects.count() == 0


def test_the_reason_is_asked_where_people_are_named(bringing: Bringing, clerk: Client) -> None:
    for kind, status in (("household", 422), ("clan", 302)):
        file = SimpleUploadedFile("a.xlsx", xlsx([HOUSEHOLDS]))
        assert clerk.post(new_url(bringing, kind), {"file": file}).status_code == status
    assert clerk.post(f"{new_url(bringing)}known/").status_code == 422


def test_a_file_that_cannot_be_read_says_why_on_its_page(bringing: Bringing, clerk: Client) -> None:
    subject = bringing.bring_file(b"no spreadsheet")
    page = clerk.get(f"/imports/{subject.pk}/").content.decode()
    assert (subject.state, subject.sentence in page) == (Import.State.FAULTY, True)


def test_errors_stand_at_their_cells_and_in_the_persons_own_file(
    bringing: Bringing, clerk: Client
) -> None:
    day = datetime.date(2025, 6, 30)
    rows: list[Row] = [(*HOUSEHOLDS, "Ngày lập"), (*WRONG, day), (CAY_DA, "=1+1", 2, day)]
    book = openpyxl.load_workbook(BytesIO(xlsx(rows)))
    book.active["B3"].data_type = "s"
    content = BytesIO()
    book.save(content)
    subject = bringing.bring_file(content.getvalue())
    assert "Hộ gia đình!C2" in clerk.get(f"/imports/{subject.pk}/").content.decode()
    answer = clerk.get(f"/imports/{subject.pk}/marked/")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet.title == "Hộ gia đình"
    ((_column, sentence),) = ImportRow.objects.get(of=subject, outcome="wrong").errors
    assert [c.coordinate for row in sheet for c in row if c.comment] == ["C2"]
    assert sentence in sheet["C2"].comment.text
    assert [[c.value for c in row] for row in sheet["A3:D3"]] == [
        [CAY_DA, "=1+1", 2, datetime.datetime.combine(day, datetime.time())]
    ]
    looks = (sheet["B3"].data_type, sheet["B3"].quotePrefix, sheet["D2"].number_format)
    assert looks == ("s", True, "dd/mm/yyyy")


def test_the_file_with_its_errors_is_made_by_the_worker(
    bringing: Bringing, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a list is, the web process only hands the file over."""
    subject = bringing.bring([HOUSEHOLDS, WRONG])
    monkeypatch.setattr(reading, "read", None)
    assert clerk.get(f"/imports/{subject.pk}/marked/").status_code == 200
    assert ImportWork.objects.get().marked is not None
    monkeypatch.undo()
    bringing.take("recheck", subject)
    ImportWork.objects.update(content=xlsx([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)]))
    bringing.take("recheck", subject)
    assert clerk.get(f"/imports/{subject.pk}/marked/").status_code == 404


def test_names_close_after_an_hour_and_are_opened_with_a_reason(
    bringing: Bringing, clerk: Client, client_of: Any
) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    page = f"/imports/{subject.pk}/"
    assert "Kim Lan" in clerk.get(page).content.decode()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        later = client_of(bringing.village.xa)
        assert "Kim Lan" not in later.get(page).content.decode()
        assert later.post(f"{page}open/", {"reason": " "}).status_code == 422
        assert later.post(f"{page}open/", {"reason": "Soát lại"}).status_code == 302
    assert PersonalReading.objects.filter(reason="Soát lại").count() == 1


def test_what_was_taken_out_stands_in_the_history_of_the_list(
    bringing: Bringing, clerk: Client
) -> None:
    answer = clerk.post(f"{new_url(bringing)}known/", {"reason": "Sửa ngoại tuyến"})
    assert answer.status_code == 201
    members = f"/units/{bringing.hamlet.unit_id}/members/household/"
    clerk.post(f"{members}open/", {"reason": "Xem"})
    page = clerk.get(members).content.decode()
    assert ("Sửa ngoại tuyến" in page, new_url_of(bringing) in page) == (True, True)


def new_url_of(bringing: Bringing) -> str:
    return f"/imports/new/household/{bringing.hamlet.unit_id}/"


def test_nobody_else_sees_an_import(bringing: Bringing, client_of: Any) -> None:
    subject = bringing.bring([HOUSEHOLDS, WRONG])
    for user in (bringing.village.thon, bringing.village.land.xa2, bringing.village.land.tinh):
        other = client_of(user)
        for path in ("", "progress/", "marked/"):
            assert other.get(f"/imports/{subject.pk}/{path}").status_code == 404
        for path in ("order/", "drop/", "open/"):
            assert other.post(f"/imports/{subject.pk}/{path}", {"reason": "x"}).status_code == 404


def test_steps_of_the_portal_are_no_addresses(bringing: Bringing, clerk: Client) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    for name in ("check", "write", "stop", "take_back", "keep", "other"):
        assert clerk.post(f"/imports/{subject.pk}/{name}/").status_code == 404


def test_what_is_given_up_is_gone(bringing: Bringing, clerk: Client) -> None:
    subject = bringing.bring([HOUSEHOLDS, WRONG])
    seen = IMPORT.fingerprint(subject)
    clerk.post(f"/imports/{subject.pk}/drop/?seen={seen}")
    assert (ImportRow.objects.count(), ImportWork.objects.count()) == (0, 0)
    assert clerk.get(f"/imports/{subject.pk}/marked/").status_code == 404


def test_old_imports_are_forgotten(bringing: Bringing) -> None:
    written = bringing.written([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    checked = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Anh", 4)])
    assert running.forget_old() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert running.forget_old() == 2
        assert running.forget_old() == 0
    assert (ImportRow.objects.count(), ImportWork.objects.count()) == (0, 0)
    written, checked = (Import.objects.get(pk=one.pk) for one in (written, checked))
    assert (written.state, checked.state) == (Import.State.WRITTEN, Import.State.DROPPED)
    assert not IMPORT.allowed(IMPORT["undo"], written, bringing.village.xa)[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_for_any_number_of_rows(
    bringing: Bringing, clerk: Client, rows: int
) -> None:
    for number in range(rows):
        subject = bringing.bring([HOUSEHOLDS, *[(CAY_DA, f"Kim {n}", number) for n in range(rows)]])
    found = {
        url: asked(clerk, url)
        for url in ("/imports/", f"/imports/{subject.pk}/", new_url(bringing))
    }
    assert list(found.values()) == [11, 11, 6]


def asked(clerk: Client, url: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert clerk.get(url).status_code == 200
    return sum(not one["sql"].startswith(CONTROL) for one in queries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_a_list_is_brought_in_by_hand(
    page_as: PageAs, size: tuple[int, int], tmp_path: Path
) -> None:
    village = make.village(factories.land())
    page = page_as(village.xa, size)
    for rows, state in (([WRONG], "có chỗ sai"), ([(CAY_DA, "Kim Lan", 4)], "đã kiểm tra")):
        page.goto("/imports/")
        assert_accessible(page)
        page.get_by_role("link", name="Xã Đại An – Hộ gia đình").click()
        assert_accessible(page)
        path = tmp_path / "danh sach.xlsx"
        path.write_bytes(xlsx([(*HOUSEHOLDS, "Ghi chú"), *rows]))
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_label("Cần họ tên để làm gì").fill("Lập danh sách")
        page.get_by_role("button", name="Tải lên và kiểm tra").click()
        expect(page.get_by_text("đang kiểm tra")).to_be_visible()
        running.work(Import.objects.latest("pk").pk)
        expect(page.get_by_text(state)).to_be_visible()
        assert_accessible(page)
    page.locator("summary", has_text="Ghi tất cả").click()
    page.get_by_role("button", name="Ghi tất cả").click()
    expect(page.get_by_text("đang ghi")).to_be_visible()
    running.work(Import.objects.latest("pk").pk)
    expect(page.get_by_text("Có thể hoàn tác đến")).to_be_visible()
    assert_accessible(page)
