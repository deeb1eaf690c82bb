"""Arithmetic of a vote: how many must be there, of how many the share is taken, how many it takes.

Plain numbers and sets; shares are exact fractions.
"""

import math
from collections.abc import Set
from dataclasses import dataclass
from fractions import Fraction

from awards.models import VotingRule


@dataclass(frozen=True)
class Share:
    """A part of a number of people that has to be reached, or exceeded (“more than half”)."""

    part: Fraction
    is_exceeded: bool = False

    def of(self, people: int) -> int:
        """The smallest number of people that is this share of `people`."""
        exact = self.part * people
        return math.floor(exact) + 1 if self.is_exceeded else math.ceil(exact)


@dataclass(frozen=True)
class Rule:
    """A voting rule as it counts."""

    share: Share
    quorum: Share
    base: str


def rule_of(rule: VotingRule) -> Rule:
    """The record as numbers."""
    return Rule(
        Share(Fraction(rule.share_parts, rule.share_of), rule.is_exceeded),
        Share(Fraction(rule.quorum_parts, rule.quorum_of)),
        rule.base,
    )


@dataclass(frozen=True)
class Roll:
    """Who belongs to a vote, by the keys of their seats.

    Attributes:
        members: the roster of the meeting.
        present: those of it who are there.
        written: those who are not, and have voted in writing on this case.
        recused: those who have a stake in this case.
    """

    members: Set[int]
    present: Set[int]
    written: Set[int]
    recused: Set[int]

    @property
    def hands(self) -> Set[int]:
        """Those who are there and may vote."""
        return self.present - self.recused

    @property
    def letters(self) -> Set[int]:
        """Those who are not there and may vote, and have, in writing."""
        return self.written - self.present - self.recused

    @property
    def voters(self) -> Set[int]:
        """Everybody whose vote counts."""
        return self.hands | self.letters


@dataclass(frozen=True)
class Outcome:
    """What the rule makes of a vote.

    Attributes:
        quorum: how many of the members must be present; a stake in one case takes nobody out of
            the meeting, so it counts them all.
        base: of how many the share is taken, without those who have a stake.
        needed: how many votes in favour it takes.
        in_favour, against: the votes; who abstains is in neither number.
    """

    members: int
    present: int
    quorum: int
    base: int
    needed: int
    in_favour: int
    against: int

    @property
    def is_quorate(self) -> bool:
        """Whether enough members are there."""
        return self.present >= self.quorum

    @property
    def passed(self) -> bool:
        """Whether the votes in favour are enough; of nobody no share can be taken."""
        return self.base > 0 and self.in_favour >= self.needed


def outcome(rule: Rule, roll: Roll, in_favour: int, against: int) -> Outcome:
    """Apply a rule to the votes of a roll.

    Who abstains, or hands in a ballot that is not valid, takes part: only a rule whose base are
    the votes in favour and against leaves them out of it.
    """
    base = {
        VotingRule.Base.ALL_MEMBERS: len(roll.members - roll.recused),
        VotingRule.Base.PRESENT: len(roll.voters),
        VotingRule.Base.VOTES_CAST: in_favour + against,
    }[VotingRule.Base(rule.base)]
    return Outcome(
        members=len(roll.members),
        present=len(roll.present),
        quorum=rule.quorum.of(len(roll.members)),
        base=base,
        needed=max(1, rule.share.of(base)),
        in_favour=in_favour,
        against=against,
    )
