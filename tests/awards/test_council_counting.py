"""Shares, quorum and stakes, by an oracle that counts people one by one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.council.counting import Outcome, Roll, Rule, Share, outcome
from awards.models import Choice, VotingRule

PEOPLE = list(range(12))
PARTS = st.tuples(st.integers(1, 20), st.integers(1, 20)).filter(lambda one: one[0] <= one[1])
# Of each member: whether there, whether a letter came, whether there is a stake, how they vote.
MEMBERS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(Choice.values)),
    max_size=len(PEOPLE),
)
Base = VotingRule.Base


def enough(votes: int, people: int, part: Fraction, is_exceeded: bool) -> bool:
    """Whether so many of these people are the share, without any rounding."""
    return votes > part * people if is_exceeded else votes >= part * people


@given(
    members=MEMBERS,
    share=PARTS,
    is_exceeded=st.booleans(),
    quorum=PARTS,
    base=st.sampled_from(Base),
)
def test_a_vote_counts_as_an_oracle_counts_it(
    members: list[tuple[bool, bool, bool, str]],
    share: tuple[int, int],
    is_exceeded: bool,
    quorum: tuple[int, int],
    base: str,
) -> None:
    part, needed_there = Fraction(*share), Fraction(*quorum)
    rule = Rule(Share(part, is_exceeded), Share(needed_there), base)
    roll = Roll(
        members=set(range(len(members))),
        present={n for n, (there, _l, _s, _f) in enumerate(members) if there},
        written={n for n, (_t, letter, _s, _f) in enumerate(members) if letter},
        recused={n for n, (_t, _l, stake, _f) in enumerate(members) if stake},
    )
    voting = [one for one in members if (one[0] or one[1]) and not one[2]]
    votes = [one[3] for one in voting]
    favour = votes.count("for")
    counted = outcome(rule, roll, favour, votes.count("against"))
    able = [one for one in members if not one[2]]
    people = {
        Base.ALL_MEMBERS: len(able),
        Base.PRESENT: len(voting),
        Base.VOTES_CAST: len([vote for vote in votes if vote != "abstain"]),
    }[Base(base)]
    there = sum(one[0] for one in members)
    assert counted.base == people
    assert len(roll.voters) == len(voting)
    assert counted.is_quorate is enough(there, len(members), needed_there, False)
    expected = people > 0 and favour > 0 and enough(favour, people, part, is_exceeded)
    assert counted.passed is expected


@given(part=PARTS.map(lambda one: Fraction(*one)), people=st.integers(0, 500), above=st.booleans())
def test_a_share_is_the_fewest_people_that_reach_it(
    part: Fraction, people: int, above: bool
) -> None:
    fewest = Share(part, above).of(people)
    assert enough(fewest, people, part, above)
    assert fewest == 0 or not enough(fewest - 1, people, part, above)


def test_two_thirds_of_nine_are_six() -> None:
    """A share of 66.67 % would ask for seven."""
    assert Share(Fraction(2, 3)).of(9) == 6
    assert Share(Fraction(1, 2), is_exceeded=True).of(8) == 5
    assert Share(Fraction(4, 5)).of(7) == 6


def test_of_nobody_nothing_passes() -> None:
    empty = Outcome(members=3, present=3, quorum=2, base=0, needed=1, in_favour=0, against=0)
    assert not empty.passed


@pytest.mark.parametrize(
    ("base", "people", "passed"),
    [(Base.ALL_MEMBERS, 7, False), (Base.PRESENT, 7, False), (Base.VOTES_CAST, 5, True)],
)
def test_who_abstains_is_not_against_and_in_the_base_as_the_rule_says(
    base: str, people: int, passed: bool
) -> None:
    """Of seven who are there, four are for, one is against, two have no opinion; it takes 80 %."""
    seven = set(range(7))
    rule = Rule(Share(Fraction(4, 5)), Share(Fraction(2, 3)), base)
    counted = outcome(rule, Roll(seven, seven, set(), set()), 4, 1)
    assert (counted.base, counted.against, counted.passed) == (people, 1, passed)
