"""Random acts by random people over a list: whatever they try, it stays lawful and the sums right.

The oracle below is written by hand from the design, not read from the table that it judges.
"""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core import periods
from core.workflow import Refused
from criteria import ledger
from criteria.batches import entering, offers, workflow
from criteria.models import Recognition, RecognitionBatch
from tests import batch_factories as make
from tests import factories
from tests.batch_factories import Recognising
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners
from tests.stories import Act, of_each_way
from units.models import UnitKind

PEOPLE = ("thon", "xa", "hoikhxa", "lanhdaoxa", "vanthu", "sogddt", "xa2", "xem")
LISTS, APPRAISES, SIGNS, ISSUES = {"thon", "xa"}, {"hoikhxa"}, {"lanhdaoxa"}, {"vanthu"}
ARROWS = {
    "send": ({"draft"}, "checking", LISTS),
    "take_back": ({"checking"}, "draft", LISTS),
    "drop": ({"draft"}, "dropped", LISTS),
    "submit": ({"checking"}, "submitted", APPRAISES),
    "unsubmit": ({"submitted"}, "checking", APPRAISES),
    "sign": ({"submitted"}, "signed", SIGNS),
    "unsign": ({"signed"}, "submitted", SIGNS),
    "number": ({"signed"}, "numbered", ISSUES),
    "unnumber": ({"numbered"}, "signed", ISSUES),
    "issue": ({"numbered"}, "issued", ISSUES),
    "unissue": ({"issued"}, "numbered", ISSUES),
    "revoke": ({"issued"}, "revoked", SIGNS),
    "reinstate": ({"revoked"}, "issued", SIGNS),
}
NEEDS_REASON = {"drop", "unsign", "unnumber", "unissue", "revoke", "reinstate"}


def way(*names: str) -> list[Act]:
    return [(name, min(ARROWS[name][2]), "Vì sao") for name in names]


TO_ISSUE = ("send", "submit", "sign", "number", "issue")
WAYS: list[list[Act]] = [
    way(*TO_ISSUE, "unissue", "unnumber", "unsign", "unsubmit"),
    way(*TO_ISSUE, "revoke", "reinstate", "revoke"),
    way("send", "take_back", "drop"),
]
noise = st.lists(
    st.tuples(
        st.sampled_from(sorted(ARROWS)),
        st.sampled_from(PEOPLE),
        st.sampled_from(["", "Vì sao"]),
    ),
    max_size=3,
)


def play(made: Recognising, batch: RecognitionBatch, act: Act) -> bool:
    """Carry out one act; whether it was allowed."""
    name, who, reason = act
    person: User = getattr(made, who, None) or getattr(made.setting.land, who)
    try:
        with transaction.atomic():
            if name == "number":
                workflow.number(batch.pk, person, 5, periods.today(), None)
            elif name == "revoke":
                workflow.revoke(batch.pk, person, "QĐ 9", reason)
            else:
                workflow.perform(name, batch.pk, person, reason=reason)
    except Refused:
        return False
    return True


@pytest.mark.django_db
@given(data=st.data())
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_list_takes_no_step_that_the_oracle_forbids(
    setting: Campaigning, data: st.DataObject
) -> None:
    with transaction.atomic():
        made = make.recognising(setting)
        make.households(made, 2)
        batch = make.listed(made)
        start = transaction.savepoint()
        for story in data.draw(of_each_way(WAYS, noise)):
            state, taken = "draft", {"thon"}
            for act in story:
                name, who, reason = act
                sources, target, people = ARROWS[name]
                lawful = (
                    state in sources
                    and who in people
                    and (bool(reason) or name not in NEEDS_REASON)
                    and not (name in ("submit", "sign", "unsign", "revoke") and who in taken)
                )
                assert play(made, batch, act) == lawful, (state, act)
                if lawful:
                    state = target
                    if name in ("send", "take_back"):
                        taken.add(who)
                assert make.fresh(batch).state == state
            counted = Counter(Recognition.objects.values_list("state", flat=True))
            held = sum(one.count for one in ledger.holders([made.commune.path], periods.today()))
            assert held == (2 if state == "issued" else 0)
            assert counted == {"issued": {"confirmed": 2}, "revoked": {"revoked": 2}}.get(state, {})
            assert ledger.verify().difference == ""
            transaction.savepoint_rollback(start)
            start = transaction.savepoint()
        transaction.set_rollback(True)


# Several at once


@pytest.mark.django_db(transaction=True)
def test_issuing_twice_at_once_happens_once(setting: Campaigning) -> None:
    made = make.recognising(setting)
    make.households(made, 3)
    found = make.carried(made, make.listed(made), "number")

    def issue() -> RecognitionBatch:
        return workflow.perform("issue", found.pk, User.objects.get(pk=made.vanthu.pk))

    outcomes = race(issue, issue)
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert (Recognition.objects.count(), ledger.verify().difference) == (3, "")


@pytest.mark.django_db(transaction=True)
def test_nobody_is_listed_twice_by_two_at_once(setting: Campaigning) -> None:
    made = make.recognising(setting)
    make.households(made, 3)
    lists = race(*(lambda: make.begun(made, person=made.thon) for _one in range(2)))
    assert sorted(one.listed for one in lists) == [0, 3]


@pytest.mark.django_db(transaction=True)
def test_a_commune_does_not_wait_for_one_that_recognises(setting: Campaigning) -> None:
    """What one has issued and not committed holds up nobody else."""
    made = make.recognising(setting)
    make.households(made, 3)
    found = make.carried(made, make.listed(made), "number")
    land = setting.land
    elsewhere = factories.place(
        UnitKind.HAMLET, "Ấp Trà Kha", land.sibling, managed_by=land.sibling
    )

    def recognise_elsewhere() -> int:
        person = User.objects.get(pk=land.xa2.pk)
        offer = offers.offer_of(elsewhere, UnitKind.HOUSEHOLD, "gia-dinh-hoc-tap")
        assert offer is not None
        return entering.begin(person, setting.round, offer).pk

    with transaction.atomic():
        workflow.perform("issue", found.pk, made.vanthu)
        assert len(winners(race(recognise_elsewhere))) == 1
    assert ledger.verify().difference == ""
