"""The pages of the register: who sees and does what, what is typed and comes back, junk."""

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from core import journal, periods
from core.models import PreviewPage, StoredFile
from criteria import recognising
from criteria.models import Recognition
from tests import criteria_factories as make
from tests import factories
from tests.browser import (
    OFFICE,
    TELEPHONE,
    PageAs,
    assert_accessible,
    browser_type_launch_args,  # noqa: F401
    page_as,  # noqa: F401
)
from tests.core import originals
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
YEAR = periods.today().year


def typed(setting: Campaigning, **fields: Any) -> dict[str, Any]:
    """What the officer of the commune types."""
    return {
        "unit": str(setting.land.commune.unit_id),
        "title": setting.title.code,
        "grade": "1",
        "assessed_year": str(YEAR - 1),
        "decision_number": "12/QĐ-SGDĐT",
        "decided_on": f"05/01/{YEAR}",
        "decided_by": "Giám đốc Sở Giáo dục và Đào tạo",
        "signer": "",
        "held_from": f"05/01/{YEAR}",
        "held_until": f"04/01/{YEAR + 3}",
        **fields,
    }


def scan(name: str = "quyet-dinh.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, originals.pdf() if content is None else content)


def step_url(recognition: Recognition, step: str) -> str:
    recognition.refresh_from_db()
    seen = recognising.fingerprint(recognition)
    return f"/recognitions/{recognition.pk}/steps/{step}/?seen={seen}"


# Entering


def test_the_officer_declares_and_sees_it(setting: Campaigning, client_of: ClientOf) -> None:
    browser = client_of(setting.land.xa)
    answer = browser.post("/recognitions/new/", {**typed(setting), "scan": scan()}, follow=True)
    recognition = Recognition.objects.get()
    assert answer.redirect_chain == [(f"/recognitions/{recognition.pk}/", 302)]
    page = answer.content.decode()
    for words in ("12/QĐ-SGDĐT", f"04/01/{YEAR + 3}", "quyet-dinh.pdf", "Đã khai báo"):
        assert words in page
    assert [line.label for line in answer.context["history"]] == ["Đơn vị khai báo"]
    assert b"12/Q" in browser.get("/recognitions/").content


def test_the_link_of_a_criterion_chooses_unit_and_title(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    factories.appoint(land.xa, "commune_officer", land.sibling)
    link = f"/recognitions/new/?unit={land.sibling.unit_id}&title={setting.title.code}"
    page = client_of(land.xa).get(link).content.decode()
    assert f'<option value="{land.sibling.unit_id}" selected>Xã Hàm Giang</option>' in page
    assert f'<option value="{setting.title.code}" selected>' in page


@pytest.mark.parametrize("query", ["unit=x&title=x", "unit=1&title=%00", f"unit={10**30}"])
def test_junk_in_the_link_chooses_nothing(
    setting: Campaigning, client_of: ClientOf, query: str
) -> None:
    assert client_of(setting.land.xa).get(f"/recognitions/new/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"decided_on": "31/02/2026"}, {"decided_on"}),
        ({"decided_on": "01/01/2099", "held_from": "01/01/2099"}, {"decided_on", "held_until"}),
        ({"held_from": "04/01/2020"}, {"held_from"}),
        ({"held_until": "31/12/9999"}, {"held_until"}),
        ({"assessed_year": "hai nghìn"}, {"assessed_year"}),
        ({"assessed_year": str(10**30)}, {"assessed_year"}),
        ({"decision_number": "12\x00"}, {"decision_number"}),
        ({"decision_number": " "}, {"decision_number"}),
        ({"decided_by": "x" * 301}, {"decided_by"}),
        ({"title": "junk"}, {"title"}),
        ({"grade": "9"}, {"grade"}),
        ({"unit": str(10**30)}, {"unit"}),
        ({"unit": ""}, {"unit"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_comes_back(
    setting: Campaigning, client_of: ClientOf, fields: dict[str, str], wrong: set[str]
) -> None:
    answer = client_of(setting.land.xa).post("/recognitions/new/", typed(setting, **fields))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == wrong
    assert {name: form[name].value() for name in fields} == fields
    assert Recognition.objects.count() == 0


@pytest.mark.parametrize("year", ["hai nghìn", "1999", str(10**30)])
def test_a_year_that_is_none_is_answered_by_one_sentence(
    setting: Campaigning, client_of: ClientOf, year: str
) -> None:
    sent = typed(setting, assessed_year=year)
    answer = client_of(setting.land.xa).post("/recognitions/new/", sent)
    said = ["Hãy viết năm bằng bốn chữ số, ví dụ 2026."]
    assert answer.context["form"].errors == {"assessed_year": said}


def test_days_left_out_are_suggested_to_be_looked_at(
    setting: Campaigning, client_of: ClientOf
) -> None:
    browser = client_of(setting.land.xa)
    answer = browser.post("/recognitions/new/", typed(setting, held_from="", held_until=""))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.suggested == ("held_from", "held_until")
    assert form["held_from"].value() == f"05/01/{YEAR}"
    assert form["held_until"].value() == f"04/01/{YEAR + 3}"
    sent = {name: form[name].value() or "" for name in typed(setting)}
    assert browser.post("/recognitions/new/", sent).status_code == 302


def test_a_scan_is_kept_while_something_else_is_wrong(
    setting: Campaigning, client_of: ClientOf
) -> None:
    browser = client_of(setting.land.xa)
    wrong = {**typed(setting, decided_on="x"), "scan": scan()}
    answer = browser.post("/recognitions/new/", wrong)
    form = answer.context["form"]
    assert form.kept.name == "quyet-dinh.pdf"
    again = typed(setting, kept_scan=form.kept_token, assessed_year="x")
    form = browser.post("/recognitions/new/", again).context["form"]
    assert form.kept.name == "quyet-dinh.pdf"  # also the second time
    browser.post("/recognitions/new/", typed(setting, kept_scan=form.kept_token))
    assert Recognition.objects.get().scan == form.kept
    assert StoredFile.objects.count() == 1


def test_the_scan_of_somebody_else_is_not_taken(setting: Campaigning, client_of: ClientOf) -> None:
    land = setting.land
    wrong = {**typed(setting, decided_on="x"), "scan": scan()}
    token = client_of(land.xa).post("/recognitions/new/", wrong).context["form"].kept_token
    sent = typed(setting, unit=str(land.sibling.unit_id), kept_scan=token)
    client_of(land.xa2).post("/recognitions/new/", sent)
    assert Recognition.objects.get().scan is None


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b"not a pdf"), ("a.pdf", b"")]
)
def test_a_file_that_lies_is_refused_at_its_field(
    setting: Campaigning, client_of: ClientOf, name: str, content: bytes
) -> None:
    sent = {**typed(setting), "scan": scan(name, content)}
    answer = client_of(setting.land.xa).post("/recognitions/new/", sent)
    assert set(answer.context["form"].errors) == {"scan"}
    assert StoredFile.objects.count() == 0


def test_a_double_submit_declares_once(setting: Campaigning, client_of: ClientOf) -> None:
    browser = client_of(setting.land.xa)
    assert browser.post("/recognitions/new/", typed(setting)).status_code == 302
    answer = browser.post("/recognitions/new/", typed(setting))
    assert set(answer.context["form"].errors) == {"decision_number"}
    assert Recognition.objects.count() == 1


def test_a_correction_is_told_column_by_column(setting: Campaigning, client_of: ClientOf) -> None:
    browser = client_of(setting.land.xa)
    browser.post("/recognitions/new/", typed(setting))
    recognition = Recognition.objects.get()
    page = f"/recognitions/{recognition.pk}/edit/"
    seen = browser.get(page).context["form"]["seen"].value()
    change = {"decision_number": "13/QĐ-SGDĐT", "held_until": f"31/12/{YEAR + 2}"}
    answer = browser.post(page, {**typed(setting), **change, "seen": seen}, follow=True)
    assert next((line.label, line.changes) for line in answer.context["history"]) == (
        "Đã sửa",
        (
            ("Số, ký hiệu quyết định", "12/QĐ-SGDĐT", "13/QĐ-SGDĐT"),
            (
                "Hiệu lực",
                f"05/01/{YEAR} – 04/01/{YEAR + 3}",
                f"05/01/{YEAR} – 31/12/{YEAR + 2}",
            ),
        ),
    )
    late = browser.post(page, {**typed(setting), "seen": seen})
    assert late.status_code == 422
    assert "vừa thay đổi" in late.context["form"].non_field_errors()[0]


# Who sees and does what

PEOPLE = ["xa", "lanhdaoxa", "xa2", "sogddt", "tinh", "far_tinh", "xem", "stranger",
          "expired_deputy"]  # fmt: skip
ALLOWED: dict[str, dict[str, int]] = {
    "": {"xa": 200, "lanhdaoxa": 200, "sogddt": 200, "tinh": 200, "xem": 200,
         "stranger": 403, "expired_deputy": 403},
    "scan/": {"xa": 200, "lanhdaoxa": 200, "sogddt": 200, "tinh": 200, "xem": 200,
              "stranger": 403, "expired_deputy": 403},
    "scan/pages/1/": {"xa": 200, "lanhdaoxa": 200, "sogddt": 200, "tinh": 200, "xem": 200,
                      "stranger": 403, "expired_deputy": 403},
    "edit/": {"xa": 200, "xa2": 404, "lanhdaoxa": 403, "sogddt": 403, "tinh": 403, "xem": 403,
              "far_tinh": 403, "stranger": 403, "expired_deputy": 403},
}  # fmt: skip


@pytest.fixture
def with_scan(setting: Campaigning) -> Recognition:
    """The commune's declaration with a scan and the picture of its page."""
    stored = recognising.keep_scan(setting.land.xa, scan())
    with journal.act("test"):
        PreviewPage.objects.create(
            file=stored, number=1, image=stored.file.name, width=60, height=85
        )
    return make.recognition(setting, scan=stored)


@pytest.mark.parametrize("path", ALLOWED)
@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_open_each_page(
    setting: Campaigning, client_of: ClientOf, with_scan: Recognition, path: str, person: str
) -> None:
    answer = client_of(getattr(setting.land, person)).get(f"/recognitions/{with_scan.pk}/{path}")
    assert answer.status_code == ALLOWED[path].get(person, 404)
    answer.close()


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("step", ["confirm", "reject"])
def test_only_the_education_office_checks(
    setting: Campaigning, client_of: ClientOf, person: str, step: str
) -> None:
    recognition = make.recognition(setting)
    browser = client_of(getattr(setting.land, person))
    answer = browser.post(step_url(recognition, step), {"reason": "Lý do"})
    assert answer.status_code == (302 if person == "sogddt" else 403)
    recognition.refresh_from_db()
    assert (recognition.state != "declared") == (person == "sogddt")


def test_a_stranger_to_the_province_does_not_even_see_it(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting, setting.land.far_commune)
    answer = client_of(setting.land.sogddt).post(step_url(recognition, "confirm"))
    assert answer.status_code == 404


def test_the_scan_is_an_attachment_that_no_browser_runs(
    setting: Campaigning, client_of: ClientOf, with_scan: Recognition
) -> None:
    answer = client_of(setting.land.sogddt).get(f"/recognitions/{with_scan.pk}/scan/")
    assert answer["Content-Disposition"] == 'attachment; filename="quyet-dinh.pdf"'
    assert answer.getvalue() == originals.pdf()
    answer.close()


def test_without_a_scan_there_is_nothing_to_fetch(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    browser = client_of(setting.land.xa)
    assert browser.get(f"/recognitions/{recognition.pk}/scan/").status_code == 404
    assert browser.get(f"/recognitions/{recognition.pk}/scan/pages/1/").status_code == 404


# Checking


def test_a_step_with_its_reason_and_what_the_unit_reads(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    office = client_of(setting.land.sogddt)
    office.post(step_url(recognition, "reject"), {"reason": "Số không có trong sổ"})
    page = client_of(setting.land.xa).get(f"/recognitions/{recognition.pk}/")
    assert "Số không có trong sổ" in page.content.decode()
    assert [line.label for line in page.context["history"]] == [
        "Không chấp nhận",
        "Đơn vị khai báo",
    ]


def test_a_reason_is_asked_for_and_nothing_typed_is_lost(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    office = client_of(setting.land.sogddt)
    answer = office.post(step_url(recognition, "reject"), {"reason": " "}, follow=True)
    assert "bước này bắt buộc có lý do" in answer.content.decode()
    stale = step_url(recognition, "reject")
    office.post(step_url(recognition, "confirm"))
    answer = office.post(stale, {"reason": "Chữ đã gõ"}, follow=True)
    assert "Chữ đã gõ" in answer.content.decode()
    assert Recognition.objects.get().state == "confirmed"


@pytest.mark.parametrize("path", ["steps/junk/", "steps/confirm/?seen=%00", "steps/confirm/"])
def test_junk_steps_change_nothing(setting: Campaigning, client_of: ClientOf, path: str) -> None:
    recognition = make.recognition(setting)
    answer = client_of(setting.land.sogddt).post(f"/recognitions/{recognition.pk}/{path}")
    assert answer.status_code == (404 if "junk" in path else 409)
    assert Recognition.objects.get().state == "declared"


def test_which_self_assessments_lean_on_it(setting: Campaigning, client_of: ClientOf) -> None:
    held = make.recognition(setting)
    earlier = make.recognition(
        setting,
        decision_number="1/QĐ-SGDĐT",
        decided_on=datetime.date(YEAR - 4, 1, 5),
        period=periods.between(datetime.date(YEAR - 4, 1, 5), datetime.date(YEAR - 1, 1, 4)),
    )
    make.answered(setting)
    browser = client_of(setting.land.xa)
    leaning = {
        one.decision_number: [
            (lean.code, lean.status, lean.by_this)
            for lean in browser.get(f"/recognitions/{one.pk}/").context["leaning"]
        ]
        for one in (held, earlier)
    }
    assert leaning == {
        "12/QĐ-SGDĐT": [("X-4", "met", True)],
        "1/QĐ-SGDĐT": [("X-4", "met", False)],
    }


# The list


def names(answer: Any) -> list[str]:
    return [row.placement.name for row in answer.context["page"]]


@pytest.fixture
def two(setting: Campaigning) -> list[Recognition]:
    """Xã Đại An declared; Xã Hàm Giang holds grade 2, confirmed, until the end of last year."""
    first = make.recognition(setting)
    begin = datetime.date(YEAR - 3, 1, 1)
    second = make.recognition(
        setting,
        setting.land.sibling,
        grade="2",
        assessed_year=YEAR - 4,
        decision_number="5/QĐ-SGDĐT",
        decided_on=begin,
        period=periods.between(begin, datetime.date(YEAR - 1, 12, 31)),
        declared_by=setting.land.xa2,
        state="confirmed",
        checked_by=setting.land.sogddt,
        checked_at=timezone.now(),
    )
    make.recognition(setting, setting.land.far_commune, declared_by=setting.land.far_xa)
    return [first, second]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Xã Đại An", "Xã Hàm Giang"]),
        ("q=giang", ["Xã Hàm Giang"]),
        ("q=%25", []),
        ("state=declared", ["Xã Đại An"]),
        ("state=revoked", []),
        (f"year={YEAR - 4}", ["Xã Hàm Giang"]),
        (f"day=31/12/{YEAR - 1}", ["Xã Hàm Giang"]),
        (f"day=01/06/{YEAR}", ["Xã Đại An"]),
        ("title=cong-dong-hoc-tap-xa", ["Xã Đại An", "Xã Hàm Giang"]),
        ("sort=-name", ["Xã Hàm Giang", "Xã Đại An"]),
        ("sort=until", ["Xã Hàm Giang", "Xã Đại An"]),
        ("sort=-decided", ["Xã Đại An", "Xã Hàm Giang"]),
        ("sort=-state", ["Xã Hàm Giang", "Xã Đại An"]),
        # Junk is ignored, field by field.
        (f"year={10**30}", ["Xã Đại An", "Xã Hàm Giang"]),
        ("day=31/02/2026", ["Xã Đại An", "Xã Hàm Giang"]),
        ("title=%00&state=%00&q=%00", ["Xã Đại An", "Xã Hàm Giang"]),
        ("sort=x';--", ["Xã Đại An", "Xã Hàm Giang"]),
        ("page=-1", ["Xã Đại An", "Xã Hàm Giang"]),
        (f"page={10**30}", ["Xã Đại An", "Xã Hàm Giang"]),
    ],
)
def test_filters_and_orders(
    setting: Campaigning,
    client_of: ClientOf,
    two: list[Recognition],
    query: str,
    expected: list[str],
) -> None:
    assert names(client_of(setting.land.sogddt).get(f"/recognitions/?{query}")) == expected


def test_counts_are_of_the_own_scope(
    setting: Campaigning, client_of: ClientOf, two: list[Recognition]
) -> None:
    answer = client_of(setting.land.sogddt).get("/recognitions/?state=declared")
    assert [(count.state, count.count) for count in answer.context["counts"]] == [
        ("declared", 1),
        ("confirmed", 1),
    ]
    assert names(client_of(setting.land.xa2).get("/recognitions/")) == ["Xã Hàm Giang"]


def test_the_export_has_the_rows_of_the_list(
    setting: Campaigning, client_of: ClientOf, two: list[Recognition]
) -> None:
    answer = client_of(setting.land.sogddt).get("/recognitions/export/?sort=-name")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    header, *rows = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert header[:4] == ["Đơn vị", "Mã chính thức", "Danh hiệu", "Mức độ"]
    assert [row[0] for row in rows] == ["Xã Hàm Giang", "Xã Đại An"]
    assert rows[0][2:6] == ["“Cộng đồng học tập” cấp xã", "2", YEAR - 4, "5/QĐ-SGDĐT"]
    assert rows[0][9:12] == [
        datetime.datetime(YEAR - 3, 1, 1),  # noqa: DTZ001 -- days of a sheet
        datetime.datetime(YEAR - 1, 12, 31),  # noqa: DTZ001
        "đã xác nhận",
    ]


def test_an_empty_list_says_what_to_do(setting: Campaigning, client_of: ClientOf) -> None:
    page = client_of(setting.land.xa).get("/recognitions/").content.decode()
    assert "/recognitions/new/" in page
    assert "Chưa nhập danh hiệu nào" in page
    page = client_of(setting.land.sogddt).get("/recognitions/").content.decode()
    assert "/recognitions/new/" not in page
    assert "Chưa nhập danh hiệu nào" in page


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("sogddt", (10, 10, 9)), ("xa", (10, 10, 9))])
def test_the_number_of_queries_does_not_grow(
    setting: Campaigning,
    client_of: ClientOf,
    many: int,
    person: str,
    queries: tuple[int, int, int],
) -> None:
    recognition = make.recognition(setting)
    make.answered(setting)
    for number in range(1, many):
        begin = datetime.date(YEAR - 5 * number, 1, 1)
        make.recognition(
            setting,
            decision_number=f"{number}/QĐ",
            decided_on=begin,
            period=periods.between(begin, begin.replace(month=12)),
        )
    browser = client_of(getattr(setting.land, person))
    counted = []
    for page in ("", f"{recognition.pk}/", "export/"):
        browser.get(f"/recognitions/{page}")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/recognitions/{page}").status_code == 200
        counted.append(len(captured))
    assert tuple(counted) == queries


@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_declares_in_the_browser(
    setting: Campaigning,
    page_as: PageAs,  # noqa: F811
) -> None:
    for size in (OFFICE, TELEPHONE):
        page = page_as(setting.land.xa, size, expect=("422",))
        page.goto("/recognitions/new/")
        assert_accessible(page)
    page.fill("[name=decided_on]", f"05/01/{YEAR}")
    page.press("[name=decided_on]", "Tab")
    assert page.input_value("[name=held_from]") == f"05/01/{YEAR}"
    assert page.input_value("[name=held_until]") == f"04/01/{YEAR + 3}"
    page.select_option("[name=grade]", "1")
    page.fill("[name=assessed_year]", str(YEAR - 1))
    page.fill("[name=decided_by]", "Giám đốc Sở")
    page.click("form.declaration .btn-primary")
    assert_accessible(page)  # the number is missing
    page.fill("[name=decision_number]", "12/QĐ-SGDĐT")
    page.click("form.declaration .btn-primary")
    page.wait_for_url("**/recognitions/*/")
    for path in (page.url, "/recognitions/"):
        office = page_as(setting.land.sogddt)
        office.goto(path)
        assert_accessible(office)
