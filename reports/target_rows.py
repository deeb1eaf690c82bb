"""What pages and papers of targets show of one."""

from dataclasses import dataclass

from campaign.models import Target
from criteria.targets import Standing
from units.models import Placement


@dataclass(frozen=True)
class Row:
    """A target, or a commune under one, with how it stands.

    Attributes:
        a_year: how many it takes in each year that is left; None where that cannot be said.
        place: the commune; None for all of them together.
        is_own: whether the commune has to reach another share than the plan's.
    """

    target: Target
    standing: Standing
    a_year: int | None
    place: Placement | None = None
    is_own: bool = False

    @property
    def waits(self) -> bool:
        """Whether the commune is not assigned."""
        return bool(getattr(self.place, "waits", False))
