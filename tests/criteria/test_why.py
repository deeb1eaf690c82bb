"""*Vì sao?*: how a result came about, with where each value is from; frozen, the same for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from core import journal, periods
from criteria import assessing, explanations, sheets
from criteria.explanations import Entered, Explanation
from criteria.models import Answer, Assessment, Title
from criteria.outcome import Status
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import criteria_factories as make
from tests.core import originals
from tests.core.papers import pages, text, watermark
from tests.criteria_factories import Campaigning
from units.models import Placement

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def told(assessment: Assessment, *, as_claimed: bool = False) -> list[Explanation]:
    """Each criterion's explanation, as it is read from the database now."""
    fresh = Assessment.objects.get(pk=assessment.pk)
    with translation.override("en"):
        return explanations.explanations(sheets.read_sheet(fresh, as_claimed=as_claimed))


def moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M} on {local:%d/%m/%Y}"


def test_a_criterion_says_what_was_required_found_claimed_and_verified(
    setting: Campaigning,
) -> None:
    land, (first, *_others) = setting.land, setting.criteria
    draft = make.answered(setting)
    upload = SimpleUploadedFile("Kế hoạch.pdf", originals.pdf(text="Kế hoạch"))
    piece = assessing.add_evidence(draft.pk, first.pk, land.xa, upload)
    ASSESSMENT.perform("send", draft.pk, land.xa)
    ASSESSMENT.perform("receive", draft.pk, land.tinh)
    assessing.judge(
        draft.pk,
        first.pk,
        land.tinh,
        verdict="changed",
        reason="Mới làm một nửa.",
        verified_value={"value": "partly"},
    )
    answer = Answer.objects.get(assessment=draft, criterion=first)
    one = told(draft)[0]
    assert one.found == (
        "Required: yes.",
        "Answer: partly.",
        "The reviewer judged the criterion not met.",
    )
    assert (one.status, one.label, one.verdict) == (
        Status.NOT_MET,
        "Not met",
        "accepted with another value",
    )
    assert one.claimed == Entered(
        (("Self-assessment", "Yes"),), f"{land.xa}, {moment(answer.saved_at)}", answer.note
    )
    assert one.verified == Entered(
        (("Verified value", "Partly"),),
        f"{land.tinh}, {moment(answer.verified_at)}",
        "Mới làm một nửa.",
    )
    brought = f"{land.xa}, {moment(piece.file.uploaded_at)}"
    assert one.evidence == (f"Kế hoạch.pdf – {brought}, SHA-256 {piece.file.sha256[:12]}…",)
    assert one.citation == f"{setting.document.number}, {setting.source}"


def test_a_title_says_by_which_decision_it_is_held(setting: Campaigning) -> None:
    held = make.recognition(setting)
    *_others, last = told(make.sent(setting))
    first, until = held.period.lower, periods.last_day(held.period)
    assert last.claimed is None
    required, found = last.found
    assert required == f"Required: the unit holds {setting.title} on 31/12/{periods.today().year}."
    assert found == (
        f"Holds the title {setting.title}, grade 1, by Quyết định số 12/QĐ-SGDĐT ngày "
        f"{first:%d/%m/%Y} của Giám đốc Sở Giáo dục và Đào tạo, valid until {until:%d/%m/%Y}, "
        "declared, not yet confirmed."
    )


def test_what_was_confirmed_reads_the_same_whatever_changes_later(setting: Campaigning) -> None:
    held = make.recognition(setting)
    RECOGNITION.perform("confirm", held.pk, setting.land.sogddt)
    assessment = make.confirmed(setting)
    before = told(assessment)
    RECOGNITION.perform("revoke", held.pk, setting.land.sogddt, reason="Sai thẩm quyền")
    with journal.act("test"):
        Title.objects.filter(pk=setting.title.pk).update(name="Danh hiệu khác")
        Placement.objects.filter(pk=setting.land.commune.pk).update(name="Xã Khác")
    assert told(assessment) == before
    ASSESSMENT.perform("unconfirm", assessment.pk, setting.land.tinh, reason="Xét lại")
    assert told(assessment)[-1].found != before[-1].found


def test_the_page_and_the_paper_say_the_same(setting: Campaigning, client_of: ClientOf) -> None:
    make.recognition(setting)
    assessment = make.confirmed(setting)
    client = client_of(setting.land.xa)
    page = client.get(f"/assessments/{assessment.pk}/why/").content.decode()
    answer = client.get(f"/assessments/{assessment.pk}/why/paper/")
    assert answer["Content-Type"] == "application/pdf"
    made = pages(bytes(answer.content))
    said = " ".join(" ".join(text(one) for one in made).split())
    with translation.override("vi"):
        fresh = Assessment.objects.get(pk=assessment.pk)
        for one in explanations.explanations(sheets.read_sheet(fresh)):
            for sentence in one.found:
                assert sentence in page
                assert sentence in said
            assert one.label in said
    day = f"{periods.today():%d/%m/%Y}"
    assert f"Theo dữ liệu đã chốt khi xác nhận kết quả ngày {day}" in page
    assert f"Kết quả như đã xác nhận ngày {day}:" in said
    assert [watermark(one) for one in made] == [""] * len(made)


def test_unfinished_verdicts_are_for_the_office_alone(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="to_correct",
        reason="Chưa thấy danh sách",
    )
    url = f"/assessments/{assessment.pk}/why/"
    shown = {
        person.username: "Chưa thấy danh sách" in client_of(person).get(url).content.decode()
        for person in (setting.land.tinh, setting.land.xa, setting.land.xem)
    }
    assert shown == {"tinh": True, "xa": False, "xem": False}


@pytest.mark.parametrize("number", [1, 12])
def test_many_criteria_ask_as_much_as_one(
    land: Any, client_of: ClientOf, number: int, django_assert_num_queries: Any
) -> None:
    setting = make.campaigning(land, ({"kind": "attested"},) * number)
    assessment = make.confirmed(setting)
    client, url = client_of(land.xa), f"/assessments/{assessment.pk}/why/"
    client.get(url)  # the banner is asked for once a minute
    with django_assert_num_queries(11):
        assert client.get(url).status_code == 200
