"""Documents that correct a decision, and revocations that are undone: what follows for whom."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from awards.certificates import making
from awards.deciding import conditions, correcting, drafting, revoking, workflow
from awards.deciding.correcting import Document
from awards.deciding.workflow import fingerprint
from awards.models import (
    Award,
    AwardState,
    Certificate,
    Correction,
    Decision,
    Nomination,
    NominationState,
)
from core import jobs, periods
from core.models import Notice
from core.workflow import Outdated, Refused
from tests import award_factories as af
from tests import factories
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.core import originals
from tests.factories import signed_in

pytestmark = pytest.mark.django_db

RIGHT = "Ấp Giồng Lớn A"
REVOKING = {"document": make.DOCUMENT, "reason": make.REASON}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences of refusals as the code has them; pages and papers are Vietnamese all the same."""
    with translation.override("en"):
        yield


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("dinh-chinh.pdf", originals.pdf(text="Dinh chinh"))


def document(number: str = "12/UBND-VX", **said: object) -> Document:
    words = {
        "dated": periods.today(),
        "issuer_name": "Ủy ban nhân dân xã Đại An",
        "says": "Đính chính tên tại dòng 1",
    }
    return Document(number, **{**words, **said})  # type: ignore[arg-type]


def correct(
    there: Deciding, decision: Decision, names: dict[int, str], person: User | None = None
) -> Correction:
    fresh = Decision.objects.get(pk=decision.pk)
    return correcting.correct(
        person or there.vanthu, fresh.pk, document(), names, upload(), seen=fingerprint(fresh)
    )


def certified(there: Deciding, decision: Decision) -> list[Certificate]:
    jobs.run(making.order(there.vanthu, decision).pk)
    return list(Certificate.objects.filter(award__decision=decision).order_by("entry"))


def checked(serial: str) -> str:
    answer = Client().get(reverse("verify:certificate", args=[serial]))
    return " ".join(answer.content.decode().split())


def told(person: User) -> list[str]:
    found = Notice.objects.filter(recipient=person, kind__startswith="decision.", withdrawn_at=None)
    return [one.kind for one in found.order_by("pk")]


# Corrections


def test_a_correction_calls_a_line_otherwise_and_replaces_its_certificate(
    there: Deciding,
) -> None:
    decision = make.published(
        there, make.appraised(there), make.appraised(there, af.household(there.made))
    )
    old, kept = certified(there, decision)
    correction = correct(there, decision, {old.award_id: RIGHT, kept.award_id: kept.name})
    assert [(one.before, one.name) for one in correction.lines.all()] == [("Ấp Giồng Lớn", RIGHT)]
    award = Award.objects.get(pk=old.award_id)
    assert (award.name, award.called) == ("Ấp Giồng Lớn", RIGHT)
    new = Certificate.objects.get(replaces=old)
    assert (new.name, new.entry) == (RIGHT, 3)
    assert "Đã được thay thế." in checked(old.serial)
    assert "Có giá trị." in checked(new.serial)
    assert "Có giá trị." in checked(kept.serial)
    assert told(there.made.thon) == ["decision.published", "decision.corrected"]


