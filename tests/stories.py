"""Stories for property-based tests: sensible ways through, disturbed by what others try."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

Act = tuple[Any, ...]


@st.composite
def of_each_way(
    draw: st.DrawFn,
    ways: Sequence[Sequence[Act]],
    noise: st.SearchStrategy[list[Act]],
    one_in: int = 6,
) -> list[list[Act]]:
    """One story of each way, so that no run is without a step that only one of them takes.

    Acts of `noise` come at the end and, once in `one_in` places, before an act of the way. The
    simplest example, which every run plays, is each way undisturbed.
    """

    def disturbed(way: Sequence[Act]) -> list[Act]:
        story: list[Act] = []
        for act in way:
            story += draw(noise) if draw(st.integers(1, one_in)) == one_in else []
            story.append(act)
        return story + draw(noise)

    return [disturbed(way) for way in ways]
