"""Closing many counts at once, and members who vote neither for nor against."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from awards.council import papers, reading, sitting, workflow
from awards.models import Meeting, MeetingCase, VotingRule
from core import jobs
from core.models import Job
from core.workflow import Refused
from tests import council_factories
from tests.council_factories import Presence, Sitting

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


@pytest.fixture
def found(db: None) -> Sitting:
    return council_factories.council()


def opened(found: Sitting, number: int = 1) -> Meeting:
    """A meeting in session on so many nominations, everybody there."""
    nominations = council_factories.appraised(found.made, number)
    held = council_factories.meeting(found, nominations, "open")
    council_factories.everybody_there(found, held)
    return held


def voted(found: Sitting, held: Meeting, case: MeetingCase, choices: str) -> None:
    """The seven members vote in their order: + for, - against, o without opinion."""
    names = {"+": "for", "-": "against", "o": "abstain"}
    for one, sign in zip(found.seats, choices, strict=True):
        if one.user is None:
            sitting.note_hand(found.thuky, held.pk, case.pk, one.pk, names[sign])
        else:
            sitting.vote(User.objects.get(pk=one.user_id), held.pk, {case.pk: names[sign]})


def text(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def hidden(page: str) -> list[str]:
    """What the form of a page carries of the rows that it names."""
    return re.findall(r'name="chosen" value="([^"]+)"', page)


# Members without opinion


@pytest.mark.parametrize(
    ("base", "numbers", "state"),
    [
        (VotingRule.Base.ALL_MEMBERS, (7, 6, 5, 0), "failed"),
        (VotingRule.Base.PRESENT, (7, 6, 5, 0), "failed"),
        (VotingRule.Base.VOTES_CAST, (5, 4, 5, 0), "passed"),
    ],
)
def test_who_has_no_opinion_counts_as_the_rule_says_and_never_against(
    found: Sitting, base: str, numbers: tuple[int, int, int, int], state: str
) -> None:
    council_factories.rule(found, base=base)
    held = opened(found)
    (case,) = council_factories.cases(held)
    voted(found, held, case, "+++++oo")
    workflow.perform_case("close", case.pk, found.thuky)
    (closed,) = council_factories.cases(held)
    assert (closed.base, closed.needed, closed.in_favour, closed.against) == numbers
    assert closed.state == state
    (read,) = reading.read(held).cases
    assert (read.abstained, read.voted) == (2, 7)


def test_no_opinion_stands_in_the_minutes_by_name(found: Sitting) -> None:
    council_factories.rule(found)
    held = opened(found)
    (case,) = council_factories.cases(held)
    voted(found, held, case, "++++++o")
    workflow.perform_case("close", case.pk, found.thuky)
    (paper,) = papers.minutes(reading.read(held), papers.Frame("", "Đại An"))
    results = next(one for one in paper.body if "Kết quả" in str(getattr(one, "columns", "")))
    assert results.rows[0][3:] == ("6", "0", "1", "6/7 (85,7%)", "Đạt")  # type: ignore[union-attr]
    by_name = paper.appendices[0].body[0].rows  # type: ignore[union-attr]
    agreed = "; ".join([*(f"Ủy Viên {number}" for number in range(1, 6)), "Thạch Không Máy"])
    assert by_name[0][2:] == (agreed, "", "Kim Viết Tay")


def test_a_letter_may_say_no_opinion(found: Sitting) -> None:
    council_factories.rule(found)
    held = opened(found)
    absent = found.seats[-1]
    council_factories.everybody_there(found, held, **{f"s{absent.pk}": Presence.WRITTEN.value})
    (case,) = council_factories.cases(held)
    sitting.take_letter(found.thuky, held.pk, case.pk, absent.pk, "01", "abstain")
    (read,) = reading.read(held).cases
    assert (read.abstained, read.in_favour, read.against) == (1, 0, 0)
    with pytest.raises(Refused, match="không có ý kiến"):
        sitting.take_letter(found.thuky, held.pk, case.pk, absent.pk, "01", "perhaps")


def test_of_no_votes_at_all_no_share_is_taken(found: Sitting) -> None:
    council_factories.rule(found, base=VotingRule.Base.VOTES_CAST)
    held = opened(found)
    (case,) = council_factories.cases(held)
    voted(found, held, case, "ooooooo")
    with pytest.raises(Refused, match="không có cơ sở để tính tỷ lệ"):
        workflow.perform_case("close", case.pk, found.thuky)
    workflow.perform_case("take_off", case.pk, found.thuky, reason="Chưa đủ thông tin")


# Many counts at once


@pytest.fixture
def three(found: Sitting) -> Meeting:
    """Three nominations: one voted for, one voted down, one on which a vote is missing."""
    council_factories.rule(found)
    held = opened(found, 3)
    first, second, third = council_factories.cases(held)
    voted(found, held, first, "+++++++")
    voted(found, held, second, "+++----")
    sitting.vote(found.members[0], held.pk, {third.pk: "for"})
    return held


def states(held: Meeting) -> list[str]:
    return [case.state for case in council_factories.cases(held)]


def test_what_follows_is_named_before_and_said_row_by_row_after(
    found: Sitting, three: Meeting, client_of: ClientOf
) -> None:
    client = client_of(found.thuky)
    url = f"/meetings/{three.pk}/"
    first, second, third = (str(case.pk) for case in council_factories.cases(three))
    assert hidden(client.get(url).content.decode()) == [first, second]
    before = client.post(f"{url}selection/", {"chosen": [first, second, third]})
    assert before.status_code == 200
    for said in ("7/7 đồng ý, cần 6", "3/7 đồng ý, cần 6", "Còn 6 thành viên chưa biểu quyết"):
        assert said in text(before)
    assert states(three) == ["waiting"] * 3
    shown = hidden(before.content.decode())
    assert [one.partition(":")[0] for one in shown] == [first, second]
    ordered = client.post(f"{url}selection/", {"confirmed": "1", "chosen": shown})
    job = Job.objects.get()
    assert ordered["Location"] == f"/jobs/{job.pk}/"
    jobs.run(job.pk)
    assert states(three) == ["passed", "failed", "waiting"]
    assert list(job.items.values_list("state", flat=True)) == ["done", "done"]
    assert not jobs.may_undo(Job.objects.get())[0]  # a closed count stands


def test_a_count_that_changed_since_it_was_shown_is_left_out(
    found: Sitting, three: Meeting, client_of: ClientOf
) -> None:
    client = client_of(found.thuky)
    url = f"/meetings/{three.pk}/selection/"
    first, second, _third = council_factories.cases(three)
    shown = hidden(client.post(url, {"chosen": [first.pk, second.pk]}).content.decode())
    sitting.vote(found.members[0], three.pk, {first.pk: "against"})
    client.post(url, {"confirmed": "1", "chosen": shown})
    job = Job.objects.get()
    jobs.run(job.pk)
    assert states(three) == ["waiting", "failed", "waiting"]
    assert list(job.items.values_list("state", flat=True)) == ["refused", "done"]


def test_nothing_is_closed_that_cannot_be(
    found: Sitting, three: Meeting, client_of: ClientOf
) -> None:
    client = client_of(found.thuky)
    url = f"/meetings/{three.pk}/selection/"
    third = council_factories.cases(three)[2]
    assert client.post(url, {}).status_code == 422
    told = client.post(url, {"confirmed": "1", "chosen": f"{third.pk}:waiting"})
    assert told.status_code == 422
    assert Job.objects.count() == 0
    for person in (found.members[0], found.made.land.xa):
        assert client_of(person).post(url, {"chosen": third.pk}).status_code == 403


def test_choosing_costs_the_same_for_three_as_for_one(
    found: Sitting, three: Meeting, client_of: ClientOf
) -> None:
    client = client_of(found.thuky)
    url = f"/meetings/{three.pk}/selection/"
    keys = [case.pk for case in council_factories.cases(three)]

    def queries(chosen: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.post(url, {"chosen": chosen}).status_code == 200
        return len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]])

    assert (queries(keys[:1]), queries(keys)) == (9, 9)
