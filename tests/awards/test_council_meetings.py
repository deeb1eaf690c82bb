"""A meeting of the Council from its preparation to its end, and what it does to nominations."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from awards.council import keeping, reading, sitting, workflow
from awards.models import (
    Attendance,
    CaseState,
    Meeting,
    MeetingCase,
    MeetingState,
    Nomination,
    NominationState,
    Vote,
    VotingRule,
)
from awards.views.meetings import history
from core import files, journal, periods
from core.models import Notice
from core.workflow import Outdated, Refused
from tests import award_factories, council_factories, factories
from tests.core import originals
from tests.council_factories import Presence, Sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(db: None) -> Sitting:
    made = council_factories.council()
    council_factories.rule(made)
    return made


def state_of(nomination: Nomination) -> str:
    return Nomination.objects.get(pk=nomination.pk).state


def refusal(act: object, *args: object, **options: object) -> str:
    with pytest.raises(Refused) as told:
        act(*args, **options)  # type: ignore[operator]
    return str(told.value)


# Before the meeting


def test_a_seat_is_somebodys(found: Sitting) -> None:
    said = refusal(council_factories.seat, found.thuky, found.council)
    assert said == "Hãy chọn tài khoản hoặc ghi họ và tên."


def test_nominations_go_before_the_council_and_back(found: Sitting) -> None:
    one, other = council_factories.appraised(found.made, 2)
    held = council_factories.meeting(found, [one, other])
    assert [state_of(one), state_of(other)] == [NominationState.COUNCIL] * 2
    first = council_factories.cases(held)[0]
    workflow.perform_case("take_off", first.pk, found.thuky, reason="Thiếu hồ sơ")
    assert [state_of(one), state_of(other)] == ["appraised", "council"]
    workflow.perform("cancel", held.pk, found.thuky, reason="Trùng lịch")
    assert [state_of(one), state_of(other)] == ["appraised", "appraised"]
    assert set(held.cases.values_list("state", flat=True)) == {CaseState.RELEASED}
    steps = list(other.events.order_by("-pk").values_list("transition", "target")[:2])
    assert steps == [("take_off_council", "appraised"), ("put_before_council", "council")]
    again = council_factories.meeting(found, [one, other])
    assert again.cases.count() == 2


def test_a_nomination_is_before_one_meeting_at_most(found: Sitting) -> None:
    nominations = council_factories.appraised(found.made)
    council_factories.meeting(found, nominations)
    other = council_factories.meeting(found, nominations)
    assert other.cases.count() == 0


def test_what_is_not_appraised_does_not_go_before_the_council(found: Sitting) -> None:
    received = award_factories.nomination(found.made, state="received")
    held = council_factories.meeting(found, [received])
    assert (held.cases.count(), state_of(received)) == (0, "received")


def test_members_are_told_and_told_of_changes(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "invited")
    told = Notice.objects.filter(subject=f"meeting:{held.pk}")
    people = sorted(one.pk for one in found.members)
    assert sorted(told.values_list("recipient", flat=True)) == people
    sitting.change(found.thuky, held.pk, held.at, "Nhà văn hóa ấp")
    assert told.filter(kind="meeting.changed").count() == len(people)
    sitting.change(found.thuky, held.pk, held.at, "Nhà văn hóa ấp")  # nothing new
    assert told.filter(kind="meeting.changed").count() == len(people)
    workflow.perform("cancel", held.pk, found.thuky, reason="Mưa lũ")
    assert told.filter(kind="meeting.cancelled").count() == len(people)


def test_nobody_is_told_of_a_meeting_that_was_only_planned(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made))
    workflow.perform("cancel", held.pk, found.thuky, reason="Trùng lịch")
    assert Notice.objects.filter(subject=f"meeting:{held.pk}").count() == 0


def test_a_meeting_opens_on_its_day_with_nominations_and_members(found: Sitting) -> None:
    held = council_factories.meeting(found, [])
    assert refusal(workflow.perform, "invite", held.pk, found.thuky) == (
        "Phiên họp chưa có đề nghị nào: hãy đưa đề nghị vào trước."
    )
    sitting.put(found.thuky, held.pk, [one.pk for one in council_factories.appraised(found.made)])
    workflow.perform("invite", held.pk, found.thuky)
    tomorrow = held.at + datetime.timedelta(days=1)
    sitting.change(found.thuky, held.pk, tomorrow, held.place)
    assert refusal(workflow.perform, "open", held.pk, found.thuky) == (
        f"Đến ngày {tomorrow:%d/%m/%Y} mới họp."
    )
    sitting.change(found.thuky, held.pk, held.at, held.place)
    workflow.perform("open", held.pk, found.thuky)
    assert held.attendances.count() == len(found.seats)


def test_opening_is_undone_until_somebody_has_voted(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    workflow.perform("unopen", held.pk, found.thuky)
    assert (held.attendances.count(), council_factories.fresh(held).state) == (0, "invited")
    workflow.perform("open", held.pk, found.thuky)
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    sitting.vote(found.members[0], held.pk, {case.pk: "for"})
    assert refusal(workflow.perform, "unopen", held.pk, found.thuky) == (
        "Đã có biểu quyết: phiên họp tiếp tục đến khi kết thúc."
    )


def test_only_secretaries_of_this_council_keep_it(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made))
    elsewhere = factories.user()
    factories.appoint(elsewhere, "council_secretary", found.made.land.sibling)
    for person in (elsewhere, found.members[0], found.made.land.xa):
        said = refusal(workflow.perform, "invite", held.pk, person)
        assert said == "Việc này dành cho thư ký Hội đồng."


# Open votes


def test_enough_votes_pass_and_too_few_fail(found: Sitting) -> None:
    """At least 80 % of seven members are six."""
    nominations = council_factories.appraised(found.made, 2)
    held = council_factories.meeting(found, nominations, "open")
    council_factories.everybody_there(found, held)
    for case, favour in zip(council_factories.cases(held), (6, 5), strict=True):
        council_factories.vote(found, held, case, favour)
        workflow.perform_case("close", case.pk, found.thuky)
    assert [state_of(one) for one in nominations] == ["passed", "failed"]
    numbers = held.cases.order_by("order").values_list("state", "base", "needed", "in_favour")
    assert list(numbers) == [("passed", 7, 6, 6), ("failed", 7, 6, 5)]
    workflow.perform("close", held.pk, found.thuky)
    assert council_factories.fresh(held).state == MeetingState.CLOSED


def test_a_count_closes_only_when_everybody_there_has_voted(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    said = refusal(workflow.perform_case, "close", case.pk, found.thuky)
    assert "Chưa ghi nhận sự có mặt của 7 thành viên." in said
    council_factories.everybody_there(found, held)
    sitting.vote(found.members[0], held.pk, {case.pk: "for"})
    said = refusal(workflow.perform_case, "close", case.pk, found.thuky)
    assert said == "Còn 6 thành viên chưa biểu quyết."
    assert refusal(workflow.perform, "close", held.pk, found.thuky) == (
        "Hãy chốt kết quả của mọi đề nghị trước, hoặc đưa đề nghị ra khỏi phiên họp."
    )


def test_a_meeting_without_quorum_decides_nothing(found: Sitting) -> None:
    """Two thirds of seven are five; four are there."""
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    absent = {f"s{one.pk}": Presence.EXCUSED.value for one in found.seats[4:]}
    council_factories.everybody_there(found, held, **absent)
    (case,) = council_factories.cases(held)
    for person in found.members[:4]:
        sitting.vote(person, held.pk, {case.pk: "for"})
    said = refusal(workflow.perform_case, "close", case.pk, found.thuky)
    assert said == "Có mặt 4 thành viên; cần ít nhất 5 thành viên dự họp."
    workflow.perform_case("take_off", case.pk, found.thuky, reason="Không đủ thành viên")
    assert state_of(case.nomination) == "appraised"


def test_a_vote_may_change_until_the_count_is_closed(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    for choice in ("for", "against"):
        sitting.vote(found.members[0], held.pk, {case.pk: choice})
    votes = Vote.objects.filter(case=case).values_list("seat", "choice")
    assert list(votes) == [(found.seats[0].pk, "against")]
    council_factories.vote(found, held, case, 7)
    workflow.perform_case("close", case.pk, found.thuky)
    assert "không còn biểu quyết" in refusal(
        sitting.vote, found.members[0], held.pk, {case.pk: "against"}
    )


def test_only_members_who_are_there_vote(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    first = found.seats[0]
    council_factories.everybody_there(found, held, **{f"s{first.pk}": Presence.EXCUSED.value})
    assert refusal(sitting.vote, found.members[0], held.pk, {case.pk: "for"}) == (
        "Chỉ người được ghi nhận có mặt mới biểu quyết."
    )
    assert refusal(sitting.vote, found.thuky, held.pk, {case.pk: "for"}) == (
        "Vào ngày họp, ông (bà) không phải là thành viên Hội đồng này."
    )
    said = refusal(sitting.note_hand, found.thuky, held.pk, case.pk, found.seats[1].pk, "for")
    assert said == "Thành viên có tài khoản tự biểu quyết bằng tài khoản của mình."


def test_who_leaves_takes_the_vote_along(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    sitting.vote(found.members[0], held.pk, {case.pk: "for"})
    first = found.seats[0]
    council_factories.everybody_there(found, held, **{f"s{first.pk}": Presence.EXCUSED.value})
    assert Vote.objects.count() == 0


def test_the_absent_vote_in_writing_by_sealed_number(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    last = found.seats[-1]
    council_factories.everybody_there(found, held, **{f"s{last.pk}": Presence.WRITTEN.value})
    for one in found.seats[:-1]:
        if one.user is None:
            sitting.note_hand(found.thuky, held.pk, case.pk, one.pk, "for")
        else:
            sitting.vote(User.objects.get(pk=one.user_id), held.pk, {case.pk: "for"})
    sitting.take_letter(found.thuky, held.pk, case.pk, last.pk, "NP-01", "for")
    done = workflow.perform_case("close", case.pk, found.thuky)
    assert (done.present, done.base, done.in_favour) == (6, 7, 7)


# Stakes


def test_who_took_part_is_out_of_the_vote_and_its_base(found: Sitting) -> None:
    """The head of the hamlet, who proposed, is a member of the Council, too."""
    factories.appoint(found.made.thon, "council_member", found.made.land.commune)
    council_factories.seat(found.thuky, found.council, user=found.made.thon)
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    council_factories.everybody_there(found, held)
    said = refusal(sitting.vote, found.made.thon, held.pk, {case.pk: "for"})
    assert said == (
        "Không ai biểu quyết cho chính mình: thành viên có lợi ích liên quan đến trường hợp này."
    )
    council_factories.vote(found, held, case, 7)
    done = workflow.perform_case("close", case.pk, found.thuky)
    assert (done.members, done.base, done.in_favour) == (8, 7, 7)
    assert list(done.recusals.values_list("ground", flat=True)) == ["taken_part"]


def test_a_member_of_the_units_that_is_proposed_is_out(found: Sitting) -> None:
    council_factories.seat(
        found.thuky, found.council, person="Sơn Cùng Ấp", unit_id=found.made.hamlet.unit_id
    )
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    (case,) = council_factories.cases(held)
    assert list(case.recusals.values_list("seat__person", "ground")) == [
        ("Sơn Cùng Ấp", "own_unit")
    ]


def test_a_declared_stake_takes_the_vote_back(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    first = found.seats[0]
    sitting.vote(found.members[0], held.pk, {case.pk: "for"})
    sitting.declare(found.members[0], held.pk, case.pk, first.pk, "relative")
    assert Vote.objects.count() == 0
    assert refusal(sitting.declare, found.members[1], held.pk, case.pk, first.pk, "relative") == (
        "Việc này dành cho chính thành viên và thư ký Hội đồng."
    )
    sitting.take_back_stake(found.thuky, held.pk, case.pk, first.pk)
    sitting.vote(found.members[0], held.pk, {case.pk: "for"})
    assert Vote.objects.count() == 1


# Secret ballots


@pytest.fixture
def secret(found: Sitting) -> Sitting:
    council_factories.rule(found, form=found.made.yearly, ballot=VotingRule.Ballot.SECRET)
    return found


def ballots(*numbers: int) -> sitting.Ballots:
    return sitting.Ballots(*numbers)


def name_tellers(found: Sitting, held: object, pk: int) -> None:
    said = {one.pk: Presence.PRESENT.value for one in found.seats}
    sitting.record_presence(found.thuky, pk, said, [found.seats[1].pk])


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("Biên bản kiểm phiếu.pdf", originals.pdf(text="Kiểm phiếu"))


def test_secret_ballots_are_counted_on_paper(secret: Sitting) -> None:
    held = council_factories.meeting(secret, council_factories.appraised(secret.made), "open")
    (case,) = council_factories.cases(held)
    council_factories.everybody_there(secret, held)
    assert refusal(sitting.vote, secret.members[0], held.pk, {case.pk: "for"}) == (
        "Trường hợp này bỏ phiếu kín trên giấy."
    )
    assert refusal(workflow.perform_case, "close", case.pk, secret.thuky) == (
        "Chưa nhập kết quả kiểm phiếu. Chưa cử tổ kiểm phiếu. "
        "Chưa tải lên biên bản kiểm phiếu đã ký."
    )
    name_tellers(secret, held, held.pk)
    sitting.count(secret.thuky, held.pk, case.pk, ballots(7, 7, 6, 1, 6, 0))
    sitting.attach_scan(secret.thuky, held.pk, scan())
    done = workflow.perform_case("close", case.pk, secret.thuky)
    assert (done.state, done.base, done.needed, done.in_favour) == ("passed", 7, 6, 6)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ((7, 8, 8, 0, 8, 0), "returned"),
        ((7, 7, 6, 0, 6, 0), "invalid"),
        ((7, 7, 7, 0, 6, 0), "against"),
        ((8, 7, 7, 0, 7, 0), "issued"),
    ],
)
def test_sums_that_do_not_add_up_are_refused(
    secret: Sitting, numbers: tuple[int, ...], field: str
) -> None:
    held = council_factories.meeting(secret, council_factories.appraised(secret.made), "open")
    (case,) = council_factories.cases(held)
    council_factories.everybody_there(secret, held)
    with pytest.raises(Refused) as told:
        sitting.count(secret.thuky, held.pk, case.pk, ballots(*numbers))
    assert told.value.field == field


def test_of_a_sealed_secret_vote_only_the_number_is_kept(secret: Sitting) -> None:
    held = council_factories.meeting(secret, council_factories.appraised(secret.made), "open")
    (case,) = council_factories.cases(held)
    last = secret.seats[-1]
    council_factories.everybody_there(secret, held, **{f"s{last.pk}": Presence.WRITTEN.value})
    assert refusal(
        sitting.take_letter, secret.thuky, held.pk, case.pk, last.pk, "NP-01", "for"
    ) == ("Với bỏ phiếu kín chỉ ghi số phong bì.")
    sitting.count(secret.thuky, held.pk, case.pk, ballots(6, 6, 6, 0, 6, 0))
    with pytest.raises(Refused):
        sitting.count(secret.thuky, held.pk, case.pk, ballots(7, 7, 7, 0, 7, 0))
    sitting.take_letter(secret.thuky, held.pk, case.pk, last.pk, "NP-01")
    sitting.count(secret.thuky, held.pk, case.pk, ballots(7, 7, 7, 0, 7, 0))


# Rules


def test_without_a_rule_nothing_is_closed_until_one_is_cited() -> None:
    found = council_factories.council()
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    assert refusal(workflow.perform_case, "close", case.pk, found.thuky) == (
        "Chưa cấu hình quy tắc biểu quyết cho hình thức này: hãy nhập quy tắc kèm căn cứ."
    )
    cited = council_factories.rule(found)
    council_factories.vote(found, held, case, 7)
    done = workflow.perform_case("close", case.pk, found.thuky)
    assert done.rule == cited


def test_the_nearest_rule_of_the_day_counts(found: Sitting) -> None:
    own_form = council_factories.rule(found, form=found.made.yearly, share=(9, 10))
    held = council_factories.meeting(found, council_factories.appraised(found.made))
    (case,) = reading.read(council_factories.fresh(held)).cases
    assert case.rule == own_form
    keeping.end_rule(found.thuky, found.council.pk, own_form.pk, periods.today() - periods.ONE_DAY)
    (case,) = reading.read(council_factories.fresh(held)).cases
    assert case.rule is not None
    assert case.rule.form is None


def test_two_rules_for_one_form_and_day_are_refused(found: Sitting) -> None:
    assert refusal(council_factories.rule, found) == (
        "Trong thời gian này đã có quy tắc cho hình thức đó: hãy kết thúc quy tắc cũ trước."
    )


# The roster


def test_a_person_sits_once_and_one_chairs(found: Sitting) -> None:
    assert refusal(council_factories.seat, found.thuky, found.council, user=found.members[0]) == (
        "Người này đã là thành viên Hội đồng trong thời gian đó."
    )
    said = refusal(
        council_factories.seat, found.thuky, found.council, person="Ai Đó", position="chair"
    )
    assert said.startswith("Ủy Viên 1 đang là Chủ tịch Hội đồng")


def test_a_seat_that_has_ended_is_not_prolonged(found: Sitting) -> None:
    """Who followed may sit there since."""
    today, one = periods.today(), found.seats[0].pk
    keeping.end_seat(found.thuky, found.council.pk, one, today - periods.ONE_DAY)
    assert refusal(keeping.end_seat, found.thuky, found.council.pk, one, today) == (
        "Ngày này không sớm hơn ngày kết thúc đã nhập."
    )


def test_who_left_the_council_is_not_on_the_roster_of_the_day(found: Sitting) -> None:
    yesterday = periods.today() - periods.ONE_DAY
    keeping.end_seat(found.thuky, found.council.pk, found.seats[-1].pk, yesterday)
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    seats = set(Attendance.objects.filter(meeting=held).values_list("seat", flat=True))
    assert seats == {one.pk for one in found.seats[:-1]}


# What is closed stands


def test_a_closed_count_is_frozen_by_the_database(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    council_factories.vote(found, held, case, 7)
    done = workflow.perform_case("close", case.pk, found.thuky)
    frozen = (
        MeetingCase.objects.filter(pk=case.pk),
        Vote.objects.filter(case=case),
        Attendance.objects.filter(meeting=held),
    )
    changes = ({"in_favour": 0}, {"choice": "against"}, {"presence": "excused"})
    for rows, change in zip(frozen, changes, strict=True):
        for act in (lambda rows=rows, change=change: rows.update(**change), rows.delete):
            with pytest.raises(DatabaseError), transaction.atomic(), journal.act("test"):
                act()
    with pytest.raises(DatabaseError), transaction.atomic(), journal.act("test"):
        VotingRule.objects.filter(pk=done.rule_id).update(share_parts=1)
    with pytest.raises(Refused):
        sitting.record_presence(found.thuky, held.pk, {})
    workflow.perform("close", held.pk, found.thuky)
    with pytest.raises(DatabaseError), transaction.atomic(), journal.act("test"):
        type(held).objects.filter(pk=held.pk).update(place="Chỗ khác")


def test_who_closes_sees_what_is_counted(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    council_factories.vote(found, held, case, 7)
    seen = workflow.case_fingerprint(MeetingCase.objects.get(pk=case.pk))
    sitting.vote(found.members[0], held.pk, {case.pk: "against"})
    with pytest.raises(Outdated):
        workflow.perform_case("close", case.pk, found.thuky, seen=seen)


def test_a_bad_file_is_refused(secret: Sitting) -> None:
    held = council_factories.meeting(secret, council_factories.appraised(secret.made), "open")
    upload = SimpleUploadedFile("kiem-phieu.pdf", b"not a pdf")
    with pytest.raises(files.FileRefused):
        sitting.attach_scan(secret.thuky, held.pk, upload)


def test_its_page_says_who_did_which_step(found: Sitting) -> None:
    held = council_factories.meeting(found, council_factories.appraised(found.made), "invited")
    later = held.at + datetime.timedelta(hours=2)
    sitting.change(found.thuky_b, held.pk, later, "Phòng họp số 2")
    workflow.perform("cancel", held.pk, found.thuky, reason="Bão số 9")
    fresh = Meeting.objects.get(pk=held.pk)
    with translation.override("en"):
        lines = [(one.label, one.actor, one.reason) for one in history(fresh)]
    at = " – Xã Đại An"
    assert lines == [
        ("Cancelled", f"{found.thuky}{at}", "Bão số 9"),
        ("Time or place set anew", f"{found.thuky_b}{at}", ""),
        ("Invitations sent", f"{found.thuky}{at}", ""),
        ("Prepared", str(found.thuky), ""),
    ]


def test_three_are_put_before_the_council_at_the_cost_of_one(found: Sitting) -> None:
    """Put on a meeting, and let go with it."""
    counted = []
    for number in (1, 3):
        homes = [award_factories.household(found.made, f"Kim {number}-{n}") for n in range(number)]
        chosen = [award_factories.nomination(found.made, one, state="appraised") for one in homes]
        held = council_factories.meeting(found, [])
        with CaptureQueriesContext(connection) as put:
            assert sitting.put(found.thuky, held.pk, [one.pk for one in chosen]) == number
        with CaptureQueriesContext(connection) as cancelled:
            workflow.perform("cancel", held.pk, found.thuky, reason="Bão số 9")
        counted.append((len(put), len(cancelled)))
    assert counted[0] == counted[1]
