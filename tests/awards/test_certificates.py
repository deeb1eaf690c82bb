"""Certificates: made once for each line, numbered, measured; checked by anybody."""

import contextlib
import io
import re
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts.models import User
from awards.certificates import making, templates
from awards.certificates.drawing import Sheet, sheets_pdf
from awards.deciding import revoking, workflow
from awards.models import Certificate, CertificateTemplate, Decision
from core import jobs, journal, periods
from core.models import JobItem
from core.workflow import Refused
from tests import award_factories as af
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.factories import signed_in
from units.models import PersonalRecord, UnitKind

pytestmark = pytest.mark.django_db

POINTS_PER_MM = 72 / 25.4
LONG = "Hộ gia đình Nguyễn Trần Thị Ngọc Phương Thảo Vy Khuê ở khóm Đa Lộc, phường Nguyệt Hóa"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences of refusals as the code has them; pages and papers are Vietnamese all the same."""
    with translation.override("en"):
        yield


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def made(there: Deciding, decision: Decision) -> list[Certificate]:
    """The certificates of a published decision."""
    job = making.order(there.vanthu, decision)
    jobs.run(job.pk)
    found = Certificate.objects.filter(award__decision=decision).select_related("sheaf__file")
    return list(found.order_by("entry"))


def text_of(content: bytes) -> str:
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def sheet(name: str = "Trần Văn Kín") -> Sheet:
    return Sheet(
        issuer="Chủ tịch Ủy ban nhân dân xã Đại An",
        given="Tặng",
        title="Giấy khen",
        name=name,
        address="Ấp Giồng Lớn, xã Đại An",
        achievement="Đã có thành tích xuất sắc trong Phong trào thi đua",
        dated="Đại An, ngày 22 tháng 11 năm 2026",
        authority=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        signer="Thạch Quốc Nam",
        decision="Quyết định số 05/QĐ-UBND",
        entry="Số vào sổ khen thưởng: 01/2026",
        serial="ABCD-EFGH-JKMN",
        url="https://thidua.example.vn/verify/ABCD-EFGH-JKMN/",
    )


# Making them


def test_each_line_has_one_certificate_with_its_number_in_the_book(there: Deciding) -> None:
    decision = make.published(
        there, make.appraised(there), make.appraised(there, af.household(there.made))
    )
    found = made(there, decision)
    assert [(one.entry, one.name) for one in found] == [
        (1, "Ấp Giồng Lớn"),
        (2, "Hộ gia đình Trần Văn Kín"),
    ]
    with pytest.raises(Refused, match="Nothing is selected"):
        making.order(there.vanthu, decision)
    with found[0].sheaf.file.file.open("rb") as file:
        content = file.read()
    for said in ("Quyết định số 05/QĐ-UBND", "Số vào sổ khen thưởng: 01/", found[0].serial):
        assert said in text_of(content)


def test_a_worker_that_is_killed_makes_none_twice_and_forgets_none(
    there: Deciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "A_SHEAF", 1)
    decision = make.published(
        there, make.appraised(there), make.appraised(there, af.household(there.made))
    )
    job = making.order(there.vanthu, decision)
    jobs._do_next(job.pk)  # and then the power goes
    assert Certificate.objects.count() == 1
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert Certificate.objects.count() == 2
    assert [one.state for one in JobItem.objects.filter(job=job)] == ["done", "done"]


def test_only_the_registrar_makes_them_and_only_of_what_is_published(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "issued")
    with pytest.raises(Refused, match="published decision"):
        making.order(there.vanthu, decision)
    workflow.perform("publish", decision.pk, there.vanthu)
    decision.refresh_from_db()
    for person in (there.xa, there.leader):
        with pytest.raises(Refused, match="Only the registrar"):
            making.order(person, decision)


def test_a_lost_certificate_is_made_anew(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (old,) = made(there, decision)
    new = making.replace(there.vanthu, decision, old.award_id, "Bị mất")
    old.refresh_from_db()
    assert (new.entry, new.name, new.replaces_id) == (2, "Ấp Giồng Lớn", old.pk)
    assert old.replaced_at is not None


def test_serials_cannot_be_enumerated() -> None:
    found = {making.serial() for _time in range(2000)}
    assert len(found) == 2000
    assert all(re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", one) for one in found)


# The sheet


def test_a_sheet_is_a4_that_lies_with_embedded_letters() -> None:
    content = sheets_pdf([sheet(), sheet(LONG)], None)
    with pikepdf.open(io.BytesIO(content)) as document:
        sizes = [[round(float(one) / POINTS_PER_MM) for one in p.mediabox] for p in document.pages]
        assert sizes == [[0, 0, 297, 210]] * 2
        assert "/StructTreeRoot" in document.Root
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        assert len(document) == 2
    assert f"{LONG}" in text_of(content)


def top_of(content: bytes, words: str) -> float:
    """How many mm below the top of the first page some words begin."""
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        page = document[0]
        text = page.get_textpage()
        index, count = text.search(words).get_next()
        boxes = [text.get_charbox(place) for place in range(index, index + count)]
        return float((page.get_height() - max(box[3] for box in boxes)) / POINTS_PER_MM)


def test_a_template_moves_a_field_by_millimetres(there: Deciding) -> None:
    kept = CertificateTemplate(layout={"name": {"y": 100}})
    before, after = (top_of(sheets_pdf([sheet()], one), "Trần Văn Kín") for one in (None, kept))
    assert after - before == pytest.approx(12, abs=0.2)


def test_on_blanks_only_what_differs_is_printed_and_all_is_shifted() -> None:
    kept = CertificateTemplate(on_blanks=True, shift_x=0, shift_y=5)
    content = sheets_pdf([sheet()], kept)
    assert "CỘNG HÒA" not in text_of(content)
    assert "Trần Văn Kín" in text_of(content)
    moved = top_of(content, "Trần Văn Kín") - top_of(sheets_pdf([sheet()], None), "Trần Văn Kín")
    assert moved == pytest.approx(5, abs=0.2)


def test_of_forms_of_a_higher_authority_there_are_none(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    decision.issuer_id = None  # as a result from above has it
    assert making.may_make(there.vanthu, decision) == (
        False,
        "The authority that decided makes the certificates of its own forms.",
    )
    with pytest.raises(Refused, match="makes the certificates of its own forms"):
        making.order(there.vanthu, decision)


def test_the_template_is_kept_by_the_registrar(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    said = {"layout": {"name": {"y": 90.0}}, "on_blanks": True, "shift_x": 1, "shift_y": -2}
    templates.save(there.vanthu, decision, said)
    kept = making.template_of(decision)
    assert kept is not None
    assert (kept.layout, kept.on_blanks) == ({"name": {"y": 90.0}}, True)
    with pytest.raises(Refused):
        templates.save(there.xa, decision, said)


# Checking one


def check(serial: str, name: str | None = None, address: str = "192.0.2.7") -> tuple[int, str]:
    client = Client(REMOTE_ADDR=address)
    url = reverse("verify:certificate", args=[serial])
    answer = client.get(url) if name is None else client.post(url, {"name": name})
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    return answer.status_code, " ".join(answer.content.decode().split())


def test_anybody_checks_a_certificate(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there, af.household(there.made)))
    (one,) = made(there, decision)
    status, page = check(one.serial.lower())
    assert status == 200
    for said in ("Có giá trị.", "Hộ gia đình Trần Văn Kín", "05/QĐ-UBND", "01/"):
        assert said in page
    assert check("AAAA-BBBB-CCCC")[0] == 404


def test_a_serial_is_found_however_it_is_typed(there: Deciding) -> None:
    (one,) = made(there, make.published(there))
    client = Client()
    for typed in (
        one.serial,
        one.serial.replace("-", "").lower(),
        f" {one.serial[:6]} {one.serial[6:]}",
    ):
        answer = client.get(reverse("verify:index"), {"serial": typed}, follow=True)
        assert answer.status_code == 200
        assert answer.context["serial"] == one.serial
    for junk in ("", "  ", "a/b"):
        assert client.get(reverse("verify:index"), {"serial": junk}).status_code == 200


def test_a_name_may_be_compared(there: Deciding) -> None:
    (one,) = made(there, make.published(there, make.appraised(there)))
    assert "Không khớp." in check(one.serial, "Ấp Khác")[1]
    page = check(one.serial, " ấp giồng  LỚN ")[1]
    assert "Khớp." in page
    assert "Không khớp." not in page


def test_tries_are_limited(there: Deciding) -> None:
    (one,) = made(there, make.published(there, make.appraised(there)))
    for _time in range(10):
        assert check("AAAA-BBBB-CCCC", address="192.0.2.9")[0] == 404
    assert check(one.serial, address="192.0.2.9")[0] == 429
    assert check(one.serial, address="192.0.2.10")[0] == 200


def test_what_was_revoked_or_replaced_says_so(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (one,) = made(there, decision)
    new = making.replace(there.vanthu, decision, one.award_id, "Bị mất")
    assert "Đã được thay thế." in check(one.serial)[1]
    revoking.revoke_line(there.leader, one.award_id, make.DOCUMENT, make.REASON)
    assert "Đã thu hồi." in check(new.serial)[1]


def test_a_child_is_shown_by_initials(there: Deciding) -> None:
    subject = af.household(there.made)
    decision = make.published(there, make.appraised(there, subject))
    (one,) = made(there, decision)
    with journal.act("test"):
        subject.unit.kind = UnitKind.CITIZEN
        subject.unit.save()
        PersonalRecord.objects.filter(unit=subject.unit).update(
            birth_year=periods.today().year - 12
        )
    page = check(one.serial)[1]
    assert "Trần Văn Kín" not in page
    assert "H. G. Đ. T. V. K." in page.upper()


def test_whose_age_is_not_known_is_shown_by_initials(there: Deciding) -> None:
    subject = af.household(there.made)
    (one,) = made(there, make.published(there, make.appraised(there, subject)))
    with journal.act("test"):
        subject.unit.kind = UnitKind.CITIZEN
        subject.unit.save()
        PersonalRecord.objects.filter(unit=subject.unit).update(birth_year=None)
    assert "Trần Văn Kín" not in check(one.serial)[1]


def test_what_no_serial_can_hold_was_never_issued() -> None:
    assert Client().get("/verify/%00/").status_code == 404


def test_what_was_never_issued_is_answered_alike(
    there: Deciding, django_assert_num_queries: object
) -> None:
    """Whether a serial looks like one, or is of a decision that is not published any more."""
    decision = make.published(there, make.appraised(there))
    (one,) = made(there, decision)
    with journal.act("test"):
        Decision.objects.filter(pk=decision.pk).update(state="issued")
    check("warm", address="192.0.2.20")
    answers = []
    for serial in (one.serial, "AAAA-BBBB-CCCC", "KHONG-CO", "' OR 1=1 --"):
        with django_assert_num_queries(6):  # type: ignore[operator]
            status, page = check(serial, address="192.0.2.21")
        said = page.partition("<section")[2].partition("</section>")[0]
        answers.append((status, said.replace(escape(serial), "…")))
    assert len(set(answers)) == 1
    assert answers[0][0] == 404


def test_checking_asks_little_of_the_database(
    there: Deciding, django_assert_num_queries: object
) -> None:
    (one,) = made(there, make.published(there, make.appraised(there)))
    check(one.serial)  # the banner of the demonstration is asked for once a minute
    with django_assert_num_queries(5):  # type: ignore[operator]
        check(one.serial)


# The pages


def page_of(person: User, url: str) -> tuple[int, bytes]:
    answer = signed_in(User.objects.get(pk=person.pk)).get(url)
    return answer.status_code, answer.getvalue()


def test_the_pages_of_certificates_are_the_registrars(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (one,) = made(there, decision)
    pages = [
        reverse("decisions:template", args=[decision.pk]),
        reverse("decisions:test_page", args=[decision.pk]),
        reverse("decisions:sheaf", args=[decision.pk, one.sheaf_id]),
        f"{reverse('decisions:book_paper')}?year={one.year}",
    ]
    assert [page_of(there.vanthu, url)[0] for url in pages] == [200] * 4
    assert [page_of(there.xa, url)[0] for url in pages] == [403] * 4
    assert one.serial in text_of(page_of(there.vanthu, pages[3])[1])


def test_of_a_revoked_decision_the_registrar_still_reads_what_was_made(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (one,) = made(there, decision)
    revoking.revoke(there.leader, decision.pk, document=make.DOCUMENT, reason=make.REASON)
    url = reverse("decisions:sheaf", args=[decision.pk, one.sheaf_id])
    page = page_of(there.vanthu, reverse("decisions:detail", args=[decision.pk]))[1]
    assert url.encode() in page
    assert [page_of(person, url)[0] for person in (there.vanthu, there.xa)] == [200, 403]
    template = reverse("decisions:template", args=[decision.pk])
    assert page_of(there.vanthu, template)[0] == 403
