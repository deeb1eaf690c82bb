"""What a decision goes through, who may take each step, and what follows for the commended."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from awards.deciding import drafting, papers, revoking, workflow
from awards.models import (
    Award,
    AwardState,
    Decision,
    DirectDecision,
    NominationState,
)
from core import journal, notices, periods
from core.models import Notice
from core.workflow import Refused
from tests import award_factories as af
from tests import factories
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.core import originals
from units.models import PersonalRecord, Placement

pytestmark = pytest.mark.django_db

TAKING_OFF = 13  # questions


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences of refusals as the code has them; pages and papers are Vietnamese all the same."""
    with translation.override("en"):
        yield


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def test_a_decision_goes_from_draft_to_publication(there: Deciding) -> None:
    nomination = make.appraised(there)
    household = make.appraised(there, af.household(there.made))
    decision = make.published(there, nomination, household)
    assert (decision.state, decision.reference) == ("published", "05/QĐ-UBND")
    assert [(one.name, one.state) for one in decision.awards.all()] == [
        ("Ấp Giồng Lớn", AwardState.GRANTED),
        ("Hộ gia đình Trần Văn Kín", AwardState.GRANTED),
    ]
    assert af.fresh(nomination).state == NominationState.DECIDED
    assert [event.transition for event in decision.events.all()] == list(make.STEPS)


def test_nobody_is_told_before_publication(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "issued")
    mine = Notice.objects.filter(recipient=there.made.thon, kind__startswith="decision.")
    assert list(mine) == []
    workflow.perform("publish", decision.pk, there.vanthu)
    assert [one.kind for one in mine.all()] == ["decision.published"]


def test_without_a_rule_or_a_vote_nothing_is_ready(there: Deciding) -> None:
    make.appraised(there)
    with journal.act("test"):
        DirectDecision.objects.all().delete()
    assert drafting.ready(there.xa) == []


def test_a_rule_that_ended_meanwhile_stops_the_draft(there: Deciding) -> None:
    decision = make.draft(there, make.appraised(there))
    with journal.act("test"):
        DirectDecision.objects.all().delete()
    with pytest.raises(Refused, match="neither passed the Council"):
        workflow.perform("hand_over", decision.pk, there.xa)


def test_the_signature_is_checked_against_the_appointment(there: Deciding) -> None:
    decision = make.draft(there, make.appraised(there))
    for said, sentence in (
        ({"authority": "KT.", "authority_of": "Chủ tịch"}, "the position begins with"),
        ({"authority": "TM.", "authority_of": "Ủy ban nhân dân"}, "collective body"),
        ({"authority": "TL.", "authority_of": "Chủ tịch"}, "stand in for the head"),
        ({"authority": "", "position": "Phó Chủ tịch"}, "A deputy signs by KT."),
        ({"signer": there.xa, "position": "Chủ tịch"}, "has no appointment to sign"),
    ):
        drafting.write(there.xa, decision.pk, said)
        with pytest.raises(Refused, match=sentence):
            workflow.perform("hand_over", decision.pk, there.xa)


def test_nobody_checks_signs_or_numbers_what_is_not_theirs_to(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "checking")
    for person in (there.xa, there.leader, there.made.land.tinh):
        with pytest.raises(Refused, match="Only the registrar"):
            workflow.perform("submit", decision.pk, person)
    workflow.perform("submit", decision.pk, there.vanthu)
    with pytest.raises(Refused, match="Only who signs for the issuer"):
        workflow.perform("sign", decision.pk, there.vanthu)


