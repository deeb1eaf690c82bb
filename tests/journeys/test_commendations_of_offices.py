"""A citizen, a commune and an agency: from the nomination to a certificate that anybody can check;
what a revocation and a correction do to it afterwards."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from awards.models import Nomination, NominationState
from core import periods
from criteria.models import AwardForm, RouteStep
from tests import award_factories as af
from tests import criteria_factories, factories, unit_factories
from tests.award_factories import Awarding
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning
from tests.journeys import commendations as do
from units.models import Placement, UnitKind

AGENCY, RIGHT_NAME = "Trạm Y tế Đại An", "Trạm Y tế xã Đại An"
CITIZEN, LEARNER = "Công dân số 1, Trường THPT Đại An", "Sơn Thị Học"
NOT_SIGNED_OFF = "Tờ trình được gửi sau khi người thứ hai ký duyệt."
OWN_WORK = "Không ai thẩm định hồ sơ của chính mình"


@pytest.fixture
def made(setting: Campaigning) -> Awarding:
    return af.awarding(setting)


def head_of_school(made: Awarding) -> User:
    """Who signs for the school."""
    person = factories.user("hieutruong", full_name="Huỳnh Văn Trường")
    factories.appoint(person, "leader", made.school)
    return person


# The citizen


def own_form(made: Awarding) -> AwardForm:
    """A form on which the head of the school decides, by a rule without a vote."""
    form = af.form(
        made.setting, "giay-khen-truong", "Giấy khen của Hiệu trưởng", AwardForm.Occasion.YEARLY
    )
    decide = (RouteStep.Act.DECIDE, {"unit": made.school.unit})
    af.route(made.school, form, [UnitKind.CITIZEN], decide)
    do.decides_alone(form, made.school)
    return form


def test_a_citizen(page_as: PageAs, made: Awarding, tmp_path: Path) -> None:
    form = own_form(made)
    unit_factories.member(made.coquan, made.school, UnitKind.CITIZEN, LEARNER, birth_year=1980)
    second = factories.user("coquan_b", full_name="Lê Thị Hai")
    factories.appoint(second, "organisation_officer", made.school)
    officer, colleague = page_as(made.coquan, TELEPHONE), page_as(second, TELEPHONE)
    do.propose(officer, form, "citizen", CITIZEN)
    do.denied(officer, "Trình xét tại đơn vị", "còn mục phải sửa")
    do.write(officer)
    officer.reload()
    do.take(officer, "Trình xét tại đơn vị")
    expect(do.state(officer)).to_have_text("đã tiếp nhận")
    do.denied(officer, do.APPRAISE, OWN_WORK)
    assert_accessible(officer)
    colleague.goto("/")
    waits = colleague.locator(".notice", has_text="1 hồ sơ khen thưởng chờ ông/bà thẩm định.")
    waits.get_by_role("link").click()
    do.appraise(colleague, CITIZEN)
    registrar, head = do.registrar(made.school), head_of_school(made)
    at = do.desk(page_as, colleague, registrar, head, "Hiệu trưởng", TELEPHONE)
    do.decide(at, form, 3, tmp_path)
    do.publish(at.registrar)
    (serial,) = do.certificates(at.registrar, tmp_path)
    anybody = page_as(None, TELEPHONE)
    do.check(anybody, serial, "Có giá trị.")
    do.compare(anybody, LEARNER, "Khớp.")
    _the_head_revokes(page_as(head, TELEPHONE, expect=("422",)), at.registrar.url)
    do.check(anybody, serial, "Đã thu hồi.")
    assert_accessible(anybody)
    assert Nomination.objects.get().state == NominationState.REVOKED


def _the_head_revokes(page: Page, decision: str) -> None:
    """By a document, which has to be named."""
    page.goto(decision)
    box = page.locator("section", has=page.locator("#revoke-title"))
    box.get_by_label("Lý do").fill("Kê khai không đúng thành tích")
    box.get_by_role("button", name="Hủy quyết định").click()
    expect(do.state(page)).to_have_text("đã công bố")
    box.get_by_label("Văn bản hủy bỏ").fill("Quyết định 9/QĐ-THPT")
    box.get_by_role("button", name="Hủy quyết định").click()
    expect(do.state(page)).to_have_text("đã hủy quyết định")
    assert_accessible(page)


# The commune


def test_a_commune(page_as: PageAs, made: Awarding, tmp_path: Path) -> None:
    land, form = made.land, made.high
    do.decides_alone(form, land.province)
    criteria_factories.recognition(made.setting)
    commune, leader, office = (page_as(one) for one in (land.xa, land.lanhdaoxa, land.tinh))
    do.propose(commune, form, "commune", land.commune.name)
    do.write(commune)
    do.prepare(commune, form, NOT_SIGNED_OFF)
    submission = commune.url
    office.goto("/submissions/")
    row = office.get_by_role("row", name=form.name)
    expect(row).to_contain_text("nháp")
    expect(row.get_by_role("link")).to_have_count(0)  # it is the commune's own draft
    do.sign_off(leader)
    commune.goto(submission)
    do.send(commune)
    do.not_offered(commune, do.RECEIVE)
    do.receive(office)
    do.appraise(office, land.commune.name)
    at = do.desk(page_as, office, do.registrar(land.province), made.lanhdao, "Chủ tịch")
    do.decide(at, form, 41, tmp_path)
    expect(do.notices(commune)).not_to_contain_text("Quyết định")
    do.publish(at.registrar)
    expect(do.notices(commune)).to_contain_text("Quyết định số 41/QĐ-UBND")
    (serial,) = do.certificates(at.registrar, tmp_path)
    anybody = page_as(None)
    do.check(anybody, serial, "Có giá trị.")
    do.compare(anybody, land.commune.name, "Khớp.")
    do.compare(anybody, land.sibling.name, "Không khớp.")


# The agency


def people_of_agency(commune: Placement) -> tuple[User, User]:
    """An agency in the commune: who writes for it, and who signs."""
    agency = factories.place(UnitKind.AGENCY, AGENCY, commune, managed_by=commune)
    officer = factories.user("tramyte", full_name="Kim Thị Sa")
    head = factories.user("truongtram", full_name="Lâm Văn Tấn")
    factories.appoint(officer, "organisation_officer", agency)
    factories.appoint(head, "leader", agency)
    return officer, head


def test_an_agency(page_as: PageAs, made: Awarding, tmp_path: Path) -> None:
    land, form = made.land, made.yearly
    do.decides_alone(form, land.commune)
    officer, signer = people_of_agency(land.commune)
    agency, head, commune = (page_as(one) for one in (officer, signer, land.xa))
    do.propose(agency, form, "agency", AGENCY)
    do.write(agency)
    do.prepare(agency, form, NOT_SIGNED_OFF)
    submission = agency.url
    do.sign_off(head)
    agency.goto(submission)
    do.send(agency)
    do.receive(commune)
    do.appraise(commune, AGENCY)
    at = do.desk(page_as, commune, do.registrar(land.commune), land.lanhdaoxa, "Chủ tịch")
    do.decide(at, form, 8, tmp_path)
    do.publish(at.registrar)
    (first,) = do.certificates(at.registrar, tmp_path)
    second = _corrected(at.registrar, tmp_path)
    anybody = page_as(None, expect=("404",))
    do.check(anybody, first, "Đã được thay thế.")
    do.compare(anybody, AGENCY, "Khớp.")
    do.check(anybody, second, "Có giá trị.")
    do.compare(anybody, RIGHT_NAME, "Khớp.")
    do.compare(anybody, AGENCY, "Không khớp.")
    do.check(anybody, "ABCD-EFGH-JKMN", "Không có giấy")
    assert_accessible(anybody)


def _corrected(page: Page, folder: Path) -> str:
    """The name of the only line is put right by a document; the serial of the new certificate."""
    decision = page.url
    page.get_by_role("link", name="Nhập văn bản đính chính").click()
    page.get_by_label("Số, ký hiệu").fill("12/UBND-VX")
    page.get_by_label("Ngày văn bản").fill(f"{periods.today():%d/%m/%Y}")
    page.get_by_label("Nội dung đính chính").fill("Đính chính tên đơn vị tại dòng 1")
    document = do.upload("Đính chính.pdf", "Đính chính")
    page.get_by_label(re.compile(r"^\s*Văn bản\s*\*?\s*$")).set_input_files(document)
    page.get_by_label(f"1. {AGENCY}").fill(RIGHT_NAME)
    assert_accessible(page)
    page.get_by_role("button", name="Ghi nhận đính chính").click()
    expect(page).to_have_url(decision)
    do.said(page, "Đã nhập; đơn vị đề nghị được thông báo.")
    (serial,) = do.serials(page, folder)
    return serial
