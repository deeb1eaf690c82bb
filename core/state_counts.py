"""How many rows of a list stand in each state, as links above it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest


@dataclass(frozen=True)
class StateCount:
    """One state with how many rows stand in it, and where the list shows them."""

    state: str
    label: str
    count: int
    url: str
    chosen: bool


def state_counts(
    request: HttpRequest, chosen: str, counted: Mapping[str, int], labels: Mapping[str, Any]
) -> list[StateCount]:
    """The counts as links; a second click on the chosen state shows all of them again."""
    query = {name: value for name, value in request.GET.items() if name not in ("state", "page")}
    return [
        StateCount(
            state,
            str(labels[state]),
            count,
            "?" + urlencode(query if state == chosen else {**query, "state": state}),
            state == chosen,
        )
        for state, count in counted.items()
    ]