def test_the_paper_stays_as_it_was_signed(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    before = make.pdf(decision)
    correct(there, decision, {decision.awards.get().pk: RIGHT})
    assert conditions.frozen_text(Decision.objects.get(pk=decision.pk)) == decision.text
    assert len(make.pdf(decision)) == pytest.approx(len(before), rel=0.01)


def test_before_publication_a_correction_tells_nobody(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "issued")
    correct(there, decision, {decision.awards.get().pk: RIGHT})
    assert told(there.made.thon) == []


def test_a_correction_may_concern_the_whole(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    correction = correct(there, decision, {})
    assert list(correction.lines.all()) == []
    assert told(there.made.thon) == ["decision.published", "decision.corrected"]


def test_a_document_is_entered_once_and_by_the_registrar(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    correct(there, decision, {})
    with pytest.raises(Refused, match="entered before"):
        correct(there, decision, {})
    for person in (there.xa, there.leader, there.made.thon):
        with pytest.raises(Refused, match="Only the registrar"):
            correct(there, decision, {}, person)


def test_a_correction_is_refused_for_a_wrong_day_or_what_was_changed(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    seen = fingerprint(decision)
    for day in (periods.today() + periods.ONE_DAY, periods.today() - periods.ONE_DAY):
        with pytest.raises(Refused, match="The day lies between"):
            correcting.correct(
                there.vanthu, decision.pk, document(dated=day), {}, upload(), seen=seen
            )
    with pytest.raises(Outdated):
        correcting.correct(there.vanthu, decision.pk, document(), {}, upload(), seen="1-draft-0")


def test_only_an_issued_decision_is_corrected(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    with pytest.raises(Refused, match="Only an issued decision"):
        correct(there, decision, {})


def test_the_page_of_corrections(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    award = decision.awards.get()
    url = reverse("decisions:correct", args=[decision.pk])
    client = signed_in(User.objects.get(pk=there.vanthu.pk))
    assert client.get(url).status_code == 200
    data = {
        "number": "12/UBND-VX",
        "dated": f"{periods.today():%d/%m/%Y}",
        "issuer_name": "Ủy ban nhân dân xã Đại An",
        "says": "Đính chính tên",
        "seen": fingerprint(decision),
        f"line-{award.pk}": RIGHT,
    }
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "file": upload()}).status_code == 302
    award.refresh_from_db()
    assert award.called == RIGHT
    page = client.get(reverse("decisions:detail", args=[decision.pk])).content.decode()
    for said in ("12/UBND-VX", RIGHT, "Trên quyết định:"):
        assert said in page
    correction = Correction.objects.get()
    file = reverse("decisions:correction_file", args=[decision.pk, correction.pk])
    answer = client.get(file)
    assert (answer.status_code, answer.getvalue()[:4]) == (200, b"%PDF")
    tinh = signed_in(User.objects.get(pk=there.made.land.tinh.pk))
    assert RIGHT not in tinh.get(reverse("decisions:detail", args=[decision.pk])).content.decode()
    assert tinh.get(file).status_code == 403
    assert signed_in(factories.user()).get(file).status_code == 403


# Undoing a revocation


def test_undoing_the_revocation_of_the_whole_lets_it_stand_again(there: Deciding) -> None:
    nomination, other = make.appraised(there), make.appraised(there, af.household(there.made))
    decision = make.published(there, nomination, other)
    (certificate, _other) = certified(there, decision)
    revoking.revoke_line(
        there.leader, Award.objects.get(nomination=other).pk, make.DOCUMENT, make.REASON
    )
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    assert "Đã thu hồi." in checked(certificate.serial)
    with pytest.raises(Refused, match="needs a reason"):
        workflow.perform("reinstate", decision.pk, there.leader)
    workflow.perform("reinstate", decision.pk, there.leader, reason="Nhập nhầm quyết định")
    decision.refresh_from_db()
    assert (decision.state, decision.revoking_document) == ("published", "")
    assert [one.state for one in decision.awards.all()] == ["granted", "revoked"]
    assert [af.fresh(one).state for one in (nomination, other)] == ["decided", "revoked"]
    assert "Có giá trị." in checked(certificate.serial)


def test_what_was_told_of_a_revocation_is_taken_back(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    assert told(there.made.thon) == ["decision.published", "decision.revoked"]
    workflow.perform("reinstate", decision.pk, there.leader, reason=make.REASON)
    assert told(there.made.thon) == ["decision.published"]


def test_undoing_the_revocation_of_one_line(there: Deciding) -> None:
    nomination, other = make.appraised(there), make.appraised(there, af.household(there.made))
    decision = make.published(there, nomination, other)
    lines = [Award.objects.get(nomination=one) for one in (nomination, other)]
    for line in lines:
        revoking.revoke_line(there.leader, line.pk, make.DOCUMENT, make.REASON)
    for person in (there.xa, there.vanthu, there.made.thon):
        with pytest.raises(Refused, match="Only who signs"):
            revoking.reinstate_line(person, lines[0].pk, make.REASON)
    revoking.reinstate_line(there.leader, lines[0].pk, make.REASON)
    assert [one.state for one in decision.awards.all()] == ["granted", "revoked"]
    assert [af.fresh(one).state for one in (nomination, other)] == ["decided", "revoked"]
    assert told(there.made.thon) == ["decision.published", "decision.revoked"]
    with pytest.raises(Refused, match="Only a revoked line"):
        revoking.reinstate_line(there.leader, lines[0].pk, make.REASON)


def test_who_was_proposed_anew_meanwhile_is_not_commended_twice(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.published(there, nomination)
    line = decision.awards.get()
    revoking.revoke_line(there.leader, line.pk, make.DOCUMENT, make.REASON)
    make.appraised(there)
    with pytest.raises(Refused, match="Line 1: its subject was proposed anew"):
        revoking.reinstate_line(there.leader, line.pk, make.REASON)
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    workflow.perform("reinstate", decision.pk, there.leader, reason=make.REASON)
    assert decision.awards.get().state == AwardState.REVOKED
    assert af.fresh(nomination).state == NominationState.REVOKED


def test_an_unpublished_decision_is_revoked_and_taken_up_in_silence(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.carried(there, make.draft(there, nomination), "issued")
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    assert not Decision.objects.visible_to(there.made.thon).exists()
    workflow.perform("reinstate", decision.pk, there.leader, reason=make.REASON)
    decision.refresh_from_db()
    assert (decision.state, decision.awards.get().state) == ("issued", AwardState.LISTED)
    assert told(there.made.thon) == []
    workflow.perform("publish", decision.pk, there.vanthu)
    assert af.fresh(nomination).state == NominationState.DECIDED


def test_what_another_decision_has_taken_is_not_taken_back(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.carried(there, make.draft(there, nomination), "issued")
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    make.draft(there, nomination)
    with pytest.raises(Refused, match="Line 1: its nomination has gone on"):
        workflow.perform("reinstate", decision.pk, there.leader, reason=make.REASON)


def test_the_revocation_of_a_line_is_undone_on_its_page(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    line = decision.awards.get()
    revoking.revoke_line(there.leader, line.pk, make.DOCUMENT, make.REASON)
    client = signed_in(User.objects.get(pk=there.leader.pk))
    page = reverse("decisions:detail", args=[decision.pk])
    url = reverse("decisions:reinstate_line", args=[decision.pk, line.pk])
    assert url in client.get(page).content.decode()
    assert client.post(url, {"reason": make.REASON}).status_code == 302
    line.refresh_from_db()
    assert line.state == AwardState.GRANTED
    assert "Đã hoàn tác việc hủy" in client.get(page).content.decode()


def test_revoking_a_line_keeps_what_was_typed_and_shows_when_it_is_undone(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    line = decision.awards.get()
    client = signed_in(User.objects.get(pk=there.leader.pk))
    page = reverse("decisions:detail", args=[decision.pk])
    url = reverse("decisions:revoke_line", args=[decision.pk, line.pk])
    assert f'href="{url}"' in client.get(page).content.decode()
    refused = client.post(url, {"document": "15/QĐ-UBND", "reason": "Đ" * 2001})
    form = refused.context["form"]
    assert (refused.status_code, list(form.errors)) == (422, ["reason"])
    assert [form["document"].value(), form["reason"].value()] == ["15/QĐ-UBND", "Đ" * 2001]
    line.refresh_from_db()
    assert line.state == AwardState.GRANTED
    assert client.post(url, REVOKING).status_code == 302
    assert [one.undone for one in client.get(page).context["history"]][:1] == [False]
    again = client.post(url, REVOKING)  # from an old tab
    assert (again.status_code, again.context["form"]["reason"].value()) == (422, make.REASON)
    revoking.reinstate_line(there.leader, line.pk, "Kết luận lại: không vi phạm")
    shown = client.get(page)
    latest = [(one.reason, one.undone) for one in shown.context["history"][:2]]
    assert latest == [("Kết luận lại: không vi phạm", False), (make.REASON, True)]
    nomination = reverse("nominations:detail", args=[line.nomination_id])
    told = signed_in(there.xa).get(nomination)
    assert [(one.reason, one.undone) for one in told.context["history"][:2]] == latest
    assert "Đã hoàn tác việc hủy:" in told.content.decode()


def test_of_two_revoked_lines_the_one_that_stands_again_is_shown_as_undone(
    there: Deciding,
) -> None:
    both = [make.appraised(there), make.appraised(there, af.household(there.made))]
    decision = make.published(there, *both)
    first, second = decision.awards.order_by("order")
    for line in (first, second):
        revoking.revoke_line(there.leader, line.pk, make.DOCUMENT, f"Dòng {line.order}")
    revoking.reinstate_line(there.leader, first.pk, make.REASON)
    url = reverse("decisions:detail", args=[decision.pk])
    history = signed_in(there.leader).get(url).context["history"]
    shown = [(one.reason, one.undone) for one in history[:3]]
    assert shown == [(make.REASON, False), ("Dòng 2", False), ("Dòng 1", True)]


def test_a_decision_says_that_its_revocation_was_undone(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    url = reverse("decisions:detail", args=[decision.pk])
    client = signed_in(User.objects.get(pk=there.leader.pk))
    page = client.get(url)
    assert next(one.undone for one in page.context["history"]) is False
    assert "Đã hoàn tác việc hủy:" not in page.content.decode()
    workflow.perform("reinstate", decision.pk, there.leader, reason="Ban hành nhầm văn bản hủy")
    page = client.get(url)
    assert [(one.reason, one.undone) for one in page.context["history"][:2]] == [
        ("Ban hành nhầm văn bản hủy", False),
        (make.REASON, True),
    ]
    assert "Đã hoàn tác việc hủy:" in page.content.decode()


def test_nobody_is_ready_to_be_decided_on_twice(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.carried(there, make.draft(there, nomination), "issued")
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    (ready,) = drafting.ready(there.xa)
    assert list(ready.nominations) == [Nomination.objects.get(pk=nomination.pk)]
    workflow.perform("reinstate", decision.pk, there.leader, reason=make.REASON)
    assert drafting.ready(there.xa) == []


def test_a_name_that_no_paper_could_hold_is_refused_and_not_cut(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (line,) = decision.awards.all()
    with pytest.raises(Refused, match="at most 300 characters"):
        correct(there, decision, {line.pk: "A" * 301})
    correct(there, decision, {line.pk: "A" * 300})
    line.refresh_from_db()
    assert line.called == "A" * 300


def test_a_name_that_was_emptied_is_no_correction(there: Deciding) -> None:
    decision = make.published(there, make.appraised(there))
    (line,) = decision.awards.all()
    url = reverse("decisions:correct", args=[decision.pk])
    said = {
        "number": "12/UBND-VX",
        "dated": f"{periods.today():%d/%m/%Y}",
        "issuer_name": "Ủy ban nhân dân xã Đại An",
        "says": "Đính chính tên tại dòng 1",
        "seen": fingerprint(decision),
        "file": upload(),
        f"line-{line.pk}": " ",
    }
    answer = signed_in(there.vanthu).post(url, said)
    assert answer.status_code == 422
    assert "Không để trống tên" in answer.content.decode()
    assert not decision.corrections.exists()
