"""The pages of the Council: for its secretaries, its members, and those who only read."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from awards.council import sitting, workflow
from awards.forms.council import ShareField
from awards.models import Council, CouncilSeat, Meeting, VotingRule
from core import periods
from tests import council_factories, factories
from tests.core import originals
from tests.council_factories import Presence, Sitting

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
DAY = f"{periods.today():%d/%m/%Y}"


@pytest.fixture
def found(db: None) -> Sitting:
    made = council_factories.council()
    council_factories.rule(made)
    return made


def text(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def step_url(client: Client, page: str, name: str) -> str:
    """Where the button of a step on a page leads."""
    found = re.search(rf'action="([^"]*/steps/{name}/[^"]*)"', client.get(page).content.decode())
    assert found
    return found[1]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]])


# Keeping the Council


def test_a_secretary_enters_the_council_its_members_and_rule(client_of: ClientOf) -> None:
    land = factories.land()
    thuky = factories.user("thuky")
    factories.appoint(thuky, "council_secretary", land.home_affairs)
    member = factories.user("hoidong1", full_name="Nguyễn Thị Ủy Viên")
    factories.appoint(member, "council_member", land.home_affairs)
    client = client_of(thuky)
    assert "Nhập Hội đồng" in text(client.get("/meetings/"))
    said = {"unit": str(land.province.unit_id), "name": "Hội đồng Thi đua – Khen thưởng tỉnh"}
    client.post("/meetings/councils/new/", said)
    council = Council.objects.get()
    assert (council.unit_id, council.office_id) == (
        land.province.unit_id,
        land.home_affairs.unit_id,
    )
    url = f"/meetings/councils/{council.pk}/"
    seat = {
        "seat-user": str(member.pk),
        "seat-position": "chair",
        "seat-post": "Phó Chủ tịch",
        "seat-first": DAY,
        "seat-decision": "Quyết định 12/QĐ-UBND",
    }
    assert client.post(f"{url}seats/", seat).status_code == 302
    again = client.post(f"{url}seats/", seat)
    assert again.status_code == 422
    assert "Người này đã là thành viên Hội đồng trong thời gian đó." in text(again)
    rule = {
        "rule-share": "80%",
        "rule-base": "all_members",
        "rule-quorum": "2/3",
        "rule-ballot": "secret",
        "rule-first": DAY,
        "rule-basis": "Quy chế, Điều 6",
    }
    assert client.post(f"{url}rules/", rule).status_code == 302
    kept = VotingRule.objects.get()
    assert (kept.share_parts, kept.share_of, kept.quorum_parts, kept.quorum_of) == (4, 5, 2, 3)
    page = text(client.get(url))
    assert "từ 80% – tổng số thành viên Hội đồng" in page
    assert "2/3" in page
    seat_pk = CouncilSeat.objects.get().pk
    assert client.post(f"{url}seats/{seat_pk}/", {"last": "01/01/2000"}).status_code == 422
    assert client.post(f"{url}seats/{seat_pk}/", {"last": DAY}).status_code == 302
    assert client.post(f"{url}rules/{kept.pk}/", {"last": DAY}).status_code == 302


@pytest.mark.parametrize("share", ["0%", "150%", "3/2", "nhiều", "1/0", "-1/2"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(ValidationError):
        ShareField().clean(share)


@pytest.mark.parametrize(
    ("written", "parts"),
    [("2/3", (2, 3)), ("80%", (4, 5)), ("66,5 %", (133, 200)), ("4 / 6", (2, 3)), ("100%", (1, 1))],
)
def test_a_share_is_a_fraction(written: str, parts: tuple[int, int]) -> None:
    assert ShareField().clean(written) == parts


# A meeting


def test_the_way_of_an_open_vote_through_the_pages(found: Sitting, client_of: ClientOf) -> None:
    nominations = council_factories.appraised(found.made, 2)
    secretary = client_of(found.thuky)
    said = {"day": DAY, "time": "08:00", "place": "Hội trường"}
    secretary.post(f"/meetings/councils/{found.council.pk}/meet/", said)
    held = Meeting.objects.get()
    url = f"/meetings/{held.pk}/"
    chosen = {"chosen": [str(one.pk) for one in nominations]}
    assert "Trần Văn" not in text(secretary.get(f"{url}put/"))  # names are personal data
    secretary.post(f"{url}put/", chosen)
    for name in ("invite", "open"):
        assert secretary.post(step_url(secretary, url, name)).status_code == 302
    present = {f"presence-{one.pk}": "present" for one in found.seats}
    secretary.post(f"{url}presence/", present)
    first, second = council_factories.cases(held)
    for person in found.members:
        member = client_of(person)
        said = {f"choice-{first.pk}": "for", f"choice-{second.pk}": "against"}
        assert member.post(f"{url}votes/", said).status_code == 302
    for one in found.seats[5:]:
        for case, choice in ((first, "for"), (second, "against")):
            hand = {"what": "hand", "choice": choice}
            answer = secretary.post(f"{url}cases/{case.pk}/seats/{one.pk}/", hand)
            assert answer.status_code == 302
    for case in (first, second):
        secretary.post(step_url(secretary, f"{url}cases/{case.pk}/", "close"))
    secretary.post(step_url(secretary, url, "close"))
    states = held.cases.order_by("order").values_list("state", flat=True)
    assert list(states) == ["passed", "failed"]
    page = text(secretary.get(url))
    assert "7/7 đồng ý, cần 6" in page
    assert "đã kết thúc phiên họp" in page


def test_a_member_sees_the_votes_of_others_only_once_the_count_is_closed(
    found: Sitting, client_of: ClientOf
) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    for person in found.members[1:]:
        sitting.vote(person, held.pk, {case.pk: "for"})
    member = client_of(found.members[0])
    url = f"/meetings/{held.pk}/cases/{case.pk}/"
    assert shown_votes(member, url) == 0
    assert shown_votes(client_of(found.thuky), url) == 4
    council_factories.vote(found, held, case, 7)
    workflow.perform_case("close", case.pk, found.thuky)
    assert shown_votes(member, url) == 7
    assert shown_votes(client_of(found.made.land.xa), url) == 0


def shown_votes(client: Client, url: str) -> int:
    """How many members are shown as having voted in favour."""
    page = client.get(url).content.decode()
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    return sum("đồng ý" in re.sub(r"<button.*?</button>", "", row, flags=re.DOTALL) for row in rows)


def test_a_planned_meeting_is_the_secretaries_own(found: Sitting, client_of: ClientOf) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made))
    url = f"/meetings/{held.pk}/"
    answers = [
        client_of(person).get(url).status_code
        for person in (found.thuky_b, found.members[0], found.made.land.xa)
    ]
    assert answers == [200, 404, 404]
    workflow.perform("invite", held.pk, found.thuky)
    assert client_of(found.members[0]).get(url).status_code == 200


def test_the_dossier_is_for_members_and_secretaries(found: Sitting, client_of: ClientOf) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "invited")
    (case,) = council_factories.cases(held)
    url = f"/meetings/{held.pk}/cases/{case.pk}/dossier/"
    page = client_of(found.members[0]).get(url)
    assert "Mở 4 lớp học cho người lớn." in text(page)
    former = found.members[1]
    factories.moved(former, "commune_leader", found.made.land.commune)
    for person in (found.made.land.xa, former):
        assert client_of(person).get(url).status_code == 403


def test_ballots_that_do_not_add_up_are_said_at_their_field(
    found: Sitting, client_of: ClientOf
) -> None:
    council_factories.rule(found, form=found.made.yearly, ballot=VotingRule.Ballot.SECRET)
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    client = client_of(found.thuky)
    url = f"/meetings/{held.pk}/cases/{case.pk}/count/"
    numbers = {"issued": 7, "returned": 7, "valid": 6, "invalid": 1, "in_favour": 5, "against": 0}
    answer = client.post(url, numbers)
    assert answer.status_code == 422
    assert "Đồng ý cộng không đồng ý không bằng số phiếu hợp lệ." in text(answer)
    assert client.post(url, {**numbers, "in_favour": 6}).status_code == 302
    upload = SimpleUploadedFile("Biên bản.pdf", originals.pdf(text="Kiểm phiếu"))
    assert client.post(f"/meetings/{held.pk}/scan/", {"file": upload}).status_code == 302
    scan = client_of(found.members[0]).get(f"/meetings/{held.pk}/scan/")
    assert scan.status_code == 200
    assert b"".join(scan.streaming_content).startswith(b"%PDF")
    bad = SimpleUploadedFile("x.pdf", b"x")
    assert client.post(f"/meetings/{held.pk}/scan/", {"file": bad}).status_code == 422


def test_what_is_refused_stands_at_the_top_of_the_page(found: Sitting, client_of: ClientOf) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    member = client_of(found.members[0])
    answer = member.post(f"/meetings/{held.pk}/votes/", {f"choice-{case.pk}": "for"})
    assert answer.status_code == 409
    assert "Chỉ người được ghi nhận có mặt mới biểu quyết." in text(answer)
    secretary = client_of(found.thuky)
    answer = secretary.post(f"/meetings/{held.pk}/cases/{case.pk}/steps/close/")
    assert answer.status_code == 409
    teller = {"teller": str(found.seats[0].pk)}
    assert secretary.post(f"/meetings/{held.pk}/presence/", teller).status_code == 409


def test_the_first_page_says_what_waits(found: Sitting, client_of: ClientOf) -> None:
    nominations = council_factories.appraised(found.made, 2)
    secretary, member = client_of(found.thuky), client_of(found.members[0])
    assert "2 đề nghị đã thẩm định" in text(secretary.get("/meetings/due/"))
    assert text(member.get("/meetings/due/")) == ""
    held = council_factories.meeting(found, nominations, "invited")
    assert "mời họp lúc 08:00" in text(member.get("/meetings/due/"))
    workflow.perform("open", held.pk, found.thuky)
    assert "Phiên họp đang diễn ra." in text(member.get("/meetings/due/"))
    assert "đang trong phiên họp" in text(secretary.get("/meetings/due/"))
    assert "/meetings/due/" in member.get("/").content.decode()


# Papers


def read_pdf(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return pages


def test_the_papers_say_what_the_records_say(found: Sitting, client_of: ClientOf) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    council_factories.vote(found, held, case, 6)
    workflow.perform_case("close", case.pk, found.thuky)
    client = client_of(found.thuky)
    invitation = " ".join(read_pdf(client.get(f"/meetings/{held.pk}/papers/invitation/").content))
    assert "GIẤY MỜI" in invitation
    assert f"08 giờ 00 phút, ngày {timezone.localtime(held.at):%d}" in invitation
    minutes = " ".join(read_pdf(client.get(f"/meetings/{held.pk}/papers/minutes/").content))
    assert "BẢN NHÁP" in minutes
    assert "6/7 (85,7%)" in minutes
    assert "Có mặt 7/7 thành viên (100%)." in minutes
    assert client.get(f"/meetings/{held.pk}/papers/ballots/").status_code == 404
    docx = client.get(f"/meetings/{held.pk}/papers/minutes/?as=docx")
    assert docx.content.startswith(b"PK")


def test_there_are_as_many_ballots_as_may_vote(found: Sitting, client_of: ClientOf) -> None:
    """Two cases, seven members, one of whom has a stake in the second."""
    council_factories.rule(found, form=found.made.yearly, ballot=VotingRule.Ballot.SECRET)
    held = council_factories.meeting(found, council_factories.appraised(found.made, 2), "open")
    council_factories.everybody_there(found, held)
    second = council_factories.cases(held)[1]
    sitting.declare(found.thuky, held.pk, second.pk, found.seats[0].pk, "relative")
    client = client_of(found.thuky)
    pages = read_pdf(client.get(f"/meetings/{held.pk}/papers/ballots/").content)
    assert len(pages) == 7 + 6
    counting = " ".join(read_pdf(client.get(f"/meetings/{held.pk}/papers/counting/").content))
    assert "KIỂM PHIẾU" in counting.upper()


# Cost


@pytest.mark.parametrize("who", ["thuky", "hoidong1", "xa", "tinh"])
def test_pages_cost_the_same_with_more_rows(found: Sitting, client_of: ClientOf, who: str) -> None:
    nominations = council_factories.appraised(found.made, 3)
    held = council_factories.meeting(found, nominations[:1], "open")
    council_factories.everybody_there(found, held)
    last = found.seats[-1]
    council_factories.everybody_there(found, held, **{f"s{last.pk}": Presence.WRITTEN.value})
    client = client_of(User.objects.get(username=who))
    (case,) = council_factories.cases(held)
    pages = ["/meetings/", f"/meetings/{held.pk}/", f"/meetings/{held.pk}/cases/{case.pk}/"]
    pages += [f"/meetings/councils/{found.council.pk}/"]
    if who in ("thuky", "hoidong1"):
        pages += ["/meetings/due/", f"/meetings/{held.pk}/cases/{case.pk}/dossier/"]
    before = [queries(client, url) for url in pages]
    assert max(before) <= 12, dict(zip(pages, before, strict=True))
    workflow.perform("cancel", council_factories.meeting(found, []).pk, found.thuky, reason="x")
    other = council_factories.meeting(found, nominations[1:], "open")
    council_factories.everybody_there(found, other, **{f"s{last.pk}": Presence.WRITTEN.value})
    pages[1] = f"/meetings/{other.pk}/"
    pages[2] = f"/meetings/{other.pk}/cases/{council_factories.cases(other)[0].pk}/"
    assert [queries(client, url) for url in pages] == before


def test_a_refused_presence_keeps_what_the_secretary_entered(
    found: Sitting, client_of: ClientOf
) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    away, *others = found.seats
    said = {f"presence-{one.pk}": "present" for one in others}
    said |= {f"presence-{away.pk}": "excused", "teller": str(away.pk)}
    answer = client_of(found.thuky).post(f"/meetings/{held.pk}/presence/", said)
    assert answer.status_code == 409
    assert f"{away.person} thuộc tổ kiểm phiếu nên phải có mặt." in text(answer)
    page = answer.content.decode()
    assert page.count('<option value="present" selected>') == len(others)
    assert page.count('<option value="excused" selected>') == 1
    assert re.findall(r'name="teller" value="(\d+)" checked', page) == [str(away.pk)]


def test_nothing_is_blamed_on_a_stake_while_nobody_is_there(
    found: Sitting, client_of: ClientOf
) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    page = text(client_of(found.thuky).get(f"/meetings/{held.pk}/"))
    assert "Chưa ghi nhận ai có mặt nên chưa ai biểu quyết." in page
    assert "lợi ích liên quan" not in page


def test_a_vote_without_a_mark_is_no_vote(found: Sitting, client_of: ClientOf) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    answer = client_of(found.members[0]).post(f"/meetings/{held.pk}/votes/")
    assert answer.status_code == 422
    assert "chưa có biểu quyết nào được ghi nhận" in text(answer)
