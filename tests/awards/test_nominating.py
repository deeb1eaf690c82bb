"""Nominations: who qualifies, what is written, what the pre-check says, who appraises."""

import datetime
from collections.abc import Iterator

import pytest
from django.utils import translation

from awards.models import Nomination, NominationState, Restriction
from awards.nominating import candidates, checking, entering, listing
from awards.nominating.entering import version_of
from awards.nominating.workflow import NOMINATION, fingerprint
from core import journal, periods
from core.models import Notice
from core.workflow import Outdated, Refused
from criteria.workflow import RECOGNITION
from tests import award_factories as make
from tests import criteria_factories, factories
from tests.award_factories import Awarding
from tests.races import losers, race, winners
from units import scope
from units.models import UnitKind


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The sentences as the code words them."""
    with translation.override("en"):
        yield


@pytest.fixture
def made(db: None) -> Awarding:
    return make.awarding()


def recognised(made: Awarding) -> None:
    """The commune holds the title that the criteria ask for, confirmed by the Sở."""
    found = criteria_factories.recognition(made.setting)
    RECOGNITION.perform("confirm", found.pk, made.land.sogddt)


def blocking(found: object) -> list[tuple[str, str]]:
    """What blocks, each with its article."""
    (findings,) = checking.findings_of([make.fresh(found)]).values()  # type: ignore[arg-type]
    return [(finding.text, finding.article) for finding in findings if finding.blocks]


# Whom a unit may propose


def test_a_hamlet_proposes_itself_and_those_in_its_lists(made: Awarding) -> None:
    kinds = candidates.kinds_for(made.yearly, made.hamlet)
    assert kinds == (UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CLAN, UnitKind.CITIZEN)


def test_a_form_for_some_kinds_is_offered_to_them_alone(made: Awarding) -> None:
    only = make.form(made.setting, "chi-ho", "Giấy khen hộ", "yearly", [UnitKind.HOUSEHOLD])
    assert candidates.kinds_for(only, made.hamlet) == (UnitKind.HOUSEHOLD,)
    assert candidates.kinds_for(only, made.land.commune) == ()


def test_forms_of_a_document_of_elsewhere_are_not_offered(made: Awarding) -> None:
    far = made.land.far_commune
    assert candidates.forms_for(far) == []
    assert {one.code for one in candidates.forms_for(made.hamlet)} == {
        "giay-khen-xa",
        "bang-khen-tinh",
        "bang-khen-ttg",
    }


def test_who_has_met_the_criteria_qualifies_and_the_others_say_why_not(made: Awarding) -> None:
    land, setting = made.land, made.setting
    recognised(made)
    criteria_factories.confirmed(setting)
    year = setting.round.name
    for place, qualifies, why in (
        (land.commune, True, f"{year}: the criteria are met, the result is confirmed."),
        (land.sibling, False, "There is no self-assessment in this period."),
    ):
        rows = list(candidates.rows(place, UnitKind.COMMUNE))
        (one,) = candidates.judge(rows, place, made.yearly, setting.round)
        assert (one.qualifies, one.why) == (qualifies, why)


def test_a_draft_of_a_self_assessment_does_not_speak_for_its_unit(made: Awarding) -> None:
    criteria_factories.answered(made.setting)
    place = made.land.commune
    rows = list(candidates.rows(place, UnitKind.COMMUNE))
    (one,) = candidates.judge(rows, place, made.yearly, made.setting.round)
    assert (one.qualifies, one.why) == (
        False,
        f"{made.setting.round.name}: not confirmed yet (draft).",
    )


def test_who_is_proposed_already_is_marked_and_not_begun_again(made: Awarding) -> None:
    first = make.nomination(made)
    rows = list(candidates.rows(made.hamlet, UnitKind.HAMLET))
    (one,) = candidates.judge(rows, made.hamlet, made.yearly, made.setting.round)
    assert one.nomination == first
    grant = scope.of(made.thon).grants[0]
    again = entering.begin(
        made.thon, grant, made.yearly, made.setting.round, [make.itself(made.hamlet)]
    )
    assert again == []


# What is written


def test_a_report_begins_with_what_the_portal_knows(made: Awarding) -> None:
    recognised(made)
    assessment = criteria_factories.confirmed(made.setting)
    xa = made.land.xa
    (begun,) = entering.begin(
        xa,
        scope.of(xa).grants[0],
        made.high,
        made.phase,
        [make.itself(made.land.commune)],
    )
    year = periods.today().year
    assert assessment.confirmed_at is not None
    assert begun.achievements.split("\n") == [
        (
            f"Năm {year}: kết quả tự đánh giá đã được xác nhận ngày {periods.today():%d/%m/%Y}: "
            "đạt (4/4 tiêu chí đạt)."
        ),
        (
            f"Được công nhận “Cộng đồng học tập” cấp xã, mức độ 1 (năm đánh giá {year - 1}) theo "
            f"Quyết định số 12/QĐ-SGDĐT ngày 05/01/{year} của Giám đốc Sở Giáo dục và Đào tạo."
        ),
    ]


def test_filling_never_touches_what_was_typed(made: Awarding) -> None:
    recognised(made)
    xa = made.land.xa
    found = make.nomination(made, make.itself(made.land.commune), form=made.high, by=xa)
    with pytest.raises(Refused):
        entering.fill(xa, found.pk)
    entering.write(xa, found.pk, "achievements", "", seen=version_of(found.achievements))
    filled = entering.fill(xa, found.pk)
    assert filled.general == found.general
    assert filled.achievements.startswith("Được công nhận “Cộng đồng học tập”")


def test_a_text_that_somebody_else_changed_is_not_overwritten(made: Awarding) -> None:
    found = make.nomination(made)
    entering.write(made.thon, found.pk, "general", "Có 130 hộ.", seen=version_of(found.general))
    with pytest.raises(Outdated):
        entering.write(made.thon, found.pk, "general", "Khác", seen=version_of(found.general))
    assert make.fresh(found).general == "Có 130 hộ."


def test_the_same_text_twice_is_no_conflict(made: Awarding) -> None:
    found = make.nomination(made)
    entering.write(made.thon, found.pk, "general", "Có 130 hộ.", seen=version_of(found.general))
    entering.write(made.thon, found.pk, "general", "Có 130 hộ.", seen=version_of(found.general))
    assert make.fresh(found).general == "Có 130 hộ."


def test_a_period_that_ends_before_it_begins_is_refused(made: Awarding) -> None:
    found = make.nomination(made)
    last = datetime.date(2025, 1, 1)
    with pytest.raises(Refused) as refused:
        entering.set_period(made.thon, found.pk, last + periods.ONE_DAY, last)
    assert refused.value.field == "last"
    assert make.fresh(found).period == found.period


def test_what_was_sent_is_read_only(made: Awarding) -> None:
    found = make.nomination(made, state=NominationState.SENT)
    with pytest.raises(Refused) as refused:
        entering.write(made.thon, found.pk, "general", "Sửa", seen=None)
    assert str(refused.value) == (
        "Read only: the nomination has been sent. It opens again when taken back or returned."
    )


def test_a_draft_is_read_by_the_unit_alone(made: Awarding) -> None:
    draft = make.nomination(made)
    for person, expected in ((made.thon, [(draft.pk, True)]), (made.land.xa, [(draft.pk, False)])):
        rows = listing.rows(person, listing.Asked())
        assert [(one.pk, one.is_read) for one in rows] == expected  # type: ignore[attr-defined]
    assert list(listing.rows(made.land.xa2, listing.Asked())) == []


# The pre-check


def test_a_written_nomination_passes(made: Awarding) -> None:
    assert blocking(make.nomination(made)) == []


def test_the_statement_of_the_unit_is_asked_for(made: Awarding) -> None:
    found = make.nomination(made)
    entering.state_unrestricted(made.thon, found.pk, False)
    assert blocking(found) == [
        (
            "The unit has not stated yet that nothing stands against the commendation.",
            "Nghị định 152/2025/NĐ-CP, Điều 4",
        )
    ]


def test_a_restriction_blocks_while_it_is_in_force(made: Awarding) -> None:
    found = make.nomination(made)
    today = periods.today()
    with journal.act("test"):
        restriction = Restriction.objects.create(
            unit=made.hamlet.unit,
            path=made.hamlet.path,
            ground=Restriction.Ground.COMPLAINT,
            document="Đơn số 5",
            period=periods.between(today - periods.ONE_DAY, today),
            entered_by=made.land.xa,
        )
    said = "A restriction is in force: a complaint or denunciation is being verified (Đơn số 5)."
    assert blocking(found) == [(said, "Nghị định 152/2025/NĐ-CP, Điều 4")]
    with journal.act("test"):
        restriction.period = periods.between(today - periods.ONE_DAY, today - periods.ONE_DAY)
        restriction.save()
    assert blocking(found) == []


def test_a_title_that_the_criteria_ask_for_has_to_be_held(made: Awarding) -> None:
    xa, commune = made.land.xa, made.land.commune
    found = make.nomination(made, make.itself(commune), form=made.high, by=xa)
    (first, *rest) = blocking(found)
    assert rest == []
    assert "No recognition of “Cộng đồng học tập” cấp xã is on record." in first[0]
    recognised(made)
    assert blocking(found) == []


def test_without_a_route_nobody_receives(made: Awarding) -> None:
    lone = make.form(made.setting, "khong-tuyen", "Giấy khen lẻ", "yearly")
    found = make.nomination(made, form=lone)
    assert blocking(found) == [
        ("No route says who receives and who decides this form (not configured).", "")
    ]


def test_another_form_for_the_same_time_deserves_a_look(made: Awarding) -> None:
    make.nomination(made, form=made.high)
    found = make.nomination(made)
    (findings,) = checking.findings_of([make.fresh(found)]).values()
    noticed = [finding.text for finding in findings if not finding.blocks]
    assert blocking(found) == []
    assert noticed[0] == (
        "It is proposed for another form, too, in an overlapping period: "
        f"{made.high.name}, {made.phase.name}."
    )


# The office


def test_nobody_appraises_what_they_took_part_in(made: Awarding) -> None:
    xa = made.land.xa
    grant = scope.of(xa).grants[0]
    subject = make.itself(made.hamlet)
    (begun,) = entering.begin(xa, grant, made.yearly, made.setting.round, [subject])
    assert NOMINATION.allowed(NOMINATION["appraise"], begun, xa) == (
        False,
        "This step does not follow from the present state: draft.",
    )
    found = make.nomination(made, make.household(made), state=NominationState.RECEIVED)
    with journal.act("test"):
        found.note_part(xa)
        found.save()
    with pytest.raises(Refused) as refused:
        make.step("appraise", found, xa)
    assert str(refused.value) == "Nobody appraises their own: you took part in this nomination."


def test_a_return_is_told_with_its_reason_and_taken_back(made: Awarding) -> None:
    found = make.nomination(made, state=NominationState.RETURNED)
    assert found.state_reason == make.REASON
    told = Notice.objects.filter(recipient=made.thon, kind="nomination.returned")
    assert told.filter(withdrawn_at=None).count() == 1
    make.step("unreturn", found, made.land.xa)
    assert told.filter(withdrawn_at=None).count() == 0


def test_a_return_that_the_unit_works_on_is_not_taken_back(made: Awarding) -> None:
    found = make.nomination(made, state=NominationState.RETURNED)
    entering.write(made.thon, found.pk, "general", "Bổ sung", seen=None)
    with pytest.raises(Refused):
        make.step("unreturn", found, made.land.xa)
    assert make.fresh(found).state == NominationState.RETURNED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_appraise_and_return_at_once_one_wins() -> None:
    made = make.awarding()
    found = make.nomination(made, state=NominationState.RECEIVED)
    seen = fingerprint(found)

    def take(step: str, person: object) -> object:
        return NOMINATION.perform(step, found.pk, person, reason="Theo hồ sơ", seen=seen)

    outcomes = race(lambda: take("appraise", made.land.xa), lambda: take("return", made.xa_b))
    assert len(winners(outcomes)) == 1
    assert losers(outcomes)[0] in (Outdated, Refused)
    assert make.fresh(found).events.filter(transition__in=("appraise", "return")).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_for_one_subject_one_does() -> None:
    made = make.awarding()
    second = factories.user("thon_b")
    factories.appoint(second, "hamlet_head", made.hamlet)

    def begin(person: object) -> object:
        grant = scope.of(person).grants[0]
        subject = make.itself(made.hamlet)
        return entering.begin(person, grant, made.yearly, made.setting.round, [subject])

    outcomes = race(lambda: begin(made.thon), lambda: begin(second))
    assert sorted(len(found) for found in winners(outcomes)) == [0, 1]


@pytest.mark.parametrize("ended", ["withdrawn", "dropped"])
def test_what_was_proposed_anew_is_not_taken_up_again(made: Awarding, ended: str) -> None:
    first = make.nomination(made, state=ended)
    second = make.nomination(made)
    step, person = {
        "withdrawn": ("reopen", made.thon),
        "dropped": ("undrop", made.land.xa),
    }[ended]
    with pytest.raises(Refused) as refused:
        make.step(step, first, person)
    assert str(refused.value) == (
        "It was proposed anew for this form meanwhile: go on with that nomination."
    )
    make.step("withdraw", second, made.thon)
    make.step(step, first, person)
    assert make.fresh(first).state in (NominationState.DRAFT, NominationState.RECEIVED)


@pytest.mark.django_db(transaction=True)
def test_taking_up_again_and_proposing_anew_at_once_leave_one() -> None:
    made = make.awarding()
    first = make.nomination(made, state="dropped")

    def begin() -> object:
        grant = scope.of(made.thon).grants[0]
        subject = make.itself(made.hamlet)
        return entering.begin(made.thon, grant, made.yearly, made.setting.round, [subject])

    outcomes = race(
        lambda: NOMINATION.perform("undrop", first.pk, made.land.xa, reason="Nhầm"), begin
    )
    assert set(losers(outcomes)) <= {Refused}
    assert Nomination.objects.standing().count() == 1
