"""Days that people enter of what has happened, answers that nobody gave, and pages of old tabs."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from awards.consulting import asking
from awards.consulting.asking import Question
from awards.consulting.workflow import fingerprint
from awards.deciding import drafting
from awards.models import Consultation, Nomination
from awards.nominating import entering
from awards.nominating.entering import Earlier
from core import periods
from core.happened import refuse_unless_past
from core.workflow import Refused
from tests import award_factories as awards
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.awards.test_results_from_above import forwarded
from tests.core import originals
from tests.factories import signed_in

pytestmark = pytest.mark.django_db

TODAY = periods.today()
YESTERDAY, TOMORROW = TODAY - periods.ONE_DAY, TODAY + periods.ONE_DAY
TO_COME = f"Ngày {TOMORROW:%d/%m/%Y} chưa đến."


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def written(day: periods.Day) -> str:
    return f"{day:%d/%m/%Y}"


def errors(answer: Any, name: str = "form", status: int = 422) -> dict[str, list[str]]:
    """What is said at the fields of a form that came back."""
    assert answer.status_code == status
    return dict(answer.context[name].errors)


@pytest.mark.parametrize(
    ("day", "since", "taken"),
    [
        (TODAY, None, True),
        (datetime.date(1990, 1, 1), None, True),
        (TOMORROW, None, False),
        (YESTERDAY, TODAY, False),
        (TODAY, TODAY, True),
        (YESTERDAY, YESTERDAY, True),
        (TOMORROW, YESTERDAY, False),
    ],
)
def test_what_has_happened_has_a_day_that_has_come(
    day: periods.Day, since: periods.Day | None, taken: bool
) -> None:
    if taken:
        refuse_unless_past(day, "dated", since=since)
        return
    with pytest.raises(Refused) as refused:
        refuse_unless_past(day, "dated", since=since)
    assert refused.value.field == "dated"


def test_a_submission_is_not_of_a_day_to_come(there: Deciding) -> None:
    made = there.made
    one = awards.submission(made, [awards.nomination(made)])
    client, url = signed_in(made.thon), reverse("submissions:word", args=[one.pk])
    said = {"number": "05/TTr-AGL", "note": "Kính đề nghị xem xét."}
    answer = client.post(url, {**said, "dated": written(TOMORROW)})
    assert errors(answer, "wording", 409) == {"dated": [TO_COME]}
    assert answer.context["wording"]["note"].value() == said["note"]
    before = (one.number, one.dated, one.note)
    one.refresh_from_db()
    assert (one.number, one.dated, one.note) == before
    assert client.post(url, {**said, "dated": written(TODAY)}).status_code == 302
    assert client.post(url, {**said, "dated": ""}).status_code == 302  # is given when it is sent


def test_a_result_from_above_is_not_of_a_day_to_come(there: Deciding) -> None:
    (one,) = forwarded(there, 1)
    (ready,) = drafting.ready(there.xa)
    url = reverse("decisions:above", args=[ready.key])
    said = {
        "issuer_name": "Thủ tướng Chính phủ",
        "number": "12",
        "symbol": "QĐ-TTg",
        "dated": written(TOMORROW),
        "file": SimpleUploadedFile("ket-qua.pdf", originals.pdf(text="Ket qua")),
        f"result-{one.pk}": "granted",
    }
    assert errors(signed_in(there.xa).post(url, said)) == {"dated": [TO_COME]}
    assert not one.awards.exists()


def question(**said: Any) -> dict[str, Any]:
    asked = {"kind": "concurrence", "asked_body": "Công an xã Đại An", "asked_unit": ""}
    return {**asked, "asked_on": written(TODAY), "due_on": written(TOMORROW), **said}


def test_a_body_was_asked_on_a_day_that_has_come_and_the_public_may_be_asked_later(
    there: Deciding,
) -> None:
    one = awards.nomination(there.made, state="received")
    client, url = signed_in(there.xa), reverse("submissions:consultation_new")
    later = {"nomination": one.pk, "asked_on": written(TOMORROW)}
    assert errors(client.post(url, question(**later))) == {"asked_on": [TO_COME]}
    assert not Consultation.objects.exists()
    assert client.post(url, question(**later, kind="public")).status_code == 302


def test_nobody_is_taken_to_have_agreed_who_said_nothing(there: Deciding) -> None:
    one = awards.nomination(there.made, state="received")
    told = Question("concurrence", "Công an xã Đại An", None, TODAY, TOMORROW)
    asked = asking.ask(there.xa, told, [one.pk])
    client = signed_in(there.xa)
    page = client.get(reverse("submissions:consultation", args=[asked.pk]))
    assert page.context["form"]["answer"].value() is None
    assert page.context["form"].fields["answer"].choices[0] == ("", "–")
    url = reverse("submissions:consultation_answer", args=[asked.pk])
    data = {"answer": "", "answer_words": "Nhất trí.", "answered_on": written(TODAY)}
    answer = client.post(f"{url}?seen={fingerprint(asked)}", data)
    assert errors(answer) == {"answer": ["Chọn nội dung trả lời."]}
    assert answer.context["form"]["answer_words"].value() == "Nhất trí."
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("asked", "")


# What is no more


def says(person: User, url: str, status: int = 200) -> tuple[str, list[str]]:
    """Where a button of an old tab leads, and what the page there says first."""
    answer = signed_in(person).post(url, follow=True)
    assert answer.status_code == status
    return answer.request["PATH_INFO"], [str(one) for one in answer.context["messages"]]


OFF = ["Dòng này đã được đưa ra khỏi danh sách trước đó; danh sách hiện tại như dưới đây."]


def test_a_line_is_taken_off_a_draft_once(there: Deciding) -> None:
    both = [make.appraised(there), make.appraised(there, awards.household(there.made))]
    decision = make.draft(there, *both)
    line = decision.awards.get(nomination=both[0])
    url = reverse("decisions:take_off", args=[decision.pk, line.pk])
    detail = reverse("decisions:detail", args=[decision.pk])
    assert says(there.xa, url)[0] == detail
    assert says(there.xa, url) == (detail, OFF)
    assert decision.awards.get().nomination == both[1]


def test_a_nomination_is_taken_off_a_submission_once(there: Deciding) -> None:
    made = there.made
    one = awards.nomination(made)
    found = awards.submission(made, [one, awards.nomination(made, awards.household(made))])
    url = reverse("submissions:take_off", args=[found.pk, one.pk])
    says(made.thon, url)
    assert says(made.thon, url) == (reverse("submissions:detail", args=[found.pk]), OFF)


def test_an_earlier_commendation_is_taken_out_once(there: Deciding) -> None:
    one: Nomination = awards.nomination(there.made)
    earlier = Earlier("Giấy khen", "12/QĐ-UBND", TODAY, "Chủ tịch Ủy ban nhân dân xã")
    kept = entering.add_earlier(there.made.thon, one.pk, earlier)
    url = reverse("nominations:earlier_remove", args=[one.pk, kept.pk])
    says(there.made.thon, url)
    assert says(there.made.thon, url, 409)[1] == OFF


@pytest.mark.parametrize("name", ["new", "above"])
def test_a_link_to_what_is_decided_by_now_says_so_and_leads_back(
    there: Deciding, name: str
) -> None:
    nomination = make.appraised(there)
    (ready,) = drafting.ready(there.xa)
    if name == "new":
        make.draft(there, nomination)
    for key in (ready.key, "1-1-round-1-1", "x"):
        for person in (there.xa, there.made.land.xa2):
            page = signed_in(person).get(reverse(f"decisions:{name}", args=[key]))
            html = page.content.decode()
            assert page.status_code == 404
            assert "Không còn đề nghị nào chờ quyết định ở đây" in html
            assert f'href="{reverse("decisions:index")}"' in html
            assert nomination.subject_name not in html
