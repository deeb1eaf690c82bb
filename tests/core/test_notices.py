"""Notices: told with the act, read by whom they are for, taken back with what they told."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from core import notices
from core.models import Notice, NoticePreference
from core.notices import NoticeKind
from tests import factories

pytestmark = pytest.mark.django_db
SUBJECT = "paper:7"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "KINDS", {})
    notices.declare(
        NoticeKind("paper.sent", "Papers", "%(unit)s sent a paper.", "%(unit)s took it back."),
        NoticeKind("paper.law", "By law", "The law tells %(unit)s.", required="Điều 1"),
        NoticeKind("paper.now", "At once", "Now, %(unit)s!", urgent=True),
        NoticeKind(
            "paper.many",
            "Many papers",
            "%(unit)s sent a paper of %(year)s.",
            "%(unit)s took its paper of %(year)s back.",
            many="%(number)d units sent papers of %(year)s.",
            many_correction="%(number)d units took their papers of %(year)s back.",
            shared=("year",),
        ),
    )
    with translation.override("en"):
        yield


def tell(*people: User, kind: str = "paper.sent", subject: str = SUBJECT) -> None:
    with transaction.atomic():
        notices.tell(kind, [one.pk for one in people], subject=subject, url="/units/", unit="Xã A")


def told(person: User) -> list[str]:
    return [notices.text_of(notice) for notice in notices.of(person)]


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def test_each_person_is_told_once() -> None:
    one, other, third = factories.user(), factories.user(), factories.user()
    tell(one, other, one)
    assert (told(one), told(other), told(third)) == (
        ["Xã A sent a paper."],
        ["Xã A sent a paper."],
        [],
    )


def test_an_act_that_is_rolled_back_told_nothing() -> None:
    person = factories.user()
    with transaction.atomic():
        tell(person, kind="paper.now")
        transaction.set_rollback(True)
    assert (told(person), jobs()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nobody_is_told() -> None:
    person = factories.user()
    with pytest.raises(RuntimeError, match="inside the act"):
        notices.tell("paper.sent", [person.pk], subject=SUBJECT, url="/", unit="A")
    assert Notice.objects.count() == 0


def test_who_turned_a_kind_down_is_not_told_and_others_are() -> None:
    deaf, hearing, quiet = factories.user(), factories.user(), factories.user()
    notices.prefer(deaf, {"paper.sent": "none"})
    notices.prefer(quiet, {"paper.sent": "portal"})
    tell(deaf, hearing, quiet)
    assert [len(told(one)) for one in (deaf, hearing, quiet)] == [0, 1, 1]


def test_what_the_law_requires_cannot_be_turned_down() -> None:
    person = factories.user()
    notices.prefer(person, {"paper.law": "none", "paper.unknown": "none"})
    assert notices.ways_of(person) == {}
    tell(person, kind="paper.law")
    assert told(person) == ["The law tells Xã A."]


def test_a_preference_is_changed_and_taken_back() -> None:
    person = factories.user()
    notices.prefer(person, {"paper.sent": "none", "paper.now": "portal"})
    notices.prefer(person, {"paper.sent": "portal"})
    assert notices.ways_of(person) == {"paper.sent": "portal"}


def test_who_is_switched_off_is_not_told() -> None:
    gone = factories.user(is_active=False)
    tell(gone)
    assert Notice.objects.count() == 0


def test_a_kind_that_is_not_declared_cannot_be_told() -> None:
    with pytest.raises(KeyError, match=r"paper\.other"):
        tell(factories.user(), kind="paper.other")


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"paper\.sent"):
        notices.declare(NoticeKind("paper.sent", "Other", "Other"))


def test_a_notice_leads_to_this_portal_only() -> None:
    person = factories.user()
    for url in ("https://example.com/", "//example.com/", "units/"):
        with pytest.raises(IntegrityError, match="notice_url_own"), transaction.atomic():
            notices.tell("paper.sent", [person.pk], subject=SUBJECT, url=url, unit="A")


def test_what_was_told_is_not_changed_afterwards() -> None:
    person = factories.user()
    tell(person)
    with pytest.raises(Exception, match="Cannot update rows"), transaction.atomic():
        Notice.objects.update(params={"unit": "Xã B"})


# Taking back


def take_back(subject: str = SUBJECT) -> None:
    with transaction.atomic():
        notices.take_back("paper.sent", subject)


def test_what_nobody_saw_is_withdrawn() -> None:
    person = factories.user()
    tell(person)
    take_back()
    assert (told(person), Notice.objects.count()) == ([], 1)


def test_who_has_seen_it_is_told_that_it_no_longer_holds() -> None:
    reader, mailed, neither = factories.user(), factories.user(), factories.user()
    tell(reader, mailed, neither)
    notices.read(reader)
    notice = notices.of(mailed).get()
    notices.plan_mail("digest", [notice])
    take_back()
    assert told(reader) == ["Xã A took it back.", "Xã A sent a paper."]
    assert told(mailed) == ["Xã A took it back.", "Xã A sent a paper."]
    assert told(neither) == []


def test_it_is_taken_back_once_and_nothing_else_is() -> None:
    person = factories.user()
    tell(person)
    tell(person, subject="paper:8")
    notices.read(person)
    take_back()
    take_back()
    assert told(person) == ["Xã A took it back.", "Xã A sent a paper.", "Xã A sent a paper."]


def test_told_again_after_it_was_taken_back_it_stands_again() -> None:
    person = factories.user()
    tell(person)
    notices.read(person)
    take_back()
    tell(person)
    assert told(person) == ["Xã A sent a paper.", "Xã A took it back.", "Xã A sent a paper."]


# Reading


def test_one_marks_only_the_own_as_read() -> None:
    one, other = factories.user(), factories.user()
    tell(one, other)
    theirs = notices.of(other).get()
    assert notices.read(one, theirs.pk) is None
    assert notices.of(other).get().read_at is None
    line = notices.read(other, theirs.pk)
    assert line is not None
    assert line.notice == theirs
    assert notices.of(one).get().read_at is None


# Lines


def tell_many(person: User, *units: str, year: str = "2026", kind: str = "paper.many") -> None:
    """Each in an act of its own, as the items of a job are."""
    for unit in units:
        with transaction.atomic():
            notices.tell(
                kind,
                [person.pk],
                subject=f"paper:{unit}",
                url=f"/units/{unit}/",
                list_url=f"/units/?year={year}",
                unit=unit,
                year=year,
            )


def lines(person: User) -> list[tuple[str, str, bool]]:
    """What a person reads: the sentence, the page, whether it is settled."""
    found = notices.Line.of(notices.lines(notices.of(person)))
    return [(line.text, line.url, line.read_at is not None) for line in found]


def unread(person: User) -> int:
    found = User.objects.annotate(unread=notices.unread_number("pk"))
    return found.get(pk=person.pk).unread


def test_what_is_the_same_of_many_on_one_day_is_one_line() -> None:
    person, other = factories.user(), factories.user()
    tell_many(person, "a", "b", "c")
    tell_many(person, "a", year="2027")
    tell_many(other, "a")
    assert lines(person) == [
        ("a sent a paper of 2027.", "/units/a/", False),
        ("3 units sent papers of 2026.", "/units/?year=2026", False),
    ]
    assert lines(other) == [("a sent a paper of 2026.", "/units/a/", False)]
    assert (unread(person), unread(other)) == (2, 1)
    assert Notice.objects.filter(recipient=person).count() == 4


def test_another_day_or_another_kind_is_another_line() -> None:
    person = factories.user()
    tell_many(person, "a")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        tell_many(person, "b")
    tell_many(person, "c", "d", kind="paper.sent")
    assert [text for text, _url, _settled in lines(person)] == [
        "d sent a paper.",
        "c sent a paper.",
        "b sent a paper of 2026.",
        "a sent a paper of 2026.",
    ]


def test_a_line_is_settled_when_all_that_it_speaks_of_is() -> None:
    person = factories.user()
    tell_many(person, "a", "b")
    sentence = ("2 units sent papers of 2026.", "/units/?year=2026")
    notices.settle("paper.many", "paper:a")
    assert (lines(person), unread(person)) == ([(*sentence, False)], 1)
    notices.settle("paper.many", "paper:b")
    assert (lines(person), unread(person)) == ([(*sentence, True)], 0)


def test_what_is_taken_back_leaves_its_line_and_who_saw_it_reads_one_correction() -> None:
    unseeing, reader = factories.user(), factories.user()
    for person in (unseeing, reader):
        tell_many(person, "a", "b", "c")
    notices.read(reader)
    for unit in ("a", "b"):
        with transaction.atomic():
            notices.take_back("paper.many", f"paper:{unit}")
    assert lines(unseeing) == [("c sent a paper of 2026.", "/units/c/", False)]
    assert lines(reader) == [
        ("2 units took their papers of 2026 back.", "/units/?year=2026", False),
        ("3 units sent papers of 2026.", "/units/?year=2026", True),
    ]


def test_told_twice_of_one_thing_it_is_one() -> None:
    person = factories.user()
    tell_many(person, "a", "a")
    assert lines(person) == [("a sent a paper of 2026.", "/units/a/", False)]


def test_what_came_after_a_line_was_shown_stays_unread() -> None:
    person = factories.user()
    tell_many(person, "a", "b")
    shown = notices.of(person).latest("pk")
    tell_many(person, "c")
    line = notices.read(person, shown.pk)
    assert line is not None
    assert (line.text, line.url) == ("2 units sent papers of 2026.", "/units/?year=2026")
    assert unread(person) == 1
    assert [notice.read_at is None for notice in notices.of(person)] == [True, False, False]


def test_many_are_told_in_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person, other = factories.user(), factories.user()
    for number in (1, 3):
        told = [
            notices.Telling([person.pk, other.pk], f"paper:{one}", "/", {"unit": "A", "year": "1"})
            for one in range(number)
        ]
        with transaction.atomic(), django_assert_num_queries(2):
            assert len(notices.tell_each("paper.many", told)) == number


def test_a_list_is_of_this_portal_only() -> None:
    person = factories.user()
    for url in ("https://example.com/", "//example.com/", "units/"):
        with pytest.raises(IntegrityError, match="notice_list_own"), transaction.atomic():
            notices.tell(
                "paper.sent", [person.pk], subject=SUBJECT, url="/", list_url=url, unit="A"
            )


# By mail


def test_urgent_kinds_order_their_mail_with_the_act() -> None:
    tell(factories.user(), kind="paper.now")
    tell(factories.user())
    assert jobs() == ["core.mail_urgent_notices"]


def test_who_wants_no_mail_gets_none() -> None:
    people: dict[str, User] = {
        way: factories.user(email=f"{way or 'all'}@example.vn") for way in ("", "portal")
    }
    without = factories.user()
    for way, person in people.items():
        notices.prefer(person, {"paper.sent": way})
    tell(without, *people.values())
    assert [notice.recipient for notice in notices.to_mail()] == [people[""]]


def test_preferences_are_journalled() -> None:
    person = factories.user()
    with pytest.raises(IntegrityError, match="without an act"), transaction.atomic():
        NoticePreference.objects.create(user=person, kind="paper.sent", way="none")