def test_nobody_decides_on_their_own(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.carried(there, make.draft(there, nomination), "submitted")
    with journal.act("test"):
        nomination.taken_part.append(there.leader.pk)
        nomination.save()
    with pytest.raises(Refused, match="line 1 of the list is yours"):
        workflow.perform("sign", decision.pk, there.leader)


def test_what_was_handed_over_is_frozen(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "checking")
    with pytest.raises(Refused, match="its text is frozen"):
        drafting.write(there.xa, decision.pk, {"symbol": "QĐ"})
    workflow.perform("return", decision.pk, there.vanthu, reason=make.REASON)
    decision.refresh_from_db()
    assert (decision.state, decision.text, decision.digest) == ("draft", "", "")


def test_a_number_is_given_once_a_year(there: Deciding) -> None:
    first = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    school = make.appraised(there, af.household(there.made))
    second = make.carried(there, make.draft(there, school), "signed")
    with pytest.raises(Refused, match="Number 5 is taken"):
        workflow.give_number(there.vanthu, second.pk, 5, periods.today())
    workflow.perform("unnumber", first.pk, there.vanthu, reason=make.REASON)
    workflow.give_number(there.vanthu, second.pk, 5, periods.today())
    assert Decision.objects.get(pk=second.pk).number == 5


def test_the_day_of_a_decision_lies_between_signature_and_today(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "signed")
    for day in (periods.today() + periods.ONE_DAY, periods.today() - periods.ONE_DAY):
        with pytest.raises(Refused, match="The day lies between"):
            workflow.give_number(there.vanthu, decision.pk, 5, day)


def test_it_is_issued_with_its_signed_paper_only(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    with pytest.raises(Refused, match="Attach the signed paper"):
        workflow.perform("issue", decision.pk, there.vanthu)
    make.attach(there, decision, originals.pdf(text="Quyet dinh khac"))
    decision.refresh_from_db()
    assert "Ấp Giồng Lớn" in decision.missing
    with pytest.raises(Refused, match="lacks text of the draft"):
        workflow.perform("issue", decision.pk, there.vanthu)
    drafting.confirm_difference(there.vanthu, decision.pk, "Bản quét, đã đối chiếu từng dòng")
    workflow.perform("issue", decision.pk, there.vanthu)


def test_its_own_paper_holds_all_of_its_text(there: Deciding) -> None:
    decision = make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    make.attach(there, decision)
    decision.refresh_from_db()
    assert decision.missing == []


def test_an_issued_decision_is_frozen_in_the_database(there: Deciding) -> None:
    decision = make.published(there)
    with pytest.raises(Exception, match="is issued and cannot be changed"), journal.act("test"):
        Decision.objects.filter(pk=decision.pk).update(number=7)


def test_revoking_the_whole_ends_its_commendations(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.published(there, nomination)
    with pytest.raises(Refused, match="Name the document"):
        revoking.revoke(there.leader, decision.pk, "", make.REASON)
    revoking.revoke(there.leader, decision.pk, make.DOCUMENT, make.REASON)
    decision.refresh_from_db()
    assert decision.state == "revoked"
    assert [one.state for one in decision.awards.all()] == [AwardState.REVOKED]
    assert af.fresh(nomination).state == NominationState.REVOKED
    told = Notice.objects.filter(recipient=there.made.thon, kind__startswith="decision.")
    assert [one.kind for one in told.order_by("pk")] == ["decision.published", "decision.revoked"]
    assert [notices.text_of(one) for one in told.order_by("pk")] == [
        "Decision 05/QĐ-UBND on Giấy khen của Chủ tịch UBND xã commends whom your unit proposed.",
        "Commendations by decision 05/QĐ-UBND on Giấy khen của Chủ tịch UBND xã were revoked.",
    ]


def test_revoking_one_line_leaves_the_others(there: Deciding) -> None:
    nomination, other = make.appraised(there), make.appraised(there, af.household(there.made))
    decision = make.published(there, nomination, other)
    line = Award.objects.get(nomination=nomination)
    revoking.revoke_line(there.leader, line.pk, make.DOCUMENT, make.REASON)
    assert [one.state for one in decision.awards.all()] == ["revoked", "granted"]
    assert [af.fresh(one).state for one in (nomination, other)] == ["revoked", "decided"]


@pytest.mark.parametrize("further", [1, 3])
def test_taking_off_the_first_line_costs_the_same_however_many_follow(
    there: Deciding, further: int, django_assert_num_queries: Any
) -> None:
    homes = [make.appraised(there, af.household(there.made, f"Hộ {n}")) for n in range(further)]
    first = make.appraised(there)
    decision = make.draft(there, first, *homes)
    line = decision.awards.first()
    assert line is not None
    with django_assert_num_queries(TAKING_OFF):
        drafting.take_off(there.xa, decision.pk, line.pk)
    assert [one.order for one in decision.awards.all()] == [*range(1, further + 1)]


def test_who_takes_off_a_line_lets_another_decision_have_it(there: Deciding) -> None:
    nomination, other = make.appraised(there), make.appraised(there, af.household(there.made))
    decision = make.draft(there, nomination, other)
    drafting.take_off(there.xa, decision.pk, decision.awards.get(nomination=nomination).pk)
    assert [one.order for one in decision.awards.all()] == [1]
    (ready,) = drafting.ready(there.xa)
    assert [one.pk for one in ready.nominations] == [nomination.pk]


def test_a_dropped_draft_lets_its_nominations_go(there: Deciding) -> None:
    nomination = make.appraised(there)
    decision = make.draft(there, nomination)
    assert drafting.ready(there.xa) == []
    workflow.perform("drop", decision.pk, there.xa, reason=make.REASON)
    (ready,) = drafting.ready(there.xa)
    assert [one.pk for one in ready.nominations] == [nomination.pk]


def test_a_nomination_on_a_draft_stays_as_it_was_appraised(there: Deciding) -> None:
    nomination = make.appraised(there)
    make.draft(there, nomination)
    for name, person in (("unappraise", there.xa), ("withdraw", there.made.thon)):
        with pytest.raises(Refused, match="It stands on a decision"):
            af.step(name, nomination, person)


def test_who_sees_a_decision(there: Deciding) -> None:
    land = there.made.land
    decision = make.carried(there, make.draft(there, make.appraised(there)), "issued")

    def sees(person: object) -> bool:
        return Decision.objects.visible_to(person).filter(pk=decision.pk).exists()

    working = (there.xa, there.leader, there.vanthu)
    outside = (there.made.thon, land.tinh, land.xem, land.xa2, factories.user())
    assert [sees(one) for one in working] == [True] * 3
    assert [sees(one) for one in outside] == [False] * 5
    workflow.perform("publish", decision.pk, there.vanthu)
    assert [sees(one) for one in outside] == [True, True, True, False, False]


def test_a_draft_dropped_before_it_was_handed_over_stays_its_offices(there: Deciding) -> None:
    untouched = make.draft(there, make.appraised(there))
    returned = make.carried(
        there, make.draft(there, make.appraised(there, af.household(there.made))), "checking"
    )
    workflow.perform("return", returned.pk, there.vanthu, reason=make.REASON)
    for one in (untouched, returned):
        workflow.perform("drop", one.pk, there.xa, reason=make.REASON)

    def seen(person: User) -> list[int]:
        found = Decision.objects.visible_to(person).order_by("pk")
        return list(found.values_list("pk", flat=True))

    # As if another office had drafted them for the commune.
    with journal.act("test"):
        office = there.made.land.home_affairs.unit_id
        Decision.objects.update(office=office)
    assert seen(there.vanthu) == [returned.pk]


def test_a_long_name_stands_whole_on_the_decision(there: Deciding) -> None:
    """A place may be called by 200 letters, a household after it by more."""
    with journal.act("test"):
        Placement.objects.filter(pk=there.made.hamlet.pk).update(name=f"Ấp {'G' * 197}")
        PersonalRecord.objects.all().delete()
    household = af.household(there.made)
    with journal.act("test"):
        PersonalRecord.objects.filter(unit=household.unit).delete()
    decision = make.carried(there, make.draft(there, make.appraised(there, household)), "checking")
    (line,) = decision.awards.all()
    assert line.name.endswith("G" * 197)
    assert line.name in decision.text


def test_a_draft_begins_in_the_words_of_an_office(there: Deciding) -> None:
    home = af.household(there.made)
    decision = make.draft(there, make.appraised(there, home))
    year = there.made.setting.round.assessed_year
    assert decision.achievement.endswith(f" năm {year}")
    assert [one.address for one in papers.lines_of(decision)] == ["Ấp Giồng Lớn, xã Đại An"]
