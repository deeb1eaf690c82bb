"""A household: proposed by the head of its hamlet, voted on by the Council of the commune, decided,
and its certificate checked by somebody without an account."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from awards.council import keeping
from awards.models import CouncilSeat, Nomination, NominationState
from core import periods
from tests import award_factories as af
from tests import council_factories, factories
from tests.award_factories import Awarding
from tests.browser import PageAs, assert_accessible
from tests.council_factories import Sitting
from tests.criteria_factories import Campaigning
from tests.journeys import commendations as do
from units import scope

NAME = "Trần Văn Kín"
HOUSEHOLD = "Hộ gia đình số 1, Ấp Giồng Lớn"
MINUTES_MISSING = "Thiếu biên bản họp xét khen thưởng: hãy đính kèm"


@dataclass(frozen=True)
class Village:
    """A hamlet with a household, and the Council of its commune, of three."""

    made: Awarding
    sitting: Sitting
    vanthu: User


@pytest.fixture
def village(setting: Campaigning) -> Village:
    made = af.awarding(setting)
    af.household(made, NAME)
    return Village(made, council_of_three(made), do.registrar(made.land.commune))


def council_of_three(made: Awarding) -> Sitting:
    """A chair and two members, by whose rule four fifths of all vote in favour."""
    at = made.land.commune
    thuky = factories.user("thuky", full_name="Kim Thị Ký")
    factories.appoint(thuky, "council_secretary", at)
    members = tuple(
        factories.user(f"hoidong{number}", full_name=f"Ủy Viên {number}") for number in (1, 2, 3)
    )
    for person in members:
        factories.appoint(person, "council_member", at)
    founded = keeping.found(
        thuky, scope.of(thuky).grants[0], at, f"Hội đồng Thi đua – Khen thưởng {at}"
    )
    chair = CouncilSeat.Position.CHAIR
    seats = [council_factories.seat(thuky, founded, user=members[0], position=chair)]
    seats += [council_factories.seat(thuky, founded, user=one) for one in members[1:]]
    found = Sitting(made, founded, thuky, thuky, members, tuple(seats))
    council_factories.rule(found)
    return found


def test_a_household(page_as: PageAs, village: Village, tmp_path: Path) -> None:
    made, form = village.made, village.made.yearly
    hamlet, commune = page_as(made.thon), page_as(made.land.xa)
    _the_hamlet_proposes(hamlet, village)
    nomination = hamlet.url
    do.prepare(hamlet, form, MINUTES_MISSING)
    expect(hamlet.locator(".lead-state")).to_contain_text("hoàn thiện và gửi")
    assert_accessible(hamlet)
    do.send(hamlet)
    hamlet.goto(nomination)
    expect(hamlet.get_by_text("Chỉ xem: hồ sơ đã gửi.")).to_be_visible()
    do.receive(commune)
    do.appraise(commune, HOUSEHOLD)
    commune.goto("/decisions/")
    expect(commune.get_by_role("link", name="Soạn quyết định")).to_have_count(0)
    _the_council_votes(page_as, village)
    at = do.desk(page_as, commune, village.vanthu, made.land.lanhdaoxa, "Chủ tịch")
    do.decide(at, form, 27, tmp_path)
    expect(do.notices(hamlet)).not_to_contain_text("Quyết định")
    do.publish(at.registrar)
    expect(do.notices(hamlet)).to_contain_text("Quyết định số 27/QĐ-UBND")
    assert_accessible(at.registrar)
    (serial,) = do.certificates(at.registrar, tmp_path)
    _anybody_checks(page_as(None), serial)
    assert Nomination.objects.get().state == NominationState.DECIDED


def _the_hamlet_proposes(page: Page, village: Village) -> None:
    page.goto("/nominations/new/")
    assert_accessible(page)
    do.propose(page, village.made.yearly, "household", HOUSEHOLD)
    do.write(page)
    assert_accessible(page)


def _the_council_votes(page_as: PageAs, village: Village) -> None:
    """The secretary prepares and opens the meeting, each member votes, the count is closed."""
    secretary = page_as(village.sitting.thuky)
    _a_meeting_opens(secretary, village.sitting)
    meeting = secretary.url
    secretary.get_by_role("link", name=HOUSEHOLD).click()
    case = secretary.url
    for person in village.sitting.members:
        do.not_offered(secretary, "Chốt kết quả")  # somebody has not voted yet
        member = page_as(person)
        do.to_do(member, "Vào biểu quyết")
        member.get_by_label("đồng ý", exact=True).check()
        member.get_by_role("button", name="Biểu quyết").click()
        expect(member.get_by_text("Đã ghi nhận biểu quyết của ông (bà)")).to_be_visible()
        secretary.goto(case)
    do.take(secretary, "Chốt kết quả")
    expect(secretary.get_by_text("Đã chốt kết quả.")).to_be_visible()
    secretary.goto(meeting)
    do.take(secretary, "Kết thúc phiên họp")
    expect(secretary.get_by_text("Phiên họp đã kết thúc. Biên bản ở bên dưới.")).to_be_visible()
    assert_accessible(secretary)


def _a_meeting_opens(page: Page, sitting: Sitting) -> None:
    """Today, half an hour ago, with all who are ready and everybody there."""
    page.goto("/meetings/")
    page.get_by_role("link", name="Chuẩn bị phiên họp").click()
    began = timezone.localtime() - datetime.timedelta(minutes=30)
    page.get_by_label("Ngày").fill(f"{periods.today():%d/%m/%Y}")
    page.get_by_label("Giờ").fill(f"{began:%H:%M}")
    page.get_by_label("Địa điểm").fill("Hội trường Ủy ban nhân dân xã")
    page.get_by_role("button", name="Chuẩn bị").click()
    expect(page.get_by_text("Đã tạo phiên họp.")).to_be_visible()
    page.get_by_role("link", name="Đưa đề nghị vào phiên họp").first.click()
    page.get_by_role("button", name="Đưa các đề nghị đã chọn vào phiên họp").click()
    expect(page.get_by_text("Đã đưa 1 đề nghị vào phiên họp.")).to_be_visible()
    do.take(page, "Gửi giấy mời")
    expect(page.get_by_text("Đã mời các thành viên.")).to_be_visible()
    do.take(page, "Khai mạc phiên họp")
    expect(page.get_by_text("Hãy ghi nhận người có mặt.")).to_be_visible()
    for one in sitting.seats:
        page.get_by_label(f"Có mặt: {one.person}").select_option("present")
    page.get_by_role("button", name="Lưu sự có mặt").click()
    expect(page.get_by_text("3/3 thành viên có mặt")).to_be_visible()


def _anybody_checks(page: Page, serial: str) -> None:
    """The paper is valid; only its own name matches."""
    do.check(page, serial, "Có giá trị.")
    assert_accessible(page)
    expect(page.locator("dl")).to_contain_text(re.compile("27/QĐ-UBND"))
    do.compare(page, f"hộ gia đình {NAME.lower()}", "Khớp.")
    do.compare(page, "Hộ gia đình Trần Văn Khác", "Không khớp.")
