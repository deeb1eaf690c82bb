"""The signed paper of a decision: until when its difference is confirmed, and by whom read."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from pypdfium2 import PdfiumError

from awards.deciding import comparing, drafting, workflow
from awards.models import Decision
from core import files
from core.workflow import Outdated, Refused
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.core import originals
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
OTHER = "Quyet dinh khac"


@pytest.fixture
def there() -> Iterator[Deciding]:
    with translation.override("en"):
        yield make.deciding()


def _with_other_text(there: Deciding) -> Decision:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    make.attach(there, decision, originals.pdf(text=OTHER))
    return Decision.objects.get(pk=decision.pk)


def test_the_difference_of_an_issued_decision_is_confirmed_no_more(there: Deciding) -> None:
    decision = _with_other_text(there)
    drafting.confirm_difference(there.vanthu, decision.pk, "Bản quét")
    workflow.perform("issue", decision.pk, there.vanthu)
    with pytest.raises(Refused, match="between signing and issuing"):
        drafting.confirm_difference(there.vanthu, decision.pk, "Lý do khác")
    assert Decision.objects.get(pk=decision.pk).difference_reason == "Bản quét"


def test_who_confirms_can_read_every_line_that_is_missing(there: Deciding) -> None:
    decision = _with_other_text(there)
    assert len(decision.missing) > 10
    shown = (
        signed_in(there.vanthu)
        .get(reverse("decisions:detail", args=[decision.pk]))
        .content.decode()
    )
    listed = shown.partition('id="signed-title"')[2].partition("</details>")[0]
    assert [escape(line) in listed for line in decision.missing] == [True] * len(decision.missing)


def test_who_confirms_has_compared_the_paper_that_lies_there(there: Deciding) -> None:
    decision = _with_other_text(there)
    compared = decision.signed_file_id
    make.attach(there, decision, originals.pdf(text="Lai quyet dinh khac"))
    with pytest.raises(Outdated):
        drafting.confirm_difference(there.vanthu, decision.pk, "Bản quét", paper=[compared or 0])
    assert Decision.objects.get(pk=decision.pk).difference_by is None


def test_a_page_that_cannot_be_read_lacks_its_text() -> None:
    """The second page is named and is not there; readers go on with the first."""
    content = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R 9 0 R] /Count 2>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>> endobj
trailer <</Root 1 0 R>>
%%EOF"""
    with files.opened_pdf(content) as document, pytest.raises(PdfiumError):
        document[1].close()
    assert comparing.missing("Trang 2", content) == ["Trang 2"]


def test_a_paper_that_is_none_is_told_at_its_field(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    paper = SimpleUploadedFile("quyet-dinh.pdf", b"hello")
    url = reverse("decisions:attach", args=[decision.pk])
    answer = signed_in(there.vanthu).post(url, {"file": paper})
    assert answer.status_code == 422
    assert "quyet-dinh.pdf" in answer.content.decode().partition('aria-invalid="true"')[2]
