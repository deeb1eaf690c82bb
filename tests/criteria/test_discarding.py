"""A draft in which nothing stands is discarded; whatever holds something, or was sent, stays."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import JournalEntry
from core.workflow import Refused
from criteria import assessing
from criteria.models import Answer, Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.core import originals
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db
BUTTON = "Bỏ bản nháp trống"


def answer(setting: Campaigning, assessment: Assessment, value: str | None, note: str) -> None:
    criterion = next(one for one in setting.criteria if one.rule == {"kind": "attested"})
    stored = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
    assessing.save_answer(
        assessment.pk,
        criterion.pk,
        setting.land.xa,
        value={"value": value},
        note=note,
        version=stored.version if stored else 0,
    )


def refusal(setting: Campaigning, assessment: Assessment) -> str:
    with pytest.raises(Refused) as refused:
        ASSESSMENT.perform("discard", assessment.pk, setting.land.xa)
    assert Assessment.objects.filter(pk=assessment.pk).exists()
    return str(refused.value)


def test_who_fills_it_in_discards_an_empty_draft_and_begins_anew(
    setting: Campaigning, client_of: Any
) -> None:
    """What was typed and taken out again goes with it; of others' drafts nothing does."""
    draft, other = make.begun(setting), make.answered(setting, setting.land.xa2)
    answer(setting, draft, "yes", "Nhầm")
    client, url = client_of(setting.land.xa), f"/assessments/{draft.pk}/"
    assert BUTTON not in client.get(url).text
    answer(setting, draft, None, "")
    kept = other.answers.count()
    page = client.get(url)
    assert BUTTON in page.text
    (step,) = page.context["steps"]
    done = client.post(step.url)
    assert (done.status_code, done.url) == (302, "/")
    assert list(Assessment.objects.all()) == [other]
    assert Answer.objects.count() == kept
    entry = JournalEntry.objects.latest("pk")
    assert (entry.act, entry.actor_id) == ("assessment.discard", setting.land.xa.pk)
    assert client.get(url).status_code == 404
    assert make.begun(setting).pk != draft.pk


@pytest.mark.parametrize(("value", "note"), [("yes", ""), ("no", ""), (None, "Đang làm")])
def test_what_holds_an_answer_or_words_stays(
    setting: Campaigning, value: str | None, note: str
) -> None:
    draft = make.begun(setting)
    answer(setting, draft, value, note)
    assert "có câu trả lời, giải trình hoặc tệp" in refusal(setting, draft)


def test_what_holds_or_held_a_file_stays(setting: Campaigning) -> None:
    """Though it was taken off: what a record once held is kept (decision 11)."""
    draft, xa = make.begun(setting), setting.land.xa
    upload = SimpleUploadedFile("minh-chung.pdf", originals.pdf(text="Báo cáo"))
    piece = assessing.add_evidence(draft.pk, setting.criteria[0].pk, xa, upload)
    assert "đã từng có tệp đính kèm" in refusal(setting, draft)
    assessing.remove_evidence(draft.pk, piece.pk, xa)
    assert "đã từng có tệp đính kèm" in refusal(setting, draft)


def test_what_was_ever_sent_stays(setting: Campaigning) -> None:
    draft = make.sent(setting)
    ASSESSMENT.perform("take_back", draft.pk, setting.land.xa)
    assert refusal(setting, draft) == "Bản này đã từng gửi: nội dung đã gửi được lưu lại."


@pytest.mark.parametrize(
    ("person", "status"),
    [("lanhdaoxa", 403), ("tinh", 403), ("xem", 403), ("xa2", 404), ("far_xa", 404)],
)
def test_others_discard_nothing(
    setting: Campaigning, client_of: Any, person: str, status: int
) -> None:
    """Who sends for the unit, or reviews, does not fill it in; other communes do not find it."""
    draft = make.begun(setting)
    url = f"/assessments/{draft.pk}/steps/discard/"
    assert client_of(getattr(setting.land, person)).post(url).status_code == status
    assert Assessment.objects.filter(pk=draft.pk).exists()
