"""Shares, quorum and stakes, by an oracle that counts people one by one."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from awards.council.counting import Outcome, Roll, Rule, Share, outcome

PEOPLE = list(range(12))
PARTS = st.tuples(st.integers(1, 20), st.integers(1, 20)).filter(lambda one: one[0] <= one[1])
# Of each member: whether there, whether a letter came, whether there is a stake, how they vote.
MEMBERS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()), max_size=len(PEOPLE)
)


def enough(votes: int, people: int, part: Fraction, is_exceeded: bool) -> bool:
    """Whether so many of these people are the share, without any rounding."""
    return votes > part * people if is_exceeded else votes >= part * people


@given(
    members=MEMBERS,
    share=PARTS,
    is_exceeded=st.booleans(),
    quorum=PARTS,
    of_all_members=st.booleans(),
)
def test_a_vote_counts_as_an_oracle_counts_it(
    members: list[tuple[bool, bool, bool, bool]],
    share: tuple[int, int],
    is_exceeded: bool,
    quorum: tuple[int, int],
    of_all_members: bool,
) -> None:
    part, needed_there = Fraction(*share), Fraction(*quorum)
    rule = Rule(Share(part, is_exceeded), Share(needed_there), of_all_members)
    roll = Roll(
        members=set(range(len(members))),
        present={n for n, (there, _l, _s, _f) in enumerate(members) if there},
        written={n for n, (_t, letter, _s, _f) in enumerate(members) if letter},
        recused={n for n, (_t, _l, stake, _f) in enumerate(members) if stake},
    )
    voting = [one for one in members if (one[0] or one[1]) and not one[2]]
    favour = sum(one[3] for one in voting)
    counted = outcome(rule, roll, favour, len(voting) - favour)
    able = [one for one in members if not one[2]]
    base = len(able) if of_all_members else len(voting)
    there = sum(one[0] for one in members)
    assert counted.base == base
    assert len(roll.voters) == len(voting)
    assert counted.is_quorate is enough(there, len(members), needed_there, False)
    expected = base > 0 and favour > 0 and enough(favour, base, part, is_exceeded)
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
