"""Until when may be proposed, in a round and at the end of a phase: one mechanism for both."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from awards.models import Nomination
from awards.nominating import checking, deadlines, listing
from campaign import rounds
from campaign.models import DeadlineMatter, RoundDeadline
from campaign.queries import Occasion, occasion_key
from campaign.rounds import Move
from core import journal, periods
from core.models import Notice
from core.workflow import Refused
from tests import award_factories as af
from tests.award_factories import Awarding
from tests.conftest import owner
from tests.factories import signed_in
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

BASIS = "Công văn số 12/SNV-TĐKT"
CONTROL = 3  # queries that open and close the transaction of a page


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def made() -> Awarding:
    return af.awarding()


def day(days: int) -> periods.Day:
    return periods.today() + datetime.timedelta(days=days)


def put(
    made: Awarding, occasion: Occasion, days: int, *, place: Placement | None = None
) -> RoundDeadline:
    """The province sets until when hamlets are proposed."""
    return rounds.set_deadline(
        made.land.tinh,
        occasion,
        place or made.land.province,
        matter=DeadlineMatter.NOMINATION,
        kind=UnitKind.HAMLET,
        due_on=day(days),
        basis=BASIS,
    )


def passed(made: Awarding, occasion: Occasion) -> None:
    """A deadline that has passed."""
    with journal.act("test"):
        RoundDeadline.objects.create(
            **occasion_key(occasion),
            matter=DeadlineMatter.NOMINATION,
            subject_kind=UnitKind.HAMLET,
            territory=made.land.province.unit,
            due_on=day(-1),
            basis=BASIS,
        )


def said(found: Nomination) -> list[tuple[str, bool]]:
    """What the pre-check says of deadlines."""
    (findings,) = checking.findings_of([af.fresh(found)]).values()
    words = ("Until when", "The deadline")
    return [(one.text, one.blocks) for one in findings if one.text.startswith(words)]


# The pre-check


def test_after_the_day_of_a_phase_nothing_is_sent(made: Awarding) -> None:
    found = af.nomination(made, form=made.high)
    assert said(found) == [("Until when it may be proposed is not configured.", False)]
    passed(made, made.phase)
    assert said(found) == [
        (f"The deadline has passed: it was to be sent by {day(-1):%d/%m/%Y}.", True)
    ]


def test_the_day_of_a_round_says_nothing_of_a_phase(made: Awarding) -> None:
    passed(made, made.setting.round)
    unset = [("Until when it may be proposed is not configured.", False)]
    assert said(af.nomination(made, form=made.high)) == unset
    assert said(af.nomination(made)) != unset


def test_who_was_in_time_once_stays_so(made: Awarding) -> None:
    """Taken back from the own office; but who withdrew it proposes anew, and is late."""
    home = af.household(made)
    found = af.nomination(made, home, by=made.land.xa)
    af.step("put_forward", found, made.land.xa)
    with owner():  # the database dates each step itself
        sent = found.events.filter(transition="put_forward")
        sent.update(at=timezone.now() - datetime.timedelta(days=3))
    af.step("call_back", found, made.land.xa)
    with journal.act("test"):
        RoundDeadline.objects.create(
            **occasion_key(made.setting.round),
            matter=DeadlineMatter.NOMINATION,
            subject_kind=UnitKind.HOUSEHOLD,
            territory=made.land.province.unit,
            due_on=day(-1),
            basis=BASIS,
        )
    in_time = f"The deadline was {day(-1):%d/%m/%Y}; it was sent in time and taken back."
    assert said(found) == [(in_time, False)]
    af.step("withdraw", found, made.land.xa)
    af.step("reopen", found, made.land.xa)
    late = f"The deadline has passed: it was to be sent by {day(-1):%d/%m/%Y}."
    assert said(found) == [(late, True)]


# Setting and moving


def test_it_moves_with_a_reason_that_those_concerned_read(made: Awarding) -> None:
    deadline = put(made, made.phase, 10)
    rounds.move(made.land.tinh, deadline.pk, Move(day(20), "Do bão số 9"), seen=day(10))
    deadline.refresh_from_db()
    (change,) = deadline.changes.all()
    assert (deadline.due_on, change.old_due, change.reason) == (day(20), day(10), "Do bão số 9")
    notice = Notice.objects.get(recipient=made.thon, kind="deadline.moved")
    assert notice.url == reverse("rounds:phase", args=[made.phase.pk])
    assert notice.params["round"] == str(made.phase)
    page = signed_in(made.thon).get(notice.url).content.decode()
    assert "Do bão số 9" in page


def test_one_commune_alone_gets_more_time(made: Awarding) -> None:
    wide = put(made, made.phase, 10)
    alone = Move(day(15), "Do triều cường", only_for=made.land.commune)
    rounds.move(made.land.tinh, wide.pk, alone, seen=day(10))
    dates = deadlines.of([af.nomination(made, form=made.high)])
    assert [one.due_on for one in dates.values() if one] == [day(15)]


def test_the_wider_day_is_not_passed_over(made: Awarding) -> None:
    put(made, made.phase, 10)
    with pytest.raises(Refused, match="A wider territory has set"):
        put(made, made.phase, 20, place=made.land.commune)
    own = {"territory": made.land.commune.unit, "subject_kind": UnitKind.HAMLET, "basis": BASIS}
    with (
        pytest.raises(IntegrityError, match="without a recorded change"),
        transaction.atomic(),
        journal.act("test"),
    ):
        RoundDeadline.objects.create(
            phase=made.phase, matter=DeadlineMatter.NOMINATION, due_on=day(20), **own
        )


def test_a_day_that_nobody_recorded_is_refused_by_the_database(made: Awarding) -> None:
    deadline = put(made, made.phase, 10)
    with (
        pytest.raises(IntegrityError, match="without a recorded change"),
        transaction.atomic(),
        journal.act("test"),
    ):
        RoundDeadline.objects.filter(pk=deadline.pk).update(due_on=day(11))


@pytest.mark.parametrize("matter", ["assessment", "registration"])
def test_at_the_end_of_a_phase_nominations_alone_are_due(made: Awarding, matter: str) -> None:
    with (
        pytest.raises(IntegrityError, match="deadline_of_round_or_phase"),
        transaction.atomic(),
        journal.act("test"),
    ):
        RoundDeadline.objects.create(
            phase=made.phase,
            matter=matter,
            subject_kind=UnitKind.HAMLET,
            territory=made.land.province.unit,
            due_on=day(5),
            basis=BASIS,
        )


def test_the_page_of_a_phase_sets_its_day(made: Awarding) -> None:
    url = reverse("rounds:phase_deadline", args=[made.phase.pk])
    sent = {
        "territory": made.land.province.unit_id,
        "matter": "nomination",
        "kind": "hamlet",
        "due_on": f"{day(9):%d/%m/%Y}",
        "basis": BASIS,
    }
    officer = signed_in(made.land.tinh)
    refused = officer.post(url, {**sent, "matter": "assessment"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["matter"])
    answer = officer.post(url, sent)
    assert answer.headers["Location"] == reverse("rounds:phase", args=[made.phase.pk])
    assert [one.due_on for one in made.phase.deadlines.all()] == [day(9)]


# Lists, first page, reminders


def test_the_list_and_the_first_page_say_until_when(made: Awarding) -> None:
    put(made, made.phase, 10)
    af.nomination(made, form=made.high)
    for name in ("nominations:index", "nominations:due"):
        page = signed_in(made.thon).get(reverse(name)).content.decode()
        assert f'<time class="muted nowrap" datetime="{day(10).isoformat()}">' in page


def test_the_first_of_several_days_stands_on_the_first_page(made: Awarding) -> None:
    put(made, made.phase, 10)
    put(made, made.setting.round, 5)
    af.nomination(made, form=made.high)
    assert listing.due(made.thon).due_on == day(10)
    af.nomination(made)
    assert listing.due(made.thon).due_on == day(5)
    assert listing.due(made.land.xa).due_on is None


def test_who_has_begun_and_not_sent_is_told_once(made: Awarding) -> None:
    put(made, made.phase, 5)
    put(made, made.setting.round, 30)
    af.nomination(made, form=made.high)
    af.nomination(made)  # of which the day is far
    assert deadlines.tell() == 1
    assert deadlines.tell() == 0
    (told,) = Notice.objects.filter(kind="nomination.due")
    assert told.recipient_id == made.thon.pk
    assert told.params == {
        "unit": "Ấp Giồng Lớn",
        "number": "1",
        "round": str(made.phase),
        "day": f"{day(5):%d/%m/%Y}",
    }


def test_who_has_sent_is_not_reminded(made: Awarding) -> None:
    put(made, made.setting.round, 5)
    af.nomination(made, state="sent")
    assert deadlines.tell() == 0


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("name", "asked"),
    [("nominations:index", (9, 9)), ("rounds:phase", (6, 6)), ("rounds:index", (5, 7))],
)
def test_a_page_costs_the_same_however_many_are_due(
    made: Awarding, number: int, name: str, asked: tuple[int, int], django_assert_num_queries: Any
) -> None:
    for place in range(number):
        af.nomination(made, af.household(made, f"Trần Văn {place}"))
    kinds = (UnitKind.HOUSEHOLD, UnitKind.HAMLET, UnitKind.CITIZEN)
    for kind in kinds[:number]:
        rounds.set_deadline(
            made.land.tinh,
            made.phase,
            made.land.province,
            matter=DeadlineMatter.NOMINATION,
            kind=kind,
            due_on=day(9),
            basis=BASIS,
        )
    url = reverse(name, args=[made.phase.pk] if name == "rounds:phase" else [])
    for person, queries in zip((made.land.xa, made.land.tinh), asked, strict=True):
        visitor: Client = signed_in(person)
        visitor.get(url)  # the banner is asked for once a minute
        with django_assert_num_queries(queries + CONTROL):
            assert visitor.get(url).status_code == 200
