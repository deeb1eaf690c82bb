"""Titles held by paper decisions: declared, corrected, checked, and what leans on them."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import journal, periods
from core.workflow import Refused
from criteria import recognising, terms
from criteria.models import Assessment, Recognition, RecognitionState
from criteria.recognising import Declaration, Undeclarable
from criteria.workflow import RECOGNITION, check_recognition
from tests import criteria_factories as make
from tests import factories
from tests.core import originals
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

YEAR = periods.today().year
DECIDED = datetime.date(YEAR, 1, 5)
LAST = datetime.date(YEAR + 3, 1, 4)


def declaration(setting: Campaigning, **fields: Any) -> Declaration:
    """The commune holds the title at grade 1 since January for three years."""
    said: dict[str, Any] = {
        "title": setting.title,
        "grade": "1",
        "assessed_year": YEAR - 1,
        "decision_number": "12/QĐ-SGDĐT",
        "decided_on": DECIDED,
        "decided_by": "Giám đốc Sở Giáo dục và Đào tạo",
        "signer": "",
        "held_from": DECIDED,
        "held_until": LAST,
    }
    return Declaration(**{**said, **fields})


def declare(setting: Campaigning, **fields: Any) -> Recognition:
    land = setting.land
    return recognising.declare(land.xa, land.commune, declaration(setting, **fields))


def check(setting: Campaigning, recognition: Recognition, step: str, reason: str = "") -> None:
    recognition.refresh_from_db()
    seen = recognising.fingerprint(recognition)
    check_recognition(step, recognition.pk, setting.land.sogddt, seen=seen, reason=reason)
    recognition.refresh_from_db()


def refusal(setting: Campaigning, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(Undeclarable) as refused:
        declare(setting, **fields)
    return refused.value.faults


# Days


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"held_from": DECIDED - periods.ONE_DAY}, ["held_from"]),
        ({"held_until": DECIDED - periods.ONE_DAY}, ["held_until"]),
        ({"assessed_year": YEAR + 1}, ["assessed_year"]),
        ({"held_until": datetime.date.max}, ["held_until"]),
        ({"decided_on": datetime.date.min}, ["decided_on", "assessed_year"]),
        ({}, []),
        ({"held_until": None}, []),
    ],
)
def test_each_impossible_day_is_said_at_its_field(fields: dict[str, Any], wrong: list[str]) -> None:
    said = {"decided_on": DECIDED, "held_from": DECIDED, "held_until": LAST, "assessed_year": YEAR}
    assert list(recognising.faults_of_days({**said, **fields})) == wrong


def test_no_decision_is_of_tomorrow() -> None:
    tomorrow = periods.today() + periods.ONE_DAY
    found = recognising.faults_of_days({"decided_on": tomorrow, "held_from": tomorrow})
    assert list(found) == ["decided_on"]


# Declaring and correcting


def test_a_declared_title_meets_its_criterion_as_not_yet_confirmed(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    assert assessment.result["criteria"]["X-4"]["status"] == "not_met"
    recognition = declare(setting)
    assessment.refresh_from_db()
    assert assessment.result["criteria"]["X-4"]["status"] == "met"
    assert (recognition.state, recognition.path) == ("declared", setting.land.commune.path)


def test_a_confirmed_result_stays_as_it_was_confirmed(setting: Campaigning) -> None:
    assessment = make.confirmed(setting)
    before = assessment.result
    declare(setting)
    assessment.refresh_from_db()
    assert assessment.result == before


def test_the_assessments_of_other_units_are_left_alone(setting: Campaigning) -> None:
    other = make.answered(setting, setting.land.xa2)
    before = Assessment.objects.get(pk=other.pk).result
    declare(setting)
    assert Assessment.objects.get(pk=other.pk).result == before


@pytest.mark.parametrize("person", ["lanhdaoxa", "xa2", "sogddt", "tinh", "xem", "expired_deputy"])
def test_only_officers_of_the_unit_declare(setting: Campaigning, person: str) -> None:
    user = getattr(setting.land, person)
    with pytest.raises(PermissionDenied):
        recognising.declare(user, setting.land.commune, declaration(setting))
    assert Recognition.objects.count() == 0


def test_what_contradicts_the_record_is_said_at_its_field(setting: Campaigning) -> None:
    declare(setting)
    again = {"decision_number": "99/QĐ-SGDĐT", "decided_on": DECIDED + periods.ONE_DAY}
    assert list(refusal(setting, **again)) == ["held_from"]
    assert "12/QĐ-SGDĐT" in refusal(setting, **again)["held_from"][0]
    assert list(refusal(setting, decision_number=" 12 / qđ-sgdđt ")) == ["decision_number"]
    assert list(refusal(setting, grade="3")) == ["grade"]
    assert list(refusal(setting, grade="")) == ["grade"]
    assert list(refusal(setting, **again, grade="2")) == ["held_from"]  # one grade at a time
    later = LAST + periods.ONE_DAY
    until = terms.last_day(later, 36)
    declare(setting, decision_number="7/QĐ-SGDĐT", held_from=later, held_until=until)
    assert Recognition.objects.count() == 2


def test_a_title_of_another_kind_of_unit_is_refused(setting: Campaigning) -> None:
    with journal.act("test"):
        setting.title.subject_kinds = ["school"]
        setting.title.save()
    assert list(refusal(setting)) == ["title"]


def test_a_title_without_grades_takes_none(setting: Campaigning) -> None:
    with journal.act("test"):
        setting.title.grades = []
        setting.title.save()
    assert list(refusal(setting)) == ["grade"]
    assert declare(setting, grade="").grade == ""


def test_a_declaration_is_corrected_until_it_is_checked(setting: Campaigning) -> None:
    land = setting.land
    assessment = make.answered(setting)
    recognition = declare(setting)
    ended = declaration(setting, held_until=DECIDED)
    seen = recognising.fingerprint(recognition)
    corrected = recognising.correct(recognition.pk, land.xa, ended, None, seen=seen)
    assert periods.last_day(corrected.period) == DECIDED
    assessment.refresh_from_db()
    assert assessment.result["criteria"]["X-4"]["status"] == "not_met"
    check(setting, recognition, "confirm")
    seen = recognising.fingerprint(recognition)
    with pytest.raises(Refused, match="đã được kiểm tra"):
        recognising.correct(recognition.pk, land.xa, declaration(setting), None, seen=seen)


def test_the_scan_stays_unless_another_comes(setting: Campaigning) -> None:
    land = setting.land
    upload = SimpleUploadedFile("quyet-dinh.pdf", originals.pdf())
    scan = recognising.keep_scan(land.xa, upload)
    recognition = recognising.declare(land.xa, land.commune, declaration(setting), scan)
    seen = recognising.fingerprint(recognition)
    said = declaration(setting, signer="Nguyễn Văn A")
    assert recognising.correct(recognition.pk, land.xa, said, None, seen=seen).scan == scan


def test_a_correction_over_somebody_elses_is_refused(setting: Campaigning) -> None:
    recognition = declare(setting)
    seen = recognising.fingerprint(recognition)
    first = declaration(setting, decision_number="13/QĐ-SGDĐT")
    recognising.correct(recognition.pk, setting.land.xa, first, None, seen=seen)
    with pytest.raises(Refused, match="vừa thay đổi"):
        recognising.correct(recognition.pk, setting.land.xa, declaration(setting), None, seen=seen)


# Checking


def test_every_step_and_its_undoing(setting: Campaigning) -> None:
    recognition = declare(setting)
    check(setting, recognition, "confirm")
    assert (recognition.state, recognition.checked_by) == ("confirmed", setting.land.sogddt)
    check(setting, recognition, "unconfirm", "Xem lại")
    assert (recognition.state, recognition.checked_by) == ("declared", None)
    check(setting, recognition, "reject", "Không có trong sổ")
    assert (recognition.state, recognition.state_reason) == ("rejected", "Không có trong sổ")
    check(setting, recognition, "unconfirm", "Đã tìm thấy")
    check(setting, recognition, "confirm")
    check(setting, recognition, "revoke", "Kết luận kiểm tra")
    assert recognition.state == "revoked"
    assert periods.last_day(recognition.period) == periods.today() - periods.ONE_DAY


def test_each_step_tells_the_open_assessments(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    recognition = declare(setting)
    told = []
    for step in ("reject", "unconfirm", "confirm", "revoke"):
        check(setting, recognition, step, "Lý do")
        assessment.refresh_from_db()
        told.append(assessment.result["criteria"]["X-4"]["status"])
    assert told == ["not_met", "met", "met", "not_met"]


def test_nobody_checks_what_they_did_not_look_at(setting: Campaigning) -> None:
    recognition = declare(setting)
    seen = recognising.fingerprint(recognition)
    other = declaration(setting, decision_number="13/QĐ-SGDĐT")
    recognising.correct(recognition.pk, setting.land.xa, other, None, seen=seen)
    with pytest.raises(Refused, match="vừa thay đổi"):
        check_recognition("confirm", recognition.pk, setting.land.sogddt, seen=seen)


def test_nobody_confirms_what_they_declared(setting: Campaigning) -> None:
    """An officer of the commune who moved to the office meets there what they declared."""
    land = setting.land
    recognition = declare(setting)
    mover = factories.moved(land.xa, "education_officer", land.education)
    seen = recognising.fingerprint(recognition)
    with pytest.raises(Refused, match="điều mình khai báo"):
        check_recognition("confirm", recognition.pk, mover, seen=seen)


def test_nobody_confirms_what_they_declared_though_a_colleague_corrected_it(
    setting: Campaigning,
) -> None:
    land = setting.land
    recognition = declare(setting)
    colleague = factories.user("xa_b")
    factories.appoint(colleague, "commune_officer", land.commune)
    said, seen = declaration(setting, signer="Nguyễn Văn A"), recognising.fingerprint(recognition)
    corrected = recognising.correct(recognition.pk, colleague, said, None, seen=seen)
    assert (corrected.declared_by, corrected.taken_part) == (colleague, [land.xa.pk, colleague.pk])
    mover = factories.moved(land.xa, "education_officer", land.education)
    seen = recognising.fingerprint(corrected)
    with pytest.raises(Refused, match="điều mình khai báo"):
        check_recognition("confirm", recognition.pk, mover, seen=seen)
    checked = {"state": "confirmed", "checked_by": mover, "checked_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        Recognition.objects.filter(pk=recognition.pk).update(**checked)


def test_a_rejected_title_cannot_come_back_into_a_place_that_is_taken(
    setting: Campaigning,
) -> None:
    rejected = declare(setting)
    check(setting, rejected, "reject", "Không có trong sổ")
    declare(setting)
    with pytest.raises(Refused, match="quyết định khác"):
        check(setting, rejected, "unconfirm", "Nhầm")
    assert Recognition.objects.get(pk=rejected.pk).state == RecognitionState.REJECTED


@pytest.mark.parametrize(
    ("first", "last", "ends"),
    [
        (-400, None, -1),  # runs: held until yesterday
        (-400, 100, -1),
        (-400, -200, -200),  # has ended: as long as it was held, no longer
        (0, 100, 100),  # begins today or later: its days stay on record, it was never held
        (10, 100, 100),
    ],
)
def test_revoking_never_lengthens_a_title(
    setting: Campaigning, first: int, last: int | None, ends: int
) -> None:
    def day(number: int) -> datetime.date:
        return periods.today() + datetime.timedelta(days=number)

    period = periods.between(day(first), None if last is None else day(last))
    recognition = make.recognition(setting, period=period)
    check(setting, recognition, "confirm")
    check(setting, recognition, "revoke", "Thu hồi")
    assert periods.last_day(recognition.period) == day(ends)
    was_held = Recognition.objects.ever_held().filter(pk=recognition.pk).exists()
    assert was_held == (first < 0)


def test_a_title_revoked_before_it_began_meets_nothing(setting: Campaigning) -> None:
    tomorrow = periods.today() + periods.ONE_DAY
    recognition = make.recognition(setting, period=periods.between(tomorrow, None))
    assessment = make.answered(setting)
    check(setting, recognition, "confirm")
    check(setting, recognition, "revoke", "Thu hồi")
    assessment.refresh_from_db()
    assert assessment.result["criteria"]["X-4"]["status"] == "not_met"


def test_the_table_of_steps_is_what_the_pages_offer(setting: Campaigning) -> None:
    offered = {
        state: [arrow.name for arrow in RECOGNITION.transitions if state in arrow.sources]
        for state in RecognitionState.values
    }
    assert offered == {
        "declared": ["confirm", "reject"],
        "confirmed": ["unconfirm", "revoke"],
        "rejected": ["unconfirm"],
        "revoked": ["unrevoke"],
    }
